"""What to do with a customer who may leave, by reason, grade and risk: a rule table that is shown, ours."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench import checks
from workbench.churn.grades import REASONS, reason_group, risk_level, value_grade

__all__ = ["ACTIONS", "action", "described"]

ACTIONS = pd.Series(
    {
        "poor experience": "call, settle the complaint, follow up in two weeks",
        "low network quality, winnable": "call, check the connection, offer another access",
        "little use": "offer a smaller or shorter plan",
        "quiet": "send the renewal notice, do not call",
        "not known": "call and ask what is amiss",
    },
    name="action",
).rename_axis("reason group")
"""What is suggested for each group of reasons where the risk is not low.

Quiet customers are not called: a call reminds some of them that they could leave.
"""
NONE, BY_MANAGER = "none", "by the account manager: "


def described(
    panel: pd.DataFrame, probability: Any, *, upkeep: float, multiple: float, cuts: Sequence[float]
) -> pd.DataFrame:
    """Describe contracts for those who are to act: branch, probability, level, grade, reasons, action.

    Parameters
    ----------
    panel : pandas.DataFrame, shape (n, m)
        From `panel` or `from_table`.
    probability : sequence of float, shape (n,)
        Of leaving.
    upkeep, multiple, cuts
        As `value_grade` and `risk_level` take them.

    Returns
    -------
    pandas.DataFrame, index as `panel`
        ``branch``, "all" where the panel has none; ``probability``; ``risk_level``; ``value_grade``, "not known"
        without a fee; ``reason_group``, "not known" where the panel lacks an input of its rules; ``action``.

    Examples
    --------
    >>> table = described(pd.DataFrame({"hours": [3.0]}), [0.5], upkeep=30, multiple=2.5, cuts=[0.2, 0.4])
    >>> table.iloc[0].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'branch': 'all', 'probability': 0.5, 'risk_level': 'high', 'value_grade': 'not known',
     'reason_group': 'not known', 'action': 'call and ask what is amiss'}
    """
    unknown = pd.Series("not known", panel.index, dtype="str")
    fees = panel["monthly_fee"].dropna() if "monthly_fee" in panel else []
    grade = value_grade(fees, upkeep=upkeep, multiple=multiple) if len(fees) else unknown
    grade = grade.reindex(panel.index).fillna("not known")
    reasons = reason_group(panel) if {*REASONS["input"]} <= {*panel} else unknown
    chance = pd.Series(np.asarray(probability), panel.index)
    level = risk_level(chance, cuts)
    table = {"branch": panel.get("branch", "all"), "probability": chance, "risk_level": level}
    table |= {"value_grade": grade, "reason_group": reasons, "action": action(reasons, grade, level)}
    return pd.DataFrame(table, index=panel.index)


def action(reason: Any, grade: Any, level: Any) -> pd.Series:
    """Suggest what to do with each customer.

    Parameters
    ----------
    reason, grade, level : sequence of str, shape (n,)
        As `reason_group`, `value_grade` and `risk_level` give them; grade and reason may be "not known".

    Returns
    -------
    pandas.Series of str, shape (n,)
        Index as `reason`. "none" where the risk is low; customers of high value are dealt with by their manager.

    Raises
    ------
    ValueError
        If a reason is not in `ACTIONS`, or lengths differ.

    Examples
    --------
    >>> action(["quiet", "little use", "little use"], ["low", "low", "high"], ["high", "low", "high"]).tolist()
    ['send the renewal notice, do not call', 'none', 'by the account manager: offer a smaller or shorter plan']
    """
    index = checks.rows_of(reason)
    reasons, grades, levels = (np.asarray(values, dtype=object) for values in (reason, grade, level))
    if not len(reasons) == len(grades) == len(levels):
        raise ValueError(
            f"reason, grade and level have {len(reasons)}, {len(grades)} and {len(levels)} values."
        )
    for one in set(reasons):
        checks.known("reason", one, ACTIONS.index)
    said = ACTIONS.reindex(reasons).to_numpy(dtype=object)
    said = np.where(grades == "high", BY_MANAGER + said, said)
    return pd.Series(np.where(levels == "low", NONE, said), index, name="action", dtype="str")
