"""Judgements of influence to the supermatrix of a network, and how consistent they are.

A judgement says how many times more one element influences a third than another element does. Those of one
judge under one element make a comparison matrix, its priorities a column of the supermatrix.
"""

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from numbers import Real
from typing import Literal

import numpy as np
import pandas as pd

from workbench import ahp, checks
from workbench.ahp import EXACT, Method, RandomIndex, from_judgements
from workbench.anp.supermatrices import members
from workbench.checks import shown

__all__ = ["consistency", "supermatrix"]

Clusters = Mapping[Hashable, Hashable] | Sequence[Hashable]


def supermatrix(
    judgements: pd.DataFrame,
    elements: Sequence[Hashable] | None = None,
    *,
    clusters: Clusters | None = None,
    method: Method = "eigenvector",
    how: Literal["priorities", "judgements"] = "priorities",
) -> pd.DataFrame:
    """Build the supermatrix that judgements of influence imply.

    Parameters
    ----------
    judgements : pandas.DataFrame, one row per judge and judged pair
        ``under``, the influenced element; ``first``, ``second``, the compared ones; ``times``, how many times
        more `first` influences `under` than `second` does, > 0; ``judge``, optional. Each pair stands once per
        judge; another element may have other judges. An element that is the only influence on another is
        compared with itself, ``times`` 1. Other columns are not looked at.
    elements : sequence, optional
        Order of rows and columns; by default first those in ``under``, then the rest, as they appear. One
        that is never in ``under`` has a column of zeros.
    clusters : mapping of element to cluster, optional
        Then elements are compared within their cluster, each such block of a column sums to 1, and
        `weighted_supermatrix` has to follow where a column has several.
    method : as in `ahp.weights`
    how : {"priorities", "judgements"}
        Several judges: arithmetic mean of their priorities, or priorities of the geometric mean of their
        judgements.

    Returns
    -------
    pandas.DataFrame, shape (n, n)
        Shares in 0 … 1 of the row's element in what influences the column's. The diagonal is 0 unless an
        element is compared under itself.

    Raises
    ------
    ValueError
        Missing column or cell, judgement not positive, pair missing, repeated or contradictory, judges who
        compare different elements, unknown element; names row, judge and pair.

    References
    ----------
    Saaty, T. L. (1996), Decision Making with Dependence and Feedback: The Analytic Network Process, RWS.
    Saaty, T. L. (2005), Theory and Applications of the Analytic Network Process, RWS.

    Examples
    --------
    >>> rows = [("a", "b", "c", 3.0), ("b", "a", "c", 0.25), ("c", "a", "b", 1.0)]
    >>> supermatrix(pd.DataFrame(rows, columns=["under", "first", "second", "times"])).to_numpy().tolist()
    [[0.0, 0.2, 0.5], [0.75, 0.0, 0.5], [0.25, 0.8, 0.0]]
    """
    checks.one_of("how", how, ("priorities", "judgements"))
    rows = _rows(judgements)
    elements = _elements(rows, elements)
    W = pd.DataFrame(0.0, index=elements, columns=elements)
    for (under, _), names, _, matrices in _comparisons(rows, elements, clusters):
        if how == "priorities":
            w = ahp.aggregate_priorities(matrices, "arithmetic", method=method)
        else:
            w = ahp.weights(ahp.aggregate(matrices), method)
        W.loc[names, under] = w
    return W


def consistency(
    judgements: pd.DataFrame,
    elements: Sequence[Hashable] | None = None,
    *,
    clusters: Clusters | None = None,
    random_index: RandomIndex = "saaty1980",
) -> pd.DataFrame:
    """Measure, column by column and judge by judge, how far the judgements contradict each other.

    Parameters
    ----------
    judgements, elements, clusters : as in `supermatrix`
    random_index : as in `ahp.consistency`

    Returns
    -------
    pandas.DataFrame, one row per column (and cluster) and judge
        ``under``, ``cluster`` if given, ``judge`` ("1" where there is no such column), ``n`` elements
        compared, ``lambda_max``, ``consistency_index``, ``consistency_ratio`` (0 where n ≤ 2; customarily
        acceptable below 0.1).

    Examples
    --------
    >>> rows = [("a", "b", "c", 2), ("a", "b", "d", 2), ("a", "c", "d", 1.5)]
    >>> table = consistency(pd.DataFrame(rows, columns=["under", "first", "second", "times"]))
    >>> table.round(4).to_numpy().tolist()
    [['a', '1', 3, 3.0183, 0.0091, 0.0158]]
    """
    rows = _rows(judgements)
    records = []
    for (under, cluster), names, judges, matrices in _comparisons(rows, _elements(rows, elements), clusters):
        found = ahp.consistency(matrices, random_index)
        for k, judge in enumerate(judges):
            records.append((under, cluster, judge, len(names), found.lambda_max[k]))
            records[-1] += (found.consistency_index[k], found.consistency_ratio[k])
    fields = ["lambda_max", "consistency_index", "consistency_ratio"]
    table = pd.DataFrame(records, columns=["under", "cluster", "judge", "n", *fields])
    return table if clusters is not None else table.drop(columns="cluster")


def _rows(judgements):
    """Judgements as a frame of under, first, second, times (float), judge; refuse what is missing."""
    checks.needed_columns(judgements.columns, ("under", "first", "second", "times"), "judgements")
    rows = judgements.assign(judge=judgements.get("judge", "1"))
    rows = rows[["under", "first", "second", "times", "judge"]]
    if rows.empty:
        raise ValueError("judgements holds no rows.")
    for i, j in np.argwhere(rows.isna().to_numpy()):
        raise ValueError(
            f"Row {shown(rows.index[i])} of judgements has no {shown(rows.columns[j])}: give it, or leave the row out."
        )
    for row in rows.itertuples():
        number = isinstance(row.times, Real) and not isinstance(row.times, bool)
        if not number or not 0 < float(row.times) <= checks.LARGEST:
            raise ValueError(
                f"Row {shown(row.Index)} of judgements: times must be a positive, finite number; {row.first} : "
                f"{row.second} under {row.under} is {shown(row.times)}."
            )
    return rows.assign(times=rows["times"].map(float))


def _elements(rows, elements):
    named = list(dict.fromkeys([*rows["under"], *rows[["first", "second"]].to_numpy().ravel()]))
    if elements is None:
        return named
    elements = checks.distinct("elements", elements)
    for name in named:
        checks.known("element", name, elements)
    return elements


def _comparisons(rows, elements, clusters):
    """Yield, per column and cluster: its key, the compared elements, the judges, their matrices."""
    member = dict.fromkeys(elements)
    if clusters is not None:
        member = dict(zip(elements, members(clusters, elements), strict=True))
    for row in rows.itertuples():
        if member[row.first] != member[row.second]:
            raise ValueError(
                f"Row {shown(row.Index)} of judgements compares {shown(row.first)} of cluster "
                f"{shown(member[row.first])} with {shown(row.second)} of {shown(member[row.second])}: compare "
                "elements within a cluster."
            )
    keys = [rows["under"], rows["first"].map(member).fillna("")]
    for (under, cluster), block in rows.groupby(keys, sort=False):
        named = {*block["first"], *block["second"]}
        names = [name for name in elements if name in named]
        judges = block["judge"].unique().tolist()
        matrices = [_matrix(block[block["judge"] == judge], names, under) for judge in judges]
        yield (under, cluster), names, judges, np.stack(matrices)


def _matrix(block, names, under):
    """The comparison matrix of one judge under one element, from a complete set of pairs."""
    who = f"Judge {shown(block['judge'].iloc[0])} under {shown(under)}"
    given = {}
    for first, second, times in block[["first", "second", "times"]].itertuples(index=False):
        if first == second and (times != 1 or len(names) > 1):
            raise ValueError(
                f"{who} compares {shown(first)} with itself; only a sole influence is, with times 1."
            )
        if (first, second) in given or (second, first) in given:
            before = given.get((first, second)) or 1 / given[second, first]
            word = "twice" if abs(times / before - 1) < EXACT else "twice, with contradiction"
            raise ValueError(
                f"{who} compares {shown(first)} with {shown(second)} {word}: keep one of the rows."
            )
        given[first, second] = times
    for first, second in combinations(names, 2):
        if (first, second) not in given and (second, first) not in given:
            raise ValueError(
                f"{who} does not compare {shown(first)} with {shown(second)}: ask for it, or fill the matrix with "
                f"judgements.complete."
            )
    return from_judgements(given, names)
