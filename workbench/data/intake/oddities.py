"""What in a table deserves a second look before anything is computed from it."""

import re

import pandas as pd

from workbench.checks import counted
from workbench.data import totals
from workbench.data.reading import place
from workbench.data.reading.workbooks import as_text

__all__ = ["beneath", "in_ids", "in_labels", "in_rows", "in_totals"]

UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\xad"
CODES = re.compile(r"[A-Z]{3}")
MONEY = {
    "USD",
    "EUR",
    "GBP",
    "CNY",
    "JPY",
    "CHF",
    "INR",
    "CAD",
    "AUD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "BRL",
}


def in_ids(column: pd.Series) -> list[str]:
    """Say which identifiers differ only in characters that are not seen, or in leading zeros.

    What `columns.looks_like` says of a column, ".0", case and rounding, is not said again.

    Parameters
    ----------
    column : pandas.Series

    Returns
    -------
    list of str

    Examples
    --------
    >>> in_ids(pd.Series(["a", "a ", "07", "7"]))
    ['1 identifier stands with and without surrounding blanks', '1 identifier stands with and without leading zeros']
    """
    distinct = pd.Series(as_text(column).unique(), dtype="str")
    distinct = distinct[distinct.str.strip() != ""]
    ways = {
        "with and without surrounding blanks": lambda s: s.str.strip(" \t\xa0\u3000"),
        "with and without a byte order mark or another character that is not seen": lambda s: s.str.replace(
            f"[{UNSEEN}]", "", regex=True
        ),
        "with and without leading zeros": lambda s: s.str.replace(r"^0+(?=\d+$)", "", regex=True),
    }
    said = []
    for words, unify in ways.items():
        n = int((unify(distinct).value_counts() > 1).sum())
        if n:
            said.append(f"{n} identifier{'s stand' if n > 1 else ' stands'} {words}")
    return said


def in_labels(frame: pd.DataFrame, i: int, source: str) -> list[str]:
    """Say which rows of a column of customers may be totals of others.

    Examples
    --------
    >>> in_labels(pd.DataFrame({"id": ["a", "b", "Total"]}, index=[2, 3, 4]), 0, "f.csv")
    ["1 row may be a total of others, such as 'Total' (row 4); a run leaves it out, or asks"]
    """
    found = totals.labels(frame.iloc[:, i])
    named = set(as_text(frame.iloc[:, i]))
    at = sorted([*found.alone.nonzero()[0], *(j for j, rest in found.of.items() if rest in named)])
    if not at:
        return []
    _, row, _ = place(frame, frame.index[at[0]], source)
    rows = f"{len(at)} rows may be totals" if len(at) > 1 else "1 row may be a total"
    return [f"{rows} of others, such as {frame.iat[at[0], i]!r} (row {row}); a run leaves it out, or asks"]


def beneath(frame: pd.DataFrame, name: str) -> list[str]:
    """Say what stands beneath the values of a spreadsheet's column: several currencies, formulas without a value."""
    found = frame.attrs.get("beneath", {})
    said = []
    codes = list(dict.fromkeys(found.get("currencies", {}).get(name, {}).values()))
    if len(codes) > 1:
        said.append(f"numbers are shown in several currencies: {', '.join(codes)}")
    unstored = found.get("unstored", {}).get(name, {})
    if unstored:
        row = min(unstored)
        said.append(f"{counted(len(unstored), 'cell')} without a value; row {row} {unstored[row]}")
    return said


def in_totals(frame: pd.DataFrame, order: str) -> list[str]:
    """Say which columns stand on an order's first line only, and are blank on its other lines.

    Parameters
    ----------
    frame : pandas.DataFrame
    order : str
        Column of the order's identifier.

    Returns
    -------
    list of str

    Examples
    --------
    >>> in_totals(pd.DataFrame({"o": ["1", "1", "2", "2"], "paid": ["9", "", "5", ""], "n": list("1234")}), "o")
    ["'paid' stands on the first line of each 'o' only (2 lines without it)"]
    """
    said = []
    key = as_text(frame[order])
    later = key.duplicated() & (key.str.strip() != "")
    several = key.isin(key[later])
    if later.sum() < 2:
        return []
    for i, name in enumerate(frame.columns):
        blank = as_text(frame.iloc[:, i]).str.strip().eq("")
        if name and name != order and blank[later].mean() > 0.95 and blank[several & ~later].mean() < 0.05:
            said.append(
                f"{name!r} stands on the first line of each {order!r} only ({later.sum()} lines without it)"
            )
    return said


def in_rows(frame: pd.DataFrame) -> list[str]:
    """Say whether whole rows repeat, and whether several currencies occur.

    Parameters
    ----------
    frame : pandas.DataFrame

    Returns
    -------
    list of str

    Examples
    --------
    >>> in_rows(pd.DataFrame({"id": ["a", "a"], "cur": ["EUR", "EUR"]}))
    ['1 row repeats an earlier one in every column']
    """
    said = []
    n = int(frame.set_axis(range(frame.shape[1]), axis="columns").duplicated().sum())
    if n:
        said.append(f"{n} row{'s repeat' if n > 1 else ' repeats'} an earlier one in every column")
    for i, name in enumerate(frame.columns):
        if not isinstance(frame.dtypes.iloc[i], pd.StringDtype):
            continue
        first = frame.iloc[:200, i].str.strip()
        if not first.isin([*MONEY, ""]).all():
            continue
        counts = frame.iloc[:, i].str.strip().value_counts()
        counts = counts[[code for code in counts.index if CODES.fullmatch(code)]]
        if len(counts) > 1:
            listed = ", ".join(f"{code} in {k} rows" for code, k in counts.head(5).items())
            said.append(f"several currencies in {name!r}: {listed}")
    return said
