"""Arrows: each segment's mean against the overall mean, and what testing them is worth.

An arrow has the indicator's own direction: recency "↓" is recent.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import KMeans

from workbench import checks
from workbench.segments.clustering import nearest
from workbench.segments.lloyd import labels_by

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
    if not split:
        return _tests(tested, labels_by(estimator, X.to_numpy()))
    held, labels = _held_out(X.to_numpy(), estimator, rng)
    return _tests(tested.iloc[held], labels)


def _held_out(points, estimator, rng):
    """Cluster one half of the points; return the positions of the other half, and its nearest clusters."""
    order = rng.permutation(len(points))
    fitted, held = np.sort(order[: len(points) // 2]), np.sort(order[len(points) // 2 :])
    return held, _nearest(points[held], points[fitted], labels_by(estimator, points[fitted]))


def _clusterer(method, seed):
    if hasattr(method, "fit"):
        return clone(method)
    return KMeans(n_clusters=method, n_init=10, random_state=seed)


def _nearest(points, fitted, labels):
    """Return for each point the label of the nearest cluster mean of the fitted points."""
    centres = pd.DataFrame(fitted).groupby(labels).mean()
    return centres.index.to_numpy()[nearest(points, centres.to_numpy())]


def _tests(frame, labels):
    """Return Welch's test of every cluster against the rest, for every indicator."""
    names, counts, mean, p = _welch(frame.to_numpy(), np.asarray(labels))
    index = pd.MultiIndex.from_product([names, frame.columns], names=["cluster", "indicator"])
    overall = np.broadcast_to(frame.mean().to_numpy(), mean.shape)
    columns = {"n": np.repeat(counts, frame.shape[1]), "mean": mean.ravel(), "overall_mean": overall.ravel()}
    return pd.DataFrame(columns | {"p": p.ravel()}, index)


def _holm(p):
    """Return p-values adjusted for all of them; missing ones stay missing and do not count as tests."""
    from statsmodels.stats.multitest import multipletests  # slow to import, and needed here only

    there = p.dropna()
    adjusted = multipletests(there, method="holm")[1] if len(there) else there
    return pd.Series(adjusted, there.index, dtype=float).reindex(p.index)


def _welch(values, labels):
    """Return clusters, their sizes, means (clusters × indicators), and two-sided p-values of these.

    A p-value is NaN where a side has fewer than two rows, or neither side varies.
    """
    from scipy.stats import ttest_ind_from_stats  # slow to import, and needed here only

    names, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    one = (codes[:, None] == np.arange(len(names))).astype(float)
    n = np.stack([counts, len(values) - counts])[:, :, None]
    members = one.T @ values
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.stack([members, values.sum(axis=0) - members]) / n
        # From each side's own mean: differences of squared sums would lose digits.
        inside = one.T @ (values - mean[0][codes]) ** 2
        outside = np.stack(
            [((values[labels != k] - m) ** 2).sum(axis=0) for k, m in zip(names, mean[1], strict=True)]
        )
        spread = np.sqrt(np.stack([inside, outside]) / (n - 1))
        p = ttest_ind_from_stats(mean[0], spread[0], n[0], mean[1], spread[1], n[1], equal_var=False).pvalue
    return names, counts, mean[0], np.where((n > 1).all(axis=0), p, np.nan)


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
        first, second = rng.normal(size=(2, n, n_indicators))
        method = _clusterer(n_clusters, int(rng.integers(2**31 - 1)))
        labels = labels_by(method, first)
        held, assigned = _held_out(first, method, rng)
        tested = {
            "the same rows": (first, labels),
            "held-out rows": (first[held], assigned),
            "a second measurement": (second, labels),
        }
        rows += [(on, *_said(*test, alpha)) for on, test in tested.items()]
    table = pd.DataFrame(rows, columns=["tested_on", "patterns", "significant"])
    return table.groupby("tested_on", sort=False).mean()


def _said(values, labels, alpha):
    """Return how many patterns of arrows there are, and the share of tests that are significant."""
    _, _, mean, p = _welch(values, labels)
    return len(np.unique(mean >= values.mean(axis=0), axis=0)), (p <= alpha).mean()


def clusters(labels: ArrayLike, frame: pd.DataFrame) -> pd.Series:
    """Return labels as a Series on the frame's index, or refuse them."""
    return pd.Series(checks.labels(labels, frame), index=frame.index, name="cluster")


def means(frame: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return the mean of every column in every cluster."""
    return frame.groupby(labels).mean()
