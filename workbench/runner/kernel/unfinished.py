"""What of the notebook's work still goes on in the kernel when all cells have run.

A run that ended there would cut it off without a word. A thread that only waits for work is none: the workers
of an idle pool, what serves a connection to Spark, a progress bar's monitor. Child processes are looked at from
outside, see `process`; here it is said which of them are workers of pools, and whether these have work.
"""

import _thread
import asyncio
import ctypes
import re
import sys
import threading
from collections.abc import Iterator
from types import FrameType, SimpleNamespace
from typing import Any

from workbench.runner.record import files

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER of prctl
# Modules whose code does nothing but wait, and packages whose threads serve what the notebook asks of them.
WAITING = {"threading", "queue", "selectors", "multiprocessing.connection"}
SERVING = {"tqdm", "py4j", "pyspark", "grpc", "ipykernel", "zmq", "debugpy", "_pydevd_bundle", "psycopg_pool"}
_before = SimpleNamespace(threads=set(), tasks=set(), bare=0)


def begin() -> None:
    """Note what runs before the first cell, and keep in the family what a child leaves behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    _before.threads = set(threading.enumerate())
    _before.tasks = {_called(task) for task in _tasks()}
    _before.bare = _bare()


def answer() -> dict[str, Any]:
    """What is at work: `work` by name; `names` of child processes; `idle` are those that wait for work."""
    frames = sys._current_frames()
    new = [thread for thread in threading.enumerate() if thread not in _before.threads and _started(thread)]
    stacks = {thread: list(_stack(frames.get(thread.ident or 0))) for thread in new}
    work = [f"thread {thread.name!r}" for thread in new if not _waits(thread, stacks[thread])]
    work += ["a thread started by _thread"] * (_bare() - _before.bare)
    work += [f"task {name}" for name in map(_called, _tasks()) if name not in _before.tasks]
    names, servers = _children()
    idle = {pid for stack in stacks.values() for frame in stack for pid in _workers(frame)}
    return {"work": work, "names": names, "idle": sorted(idle | servers)}


def _tasks() -> "set[asyncio.Task[Any]]":
    try:
        return asyncio.all_tasks()
    except RuntimeError:  # no loop runs
        return set()


def _called(task: "asyncio.Task[Any]") -> str:
    return getattr(task.get_coro(), "__qualname__", "of an unknown kind")


def _started(thread: threading.Thread) -> bool:
    """Whether `threading` started it."""
    return thread is not threading.main_thread() and not isinstance(thread, threading._DummyThread)


def _bare() -> int:
    """Number of threads that run without `threading`."""
    return _thread._count() - sum(map(_started, threading.enumerate()))


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames of a thread, from where it is outwards."""
    while frame:
        yield frame
        frame = frame.f_back


def _module(frame: FrameType) -> str:
    return frame.f_globals.get("__name__") or ""


def _waits(thread: threading.Thread, stack: list[FrameType]) -> bool:
    """Whether a thread only waits for work, or serves what the notebook asks of a package."""
    if any(_module(frame).partition(".")[0] in SERVING for frame in stack):
        return True
    own = [frame for frame in stack if _module(frame) not in WAITING]
    for frame in own:
        if (idle := _is_idle(frame, innermost=frame is own[0])) is not None:
            return idle
    # a thread that a package keeps for itself, such as the writer of a log
    installed = all(frame.f_code.co_filename.startswith((*files.ignored(), "<frozen")) for frame in own)
    return bool(thread.daemon and own and installed and stack[0] is not own[0])


def _is_idle(frame: FrameType, *, innermost: bool) -> bool | None:
    """Whether a loop that gives or takes work has none; None where the frame is no such loop."""
    here = frame.f_locals
    match _module(frame).rpartition(".")[2], frame.f_code.co_name:
        case "thread", "_worker":
            return innermost and not here["work_queue"].qsize()
        case "pool", "worker":
            return here.get("task") is None
        case "pool", "_handle_workers" | "_handle_tasks" | "_handle_results":
            return not here["cache"]
        case "process" | "process_executor", "run" if hasattr(here.get("self"), "pending_work_items"):
            return not here["self"].pending_work_items
        case "queues", "_feed":
            return not here["buffer"]
        case "base_events", "_run_once":
            return innermost and not asyncio.all_tasks(here["self"])
    return None


def _workers(frame: FrameType) -> list[int]:
    """The worker processes of a pool without work, where the frame is that of a thread that looks after it."""
    here = frame.f_locals
    match _module(frame).rpartition(".")[2], frame.f_code.co_name:
        case "pool", "_handle_workers" if not here["cache"]:
            return [process.pid for process in here["pool"] if hasattr(process, "_popen")]
        case "process" | "process_executor", "run" if hasattr(here.get("self"), "pending_work_items"):
            manager = here["self"]
            return [] if manager.pending_work_items else list(manager.processes)
    return []


def _children() -> tuple[dict[int, str], set[int]]:
    """What `multiprocessing` calls its children, and which of them only serve objects."""
    processes = sys.modules.get("multiprocessing.process")
    children = list(vars(processes)["_children"]) if processes else []
    names = {child.pid: child.name for child in children}
    return names, {pid for pid, name in names.items() if re.search(r"Manager-\d[\d:]*$", name)}
