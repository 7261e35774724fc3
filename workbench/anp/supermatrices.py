"""Supermatrices: check them, note what rounding leaves, weight their clusters.

``W[i, j]`` ≥ 0 is the share of element i in what influences element j, so columns sum to 1; a column of zeros
belongs to an element that nothing influences, a sink of the network.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.ahp import EXACT
from workbench.checks import listed, shown

__all__ = ["Checked", "check", "weighted_supermatrix"]


class Checked(NamedTuple):
    """A supermatrix that passed: as given, its labels, and what was tolerated in it."""

    matrix: np.ndarray
    labels: list
    notes: list[str]


def weighted_supermatrix(
    supermatrix: pd.DataFrame | ArrayLike,
    clusters: Mapping[Hashable, Hashable] | Sequence[Hashable],
    cluster_weights: pd.DataFrame | ArrayLike,
) -> pd.DataFrame:
    """Multiply the blocks of a supermatrix by the weights of their clusters, so that columns sum to 1.

    A column shares the weight of its empty blocks among the others, in proportion.

    Parameters
    ----------
    supermatrix : DataFrame or array_like, shape (n, n)
        Each block of each column, the rows of one cluster, sums to 1 or is 0; a sum missing 1 by printed
        rounding (up to 0.005) is divided out.
    clusters : mapping of element to cluster, or sequence of n clusters
    cluster_weights : DataFrame or array_like, shape (N, N)
        Influence of the row's cluster on the column's, ≥ 0, columns of sum 1; an array has its clusters in
        the order in which the elements name them. A sum missing 1 by printed rounding (up to 0.005) is divided
        out.

    Returns
    -------
    pandas.DataFrame, shape (n, n)
        Columns of sum 1, or 0 where nothing influences the element.

    Raises
    ------
    ValueError
        Block that sums to neither 1 nor 0; unknown cluster; column whose blocks all have cluster weight 0.

    References
    ----------
    Saaty, T. L. (2005), Theory and Applications of the Analytic Network Process, RWS, ch. 2.

    Examples
    --------
    >>> W = [[0, 0, 0.5], [1, 0, 0.5], [1, 1, 0]]  # two elements of A, one of B, which does not influence itself
    >>> weighted_supermatrix(W, ["A", "A", "B"], [[0.8, 0.4], [0.2, 0.6]]).to_numpy().tolist()
    [[0.0, 0.0, 0.5], [0.8, 0.0, 0.5], [0.2, 1.0, 0.0]]
    """
    W, labels = _square(supermatrix, "supermatrix")
    member = members(clusters, labels)
    names = list(dict.fromkeys(member))
    shares = _cluster_weights(cluster_weights, names)
    at = np.array([names.index(c) for c in member])
    blocks = np.stack([W[at == c].sum(0) for c in range(len(names))])  # (N, n)
    for c, j in np.argwhere((blocks > 0) & checks.misses_one(blocks)):
        raise ValueError(
            f"Each block of a column must sum to 1 or be empty: rows of cluster {shown(names[c])} in column "
            f"{shown(labels[j])} sum to {blocks[c, j]:.6g}."
        )
    weighted = W / np.where(blocks > 0, blocks, 1)[at] * shares[at][:, at]
    total = weighted.sum(0)
    for j in np.flatnonzero((total == 0) & W.any(0)):
        raise ValueError(
            f"Column {shown(labels[j])} has judgements only in blocks of cluster weight 0: weigh one of these "
            f"clusters above 0 for {shown(member[j])}, or drop the judgements."
        )
    return pd.DataFrame(weighted / np.where(total > 0, total, 1), index=labels, columns=labels)


def check(supermatrix: pd.DataFrame | ArrayLike) -> Checked:
    """Check that columns sum to 1 or are 0 throughout, and note what printed rounding leaves of it.

    Parameters
    ----------
    supermatrix : DataFrame or array_like, shape (n, n)
        Shares ≥ 0. The sum of a column may miss 1 by printed rounding (up to 0.005).

    Returns
    -------
    Checked
        ``matrix``, float, kept as given; ``labels``, of the DataFrame or 0 … n − 1; ``notes``, one sentence
        per column that misses 1.

    Raises
    ------
    ValueError
        Not square, empty, labels of rows and columns unlike, NaN, infinite, negative, or a column that sums
        to neither 1 nor 0; names the cell or column.

    Examples
    --------
    >>> check([[0, 0.3333, 1], [0.5, 0.3333, 0], [0.5, 0.3333, 0]]).notes
    ['Column 1 sums to 0.9999, by rounding as printed.']
    """
    W, labels = _square(supermatrix, "supermatrix")
    total = W.sum(0)
    for j in np.flatnonzero((total > 0) & checks.misses_one(total)):
        raise ValueError(
            f"Each column must sum to 1 (up to printed rounding, {checks.PRINTED_ROUNDING}), or to 0 where nothing "
            f"influences the element: column {shown(labels[j])} sums to {total[j]:.6g}. Several clusters: take "
            "weighted_supermatrix first."
        )
    missing = np.flatnonzero((total > 0) & (abs(total - 1) > EXACT))
    return Checked(W, labels, [_note(labels[j], total[j]) for j in missing])


def _note(label, total):
    return f"Column {shown(label)} sums to {total:.7g}, by rounding as printed."


def stochastic(supermatrix: pd.DataFrame | ArrayLike) -> Checked:
    """Check a supermatrix and divide its columns by their sums."""
    W, labels, notes = check(supermatrix)
    return Checked(normal(W), labels, notes)


def normal(W: np.ndarray) -> np.ndarray:
    """Divide columns by their sums; those of sum 0 stay."""
    total = W.sum(0)
    return W / np.where(total > 0, total, 1)


def as_given(values: np.ndarray, supermatrix: pd.DataFrame | ArrayLike) -> pd.DataFrame | np.ndarray:
    """Return values as the supermatrix was given: under its labels, if it had any."""
    if isinstance(supermatrix, pd.DataFrame):
        return pd.DataFrame(values, index=supermatrix.index, columns=supermatrix.columns)
    return values


def _square(W, name):
    """Read a square table of finite numbers ≥ 0 and its labels."""
    checks.same_labels(W, name)
    labels = W.columns.tolist() if isinstance(W, pd.DataFrame) else None
    shape = checks.numbers(W, name).shape
    if len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
        raise ValueError(f"{name} must be square and not empty; its shape is {shape}.")
    values = np.array(checks.finite_table(W, name))
    labels = list(range(len(values))) if labels is None else checks.distinct(f"The labels of {name}", labels)
    for i, j in np.argwhere(values < 0):
        raise ValueError(
            f"{name} must hold shares ≥ 0: row {shown(labels[i])}, column {shown(labels[j])} is {values[i, j]:g}."
        )
    return values, labels


def members(clusters: Mapping[Hashable, Hashable] | Sequence[Hashable], labels: Sequence[Hashable]) -> list:
    """The cluster of each element, in the order of the labels."""
    if not hasattr(clusters, "keys"):
        member = list(clusters)
        if len(member) != len(labels):
            raise ValueError(
                f"clusters must name one cluster per element ({len(labels)}), not {len(member)}."
            )
        return member
    for label in labels:
        if label not in clusters:
            raise ValueError(f"Element {shown(label)} has no cluster in clusters: {listed(clusters.keys())}.")
    return [clusters[label] for label in labels]


def _cluster_weights(weights, names):
    """Cluster weights as an array in the order of the names, columns of sum 1."""
    if not isinstance(weights, pd.DataFrame):
        weights = checks.finite_table(weights, "cluster_weights")
        if weights.shape != (len(names), len(names)):
            raise ValueError(
                f"cluster_weights must have a row and a column per cluster ({listed(names)}); shape {weights.shape}."
            )
        weights = pd.DataFrame(weights, index=names, columns=names)
    _, known = _square(weights, "cluster_weights")
    for name in names:
        if name not in known:
            hint = checks.did_you_mean(name, known)
            raise ValueError(f"Cluster {shown(name)} has no weights{hint} Clusters: {listed(known)}.")
    for name in set(known) - set(names):
        raise ValueError(
            f"Cluster {shown(name)} of cluster_weights has no element. Clusters: {listed(names)}."
        )
    order = [known.index(name) for name in names]
    return stochastic(weights).matrix[np.ix_(order, order)]
