"""A forked kernel is what a fresh one is; where that cannot be, it is started afresh."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest
from conftest import record_of, start_workbench, wait_for_line, workbench, write_notebook

from workbench.runner.kernel import warm

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]

IMPORTS = """
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.cluster import KMeans
"""
# What a notebook can see of its kernel, apart from what differs between any two runs.
LOOK = """
import atexit, gc, json, logging, os, pickle, random, signal, sys, threading, warnings
import matplotlib

class Mine:
    pass

def files():
    links = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd")]
    return sorted(os.readlink(link).split(":")[0] for link in links if os.path.exists(link))

def seen():
    own = {"JPY_PARENT_PID", "IPYTHONDIR", "TMPDIR"}
    return {
        "main": [__name__, Mine.__module__, pickle.loads(pickle.dumps(Mine)) is Mine],
        "argv": [argument.partition("/wb-")[0] for argument in sys.argv],
        "orig_argv": [argument.partition("/wb-")[0] for argument in sys.orig_argv],
        "flags": str(sys.flags), "path": sys.path, "folder": os.getcwd(), "hash": hash("a"),
        "environment": {n: v for n, v in sorted(os.environ.items()) if n not in own},
        "own": sorted(own & set(os.environ)),
        "parent": int(os.environ["JPY_PARENT_PID"]) == os.getppid(),
        "session": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()],
        "stdin": os.read(0, 9).decode(), "files": files(),
        "signals": {str(n): str(signal.getsignal(n)).split(" at ")[0] for n in sorted(signal.valid_signals())},
        "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "threads": sorted((t.name.rstrip("0123456789"), t.daemon) for t in threading.enumerate()),
        "filters": [str(f) for f in warnings.filters],
        "rc": {n: str(v) for n, v in matplotlib.rcParams.items()},
        "loggers": sorted(logging.root.manager.loggerDict), "level": logging.root.level,
        "handlers": sorted(type(h()).__name__ for h in logging._handlerList),
        "hooks": [str(h).split(" at ")[0] for h in (sys.excepthook, sys.displayhook, threading.excepthook)],
        "streams": [type(s).__module__ for s in (sys.stdout, sys.stderr, sys.__stdout__, sys.stdin)],
        "events": {n: len(c) for n, c in get().events.callbacks.items()},
        "print": np.get_printoptions()["precision"],
        "display": {n: str(pd.get_option(f"display.{n}")) for n in ("max_rows", "max_columns", "width")},
        "blas": os.environ["OMP_NUM_THREADS"],
    }
"""
SEEN = """
get = vars(IPython.core.getipython)["get_ipython"]
plt.plot([1, 2]); plt.show()
told = seen() | {"modules": sorted(sys.modules)}
with open(f"{title}.seen", "w") as file:
    json.dump(told, file)
with open(f"{title}.drawn", "w") as file:
    json.dump([random.random(), np.random.rand()], file)
_ = atexit.register(open, f"{title}.ended", "w")
"""


@pytest.fixture(scope="module")
def looks(tmp_path_factory):
    """What kernels saw: two forked ones, a and b, and a fresh one, c."""
    folder = tmp_path_factory.mktemp("looks")
    for name in "abc":
        cells = IMPORTS, "import IPython.core.getipython" + LOOK, f"title = {name!r}" + SEEN
        write_notebook(folder / f"{name}.ipynb", *cells)
    for names in ("ab", "c"):
        files = [folder / f"{name}.ipynb" for name in names]
        # outputs to pipes, as a user has them: what a kernel inherits is what is looked at here
        done = workbench("run", *files, "--out", folder / "out", fresh=True)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    kernels = [record_of(folder / "out", name)["provenance"]["kernel"] for name in "abc"]
    assert kernels == ["warm", "warm", "cold"]
    return folder


def test_a_notebook_sees_no_difference(looks):
    forked, fresh = (json.loads((looks / f"{name}.seen").read_text()) for name in "ac")
    modules = set(forked.pop("modules")) ^ set(fresh.pop("modules"))
    assert {name for name in modules if not name.startswith("workbench.runner.")} == set()
    assert {name: forked[name] for name in forked if forked[name] != fresh[name]} == {}


def test_a_file_that_an_import_made_ahead_reads_is_listed(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/told_ahead.py").write_text("value = 1\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'lib'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    files = [write_notebook(tmp_path / f"{name}.ipynb", "import told_ahead") for name in "ab"]
    done = workbench("run", *files, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    made = record_of(tmp_path / "out", "a")["provenance"]
    assert made["kernel"] == (
        "cold: an import reads files, or reaches something, which each run has to list for itself"
    )
    assert [f["file"].rpartition("/")[2] for f in made["undeclared"]] == ["told_ahead.py"]


def test_kernels_are_forked_on_the_first_run_after_an_installation_too(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # where matplotlib keeps what it knows of the fonts
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "home"))  # nothing is compiled yet
    for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR"):
        monkeypatch.delenv(variable, raising=False)
    files = [write_notebook(tmp_path / f"{name}.ipynb", "import matplotlib.pyplot as plt") for name in "ab"]
    done = workbench("run", *files, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    assert list((tmp_path / "home").rglob("fontlist*.json"))
    assert {record_of(tmp_path / "out", name)["provenance"]["kernel"] for name in "ab"} == {"warm"}
    page = (tmp_path / "out" / "a.html").read_text("utf-8")
    assert "the kernel was forked from a process that had made its imports" in page


def test_the_outputs_are_the_same(looks):
    forked, fresh = ((looks / "out" / f"{name}.ipynb").read_text("utf-8") for name in "ac")
    assert forked.replace("title = 'a'", "title = 'c'") == fresh


def test_every_kernel_draws_random_numbers_of_its_own(looks):
    drawn = [json.loads((looks / f"{name}.drawn").read_text()) for name in "abc"]
    assert len({number for pair in drawn for number in pair}) == 6


def test_exit_handlers_of_a_notebook_run(looks):
    assert all((looks / f"{name}.ended").exists() for name in "abc")


ODD = {
    "an import prints": "print('hello')",
    "an import fails with ValueError": "raise ValueError",
    "an import fails with UserWarning": "import warnings; warnings.warn('odd')",
    "an import fails with DeprecationWarning": (
        "import warnings; warnings.warn('use another', DeprecationWarning, stacklevel=2)"
    ),
    "an import changes the threads": (
        "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    ),
    "an import changes the open files": "file = open('/dev/null')",
    "an import changes the hooks": "import sys; sys.excepthook = print",
    "an import changes the signal handlers": "import signal; signal.signal(signal.SIGUSR1, print)",
    "an import changes the module path": "import sys; sys.path.insert(0, '/tmp')",
    "an import changes the working folder": "import os; os.chdir('/')",
    "an import changes the random generators": "import random; mine = random.Random()",
    "an import takes warning filters away": "import warnings; warnings.resetwarnings()",
    "odd asks at its import for the notebook": "from IPython import get_ipython; get_ipython()",
}


@pytest.mark.parametrize("reason", ODD)
def test_an_import_that_would_differ_in_a_notebook_refuses_the_fork(reason, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "odd.py").write_text(ODD[reason])
    program = """
        import IPython.core.interactiveshell, sys
        from workbench.runner.kernel.ahead import import_ahead
        refusal, *_ = import_ahead(["import odd"])
        print(refusal, file=sys.stderr)
        sys.stderr.flush()
        __import__("os")._exit(0)
    """
    path = f"{tmp_path / 'lib'}:{os.environ.get('PYTHONPATH', '')}"
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert done.stderr == f"{reason}\n"


def test_the_imports_of_no_study_refuse_the_fork():
    """Whatever is installed beside them: statsmodels imports polars, which starts a thread, where it finds it."""
    program = """
        import IPython.core.interactiveshell, json, sys
        from workbench.runner.kernel import ahead, warm
        notebooks = [json.load(open(file)) for file in sys.argv[1:]]
        statements = [text for notebook in notebooks for text in warm.common_imports([notebook])]
        print(len(statements), ahead.import_ahead(statements)[0], file=sys.stderr, flush=True)
        __import__("os")._exit(0)
    """
    files = sorted(map(str, (ROOT / "notebooks").glob("*.ipynb")))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *files],
        capture_output=True,
        text=True,
        cwd=ROOT / "notebooks",
        env=os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
    )
    number, refusal = done.stderr.strip().split(" ", 1)
    assert int(number) >= 5 * len(files) > 0
    assert refusal == "None"


def test_what_a_package_prints_at_its_import_stands_in_every_report(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "loud.py").write_text("print('I am loud')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'lib'}:{os.environ.get('PYTHONPATH', '')}")
    files = [write_notebook(tmp_path / f"{name}.ipynb", "import loud") for name in "ab"]
    done = workbench("run", *files, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    for name in "ab":
        assert record_of(tmp_path / "out", name)["provenance"]["kernel"] == "cold: an import prints"
        assert "I am loud" in (tmp_path / "out" / f"{name}.html").read_text("utf-8")


def test_a_stream_that_a_package_keeps_leads_to_the_notebook(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # an installed package, by its place
    place = (
        tmp_path / ".local" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    )
    place.mkdir(parents=True)
    (place / "keeps.py").write_text("import sys\ndef say(text, to=sys.stdout):\n    print(text, file=to)")
    monkeypatch.setenv("PYTHONPATH", f"{place}:{os.environ.get('PYTHONPATH', '')}")
    files = [write_notebook(tmp_path / f"{name}.ipynb", "import keeps", "keeps.say('kept')") for name in "ab"]
    done = workbench("run", *files, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    cells = json.loads((tmp_path / "out" / "a.ipynb").read_text("utf-8"))["cells"]
    assert [output["text"] for output in cells[-1]["outputs"]] == [["kept\n"]]
    assert record_of(tmp_path / "out", "a")["provenance"]["kernel"] == "warm"


def test_notebooks_in_several_folders_have_fresh_kernels(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    files = [write_notebook(tmp_path / name / f"{name}.ipynb", "1") for name in "ab"]
    assert workbench("run", *files, "--out", tmp_path / "out").returncode == 0
    assert record_of(tmp_path / "out", "a")["provenance"]["kernel"] == "cold"


def test_kernels_end_with_the_process_that_forked_them(tmp_path):
    files = [write_notebook(tmp_path / f"{n}.ipynb", "import time; time.sleep(60)") for n in "ab"]
    process = start_workbench("run", *files, "--jobs", 2, "--out", tmp_path / "out")
    for _ in range(2):
        wait_for_line(process, "[2/2]")
    (server,) = (p for p in psutil.Process(process.pid).children() if "--serve" in p.cmdline())
    kernels = server.children()
    server.kill()
    process.communicate(timeout=60)
    assert (process.returncode, len(kernels)) == (5, 2)
    assert not psutil.wait_procs(kernels, timeout=10)[1]
    assert {record_of(tmp_path / "out", f"{n}.failed")["verdict"] for n in "ab"} == {"kernel died"}


def notebook(*cells):
    code = [{"cell_type": "code", "metadata": {}, "source": source} for source in cells]
    return {
        "cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "x: int = 1"}, *code]
    }


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["import os, json as j"], ["import os", "import json"]),
        (["from math import pi as p, e"], ["from math import pi", "from math import e"]),
        (["import os\nos.environ['X'] = '1'\nimport json"], ["import os"]),
        (["x = 1", "import os"], []),
        (["%matplotlib inline", "import os"], []),
        (["import os", "from . import x", "import json"], ["import os"]),
        (["import os", "if True:\n    import json"], ["import os"]),
    ],
)
def test_imports_are_made_ahead_up_to_the_first_other_code(cells, expected):
    assert warm.common_imports([notebook(*cells)]) == expected
    assert warm.common_imports([notebook(*cells), notebook("1")]) == []
