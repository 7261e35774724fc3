"""The claims file of a study, `data/claims/<study>.toml`: one `[[claim]]` per published figure or statement.

id, statement, source   the name, the statement in our own words, where it stands
published               the printed figure (absent where none is printed)
decimals                compare at the printed decimals; or
tolerance               within a distance; or
direction               "<", "<=", ">" or ">="
basis                   what a verdict can rest on, see below
weight                  "main", what a reviewer wants first, or "detail", the default
says                    one sentence that reads what was computed: "We computed {value}; printed is {published}."
                        Its fields: value; low and high, of a pair; solutions and chance, of a search; published
when                    parameters the claim is about, as a table or the name of a `[when."…"]` table; with others
                        it reads `n/a`, and so does one that names a dataset on a user's own file; "none" is a
                        parameter that was not set
expect                  the verdict that stands today; `workbench claims --check` holds it
note                    why; for `refuted` and `not computable`, what would change the verdict

====================  ================  ===================
basis                 the check holds   it does not hold
====================  ================  ===================
published inputs      match             differs
stand-in              by construction   differs
contradiction         refuted           not checked
search                recovered         not computable
by reading            refuted           (nothing is computed)
unpublished           not computable    not computable
opinion               not checked       not checked
====================  ================  ===================

A contradiction is computed and its check can fail. Where two sentences of a source contradict each other and no
computation decides between them, the basis is `by reading` and `source` names both: "section 4 against table 2".
"""

import hashlib
import string
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench import places
from workbench.checks import did_you_mean
from workbench.claims.verdicts import DIRECTIONS, OUTCOMES, VERDICTS

REQUIRED = {"id", "statement", "source", "basis", "expect"}
OPTIONAL = {"published", "decimals", "tolerance", "direction", "when", "note", "weight", "says"}
WEIGHTS = ("main", "detail")
COMPUTED = ("value", "low", "high", "solutions", "chance")  # what a sentence may say of what was computed


def file_of(study: str, start: str | Path | None = None) -> Path:
    """Return where the claims file of a study lies.

    Parameters
    ----------
    study : str
    start : path, optional
        A folder of the project; the working directory by default.
    """
    name = Path(study).name  # never a way out of the folder
    return places.shipped("claims", f"{name}.toml", start)


def load(study: str, start: str | Path | None = None) -> list[dict[str, Any]]:
    """Read and check the claims of a study.

    Parameters
    ----------
    study : str
        Name of the study; the file is `data/claims/<study>.toml`.
    start : path, optional
        A folder of the project; the working directory by default.

    Returns
    -------
    list of dict

    Raises
    ------
    ValueError
        There is no such file, or an entry is not well formed; the message names the entry.
    """
    file = file_of(study, start)
    if not file.exists():
        known = ", ".join(sorted(f.stem for f in file.parent.glob("*.toml"))) or "none"
        raise ValueError(f"No claims file for study {study!r}; there are: {known}")
    content = tomllib.loads(file.read_text("utf-8"))
    entries, named = content.get("claim", []), content.get("when", {})
    for number, entry in enumerate(entries, 1):
        if problem := _problem(entry, named):
            raise ValueError(f"{file.name}, claim {number} ({entry.get('id', 'no id')}): {problem}")
        if isinstance(entry.get("when"), str):
            entry["when"] = named[entry["when"]]
    twice = [i for i, n in Counter(e["id"] for e in entries).items() if n > 1]
    if twice:
        raise ValueError(f"{file.name}: claim id {twice[0]!r} stands twice")
    return entries


def fingerprint(study: str, start: str | Path | None = None) -> str:
    """SHA-256 of a claims file, by which a record tells that the file has changed since."""
    return hashlib.sha256(file_of(study, start).read_bytes()).hexdigest()


def _problem(entry: Mapping[str, Any], named: Mapping[str, Any]) -> str | None:
    if missing := REQUIRED - set(entry):
        return f"{sorted(missing)[0]!r} is missing"
    if unknown := set(entry) - REQUIRED - OPTIONAL:
        name = sorted(unknown)[0]
        return f"unknown key {name!r}{did_you_mean(name, REQUIRED | OPTIONAL)}"
    if isinstance(entry.get("when"), str) and entry["when"] not in named:
        return f"when names {entry['when']!r}, but there is no such [when] table{did_you_mean(entry['when'], named)}"
    choices = {"basis": OUTCOMES, "expect": VERDICTS, "weight": WEIGHTS, "direction": DIRECTIONS}
    for key, allowed in choices.items():
        if key in entry and entry[key] not in allowed:
            meant = did_you_mean(entry[key], allowed)
            return f"{key} {entry[key]!r} is not one of {', '.join(allowed)}{meant}"
    comparisons = {"decimals", "tolerance", "direction"} & set(entry)
    if len(comparisons) > 1 or (isinstance(entry.get("published"), (int, float)) and not comparisons):
        return "give one of decimals, tolerance and direction"
    if entry["expect"] in ("differs", "refuted", "not computable") and not entry.get("note"):
        return (
            f"a claim that is expected to be {entry['expect']!r} needs a note: why, and what would change it"
        )
    return _unread(entry) or _unsaid(entry)


def _unread(entry: Mapping[str, Any]) -> str | None:
    """What is missing for a contradiction that only reading shows."""
    if entry["basis"] != "by reading":
        return None
    if " against " not in entry["source"]:
        return "basis 'by reading' needs both places in source, as in 'section 4 against table 2'"
    return "nothing is computed 'by reading', so that 'says' has nothing to read" if "says" in entry else None


def _unsaid(entry: Mapping[str, Any]) -> str | None:
    """What is wrong with the sentence that reads the computed value."""
    if "says" not in entry:
        return None
    try:
        parts = [part for part in string.Formatter().parse(entry["says"]) if part[1] is not None]
    except ValueError as error:
        return f"says {entry['says']!r} cannot be read: {error}"
    known = [*COMPUTED, "published"]
    for _, field, form, conversion in parts:
        if field not in known:
            return f"says names {{{field}}}; fields are {', '.join(known)}{did_you_mean(field, known)}"
        if form or conversion:
            return f"says formats {{{field}}}; leave the format out, decimals follow the printed figure"
    if "published" not in entry and "published" in [part[1] for part in parts]:
        return "says names {published}, but nothing is printed"
    if not any(part[1] in COMPUTED for part in parts):
        return f"says reads nothing that was computed; name one of {', '.join(COMPUTED)} in braces"
    return None
