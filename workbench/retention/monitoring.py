"""How the model and the work did, month by month.

Where calls work, the customers who were called churn less, and precision measured on them would fall with every
success. So the model is judged on customers nobody was asked to call: controls, who stand for the whole list, and
the unlisted.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import churn
from workbench.retention.effects import contact_rate, cost_per_saved, effect_of

__all__ = ["monthly"]


def monthly(scores: pd.DataFrame, capacities: Mapping[str, int]) -> pd.DataFrame:
    """Return one row per month with what was listed, done and found.

    Parameters
    ----------
    scores : DataFrame, one row per score
        ``month``, ``branch``, ``probability``, ``arm`` (missing where not listed), ``control_share``, ``churned`` (NA
        where not known), ``reports`` (number of feedbacks), ``spoken`` (bool) and ``cost``.
    capacities : mapping of month to contacts
        Over all branches.

    Returns
    -------
    DataFrame, one row per month
        ``scored``, ``listed``, ``contacts``, ``capacity``, ``without_feedback`` (contacts), ``contact_rate``;
        ``known_controls``, controls whose outcome is known; ``precision`` among them with its Wilson interval;
        ``observed_expected``, their churners over the sum of their probabilities, with its interval; ``coverage``,
        the share of the churners there would be without calls who are listed; ``psi`` of the scores against the first
        month, and ``psi_chance``, what chance alone would give; effect and cost per saved customer as in `effects`.
    """
    since = scores["month"].min()
    first = scores.loc[scores["month"] == since, "probability"]
    rows = [
        {"month": month, **_work(those, capacities.get(month)), **_model(those), **_gain(those),
         **_shift(first, those["probability"] if month > since else None)}
        for month, those in scores.groupby("month")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _work(scores, capacity):
    contacts = scores[scores["arm"] == "contact"]
    return {
        "scored": len(scores),
        "listed": int(scores["arm"].notna().sum()),
        "contacts": len(contacts),
        "capacity": capacity,
        **contact_rate(contacts),
    }


def _model(scores):
    """Precision, observed over expected and coverage, of customers nobody was asked to call."""
    known = scores[scores["churned"].notna()].astype({"churned": bool})
    controls = known[known["arm"] == "control"]
    n, churners = len(controls), int(controls["churned"].sum())
    precision = churners / n if n else np.nan
    low, high = churn.experiments.wilson(precision, n) if n else (np.nan, np.nan)
    expected = float(controls["probability"].mean()) if n else np.nan
    ends = {"": precision, "_low": low, "_high": high}
    return {
        "known_controls": n,
        **{f"precision{end}": value for end, value in ends.items()},
        **{f"observed_expected{end}": value / expected for end, value in ends.items()},
        "coverage": _coverage(known),
    }


def _coverage(known):
    """Listed churners over all; of a list, its controls stand for the others by their share."""
    listed = known[known["arm"].notna()]
    groups = listed.groupby(["branch", "control_share"])
    controls = listed[listed["arm"] == "control"].groupby(["branch", "control_share"])["churned"]
    if (groups.size().index.difference(controls.size().index)).size:
        return np.nan  # a list without control customers
    caught = float((controls.mean() * groups.size()).sum())
    churners = caught + int(known.loc[known["arm"].isna(), "churned"].sum())
    return caught / churners if churners else np.nan


def _gain(scores):
    tasks = scores[scores["arm"].notna()]
    known = tasks[tasks["churned"].notna()].astype({"churned": bool})
    effect = effect_of(known)
    return {**effect._asdict(), **cost_per_saved(tasks.loc[tasks["arm"] == "contact", "cost"], effect)}


def _shift(before, after):
    if after is None:
        return dict.fromkeys(("psi", "psi_chance"), np.nan)
    from workbench import segments  # slow to import, and needed here only

    found = segments.drift.psi(before, after)
    return {"psi": found.psi, "psi_chance": found.chance}
