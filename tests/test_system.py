"""Where it runs: what is done on a system that lacks what Linux has, tried by hiding that."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest
from conftest import COMMAND, record_of, write_notebook

from workbench.runner import system
from workbench.runner.kernel import inotify
from workbench.runner.kernel.network import Connections
from workbench.runner.kernel.watch import Watch

ROOT = Path(__file__).resolve().parents[1]
CALL = "import sys; from workbench.cli import main; sys.exit(main(sys.argv[1:]))"
# what Python has not on Windows, as far as this package could ask for it; Python's own modules are those of Linux
NO_UNIX = """
import asyncio, multiprocessing.pool, os, signal, socket, subprocess, sys, tempfile, uuid
for name in ("fcntl", "resource", "termios", "pwd", "grp", "pty"):
    sys.modules[name] = None
for module, names in {
    os: "fork forkpty setsid setpgid getuid geteuid killpg O_NONBLOCK O_CLOEXEC posix_fallocate",
    signal: "SIGHUP SIGKILL SIGALRM pthread_sigmask setitimer alarm",
    socket: "SOCK_SEQPACKET AF_UNIX",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
# packages read sys.platform at their import; what is ours to decide is decided by `system`. As sitecustomize.py it acts
# on supervisors that are started afresh, too; not on kernels, whose environment has no such variable.
MACOS = """
import os, socket, sys
del os.posix_fallocate, socket.SOCK_SEQPACKET
import psutil
from workbench.runner import system
from workbench.runner.kernel import inotify
system.PLATFORM, system.OPEN_FILES = "darwin", "/none/self/fd"
class Inotify:
    def __init__(self):
        raise inotify.NoInotify("this system offers no inotify")
from workbench.runner.kernel import watch
watch.Inotify = Inotify
"""


def on_macos(folder, *arguments):
    """The command line, typed in a folder."""
    (folder / "like").mkdir()
    (folder / "like/sitecustomize.py").write_text(
        f"import os\nif 'LIKE_MACOS' in os.environ:\n{textwrap.indent(MACOS, '    ')}"
    )
    settings = os.environ | {"PYTHONPATH": str(folder / "like"), "LIKE_MACOS": "1"}
    program = [*COMMAND, *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, encoding="utf-8", cwd=folder, env=settings)


def called(before, *arguments, cwd=ROOT):
    """The command line in an interpreter that lacks something."""
    program = [sys.executable, "-c", f"{textwrap.dedent(before)}\n{CALL}", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, encoding="utf-8", cwd=cwd)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "telecom-rfm-ahp"),
        ("sweep", "telecom-rfm-ahp", "-g", "n_clusters=2,3"),
        ("verify", "telecom-rfm-ahp"),
    ],
)
def test_on_windows_a_run_is_refused_in_one_line_that_names_wsl(arguments, tmp_path):
    done = called(NO_UNIX, *arguments, "--out", tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("refused: reports are run and written on Linux and macOS")
    assert "wsl --install" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_on_windows_look_list_and_a_method_work():
    listed = called(NO_UNIX, "list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.startswith("telecom-rfm-ahp ")
    looked = called(NO_UNIX, "look", "data/telecom_rfm_ahp/payments.csv")
    assert (looked.returncode, looked.stderr) == (0, "")
    assert "customer_id" in looked.stdout
    helped = called(NO_UNIX, "run", "telecom-rfm-ahp", "--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    method = "from workbench import ahp, data, rfm\nprint(len(data.load('telecom')))\nsys.exit()"
    assert called(f"{NO_UNIX}\n{method}").stdout.strip().isdigit()


@pytest.mark.slow
def test_on_macos_kernels_are_started_afresh_and_open_files_are_looked_at(tmp_path):
    (tmp_path / "note.bin").write_bytes(b"7")
    held = "import pyarrow\nnote = pyarrow.OSFile('no' + 'te.bin')"  # which Python does not see
    write_notebook(tmp_path / "one.ipynb", "import os, json\nx", held)
    write_notebook(tmp_path / "two.ipynb", "import os, json\n{}[1]")
    done = on_macos(tmp_path, "run", "one", "two", "--jobs", 2, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (3, ""), done.stdout + done.stderr
    record = record_of(tmp_path / "out", "one")
    assert (record["verdict"], record["provenance"]["kernel"]) == ("passed", "cold")
    assert "note.bin" in [file["file"] for file in record["provenance"]["undeclared"]]
    assert "which may open files unseen (this system offers no inotify)" in record["provenance"]["reached"][0]
    failed = record_of(tmp_path / "out", "two.failed")
    assert (failed["verdict"], failed["reason"]) == ("failed", "KeyError: 1")


def test_supervisors_are_started_afresh_where_a_fork_is_not_safe(monkeypatch):
    assert system.supervisors().get_start_method() == "fork"
    monkeypatch.setattr(system, "PLATFORM", "darwin")
    assert system.supervisors().get_start_method() == "spawn"


def test_where_nothing_can_be_locked_nothing_is_written(tmp_path):
    writing = f"""
        from pathlib import Path
        from workbench.runner import publishing
        from workbench.runner.record.verdict import Refused
        try:
            with publishing.locked(Path({str(tmp_path / "x.lock")!r})):
                pass
        except Refused as error:
            print(error)
        sys.exit()
    """
    done = called(NO_UNIX + textwrap.dedent(writing))
    assert "WSL" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_on_linux_the_same_is_forked(tmp_path):
    for name in ("one", "two"):
        write_notebook(tmp_path / f"{name}.ipynb", "import os, json\nx")
    done = called("", "run", "one", "two", "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert record_of(tmp_path / "out", "one")["provenance"]["kernel"] == "warm"


def test_without_inotify_a_watch_looks_at_open_files_and_says_so(tmp_path, monkeypatch):
    def none():
        raise inotify.NoInotify("this system offers no inotify")

    monkeypatch.setattr("workbench.runner.kernel.watch.Inotify", none)
    (tmp_path / "apart").mkdir()
    names = ("read.bin", "apart/own.bin")
    for name in names:
        (tmp_path / name).write_bytes(b"1")
    watch = Watch([str(tmp_path)], [str(tmp_path / "apart")])
    watch.poll(lambda: [str(tmp_path / name) for name in names] + ["/elsewhere"])
    seen = watch.end()
    assert list(seen.read) == [str(tmp_path / "read.bin")]
    assert seen.why == "this system offers no inotify"


def test_with_inotify_nobody_asks_for_open_files(tmp_path):
    watch = Watch([str(tmp_path)], [])
    watch.poll(lambda: pytest.fail("asked"))
    assert watch.end().why is None


def test_without_proc_connections_are_asked_for(monkeypatch):
    monkeypatch.setattr(system, "OPEN_FILES", "/none/self/fd")
    found = [psutil._ntuples.pconn(3, 2, 1, ("127.0.0.1", 1), ("127.0.0.1", 2), "ESTABLISHED")]
    monkeypatch.setattr(psutil.Process, "net_connections", lambda self: found)
    connections = Connections()
    connections.look(None)
    assert connections.seen == []
    connections.look(os.getpid())
    assert connections.seen == ["network"]


def test_room_on_the_disk_is_made_without_the_systems_own_call(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "posix_fallocate")
    with open(tmp_path / "reserve", "wb") as file:
        system.reserve(file.fileno(), 1000)
    assert (tmp_path / "reserve").stat().st_size == 1000
