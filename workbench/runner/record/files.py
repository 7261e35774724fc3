"""Files as a record knows them: their hash, their state, and which of them say nothing of a run."""

import hashlib
import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
# What the system's kernel shows as files, and is none; in /dev/shm there are files.
NO_FILES = ("/proc/", "/sys/", "/dev/fd/", "/dev/pts/", "/dev/std", "/dev/tty")
NO_FILES += tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
FONTS = ["/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "~/Library/Fonts"]
FONT_FILES = (".ttf", ".otf", ".ttc", ".pfb", ".afm")
ZIP = f"python{sysconfig.get_config_var('py_version_nodot')}.zip"  # where the standard library may lie, too
OURS = (str(PACKAGE) + os.sep,)
UNSEEN = {"__pycache__", ".ipynb_checkpoints"}  # what programs leave in a folder that holds notebooks


def of_file(path: str | os.PathLike[str]) -> str | None:
    """SHA-256 of a file, None if there is none."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return None


def state(path: str | os.PathLike[str]) -> list[int] | None:
    """Size in bytes and time of the last change in nanoseconds of a file; None if it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns]


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
