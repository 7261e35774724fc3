"""What a list costs: the threshold that costs imply, the cost of a list, and what moving the threshold does.

Costs are those of Elkan (2001), of listing or not listing a customer who leaves or stays:

            leaves  stays
listed      hit     false_alarm
not listed  miss    rest
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks

__all__ = ["COSTS", "curve", "prior_shift", "savings", "threshold", "total"]

COSTS = ("false_alarm", "miss", "hit", "rest")


def threshold(miss: float, false_alarm: float, hit: float = 0, rest: float = 0) -> float:
    """Return the probability from which on listing a customer costs less than not listing.

    A miss that costs r times a false alarm says: list from 1 / (1 + r). True of probabilities that are calibrated.

    Parameters
    ----------
    miss, false_alarm, hit, rest : float
        Costs, in one unit; a benefit is below 0.

    Returns
    -------
    float
        In (0, 1); a customer at the threshold costs the same either way, and is listed.

    Raises
    ------
    ValueError
        If a false alarm costs no more than rest, or a miss no more than a hit: one choice would always be better.

    References
    ----------
    Elkan (2001), *IJCAI* 17, 973–978: equation 2.

    Examples
    --------
    >>> threshold(miss=3, false_alarm=1)
    0.25
    """
    for worse, better, names in ((false_alarm, rest, COSTS[::3]), (miss, hit, COSTS[1:3])):
        worse, better = checks.number(names[0], worse), checks.number(names[1], better)
        if worse <= better:
            raise ValueError(
                f"{names[0]} is {worse:g} and {names[1]} {better:g}; {names[0]} must cost more, else one choice is "
                "always better."
            )
    return float((false_alarm - rest) / (false_alarm - rest + miss - hit))


def prior_shift(p: ArrayLike, from_rate: float, to_rate: float) -> np.ndarray:
    """Move probabilities from one rate of leaving to another, as after training on a balanced sample.

    The order of customers stays. Moving back gives the probabilities that were.

    Parameters
    ----------
    p : array_like of shape (n,)
        Probabilities of a model that was trained where the rate was `from_rate`.
    from_rate, to_rate : float
        Shares of leavers in training and where the model is used, in (0, 1).

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ValueError
        If a probability lies outside [0, 1], or a rate outside (0, 1).

    References
    ----------
    Elkan (2001), *IJCAI* 17, 973–978: theorem 2.

    Examples
    --------
    >>> prior_shift([0.5, 0.75], from_rate=0.5, to_rate=0.25).tolist()
    [0.25, 0.5]
    """
    before = checks.number("from_rate", from_rate, above=0, below=1)
    after = checks.number("to_rate", to_rate, above=0, below=1)
    p = checks.probabilities(p)
    leaves, stays = p * after * (1 - before), (1 - p) * (1 - after) * before
    return leaves / (leaves + stays)


def total(y: ArrayLike, predicted: ArrayLike, costs: ArrayLike | Mapping[str, float]) -> float:
    """Return what a list cost.

    Parameters
    ----------
    y : array_like of shape (n,)
        1 where the customer left, 0 where not.
    predicted : array_like of shape (n,)
        1 where the customer was listed, 0 where not.
    costs : array_like of shape (4,) or (n, 4), mapping, or pandas.DataFrame
        ``false_alarm``, ``miss``, ``hit``, ``rest``, in this order or by name; a row for each customer, or one for all.

    Returns
    -------
    float
        Sum over the customers, in the unit of the costs; smaller is better.

    Raises
    ------
    ValueError
        If the shapes differ, an outcome is neither 0 nor 1, or a cost is not finite.

    Examples
    --------
    >>> total([1, 1, 0, 0], [1, 0, 1, 0], [1, 3, 0, 0])
    4.0
    """
    left, listed = _pair(y, predicted)
    return _total(left, listed, _costs(costs, len(left)))


def savings(y: ArrayLike, predicted: ArrayLike, costs: ArrayLike | Mapping[str, float]) -> float:
    """Return which part of the cost a list saves against the cheaper of listing nobody and listing everybody.

    Parameters
    ----------
    y, predicted, costs
        As in `total`; no cost below 0.

    Returns
    -------
    float
        1 where all cost is saved, 0 as good as no model, below 0 worse.

    Raises
    ------
    ValueError
        As `total`, and if a cost is below 0, or listing nobody or everybody costs nothing: there is nothing to save.

    References
    ----------
    Bahnsen, Aouada and Ottersten (2015), *Expert Systems with Applications* 42, 6609–6619.

    Examples
    --------
    >>> savings([1, 1, 0, 0], [1, 1, 1, 0], [1, 3, 0, 0])
    0.5
    """
    left, listed = _pair(y, predicted)
    table = _costs(costs, len(left))
    if table.min() < 0:
        raise ValueError(
            f"costs must not be negative: the least is {table.min():g}. Add the same number to both choices of a "
            "customer."
        )
    cheaper = min(_total(left, np.full(len(left), choice), table) for choice in (False, True))
    if cheaper == 0:
        raise ValueError(
            "Listing nobody or everybody costs nothing already; a share of it is not defined. Compare totals."
        )
    return 1 - _total(left, listed, table) / cheaper


def curve(y: ArrayLike, score: ArrayLike, ratios: Sequence[float]) -> pd.DataFrame:
    """Return what a list is like if a miss costs 1, 2, 3 … times a false alarm.

    Parameters
    ----------
    y : array_like of shape (n,)
        1 where the customer left, 0 where not.
    score : array_like of shape (n,)
        Probability of leaving.
    ratios : sequence of float
        Cost of a miss in false alarms, above 0.

    Returns
    -------
    pandas.DataFrame, one row per ratio, index ``ratio``
        ``threshold``, from which on a score is listed; ``listed``, customers; ``precision``, leavers among the listed,
        missing where nobody is; ``coverage``, listed among the leavers; ``workload``, listed among all; ``correct``,
        share of right answers; ``cost`` per customer, in false alarms.

    Raises
    ------
    ValueError
        If an outcome is neither 0 nor 1, a score lies outside [0, 1], or a ratio is not above 0.

    Examples
    --------
    >>> curve([1, 0, 1, 0], [0.8, 0.5, 0.3, 0.1], [1, 3])[["threshold", "listed", "coverage", "cost"]]
           threshold  listed  coverage  cost
    ratio
    1.0         0.50       2       0.5  0.50
    3.0         0.25       3       1.0  0.25
    """
    left, p = checks.outcomes(y), checks.probabilities(score, "score")
    checks.one_for_each(score, p, y, "score")
    miss = np.array([checks.number("ratios", ratio, above=0) for ratio in ratios])
    limit = 1 / (1 + miss)
    order = np.argsort(p)
    caught = np.append(np.cumsum(left[order][::-1])[::-1], 0)  # leavers from each place on
    place = np.searchsorted(p[order], limit, side="left")
    n, listed, hits = len(p), len(p) - place, caught[place]
    false, missed = listed - hits, left.sum() - hits
    with np.errstate(invalid="ignore"):  # of nobody there is no share
        shares = {"precision": hits / listed, "coverage": hits / left.sum(), "workload": listed / n}
    rest = {"correct": 1 - (false + missed) / n, "cost": (false + miss * missed) / n}
    table = {"threshold": limit, "listed": listed} | shares | rest
    return pd.DataFrame(table, index=pd.Index(miss, name="ratio"))


def _pair(y, predicted):
    left, listed = checks.outcomes(y), checks.outcomes(predicted, "predicted")
    checks.one_for_each(predicted, listed, y, "predicted")
    return left, listed


def _costs(costs, n):
    """Return the four costs as columns, of each customer or of all alike, shape (n, 4) or (1, 4)."""
    if isinstance(costs, pd.DataFrame):
        checks.needed_columns(costs.columns, COSTS, "costs")
        costs = costs[list(COSTS)]
    one = isinstance(costs, Mapping | pd.Series) or np.ndim(costs) == 1
    table = checks.finite_table(checks.by_name(costs, COSTS, "costs")[None] if one else costs, "costs")
    if table.shape not in {(1, 4), (n, 4)}:
        raise ValueError(
            f"costs has shape {table.shape}; allowed is (4,) or ({n}, 4): {checks.listed(COSTS)}."
        )
    return table


def _total(left, listed, table):
    false_alarm, miss, hit, rest = table.T
    return float(np.where(left, np.where(listed, hit, miss), np.where(listed, false_alarm, rest)).sum())
