"""What came back of orders, by when they were placed: late returns, and windows that are still open."""

import datetime as dt
from typing import Literal

import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.sales.orders import in_memory, naive, returned_of

__all__ = ["returns_by_cohort"]


def returns_by_cohort(
    transactions: IntoFrame,
    observation_end: dt.date | str,
    *,
    window: str | dt.timedelta = "60D",
    period: Literal["M", "Q"] = "Q",
) -> pd.DataFrame:
    """Return the share of orders and of money that came back, by the period in which they were ordered.

    Returns come late: those of December arrive in January, so that the rate by the date of the return blames the
    wrong period, and that of the last orders looks low because their returns are still to come. Counted here are
    returns within the `window` after the order; a period whose last order's window is still open has no rate.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per order
        ``event_time``, ``amount`` (not negative), ``returned_amount`` (empty: nothing) and ``returned_at``, date or
        time of the return.
    observation_end : date or str
        Until when returns are known, itself outside.
    window : str or timedelta
        How long after the order returns are waited for.
    period : {"M", "Q"}
        Months or quarters.

    Returns
    -------
    pandas.DataFrame, one row per period
        ``orders, gross``; ``came_back``, orders with a return inside the window, and ``returned``, its money;
        ``rate_orders, rate_value``, NaN where the window is open; ``open``; ``booked``, the money that came back
        *in* this period, whenever it was ordered; ``rate_booked``, that over the gross.

    Raises
    ------
    ValueError
        If a column is missing, a return lies before its order or is larger than it, or has no date.

    Examples
    --------
    >>> days = pd.to_datetime(["2023-03-30", "2023-05-01", "2023-06-30"])
    >>> back = pd.to_datetime(["2023-04-05", None, None])
    >>> orders = pd.DataFrame({"event_time": days, "amount": [10.0, 10, 10], "returned_at": back,
    ...     "returned_amount": [10.0, None, None]})
    >>> returns_by_cohort(orders, "2023-07-01")[["rate_value", "open", "booked"]].values.tolist()
    [[1.0, False, 0.0], [nan, True, 10.0]]
    """
    checks.one_of("period", period, ("M", "Q"))
    end = pd.Timestamp(checks.moment("observation_end", observation_end))
    wait = checks.length("window", window)
    rows = in_memory(transactions, ("event_time", "amount", "returned_amount", "returned_at"))
    checks.log(rows, ("event_time", "amount"), "transactions")
    placed, back = naive(rows["event_time"]), returned_of(rows, rows["amount"])
    came = rows["returned_at"]
    _refuse(placed, came, back)
    inside = (back > 0) & (came - placed <= wait)
    facts = pd.DataFrame(
        {"orders": 1, "gross": rows["amount"], "came_back": inside, "returned": back * inside}
    )
    table = facts.groupby(placed.dt.to_period(period).rename("ordered in")).sum()
    table = table.reindex(pd.period_range(table.index[0], table.index[-1], name="ordered in"), fill_value=0)
    table["open"] = [(q + 1).start_time + wait > end for q in table.index]
    gross = table["gross"].where(table["gross"] > 0)
    table["rate_orders"] = (table["came_back"] / table["orders"].where(table["orders"] > 0)).mask(
        table["open"]
    )
    table["rate_value"] = (table["returned"] / gross).mask(table["open"])
    booked = back.groupby(came.dt.to_period(period)).sum()
    table["booked"] = booked.reindex(table.index, fill_value=0.0)
    return table.assign(rate_booked=table["booked"] / gross)


def _refuse(placed, came, back):
    if not pd.api.types.is_datetime64_any_dtype(came):
        raise ValueError(f"returned_at must hold dates or times, not {came.dtype}; data.load parses text.")
    for wrong, why in (
        ((back > 0) & came.isna(), "has a return without returned_at; fill it"),
        (
            came.dt.normalize() < placed.dt.normalize(),
            "came back before it was placed; correct one of the two",
        ),
    ):
        if np.any(wrong):
            raise ValueError(f"The order in row {checks.shown(placed.index[wrong][0])} {why}.")
