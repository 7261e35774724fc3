"""Extended RFM: nine indicators of recency, frequency and monetary value per customer, from a log of bookings.

The nine depend on each other: ``transactions`` is the number of months times ``share_of_months_active`` times
``transactions_per_active_month``; ``total_amount`` is ``mean_amount`` times ``transactions``; and where every
type that counts belongs to one of the three kinds, ``days_since_any`` is the least of the other recencies.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.checks import did_you_mean, listed, shown
from workbench.events import Moment, check_log, window

__all__ = [
    "EXCLUDED",
    "EXTENDED_DIRECTION",
    "EXTENDED_NAMES",
    "GROUPS",
    "KINDS",
    "extended_remarks",
    "extended_rfm",
]

GROUPS = {
    "recency": ["days_since_deposit", "days_since_withdrawal", "days_since_transfer", "days_since_any"],
    "frequency": ["transactions_per_active_month", "transactions", "share_of_months_active"],
    "monetary": ["mean_amount", "total_amount"],
}
# 1: larger is better, −1: smaller is better.
EXTENDED_DIRECTION = {
    name: -1 if group == "recency" else 1 for group, names in GROUPS.items() for name in names
}
# What tables and figures call them.
EXTENDED_NAMES = {
    "days_since_deposit": "days since last deposit",
    "days_since_withdrawal": "days since last withdrawal",
    "days_since_transfer": "days since last transfer",
    "days_since_any": "days since last transaction",
    "transactions_per_active_month": "transactions per active month",
    "transactions": "transactions",
    "share_of_months_active": "share of months active",
    "mean_amount": "mean amount",
    "total_amount": "total amount",
}
NAMED = ("deposit", "withdrawal", "transfer")
EXCLUDED = ("interest", "fee")  # what a bank books itself
KINDS = {"deposit": "deposit", "withdrawal": "withdrawal", "transfer": "transfer", "payment": "transfer"}


def extended_rfm(
    transactions: IntoFrame,
    observation_end: Moment,
    *,
    observation_start: Moment,
    exclude: Sequence[str] | None = None,
    kinds: Mapping[str, Literal["deposit", "withdrawal", "transfer"]] | None = None,
) -> pd.DataFrame:
    """Count nine indicators per customer inside a window of time, leaving out what the bank books itself.

    The window is [`observation_start`, `observation_end`). A transaction is a row of the window whose type is
    not excluded; a zero amount counts. Amounts count without their sign, as banks write withdrawals either
    way: ``total_amount`` is turnover, not balance. Not defined for a customer without a transaction in the
    window: such customers are left out and counted in ``attrs``.

    A customer without a transaction of a kind in the window gets the length of the window as days since it:
    the least that it can be.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per booking
        pandas, Polars, DuckDB relation, pyarrow, PySpark … with the columns ``customer_id``; ``event_time``,
        date or time without time zone; ``event_type``, the booking type; ``amount``, number, in any unit, of
        any sign. It is evaluated twice if lazy.
    observation_end : date, datetime or str
        End of the window, itself outside. Recencies are counted to it.
    observation_start : date, datetime or str
        Start of the window, itself inside. Months are the calendar months that the window touches, so begin
        and end it with a month: one that it only cuts counts like a whole one.
    exclude : sequence of str, optional
        Booking types that are nothing the customer did; () keeps all. Each must occur in the log; the default is
        `EXCLUDED`, where they occur and are not in `kinds`.
    kinds : dict of str to str, optional
        Booking type to its kind: "deposit", "withdrawal" or "transfer". Each must occur in the log; the default
        is `KINDS`, where they occur. Types named neither here nor in `exclude` count everywhere but in these
        three recencies.

    Returns
    -------
    pandas.DataFrame, one row per customer, index ``customer_id``, sorted; columns as in `GROUPS`, in order
        ``days_since_deposit``, ``days_since_withdrawal``, ``days_since_transfer``, ``days_since_any``: days,
        fractional, > 0 and at most the length of the window, smaller is better.
        ``transactions_per_active_month`` (ATF), ≥ 1; ``transactions``, count ≥ 1; ``share_of_months_active``,
        in (0, 1]: larger is better. ``mean_amount`` and ``total_amount``, unit of amount, ≥ 0, larger is
        better. ``attrs["counts"]`` has ``months`` of the window, ``rows_outside_window``, ``rows_excluded``,
        ``customers_without_transaction`` and ``customers_without_deposit`` (``…_withdrawal``, ``…_transfer``);
        ``attrs["types"]`` lists ``excluded``; ``not_found``, names that do not occur in the window; and
        ``only_any``, types that belong to no kind.

    Raises
    ------
    ValueError
        On missing columns, columns of a wrong type, missing or non-finite values (with a customer), an empty
        window, types that the log does not have (with those that it has), kinds that do not fit, or if no
        transaction is of any kind.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "a"], "amount": [90.0, -30.0, 1.5],
    ...     "event_type": ["deposit", "payment", "interest"],
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-21", "2024-02-29"])})
    >>> table = extended_rfm(log, "2024-03-01", observation_start="2024-01-01")
    >>> table.loc["a"].tolist()
    [60.0, 60.0, 40.0, 40.0, 2.0, 2.0, 0.5, 60.0, 120.0]
    """
    exclude_, kinds_ = _excluded(exclude, kinds), _as_kinds(kinds, exclude)
    start, end = window(observation_start, observation_end)
    frame = _conditions(_checked(transactions), start, end, exclude_, kinds_)
    grouped = _per_customer(frame)
    _refuse_bad_values(grouped)
    counts = _per_type(frame)
    _refuse_absent(counts, exclude, kinds)
    table = grouped[grouped["transactions"] > 0]
    if table.empty:
        raise ValueError(
            f"No transaction in [{start}, {end}) that is not excluded: move the window, or check event_time "
            "and exclude."
        )
    types = _types(counts, exclude_, kinds_)
    result = _finish(table, start, end)
    result.attrs["counts"] = {
        "months": _months(start, end),
        "rows_outside_window": int(grouped["outside"].sum()),
        "rows_excluded": int(grouped["excluded"].sum()),
        "customers_without_transaction": len(grouped) - len(table),
    } | {f"customers_without_{kind}": int(table[f"last_{kind}"].isna().sum()) for kind in NAMED}
    result.attrs["types"] = types
    return result


def extended_remarks(indicators: pd.DataFrame) -> str:
    """Say in a line what `extended_rfm` counted and left out.

    Parameters
    ----------
    indicators : pandas.DataFrame
        As `extended_rfm` returned it, with its ``attrs``.

    Returns
    -------
    str

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "a"], "amount": [90.0, 1.5], "event_type": ["deposit", "interest"],
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-31"])})
    >>> extended_remarks(extended_rfm(log, "2024-02-01", observation_start="2024-01-01"))[:62]
    'months: 1; rows outside window: 0; rows excluded: 1; customers'
    """
    counts, types = indicators.attrs["counts"], indicators.attrs["types"]
    said = {"types left out": "excluded", "types of no kind": "only_any", "not in the data": "not_found"}
    remarks = [f"{name.replace('_', ' ')}: {n:,}" for name, n in counts.items()]
    remarks += [f"{words}: {', '.join(types[key]) or 'none'}" for words, key in said.items()]
    return "; ".join(remarks) + "."


def _excluded(exclude, kinds):
    if exclude is not None:
        return list(exclude)
    return [name for name in EXCLUDED if name not in (kinds or ())]


def _as_kinds(kinds, exclude):
    """Give the types of each kind as lists, or refuse what is no such mapping."""
    kinds, exclude = KINDS if kinds is None else dict(kinds), () if exclude is None else exclude
    if isinstance(exclude, str):
        raise ValueError(
            f"exclude must list booking types, such as [{shown(exclude)}], not {shown(exclude)}."
        )
    for name, kind in kinds.items():
        checks.known("kind", kind, NAMED, f" of type {shown(name)}")
        if name in exclude:
            raise ValueError(f"{shown(name)} is both excluded and a {kind}; take it out of one of the two.")
    return {kind: [name for name, its in kinds.items() if its == kind] for kind in NAMED}


def _checked(transactions):
    """Give the four columns as a lazy frame, or refuse their types."""
    checks.names_once(transactions, "transactions", "columns")
    frame = nw.from_native(transactions).lazy()
    schema = frame.collect_schema()
    check_log(schema, ("customer_id", "event_time", "event_type", "amount"), "transactions")
    if not schema["amount"].is_numeric():
        raise ValueError(f"amount must hold numbers, not {schema['amount']}; data.load parses text.")
    if not isinstance(schema["event_type"], TEXT):
        raise ValueError(f"event_type must hold text, not {schema['event_type']}; cast it first.")
    columns = {name: nw.col(name) for name in ("customer_id", "event_time", "event_type")}
    for name in ("customer_id", "event_type"):
        if isinstance(schema[name], nw.Categorical | nw.Enum):
            columns[name] = nw.col(name).cast(nw.String)
    if isinstance(schema["event_time"], nw.Date):
        columns["event_time"] = nw.col("event_time").cast(nw.Datetime("us"))
    return frame.select(**columns, amount=nw.col("amount").cast(nw.Float64))


TEXT = (nw.String, nw.Categorical, nw.Enum, nw.Object)
COUNTS = ("bad_time", "bad_type", "bad_amount", "outside", "excluded", "transactions")
LASTS = ("last_deposit", "last_withdrawal", "last_transfer", "last_any")


def _conditions(frame, start, end, exclude, kinds):
    """Turn every condition into a column that is missing where it fails, so that plain counts remain."""
    time, booked, amount = nw.col("event_time"), nw.col("event_type"), nw.col("amount")
    inside = (time >= start) & (time < end)
    excluded = _is_in(booked, exclude)
    counted = inside & ~excluded
    last = {
        f"last_{kind}": nw.when(counted & _is_in(booked, types)).then(time) for kind, types in kinds.items()
    }
    return frame.with_columns(
        bad_time=nw.when(time.is_null()).then(1),
        bad_type=nw.when(booked.is_null()).then(1),
        bad_amount=nw.when(amount.is_null() | ~amount.is_finite() | (amount.abs() > checks.LARGEST)).then(1),
        outside=nw.when(~inside).then(1),
        excluded=nw.when(inside & excluded).then(1),
        transactions=nw.when(counted).then(1),
        turnover=nw.when(counted).then(amount.abs()).otherwise(0.0),
        month=time.dt.year() * 12 + time.dt.month(),
        last_any=nw.when(counted).then(time),
        **last,
    )


def _is_in(column, names):
    # pyarrow cannot compare text with an empty list, which has no type.
    return column.is_in(names) if names else nw.lit(False)


def _per_customer(frame):
    """Group by customer and month, then by customer, and collect into pandas."""
    counts, lasts = [nw.col(name) for name in COUNTS], [nw.col(name).max() for name in LASTS]
    turnover = nw.col("turnover").sum()
    months = frame.group_by("customer_id", "month").agg(*(c.count() for c in counts), turnover, *lasts)
    months = months.with_columns(active_months=nw.when(nw.col("transactions") > 0).then(1))
    sums = [*(c.sum() for c in counts), nw.col("active_months").count()]
    grouped = months.group_by("customer_id").agg(*sums, turnover, *lasts).collect().to_pandas()
    if grouped.empty:
        raise ValueError("transactions has no rows.")
    if grouped["customer_id"].isna().any():
        raise ValueError("customer_id is missing in some rows; give every row a customer or remove it.")
    # Back ends differ in the types they hand over (DuckDB sums integers into 128 bits, Arrow keeps its own).
    types = dict.fromkeys((*COUNTS, "active_months"), "int64") | dict.fromkeys(LASTS, "datetime64[us]")
    grouped = grouped.astype(types | {"turnover": "float64"})
    grouped.index = pd.Index(grouped.pop("customer_id").tolist(), name="customer_id")
    return grouped.sort_index()


def _refuse_bad_values(grouped):
    for column in ("event_time", "event_type", "amount"):
        bad = grouped["bad_" + column.removeprefix("event_")]
        if bad.any():
            raise ValueError(
                f"{column} is missing{' or not finite' if column == 'amount' else ''} in {int(bad.sum())} "
                f"rows, e.g. of customer {shown(bad.ne(0).idxmax())}; correct or remove them."
            )


def _per_type(frame):
    """Count the rows of each booking type, all of them and in the window."""
    counts = frame.group_by("event_type").agg(
        nw.len().alias("rows"), nw.col("excluded", "transactions").count()
    )
    counts = counts.collect().to_pandas().set_index("event_type").astype("int64")
    return counts.sort_index().sort_values("rows", ascending=False, kind="stable")


def _refuse_absent(counts, exclude, kinds):
    """Refuse a type that is named and does not occur, with the types that do."""
    uses = {"to be left out": exclude or (), "to be of a kind": kinds or ()}
    for use, names in uses.items():
        for name in names:
            if name not in counts.index:
                types = ", ".join(f"{shown(found)} {n:,}" for found, n in counts["rows"].head(12).items())
                raise ValueError(
                    f"No booking is of the type {shown(name)}, which is {use}{did_you_mean(name, counts.index)} "
                    f"Types: {types}{', …' if len(counts) > 12 else ''}."
                )


def _types(counts, exclude, kinds):
    """Compare the booking types of the window with those that were named."""
    occurring = counts.index[counts["excluded"] + counts["transactions"] > 0].tolist()
    of_a_kind = [name for types in kinds.values() for name in types]
    found = sorted(set(occurring) - set(exclude))
    if not set(found) & set(of_a_kind):
        close = [hint for hint in (did_you_mean(name, found) for name in of_a_kind) if hint != "."]
        raise ValueError(
            f"No transaction is of a type in kinds ({', '.join(of_a_kind)}){close[0] if close else '.'} Types in "
            f"the log: {listed(found)}. Say in kinds which are which."
        )
    return {
        "excluded": [name for name in exclude if name in occurring],
        "not_found": [name for name in dict.fromkeys([*exclude, *of_a_kind]) if name not in occurring],
        "only_any": [name for name in found if name not in of_a_kind],
    }


def _months(start, end):
    """Number of calendar months that [start, end) touches."""
    last = end - dt.timedelta(microseconds=1)
    return 12 * (last.year - start.year) + last.month - start.month + 1


def _finish(table, start, end):
    end = pd.Timestamp(end)
    last = table[list(LASTS)].fillna(pd.Timestamp(start))
    result = ((end - last) / dt.timedelta(days=1)).set_axis(GROUPS["recency"], axis=1)
    result["transactions_per_active_month"] = table["transactions"] / table["active_months"]
    result["transactions"] = table["transactions"]
    result["share_of_months_active"] = table["active_months"] / _months(start, end.to_pydatetime())
    result["mean_amount"] = table["turnover"] / table["transactions"]
    result["total_amount"] = table["turnover"]
    return result
