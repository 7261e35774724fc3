"""What a grey similarity is made of, and how it hangs on the distinguishing coefficient."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from workbench import checks
from workbench.grey import blocks
from workbench.grey.inputs import Groups, Scope, Weighting, check_choices, one_query, relation
from workbench.grey.relations import check_k, coefficients, distances_of, similarities

__all__ = [
    "Contribution",
    "WorkedExample",
    "contribution",
    "distinguishing_sweep",
    "nearest_first",
    "worked_example",
]


class Contribution(NamedTuple):
    """What each indicator adds to the similarity of one query to every case, and what it takes away."""

    weights: pd.Series  # (m,), group weight times weight
    contributions: pd.DataFrame  # (m, n), weight times coefficient; its column sums are the similarities
    losses: pd.DataFrame  # (m, n), weight minus contribution


class WorkedExample(NamedTuple):
    """Every step from one query to its similarities, one column per case."""

    values: pd.DataFrame  # (m, 1 + n), the query first
    distances: pd.DataFrame  # (m, n)
    coefficients: pd.DataFrame  # (m, n)
    grades: pd.DataFrame  # (g, n)
    similarity: pd.Series  # (n,)


def worked_example(
    query: pd.Series | pd.DataFrame | ArrayLike,
    cases: pd.DataFrame | ArrayLike,
    *,
    weights: Weighting | None = None,
    groups: Groups | None = None,
    group_weights: Weighting | None = None,
    scope: Scope = "group",
    distinguishing_coefficient: float = 0.5,
) -> WorkedExample:
    """Show values, distances, coefficients, grades and similarities of one query.

    Parameters
    ----------
    query : Series, sequence of shape (m,), or table of one row
        Indicators of one query; a Series or DataFrame with the columns of the cases.
    cases, weights, groups, group_weights, scope, distinguishing_coefficient
        As for `grey.similarity`.

    Returns
    -------
    WorkedExample
        `values` (m, 1 + n), `distances` (m, n), unit of the indicators; `coefficients` (m, n), `grades`
        (g, n), `similarity` (n,), no unit, larger is nearer. Rows are (group, indicator), or groups; columns
        are the cases, before them in `values` the query.

    Raises
    ------
    ValueError
        As `grey.similarity`, or if there is not exactly one query.

    References
    ----------
    Deng (1989), J. Grey System 1, 1-24.

    Examples
    --------
    >>> cases = pd.DataFrame({"recency": [0.0, 4.0], "frequency": [1.0, 2.0]}, index=["A", "B"])
    >>> worked_example([0.0, 0.0], cases).coefficients.round(3)
                       A      B
    group indicator
    all   recency    1.000  0.333
          frequency  0.667  0.500
    """
    given, xi = _one(query, cases, scope, distinguishing_coefficient, weights, groups, group_weights)
    names = _indicator_index(given, grouped=True)
    table = pd.DataFrame(given.cases.T, index=names, columns=given.case_names)
    values = pd.concat(
        [pd.Series(given.queries[0], names, name=_name(query, given)).to_frame(), table], axis=1
    )
    coefficient = pd.DataFrame(xi, names, given.case_names)
    grades = coefficient.mul(given.weights, axis=0).groupby(level="group", sort=False).sum().loc[given.groups]
    return WorkedExample(
        values,
        (table - given.queries[0][:, None]).abs(),
        coefficient,
        grades,
        grades.mul(given.group_weights, axis=0).sum().rename("similarity"),
    )


def nearest_first(example: WorkedExample, most: int = 8) -> WorkedExample:
    """Put the cases of a worked example in the order of their similarity, at most so many of them.

    Parameters
    ----------
    example : WorkedExample
        As `worked_example` returns it.
    most : int
        How many cases stay.

    Returns
    -------
    WorkedExample
        Equally similar cases keep their order.

    Examples
    --------
    >>> cases = pd.DataFrame({"recency": [4.0, 0.0]}, index=["A", "B"])
    >>> list(nearest_first(worked_example([1.0], cases), 1).values)
    ['query', 'B']
    """
    checks.whole_number("most", most)
    names = example.similarity.sort_values(ascending=False, kind="stable").index[:most]
    values = example.values[[example.values.columns[0], *names]]
    steps = [table[names] for table in (example.distances, example.coefficients, example.grades)]
    return WorkedExample(values, *steps, example.similarity[names])


def contribution(
    query: pd.Series | pd.DataFrame | ArrayLike,
    cases: pd.DataFrame | ArrayLike,
    *,
    weights: Weighting | None = None,
    groups: Groups | None = None,
    group_weights: Weighting | None = None,
    scope: Scope = "group",
    distinguishing_coefficient: float = 0.5,
) -> Contribution:
    """Split the similarities of one query into what each indicator contributes.

    An indicator contributes group weight · weight · coefficient, and loses the rest of its weight: the
    largest loss says what kept a case from being more similar.

    Parameters
    ----------
    query, cases, weights, groups, group_weights, scope, distinguishing_coefficient
        As for `worked_example`. Give all cases: smallest and largest distance are taken over them.

    Returns
    -------
    Contribution
        `weights` (m,); `contributions` and `losses` (m, n), one row per indicator, one column per case, no
        unit. Contributions of a column add up to its similarity, with the losses to the sum of the weights.

    Raises
    ------
    ValueError
        As `worked_example`.

    Examples
    --------
    >>> cases = pd.DataFrame({"recency": [0.0, 4.0], "frequency": [1.0, 2.0]}, index=["A", "B"])
    >>> contribution([0.0, 0.0], cases, weights=[0.25, 0.75]).losses.round(3)
                  A      B
    indicator
    recency    0.00  0.167
    frequency  0.25  0.375
    """
    given, xi = _one(query, cases, scope, distinguishing_coefficient, weights, groups, group_weights)
    names = _indicator_index(given, grouped=False)
    weight = pd.Series(given.joint_weights, names, name="weight")
    contributions = pd.DataFrame(xi, names, given.case_names).mul(weight, axis=0)
    return Contribution(weight, contributions, contributions.rsub(weight, axis=0))


def distinguishing_sweep(
    queries: pd.DataFrame | ArrayLike,
    cases: pd.DataFrame | ArrayLike,
    values: Sequence[float] | np.ndarray,
    *,
    reference: float = 0.5,
    k: int = 1,
    labels: ArrayLike | None = None,
    weights: Weighting | None = None,
    groups: Groups | None = None,
    group_weights: Weighting | None = None,
    scope: Scope = "group",
) -> pd.DataFrame:
    """Compare the nearest cases and the order of all cases under several distinguishing coefficients.

    Parameters
    ----------
    queries, cases, weights, groups, group_weights, scope
        As for `grey.similarity`.
    values : sequence of float
        Values of ρ to try, each above 0 and at most 1.
    reference : float
        Value of ρ to compare with.
    k : int
        How many nearest cases, from 1 to n.
    labels : array_like, shape (n,), optional
        Class of each case.

    Returns
    -------
    DataFrame, one row per value, index `distinguishing_coefficient`
        `nearest_kept`: share of the k nearest cases under the reference that are among the k nearest, mean
        over queries, from 0 to 1; with k = 1 the share of queries whose nearest case stays.
        `class_kept`, with `labels`: share of queries whose nearest case is of the same class.
        `rank_correlation`: Spearman's, between the similarities to all cases under both values, from -1 to
        1, mean over the queries for which it is defined; NaN if all cases are always equally similar.

    Raises
    ------
    ValueError
        As `grey.similarity`, or if k or labels do not fit the cases.

    Examples
    --------
    >>> distinguishing_sweep([[0.0, 0.0]], [[0.0, 9.0], [3.0, 2.0], [9.0, 9.0]], [0.1, 1.0])
                                nearest_kept  rank_correlation
    distinguishing_coefficient
    0.1                                  1.0               1.0
    1.0                                  0.0               0.5
    """
    given = relation(queries, cases, weights=weights, groups=groups, group_weights=group_weights)
    for rho in (reference, *values):
        check_choices(scope, rho)
    check_k(given, k)
    codes = None if labels is None else checks.codes(labels, cases, of="cases")[0]
    distances = distances_of(given, scope)
    height = max(1, blocks.BLOCK // len(given.cases))
    parts = []
    for i in range(0, len(given.queries), height):
        base, *others = (
            _order(similarities(given, rho, distances, slice(i, i + height))) for rho in (reference, *values)
        )
        parts.append([_agreement(base, other, k, codes) for other in others])
    # (blocks, values, measures): counts add up over blocks.
    kept, same, total, defined = np.sum(parts, axis=0).T
    result = {"nearest_kept": kept / (k * len(given.queries))}
    if codes is not None:
        result["class_kept"] = same / len(given.queries)
    result["rank_correlation"] = np.divide(total, defined, out=np.full(len(total), np.nan), where=defined > 0)
    return pd.DataFrame(result, index=pd.Index(values, name="distinguishing_coefficient"))


def _one(query, cases, scope, rho, *weighting):
    """Return the checked input of one query, and its coefficients, shape (m, n)."""
    weights, groups, group_weights = weighting
    given = relation(one_query(query), cases, weights=weights, groups=groups, group_weights=group_weights)
    check_choices(scope, rho)
    return given, coefficients(given, rho, distances_of(given, scope))[0].T


def _indicator_index(given, *, grouped):
    if not grouped:
        return pd.Index(given.indicators, name="indicator")
    labels = [given.groups[code] for code in given.codes]
    return pd.MultiIndex.from_arrays([labels, given.indicators], names=["group", "indicator"])


def _name(query, given):
    named = isinstance(query, pd.DataFrame) or getattr(query, "name", None) is not None
    return given.query_names[0] if named else "query"


def _order(values):
    """Return the cases of each query, most similar first, and their centred ranks."""
    ranks = rankdata(values, axis=1)
    return np.argsort(-values, axis=1, kind="stable"), ranks - ranks.mean(axis=1, keepdims=True)


def _agreement(base, other, k, codes):
    """Return over queries: cases kept, first classes kept, sum of rank correlations, number of these."""
    (order, ranks), (new_order, new_ranks) = base, other
    kept = (order[:, :k, None] == new_order[:, None, :k]).sum()
    same = 0 if codes is None else (codes[order[:, 0]] == codes[new_order[:, 0]]).sum()
    together = (ranks * new_ranks).sum(axis=1)
    spread = np.sqrt((ranks**2).sum(axis=1) * (new_ranks**2).sum(axis=1))
    defined = spread > 0
    return kept, same, (together[defined] / spread[defined]).sum(), defined.sum()
