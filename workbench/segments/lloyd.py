"""K-means from many starts at once: seeding by k-means++, Lloyd's iterations, the best start.

From the same initial centres the end is that of scikit-learn's `KMeans`. Its fit costs a fixed time for each start,
which for some thousand customers is most of it; here the starts share two products of matrices in each iteration, one
for the distances and one for the sums of the customers nearest to each centre.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import KMeans

from workbench import checks

__all__ = ["Fit", "best_of_starts", "k_means", "labels_by", "lloyd", "nearest", "plain", "seeds"]

CELLS = 2**16  # distances held at once: what stays in the processor's cache
AT_REST = 1e-20  # squared move of all centres, in variances: nothing but rounding


class Fit(NamedTuple):
    """The best of several starts: ``labels`` of shape (n,), ``centers`` (K, d), ``inertia``."""

    labels: np.ndarray
    centers: np.ndarray
    inertia: float


def k_means(
    X: pd.DataFrame | ArrayLike,
    n_clusters: int,
    n_init: int = 10,
    *,
    max_iter: int = 300,
    tol: float = 1e-4,
    random_state: np.random.Generator | int | None = None,
) -> Fit:
    """Cluster by K-means from several random starts at once, and return the tightest end.

    The method is that of scikit-learn's `KMeans`, a few times as fast for up to some thousand rows; the random
    draws are others. Where fewer rows differ than clusters are asked for, some clusters stay empty.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer, on the scale that is clustered.
    n_clusters : int
        K, from 1 to n.
    n_init : int
        Number of starts by k-means++.
    max_iter : int
        Largest number of iterations of a start.
    tol : float
        A start rests when the squares of its centres' moves sum to at most this share of the mean variance.
    random_state : int, Generator or None

    Returns
    -------
    Fit
        ``labels`` of shape (n,), ``centers`` of shape (K, d), unit of X, and ``inertia``, the sum of squared
        distances to them; smaller is tighter.

    Raises
    ------
    ValueError
        If X has a cell that is not finite, or a parameter is out of range.

    References
    ----------
    Lloyd (1982), IEEE Trans. Inf. Theory 28, 129-137. Arthur and Vassilvitskii (2007), SODA, 1027-1035.

    Examples
    --------
    >>> fit = k_means([[0.0], [1.0], [9.0], [10.0]], 2, random_state=0)
    >>> sorted(fit.centers.ravel().tolist()), fit.inertia
    ([0.5, 9.5], 1.0)
    """
    points = checks.without_noise(checks.finite_table(X))
    checks.whole_number("n_clusters", n_clusters, 1, len(points), "as many as rows")
    for name, value in {"n_init": n_init, "max_iter": max_iter}.items():
        checks.whole_number(name, value)
    checks.number("tol", tol, least=0)
    settings = {"max_iter": max_iter, "tol": tol, "random_state": random_state}
    return best_of_starts(points, n_clusters, n_init, **settings)


def labels_by(estimator: BaseEstimator, X: np.ndarray) -> np.ndarray:
    """Return the labels that a clone of a method gives; a plain K-means runs all its starts at once."""
    settings = plain(estimator)
    return best_of_starts(X, **settings).labels if settings else clone(estimator).fit(X).labels_


def plain(estimator: BaseEstimator) -> dict | None:
    """Return what makes `best_of_starts` do as this method does; None unless it is a `KMeans` of the usual kind."""
    if type(estimator) is not KMeans:
        return None
    settings = estimator.get_params()
    usual = {"init": "k-means++", "algorithm": "lloyd", "verbose": 0}
    if any(not np.array_equal(settings[name], value) for name, value in usual.items()):
        return None
    if isinstance(settings["random_state"], np.random.RandomState):
        return None
    if settings["n_init"] == "auto":  # one, with these seeds
        settings["n_init"] = 1
    return {name: settings[name] for name in ("n_clusters", "n_init", "max_iter", "tol", "random_state")}


def best_of_starts(
    X: np.ndarray,
    n_clusters: int,
    n_init: int = 10,
    *,
    max_iter: int = 300,
    tol: float = 1e-4,
    random_state: np.random.Generator | int | None = None,
) -> Fit:
    """Do what `k_means` does with an array that was checked; the tightest end, the first of equals."""
    middle = X.mean(axis=0)
    points = X - middle  # which loses less to rounding
    n_init = n_init if n_clusters > 1 else 1  # the mean of all rows is where every start ends
    starts = seeds(points, n_clusters, n_init, checks.generator(random_state))
    centers = lloyd(points, starts, max_iter=max_iter, tol=tol)
    scatter = _inertia(points, centers)
    best = centers[np.flatnonzero(scatter <= scatter.min() * (1 + 1e-12))[0]]
    labels = nearest(points, best)
    return Fit(labels, best + middle, float(((points - best[labels]) ** 2).sum()))


def seeds(X: np.ndarray, n_clusters: int, n_starts: int, rng: np.random.Generator) -> np.ndarray:
    """Draw initial centres by k-means++, as greedily as scikit-learn: the best of 2 + ln K rows each time.

    Returns
    -------
    ndarray of shape (n_starts, n_clusters, d)
    """
    rows = np.empty((n_starts, n_clusters), dtype=int)
    n_tries = 2 + int(np.log(n_clusters))
    across, weights = _across(X), _weights(X)
    step = max(1, CELLS // (len(X) * n_tries))
    for first in range(0, n_starts, step):
        some = rows[first : first + step]
        some[:, 0] = rng.integers(len(X), size=len(some))
        closest = _squared(weights, across, some[:, :1])[:, 0]
        for k in range(1, n_clusters):
            some[:, k], closest = _next_seeds(weights, across, closest, n_tries, rng)
    return X[rows]


def _next_seeds(weights, across, closest, n_tries, rng):
    """Draw rows by their squared distance to the nearest seed; keep the one that leaves least, for each start."""
    each, last = np.arange(len(closest)), closest.shape[1] - 1
    sums = closest.cumsum(axis=1)
    drawn = rng.random((len(closest), n_tries)) * sums[:, -1:]
    tries = np.array([np.searchsorted(*pair) for pair in zip(sums, drawn, strict=True)]).clip(max=last)
    left = _squared(weights, across, tries)
    np.minimum(left, closest[:, None], out=left)
    best = left.sum(axis=2).argmin(axis=1)
    return tries[each, best], left[each, best]


def _across(X):
    """Return the points as columns, with a row of ones and one of their squares."""
    return np.vstack([X.T, np.ones(len(X)), np.einsum("ij,ij->i", X, X)])


def _weights(places):
    """Return rows whose product with `_across` is the squared distance to these places."""
    return np.column_stack([-2 * places, np.einsum("ij,ij->i", places, places), np.ones(len(places))])


def _squared(weights, across, rows):
    """Return squared distances of all points to some of them, shape rows.shape + (n,)."""
    squares = (weights[rows.ravel()] @ across).reshape(*rows.shape, -1)
    return np.maximum(squares, 0, out=squares)


def lloyd(X: np.ndarray, centers: np.ndarray, *, max_iter: int = 300, tol: float = 1e-4) -> np.ndarray:
    """Move centres to the means of the rows nearest to them until they rest, each start for itself.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Centred on its mean.
    centers : ndarray of shape (n_starts, K, d)
    max_iter : int
    tol : float
        A start rests when the squares of all its centres' moves sum to at most this share of the mean variance.

    Returns
    -------
    ndarray of shape (n_starts, K, d)
    """
    centers, enough = centers.copy(), X.var(axis=0).mean() * max(tol, AT_REST)
    points, moving = _across(X)[:-1], np.arange(len(centers))
    for _ in range(max_iter):
        old = centers[moving]
        new = _means(points, old)
        centers[moving] = new
        still = ((new - old) ** 2).reshape(len(moving), -1).sum(axis=1) > enough
        if not still.all():
            moving = moving[still]
        if not len(moving):
            break
    return centers


def _means(points, centers):
    """Return the means of the points nearest to each centre."""
    n_starts, n_clusters, d = centers.shape
    sums = np.zeros((n_starts * n_clusters, d + 1))
    for some, squares in _tiles(points, centers):
        closest = squares == squares.min(axis=1, keepdims=True)
        if np.count_nonzero(closest) > n_starts * some.shape[1]:  # ties go to the lower centre
            closest &= closest.cumsum(axis=1) == 1
        sums += closest.reshape(len(sums), -1).astype(float) @ some.T
    sums = sums.reshape(n_starts, n_clusters, d + 1)
    if not sums[:, :, -1].all():
        for s in range(n_starts):
            _fill_empty(points[:-1].T, centers[s], sums[s])
    return sums[:, :, :-1] / sums[:, :, -1:]


def _tiles(points, centers) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield some points, and for each start their squared distances to its centres, less the points' own squares."""
    n_starts, n_clusters, d = centers.shape
    weights = np.empty((n_starts * n_clusters, d + 1))
    flat = centers.reshape(-1, d)
    np.multiply(flat, -2, out=weights[:, :-1])
    np.einsum("ij,ij->i", flat, flat, out=weights[:, -1])
    step = max(64, CELLS // len(weights))
    for first in range(0, points.shape[1], step):
        some = points[:, first : first + step]
        yield some, (weights @ some).reshape(n_starts, n_clusters, -1)


def _fill_empty(X, centers, sums):
    """Give each empty cluster, if any, a row farthest from its centre, as scikit-learn does; changes `sums`."""
    if sums[:, -1].all():
        return
    labels = nearest(X, centers)
    far = ((X - centers[labels]) ** 2).sum(axis=1)
    empty = np.flatnonzero(sums[:, -1] == 0)
    rows = np.argpartition(far, -len(empty))[: -len(empty) - 1 : -1] if far.max() > 0 else []
    for cluster, row in zip(empty, rows, strict=False):
        one = np.append(X[row], 1.0)
        sums[labels[row]] -= one
        sums[cluster] = one
    sums[sums[:, -1] == 0] = sums[
        sums[:, -1].argmax()
    ]  # as many rows as there are differ: they share a place


def _inertia(X, centers):
    """Return for each start the sum of the squared distances of the rows to their nearest centre."""
    across = _across(X)
    less = sum(squares.min(axis=1).sum(axis=1) for _, squares in _tiles(across[:-1], centers))
    return np.maximum(across[-1].sum() + less, 0)  # below it by rounding where every row is on its centre


def nearest(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Return the number of the nearest of some centres, shape (K, d), for each row."""
    weights, squares = -2 * centers.T, np.einsum("ij,ij->i", centers, centers)
    parts = [X[i : i + CELLS] @ weights + squares for i in range(0, len(X), CELLS)]
    return np.concatenate([part.argmin(axis=1) for part in parts])
