"""Comparison matrices to weights and consistency, and the matrices of many judges to one."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from workbench import checks
from workbench.ahp.comparisons import as_positive, check

__all__ = ["RANDOM_INDEX", "Consistency", "aggregate", "aggregate_priorities", "consistency", "weights"]

METHODS = ("eigenvector", "geometric_mean", "column_mean")
MEANS = ("geometric", "arithmetic")
Method = Literal["eigenvector", "geometric_mean", "column_mean"]
Mean = Literal["geometric", "arithmetic"]
RandomIndex = str | float | Sequence[float]

RANDOM_INDEX = {
    # Saaty, T. L. (1980), The Analytic Hierarchy Process, McGraw-Hill, p. 21.
    "saaty1980": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    # Saaty, T. L. (2008), Relative measurement and its generalization in decision making, RACSAM 102(2).
    "saaty2008": (0, 0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    # Alonso, J. A. & Lamata, M. T. (2006), Consistency in the AHP: a new approach, Int. J. Uncertainty,
    # Fuzziness and Knowledge-Based Systems 14(4), 445-459; 100,000 random matrices per order.
    "alonso_lamata2006": (
        *(0, 0, 0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854),
        *(1.5141, 1.5365, 1.5551, 1.5713, 1.5838),
    ),
}
"""Mean consistency index of random Saaty matrices of order 1, 2, 3, …, by source."""


class Consistency(NamedTuple):
    """Consistency of one matrix (floats) or of a stack (arrays of shape (m,))."""

    lambda_max: float | np.ndarray
    consistency_index: float | np.ndarray
    random_index: float
    consistency_ratio: float | np.ndarray


def weights(A: ArrayLike, method: Method = "eigenvector", *, reciprocal: bool = True) -> np.ndarray:
    """Derive the weights that the judgements imply.

    Parameters
    ----------
    A : array_like, shape (n, n) or (m, n, n)
        Comparison matrices, see `check`.
    method : {"eigenvector", "geometric_mean", "column_mean"}
        Principal right eigenvector (Saaty 1977); normalised geometric means of rows (Crawford & Williams
        1985); mean of the normalised columns. All agree on a consistent matrix, the first two whenever n ≤ 3
        and A is exactly reciprocal.
    reciprocal : bool
        False takes any positive matrix, such as the arithmetic mean of several.

    Returns
    -------
    ndarray, shape (n,) or (m, n)
        Weights > 0 of sum 1, larger = more important, at full precision.

    Raises
    ------
    ValueError
        As `check`; unknown method.

    References
    ----------
    Saaty, T. L. (1977), J. Mathematical Psychology 15, 234-281. Crawford, G. & Williams, C. (1985), same
    journal 29, 387-405.

    Examples
    --------
    >>> weights([[1, 1 / 2, 1 / 2], [2, 1, 2 / 3], [2, 3 / 2, 1]]).round(5).tolist()
    [0.19855, 0.34689, 0.45456]
    """
    return weights_of(check(A).matrix if reciprocal else as_positive(A), method)


def consistency(A: ArrayLike, random_index: RandomIndex = "saaty1980") -> Consistency:
    """Measure how far the judgements contradict each other.

    Not defined for a matrix that misses reciprocity by more than printed rounding: refused.

    Parameters
    ----------
    A : array_like, shape (n, n) or (m, n, n)
        Comparison matrices, see `check`.
    random_index : str, float or sequence
        Name of a table in `RANDOM_INDEX`, the random index itself, or a table of your own for n = 1, 2, 3, …

    Returns
    -------
    Consistency
        λ_max; consistency index (λ_max − n)/(n − 1); the random index used; their ratio, customarily
        acceptable below 0.1. Index and ratio are 0 for n ≤ 2.

    References
    ----------
    Saaty, T. L. (1980), The Analytic Hierarchy Process, McGraw-Hill, p. 21.

    Examples
    --------
    >>> A = [[1, 1 / 2, 1 / 2], [2, 1, 2 / 3], [2, 3 / 2, 1]]
    >>> round(consistency(A).consistency_ratio, 5), round(consistency(A, "saaty2008").consistency_ratio, 4)
    (0.01577, 0.0176)
    """
    A = check(A).matrix
    n = A.shape[-1]
    ri = _random_index(random_index, n)
    lambda_max = _perron(A)[1]
    lambda_max = np.where(
        abs(lambda_max - n) < 1e-12 * n, n, lambda_max
    )  # arithmetic noise of a consistent matrix
    ci = (lambda_max - n) / (n - 1) if n > 2 else np.zeros_like(lambda_max, dtype=float)
    ratio = ci / ri if n > 2 else ci
    fields = (lambda_max, ci, ratio) if A.ndim > 2 else (float(lambda_max), float(ci), float(ratio))
    return Consistency(fields[0], fields[1], ri, fields[2])


def aggregate(
    matrices: ArrayLike, how: Mean = "geometric", judge_weights: ArrayLike | None = None
) -> np.ndarray:
    """Aggregate individual judgements (AIJ): the matrices of several judges to one.

    The geometric mean is reciprocal again; the arithmetic one is not, so it has weights
    (``weights(…, reciprocal=False)``) but no consistency ratio: see `reciprocal_gap`.

    Parameters
    ----------
    matrices : array_like, shape (m, n, n)
        One comparison matrix per judge.
    how : {"geometric", "arithmetic"}
        Kind of mean, cell by cell.
    judge_weights : array_like, shape (m,), optional
        Importance of the judges, ≥ 0, on any scale: divided by their sum here. Default: equal.

    Returns
    -------
    ndarray, shape (n, n)

    References
    ----------
    Aczél, J. & Saaty, T. L. (1983), J. Mathematical Psychology 27, 93-102. Forman, E. & Peniwati, K. (1998),
    European J. Operational Research 108, 165-169.

    Examples
    --------
    >>> aggregate([[[1, 9], [1 / 9, 1]], [[1, 1], [1, 1]]]).round(6).tolist()
    [[1.0, 3.0], [0.333333, 1.0]]
    """
    matrices = stack(matrices)
    return _mean(matrices, how, checks.shares(judge_weights, range(len(matrices)), "judge_weights"))


def aggregate_priorities(
    matrices: ArrayLike,
    how: Mean = "geometric",
    judge_weights: ArrayLike | None = None,
    *,
    method: Method = "eigenvector",
) -> np.ndarray:
    """Aggregate individual priorities (AIP): the mean of the judges' own weights.

    Parameters
    ----------
    matrices : array_like, shape (m, n, n)
        One comparison matrix per judge.
    how : {"geometric", "arithmetic"}
        Kind of mean of the weights.
    judge_weights : array_like, shape (m,), optional
        Importance of the judges, ≥ 0, on any scale: divided by their sum here. Default: equal.
    method : as in `weights`

    Returns
    -------
    ndarray, shape (n,)
        Weights of sum 1.

    References
    ----------
    Forman, E. & Peniwati, K. (1998), European J. Operational Research 108, 165-169.

    Examples
    --------
    >>> aggregate_priorities([[[1, 9], [1 / 9, 1]], [[1, 1], [1, 1]]], how="arithmetic").round(6).tolist()
    [0.7, 0.3]
    """
    matrices = stack(matrices)
    shares = checks.shares(judge_weights, range(len(matrices)), "judge_weights")
    w = _mean(weights(matrices, method), how, shares)
    return w / w.sum()


def stack(matrices: ArrayLike) -> np.ndarray:
    """Check that there is one comparison matrix per judge, shape (m, n, n)."""
    A = check(matrices).matrix
    if A.ndim < 3:
        raise ValueError(f"Give one matrix per judge, a stack (m, n, n); the shape is {A.shape}.")
    return A


def _random_index(random_index, n):
    if isinstance(random_index, str):
        checks.one_of("random_index, unless it is a number,", random_index, RANDOM_INDEX)
        random_index = RANDOM_INDEX[random_index]
    table = checks.numbers(random_index, "random_index")
    if table.ndim and len(table) < n:
        raise ValueError(f"The random index table ends at n = {len(table)}; A has n = {n}. Give a number.")
    ri = float(table[n - 1] if table.ndim else table)
    if n > 2 and not 0 < ri < np.inf:
        raise ValueError(f"The random index must be a positive number; for n = {n} it is {ri:g}.")
    return ri


def _mean(values, how, shares):
    checks.one_of("how", how, MEANS)
    if how == "geometric":
        return np.exp(np.tensordot(shares, np.log(values), 1))
    return np.tensordot(shares, values, 1)


def weights_of(A: np.ndarray, method: Method) -> np.ndarray:
    """Return the weights of checked matrices, shape (n,) or (m, n)."""
    checks.one_of("method", method, METHODS)
    if method == "eigenvector":
        return _perron(A)[0]
    logarithmic = method == "geometric_mean"
    w = np.exp(np.log(A).mean(-1)) if logarithmic else (A / A.sum(-2, keepdims=True)).mean(-1)
    return w / w.sum(-1, keepdims=True)


def _perron(A, squarings=12):
    """Find the principal eigenvector (sum 1) and eigenvalue of non-negative primitive matrices.

    A to the power 2^k tends to rank one, and products of non-negative numbers lose no digits by cancellation.
    The smallest and largest of (A v) / v enclose the eigenvalue (Collatz 1942; Wielandt 1950), which proves
    the result; what has not converged by then goes to LAPACK.
    """
    power = A / A.max((-2, -1), keepdims=True)
    for _ in range(squarings):
        power = power @ power
        power /= power.max((-2, -1), keepdims=True)
        v = A @ power.sum(-1, keepdims=True)
        v /= v.sum(-2, keepdims=True)
        ratio = (A @ v) / v
        spread = ratio.max((-2, -1)) / ratio.min((-2, -1)) - 1
        if spread.max() < 1e-14 * A.shape[-1]:
            break
    else:
        return _perron_lapack(A)
    image = A @ v
    lambda_max = image.sum((-2, -1))  # v sums to 1
    return (image / lambda_max[..., None, None])[..., 0], lambda_max


def _perron_lapack(A):
    values, vectors = np.linalg.eig(A)
    at = values.real.argmax(-1)[..., None]
    v = abs(np.take_along_axis(vectors, at[..., None, :], -1)[..., 0])
    return v / v.sum(-1, keepdims=True), np.take_along_axis(values.real, at, -1)[..., 0]
