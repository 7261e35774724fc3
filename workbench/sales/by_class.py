"""Sales of each class of customers: totals, spread, frequency, and what came back."""

import datetime as dt
from collections.abc import Collection, Hashable, Mapping
from typing import Literal

import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.sales.orders import classed, naive, returned_of

__all__ = ["sales_by_class", "sales_of"]

UNITS = {"rows": (), "days": ("event_time",), "orders": ("order_id",)}  # and the columns that they need


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
    transactions: IntoFrame,
    labels: pd.Series | Mapping[Hashable, Hashable],
    *,
    frequency: Literal["rows", "days", "orders"] = "rows",
    per: Literal["order", "customer"] = "order",
    returns: Literal["separate", "net"] = "separate",
) -> pd.DataFrame:
    """Return what each class of customers bought, and how much of it came back.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per payment, or per line of an order
        Columns `customer_id` and `amount` (currency; negative: a refund, which counts in the total and is no
        order), for days `event_time`, for orders `order_id`; `returned_amount`, what came back of this order
        (currency, empty: nothing), where it is known; then no amount may be negative.
    labels : Series or dict
        Class of each customer, by `customer_id`. Customers without an order count as customers.
    frequency : {"rows", "days", "orders"}
        What an order is: a row, a customer's calendar day, or an `order_id`; rows of one order are added up.
    per : {"order", "customer"}
        Of what mean, median, quantiles and extremes are: of an order, or of what a customer bought who did buy.
    returns : {"separate", "net"}
        Whether these are of what was ordered, or of that less what came back.

    Returns
    -------
    DataFrame
        One row per class (the index `class`): `customers`, `orders`, `total`, net of refunds and returns, `mean`,
        `median`, `max`, `min` (currency; NaN without orders), `frequency` (orders per customer);
        `customers_active`, those with an order; `q05`, `q95`, the 5 and 95 % quantiles; `gross` and `returned`
        (currency); `return_rate_orders`, the share of orders of which something came back, and
        `return_rate_value`, that of the gross. What the orders do not tell of returns is NaN.

    Raises
    ------
    ValueError
        If a column is missing, an amount is not finite, a purchase has no `order_id` where orders are counted,
        a customer has no class, a return is larger than its order, or orders are to be net of refunds that do not
        say which order they are of.

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
    checks.one_of("per", per, ("order", "customer"))
    checks.one_of("returns", returns, ("separate", "net"))
    rows, labels, classes, amount = classed(transactions, labels, *UNITS[frequency])
    back = returned_of(rows, amount)
    if returns == "net" and per == "order" and back is None and (amount < 0).any():
        raise ValueError(
            "returns is 'net', and refunds are rows that name no order; give returned_amount, or per='customer'."
        )
    table = labels.value_counts().sort_index().rename("customers").to_frame().rename_axis("class")
    orders = _orders_of(rows, amount, classes, back, frequency)
    of_class = orders.groupby("class", observed=False)
    table["orders"] = of_class.size()
    gross, returned = _sum(amount.clip(lower=0), classes), _sum(-amount.clip(upper=0), classes)
    returned = returned if back is None else _sum(back, classes)
    table["total"] = gross - returned
    values = _values(orders, rows, amount, classes, back, per=per, net=returns == "net")
    table = table.join(_spread(*values))
    table["frequency"] = table["orders"] / table["customers"]
    table["customers_active"] = orders.drop_duplicates("customer")["class"].value_counts()
    table = table.join(_quantiles(*values)).assign(gross=gross)
    known = back is not None or (amount < 0).any()
    table["returned"] = returned if known else np.nan
    table["return_rate_orders"] = np.nan if back is None else of_class["came_back"].mean()
    table["return_rate_value"] = table["returned"] / gross.where(gross > 0)
    return table


def _orders_of(rows, amount, classes, back, frequency):
    """Return the orders that are purchases: class, customer, value, what came back and whether any."""
    frame = pd.DataFrame({"class": classes, "customer": rows["customer_id"], "amount": amount})
    frame["back"] = 0.0 if back is None else back
    frame = frame[amount >= 0]
    if frequency != "rows":
        bought = rows[amount >= 0]
        times = naive(bought["event_time"]).dt.normalize() if frequency == "days" else bought["order_id"]
        units = frame.groupby(["customer", times.rename("unit")], observed=True)
        frame = units.agg({"amount": "sum", "back": "sum", "class": "first"}).reset_index()
    return frame.assign(came_back=frame["back"] > 0)


def _sum(values, classes):
    summed = values.groupby(classes, observed=False).sum()
    return summed.set_axis(summed.index.categories)


def _values(orders, rows, amount, classes, back, *, per, net):
    """Return what mean and quantiles are of, and its classes."""
    if per == "order":
        return orders["amount"] - orders["back"] if net else orders["amount"], orders["class"]
    money = amount.clip(lower=0) if not net else amount if back is None else amount - back
    theirs = money.groupby(rows["customer_id"]).sum()
    of_customer = orders.drop_duplicates("customer").set_index("customer")["class"]
    return theirs.reindex(of_customer.index), of_customer


def _spread(values, classes):
    table = values.groupby(classes, observed=False).agg(["mean", "median", "max", "min"])
    return table.set_axis(table.index.categories)


def _quantiles(values, classes):
    table = values.groupby(classes, observed=False).quantile([0.05, 0.95]).unstack()
    return table.set_axis(["q05", "q95"], axis=1).set_axis(table.index.categories)
