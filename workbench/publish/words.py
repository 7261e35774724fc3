"""A table in readers' words: plain headings, yes and no, "not known", and the same decimals down a column."""

import datetime as dt
import html
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["as_html", "in_words"]

UNKNOWN = "not known"
DIGITS = 4  # that a reader needs of the largest number of a column
LEAST = 2  # and of its smallest, as far as MOST decimals go
MOST = 3
NOISE = 10.0**-MOST  # what is smaller is 0 to a reader
GROUPED = 10_000  # smaller whole numbers may be years
MIDNIGHT = dt.time()


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Write every cell as a reader would; what is not known is called so.

    Parameters
    ----------
    frame : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame of str, shape of `frame`
        Headings with blanks for low lines; yes and no; numbers of a column with the same decimals, as many as show
        four digits of the largest and two of the smallest, at most three for the latter, and thousands grouped; days
        without a time of midnight.

    Examples
    --------
    >>> table = pd.DataFrame({"mean_amount": [1234.5678, None], "is_new": [True, False]})
    >>> in_words(table).to_dict("list")
    {'mean amount': ['1,235', 'not known'], 'is new': ['yes', 'no']}
    """
    columns = [column_in_words(frame.iloc[:, number]) for number in range(frame.shape[1])]
    written = pd.DataFrame(dict(enumerate(columns)), index=frame.index, dtype=object)
    return written.set_axis(_renamed(frame.columns), axis=1).set_axis(_labels(frame.index))


def column_in_words(column: pd.Series) -> list[str]:
    """Write the cells of one column."""
    values = column.tolist()
    numbers = [float(value) for value in values if _is_fraction(value) and math.isfinite(value)]
    decimals = _decimals(numbers)
    return [_cell(value, decimals) for value in values]


def as_html(frame: pd.DataFrame, *, caption: str) -> str:
    """Write a table of texts as HTML, its content escaped; index levels without a name get no heading."""
    numbered = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    text = frame.to_html(border=0, index=not numbered)
    start, _, rest = text.partition("\n")
    return f"{start}\n  <caption>{html.escape(caption)}</caption>\n{rest}"


def _renamed(index: pd.Index) -> pd.Index:
    if isinstance(index, pd.MultiIndex):
        tuples = [tuple(_heading(part) for part in label) for label in index]
        return pd.MultiIndex.from_tuples(tuples, names=[_heading(name) for name in index.names])
    return pd.Index([_heading(label) for label in index], name=_heading(index.name), dtype=object)


def _labels(index: pd.Index) -> pd.Index:
    """The labels of rows: what they are called is the data's own, only missing ones and low lines of names change."""
    if isinstance(index, pd.RangeIndex):
        return index.rename(_heading(index.name))
    if isinstance(index, pd.MultiIndex):
        levels = [column_in_words(pd.Series(index.get_level_values(i))) for i in range(index.nlevels)]
        return pd.MultiIndex.from_arrays(levels, names=[_heading(name) for name in index.names])
    return pd.Index(column_in_words(pd.Series(index)), name=_heading(index.name), dtype=object)


def _heading(label: Any) -> Any:
    return label.replace("_", " ") if isinstance(label, str) else label


def _is_fraction(value: Any) -> bool:
    return isinstance(value, (float, np.floating, Decimal))


def _decimals(numbers: list[float]) -> int:
    if not numbers or all(number.is_integer() for number in numbers):
        return 0
    sizes = [abs(number) for number in numbers if number]
    whole = 1 if max(sizes) < 1 else int(math.log10(max(sizes))) + 1
    least = min((size for size in sizes if size >= NOISE), default=max(sizes))
    of_smallest = LEAST - 1 - math.floor(math.log10(least))
    return max(DIGITS - whole, min(of_smallest, MOST), 0)


def _cell(value: Any, decimals: int) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(_cell(part, decimals) for part in value)
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return UNKNOWN
    if isinstance(value, (int, np.integer)):
        return f"{value:,}" if abs(value) >= GROUPED else str(value)
    if _is_fraction(value):
        return _number(float(value), decimals)
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == MIDNIGHT else f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def _number(value: float, decimals: int) -> str:
    if math.isinf(value):
        return "without bound" if value > 0 else "without bound below"
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text.replace("-", "−")
