"""Who came back: customers of one period who bought in the next, and how long a second purchase takes."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.sales.orders import ALL, in_memory, naive

__all__ = ["comes_back", "retention"]


def retention(both: pd.DataFrame, labels: pd.Series | None = None) -> pd.DataFrame:
    """Return how many of the customers of one period bought in the next, by class, with 95 % Wilson intervals.

    Parameters
    ----------
    both : pandas.DataFrame
        From `two_periods`.
    labels : pandas.Series, index customers, optional
        Classes of then; without any only all together.

    Returns
    -------
    pandas.DataFrame, one row per class, the last "all"
        ``customers`` of the first period, ``stayed`` (with an order in the second), ``share``, ``low``, ``high``.

    Raises
    ------
    ValueError
        `checks.NotKnown` if nobody bought in the first period.

    Examples
    --------
    >>> both = pd.DataFrame({"orders_before": [1, 2, 1, 0], "orders": [1, 0, 3, 1]}, index=list("abcd"))
    >>> retention(both)[["customers", "stayed"]].values.tolist()
    [[3, 2]]
    """
    from statsmodels.stats.proportion import proportion_confint  # slow to import, and needed here only

    checks.needed_columns(both.columns, ("orders_before", "orders"), "both")
    then = both[both["orders_before"] > 0]
    if then.empty:
        raise checks.NotKnown("Nobody bought in the first period; who stayed cannot be told.")
    stayed = (then["orders"] > 0).rename("stayed")
    table = stayed.groupby(lambda _: ALL).agg(["size", "sum"])
    if labels is not None:
        table = pd.concat([stayed.groupby(labels.reindex(then.index)).agg(["size", "sum"]), table])
    table = table.set_axis(["customers", "stayed"], axis=1).rename_axis("class")
    table["share"] = table["stayed"] / table["customers"]
    low, high = proportion_confint(table["stayed"], table["customers"], method="wilson")
    return table.assign(low=np.asarray(low), high=np.asarray(high))


def comes_back(
    transactions: IntoFrame, observation_end: dt.date | str, days: Sequence[int] = (30, 90, 180, 365)
) -> pd.DataFrame:
    """Return the share of customers with a purchase on a second day, by time since the first (Kaplan-Meier).

    Who has come lately had little time to come back; such a customer counts as long as observed.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per order
        ``customer_id``, ``event_time`` and ``amount`` (a negative one is a refund and no order).
    observation_end : date or str
        Until when orders are known, itself outside.
    days : sequence of int
        Since the first purchase.

    Returns
    -------
    pandas.DataFrame, one row per number of days, index ``days``
        ``share`` that has come back, with ``low`` and ``high``, 95 % (Greenwood); NaN beyond the longest observation.

    References
    ----------
    Kaplan and Meier (1958), *J. Am. Stat. Assoc.* 53, 457-481.

    Examples
    --------
    >>> times = pd.to_datetime(["2024-01-01", "2024-01-11", "2024-01-01", "2024-03-20"])
    >>> orders = pd.DataFrame({"customer_id": list("aabc"), "event_time": times, "amount": 1.0})
    >>> comes_back(orders, "2024-03-31", [10, 60])["share"].round(2).tolist()
    [0.33, 0.33]
    """
    from statsmodels.duration.survfunc import SurvfuncRight  # slow to import, and needed here only

    rows = in_memory(transactions, ("customer_id", "event_time", "amount"))
    checks.log(rows, ("customer_id", "event_time", "amount"), "transactions")
    end = pd.Timestamp(checks.moment("observation_end", observation_end))
    bought = rows[rows["amount"] >= 0]
    day = naive(bought["event_time"]).dt.normalize()
    visits = pd.DataFrame({"customer": bought["customer_id"], "day": day}).drop_duplicates()
    nth = visits.sort_values("day", kind="stable").groupby("customer")["day"]
    first, second = nth.first(), nth.nth(1)
    second = second.set_axis(visits.loc[second.index, "customer"]).reindex(first.index)
    waited = (second.fillna(end) - first).dt.days
    curve = SurvfuncRight(waited.clip(lower=0.5), second.notna().astype(int))
    return pd.DataFrame([_share(curve, waited.max(), d) for d in days], pd.Index(days, name="days"))


def _share(curve, longest, day):
    """Of the curve of those still away: one less that, at a day."""
    place = np.searchsorted(curve.surv_times, day, side="right") - 1
    if day > longest:
        return {"share": np.nan, "low": np.nan, "high": np.nan}
    away, se = (curve.surv_prob[place], curve.surv_prob_se[place]) if place >= 0 else (1.0, 0.0)
    ends = np.clip([1 - away - 1.96 * se, 1 - away + 1.96 * se], 0, 1)
    return {"share": 1 - away, "low": ends[0], "high": ends[1]}
