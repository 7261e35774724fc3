"""Cells that are numbers or times by their type, not by how they are written: a spreadsheet's, a database's.

What such a cell holds is certain, so that it is never written as text and read again: 1.234 of a spreadsheet is not
1,234 because another cell of its column is the text 12,50.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np

EXACT = 2**53  # above, a float stands for several whole numbers


def is_number(cell: Any) -> bool:
    """Whether a cell is a number, and not the one that says "none".

    Examples
    --------
    >>> [is_number(cell) for cell in (1.5, 3, "3", True, float("nan"))]
    [True, True, False, False, False]
    """
    number = isinstance(cell, (int, float, Decimal, np.number)) and not isinstance(cell, bool)
    return number and bool(cell == cell)


def is_time(cell: Any) -> bool:
    """Whether a cell is a day or a moment without a time zone.

    Examples
    --------
    >>> [is_time(cell) for cell in (dt.date(2024, 1, 5), dt.datetime(2024, 1, 5, tzinfo=dt.UTC), "2024-01-05")]
    [True, False, False]
    """
    return isinstance(cell, dt.date) and bool(cell == cell) and getattr(cell, "tzinfo", None) is None


def text_of(cell: Any) -> str:
    """Write a cell as text: whole numbers without a fraction, days and moments as ISO.

    Examples
    --------
    >>> [text_of(cell) for cell in (17850.0, 1.5, Decimal("1E+3"), dt.datetime(2024, 1, 5), "a")]
    ['17850', '1.5', '1000', '2024-01-05', 'a']
    """
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < EXACT else repr(float(cell))
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.timetz() != dt.time() else cell.date().isoformat()
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)
