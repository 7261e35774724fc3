"""Trials of calling: the arms, the effect with its interval, and how many customers are needed to see it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from workbench import checks
from workbench.churn.arms import CONTACT, CONTROL, ROUNDING, assign

__all__ = [
    "CONTACT",
    "CONTROL",
    "Difference",
    "SampleSize",
    "assign",
    "difference",
    "pooled_difference",
    "sample_size",
    "wilson",
]


class Difference(NamedTuple):
    """A difference of two shares with the ends of its interval, unit 1; arrays where counts of many groups came."""

    difference: float | np.ndarray
    low: float | np.ndarray
    high: float | np.ndarray


class SampleSize(NamedTuple):
    """Customers that a trial needs in each arm."""

    contact: int
    control: int


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
        If a count is no whole number, n is below 1, or events lie outside 0 … n.

    References
    ----------
    Newcombe (1998), *Statistics in Medicine* 17, 873–890: method 10.

    Examples
    --------
    >>> [round(x, 4) for x in difference(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    k_1, m_1 = _counts(events_1, n_1, 1)
    k_0, m_0 = _counts(events_0, n_0, 0)
    return _newcombe(k_1 / m_1, m_1, k_0 / m_0, m_0, confidence)


def pooled_difference(
    events_1: ArrayLike, n_1: ArrayLike, events_0: ArrayLike, n_0: ArrayLike, confidence: float = 0.95
) -> Difference:
    """Return the difference of two shares within strata, such as branches or months, pooled into one.

    Strata weigh n₁n₀ / (n₁ + n₀), as of Mantel and Haenszel: what the strata are like does not pass for an effect where
    the arms are spread over them unevenly. The interval is Newcombe's of both pooled shares, each of which counts for
    1 / Σ(w² / n) customers, as many as give a share of its variance; in one stratum it is Newcombe's own.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : array_like of int, shape (K,)
        As in `difference`, one for each stratum. A stratum with an empty arm (n of 0) weighs nothing.
    confidence : float
        Level of the interval, in (0, 1).

    Returns
    -------
    Difference

    Raises
    ------
    workbench.checks.NotKnown
        If no stratum has customers in both arms.
    ValueError
        If counts are none, as in `difference`.

    References
    ----------
    Mantel and Haenszel (1959), *J. National Cancer Institute* 22, 719–748, for the weights; Yan and Su (2010),
    *Statistics in Biopharmaceutical Research* 2, 329–335, for Newcombe's interval over strata.

    Examples
    --------
    >>> [round(x, 3) for x in pooled_difference([56, 9], [70, 10], [48, 3], [80, 10])]
    [0.247, 0.108, 0.372]
    """
    (k_1, m_1), (k_0, m_0) = _counts(events_1, n_1, 1, least=0), _counts(events_0, n_0, 0, least=0)
    both = (m_1 > 0) & (m_0 > 0)
    if not both.any():
        raise checks.NotKnown("No stratum has customers in both arms: nothing can be compared.")
    k_1, m_1, k_0, m_0 = (np.atleast_1d(x)[np.atleast_1d(both)] for x in (k_1, m_1, k_0, m_0))
    weight = m_1 * m_0 / (m_1 + m_0)
    weight /= weight.sum()
    (p_1, size_1), (p_0, size_0) = (
        (weight @ (k / m), 1 / (weight**2 / m).sum()) for k, m in ((k_1, m_1), (k_0, m_0))
    )
    return _newcombe(p_1, size_1, p_0, size_0, confidence)


def wilson(
    share: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> tuple[float | np.ndarray, float | np.ndarray]:
    """Return the ends of Wilson's interval of a share.

    Parameters
    ----------
    share, n : array_like, one shape
        The share, in [0, 1], and of how many customers it is.
    confidence : float
        Level of the interval, in (0, 1).

    Returns
    -------
    low, high : float, or numpy.ndarray of that shape
        Within [0, 1].

    References
    ----------
    Wilson (1927), *J. American Statistical Association* 22, 209–212.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(56 / 70, 70)]
    [0.6918, 0.877]
    """
    share, n = np.asarray(share, float), np.asarray(n, float)
    z = ndtri(0.5 + checks.number("confidence", confidence, above=0, below=1) / 2)
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return _plain(np.clip((middle - half) / (1 + z**2 / n), 0, 1)), _plain(
        np.clip((middle + half) / (1 + z**2 / n), 0, 1)
    )


def sample_size(
    control: float,
    contact: float,
    *,
    control_share: float = 0.5,
    power: float = 0.8,
    confidence: float = 0.95,
) -> SampleSize:
    """Return how many customers a trial needs, to tell an effect from none with a given power.

    Parameters
    ----------
    control, contact : float
        Shares of leavers to be expected in both arms, in (0, 1), not equal.
    control_share : float
        Part of the customers that is left alone, in (0, 1).
    power : float
        Probability that the interval of such an effect will be clear of 0, in (0, 1).
    confidence : float
        Level of the interval, in (0, 1).

    Returns
    -------
    SampleSize
        Customers in each arm.

    Raises
    ------
    ValueError
        If a share, the power or the confidence lies outside (0, 1), or the shares are equal.

    References
    ----------
    Fleiss, Levin and Paik (2003), *Statistical Methods for Rates and Proportions*, chapter 4: without continuity
    correction. Newcombe's interval then has the power asked for in arms of unequal size too.

    Examples
    --------
    >>> sample_size(0.41, 0.313), sample_size(0.41, 0.313, control_share=0.2)
    (SampleSize(contact=384, control=384), SampleSize(contact=944, control=236))
    """
    p_0, p_1, share, power, confidence = (
        checks.number(name, value, above=0, below=1)
        for name, value in (
            ("control", control),
            ("contact", contact),
            ("control_share", control_share),
            ("power", power),
            ("confidence", confidence),
        )
    )
    if p_0 == p_1:
        raise ValueError(f"control and contact are both {p_0:g}; allowed are two shares that differ.")
    mean = share * p_0 + (1 - share) * p_1
    none = np.sqrt(mean * (1 - mean) * (1 / share + 1 / (1 - share)))
    some = np.sqrt(p_0 * (1 - p_0) / share + p_1 * (1 - p_1) / (1 - share))
    n = ((ndtri(0.5 + confidence / 2) * none + ndtri(power) * some) / (p_0 - p_1)) ** 2
    return SampleSize(*(int(np.ceil(part * n - ROUNDING)) for part in (1 - share, share)))


def _counts(events, n, arm, least=1):
    """Return events and customers of an arm, or refuse counts that are none."""
    k, m = np.broadcast_arrays(checks.numbers(events, f"events_{arm}"), checks.numbers(n, f"n_{arm}"))
    wrong = ~((k >= 0) & (k <= m) & (m >= least) & (k % 1 == 0) & (m % 1 == 0))
    if wrong.any():
        raise ValueError(
            f"events_{arm} is {k[wrong][0]:g} and n_{arm} {m[wrong][0]:g}; allowed are whole numbers, n from {least} "
            "and events from 0 to n."
        )
    return k, m


def _newcombe(p_1, n_1, p_0, n_0, confidence):
    (low_1, high_1), (low_0, high_0) = wilson(p_1, n_1, confidence), wilson(p_0, n_0, confidence)
    gap = np.asarray(p_1 - p_0)
    low, high = gap - np.hypot(p_1 - low_1, high_0 - p_0), gap + np.hypot(high_1 - p_1, p_0 - low_0)
    return Difference(*map(_plain, (gap, low, high)))


def _plain(array):
    return np.asarray(array).item() if np.ndim(array) == 0 else np.asarray(array)
