"""Files as a record knows them: their hash, their state, and which of them say nothing of a run."""

import contextlib
import errno
import hashlib
import json
import os
import site
import stat
import sys
import sysconfig
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[2]
SYSTEM = ["/proc", "/dev", "/sys", "/etc", "/bin", "/sbin", "/lib", "/usr/bin", "/usr/lib", "/usr/share"]
SYSTEM += ["/usr/local/bin", "/usr/local/lib", "/usr/local/share"]
FONTS = ["~/.fonts", "~/.local/share/fonts", "~/Library/Fonts"]


LARGEST = 512 * 2**20  # bytes of a notebook or a record; a large report has some 20 MB


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[BufferedReader]:
    """Open a file for reading; refuse what is none, such as a pipe, which nobody may ever write to.

    Raises
    ------
    OSError
    """
    with open(path, "rb", opener=lambda file, flags: os.open(file, flags | os.O_NONBLOCK)) as file:
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


def ignored(*private: str) -> tuple[str, ...]:
    """Beginnings of paths that are known otherwise (packages, by their version) or say nothing of the data."""
    paths = sysconfig.get_paths()
    folders = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders += [*site.getsitepackages(), site.getusersitepackages(), *SYSTEM, *private]
    folders += [
        f"{prefix}/{name}" for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", "lib64", "share")
    ]
    folders += [os.path.expanduser(folder) for folder in FONTS] + [str(PACKAGE)]
    return tuple({f + os.sep for folder in folders for f in (folder, os.path.realpath(folder))})
