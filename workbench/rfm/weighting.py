"""What weights do: before or after a scaling, what say they give each indicator, and the scores of many choices."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from workbench import checks
from workbench.rfm.scoring import DIRECTION, SCALINGS, Scaling, scale, value_score, variance_share

__all__ = [
    "random_weightings",
    "score_variants",
    "usable_scalings",
    "variance_shares",
    "weights_before_scaling",
]


def usable_scalings(X: pd.DataFrame, scalings: Iterable[Scaling]) -> list[str]:
    """Return the scalings that can bring every column of a table to a common scale.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Finite numbers, one row per customer.
    scalings : iterable of str
        As for `scale`.

    Returns
    -------
    list of str
        Those that `scale` does not refuse, in their order.

    Raises
    ------
    ValueError
        If a value is not finite.

    Examples
    --------
    >>> usable_scalings(pd.DataFrame({"frequency": [1, 1, 1, 1, 9]}), ["zscore", "robust"])
    ['zscore']
    """
    table = checks.finite_frame(X, "X")
    return [how for how in scalings if _can_scale(table, how)]


def weights_before_scaling(
    X: pd.DataFrame, weights: Mapping[str, float] | pd.Series, scalings: Iterable[Scaling]
) -> pd.DataFrame:
    """Measure what weights do that come before a scaling: 0 where the scaling divides them away again.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Indicators in their own units, one row per customer.
    weights : dict or Series by column
        Not negative, sum 1.
    scalings : iterable of str
        As for `scale`.

    Returns
    -------
    pandas.DataFrame, one row per scaling, columns of `X`
        Largest difference, over the customers, between the scaled weighted and the scaled unweighted indicator.

    References
    ----------
    Lin and Xiao (2006), J. Harbin Inst. Technol. 38(5), 758-760, steps 1 and 2, in the order of the text.

    Examples
    --------
    >>> X = pd.DataFrame({"recency": [0.0, 4.0], "monetary": [0.0, 8.0]})
    >>> table = weights_before_scaling(X, {"recency": 0.25, "monetary": 0.75}, ["zscore", "centre"])
    >>> table.loc["zscore"].tolist(), table.loc["centre"].tolist()
    ([0.0, 0.0], [1.5, 1.0])
    """
    X = checks.finite_frame(X, "X")
    w = pd.Series(checks.weights(weights, X.columns), X.columns)
    moved = {how: (scale(X * w, how) - scale(X, how)).abs().max() for how in scalings}
    return pd.DataFrame(moved, index=X.columns).T.rename_axis("scaling")


def variance_shares(
    X: pd.DataFrame, weights: Mapping[str, float] | pd.Series, scalings: Iterable[Scaling]
) -> pd.DataFrame:
    """Return the say of each indicator in a Euclidean distance, under several scalings and with weights.

    A weight on a coordinate acts as its square; which spread it acts on is the scaling's doing.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Indicators in their own units, one row per customer.
    weights : dict or Series by column
        Not negative, sum 1.
    scalings : iterable of str
        As for `scale`.

    Returns
    -------
    pandas.DataFrame, columns of `X`
        Shares of the variance, rows summing to 1: of z-scores without weights, of the squared weights alone, and
        of each scaling with weights.

    Examples
    --------
    >>> X = pd.DataFrame({"recency": [0.0, 4.0], "monetary": [0.0, 8.0]})
    >>> variance_shares(X, {"recency": 0.25, "monetary": 0.75}, ["zscore"])["monetary"].tolist()
    [0.5, 0.9, 0.9]
    """
    X = checks.finite_frame(X, "X")
    w = pd.Series(checks.weights(weights, X.columns), X.columns)
    rows = {"zscore, not weighted": variance_share(scale(X)), "squared weights": w**2 / (w**2).sum()}
    rows |= {f"{how}, weighted": variance_share(scale(X, how) * w) for how in scalings}
    return pd.DataFrame(rows).T


def random_weightings(
    X: pd.DataFrame,
    outcome: pd.Series,
    *,
    direction: Mapping[str, int],
    n_weightings: int = 100,
    random_state: np.random.Generator | int | None = None,
) -> pd.Series:
    """Correlate an outcome with the value scores of many random weightings: what agreement any weights would have.

    Weights are uniform on those of sum 1 (Dirichlet). The correlation is Spearman's; not defined where a score or
    the outcome is the same for all: NaN.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Indicators on a common scale, one row per customer.
    outcome : pandas.Series, shape (n,), index of `X`
        Larger is better.
    direction : dict of column to {1, -1}
        1 where larger is better, −1 where smaller is.
    n_weightings : int
    random_state : int, Generator or None

    Returns
    -------
    pandas.Series, shape (n_weightings,)
        Rank correlations, in [-1, 1].

    Raises
    ------
    ValueError
        If a cell is not finite, an indicator has no direction, or the outcome has another index.

    Examples
    --------
    >>> X = pd.DataFrame({"frequency": [0.1, 0.5, 0.9], "monetary": [0.2, 0.4, 1.0]})
    >>> agree = random_weightings(X, pd.Series([1, 2, 3]), direction={"frequency": 1, "monetary": 1}, n_weightings=3)
    >>> agree.tolist()
    [1.0, 1.0, 1.0]
    """
    table = checks.without_noise(checks.finite_frame(X, "X"))
    checks.same_order(outcome, table, "outcome", "X")
    if checks.finite_vector(outcome, "outcome").shape != (len(table),):
        raise ValueError(
            f"outcome has {len(outcome)} values and X {len(table)} rows; both need one per customer."
        )
    checks.whole_number("n_weightings", n_weightings)
    signs = pd.Series(checks.signs(direction, table.columns), table.columns)
    weights = checks.generator(random_state).dirichlet(np.ones(table.shape[1]), n_weightings)
    return ((table * signs) @ weights.T).rank().corrwith(outcome.rank())


def score_variants(
    X: pd.DataFrame,
    weightings: pd.DataFrame,
    scalings: Iterable[Scaling],
    directions: Mapping[str, Mapping[str, int]],
) -> pd.DataFrame:
    """Score customers in every combination of weights, scaling and direction, and by each indicator alone.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Indicators in their own units, one row per customer; columns with a direction in `DIRECTION`.
    weightings : pandas.DataFrame, shape (k, m)
        One row of weights per weighting, columns as in `X`; not negative, rows of sum 1.
    scalings : iterable of str
        As for `scale`.
    directions : dict of str to dict
        Each set of directions by its name, as `value_score` takes it.

    Returns
    -------
    pandas.DataFrame, one row per customer, columns (weights, scaling, direction)
        Larger is better. First come the single indicators, turned by `DIRECTION`, with "" for scaling and direction.

    Examples
    --------
    >>> X = pd.DataFrame({"recency": [9.0, 1.0], "monetary": [5.0, 8.0]})
    >>> equal = pd.DataFrame({"recency": 0.5, "monetary": 0.5}, index=["equal"])
    >>> score_variants(X, equal, ["minmax"], {"usual": DIRECTION})["equal", "minmax", "usual"].tolist()
    [-0.5, 0.5]
    """
    X = checks.finite_frame(X, "X")
    columns = {(f"{name} alone", "", ""): X[name] * DIRECTION[name] for name in X}
    scaled = {how: scale(X, how) for how in scalings}
    for name, weights in weightings.iterrows():
        for how, Z in scaled.items():
            for turn, signs in directions.items():
                columns[name, how, turn] = value_score(Z, weights, direction=signs)
    table = pd.DataFrame(np.column_stack([*columns.values()]), index=X.index)
    return table.set_axis(
        pd.MultiIndex.from_tuples(columns, names=["weights", "scaling", "direction"]), axis=1
    )


def _can_scale(table, how):
    checks.one_of("how", how, SCALINGS)
    try:
        scale(table, how)
    except (
        ValueError
    ):  # the table is finite and the scaling known: a column has no spread, or nothing to divide by
        return False
    return True
