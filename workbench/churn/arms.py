"""Who is called and who is left alone, drawn by a hash of the customer's id."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from pandas.util import hash_array

from workbench import checks

__all__ = ["CONTACT", "CONTROL", "ROUNDING", "arms", "assign", "draws"]

CONTACT, CONTROL = "contact", "control"
ROUNDING = 1e-9  # of a number of customers, that arithmetic alone makes


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
    _refuse_twins(np.asarray(names)[order], drawn[order])
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


def _refuse_twins(names, drawn):
    twins = drawn[1:] == drawn[:-1]  # in another stratum the same id has another draw
    if twins.any():
        name = checks.shown(names[1:][twins][0])
        raise ValueError(f"ids must be distinct in a stratum: {name} comes twice. Keep one row per customer.")
