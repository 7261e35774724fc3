"""Sales of each class of customers: totals, frequency, quarters and their trend."""

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import shown

__all__ = ["sales_by_class", "sales_by_quarter", "sales_trend"]


def sales_by_class(
    transactions: pd.DataFrame, labels: pd.Series | Mapping[Hashable, Hashable]
) -> pd.DataFrame:
    """Return what each class of customers bought.

    Parameters
    ----------
    transactions : DataFrame, one row per order
        Columns `customer_id` and `amount` (currency; zero and negative amounts count as they are).
    labels : Series or dict
        Class of each customer, by `customer_id`. Customers without an order count as customers.

    Returns
    -------
    DataFrame
        One row per class (the index `class`): `customers`, `orders`, `total`, and `mean`, `median`, `max`,
        `min` per order (currency; NaN without orders), and `frequency` (orders per customer).

    Raises
    ------
    ValueError
        If a column is missing, an amount is not finite, or a customer has no class.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0]})
    >>> sales_by_class(orders, {"a": "loyal", "b": "new", "c": "new"})[["customers", "total", "frequency"]]
           customers  total  frequency
    class
    loyal          1   12.0        2.0
    new            2    2.0        0.5
    """
    labels, classes, amount = _orders(transactions, labels)
    table = labels.value_counts().sort_index().rename("customers").to_frame().rename_axis("class")
    what = {"orders": "size", "total": "sum", "mean": "mean", "median": "median", "max": "max", "min": "min"}
    table = table.join(amount.groupby(classes).agg(**what))
    table[["orders", "total"]] = table[["orders", "total"]].fillna(0)
    table["orders"] = table["orders"].astype(int)
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
        was sold. The first and last quarter may be incomplete: leave them out before reading a trend.

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


def sales_trend(quarterly: pd.DataFrame) -> pd.DataFrame:
    """Return the trend of each class: the least-squares slope of its sales over quarters.

    Parameters
    ----------
    quarterly : DataFrame, shape (n_quarters, n_classes)
        From `sales_by_quarter`, complete quarters only.

    Returns
    -------
    DataFrame
        One row per class: `slope` (currency per quarter) and `relative` (slope over the mean quarter; NaN
        where that is 0).

    Raises
    ------
    ValueError
        If there are fewer than two quarters or a cell is not finite.

    Examples
    --------
    >>> sales_trend(pd.DataFrame({"loyal": [10.0, 20.0, 30.0]})).loc["loyal"].tolist()
    [10.0, 0.5]
    """
    if len(quarterly) < 2:
        raise ValueError(f"quarterly has {len(quarterly)} rows; a trend needs at least 2 quarters.")
    table = checks.finite_frame(quarterly, "quarterly")
    time = np.arange(len(table)) - (len(table) - 1) / 2
    slope = pd.Series(time @ table.to_numpy() / (time @ time), index=table.columns)
    mean = table.mean()
    return pd.DataFrame({"slope": slope, "relative": slope / mean.where(mean != 0)})


def _orders(transactions, labels, *more):
    """Return the classes by customer, the class of every order, and its amount."""
    checks.needed_columns(transactions.columns, ("customer_id", "amount", *more), "transactions")
    labels = pd.Series(labels, name="class")
    if transactions.empty:
        raise ValueError("transactions has no rows; give at least one order.")
    amount = checks.finite_frame(transactions[["amount"]], "transactions")["amount"]
    classes = transactions["customer_id"].map(labels).rename("class")
    if classes.isna().any():
        customer = transactions["customer_id"][classes.isna()].iloc[0]
        raise ValueError(f"Customer {shown(customer)} has orders but no class; give every customer one.")
    return labels, classes, amount


def _quarters(times):
    if not pd.api.types.is_datetime64_any_dtype(times):
        raise ValueError(
            f"event_time is {times.dtype}; it needs datetimes. Parse it with pandas.to_datetime."
        )
    if times.isna().any():
        raise ValueError(
            f"event_time is missing in row {shown(times.index[times.isna()][0])}; remove or fill it."
        )
    return (times.dt.tz_localize(None) if times.dt.tz is not None else times).dt.to_period("Q")
