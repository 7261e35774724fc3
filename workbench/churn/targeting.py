"""Whom to call: each branch's list, what lists catch, and how many churners a way to choose saves."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.churn.arms import CONTACT, CONTROL, ROUNDING, arms, draws
from workbench.churn.experiments import difference

__all__ = ["gains", "saved", "worklist"]

TENTHS = tuple(i / 10 for i in range(1, 11))


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


def gains(y: ArrayLike, score: ArrayLike, shares: Sequence[float] = TENTHS) -> pd.DataFrame:
    """Return what lists of the highest scores catch, by how much of all customers they hold.

    Where a list ends among equal scores it holds a part of these, and the same part of the leavers among them.

    Parameters
    ----------
    y : array_like of shape (n,)
        1 where the customer left, 0 where not.
    score : array_like of shape (n,)
        Any number that is larger the likelier the customer is to leave.
    shares : sequence of float
        Parts of the customers, in (0, 1].

    Returns
    -------
    pandas.DataFrame, one row per list, index ``share``
        ``listed``, customers, and ``churners`` among them, both not always whole; ``precision``, their quotient;
        ``coverage``, listed among all churners, and ``lift``, precision over the rate of all, both missing where nobody
        left.

    Raises
    ------
    ValueError
        If an outcome is neither 0 nor 1, a score is not finite, or a share lies outside (0, 1].

    Examples
    --------
    >>> gains([1, 0, 1, 0, 0], [0.9, 0.5, 0.5, 0.2, 0.1], shares=[0.2, 0.4])
           listed  churners  precision  coverage  lift
    share
    0.2       1.0       1.0       1.00      0.50  2.500
    0.4       2.0       1.5       0.75      0.75  1.875
    """
    left, values = checks.outcomes(y), checks.finite_vector(score, "score")
    checks.one_for_each(score, values, y, "score")
    parts = np.array([checks.number("shares", share, above=0, most=1) for share in shares])
    _, place = np.unique(-values, return_inverse=True)
    n, churners = np.cumsum(np.bincount(place)), np.cumsum(np.bincount(place, weights=left))
    listed = parts * len(left)
    caught = np.interp(listed, np.append(0, n), np.append(0, churners))
    coverage = caught / left.sum() if left.any() else np.full(len(parts), np.nan)
    table = {"listed": listed, "churners": caught, "precision": caught / listed, "coverage": coverage}
    return pd.DataFrame(table | {"lift": coverage / parts}, index=pd.Index(parts, name="share"))


def saved(
    y: ArrayLike, arm: ArrayLike, listed: pd.DataFrame | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Return how many churners a trial says that 100 calls save, under ways to choose whom to call.

    Whom a way would list is compared with itself: those of them in the control arm with those in the contact arm, as
    assigned, reached or not.

    Parameters
    ----------
    y : array_like of shape (n,)
        1 where the customer left, 0 where not, of all customers in the trial.
    arm : array_like of shape (n,)
        "contact" or "control", drawn at random.
    listed : pandas.DataFrame of bool, shape (n, k), optional
        Whom each of k ways would list; all customers unless given.
    confidence : float
        Level of the interval, in (0, 1).

    Returns
    -------
    pandas.DataFrame, one row per way
        ``contact`` and ``control``, customers; ``left_contact`` and ``left_control``, the shares of them that left;
        ``saved`` per 100 calls, with ``low`` and ``high`` (Newcombe's); missing where an arm is empty.

    Raises
    ------
    ValueError
        If an outcome or a cell of `listed` is neither 0 nor 1, or an arm has another name.

    References
    ----------
    Ascarza (2018), *J. Marketing Research* 55, 80–98: the riskiest need not be the most winnable.

    Examples
    --------
    >>> way = pd.DataFrame({"risk": [1, 1, 1, 1, 0, 0], "lift": [0, 0, 1, 1, 1, 1]})
    >>> arms = ["control", "contact"] * 3
    >>> saved([1, 1, 1, 0, 0, 0], arms, way)[["contact", "control", "saved"]]
          contact  control  saved
    risk        2        2   50.0
    lift        2        2   50.0
    """
    left, names = checks.outcomes(y), checks.labels(arm, y, "arm", "y")
    for name in np.unique(names.astype(str)):
        checks.one_of("arm", str(name), (CONTACT, CONTROL))
    ways = pd.DataFrame({"all": np.ones(len(left))}) if listed is None else listed
    rows = {}
    for way in ways:
        chosen = checks.outcomes(ways[way], f"listed[{checks.shown(way)}]")
        checks.one_for_each(ways[way], chosen, y, "listed")
        rows[way] = _saved(left[chosen], names[chosen] == CONTROL, confidence)
    return pd.DataFrame.from_dict(rows, orient="index")


def _saved(left, control, confidence):
    n = {"contact": int((~control).sum()), "control": int(control.sum())}
    events = {"contact": int(left[~control].sum()), "control": int(left[control].sum())}
    shares = {f"left_{name}": events[name] / n[name] if n[name] else np.nan for name in n}
    effect = (np.nan,) * 3
    if all(n.values()):
        effect = difference(events["control"], n["control"], events["contact"], n["contact"], confidence)
    return n | shares | dict(zip(("saved", "low", "high"), (100 * x for x in effect), strict=True))


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

    Only runs of equal priority that begin in a list need draws.
    """
    order = np.lexsort((-worth, codes))
    sizes = np.bincount(codes, minlength=len(lengths))
    rank = np.arange(len(order)) - (np.cumsum(sizes) - sizes)[codes[order]] + 1
    begins = (np.diff(worth[order], prepend=np.nan) != 0) | (rank == 1)
    run = np.cumsum(begins) - 1
    within = rank[begins][run] <= lengths[codes[order]]
    order, rank, run = order[within], rank[within], run[within]
    tied = np.flatnonzero(np.bincount(run)[run] > 1)
    order[tied] = order[tied][np.lexsort((draw(order[tied]), run[tied]))]
    kept = rank <= lengths[codes[order]]
    return order[kept], rank[kept]
