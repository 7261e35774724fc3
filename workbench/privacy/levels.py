"""How sensitive a kind of data is, by a catalogue of levels; of a table, and between catalogues.

The published tables that put data into levels were not in hand: which level a kind has is ours, as each crosswalk is.
"""

# The runner imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.checks import known, one_of, shown
from workbench.privacy.personal_data import KINDS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CATALOGUES", "Catalogue", "Graded", "catalogue", "crosswalk", "grade"]

OPEN = ("unknown", "mixed", "empty", "constant")  # what recognition says where it knows no kind
DESCRIBED = (
    "name",
    "date of birth",
    "postcode",
    "sex",
)  # kinds that somebody has to say: no pattern is theirs
IDENTITY = "GB/T 35273-2020, annex B: sensitive personal information (recalled, not opened)"
ACCOUNT = "PIPL art. 28: financial accounts (recalled, not opened)"
PERSON = "GB/T 35273-2020, annex A: personal information (recalled, not opened)"
FIRM = "of an organisation, in a public register"
ARTICLES = {
    "resident id": IDENTITY, "passport": IDENTITY, "US social security number": IDENTITY, "bank card": ACCOUNT,
    "IBAN": ACCOUNT, "mobile number": PERSON, "phone number": PERSON, "e-mail address": PERSON, "IP address": PERSON,
    "credit code": FIRM, "name": PERSON, "date of birth": PERSON, "postcode": PERSON, "sex": PERSON,
}  # fmt: skip
TOGETHER = frozenset({"date of birth", "postcode", "sex"})  # Sweeney (2002): together they are nearly a name


class Catalogue(NamedTuple):
    """Levels, the last the most sensitive; the level of each kind; and that of what is harmless one by one."""

    title: str
    levels: tuple[str, ...]
    of: Mapping[str, int]
    together: int


class Graded(NamedTuple):
    """The columns of a table with their levels and articles; the level of the table, and why."""

    columns: pd.DataFrame
    level: int | None
    why: str


def _levels(identity: int, account: int, person: int, weak: int, firm: int) -> dict[str, int]:
    by_article = {IDENTITY: identity, ACCOUNT: account, PERSON: person, FIRM: firm}
    of = {kind: by_article[article] for kind, article in ARTICLES.items()}
    return of | dict.fromkeys(("IP address", "date of birth", "postcode", "sex"), weak)


CATALOGUES = {
    "telecom": Catalogue(
        "YD/T 3813-2020, four levels", ("1", "2", "3", "4"), _levels(4, 4, 3, 2, 1), together=3
    ),
    "finance": Catalogue(
        "JR/T 0197-2020, five levels", ("1", "2", "3", "4", "5"), _levels(3, 3, 3, 2, 1), together=3
    ),
    "national": Catalogue(
        "GB/T 43697-2024, three levels", ("general", "important", "core"), _levels(1, 1, 1, 1, 1), together=1
    ),
}
# How the levels of one catalogue read in another, where nobody says otherwise; by reading their descriptions.
OURS = {
    ("telecom", "finance"): {1: 1, 2: 2, 3: 3, 4: 4},
    ("finance", "telecom"): {1: 1, 2: 2, 3: 3, 4: 4, 5: 4},
    ("telecom", "national"): {1: 1, 2: 1, 3: 1, 4: 1},
    ("finance", "national"): {1: 1, 2: 1, 3: 1, 4: 1, 5: 2},
    ("national", "telecom"): {1: 1, 2: 4, 3: 4},
    ("national", "finance"): {1: 1, 2: 5, 3: 5},
}


def catalogue(name: str) -> Catalogue:
    """Return a catalogue of levels.

    Parameters
    ----------
    name : {"telecom", "finance", "national"}
        YD/T 3813-2020 with four levels, JR/T 0197-2020 with five, GB/T 43697-2024 with three, of which the first,
        general data, is graded once more by whoever holds them.

    Returns
    -------
    Catalogue
        `levels` from the least to the most sensitive, numbered from 1; `of`, kind to level.

    Raises
    ------
    ValueError
        If there is no such catalogue.

    References
    ----------
    YD/T 3813-2020 (its tables were not in hand) · JR/T 0197-2020 · GB/T 43697-2024, in force since 2024-10-01.

    Examples
    --------
    >>> [len(catalogue(name).levels) for name in CATALOGUES], catalogue("telecom").of["bank card"]
    ([4, 5, 3], 4)
    """
    return _named(name)


def _named(name: str) -> Catalogue:
    one_of("catalogue", name, CATALOGUES)
    return CATALOGUES[name]


def grade(columns: Mapping[Any, str] | pd.DataFrame, catalogue: str = "telecom") -> Graded:
    """Grade the columns of a table, and the table by its highest column.

    Parameters
    ----------
    columns : dict of str to str, or pandas.DataFrame
        Column to kind, or what `recognition.columns` returned, which has them in ``kind``. Kinds are those of
        `personal_data.KINDS`; name, date of birth, postcode and sex; and unknown, mixed, empty or constant.
    catalogue : str
        As `catalogue` takes it.

    Returns
    -------
    Graded
        `columns`: ``kind``, ``level`` (missing where the kind is not known) and ``article``; `level` of the table,
        None where no kind is known: as high as its highest column, and higher where date of birth, postcode and sex
        meet.

    Raises
    ------
    ValueError
        If a kind is unknown to the catalogue.

    References
    ----------
    Sweeney (2002), *Int. J. Uncertain. Fuzz.* 10, 557-570.

    Examples
    --------
    >>> grade({"born": "date of birth", "post": "postcode", "city": "unknown"}).level
    2
    >>> grade({"born": "date of birth", "post": "postcode", "sex": "sex"})[1:]
    (3, 'date of birth, postcode and sex together')
    """
    import pandas as pd

    levels = _named(catalogue)
    kinds = dict(columns["kind"] if isinstance(columns, pd.DataFrame) else columns)
    for name, kind in kinds.items():
        known("kind", kind, [*KINDS, *DESCRIBED, *OPEN], f" of column {shown(name)}")
    told = pd.DataFrame({"kind": pd.Series(kinds, dtype="str").rename_axis("column")})
    told["level"] = told["kind"].map(levels.of).astype("Int64")
    told["article"] = told["kind"].map(ARTICLES).fillna("–")
    return Graded(told, *_of_table(told, levels))


def _of_table(told: pd.DataFrame, levels: Catalogue) -> tuple[int | None, str]:
    if told["level"].isna().all():
        return None, "no column is of a kind that is known"
    highest = int(told["level"].max())
    if set(told["kind"]) >= TOGETHER and levels.together > highest:
        return levels.together, "date of birth, postcode and sex together"
    among = ", ".join(map(str, told.index[told["level"] == highest]))
    unknown = int(told["kind"].isin(["unknown", "mixed"]).sum())
    more = f"; {unknown} columns of unknown content may be higher" if unknown else ""
    return highest, f"its highest column: {among}{more}"


def crosswalk(a: str, b: str, level_map: Mapping[int, int] | None = None) -> dict[int, int]:
    """Say which level of one catalogue a level of another is read as.

    Parameters
    ----------
    a, b : str
        As `catalogue` takes them: from which, and to which.
    level_map : dict of int to int, optional
        Your own reading: a level of `b` for every level of `a`, never falling. Ours where none is given; no standard
        prints one.

    Returns
    -------
    dict of int to int
        Numbers of levels, from 1.

    Raises
    ------
    ValueError
        If a level is missing, unknown, or falls where that of `a` rises.

    Examples
    --------
    >>> crosswalk("finance", "telecom")
    {1: 1, 2: 2, 3: 3, 4: 4, 5: 4}
    >>> crosswalk("telecom", "national", {1: 1, 2: 1, 3: 2, 4: 1})
    Traceback (most recent call last):
        ...
    ValueError: level_map falls from level 3 to level 4 of telecom; a higher level must not be read as a lower one.
    """
    first, second = len(catalogue(a).levels), len(catalogue(b).levels)
    if level_map is None:
        return dict(OURS[a, b]) if a != b else {level: level for level in range(1, first + 1)}
    told = {int(level): read for level, read in level_map.items()}
    if sorted(told) != [*range(1, first + 1)]:
        raise ValueError(f"level_map must give each level of {a}, 1 to {first}; it gives {sorted(told)}.")
    for level in range(1, first + 1):
        if told[level] not in range(1, second + 1):
            raise ValueError(
                f"level_map reads level {level} as {shown(told[level])}; levels of {b} are 1 to {second}."
            )
        if level > 1 and told[level] < told[level - 1]:
            raise ValueError(
                f"level_map falls from level {level - 1} to level {level} of {a}; "
                "a higher level must not be read as a lower one."
            )
    return {level: told[level] for level in sorted(told)}
