"""How a user's file is read, kept under a name, so that next month's need not be told again (`--like`)."""

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.checks import did_you_mean
from workbench.runner import project as project_
from workbench.runner.record import files
from workbench.runner.record.verdict import Refused

KEPT = ("columns", "reading", "where", "identifiers")


def flag(name: str, value: Any) -> str:
    """The option that sets a parameter."""
    shown = next(iter(value)) if name == "reading" else {"columns": "map"}.get(name, name)
    return "--" + shown.replace("_", "-")


def to_keep(
    told: Mapping[str, Any], mapping: Mapping[str, str], decided: Mapping[str, str]
) -> dict[str, Any]:
    """What to keep of a file: what was typed, and where no column was mapped, what the look suggests.

    Parameters
    ----------
    told : dict
        As `own_file.parameters` returned it.
    mapping : dict of str to str
        Roles and columns that the look suggests.
    decided : dict of str to str
        Options that say what the columns decided by themselves, so that next month's need not.

    Raises
    ------
    Refused
        Nothing was typed, and nothing can be suggested.
    """
    if not told.get("columns") and not mapping:
        raise Refused(
            "--save has nothing to keep: no column is mapped, and none can be suggested; type --map"
        )
    reading = {**decided, **told.get("reading", {})}
    return {**told, "columns": told.get("columns") or dict(mapping)} | (
        {"reading": reading} if reading else {}
    )


def spoken(kept: Mapping[str, Any]) -> str:
    """Say what is kept, in the words of the options that set it.

    Examples
    --------
    >>> spoken({"columns": {"amount": "Umsatz"}, "reading": {"decimal": ","}})
    '--map amount=Umsatz --decimal ,'
    """
    words = ["--map", *(f"{role}={name}" for role, name in kept["columns"].items())]
    for key, value in kept.get("reading", {}).items():
        words += [flag("reading", {key: value}), value]
    for column, value in kept.get("where", {}).items():
        words += ["--where", f"{column}={value}"]
    return shlex.join(words)


def keep(name: str, told: Mapping[str, Any]) -> Path:
    """Keep how a file is read under a name, for `--like`.

    Parameters
    ----------
    name : str
        A word: letters, digits, points and hyphens.
    told : dict
        As `own_file.parameters` returned it.

    Returns
    -------
    Path
        The file, in the project's data folder.
    """
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise Refused(f"--save {name!r} is no name; write letters, digits, points and hyphens")
    file = _folder() / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {key: told[key] for key in KEPT if key in told}
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return file


def kept_names() -> list[str]:
    """The names under which it is kept how a file is read."""
    return sorted(file.stem for file in _folder().glob("*.json"))


def _folder() -> Path:
    return project_.find().places.data / "mappings"


def kept(name: str) -> dict[str, Any]:
    """What is kept under a name.

    Raises
    ------
    Refused
        Nothing is, or what the file holds is nothing that `keep` writes.
    """
    file = _folder() / f"{name}.json"
    try:
        found = files.value(file)
        good = isinstance(found, dict) and set(found) <= set(KEPT)
    except FileNotFoundError:
        known = kept_names()
        listed = (
            f"Kept: {', '.join(known)}." if known else "None is kept yet: workbench look FILE --save NAME."
        )
        raise Refused(
            f"--like {name!r}: nothing is kept under that name{did_you_mean(name, known)} {listed}"
        ) from None
    except ValueError:
        good, found = False, {}
    if not good:
        raise Refused(f"--like {name!r}: {file.name} is not what workbench look --save writes; save it again")
    return found
