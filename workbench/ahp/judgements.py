"""Single judgements of a comparison matrix: rounded, doubtful, one step off; missing and mended ones in `repairs`.

Matrices as in `comparisons`; a step is the way from one value of Saaty's scale 1/9 … 1 … 9 to the next.
"""

from itertools import combinations, product
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.ahp.comparisons import check, from_upper, one_matrix, printed_interval, upper_of
from workbench.ahp.repairs import Repair, complete, repair
from workbench.ahp.scale import scale_position, scale_value
from workbench.ahp.weights import Method, RandomIndex, consistency, weights

__all__ = [
    "MonteCarlo",
    "Repair",
    "RoundingInterval",
    "Triad",
    "complete",
    "monte_carlo",
    "rank_probability",
    "repair",
    "rounding_interval",
    "step_sensitivity",
    "worst_triad",
]


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


def rounding_interval(
    A: ArrayLike,
    decimals: int,
    *,
    cells: Literal["both", "upper", "lower"] = "both",
    random_index: RandomIndex = "saaty1980",
) -> RoundingInterval:
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
    checks.one_of("cells", cells, ("both", "upper", "lower"))
    ends = printed_interval(A, decimals, cells=cells)
    bounds = np.array([_extreme_weights(*ends, i) for i in range(3)])
    corners = np.array(list(product(*ends.T)))
    errors = corners @ [1, -1, 1]  # log of a01 · a12 / a02, linear: its extremes are at corners
    size = max(0.0, errors.min(), -errors.max()), abs(errors).max()
    ri = consistency(A, random_index).random_index
    # n = 3: λ_max = 1 + 2 cosh(error / 3)
    return RoundingInterval(bounds[:, 0], bounds[:, 1], tuple(float((np.cosh(s / 3) - 1) / ri) for s in size))


def worst_triad(A: ArrayLike) -> Triad:
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
    A = one_matrix(A, least=3)
    triads = np.array(list(combinations(range(len(A)), 3)))
    i, j, k = triads.T
    errors = abs(np.log(A[i, j] * A[j, k] * A[k, i]))
    i, j, k = (int(e) for e in triads[errors.argmax()])
    return Triad((i, j, k), float(A[i, k]), float(A[i, j] * A[j, k]), float(errors.max()))


def step_sensitivity(
    A: ArrayLike, method: Method = "eigenvector", *, random_index: RandomIndex = "saaty1980"
) -> pd.DataFrame:
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
    A = one_matrix(A)
    upper, (i, j) = upper_of(A), np.triu_indices(len(A), 1)
    at = scale_position(upper)
    pair, step = (a.ravel() for a in np.meshgrid(range(len(upper)), [-1, 1], indexing="ij"))
    possible = (at[pair] + step >= 0) & (at[pair] + step <= 16)
    pair, step = pair[possible], step[possible]
    moved = np.tile(upper, (len(pair), 1))
    moved[range(len(pair)), pair] = scale_value(at[pair] + step)
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
    A: ArrayLike,
    n_draws: int = 10_000,
    *,
    spread: float = 1.0,
    method: Method = "eigenvector",
    random_index: RandomIndex = "saaty1980",
    random_state: np.random.Generator | int | None = 0,
) -> MonteCarlo:
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
    A = one_matrix(A)
    checks.whole_number("n_draws", n_draws)
    checks.number("spread", spread, above=0)
    at = scale_position(upper_of(A))
    moves = checks.generator(random_state).uniform(-spread, spread, (n_draws, len(at)))
    matrices = from_upper(scale_value(np.clip(at + moves, 0, 16)))
    w = weights(matrices, method)
    acceptable = consistency(matrices, random_index).consistency_ratio < 0.1
    return MonteCarlo(w, rank_probability(w), float(acceptable.mean()))


def rank_probability(draws: ArrayLike) -> np.ndarray:
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
    order = _order(checks.finite_table(draws, "draws"))
    better, equal = (order < 0).sum(-1)[..., None], (order == 0).sum(-1)[..., None]
    ranks = np.arange(order.shape[-1])
    return (((ranks >= better) & (ranks < better + equal)) / equal).mean(0)


def _order(w):
    """Compare each element with each other: −1 where the other is heavier, 0 where they tie."""
    difference = w[..., :, None] - w[..., None, :]
    return np.where(abs(difference) < 1e-12, 0, np.sign(difference))


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
