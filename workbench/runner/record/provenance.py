"""What a run was made of, so that it can be repeated: commit, files, versions, machine, command."""

import hashlib
import json
import os
import platform
import re
import shlex
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, unquote_plus

from workbench import __version__
from workbench.runner.record.record import Commit, Machine

Value = TypeVar("Value")
# begins at a literal, so that a long text without an address costs one pass
_PASSWORD = re.compile(r"(://[^\s/:@'\"]*:)([^\s/'\"]+)(@)")
_OPTION = re.compile(r"((?:^|[?&;\s])(?:password|passwd|pwd|sslpassword)=)([^&;\s'\"@]+)", re.I)
MASK = "***"


def secrets(values: Any) -> set[str]:
    """Collect the passwords that stand in addresses among the parameters, in every form they may be shown in."""
    found = {secret for text in _texts(values) for secret in _in_address(text)}
    return {form for secret in found if secret and secret != MASK for form in _forms(secret)}


def _in_address(text: str) -> set[str]:
    """Passwords of an address: before its last @, where they may hold any character, and among its options."""
    before, at, _ = text.partition("://")[2].rpartition("@")  # all empty where it is no address
    password = before.partition(":")[2] if at else ""
    options = [match[2] for part in (text, unquote_plus(text)) for match in _OPTION.finditer(part)]
    return {password, unquote(password), *options, *map(unquote_plus, options)}


def _forms(secret: str) -> set[str]:
    """As written, and as quoted for a shell, in Python and in JSON."""
    return {secret, shlex.quote(secret + "'")[1:-6], repr(secret)[1:-1], *_json_forms(secret)}


def _json_forms(secret: str) -> set[str]:
    return {json.dumps(secret, ensure_ascii=ascii_)[1:-1] for ascii_ in (True, False)} | {
        secret.replace("'", "\\u0027")
    }


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [t for v in value.values() for t in _texts(v)]
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)]
    return [value] if isinstance(value, str) else []


def mask(text: str, hidden: Collection[str] = ()) -> str:
    """Hide passwords in a text: any that stands in an address, and the known ones wherever they stand.

    Examples
    --------
    >>> mask("postgresql://ann:s3cret@db/cases")
    'postgresql://ann:***@db/cases'
    """
    text = _OPTION.sub(rf"\1{MASK}", _PASSWORD.sub(rf"\1{MASK}\3", text))
    for secret in sorted(hidden, key=len, reverse=True):  # a longer one may hold a shorter one
        # very short ones would blank out half the page; they are still hidden inside addresses
        if len(secret) >= 4:
            text = text.replace(secret, MASK)
    return text


def mask_all(value: Value, hidden: Collection[str] = ()) -> Value:
    """Apply `mask` to every text inside a JSON value."""
    return _masked(value, hidden)


def _masked(value: Any, hidden: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {mask(k, hidden): _masked(v, hidden) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(v, hidden) for v in value]
    return mask(value, hidden) if isinstance(value, str) else value


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


def versions(lock: Path) -> dict[str, str]:
    """Installed versions of the packages that a lock file names; of all that are installed where there is none.

    Parameters
    ----------
    lock : Path
        The project's ``requirements.lock``. Packages in it that are not installed are left out.
    """
    found = {"workbench": __version__}
    if not lock.exists():
        told = sorted((str(d.name), d.version) for d in _installed())
        return found | dict(told)
    for name in sorted(set(re.findall(r"^([\w.-]+)==", lock.read_text("utf-8"), re.M))):
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
