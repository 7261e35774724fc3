"""Counts as an early warning: control limits of counts with exposure, and the alarms that chance alone would give."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from workbench import checks

__all__ = ["COLUMNS", "FALSE_ALARM", "chart", "limits"]

COLUMNS = ("subject", "period", "count", "exposure", "centre", "low", "high", "alarm", "by_chance")
FALSE_ALARM = 0.0027  # what lies beyond three standard deviations of a normal distribution


def limits(
    counts: ArrayLike | pd.Series,
    exposure: ArrayLike | pd.Series | None = None,
    *,
    false_alarm: float = FALSE_ALARM,
) -> pd.DataFrame:
    """Return exact Poisson limits of counts: a c-chart, or with exposure a u-chart.

    The centre is the mean rate of all periods, those that alarm among them, so that a long change hides itself in
    part. Limits of three standard deviations would be symmetric; those of a Poisson distribution are not.

    Parameters
    ----------
    counts : array_like of int, shape (n,)
        Cases of each period, at least 0.
    exposure : array_like of float, shape (n,), optional
        What the cases come from in each period, such as flats or parts sold, above 0; equal where None.
    false_alarm : float
        The chance of an alarm in a period without any change, at most; half of it on either side.

    Returns
    -------
    pandas.DataFrame, one row per period, index of `counts`
        ``count``; ``exposure``; ``centre``, the count expected; ``low`` and ``high``, the last counts that are no
        alarm; ``alarm``, "above", "below" or ""; ``by_chance``, the chance of an alarm without any change. The sum
        of the last is the number of alarms to expect from chance.

    Raises
    ------
    ValueError
        If a count is no whole number from 0, an exposure is not above 0, or `false_alarm` not in (0, 1).

    References
    ----------
    Montgomery (2013), *Introduction to Statistical Quality Control*, 7.3 (c- and u-charts); limits by quantiles of the
    Poisson distribution instead of three sigma.

    Examples
    --------
    >>> limits([16, 16, 30, 2])[["low", "high", "alarm"]].to_numpy().tolist()
    [[5, 29, ''], [5, 29, ''], [5, 29, 'above'], [5, 29, 'below']]
    """
    cases, base = _checked(counts, exposure)
    alpha = checks.number("false_alarm", false_alarm, above=0, below=1)
    centre = base * cases.sum() / base.sum()
    low, high = stats.poisson.ppf(alpha / 2, centre), stats.poisson.ppf(1 - alpha / 2, centre)
    low, high = np.maximum(low, 0).astype(int), high.astype(int)
    alarm = np.select([cases > high, cases < low], ["above", "below"], "")
    by_chance = stats.poisson.cdf(low - 1, centre) + stats.poisson.sf(high, centre)
    columns: dict[str, Any] = {"count": cases.astype(int), "exposure": base, "centre": centre}
    columns |= {"low": low, "high": high, "alarm": alarm, "by_chance": by_chance}
    return pd.DataFrame(columns, index=checks.rows_of(counts)).astype({"alarm": "str"})


def chart(
    cases: pd.DataFrame,
    *,
    by: str,
    period: str = "W",
    exposure: str | None = None,
    false_alarm: float = FALSE_ALARM,
) -> pd.DataFrame:
    """Count the cases of each subject by period, with the limits of each subject.

    The first and the last period count only where they lie whole between the first and the last case; a period
    without any case counts 0.

    Parameters
    ----------
    cases : pandas.DataFrame
        ``received``, datetime64, and the column `by`; rows without one are left out.
    by : str
        Column of the subject.
    period : str
        A period of pandas, such as "W" (Monday to Sunday), "M" or "D".
    exposure : str, optional
        Column of what the cases come from, such as flats: its mean in each period, or that of the period before where
        there is no case; equal where None, or where the column is missing or empty.
    false_alarm : float
        As for `limits`.

    Returns
    -------
    pandas.DataFrame
        ``subject`` and ``period`` (its first day), and the columns of `limits`.

    Raises
    ------
    ValueError
        If a column lacks, or fewer than two whole periods are there.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", "2024-03-31 12:00", freq="12h")
    >>> table = chart(pd.DataFrame({"received": days, "subject": "noise"}), by="subject", period="M")
    >>> table[["count", "low", "high"]].to_dict("list")
    {'count': [62, 58, 62], 'low': [39, 39, 39], 'high': [85, 85, 85]}
    """
    checks.needed_columns(cases.columns, ["received", by], "cases")
    checks.times(cases["received"], "received")
    known = cases[cases[by].notna() & cases["received"].notna()]
    if known.empty:
        raise ValueError(f"No case has {by} and a time.")
    periods = known["received"].dt.to_period(period)
    whole = _whole(known["received"], period)
    counts = pd.crosstab(periods, known[by]).reindex(whole, fill_value=0)
    base = None
    if exposure in cases and cases[exposure].notna().any():
        means = known[exposure].groupby(periods).mean()
        base = means.reindex(whole).ffill().bfill().to_numpy()
    charts = {subject: limits(counts[subject], base, false_alarm=false_alarm) for subject in counts.columns}
    table = pd.concat(charts, names=["subject", "period"]).reset_index()
    return table.assign(period=table["period"].dt.start_time.astype("datetime64[us]"))


def _whole(received: pd.Series, period: str) -> pd.PeriodIndex:
    """The periods of which the cases cover both ends, to the day."""
    first, last = received.min().normalize(), received.max().normalize() + pd.Timedelta(1, "D")
    every = pd.period_range(received.min(), received.max(), freq=period)
    inside = (every.start_time >= first) & (every.end_time < last)
    if inside.sum() < 2:
        raise checks.NotKnown(
            f"The cases lie in {int(inside.sum())} whole periods of '{period}'; a chart needs two or more."
        )
    return every[inside]


def _checked(counts: Any, exposure: Any) -> tuple[np.ndarray, np.ndarray]:
    cases = checks.finite_vector(counts, "counts")
    _refuse("counts", (cases < 0) | (cases % 1 != 0), cases, checks.rows_of(counts), "whole numbers from 0")
    if exposure is None:
        return cases, np.ones(len(cases))
    base = checks.finite_vector(exposure, "exposure")
    if base.shape != cases.shape:
        raise ValueError(f"exposure has shape {base.shape}; allowed is {cases.shape}, one for each count.")
    _refuse("exposure", base <= 0, base, checks.rows_of(counts), "numbers above 0")
    return cases, base


def _refuse(name: str, wrong: np.ndarray, values: np.ndarray, rows: pd.Index, rule: str) -> None:
    if wrong.any():
        at = int(wrong.argmax())
        raise ValueError(f"{name} is {values[at]:g} in row {checks.shown(rows[at])}; allowed are {rule}.")
