"""Files as a record knows them: their hash, their state, and which of them say nothing of a run."""

import hashlib
import os
import site
import sys
import sysconfig
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
SYSTEM = ["/proc", "/dev", "/sys", "/etc", "/bin", "/sbin", "/lib", "/usr/bin", "/usr/lib", "/usr/share"]
SYSTEM += ["/usr/local/bin", "/usr/local/lib", "/usr/local/share"]
FONTS = ["~/.fonts", "~/.local/share/fonts", "~/Library/Fonts"]


def of_file(path: str | os.PathLike[str]) -> str | None:
    """SHA-256 of a file, None if there is none."""
    try:
        with open(path, "rb") as file:
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
