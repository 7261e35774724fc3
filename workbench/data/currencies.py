"""The currency of amounts that stands in a column of its own, such as Währung or currency_code."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import pandas as pd

from workbench.checks import counted
from workbench.data.catalogue import DataError
from workbench.data.parsing.cells import as_text
from workbench.data.parsing.formats.currencies import ANY_MARK, MARKS
from workbench.data.parsing.formats.shapes import MISSING_WORDS

__all__ = ["FIRST", "NAMED", "Stated", "counts", "may_be", "of_amounts", "stated"]

# Letters of a name, among them: Währung, Waehrung, Currency, currency_code, Devise, moneda, valuta, 币种.
NAMED = re.compile(
    r"(?i)w(ä|ae)hrung|curr(ency|\b)|devise|moneda|divisa|valuta|valuut|waluta|měna|币|货币|通貨"
)
FIRST = 50  # rows
CODE = re.compile(r"[A-Za-z]{3}")
SIGN = re.compile(ANY_MARK)


class Stated(NamedTuple):
    """The currency of amounts, the column that says it, and what was noticed."""

    currency: str | None
    column: str | None = None
    noticed: tuple[str, ...] = ()


def counts(column: pd.Series, *, named: bool, rows: pd.Series | None = None) -> pd.Series:
    """Count the rows of each currency of a column; none where it is no column of currencies.

    Parameters
    ----------
    column : pandas.Series
    named : bool
        Whether its name says that it is one, so that any code of three letters is a currency.
    rows : pandas.Series of int, optional
        How many rows each cell stands for.

    Examples
    --------
    >>> counts(pd.Series(["EUR", "eur", "€", "", "USD"]), named=False).to_dict()
    {'EUR': 3, 'USD': 1}
    >>> counts(pd.Series(["red", "EUR"]), named=False).to_dict()
    {}
    """
    written, codes = pd.Series(dtype="int64"), {}
    for part in (column.head(FIRST), column):  # nearly every column shows at once that it is none
        text = as_text(part).str.strip()
        text = text[~text.str.lower().isin(MISSING_WORDS)]
        sizes = None if rows is None else rows[text.index].groupby(text, sort=False).sum()
        written = text.value_counts() if sizes is None else sizes.sort_values(ascending=False, kind="stable")
        codes = {cell: _code(cell, named=named) for cell in written.index}
        if None in codes.values():
            return pd.Series(dtype="int64")
    return written.groupby(codes).sum().sort_values(ascending=False, kind="stable")


def may_be(first: pd.Series, *, named: bool) -> bool:
    """Say whether the first rows of a column leave open that it is one of currencies."""
    text = as_text(first).str.strip()
    return all(_code(cell, named=named) for cell in text[~text.str.lower().isin(MISSING_WORDS)].unique())


def _code(cell: str, *, named: bool) -> str | None:
    """The code of a currency that a cell names, and nothing else."""
    if SIGN.fullmatch(cell):
        return " or ".join(_BY_LOWER[cell.lower()])
    return cell.upper() if named and CODE.fullmatch(cell) else None


_BY_LOWER = {mark.lower(): codes for mark, codes in MARKS.items()}


def of_amounts(
    file: str, frame: pd.DataFrame, used: Collection[str], where: Mapping[str, str], in_cells: str | None
) -> Stated:
    """Say which currency a column states, or refuse several, since their sum would mean nothing.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        The rows that are kept.
    used : collection of str
        Columns that are something else.
    where : dict of str to str
        Columns to values kept; several currencies that are kept by name are noticed, not refused.
    in_cells : str or None
        The currency that stands in the amounts themselves.

    Raises
    ------
    workbench.data.DataError
        Naming the column, its currencies and how to keep one.

    Examples
    --------
    >>> of_amounts("f.csv", pd.DataFrame({"Währung": ["EUR", "EUR"]}), [], {}, None)[:2]
    ('EUR', 'Währung')
    """
    found = {
        name: counts(frame.iloc[:, i], named=bool(NAMED.search(name)))
        for i, name in enumerate(map(str, frame.columns))
        if name not in used
    }
    return stated(file, found, where, in_cells, lambda name: as_text(frame[name]))


def stated(
    file: str,
    found: Mapping[str, pd.Series],
    where: Mapping[str, str],
    in_cells: str | None,
    texts: Callable[[str], pd.Series],
) -> Stated:
    """Say the same by the rows of each currency of each column; `texts` gives the cells of one."""
    found = {name: sizes for name, sizes in found.items() if len(sizes)}
    named = {name: sizes for name, sizes in found.items() if NAMED.search(name)} or found
    if len(named) != 1:
        many = f"{', '.join(map(repr, named))} all name currencies; which is that of the amounts is not known"
        return Stated(in_cells, noticed=(many,) if named else ())
    ((name, sizes),) = named.items()
    if len(sizes) > 1:
        listed = " and ".join(f"{code} in {counted(n, 'row')}" for code, n in sizes.head(5).items())
        if name in where:
            added = f"amounts in several currencies are added up: {listed} (column {name})"
            return Stated(in_cells, noticed=(added,))
        one = texts(name).str.strip().replace("", pd.NA).value_counts().index[0]
        raise DataError(
            f"{file}: column {name!r} names several currencies, {listed}; sums need one currency: "
            f"--where {name}={one}."
        )
    code = str(sizes.index[0])
    if in_cells and not set(in_cells.split(" or ")) & set(code.split(" or ")):
        raise DataError(
            f"{file}: the amounts are written in {in_cells}, but column {name!r} says {code}; correct one of them."
        )
    return Stated(code, name)
