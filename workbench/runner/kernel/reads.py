"""What the notebook's own Python code opens and reaches, noted in the kernel by an audit hook.

Not seen are files that a library opens by itself (DuckDB, pyarrow, Polars and HDF5 do), the listing of a folder,
environment variables, and whatever another program reads; that another program was started is seen.
"""

import importlib.util
import os
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from workbench.runner.record import files

REACHING: dict[str, Callable[..., str]] = {
    "subprocess.Popen": lambda program, *_: f"program {_base(program)}",
    "os.system": lambda command: f"program {_base(os.fsdecode(command).split()[0])}",
    "os.posix_spawn": lambda program, *_: f"program {_base(program)}",
    "os.fork": lambda *_: "copy of the kernel (fork)",
    "socket.connect": lambda _, address: "network" if isinstance(address, tuple) else "socket",
    "sqlite3.connect": lambda database: f"database {_base(database)}",
}
_opened: dict[
    str, list[int] | None
] = {}  # path: its size and time of change when it was first read, None if it was not there
_written: set[str] = set()  # paths that this process has written from their first byte
_reached: dict[str, bool] = {}  # in the order of the first time

# `ignored` are beginnings of paths that say nothing of the run
_state = SimpleNamespace(ignored=(), listening=False)

# Children that Python starts by these raise no event of their own.
SPAWNING = ("multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver")


def begin() -> None:
    """Listen from here on, and forget what was heard; an audit hook stays for the life of the process."""
    private = os.environ.get("IPYTHONDIR")
    _state.ignored = files.ignored(*([os.path.dirname(private)] if private else []))
    for heard in (_opened, _written, _reached):
        heard.clear()
    if not _state.listening:
        sys.addaudithook(_hear)
        _state.listening = True


def answer() -> dict[str, Any]:
    """What was read, each file with its state at the first time; what was written; what else was reached."""
    if any(name in sys.modules for name in SPAWNING):
        _reached["copy of the kernel (spawn)"] = True
    return {"opened": _opened, "written": sorted(_written), "reached": list(_reached)}


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Note an event; whatever happens here, the notebook must not feel it."""
    try:
        if event == "open":
            _note(*arguments)
        elif event == "os.rename":
            source, target = (os.path.abspath(os.fsdecode(name)) for name in arguments[:2])
            if source in _written:
                _written.add(target)
        elif event in REACHING and (what := REACHING[event](*arguments)) != "database ":
            _reached[what] = True
    except Exception:
        _reached["something that could not be followed"] = True


def _note(name: str | bytes | int, _mode: object, flags: int) -> None:
    if isinstance(name, int):
        return
    path = os.path.abspath(os.fsdecode(name))
    if path.startswith(_state.ignored) or _is_font_list(path):
        return
    if _empties(path, flags):
        _written.add(path)
    if path in _written or flags & os.O_ACCMODE == os.O_WRONLY:
        return
    if path.endswith(".pyc"):
        path = importlib.util.source_from_cache(path) if "__pycache__" in path else path
    if path not in _opened and not os.path.isdir(path):
        _opened[path] = files.state(path)


def _empties(path: str, flags: int) -> bool:
    """Whether this opening leaves nothing of the file that was there; one that will fail does not."""
    if flags & os.O_EXCL:
        return not os.path.lexists(path)
    return bool(flags & os.O_TRUNC) and (os.access(path, os.W_OK) or not os.path.exists(path))


def _is_font_list(path: str) -> bool:
    return os.path.basename(path).startswith(("fontlist-", ".matplotlib-lock"))


def _base(name: str | bytes) -> str:
    """Last part of a path, "" for a database in memory: no report holds a path of somebody's machine."""
    base = os.path.basename(os.fsdecode(name))
    return "" if base == ":memory:" else base
