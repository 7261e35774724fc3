"""The twelve months of a review and the run-in before them, and lengths of time."""

# The runner imports this: types stay text, and pandas is imported where it is used.
from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from workbench.checks.choices import moment, whole_number
from workbench.checks.words import shown

__all__ = ["Year", "length", "year_of"]

LEAST, USUAL = dt.timedelta(days=92), dt.timedelta(days=365)  # of a run-in: a quarter, a year
WEEK = dt.timedelta(days=7)  # that a year may lack at its end: holidays
LENGTH = r"\s*[0-9]+\s*(?:W|D|d|days?|h|hours?|min|minutes?)\s*"


class Year(NamedTuple):
    """The twelve months [start, end) of a review, and the run-in before them."""

    start: dt.datetime
    end: dt.datetime
    run_in: dt.timedelta

    @property
    def parts(self) -> tuple[tuple[dt.datetime, dt.datetime, str], ...]:
        """The year and the run-in, each with its beginning, its end and what it is called."""
        begins = self.start - self.run_in
        return (self.start, self.end, "the year"), (begins, self.start, "the run-in before the year")


def year_of(
    observation_start: dt.date | str,
    observation_end: dt.date | str,
    year: int | dt.date | str | None = None,
    run_in: str | dt.timedelta | None = None,
) -> Year:
    """Return the twelve months of a review and the run-in before them, or refuse what the data do not cover.

    Parameters
    ----------
    observation_start, observation_end : date or str
        What the data cover, the end being outside.
    year : int, date or str, optional
        A calendar year, or the first day of twelve months; without it the last twelve whole months.
    run_in : str or timedelta, optional
        How long before the year customers must have been seen, such as "365D": who comes first in the year is new
        only if there was time to be seen before. Without it 365 days, or what there is; at least 92, a quarter.

    Raises
    ------
    ValueError
        If the year is not wholly covered (a week at its end may lack), or the data begin too late for the run-in.

    Examples
    --------
    >>> span = year_of("1997-01-01", "1998-07-01")
    >>> str(span.start.date()), span.run_in.days
    ('1997-07-01', 181)
    >>> year_of("1997-01-01", "1998-07-01", 1997)
    Traceback (most recent call last):
        ...
    ValueError: The year begins on 1997-01-01, 0 days after the data do: without a run-in of at least 92 days every
    customer would be new. Choose a later year.
    """
    import pandas as pd

    first = pd.Timestamp(moment("observation_start", observation_start)).normalize()
    last = pd.Timestamp(moment("observation_end", observation_end))
    start = _first_day(year, last)
    end = start + pd.DateOffset(years=1)
    if start < first or end > last + WEEK:
        raise ValueError(
            f"The year {_days(start, end)} is not covered: the data hold {_days(first, last)}. Choose another year, "
            "or the first day of twelve months inside the data."
        )
    room = start - first
    if room < LEAST:
        raise ValueError(
            f"The year begins on {start:%Y-%m-%d}, {room.days} days after the data do: without a run-in of at least "
            f"{LEAST.days} days every customer would be new. Choose a later year."
        )
    wanted = min(room, USUAL) if run_in is None else length("run_in", run_in)
    if not LEAST <= wanted <= room:
        raise ValueError(
            f"run_in is {wanted.days} days; allowed are {LEAST.days} to {room.days}, since the data begin "
            f"{room.days} days before the year {_days(start, end)}."
        )
    return Year(start.to_pydatetime(), end.to_pydatetime(), pd.Timedelta(wanted).to_pytimedelta())


def _first_day(year, last):
    import pandas as pd

    if year is None:
        month = (last + WEEK).to_period("M").start_time if last.day > 24 else last.to_period("M").start_time
        return month - pd.DateOffset(years=1)
    if isinstance(year, int) or (isinstance(year, str) and year.isdigit()):
        return pd.Timestamp(whole_number("year", int(year), 1678, 2200), 1, 1)
    return pd.Timestamp(moment("year", year)).normalize()


def length(name: str, value: str | dt.timedelta) -> dt.timedelta:
    """Return a length of time, not below 0, or refuse it; a number alone has no unit.

    Examples
    --------
    >>> length("window", "60D").days
    60
    >>> length("window", "60")
    Traceback (most recent call last):
        ...
    ValueError: window is '60'; allowed is a length with its unit, such as '60D'.
    """
    import pandas as pd

    written = not isinstance(value, str) or re.fullmatch(LENGTH, value)
    if not written or (found := pd.Timedelta(value)) < pd.Timedelta(0):
        raise ValueError(f"{name} is {shown(value)}; allowed is a length with its unit, such as '60D'.")
    return found.to_pytimedelta()


def _days(start, end):
    return f"{start:%Y-%m-%d} to {end - dt.timedelta(seconds=1):%Y-%m-%d}"
