"""Each way to recognise against a known truth: what it finds in cells, columns and texts, and what wrongly.

Ways: ``patterns``, the expression that one would write first; ``checks``, with check digits, prefixes and dates;
``context``, with the words beside it, as `personal_data.find` does; ``column``, as `recognition.columns` does.
"""

# The runner imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.checks import generator, one_of, whole_number
from workbench.privacy.forms import FORMS, by_check, by_pattern
from workbench.privacy.personal_data import find
from workbench.privacy.plain import plain
from workbench.privacy.recognition import columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["METHODS", "Score", "by_dirt", "by_rows", "of_cells", "of_columns", "of_texts"]

METHODS = ("patterns", "checks", "context", "column")
SEARCHED = [
    (form, re.compile(rf"(?<![A-Za-z0-9.@-])(?:{form.pattern})(?![A-Za-z0-9@-]|\.[0-9])"))
    for form in FORMS
    if form.alone
]
KNOWN = frozenset(form.kind for form in FORMS if form.alone)


class Score(NamedTuple):
    """Of what is there, what was found; of what was found, what is there."""

    there: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the finds that are right; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found."""
        return self.right / self.there if self.there else 1.0


def of_cells(table: pd.DataFrame, truth: Mapping[str, str], method: str) -> Score:
    """Score what a way finds in single cells.

    Parameters
    ----------
    table : pandas.DataFrame of str
    truth : dict of str to str
        Column to its kind, or "unknown".
    method : {"patterns", "checks", "context", "column"}
        With ``context`` the headings count as words; with ``column`` all cells of a recognised column are finds.

    Returns
    -------
    Score

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"id no": ["110105188001010017"], "order": ["110105188001010018"]})
    >>> truth = {"id no": "resident id", "order": "unknown"}
    >>> of_cells(table, truth, "patterns").precision, of_cells(table, truth, "checks").precision
    (0.5, 1.0)
    """
    one_of("method", method, METHODS)
    there = found = right = 0
    whole = columns(table)["kind"] if method == "column" else {}
    for name in table:
        kind = truth[name]
        cells = table[name].dropna()
        there += len(cells) * (kind in KNOWN)
        for cell in cells:
            told = {whole[name]} & KNOWN if method == "column" else _told(cell, str(name), method)
            found += bool(told)
            right += kind in told
    return Score(there, found, right)


def _told(cell: str, name: str, method: str) -> set[str]:
    """The kinds that a cell is taken for."""
    if method == "context":
        return {each.kind for each in find(cell, header=name)}
    forms = [form for form, _ in by_pattern(cell)] if method == "patterns" else by_check(cell)
    return {form.kind for form in forms if form.alone}


def of_columns(table: pd.DataFrame, truth: Mapping[str, str], **how: float) -> Score:
    """Score how many columns are called what they are.

    Parameters
    ----------
    table : pandas.DataFrame of str
    truth : dict of str to str
        Column to its kind, or "unknown".
    **how
        As `recognition.columns` takes it.

    Returns
    -------
    Score
        `there` is all columns, `found` those called of a kind, and `right` those called what they are, be it unknown.
    """
    told = columns(table, **how)["kind"]
    right = sum(told[name] == truth[name] for name in table)
    return Score(table.shape[1], int(told.isin(KNOWN).sum()), right)


def by_rows(
    table: pd.DataFrame, truth: Mapping[str, str], sizes: Sequence[int], random_state: Any = 0
) -> pd.Series:
    """Count the columns that are called what they are when only so many rows are seen.

    Parameters
    ----------
    table : pandas.DataFrame of str
    truth : dict of str to str
    sizes : sequence of int
        Rows, drawn at random, each size by itself.
    random_state : int, numpy.random.Generator or None

    Returns
    -------
    pandas.Series of int, index the sizes
    """
    import pandas as pd

    rng = generator(random_state)
    sizes = [whole_number("sizes", size, 1, len(table), "the rows of the table") for size in sizes]
    drawn = (table.iloc[rng.choice(len(table), size, replace=False)] for size in sizes)
    right = [of_columns(rows, truth).right for rows in drawn]
    return pd.Series(right, pd.Index(sizes, name="rows"), name="columns right")


def by_dirt(
    table: pd.DataFrame, truth: Mapping[str, str], shares: Sequence[float], min_share: float = 0.9
) -> pd.Series:
    """Count the columns of a kind that are still known when a share of their cells is replaced by other texts.

    Parameters
    ----------
    table : pandas.DataFrame of str
    truth : dict of str to str
    shares : sequence of float in [0, 1)
        Of the cells, evenly spread over the rows.
    min_share : float in (0, 1)
        As `recognition.columns` takes it.

    Returns
    -------
    pandas.Series of int, index the shares
    """
    import pandas as pd

    personal = table[[name for name in table if truth[name] in KNOWN]]
    found = []
    for share in shares:
        n = round(share * len(table))
        rows = [len(table) * i // n for i in range(n)]
        other = pd.Series([f"see note {i}" for i in range(n)], personal.index[rows], dtype="str")
        dirty = personal.apply(lambda column, other=other: other.reindex(column.index).fillna(column))
        found.append(of_columns(dirty, truth, min_share=min_share).right)
    return pd.Series(found, pd.Index(shares, name="share"), name="columns right")


def of_texts(texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int, str]]], method: str) -> Score:
    """Score what a way finds in running text.

    Parameters
    ----------
    texts : sequence of str
    spans : sequence of sequence of (int, int, str)
        For each text where what stands: start, end, kind.
    method : {"patterns", "checks", "context"}

    Returns
    -------
    Score
        A find is right where it overlaps what is there and is of its kind.

    Examples
    --------
    >>> texts, spans = ["call 15400000001", "took 15400000001"], [[(5, 16, "mobile number")], []]
    >>> of_texts(texts, spans, "patterns"), of_texts(texts, spans, "context")
    (Score(there=1, found=2, right=1), Score(there=1, found=1, right=1))
    """
    one_of("method", method, METHODS[:3])
    there = found = right = 0
    for text, known in zip(texts, spans, strict=True):
        told = _in_text(text, method)
        there, found = there + len(known), found + len(told)
        right += sum(any(_same(one, each) for each in told) for one in known)
    return Score(there, found, right)


def _in_text(text: str, method: str) -> list[tuple[int, int, set[str]]]:
    """Where something stands in a text, and the kinds that it is taken for."""
    if method == "context":
        return [(each.start, each.end, {each.kind}) for each in find(text)]
    at: dict[tuple[int, int], set[str]] = {}
    for form, pattern in SEARCHED:
        for match in pattern.finditer(plain(text).text):
            if method == "patterns" or form.check(match[0]):
                at.setdefault(match.span(), set()).add(form.kind)
    return [(start, end, kinds) for (start, end), kinds in at.items()]


def _same(one: tuple[int, int, str], other: tuple[int, int, set[str]]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] in other[2]
