"""How many clusters, and how stable they are.

`silhouette`, `silhouette_squared` and `calinski_harabasz` judge one partition, `gap` and `choose_n_clusters`
compare numbers of clusters from one upward, `stability` asks whether each cluster survives resampling, and
`ari_noise_floor` how far two partitions differ by the random start alone. Wherever points are clustered here,
the method is scikit-learn's `KMeans`, unless an estimator is given. What judges one partition lives in
`workbench.silhouettes` and is offered here too.
"""

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from workbench.segments.silhouettes import (
    calinski_harabasz,
    codes_of,
    matrix,
    mean_silhouettes,
    silhouette,
    silhouette_squared,
)

__all__ = [
    "ari_noise_floor",
    "calinski_harabasz",
    "choices",
    "choose_n_clusters",
    "gap",
    "silhouette",
    "silhouette_squared",
    "stability",
]


def gap(X, n_clusters=range(1, 11), *, n_reference=20, reference="pca", n_init=10, random_state=None):
    """Compare the scatter within K clusters with that of data that have none.

    W is the sum over clusters of all pairwise squared distances divided by twice the cluster's size, which
    is the inertia. (R's `clusGap` halves it once more, and by default does not square; halving leaves the gap
    as it is.) `choices` applies the rule of Tibshirani et al. to the result.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators on the scale on which they are to be clustered.
    n_clusters : iterable of int
        The numbers of clusters to compare; include 1, or "no clusters" cannot win.
    n_reference : int
        Number of reference sets, each clustered for every K.
    reference : {"pca", "uniform"}
        Reference points uniform over the box around the data, with sides along the principal axes or along
        the indicators.
    n_init : int
        Random starts of each K-means.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        One row per K (the index `n_clusters`): `log_w`, `log_w_reference` (mean), `gap` (their difference;
        larger is better), and `gap_se`, the standard deviation over reference sets times sqrt(1 + 1/B).

    Raises
    ------
    ValueError
        If X has a cell that is not finite, K is below 1 or not below the number of distinct rows, or
        `reference` is unknown.

    References
    ----------
    Tibshirani, Walther and Hastie (2001), J. R. Stat. Soc. B 63, 411-423, section 3, steps 1-3.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(0, 1, (60, 2)) + np.repeat([0, 9], 30)[:, None]
    >>> int(choices(gap(X, range(1, 5), random_state=0))["gap"])
    2
    """
    X = matrix(X)
    ks = _n_clusters(n_clusters, X)
    seed = _seed(random_state)
    inertia = [_kmeans(k, n_init, seed).fit(X).inertia_ for k in ks]
    return _gap(X, ks, inertia, n_reference=n_reference, reference=reference, n_init=n_init, seed=seed)


def choose_n_clusters(
    X,
    n_clusters=range(1, 11),
    *,
    n_init=10,
    n_reference=20,
    reference="pca",
    n_boot=20,
    n_exact=20_000,
    random_state=None,
):
    """Gather the evidence for each number of clusters: one row per K, one column per index.

    No index decides alone: `choices` tells which K each of them favours, and only the gap can favour K = 1.
    The row of a K does not depend on the other K asked for.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators on the scale on which they are to be clustered.
    n_clusters : iterable of int
        The numbers of clusters to compare.
    n_init : int
        Random starts of each K-means.
    n_reference : int
        Reference sets of the gap; 0 leaves the gap out.
    reference : {"pca", "uniform"}
        See `gap`.
    n_boot : int
        Bootstrap samples of the stability; 0 leaves it out.
    n_exact : int
        Largest n for which `silhouette` is that of all rows, whose distances take time O(n²), once for all K.
        Beyond, it is the exact silhouette of a sample of about as many rows, in which each cluster has its
        share (and two rows at least), and the column `silhouette_rows` says of how many. `silhouette_squared`
        is always that of all rows.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        Index `n_clusters`; columns `inertia` (unit of X squared; smaller is tighter, and falls with K
        whatever the data), `silhouette`, `silhouette_squared`, `calinski_harabasz`, `gap`, `gap_se`, and
        `stability`, the mean Jaccard similarity of the least stable cluster. At K = 1 all but the inertia
        and the gap are NaN.

    Raises
    ------
    ValueError
        As for `gap`, and if n_exact is below two rows per cluster.

    References
    ----------
    See `silhouette`, `calinski_harabasz`, `gap` and `stability`.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(0, 1, (60, 2)) + np.repeat([0, 9], 30)[:, None]
    >>> choose_n_clusters(X, range(1, 4), random_state=0)["silhouette"].round(2).tolist()
    [nan, 0.86, 0.65]
    """
    X = matrix(X)
    ks = _n_clusters(n_clusters, X)
    seed = _seed(random_state)
    fits = [_kmeans(k, n_init, seed).fit(X) for k in ks]
    inertia = [fit.inertia_ for fit in fits]
    table = pd.DataFrame({"inertia": inertia}, index=pd.Index(ks, name="n_clusters"))
    partitions = [codes_of(fit.labels_, X) for fit in fits]
    table["silhouette"], rows = mean_silhouettes(X, partitions, n_exact=n_exact, seed=seed)
    if len(X) > n_exact:
        table["silhouette_rows"] = rows
    table["silhouette_squared"] = [silhouette_squared(X, fit.labels_) for fit in fits]
    table["calinski_harabasz"] = [calinski_harabasz(X, fit.labels_) for fit in fits]
    if n_reference:
        how = {"n_reference": n_reference, "reference": reference, "n_init": n_init, "seed": seed}
        table[["gap", "gap_se"]] = _gap(X, ks, inertia, **how)[["gap", "gap_se"]]
    if n_boot:
        table["stability"] = [_least_stable(X, fit, n_boot, seed) for fit in fits]
    return table


def choices(table, *, stable=0.75):
    """Return the number of clusters that each index of a table favours.

    The silhouettes and Calinski-Harabasz favour their largest value. The gap favours the smallest K with
    gap(K) >= gap(K + 1) - se(K + 1), which needs the row K + 1 too. The stability favours the largest K at
    which even the least stable cluster reaches `stable`. The inertia favours nothing: it has no rule.

    Parameters
    ----------
    table : DataFrame
        From `choose_n_clusters` or `gap`.
    stable : float
        Smallest mean Jaccard similarity that counts as stable.

    Returns
    -------
    Series of Int64
        The favoured K by index; missing where no K in the table meets the rule.

    References
    ----------
    Tibshirani, Walther and Hastie (2001), J. R. Stat. Soc. B 63, 411-423, section 3, step 3.
    Hennig (2007), Comput. Stat. Data Anal. 52, 258-271 (0.75 as stable).

    Examples
    --------
    >>> table = pd.DataFrame({"silhouette": [np.nan, 0.6, 0.4], "gap": [0.1, 0.5, 0.5], "gap_se": 0.05})
    >>> choices(table.set_index(pd.Index([1, 2, 3]))).to_dict()
    {'silhouette': 2, 'gap': 2}
    """
    largest = ("silhouette", "silhouette_squared", "calinski_harabasz")
    found = {c: table[c].dropna().idxmax() for c in largest if c in table and table[c].notna().any()}
    if "gap" in table:
        found["gap"] = _first_within_error(table["gap"], table["gap_se"])
    if "stability" in table:
        found["stability"] = max(table.index[table["stability"] >= stable], default=pd.NA)
    return pd.Series(found, dtype="Int64", name="n_clusters")


def stability(X, labels_or_estimator, *, n_boot=100, n_init=10, random_state=None):
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
        which is cloned and fitted to X first.
    n_boot : int
        Number of bootstrap samples.
    n_init : int
        Random starts of each K-means; not used with an estimator.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        One row per cluster (the index `cluster`): `size`, `jaccard` (mean, in [0, 1]), `dissolved` and
        `recovered` (samples with a similarity of at most 0.5, and above 0.75).

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
    X = matrix(X)
    if n_boot < 1:
        raise ValueError(f"n_boot is {n_boot}; allowed is 1 or more. 100 gives a mean to about 0.02.")
    seed = _seed(random_state)
    estimator, labels = labels_or_estimator, labels_or_estimator
    if hasattr(labels_or_estimator, "fit"):
        estimator = _seeded(estimator, seed)
        labels = estimator.fit(X).labels_
    codes, counts = codes_of(labels, X)
    if not hasattr(labels_or_estimator, "fit"):
        estimator = _kmeans(len(counts), n_init, seed)
    similarity = _jaccards(X, codes, estimator, n_boot=n_boot, seed=seed)
    names = pd.Index(np.unique(np.asarray(labels)), name="cluster")
    table = pd.DataFrame({"size": counts, "jaccard": similarity.mean(axis=0)}, index=names)
    table["dissolved"] = (similarity <= 0.5).sum(axis=0)
    table["recovered"] = (similarity > 0.75).sum(axis=0)
    return table


def ari_noise_floor(X, n_clusters_or_estimator, *, n_repeats=10, n_init=1, random_state=None):
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
    X = matrix(X)
    if n_repeats < 2:
        raise ValueError(f"n_repeats is {n_repeats}; allowed is 2 or more, since partitions are paired.")
    method = n_clusters_or_estimator
    if not hasattr(method, "fit"):
        method = _kmeans(_n_clusters([method], X)[0], n_init, 0)
    if "random_state" not in method.get_params():
        raise ValueError(
            f"{method} has no random_state, so that it always agrees with itself; give a K instead."
        )
    rng = np.random.default_rng(random_state)
    labels = [clone(method).set_params(random_state=_seed(rng)).fit(X).labels_ for _ in range(n_repeats)]
    return np.array([adjusted_rand_score(a, b) for i, a in enumerate(labels) for b in labels[:i]])


def _n_clusters(n_clusters, X):
    ks, distinct = list(n_clusters), len(pd.DataFrame(X).drop_duplicates())
    for k in ks:
        if not isinstance(k, int | np.integer) or not 1 <= k < distinct:
            raise ValueError(
                f"n_clusters holds {k!r}; allowed are whole numbers from 1 to {distinct - 1}, "
                f"fewer than the {distinct} distinct rows of X."
            )
    return [int(k) for k in ks]


def _seed(random_state):
    return int(np.random.default_rng(random_state).integers(2**31 - 1))


def _seeded(estimator, seed):
    """Return a clone that is repeatable: with its own random_state, or with `seed` where it has none."""
    estimator = clone(estimator)
    if estimator.get_params().get("random_state", 0) is None:
        estimator.set_params(random_state=seed)
    return estimator


def _kmeans(k, n_init, seed):
    return KMeans(n_clusters=k, n_init=n_init, random_state=seed)


def _gap(X, ks, inertia, *, n_reference, reference, n_init, seed):
    if n_reference < 2:
        raise ValueError(f"n_reference is {n_reference}; allowed is 2 or more, to have a standard error.")
    scatter = np.empty((n_reference, len(ks)))
    for b, sample in enumerate(_references(X, n_reference, reference, seed)):
        scatter[b] = [_kmeans(k, n_init, seed).fit(sample).inertia_ for k in ks]
    log_w, log_reference = np.log(inertia), np.log(scatter)
    table = pd.DataFrame({"log_w": log_w}, index=pd.Index(ks, name="n_clusters"))
    table["log_w_reference"] = log_reference.mean(axis=0)
    table["gap"] = table["log_w_reference"] - table["log_w"]
    table["gap_se"] = log_reference.std(axis=0) * np.sqrt(1 + 1 / n_reference)
    return table


def _references(X, n_reference, reference, seed):
    """Yield sets of points uniform over the box around X, along the principal axes or the columns."""
    if reference not in ("pca", "uniform"):
        raise ValueError(f"Unknown reference {reference!r}; allowed are 'pca' and 'uniform'.")
    X = X - X.mean(axis=0)
    axes = np.linalg.svd(X, full_matrices=False)[2] if reference == "pca" else np.eye(X.shape[1])
    box = X @ axes.T
    rng = np.random.default_rng(seed)
    for _ in range(n_reference):
        yield rng.uniform(box.min(axis=0), box.max(axis=0), size=box.shape) @ axes


def _first_within_error(gap, error):
    """Return the smallest K whose gap is not exceeded by that of K + 1 less its standard error."""
    following = gap.reindex(gap.index + 1).to_numpy() - error.reindex(gap.index + 1).to_numpy()
    return min(gap.index[gap.to_numpy() >= following], default=pd.NA)


def _jaccards(X, codes, estimator, *, n_boot, seed):
    """Return the similarity of each cluster to the nearest one of each bootstrap clustering, (n_boot, K)."""
    rng, n_clusters = np.random.default_rng(seed), codes.max() + 1
    similarity = np.empty((n_boot, n_clusters))
    for b in range(n_boot):
        drawn = np.unique(rng.integers(len(X), size=len(X)))
        again = pd.factorize(_refit(estimator, X[drawn]).labels_)[0]
        shape = (n_clusters, again.max() + 1)
        both = np.bincount(codes[drawn] * shape[1] + again, minlength=shape[0] * shape[1]).reshape(shape)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        similarity[b] = (both / either).max(axis=1)
    return similarity


def _refit(estimator, X):
    """Fit a clone; a sample with fewer distinct rows than clusters is given as many clusters as rows."""
    estimator, distinct = clone(estimator), len(pd.DataFrame(X).drop_duplicates())
    if estimator.get_params().get("n_clusters", 0) > distinct:
        estimator.set_params(n_clusters=distinct)
    return estimator.fit(X)


def _least_stable(X, fit, n_boot, seed):
    if fit.n_clusters == 1:
        return np.nan
    return float(_jaccards(X, fit.labels_, fit, n_boot=n_boot, seed=seed).mean(axis=0).min())
