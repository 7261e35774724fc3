"""What each segment is: its size, its means and arrows, how much it explains.

Scores, what they foretell, and ranks of segments, arrows, types and sales are offered here too.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.sales import sales_by_class, sales_by_quarter, sales_trend
from workbench.segments.arrows import (
    UNDECIDED,
    arrows,
    arrows_without_structure,
    clusters,
    honest_arrows,
    means,
)
from workbench.segments.foretelling import holdout
from workbench.segments.ranking import rank_probabilities, stone_weights, value_scores
from workbench.segments.types import name_types

__all__ = [
    "arrows",
    "arrows_without_structure",
    "deviations",
    "eta_squared",
    "holdout",
    "honest_arrows",
    "name_types",
    "profile",
    "rank_probabilities",
    "sales_by_class",
    "sales_by_quarter",
    "sales_trend",
    "scatter_shares",
    "stone_weights",
    "summary",
    "value_scores",
]

SUMMARY = {
    "min": "smallest",
    "25%": "lower quartile",
    "50%": "median",
    "75%": "upper quartile",
    "max": "largest",
}


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Summarise each indicator over all customers, in the words of a reader.

    Parameters
    ----------
    frame : DataFrame, shape (n, d)
        One row per customer, one column per indicator.

    Returns
    -------
    DataFrame, columns of `frame`
        Rows `mean`, `smallest`, `lower quartile`, `median`, `upper quartile`, `largest`.

    Raises
    ------
    ValueError
        If a cell is not finite.

    Examples
    --------
    >>> summary(pd.DataFrame({"frequency": [1, 2, 3, 10]}))["frequency"].to_dict()
    {'mean': 4.0, 'smallest': 1.0, 'lower quartile': 1.75, 'median': 2.5, 'upper quartile': 4.75, 'largest': 10.0}
    """
    return checks.finite_frame(frame).describe().rename(index=SUMMARY).loc[["mean", *SUMMARY.values()]]


def profile(frame: pd.DataFrame | ArrayLike, labels: ArrayLike) -> pd.DataFrame:
    """Describe each cluster by its size, its means and its pattern of arrows.

    The arrows are descriptive: for tests see `honest_arrows`. Three indicators give at most eight patterns.

    Parameters
    ----------
    frame : DataFrame, shape (n, d)
        One row per customer, one column per indicator, in its own unit and direction.
    labels : array_like of shape (n,)
        Cluster of each row.

    Returns
    -------
    DataFrame
        One row per cluster (the index `cluster`): `size`, `share` (of the customers), the mean of each
        indicator, and `pattern`, its arrows in the order of the columns, "·" for one that is the same for all.

    Raises
    ------
    ValueError
        If a cell is not finite, or labels are missing, of another length, or a Series in another order.

    References
    ----------
    Lin and Xiao (2006), J. Harbin Inst. Technol. 38(5), 758-760, step 5.

    Examples
    --------
    >>> frame = pd.DataFrame({"recency": [1, 2, 30, 31], "monetary": [10, 20, 3, 3]})
    >>> profile(frame, [0, 0, 1, 1])
             size  share  recency  monetary pattern
    cluster
    0           2    0.5      1.5      15.0      ↓↑
    1           2    0.5     30.5       3.0      ↑↓
    """
    frame = checks.finite_frame(frame)
    labels = clusters(labels, frame)
    table = pd.DataFrame({"size": labels.value_counts().sort_index()})
    table["share"] = table["size"] / len(frame)
    table = table.join(means(frame, labels))
    table["pattern"] = arrows(frame, labels).replace(UNDECIDED, "·").agg("".join, axis=1)
    return table


def deviations(
    frame: pd.DataFrame, labels: ArrayLike, *, reference: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Say how far each cluster's means are from those of all customers, in standard deviations of these.

    Parameters
    ----------
    frame : DataFrame, shape (n, d)
        One row per customer, one column per indicator.
    labels : array_like of shape (n,)
        Cluster of each row.
    reference : DataFrame, same columns, optional
        All customers, where `frame` holds some; default: `frame`.

    Returns
    -------
    DataFrame
        One row per cluster, one column per indicator; 0 for an indicator that is the same for all.

    Raises
    ------
    ValueError
        If a cell is not finite, columns differ, or labels are missing or of another length.

    Examples
    --------
    >>> deviations(pd.DataFrame({"recency": [1, 1, 3, 3]}), ["a", "a", "b", "b"])["recency"].tolist()
    [-1.0, 1.0]
    """
    frame = checks.finite_frame(frame)
    every = frame if reference is None else checks.finite_frame(reference, "reference")
    checks.needed_columns(every.columns, frame.columns, "reference")
    spread = every.std(ddof=0).replace(0, 1)
    return ((means(frame, clusters(labels, frame)) - every.mean()) / spread)[list(frame)]


def eta_squared(values: pd.Series | ArrayLike, labels: ArrayLike) -> float:
    """Return the share of the variance of a quantity that lies between clusters.

    Not defined for a constant quantity: NaN.

    Parameters
    ----------
    values : array_like of shape (n,)
        The quantity, one value per customer; any unit.
    labels : array_like of shape (n,)
        Cluster of each value.

    Returns
    -------
    float
        Between 0 (all clusters have the same mean) and 1 (no variance within clusters).

    Raises
    ------
    ValueError
        If a value is not finite, or labels are missing or of another length.

    References
    ----------
    Pearson (1905), the squared correlation ratio.

    Examples
    --------
    >>> eta_squared([0, 2, 4, 6], ["a", "a", "b", "b"])  # between 4 × 4, within 4 × 1
    0.8
    """
    values, labels = (
        pd.Series(checks.without_noise(checks.finite_vector(values))),
        checks.labels(labels, values, of="values"),
    )
    centred = values - values.mean()
    between = float((centred.groupby(labels).transform("mean") ** 2).sum())
    total = float((centred**2).sum())
    return between / total if total > 0 else np.nan


def scatter_shares(X: pd.DataFrame, labels: ArrayLike) -> pd.DataFrame:
    """Return the share of each indicator in what K-means minimises: the squared distances to the centres.

    Parameters
    ----------
    X : DataFrame, shape (n, d)
        One row per customer, on the scale that is clustered.
    labels : array_like of shape (n,)
        Cluster of each row.

    Returns
    -------
    DataFrame, one row per indicator
        `total`, of the squared distances to the common mean; `within clusters`, of those to the means of the
        clusters, NaN where all customers of each cluster are alike. Columns sum to 1.

    Raises
    ------
    ValueError
        If a cell is not finite, or labels are missing or of another length.

    Examples
    --------
    >>> X = pd.DataFrame({"visits": [0.0, 2.0, 8.0, 10.0], "share": [0.0, 2.0, 0.0, 2.0]})
    >>> scatter_shares(X, ["low", "low", "high", "high"]).round(3).to_dict("list")
    {'total': [0.944, 0.056], 'within clusters': [0.5, 0.5]}
    """
    X = checks.without_noise(checks.finite_frame(X, "X"))
    own = X.groupby(clusters(labels, X)).transform("mean")
    squares = {"total": ((X - X.mean()) ** 2).sum(), "within clusters": ((X - own) ** 2).sum()}
    table = pd.DataFrame(squares)
    return table / table.sum().where(table.sum() > 0)
