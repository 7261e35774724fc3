"""One case for each class, and what hangs on which one was drawn."""

from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.metrics import pairwise_distances_chunked

from workbench import checks, grey
from workbench.cbr.retrieval import Similarity, nearest, some_rows, weights_of
from workbench.checks import rows_of

__all__ = ["Redraw", "redraw", "typical_cases"]

HOW = ("all", "random", "medoid", "centroid")
Representatives = Literal["all", "random", "medoid", "centroid"]


def typical_cases(
    X: pd.DataFrame | ArrayLike,
    y: ArrayLike,
    how: Representatives = "random",
    *,
    random_state: np.random.Generator | int | None = None,
    weights: grey.Weighting | None = None,
    groups: grey.Groups | None = None,
    group_weights: grey.Weighting | None = None,
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the cases that stand for their classes, and the class of each.

    "random" draws one member of each class, as the source does: another draw, another answer (see
    `redraw`). "medoid" takes the member with the least summed distance to the other members, Σ W ``|difference|``
    with the weights below: differences are what grey relations are made of, and the sum depends on no other
    class; the first member of equals. "centroid" is the mean of the members, not a customer. "all" keeps
    every case.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, m)
        One row per case; indicators on a common scale (no unit).
    y : array_like of shape (n,)
        Class of each case.
    how : {"all", "random", "medoid", "centroid"}
    random_state : int, Generator or None
        For "random".
    weights, groups, group_weights
        For "medoid", as in `grey.similarity`.

    Returns
    -------
    cases : DataFrame of shape (c, m)
        One row per class, classes sorted ("all": the n cases). The index `case` is the case's label in X,
        and for "centroid" that of the class.
    classes : Series of shape (c,)
        `class` of each, same index.

    Raises
    ------
    ValueError
        If `how` is unknown, a cell is not finite, a class is missing, or lengths differ.

    References
    ----------
    Kaufman and Rousseeuw (1990), *Finding Groups in Data*, chapter 2, for the medoid.

    Examples
    --------
    >>> cases, classes = typical_cases([[0.0], [0.1], [0.5], [0.9]], ["low", "low", "low", "high"], "medoid")
    >>> classes.to_dict(), cases[0].to_dict()
    ({3: 'high', 1: 'low'}, {3: 0.9, 1: 0.1})
    """
    checks.one_of("how", how, HOW)
    values, (codes, names) = checks.finite_table(X), checks.codes(y, X, "y", "X")
    members = _members(codes)
    if how == "centroid":
        means = [values[rows].mean(axis=0) for rows in members]
        return _named(np.array(means), names, X, names)
    if how == "all":
        rows = np.arange(len(values))
    elif how == "random":
        rows = _drawn(members, checks.generator(random_state))
    else:
        scaled = values * weights_of(X, weights=weights, groups=groups, group_weights=group_weights)
        rows = np.array([_medoid(scaled, rows) for rows in members])
    return _named(values[rows], rows_of(X)[rows], X, names[codes[rows]])


class Redraw(NamedTuple):
    """What `redraw` returns.

    Attributes
    ----------
    shares : DataFrame of shape (q, classes)
        Share of the draws in which the query (row) was given the class (column); rows sum to 1.
    summary : DataFrame of shape (q, 4)
        Per query `modal`, its most frequent class (the first of equals); `changes`, the share of draws with
        another answer; `all_cases`, the class of the nearest of all cases; and `differs`, the share of draws
        with another answer than that. Smaller shares are steadier.
    """

    shares: pd.DataFrame
    summary: pd.DataFrame


def redraw(
    X: pd.DataFrame | ArrayLike,
    y: ArrayLike,
    queries: pd.DataFrame | ArrayLike,
    *,
    n_draws: int = 200,
    random_state: np.random.Generator | int | None = None,
    similarity: Similarity = "grey",
    **how: Any,
) -> Redraw:
    """Draw the random typical cases again and again, and return what each query is answered.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, m)
        One row per case; indicators on a common scale (no unit).
    y : array_like of shape (n,)
        Class of each case.
    queries : array_like or DataFrame of shape (q, m)
        Same columns.
    n_draws : int
        Number of draws of one case per class; 200 give a share to about 0.035.
    random_state : int, Generator or None
    similarity, **how
        As in `retrieve`.

    Returns
    -------
    Redraw
        `shares` and `summary`.

    Raises
    ------
    ValueError
        As `retrieve`; if n_draws is below 1 or a class is missing.

    Examples
    --------
    >>> X, y = [[0.0], [0.2], [0.5], [0.8], [1.0]], ["low", "low", "low", "high", "high"]
    >>> redraw(X, y, [[0.1], [0.55]], random_state=0, similarity="manhattan").summary["changes"].tolist()
    [0.0, 0.43]
    """
    checks.whole_number("n_draws", n_draws)
    checks.finite_table(X)
    codes, names = checks.codes(y, X, "y", "X")
    members, rng = _members(codes), checks.generator(random_state)
    counts = np.zeros((len(queries), len(names)))
    for _ in range(n_draws):
        rows = _drawn(members, rng)
        found, _ = nearest(queries, some_rows(X, rows), similarity=similarity, **how)
        counts[np.arange(len(counts)), codes[rows][found[:, 0]]] += 1
    found, _ = nearest(queries, X, similarity=similarity, **how)
    return _redraw(counts, codes[found[:, 0]], names, rows_of(queries))


def _redraw(counts, whole, names, queries):
    """Return the result from the number of draws per class and the answers of all cases."""
    modal, rows, n_draws = counts.argmax(axis=1), np.arange(len(counts)), counts[0].sum()
    summary = {
        "modal": names[modal],
        "changes": (n_draws - counts[rows, modal]) / n_draws,
        "all_cases": names[whole],
        "differs": (n_draws - counts[rows, whole]) / n_draws,
    }
    shares = pd.DataFrame(counts / n_draws, queries, pd.Index(names, name="class"))
    return Redraw(shares, pd.DataFrame(summary, queries))


def _members(codes):
    """Return the rows of each class, in the order of the codes."""
    return [np.flatnonzero(codes == c) for c in range(codes.max() + 1)]


def _drawn(members, rng):
    """Return the row of one case per class, each member equally likely."""
    return np.array([rng.choice(rows) for rows in members])


def _medoid(X, members):
    """Return the member with the least summed distance; rounding decides no tie."""
    chunks = pairwise_distances_chunked(
        X[members], metric="manhattan", reduce_func=lambda block, start: block.sum(axis=1)
    )
    total = np.concatenate(list(chunks))
    return members[np.flatnonzero(total <= total.min() * (1 + 1e-12))[0]]


def _named(values, cases, X, classes):
    index = pd.Index(cases, name="case")
    columns = X.columns if isinstance(X, pd.DataFrame) else None
    return pd.DataFrame(values, index, columns), pd.Series(classes, index, name="class")
