"""Recency, frequency, monetary of payments, per customer.

Recency is days from the last purchase to ``observation_end``, so smaller is better; it is not the "recency" of the
buy-till-you-die models (time from first to last purchase).
"""

import datetime as dt
from typing import Literal

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.checks import shown
from workbench.events import Moment, check_log, lazy_log, window

__all__ = ["FREQUENCY", "MONETARY", "REFUNDS", "by_customer", "left_out", "rfm", "within"]

FREQUENCY = ("rows", "days", "orders")
MONETARY = ("sum", "mean")
REFUNDS = ("net", "ignore", "drop", "refuse")


def rfm(
    transactions: IntoFrame,
    observation_end: Moment,
    *,
    observation_start: Moment | None = None,
    frequency: Literal["rows", "days", "orders"] = "rows",
    monetary: Literal["sum", "mean"] = "sum",
    refunds: Literal["net", "ignore", "drop", "refuse"] = "net",
) -> pd.DataFrame:
    """Count recency, frequency and monetary per customer inside a window of time.

    The window is [`observation_start`, `observation_end`). A purchase is a row of the window whose amount is
    not negative (zero counts); a refund is one whose amount is negative, and never counts as a visit or an
    order. Not defined for a customer without a purchase in the window, such as one with refunds only: such
    customers are left out and counted in ``attrs``.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per payment
        pandas, Polars, DuckDB relation, pyarrow, PySpark … with the columns ``customer_id``; ``event_time``,
        date or time without time zone; ``amount``, number, in any unit; for orders ``order_id``.
    observation_end : date, datetime or str
        End of the window, itself outside. Recency is counted to it, so it has no default.
    observation_start : date, datetime or str, optional
        Start of the window, itself inside; default: no start.
    frequency : {"rows", "days", "orders"}
        Count purchases, the calendar days that have one, or the different ``order_id`` among them.
    monetary : {"sum", "mean"}
        The sum of amounts, or that sum divided by frequency.
    refunds : {"net", "ignore", "drop", "refuse"}
        Subtract them from monetary, which may then be negative; leave them out; subtract them, and leave out
        the customers whose refunds exceed their payments; or refuse the table.

    Returns
    -------
    pandas.DataFrame, one row per customer, index ``customer_id``, sorted
        ``recency``, days, fractional, > 0, smaller is better; ``frequency``, count ≥ 1; ``monetary``, unit of
        amount. ``attrs["counts"]`` has ``rows_outside_window``, ``refund_rows``,
        ``customers_without_purchase``, and with "drop" ``customers_net_negative``.

    Raises
    ------
    ValueError
        On missing columns, columns of a wrong type, missing or non-finite values (with the customer), a purchase
        without ``order_id`` when orders are counted, an empty window, refunds when they are refused, or when
        nobody is left.

    References
    ----------
    Hughes (1994), *Strategic Database Marketing*.

    Examples
    --------
    >>> payments = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [10.0, 5.0, 8.0],
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-11", "2024-01-21"])})
    >>> rfm(payments, "2024-01-31")
                 recency  frequency  monetary
    customer_id
    a               20.0          2      15.0
    b               10.0          1       8.0
    """
    checks.one_of("frequency", frequency, FREQUENCY)
    checks.one_of("monetary", monetary, MONETARY)
    checks.one_of("refunds", refunds, REFUNDS)
    start, end = window(observation_start, observation_end, open_start=True)
    frame = _conditions(_checked(transactions, frequency == "orders"), start, end)
    grouped = _aggregate(frame, per=UNITS[frequency])
    _refuse_bad_values(grouped, refunds)
    table = grouped[grouped["purchases"] > 0]
    if table.empty:
        raise checks.NotKnown(_nobody(grouped, start, end))
    negative = table["paid"] + table["returned"] < -1e-9 * table["paid"]  # not by rounding
    if refunds == "drop":
        if negative.all():
            raise ValueError(
                f"The refunds of all {len(table)} customers exceed their payments; nobody is left."
            )
        table = table[~negative]
    result = _finish(table, end, frequency, monetary, refunds)
    result.attrs["counts"] = {
        "rows_outside_window": int(grouped["outside"].sum()),
        "refund_rows": int(grouped["refunds"].sum()),
        "customers_without_purchase": int((grouped["purchases"] == 0).sum()),
    } | ({"customers_net_negative": int(negative.sum())} if refunds == "drop" else {})
    return result


def left_out(
    transactions: IntoFrame,
    table: pd.DataFrame,
    observation_end: Moment,
    observation_start: Moment | None = None,
) -> pd.DataFrame:
    """List the customers of the payments that an RFM table does not have, each with the reason.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per payment
        As `rfm` took it.
    table : pandas.DataFrame, index ``customer_id``
        What `rfm` returned.
    observation_end, observation_start : date or str
        The window.

    Returns
    -------
    pandas.DataFrame, sorted
        ``customer_id`` and ``reason``: no payment in the window, refunds only, or refunds above the payments.

    Examples
    --------
    >>> payments = pd.DataFrame({"customer_id": ["a", "b"], "amount": [5.0, -1.0],
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    >>> left_out(payments, rfm(payments, "2024-02-01"), "2024-02-01").values.tolist()
    [['b', 'refunds only']]
    """
    frame = lazy_log(transactions, ("customer_id", "event_time", "amount"), "transactions")
    start, end = window(observation_start, observation_end, open_start=True)
    known = nw.when(within(start, end)).then(nw.col("amount"))
    best = by_customer(
        frame.select("customer_id", best=known).group_by("customer_id").agg(nw.col("best").max())
    )
    best = best.loc[table.index.get_indexer(best.index) < 0, "best"].astype("float64")
    reason = pd.Series("refunds above the payments", best.index)
    reason[best < 0], reason[best.isna()] = "refunds only", "no payment in the window"
    return reason.rename("reason").sort_index().reset_index()


def _nobody(grouped, start, end):
    """Say why nobody has a purchase."""
    if n := int(grouped["refunds"].sum()):
        return (
            f"No purchase in [{start}, {end}): the amounts of all its {n} rows are negative, and those are refunds. "
            "If they are payments, turn their sign."
        )
    return f"No purchase in [{start}, {end}): move the window, or check event_time."


def _checked(transactions, orders):
    """Give the columns as a lazy frame, or refuse their types."""
    checks.names_once(transactions, "transactions", "columns")
    frame = nw.from_native(transactions).lazy()
    schema = frame.collect_schema()
    more = ("order_id",) if orders else ()
    check_log(schema, ("customer_id", "event_time", "amount", *more), "transactions")
    if not schema["amount"].is_numeric():
        raise ValueError(f"amount must hold numbers, not {schema['amount']}; data.load parses text.")
    names = [nw.col(name) for name in ("customer_id", *more)]
    names = [
        c.cast(nw.String) if isinstance(schema[n], nw.Categorical | nw.Enum) else c
        for n, c in zip(("customer_id", *more), names, strict=True)
    ]
    if isinstance(schema["event_time"], nw.Date):
        frame = frame.with_columns(nw.col("event_time").cast(nw.Datetime("us")))
    return frame.select(*names, "event_time", nw.col("amount").cast(nw.Float64))


COUNTS = ("bad_time", "bad_amount", "no_order", "outside", "purchases", "refunds")
SUMS = ("paid", "returned")
UNITS = {"rows": None, "days": "day", "orders": "order_id"}  # what is counted once


def _conditions(frame, start, end):
    """Turn every condition into a column that is missing where it fails, so that plain counts remain.

    Counting is the cheapest aggregate of all back ends; DuckDB sums integers into 128 bits.
    """
    time, amount, inside = nw.col("event_time"), nw.col("amount"), within(start, end)
    purchase, refund = inside & (amount >= 0), inside & (amount < 0)
    ordered = nw.col("order_id") if "order_id" in frame.collect_schema() else nw.lit("")
    return frame.with_columns(
        bad_time=nw.when(time.is_null()).then(1),
        bad_amount=nw.when(amount.is_null() | ~amount.is_finite() | (amount.abs() > checks.LARGEST)).then(1),
        no_order=nw.when(purchase & ordered.is_null()).then(1),
        outside=nw.when(~inside).then(1),
        purchases=nw.when(purchase).then(1),
        refunds=nw.when(refund).then(1),
        paid=nw.when(purchase).then(amount).otherwise(0.0),
        returned=nw.when(refund).then(amount).otherwise(0.0),
        last=nw.when(purchase).then(time),
    )


def _aggregate(frame, *, per):
    """Group by customer (by customer and day or order first, when these are counted) and collect into pandas."""
    counts, sums = [nw.col(name).count() for name in COUNTS], [nw.col(name).sum() for name in SUMS]
    if per == "day":
        frame = frame.with_columns(nw.col("event_time").dt.truncate("1d").alias("day"))
    if per is not None:
        frame = frame.group_by("customer_id", per).agg(*counts, *sums, nw.col("last").max())
        frame = frame.with_columns(units=nw.when(nw.col("purchases") > 0).then(1))
        counts = [*(nw.col(name).sum() for name in COUNTS), nw.col("units").count()]
    grouped = by_customer(frame.group_by("customer_id").agg(*counts, *sums, nw.col("last").max()))
    if grouped.empty:
        raise ValueError("transactions has no rows.")
    if grouped.index.hasnans:
        raise ValueError("customer_id is missing in some rows; give every row a customer or remove it.")
    # Back ends differ in the types they hand over (DuckDB sums integers into 128 bits, Arrow keeps its own).
    money = {"paid", "returned"}
    types = {name: "float64" if name in money else "int64" for name in grouped}
    return grouped.astype(types | {"last": "datetime64[us]"})


def within(start: dt.datetime | None, end: dt.datetime) -> nw.Expr:
    """Whether a row's time lies in the window."""
    time = nw.col("event_time")
    return time < end if start is None else (time < end) & (time >= start)


def by_customer(grouped: nw.LazyFrame) -> pd.DataFrame:
    """Collect what was counted per customer into memory, sorted by them."""
    table = grouped.sort("customer_id").collect().to_pandas()  # an engine sorts faster than pandas
    customers = table.pop("customer_id")
    table.index = pd.Index(customers if customers.dtype == "str" else customers.tolist(), name="customer_id")
    return table.sort_index()


def _refuse_bad_values(grouped, refunds):
    for column, bad in {"event_time": "bad_time", "amount": "bad_amount"}.items():
        if grouped[bad].any():
            raise ValueError(
                f"{column} is missing or not finite in {int(grouped[bad].sum())} rows, e.g. of customer "
                f"{shown(grouped[bad].ne(0).idxmax())}; correct or remove them."
            )
    if grouped["no_order"].any():
        raise ValueError(
            f"order_id is missing in {int(grouped['no_order'].sum())} purchases, e.g. of customer "
            f"{shown(grouped['no_order'].ne(0).idxmax())}; fill it, or count frequency by 'days' or 'rows'."
        )
    if refunds == "refuse" and grouped["refunds"].any():
        customer, n = grouped["refunds"].idxmax(), grouped["refunds"].sum()
        raise ValueError(
            f"amount is negative in {n} rows, e.g. of customer {shown(customer)}; "
            "set refunds to 'net', 'ignore' or 'drop'."
        )


def _finish(table, end, frequency, monetary, refunds):
    count = table["purchases" if frequency == "rows" else "units"].astype("int64")
    money = table["paid"] + (0.0 if refunds == "ignore" else table["returned"])
    return pd.DataFrame(
        {
            "recency": (pd.Timestamp(end) - table["last"]) / dt.timedelta(days=1),
            "frequency": count,
            "monetary": money / count if monetary == "mean" else money,
        }
    )
