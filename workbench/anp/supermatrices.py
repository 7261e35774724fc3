"""Supermatrices: check them, note what rounding leaves, weight their clusters.

``W[i, j]`` ≥ 0 is the share of element i in what influences element j, so columns sum to 1; a column of zeros
belongs to an element that nothing influences, a sink of the network.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.ahp import EXACT
from workbench.checks import did_you_mean


class Checked(NamedTuple):
    """A supermatrix that passed: as given, its labels, and what was tolerated in it."""

    matrix: np.ndarray
    labels: list
    notes: list[str]


def weighted_supermatrix(supermatrix, clusters, cluster_weights):
    """Multiply the blocks of a supermatrix by the weights of their clusters, so that columns sum to 1.

    A column shares the weight of its empty blocks among the others, in proportion.

    Parameters
    ----------
    supermatrix : DataFrame or array_like, shape (n, n)
        Each block of each column, the rows of one cluster, sums to 1 or is 0.
    clusters : mapping of element to cluster, or sequence of n clusters
    cluster_weights : DataFrame or array_like, shape (N, N)
        Influence of the row's cluster on the column's, ≥ 0, columns of sum 1; an array has its clusters in
        the order in which the elements name them.

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
    sizes = np.stack([(W[at == c] > 0).sum(0) for c in range(len(names))])
    for c, j in np.argwhere((blocks > 0) & (abs(blocks - 1) > _allowed(W, sizes))):
        raise ValueError(
            f"Each block of a column must sum to 1 or be empty: rows of cluster {names[c]!r} in column "
            f"{labels[j]!r} sum to {blocks[c, j]:.6g}."
        )
    weighted = W / np.where(blocks > 0, blocks, 1)[at] * shares[at][:, at]
    total = weighted.sum(0)
    for j in np.flatnonzero((total == 0) & W.any(0)):
        raise ValueError(
            f"Column {labels[j]!r} has judgements only in blocks of cluster weight 0: weigh one of these "
            f"clusters above 0 for {member[j]!r}, or drop the judgements."
        )
    return pd.DataFrame(weighted / np.where(total > 0, total, 1), index=labels, columns=labels)


def check(supermatrix):
    """Check that columns sum to 1 or are 0 throughout, and note what printed rounding leaves of it.

    Parameters
    ----------
    supermatrix : DataFrame or array_like, shape (n, n)
        Shares ≥ 0. The sum of a column may miss 1 by half a unit of the last decimal per entry (two entries
        at least), if all are printed with 2 to 6 decimals.

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
    ['Column 1 sums to 0.9999: rounding to 4 decimals.']
    """
    W, labels = _square(supermatrix, "supermatrix")
    total = W.sum(0)
    allowed = _allowed(W, (W > 0).sum(0))
    for j in np.flatnonzero((total > 0) & (abs(total - 1) > allowed)):
        raise ValueError(
            f"Each column must sum to 1, or to 0 where nothing influences the element: column {labels[j]!r} "
            f"sums to {total[j]:.6g}. Several clusters: take weighted_supermatrix first."
        )
    missing = np.flatnonzero((total > 0) & (abs(total - 1) > EXACT))
    notes = [
        f"Column {labels[j]!r} sums to {total[j]:.7g}: rounding to {_decimals(W)} decimals." for j in missing
    ]
    return Checked(W, labels, notes)


def _square(W, name):
    """Read a square table of finite numbers ≥ 0 and its labels."""
    frame = W if isinstance(W, pd.DataFrame) else None
    labels = None if frame is None else frame.columns.tolist()
    if frame is not None and frame.index.tolist() != labels:
        raise ValueError(
            f"Rows and columns of the {name} must have the same labels in the same order: "
            f"{frame.index.tolist()} and {labels}."
        )
    try:
        W = np.array(W, float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"The {name} must hold numbers in rows of equal length: {error}") from None
    if W.ndim != 2 or W.shape[0] != W.shape[1] or not W.size:
        raise ValueError(f"The {name} must be square and not empty; its shape is {W.shape}.")
    labels = list(range(len(W))) if labels is None else labels
    if len(set(labels)) < len(labels):
        raise ValueError(f"The labels of the {name} must be distinct: {labels}.")
    for i, j in np.argwhere(~(np.isfinite(W) & (W >= 0))):
        raise ValueError(
            f"The {name} must hold finite shares ≥ 0: row {labels[i]!r}, column {labels[j]!r} is {W[i, j]:g}."
        )
    return W, labels


def _decimals(W):
    """Count the decimals that all entries are printed with; 7 stands for more than six."""
    return next((d for d in range(7) if (abs(W - W.round(d)) < 1e-12).all()), 7)


def _allowed(W, counts):
    """How far from 1 rounding may leave sums of so many entries of W."""
    decimals = _decimals(W)
    if decimals < 2:
        return np.full(counts.shape, EXACT)
    return (
        np.maximum(counts, 2) * 0.5 * 10.0**-decimals + 1e-12
        if decimals <= 6
        else np.full(counts.shape, 1e-6)
    )


def members(clusters, labels):
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
            raise ValueError(f"Element {label!r} has no cluster in clusters: {list(clusters.keys())}.")
    return [clusters[label] for label in labels]


def _cluster_weights(weights, names):
    """Cluster weights as an array in the order of the names, columns of sum 1."""
    if not isinstance(weights, pd.DataFrame):
        weights = np.asarray(weights, float)
        if weights.shape != (len(names), len(names)):
            raise ValueError(
                f"cluster_weights must have a row and a column per cluster ({names}); shape {weights.shape}."
            )
        weights = pd.DataFrame(weights, index=names, columns=names)
    _, known = _square(weights, "table of cluster_weights")
    for name in names:
        if name not in known:
            raise ValueError(f"Cluster {name!r} has no weights{did_you_mean(name, known)} Clusters: {known}.")
    for name in set(known) - set(names):
        raise ValueError(f"Cluster {name!r} of cluster_weights has no element. Clusters: {names}.")
    values = check(weights).matrix
    total = values.sum(0)
    order = [known.index(name) for name in names]
    return (values / np.where(total > 0, total, 1))[np.ix_(order, order)]
