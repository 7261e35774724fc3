"""Long run of column-stochastic matrices: closed classes, periods, stationary vectors without subtraction.

Column j of ``W`` says where the weight of element j goes: ``W[i, j]`` is the share that i takes of it. The
graph has an arrow j → i wherever ``W[i, j]`` > 0. All here take plain arrays that `supermatrices.check` passed.
"""

from math import gcd
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, shortest_path


class Classes(NamedTuple):
    """Index arrays: the classes that weight never leaves, the elements it leaves for good, those it ends in.

    ``acyclic`` says whether there is no cycle at all.
    """

    closed: list[np.ndarray]
    transient: np.ndarray
    sinks: np.ndarray
    acyclic: bool


def classes(W):
    """Sort the elements of a network by what becomes of the weight they receive.

    Parameters
    ----------
    W : ndarray, shape (n, n)
        Columns sum to 1 or are 0 throughout.

    Returns
    -------
    Classes
        ``closed``, in order of their first elements; ``transient``; ``sinks``, the elements of empty columns,
        which are in neither of the others.

    Examples
    --------
    >>> found = classes(np.array([[0, 1, 0.5, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0.5, 0]]))
    >>> [c.tolist() for c in found.closed], found.transient.tolist(), found.sinks.tolist()
    ([[0, 1]], [2], [3])
    """
    number, label = connected_components(csr_array(W.T > 0), connection="strong")
    sinks = np.flatnonzero(~W.any(0))
    leaving = ((W > 0) & (label[:, None] != label)).any(0)  # arrows out of the class of the column
    open_ = np.unique(label[leaving])
    closed = [np.flatnonzero(label == c) for c in range(number) if c not in open_]
    closed = sorted((c for c in closed if W[:, c].any()), key=lambda c: c[0])
    rest = set(range(len(W))).difference(*map(np.ndarray.tolist, closed), sinks.tolist())
    acyclic = number == len(W) and not np.diagonal(W).any()
    return Classes(closed, np.array(sorted(rest), int), sinks, acyclic)


def period(W):
    """Find the greatest common divisor of the lengths of all cycles; not defined unless W is irreducible.

    Parameters
    ----------
    W : ndarray, shape (n, n)
        One closed class.

    Returns
    -------
    int
        1 = aperiodic.

    Examples
    --------
    >>> period(np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]]))
    3
    """
    level = shortest_path(csr_array(W.T > 0), unweighted=True, indices=0).astype(int)
    to, at = np.nonzero(W)
    return gcd(*np.unique(abs(level[at] + 1 - level[to])).tolist())


def stationary(W):
    """Solve W π = π, Σ π = 1, for an irreducible W, by state reduction.

    Only additions, multiplications and divisions of non-negative numbers: every component keeps nearly full
    relative precision, however nearly W falls apart. The diagonal is what the rest of the column leaves.

    Parameters
    ----------
    W : ndarray, shape (n, n)
        Irreducible, columns of sum 1.

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    Grassmann, W. K., Taksar, M. I. & Heyman, D. P. (1985), Operations Research 33, 1107-1116.

    Examples
    --------
    >>> stationary(np.array([[0.9, 0.2], [0.1, 0.8]])).round(4).tolist()
    [0.6667, 0.3333]
    """
    W = np.array(W, float)
    n = len(W)
    for k in range(n - 1, 0, -1):
        W[k, :k] /= W[:k, k].sum()
        W[:k, :k] += np.outer(W[:k, k], W[k, :k])
    weight = np.ones(n)
    for k in range(1, n):
        weight[k] = W[k, :k] @ weight[:k]
        weight[: k + 1] /= weight[: k + 1].max()
    return weight / weight.sum()


def visits(W, start, ends):
    """Find how the weight that leaves `start` is spread over the elements before and where it ends.

    Weight that reaches an end is sent back to a copy of the start; the stationary vector of that network is
    proportional to the expected visits.

    Parameters
    ----------
    W : ndarray, shape (n, n)
        Columns of sum 1, or anything at the ends.
    start : int
        Not an end, and certain to reach one.
    ends : ndarray of int

    Returns
    -------
    ndarray, shape (n,)
        Expected visits at one step or more from `start`, up to a factor; at the ends, the chances of ending.

    Examples
    --------
    >>> v = visits(np.array([[0.5, 0, 0], [0.2, 0, 0], [0.3, 0, 0]]), 0, np.array([1, 2]))
    >>> (v / v[1:].sum()).round(4).tolist()
    [1.0, 0.4, 0.6]
    """
    n = len(W)
    looped = np.zeros((n + 1, n + 1))
    looped[:n, :n], looped[:n, n] = W, W[:, start]
    looped[:, ends] = 0
    looped[n, ends] = 1
    reached = np.isfinite(shortest_path(csr_array(looped.T > 0), unweighted=True, indices=n))
    spread = np.zeros(n + 1)
    spread[reached] = stationary(looped[np.ix_(reached, reached)])
    return spread[:n]


def long_run(W):
    """Normalise the sum W + W² + … + W^m, column by column, and let m grow.

    Parameters
    ----------
    W : ndarray, shape (n, n)
        Columns sum to 1 or are 0 throughout.

    Returns
    -------
    ndarray, shape (n, n)
        Columns of sum 1; those of sinks are 0. See `anp.limit`.

    Examples
    --------
    >>> long_run(np.array([[0, 0, 0], [0.4, 0, 0], [0.6, 0, 0]])).tolist()
    [[0.0, 0.0, 0.0], [0.4, 0.0, 0.0], [0.6, 0.0, 0.0]]
    """
    found = classes(W)
    limit = np.zeros_like(W)
    for members in found.closed:
        limit[np.ix_(members, members)] = stationary(W[np.ix_(members, members)])[:, None]
    folded, ends = W.copy(), [int(c[0]) for c in found.closed]
    for members in found.closed:  # all that enters a class counts at its first element
        folded[members[0]] = W[members].sum(0)
        folded[members[1:]] = 0
    for j in found.transient:
        spread = visits(folded, j, np.r_[np.array(ends, int), found.sinks])
        column = limit[:, ends] @ spread[ends] if spread[ends].any() else spread
        limit[:, j] = column / column.sum()
    return limit
