"""The nearest cases of a query under a similarity, and how often the nearest other case has the same class."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from workbench import checks, grey
from workbench.checks import rows_of, shown

__all__ = ["LeaveOneOut", "leave_one_out", "left_out_accuracies", "retrieve"]

SIMILARITIES = ("grey", "euclidean", "manhattan")
WEIGHTING = ("weights", "groups", "group_weights")
VOTES = ("majority", "similarity")
Similarity = Literal["grey", "euclidean", "manhattan"] | Callable[[Any, Any], ArrayLike]
Vote = Literal["majority", "similarity"]
BLOCK = 2**22  # similarities held at once


def retrieve(
    cases: pd.DataFrame | ArrayLike,
    queries: pd.DataFrame | ArrayLike,
    *,
    k: int = 1,
    similarity: Similarity = "grey",
    classes: ArrayLike | None = None,
    exclude_self: bool = False,
    **how: Any,
) -> pd.DataFrame:
    """Return the k most similar cases of each query, the first step of case-based reasoning.

    "grey" is `grey.similarity`: its least and largest difference are taken over the cases, so that how
    similar two customers are depends on the whole case base; only compare similarities of one query. With
    "euclidean" and "manhattan" the similarity is 1 / (1 + d), where d is √Σ W (q − c)² or Σ W ``|q − c|`` and W
    is the weight of the indicator's group times its weight in the group.

    Parameters
    ----------
    cases : array_like or DataFrame of shape (n, m)
        One row per case; indicators on a common scale (no unit), direction of no importance.
    queries : array_like or DataFrame of shape (q, m)
        Same columns, in the order of `cases`.
    k : int
        Cases per query, from 1 to n (n − 1 with `exclude_self`).
    similarity : {"grey", "euclidean", "manhattan"} or callable
        A callable takes (queries, cases) and returns (q, n) numbers, larger is more similar.
    classes : array_like of shape (n,), optional
        Class of each case, to be given beside it.
    exclude_self : bool
        The queries are the cases, row by row, and none is its own neighbour: each is looked up among the
        other cases, over which alone "grey" takes its least and largest difference.
    **how
        `weights`, `groups`, `group_weights`, and for "grey" `scope` and `distinguishing_coefficient`, as
        in `grey.similarity`. None for a callable.

    Returns
    -------
    DataFrame
        q · k rows, queries in their order and most similar first: `query` and `case` (row label of a
        DataFrame, else row number), `rank` (from 1), `similarity` (no unit, larger is nearer), and `class`
        where `classes` were given. Equally similar cases keep the order of the case base.

    Raises
    ------
    ValueError
        If a cell is not finite, columns differ, or an argument is outside what is allowed.

    References
    ----------
    Aamodt and Plaza (1994), AI Commun. 7, 39-59, section 3: retrieve, reuse, revise, retain.

    Examples
    --------
    >>> cases = pd.DataFrame({"frequency": [0.0, 0.5, 1.0]}, index=["low", "middle", "high"])
    >>> retrieve(cases, [[0.9]], k=2, similarity="manhattan").round(2)
       query  rank    case  similarity
    0      0     1    high        0.91
    1      0     2  middle        0.71
    """
    indices, similarities = nearest(
        queries, cases, k=k, similarity=similarity, exclude_self=exclude_self, **how
    )
    q, found = np.shape(indices)[0], np.ravel(indices)
    table = pd.DataFrame(
        {
            "query": rows_of(queries).repeat(k),
            "rank": np.tile(np.arange(1, k + 1), q),
            "case": rows_of(cases)[found],
            "similarity": np.ravel(similarities),
        }
    )
    if classes is not None:
        codes, names = checks.codes(classes, cases, "classes", "cases")
        table["class"] = names[codes[found]]
    return table


class LeaveOneOut(NamedTuple):
    """What `leave_one_out` returns.

    Attributes
    ----------
    accuracy : float
        Share of cases whose answer is their class, 0 to 1, larger is better.
    answers : DataFrame of shape (n, 5)
        One row per case, under its label: its `class`, the `answer` of the others, whether it is `correct`,
        and `nearest`, the most similar other case, with its `similarity`.
    """

    accuracy: float
    answers: pd.DataFrame


def leave_one_out(
    X: pd.DataFrame | ArrayLike,
    y: ArrayLike,
    *,
    k: int = 1,
    similarity: Similarity = "grey",
    vote: Vote = "majority",
    **how: Any,
) -> LeaveOneOut:
    """Return how often the other cases give a case its class, each case looked up without itself.

    The same as fitting anew without each case. A class of a single case is always missed. Against classes
    that a clustering made of X itself, the accuracy is circular: it favours the similarity that is most like
    the clustering's own distance, so that the order of similarities can turn with the space clustered in.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, m)
        One row per case, at least 2; indicators on a common scale (no unit).
    y : array_like of shape (n,)
        Class of each case.
    k : int
        Cases that vote, from 1 to n − 1.
    similarity, **how
        As in `retrieve`.
    vote : {"majority", "similarity"}
        As in `cbr.GreyCaseClassifier`.

    Returns
    -------
    LeaveOneOut
        `accuracy` and `answers`.

    Raises
    ------
    ValueError
        As `retrieve`; if a class is missing.

    References
    ----------
    Stone (1974), J. R. Stat. Soc. B 36, 111-147: the choice that a case has no part in is judged on it.

    Examples
    --------
    >>> leave_one_out([[0.0], [0.1], [0.8], [1.0]], ["low", "low", "high", "high"]).accuracy
    1.0
    """
    checks.finite_table(X)
    codes, names = checks.codes(y, X, "y", "X")
    indices, similarities = nearest(X, X, k=k, similarity=similarity, exclude_self=True, **how)
    _, winners = ballot(codes[indices], similarities, len(names), vote)
    answers = pd.DataFrame(
        {
            "class": names[codes],
            "answer": names[winners],
            "correct": winners == codes,
            "nearest": rows_of(X)[indices[:, 0]],
            "similarity": similarities[:, 0],
        },
        index=rows_of(X),
    )
    return LeaveOneOut(float(answers["correct"].mean()), answers)


def left_out_accuracies(
    X: pd.DataFrame | ArrayLike,
    targets: Mapping[Hashable, ArrayLike],
    weightings: Mapping[Hashable, Mapping[str, Any]],
    *,
    similarities: Sequence[Similarity] = SIMILARITIES,
    **grey_only: Any,
) -> pd.DataFrame:
    """Leave each case out under several classes, weightings and similarities, and set the accuracies side by side.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, m)
        As in `leave_one_out`.
    targets : dict of name to array_like of shape (n,)
        Classes of the cases, several ways.
    weightings : dict of name to dict
        `weights`, `groups` and `group_weights` of each, as in `retrieve`.
    similarities : sequence of {"grey", "euclidean", "manhattan"} or callable
    **grey_only
        `scope` and `distinguishing_coefficient` of "grey".

    Returns
    -------
    DataFrame
        One row per target, one column per weighting and similarity: the accuracy, from 0 to 1.

    Raises
    ------
    ValueError
        As `leave_one_out`.

    Examples
    --------
    >>> X, y = [[0.0, 0.0], [0.1, 1.0], [0.8, 0.1], [1.0, 0.9]], ["low", "low", "high", "high"]
    >>> weightings = {"first": {"weights": [1.0, 0.0]}, "second": {"weights": [0.0, 1.0]}}
    >>> left_out_accuracies(X, {"ours": y}, weightings, similarities=["euclidean"]).loc["ours"].tolist()
    [1.0, 0.0]
    """
    ways = [(weighting, similarity) for weighting in weightings for similarity in similarities]
    table = {}
    for weighting, similarity in ways:
        how = {**weightings[weighting], **(grey_only if similarity == "grey" else {})}
        found = {
            name: leave_one_out(X, np.asarray(y), similarity=similarity, **how) for name, y in targets.items()
        }
        table[weighting, similarity] = {name: result.accuracy for name, result in found.items()}
    return pd.DataFrame(table).loc[[*targets]]


def nearest(queries, cases, *, k=1, similarity="grey", exclude_self=False, **how):
    """Return row numbers and similarities of the k most similar cases, both of shape (q, k)."""
    if not callable(similarity):
        checks.one_of("similarity", similarity, SIMILARITIES)
    if similarity == "grey":
        return grey.nearest(queries, cases, k=k, exclude_self=exclude_self, **how)
    measure, q, n = _measure(queries, cases, similarity, how)
    checks.whole_number("k", k, 1, n - bool(exclude_self), "the number of cases to choose from")
    if exclude_self:
        _check_same(queries, cases)
    if exclude_self and callable(similarity):
        found = [_without(row, n, k, measure) for row in range(n)]
    else:
        step = max(1, BLOCK // n)
        blocks = [np.arange(i, min(i + step, q)) for i in range(0, q, step)]
        found = [_among_all(rows, k, measure, exclude_self) for rows in blocks]
    indices, similarities = (np.concatenate(part) for part in zip(*found, strict=True))
    return indices, similarities


def _without(row, n, k, measure):
    """Return the k nearest of the cases but one to that one, as if it had never been in the case base."""
    others = np.delete(np.arange(n), row)
    indices, similarities = _top(measure([row], others), k)
    return others[indices], similarities


def _among_all(rows, k, measure, exclude_self):
    """Return the k nearest of all cases; a distance depends on no other case, so to exclude one is to skip it."""
    similarities = measure(rows, slice(None))
    if exclude_self:
        similarities[np.arange(len(rows)), rows] = -np.inf
    return _top(similarities, k)


def _top(similarities, k):
    """Return the columns and values of the k largest in each row, of equals the first."""
    row, column = grey.candidates(similarities, k, 0.0)
    return grey.largest(row, column, similarities[row, column], k)


def _measure(queries, cases, similarity, how):
    """Return a function from rows of queries and rows of cases to similarities; and both numbers of rows."""
    allowed = () if callable(similarity) else WEIGHTING
    if set(how) - set(allowed):
        raise ValueError(
            f"similarity {shown(similarity)} takes {' and '.join(allowed) or 'no options'}, not {', '.join(how)}."
        )
    checked = grey.relation(queries, cases, **how)
    q, n, joint = len(checked.queries), len(checked.cases), checked.joint_weights
    if callable(similarity):
        return (
            lambda rows, columns: _called(similarity, some_rows(queries, rows), some_rows(cases, columns)),
            q,
            n,
        )
    metric, scale = ("cityblock", joint) if similarity == "manhattan" else ("euclidean", np.sqrt(joint))
    Q, C = checked.queries * scale, checked.cases * scale
    return lambda rows, columns: 1 / (1 + cdist(Q[rows], C[columns], metric)), q, n


def _called(similarity, queries, cases):
    """Return what a callable says, once it is known to be one finite number per pair."""
    values, shape = np.asarray(similarity(queries, cases), dtype=float), (len(queries), len(cases))
    if values.shape != shape:
        raise ValueError(f"similarity returned shape {values.shape}; allowed is {shape}, queries by cases.")
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        query, case = rows_of(queries)[row], rows_of(cases)[column]
        raise ValueError(
            f"similarity of query {shown(query)} to case {shown(case)} is {values[row, column]}; it must be finite."
        )
    return values


def ballot(codes, similarities, n_classes, vote):
    """Return the votes for each class, shape (q, n_classes), and the class that wins.

    `codes` are the classes of the nearest cases and `similarities` theirs, shape (q, k), nearest first.
    Equal votes go to the larger summed similarity, then to the nearest voter.
    """
    checks.one_of("vote", vote, VOTES)
    if vote == "similarity" and (similarities < 0).any():
        raise ValueError(
            f"A vote by similarity needs similarities of at least 0; got {similarities.min():g}. Use 'majority'."
        )
    q, k = codes.shape
    place, shape = (np.arange(q)[:, None], codes), (q, n_classes)
    counts, sums, first = np.zeros(shape), np.zeros(shape), np.full(shape, k)
    np.add.at(counts, place, 1)
    np.add.at(sums, place, similarities)
    np.minimum.at(first, place, np.arange(k))
    votes = counts if vote == "majority" else sums
    return votes, np.lexsort((first, -sums, -votes), axis=-1)[:, 0]


def weights_of(X, **how):
    """Return the weight of each indicator in all, shape (m,): that of its group times that in its group."""
    return grey.relation(X, X, **how).joint_weights


def some_rows(X, rows):
    """Return some rows of a table, of its kind."""
    return X.iloc[rows] if isinstance(X, pd.DataFrame) else np.asarray(X)[rows]


def _check_same(queries, cases):
    if not np.array_equal(np.asarray(queries, float), np.asarray(cases, float)):
        raise ValueError("With exclude_self the queries must be the cases themselves, row by row.")
