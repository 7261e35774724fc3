"""Sales of each class of customers by calendar quarter, and their trend over complete quarters."""

import datetime as dt
from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.sales.orders import classed, naive

__all__ = ["sales_by_quarter", "sales_trend"]

NONE, GAP = pd.Timedelta(0), pd.Timedelta(days=3)  # a weekend and a holiday


def sales_by_quarter(
    transactions: IntoFrame, labels: pd.Series | Mapping[Hashable, Hashable]
) -> pd.DataFrame:
    """Return the total sales of each class in each calendar quarter, from the first to the last order.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per order
        Columns `customer_id`, `event_time` (datetime) and `amount` (currency).
    labels : Series or dict
        Class of each customer, by `customer_id`.

    Returns
    -------
    DataFrame, shape (n_quarters, n_classes)
        Index `quarter` (quarterly periods, none left out), one column per class; currency, 0 where nothing
        was sold. The first and last quarter may be incomplete: `sales_trend` leaves them out.

    Raises
    ------
    ValueError
        If a column is missing, a time is missing or no datetime, an amount is not finite, or a customer has
        no class.

    Examples
    --------
    >>> days = pd.to_datetime(["1997-01-31", "1997-07-01", "1997-07-02"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0], "event_time": days})
    >>> sales_by_quarter(orders, {"a": "loyal", "b": "new"})["loyal"].tolist()
    [5.0, 0.0, 7.0]
    """
    rows, labels, classes, amount = classed(transactions, labels, "event_time")
    month = naive(rows["event_time"]).to_numpy().astype("datetime64[M]").astype("int64")
    quarter = month // 3  # since 1970
    code = quarter - (first := int(quarter.min()))
    every = pd.period_range(pd.Period(ordinal=first, freq="Q"), periods=int(code.max()) + 1, name="quarter")
    k = len(names := classes.cat.categories)
    sums = np.bincount(code * k + classes.cat.codes, amount, len(every) * k).reshape(len(every), k)
    return pd.DataFrame(sums, every, names.rename("class"))


def sales_trend(
    quarterly: pd.DataFrame,
    *,
    observation_start: dt.date | str | None = None,
    observation_end: dt.date | str | None = None,
) -> pd.DataFrame:
    """Return the trend of each class: the least-squares slope of its sales over the complete quarters.

    A quarter is complete where the window [`observation_start`, `observation_end`) misses at most three days of
    it: the window of a file is that of its first and last row, and a quarter may begin with a holiday. Half a
    quarter at the end would make any sales fall.

    Parameters
    ----------
    quarterly : DataFrame, shape (n_quarters, n_classes)
        From `sales_by_quarter`; the index of quarters is needed where a bound is given.
    observation_start, observation_end : date or str, optional
        The window of time that the sales are from; without them every quarter counts as complete.

    Returns
    -------
    DataFrame
        One row per class: `slope` (currency per quarter) and `relative` (slope over the mean quarter). Both NaN,
        not known, with fewer than two complete quarters; `relative` also where the mean quarter is not above 0.
        ``attrs["complete"]`` and ``attrs["incomplete"]`` list the quarters as text, ``attrs["note"]`` says how
        many the trend is read from.

    Raises
    ------
    ValueError
        If a cell is not finite or a bound is no date.

    Examples
    --------
    >>> days = pd.period_range("2023Q1", "2023Q4", freq="Q")
    >>> quarterly = pd.DataFrame({"loyal": [10.0, 20.0, 30.0, 9.0]}, index=days)
    >>> trend = sales_trend(quarterly, observation_start="2023-01-02", observation_end="2023-10-27")
    >>> trend.loc["loyal"].tolist(), trend.attrs["note"]
    ([10.0, 0.5], 'trend over 3 complete quarters, 2023Q1 to 2023Q3; incomplete and left out: 2023Q4')
    """
    table = checks.finite_frame(quarterly, "quarterly")
    whole = _complete(quarterly.index, observation_start, observation_end)
    inside = table[whole]
    trend = pd.DataFrame(np.nan, index=table.columns, columns=["slope", "relative"])
    if len(inside) >= 2:
        time = np.arange(len(inside)) - (len(inside) - 1) / 2
        trend["slope"] = time @ inside.to_numpy() / (time @ time)
        mean = inside.mean()
        trend["relative"] = trend["slope"] / mean.where(mean > 0)
    trend.attrs["complete"] = [str(quarter) for quarter in quarterly.index[whole]]
    trend.attrs["incomplete"] = [str(quarter) for quarter in quarterly.index[~whole]]
    trend.attrs["note"] = _said(trend.attrs["complete"], trend.attrs["incomplete"])
    return trend


def _complete(quarters, start, end):
    """Which quarters the window holds, but for three days at most."""
    if start is None and end is None:
        return np.ones(len(quarters), bool)
    first = quarters[0].start_time if start is None else checks.moment("observation_start", start)
    last = (quarters[-1] + 1).start_time if end is None else checks.moment("observation_end", end)
    missed = [max(first - q.start_time, NONE) + max((q + 1).start_time - last, NONE) for q in quarters]
    return np.array([days <= GAP for days in missed], bool)


def _said(complete, incomplete):
    left = f"; incomplete and left out: {', '.join(incomplete)}" if incomplete else ""
    if len(complete) < 2:
        return f"trend not known: it needs two complete quarters, and there {_are(len(complete))}{left}"
    return f"trend over {len(complete)} complete quarters, {complete[0]} to {complete[-1]}{left}"


def _are(n):
    return "is one" if n == 1 else "are none"
