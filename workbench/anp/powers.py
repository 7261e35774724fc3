"""A network's structure, and what becomes of the odd powers of its supermatrix."""

from collections.abc import Mapping
from math import lcm
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.anp import chains
from workbench.anp.supermatrices import as_given, normal, stochastic

__all__ = ["OddPowers", "Structure", "odd_powers", "power_table", "structure"]

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


def structure(supermatrix: pd.DataFrame | ArrayLike, *, tolerance: float = 5e-5) -> Structure:
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
    checks.number("tolerance", tolerance, above=0, below=1)
    W, labels, notes = stochastic(supermatrix)
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


def odd_powers(
    supermatrix: pd.DataFrame | ArrayLike, tolerance: float = 5e-5, *, max_k: int = 1000
) -> OddPowers:
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
    checks.whole_number("max_k", max_k, 0)
    W, _, _ = stochastic(supermatrix)
    target, square = chains.long_run(W), W @ W
    power, change, history = W, np.nan, []
    for k in range(max_k + 1):
        history.append((k, 2 * k + 1, change, np.ptp(power, axis=1).max(), abs(power - target).max()))
        if change <= tolerance or k == max_k:
            break
        last, power = power, square @ power
        change = abs(power - last).max()
    history = pd.DataFrame(history, columns=["k", "power", "change", "spread", "error"]).set_index("k")
    return OddPowers(history, as_given(power, supermatrix), bool(change <= tolerance))


def power_table(
    networks: Mapping[Any, pd.DataFrame | ArrayLike], tolerance: float = 5e-5, *, max_k: int = 1000
) -> pd.DataFrame:
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
        squares.append(normal(squares[-1] @ squares[-1]))
    power, k = W, 0
    for i in range(len(squares) - 1, -1, -1):
        further = squares[i] @ power
        if far(further):
            power, k = further, k + 2**i
    return k + 1
