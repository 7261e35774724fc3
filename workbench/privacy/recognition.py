"""What the columns of a table hold: a column proves what a cell cannot."""

# The runner imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from workbench.checks import names_once, number, shown
from workbench.privacy.context import WORDS
from workbench.privacy.forms import Form, bare, by_check, by_pattern
from workbench.privacy.levels import grade
from workbench.privacy.personal_data import KINDS, Placed, find
from workbench.privacy.plain import plain

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["columns", "find_in_table", "require_text", "shape"]

LOOKED_AT = 5_000  # different cells at most, spread over the column
SPREAD = 4  # first seven digits of mobile numbers that must differ: serials that count upwards share them
NOTED = 0.02  # share of a kind from which on a column that is not of it is noted
AGAINST = re.compile(
    r"version|release|build|firmware|software|版本|固件", re.I
)  # of four numbers with points
LONG, LONGER = (
    1e9,
    1e14,
)  # from which on a number may be somebody's: where a heading says so, and a float anyway
LOST = "zeros in front are lost, and 18 digits are rounded; read the column as text"
_ROUNDED = re.compile(r"[0-9][.,][0-9]+[eE]\+?(?:1[0-8]|[0-9])")
_SIGN = re.compile(r"[^\W_]")


class _Share(NamedTuple):
    """How many cells of a column pass as a kind, and how probable so many are by chance."""

    kind: str
    share: float
    p: float
    proves: bool  # by its cells alone


def columns(table: pd.DataFrame, *, min_share: float = 0.9, chance: float = 1e-6) -> pd.DataFrame:
    """Recognise what each column of a table holds.

    Parameters
    ----------
    table : pandas.DataFrame of str
        Cells as texts, empty ones missing or blank; a heading may say what its column holds.
    min_share : float in (0, 1)
        More than this share of the cells must pass the check of a kind: what dirt is borne.
    chance : float in (0, 1)
        Where the heading says nothing, a binomial test must hold that many different cells for this improbable if they
        were random texts of the form. Cells that are not independent, as numbers that count upwards, prove less.

    Returns
    -------
    pandas.DataFrame, one row per column, in their order
        ``kind``, one of `personal_data.KINDS` or unknown, mixed, constant or empty: unknown is never clean; ``share``
        of the cells that pass, and ``p``, the chance of so many; ``level`` in the catalogue "telecom",
        missing where the kind is not known; ``why``; ``example``, the `shape` of a cell; ``note``, what else is odd.

    Raises
    ------
    ValueError
        If a column of long numbers was not read as text, by name: zeros in front are lost, and 18 digits are rounded.

    Examples
    --------
    >>> import pandas as pd
    >>> phones = [f"154{1000000 * i:08}" for i in range(30)]
    >>> columns(pd.DataFrame({"col_a": phones, "col_b": range(30)}, dtype="str"))["kind"].to_dict()
    {'col_a': 'mobile number', 'col_b': 'unknown'}
    """
    import pandas as pd

    names_once(table, "table", "columns")
    number("min_share", min_share, above=0, below=1)
    number("chance", chance, above=0, below=1)
    require_text(table)
    rows = [_column(str(name), table[name], min_share, chance) for name in table.columns]
    index = pd.Index(table.columns, name="column")
    told = pd.DataFrame(rows, index, ["kind", "share", "p", "why", "example", "note"])
    told.insert(3, "level", grade(told).columns["level"])
    return told


def require_text(table: pd.DataFrame) -> None:
    """Refuse a table with a column of long numbers that was not read as text, by name; see `columns`."""
    for name in table.columns:
        _refuse_numbers(name, table[name])


def find_in_table(table: pd.DataFrame) -> list[Placed]:
    """Find personal data in a table: columns of a kind, and what stands in the cells of the others.

    Parameters
    ----------
    table : pandas.DataFrame of str
        As `columns` takes it.

    Returns
    -------
    list of Placed
        One per column and kind, with the number of its cells.

    Raises
    ------
    ValueError
        As `columns` raises it.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"note": ["call 15400000001", "none"], "mail": ["ann@example.com", "bo@example.com"]})
    >>> [(found.place, found.kind, found.count) for found in find_in_table(table)]
    [("column 'note'", 'mobile number', 1), ("column 'mail'", 'e-mail address', 2)]
    """
    told = columns(table)
    headings = Counter((each.kind, each.why) for name in table for each in find(str(name)))
    found = [Placed("the headings", kind, why, count) for (kind, why), count in headings.items()]
    for name in table:
        place, column = f"column {shown(name)}", table[name].dropna().astype(str)
        kind, share, why = told.loc[name, ["kind", "share", "why"]]
        if kind in KINDS:
            found.append(Placed(place, kind, why, round(share * len(column))))
            continue
        tally: Counter[tuple[str, str]] = Counter()
        for cell, times in column.value_counts(sort=False).items():  # one by one: the next is no context
            for each in find(str(cell), header=str(name)):
                tally[each.kind, each.why] += times
        found += [Placed(place, kind, why, count) for (kind, why), count in tally.items()]
    return found


def shape(cell: str) -> str:
    """Write a cell with every letter and digit hidden.

    Examples
    --------
    >>> shape("154-0000-0001"), shape("ann@example.com")
    ('•••-••••-••••', '•••@•••••••.•••')
    """
    text = _SIGN.sub("•", plain(cell).text.strip())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _refuse_numbers(name: object, column: pd.Series) -> None:
    """Refuse long numbers that are numbers no more but rounded ones, or that have lost their zeros."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        least = LONG if any(_says(kind, str(name)) for kind in WORDS) else LONGER
        sure = least == LONG or pd.api.types.is_float_dtype(column)
        if sure and (column.dropna().abs() >= least).mean() > 0.5:
            raise ValueError(f"Column {shown(name)} holds long numbers as {column.dtype}: {LOST}.")
        return
    text = column.dropna().astype(str)
    text = text[text.str.fullmatch(_ROUNDED)]
    if (pd.to_numeric(text.str.replace(",", ".")).ge(LONG)).sum() > 0.5 * column.notna().sum():
        raise ValueError(
            f"Column {shown(name)} holds long numbers with an exponent, as a spreadsheet saves them: {LOST}."
        )


def _column(name: str, column: pd.Series, min_share: float, chance: float) -> tuple:
    """The row of one column."""
    text = column.dropna().astype(str)
    text = text[text.str.strip() != ""]
    times = text.value_counts(sort=False)
    times = times.iloc[:: len(times) // LOOKED_AT + 1]
    cells = times.index.tolist()
    note = _undecodable(cells)
    if not cells:
        return "empty", None, None, "no cell has content", "", note
    if len(cells) == 1 and len(text) > 1:
        told = {found.kind for found in find(cells[0], header=name)}
        kind = min(told) if told else "constant"
        return kind, 1.0 if told else None, None, "one value in every row", shape(cells[0]), note
    shares = _shares(dict(zip(cells, times.tolist(), strict=True)))
    best = next((s for s in shares if s.share > min_share and _stands(s, name, chance)), None)
    if best:
        why = "its heading and its cells" if _says(best.kind, name) else "its cells"
        return best.kind, best.share, best.p, why, shape(cells[0]), note
    return _open(name, shares, shape(cells[0]), note, min_share, chance)


def _open(name: str, shares: list[_Share], example: str, note: str, min_share: float, chance: float) -> tuple:
    """The row of a column that is of no one kind; what it has of kinds is noted."""
    parts = [s for s in shares if s.share >= NOTED and s.proves and _stands(s, name, chance)]
    several = len(parts) > 1 and sum(s.share for s in parts) > min_share
    listed = ", ".join(f"{s.share:.0%} {s.kind}" for s in parts)
    notes = "; ".join(filter(None, [listed, note]))
    if several:
        return "mixed", sum(s.share for s in parts), None, "its cells are of several kinds", example, notes
    first = parts[0] if parts else None
    share, p = (first.share, first.p) if first else (None, None)
    return "unknown", share, p, "too few of a kind" if first else "of no kind", example, notes


def _stands(share: _Share, name: str, chance: float) -> bool:
    """Whether a share is proof: its heading says the kind, or chance would not give so many."""
    if share.kind == "IP address" and AGAINST.search(name):
        return False
    return _says(share.kind, name) or (share.proves and share.p <= chance)


def _says(kind: str, name: str) -> bool:
    return kind in WORDS and bool(WORDS[kind].search(name))


def _shares(cells: Mapping[str, int]) -> list[_Share]:
    """The share of each kind that any cell passes, the largest first; cells come so many times."""
    from scipy.special import bdtrc  # scipy.stats would take a second to load

    passed: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    chances: dict[str, list[float]] = {}
    alone: set[str] = set()
    for cell, times in cells.items():
        looks = _by_kind([form for form, _ in by_pattern(cell)])
        good = _by_kind(by_check(cell))
        passed.update(good.keys())
        rows.update(dict.fromkeys(good, times))
        for kind, form in (looks | good).items():
            chances.setdefault(kind, []).append(form.chance)
            alone |= {kind} if form.alone else set()
    if passed["mobile number"] and not _spread(cells):
        alone.discard("mobile number")
    found = []
    for kind, count in passed.items():
        tried = chances[kind]
        p = float(bdtrc(count - 1, len(tried), min(sum(tried) / len(tried), 1.0)))
        found.append(_Share(kind, rows[kind] / sum(cells.values()), p, kind in alone))
    return sorted(found, key=lambda s: (-s.share, s.p))


def _by_kind(forms: Sequence[Form]) -> dict[str, Form]:
    """One form for each kind: the one that chance passes least."""
    return {form.kind: form for form in sorted(forms, key=lambda form: -form.chance)}


def _spread(cells: Collection[str]) -> bool:
    """Whether numbers are of several areas, as those of persons are."""
    begun = {bare(cell)[:7] for cell in cells}
    return len(begun) >= min(SPREAD, len(cells))


def _undecodable(cells: Sequence[str]) -> str:
    n = sum("\ufffd" in cell for cell in cells)
    return f"{n} different cells hold signs that could not be decoded" if n else ""
