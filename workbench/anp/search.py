"""Search the networks whose limit weights round to printed ones."""

from itertools import product
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from workbench import ahp, checks

__all__ = ["NetworkRecovery", "recover_network"]

_WIDEST, _MOST = 1e-3, 500_000  # radius and number of networks of four beyond which no nearest is sought


class NetworkRecovery(NamedTuple):
    """What an exhaustive search for the networks behind printed limit weights found.

    ``number`` sets of judgements hit the print, with ``distinct`` supermatrices; ``judgements`` (number, n, pairs)
    are the upper triangles under each element, ``solutions`` (number, n, n) the supermatrices and ``limits``
    (number, n) their weights. ``candidates`` sets there are in all. ``nearest`` is the closest supermatrix,
    ``nearest_limit`` its weights, ``error`` their largest distance from the printed ones; all NaN for n = 4 if
    none is within about .002.
    """

    number: int
    distinct: int
    judgements: np.ndarray
    solutions: np.ndarray
    limits: np.ndarray
    candidates: int
    nearest: np.ndarray
    nearest_limit: np.ndarray
    error: float


def recover_network(
    limit: ArrayLike,
    *,
    decimals: int,
    consistency_ratio_max: float = 0.1,
    random_index: ahp.RandomIndex = "saaty1980",
) -> NetworkRecovery:
    """Find every network of one judge on Saaty's scale whose limit weights round to printed ones.

    Under each element all the others are compared, so that the supermatrix has a zero diagonal. The search is
    exhaustive: for n = 3 all 17³ = 4,913 networks are solved. For n = 4, with about 10¹² of them, W v − v can be
    no larger than rounding of v allows; it is a sum over the columns, of which two and two are tabulated and
    matched, and what matches is solved.

    Parameters
    ----------
    limit : array_like, shape (3,) or (4,)
        Printed limit weights > 0; their sum may miss 1 by what rounding allows.
    decimals : int
        Decimals printed; three at least for n = 4, where two fit thousands of millions of networks.
    consistency_ratio_max : float
        Only comparisons with a consistency ratio below it count (n = 4; two elements are always consistent).
    random_index : as in `ahp.consistency`

    Returns
    -------
    NetworkRecovery

    Raises
    ------
    ValueError
        As `ahp.recover`; n other than 3 or 4, or 4 with fewer than 3 decimals; no comparison below
        consistency_ratio_max.

    Examples
    --------
    >>> found = recover_network([0.3414, 0.4238, 0.2347], decimals=4)
    >>> found.number, found.candidates, round(found.error, 4)
    (0, 4913, 0.0061)
    """
    v = _printed(limit, decimals)
    n = len(v)
    if n == 4 and decimals < 3:
        raise ValueError(f"Four weights need at least 3 decimals to be searched; decimals={decimals}.")
    half = 0.5 * 10.0**-decimals + 1e-12
    upper, w = _comparisons(n - 1, consistency_ratio_max, random_index)
    _, first, same = np.unique(w.round(12), axis=0, return_index=True, return_inverse=True)
    columns = np.zeros((n, len(first), n))  # by element influenced, by option, by element influencing
    for j in range(n):
        columns[j][:, np.arange(n) != j] = w[first]
    options, limits, errors = _near(columns, v, half)
    hits = np.flatnonzero(errors <= half)
    alike = [np.flatnonzero(same == option) for option in range(len(first))]
    judged = [list(product(*(alike[option] for option in options[k]))) for k in hits]
    at = np.repeat(hits, [len(sets) for sets in judged])
    judged = np.array([one for sets in judged for one in sets], int).reshape(-1, n)
    return NetworkRecovery(
        number=len(judged),
        distinct=len(hits),
        judgements=upper[judged],
        solutions=_matrices(columns, options[at]),
        limits=limits[at],
        candidates=len(upper) ** n,
        nearest=_matrices(columns, options[errors.argmin()]) if len(errors) else np.full((n, n), np.nan),
        nearest_limit=limits[errors.argmin()] if len(errors) else np.full(n, np.nan),
        error=float(errors.min()) if len(errors) else float("nan"),
    )


def _printed(limit, decimals):
    shape = np.shape(limit)
    if shape not in ((3,), (4,)):
        raise ValueError(f"limit must hold 3 or 4 weights, what can be searched whole; its shape is {shape}.")
    return checks.printed_weights(limit, decimals, "limit")


def _comparisons(n, consistency_ratio_max, random_index):
    """Upper triangles of the admissible Saaty matrices of order n, and their weights."""
    upper = np.array(list(product(ahp.SAATY_SCALE, repeat=comb(n, 2))))
    matrices = ahp.from_upper(upper)
    kept = ahp.consistency(matrices, random_index).consistency_ratio < consistency_ratio_max
    if not kept.any():
        raise ValueError(f"No comparison has a consistency ratio below {consistency_ratio_max}: raise it.")
    return upper[kept], ahp.weights(matrices[kept])


def _near(columns, v, radius):
    """All networks with limits within a radius of v, and others; it widens until there is one, or too many."""
    if len(v) == 3:
        return _solved(columns, v, _every_option(columns))
    match = _matcher(columns, v)
    while True:
        options = match(radius)
        found = _solved(columns, v, options)
        if (found[2] <= radius).any() or radius > _WIDEST or len(options) > _MOST:
            within = found[2] <= radius
            return tuple(part[within] for part in found)
        radius *= 2


def _solved(columns, v, options):
    """Options, their limits, and how far these are from v."""
    limits = _stationary(_matrices(columns, options))
    return options, limits, abs(limits - v).max(-1)


def _every_option(columns):
    return np.array(list(product(range(columns.shape[1]), repeat=len(columns))))


def _matcher(columns, v):
    """Prepare the search for options that a limit within a radius of v allows: a superset of those it has.

    With W (v + δ) = v + δ, row i of W v − v is δ_i − Σ_j W_ij δ_j: at most 4 radii, entries of W being at most 1
    and the diagonal 0. W v is a sum over columns; two and two of them have to meet.
    """
    m = columns.shape[1]
    parts = columns * v[:, None, None]
    left = (parts[0][:, None] + parts[1]).reshape(-1, 4)
    right = (v - parts[2][:, None] - parts[3]).reshape(-1, 4)
    # The fourth row is what the others leave.
    trees = [cKDTree(side[:, :3], balanced_tree=False, compact_nodes=False) for side in (left, right)]

    def match(radius):
        pairs = trees[0].sparse_distance_matrix(trees[1], 4 * radius + 1e-12, p=np.inf, output_type="ndarray")
        options = np.stack([*np.divmod(pairs["i"], m), *np.divmod(pairs["j"], m)], -1)
        residual = left[pairs["i"]] - right[pairs["j"]]
        bound = radius * (1 + _matrices(columns, options).sum(-1)) + 1e-12
        return options[(abs(residual) <= bound).all(-1)]

    return match


def _matrices(columns, options):
    """Supermatrices (…, n, n) of chosen options (…, n)."""
    return columns[np.arange(len(columns)), options].swapaxes(-1, -2)


def _stationary(W):
    """Solve W π = π, Σ π = 1, for a stack of irreducible supermatrices."""
    n = W.shape[-1]
    system = np.eye(n) - W
    system[..., -1, :] = 1
    return np.linalg.solve(system, np.eye(n)[:, [-1]])[..., 0]
