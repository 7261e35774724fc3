"""K-means as SPSS runs it: initial centres from the file's order, batch updates, and the tables it prints."""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist
from scipy.stats import f
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from workbench import checks

__all__ = ["QuickCluster", "tables"]

BLOCK = 2**15  # rows that the pass for initial centres looks at together, at most


class QuickCluster(ClusterMixin, BaseEstimator):
    """Cluster rows by K-means as the QUICK CLUSTER command of SPSS does, from a single start.

    The result depends on the order of the rows. One pass chooses K rows as initial centres. The first K rows
    fill the slots; a later row x takes a slot if (a) it is farther from its nearest centre than the two
    closest centres are from each other: of these two it takes the place of the one nearer to x; or else
    (b) it is farther from its second nearest centre than its nearest centre is from any other: it takes the
    place of its nearest. Both comparisons are strict, ties go to the lower slot, and a cluster's number is
    its slot. Each iteration then assigns every row to the nearest centre and moves each centre to the mean of
    its rows (in which the initial centre has no part), until the largest move is at most `converge` times
    the smallest distance between initial centres.

    Nothing is standardised: scale the indicators first if their units differ. The end is a local optimum, or
    no optimum where `max_iter` stopped it (see `converged_`); compare with `sklearn.cluster.KMeans` from
    many starts.

    Parameters
    ----------
    n_clusters : int
        K, from 1 to the number of distinct rows.
    max_iter : int
        Largest number of iterations (MXITER), at least 1.
    converge : float
        Stop when no centre moves farther than this share of the smallest distance between initial centres
        (CONVERGE), from 0 to 1; for K = 1, which has no such distance, when the centre rests.
    init : array_like of shape (n_clusters, d), optional
        Initial centres, one row per slot (INITIAL); the pass is then left out.

    Attributes
    ----------
    initial_centers_, cluster_centers_ : ndarray of shape (n_clusters, d)
        Unit of X. After `max_iter` stopped it, the latter are the means of the last but one assignment.
    history_ : ndarray of shape (`n_iter_`, n_clusters)
        Distance that each centre moved, per iteration.
    n_iter_ : int
        Iterations made, the one that found no more movement included.
    converged_ : bool
        Whether the last moves met `converge`.
    note_ : str
        Where `max_iter` stopped it, a sentence that says so; else empty.
    labels_ : ndarray of int, shape (n,)
        Slot of each row's nearest final centre, counted from 0; the tables count from 1.
    counts_ : ndarray of int, shape (n_clusters,)
        Rows per cluster.
    inertia_ : float
        Sum of squared distances of the rows to their centres; smaller is tighter.
    center_distances_ : ndarray of shape (n_clusters, n_clusters)
        Distances between final centres.
    anova_ : DataFrame of shape (d, 6)
        One row per indicator: `cluster_mean_square`, `cluster_df`, `error_mean_square`, `error_df`, `f`, `p`.
        Descriptive only: the clusters were chosen to make F large, so that p tests nothing.
    n_features_in_ : int
    feature_names_in_ : ndarray of str, shape (d,)
        Only where X was a DataFrame.

    Raises
    ------
    ValueError
        By `fit` and `predict` if X has a cell that is not finite; by `fit` if a parameter is out of range, if
        X has fewer distinct rows than clusters, or if a cluster loses all its rows.

    References
    ----------
    IBM SPSS Statistics 19 Algorithms (2010), chapter QUICK CLUSTER; Command Syntax Reference, QUICK CLUSTER,
    subcommands CRITERIA and METHOD.

    Examples
    --------
    >>> fitted = QuickCluster(2).fit([[0.0], [1.0], [9.0], [10.0]])
    >>> fitted.initial_centers_.ravel().tolist(), fitted.cluster_centers_.ravel().tolist()
    ([0.0, 10.0], [0.5, 9.5])
    >>> fitted.history_.tolist(), fitted.labels_.tolist()
    ([[0.5, 0.5], [0.0, 0.0]], [0, 0, 1, 1])
    """

    def __init__(
        self, n_clusters: int, max_iter: int = 10, *, converge: float = 0, init: ArrayLike | None = None
    ) -> None:
        self.n_clusters = n_clusters
        self.max_iter = max_iter
        self.converge = converge
        self.init = init

    def fit(self, X: pd.DataFrame | ArrayLike, y: None = None) -> Self:
        """Cluster the rows of X, shape (n, d), in their order; `y` is not used. Returns the estimator."""
        X = self._numbers(X, reset=True)
        self._check_parameters(X)
        self.initial_centers_ = initial_centers(X, self.n_clusters) if self.init is None else self._given()
        enough = self.converge * _smallest_distance(self.initial_centers_)
        self.cluster_centers_, self.history_ = iterate(X, self.initial_centers_, self.max_iter, enough)
        self.n_iter_ = len(self.history_)
        self.converged_ = bool(self.history_[-1].max() <= enough)
        self.note_ = "" if self.converged_ else self._unfinished()
        squares = cdist(X, self.cluster_centers_, "sqeuclidean")
        self.labels_ = squares.argmin(axis=1)
        self.counts_ = counted(self.labels_, self.n_clusters, f"after iteration {self.n_iter_}")
        self.inertia_ = float(squares.min(axis=1).sum())
        self.center_distances_ = cdist(self.cluster_centers_, self.cluster_centers_)
        self.anova_ = _anova(X, self.labels_, self.counts_, self._names())
        return self

    def predict(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """Return the slot of the nearest final centre for each row of X, shape (n, d), counted from 0."""
        check_is_fitted(self)
        return nearest(self._numbers(X, reset=False), self.cluster_centers_)

    def _numbers(self, X, *, reset):
        values = validate_data(self, X, reset=reset, dtype=np.float64, ensure_all_finite=False)
        checks.finite_table(pd.DataFrame(values, checks.rows_of(X), self._names()), "X")
        return checks.without_noise(values) if reset else values

    def _unfinished(self):
        return (
            f"stopped at its limit of {self.max_iter} iterations, while a centre still moved by "
            f"{self.history_[-1].max():.3g}; raise max_iter to let it come to its end"
        )

    def _names(self):
        return getattr(self, "feature_names_in_", np.arange(self.n_features_in_))

    def _given(self):
        centers = np.array(checks.numbers(self.init, "init"))
        expected = (self.n_clusters, self.n_features_in_)
        if centers.shape != expected:
            raise ValueError(f"init has shape {centers.shape}; allowed is {expected}, one row per cluster.")
        checks.finite_table(pd.DataFrame(centers, columns=self._names()), "init")
        return centers

    def _check_parameters(self, X):
        for name in ("n_clusters", "max_iter"):
            checks.whole_number(name, getattr(self, name))
        checks.number("converge", self.converge, least=0, most=1)
        distinct = len(pd.DataFrame(X).drop_duplicates())
        if distinct < self.n_clusters:
            raise ValueError(
                f"n_clusters is {self.n_clusters}, but X (n_samples = {len(X)}) has only {distinct} distinct "
                f"row{'s' * (distinct > 1)}; ask for at most {distinct}."
            )


def tables(fitted: QuickCluster) -> dict[str, pd.DataFrame]:
    """Return the tables that SPSS prints for a clustering, as data frames.

    Clusters are numbered from 1, as printed: cluster c is label c - 1.

    Parameters
    ----------
    fitted : QuickCluster
        After `fit`.

    Returns
    -------
    dict of str to DataFrame
        `initial_centers` and `final_centers` (one row per indicator, one column per cluster, unit of X),
        `history` (one row per iteration, one column per cluster: how far the centre moved),
        `center_distances` (cluster by cluster), `anova` (one row per indicator, columns as in `anova_`) and
        `counts` (one row per cluster, column `n`).

    Raises
    ------
    NotFittedError
        If `fit` was not called.

    References
    ----------
    IBM SPSS Statistics 19 Command Syntax Reference (2010), QUICK CLUSTER, PRINT subcommand.

    Examples
    --------
    >>> X = pd.DataFrame({"visits": [0, 1, 9, 10]})
    >>> tables(QuickCluster(2).fit(X))["final_centers"]
    cluster      1    2
    indicator
    visits     0.5  9.5
    """
    check_is_fitted(fitted)
    clusters = pd.RangeIndex(1, fitted.n_clusters + 1, name="cluster")
    iterations = pd.RangeIndex(1, fitted.n_iter_ + 1, name="iteration")
    indicators = fitted.anova_.index
    return {
        "initial_centers": pd.DataFrame(fitted.initial_centers_.T, index=indicators, columns=clusters),
        "history": pd.DataFrame(fitted.history_, index=iterations, columns=clusters),
        "final_centers": pd.DataFrame(fitted.cluster_centers_.T, index=indicators, columns=clusters),
        "center_distances": pd.DataFrame(fitted.center_distances_, index=clusters, columns=clusters),
        "anova": fitted.anova_.copy(),
        "counts": pd.DataFrame({"n": fitted.counts_}, index=clusters),
    }


def initial_centers(X, n_clusters):
    """Return the rows that the pass in file order leaves in the slots, shape (n_clusters, d).

    Rows are looked at together, up to the first one that takes a slot; the number looked at grows as
    replacements get rare.
    """
    centers = X[:n_clusters].copy()
    if n_clusters == 1:
        return centers
    start, step, apart = n_clusters, 1, _apart(centers)
    while start < len(X):
        block = X[start : start + step]
        found = _replacement(cdist(block, centers, "sqeuclidean"), apart)
        if found is None:
            start, step = start + step, min(2 * step, BLOCK)
        else:
            row, slot = found
            centers[slot] = block[row]
            start, step, apart = start + row + 1, 1, _apart(centers)
    return centers


def _apart(centers):
    """Return squared distances between centres, infinite on the diagonal.

    Like those of the rows they come from `cdist`, so that distances that are equal compare as equal.
    """
    squares = cdist(centers, centers, "sqeuclidean")
    np.fill_diagonal(squares, np.inf)
    return squares


def _replacement(squares, apart):
    """Return the first row that takes a slot, and this slot; None if no row does.

    `squares` holds the squared distance of each row to each centre, shape (n, n_clusters).
    """
    alone = apart.min(axis=1)
    nearest = squares.argmin(axis=1)
    first, second = np.partition(squares, 1, axis=1)[:, :2].T
    spread = first > alone.min()
    takes = spread | (second > alone[nearest])
    row = int(takes.argmax())
    if not takes[row]:
        return None
    if not spread[row]:
        return row, nearest[row]
    low, high = divmod(int(apart.argmin()), len(apart))
    return row, low if squares[row, low] <= squares[row, high] else high


def iterate(X, centers, max_iter, enough=0.0):
    """Return the centres after batch updates, and how far each one moved in each iteration."""
    history = []
    while len(history) < max_iter:
        labels = nearest(X, centers)
        counts = counted(labels, len(centers), f"in iteration {len(history) + 1}")
        moved = _means(X, labels, counts)
        history.append(np.linalg.norm(moved - centers, axis=1))
        centers = moved
        if history[-1].max() <= enough:
            break
    return centers, np.array(history)


def nearest(X, centers):
    """Return the slot of the nearest centre for each row, the lower of two as near."""
    return cdist(X, centers, "sqeuclidean").argmin(axis=1)


def counted(labels, n_clusters, when):
    """Return the rows per cluster, or refuse a cluster without rows, whose mean does not exist."""
    counts = np.bincount(labels, minlength=n_clusters)
    if not counts.all():
        raise ValueError(
            f"Cluster {counts.argmin() + 1} of {n_clusters} has no rows {when}, so that it has no mean; "
            "ask for fewer clusters, give other centres in init, or put the rows in another order."
        )
    return counts


def _means(X, labels, counts):
    """Return the means of clusters; a second pass removes rounding, so that identical rows are their mean."""
    means = np.zeros((len(counts), X.shape[1]))
    for _ in range(2):
        rest = X - means[labels]
        means += np.column_stack([np.bincount(labels, weights=column) for column in rest.T]) / counts[:, None]
    return means


def _smallest_distance(centers):
    return np.sqrt(_apart(centers).min()) if len(centers) > 1 else 0.0


def _anova(X, labels, counts, names):
    """Return the one-way analysis of variance of each indicator between clusters."""
    n, k = len(X), len(counts)
    means, overall = _means(X, labels, counts), _means(X, np.zeros_like(labels), np.array([n]))
    between = counts @ (means - overall) ** 2
    within = ((X - means[labels]) ** 2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        table = pd.DataFrame(
            {
                "cluster_mean_square": between / np.float64(k - 1),
                "cluster_df": k - 1,
                "error_mean_square": within / np.float64(n - k),
                "error_df": n - k,
            },
            index=pd.Index(names, name="indicator"),
        )
        table["f"] = table["cluster_mean_square"].to_numpy() / table["error_mean_square"].to_numpy()
        table["p"] = f.sf(table["f"], k - 1, n - k)
    return table
