"""Files as a record knows them: their hash, their state, and which of them say nothing of a run."""

import contextlib
import errno
import functools
import hashlib
import json
import os
import site
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any

from workbench.runner import system

PACKAGE = Path(__file__).resolve().parents[2]
# What the system's kernel shows as files, and is none; in /dev/shm there are files.
NO_FILES = ("/proc/", "/sys/", "/dev/fd/", "/dev/pts/", "/dev/std", "/dev/tty")
NO_FILES += tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
FONTS = ["/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "~/Library/Fonts"]
FONT_FILES = (".ttf", ".otf", ".ttc", ".pfb", ".afm")
ZIP = f"python{sysconfig.get_config_var('py_version_nodot')}.zip"  # where the standard library may lie, too
OURS = (str(PACKAGE) + os.sep,)
UNSEEN = {"__pycache__", ".ipynb_checkpoints"}  # what programs leave in a folder that holds notebooks


LARGEST = 512 * 2**20  # bytes of a notebook or a record; a large report has some 20 MB


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[BufferedReader]:
    """Open a file for reading; refuse what is none, such as a pipe, which nobody may ever write to.

    Raises
    ------
    OSError
    """
    with open(path, "rb", opener=lambda file, flags: os.open(file, flags | system.AT_ONCE)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        yield file


def content(path: str | os.PathLike[str]) -> bytes:
    """Read a notebook or a record.

    Raises
    ------
    OSError
        It cannot be read, is no regular file, or is far too large to be one.
    """
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size > LARGEST:
            raise OSError(errno.EFBIG, f"it has more than {LARGEST >> 20} MiB")
        return file.read()


def value(path: str | os.PathLike[str]) -> Any:
    """Read a JSON file.

    Raises
    ------
    OSError
        As `content`.
    ValueError
        It holds no JSON, or lists and objects that are nested too deep.
    """
    try:
        return json.loads(content(path), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no value of JSON")


def of_file(path: str | os.PathLike[str]) -> str | None:
    """SHA-256 of a file, None if there is none."""
    try:
        with opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return None


def state(path: str | os.PathLike[str]) -> list[int] | None:
    """Size in bytes and times of change in nanoseconds of a file; None if it is not there.

    The second time is the system's own: a file that took the place of another one has another one, whatever
    its size and its first time say.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def of_folder(path: str | os.PathLike[str]) -> str | None:
    """SHA-256 of the names in a folder, None if there is none."""
    try:
        with os.scandir(path) as found:
            names = sorted(f"{entry.name}{os.sep * entry.is_dir()}" for entry in found)
    except (OSError, ValueError):
        return None
    known = [name for name in names if name.rstrip(os.sep) not in UNSEEN]
    return hashlib.sha256("\0".join(known).encode("utf-8", "surrogateescape")).hexdigest()


def of_place(place: str, path: str | os.PathLike[str]) -> str | None:
    """SHA-256 of a file, or of the names in a folder, whose place ends with a slash."""
    return of_folder(path) if place.endswith("/") else of_file(path)


@functools.cache
def of_packages() -> tuple[str, ...]:
    """Beginnings of paths among the installed packages."""
    paths = sysconfig.get_paths()
    return _beginnings(
        [paths["purelib"], paths["platlib"], *site.getsitepackages(), site.getusersitepackages()]
    )


def ignored(*private: str) -> tuple[str, ...]:
    """Beginnings of paths that are known otherwise or say nothing of the data: the interpreter's, and ours."""
    paths = sysconfig.get_paths()
    zones = (sysconfig.get_config_var("TZPATH") or "").split(os.pathsep)
    folders = [paths["stdlib"], paths["platstdlib"], *filter(None, zones), *private]
    return (*_beginnings(folders), *(path for path in sys.path if path.endswith(ZIP)), *NO_FILES, *OURS)


def _beginnings(folders: Iterable[str]) -> tuple[str, ...]:
    return tuple({f + os.sep for folder in folders for f in (folder, os.path.realpath(folder))})


def is_of_drawing(path: str) -> bool:
    """Whether a file is one of the fonts or of matplotlib's own notes about them, which no drawing of ours uses."""
    folder, name = os.path.split(path)
    if name.startswith(("fontlist-", ".matplotlib-lock")):
        return "matplotlib" in folder or folder == os.environ.get("MPLCONFIGDIR")
    return name.endswith(FONT_FILES) and path.startswith(tuple(map(os.path.expanduser, FONTS)))
