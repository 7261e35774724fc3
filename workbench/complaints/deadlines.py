"""When an answer is due, by the calendar's hours or by opening hours, and which share is on time, of what.

A text that says "within 24 hours" leaves open whether nights, weekends and holidays count. Opening hours need the days
on which work is done; a list of holidays speaks of the years in which it has days, and of no others.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks

__all__ = ["CLOCKS", "due", "on_time"]

CLOCKS = ("calendar", "opening")
DAY = np.timedelta64(1, "D")
HOUR = 3_600_000_000  # microseconds


class Days(NamedTuple):
    """Days in a row from the first on: which are worked, how many before each, and whether a list speaks of them."""

    first: np.datetime64
    worked: np.ndarray
    before: np.ndarray
    listed: bool


def due(
    received: ArrayLike | pd.Series,
    hours: float,
    *,
    clock: Literal["calendar", "opening"] = "calendar",
    opening: tuple[float, float] = (9, 18),
    holidays: Sequence[Any] | pd.Series = (),
    extra_workdays: Sequence[Any] | pd.Series = (),
    weekmask: str = "1111100",
) -> pd.Series:
    """Say when the answer to each case is due.

    By the calendar every hour counts. By the opening clock the hours between opening and closing of each working day
    do: Monday to Friday, or as `weekmask` says, without the holidays and with the extra workdays. What comes in outside
    them counts from the next opening on, and what uses a day up is due at its closing, not at the next opening.

    Parameters
    ----------
    received : array_like or pandas.Series of datetime64, shape (n,)
        Local times without time zone; missing ones have no due time.
    hours : float
        Length of the time allowed, hours, above 0.
    clock : {"calendar", "opening"}
    opening : (float, float)
        Hours of the day at which the day's work begins and ends.
    holidays, extra_workdays : sequence of dates
        Days off, and weekend days that are worked. Together they speak of whole years, from the first in which one
        lies to the last; without any, every year is as `weekmask` says.
    weekmask : str
        Which days of the week from Monday on are worked, 1, and which are not, 0.

    Returns
    -------
    pandas.Series of datetime64[us], index of `received`

    Raises
    ------
    ValueError
        If an argument lies outside its range.
    NotKnown
        If times without hours are put to the opening clock, or the days listed end before a time that is due: the
        message names the first day that is not covered.

    Examples
    --------
    >>> eve = pd.to_datetime(["2024-02-09 17:30"])
    >>> [str(due(eve, 24, clock=clock)[0]) for clock in ("calendar", "opening")]
    ['2024-02-10 17:30:00', '2024-02-14 14:30:00']
    """
    times = pd.Series(received)
    checks.times(times, "received")
    checks.one_of("clock", clock, CLOCKS)
    allowed = round(checks.number("hours", hours, above=0) * HOUR)
    known = times.dropna()
    if clock == "calendar" or known.empty:
        return times.astype("datetime64[us]") + np.timedelta64(allowed, "us")
    start, end = (round(checks.number("opening", hour, least=0, most=24) * HOUR) for hour in opening)
    if start >= end:
        raise ValueError(f"opening is {checks.shown(opening)}; the day must open before it closes.")
    moments = known.to_numpy().astype("datetime64[us]")
    if (moments == moments.astype("datetime64[D]")).all():
        raise checks.NotKnown(
            "received has days without hours, and a day has no hour to count from; use clock='calendar', or give the "
            "times of day."
        )
    days = _days(moments, allowed / (end - start), holidays, extra_workdays, weekmask)
    found = pd.Series(_due(moments, allowed, start, end - start, days), known.index)
    return found.reindex(times.index).rename(times.name)


def on_time(
    received: pd.Series, closed: pd.Series, due: pd.Series, *, now: Any, confidence: float = 0.95
) -> pd.DataFrame:
    """Count which share of the cases was closed on time: of those closed, of those received, and of those due.

    What is closed after `now` counts as open. Of those closed, cases that wait for ever never count; of those received,
    cases that are not yet due count as late; of those due, both is right, and an open case not yet due is neither.

    Parameters
    ----------
    received, closed, due : pandas.Series of datetime64, shape (n,)
        ``closed`` is missing where a case is open.
    now : date, datetime or str
        The moment at which the cases are looked at.
    confidence : float
        Of the interval, in (0, 1).

    Returns
    -------
    pandas.DataFrame, index ``of closed``, ``of received``, ``of due``
        ``on_time`` and ``cases``, numbers; ``share``, with ``low`` and ``high`` of Wilson's interval, missing where
        there are no cases.

    Raises
    ------
    ValueError
        If a case was closed before it was received, or a due time is missing.

    References
    ----------
    Wilson (1927), JASA 22, 209-212.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2024-03-01", "2024-03-01", "2024-03-05", "2024-03-09"]))
    >>> closed = pd.to_datetime(pd.Series(["2024-03-02", "2024-03-08", "2024-03-06", None]))
    >>> on_time(days, closed, days + pd.Timedelta("3D"), now="2024-03-10")["share"].round(2).to_dict()
    {'of closed': 0.67, 'of received': 0.5, 'of due': 0.67}
    """
    from statsmodels.stats.proportion import proportion_confint  # slow to import, and needed here only

    moment = pd.Timestamp(checks.moment("now", now))
    for name, column in (("received", received), ("closed", closed), ("due", due)):
        checks.times(column, name)
    refuse_closed_before(received, closed)
    if due.isna().any():
        raise ValueError(f"due is missing in row {checks.shown(due.index[due.isna()][0])}; leave it out.")
    done = closed.le(moment)
    met = done & closed.le(due)
    sets = {"of closed": done, "of received": received.le(moment), "of due": due.le(moment)}
    numbers = {of: (int((met & some).sum()), int(some.sum())) for of, some in sets.items()}
    table = pd.DataFrame.from_dict(numbers, orient="index", columns=["on_time", "cases"])
    table["share"] = table["on_time"] / table["cases"].where(table["cases"] > 0)
    alpha = 1 - checks.number("confidence", confidence, above=0, below=1)
    low, high = proportion_confint(
        table["on_time"], table["cases"].clip(lower=1), alpha=alpha, method="wilson"
    )
    table["low"], table["high"] = low, high
    table.loc[table["cases"] == 0, ["low", "high"]] = np.nan
    return table


def refuse_closed_before(received: pd.Series, closed: pd.Series) -> None:
    """Refuse a case that was closed before it was received."""
    before = closed < received
    if before.any():
        row = closed.index[before][0]
        raise ValueError(
            f"closed {closed[row]} lies before received {received[row]} in row {checks.shown(row)}; correct one of "
            "them."
        )


def _days(
    moments: np.ndarray, working_days: float, holidays: Any, extra_workdays: Any, weekmask: str
) -> Days:
    """The days that are needed, or those of the years that are listed."""
    off, on = (_dates(*named) for named in (("holidays", holidays), ("extra_workdays", extra_workdays)))
    listed = np.concatenate([off, on])
    if len(listed):
        first, last = listed.min().astype("M8[Y]"), listed.max().astype("M8[Y]") + 1
    else:
        weeks = working_days / weekmask.count("1")
        first, last = moments.min(), moments.max().astype("M8[D]") + int(7 * weeks + 10)
    days = np.arange(first.astype("M8[D]"), last.astype("M8[D]"))
    worked = np.is_busday(days, weekmask)
    worked[(off - days[0]).astype("int64")] = False
    worked[(on - days[0]).astype("int64")] = True
    return Days(days[0], worked, np.concatenate([[0], worked.cumsum()]), bool(len(listed)))


def _dates(name: str, days: Any) -> np.ndarray:
    if getattr(getattr(days, "dtype", None), "kind", "") == "M":  # a column, at once
        return np.asarray(days).astype("datetime64[D]")
    return np.array([checks.moment(name, day) for day in days], dtype="datetime64[D]")


def _due(moments: np.ndarray, allowed: int, start: int, length: int, days: Days) -> np.ndarray:
    """The moments due, counting in the hours that are worked since the first day."""
    day = (moments.astype("M8[D]") - days.first).astype("int64")
    outside = (day < 0) | (day >= len(days.worked))
    if outside.any():
        _refuse_uncovered(days.first + day[outside].min())
    since_opening = (moments - moments.astype("M8[D]")).astype("int64") - start
    used = np.where(days.worked[day], since_opening.clip(0, length), 0)
    total = days.before[day] * length + used + allowed
    nth = (total - 1) // length  # of the working days, from 0: an hour that ends a day is due on it
    at = np.flatnonzero(days.worked)
    if nth.max() >= len(at):
        _refuse_uncovered(days.first + len(days.worked))
    opened = (days.first + at[nth]).astype("M8[us]") + np.timedelta64(start, "us")
    return opened + (total - nth * length).astype("m8[us]")


def _refuse_uncovered(day: np.datetime64) -> None:
    raise checks.NotKnown(
        f"{day} is not covered: holidays and extra_workdays list no day of that year; add those of {str(day)[:4]}, or "
        "use clock='calendar'."
    )
