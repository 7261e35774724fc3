"""AHP: comparison matrices to weights and consistency, many judges to one, and back from weights to matrices.

Matrices are built and checked in `comparisons`, whose names are offered here too; what one judgement does is
in `judgements`, who disagrees with whom in `judges`.
"""

from math import comb
from typing import NamedTuple

import numpy as np

from workbench.ahp.comparisons import (
    as_positive,
    check,
    from_judgements,
    from_upper,
    reciprocal,
    reciprocal_gap,
)
from workbench.checks import did_you_mean

__all__ = [
    "RANDOM_INDEX",
    "SAATY_SCALE",
    "aggregate",
    "aggregate_priorities",
    "check",
    "consistency",
    "from_judgements",
    "from_upper",
    "reciprocal",
    "reciprocal_gap",
    "recover",
    "weights",
]

SAATY_SCALE = np.r_[1 / np.arange(9.0, 1, -1), np.arange(1.0, 10)]
"""The 17 judgements 1/9 … 1 … 9 (Saaty 1977)."""

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


class Recovery(NamedTuple):
    """What a search for the Saaty matrices behind printed weights found.

    ``solutions`` (number, n, n); ``nearest`` is the closest matrix, ``nearest_weights`` its weights and
    ``error`` their largest distance from the printed ones; ``candidates`` met the consistency limit.
    ``exhaustive`` says whether every matrix was looked at; only then can a solution be ``unique`` and is
    ``chance`` (of a hit by arbitrary weights) not NaN.
    """

    solutions: np.ndarray
    number: int
    unique: bool
    chance: float
    nearest: np.ndarray
    nearest_weights: np.ndarray
    error: float
    candidates: int
    exhaustive: bool


def weights(A, method="eigenvector", *, reciprocal=True):
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
    return _weights(check(A).matrix if reciprocal else as_positive(A), method)


def consistency(A, random_index="saaty1980"):
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


def aggregate(matrices, how="geometric", judge_weights=None):
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
        Importance of the judges, ≥ 0, normalised here; equal by default.

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
    matrices = _stack(matrices)
    return _mean(matrices, how, _shares(judge_weights, len(matrices)))


def aggregate_priorities(matrices, how="geometric", judge_weights=None, *, method="eigenvector"):
    """Aggregate individual priorities (AIP): the mean of the judges' own weights.

    Parameters
    ----------
    matrices : array_like, shape (m, n, n)
        One comparison matrix per judge.
    how : {"geometric", "arithmetic"}
        Kind of mean of the weights.
    judge_weights : array_like, shape (m,), optional
        Importance of the judges, ≥ 0, normalised here; equal by default.
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
    matrices = _stack(matrices)
    w = _mean(weights(matrices, method), how, _shares(judge_weights, len(matrices)))
    return w / w.sum()


def recover(
    weights,
    *,
    decimals,
    consistency_ratio_max=0.1,
    method="eigenvector",
    random_index="saaty1980",
    n_samples=200_000,
    random_state=0,
):
    """Search the Saaty matrices whose weights round to printed ones.

    For n ≤ 3 every matrix on the scale is tried (4,913 for n = 3); beyond, random ones near the printed
    ratios are: a solution found is one, but none found, or only one, proves nothing.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Printed weights > 0, kept as given; their sum may miss 1 by what rounding allows.
    decimals : int
        Decimals printed.
    consistency_ratio_max : float
        Only matrices with a consistency ratio below it count.
    method, random_index : as in `weights` and `consistency`
    n_samples, random_state : int
        Matrices drawn if n > 3, and the seed.

    Returns
    -------
    Recovery
        ``chance`` is the number of distinct printed vectors that the admissible matrices reach over the
        number of vectors of positive weights with these decimals and sum 1, one in so many being hit.

    Raises
    ------
    ValueError
        Weights not positive, of more decimals than said, or not of sum 1 within rounding.

    Examples
    --------
    >>> found = recover([0.1312, 0.7928, 0.0760], decimals=4)
    >>> found.number, found.solutions[0].round(3)[0].tolist(), f"{found.chance:.0e}"
    (1, [1.0, 0.143, 2.0], '2e-05')
    """
    printed = _printed_weights(weights, decimals)
    n = len(printed)
    exhaustive = n <= 3
    judgements = _every_judgement(n) if exhaustive else _near_judgements(printed, n_samples, random_state)
    matrices = from_upper(judgements)
    matrices = matrices[consistency(matrices, random_index).consistency_ratio < consistency_ratio_max]
    if not len(matrices):
        raise ValueError(f"No matrix has a consistency ratio below {consistency_ratio_max}: raise it.")
    w = _weights(matrices, method)
    errors = abs(w - printed).max(-1)
    hits = errors <= 0.5 * 10.0**-decimals + 1e-12
    nearest = int(errors.argmin())
    reached = len(np.unique(np.rint(w * 10**decimals), axis=0))
    return Recovery(
        solutions=matrices[hits],
        number=int(hits.sum()),
        unique=bool(exhaustive and hits.sum() == 1),
        chance=reached / comb(10**decimals - 1, n - 1) if exhaustive else float("nan"),
        nearest=matrices[nearest],
        nearest_weights=w[nearest],
        error=float(errors[nearest]),
        candidates=len(matrices),
        exhaustive=exhaustive,
    )


def _printed_weights(weights, decimals):
    w = np.asarray(weights, float)
    if w.ndim != 1 or len(w) < 2:
        raise ValueError(f"weights must be a vector of at least two, not of shape {w.shape}.")
    for i in np.flatnonzero(~(np.isfinite(w) & (w > 0))):
        raise ValueError(f"weights must be positive and finite: weights[{i}] = {w[i]:g}.")
    for i in np.flatnonzero(abs(w - w.round(decimals)) > 1e-12):
        raise ValueError(f"weights[{i}] = {w[i]!s} has more than decimals={decimals} decimals.")
    if abs(w.sum() - 1) > len(w) * 0.5 * 10.0**-decimals + 1e-12:
        raise ValueError(
            f"weights must sum to 1 within rounding to {decimals} decimals; they sum to {w.sum():.6g}."
        )
    return w


def _every_judgement(n):
    return np.stack(np.meshgrid(*[SAATY_SCALE] * comb(n, 2), indexing="ij"), -1).reshape(-1, comb(n, 2))


def _near_judgements(w, n_samples, random_state):
    """Draw upper triangles within two steps of the ratios of the weights, without repetition."""
    rng = np.random.default_rng(random_state)
    i, j = np.triu_indices(len(w), 1)
    at = np.rint(np.interp(np.log(w[i] / w[j]), np.log(SAATY_SCALE), np.arange(17))).astype(int)
    steps = rng.choice([-2, -1, 0, 1, 2], (n_samples, len(i)), p=[0.1, 0.2, 0.4, 0.2, 0.1])
    return SAATY_SCALE[np.unique(np.clip(at + steps, 0, 16), axis=0)]


def _stack(matrices):
    A = check(matrices).matrix
    if A.ndim < 3:
        raise ValueError(f"Give one matrix per judge, a stack (m, n, n); the shape is {A.shape}.")
    return A


def _shares(judge_weights, m):
    w = np.ones(m) if judge_weights is None else np.asarray(judge_weights, float)
    if w.shape != (m,):
        raise ValueError(f"judge_weights must hold one number per judge ({m}); the shape is {w.shape}.")
    for i in np.flatnonzero(~(np.isfinite(w) & (w >= 0))):
        raise ValueError(f"judge_weights must be finite and not negative: judge_weights[{i}] = {w[i]:g}.")
    if not w.any():
        raise ValueError("judge_weights are all 0: at least one judge must count.")
    return w / w.sum()


def _random_index(random_index, n):
    if isinstance(random_index, str):
        if random_index not in RANDOM_INDEX:
            raise ValueError(
                f"Unknown random_index {random_index!r}{did_you_mean(random_index, RANDOM_INDEX)} "
                f"Tables: {', '.join(RANDOM_INDEX)}, or give a number."
            )
        random_index = RANDOM_INDEX[random_index]
    table = np.asarray(random_index, float)
    if table.ndim and len(table) < n:
        raise ValueError(f"The random index table ends at n = {len(table)}; A has n = {n}. Give a number.")
    ri = float(table[n - 1] if table.ndim else table)
    if n > 2 and not 0 < ri < np.inf:
        raise ValueError(f"The random index must be a positive number; for n = {n} it is {ri:g}.")
    return ri


def _mean(values, how, shares):
    if how == "geometric":
        return np.exp(np.tensordot(shares, np.log(values), 1))
    if how == "arithmetic":
        return np.tensordot(shares, values, 1)
    raise ValueError(f"how must be 'geometric' or 'arithmetic', not {how!r}.")


def _weights(A, method):
    if method == "eigenvector":
        return _perron(A)[0]
    if method == "geometric_mean":
        w = np.exp(np.log(A).mean(-1))
    elif method == "column_mean":
        w = (A / A.sum(-2, keepdims=True)).mean(-1)
    else:
        raise ValueError(f"method must be 'eigenvector', 'geometric_mean' or 'column_mean', not {method!r}.")
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
