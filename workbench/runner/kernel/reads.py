"""What the notebook's own Python code opens, lists and reaches, noted in the kernel by an audit hook.

Files that a library opens by itself raise no event; those are seen from outside, see `watch`. Which such
libraries are loaded, and which of them reach a database, says `libraries`.
"""

import glob
import importlib.util
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from types import FrameType, SimpleNamespace
from typing import Any

from workbench.runner import system
from workbench.runner.kernel import libraries
from workbench.runner.record import files

REACHING: dict[str, Callable[..., str]] = {
    "subprocess.Popen": lambda program, *_: f"program {_base(program)}",
    "os.system": lambda command: f"program {_base(os.fsdecode(command).split()[0])}",
    "os.posix_spawn": lambda program, *_: f"program {_base(program)}",
    "os.fork": lambda *_: "copy of the kernel (fork)",
    "socket.connect": lambda _, address: "network" if isinstance(address, tuple) else "socket",
    "socket.sendto": lambda _, address: "network" if isinstance(address, tuple) else "socket",
    "socket.getaddrinfo": lambda host, *_: "network" if host else "",
    "sqlite3.connect": lambda database: f"database {_base(database)}".removesuffix("database "),
    "ctypes.dlopen": lambda name: f"library {_base(name)}" if _is_own_library(name) else "",
}
LISTING = ("os.listdir", "os.scandir")
PATTERNS: dict[str, Callable[..., str]] = {
    "glob.glob/2": lambda pattern, _, root, *__: os.path.join(os.fsdecode(root or ""), os.fsdecode(pattern)),
    "pathlib.Path.glob": lambda folder, pattern: os.path.join(folder, pattern),
}
_opened: dict[
    str, list[int] | None
] = {}  # path: its size and time of change when it was first read, None if it was not there
_written: set[str] = set()  # paths that this process has written from their first byte
_reached: dict[str, bool] = {}  # in the order of the first time
_listed: dict[str, str | None] = {}  # folder: hash of its names when they were first listed
_looked: Counter[str] = Counter()  # how often Python opened a folder, whatever for
_packaged: set[str] = set()  # files that lie among the installed packages

# Beginnings of paths: `ignored` say nothing of the run, among them the `interpreter`'s; `packages` are installed;
# in `modules` modules were looked for from the start.
_state = SimpleNamespace(ignored=(), packages=(), modules=(), interpreter=(), listening=False)
_own = threading.local()  # `busy` while the hook itself looks into folders

# Children that Python starts by these raise no event of their own.
SPAWNING = ("multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver")


def begin() -> None:
    """Listen from here on, and forget what was heard; an audit hook stays for the life of the process."""
    private = os.environ.get("IPYTHONDIR")
    _state.interpreter = files.ignored()
    _state.ignored = files.ignored(*([os.path.dirname(private)] if private else []))
    _state.packages = files.of_packages()
    _state.modules = tuple(os.path.abspath(folder) + os.sep for folder in sys.path)
    for heard in (_opened, _written, _reached, _listed, _looked, _packaged):
        heard.clear()
    if not _state.listening:
        sys.addaudithook(_hear)
        _state.listening = True


def answer() -> dict[str, Any]:
    """What was read and listed, each with its state at the first time; what was written; what else was reached."""
    if any(name in sys.modules for name in SPAWNING):
        _reached["copy of the kernel (spawn)"] = True
    for driver in libraries.drivers():
        _reached[driver] = True
    return {
        "opened": dict(_opened),
        "written": sorted(_written),
        "reached": list(_reached),
        "listed": dict(_listed),
        "looked": dict(_looked),
        "packaged": sorted(_packaged),
        "imported": sorted({name.partition(".")[0] for name in sys.modules}),
        "readers": libraries.readers(),
    }


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Note an event; whatever happens here, the notebook must not feel it."""
    if getattr(_own, "busy", False):
        return
    try:
        if event == "open":
            _note(*arguments)
        elif event in LISTING:
            _list(_path(arguments[0]), sys._getframe(1))
        elif event in PATTERNS:
            _list_for(PATTERNS[event](*arguments))
        elif event == "os.rename":
            source, target = (os.path.abspath(os.fsdecode(name)) for name in arguments[:2])
            if source in _written:
                _written.add(target)
        elif event in REACHING and (what := REACHING[event](*arguments)):
            _reached[what] = True
    except Exception:
        _reached["something that could not be followed"] = True


def _note(name: str | bytes | int, mode: object, flags: int) -> None:
    if isinstance(name, int):
        return
    path = os.path.abspath(os.fsdecode(name))
    # os.open, which says no mode, may begin at a folder that is open, of which its event says nothing
    if mode is None and not (os.path.isabs(name) or os.path.exists(path) or flags & os.O_CREAT):
        _reached[f"file {os.path.basename(path)}, named from a folder that is open"] = True
    if path.startswith(_state.packages):
        written = flags & os.O_ACCMODE == os.O_WRONLY  # as Python does with what it has compiled
        if not (written or path.endswith((".py", ".pyc", ".so"))):  # of modules `imported` tells
            _packaged.add(path)
        return
    if path.startswith(_state.ignored) or files.is_of_drawing(path):
        return
    if _empties(path, flags):
        _written.add(path)
    if path in _written or flags & os.O_ACCMODE == os.O_WRONLY:
        return
    if path.endswith(".pyc"):
        path = importlib.util.source_from_cache(path) if "__pycache__" in path else path
    if os.path.isdir(path):
        _looked[path] += 1
    elif path not in _opened:
        _opened[path] = files.state(path)


def _path(name: str | bytes | int | None) -> str:
    """Absolute path of a folder by its name, or by its number as an open file."""
    if isinstance(name, int):
        return system.path_of(name)
    return os.path.abspath(os.fsdecode("." if name is None else name))


def _list(folder: str, caller: FrameType | None = None) -> None:
    """Note what a folder holds; not where Python looks for a module, in the places where it always does."""
    if folder.startswith(_state.ignored + _state.packages) or folder + os.sep in _state.packages:
        return
    _looked[folder] += 1
    by_import = caller is not None and "importlib" in caller.f_code.co_filename
    if folder not in _listed and not (by_import and f"{folder}{os.sep}".startswith(_state.modules)):
        _looked[folder] += 1
        _own.busy = True
        try:
            _listed[folder] = files.of_folder(folder)
        finally:
            _own.busy = False


def _list_for(pattern: str) -> None:
    """Note the folders in which a pattern looks for a name: no listing tells of `*/part.csv` in one that has none."""
    folder, _ = os.path.split(pattern)
    if glob.has_magic(folder) and "**" not in folder:  # that lists all there is
        _own.busy = True
        try:
            folders = [path for path in glob.glob(folder) if os.path.isdir(path)]
        finally:
            _own.busy = False
        for path in folders:
            _list(os.path.abspath(path))


def _empties(path: str, flags: int) -> bool:
    """Whether this opening leaves nothing of the file that was there; one that will fail does not."""
    if flags & os.O_EXCL:
        return not os.path.lexists(path)
    return bool(flags & os.O_TRUNC) and (os.access(path, os.W_OK) or not os.path.exists(path))


def _is_own_library(name: str | bytes | None) -> bool:
    """Whether a shared library was loaded that no package brought, or by code of no package."""
    if name is None:
        return False
    text = os.fsdecode(name)
    if os.sep in text:
        return not os.path.realpath(text).startswith(_state.packages + _state.ignored)
    frame = sys._getframe(1)  # one by its bare name is the system's; who asks for it says what for
    while frame:
        file = frame.f_code.co_filename
        if file.startswith(_state.packages):  # first: they may lie in a folder of the interpreter
            return False
        if not file.startswith(_state.interpreter):
            return True
        frame = frame.f_back
    return True


def _base(name: str | bytes) -> str:
    """Last part of a path, "" for a database in memory: no report holds a path of somebody's machine."""
    base = os.path.basename(os.fsdecode(name))
    return "" if base == ":memory:" else base
