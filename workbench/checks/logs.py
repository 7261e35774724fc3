"""A log of events or payments in memory: each column once, times that are times, amounts that are numbers."""

# The command line imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workbench.checks.choices import needed_columns
from workbench.checks.labelling import names_once
from workbench.checks.tables import finite_vector
from workbench.checks.words import shown

if TYPE_CHECKING:
    import pandas as pd


def log(table: pd.DataFrame, needed: Iterable[str], name: str = "log", *, gaps: bool = False) -> None:
    """Refuse a log that lacks a column, or whose customers, times and amounts are none; `gaps` may stay missing.

    Examples
    --------
    >>> import pandas as pd
    >>> log(pd.DataFrame({"customer_id": ["a"], "event_time": ["2024-01-31"]}), ["customer_id", "event_time"])
    Traceback (most recent call last):
        ...
    ValueError: event_time must hold dates or times, not str; data.load parses text.
    """
    names_once(table, name, "columns")
    needed = list(needed)
    needed_columns(table.columns, needed, name)
    if "event_time" in needed:
        times(table["event_time"], "event_time")
    for column in () if gaps else ("customer_id", "event_time"):
        if column in needed and table[column].isna().any():
            row = shown(table[column].index[table[column].isna()][0])
            raise ValueError(f"{column} is missing in row {row}; clean the log first.")
    if "amount" in needed and len(table):
        finite_vector(table["amount"], "amount")


def times(column: Any, name: str) -> None:
    """Refuse a column that holds no dates or times, or that carries a time zone.

    Examples
    --------
    >>> import pandas as pd
    >>> times(pd.Series(["2024-01-31"], dtype=object), "closed")
    Traceback (most recent call last):
        ...
    ValueError: closed must hold dates or times, not object; data.load parses text.
    """
    import pandas as pd

    if not pd.api.types.is_datetime64_any_dtype(column):
        raise ValueError(f"{name} must hold dates or times, not {column.dtype}; data.load parses text.")
    if column.dt.tz is not None:
        raise ValueError(f"{name} carries the time zone {column.dt.tz}; make it local time first.")
