"""Churners saved by calling: everybody counts in the arm that was assigned, whether reached or not."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench import churn

__all__ = ["Effect", "contact_rate", "cost_per_saved", "effect_of", "effects", "summary"]

GROUPS = ("strategy", "reason_group", "branch")


class Effect(NamedTuple):
    """Share of the listed who are saved by calling, unit 1, with the ends of its interval; above 0 calling helped."""

    effect: float
    low: float
    high: float


def effect_of(tasks: pd.DataFrame, confidence: float = 0.95) -> Effect:
    """Return the churn rate of control minus that of contact, within strata.

    Months are pooled within a stratum, which is a branch and a control share, and strata as in
    `churn.experiments.pooled_difference`, with Newcombe's interval.

    Parameters
    ----------
    tasks : DataFrame, one row per task with a known outcome
        ``arm``, ``churned`` (bool), ``branch`` and ``control_share``.
    confidence : float
        Level of the interval, in (0, 1).

    Returns
    -------
    Effect
        NaN where no stratum has customers in both arms.

    References
    ----------
    Newcombe (1998), *Statistics in Medicine* 17, 873–890, method 10.

    Examples
    --------
    >>> arms = ["control"] * 70 + ["contact"] * 80
    >>> churned = [True] * 56 + [False] * 14 + [True] * 48 + [False] * 32
    >>> tasks = pd.DataFrame({"arm": arms, "churned": churned, "branch": "A", "control_share": 0.5})
    >>> [round(x, 4) for x in effect_of(tasks)]
    [0.2, 0.0524, 0.3339]
    """
    known = tasks.assign(churned=tasks["churned"].astype(bool))
    counts = known.groupby(["branch", "control_share", "arm"])["churned"].agg(["sum", "size"])
    wanted = pd.MultiIndex.from_product([["sum", "size"], ["control", "contact"]])
    counts = counts.unstack("arm", fill_value=0).reindex(columns=wanted, fill_value=0)
    left_0, left_1, n_0, n_1 = counts.to_numpy().T
    if not ((n_0 > 0) & (n_1 > 0)).any():
        return Effect(np.nan, np.nan, np.nan)
    return Effect(*churn.experiments.pooled_difference(left_0, n_0, left_1, n_1, confidence))


def effects(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return the effect over all tasks, by strategy, by reason group and by branch.

    Parameters
    ----------
    tasks : DataFrame, one row per task
        ``strategy``, ``reason_group``, ``branch``, ``control_share``, ``arm``, ``churned`` (NA where it is not known
        yet), ``reports`` (number of feedbacks), ``spoken`` (bool) and ``cost``.

    Returns
    -------
    DataFrame, one row per group
        ``by`` and ``group``; customers of known outcome and churners among them in both arms; ``not_known``, tasks
        without an outcome; ``without_feedback``, contacts; ``contact_rate``, the share of the other contacts who were
        spoken to; ``effect``, ``low``, ``high``; ``cost`` of all contacts, and ``cost_per_saved`` with its ends.
    """
    rows = [{"by": "all", "group": "all", **summary(tasks)}]
    for by in GROUPS:
        for group, those in tasks.groupby(by):
            rows.append({"by": by, "group": group, **summary(those)})
    return pd.DataFrame(rows)


def summary(tasks: pd.DataFrame) -> dict[str, Any]:
    """Return what `effects` says of one group of tasks."""
    known = tasks[tasks["churned"].notna()].astype({"churned": bool})
    contact, calls = known[known["arm"] == "contact"], tasks[tasks["arm"] == "contact"]
    control = known[known["arm"] == "control"]
    effect = effect_of(known)
    return {
        "contact": len(contact),
        "contact_churned": int(contact["churned"].sum()),
        "control": len(control),
        "control_churned": int(control["churned"].sum()),
        "not_known": len(tasks) - len(known),
        **contact_rate(calls),
        **effect._asdict(),
        **cost_per_saved(calls["cost"], effect),
    }


def contact_rate(calls: pd.DataFrame) -> dict[str, float]:
    """Return how many contacts have no feedback, and the share of the others who were spoken to."""
    told = calls[calls["reports"] > 0]
    rate = float(told["spoken"].mean()) if len(told) else np.nan
    return {"without_feedback": len(calls) - len(told), "contact_rate": rate}


def cost_per_saved(costs: pd.Series, effect: Effect) -> dict[str, float]:
    """Return the cost of all contacts, and the cost per customer saved with the ends of its interval.

    Parameters
    ----------
    costs : Series of shape (n,)
        Of each contact, unit of the strategies.
    effect : Effect

    Returns
    -------
    dict
        ``cost``, ``cost_per_saved``, ``cost_per_saved_low`` and ``cost_per_saved_high``; NaN where calling did not
        help, and the upper end where the interval of the effect reaches 0: no sum is certain to save one.

    Examples
    --------
    >>> list(cost_per_saved(pd.Series([2.0, 2.0]), Effect(0.1, -0.1, 0.2)).values())
    [4.0, 20.0, 10.0, nan]
    """
    each = float(costs.mean()) if len(costs) else np.nan
    saved, least, most = (each / x if x > 0 else np.nan for x in (effect.effect, effect.high, effect.low))
    names = ("cost", "cost_per_saved", "cost_per_saved_low", "cost_per_saved_high")
    return dict(zip(names, (float(costs.sum()), saved, least, most), strict=True))
