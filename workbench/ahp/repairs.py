"""Comparison matrices mended: missing judgements filled, contradictory ones changed as little as possible."""

from itertools import combinations, product
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.csgraph import connected_components

from workbench import checks
from workbench.ahp.comparisons import check, from_upper, one_matrix, upper_of
from workbench.ahp.scale import SAATY_SCALE, scale_position
from workbench.ahp.weights import RandomIndex, consistency

__all__ = ["Repair", "complete", "repair"]


class Repair(NamedTuple):
    """A mended matrix, its ``changes`` as (i, j, old, new), ``steps`` in all, whether proved ``minimal``."""

    matrix: np.ndarray
    changes: list[tuple[int, int, float, float]]
    steps: float
    consistency_ratio: float
    minimal: bool


def complete(A: ArrayLike, method: Literal["eigenvector", "geometric_mean"] = "eigenvector") -> np.ndarray:
    """Fill missing judgements (NaN) with the ratio of the weights that the others imply.

    `weights` of the result, by the same method, are the weights of the incomplete matrix: Harker's (1987) for
    "eigenvector", logarithmic least squares (Bozóki, Fülöp & Rónyai 2010) for "geometric_mean". Not defined
    if the comparisons fall into separate groups.

    Parameters
    ----------
    A : array_like, shape (n, n)
        NaN in both cells of a pair that was not compared; one NaN of a pair is read from the other.
    method : {"eigenvector", "geometric_mean"}

    Returns
    -------
    ndarray, shape (n, n)
        Known judgements kept as given.

    References
    ----------
    Harker, P. T. (1987), Mathematical Modelling 9(11), 837-848. Bozóki, S., Fülöp, J. & Rónyai, L. (2010),
    Mathematical and Computer Modelling 52, 318-333, theorem 4.

    Examples
    --------
    >>> complete([[1, 2, float("nan")], [1 / 2, 1, 3], [float("nan"), 1 / 3, 1]])[0].round(6).tolist()
    [1.0, 2.0, 6.0]
    """
    checks.one_of("method", method, ("eigenvector", "geometric_mean"))
    A = checks.numbers(A, "A")
    if A.ndim != 2 or A.shape[0] != A.shape[1] or not A.size:
        raise ValueError(f"complete takes one square matrix; the shape is {A.shape}.")
    A = np.where(np.isnan(A), 1 / A.T, A)
    known = ~np.isnan(A)
    check(np.where(known, A, 1))
    _refuse_separate(known)
    w = _implied_weights(A, known, method)
    return np.where(known, A, w[:, None] / w)


def _refuse_separate(known):
    count, group = connected_components(known)
    if count > 1:
        parts = " and ".join(str(np.flatnonzero(group == g).tolist()) for g in range(count))
        raise ValueError(f"The comparisons fall into separate groups {parts}: judge a pair that links them.")


def _implied_weights(A, known, method):
    if method == "eigenvector":
        # Harker: 0 for a missing judgement, and their number in the row added to the diagonal
        values, vectors = np.linalg.eig(np.where(known, A, 0) + np.diag((~known).sum(1)))
        return abs(vectors[:, values.real.argmax()])
    laplacian = np.diag(known.sum(1)) - known.astype(float)
    # + 1 everywhere picks the solution whose logarithms sum to 0
    return np.exp(np.linalg.solve(laplacian + 1, np.log(np.where(known, A, 1)).sum(1)))


def repair(
    A: ArrayLike,
    consistency_ratio_max: float = 0.1,
    *,
    random_index: RandomIndex = "saaty1980",
    max_changes: int = 3,
) -> Repair:
    """Change as few judgements as possible, by as few steps as possible, until A is consistent enough.

    Fewest judgements, then fewest steps, then the lowest consistency ratio: every value of the scale is tried
    for up to ``max_changes`` judgements together if n ≤ 4, for single ones beyond. Failing that it is greedy:
    the change that lowers the ratio most is made, again and again, which need not be minimal and says so.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Comparison matrix with entries from 1/9 to 9.
    consistency_ratio_max : float
        The ratio must fall below it.
    random_index : as in `ahp.consistency`
    max_changes : int
        Judgements changed together in the exhaustive search.

    Returns
    -------
    Repair
        A itself with no changes if it was consistent enough.

    Examples
    --------
    >>> repair([[1, 2, 1], [1 / 2, 1, 4], [1, 1 / 4, 1]]).changes
    [(0, 1, 2.0, 0.5)]
    """
    A = one_matrix(A)
    checks.number("consistency_ratio_max", consistency_ratio_max, above=0)
    checks.whole_number("max_changes", max_changes)
    start = now = upper_of(A)
    scale_position(start)
    if _ratios(now[None], random_index)[0] < consistency_ratio_max:
        return _repaired(start, now, random_index, True)
    deepest = max_changes if len(A) <= 4 else 1
    for n_changes in range(1, deepest + 1):
        best, ratio = _best_change(now, n_changes, consistency_ratio_max, random_index)
        if ratio < consistency_ratio_max:
            return _repaired(start, best, random_index, True)
    while (ratio := _ratios(now[None], random_index)[0]) >= consistency_ratio_max:
        now, lower = _best_change(now, 1, consistency_ratio_max, random_index)
        if lower >= ratio:
            raise ValueError(f"No single change lowers the consistency ratio {ratio:.3g} further.")
    return _repaired(start, now, random_index, False)


def _best_change(upper, n_changes, limit, random_index):
    """Try every change of n_changes judgements: fewest steps that meet the limit, else the lowest ratio."""
    values = np.array(list(product(SAATY_SCALE, repeat=n_changes)))
    best, key = upper, (np.inf, np.inf)
    for cells in combinations(range(len(upper)), n_changes):
        tried = np.tile(upper, (len(values), 1))
        tried[:, cells] = values
        ratios = _ratios(tried, random_index)
        steps = abs(scale_position(tried) - scale_position(upper)).sum(1)
        order = np.lexsort((ratios, np.where(ratios < limit, steps.round(9), np.inf)))[0]
        found = (steps[order].round(9) if ratios[order] < limit else np.inf, ratios[order])
        if found < key:
            best, key = tried[order], found
    return best, key[-1]


def _ratios(upper, random_index):
    return consistency(from_upper(upper), random_index).consistency_ratio


def _repaired(start, now, random_index, minimal):
    A = from_upper(now)
    i, j = np.triu_indices(len(A), 1)
    changed = np.flatnonzero(abs(np.log(now / start)) > 1e-12)
    changes = [(int(i[c]), int(j[c]), float(start[c]), float(now[c])) for c in changed]
    steps = float(abs(scale_position(now) - scale_position(start)).sum())
    return Repair(A, changes, steps, float(_ratios(now[None], random_index)[0]), minimal)
