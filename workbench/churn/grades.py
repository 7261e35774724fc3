"""Grades by value, levels of risk, groups of reasons, and signals to act on at once: each by a rule that is shown.

The source has three lists of reasons and two definitions of a high-value customer, and gives none of their cuts.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import shown

__all__ = [
    "GRADES",
    "LEVELS",
    "REASONS",
    "high_value",
    "reason_group",
    "risk_level",
    "signal_table",
    "signals",
    "value_grade",
]

GRADES = ("low", "normal", "high")
LEVELS = ("low", "medium", "high")
QUIET = "quiet"
POOR, LITTLE, NETWORK = "poor experience", "little use", "low network quality, winnable"

REASONS = pd.DataFrame(
    [
        (POOR, "severe_complaints", "at least", 1.0),
        (POOR, "complaints", "at least", 2.0),
        (POOR, "repairs", "at least", 3.0),
        (LITTLE, "hours", "at most", 15.0),
        (LITTLE, "usage_trend", "at most", 0.7),
        (LITTLE, "usage_change", "at most", 0.5),
        (NETWORK, "node_repairs", "at least", 0.7),
        (NETWORK, "node_complaints", "at least", 0.5),
    ],
    columns=["group", "input", "condition", "value"],
)
"""The rules of `reason_group`: the group of the first condition that holds, "quiet" where none does.

Who uses little is told apart before the network's quality is looked at: those who go on using a bad network can be won.
"""

SIGNALS = {"severe complaint": "severe_complaint_on", "sharp drop": "as_of", "forwarding": "forwarding_on"}


def value_grade(monthly_fee: Any, *, upkeep: float, multiple: float) -> pd.Series:
    """Grade customers by their mean monthly fee against what keeping them costs.

    Parameters
    ----------
    monthly_fee : sequence of float, shape (n,)
        Currency per month, at least 0.
    upkeep : float
        C, what a customer costs per month, the same for all; above 0.
    multiple : float
        k, above 1.

    Returns
    -------
    pandas.Series of str, shape (n,)
        "high" from k·C, "normal" from C, "low" below. Index as `monthly_fee`.

    Raises
    ------
    ValueError
        If a fee is missing, infinite or negative, or `upkeep` or `multiple` lies outside its range.

    Examples
    --------
    >>> value_grade([29.9, 30, 74.9, 75], upkeep=30, multiple=2.5).tolist()
    ['low', 'normal', 'normal', 'high']
    """
    upkeep = checks.number("upkeep", upkeep, above=0)
    multiple = checks.number("multiple", multiple, above=1)
    fees = checks.finite_vector(monthly_fee, "monthly_fee")
    rows = checks.rows_of(monthly_fee)
    if (fees < 0).any():
        at = int((fees < 0).argmax())
        raise ValueError(f"monthly_fee is {fees[at]:g} in row {shown(rows[at])}; allowed are fees from 0.")
    return _cut(fees, [upkeep, upkeep * multiple], GRADES, rows, "value_grade")


def risk_level(probability: Any, cuts: Sequence[float] = (0.2, 0.4)) -> pd.Series:
    """Call a probability of leaving low, medium or high.

    Parameters
    ----------
    probability : sequence of float, shape (n,)
        From 0 to 1.
    cuts : pair of float
        Where "medium" and "high" begin; the cut itself belongs to the higher level.

    Returns
    -------
    pandas.Series of str, shape (n,)
        Index as `probability`.

    Raises
    ------
    ValueError
        If a probability is missing or outside 0 to 1, or the cuts are not two rising numbers between them.

    Examples
    --------
    >>> risk_level([0.19, 0.2, 0.4]).tolist()
    ['low', 'medium', 'high']
    """
    values = checks.finite_vector(probability, "probability")
    rows = checks.rows_of(probability)
    outside = (values < 0) | (values > 1)
    if outside.any():
        at = int(outside.argmax())
        raise ValueError(f"probability is {values[at]:g} in row {shown(rows[at])}; allowed is 0 to 1.")
    ends = checks.finite_vector(cuts, "cuts").tolist()
    if len(ends) != 2 or not 0 < ends[0] < ends[1] < 1:
        raise ValueError(f"cuts are {shown(ends)}; give two rising numbers between 0 and 1.")
    return _cut(values, ends, LEVELS, rows, "risk_level")


def high_value(panel: pd.DataFrame, *, tenure_months: float, monthly_fee: float) -> pd.Series:
    """Say who is of high value by the source's second definition: long tenure, high ARPU and interactive TV.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``tenure_months``, ``monthly_fee`` (for the revenue per user, ARPU), ``interactive_tv``.
    tenure_months : float
        From how many months tenure is long; the source does not say.
    monthly_fee : float
        From which fee revenue is high; the source does not say.

    Returns
    -------
    pandas.Series of bool, index as `panel`
        Whether all three hold; not where one of them is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"tenure_months": [30, 30], "monthly_fee": [90, 90], "interactive_tv": [True, False]})
    >>> high_value(table, tenure_months=24, monthly_fee=86).tolist()
    [True, False]
    """
    checks.needed_columns(panel.columns, ["tenure_months", "monthly_fee", "interactive_tv"], "panel")
    long = panel["tenure_months"].ge(checks.number("tenure_months", tenure_months, least=0))
    high = panel["monthly_fee"].ge(checks.number("monthly_fee", monthly_fee, least=0))
    has_tv = panel["interactive_tv"].fillna(False).astype(bool)
    return (long & high & has_tv).astype(bool).rename("high_value")


def reason_group(panel: pd.DataFrame, rules: pd.DataFrame = REASONS) -> pd.Series:
    """Name the group of reasons that a customer's inputs point to, by the first rule that holds.

    Parameters
    ----------
    panel : pandas.DataFrame, shape (n, m)
        With the inputs that the rules name.
    rules : pandas.DataFrame, one row per condition, in their order
        ``group``; ``input``, a column of numbers; ``condition``, "at least" or "at most"; ``value``.

    Returns
    -------
    pandas.Series of str, index as `panel`
        The group; "quiet" where no condition holds. A missing input meets none.

    Raises
    ------
    ValueError
        If a rule names an unknown input or condition.

    Examples
    --------
    >>> rules = pd.DataFrame([("poor experience", "complaints", "at least", 1)], columns=REASONS.columns)
    >>> reason_group(pd.DataFrame({"complaints": [0, 2]}), rules).tolist()
    ['quiet', 'poor experience']
    """
    checks.needed_columns(rules.columns, REASONS.columns, "rules")
    checks.needed_columns(panel.columns, rules["input"].unique(), "panel")
    group = pd.Series(QUIET, panel.index, name="reason_group", dtype="str")
    for rule in rules[::-1].itertuples():
        checks.one_of("condition", rule.condition, ["at least", "at most"])
        values = panel[rule.input]
        holds = values.ge(rule.value) if rule.condition == "at least" else values.le(rule.value)
        group = group.mask(holds.fillna(False).astype(bool), rule.group)
    return group


def signals(panel: pd.DataFrame, *, sharp_drop: float = 0.35) -> pd.DataFrame:
    """Find the signals on which someone should call at once, in the three months before `as_of`.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `workbench.churn.panel`.
    sharp_drop : float
        At most this share of the usual hours was used in the last month; above 0, below 1. The source does not say
        which drop is sharp.

    Returns
    -------
    pandas.DataFrame, index as `panel`
        "severe complaint", "sharp drop" and "forwarding", bool; ``days_of_warning`` from the first of them to the end
        of the contract, missing where there is none. A drop is known when its month is over.

    Raises
    ------
    ValueError
        If `sharp_drop` lies outside its range or a column is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"as_of": pd.to_datetime(["2013-03-01"]), "usage_change": [0.2],
    ...     "contract_end": pd.to_datetime(["2013-03-31"]), "severe_complaint_on": pd.NaT,
    ...     "forwarding_on": pd.to_datetime(["2013-02-09"])}).set_index("contract_end")
    >>> signals(table).iloc[0].to_dict()
    {'severe complaint': False, 'sharp drop': True, 'forwarding': True, 'days_of_warning': 50.0}
    """
    share = checks.number("sharp_drop", sharp_drop, above=0, below=1)
    checks.needed_columns(panel.columns, [*SIGNALS.values(), "usage_change"], "panel")
    dropped = panel["usage_change"].le(share).fillna(False).astype(bool)
    days = pd.DataFrame({name: pd.to_datetime(panel[column]) for name, column in SIGNALS.items()})
    days["sharp drop"] = days["sharp drop"].where(dropped)
    first = days.min(axis=1)
    ends = pd.Series(panel.index.get_level_values("contract_end"), panel.index)
    return days.notna().assign(days_of_warning=(ends - first).dt.days.astype(float))


def signal_table(found: pd.DataFrame, churned: Any) -> pd.DataFrame:
    """Say how often each signal is seen, who of them left, and how long before.

    Parameters
    ----------
    found : pandas.DataFrame, shape (n, 4)
        From `signals`.
    churned : sequence of bool, shape (n,)
        Who left.

    Returns
    -------
    pandas.DataFrame, one row per signal
        ``contracts``; ``precision``, the share of them that left, unit 1; ``days of warning``, the median.

    Examples
    --------
    >>> found = pd.DataFrame({"sharp drop": [True, True, False], "days_of_warning": [30.0, 50.0, None]})
    >>> signal_table(found, [True, False, False]).to_dict("records")
    [{'contracts': 2.0, 'precision': 0.5, 'days of warning': 40.0}]
    """
    left = pd.Series(checks.outcomes(churned, "churned"), found.index)
    days, rows = found["days_of_warning"], {}
    for name in found.columns.drop("days_of_warning"):
        seen = found[name].astype(bool)
        rows[name] = {
            "contracts": seen.sum(),
            "precision": left[seen].mean(),
            "days of warning": days[seen].median(),
        }
    return pd.DataFrame(rows).T.astype(float).rename_axis("signal")


def _cut(values, ends, names, rows, name):
    """The name of the part that each value lies in; an end belongs to the part above it."""
    part = np.searchsorted(ends, values, side="right")
    return pd.Series(np.array(names)[part], rows, name=name, dtype="str")
