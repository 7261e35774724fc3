"""The states that a case goes through, and how long it stays in each; cases that are still in it are not left out."""

import itertools
from typing import Any

import numpy as np
import pandas as pd

from workbench import checks
from workbench.complaints.deadlines import refuse_closed_before

__all__ = ["STATES", "state", "still_waiting", "waits"]

STATES = ("received", "judged", "closed")


def state(cases: pd.DataFrame, *, now: Any) -> pd.Series:
    """Say in which state each case is at a moment.

    Parameters
    ----------
    cases : pandas.DataFrame
        ``received`` and ``closed``, datetime64; ``judged``, where it is known; missing where it has not come.
    now : date, datetime or str

    Returns
    -------
    pandas.Series of str
        "received", "judged" or "closed"; missing where the case came in after `now`.

    Raises
    ------
    ValueError
        If a case was closed before it was received.

    Examples
    --------
    >>> cases = pd.DataFrame({"received": pd.to_datetime(["2024-03-01", "2024-03-02"]),
    ...     "judged": pd.to_datetime(["2024-03-02", None]), "closed": pd.to_datetime([None, None])})
    >>> state(cases, now="2024-03-09").tolist()
    ['judged', 'received']
    """
    moment = pd.Timestamp(checks.moment("now", now))
    checks.needed_columns(cases.columns, ["received", "closed"], "cases")
    refuse_closed_before(cases["received"], cases["closed"])
    reached = [cases[name].le(moment) if name in cases else False for name in reversed(STATES)]
    return (
        pd.Series(np.select(reached, list(reversed(STATES)), ""), cases.index, name="state")
        .replace("", pd.NA)
        .astype("str")
    )


def still_waiting(start: pd.Series, end: pd.Series, *, now: Any) -> pd.DataFrame:
    """Estimate which share of the cases still waits after so many hours; cases that wait now count as long as they do.

    Parameters
    ----------
    start, end : pandas.Series of datetime64, shape (n,)
        When the waiting began, and ended; `end` is missing, or after `now`, where it has not. Rows without a start, or
        with one after `now`, are left out.
    now : date, datetime or str

    Returns
    -------
    pandas.DataFrame, one row per time at which a wait ended
        ``hours``; ``waiting``, share from 0 to 1; ``low`` and ``high``, pointwise 95 %, missing where the curve gives
        none; ``at_risk``, the cases that waited so long.

    Raises
    ------
    ValueError
        If a wait ends before it begins.
    NotKnown
        If no wait has ended.

    References
    ----------
    Kaplan & Meier (1958), JASA 53, 457-481.

    Examples
    --------
    >>> start = pd.to_datetime(pd.Series(["2024-03-01"] * 4))
    >>> end = pd.to_datetime(pd.Series(["2024-03-02", "2024-03-03", "2024-03-04", None]))
    >>> still_waiting(start, end, now="2024-03-03 12:00")[["hours", "waiting"]].round(2).to_numpy().tolist()
    [[24.0, 0.75], [48.0, 0.5]]
    """
    hours, ended = _hours(start, end, pd.Timestamp(checks.moment("now", now)))
    if not ended.any():
        raise checks.NotKnown("No wait has ended: how long one takes cannot be told.")
    curve = _curve(hours, ended)
    half = 1.96 * np.nan_to_num(curve.surv_prob_se)
    table = pd.DataFrame({"hours": curve.surv_times, "waiting": curve.surv_prob, "at_risk": curve.n_risk})
    table["low"], table["high"] = (table["waiting"] - half).clip(0), (table["waiting"] + half).clip(upper=1)
    return table[["hours", "waiting", "low", "high", "at_risk"]]


def waits(cases: pd.DataFrame, *, now: Any) -> pd.DataFrame:
    """Summarise how long cases wait in each state, hours, with those that wait still.

    Parameters
    ----------
    cases : pandas.DataFrame
        As `state` takes it, with ``judged``.
    now : date, datetime or str

    Returns
    -------
    pandas.DataFrame, index the steps
        ``cases``; ``waiting``, how many still wait; ``median``, the first hours after which fewer than half wait by the
        Kaplan-Meier curve, missing where that is not seen; ``of_ended``, the median of those that ended alone, which
        is too short.

    Examples
    --------
    >>> cases = pd.DataFrame({"received": pd.to_datetime(["2024-03-01"] * 4),
    ...     "judged": pd.to_datetime(["2024-03-02", "2024-03-03", "2024-03-05", None]), "closed": pd.NaT})
    >>> waits(cases, now="2024-03-09").loc["received to judged"].tolist()
    [4.0, 1.0, 96.0, 48.0]
    """
    steps = list(itertools.combinations(STATES, 2))
    moment = pd.Timestamp(checks.moment("now", now))
    rows = {f"{first} to {last}": _summary(cases[first], cases[last], moment) for first, last in steps}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["cases", "waiting", "median", "of_ended"])


def _summary(start: pd.Series, end: pd.Series, now: pd.Timestamp) -> list[float]:
    hours, ended = _hours(start, end, now)
    if not ended.any():
        return [len(hours), int((~ended).sum()), np.nan, np.nan]
    median = _curve(hours, ended).quantile(0.5)
    return [len(hours), int((~ended).sum()), float(median), float(np.median(hours[ended]))]


def _curve(hours: np.ndarray, ended: np.ndarray) -> Any:
    """The share that still waits, by Kaplan and Meier."""
    from statsmodels.duration.survfunc import SurvfuncRight  # slow to import, and needed here only

    return SurvfuncRight(hours, ended.astype(int))


def _hours(start: pd.Series, end: pd.Series, now: pd.Timestamp) -> tuple[np.ndarray, np.ndarray]:
    """How long each wait took or takes, hours, and whether it has ended."""
    begun = start.le(now)
    first, last = start[begun], end[begun]
    before = last < first
    if before.any():
        row = last.index[before][0]
        raise ValueError(
            f"A wait ends at {last[row]} before it begins at {first[row]} in row {checks.shown(row)}."
        )
    ended = last.le(now)
    hours = (last.where(ended, now) - first) / pd.Timedelta(1, "h")
    return hours.to_numpy(float), ended.to_numpy(bool)
