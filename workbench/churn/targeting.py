"""Whom to call: each branch's list."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import checks
from workbench.churn.experiments import ROUNDING, arms, draws

__all__ = ["worklist"]


def worklist(
    scores: pd.DataFrame,
    capacity: Mapping[str, int] | int,
    control_share: float = 0,
    random_state: int = 0,
    priority: str = "probability",
    *,
    month: str | None = None,
) -> pd.DataFrame:
    """List for each branch the customers of highest priority, and draw who of them is called.

    A branch that can make c calls lists the first c / (1 − control_share), so that calls never exceed c. Customers of
    equal priority are listed in an order drawn from their ids, whatever the order of rows; the draw of arms is another.

    Parameters
    ----------
    scores : pandas.DataFrame, one row per customer
        ``customer_id`` (a column, or a level of the index), the column of the priority, and ``branch`` where there are
        several lists.
    capacity : mapping of str to int, or int
        Calls that each branch can make, at least 0, in the unit customers; one number holds for every branch.
    control_share : float
        Part of each list that is left alone, in [0, 1).
    random_state : int
        A whole number from 0.
    priority : str
        Column by which customers are listed; larger comes first.
    month : str, optional
        Enters the hash, so that another month draws other arms.

    Returns
    -------
    pandas.DataFrame, one row per listed customer, by branch and rank
        The columns of `scores`, ``rank`` in the branch from 1, and ``arm``, "contact" or "control".

    Raises
    ------
    ValueError
        If a column is missing, a priority is not finite, a branch has no capacity or one below 0, a capacity names an
        unknown branch, or a customer would be listed twice.

    Examples
    --------
    >>> scores = pd.DataFrame({"customer_id": [1, 2, 3, 4], "branch": list("AABA"), "probability": [.2, .9, .4, .5]})
    >>> worklist(scores, {"A": 1, "B": 1}, control_share=.5)[["customer_id", "branch", "rank"]].to_numpy().tolist()
    [[2, 'A', 1], [4, 'A', 2], [3, 'B', 1]]
    """
    control_share = checks.number("control_share", control_share, least=0, below=1)
    checks.needed_columns(scores.columns, [priority], "scores")
    ids, worth = _ids(scores), checks.finite_vector(scores[priority], priority)
    codes, branches = _branches(scores)
    calls = _calls(capacity, branches)
    lengths = np.floor(calls / (1 - control_share) + ROUNDING).astype(int)
    rows, rank = _first(worth, codes, lengths, lambda rows: draws(ids[rows], "order", random_state))
    table = scores.iloc[rows].copy()
    table["rank"] = rank
    listed = ids[rows]
    if not pd.Index(listed).is_unique:
        twice = pd.Index(listed).duplicated()
        raise ValueError(
            f"{checks.shown(listed[twice][0])} would be listed twice; keep one row per customer in scores."
        )
    strata = [f"{month or ''} {branch}".strip() for branch in branches]
    table["arm"] = arms(listed, control_share, codes[rows], strata, random_state)
    return table


def _ids(scores):
    level = "customer_id" in scores.index.names
    if not level:
        checks.needed_columns(scores.columns, ["customer_id"], "scores")
    ids = scores.index.get_level_values("customer_id") if level else scores["customer_id"]
    return checks.labels(np.asarray(ids), scores, "customer_id", "scores")


def _branches(scores):
    """Return the branch of each row as a place in the branches' names; one branch where none is named."""
    if "branch" not in scores:
        return np.zeros(len(scores), int), ["all"]
    return checks.codes(scores["branch"], scores, "branch", "scores")


def _calls(capacity, branches):
    if not isinstance(capacity, Mapping):
        capacity = dict.fromkeys(branches, capacity)
    checks.by_name(capacity, branches, "capacity")
    return np.array([checks.whole_number(f"capacity of {b}", capacity[b], least=0) for b in branches])


def _first(worth, codes, lengths, draw):
    """Return the rows of each branch's first customers, by branch and rank, and their ranks from 1.

    Only who is above or level with the last place needs a draw.
    """
    sizes = np.bincount(codes, minlength=len(lengths))
    starts, lengths = np.cumsum(sizes) - sizes, np.minimum(lengths, sizes)
    order = np.lexsort((-worth, codes))
    last = np.where(lengths > 0, worth[order[np.maximum(starts + lengths - 1, 0)]], np.inf)
    rows = np.flatnonzero(worth >= last[codes])
    rows = rows[np.lexsort((draw(rows), -worth[rows], codes[rows]))]
    sizes = np.bincount(codes[rows], minlength=len(lengths))
    rank = np.arange(len(rows)) - (np.cumsum(sizes) - sizes)[codes[rows]] + 1
    kept = rank <= lengths[codes[rows]]
    return rows[kept], rank[kept]
