"""What each segment is: size, means and arrows, value score and rank, sales by class and quarter.

What is good is said by `direction`, +1 where more is better and -1 where less is; unless given, `recency` is
-1 and everything else +1. The functions on arrows and on sales live in `workbench.arrows` and
`workbench.sales` and are offered here too.
"""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from workbench.checks import did_you_mean
from workbench.sales import sales_by_class, sales_by_quarter, sales_trend
from workbench.segments.arrows import (
    arrows,
    arrows_without_structure,
    clusters,
    directions,
    honest_arrows,
    means,
    name_types,
    numbers,
)

__all__ = [
    "arrows",
    "arrows_without_structure",
    "eta_squared",
    "holdout",
    "honest_arrows",
    "name_types",
    "profile",
    "rank_probabilities",
    "sales_by_class",
    "sales_by_quarter",
    "sales_trend",
    "stone_weights",
    "value_scores",
]


def profile(frame, labels):
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
        indicator, and `pattern`, its arrows in the order of the columns.

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
    frame, labels = numbers(frame), clusters(labels, frame)
    table = pd.DataFrame({"size": labels.value_counts().sort_index()})
    table["share"] = table["size"] / len(frame)
    table = table.join(means(frame, labels))
    table["pattern"] = arrows(frame, labels).agg("".join, axis=1)
    return table


def value_scores(Z, labels, weights, *, direction=None):
    """Return the value score of each cluster: the weighted sum of its mean standardised indicators.

    The score orders clusters of one table; it is no lifetime value and has no unit.

    Parameters
    ----------
    Z : DataFrame, shape (n, d)
        One row per customer; standardised indicators, each still in its own direction, **not** weighted.
    labels : array_like of shape (n,)
        Cluster of each row.
    weights : dict, Series or array_like of shape (d,)
        Weight of each column, by name, or in the order of the columns; not negative, sum 1. A sum that misses
        1 by printed rounding (by at most 0.01) is kept as given and noted in ``attrs["note"]``.
    direction : dict, optional
        +1 where more is better, -1 where less is; without it recency is -1, the others +1.

    Returns
    -------
    DataFrame
        One row per cluster (the index `cluster`): the mean of each column in its own direction,
        `value_score` (larger is better) and `rank` (1 = largest score; equal scores share the better rank).

    Raises
    ------
    ValueError
        If a cell is not finite, or labels, weights or directions do not fit the table.

    References
    ----------
    Lin and Xiao (2006), J. Harbin Inst. Technol. 38(5), 758-760, step 7.

    Examples
    --------
    >>> Z = pd.DataFrame({"recency": [-1.0, 1.0], "monetary": [2.0, -2.0]})
    >>> value_scores(Z, ["near", "far"], {"recency": 0.25, "monetary": 0.75})["value_score"].to_dict()
    {'far': -1.75, 'near': 1.75}
    """
    Z = numbers(Z, "Z")
    table = means(Z, clusters(labels, Z))
    weights, note = _weights(weights, Z.columns)
    score = table.to_numpy() @ (weights[0] * directions(Z.columns, direction))
    table["value_score"] = score
    table["rank"] = rankdata(-score, method="min").astype(int)
    table.attrs.update(note)
    return table


def rank_probabilities(Z, labels, weight_samples, *, direction=None):
    """Return how often each cluster takes each rank by value score, over many weight vectors.

    Clusters with equal scores share their ranks in equal parts, so that every row and every column sums to 1.

    Parameters
    ----------
    Z : DataFrame, shape (n, d)
        As for `value_scores`.
    labels : array_like of shape (n,)
        Cluster of each row.
    weight_samples : DataFrame or array_like of shape (s, d)
        One weight vector per row: columns by name, or in the order of the columns of Z.
    direction : dict, optional
        +1 where more is better, -1 where less is; without it recency is -1, the others +1.

    Returns
    -------
    DataFrame, shape (n_clusters, n_clusters)
        One row per cluster, one column per rank, 1 = largest score; probabilities.

    Raises
    ------
    ValueError
        As for `value_scores`.

    Examples
    --------
    >>> Z = pd.DataFrame({"recency": [-1.0, 1.0], "monetary": [-1.0, 1.0]})
    >>> rank_probabilities(Z, ["near", "rich"], [[0.2, 0.8], [0.7, 0.3], [0.4, 0.6], [0.1, 0.9]])
    rank        1     2
    cluster
    near     0.25  0.75
    rich     0.75  0.25
    """
    Z = numbers(Z, "Z")
    table = means(Z, clusters(labels, Z))
    weights, _ = _weights(weight_samples, Z.columns)
    scores = (weights * directions(Z.columns, direction)) @ table.to_numpy().T
    best, worst = rankdata(-scores, axis=1, method="min"), rankdata(-scores, axis=1, method="max")
    ranks = np.arange(1, len(table) + 1)
    takes = [((best <= r) & (r <= worst)) / (worst - best + 1) for r in ranks]
    probabilities = np.mean(takes, axis=1).T
    return pd.DataFrame(probabilities, index=table.index, columns=pd.Index(ranks, name="rank"))


def stone_weights(n, random_state=None):
    """Draw weights from everything that Stone's order, frequency above recency above monetary, allows.

    The vectors are uniform on that sixth of the simplex; the order gives no single one.

    Parameters
    ----------
    n : int
        Number of weight vectors.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame, shape (n, 3)
        Columns `recency`, `frequency`, `monetary`; rows sum to 1.

    References
    ----------
    Stone's order as quoted by Lin and Xiao (2006), section 2.

    Examples
    --------
    >>> drawn = stone_weights(2000, random_state=0)
    >>> drawn.mean().round(2).to_dict()  # in the limit 5/18, 11/18, 2/18
    {'recency': 0.28, 'frequency': 0.61, 'monetary': 0.11}
    """
    drawn = np.sort(np.random.default_rng(random_state).dirichlet(np.ones(3), size=n), axis=1)
    return pd.DataFrame(drawn[:, [1, 2, 0]], columns=["recency", "frequency", "monetary"])


def eta_squared(values, labels):
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
    frame = numbers(pd.Series(values).to_frame("value"), "values")
    labels = clusters(labels, frame)
    centred = frame["value"] - frame["value"].mean()
    between = float((centred.groupby(labels).transform("mean") ** 2).sum())
    total = float((centred**2).sum())
    return between / total if total > 0 else np.nan


def holdout(scores, outcome, *, n_boot=200, level=0.95, random_state=None):
    """Correlate scores from one period with an outcome in a later one, by Spearman's rank correlation.

    The interval is the bootstrap's percentile interval over customers; every resample is ranked anew, ties at
    their mean rank. All columns of scores meet the same resamples.

    Parameters
    ----------
    scores : Series or DataFrame, shape (n,) or (n, k)
        One row per customer, one column per way of scoring; larger should mean better.
    outcome : array_like of shape (n,)
        What the customer did afterwards, such as the amount spent; larger is better.
    n_boot : int
        Number of resamples.
    level : float
        Coverage of the interval.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        One row per column of scores: `estimate`, `low`, `high` (in [-1, 1]) and `n`.

    Raises
    ------
    ValueError
        If a cell is not finite, a column is constant, lengths or indices differ, or n_boot is below 1.

    References
    ----------
    Spearman (1904), Am. J. Psychol. 15, 72-101. Efron and Tibshirani (1993), section 13.3.

    Examples
    --------
    >>> holdout(pd.Series([1, 2, 3, 4], name="score"), [10, 30, 20, 40], random_state=0)["estimate"].to_dict()
    {'score': 0.8}
    """
    scores = numbers(scores.to_frame() if isinstance(scores, pd.Series) else scores, "scores")
    if isinstance(outcome, pd.Series) and not outcome.index.equals(scores.index):
        raise ValueError(
            "outcome is a Series in another order than scores: use outcome.reindex(scores.index)."
        )
    y = numbers(np.asarray(outcome, dtype=float).reshape(-1, 1), "outcome")[0].to_numpy()
    if len(y) != len(scores):
        raise ValueError(f"scores has {len(scores)} rows and outcome {len(y)}; both need one per customer.")
    if n_boot < 1 or not 0 < level < 1:
        raise ValueError(f"n_boot is {n_boot} and level {level}; allowed are 1 or more, and between 0 and 1.")
    groups = [_dense(scores.to_numpy()[:, j], name) for j, name in enumerate(scores.columns)]
    by_rank = _dense(y, "outcome")
    rng, n = np.random.default_rng(random_state), len(y)
    estimate = _spearmans(groups, by_rank, np.ones(n))
    draws = [
        _spearmans(groups, by_rank, np.bincount(rng.integers(n, size=n), minlength=n)) for _ in range(n_boot)
    ]
    low, high = np.nanquantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame({"estimate": estimate, "low": low, "high": high, "n": n}, index=scores.columns)


def _dense(values, name):
    """Return for each value the number of distinct smaller ones."""
    distinct, codes = np.unique(values, return_inverse=True)
    if len(distinct) < 2:
        raise ValueError(f"{name!r} is {distinct[0]} for every customer; a constant has no rank correlation.")
    return codes


def _spearmans(groups, outcome, times):
    """Return the rank correlations of a sample that holds row i `times[i]` times, without sorting it."""
    y = _centred_ranks(outcome, times)
    x = np.array([_centred_ranks(codes, times) for codes in groups])
    with np.errstate(divide="ignore", invalid="ignore"):  # a resample of one distinct value has none
        return (x @ (times * y)) / np.sqrt((x**2 @ times) * (y**2 @ times))


def _centred_ranks(codes, times):
    count = np.bincount(codes, weights=times)
    return (np.cumsum(count) - (count + times.sum()) / 2)[codes]


def _weights(weights, columns):
    """Return weights as an array (s, d) in the order of the columns, and a note where a sum misses 1."""
    if isinstance(weights, dict | pd.Series):
        weights = pd.DataFrame([dict(weights)])
    if isinstance(weights, pd.DataFrame):
        for name in [*(set(columns) - set(weights)), *(set(weights) - set(columns))]:
            hint = did_you_mean(name, columns)
            raise ValueError(
                f"weights and Z do not name the same columns: {name!r}{hint} Columns: {list(columns)}."
            )
        weights = weights[list(columns)]
    values = np.atleast_2d(np.asarray(weights, dtype=float))
    if values.ndim != 2 or values.shape[1] != len(columns) or not len(values):
        raise ValueError(f"weights has shape {values.shape}; Z has {len(columns)} columns: {list(columns)}.")
    if not (np.isfinite(values).all() and (values >= 0).all()):
        row, column = np.argwhere(~(np.isfinite(values) & (values >= 0)))[0]
        raise ValueError(
            f"The weight of {columns[column]!r} is {values[row, column]}; allowed are numbers from 0."
        )
    off = values.sum(axis=1) - 1
    if np.abs(off).max() > 0.01:
        total = 1 + off[np.abs(off).argmax()]
        raise ValueError(f"weights sum to {total:.4g}; they need to sum to 1. Divide them by their sum.")
    note = f"weights sum to {1 + off[0]:.4g}, by rounding as printed; kept as given"
    return values, ({"note": note} if abs(off[0]) > 1e-9 else {})
