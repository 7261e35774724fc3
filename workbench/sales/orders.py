"""Orders of any dataframe that narwhals reads: checked, brought to memory where single orders count, and classed."""

from collections.abc import Hashable, Mapping, Sequence

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.checks import shown

__all__ = [
    "ALL",
    "as_orders",
    "by_customer",
    "classed",
    "in_memory",
    "lazy_orders",
    "naive",
    "net_of",
    "returned_of",
]

CUSTOMER, RETURNED, ALL = "customer_id", "returned_amount", "all"


def lazy_orders(transactions: IntoFrame, needed: Sequence[str]) -> nw.LazyFrame:
    """Return orders as a lazy frame, or refuse their columns.

    Examples
    --------
    >>> lazy_orders(pd.DataFrame({"customer_id": ["a"]}), ["customer_id"]).collect_schema().names()
    ['customer_id']
    """
    if isinstance(transactions, pd.DataFrame):
        checks.log(transactions, needed, "transactions")
    frame = nw.from_native(transactions).lazy()
    schema = frame.collect_schema()
    checks.needed_columns(schema, needed, "transactions")
    time = schema.get("event_time")
    if "event_time" in needed and not isinstance(time, nw.Date | nw.Datetime):
        raise ValueError(f"event_time must hold dates or times, not {time}; data.load parses text.")
    if "amount" in needed and not schema["amount"].is_numeric():
        raise ValueError(f"amount must hold numbers, not {schema['amount']}; data.load parses text.")
    return frame


def net_of(frame: nw.LazyFrame) -> nw.Expr:
    """Return the money of each row: the amount, less what came back of it where that is known."""
    if RETURNED not in frame.collect_schema():
        return nw.col("amount")
    return nw.col("amount") - nw.col(RETURNED).fill_null(0.0)


def by_customer(grouped: nw.LazyFrame) -> pd.DataFrame:
    """Collect what was counted per customer into memory, sorted by them; a missing customer or sum is refused."""
    table = grouped.collect().to_pandas()
    if table.empty:
        raise ValueError("transactions has no rows; give at least one order.")
    table.index = pd.Index(table.pop("customer_id").tolist(), name="customer_id")
    if table.index.hasnans:
        raise ValueError("customer_id is missing in some rows; give every row a customer or remove it.")
    return table.sort_index()


def in_memory(transactions: IntoFrame, needed: Sequence[str], optional: Sequence[str] = ()) -> pd.DataFrame:
    """Return orders as a DataFrame with the columns that are needed, and those optional ones that there are.

    Examples
    --------
    >>> import polars as pl
    >>> in_memory(pl.DataFrame({"amount": [5.0], "colour": ["red"]}), ["amount"], ["returned_amount"])
       amount
    0     5.0
    """
    checks.names_once(transactions, "transactions", "columns")
    if isinstance(transactions, pd.DataFrame):
        checks.needed_columns(transactions.columns, needed, "transactions")
        return transactions
    frame = nw.from_native(transactions).lazy()
    names = frame.collect_schema().names()
    checks.needed_columns(names, needed, "transactions")
    table = frame.select(*needed, *(n for n in optional if n in names)).collect("pyarrow").to_native()
    if CUSTOMER in needed:  # each text once
        place = table.column_names.index(CUSTOMER)
        table = table.set_column(place, CUSTOMER, table[CUSTOMER].dictionary_encode())
    return table.to_pandas()


def classed(
    transactions: IntoFrame, labels: pd.Series | Mapping[Hashable, Hashable], *more: str
) -> tuple[pd.DataFrame, pd.Series, pd.Series, pd.Series]:
    """Return the orders in memory, the class by customer, and of every order its class (categorical) and amount.

    The customers of the orders are numbered, since numbers are counted many times as fast as texts.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b"], "amount": [5.0, 7.0]})
    >>> classed(orders, {"a": "loyal", "b": "new"})[2].tolist()
    ['loyal', 'new']
    """
    table = in_memory(transactions, ("customer_id", "amount", *more), (RETURNED,))
    labels = pd.Series(labels, name="class")
    checks.names_once(labels, "labels")
    if table.empty:
        raise ValueError("transactions has no rows; give at least one order.")
    amount = checks.finite_frame(table[["amount"]], "transactions")["amount"]
    if "order_id" in more and table["order_id"][amount >= 0].isna().any():
        row = table.index[table["order_id"].isna() & (amount >= 0)][0]
        raise ValueError(
            f"order_id is missing in row {shown(row)}; fill it, or count frequency by 'days' or 'rows'."
        )
    code, names = pd.factorize(labels, sort=True)
    customer, known = _numbered(table["customer_id"])
    place = labels.index.get_indexer(known)
    of_order = np.append(np.where(place < 0, -1, code[place]), -1)[customer]  # the last: no customer
    if (of_order < 0).any():
        customer = table["customer_id"].iloc[int((of_order < 0).argmax())]
        raise ValueError(f"Customer {shown(customer)} has orders but no class; give every customer one.")
    classes = pd.Series(pd.Categorical.from_codes(of_order, names), table.index, name="class")
    return table.assign(customer_id=customer), labels, classes, amount


def _numbered(customers):
    """Return customers as numbers, -1 for none, and the customer of each number."""
    if isinstance(customers.dtype, pd.CategoricalDtype):
        return customers.cat.codes.to_numpy("int64"), customers.cat.categories
    return pd.factorize(customers)


def as_orders(transactions: pd.DataFrame) -> pd.DataFrame:
    """Add up the lines of each order, so that one row is one order; without `order_id` every row is one.

    Parameters
    ----------
    transactions : pandas.DataFrame, one row per line of an order
        ``customer_id``, ``event_time``, ``amount`` and, where there are such, ``order_id`` and what `data.load` reads
        of returns. Refunds, negative amounts, stay rows of their own.

    Returns
    -------
    pandas.DataFrame, one row per order, in order of time
        At the time of its first line, with the sum of amounts and of what came back, and the last date of a return.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-05", "2024-01-05", "2024-01-09"])
    >>> lines = pd.DataFrame({"customer_id": ["a", "a", "b"], "event_time": days, "amount": [5.0, 7.0, 2.0],
    ...     "order_id": ["1", "1", None]})
    >>> as_orders(lines)["amount"].tolist()
    [12.0, 2.0]
    """
    checks.needed_columns(transactions.columns, (CUSTOMER, "event_time", "amount"), "transactions")
    if "order_id" not in transactions:
        return transactions
    keys = [CUSTOMER, "order_id"]
    line = transactions["order_id"].notna() & (transactions["amount"] >= 0)
    if not transactions[line].duplicated(keys).any():
        return transactions
    ways = {"amount": "sum", RETURNED: "sum", "event_time": "min", "returned_at": "max"}
    how = {name: ways.get(name, "first") for name in transactions if name not in keys}
    added = transactions[line].groupby(keys, sort=False).agg(how).reset_index()[[*transactions]]
    both = pd.concat([added, transactions[~line]])
    return both.sort_values("event_time", kind="stable", ignore_index=True)


def returned_of(table: pd.DataFrame, amount: pd.Series) -> pd.Series | None:
    """Return what came back of every order, 0 where nothing did; None where the orders do not say.

    Raises
    ------
    ValueError
        If a return is negative or larger than its order, or an amount is negative beside returned amounts: then
        nobody can say whether such a row is another return.
    """
    if RETURNED not in table:
        return None
    back = table[RETURNED].astype("float64").fillna(0.0)
    for wrong, why in (
        (amount < 0, "has a negative amount, and returns stand in returned_amount; give them one way"),
        (back < 0, "has a negative returned_amount; write what came back as a positive number"),
        (back > amount + 1e-9 * amount.abs(), "returned more than it was; correct one of the two"),
    ):
        if wrong.any():
            raise ValueError(f"The order in row {shown(table.index[wrong][0])} {why}.")
    return back


def naive(times: pd.Series) -> pd.Series:
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
