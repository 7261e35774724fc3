"""Trials of calling: who is called and who is left alone, the effect with its interval, and how many are needed."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from pandas.util import hash_array

from workbench import checks

__all__ = ["CONTACT", "CONTROL", "Difference", "assign", "difference", "draws"]

CONTACT, CONTROL = "contact", "control"
ROUNDING = 1e-9  # of a number of customers, that arithmetic alone makes


class Difference(NamedTuple):
    """A difference of two shares with the ends of its interval, unit 1; arrays where counts of many groups came."""

    difference: float | np.ndarray
    low: float | np.ndarray
    high: float | np.ndarray


def assign(
    ids: ArrayLike, share: float, stratum: ArrayLike | None = None, random_state: int = 0
) -> np.ndarray:
    """Assign customers to the arms of a trial by a hash of random state, stratum and id.

    The same ids get the same arms in any order of rows, in any process and on every machine. In each stratum the
    control arm has the share that is asked for, rounded to whole customers; half a customer is contacted.

    Parameters
    ----------
    ids : array_like of shape (n,)
        Customers, each once in a stratum; 7 and "7" are the same customer.
    share : float
        Part of each stratum that is left alone, in [0, 1].
    stratum : array_like of shape (n,), optional
        What the arms are balanced within, such as branch and month; one stratum unless given.
    random_state : int
        A whole number from 0; another one gives other arms.

    Returns
    -------
    numpy.ndarray of str, shape (n,)
        "contact" or "control".

    Raises
    ------
    ValueError
        If an id or stratum is missing, an id comes twice in a stratum, or `share` lies outside [0, 1].

    Examples
    --------
    >>> assign(["a", "b", "c", "d"], 0.5, random_state=1).tolist()
    ['contact', 'control', 'contact', 'control']
    >>> assign(["d", "c", "b", "a"], 0.5, random_state=1).tolist()
    ['control', 'contact', 'control', 'contact']
    """
    names = checks.labels(ids, ids, "ids", "ids")
    share = checks.number("share", share, least=0, most=1)
    strata = [""] * len(names) if stratum is None else stratum
    strata = checks.labels(strata, ids, "stratum", "ids")
    return arms(names, share, *pd.factorize(strata), random_state)


def arms(
    names: ArrayLike, share: float, codes: np.ndarray, kinds: ArrayLike, random_state: int
) -> np.ndarray:
    """Assign arms as `assign` does, in strata that are given as places in their names."""
    drawn = draws(names, "arm", random_state, codes, kinds)
    order = np.lexsort((drawn, codes))
    _refuse_twins(np.asarray(names)[order], drawn[order], codes[order])
    sizes = np.bincount(codes, minlength=len(kinds))
    position = np.empty(len(codes), int)
    position[order] = np.arange(len(codes)) - (np.cumsum(sizes) - sizes)[codes[order]]
    controls = np.ceil(share * sizes - 0.5 - ROUNDING)
    return np.where(position < controls[codes], CONTROL, CONTACT)


def draws(
    ids: ArrayLike, purpose: str, random_state: int, codes: ArrayLike = 0, kinds: ArrayLike = ("",)
) -> np.ndarray:
    """Draw a whole number below 2⁶⁴ for each id, which depends on nothing but the id and what else is hashed.

    Parameters
    ----------
    ids : array_like of shape (n,)
    purpose : str
        Draws for another purpose are independent of these.
    random_state : int
        A whole number from 0.
    codes : array_like of int, shape (n,)
        Stratum of each id, as a place in `kinds`.
    kinds : array_like of shape (K,)
        The strata.

    Returns
    -------
    numpy.ndarray of uint64, shape (n,)

    Examples
    --------
    >>> bool(draws([7], "arm", 0) == draws(["7"], "arm", 0))
    True
    """
    seed = checks.whole_number("random_state", random_state, least=0)
    salts = _hashes([f"{purpose} {seed} {checks.shown(kind)}" for kind in kinds])
    # Hashed once more: after the xor alone, two strata would order their customers alike, or in reverse.
    return hash_array(_hashes(ids) ^ salts[codes], categorize=False)


def _hashes(values):
    texts = np.array([str(value) for value in np.asarray(values).tolist()], dtype=object)
    return hash_array(texts, categorize=False)


def _refuse_twins(names, drawn, codes):
    twins = (drawn[1:] == drawn[:-1]) & (codes[1:] == codes[:-1])
    if twins.any():
        name = checks.shown(names[1:][twins][0])
        raise ValueError(f"ids must be distinct in a stratum: {name} comes twice. Keep one row per customer.")


def difference(
    events_1: ArrayLike, n_1: ArrayLike, events_0: ArrayLike, n_0: ArrayLike, confidence: float = 0.95
) -> Difference:
    """Return the difference of two independent shares with Newcombe's interval.

    It squares and adds the distances of both shares from the ends of their Wilson intervals, so it stays within −1 … 1,
    and holds its level with few customers and with shares of 0 or 1, where the textbook's does not.

    Parameters
    ----------
    events_1, events_0 : array_like of int, one shape
        Customers with the event in the first and in the second arm, such as churners.
    n_1, n_0 : array_like of int
        Customers in each arm, at least 1.
    confidence : float
        Level of the interval, in (0, 1).

    Returns
    -------
    Difference
        ``difference``, events_1 / n_1 − events_0 / n_0; ``low`` and ``high``. With control first and contact second,
        above 0 means that calling saved customers.

    Raises
    ------
    ValueError
        If a count is no whole number, or events lie outside 0 … n.

    References
    ----------
    Newcombe (1998), *Statistics in Medicine* 17, 873–890: method 10.

    Examples
    --------
    >>> [round(x, 4) for x in difference(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    first, second = _arm(events_1, n_1, 1), _arm(events_0, n_0, 0)
    (p_1, low_1, high_1), (p_0, low_0, high_0) = (_wilson(*arm, confidence) for arm in (first, second))
    gap = np.asarray(p_1 - p_0)
    low, high = gap - np.hypot(p_1 - low_1, high_0 - p_0), gap + np.hypot(high_1 - p_1, p_0 - low_0)
    return Difference(*(np.asarray(x).item() if gap.ndim == 0 else np.asarray(x) for x in (gap, low, high)))


def _arm(events, n, number):
    """Return events and customers of an arm, or refuse counts that are none."""
    k, m = checks.numbers(events, f"events_{number}"), checks.numbers(n, f"n_{number}")
    k, m = np.broadcast_arrays(k, m)
    for x, y in zip(k.ravel(), m.ravel(), strict=True):
        if not (0 <= x <= y and y >= 1 and x % 1 == y % 1 == 0):
            raise ValueError(
                f"events_{number} is {x:g} and n_{number} {y:g}; allowed are whole numbers, n from 1 and events from "
                "0 to n."
            )
    return k, m


def _wilson(events, n, confidence):
    from statsmodels.stats.proportion import proportion_confint  # slow to import, and needed here only

    alpha = 1 - checks.number("confidence", confidence, above=0, below=1)
    low, high = proportion_confint(events, n, alpha=alpha, method="wilson")
    return events / n, low, high
