"""Sales of each class of customers: totals, frequency, quarters and their trend."""

import datetime as dt
from collections.abc import Collection, Hashable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import shown

__all__ = ["sales_by_class", "sales_by_quarter", "sales_of", "sales_trend"]

UNITS = {"rows": (), "days": ("event_time",), "orders": ("order_id",)}  # and the columns that they need
NONE, GAP = pd.Timedelta(0), pd.Timedelta(days=3)  # a weekend and a holiday


def sales_of(
    customers: pd.Index | Collection[Hashable],
    transactions: pd.DataFrame,
    *,
    observation_start: dt.date | str,
    observation_end: dt.date | str,
    refunds: Literal["net", "ignore", "drop"] = "net",
) -> tuple[pd.DataFrame, int]:
    """Select the payments that count as sales of given customers: in the window, and refunds as they are treated.

    Parameters
    ----------
    customers : Index or collection
        Those who count, such as the ones who have a segment.
    transactions : DataFrame, one row per payment
        Columns `customer_id`, `event_time` and `amount` (currency; negative: a refund).
    observation_start, observation_end : date or str
        The window, the end being outside.
    refunds : {"net", "ignore", "drop"}
        As for `rfm.rfm`: with "ignore" refunds are no rows of sales; "drop" leaves out customers, not rows.

    Returns
    -------
    sold : DataFrame
        The rows that count.
    others : int
        How many rows of the window are of other customers, and are left out.

    Raises
    ------
    ValueError
        If a column is missing, `refunds` is unknown, or a bound is no date.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-05", "2024-01-09", "2024-01-10"])
    >>> payments = pd.DataFrame({"customer_id": ["a", "a", "b"], "event_time": days, "amount": [5.0, -2.0, 9.0]})
    >>> sold, others = sales_of(["a"], payments, observation_start="2024-01-01", observation_end="2024-02-01")
    >>> sold["amount"].tolist(), others
    ([5.0, -2.0], 1)
    """
    checks.log(transactions, ("customer_id", "event_time", "amount"), "transactions")
    checks.one_of("refunds", refunds, ("net", "ignore", "drop"))
    start = checks.moment("observation_start", observation_start)
    end = checks.moment("observation_end", observation_end)
    if start >= end:
        raise ValueError(f"observation_start {start} must lie before observation_end {end}.")
    inside = transactions["event_time"].between(start, end, inclusive="left")
    if refunds == "ignore":
        inside &= transactions["amount"] >= 0
    theirs = inside & transactions["customer_id"].isin(customers)
    return transactions[theirs], int(inside.sum() - theirs.sum())


def sales_by_class(
    transactions: pd.DataFrame,
    labels: pd.Series | Mapping[Hashable, Hashable],
    *,
    frequency: Literal["rows", "days", "orders"] = "rows",
) -> pd.DataFrame:
    """Return what each class of customers bought.

    Parameters
    ----------
    transactions : DataFrame, one row per payment, or per line of an order
        Columns `customer_id` and `amount` (currency; negative: a refund, which counts in the total and is no
        order), for days `event_time`, for orders `order_id`.
    labels : Series or dict
        Class of each customer, by `customer_id`. Customers without an order count as customers.
    frequency : {"rows", "days", "orders"}
        What an order is: a row, a customer's calendar day, or an `order_id`; rows of one order are added up.

    Returns
    -------
    DataFrame
        One row per class (the index `class`): `customers`, `orders`, `total`, net of refunds, and `mean`,
        `median`, `max`, `min` per order (currency; NaN without orders), and `frequency` (orders per customer).

    Raises
    ------
    ValueError
        If a column is missing, an amount is not finite, a purchase has no `order_id` where orders are counted,
        or a customer has no class.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0]})
    >>> sales_by_class(orders, {"a": "loyal", "b": "new", "c": "new"})[["customers", "total", "frequency"]]
           customers  total  frequency
    class
    loyal          1   12.0        2.0
    new            2    2.0        0.5
    """
    checks.one_of("frequency", frequency, UNITS)
    labels, classes, amount = _orders(transactions, labels, *UNITS[frequency])
    table = labels.value_counts().sort_index().rename("customers").to_frame().rename_axis("class")
    bought = amount >= 0
    orders, of_class = _per_order(transactions[bought], amount[bought], classes[bought], frequency)
    table["orders"] = orders.groupby(of_class).size().reindex(table.index, fill_value=0)
    table["total"] = amount.groupby(classes).sum().reindex(table.index, fill_value=0.0)
    table = table.join(orders.groupby(of_class).agg(["mean", "median", "max", "min"]))
    table["frequency"] = table["orders"] / table["customers"]
    return table


def sales_by_quarter(
    transactions: pd.DataFrame, labels: pd.Series | Mapping[Hashable, Hashable]
) -> pd.DataFrame:
    """Return the total sales of each class in each calendar quarter, from the first to the last order.

    Parameters
    ----------
    transactions : DataFrame, one row per order
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
    labels, classes, amount = _orders(transactions, labels, "event_time")
    quarters = _quarters(transactions["event_time"]).to_numpy()
    table = amount.groupby([quarters, classes.to_numpy()]).sum().unstack(fill_value=0.0)
    every = pd.period_range(table.index.min(), table.index.max(), freq="Q", name="quarter")
    names = pd.Index(np.unique(labels), name="class")
    return table.reindex(index=every, columns=names, fill_value=0.0)


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


def _orders(transactions, labels, *more):
    """Return the classes by customer, the class of every order, and its amount."""
    checks.needed_columns(transactions.columns, ("customer_id", "amount", *more), "transactions")
    checks.names_once(transactions, "transactions", "columns")
    labels = pd.Series(labels, name="class")
    checks.names_once(labels, "labels")
    if transactions.empty:
        raise ValueError("transactions has no rows; give at least one order.")
    amount = checks.finite_frame(transactions[["amount"]], "transactions")["amount"]
    if "order_id" in more and transactions["order_id"][amount >= 0].isna().any():
        row = transactions.index[transactions["order_id"].isna() & (amount >= 0)][0]
        raise ValueError(
            f"order_id is missing in row {shown(row)}; fill it, or count frequency by 'days' or 'rows'."
        )
    classes = transactions["customer_id"].map(labels).rename("class")
    if classes.isna().any():
        customer = transactions["customer_id"][classes.isna()].iloc[0]
        raise ValueError(f"Customer {shown(customer)} has orders but no class; give every customer one.")
    return labels, classes, amount


def _per_order(bought, amount, classes, frequency):
    """Return the amount of each order and its class."""
    if frequency == "rows":
        return amount, classes
    unit = _naive(bought["event_time"]).dt.normalize() if frequency == "days" else bought["order_id"]
    grouped = pd.DataFrame({"amount": amount, "class": classes}).groupby([bought["customer_id"], unit])
    orders = grouped.agg(amount=("amount", "sum"), of_class=("class", "first"))
    return orders["amount"], orders["of_class"]


def _quarters(times):
    return _naive(times).dt.to_period("Q")


def _naive(times):
    """Return times on their own clock, or refuse what is none."""
    if not pd.api.types.is_datetime64_any_dtype(times):
        raise ValueError(
            f"event_time is {times.dtype}; it needs datetimes. Parse it with pandas.to_datetime."
        )
    if times.isna().any():
        raise ValueError(
            f"event_time is missing in row {shown(times.index[times.isna()][0])}; remove or fill it."
        )
    return times.dt.tz_localize(None) if times.dt.tz is not None else times
