"""Past months played through the loop, where it is known what a call would have done; and four ways to read them."""

from collections.abc import Mapping

import pandas as pd

from workbench import checks, churn
from workbench.retention.loop import Retention

__all__ = ["answers", "rehearse"]

NEEDED = ("customer_id", "branch", "contract_end", "as_of", "probability", "churned", "churned_if_contacted")
STRATEGY = {"strategy": ["call"], "action": "call", "cost": 5.0, "stage": "pilot"}


def rehearse(
    loop: Retention,
    contracts: pd.DataFrame,
    capacity: Mapping[str, int],
    *,
    control_share: float = 0.5,
    random_state: int = 0,
) -> pd.DataFrame:
    """Play months through a loop: publish, dispatch, call, feed back, and learn what came of it.

    Parameters
    ----------
    loop : Retention
        New; it keeps what happened.
    contracts : pandas.DataFrame, one row per contract that ended
        ``customer_id, branch, contract_end, as_of``; ``probability`` of leaving; ``churned``, what became of it without
        a call, and ``churned_if_contacted``, with one. Further columns of the table ``scores`` are published too.
    capacity : mapping of str to int
        Calls of each branch in every month.
    control_share : float
        Part of each list that is left alone, in [0, 1).
    random_state : int

    Returns
    -------
    pandas.DataFrame, one row per contract, in the order of the months
        As `contracts`, with ``month``; ``arm``, missing where the customer was not listed; ``left``, what became of the
        contract in the loop.

    Raises
    ------
    ValueError
        If a column is missing; else as `Retention` has it.
    """
    checks.needed_columns(contracts.columns, NEEDED, "contracts")
    rows = contracts.assign(month=contracts["contract_end"].dt.strftime("%Y-%m"))
    months = sorted(rows["month"].unique())
    every = pd.MultiIndex.from_product([months, capacity], names=["month", "branch"]).to_frame(index=False)
    loop.configure(
        strategies=pd.DataFrame(STRATEGY), capacities=every.assign(contacts=every["branch"].map(capacity))
    )
    played = [
        _month(loop, month, rows[rows["month"] == month], control_share, random_state) for month in months
    ]
    return pd.concat(played, ignore_index=True)


def _month(loop, month, rows, control_share, random_state):
    published = ["customer_id", "branch", "contract_end", "probability"]
    more = [name for name in ("risk_level", "value_grade", "reason_group", "rule") if name in rows]
    loop.publish(month, rows[[*published, *more]])
    tasks = loop.dispatch(month, control_share=control_share, random_state=random_state)
    arms = rows["customer_id"].map(tasks.set_index("customer_id")["arm"])
    called = arms.eq(churn.experiments.CONTACT)
    reached = rows.loc[called, ["customer_id"]].assign(
        reported_on=rows["as_of"], status="reached"
    )  # truth knows of no call that was missed
    loop.feedback(month, reached)
    left = rows["churned"].astype(bool).mask(called, rows["churned_if_contacted"].astype(bool))
    loop.outcomes(month, rows[["customer_id"]].assign(churned=left))
    return rows.assign(arm=arms, left=left)


def answers(played: pd.DataFrame) -> pd.DataFrame:
    """Answer in four ways what part of the listed a call saves: three that can be had, and the truth.

    Parameters
    ----------
    played : pandas.DataFrame
        From `rehearse`.

    Returns
    -------
    pandas.DataFrame, one row per answer, index ``compared``
        ``saved``, share of contracts, above 0 where calls help, with ``low`` and ``high``, Newcombe's 95 % interval,
        where two groups are compared.

    Examples
    --------
    >>> played = pd.DataFrame({"arm": ["contact", "control", None, None], "left": [False, True, False, False],
    ...     "probability": 0.4, "churned": [True, True, False, False], "churned_if_contacted": [False, True] * 2})
    >>> answers(played)["saved"].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'called against not listed': 0.0, 'called against predicted': 0.4, 'called against the control group': 1.0,
     'truth, on the lists': 0.5}
    """
    contact, control = (
        played[played["arm"] == arm] for arm in (churn.experiments.CONTACT, churn.experiments.CONTROL)
    )
    rest, listed = played[played["arm"].isna()], played[played["arm"].notna()]
    counts = [(int(part["left"].sum()), len(part)) for part in (contact, control, rest)]
    truth = listed["churned"].astype(bool).mean() - listed["churned_if_contacted"].astype(bool).mean()
    rows = {
        "called against not listed": churn.experiments.difference(*counts[2], *counts[0])._asdict(),
        "called against predicted": {"difference": contact["probability"].mean() - contact["left"].mean()},
        "called against the control group": churn.experiments.difference(*counts[1], *counts[0])._asdict(),
        "truth, on the lists": {"difference": truth},
    }
    table = pd.DataFrame(rows).T.rename(columns={"difference": "saved"})
    return table.astype(float).rename_axis("compared")
