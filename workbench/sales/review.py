"""Who the customers of a year were: new or old, of which class of value, how often they bought, classes crossed."""

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Literal

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.checks import Year, shown, year_of
from workbench.sales.orders import ALL, by_customer, lazy_orders, net_of

__all__ = [
    "crossed",
    "frequencies",
    "merge_small",
    "new_and_old",
    "one_each",
    "require_earlier",
    "value_class",
]

TENURES = ("new", "old", "unknown", "returned after a gap")
MONTH = 365.25 / 12  # days
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def new_and_old(
    transactions: IntoFrame, *, year: int | dt.date | str, run_in: str | dt.timedelta | None
) -> pd.Series:
    """Say who of the customers of a year is new, old or back after a gap, and of whom that is not known.

    A log has a beginning, and in its first days everybody is seen for the first time. So there must be a run-in
    before the year; and who was first seen in the first `run_in` of the log was there before the year, since when
    nobody can tell.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per order
        ``customer_id``, ``event_time`` and ``amount`` (a negative one is a refund and no order).
    year : int, date or str
        A calendar year, or the first day of twelve months.
    run_in : str or timedelta
        Such as "180D".

    Returns
    -------
    pandas.Series of str, index ``customer_id``, sorted
        Of each customer with an order in the year: "new", first seen in it; "old", first seen before it;
        "returned after a gap", seen before, but not in the `run_in` before the first order of the year; "unknown",
        first seen in the run-in of the log. ``attrs["counts"]`` has how many of each.

    Raises
    ------
    ValueError
        If the year is not covered, or there is no run-in before it.

    Examples
    --------
    >>> days = pd.to_datetime(["2022-01-05", "2022-09-01", "2023-02-01", "2023-05-01", "2023-12-30"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "b", "a", "c", "b"], "event_time": days, "amount": 1.0})
    >>> new_and_old(orders, year=2023, run_in="180D").to_dict()
    {'a': 'returned after a gap', 'b': 'returned after a gap', 'c': 'new'}
    """
    frame = lazy_orders(transactions, ("customer_id", "event_time", "amount"))
    frame = frame.with_columns(event_time=nw.col("event_time").cast(nw.Datetime("us")))
    ends = frame.select(
        nw.col("event_time").min().alias("a"), nw.col("event_time").max().alias("b")
    ).collect()
    first, last = (pd.Timestamp(ends[name].item()) for name in ("a", "b"))
    span = year_of(first, last.normalize() + pd.Timedelta(days=1), year, "0D" if run_in is None else run_in)
    time = nw.col("event_time")
    frame = frame.filter((time < span.end) & (nw.col("amount") >= 0)).with_columns(
        before=nw.when(time < span.start).then(time), within=nw.when(time >= span.start).then(time)
    )
    seen = by_customer(
        frame.group_by("customer_id").agg(
            time.min().alias("first"), nw.col("before").max(), nw.col("within").min()
        )
    )
    _refuse_holes(seen, span)
    seen = seen[seen["within"].notna()]
    gap = (seen["within"] - seen["before"]) >= span.run_in
    early = seen["first"] < first.normalize() + span.run_in
    which = np.select([seen["before"].isna(), gap, early], ["new", "returned after a gap", "unknown"], "old")
    tenure = pd.Series(which, seen.index, dtype="str", name="tenure")
    tenure.attrs["counts"] = {name: int((tenure == name).sum()) for name in TENURES}
    return tenure


def _refuse_holes(seen: pd.DataFrame, span: Year) -> None:
    for times, (begins, _, part) in zip((seen["within"], seen["before"]), span.parts, strict=True):
        if not (times >= begins).any():
            raise ValueError(
                f"No order lies in {part}, which begins on {begins:%Y-%m-%d}, though orders lie before and after. Look "
                "for a wrong date or a missing part, or choose another year."
            )


def require_earlier(then: pd.Series, now: pd.Series) -> None:
    """Refuse to compare with a review of no earlier year, or of other classes of value.

    Parameters
    ----------
    then, now : pandas.Series of str
        ``year from`` and ``classes end at`` of both reviews.

    Examples
    --------
    >>> now = pd.Series({"year from": "2024-01-01", "classes end at": "[0.5]"})
    >>> require_earlier(now, now)
    Traceback (most recent call last):
        ...
    ValueError: The review to compare with is of the year from 2024-01-01, and this one too; name an earlier one.
    """
    begun, cuts = then["year from"], then["classes end at"]
    if begun >= now["year from"]:
        this = "this one too" if begun == now["year from"] else f"this one of that from {now['year from']}"
        raise ValueError(
            f"The review to compare with is of the year from {begun}, and {this}; name an earlier one."
        )
    if cuts != now["classes end at"]:
        raise ValueError(
            f"The review to compare with has classes of value that end at {cuts}, this one at "
            f"{now['classes end at']}; run one of them with the value_cuts of the other."
        )


def value_class(values: pd.Series, cuts: Sequence[float] = (0.5, 0.8, 0.95)) -> pd.Series:
    """Class customers by value at quantiles, the best as A, the lowest last; who are alike are classed alike.

    Parameters
    ----------
    values : pandas.Series, index customers
        Money of each; larger is better.
    cuts : sequence of float
        Shares of the customers below which a class ends, rising, in (0, 1); at most 25.

    Returns
    -------
    pandas.Series of str, name ``value_class``
        A letter and the share of the customers that the class was cut for, such as "A: best 5 %".

    Examples
    --------
    >>> value_class(pd.Series([1.0, 2, 3, 4, 50]), [0.5, 0.8]).tolist()
    ['C: lower 50 %', 'C: lower 50 %', 'C: lower 50 %', 'B: next 30 %', 'A: best 20 %']
    """
    array = checks.finite_vector(values, "values")
    ends = [checks.number("value_cuts", cut, above=0, below=1) for cut in cuts]
    if ends != sorted(set(ends)) or not 1 <= len(ends) < len(LETTERS):
        raise ValueError(f"value_cuts are {shown(list(cuts))}; allowed are rising shares such as [0.5, 0.8].")
    shares = np.round(100 * np.diff([0, *ends, 1]), 6)[::-1]
    words = ["best", *["next"] * (len(ends) - 1), "lower"]
    names = [f"{a}: {word} {part:g} %" for a, word, part in zip(LETTERS, words, shares, strict=False)]
    above = np.searchsorted(np.quantile(array, ends), array, side="left")
    return pd.Series(np.array(names)[len(ends) - above], values.index, dtype="str", name="value_class")


def crossed(transactions: IntoFrame, *labels: pd.Series) -> pd.DataFrame:
    """Return customers, orders and sales of each cell of crossed classes, with margins that are exact.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per order
        ``customer_id``, ``amount`` (negative: a refund) and, where it is known, ``returned_amount``.
    *labels : pandas.Series, index customers
        Classes; each must name every customer of the orders once. Customers without an order count as customers.

    Returns
    -------
    pandas.DataFrame, one row per cell and margin, index the names of the labels
        ``customers``, ``orders``, ``total`` (net), and ``share_of_customers, share_of_total``; "all" marks a margin.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0]})
    >>> tenure = pd.Series({"a": "old", "b": "new"}, name="tenure")
    >>> crossed(orders, tenure)["total"].to_dict()
    {'new': 2.0, 'old': 12.0, 'all': 14.0}
    """
    checks.distinct("labels", [label.name for label in labels])
    frame = lazy_orders(transactions, ("customer_id", "amount"))
    bought = nw.when(nw.col("amount") >= 0).then(1)
    frame = frame.select("customer_id", orders=bought, total=net_of(frame))
    sums = by_customer(frame.group_by("customer_id").agg(nw.col("orders").count(), nw.col("total").sum()))
    table = pd.concat(labels, axis=1, join="outer")
    table = table.reindex(table.index.union(sums.index, sort=False)).rename_axis("customer_id")
    for name in table:
        if table[name].isna().any():
            who = shown(table.index[table[name].isna()][0])
            raise ValueError(f"Customer {who} has no {name}; give every customer one, such as 'not known'.")
    cells = table.join(sums).fillna({"orders": 0, "total": 0.0}).assign(customers=1)
    names = [str(label.name) for label in labels]
    return _with_margins(cells, names).rename_axis(names)


def _with_margins(cells, names):
    parts = []
    for kept in itertools.product((True, False), repeat=len(names)):
        one = cells.assign(**{n: ALL for n, keep in zip(names, kept, strict=True) if not keep})
        parts.append(one.groupby(names, sort=True)[["customers", "orders", "total"]].sum())
    table = pd.concat(parts)
    table = table.astype({"customers": "int64", "orders": "int64"})
    for name in ("customers", "total"):
        whole = table[name].iloc[-1]
        table[f"share_of_{name}"] = table[name] / whole if whole > 0 else np.nan
    return table


def merge_small(labels: pd.Series, min_cell: int = 5, name: str = "others") -> pd.Series:
    """Call classes of fewer than `min_cell` customers by one name, and if these are still too few, the next one too.

    Examples
    --------
    >>> merge_small(pd.Series(["a"] * 5 + ["b"] * 4 + ["c"] * 3), 5).value_counts().to_dict()
    {'others': 7, 'a': 5}
    """
    checks.whole_number("min_cell", min_cell)
    sizes = labels.value_counts().sort_values(kind="stable")
    small = sizes.index[sizes < min_cell].tolist()
    if small and sizes[small].sum() < min_cell:
        small = sizes.index[: len(small) + 1].tolist()
    return labels.mask(labels.isin(small), name) if len(small) > 1 else labels


def one_each(
    transactions: pd.DataFrame, column: str, *, several: Literal["refuse", "latest"] = "refuse"
) -> pd.Series:
    """Return what a column says of each customer, such as the region; "not known" where no order says it.

    Parameters
    ----------
    transactions : pandas.DataFrame, one row per order
        ``customer_id``, ``event_time`` and the column, empty where it is not known.
    column : str
    several : {"refuse", "latest"}
        What to do with a customer of whom orders say several things.

    Raises
    ------
    ValueError
        Naming the first customer of several, and the orders.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a"], "event_time": pd.to_datetime(["2024-01-01", "2024-02-01"]),
    ...     "region": ["north", "south"]})
    >>> one_each(orders, "region", several="latest").to_dict()
    {'a': 'south'}
    """
    checks.one_of("several", several, ("refuse", "latest"))
    checks.log(transactions, ("customer_id", "event_time", column), "transactions")
    said = transactions[["customer_id", "event_time", column]].dropna()
    said = said.sort_values("event_time", kind="stable")
    many = said.groupby("customer_id")[column].nunique() > 1
    if several == "refuse" and many.any():
        theirs = said[said["customer_id"] == many.idxmax()].drop_duplicates(column)
        where = " and ".join(
            f"{shown(v)} on {t:%Y-%m-%d}" for v, t in zip(theirs[column], theirs["event_time"], strict=True)
        )
        raise ValueError(
            f"Column {shown(column)}: customer {shown(many.idxmax())} is in {where}; {int(many.sum())} such customers. "
            "Correct the orders, or let the latest count: several='latest'."
        )
    everyone = pd.Index(transactions["customer_id"].unique(), name="customer_id").sort_values()
    return said.groupby("customer_id")[column].last().reindex(everyone).fillna("not known").rename(column)


def frequencies(both: pd.DataFrame, labels: pd.Series, year: Year) -> pd.DataFrame:
    """Return how often each class bought in the year: per customer, per active customer, per month of being one.

    Parameters
    ----------
    both : pandas.DataFrame
        From `two_periods`.
    labels : pandas.Series, index customers
        Class of each customer.
    year : Year

    Returns
    -------
    pandas.DataFrame, one row per class
        ``per_customer``, ``per_active_customer``, ``per_month`` (of the year, since the first order), and the three
        ranks, 1 being the most frequent: they need not agree.

    Examples
    --------
    >>> both = pd.DataFrame({"first": pd.to_datetime(["2022-01-01", "2022-01-01", "2023-12-01"]),
    ...     "orders": [6, 0, 2]}, index=list("abc"))
    >>> span = year_of("2022-01-01", "2024-01-01")
    >>> frequencies(both, pd.Series(["old", "old", "new"], list("abc")), span).round(2).iloc[:, :3].values.tolist()
    [[2.0, 2.0, 1.96], [3.0, 6.0, 0.25]]
    """
    checks.needed_columns(both.columns, ("first", "orders"), "both")
    since = both["first"].clip(lower=pd.Timestamp(year.start))
    months = (pd.Timestamp(year.end) - since) / pd.Timedelta(days=MONTH)
    facts = pd.DataFrame({"orders": both["orders"], "active": both["orders"] > 0, "months": months, "n": 1})
    sums = facts.groupby(labels.reindex(both.index).rename("class")).sum()
    table = pd.DataFrame(
        {
            "per_customer": sums["orders"] / sums["n"],
            "per_active_customer": sums["orders"] / sums["active"].where(sums["active"] > 0),
            "per_month": sums["orders"] / sums["months"].where(sums["months"] > 0),
        }
    )
    ranks = table.rank(ascending=False, method="min").astype("Int64").add_prefix("rank_")
    return table.join(ranks)
