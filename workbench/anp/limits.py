"""ANP: a network's supermatrix to limit weights, its structure, and what each judgement does to the limit.

Supermatrices are built from judgements in `networks`, checked and weighted in `supermatrices`; the search for
networks behind printed weights is in `network_search`: their names are offered here too. The algebra of closed
classes is in `chains`.
"""

from math import lcm
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.anp import chains
from workbench.anp.evidence import solutions_near
from workbench.anp.networks import consistency, supermatrix
from workbench.anp.search import recover_network
from workbench.anp.supermatrices import check, weighted_supermatrix

__all__ = [
    "check",
    "consistency",
    "influence",
    "limit",
    "odd_powers",
    "power_table",
    "recover_network",
    "solutions_near",
    "structure",
    "supermatrix",
    "weighted_supermatrix",
]

_DOUBLINGS = 60  # powers up to 2^60 are looked at


class Structure(NamedTuple):
    """How a network hangs together, and what becomes of the powers W, W³, W⁵, … of its supermatrix.

    ``closed_classes``: sets of elements that influence leaves no more, with their ``periods`` (1 = aperiodic);
    ``transient`` elements, of limit weight 0 beside a closed class; ``sinks``, which nothing influences.
    ``irreducible``: one closed class is all; ``aperiodic``: all periods are 1; ``hierarchical``: no cycle.
    ``powers_needed``: the least k from which W^(2k + 1) stays within ``tolerance`` of the limit, None if there
    is none; ``outcome`` is "limit", "one phase", "never settles" or "vanishes", ``reason`` says why.
    ``notes``: see `check`.
    """

    closed_classes: tuple[tuple, ...]
    periods: tuple[int, ...]
    transient: tuple
    sinks: tuple
    irreducible: bool
    aperiodic: bool
    hierarchical: bool
    powers_needed: int | None
    tolerance: float
    outcome: str
    reason: str
    notes: list[str]


class OddPowers(NamedTuple):
    """What the iteration W, W³, W⁵, … showed: a row per power, the last power, whether it stopped by itself."""

    history: pd.DataFrame
    matrix: np.ndarray | pd.DataFrame
    settled: bool


class Influence(NamedTuple):
    """Derivatives of the limit weights: per judged share, and summed up per element."""

    derivative: pd.DataFrame
    elements: pd.DataFrame


def limit(supermatrix):
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
    W, _, _ = _stochastic(supermatrix)
    return _as_given(chains.long_run(W), supermatrix)


def structure(supermatrix, *, tolerance=5e-5):
    """Describe the network behind a supermatrix, and say whether its odd powers reach the limit.

    Parameters
    ----------
    supermatrix : as in `limit`
    tolerance : float
        Largest error allowed in the sum of any weights of a column, 5e-5 being four printed decimals.

    Returns
    -------
    Structure

    Examples
    --------
    >>> found = structure([[0, 1], [1, 0]])
    >>> found.periods, found.powers_needed, found.outcome
    ((2,), None, 'one phase')
    """
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance must lie between 0 and 1, not {tolerance}.")
    W, labels, notes = _stochastic(supermatrix)
    found = chains.classes(W)
    periods = tuple(chains.period(W[np.ix_(c, c)]) for c in found.closed)
    losing = [labels[i] for i in found.sinks if W[i].any()]
    needed, outcome, reason = _odd_power_outcome(W, periods, losing, tolerance)
    return Structure(
        closed_classes=tuple(tuple(labels[i] for i in c) for c in found.closed),
        periods=periods,
        transient=tuple(labels[i] for i in found.transient),
        sinks=tuple(labels[i] for i in found.sinks),
        irreducible=bool(found.closed) and len(found.closed[0]) == len(W),
        aperiodic=bool(periods) and max(periods) == 1,
        hierarchical=found.acyclic,
        powers_needed=needed,
        tolerance=tolerance,
        outcome=outcome,
        reason=reason,
        notes=notes,
    )


def odd_powers(supermatrix, tolerance=5e-5, *, max_k=1000):
    """Play the iteration W^(2k + 1), k = 0, 1, 2, …, until two in a row agree: the rule of many texts.

    It stops at something else than the limit in networks of period 2, never in those of period 3 and more, and
    too early where weight moves slowly: compare ``error``.

    Parameters
    ----------
    supermatrix : as in `limit`
    tolerance : float
        Largest change of an entry that counts as none.
    max_k : int
        Last k tried.

    Returns
    -------
    OddPowers
        ``history``: index ``k``; ``power`` = 2k + 1; ``change``, the largest of an entry since the power before
        (NaN at k = 0); ``spread``, the largest difference between columns in a row; ``error``, the largest
        difference of an entry from `limit`. ``matrix``: the last power. ``settled``: False if max_k stopped it.

    Examples
    --------
    >>> played = odd_powers([[0, 1], [1, 0]])
    >>> played.settled, played.history.iloc[-1].tolist()
    (True, [3.0, 0.0, 1.0, 0.5])
    """
    W, _, _ = _stochastic(supermatrix)
    target, square = chains.long_run(W), W @ W
    power, change, history = W, np.nan, []
    for k in range(max_k + 1):
        history.append((k, 2 * k + 1, change, np.ptp(power, axis=1).max(), abs(power - target).max()))
        if change <= tolerance or k == max_k:
            break
        last, power = power, square @ power
        change = abs(power - last).max()
    history = pd.DataFrame(history, columns=["k", "power", "change", "spread", "error"]).set_index("k")
    return OddPowers(history, _as_given(power, supermatrix), bool(change <= tolerance))


def power_table(networks, tolerance=5e-5, *, max_k=1000):
    """Set networks side by side: their structure, and what the rule of odd powers makes of them.

    Parameters
    ----------
    networks : dict of name to supermatrix
        Each as in `limit`.
    tolerance, max_k
        As in `odd_powers`, the first also as in `structure`.

    Returns
    -------
    pandas.DataFrame, one row per network
        ``period``, the largest of a closed class (0 without one); ``closed classes``; ``outcome`` and ``k needed``
        as in `structure`, "none" where no power is near the limit; ``stops at k``, where `odd_powers` stands
        still, or "none"; ``columns differ by``, at the last power played.

    Examples
    --------
    >>> print(*power_table({"pair": [[0, 1], [1, 0]]}).loc["pair"])
    2 1 one phase none 1 1.0
    """
    rows = {}
    for name, matrix in networks.items():
        found, played = structure(matrix, tolerance=tolerance), odd_powers(matrix, tolerance, max_k=max_k)
        rows[name] = {
            "period": max(found.periods, default=0),
            "closed classes": len(found.closed_classes),
            "outcome": found.outcome,
            "k needed": "none" if found.powers_needed is None else found.powers_needed,
            "stops at k": int(played.history.index[-1]) if played.settled else "none",
            "columns differ by": float(played.history["spread"].iloc[-1]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def influence(supermatrix):
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
    W, labels, _ = _stochastic(supermatrix)
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


def _stochastic(supermatrix):
    """Checked supermatrix with columns divided by their sums, its labels and notes."""
    W, labels, notes = check(supermatrix)
    return _normal(W), labels, notes


def _normal(W):
    total = W.sum(0)
    return W / np.where(total > 0, total, 1)


def _as_given(values, supermatrix):
    if isinstance(supermatrix, pd.DataFrame):
        return pd.DataFrame(values, index=supermatrix.index, columns=supermatrix.columns)
    return values


def _directions(column):
    """Changes of a column per rise of each share in it, the others kept in proportion; 0 if there are none."""
    judged = np.flatnonzero(column)
    others = np.repeat(column[:, None], len(judged), 1)
    others[judged, np.arange(len(judged))] = 0
    rest = others.sum(0)
    directions = -others / np.where(rest > 0, rest, 1)
    directions[judged, np.arange(len(judged))] = rest > 0
    return directions


def _odd_power_outcome(W, periods, sinks, tolerance):
    """Say what becomes of W^(2k + 1): the k needed or None, the kind of outcome, the reason."""
    if sinks:
        return None, "vanishes", f"Weight that reaches {', '.join(map(str, sinks))} is lost with each power."
    period = lcm(*periods)
    if period == 2:
        return (
            *(None, "one phase"),
            "Period 2: odd powers settle, but to one of two phases, whose columns disagree; even powers settle "
            "to the other.",
        )
    if period > 2:
        shown = period if period % 2 else period // 2
        return None, "never settles", f"Period {period}: odd powers run through {shown} phases for ever."
    needed = _powers_needed(W, chains.long_run(W), tolerance)
    if needed is None:
        return None, "limit", f"Aperiodic, but not within {tolerance:g} after 2^{_DOUBLINGS} powers."
    return needed, "limit", f"Aperiodic: W^{2 * needed + 1} and all later powers are within {tolerance:g}."


def _powers_needed(W, target, tolerance):
    """Search by bisection the least k with W^(2k + 1) near its limit; the error never grows with k.

    The error is half the largest column sum of absolute differences: multiplying by W cannot raise it.
    """

    def far(power):
        return abs(power - target).sum(0).max() / 2 > tolerance

    if not far(W):
        return 0
    squares = [W @ W]
    while far(squares[-1] @ W):
        if len(squares) == _DOUBLINGS:
            return None
        squares.append(_normal(squares[-1] @ squares[-1]))
    power, k = W, 0
    for i in range(len(squares) - 1, -1, -1):
        further = squares[i] @ power
        if far(further):
            power, k = further, k + 2**i
    return k + 1
