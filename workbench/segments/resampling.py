"""How stable clusters are: found again in bootstrap samples, and from other random starts."""

from collections.abc import Iterable
from numbers import Integral

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import KMeans

from workbench import checks
from workbench.segments.alike import adjusted_rand_index
from workbench.segments.lloyd import labels_by, plain
from workbench.segments.samples import ENOUGH, in_proportion
from workbench.segments.silhouettes import codes_of

__all__ = ["ari_noise_floor", "recovery", "stability"]


def stability(
    X: pd.DataFrame | ArrayLike,
    labels_or_estimator: ArrayLike | BaseEstimator,
    *,
    labels: ArrayLike | None = None,
    n_boot: int = 100,
    n_init: int = 10,
    n_exact: int = ENOUGH,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Return how well each cluster is found again in bootstrap samples.

    Each sample draws n rows with replacement, keeps every drawn row once, and is clustered anew; a cluster
    scores the largest Jaccard similarity of its drawn members with any new cluster. A mean below 0.6 is not
    to be trusted, one above 0.75 is stable; stable does not mean real, since any rigid method is stable on
    some structureless data. For a single cluster it is 1 by construction.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators on the scale on which they were clustered.
    labels_or_estimator : array_like of shape (n,), or scikit-learn clusterer
        A partition, whose rows are clustered anew by `KMeans` with as many clusters; or the method itself,
        which is cloned, and fitted to X first unless `labels` are given.
    labels : array_like of shape (n,), optional
        What the method made of X, where it was fitted already.
    n_boot : int
        Number of bootstrap samples; 100 give a mean to about 0.02.
    n_init : int
        Random starts of each K-means; not used with an estimator.
    n_exact : int
        Of more rows than these, so many are drawn, each cluster its share, and bootstrap samples come from
        them; `sampled` says so of the table.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        One row per cluster (the index `cluster`): `size`, `jaccard` (mean, in [0, 1]), `dissolved` and
        `recovered` (samples with a similarity of at most 0.5, and above 0.75). Where rows were drawn also
        `standard_error`, the standard error of the mean over bootstrap samples, and ``attrs["rows"]``, how many of
        how many.

    Raises
    ------
    ValueError
        If X has a cell that is not finite, labels are missing or of another length, or n_boot is below 1.

    References
    ----------
    Hennig (2007), Comput. Stat. Data Anal. 52, 258-271, section 3.

    Examples
    --------
    >>> X = np.array([[0.0], [0.1], [0.2], [0.3], [9.0], [9.1], [9.2], [9.3]])
    >>> stability(X, [0, 0, 0, 0, 1, 1, 1, 1], n_boot=20, random_state=0)["jaccard"].tolist()
    [1.0, 1.0]
    """
    points = checks.without_noise(checks.finite_table(X))
    checks.whole_number("n_boot", n_boot)
    seed = seed_of(random_state)
    estimator = labels_or_estimator
    if not hasattr(estimator, "fit"):
        estimator, labels = None, labels_or_estimator
    elif labels is None:
        estimator = _seeded(estimator, seed)
        labels = estimator.fit(points).labels_
    codes, counts = codes_of(labels, X)
    names = pd.Index(np.unique(np.asarray(labels)), name="cluster")
    table = pd.DataFrame({"size": counts}, index=names)
    rows = slice(None)
    if len(points) > n_exact:
        checks.whole_number("n_exact", n_exact, 2 * len(counts))
        rows = in_proportion(codes, n_exact, checks.generator(seed))
        table.attrs["rows"] = len(rows), len(points)
    method = kmeans(len(counts), n_init, seed) if estimator is None else _seeded(estimator, seed)
    similarity = jaccards(points[rows], codes[rows], method, n_boot=n_boot, seed=seed)
    table["jaccard"] = similarity.mean(axis=0)
    if "rows" in table.attrs:
        table["standard_error"] = similarity.std(axis=0) / np.sqrt(n_boot)
    table["dissolved"] = (similarity <= 0.5).sum(axis=0)
    table["recovered"] = (similarity > 0.75).sum(axis=0)
    return table


def ari_noise_floor(
    X: pd.DataFrame | ArrayLike,
    n_clusters_or_estimator: int | BaseEstimator,
    *,
    n_repeats: int = 10,
    n_init: int = 1,
    random_state: np.random.Generator | int | None = None,
) -> np.ndarray:
    """Return the adjusted Rand index between partitions that differ by their random start alone.

    An index between two methods says something only if it lies below these: a method does not agree with
    itself any better.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators on the scale on which they are to be clustered.
    n_clusters_or_estimator : int or scikit-learn clusterer
        K of a `KMeans`, or a method with a `random_state`.
    n_repeats : int
        Number of partitions, each from its own seed.
    n_init : int
        Random starts of each K-means; not used with an estimator. Take what the study itself takes.
    random_state : int, Generator or None

    Returns
    -------
    ndarray of shape (n_repeats (n_repeats - 1) / 2,)
        The index for every pair of partitions: 1 for the same partition, 0 on average for unrelated ones.

    Raises
    ------
    ValueError
        If X has a cell that is not finite, n_repeats is below 2, or the estimator has no `random_state`.

    References
    ----------
    Hubert and Arabie (1985), J. Classif. 2, 193-218, equation 5.

    Examples
    --------
    >>> ari_noise_floor([[0.0], [0.1], [9.0], [9.1]], 2, n_repeats=3, random_state=0).tolist()
    [1.0, 1.0, 1.0]
    """
    X = checks.without_noise(checks.finite_table(X))
    checks.whole_number("n_repeats", n_repeats, 2)  # partitions are paired
    method = n_clusters_or_estimator
    if not hasattr(method, "fit"):
        method = kmeans(n_clusters_of([method], X)[0], n_init, 0)
    if "random_state" not in method.get_params():
        raise ValueError(
            f"{method} has no random_state, so that it always agrees with itself; give a K instead."
        )
    rng = checks.generator(random_state)
    seeds = [seed_of(rng) for _ in range(n_repeats)]
    labels = [labels_by(clone(method).set_params(random_state=seed), X) for seed in seeds]
    return np.array([adjusted_rand_index(a, b) for i, a in enumerate(labels) for b in labels[:i]])


def recovery(
    X: pd.DataFrame,
    truth: pd.Series,
    estimator: BaseEstimator,
    *,
    n_boot: int = 20,
    random_state: np.random.Generator | int | None = None,
) -> dict[str, float]:
    """Set how well a method finds known segments again beside how stable its clusters look.

    Parameters
    ----------
    X : DataFrame of shape (n, d)
        One row per customer; indicators on the scale on which they are to be clustered.
    truth : Series
        True segment of each customer, by the index of `X`, in any order.
    estimator : scikit-learn clusterer
    n_boot : int
        Bootstrap samples of the stability.
    random_state : int, Generator or None

    Returns
    -------
    dict of str to float
        ``agreement``, the adjusted Rand index of clusters and true segments, 1 for the same partition;
        ``stability``, the mean Jaccard similarity of the least stable cluster.

    Raises
    ------
    ValueError
        As by `stability`, and if a customer has no true segment.

    References
    ----------
    Hubert and Arabie (1985), J. Classif. 2, 193-218. Hennig (2007), Comput. Stat. Data Anal. 52, 258-271.

    Examples
    --------
    >>> X = pd.DataFrame({"visits": [0.0, 0.1, 9.0, 9.1]}, index=list("abcd"))
    >>> truth = pd.Series({"d": "high", "c": "high", "b": "low", "a": "low"})
    >>> recovery(X, truth, KMeans(2, n_init=5, random_state=0), random_state=0)["agreement"]
    1.0
    """
    checks.names_once(truth, "truth")
    true = checks.labels(truth.reindex(X.index), X, "truth", "X")
    found = clone(estimator).fit(checks.finite_frame(X, "X")).labels_
    jaccard = stability(X, estimator, labels=found, n_boot=n_boot, random_state=random_state)["jaccard"]
    return {"agreement": adjusted_rand_index(true, found), "stability": float(jaccard.min())}


def n_clusters_of(n_clusters: Iterable[int], X: np.ndarray) -> list[int]:
    """Return numbers of clusters that the rows of X allow, or refuse one."""
    n_clusters = list(n_clusters)
    distinct = n_distinct(X, max([k for k in n_clusters if isinstance(k, Integral)], default=0) + 1)
    why = f"fewer than the {distinct} distinct rows of X"
    return [checks.whole_number("n_clusters", k, 1, distinct - 1, why) for k in n_clusters]


def n_distinct(X: np.ndarray, enough: int) -> int:
    """Count rows that differ, all of them unless the first thousands hold `enough` already."""
    first = len(pd.DataFrame(X[: max(1000, 4 * enough)]).drop_duplicates())
    return first if first >= enough else len(pd.DataFrame(X).drop_duplicates())


def seed_of(random_state: np.random.Generator | int | None) -> int:
    """Draw one seed, so that all that follows repeats it."""
    return int(checks.generator(random_state).integers(2**31 - 1))


def _seeded(estimator, seed):
    """Return a clone that is repeatable: with its own random_state, or with `seed` where it has none."""
    estimator = clone(estimator)
    if estimator.get_params().get("random_state", 0) is None:
        estimator.set_params(random_state=seed)
    return estimator


def kmeans(k: int, n_init: int, seed: int) -> KMeans:
    """Return scikit-learn's K-means, not yet fitted."""
    return KMeans(n_clusters=k, n_init=n_init, random_state=seed)


def jaccards(
    X: np.ndarray, codes: np.ndarray, estimator: BaseEstimator, *, n_boot: int, seed: int
) -> np.ndarray:
    """Return the similarity of each cluster to the nearest one of each bootstrap clustering, (n_boot, K)."""
    rng, n_clusters = checks.generator(seed), codes.max() + 1
    similarity = np.empty((n_boot, n_clusters))
    for b in range(n_boot):
        drawn = np.flatnonzero(np.bincount(rng.integers(len(X), size=len(X))))
        again = pd.factorize(labels_by(_fitting(estimator, X[drawn]), X[drawn]))[0]
        shape = (n_clusters, again.max() + 1)
        both = np.bincount(codes[drawn] * shape[1] + again, minlength=shape[0] * shape[1]).reshape(shape)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        similarity[b] = (both / either).max(axis=1)
    return similarity


def _fitting(estimator, X):
    """Return the method for a sample: with fewer distinct rows than clusters it gets as many clusters as rows."""
    asked = estimator.get_params().get("n_clusters", 0)
    if plain(estimator) or asked <= (distinct := len(pd.DataFrame(X).drop_duplicates())):
        return estimator
    return clone(estimator).set_params(n_clusters=distinct)


def least_stable(
    X: np.ndarray, codes: np.ndarray, estimator: KMeans, n_boot: int, seed: int
) -> tuple[float, float]:
    """Return the mean Jaccard similarity of the least stable cluster, and its standard error; NaN for a single one."""
    if codes.max() == 0:
        return np.nan, np.nan
    similarity = jaccards(X, codes, estimator, n_boot=n_boot, seed=seed)
    least = similarity.mean(axis=0).argmin()
    return float(similarity[:, least].mean()), float(similarity[:, least].std() / np.sqrt(n_boot))
