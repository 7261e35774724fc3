"""What to do with a customer who may leave, by reason, grade and risk: a rule table that is shown, ours."""

from typing import Any

import numpy as np
import pandas as pd

from workbench import checks

__all__ = ["ACTIONS", "action"]

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
