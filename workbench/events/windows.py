"""A window of time and the log it is laid over: what the methods on logs check alike."""

import narwhals as nw
import pandas as pd

__all__ = ["check_log", "window"]


def window(start, end, *, open_start=False):
    """Turn the bounds of a window [start, end) into datetimes, or refuse them.

    Parameters
    ----------
    start, end : date, datetime or str
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
    bounds = []
    for name, value in {"observation_start": start, "observation_end": end}.items():
        if value is None and open_start and name == "observation_start":
            bounds.append(None)
            continue
        bound = pd.Timestamp(value)
        if pd.isna(bound):
            raise ValueError(f"{name} must be a date such as '2024-01-01', not {value!r}.")
        if bound.tzinfo is not None:
            raise ValueError(
                f"{name} must be a date such as '2024-01-01': {value!r} carries a time zone, and {name} must be "
                "without time zone."
            )
        bounds.append(bound.to_pydatetime())
    if bounds[0] is not None and bounds[0] >= bounds[1]:
        raise ValueError(f"observation_start {bounds[0]} must lie before observation_end {bounds[1]}.")
    return bounds


def check_log(schema, needed):
    """Refuse a log that lacks a column or whose ``event_time`` holds no plain dates or times.

    Parameters
    ----------
    schema : narwhals Schema
        Column to type.
    needed : sequence of str
        Columns that must be there, ``event_time`` among them.

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
    for name in needed:
        if name not in schema:
            raise ValueError(f"Missing column {name!r}; columns: {', '.join(schema)}. Rename one to it.")
    time = schema["event_time"]
    if not isinstance(time, nw.Date | nw.Datetime):
        raise ValueError(f"event_time must hold dates or times, not {time}; data.load parses text.")
    if getattr(time, "time_zone", None):
        raise ValueError(
            f"event_time carries the time zone {time.time_zone}; make it local time first (in Spark, cast it to "
            "timestamp_ntz)."
        )
