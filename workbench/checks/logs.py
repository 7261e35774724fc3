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
        _times(table["event_time"])
    for column in () if gaps else ("customer_id", "event_time"):
        if column in needed and table[column].isna().any():
            row = shown(table[column].index[table[column].isna()][0])
            raise ValueError(f"{column} is missing in row {row}; clean the log first.")
    if "amount" in needed and len(table):
        finite_vector(table["amount"], "amount")


def _times(times: Any) -> None:
    import pandas as pd

    if not pd.api.types.is_datetime64_any_dtype(times):
        raise ValueError(f"event_time must hold dates or times, not {times.dtype}; data.load parses text.")
    if times.dt.tz is not None:
        raise ValueError(f"event_time carries the time zone {times.dt.tz}; make it local time first.")
