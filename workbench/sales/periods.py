"""Two periods side by side: what each customer bought in either, and why the sales of both differ."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.checks import Year
from workbench.sales.changes import FACTORS, decompose
from workbench.sales.orders import by_customer, lazy_orders, net_of

__all__ = ["Periods", "changes_of", "periods_of", "quarters_of", "two_periods"]

Moment = dt.date | str


class Periods(NamedTuple):
    """Two periods of equal length, [begin, middle) and [middle, end), and what they are called."""

    begin: dt.datetime
    middle: dt.datetime
    end: dt.datetime
    first: str
    second: str


def periods_of(year: Year, observation_start: Moment) -> Periods:
    """Return a year and the one before, where the data hold both; else the two halves of the data up to its end.

    Examples
    --------
    >>> from workbench.checks import year_of
    >>> found = periods_of(year_of("1997-01-01", "1998-07-01"), "1997-01-01")
    >>> str(found.middle.date()), found.first
    ('1997-10-01', 'the first half of the data')
    """
    start = pd.Timestamp(checks.moment("observation_start", observation_start)).normalize()
    before = pd.Timestamp(year.start) - pd.DateOffset(years=1)
    if start <= before:
        return Periods(before.to_pydatetime(), year.start, year.end, "the year before", "the year")
    middle = start + pd.Timedelta(days=(pd.Timestamp(year.end) - start).days // 2)
    words = "the first half of the data", "the second half of the data"
    return Periods(start.to_pydatetime(), middle.to_pydatetime(), year.end, *words)


def quarters_of(year: Year) -> tuple[tuple[dt.datetime, dt.datetime], tuple[dt.datetime, dt.datetime]]:
    """Return the last three months of a year, and before them the same months of the year before.

    Examples
    --------
    >>> from workbench.checks import year_of
    >>> before, after = quarters_of(year_of("1997-01-01", "1998-07-01"))
    >>> str(before[0].date()), str(after[0].date())
    ('1997-04-01', '1998-04-01')
    """
    ends = pd.Timestamp(year.start), pd.Timestamp(year.end)
    return tuple(((end - pd.DateOffset(months=3)).to_pydatetime(), end.to_pydatetime()) for end in ends)


def two_periods(transactions: IntoFrame, begin: Moment, middle: Moment, end: Moment) -> pd.DataFrame:
    """Count what each customer bought in two periods, [begin, middle) and [middle, end).

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per order
        ``customer_id``, ``event_time``, ``amount`` and, where it is known, ``returned_amount``.
    begin, middle, end : date or str

    Returns
    -------
    pandas.DataFrame, one row per customer seen before the end, index ``customer_id``, sorted
        ``first``, the first order of all; ``orders_before, value_before``, count and money of the first period;
        ``orders, value``, those of the second. Money is net of refunds and returns.

    Raises
    ------
    ValueError
        If a column is missing, a bound is no date, or they do not follow each other.

    Examples
    --------
    >>> days = pd.to_datetime(["2022-01-01", "2022-03-01", "2023-02-01", "2023-12-31"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "b", "a", "a"], "event_time": days, "amount": [5.0, 7, 2, 3]})
    >>> two_periods(orders, "2022-01-01", "2023-01-01", "2024-01-01")[["orders_before", "value"]].to_dict("list")
    {'orders_before': [1, 1], 'value': [5.0, 0.0]}
    """
    bounds = [checks.moment(n, v) for n, v in (("begin", begin), ("middle", middle), ("end", end))]
    if bounds != sorted(set(bounds)):
        raise ValueError(
            f"begin, middle and end are {begin}, {middle} and {end}; each must lie after the one before."
        )
    frame = lazy_orders(transactions, ("customer_id", "event_time", "amount"))
    time = nw.col("event_time").cast(nw.Datetime("us"))
    frame = frame.select("customer_id", "amount", time=time, net=net_of(frame)).filter(
        nw.col("time") < bounds[2]
    )
    bought, now = nw.col("amount") >= 0, nw.col("time") >= bounds[1]
    then = (nw.col("time") >= bounds[0]) & ~now
    frame = frame.with_columns(
        first=nw.when(bought).then(nw.col("time")),
        orders_before=nw.when(bought & then).then(1),
        value_before=nw.when(then).then(nw.col("net")),
        orders=nw.when(bought & now).then(1),
        value=nw.when(now).then(nw.col("net")),
    )
    counts = [nw.col(name).count() for name in ("orders_before", "orders")]
    sums = [nw.col(name).sum() for name in ("value_before", "value")]
    table = by_customer(frame.group_by("customer_id").agg(nw.col("first").min(), *counts, *sums))
    table[["value_before", "value"]] = table[["value_before", "value"]].fillna(0.0)
    return table[["first", "orders_before", "value_before", "orders", "value"]]


def changes_of(
    transactions: IntoFrame, pairs: Mapping[str, tuple[tuple[Moment, Moment], tuple[Moment, Moment]]]
) -> pd.DataFrame:
    """Return why sales of pairs of periods differ: customers, orders per customer, value per order, see `decompose`.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per order
        ``customer_id``, ``event_time``, ``amount`` (a negative one is a refund and no order); before returns.
    pairs : mapping of str to two periods
        Each [start, end), the earlier first.

    Returns
    -------
    pandas.DataFrame, one row per pair
        ``before, after, difference``, currency, and the three parts, which add up to the difference.

    Raises
    ------
    ValueError
        `checks.NotKnown` if a period has no order: what is 0 cannot be parted.

    Examples
    --------
    >>> days = pd.to_datetime(["2022-01-01", "2023-02-01", "2023-03-01"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "a"], "event_time": days, "amount": [5.0, 5, 5]})
    >>> pairs = {"years": (("2022-01-01", "2023-01-01"), ("2023-01-01", "2024-01-01"))}
    >>> changes_of(orders, pairs)[["difference", "orders per customer"]].round(2).values.tolist()
    [[5.0, 5.0]]
    """
    frame = lazy_orders(transactions, ("customer_id", "event_time", "amount")).filter(nw.col("amount") >= 0)
    rows = {}
    for name, (before, after) in pairs.items():
        old, new = (_factors(frame, *period) for period in (before, after))
        parts = decompose(old, new)
        sums = {"before": old[0] * old[1] * old[2], "after": new[0] * new[1] * new[2]}
        rows[name] = sums | {"difference": sums["after"] - sums["before"]} | parts.to_dict()
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("compared")


def _factors(frame, start, end):
    first, last = (checks.moment(n, v) for n, v in (("start", start), ("end", end)))
    inside = frame.filter((nw.col("event_time") >= first) & (nw.col("event_time") < last))
    facts = inside.select(
        n=nw.col("amount").count(), total=nw.col("amount").sum(), who=nw.col("customer_id").n_unique()
    ).collect()
    n, total, who = (float(facts[name].item() or 0) for name in ("n", "total", "who"))
    if not total > 0:
        raise checks.NotKnown(
            f"Nothing was sold from {start} to {end}; a change from or to 0 has no {FACTORS[0]}."
        )
    return [who, n / who, total / n]
