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
_PORTION = 200_000  # sets of three columns looked at together, before those of equal entries are told apart


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
    no larger than rounding of v allows; one of its rows is tabulated for three of the columns, the other rows then
    say what the fourth column must be, and what fits is solved.

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

    With W (v + δ) = v + δ, row i of W v − v is δ_i − Σ_j W_ij δ_j, the diagonal being 0: at most the radius times
    1 + Σ_j W_ij, and that sum is at most 3 and about v_i / min_j v_j. The row of one weight asks nothing of its
    own column: it leaves few sets of the other three columns, and each of them says what its own has to be.
    """
    last = int(v.argmin())
    others = [j for j in range(4) if j != last]
    least = np.array([np.delete(v, i).min() for i in range(4)])
    entries = [np.unique(columns[j][:, last], return_inverse=True) for j in others]
    alike = [_grouped(inverse) for _, inverse in entries]
    first, second, third = (values * v[j] for j, (values, _) in zip(others, entries, strict=True))
    sums = (second[:, None] + third).ravel()
    order = sums.argsort()
    sums = sums[order]
    own = columns[last][:, others] * v[last]

    def left_over(three, rows):
        return v[rows] - sum(columns[j][k][:, rows] * v[j] for j, k in zip(others, three.T, strict=True))

    def match(radius):
        reach = radius * (1 + np.minimum((v + 4 * radius) / least, 3)) + 1e-12
        begin, end = (np.searchsorted(sums, v[last] - first + side) for side in (-reach[last], reach[last]))
        near = _near_points(own[:, :2], reach.max())
        tree = cKDTree(own / reach[others])
        found = [np.empty((0, 4), int)]
        for some in _portions(end - begin):
            left, at = _ranges(begin[some], end[some])
            three = _expanded([some[left], *np.divmod(order[at], len(third))], alike)
            three = three[near(left_over(three, others[:2]))]
            wanted = cKDTree(left_over(three, others) / reach[others])
            pairs = wanted.sparse_distance_matrix(tree, 1.0, p=np.inf, output_type="ndarray")
            options = np.empty((len(pairs), 4), int)
            options[:, others], options[:, last] = three[pairs["i"]], pairs["j"]
            found.append(options)
        options = np.concatenate(found)
        W = _matrices(columns, options)
        return options[(abs(W @ v - v) <= radius * (1 + W.sum(-1)) + 1e-12).all(-1)]

    return match


def _grouped(inverse):
    """Where each value of an inverse begins in the order that sorts it, and how often it stands there."""
    counts = np.bincount(inverse)
    return inverse.argsort(kind="stable"), counts.cumsum() - counts, counts


def _portions(counts):
    """Part positions so that the counts of each part are few enough to be held in memory."""
    there = np.flatnonzero(counts)
    return np.split(there, np.flatnonzero(np.diff(counts[there].cumsum() // _PORTION)) + 1)


def _ranges(begin, end):
    """Write out ranges: of each number in them, which range it belongs to, and the number."""
    counts = end - begin
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - (counts.cumsum() - counts - begin)[which]


def _expanded(values, alike):
    """All triples of options whose entries have the values of a triple, a row each."""
    for i, (order, begin, counts) in enumerate(alike):
        which, at = _ranges(begin[values[i]], begin[values[i]] + counts[values[i]])
        values = [value[which] for value in values]
        values[i] = order[at]
    return np.stack(values, -1)


def _near_points(points, reach):
    """Prepare a coarse question of pairs of numbers: whether one of some points may lie within reach."""
    width = max(reach, 1e-3)
    cells = np.zeros([int(1 / width) + 4] * 2, bool)
    for step in np.ndindex(3, 3):
        cells[tuple(((points / width).astype(int) + step).T)] = True

    def near(asked):
        inside = ((asked > -width) & (asked < 1 + width)).all(-1)
        inside[inside] = cells[tuple(((asked[inside] / width + 1).astype(int)).T)]
        return inside

    return near


def _matrices(columns, options):
    """Supermatrices (…, n, n) of chosen options (…, n)."""
    return columns[np.arange(len(columns)), options].swapaxes(-1, -2)


def _stationary(W):
    """Solve W π = π, Σ π = 1, for a stack of irreducible supermatrices."""
    n = W.shape[-1]
    system = np.eye(n) - W
    system[..., -1, :] = 1
    return np.linalg.solve(system, np.eye(n)[:, [-1]])[..., 0]
