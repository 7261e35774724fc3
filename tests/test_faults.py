"""Whatever goes wrong with a run, its verdict says so: in the exit code, the record, the page and the index."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from conftest import missing, record_of, start_workbench, until, wait_for_line, workbench, write_notebook

SLEEP = "import time; time.sleep(120)"


@pytest.fixture(scope="session")
def good_report(tmp_path_factory):
    """A folder with a good report of a notebook called tiny."""
    folder = tmp_path_factory.mktemp("good")
    done = workbench("run", write_notebook(folder / "tiny.ipynb", "1 + 1"), "--out", folder / "out")
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "out"


@pytest.fixture
def out(good_report, tmp_path):
    return shutil.copytree(good_report, tmp_path / "out")


def contents(folder):
    return {name: (folder / name).read_bytes() for name in ("tiny.html", "tiny.json", "tiny.ipynb")}


def assert_verdict(out, before, code, returncode, word, reason):
    """The word stands everywhere, the earlier good report is untouched, nothing is left lying about."""
    record = record_of(out, "tiny.failed")
    assert (returncode, record["exit_code"], record["verdict"]) == (code, code, word), record["reason"]
    assert reason in record["reason"]
    page = (out / "tiny.failed.html").read_text("utf-8")
    assert f"<strong>{word}</strong>" in page
    assert 'href="tiny.html"' in page  # the last good report
    index = (out / "index.html").read_text("utf-8")
    assert f">{word}</strong>" in index
    assert ">passed</strong>" not in index
    assert contents(out) == before
    assert not list(out.glob(".*tmp*"))


# weight_f is .221 in the source
COMPARED = """from workbench import claims
given = {'dataset': 'telecom', 'n_clusters': 3, 'scaling': 'zscore', 'weighting': 'ahp'}
bundle = claims.compare('telecom-rfm-ahp', {'weight_f': 0.9}, given)._repr_mimebundle_()
"""
FAULTS = {
    "SIGKILL": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", [], 5, "kernel died", "SIGKILL"),
    "os._exit(0)": ("import os; os._exit(0)", [], 5, "kernel died", "exited by itself with code 0"),
    "sys.exit(0)": ("import sys; sys.exit(0)", [], 3, "failed", "SystemExit: 0"),
    "exception": ("{}['amout']", [], 3, "failed", "KeyError: 'amout'"),
    "warning": ("import warnings; warnings.warn('odd')", [], 3, "failed", "UserWarning: odd"),
    "cell timeout": (
        SLEEP,
        ["--cell-timeout", 1],
        124,
        "timed out",
        "code cell 2 of 3 passed its limit of 1 s",
    ),
    "run timeout": (SLEEP, ["--run-timeout", 2], 124, "timed out", "the run passed its limit of 2 s"),
    "memory limit": (
        "b = b'1' * (700 * 2**20); import time; time.sleep(60)",
        ["--memory-limit", 500],
        5,
        "kernel died",
        "500 MiB allowed",
    ),
    "error shown": ("%run bad.py", [], 3, "failed", "shows an error that did not stop it: ZeroDivisionError"),
    "input": ("input('?')", [], 3, "failed", "StdinNotImplementedError"),
    "thread fails": (
        "import threading\nthread = threading.Thread(target=lambda: 1 / 0)\nthread.start(); thread.join()",
        [],
        3,
        "failed",
        "a thread raised ZeroDivisionError: division by zero",
    ),
    "thread goes on": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(30,)).start()",
        [],
        4,
        "incomplete",
        "still at work 5 s after the last cell: thread 'Thread-",
    ),
    "claims forged": (
        "display({'application/vnd.workbench.claims+json': 5, 'text/plain': 'x'}, raw=True)",
        [],
        3,
        "failed",
        "an output claims to be a claims record and is none",
    ),
    "claims without values": (
        f"{COMPARED}del bundle[claims.VALUES_MIME]\ndisplay(bundle, raw=True)",
        [],
        3,
        "failed",
        "no cell has sent the values for it",
    ),
    "claims told otherwise": (
        f"{COMPARED}bundle[claims.MIME]['claims'][7]['verdict'] = 'match'\ndisplay(bundle, raw=True)",
        [],
        3,
        "failed",
        "not what its values give: claim 'weight_f' is differs with 0.90000",
    ),
    "values forged": (
        "display({'application/vnd.workbench.values+json': {'study': 'x'}, 'text/plain': 'x'}, raw=True)",
        [],
        3,
        "failed",
        "an output claims to send claims' values and does not",
    ),
    "output that is none": (
        "display({'text/plain': 7}, raw=True)",
        [],
        3,
        "failed",
        "code cell 2 of 3 gave an output that is none",
    ),
    "data list forged": (
        "import workbench.data; workbench.data.loaded = lambda: [1, 2]",
        [],
        3,
        "failed",
        "the kernel could not say what data it read",
    ),
    "memory limit, in a child": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', \"b=b'1' * (700 * 2**20); input()\"], stdin=-1)",
        ["--memory-limit", 500],
        5,
        "kernel died",
        "500 MiB allowed",
    ),
    "memory limit, of the engine of scans": (
        "import duckdb; duckdb.sql('select list(range) from range(2000000000)').fetchall()",
        ["--memory-limit", 500],
        5,
        "kernel died",
        "500 MiB allowed",
    ),
}


LATE = {  # all cells ran
    "error shown", "thread fails", "thread goes on", "data list forged",
    "claims forged", "claims without values", "claims told otherwise", "values forged",
}  # fmt: skip


# One of each kind is for everybody, the rest for `make test-all`.
EVERYBODY = {"SIGKILL", "exception", "cell timeout", "thread goes on"}


@pytest.mark.parametrize(
    "fault", [f if f in EVERYBODY else pytest.param(f, marks=pytest.mark.slow) for f in FAULTS]
)
def test_fault_in_a_cell(fault, out, tmp_path):
    cell, options, code, word, reason = FAULTS[fault]
    before = contents(out)
    (tmp_path / "bad.py").write_text("1 / 0")
    notebook = write_notebook(tmp_path / "tiny.ipynb", cell, "'the next cell'")
    done = workbench("run", notebook, "--out", out, *options)
    assert_verdict(out, before, code, done.returncode, word, reason)
    assert f"{word}: tiny: " in done.stdout
    not_run = record_of(out, "tiny.failed")["cells"]["not_run"]
    assert [cell["source"] for cell in not_run][-1:] == ([] if fault in LATE else ["'the next cell'"])


def test_a_cell_tagged_to_be_skipped_makes_the_run_incomplete(out, tmp_path):
    before = contents(out)
    notebook = write_notebook(tmp_path / "tiny.ipynb", "1", "2")
    notebook.write_text(
        notebook.read_text().replace(
            '"id": "c2", "metadata": {', '"id": "c2", "metadata": {"tags": ["skip-execution"]'
        )
    )
    done = workbench("run", notebook, "--out", out)
    assert_verdict(out, before, 4, done.returncode, "incomplete", "1 of 3 code cells did not run")


def test_the_kernel_dies_after_the_last_cell(out, tmp_path):
    before = contents(out)
    cell = (
        "import threading, os, signal; threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGKILL)).start()"
    )
    notebook = write_notebook(tmp_path / "tiny.ipynb", cell, "import time; time.sleep(0.5)")
    done = workbench("run", notebook, "--out", out)
    assert_verdict(out, before, 5, done.returncode, "kernel died", "SIGKILL")


@pytest.mark.parametrize(
    ("send", "name"),
    [
        (lambda process: os.killpg(process.pid, signal.SIGINT), "SIGINT"),  # Ctrl-C reaches the group
        (lambda process: process.send_signal(signal.SIGTERM), "SIGTERM"),
        (lambda process: process.send_signal(signal.SIGHUP), "SIGHUP"),  # the terminal was closed
    ],
    ids=["Ctrl-C", "SIGTERM", "SIGHUP"],
)
def test_interrupted(send, name, out, tmp_path):
    before = contents(out)
    process = start_workbench("run", write_notebook(tmp_path / "tiny.ipynb", SLEEP), "--out", out)
    wait_for_line(process, "[2/2]")
    send(process)
    process.communicate(timeout=60)
    assert_verdict(out, before, 130, process.returncode, "interrupted", name)


@pytest.mark.slow
def test_interrupted_while_the_engine_of_scans_computes(out, tmp_path):
    before = contents(out)
    endless = "select sum(a.range * b.range % 7) from range(10000000) a, range(10000000) b"
    cells = ["import duckdb", "print('begun')", f"duckdb.sql('{endless}').fetchall()"]
    process = start_workbench("run", write_notebook(tmp_path / "tiny.ipynb", *cells), "--out", out)
    wait_for_line(process, "[4/4]")
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert_verdict(out, before, 130, process.returncode, "interrupted", "SIGINT")


def test_the_workbench_itself_is_killed(out, tmp_path):
    before = contents(out)
    notebook = write_notebook(tmp_path / "tiny.ipynb", SLEEP)
    process = start_workbench("run", notebook, "--out", out)
    wait_for_line(process, "[2/2]")
    process.kill()
    process.communicate(timeout=60)
    assert record_of(out, "tiny.failed")["verdict"] == "incomplete"
    assert ">incomplete</strong>" in (out / "index.html").read_text("utf-8")
    assert contents(out) == before
    done = workbench("run", write_notebook(notebook, "1"), "--out", out)
    assert done.returncode == 0
    assert not list(out.glob("*.failed.*")), "the next success removes the failure"
    assert not list(out.glob(".*tmp*")), "what the killed run left is removed"


def small_disk(folder, size):
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True
    ).returncode:
        missing("a small file system", "mounting a tmpfs needs root and the capability to mount")


def test_disk_full(good_report, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    small_disk(disk, "1200k")
    try:
        out = shutil.copytree(good_report, disk / "out")
        before = contents(out)
        cell = "display({'image/png': 'A' * 3_000_000}, raw=True)"
        done = workbench("run", write_notebook(disk / "tiny.ipynb", cell), "--out", out)
        assert_verdict(
            out, before, 3, done.returncode, "failed", "could not be written: No space left on device"
        )
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space left"):
            filler.write_bytes(bytes(2_000_000))
        done = workbench("run", write_notebook(disk / "tiny.ipynb", "1"), "--out", out)
        assert (done.returncode, contents(out)) == (2, before)
        assert "No space left on device; no kernel was started" in done.stderr
    finally:
        subprocess.run(["umount", disk], check=True)


def test_two_runs_to_one_output(out, tmp_path):
    notebook = write_notebook(tmp_path / "tiny.ipynb", until(tmp_path / "second has ended"))
    first = start_workbench("run", notebook, "--out", out)
    wait_for_line(first, "[2/2]")
    second = workbench("run", notebook, "--out", out)
    (tmp_path / "second has ended").touch()
    assert second.returncode == 2
    assert "refused: another run is writing tiny" in second.stderr
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert record_of(out, "tiny")["verdict"] == "passed"


REFUSED = {
    "unknown parameter": (["-p", "n_cluster=4"], "Unknown parameter 'n_cluster'; did you mean 'n_clusters'?"),
    "ill-typed": (
        ["-p", "n_clusters=four"],
        "Parameter n_clusters: 'four' given, expected a whole number (int)",
    ),
    "not a choice": (["-p", "scaling=zscroe"], "expected one of none, zscore; did you mean 'zscore'?"),
    "no value": (["-p", "n_clusters"], "write -p name=value"),
    "given twice": (["-p", "n_clusters=1", "-p", "n_clusters=2"], "'n_clusters' is given twice"),
    "no such data file": (["--data", "nowhere.csv"], "--data nowhere.csv: no such file"),
    "a map without data": (["--map", "a=b"], "--map needs --data FILE"),
}
DECLARED = "n_clusters: int = 3\nscaling: Literal['none', 'zscore'] = 'zscore'"


@pytest.mark.parametrize("case", REFUSED)
def test_refused_parameters(case, out, tmp_path):
    options, message = REFUSED[case]
    index = (out / "index.html").read_bytes()
    done = workbench(
        "run", write_notebook(tmp_path / "tiny.ipynb", "1", parameters=DECLARED), "--out", out, *options
    )
    assert_refused(done, message)
    assert (out / "index.html").read_bytes() == index
    assert not list(out.glob("*.failed.*"))


def assert_refused(done, message):
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.startswith("refused: ")
    assert done.stderr.count("\n") == 1, "one line"
    assert done.stdout == "", "no cell was started"


@pytest.mark.parametrize(
    "cell",
    [
        "!false",
        "x = !ls",
        "quit()",
        "exit",
        "%%time\n!false",
        "if True:\n    quit()",
        "%sx ls",
        "%pip install x",
        "%%bash --bg\nfalse",
        "%%bash --no-raise-error\nfalse",
        "shell = get_ipython(); shell.system('false')",
        "from IPython import get_ipython",
    ],
)
def test_refused_cells(cell, tmp_path):
    done = workbench("run", write_notebook(tmp_path / "tiny.ipynb", cell), "--out", tmp_path / "out")
    assert_refused(done, "without a trace; use Python instead")


@pytest.mark.parametrize(
    "cell", ["x = 5", "for x in range(3):\n    pass", "x += 1", "import sys as y; (x := 4)"]
)
def test_refused_when_a_cell_gives_a_parameter_another_value(cell, tmp_path):
    notebook = write_notebook(tmp_path / "tiny.ipynb", cell)
    done = workbench("run", notebook, "-p", "x=9", "--out", tmp_path / "out")
    assert_refused(done, "a cell gives parameter 'x' a new value")


@pytest.mark.parametrize("name", ["index", "tiny.failed"])
def test_refused_names_that_belong_to_other_pages(name, tmp_path):
    notebook = write_notebook(tmp_path / f"{name}.ipynb", "1")
    assert_refused(
        workbench("run", notebook, "--out", tmp_path / "out"), "would take the place of another page"
    )


def test_data_that_were_read_stay_listed_whatever_the_notebook_names_its_variables(tmp_path):
    cells = [
        "from workbench import data; data.load_matrix()",
        "import importlib; getattr = list = 3; importlib.reload(data)",
    ]
    done = workbench("run", write_notebook(tmp_path / "tiny.ipynb", *cells), "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    assert [f["rows"] for f in record_of(tmp_path / "out", "tiny")["data"]] == [3]


def test_half_a_character_does_not_cost_the_report(tmp_path):
    notebook = write_notebook(tmp_path / "tiny.ipynb", "print('before \\ud800 after')")
    done = workbench("run", notebook, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    assert "before \\ud800 after" in (tmp_path / "out" / "tiny.html").read_text("utf-8")


def test_ctrl_c_many_times_is_still_interrupted(out, tmp_path):
    before = contents(out)
    process = start_workbench("run", write_notebook(tmp_path / "tiny.ipynb", SLEEP), "--out", out)
    wait_for_line(process, "[2/2]")
    for _ in range(6):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.2)
    process.communicate(timeout=60)
    assert_verdict(out, before, 130, process.returncode, "interrupted", "SIGINT")


def test_a_parameter_of_a_notebook_that_declares_none_is_refused(tmp_path):
    notebook = write_notebook(tmp_path / "tiny.ipynb", "1", parameters=None)
    assert_refused(
        workbench("run", notebook, "-p", "x=1", "--out", tmp_path / "out"), "declares no parameters"
    )
    assert workbench("run", notebook, "--out", tmp_path / "out").returncode == 0


def test_refused_when_the_output_path_is_a_file(tmp_path):
    (tmp_path / "out").write_text("precious")
    notebook = write_notebook(tmp_path / "tiny.ipynb", "1")
    assert_refused(workbench("run", notebook, "--out", tmp_path / "out"), "is a file; give a folder")
    assert (tmp_path / "out").read_text() == "precious"


def test_refused_before_anything_heavy_is_imported(tmp_path):
    program = """
        import sys
        from workbench.cli import main
        code = main(sys.argv[1:])
        heavy = {"papermill", "nbconvert", "nbclient", "nbformat", "pandas", "numpy", "zmq"} & set(sys.modules)
        sys.exit(f"imported: {heavy}" if heavy else code)
    """
    arguments = ["run", str(write_notebook(tmp_path / "tiny.ipynb", "1")), "-p", "y=1"]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *arguments], capture_output=True, text=True
    )
    assert_refused(done, "Unknown parameter 'y'")


@pytest.mark.parametrize("name", ["with space", "电信 研究", "{braces} and [brackets]"])
def test_odd_paths(name, tmp_path):
    folder = tmp_path / name
    folder.mkdir()
    done = workbench(
        "run", write_notebook(folder / f"{name}.ipynb", "x"), "--out", folder / "out", "-p", "x=2"
    )
    assert done.returncode == 0, done.stderr
    pages = [page.name for page in (folder / "out").glob("*.html") if page.name != "index.html"]
    assert len(pages) == 1
    assert pages[0].startswith(f"{name}--")


def run_with_a_slow_reader(notebook, out, *, seconds):
    """Run through the command line, with a reader that takes its time over every message."""
    program = f"""
        import sys, time
        from workbench.cli import main
        from workbench.runner.kernel import kernel

        take = kernel._Client.process_message

        def take_slowly(self, *arguments):
            time.sleep({seconds})
            return take(self, *arguments)

        kernel._Client.process_message = take_slowly
        sys.exit(main(sys.argv[1:]))
    """
    arguments = ["run", str(notebook), "--out", str(out)]
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *arguments], capture_output=True, text=True
    )


def test_600_lines_from_a_slow_reader_are_all_kept(tmp_path):
    """The stock client waits 4 s for outputs and then loses the rest; this reader needs about 18 s."""
    cell = "for i in range(600):\n    print('line', i, flush=True)\n    display(i)"
    notebook = write_notebook(tmp_path / "tiny.ipynb", cell)
    done = run_with_a_slow_reader(notebook, tmp_path / "out", seconds=0.015)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "tiny.html").read_text("utf-8")
    assert [i for i in range(600) if f"line {i}\n" not in page] == []
    assert [i for i in range(600) if f"<pre>{i}</pre>" not in page] == []


def test_more_outputs_than_a_publisher_queues_are_all_kept(tmp_path):
    """The stock kernel drops outputs past 1,000 that wait for the reader, and the run is called completed."""
    notebook = write_notebook(tmp_path / "tiny.ipynb", "for i in range(6000):\n    display(i)")
    done = run_with_a_slow_reader(notebook, tmp_path / "out", seconds=0.002)
    assert done.returncode == 0, done.stderr
    cells = json.loads((tmp_path / "out" / "tiny.ipynb").read_text("utf-8"))["cells"]
    shown = ["".join(output["data"]["text/plain"]) for output in cells[-1]["outputs"]]
    middle = "[4,000 lines of 4,000 outputs hidden]"
    assert shown == [*map(str, range(1000)), middle, *map(str, range(5000, 6000))]


def test_nothing_of_an_earlier_execution_is_shown(out, tmp_path):
    notebook = write_notebook(tmp_path / "tiny.ipynb", "1 / 0", "2")
    stored = json.loads(notebook.read_text("utf-8"))
    output = {"output_type": "stream", "name": "stdout", "text": "a result of last week"}
    stored["cells"][-1] |= {"outputs": [output], "execution_count": 7}
    stored["cells"][-1]["metadata"] = {"execution": {"shell.execute_reply": "2026-01-01T00:00:00Z"}}
    notebook.write_text(json.dumps(stored), "utf-8")
    assert workbench("run", notebook, "--out", out).returncode == 3
    page = (out / "tiny.failed.html").read_text("utf-8")
    assert "a result of last week" not in page
    assert "Code, not run" in page


def test_a_password_in_a_parameter_is_hidden_everywhere(tmp_path):
    notebook = write_notebook(
        tmp_path / "tiny.ipynb", "print(url); 1 / 0", parameters="url: str = 'sqlite://'"
    )
    address = "url=postgresql://ann:hunter2%21@localhost/cases"
    done = workbench("run", notebook, "--out", tmp_path / "out", "-p", address)
    assert done.returncode == 3
    written = [file.read_text("utf-8") for file in (tmp_path / "out").iterdir()]
    for text in [done.stdout, done.stderr, *written]:
        assert "hunter2" not in text
    assert any("ann:***@localhost" in text for text in written)
    refused = workbench("run", notebook, "-p", "nurl=postgresql://ann:hunter2@localhost/cases")
    assert "hunter2" not in refused.stderr
