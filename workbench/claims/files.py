"""The claims file of a study, `data/claims/<study>.toml`: one `[[claim]]` per published figure or statement.

id, statement, source   the name, the statement in our own words, where it stands
published               the printed figure (absent where none is printed)
decimals                compare at the printed decimals; or
tolerance               within a distance; or
direction               "<", "<=", ">" or ">="
limit                   with direction: what is compared with where nothing is printed, such as 0 for "more"
basis                   what a verdict can rest on, see below
weight                  "main", what a reviewer wants first, or "detail", the default
says                    one sentence that reads what was computed: "We computed {value}; printed is {published}."
                        Its fields: value; low and high, of a pair; solutions and chance, of a search; published, limit
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
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from workbench import places
from workbench.checks import did_you_mean
from workbench.claims import entries as entries_


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
    if not file.is_file():
        known = ", ".join(sorted(f.stem for f in file.parent.glob("*.toml"))) or "none"
        raise ValueError(f"No claims file for study {study!r}; there are: {known}")
    entries, named = _tables(file)
    for number, entry in enumerate(entries, 1):
        if problem := entries_.problem(entry, named):
            raise ValueError(f"{file.name}, claim {number} ({entry.get('id', 'no id')}): {problem}")
        if isinstance(entry.get("when"), str):
            entry["when"] = named[entry["when"]]
    twice = [i for i, n in Counter(e["id"] for e in entries).items() if n > 1]
    if twice:
        raise ValueError(f"{file.name}: claim id {twice[0]!r} stands twice")
    return entries


def _tables(file: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The claims of a file and its named `when` tables; nothing else may stand in it."""
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except ValueError as error:
        hint = "; each claim begins with [[claim]], in two brackets" if "('claim',)" in str(error) else ""
        raise ValueError(f"{file.name} cannot be read: {error}{hint}") from None
    for name in content:
        if name not in ("claim", "when"):
            raise ValueError(
                f"{file.name}: unknown table {name!r}{did_you_mean(name, ('claim', 'when'))} "
                "A claim begins with [[claim]], named parameters with [when.NAME]."
            )
    claims, named = content.get("claim", []), content.get("when", {})
    if not (isinstance(claims, list) and all(isinstance(entry, dict) for entry in claims)):
        raise ValueError(f"{file.name}: claims must be tables, each under [[claim]]")
    if not isinstance(named, dict):
        raise ValueError(f"{file.name}: when must hold tables, each under [when.NAME]")
    return claims, named


def fingerprint(study: str, start: str | Path | None = None) -> str:
    """SHA-256 of a claims file, by which a record tells that the file has changed since."""
    return hashlib.sha256(file_of(study, start).read_bytes()).hexdigest()
