"""What a run executed is what its report says: parameters, environment, magics, and work that went on."""

import json
import os
import subprocess
import sys
import textwrap

import pytest
from conftest import record_of, workbench, write_notebook

pytestmark = pytest.mark.slow


def run(folder, *cells, env=None, tags=None, **how):
    """Run a tiny notebook; return the exit code and what was said."""
    file = write_notebook(folder / "tiny.ipynb", *cells, **how)
    if tags:
        notebook = json.loads(file.read_text("utf-8"))
        notebook["cells"][-1]["metadata"]["tags"] = tags
        file.write_text(json.dumps(notebook), "utf-8")
    done = workbench("run", file, "--force", "--out", folder / "out", env=env)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("%%time\nx = 9", "9"),
        ("import math as x", "a module"),
        ("def x(): return 9", "a function"),
        ("def f():\n    global x\n    x = True\nf()", "True"),
        ("del globals()['x']", "no longer there"),
        ("match 9.0:\n    case x: pass", "9.0"),
    ],
)
def test_a_parameter_that_a_cell_changes_fails_the_run(cell, value, tmp_path):
    code, told = run(tmp_path, cell, "globals()['x'] = 1")
    assert (code, f"parameter 'x' is recorded as 1, but was {value} after a cell" in told) == (3, True), told


def test_a_list_that_is_changed_in_place_is_noticed_and_one_that_is_read_is_not(tmp_path):
    values = {"parameters": 'x: list[float] = [1, 2.5]\ns: str = "é\\"\\\\n{}"\nd: dict[str, int] = {"a": 1}'}
    assert run(tmp_path, "y = sorted(x)", **values)[0] == 0
    code, told = run(tmp_path, "x.append(3)", **values)
    assert code == 3
    assert "parameter 'x' is recorded as [1, 2.5], but was [1, 2.5, 3] after a cell" in told


def test_the_environment_of_a_kernel_is_a_list(tmp_path):
    odd = {"PYTHONOPTIMIZE": "1", "PYTHONWARNINGS": "ignore", "ODD": "1", "TZ": "Asia/Tokyo", "PGHOST": "db"}
    look = "import os, sys\nassert 'ODD' not in os.environ and os.environ['PGHOST'] == 'db'\nos.environ['TZ']"
    assert run(tmp_path, look, "assert not sys.flags.optimize", env=os.environ | odd)[0] == 0
    recorded = record_of(tmp_path / "out", "tiny")["provenance"]["environment"]
    assert (recorded["TZ"], recorded["PGHOST"], "ODD" in recorded) == ("UTC", None, False)
    code, told = run(tmp_path, "assert 1 == 2, 'numbers differ'", env=os.environ | odd)
    assert (code, "AssertionError: numbers differ" in told) == (3, True)
    code, told = run(tmp_path, "import warnings; warnings.warn('odd')", env=os.environ | odd)
    assert (code, "UserWarning: odd" in told) == (3, True)


def test_settings_of_the_installation_are_not_read(tmp_path):
    program = """
        import sys
        from IPython.core import application, shellapp
        for module in (application, shellapp):
            module.ENV_CONFIG_DIRS[:] = [sys.argv.pop()]
        sys.argv[1:] = ["-f", sys.argv[1]]
        from workbench.runner.kernel import launch
        app = launch.LosslessKernel()
        app.initialize()
        with open("seen", "w") as file:
            file.write(str([n for n in ("from_lines", "from_file") if n in app.shell.user_ns]))
        import os
        os._exit(0)
    """
    (tmp_path / "startup").mkdir()
    (tmp_path / "startup/a.py").write_text("from_file = 1")
    (tmp_path / "ipython_kernel_config.py").write_text("c.IPKernelApp.exec_lines = ['from_lines = 1']")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), tmp_path / "k.json", tmp_path, tmp_path],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"IPYTHONDIR": str(tmp_path / "own")},
    )
    assert (done.returncode, (tmp_path / "seen").read_text()) == (0, "[]"), done.stderr


def test_sockets_fit_where_the_temporary_folder_has_a_long_name(tmp_path):
    long = tmp_path / ("t" * 100)
    long.mkdir()
    code, told = run(tmp_path, "1", env=os.environ | {"TMPDIR": str(long)})
    assert code == 0, told


WORK = {
    "process 'ForkProcess-1'": (
        "import multiprocessing as m, time\nm.get_context('fork').Process(target=time.sleep, args=(99,)).start()"
    ),
    "process 'sleep'": "import os\n_ = os.system('setsid sleep 99 >/dev/null 2>&1 &')",
    "process 'python": (
        "import os, time\nif not os.fork():\n    os.setsid()\n    if os.fork(): os._exit(0)\n    time.sleep(99)"
    ),
    "thread 'ThreadPoolExecutor-0_0'": (
        "import concurrent.futures as c, time\nf = c.ThreadPoolExecutor(1).submit(time.sleep, 20)"
    ),
    "thread 'mine'": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True, name='mine').start()"
    ),
    "a thread started by _thread": "import _thread, time\n_ = _thread.start_new_thread(time.sleep, (99,))",
    "task sleep": "import asyncio\nt = asyncio.create_task(asyncio.sleep(99))",
}


@pytest.mark.parametrize("work", WORK)
def test_work_that_still_goes_on_is_named(work, tmp_path):
    code, told = run(tmp_path, WORK[work])
    assert (code, "incomplete: tiny: still at work 5 s after the last cell: " in told) == (4, True), told
    assert work in told


def test_work_that_ends_is_waited_for_and_what_only_waits_for_work_is_none(tmp_path):
    pools = """
        import multiprocessing as m, tqdm
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
        from joblib import Parallel, delayed
        pools = [m.get_context(kind).Pool(1) for kind in ("fork", "spawn", "forkserver")]
        numbers = [pool.map(abs, [-1]) for pool in pools]
        more = ProcessPoolExecutor(1), ThreadPoolExecutor(1)
        numbers += [pool.submit(abs, -1).result() for pool in more]
        numbers += Parallel(n_jobs=2)(delayed(abs)(i) for i in range(4))
        manager = m.get_context("fork").Manager()
        for i in tqdm.tqdm(range(3)): pass
    """
    work = "import subprocess, threading, time\np = subprocess.Popen(['sh', '-c', 'sleep 1; echo > ended'])"
    code, told = run(tmp_path, textwrap.dedent(pools), work)
    assert code == 0, told
    assert (tmp_path / "ended").exists()


def test_an_exception_that_ends_a_bare_thread_fails_the_run(tmp_path):
    cell = "import _thread, time\n_ = _thread.start_new_thread(lambda: {}, ()); time.sleep(.3)"
    assert run(tmp_path, cell.format("1"))[0] == 0
    code, told = run(tmp_path, cell.format("1 / 0"))
    assert (code, "a thread raised ZeroDivisionError: division by zero" in told) == (3, True)


@pytest.mark.parametrize(
    ("cells", "code", "reason"),
    [
        (["%cp /nonexistent/a b"], 2, "`%cp` can fail"),
        (["%alias f false", "%f"], 2, "`%alias` can fail"),
        (["%cd /nonexistent"], 2, "`%cd` can fail"),
        (["%%bash --no-r\nexit 7"], 2, "`%%bash --no-r` can fail"),
        (["import IPython; IPython.get_ipython().system('false')"], 2, "`get_ipython()` can fail"),
        (["cp /nonexistent/a b"], 3, "NotAllowed: %cp could fail without a trace"),
        (["o = '--b'", "%%bash {o}\nexit 7"], 3, "NotAllowed: %%bash --b would swallow a failure"),
        (["%%script nosuchprogram\n1"], 3, "there is no program 'nosuchprogram'"),
        (["%run s.ipy"], 3, "CalledProcessError: Command 'false'"),
        (["%%bash\nexit 7"], 3, "returned non-zero exit status 7"),
    ],
)
def test_a_command_that_fails_is_seen_whatever_called_it(cells, code, reason, tmp_path):
    (tmp_path / "s.ipy").write_text("!false")
    found, told = run(tmp_path, *cells)
    assert (found, reason in told) == (code, True), told


def test_allowed_magics_work(tmp_path):
    cells = ["%matplotlib inline\n%time 1", "%%capture out\nprint(1)", "%%script --out o bash\necho $((1+1))"]
    code, told = run(tmp_path, *cells, "assert (out.stdout, o) == ('1\\n', '2\\n')")
    assert code == 0, told


def test_a_kernel_that_does_not_answer_is_not_waited_for_for_ever(tmp_path):
    program = """
        import sys
        from workbench.cli import main
        from workbench.runner.kernel import kernel
        kernel.QUESTION_TIMEOUT = 2
        sys.exit(main(sys.argv[1:]))
    """
    file = write_notebook(tmp_path / "tiny.ipynb", "import builtins; del builtins.__import__")
    command = [sys.executable, "-c", textwrap.dedent(program), "run", file, "--out", tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 4, done.stderr
    assert "code cell 2 of 2 ended, but the kernel did not answer in 2 s" in done.stdout


@pytest.mark.parametrize("kernel", [{"name": "ir", "display_name": "R"}, {"name": "x", "language": "R"}])
def test_a_notebook_in_another_language_is_refused(kernel, tmp_path):
    file = write_notebook(tmp_path / "tiny.ipynb", "1")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"metadata": {"kernelspec": kernel}}))
    done = workbench("run", file, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (
        2,
        "refused: tiny.ipynb is a notebook in R; only notebooks in Python can be run\n",
    )


@pytest.mark.parametrize("way", ["__repr__", "_repr_html_"])
def test_an_error_while_a_value_is_displayed_is_named(way, tmp_path):
    code, told = run(tmp_path, f"class A:\n    def {way}(self): return str(1 / 0)\nA()")
    assert (code, "ZeroDivisionError: division by zero (code cell 2 of 2)" in told) == (3, True), told


def test_an_announced_exception_stands_in_the_reason(tmp_path):
    code, told = run(tmp_path, "1", "int('a')", tags=["raises-exception"])
    assert code == 0
    assert "passed: tiny: all 3 code cells ran; code cell 3 raised ValueError, as announced" in told


def test_outputs_of_other_kinds_are_said_not_to_be_shown(tmp_path):
    cells = [
        "from IPython.display import Math\nMath('a^2')",
        "display({'application/pdf': 'JVBERi0='}, raw=True)",
        "display({'text/latex': 'x', 'text/html': '<b>shown</b>'}, raw=True)",
    ]
    code, told = run(tmp_path, *cells)
    page = (tmp_path / "out/tiny.html").read_text("utf-8")
    assert (code, "UserWarning" in told) == (0, False)
    assert page.count("[not shown: ") == 2
    assert "[not shown: text/latex]" in page
    assert "[not shown: application/pdf]" in page


SWAP = """
import os, pathlib, subprocess, sys, {module}
text, file = {opened}, pathlib.Path('{file}')
was = file.stat()
code = "import os, sys; f = sys.argv[1]; s = os.stat(f); t = open(f).read().replace('1', '2');"
code += "open(f + '~', 'w').write(t); os.utime(f + '~', ns=(s.st_atime_ns, s.st_mtime_ns)); os.replace(f + '~', f)"
_ = subprocess.run([sys.executable, '-c', code, '{file}'], check=True)
assert (file.stat().st_size, file.stat().st_mtime_ns) == (was.st_size, was.st_mtime_ns)
"""


def test_a_module_or_an_undeclared_file_that_changes_in_mid_run_fails_it(tmp_path):
    (tmp_path / "helper.py").write_text("V = 41\n")
    (tmp_path / "notes.txt").write_text("1\n")
    assert run(tmp_path, "import helper; helper.V, open('notes.txt').read()")[0] == 0
    code, told = run(tmp_path, SWAP.format(module="helper", opened="helper.V", file="helper.py"))
    assert (code, "helper.py changed during the run" in told) == (3, True), told
    code, told = run(tmp_path, SWAP.format(module="re", opened="open('notes.txt').read()", file="notes.txt"))
    assert (code, "notes.txt changed during the run" in told) == (3, True), told
    code, told = run(
        tmp_path, "text = open('notes.txt').read()\nwith open('notes.txt', 'w') as f: f.write('3')"
    )
    assert code == 0, told
