"""Several runs at once: nothing gets in another's way, and every end is told as it was."""

import contextlib
import os
import pty
import re
import signal
import subprocess
import time

import psutil
import pytest
from conftest import COMMAND, record_of, start_workbench, until, wait_for_line, workbench, write_notebook
from test_faults import FAULTS, LATE, SLEEP

pytestmark = pytest.mark.slow

WARM_FAULTS = {name: case for name, case in FAULTS.items() if name != "run timeout"}


def notebooks(folder, cells):
    """One notebook per name, and what follows the cell."""
    return [write_notebook(folder / f"{name}.ipynb", cell, "'the next cell'") for name, cell in cells.items()]


def supervisors(process):
    """The processes that supervise a run each, oldest first."""
    return [p for p in psutil.Process(process.pid).children() if "--serve" not in p.cmdline()]


def wait_until(true, seconds=60):
    for _ in range(seconds * 20):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never became true")


def test_50_runs_at_4_jobs_without_a_clash(tmp_path):
    names = [f"n{i:02d}" for i in range(50)]
    files = notebooks(tmp_path, {name: f"print('I am {name}')" for name in names})
    done = workbench("run", *files, "--jobs", 4, "--out", tmp_path / "out", timeout=900)
    assert done.returncode == 0, done.stderr
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert re.findall(r'href="(n\d\d)\.html"', index) == names
    assert index.count(">passed</strong>") == 50
    for name in names:
        record = record_of(tmp_path / "out", name)
        assert (record["verdict"], record["provenance"]["kernel"]) == ("passed", "warm")
        page = (tmp_path / "out" / f"{name}.html").read_text("utf-8")
        assert set(re.findall(r"I am (n\d\d)\n", page)) == {name}
    assert not list((tmp_path / "out").glob(".*tmp*"))


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """Every fault of a cell, in one invocation with forked kernels."""
    folder = tmp_path_factory.mktemp("faults")
    (folder / "bad.py").write_text("1 / 0")
    files = notebooks(folder, {name: cell for name, (cell, *_) in WARM_FAULTS.items()})
    limits = ["--cell-timeout", 20, "--memory-limit", 500]
    return folder / "out", workbench("run", *files, "--jobs", 3, "--out", folder / "out", *limits)


@pytest.mark.parametrize("fault", WARM_FAULTS)
def test_a_fault_in_a_forked_kernel_has_the_verdict_it_has_in_a_fresh_one(fault, faults):
    out, done = faults
    _, _, code, word, reason = WARM_FAULTS[fault]
    record = record_of(out, f"{fault}.failed")
    assert (record["verdict"], record["exit_code"]) == (word, code), record["reason"]
    assert reason.replace("limit of 1 s", "limit of 20 s") in record["reason"]
    assert record["provenance"]["kernel"] == "warm"
    assert record["cells"]["not_run"] == [] or fault not in LATE
    assert f"{word}: {fault}: " in done.stdout


def test_the_exit_code_is_that_of_the_first_in_the_order_asked_that_did_not_pass(faults):
    assert faults[1].returncode == next(iter(WARM_FAULTS.values()))[2]


def test_a_forked_kernel_that_dies_after_the_last_cell(tmp_path):
    late = "import threading, os; threading.Timer(0.05, os.kill, (os.getpid(), 9)).start()"
    write_notebook(tmp_path / "late.ipynb", late, "import time; time.sleep(0.5)")
    write_notebook(tmp_path / "long.ipynb", SLEEP)
    files = tmp_path / "late.ipynb", tmp_path / "long.ipynb"
    done = workbench("run", *files, "--jobs", 2, "--out", tmp_path / "out", "--run-timeout", 15)
    assert done.returncode == 5
    assert record_of(tmp_path / "out", "late.failed")["reason"] == "the kernel was killed by SIGKILL"
    told = record_of(tmp_path / "out", "long.failed")
    assert (told["verdict"], told["reason"]) == ("timed out", "the run passed its limit of 15 s")


@pytest.mark.parametrize("start", ["warm", "cold"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_interrupts_all_runs(number, start, tmp_path):
    files = notebooks(tmp_path, dict.fromkeys("abc", SLEEP))
    options = ["--jobs", 2, "--out", tmp_path / "out", *(["--cold"] if start == "cold" else [])]
    process = start_workbench("run", *files, *options)
    for _ in range(2):
        wait_for_line(process, "[2/3]")
    family = psutil.Process(process.pid).children(recursive=True)
    for _ in range(2):  # an impatient second one changes nothing
        os.killpg(process.pid, number)
    process.communicate(timeout=60)
    assert process.returncode == 130
    for name in "ab":
        record = record_of(tmp_path / "out", f"{name}.failed")
        assert (record["verdict"], record["exit_code"]) == ("interrupted", 130)
        assert record["reason"] == f"stopped by {number.name}"
        assert record["provenance"]["kernel"] == start
    assert not list((tmp_path / "out").glob("c.*")), "it was never started"
    assert not psutil.wait_procs(family, timeout=10)[1], "nothing is left running"


def test_a_killed_supervisor_leaves_an_incomplete_record_and_its_kernel_ends(tmp_path):
    files = notebooks(tmp_path, {"a": SLEEP, "b": "import time; time.sleep(8)"})
    process = start_workbench("run", *files, "--jobs", 2, "--out", tmp_path / "out")
    for _ in range(2):
        wait_for_line(process, "[2/3]")
    family = psutil.Process(process.pid).children(recursive=True)
    supervisors(process)[0].kill()
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 4
    assert "incomplete: a: its supervisor was killed by SIGKILL" in out
    assert "passed: b: all 3 code cells ran" in out
    left = record_of(tmp_path / "out", "a.failed")
    assert (left["verdict"], left["reason"]) == ("incomplete", "its supervisor was killed by SIGKILL")
    assert record_of(tmp_path / "out", "b")["verdict"] == "passed"
    assert not psutil.wait_procs(family, timeout=10)[1], "nothing is left running"


def test_when_the_workbench_is_killed_all_its_processes_end(tmp_path):
    files = notebooks(tmp_path, dict.fromkeys("ab", SLEEP))
    process = start_workbench("run", *files, "--jobs", 2, "--out", tmp_path / "out")
    for _ in range(2):
        wait_for_line(process, "[2/3]")
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate(timeout=60)
    assert len(family) >= 5, "two supervisors, two kernels and the process that forks them"
    assert not psutil.wait_procs(family, timeout=20)[1]
    assert {record_of(tmp_path / "out", f"{name}.failed")["verdict"] for name in "ab"} == {"incomplete"}


def fail_to_start(folder, monkeypatch, *, times):
    """Let the first kernels that are started afresh end with code 7; return the folder of their marks."""
    marks = folder / "marks"
    marks.mkdir()
    (folder / "sitecustomize.py").write_text(
        f"import os, pathlib, sys\nmarks = pathlib.Path({str(marks)!r})\n"
        "if 'workbench.runner.kernel.launch' in sys.orig_argv and '--serve' not in sys.orig_argv:\n"
        f"    number = len(list(marks.iterdir()))\n    (marks / str(number)).touch()\n"
        f"    if number < {times}:\n        os._exit(7)\n"
    )
    known = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{known}")
    return marks


def test_a_kernel_that_fails_to_start_is_started_once_more(tmp_path, monkeypatch):
    marks = fail_to_start(tmp_path, monkeypatch, times=1)
    done = workbench("run", *notebooks(tmp_path, {"a": "1"}), "--out", tmp_path / "out")
    assert (done.returncode, len(list(marks.iterdir()))) == (0, 2)


def test_a_kernel_that_fails_to_start_twice_has_died(tmp_path, monkeypatch):
    marks = fail_to_start(tmp_path, monkeypatch, times=9)
    done = workbench("run", *notebooks(tmp_path, {"a": "1"}), "--out", tmp_path / "out")
    assert (done.returncode, len(list(marks.iterdir()))) == (5, 2)
    assert "kernel died: a: the kernel exited by itself with code 7" in done.stdout


def in_a_terminal(*arguments, **environment):
    """Run in a terminal; return the exit code and everything that was written."""
    terminal, theirs = pty.openpty()
    command = [*COMMAND, *map(str, arguments)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | environment
    )
    os.close(theirs)
    written = b""
    with contextlib.suppress(OSError):  # raised when the other side is closed
        while piece := os.read(terminal, 4096):
            written += piece
    os.close(terminal)
    return process.wait(), written.decode().replace("\r\n", "\n")


TERMINAL = {"TERM": "xterm", "NO_COLOR": "", "LINES": "24", "COLUMNS": "80"}


def test_in_a_terminal_there_is_a_row_per_run_and_the_outcomes_in_the_order_asked(tmp_path):
    ended = "out/bad.failed.html"  # the row of a run that has ended is drawn at once, and again with the next cell
    files = notebooks(tmp_path, {"slow": until(tmp_path / ended) + "\ntime.sleep(2)", "bad": "1 / 0"})
    code, written = in_a_terminal("run", *files, "--jobs", 2, "--out", tmp_path / "out", **TERMINAL)
    assert code == 3
    assert re.search(r"slow  #######\.\.\.  \[2/3\] Tiny\nbad   failed: ZeroDivisionError", written)
    screen = written.rpartition("\033[J")[2]
    assert re.sub(r"\n  .*", "", screen) == (
        "\033[1;32mpassed\033[0m: slow: all 3 code cells ran\n"
        "\033[1;31mfailed\033[0m: bad: ZeroDivisionError: division by zero (code cell 2 of 3)\n"
    )


def test_more_runs_than_lines_leave_room_for_those_under_way(tmp_path):
    files = notebooks(tmp_path, dict.fromkeys("abcdef", "1"))
    options = ["--jobs", 2, "--out", tmp_path / "out"]
    code, written = in_a_terminal("run", *files, *options, **TERMINAL | {"LINES": "5"})
    assert code == 0
    assert "5 of 6 ended\n" in written
    assert max(int(up) for up in re.findall(r"\033\[(\d+)A", written)) <= 4


@pytest.mark.parametrize("setting", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_plain_lines_where_the_terminal_cannot_or_must_not(setting, tmp_path):
    files = notebooks(tmp_path, {"a": "1"})
    code, written = in_a_terminal("run", *files, "--out", tmp_path / "out", **TERMINAL | setting)
    assert (code, "\033" in written) == (0, False)
    assert "a  [3/3] Tiny\n" in written


def test_a_reader_that_goes_away_does_not_end_the_runs(tmp_path):
    files = notebooks(tmp_path, {"a": "1", "b": "1 / 0"})
    process = start_workbench("run", *files, "--out", tmp_path / "out")
    with process.stderr:
        wait_for_line(process, "[1/3]")
        process.stdout.close()
        assert process.wait(timeout=60) == 3
    assert record_of(tmp_path / "out", "a")["verdict"] == "passed"


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_refused_numbers_of_jobs(jobs, tmp_path):
    done = workbench("run", *notebooks(tmp_path, {"a": "1"}), "--jobs", jobs)
    assert (done.returncode, done.stdout) == (2, "")
    assert "argument --jobs" in done.stderr
