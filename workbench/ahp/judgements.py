"""Single judgements of a comparison matrix: missing, rounded, doubtful, one step off, mended.

Matrices as in `comparisons`; a step is the way from one value of Saaty's scale 1/9 … 1 … 9 to the next.
"""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components

from workbench.ahp.comparisons import check, from_upper, printed_interval
from workbench.ahp.weights import SAATY_SCALE, consistency, weights


class RoundingInterval(NamedTuple):
    """Lowest and highest weights (n,) and consistency ratios that the printed decimals allow."""

    low: np.ndarray
    high: np.ndarray
    consistency_ratio: tuple[float, float]


class Triad(NamedTuple):
    """Elements i, j, k: the stated A[i, k] against ``implied`` = A[i, j] · A[j, k]."""

    elements: tuple[int, int, int]
    stated: float
    implied: float
    log_error: float


class MonteCarlo(NamedTuple):
    """Weights under random errors of judgement.

    ``weights`` (n_draws, n); ``rank_probability`` (n, n), row = element, column = rank from the first, rows
    and columns summing to 1; ``acceptable`` = share of the draws with a consistency ratio below 0.1.
    """

    weights: np.ndarray
    rank_probability: np.ndarray
    acceptable: float


class Repair(NamedTuple):
    """A mended matrix, its ``changes`` as (i, j, old, new), ``steps`` in all, whether proved ``minimal``."""

    matrix: np.ndarray
    changes: list[tuple[int, int, float, float]]
    steps: float
    consistency_ratio: float
    minimal: bool


def complete(A, method="eigenvector"):
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
    A = np.array(A, float)
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
    if method == "geometric_mean":
        laplacian = np.diag(known.sum(1)) - known.astype(float)
        # + 1 everywhere picks the solution whose logarithms sum to 0
        return np.exp(np.linalg.solve(laplacian + 1, np.log(np.where(known, A, 1)).sum(1)))
    raise ValueError(f"method must be 'eigenvector' or 'geometric_mean', not {method!r}.")


def rounding_interval(A, decimals, *, cells="both", random_index="saaty1980"):
    """Bound the weights over all reciprocal 3 × 3 matrices whose entries round to the printed ones.

    Exact: w[i] rises with both judgements of i and 1 / w[i] is convex in the logarithm of the third, so
    extremes lie at the ends of the intervals or where the two others tie.

    Parameters
    ----------
    A : array_like, shape (3, 3)
        Printed comparison matrix.
    decimals : int
        Decimals printed.
    cells : {"both", "upper", "lower"}
        Which printed cells must be met: both triangles, or one alone, the other being its exact reciprocals.
    random_index : as in `consistency`

    Returns
    -------
    RoundingInterval
        ``low`` and ``high`` (3,), the range of each weight by itself; ``consistency_ratio`` likewise.

    Examples
    --------
    >>> quoted = [[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]]
    >>> rounding_interval(quoted, 2).high.round(4).tolist()
    [0.221, 0.3412, 0.44]
    """
    A = check(A).matrix
    if A.shape != (3, 3):
        raise ValueError(f"rounding_interval is exact for one 3 by 3 matrix; A has shape {A.shape}.")
    if cells not in ("both", "upper", "lower"):
        raise ValueError(f"cells must be 'both', 'upper' or 'lower', not {cells!r}.")
    ends = printed_interval(A, decimals, cells=cells)
    bounds = np.array([_extreme_weights(*ends, i) for i in range(3)])
    corners = np.array(list(product(*ends.T)))
    errors = corners @ [1, -1, 1]  # log of a01 · a12 / a02, linear: its extremes are at corners
    size = max(0.0, errors.min(), -errors.max()), abs(errors).max()
    ri = consistency(A, random_index).random_index
    # n = 3: λ_max = 1 + 2 cosh(error / 3)
    return RoundingInterval(bounds[:, 0], bounds[:, 1], tuple(float((np.cosh(s / 3) - 1) / ri) for s in size))


def worst_triad(A):
    """Find the three elements whose judgements contradict each other most. Not defined for n < 3.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Comparison matrix, see `comparisons.check`.

    Returns
    -------
    Triad
        With the largest abs(log(A[i, j] A[j, k] A[k, i])), 0 where consistent, i < j < k.

    References
    ----------
    The triads of Koczkodaj, W. W. (1993), Mathematical and Computer Modelling 18(7), 79-84, in logarithms.

    Examples
    --------
    >>> t = worst_triad([[1, 2, 1], [1 / 2, 1, 4], [1, 1 / 4, 1]])
    >>> t.elements, t.stated, t.implied
    ((0, 1, 2), 1.0, 8.0)
    """
    A = _one(A, least=3)
    triads = np.array(list(combinations(range(len(A)), 3)))
    i, j, k = triads.T
    errors = abs(np.log(A[i, j] * A[j, k] * A[k, i]))
    i, j, k = (int(e) for e in triads[errors.argmax()])
    return Triad((i, j, k), float(A[i, k]), float(A[i, j] * A[j, k]), float(errors.max()))


def step_sensitivity(A, method="eigenvector", *, random_index="saaty1980"):
    """Move each judgement one step down and up the scale, one at a time.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Comparison matrix with entries from 1/9 to 9; one between two scale values moves to the same place (in
        logarithms) between the next two.
    method, random_index : as in `ahp.weights` and `ahp.consistency`

    Returns
    -------
    DataFrame
        One row per possible move: ``row, column, judgement, moved_to, step`` (−1, +1), ``weights`` (array),
        ``largest_shift`` of a weight, ``order_changed`` (of the elements by weight), ``consistency_ratio``. A
        judgement at an end of the scale has one move.

    Examples
    --------
    >>> step_sensitivity([[1, 9], [1 / 9, 1]])[["judgement", "moved_to", "step"]].values.tolist()
    [[9.0, 8.0, -1.0]]
    """
    A = _one(A)
    upper, (i, j) = _upper(A), np.triu_indices(len(A), 1)
    at = _scale_position(upper)
    pair, step = (a.ravel() for a in np.meshgrid(range(len(upper)), [-1, 1], indexing="ij"))
    possible = (at[pair] + step >= 0) & (at[pair] + step <= 16)
    pair, step = pair[possible], step[possible]
    moved = np.tile(upper, (len(pair), 1))
    moved[range(len(pair)), pair] = _scale_value(at[pair] + step)
    matrices = from_upper(moved)
    w, base = weights(matrices, method), weights(from_upper(upper), method)
    return pd.DataFrame(
        {
            "row": i[pair],
            "column": j[pair],
            "judgement": upper[pair],
            "moved_to": moved[range(len(pair)), pair],
            "step": step,
            "weights": list(w),
            "largest_shift": abs(w - base).max(1),
            "order_changed": (_order(w) != _order(base)).any((1, 2)),
            "consistency_ratio": consistency(matrices, random_index).consistency_ratio,
        }
    )


def monte_carlo(
    A, n_draws=10_000, *, spread=1.0, method="eigenvector", random_index="saaty1980", random_state=0
):
    """Draw random errors for all judgements at once and see how often each element takes each rank.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Comparison matrix with entries from 1/9 to 9.
    n_draws : int
        Matrices drawn.
    spread : float
        Each judgement moves by a uniform number of steps between −spread and +spread, stopping at the ends of
        the scale; between the scale's values it is interpolated in logarithms.
    method, random_index : as in `ahp.weights` and `ahp.consistency`
    random_state : int or Generator

    Returns
    -------
    MonteCarlo

    Examples
    --------
    >>> monte_carlo([[1, 3], [1 / 3, 1]], 100).rank_probability.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    A = _one(A)
    if n_draws < 1 or not spread > 0:
        raise ValueError(f"n_draws must be at least 1 and spread above 0, not {n_draws} and {spread}.")
    at = _scale_position(_upper(A))
    moves = np.random.default_rng(random_state).uniform(-spread, spread, (n_draws, len(at)))
    matrices = from_upper(_scale_value(np.clip(at + moves, 0, 16)))
    w = weights(matrices, method)
    acceptable = consistency(matrices, random_index).consistency_ratio < 0.1
    return MonteCarlo(w, rank_probability(w), float(acceptable.mean()))


def rank_probability(draws):
    """Count how often each element takes each rank over many draws of weights or scores.

    Parameters
    ----------
    draws : array_like, shape (m, n)
        Larger = better; elements that tie to 12 digits share their ranks equally.

    Returns
    -------
    ndarray, shape (n, n)
        Row = element, column = rank from the first; rows and columns sum to 1.

    Examples
    --------
    >>> rank_probability([[0.7, 0.2, 0.1], [0.4, 0.4, 0.2]]).tolist()
    [[0.75, 0.25, 0.0], [0.25, 0.75, 0.0], [0.0, 0.0, 1.0]]
    """
    order = _order(np.asarray(draws, float))
    better, equal = (order < 0).sum(-1)[..., None], (order == 0).sum(-1)[..., None]
    ranks = np.arange(order.shape[-1])
    return (((ranks >= better) & (ranks < better + equal)) / equal).mean(0)


def repair(A, consistency_ratio_max=0.1, *, random_index="saaty1980", max_changes=3):
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
    A = _one(A)
    if not consistency_ratio_max > 0:
        raise ValueError(f"consistency_ratio_max must be above 0, not {consistency_ratio_max}.")
    start = now = _upper(A)
    _scale_position(start)
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
        steps = abs(_scale_position(tried) - _scale_position(upper)).sum(1)
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
    steps = float(abs(_scale_position(now) - _scale_position(start)).sum())
    return Repair(A, changes, steps, float(_ratios(now[None], random_index)[0]), minimal)


def _one(A, least=2):
    A = check(A).matrix
    if A.ndim > 2 or len(A) < least:
        raise ValueError(f"Give one matrix with n at least {least}; the shape is {A.shape}.")
    return A


def _upper(A):
    return A[np.triu_indices(len(A), 1)]


def _order(w):
    """Compare each element with each other: −1 where the other is heavier, 0 where they tie."""
    difference = w[..., :, None] - w[..., None, :]
    return np.where(abs(difference) < 1e-12, 0, np.sign(difference))


def _scale_position(judgements):
    """Place judgements on Saaty's scale: 0 for 1/9, 8 for 1, 16 for 9, fractions between."""
    off = (judgements < 1 / 9 - 1e-12) | (judgements > 9 + 1e-12)
    if off.any():
        raise ValueError(f"Judgements must lie between 1/9 and 9; one is {judgements[off][0]:g}.")
    return np.interp(np.log(judgements), np.log(SAATY_SCALE), np.arange(17))


def _scale_value(position):
    nearest = np.rint(position).astype(int)
    between = np.exp(np.interp(position, np.arange(17), np.log(SAATY_SCALE)))
    return np.where(abs(position - nearest) < 1e-9, SAATY_SCALE[nearest], between)


def _extreme_weights(low, high, i):
    """Bound w[i] over the 3 by 3 reciprocal matrices whose log judgements lie in [low, high]."""
    jk = 2 - i  # 12, 02, 01 leave out 0, 1, 2
    tie = np.array([[1, -1, 0], [-1, 0, -1], [0, -1, 1]])[i] / 2
    found = []
    for corner in product(*zip(low, high, strict=True)):
        x = np.array(corner)
        found.append(x)
        x = x.copy()
        x[jk] = np.clip(tie @ x, low[jk], high[jk])
        found.append(x)
    w = weights(from_upper(np.exp(found)), "geometric_mean")[:, i]
    return w.min(), w.max()
