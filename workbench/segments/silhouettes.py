"""How good one partition is: silhouettes, exact and in linear time, and the variance ratio."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from workbench import checks

__all__ = ["calinski_harabasz", "silhouette", "silhouette_squared"]

LANES, FEW = 2, 16  # sums that are made side by side, where there are more rows of tiles than a few
TILE = 256  # distances held at once: a square of this side, which stays in the processor's cache


def silhouette(
    X: pd.DataFrame | ArrayLike, labels: ArrayLike, *, samples: bool = False
) -> float | np.ndarray:
    """Return the mean silhouette of a partition under Euclidean distance, exactly.

    Not defined for a single cluster: NaN. A point alone in its cluster has 0, and so has one whose distances
    are all zero. Takes time O(n² (d + K)) and memory O(n K): never holds more than a tile of distances.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators on the scale on which they were clustered.
    labels : array_like of shape (n,)
        Cluster of each row.
    samples : bool
        Return the silhouette of each row instead of their mean.

    Returns
    -------
    float or ndarray of shape (n,)
        Between -1 and 1; larger is better.

    Raises
    ------
    ValueError
        If X has no rows or a cell that is not finite, or if labels are missing or of another length.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20, 53-65, section 2.

    Examples
    --------
    >>> round(silhouette([[0], [1], [5], [6]], [0, 0, 1, 1]), 4)  # outer points 9/11, inner points 7/9
    0.798
    """
    points, partition = checks.without_noise(checks.finite_table(X)), codes_of(labels, X)
    return _summary(silhouettes(points, [partition])[0], samples)


def silhouette_squared(
    X: pd.DataFrame | ArrayLike, labels: ArrayLike, *, samples: bool = False
) -> float | np.ndarray:
    """Return the mean silhouette of a partition under squared Euclidean distance, in time O(n K d).

    The mean squared distance from a point to a cluster is its squared distance to the centre plus the mean
    squared distance of the members to their centre, so that no pair of points is visited. It is the larger
    of the two silhouettes where clusters are well apart: compare it across K, not with `silhouette`.

    Not defined for a single cluster: NaN. A point alone in its cluster has 0, and so has one whose distances
    are all zero; values are clipped to [-1, 1] against rounding.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators on the scale on which they were clustered.
    labels : array_like of shape (n,)
        Cluster of each row.
    samples : bool
        Return the silhouette of each row instead of their mean.

    Returns
    -------
    float or ndarray of shape (n,)
        Between -1 and 1; larger is better.

    Raises
    ------
    ValueError
        If X has no rows or a cell that is not finite, or if labels are missing or of another length.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20, 53-65, section 2, with squared dissimilarities.

    Examples
    --------
    >>> round(silhouette_squared([[0], [1], [5], [6]], [0, 0, 1, 1]), 4)  # 1 - 1/30.5 and 1 - 1/20.5
    0.9592
    """
    X, (codes, counts) = checks.without_noise(checks.finite_table(X)), codes_of(labels, X)
    centres = _centres(X, codes, counts)
    distances = cdist(X, centres, "sqeuclidean")
    scatter = np.bincount(codes, weights=distances[np.arange(len(X)), codes]) / counts
    return _summary(_coefficients((distances + scatter) * counts, codes, counts), samples)


def calinski_harabasz(X: pd.DataFrame | ArrayLike, labels: ArrayLike) -> float:
    """Return the ratio of the variance between clusters to the variance within them.

    Not defined for a single cluster, nor for as many clusters as rows: NaN. Infinite when every point lies
    on its centre.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators on the scale on which they were clustered.
    labels : array_like of shape (n,)
        Cluster of each row.

    Returns
    -------
    float
        At least 0; larger is better.

    Raises
    ------
    ValueError
        If X has no rows or a cell that is not finite, or if labels are missing or of another length.

    References
    ----------
    Calinski and Harabasz (1974), Commun. Stat. 3, 1-27, the variance ratio criterion.

    Examples
    --------
    >>> calinski_harabasz([[0], [1], [5], [6]], [0, 0, 1, 1])  # (25 / 1) / (1 / 2)
    50.0
    """
    X, (codes, counts) = checks.without_noise(checks.finite_table(X)), codes_of(labels, X)
    n, k = len(X), len(counts)
    if k in (1, n):
        return np.nan
    X = X - X.mean(axis=0)
    centres = _centres(X, codes, counts)
    between = float(counts @ (centres**2).sum(axis=1))
    within = float(((X - centres[codes]) ** 2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide(between, within) * (n - k) / (k - 1))


def silhouettes(X, partitions, *, single=False):
    """Return the silhouettes of the rows for several partitions, computing each distance once.

    A partition is its codes and the number of rows per code. With `single`, distances are rounded to single
    precision before they are summed over clusters: it takes a third of the time, and moves a silhouette by
    about 1e-6, a mean by less.
    """
    # A power of two changes no silhouette, and keeps every distance within the range of float32.
    X = np.ldexp(X, -np.frexp(np.abs(X).max())[1])
    member = np.hstack([codes[:, None] == np.arange(len(counts)) for codes, counts in partitions])
    ends = np.cumsum([len(counts) for _, counts in partitions])
    # Rows of the same clusters side by side: a tile then has members of few of them.
    order = np.lexsort([codes for codes, _ in partitions])
    sums = np.empty(member.shape)
    sums[order] = _distance_sums(X[order], member[order], single)
    return [
        _coefficients(part, codes, counts)
        for part, (codes, counts) in zip(np.split(sums, ends[:-1], axis=1), partitions, strict=True)
    ]


def mean_silhouettes(X, partitions):
    """Return the mean silhouette of each partition, exact but for the rounding of distances."""
    return [float(values.mean()) for values in silhouettes(X, partitions, single=True)]


def _distance_sums(X, member, single):
    """Return the sum of the distances from each row to the members of each cluster.

    A tile of distances serves its rows and, transposed, its columns; tiles are added up in float64. Every second
    row of tiles goes into sums of its own, side by side with the others; so no digit hangs on the processors.
    """
    distances_from = _rounded_distances if single else _exact_distances
    tiles = [slice(i, i + TILE) for i in range(0, len(X), TILE)]
    kind = np.float32 if single else float
    there = [np.flatnonzero(member[tile].any(axis=0)) for tile in tiles]
    members = [member[tile][:, some].T.astype(kind) for tile, some in zip(tiles, there, strict=True)]

    def lane(first):
        sums = np.zeros(member.shape[::-1])  # a cluster's sums side by side: they are added to by cluster
        for i in range(first, len(tiles), LANES):
            rows = tiles[i]
            distances_to = distances_from(X[rows], X)
            for j, columns in enumerate(tiles[i:], i):
                tile = distances_to(columns)
                sums[there[j], rows] += members[j] @ tile.T
                if j > i:
                    sums[there[i], columns] += members[i] @ tile
        return sums

    with ThreadPoolExecutor(LANES if len(tiles) > FEW else 1) as threads:
        return sum(threads.map(lane, range(LANES))).T


def _exact_distances(A, X):
    return lambda columns: cdist(A, X[columns])


def _rounded_distances(A, X):
    """Prepare the distances of A to some rows of X in float32, from a product of matrices in float64.

    From the centre of A, so that points far from all others spoil no distance among those. What is added is
    what rounding can take away, so that no square is negative; of equal points it is the distance.
    """
    A, B = A - A.mean(axis=0), X - A.mean(axis=0)
    a, b = (A**2).sum(axis=1), (B**2).sum(axis=1)
    rounding = 2 * np.finfo(float).eps * (A.shape[1] + 2) * (a.max() + b)
    left = np.column_stack([-2 * A, np.ones(len(A)), a])
    right = np.vstack([B.T, b + rounding, np.ones(len(B))])
    # Held from tile to tile: asking for fresh memory takes as long as the product.
    squares, tile = np.empty(TILE * TILE), np.empty(TILE * TILE, np.float32)

    def distances_to(columns):
        shape = len(A), right[:, columns].shape[1]
        square, rounded = (held[: shape[0] * shape[1]].reshape(shape) for held in (squares, tile))
        np.matmul(left, right[:, columns], out=square)
        np.copyto(rounded, square, casting="same_kind")
        return np.sqrt(rounded, out=rounded)

    return distances_to


def _coefficients(sums, codes, counts):
    """Return silhouettes from the sum of the distances of each row to each cluster."""
    if len(counts) == 1:
        return np.full(len(sums), np.nan)
    rows, size = np.arange(len(sums)), counts[codes]
    within = sums[rows, codes] / np.maximum(size - 1, 1)
    between = sums / counts
    between[rows, codes] = np.inf
    nearest = between.min(axis=1)
    largest = np.maximum(within, nearest)
    defined = (size > 1) & (largest > 0)
    values = np.divide(nearest - within, largest, out=np.zeros(len(sums)), where=defined)
    return np.clip(values, -1, 1, out=values)


def _centres(X, codes, counts):
    """Return the means of clusters.

    The second pass removes the rounding that the first one accumulates: the centre of identical points
    is that very point, and their distances to it are exactly 0.
    """
    centres = np.zeros((len(counts), X.shape[1]))
    for _ in range(2):
        rest = X - centres[codes]
        centres += (
            np.column_stack([np.bincount(codes, weights=column) for column in rest.T]) / counts[:, None]
        )
    return centres


def _summary(values, samples):
    return values if samples else float(values.mean())


def codes_of(labels: ArrayLike, X: pd.DataFrame | ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return labels as 0 … K-1 in sorted order, and the size of each cluster."""
    codes, _ = checks.codes(labels, X, of="X")
    return codes, np.bincount(codes)
