"""What a run was made of, so that it can be repeated: commit, files, versions, machine, command."""

import hashlib
import json
import os
import platform
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from workbench import __version__
from workbench.runner.record.record import Commit, Machine


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def now() -> str:
    """The present moment in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def commit(root: Path) -> Commit:
    """The commit of a project and those of its files that differ from it.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    Commit
        `commit` (None outside a repository or without git) and `dirty`, a list of paths.
    """
    head = _git(root, "rev-parse", "HEAD")
    status = _git(root, "status", "--porcelain", "-z", "--untracked-files=normal", "--", ".")
    # with -z names are never quoted, and the old name of a renamed file follows in an entry of its own
    dirty = [entry[3:] for entry in status.split("\0") if entry[2:3] == " "] if status else []
    return {"commit": head.strip() if head else None, "dirty": dirty}


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, encoding="utf-8", timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def versions(lock: Path, more: Iterable[str] = ()) -> dict[str, str]:
    """Installed versions of the packages that a lock file names; of all that are installed where there is none.

    Parameters
    ----------
    lock : Path
        The project's ``requirements.lock``. Packages in it that are not installed are left out.
    more : iterable of str
        Further packages.
    """
    found = {"workbench": __version__}
    if not lock.exists():
        told = sorted((str(d.name), d.version) for d in _installed())
        return found | dict(told)
    named = re.findall(r"^([\w.-]+)==", lock.read_text("utf-8"), re.M)
    for name in sorted({*named, *more} - found.keys()):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _installed() -> Iterable[metadata.Distribution]:
    """Each installed package as an import would find it; damaged metadata have no name."""
    first: dict[str, metadata.Distribution] = {}
    for found in metadata.distributions():
        if found.metadata["Name"]:
            first.setdefault(found.name, found)
    return first.values()


def machine(environment: Mapping[str, str]) -> Machine:
    """Interpreter, operating system and the thread settings given to the kernel."""
    threads = {name: value for name, value in environment.items() if name.endswith("_NUM_THREADS")}
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "os": platform.platform(terse=True),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "threads": threads,
        "hash_seed": environment["PYTHONHASHSEED"],
    }


def command(
    study: str, given: Mapping[str, Any], program: str = "workbench", wishes: Sequence[str] = ()
) -> str:
    """The command that repeats a run, quoted for a shell.

    Parameters
    ----------
    study : str
        As typed.
    given : dict
        The parameters that were set.
    program : str
        How the command line is called.
    wishes : list of str
        Further options as typed.

    Examples
    --------
    >>> command("telecom-rfm-ahp", {"n_clusters": 4, "columns": {"amount": "Paid in"}})
    "workbench run telecom-rfm-ahp -p n_clusters=4 --map 'amount=Paid in'"
    """
    words = [program, "run", study]
    for name, value in given.items():
        if name not in ("data_file", "columns"):
            words += ["-p", f"{name}={as_text(value)}"]
    if given.get("data_file"):
        files = given["data_file"]
        words += [
            word for file in ([files] if isinstance(files, str) else files) for word in ("--data", file)
        ]
    if given.get("columns"):
        words += ["--map", *(f"{role}={column}" for role, column in given["columns"].items())]
    return shlex.join([*words, *wishes])


def as_text(value: Any) -> str:
    """A parameter's value as it would be typed."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
