"""Whom a branch is to call: the strategy of each customer, the first of each branch by priority, and the arms."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench import checks, churn

__all__ = ["CONDITIONS", "SHARES", "first", "listed", "matching", "shares_of"]

CONDITIONS = ("reason_group", "value_grade", "risk_level")
SHARES = {
    "pilot": 0.5,
    "rolled out": 0.15,
}  # the source: pilots before roll-out; 10 to 20 % stay alone for good


def shares_of(control_share: Any, stages: Mapping[str, str]) -> dict[str, float]:
    """Return the control share of each strategy: one for all, or by stage.

    Parameters
    ----------
    control_share : float, mapping of stage to float, or None
        None stands for `SHARES`.
    stages : mapping of strategy to stage
    """
    by_stage = SHARES if control_share is None else control_share
    if not isinstance(by_stage, Mapping):
        by_stage = dict.fromkeys(SHARES, by_stage)
    for stage in by_stage:
        checks.known("stage", stage, SHARES, " in control_share")
    by_stage = {
        stage: checks.number(f"control_share of {stage}", share, least=0, below=1)
        for stage, share in by_stage.items()
    }
    return {strategy: {**SHARES, **by_stage}[stage] for strategy, stage in stages.items()}


def matching(strategies: Iterable[Mapping[str, Any]], customer: Mapping[str, Any]) -> str | None:
    """Return the strategy of a customer: of those that fit, the one with most conditions, then the first by name.

    Examples
    --------
    >>> any_ = dict.fromkeys(CONDITIONS)
    >>> rules = [any_ | {"strategy": "letter"}, any_ | {"strategy": "visit", "value_grade": "high"}]
    >>> matching(rules, any_ | {"value_grade": "high"}), matching(rules, any_ | {"value_grade": "low"})
    ('visit', 'letter')
    """
    fitting = [s for s in strategies if all(s[name] in (None, customer[name]) for name in CONDITIONS)]
    order = sorted(fitting, key=lambda s: (sum(s[name] is None for name in CONDITIONS), s["strategy"]))
    return order[0]["strategy"] if order else None


def first(candidates: Iterable[tuple], strategies: list[dict], most: int) -> Iterator[tuple]:
    """Yield candidates with their strategies, the riskiest first, until there are enough and no tie is cut.

    Parameters
    ----------
    candidates : iterable of tuples
        The last four values are the probability, by which they fall, and those of `CONDITIONS`.
    strategies : list of dict
    most : int
        How many are enough.
    """
    found: dict[tuple, str | None] = {}
    number, last = 0, 0.0
    for row in candidates:
        if number >= most and row[-4] < last:
            return
        kind = row[-3:]
        if kind not in found:
            found[kind] = matching(strategies, dict(zip(CONDITIONS, kind, strict=True)))
        if found[kind] is not None:
            number, last = number + 1, row[-4]
            yield (*row, found[kind])


def listed(
    candidates: pd.DataFrame,
    capacities: Mapping[str, int],
    shares: Mapping[str, float],
    *,
    month: str,
    random_state: int,
) -> pd.DataFrame:
    """Return the lists of all branches, with ``rank`` and ``arm``.

    Where strategies differ in their control share, a list goes on while neither the contacts nor the contacts to be
    expected exceed the capacity, and arms are drawn among customers of one share.

    Parameters
    ----------
    candidates : DataFrame
        ``customer_id``, ``branch``, ``probability`` and ``strategy``, one row per customer.
    capacities : mapping of branch to contacts
    shares : mapping of strategy to control share
    """
    if candidates.empty:
        return candidates.assign(rank=pd.Series(dtype="int64"), arm=pd.Series(dtype="str"))
    calls = {branch: capacities[branch] for branch in candidates["branch"].unique()}
    share = candidates["strategy"].map(shares)
    table = churn.targeting.worklist(candidates, calls, share.max(), random_state, month=month)
    if share.nunique() == 1 or table.empty:
        return table
    share = table["strategy"].map(shares)
    fits = _fits(table["branch"], share, table["branch"].map(calls))
    table, share = table[fits], share[fits]
    strata = month + " " + table["branch"] + share.map(" {}".format)
    for each in share.unique():
        those = (share == each).to_numpy()
        table.loc[those, "arm"] = churn.experiments.assign(
            table["customer_id"][those], each, strata[those], random_state
        )
    return table


def _fits(branch, share, calls):
    """Whether a list may go on to each row, by the shares of all rows up to there."""
    expected = (1 - share).groupby(branch).cumsum()
    size = share.groupby([branch, share]).cumcount() + 1
    contacts = size - np.ceil(share * size - 0.5 - 1e-9)  # in its arm, were the list to end here
    more = contacts - contacts.groupby([branch, share]).shift(fill_value=0)
    return (expected <= calls + 1e-9) & (more.groupby(branch).cumsum() <= calls)
