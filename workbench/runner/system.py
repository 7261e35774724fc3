"""What the system under the runner offers, and what is done where it offers less: every such question is asked here.

Linux has all of it. On macOS kernels are started afresh, as a fork of a process that has loaded its frameworks is not
safe there, and folders are looked at again and again instead of watched. On Windows no notebook is run by the runner.
"""

import importlib
import os
import signal
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:  # not for the kernels, which import this module too
    from multiprocessing.context import ForkContext, SpawnContext

PLATFORM = sys.platform
OPEN_FILES = "/proc/self/fd"  # each a link to the file that is open under a number
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # that end a run
AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # opens what nobody may ever write to without waiting for it
F_GETPATH = 50  # of fcntl on macOS


def cannot_run() -> str | None:
    """Say why no notebook can be run here; None where it can."""
    if _has("fcntl") and hasattr(signal, "pthread_sigmask") and hasattr(os, "setpgid"):
        return None
    return (
        "reports are run and written on Linux and macOS; on Windows do it inside WSL (`wsl --install`), where all of "
        "the workbench works; look, list, the methods and the notebooks work here, too"
    )


def cannot_fork() -> str | None:
    """Say why kernels cannot be forked from a process that has made their imports; None where they can."""
    if PLATFORM == "darwin" or not hasattr(os, "fork"):
        return "this system has no safe fork"
    import socket

    if not hasattr(socket, "SOCK_SEQPACKET") or not os.path.isdir("/proc/self/task"):
        return "this system cannot tell what a process holds before it is forked"
    return None


def supervisors() -> "ForkContext | SpawnContext":
    """How the processes are made that supervise a run each: forked, where that is safe, else started afresh."""
    import multiprocessing
    from multiprocessing import resource_tracker

    if cannot_fork() is None:
        return multiprocessing.get_context("fork")
    # now, since it unblocks the signals that are held back while a supervisor starts
    resource_tracker.ensure_running()
    return multiprocessing.get_context("spawn")


def lock(file: int | IO[str], *, wait: bool) -> None:
    """Lock an open file or folder for this process alone; the lock ends with it.

    Raises
    ------
    BlockingIOError
        Another has it, and nobody wants to wait.
    """
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def reserve(file: int, size: int) -> None:
    """Give an empty open file so many bytes of the disk."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
    else:
        os.write(file, bytes(size))


def path_of(file: int) -> str:
    """The path of an open file or folder, by its number."""
    if os.path.isdir(OPEN_FILES):
        return os.readlink(f"{OPEN_FILES}/{file}")
    import fcntl

    return os.fsdecode(fcntl.fcntl(file, F_GETPATH, bytes(1024)).rstrip(b"\0"))


def _has(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True
