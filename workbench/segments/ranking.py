"""Segments ranked by value: scores from weights, ranks over many weights, the weights of Stone's order."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from workbench import checks
from workbench.checks import listed, shown
from workbench.segments.arrows import clusters, means

__all__ = ["first_places", "rank_probabilities", "restricted", "stone_weights", "value_scores", "weightings"]

STONE = {"recency": 5 / 18, "frequency": 11 / 18, "monetary": 2 / 18}
"""Mean of all weights of Stone's order: the expected order statistics of a uniform point of the simplex."""


def value_scores(
    Z: pd.DataFrame | ArrayLike,
    labels: ArrayLike,
    weights: Mapping[str, float] | pd.Series | ArrayLike,
    *,
    direction: Mapping[str, int] | None = None,
) -> pd.DataFrame:
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
        1 by printed rounding (up to 0.005) is used as given and noted in ``attrs["note"]``.
    direction : dict, optional
        1: larger is better, −1: smaller is better; default: −1 for recency, 1 for frequency and monetary. A column
        without one is refused.

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
    Z = checks.finite_frame(Z, "Z")
    table = means(Z, clusters(labels, Z))
    w = checks.weights(weights, Z.columns)
    score = table.to_numpy() @ (w * checks.signs(direction, Z.columns))
    table["value_score"] = score
    table["rank"] = rankdata(-score, method="min").astype(int)
    table.attrs.update(checks.rounding_note(float(w.sum())))
    return table


def rank_probabilities(
    Z: pd.DataFrame | ArrayLike,
    labels: ArrayLike,
    weight_samples: pd.DataFrame | ArrayLike,
    *,
    direction: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Return how often each cluster takes each rank by value score, over many weight vectors.

    Clusters with equal scores share their ranks in equal parts, so that every row and every column sums to 1.

    Parameters
    ----------
    Z : DataFrame, shape (n, d)
        As for `value_scores`.
    labels : array_like of shape (n,)
        Cluster of each row.
    weight_samples : DataFrame or array_like of shape (s, d)
        One weight vector per row, as for `value_scores`: columns by name, or in the order of the columns of Z.
    direction : dict, optional
        1: larger is better, −1: smaller is better; default: −1 for recency, 1 for frequency and monetary. A column
        without one is refused.

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
    Z = checks.finite_frame(Z, "Z")
    table = means(Z, clusters(labels, Z))
    weights = _weight_rows(weight_samples, Z.columns)
    scores = (weights * checks.signs(direction, Z.columns)) @ table.to_numpy().T
    best, worst = rankdata(-scores, axis=1, method="min"), rankdata(-scores, axis=1, method="max")
    ranks = np.arange(1, len(table) + 1)
    takes = [((best <= r) & (r <= worst)) / (worst - best + 1) for r in ranks]
    probabilities = np.mean(takes, axis=1).T
    return pd.DataFrame(probabilities, index=table.index, columns=pd.Index(ranks, name="rank"))


def stone_weights(n: int, random_state: np.random.Generator | int | None = None) -> pd.DataFrame:
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
    checks.whole_number("n", n)
    drawn = np.sort(checks.generator(random_state).dirichlet(np.ones(3), size=n), axis=1)
    return pd.DataFrame(drawn[:, [1, 2, 0]], columns=["recency", "frequency", "monetary"])


def weightings(judged: pd.Series) -> pd.DataFrame:
    """Set weights from judges beside those that they are compared with.

    Parameters
    ----------
    judged : Series
        Weight of `recency`, `frequency` and `monetary`, sum 1.

    Returns
    -------
    DataFrame, one row per weighting, columns `recency`, `frequency`, `monetary`
        ``equal``; ``stone``, the mean of all weights of Stone's order; ``ahp``, the judges'; ``ahp, swapped``, the
        judges' with recency and frequency exchanged.

    References
    ----------
    Lin and Xiao (2006), section 2, on Hughes (equal weights) and Stone (frequency, recency, monetary).

    Examples
    --------
    >>> table = weightings(pd.Series({"frequency": 0.2, "recency": 0.3, "monetary": 0.5}))
    >>> table.loc["ahp, swapped"].tolist(), table.loc["stone"].round(2).tolist()
    ([0.2, 0.3, 0.5], [0.28, 0.61, 0.11])
    """
    judged = pd.Series(checks.weights(judged, [*STONE], "judged"), [*STONE])
    swapped = judged.rename({"frequency": "recency", "recency": "frequency"})
    rows = {"equal": dict.fromkeys(STONE, 1 / 3), "stone": STONE, "ahp": judged, "ahp, swapped": swapped}
    return pd.DataFrame(rows).T[[*STONE]]


def restricted(weights: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Give the weight of indicators that are left out to the others, in proportion.

    Parameters
    ----------
    weights : DataFrame, shape (k, m)
        One row of weights per weighting.
    columns : iterable of str
        The indicators that are kept.

    Returns
    -------
    DataFrame, shape (k, number kept)
        Rows of the old sum; `weights` itself, in the order of `columns`, where none is left out.

    Raises
    ------
    ValueError
        If a column is not in `weights`, or a row has no weight on those that are kept.

    Examples
    --------
    >>> table = pd.DataFrame({"recency": [0.2], "frequency": [0.5], "monetary": [0.3]})
    >>> restricted(table, ["recency", "monetary"]).values.round(3).tolist()
    [[0.4, 0.6]]
    """
    columns = list(columns)
    checks.needed_columns(weights.columns, columns, "weights")
    weights = checks.finite_frame(weights, "weights")
    kept = weights[columns]
    if len(columns) == weights.shape[1]:
        return kept
    if (kept.sum(axis=1) <= 0).any():
        raise ValueError(
            f"weights has a row without weight on {listed(columns)}; keep an indicator that has."
        )
    return kept.mul(weights.sum(axis=1) / kept.sum(axis=1), axis=0)


def first_places(
    scaled: Mapping[str, pd.DataFrame],
    labels: ArrayLike,
    samples: Mapping[str, pd.DataFrame],
    directions: Mapping[str, Mapping[str, int]],
) -> pd.DataFrame:
    """Return how often each cluster ranks first by value score, for every choice of weights, scaling, direction.

    Parameters
    ----------
    scaled : dict of str to DataFrame, shape (n, d)
        The standardised indicators by the name of the scaling, not weighted.
    labels : array_like of shape (n,)
        Cluster of each row.
    samples : dict of str to DataFrame, shape (s, d)
        The weight vectors of each weighting: one row where it is fixed, so that the answer is 0 or 1.
    directions : dict of str to dict
        Each set of directions by its name, as `value_scores` takes it.

    Returns
    -------
    DataFrame, index (weights, scaling, direction), one column per cluster
        Probabilities, rows summing to 1.

    Examples
    --------
    >>> Z = pd.DataFrame({"recency": [-1.0, 1.0], "monetary": [-1.0, 2.0]})
    >>> equal = pd.DataFrame({"recency": [0.5], "monetary": [0.5]})
    >>> turns = {"few days": {"recency": -1, "monetary": 1}, "many days": {"recency": 1, "monetary": 1}}
    >>> first_places({"zscore": Z}, ["near", "rich"], {"equal": equal}, turns)["rich"].tolist()
    [1.0, 1.0]
    """
    for what, names in {"scaled": scaled, "samples": samples, "directions": directions}.items():
        checks.distinct(what, names)
    rows = {
        (name, how, turn): rank_probabilities(Z, labels, vectors, direction=signs)[1]
        for name, vectors in samples.items()
        for how, Z in scaled.items()
        for turn, signs in directions.items()
    }
    return pd.DataFrame(rows).T.rename_axis(index=["weights", "scaling", "direction"])


def _weight_rows(samples, columns):
    """Return weight vectors, one per row, in the order of the columns, or refuse one by row and column."""
    name = "weight_samples"
    if isinstance(samples, pd.DataFrame):
        for column in samples.columns:
            checks.known("column", column, columns, f" of {name}")
        checks.needed_columns(samples.columns, columns, name)
        samples = samples[list(columns)]
    values, rows = checks.finite_table(samples, name), checks.rows_of(samples)
    if values.shape[1] != len(columns):
        raise ValueError(
            f"{name} has shape {values.shape}; allowed is (s, {len(columns)}), one column for each of "
            f"{listed(columns)}."
        )
    for i, j in np.argwhere(values < 0):
        raise ValueError(
            f"{name} must be finite and not negative: row {shown(rows[i])}, that of {shown(columns[j])} is "
            f"{shown(values[i, j])}."
        )
    for i in np.flatnonzero(checks.misses_one(values.sum(axis=1))):
        checks.sum_to_one(float(values[i].sum()), f"{name} of row {shown(rows[i])}")
    return values
