"""What the first part of a file tells of the rest: the indicators of then beside what the customers did afterwards."""

from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.events import Moment
from workbench.rfm.lifetime import (
    expected_amount,
    expected_purchases,
    fit_amounts,
    fit_purchases,
    repeat_purchases,
)
from workbench.rfm.three import by_customer, rfm, within

__all__ = ["Parted", "foretold", "part"]

WEEK = pd.Timedelta(days=7)


class Parted(NamedTuple):
    """The day between both parts, the indicators of the first, and the money and days with a purchase of the second."""

    when: pd.Timestamp
    before: pd.DataFrame
    money: pd.Series
    days: pd.Series


def part(
    transactions: IntoFrame, start: Moment, end: Moment, *, share: float = 2 / 3, **counting: Any
) -> Parted:
    """Part payments at a day: what was known of the customers by then, and what they did afterwards.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per payment
        ``customer_id``, ``event_time``, ``amount``, and what `rfm` needs besides.
    start, end : date or str
        The window [start, end).
    share : float
        Of the days, the first part.
    **counting
        As `rfm` takes them: ``frequency``, ``monetary``, ``refunds``.

    Returns
    -------
    Parted
        Customers of the first part alone; who bought nothing afterwards has 0.

    Raises
    ------
    ValueError
        If a part has no day, or no purchase.

    Examples
    --------
    >>> payments = pd.DataFrame({"customer_id": ["a", "a"], "amount": [5.0, 7.0],
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-10"])})
    >>> parted = part(payments, "2024-01-01", "2024-01-13", share=0.5)
    >>> str(parted.when.date()), parted.money.to_dict()
    ('2024-01-07', {'a': 7.0})
    """
    checks.number("share", share, above=0, below=1)
    first, last = (pd.Timestamp(checks.moment(n, v)) for n, v in (("start", start), ("end", end)))
    when = first + pd.Timedelta(days=round(share * (last - first).days))
    if not first < when < last:
        raise checks.NotKnown(f"[{first}, {last}) is too short to be parted; give at least two days.")
    before = rfm(transactions, when, observation_start=first, **counting)
    after = nw.from_native(transactions).lazy().filter(within(when.to_pydatetime(), last.to_pydatetime()))
    after = after.with_columns(nw.col("event_time").dt.truncate("1d").alias("day"))
    after = after.with_columns(bought=nw.when(nw.col("amount") >= 0).then(1))
    days = after.group_by("customer_id", "day").agg(nw.col("amount").sum(), nw.col("bought").max())
    found = by_customer(
        days.group_by("customer_id").agg(
            nw.col("amount").sum().alias("money"), nw.col("bought").count().alias("days")
        )
    ).reindex(before.index, fill_value=0)
    return Parted(when, before, found["money"].astype("float64"), found["days"].astype("int64"))


def foretold(
    transactions: IntoFrame, parted: Parted, start: Moment, end: Moment
) -> tuple[pd.DataFrame, pd.Series]:
    """Fit the lifetime models to the first part and compare with the second.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads
        As `part` took it.
    parted : Parted
        From `part`.
    start, end : date or str
        The window that was parted.

    Returns
    -------
    totals : pandas.DataFrame
        One row for the days with a purchase and one for the money: ``expected``, ``happened``, and ``ratio``, expected
        over happened, NaN where nothing happened.
    expected : pandas.Series
        Money expected of each customer.

    Raises
    ------
    ValueError
        If too few customers of the first part came back for a model.
    """
    summary = repeat_purchases(transactions, parted.when, observation_start=start)
    weeks = (pd.Timestamp(checks.moment("end", end)) - parted.when) / WEEK
    purchases = expected_purchases(fit_purchases(summary), summary, weeks)
    money = purchases * expected_amount(fit_amounts(summary), summary)
    totals = pd.DataFrame(
        {"expected": [purchases.sum(), money.sum()], "happened": [parted.days.sum(), parted.money.sum()]},
        index=pd.Index(["days with a purchase", "money"], name="in the second part"),
    )
    totals["ratio"] = totals["expected"] / totals["happened"].where(totals["happened"] > 0)
    return totals, money.rename("expected money")
