"""Grey relations: coefficients, grades, the two-level similarity, and the most similar cases.

Between a query and a case, with Δ = |query − case| per indicator, Deng's coefficient is

    (min Δ + ρ max Δ) / (Δ + ρ max Δ),   0 < ρ ≤ 1,

with min and max always for one query at a time; `scope` says over which distances:

"all"        all cases and all indicators
"group"      all cases and the indicators of the same group (without groups: as "all")
"indicator"  all cases, this indicator alone
"case"       this case alone, over its indicators. A common error in code: the nearest indicator of every case
             gets 1 however far it is, so that coefficients of different cases cannot be compared. Kept to show it.

Coefficients rise as cases get nearer; they say how near a case is beside the other cases, not how near it is.
They change when cases are added, and query and case cannot change roles.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.grey import blocks, leaves
from workbench.grey.inputs import Groups, Relation, Scope, Weighting, check_choices, relation
from workbench.grey.largest import candidates, largest

__all__ = ["Nearest", "nearest", "relational_coefficient", "relational_grade", "similarity"]


class Nearest(NamedTuple):
    """The most similar cases of each query, the most similar first."""

    indices: np.ndarray  # (q, k), positions of cases from 0
    similarities: np.ndarray  # (q, k)


def relational_coefficient(
    queries: pd.DataFrame | ArrayLike,
    cases: pd.DataFrame | ArrayLike,
    distinguishing_coefficient: float = 0.5,
    *,
    scope: Scope = "group",
    groups: Groups | None = None,
) -> np.ndarray:
    """Compute Deng's grey relational coefficient of every query, case and indicator.

    Where all distances of the scope are 0, the coefficient is 1.

    Parameters
    ----------
    queries : array_like or DataFrame, shape (q, m)
        One row per query; indicators on one scale, since scopes other than "indicator" compare their units.
    cases : array_like or DataFrame, shape (n, m)
        One row per case; the same columns in the same order.
    distinguishing_coefficient : float
        ρ, above 0 and at most 1: smaller spreads the coefficients more. They are at least ρ / (1 + ρ).
    scope : {"group", "all", "indicator", "case"}
        Over what the smallest and largest distance of a query are taken, see the module.
    groups : dict of group to list of columns, or sequence of m labels, optional
        Group of each indicator; needed by scope "group", without it all indicators are one group.

    Returns
    -------
    ndarray, shape (q, n, m)
        In (0, 1], no unit, larger is nearer.

    Raises
    ------
    ValueError
        If a value is not finite, the columns differ, or a choice is not offered.

    References
    ----------
    Deng (1982), Syst. Control Lett. 1, 288-294; Deng (1989), J. Grey System 1, 1-24.

    Examples
    --------
    >>> relational_coefficient([[0, 0]], [[0, 1], [4, 2]]).tolist()  # (0 + 2) / (Δ + 2)
    [[[1.0, 0.6666666666666666], [0.3333333333333333, 0.5]]]
    """
    given = relation(queries, cases, groups=groups)
    check_choices(scope, distinguishing_coefficient)
    return coefficients(given, distinguishing_coefficient, distances_of(given, scope))


def relational_grade(
    queries: pd.DataFrame | ArrayLike,
    cases: pd.DataFrame | ArrayLike,
    *,
    weights: Weighting | None = None,
    groups: Groups | None = None,
    scope: Scope = "group",
    distinguishing_coefficient: float = 0.5,
) -> np.ndarray:
    """Add up the coefficients within each group by weight: the first level of `similarity`.

    Parameters
    ----------
    queries, cases, weights, groups, scope, distinguishing_coefficient
        As for `similarity`.

    Returns
    -------
    ndarray, shape (q, n, g)
        In (0, 1], no unit, larger is nearer. Groups in the order of the dict, or of their first label.

    Raises
    ------
    ValueError
        As `similarity`.

    References
    ----------
    Deng (1989), J. Grey System 1, 1-24, the grey relational grade, there with equal weights.

    Examples
    --------
    >>> relational_grade([[0, 0]], [[0, 1], [4, 2]], weights=[0.25, 0.75]).round(4).tolist()
    [[[0.75], [0.4583]]]
    """
    given = relation(queries, cases, weights=weights, groups=groups)
    check_choices(scope, distinguishing_coefficient)
    weighted = coefficients(given, distinguishing_coefficient, distances_of(given, scope)) * given.weights
    return np.stack(
        [weighted[..., given.codes == code].sum(axis=2) for code in range(len(given.groups))], axis=2
    )


def similarity(
    queries: pd.DataFrame | ArrayLike,
    cases: pd.DataFrame | ArrayLike,
    *,
    weights: Weighting | None = None,
    groups: Groups | None = None,
    group_weights: Weighting | None = None,
    scope: Scope = "group",
    distinguishing_coefficient: float = 0.5,
) -> np.ndarray:
    """Compute the two-level grey similarity of every query and case.

    The grade of a group is the weighted sum of its coefficients, the similarity the weighted sum of the
    grades; so it equals one level with the products of the weights.

    Parameters
    ----------
    queries : array_like or DataFrame, shape (q, m)
        One row per query; indicators on one scale, since scopes other than "indicator" compare their units.
    cases : array_like or DataFrame, shape (n, m)
        One row per case; the same columns in the same order.
    weights : dict or Series by column, or sequence of shape (m,), optional
        Say of each indicator within its group, not negative; default: equal within a group. Each group sums
        to 1; a sum missing it by printed rounding (up to 0.005) is used as given, and is then what an
        identical case reaches.
    groups : dict of group to list of columns, or sequence of m labels, optional
        Group of each indicator; default: one group.
    group_weights : dict or Series by group, or sequence of shape (g,), optional
        Say of each group, as `weights`; a sequence follows the dict or the first labels. Default: equal.
    scope : {"group", "all", "indicator", "case"}
        Over what the smallest and largest distance of a query are taken, see the module.
    distinguishing_coefficient : float
        ρ, above 0 and at most 1.

    Returns
    -------
    ndarray, shape (q, n)
        In (0, 1] up to the sums of the weights and the last digit, no unit, larger is nearer.

    Raises
    ------
    ValueError
        If a value is not finite, columns, groups or weights do not fit, or a choice is not offered.

    References
    ----------
    Deng (1989), J. Grey System 1, 1-24, for one level.

    Examples
    --------
    >>> cases = [[0.0, 1.0, 3.0], [4.0, 2.0, 5.0]]
    >>> similarity([[0.0, 0.0, 4.0]], cases, groups=["r", "r", "f"], group_weights=[0.25, 0.75]).round(4)
    array([[0.9583, 0.8542]])
    """
    given = relation(queries, cases, weights=weights, groups=groups, group_weights=group_weights)
    check_choices(scope, distinguishing_coefficient)
    return similarities(given, distinguishing_coefficient, distances_of(given, scope))


def nearest(
    queries: pd.DataFrame | ArrayLike,
    cases: pd.DataFrame | ArrayLike,
    *,
    k: int = 1,
    weights: Weighting | None = None,
    groups: Groups | None = None,
    group_weights: Weighting | None = None,
    scope: Scope = "group",
    distinguishing_coefficient: float = 0.5,
    exclude_self: bool = False,
) -> Nearest:
    """Find the k most similar cases of each query, without holding all similarities.

    Equal similarities are ordered by the row of the case. Pairs are compared in single precision with a bound
    on its error, where it helps only with cases in boxes that are near enough; whatever may be among the k
    nearest is computed in full, so that indices and similarities are those of `similarity`.

    Parameters
    ----------
    queries, cases, weights, groups, group_weights, scope, distinguishing_coefficient
        As for `similarity`.
    k : int
        How many, from 1 to the number of cases (that of the other cases, with `exclude_self`).
    exclude_self : bool
        For leaving one out: the queries are the cases, row by row, and row i is no case for query i: neither
        is it found, nor does it count for the smallest and largest distance.

    Returns
    -------
    Nearest
        `indices` (q, k), positions in `cases` from 0, and `similarities` (q, k), the largest first.

    Raises
    ------
    ValueError
        As `similarity`; if k is out of range, or with `exclude_self` queries and cases differ.

    References
    ----------
    Deng (1989), J. Grey System 1, 1-24.

    Examples
    --------
    >>> nearest([[0.0], [3.0]], [[1.0], [4.0], [4.0]], k=2)
    Nearest(indices=array([[0, 1],
           [1, 2]]), similarities=array([[1. , 0.5],
           [1. , 1. ]]))
    """
    given = relation(queries, cases, weights=weights, groups=groups, group_weights=group_weights)
    check_choices(scope, distinguishing_coefficient)
    check_k(given, k, exclude_self)
    return Nearest(*_search(given, scope, distinguishing_coefficient, int(k), exclude_self))


def similarities(given, rho, distances, rows=slice(None)):
    """Return the similarity of some queries, by rows, to all cases; `distances` from `distances_of`."""
    queries, weights = np.ascontiguousarray(given.queries[rows].T), given.joint_weights
    out = np.empty((queries.shape[1], len(given.cases)))
    cases = np.ascontiguousarray(given.cases.T)
    if distances is None:
        blocks.fill_per_case(out, cases, queries, weights, rho)
    else:
        blocks.fill(out, cases, queries, *_terms(*(x[rows] for x in distances), rho, weights))
    return out


def coefficients(given, rho, distances):
    """Return all coefficients, shape (q, n, m)."""
    distance = np.abs(given.queries[:, None, :] - given.cases)
    if distances is None:
        low, high = distance.min(axis=2, keepdims=True), distance.max(axis=2, keepdims=True)
    else:
        low, high = (x[:, None, :] for x in distances)
    numerator, offset = blocks.fraction(low, high, rho)
    distance += offset
    return np.divide(numerator, distance, out=distance)


def distances_of(given, scope, *, exclude_self=False):
    """Return the smallest and largest distance per query and indicator; None where each case has its own."""
    codes = _sharing(given, scope)
    found = blocks.distance_range(given.queries, given.cases, codes, exclude_self=exclude_self)
    return None if scope == "case" else found


def _sharing(given, scope):
    """Say which indicators share their smallest and largest distance."""
    m = len(given.indicators)
    return {"all": np.zeros(m, dtype=int), "group": given.codes}.get(scope, np.arange(m))


def _terms(low, high, rho, weights):
    """Return weighted numerators and offsets, each of shape (m, q)."""
    numerator, offset = blocks.fraction(low, high, rho)
    return np.ascontiguousarray((numerator * weights).T), np.ascontiguousarray(offset.T)


def check_k(given: Relation, k: int, exclude_self: bool = False) -> None:
    """Refuse a number of cases that there are not, or other queries than the cases where they must be these."""
    if exclude_self and not np.array_equal(given.queries, given.cases):
        raise ValueError(
            "exclude_self needs the cases themselves as queries, row by row; pass the same table."
        )
    most = len(given.cases) - bool(exclude_self)
    checks.whole_number("k", k, 1, most, "the number of cases to choose from")


def _search(given, scope, rho, k, exclude_self):
    """Find the k nearest for some queries at a time."""
    sums = _exact_sums if scope == "case" else _screened_sums
    found = [largest(*pairs, k) for pairs in sums(given, scope, rho, k, exclude_self)]
    return map(np.concatenate, zip(*found, strict=True))


def _screened_sums(given, scope, rho, k, exclude_self):
    """Yield row, column and similarity of what may be among the k nearest.

    Pairs are compared in float32, where that is possible; what is left is computed in float64.
    """
    weights = given.joint_weights
    low, high = distances_of(given, scope, exclude_self=exclude_self)
    some = blocks.first_of_equals(given.cases, k + bool(exclude_self))
    full = [np.ascontiguousarray(x.T) for x in (given.cases[some], given.queries)]
    full += _terms(low, high, rho, weights)
    screen, share = blocks.single_precision(*full, high, _sharing(given, scope), rho) or (full, 0.0)
    own = None
    if exclude_self:
        own = np.full(len(given.cases), -1)
        own[some] = np.arange(len(some))
    for rows, row, column in _screened(screen, own, k, share * weights.sum()):
        asked = [x[:, rows] for x in full[1:]]
        yield row, some[column], blocks.sums_of_pairs(full[0], *asked, column, row)


def _screened(terms, own, k, slack):
    """Yield a slice of queries, and row and column of the pairs kept; by leaves where these spare most pairs."""
    tree = leaves.partition_if_worth(terms, own, k, slack)
    if tree is not None:
        yield from leaves.pairs(tree, terms[1:], own, k, slack)
        return
    for rows in _blocks_of_rows(terms[1].shape[1], terms[0].shape[1]):
        sums = np.empty((rows.stop - rows.start, terms[0].shape[1]), dtype=terms[0].dtype)
        blocks.fill(sums, terms[0], *(x[:, rows] for x in terms[1:]))
        if own is not None:
            _leave_out(sums, own[rows])
        yield rows, *candidates(sums, k, slack)


def _exact_sums(given, scope, rho, k, exclude_self):
    """As `_screened_sums`, for scope "case", in float64 alone."""
    distances = distances_of(given, scope)
    for rows in _blocks_of_rows(len(given.queries), len(given.cases)):
        sums = similarities(given, rho, distances, rows)
        if exclude_self:
            _leave_out(sums, np.arange(rows.start, rows.stop))
        row, column = candidates(sums, k, 0.0)
        yield row, column, sums[row, column]


def _blocks_of_rows(q, n):
    height = max(1, blocks.BLOCK // n)
    return [slice(i, min(i + height, q)) for i in range(0, q, height)]


def _leave_out(sums, own):
    """Leave out the case of each row that is the query itself, or none, -1."""
    rows = np.flatnonzero(own >= 0)
    sums[rows, own[rows]] = -np.inf
