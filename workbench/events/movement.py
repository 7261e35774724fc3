"""Movement between segments from one week to the next, and how much of it chance alone makes."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame
from numpy.typing import ArrayLike

from workbench import checks
from workbench.events.by_day import swapped_weeks
from workbench.events.log import indicators
from workbench.events.windows import Moment, inside, lazy_log

__all__ = [
    "Halves",
    "between_halves",
    "by_week",
    "placed",
    "stayed",
    "stayed_by_chance",
    "swap_days",
    "transitions",
]

# Customers up to whom chance is shown with all, and how many are drawn of more: a share of so many is known to .7 %.
EXACT, DRAWN = 10_000, 5_000
WEEK = pd.Timedelta(days=7)


def transitions(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Count customers by their segment before and after.

    Parameters
    ----------
    before, after : Series
        Segment of each customer, by customer; those seen in one period only are counted as "absent".

    Returns
    -------
    DataFrame of int64, shape (n_before, n_after)
        One row per segment before, one column per segment after.

    Examples
    --------
    >>> transitions(pd.Series({"a": 1, "b": 2}), pd.Series({"a": 1, "b": 1, "c": 2})).loc[2, 1].item()
    1
    """
    # What many customers have in common is named once.
    pairs = _both(before, after).groupby(["before", "after"], dropna=False).size().reset_index(name="n")
    named = pairs[["before", "after"]].astype(object)
    named = named.where(named.notna(), "absent").map(
        lambda s: int(s) if isinstance(s, float) and s.is_integer() else s
    )
    counted = pd.crosstab(named["before"], named["after"], pairs["n"], aggfunc="sum")
    return counted.fillna(0).astype("int64")


def stayed(before: pd.Series, after: pd.Series) -> float:
    """Return the share of the customers seen in both periods who are in the same segment in both.

    Parameters
    ----------
    before, after : Series
        Segment of each customer, by customer.

    Returns
    -------
    float in [0, 1]

    Raises
    ------
    ValueError
        If nobody was seen in both periods.

    Examples
    --------
    >>> stayed(pd.Series({"a": 1, "b": 2}), pd.Series({"a": 1, "b": 1, "c": 2}))
    0.5
    """
    both = _both(before, after).dropna()
    if both.empty:
        raise checks.NotKnown("No customer was seen in both periods.")
    return float((both["before"] == both["after"]).mean())


def _both(before, after):
    """Put both segments of each customer side by side."""
    checks.names_once(before, "before")
    checks.names_once(after, "after")
    return pd.DataFrame({"before": before, "after": after})


def by_week(
    log: pd.DataFrame, start: Moment, assign: Callable[[pd.DataFrame], ArrayLike]
) -> tuple[pd.Series, pd.Series]:
    """Put the customers of each of two weeks into segments by one rule, such as the centres of the first week.

    Parameters
    ----------
    log : pandas.DataFrame
        What `clean` kept of both weeks.
    start : date, datetime or str
        Start of the first week.
    assign : callable
        Takes the indicators of a week, one row per customer, and returns a segment for each.

    Returns
    -------
    before, after : Series
        Segment of each customer seen in the week, by customer.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-03-04", "2024-03-05", "2024-03-12"])
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "a"], "event_type": "news_view", "event_time": days})
    >>> [week.to_dict() for week in by_week(log, "2024-03-04", lambda table: table["news_views"] > 1)]
    [{'a': True}, {'a': False}]
    """
    first = pd.Timestamp(checks.moment("start", start))
    weeks = [
        indicators(log, observation_start=day, observation_end=day + WEEK) for day in (first, first + WEEK)
    ]
    before, after = _assigned(weeks, assign)
    return before, after


def stayed_by_chance(
    log: pd.DataFrame,
    start: Moment,
    assign: Callable[[pd.DataFrame], ArrayLike],
    *,
    n_swaps: int = 50,
    random_state: np.random.Generator | int | None = None,
) -> np.ndarray:
    """Return the share of customers who stay where nobody changes: in logs whose days were swapped.

    Parameters
    ----------
    log, start, assign : as for `by_week`
    n_swaps : int
        Number of swapped logs.
    random_state : int, Generator or None

    Returns
    -------
    ndarray of shape (n_swaps,)
        `stayed` of each, see `swap_days`.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-03-04", "2024-03-05", "2024-03-12"])
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "a"], "event_type": "news_view", "event_time": days})
    >>> shares = stayed_by_chance(log, "2024-03-04", lambda table: [1] * len(table), n_swaps=3, random_state=0)
    >>> shares.tolist()
    [1.0, 1.0, 1.0]
    """
    checks.log(log, ("customer_id", "event_time"))
    checks.whole_number("n_swaps", n_swaps)
    first = pd.Timestamp(checks.moment("start", start))
    weeks = swapped_weeks(log, first, n_swaps, checks.generator(random_state))
    return np.array([stayed(*_assigned(both, assign)) for both in weeks])


def _assigned(weeks, assign):
    return [pd.Series(np.asarray(assign(table)), table.index, name="segment") for table in weeks]


def placed(
    log: IntoFrame,
    start: Moment,
    end: Moment,
    *,
    count: Callable[[Any], pd.DataFrame],
    columns: Sequence[str],
    nearest: Callable[[pd.DataFrame], ArrayLike],
) -> pd.Series:
    """Put the customers of a period into segments that were found before, by what they did in it.

    Parameters
    ----------
    log : any dataframe that narwhals reads, one row per event
    start, end : date, datetime or str
        The period [start, end).
    count : callable
        Takes the events of the period and returns the indicators, one row per customer, such as `behaviour`.
    columns : sequence of str
        Indicators that `nearest` knows; one that nobody has in the period is 0.
    nearest : callable
        Takes the indicators and returns a segment for each customer, such as the `predict` of a fitted K-means.

    Returns
    -------
    pandas.Series, index customers

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a"], "event_time": pd.to_datetime(["2024-03-05"])})
    >>> size = lambda events: events.groupby("customer_id").size().to_frame("events")
    >>> often = lambda table: table["events"] > 1
    >>> placed(log, "2024-03-04", "2024-03-11", count=size, columns=["events"], nearest=often).to_dict()
    {'a': False}
    """
    lazy_log(log, ("event_time",))
    columns = checks.distinct("columns", columns)
    table = count(inside(log, start, end)).reindex(columns=columns, fill_value=0.0)
    return pd.Series(np.asarray(nearest(table)), table.index, name="segment")


class Halves(NamedTuple):
    """The segments of two halves of a period, the share that stayed, and the shares by chance, in swapped halves.

    ``note`` says where the latter are those of some customers only.
    """

    before: pd.Series
    after: pd.Series
    stayed: float
    by_chance: np.ndarray
    note: str = ""


def between_halves(
    log: IntoFrame,
    start: Moment,
    end: Moment,
    segments_of: Callable[[pd.DataFrame, pd.Timestamp, pd.Timestamp], pd.Series],
    *,
    n_swaps: int = 20,
    n_exact: int = EXACT,
    random_state: np.random.Generator | int | None = None,
) -> Halves:
    """Compare the segments of customers in the two halves of a period, beside what chance alone would move.

    Parameters
    ----------
    log : any dataframe that narwhals reads
        ``customer_id`` and ``event_time`` at least, one row per event or payment.
    start, end : date, datetime or str
        The period [start, end); both halves have the same whole number of days, a last odd day is left out.
    segments_of : callable
        Takes a log and the start and end of a half, and returns a segment for each customer of it.
    n_swaps : int
        Number of logs in which, for every customer and day, the two halves change places by the toss of a coin.
    n_exact : int
        Of more customers than these only 5,000, drawn at random, are in the swapped logs.
    random_state : int, Generator or None

    Returns
    -------
    Halves

    Raises
    ------
    ValueError
        If the period is shorter than two days, or nobody was seen in both halves.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-03-04", "2024-03-05", "2024-03-12"])
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "a"], "event_time": days})
    >>> often = lambda log, start, end: log[log["event_time"].between(start, end)].groupby("customer_id").size() > 1
    >>> between_halves(log, "2024-03-04", "2024-03-18", often, n_swaps=3, random_state=0).stayed
    0.0
    """
    lazy_log(log, ("customer_id", "event_time"))
    first, last = (pd.Timestamp(checks.moment(n, v)) for n, v in (("start", start), ("end", end)))
    days = (last - first).days // 2
    if days < 1:
        raise checks.NotKnown(
            f"[{first}, {last}) is shorter than two days; halves need at least one day each."
        )
    middle = first + pd.Timedelta(days=days)
    halves = (first, middle), (middle, middle + (middle - first))
    checks.whole_number("n_swaps", n_swaps)
    rng = checks.generator(random_state)
    before, after = (segments_of(log, *half) for half in halves)
    some, note = _some(log, before.index.union(after.index), n_exact, rng)
    some = _numbered(some, first, halves[1][1])
    swapped = (swap_days(some, first, days=days, random_state=rng) for _ in range(n_swaps))
    by_chance = [stayed(*(segments_of(_of_half(one, *half), *half) for half in halves)) for one in swapped]
    return Halves(before, after, stayed(before, after), np.array(by_chance), note)


def _some(log, customers, n_exact, rng):
    """Return the rows of some customers where there are very many, in memory, and a remark on it."""
    checks.whole_number("n_exact", n_exact)
    if isinstance(log, pd.DataFrame) and len(customers) <= n_exact:
        return log, ""
    n = min(len(customers), DRAWN, n_exact)
    drawn = customers[np.sort(rng.choice(len(customers), n, replace=False))]
    asked = nw.from_native(log).lazy().filter(nw.col("customer_id").is_in(drawn.tolist()))
    rows = asked.collect("pandas").to_native()
    # an engine gives its rows in any order
    rows = rows.sort_values(list(rows.columns), ignore_index=True)
    return rows, f"What chance would do is seen from {n:,} of {len(customers):,} customers, drawn at random."


def _numbered(log, start, end):
    """Return the rows of a period, customers as numbers in the order of their names: told apart faster."""
    inside = log[log["event_time"].between(start, end, inclusive="left")]
    return inside.assign(customer_id=pd.factorize(inside["customer_id"], sort=True)[0])


def _of_half(log, start, end):
    """Return the rows of a half alone; of one without any the whole, for whom it concerns to say so."""
    half = log[log["event_time"].between(start, end, inclusive="left")]
    return half if len(half) else log


def swap_days(
    log: pd.DataFrame,
    start: Moment,
    *,
    days: int = 7,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Swap days between two weeks, or other periods, at random, for every customer and weekday by the toss of a coin.

    If a customer behaves alike in both periods, the swapped log is as likely as the real one, so that the
    movement in many swapped logs is the movement to expect under no change. Days stay whole, and weekdays
    stay weekdays, so that neither sessions nor the rhythm of the week are broken up.

    Parameters
    ----------
    log : pandas.DataFrame
        Columns `customer_id` and `event_time` (datetime) at least.
    start : date, datetime or str
        Start of the first period; rows outside the two periods from it are left alone.
    days : int
        Length of a period; a multiple of 7 keeps weekdays.
    random_state : int, Generator or None

    Returns
    -------
    pandas.DataFrame
        The log with some times moved by the length of a period.

    Raises
    ------
    ValueError
        If a customer or a time is missing, or `days` is below 1.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a"], "event_time": pd.to_datetime(["2024-03-05 09:00"])})
    >>> moved = swap_days(log, "2024-03-04", random_state=1)["event_time"].item()
    >>> (moved - log["event_time"].item()).days in (0, 7)
    True
    """
    checks.log(log, ("customer_id", "event_time"))
    day = (log["event_time"] - checks.moment("start", start)).dt.days.to_numpy()
    checks.whole_number("days", days)
    inside = (day >= 0) & (day < 2 * days)
    customer, names = pd.factorize(log["customer_id"])
    coins = checks.generator(random_state).random((len(names), days)) < 0.5
    swap = inside & coins[customer, day % days]
    shift = np.where(swap, np.where(day < days, 1, -1), 0)
    return log.assign(event_time=log["event_time"] + shift * pd.Timedelta(days=days))
