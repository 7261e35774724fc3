"""Scores from 1 up by the part of the customers that an indicator falls into, or by cuts."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import listed, shown

__all__ = ["cuts_of", "scores"]

SCORINGS = ("quantile", "fixed", "nested")


def scores(
    frame: pd.DataFrame,
    how: Literal["quantile", "fixed", "nested"] = "quantile",
    *,
    n_bins: int = 5,
    cuts: Mapping[str, Sequence[float]] | None = None,
    direction: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Score each indicator from 1 (worst) to `n_bins` (best); equal values always get equal scores.

    "quantile" cuts each indicator into equal parts, a group of ties going where its middle rank falls; only, the
    worst value always scores 1 and the best `n_bins`, however many customers share it, unless all do.
    "nested" does so for the first column, then for the second within each score of the first, and so on:
    Hughes's recency, then frequency, then monetary. "fixed" counts the `cuts` that a value reaches.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (n, m)
        Indicators in their own units, for "nested" in the order of nesting.
    how : {"quantile", "fixed", "nested"}
    n_bins : int
        Number of scores, at least 2; for "fixed" the number of cuts plus one decides.
    cuts : dict of column to increasing list of float, optional
        For "fixed" only, in the column's unit; `cuts_of` gives those of other scores. Reached means ≥ the cut, or ≤
        where smaller is better. A cut that comes twice leaves a score out.
    direction : dict of column to 1 or -1, optional
        1: larger is better, −1: smaller is better; default `DIRECTION`. A column without one is refused.

    Returns
    -------
    pandas.DataFrame of int64, shape (n, m)
        1 … `n_bins`, larger is better. Few distinct values or large ties leave some scores unused.

    Raises
    ------
    ValueError
        If an argument is outside its range or a value is not finite.

    References
    ----------
    Hughes (1994), *Strategic Database Marketing*, for the nested quintiles.

    Examples
    --------
    >>> scores(pd.DataFrame({"recency": [1, 5, 9, 30], "frequency": [4, 1, 1, 2]}), n_bins=2)
       recency  frequency
    0        2          2
    1        2          1
    2        1          1
    3        1          2
    """
    checks.one_of("how", how, SCORINGS)
    checks.whole_number("n_bins", n_bins, 2)
    if (cuts is not None) != (how == "fixed"):
        raise ValueError(f"cuts belong to how='fixed' and only there; how is {shown(how)}.")
    X = checks.finite_frame(frame)
    better = X * checks.signs(direction, X.columns)
    if how == "fixed":
        return _fixed(better, X, cuts)
    return _quantiles(checks.without_noise(better), n_bins, nested=how == "nested")


def cuts_of(
    frame: pd.DataFrame, given: pd.DataFrame, *, direction: Mapping[str, int] | None = None
) -> dict[str, list[float]]:
    """Return the cuts that give customers the scores they have, for new customers to be scored alike.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (n, m)
        Indicators in their own units.
    given : pandas.DataFrame of int, shape (n, m)
        Scores of the same customers, from 1, as `scores` gives them by "quantile" or "fixed".
    direction : dict of column to 1 or -1, optional

    Returns
    -------
    dict of column to list of float
        For `scores` with how="fixed".

    Raises
    ------
    ValueError
        If better values do not have higher scores, as in nested scores: those have no cuts.

    Examples
    --------
    >>> table = pd.DataFrame({"recency": [1, 5, 9, 30], "frequency": [4, 1, 1, 2]})
    >>> cuts_of(table, scores(table, n_bins=2))
    {'recency': [5.0], 'frequency': [2.0]}
    """
    X, signs = checks.finite_frame(frame), checks.signs(direction, frame.columns)
    checks.needed_columns(given.columns, X.columns, "given")
    cuts = {}
    for column, sign in zip(X, signs, strict=True):
        better, score = X[column].to_numpy() * sign, _scored(given, column, len(X))
        least = [float(better[score >= s].min()) for s in range(2, int(score.max()) + 1)]
        if (np.searchsorted(least, better, side="right") + 1 != score).any():
            raise ValueError(
                f"The scores of {shown(column)} do not rise with it; nested scores have no cuts to keep."
            )
        cuts[str(column)] = sorted(float(sign * value) for value in least)
    return cuts


def _scored(given, column, n):
    score = checks.finite_frame(given[[column]], "given")[column].to_numpy()
    if len(score) != n or (score % 1).any() or score.min() < 1 or score.max() > n:
        raise ValueError(f"given must hold a score from 1 for each of {n} customers, in {shown(column)} too.")
    return score


def _quantiles(better, n_bins, *, nested):
    result = pd.DataFrame(index=better.index)
    for column in better:
        groups = [result[c].to_numpy() for c in result] if nested and len(result.columns) else None
        values = better[column] if groups is None else better[column].groupby(groups)
        size, least, most = (
            (len(better), values.min(), values.max())
            if groups is None
            else map(values.transform, ("size", "min", "max"))
        )
        # Twice the mid-rank is a whole number, so the ceiling is taken among integers and is exact.
        odd = (2 * values.rank(method="average")).round().astype("int64") - 1
        score = -(-(n_bins * odd) // (2 * size))
        worst, best = better[column].eq(least), better[column].eq(most)
        result[column] = score.mask(worst & ~best, 1).mask(best & ~worst, n_bins)
    return result


def _fixed(better, X, cuts):
    if set(cuts) != set(X.columns):
        raise ValueError(f"cuts must name the columns {listed(X.columns)}, not {listed(cuts)}.")
    result = pd.DataFrame(index=X.index)
    for column in X:
        edges = np.asarray(cuts[column], float)
        if edges.ndim != 1 or len(edges) == 0 or not np.isfinite(edges).all() or (np.diff(edges) < 0).any():
            raise ValueError(
                f"cuts of {shown(column)} must be finite and not decreasing, not {shown(cuts[column])}."
            )
        turned = better[column].ne(X[column]).any()
        edges = np.sort(-edges) if turned else edges
        result[column] = 1 + np.searchsorted(edges, better[column].to_numpy(), side="right")
    return result
