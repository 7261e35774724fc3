"""Arrows: each segment's mean against the overall mean, and what testing them is worth.

An arrow has the indicator's own direction: recency "↓" is recent.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import KMeans

from workbench import checks

__all__ = ["arrows", "arrows_without_structure", "honest_arrows"]

UP, DOWN, UNDECIDED = "↑", "↓", "undecided"


def arrows(frame: pd.DataFrame | ArrayLike, labels: ArrayLike) -> pd.DataFrame:
    """Compare the mean of each indicator in each cluster with the mean over all customers.

    Parameters
    ----------
    frame : DataFrame, shape (n, d)
        One row per customer, one column per indicator, in its own direction.
    labels : array_like of shape (n,)
        Cluster of each row.

    Returns
    -------
    DataFrame of str, shape (n_clusters, d)
        "↑" at or above the overall mean (equal up to rounding included), "↓" below it; "undecided" for an
        indicator that is the same for every customer.

    Raises
    ------
    ValueError
        As for `profile`.

    References
    ----------
    Lin and Xiao (2006), J. Harbin Inst. Technol. 38(5), 758-760, step 5.

    Examples
    --------
    >>> arrows(pd.DataFrame({"recency": [1, 2, 30, 31]}), ["new", "new", "old", "old"])["recency"].to_dict()
    {'new': '↓', 'old': '↑'}
    """
    frame = checks.finite_frame(frame)
    labels = clusters(labels, frame)
    rounding = 1e-12 * frame.abs().max()
    above = means(frame, labels) - frame.mean() >= -rounding
    table = above.replace({True: UP, False: DOWN}).astype(str)
    constant = frame.eq(frame.iloc[0]).all()
    return table.mask(np.broadcast_to(constant.to_numpy(), table.shape), UNDECIDED)


def honest_arrows(
    X: pd.DataFrame | ArrayLike,
    n_clusters_or_estimator: int | BaseEstimator,
    *,
    values: pd.DataFrame | None = None,
    again: pd.DataFrame | None = None,
    alpha: float = 0.05,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Test each arrow on data that had no part in finding the clusters.

    Without `again`, the rows are split: one half is clustered, the other half is assigned to the nearest
    centres and tested. That removes what the centres owe to chance, but the cells still cut the very
    indicators that are tested, and cells of a continuum do differ in their means: significant arrows then say
    where a cell lies, **not** that there are segments. With `again`, the same customers measured once more
    (another period), all rows are clustered on X and tested on `again`; where customers do not truly differ,
    the tests keep their level. `arrows_without_structure` shows both.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators as they are to be clustered (standardised, weighted).
    n_clusters_or_estimator : int or scikit-learn clusterer
        K of a `KMeans` with 10 starts, or a method, which is cloned.
    values : DataFrame of shape (n, p), optional
        Indicators to test, in their own unit, for the same rows; X itself without it.
    again : DataFrame of shape (n, p), optional
        The indicators to test, measured independently for the same customers.
    alpha : float
        Level for all tests together, by Holm's correction over clusters × indicators.
    random_state : int, Generator or None
        Draws the halves and the random starts.

    Returns
    -------
    DataFrame
        Index `cluster`, `indicator`: `n` (tested rows), `mean`, `overall_mean`, `p` (two-sided, Welch's test
        of the cluster against all other tested rows), `p_holm`, and `arrow`: "↑", "↓", or "undecided" where
        p_holm is above alpha or a cluster is too small to be tested.

    Raises
    ------
    ValueError
        If a cell is not finite, indices differ, both tables are given, or there are under 4 rows.

    References
    ----------
    Welch (1947), Biometrika 34, 28-35. Holm (1979), Scand. J. Stat. 6, 65-70.
    Gao, Bien and Witten (2024), J. Am. Stat. Assoc. 119, 332-342, on why a row split fails.

    Examples
    --------
    >>> X = pd.DataFrame({"recency": [1.0, 2, 3, 2, 1, 3, 2, 1, 91, 93, 92, 91, 92, 93, 91, 92]})
    >>> honest_arrows(X, 2, random_state=0)["arrow"].tolist()
    ['↓', '↑']
    """
    if values is not None and again is not None:
        raise ValueError("Both values and again are given; give again for a second measurement, else values.")
    checks.number("alpha", alpha, above=0, below=1)
    X, name, tested = checks.finite_frame(X, "X"), "values" if again is None else "again", values
    if values is None:
        tested = X if again is None else again
    tested = checks.without_noise(checks.finite_frame(tested, name))
    if not tested.index.equals(X.index) or len(X) < 4:
        raise ValueError(
            f"X has {len(X)} rows, the tested table {len(tested)}; both need the same index, 4 rows or more."
        )
    if not hasattr(n_clusters_or_estimator, "fit"):
        checks.whole_number("n_clusters_or_estimator", n_clusters_or_estimator, 1, len(X) // 2)
    table = _honest_tests(X, n_clusters_or_estimator, tested, split=again is None, random_state=random_state)
    table["p_holm"] = _holm(table["p"])
    sign = np.where(table["mean"] >= table["overall_mean"], UP, DOWN)
    table["arrow"] = np.where(table["p_holm"] <= alpha, sign, UNDECIDED)
    return table


def _honest_tests(X, method, tested, *, split, random_state):
    rng = checks.generator(random_state)
    estimator = _clusterer(method, int(rng.integers(2**31 - 1)))
    points = X.to_numpy()
    if not split:
        return _tests(tested, estimator.fit(points).labels_)
    order = rng.permutation(len(X))
    fitted, held = np.sort(order[: len(X) // 2]), np.sort(order[len(X) // 2 :])
    labels = _nearest(points[held], points[fitted], estimator.fit(points[fitted]).labels_)
    return _tests(tested.iloc[held], labels)


def _clusterer(method, seed):
    if hasattr(method, "fit"):
        return clone(method)
    return KMeans(n_clusters=method, n_init=10, random_state=seed)


def _nearest(points, fitted, labels):
    """Return for each point the label of the nearest cluster mean of the fitted points."""
    centres = pd.DataFrame(fitted).groupby(labels).mean()
    distances = ((points[:, None, :] - centres.to_numpy()[None]) ** 2).sum(axis=2)
    return centres.index.to_numpy()[distances.argmin(axis=1)]


def _tests(frame, labels):
    """Return Welch's test of every cluster against the rest, for every indicator."""
    labels = pd.Series(np.asarray(labels), index=frame.index, name="cluster")
    overall = frame.mean()
    mean = means(frame, labels)
    p = pd.DataFrame(_welch(frame.to_numpy(), labels.to_numpy(), mean.index), mean.index, mean.columns)
    table = pd.concat({"mean": mean, "p": p}, axis=1)
    table = table.rename_axis(columns=[None, "indicator"]).stack(future_stack=True)
    table.insert(0, "n", labels.value_counts().reindex(table.index.get_level_values(0)).to_numpy())
    table.insert(2, "overall_mean", overall.reindex(table.index.get_level_values(1)).to_numpy())
    return table


def _holm(p):
    """Return p-values adjusted for all of them; missing ones stay missing and do not count as tests."""
    from statsmodels.stats.multitest import multipletests  # slow to import, and needed here only

    there = p.dropna()
    adjusted = multipletests(there, method="holm")[1] if len(there) else there
    return pd.Series(adjusted, there.index, dtype=float).reindex(p.index)


def _welch(values, labels, clusters):
    """Return two-sided p-values, clusters × indicators; NaN where a side has fewer than two rows."""
    from statsmodels.stats.weightstats import ttest_ind  # slow to import, and needed here only

    p = np.full((len(clusters), values.shape[1]), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):  # two constant sides have no t
        for row, cluster in zip(p, clusters, strict=True):
            sides = values[labels == cluster], values[labels != cluster]
            if min(map(len, sides)) > 1:
                row[:] = ttest_ind(*sides, usevar="unequal")[1]
    return p


def arrows_without_structure(
    n: int,
    n_clusters: int,
    *,
    n_indicators: int = 3,
    alpha: float = 0.05,
    n_repeats: int = 10,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Show what arrows and their tests say about customers who do not differ.

    Every indicator of every customer is drawn from one normal distribution, independently, twice. The first
    draw is clustered; its arrows are tested on itself (naive), on the held-out half of a row split, and on
    the second draw.

    Parameters
    ----------
    n : int
        Number of customers.
    n_clusters : int
    n_indicators : int
    alpha : float
        Level of each single test, without correction.
    n_repeats : int
        Number of data sets; the figures are means over them.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        Index `tested_on`: "the same rows", "held-out rows", "a second measurement"; columns `patterns`
        (distinct patterns of arrows per data set) and `significant` (share of tests with p <= alpha; alpha
        for an honest test).

    References
    ----------
    Gao, Bien and Witten (2024), J. Am. Stat. Assoc. 119, 332-342.

    Examples
    --------
    >>> table = arrows_without_structure(300, 4, n_repeats=2, random_state=0)
    >>> (table["significant"] > 0.5).tolist()
    [True, True, False]
    """
    for name, count in {"n_indicators": n_indicators, "n_repeats": n_repeats}.items():
        checks.whole_number(name, count)
    checks.whole_number("n", n, 4)
    checks.whole_number("n_clusters", n_clusters, 1, n // 2, "half of the customers")
    checks.number("alpha", alpha, above=0, below=1)
    rng, rows = checks.generator(random_state), []
    for _ in range(n_repeats):
        first, second = (pd.DataFrame(rng.normal(size=(n, n_indicators))) for _ in range(2))
        seed = int(rng.integers(2**31 - 1))
        method = KMeans(n_clusters=n_clusters, n_init=10, random_state=seed)
        tables = {
            "the same rows": _tests(first, method.fit(first.to_numpy()).labels_),
            "held-out rows": _honest_tests(first, method, first, split=True, random_state=seed),
            "a second measurement": _honest_tests(first, method, second, split=False, random_state=seed),
        }
        rows += [(key, _patterns(t), (t["p"] <= alpha).mean()) for key, t in tables.items()]
    table = pd.DataFrame(rows, columns=["tested_on", "patterns", "significant"])
    return table.groupby("tested_on", sort=False).mean()


def _patterns(tests):
    above = (tests["mean"] >= tests["overall_mean"]).unstack()
    return len(above.drop_duplicates())


def clusters(labels: ArrayLike, frame: pd.DataFrame) -> pd.Series:
    """Return labels as a Series on the frame's index, or refuse them."""
    return pd.Series(checks.labels(labels, frame), index=frame.index, name="cluster")


def means(frame: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return the mean of every column in every cluster."""
    return frame.groupby(labels).mean()
