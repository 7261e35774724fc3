"""Limit weights of a network, and what each judgement does to them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.anp import chains
from workbench.anp.supermatrices import as_given, stochastic

__all__ = ["Influence", "influence", "limit", "limit_of_groups"]


class Influence(NamedTuple):
    """Derivatives of the limit weights: per judged share, and summed up per element."""

    derivative: pd.DataFrame
    elements: pd.DataFrame


def limit(supermatrix: pd.DataFrame | ArrayLike) -> pd.DataFrame | np.ndarray:
    """Find the limit supermatrix: the normalised sum W + W² + … + W^m for m → ∞, column by column.

    Solved directly, without powers. A column whose weight ends in closed classes takes the mean of all powers
    (Cesàro): the stationary weights of each class, times the chance of ending there. This is the limit of W^m
    where there is one, and exists where there is none, in periodic networks. A column whose weight all ends in
    sinks (a hierarchy, or a network over one) takes the sum of powers, which is finite, normalised. Of weight
    that may end in either, the part that ends in closed classes counts, so that sinks get 0; to let sinks keep
    what they receive instead, set their diagonal to 1.

    Parameters
    ----------
    supermatrix : DataFrame or array_like, shape (n, n)
        Shares ≥ 0, columns of sum 1 or 0, see `check`; columns are divided by their sums, whatever rounding
        left. Every entry above 0 is an influence.

    Returns
    -------
    ndarray or DataFrame as given, shape (n, n)
        Limit weights of the rows' elements, seen from the columns'; columns sum to 1, those of sinks to 0. With
        one closed class and no sink all columns are equal.

    Raises
    ------
    ValueError
        As `check`.

    References
    ----------
    Saaty, T. L. (2005), Theory and Applications of the Analytic Network Process, RWS. Kemeny, J. G. & Snell,
    J. L. (1976), Finite Markov Chains, Springer, ch. 3-5. Grassmann, W. K., Taksar, M. I. & Heyman, D. P.
    (1985), Operations Research 33, 1107-1116.

    Examples
    --------
    >>> W = [[0, 0, 0.3, 0.6], [0, 0, 0.7, 0.4], [0.2, 0.9, 0, 0], [0.8, 0.1, 0, 0]]  # period 2
    >>> limit(W)[:, 0].round(4).tolist()
    [0.2089, 0.2911, 0.3038, 0.1962]
    """
    W, _, _ = stochastic(supermatrix)
    return as_given(chains.long_run(W), supermatrix)


def influence(supermatrix: pd.DataFrame | ArrayLike) -> Influence:
    """Differentiate the limit weights by each judged share.

    Share i of column j rises, the other shares of the column fall in proportion. The weights are those of each
    closed class, of sum 1, and 0 elsewhere; columns of transient elements move none. Not defined for a network
    without closed class: refused.

    Parameters
    ----------
    supermatrix : as in `limit`

    Returns
    -------
    Influence
        ``derivative``: rows (``under`` = j, ``element`` = i) for every share above 0, columns the elements, rise
        of their limit weight per rise of the share; rows sum to 0. A share that is all of its column cannot be
        judged otherwise: 0. ``elements``: index element; ``weight``, the limit weight; ``own``, rise of it when
        the element's share rises by as much in every column where it is judged; ``moved``, the weight that this
        moves in all (half the sum of absolute changes), the element's influence in one number.

    Raises
    ------
    ValueError
        As `check`; no closed class.

    References
    ----------
    Meyer, C. D. (1975), SIAM Review 17, 443-464: the group inverse of I − W. Kemeny & Snell (1976), ch. 4: the
    fundamental matrix.

    Examples
    --------
    >>> found = influence([[0, 0.5, 1], [0.5, 0, 0], [0.5, 0.5, 0]])
    >>> found.derivative.loc[(1, 0)].round(4).tolist()  # share of element 0 under element 1
    [0.0988, 0.0494, -0.1481]
    >>> found.elements["moved"].round(4).tolist()
    [0.1481, 0.3951, 0.4444]
    """
    W, labels, _ = stochastic(supermatrix)
    closed = chains.classes(W).closed
    if not closed:
        raise ValueError(
            "influence needs a closed class: here all weight ends in elements that nothing influences. Set the "
            "diagonal of sinks to 1, or compare limits directly."
        )
    weight, fundamental = np.zeros(len(W)), np.zeros_like(W)
    for members in closed:
        inside = np.ix_(members, members)
        weight[members] = chains.stationary(W[inside])
        fundamental[inside] = np.linalg.inv(np.eye(len(members)) - W[inside] + weight[members][:, None])
    under, element = np.nonzero(W.T)
    rows = np.concatenate([w * (fundamental @ _directions(W[:, j])).T for j, w in enumerate(weight)])
    index = pd.MultiIndex.from_arrays(
        [[labels[j] for j in under], [labels[i] for i in element]], names=["under", "element"]
    )
    derivative = pd.DataFrame(rows, index=index, columns=labels)
    total = np.zeros_like(W)
    np.add.at(total, element, rows)
    elements = {"weight": weight, "own": np.diagonal(total), "moved": abs(total).sum(1) / 2}
    return Influence(derivative, pd.DataFrame(elements, index=pd.Index(labels, name="element")))


def limit_of_groups(
    supermatrix: pd.DataFrame, groups: Mapping[Any, Sequence[Any]], group_weights: Mapping[Any, float]
) -> pd.DataFrame:
    """Weigh elements of groups that do not influence each other: each group's own limit, times its weight.

    Every group must be a network of one closed class, so that its limit has the same columns throughout.

    Parameters
    ----------
    supermatrix : DataFrame, shape (n, n)
        As in `limit`; the shares between elements of different groups are not looked at.
    groups : dict of group to elements
        Each element of the supermatrix in one group.
    group_weights : dict of group to float
        As printed or computed, no unit; used as given.

    Returns
    -------
    DataFrame, one row per element, index ``element``, groups in their order
        ``group``; ``group_weight``; ``limit_weight`` inside the group, of sum 1; ``weight``, their product;
        ``influence``: by how much the limit weights of the group move in all, per rise of the element's share in
        every column where it is judged, see `influence`.

    Raises
    ------
    ValueError
        As `check` and `influence`; if an element is in no group, or a group falls into several closed classes.

    Examples
    --------
    >>> W = pd.DataFrame([[0, 1, 0], [1, 0, 0], [0, 0, 1]], list("abc"), list("abc"))
    >>> limit_of_groups(W, {"r": ["a", "b"], "f": ["c"]}, {"r": 0.2, "f": 0.8})["weight"].to_dict()
    {'a': 0.1, 'b': 0.1, 'c': 0.8}
    """
    checks.names_once(supermatrix, "supermatrix")
    checks.names_once(supermatrix, "supermatrix", "columns")
    checks.needed_columns(supermatrix.columns, supermatrix.index, "supermatrix")
    members = checks.groups(groups, supermatrix.index)
    weigh = dict(
        zip(members, checks.not_negative(group_weights, members, "group_weights").tolist(), strict=True)
    )
    parts = []
    for group, names in members.items():
        block = supermatrix.loc[names, names]
        if len(chains.classes(stochastic(block)[0]).closed) != 1:
            raise ValueError(
                f"The network of {checks.shown(group)} has no single limit: give each closed class a group."
            )
        weight = np.diag(limit(block))
        columns = {"group": group, "group_weight": weigh[group], "limit_weight": weight}
        columns |= {"weight": weigh[group] * weight, "influence": influence(block).elements["moved"]}
        parts.append(pd.DataFrame(columns, index=pd.Index(names, name="element")))
    return pd.concat(parts)


def _directions(column):
    """Changes of a column per rise of each share in it, the others kept in proportion; 0 if there are none."""
    judged = np.flatnonzero(column)
    others = np.repeat(column[:, None], len(judged), 1)
    others[judged, np.arange(len(judged))] = 0
    rest = others.sum(0)
    directions = -others / np.where(rest > 0, rest, 1)
    directions[judged, np.arange(len(judged))] = rest > 0
    return directions
