"""A window of time and the log it is laid over: what the methods on logs check alike."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal, overload

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks

__all__ = ["Moment", "check_log", "inside", "lazy_log", "window"]

Moment = dt.date | str


@overload
def window(
    start: Moment, end: Moment, *, open_start: Literal[False] = False
) -> tuple[dt.datetime, dt.datetime]: ...


@overload
def window(
    start: Moment | None, end: Moment, *, open_start: bool
) -> tuple[dt.datetime | None, dt.datetime]: ...


def window(
    start: Moment | None, end: Moment, *, open_start: bool = False
) -> tuple[dt.datetime | None, dt.datetime]:
    """Turn the bounds of a window [start, end) into datetimes, or refuse them.

    Parameters
    ----------
    start, end : date, datetime or str
        A text in ISO's form, ``2024-01-31`` or ``2024-01-31 09:30``; ``05/03/2024`` would leave open what is the
        day.
    open_start : bool
        Whether `start` may be None, for a window without a start.

    Returns
    -------
    start, end : datetime.datetime
        The first is None where it was and may be.

    Raises
    ------
    ValueError
        If a bound is no date, carries a time zone, or the window is empty.

    Examples
    --------
    >>> [str(bound) for bound in window("2024-01-01", "2024-01-08")]
    ['2024-01-01 00:00:00', '2024-01-08 00:00:00']
    """
    first = None if start is None and open_start else checks.moment("observation_start", start)
    last = checks.moment("observation_end", end)
    if first is not None and first >= last:
        raise ValueError(f"observation_start {first} must lie before observation_end {last}.")
    return first, last


def check_log(schema: nw.Schema, needed: Sequence[str], name: str = "log") -> None:
    """Refuse a log that lacks a column or whose ``event_time`` holds no plain dates or times.

    Parameters
    ----------
    schema : narwhals Schema
        Column to type.
    needed : sequence of str
        Columns that must be there, ``event_time`` among them.
    name : str
        What the message calls the table.

    Raises
    ------
    ValueError
        Naming the column and what to do.

    Examples
    --------
    >>> check_log(nw.Schema({"event_time": nw.String()}), ["event_time"])
    Traceback (most recent call last):
        ...
    ValueError: event_time must hold dates or times, not String; data.load parses text.
    """
    checks.needed_columns(schema, needed, name)
    time = schema["event_time"]
    if not isinstance(time, nw.Date | nw.Datetime):
        raise ValueError(f"event_time must hold dates or times, not {time}; data.load parses text.")
    if getattr(time, "time_zone", None):
        raise ValueError(
            f"event_time carries the time zone {time.time_zone}; make it local time first (in Spark, cast it to "
            "timestamp_ntz)."
        )


def lazy_log(log: IntoFrame, needed: Sequence[str], name: str = "log") -> nw.LazyFrame:
    """Give a log as a lazy frame, or refuse it: one in memory as `checks.log` does, any other by its columns.

    Examples
    --------
    >>> log = pd.DataFrame({"event_time": pd.to_datetime(["2024-01-31"])})
    >>> lazy_log(log, ["event_time"]).collect_schema().names()
    ['event_time']
    """
    if isinstance(log, pd.DataFrame):
        checks.log(log, needed, name)
    frame = nw.from_native(log).lazy()
    check_log(frame.collect_schema(), needed, name)
    return frame


def inside(log: IntoFrame, start: Moment, end: Moment) -> IntoFrame:
    """Give the rows of a log in [start, end).

    Examples
    --------
    >>> log = pd.DataFrame({"event_time": pd.to_datetime(["2024-01-31", "2024-02-01"])})
    >>> len(inside(log, "2024-01-01", "2024-02-01"))
    1
    """
    first, last = (checks.moment(name, value) for name, value in (("start", start), ("end", end)))
    if first >= last:
        raise ValueError(f"start {first} must lie before end {last}.")
    time = nw.col("event_time")
    return nw.from_native(log).filter((time >= first) & (time < last)).to_native()
