"""Named segments by rules on scores: each name has its rule, and the first rule that fits names a customer."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import did_you_mean, listed, shown
from workbench.events import Moment
from workbench.rfm.binned import scores
from workbench.rfm.three import rfm

__all__ = ["NOBODY", "RULES", "describe_segments", "named_segments", "names_of", "rule_table"]

RULES = {
    "champions": "recency 5, frequency 4-5: thank them; show them what is new first",
    "loyal": "recency 3-4, frequency 4-5: keep them; ask what they miss",
    "potential loyal": "recency 4-5, frequency 2-3: win the next order soon",
    "new": "recency 5, frequency 1: a welcome, and help with the first purchase",
    "promising": "recency 4, frequency 1: a reason to come a second time",
    "need attention": "recency 3, frequency 3: an offer of limited time",
    "about to sleep": "recency 3, frequency 1-2: remind them before they are gone",
    "cannot lose": "recency 1-2, frequency 5: call them in person",
    "at risk": "recency 1-2, frequency 3-4: win them back by what they used to buy",
    "hibernating": "recency 1-2, frequency 1-2: seldom and cheaply, or not at all",
}
"""The ten names that marketing gives to the 25 pairs of scores 1 to 5; every pair has one name."""

NOBODY = "no rule fits"
_CONDITION = re.compile(r"\s*([^\W\d]\w*)\s+(\d+)(?:\s*[-–]\s*(\d+))?\s*")


class Rule(NamedTuple):
    """What a segment's scores must be, by indicator, and what to do about its customers."""

    ranges: dict[str, tuple[int, int]]
    action: str


def named_segments(scored: pd.DataFrame, rules: Mapping[str, str] = RULES) -> pd.Series:
    """Name each customer's segment by the first rule that fits.

    Parameters
    ----------
    scored : pandas.DataFrame, shape (n, m)
        Whole numbers, larger is better, as from `scores`.
    rules : dict of str to str
        Name to rule: an indicator with its lowest and highest score, several of them between commas, and after a
        colon what to do: ``"recency 4-5, frequency 5: thank them"``. Their order decides.

    Returns
    -------
    pandas.Series of str, index as `scored`
        The names; "no rule fits" where none does. ``attrs["unused"]`` lists names that nobody has.

    Raises
    ------
    ValueError
        If a rule cannot be read, or names an indicator that is not scored.

    References
    ----------
    The names and pairs of `RULES` are common in marketing practice (by recency and frequency alone); the advice is
    ours.

    Examples
    --------
    >>> table = pd.DataFrame({"recency": [5, 1, 3], "frequency": [5, 5, 3], "monetary": [1, 1, 1]})
    >>> named_segments(table).tolist()
    ['champions', 'cannot lose', 'need attention']
    """
    values = checks.finite_frame(scored, "scored")
    parsed = _parsed(rules, values.columns)
    named = pd.Index([*parsed, NOBODY], dtype="str")
    place = np.full(len(values), len(parsed))
    for number, rule in reversed([*enumerate(parsed.values())]):
        inside = [values[column].between(low, high) for column, (low, high) in rule.ranges.items()]
        place[np.logical_and.reduce(inside)] = number
    result = pd.Series(named.take(place), values.index, name="segment")
    used = set(np.unique(place).tolist())
    result.attrs["unused"] = [segment for number, segment in enumerate(parsed) if number not in used]
    return result


def names_of(
    transactions: pd.DataFrame,
    start: Moment,
    end: Moment,
    *,
    rules: Mapping[str, str] = RULES,
    **counting: Any,
) -> pd.Series:
    """Name the customers of a period from their payments alone: indicators, scores by fifths, rules.

    Parameters
    ----------
    transactions : pandas.DataFrame, one row per payment
        As `rfm` takes it.
    start, end : date or str
        The period [start, end).
    rules : dict of str to str
    **counting
        As `rfm` takes them: ``frequency``, ``monetary``, ``refunds``.

    Returns
    -------
    pandas.Series of str, index ``customer_id``

    Examples
    --------
    >>> payments = pd.DataFrame({"customer_id": ["a", "b"], "amount": [5.0, 7.0],
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-10"])})
    >>> names_of(payments, "2024-01-01", "2024-02-01").to_dict()
    {'a': 'at risk', 'b': 'potential loyal'}
    """
    table = rfm(transactions, end, observation_start=start, **counting)
    return named_segments(scores(table), rules)


def rule_table(rules: Mapping[str, str] = RULES) -> pd.DataFrame:
    """Show the rules: name, rule, and what to do, in their order.

    Examples
    --------
    >>> rule_table({"best": "recency 4-5: thank them"}).loc["best"].tolist()
    ['recency 4 to 5', 'thank them']
    """
    rows = {
        name: {"rule": _written(rule), "what to do": rule.action or "not stated"}
        for name, rule in _parsed(rules).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("segment")


def describe_segments(
    indicators: pd.DataFrame, names: pd.Series, rules: Mapping[str, str] = RULES, *, money: str = "monetary"
) -> pd.DataFrame:
    """Describe named segments: how many customers, what they bring, who they are, and what to do.

    Parameters
    ----------
    indicators : pandas.DataFrame, shape (n, m)
        In their own units.
    names : pandas.Series of str, index as `indicators`
        From `named_segments`.
    rules : dict of str to str
        Those that named them.
    money : str
        The indicator whose sum is shared out; shares are missing where the sum is not above 0.

    Returns
    -------
    pandas.DataFrame, one row per name that occurs, in the order of the rules
        ``customers``, ``share_of_customers``, ``share_of_money`` (unit 1), the median of each indicator, and
        ``what_to_do``.

    Examples
    --------
    >>> table = pd.DataFrame({"recency": [1, 9], "frequency": [5, 1], "monetary": [30.0, 10.0]})
    >>> names = pd.Series(["best", "rest"])
    >>> describe_segments(table, names, {"rest": "frequency 1", "best": "frequency 5: thank them"})["share_of_money"]
    segment
    rest    0.25
    best    0.75
    Name: share_of_money, dtype: float64
    """
    X = checks.finite_frame(indicators, "indicators")
    names = pd.Series(checks.labels(names, X, "names", "indicators"), X.index)
    by, total = X.groupby(names.rename("segment").to_numpy()), float(X[money].sum())
    table = pd.DataFrame({"customers": by.size(), "share_of_customers": by.size() / len(X)})
    table["share_of_money"] = by[money].sum() / total if total > 0 else np.nan
    table = table.join(by.median().add_prefix("median_"))
    words = rule_table(rules).rename(columns={"what to do": "what_to_do"})
    order = [name for name in [*words.index, NOBODY] if name in table.index]
    table = table.loc[order].join(words["what_to_do"]).fillna({"what_to_do": "not stated"})
    return table.rename_axis("segment")


def _parsed(rules, columns=None):
    if not rules:
        raise ValueError("rules is empty; give at least one, such as {'best': 'recency 4-5: thank them'}.")
    return {name: _rule(name, text, columns) for name, text in rules.items()}


def _rule(name, text, columns):
    conditions, _, action = str(text).partition(":")
    ranges = {}
    for part in conditions.split(","):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise ValueError(
                f"The rule of {shown(name)} is {shown(text)}; write an indicator and its scores, several between "
                "commas, and after a colon what to do: 'recency 4-5, frequency 5: thank them'."
            )
        indicator, low, high = match[1], int(match[2]), int(match[3] or match[2])
        if columns is not None and indicator not in columns:
            raise ValueError(
                f"The rule of {shown(name)} names {shown(indicator)}, which is not scored"
                f"{did_you_mean(indicator, columns)} Scored: {listed(columns)}."
            )
        if low > high or indicator in ranges:
            raise ValueError(
                f"The rule of {shown(name)} asks the impossible of {indicator}: {shown(part.strip())}."
            )
        ranges[indicator] = (low, high)
    return Rule(ranges, action.strip())


def _written(rule):
    parts = [
        f"{name} {low}" if low == high else f"{name} {low} to {high}"
        for name, (low, high) in rule.ranges.items()
    ]
    return ", ".join(parts)
