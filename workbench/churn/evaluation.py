"""How good a list of customers is, and a score: precision, coverage, AUC, Brier score, with intervals by customers."""

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from workbench import checks
from workbench.churn.calibration import summary
from workbench.churn.costs import total
from workbench.churn.profit import empc

__all__ = ["auc", "auc_of_ranks", "confusion", "judged", "list_table", "score_table"]

MEASURES = ("AUC", "precision of the top fifth", "Brier score")
TOP = 0.2  # of the contracts, the part of a list that the precision of its top looks at


def confusion(churned: ArrayLike, listed: ArrayLike) -> pd.Series:
    """Count what a list of customers finds.

    Parameters
    ----------
    churned, listed : array_like of bool, shape (n,)
        Who left; who was on the list.

    Returns
    -------
    pandas.Series
        Numbers of contracts: ``churners``, ``listed``, ``found``; and shares, unit 1: ``precision``, of the listed who
        left (not known of an empty list); ``coverage``, of the leavers who were listed; ``workload``, of all who were
        listed; ``correct``, of all who were where they belong.

    Raises
    ------
    ValueError
        If lengths differ, a value is neither true nor false, or nobody left.

    Examples
    --------
    >>> confusion([True, True, False, False], [True, False, False, False])[["precision", "coverage"]].tolist()
    [1.0, 0.5]
    """
    y, chosen = checks.outcomes(churned, "churned"), checks.outcomes(listed, "listed")
    checks.one_for_each(listed, chosen, churned, "listed", "churned")
    if not y.any():
        raise ValueError("Nobody left, and coverage is a share of those who did.")
    found = int((y & chosen).sum())
    return pd.Series(
        {
            "churners": int(y.sum()),
            "listed": int(chosen.sum()),
            "found": found,
            "precision": found / chosen.sum() if chosen.any() else np.nan,
            "coverage": found / y.sum(),
            "workload": chosen.mean(),
            "correct": (y == chosen).mean(),
        }
    )


def list_table(
    churned: ArrayLike, lists: Mapping[str, ArrayLike], *, miss_cost: float | None = None
) -> pd.DataFrame:
    """Set several lists of the same contracts side by side.

    Parameters
    ----------
    churned : array_like of bool, shape (n,)
        Who left.
    lists : dict of str to array_like of bool
        Who is listed, by the name of the list.
    miss_cost : float, optional
        What a churner who is not listed costs, in false alarms; above 0.

    Returns
    -------
    pandas.DataFrame, one row per list
        As `confusion` says; with `miss_cost` also ``cost per contract``, in false alarms.

    Examples
    --------
    >>> left = [True, True, False, False]
    >>> list_table(left, {"all": [True] * 4, "none": [False] * 4}, miss_cost=3)["cost per contract"].tolist()
    [0.5, 1.5]
    """
    table = pd.DataFrame({name: confusion(churned, listed) for name, listed in lists.items()}).T
    if miss_cost is not None:
        costs = [1, checks.number("miss_cost", miss_cost, above=0), 0, 0]
        table["cost per contract"] = [total(churned, one, costs) for one in lists.values()]
        table["cost per contract"] /= len(np.asarray(churned))
    return table.rename_axis("list")


def score_table(churned: ArrayLike, scores: Mapping[str, ArrayLike]) -> pd.DataFrame:
    """Set the probabilities of several models of the same contracts side by side.

    Parameters
    ----------
    churned : array_like of bool, shape (n,)
        Who left.
    scores : dict of str to array_like of shape (n,), or pandas.DataFrame
        Probabilities of leaving, by the name of the model.

    Returns
    -------
    pandas.DataFrame, one row per model
        ``AUC``, larger is better; ``mean probability``, to compare with the share who left; ``Brier score``, smaller
        is better; ``slope`` of calibration, 1 is right; ``profit per contract`` of a campaign as `profit.empc` has it.

    Examples
    --------
    >>> score_table([True, False, False], {"rate": [1 / 3] * 3})["Brier score"].round(3).tolist()
    [0.222]
    """
    rows = {}
    for name, p in scores.items():
        found = summary(churned, p)
        rows[name] = {"AUC": auc(churned, p), "mean probability": found.expected / len(np.asarray(churned))}
        rows[name] |= {"Brier score": found.brier, "slope": found.slope}
        rows[name] |= {"profit per contract": empc(churned, p).profit}
    return pd.DataFrame(rows).T.rename_axis("model")


def auc(churned: ArrayLike, score: ArrayLike) -> float:
    """Return the chance that one who left scores above one who stayed, ties by half.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or all left or stayed.

    References
    ----------
    Hanley and McNeil (1982), *Radiology* 143, 29-36.

    Examples
    --------
    >>> auc([True, True, False, False], [0.9, 0.4, 0.4, 0.1])
    0.875
    """
    y, values = checks.outcomes(churned, "churned"), checks.finite_vector(score, "score")
    checks.one_for_each(score, values, churned, "score", "churned")
    if y.all() or not y.any():
        raise ValueError("churned is the same for all; an AUC needs some who left and some who stayed.")
    return auc_of_ranks(y, values)


def auc_of_ranks(y: np.ndarray, score: np.ndarray) -> float:
    """Return what `auc` does, of arrays that are checked; scores may be infinite."""
    n_churners = int(y.sum())
    ranks = rankdata(score)[y].sum() - n_churners * (n_churners + 1) / 2
    return float(ranks / (n_churners * (len(y) - n_churners)))


def judged(
    churned: ArrayLike,
    scores: pd.DataFrame,
    customers: ArrayLike,
    *,
    n_boot: int = 200,
    level: float = 0.95,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Judge probabilities of several models on the same contracts, with bootstrap intervals over customers.

    A customer whose contracts ended several times is drawn with all of them; every model meets the same draws.

    Parameters
    ----------
    churned : array_like of bool, shape (n,)
        Who left.
    scores : pandas.DataFrame, shape (n, k)
        Probabilities, one column per model.
    customers : array_like, shape (n,)
        Whose contract it was.
    n_boot : int
    level : float
        Coverage of the interval, in (0, 1).
    random_state : int, Generator or None

    Returns
    -------
    pandas.DataFrame, index (``measure``, ``model``)
        ``estimate``, ``low``, ``high``, unit 1, of the AUC and of the precision in the top fifth, where larger is
        better, and of the Brier score, where smaller is.

    Raises
    ------
    ValueError
        If a probability lies outside [0, 1], lengths differ, or all left or stayed.

    Examples
    --------
    >>> table = judged([True, True, False, False], pd.DataFrame({"tree": [0.9, 0.4, 0.4, 0.1]}), list("abcd"),
    ...     n_boot=20, random_state=0)
    >>> table["estimate"].round(3).to_dict()
    {('AUC', 'tree'): 0.875, ('precision of the top fifth', 'tree'): 1.0, ('Brier score', 'tree'): 0.135}
    """
    y, frame = checks.outcomes(churned, "churned"), checks.finite_frame(scores, "scores")
    auc(y, frame.iloc[:, 0])
    for model in frame:
        checks.probabilities(frame[model], f"scores of {model}")
    checks.whole_number("n_boot", n_boot)
    checks.number("level", level, above=0, below=1)
    whose, different = pd.factorize(np.asarray(customers))
    rng = checks.generator(random_state)
    estimate = _measures(y, frame)
    draws = []
    for _ in range(n_boot):
        times = np.bincount(rng.integers(len(different), size=len(different)), minlength=len(different))
        rows = np.repeat(np.arange(len(y)), times[whose])
        if y[rows].any() and not y[rows].all():
            draws.append(_measures(y[rows], frame.iloc[rows]))
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    names: list[tuple[Hashable, Hashable]] = [(measure, model) for measure in MEASURES for model in frame]
    index = pd.MultiIndex.from_tuples(names, names=["measure", "model"])
    return pd.DataFrame({"estimate": estimate, "low": low, "high": high}, index=index)


def _measures(y, frame):
    values = frame.to_numpy().T
    n_top = max(int(round(TOP * len(y))), 1)
    tops = [y[np.argsort(-p, kind="stable")[:n_top]].mean() for p in values]
    return np.array([*(auc_of_ranks(y, p) for p in values), *tops, *np.mean((values - y) ** 2, axis=1)])
