"""How many clusters: the gap, and the evidence of all indices for each number.

`silhouette`, `silhouette_squared` and `calinski_harabasz` judge one partition, `gap` and `choose_n_clusters`
compare numbers of clusters from one upward; `stability` and `ari_noise_floor` are in `resampling`. Wherever points
are clustered here, the method is scikit-learn's `KMeans`, unless an estimator is given.
"""

from collections.abc import Iterable
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.segments.lloyd import best_of_starts
from workbench.segments.resampling import (
    ari_noise_floor,
    kmeans,
    least_stable,
    n_clusters_of,
    n_distinct,
    seed_of,
    stability,
)
from workbench.segments.samples import ENOUGH, drawn, errors_by_parts, sampled
from workbench.segments.silhouettes import (
    calinski_harabasz,
    codes_of,
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
    "limits",
    "sampled",
    "silhouette",
    "silhouette_squared",
    "stability",
]


class Limits(NamedTuple):
    """How many clusters a table allows, and what was lowered for it."""

    k_max: int
    n_clusters: int
    notes: list[str]


def limits(X: pd.DataFrame | ArrayLike, k_max: int, n_clusters: int) -> Limits:
    """Lower numbers of clusters to what a table allows: fewer than its rows that differ.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer, on the scale that is clustered.
    k_max : int
        Largest number of clusters to look at, at least 2.
    n_clusters : int
        Number of clusters to make, at least 2.

    Returns
    -------
    Limits
        ``k_max, n_clusters``, and ``notes``, a sentence for each that was lowered.

    Raises
    ------
    ValueError
        If a cell is not finite, a number is below 2, or fewer than three rows differ.

    Examples
    --------
    >>> limits([[0.0], [1.0], [2.0], [5.0]], k_max=8, n_clusters=2)
    Limits(k_max=3, n_clusters=2, notes=['k_max is lowered from 8 to 3: only 4 customers differ in the indicators'])
    """
    wanted = {"k_max": k_max, "n_clusters": n_clusters}
    for name, value in wanted.items():
        checks.whole_number(name, value, 2)
    distinct = n_distinct(checks.without_noise(checks.finite_table(X)), max(*wanted.values(), 2) + 1)
    if distinct < 3:
        raise ValueError(
            f"Only {distinct} of the {len(X)} customers differ in the indicators; clusters need at least 3 that do."
        )
    notes = [
        f"{name} is lowered from {value} to {distinct - 1}: only {distinct} customers differ in the indicators"
        for name, value in wanted.items()
        if value >= distinct
    ]
    return Limits(min(k_max, distinct - 1), min(n_clusters, distinct - 1), notes)


def gap(
    X: pd.DataFrame | ArrayLike,
    n_clusters: Iterable[int] = range(1, 11),
    *,
    n_reference: int = 20,
    reference: Literal["pca", "uniform"] = "pca",
    n_init: int = 10,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
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
    X = checks.without_noise(checks.finite_table(X))
    ks = n_clusters_of(n_clusters, X)
    seed = seed_of(random_state)
    inertia = [best_of_starts(X, k, n_init, random_state=seed).inertia for k in ks]
    return _gap(X, ks, inertia, n_reference=n_reference, reference=reference, n_init=n_init, seed=seed)


def choose_n_clusters(
    X: pd.DataFrame | ArrayLike,
    n_clusters: Iterable[int] = range(1, 11),
    *,
    n_init: int = 10,
    n_reference: int = 20,
    reference: Literal["pca", "uniform"] = "pca",
    n_boot: int = 20,
    n_exact: int = ENOUGH,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
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
        Of more rows than these, about so many are drawn in proportion from groups of similar customers, and all
        evidence is that of the drawn rows, clustered by themselves; `sampled` says so of the table. The
        inertia and Calinski-Harabasz are then brought to the scale of all rows.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        Index `n_clusters`; columns `inertia` (unit of X squared; smaller is tighter, and falls with K
        whatever the data), `silhouette`, `silhouette_squared`, `calinski_harabasz`, `gap`, `gap_se`, and
        `stability`, the mean Jaccard similarity of the least stable cluster. At K = 1 all but the inertia
        and the gap are NaN. Where rows were drawn also `silhouette_se` and `stability_se`, their standard
        errors, and ``attrs["rows"]``, how many of how many.

    Raises
    ------
    ValueError
        As for `gap`.

    References
    ----------
    See `silhouette`, `calinski_harabasz`, `gap` and `stability`.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(0, 1, (60, 2)) + np.repeat([0, 9], 30)[:, None]
    >>> choose_n_clusters(X, range(1, 4), random_state=0)["silhouette"].round(2).tolist()
    [nan, 0.86, 0.65]
    """
    X = checks.without_noise(checks.finite_table(X))
    ks = n_clusters_of(n_clusters, X)
    checks.whole_number("n_exact", n_exact, 2 * max(ks))  # two customers for each cluster
    seed = seed_of(random_state)
    everybody, X = len(X), X[drawn(X, n_exact, seed)]
    fits = [best_of_starts(X, k, n_init, random_state=seed) for k in ks]
    inertia = np.array([fit.inertia for fit in fits])
    partitions = [codes_of(fit.labels, X) for fit in fits]
    table = pd.DataFrame({"inertia": inertia * (everybody / len(X))}, pd.Index(ks, name="n_clusters"))
    table["silhouette"] = mean_silhouettes(X, partitions)
    if len(X) < everybody:
        of_a_part = partial(_silhouettes_anew, ks=ks, n_init=n_init, seed=seed)
        table["silhouette_se"] = errors_by_parts(X, of_a_part, seed)
    table["silhouette_squared"] = [silhouette_squared(X, codes) for codes, _ in partitions]
    table["calinski_harabasz"] = [
        calinski_harabasz(X, codes) * (everybody - k) / max(len(X) - k, 1)
        for k, (codes, _) in zip(ks, partitions, strict=True)
    ]
    if n_reference:
        how = {"n_reference": n_reference, "reference": reference, "n_init": n_init, "seed": seed}
        table[["gap", "gap_se"]] = _gap(X, ks, inertia, **how)[["gap", "gap_se"]]
    if n_boot:
        table[["stability", "stability_se"]] = [
            least_stable(X, codes, kmeans(k, n_init, seed), n_boot, seed)
            for k, (codes, _) in zip(ks, partitions, strict=True)
        ]
    if len(X) == everybody:
        return table.drop(columns="stability_se", errors="ignore")
    table.attrs["rows"] = len(X), everybody
    return table


def _silhouettes_anew(X, *, ks, n_init, seed):
    """Return the mean silhouettes of some rows, clustered for themselves."""
    return mean_silhouettes(
        X, [codes_of(best_of_starts(X, k, n_init, random_state=seed).labels, X) for k in ks]
    )


def choices(table: pd.DataFrame, *, stable: float = 0.75) -> pd.Series:
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
    checks.names_once(table, "table")
    table = table.astype(float)
    checks.distinct("The columns of table", table.columns)
    largest = ("silhouette", "silhouette_squared", "calinski_harabasz")
    found = {c: table[c].dropna().idxmax() for c in largest if c in table and table[c].notna().any()}
    if "gap" in table:
        found["gap"] = _first_within_error(table["gap"], table["gap_se"])
    if "stability" in table:
        found["stability"] = max(table.index[table["stability"] >= stable], default=pd.NA)
    return pd.Series(found, dtype="Int64", name="n_clusters")


def _gap(X, ks, inertia, *, n_reference, reference, n_init, seed):
    checks.whole_number("n_reference", n_reference, 2)  # one has no standard error
    checks.one_of("reference", reference, ("pca", "uniform"))
    scatter = np.empty((n_reference, len(ks)))
    for b, sample in enumerate(_references(X, n_reference, reference, seed)):
        scatter[b] = [best_of_starts(sample, k, n_init, random_state=seed).inertia for k in ks]
    log_w, log_reference = np.log(inertia), np.log(scatter)
    table = pd.DataFrame({"log_w": log_w}, index=pd.Index(ks, name="n_clusters"))
    table["log_w_reference"] = log_reference.mean(axis=0)
    table["gap"] = table["log_w_reference"] - table["log_w"]
    table["gap_se"] = log_reference.std(axis=0) * np.sqrt(1 + 1 / n_reference)
    return table


def _references(X, n_reference, reference, seed):
    """Yield sets of points uniform over the box around X, along the principal axes or the columns."""
    X = X - X.mean(axis=0)
    axes = np.linalg.svd(X, full_matrices=False)[2] if reference == "pca" else np.eye(X.shape[1])
    box = X @ axes.T
    rng = checks.generator(seed)
    for _ in range(n_reference):
        yield rng.uniform(box.min(axis=0), box.max(axis=0), size=box.shape) @ axes


def _first_within_error(gap, error):
    """Return the smallest K whose gap is not exceeded by that of K + 1 less its standard error."""
    following = gap.reindex(gap.index + 1).to_numpy() - error.reindex(gap.index + 1).to_numpy()
    return min(gap.index[gap.to_numpy() >= following], default=pd.NA)
