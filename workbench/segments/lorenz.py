"""The Lorenz curve: what one printed point of it says, and what real values give."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from workbench import checks
from workbench.segments.concentration import concentration

__all__ = [
    "Bounds",
    "gini_bounds",
    "lognormal_gini",
    "lorenz",
    "pareto_gini",
    "top_share",
]


class Bounds(NamedTuple):
    """The least and the largest value that a figure can have."""

    low: float
    high: float


def lorenz(values: pd.Series | ArrayLike) -> pd.DataFrame:
    """Return the Lorenz curve: which share of the total the customers with the least bring, from none to all.

    Parameters
    ----------
    values : array_like of shape (n,)
        Of each customer, such as revenue in one currency; not negative.

    Returns
    -------
    pandas.DataFrame, n + 1 rows
        ``customers`` and ``value``, both cumulative shares from 0 to 1, those with the least first.

    Raises
    ------
    ValueError
        If a value is negative or not finite, or all are 0.

    References
    ----------
    Lorenz (1905), *Publ. Am. Stat. Assoc.* 9, 209–219.

    Examples
    --------
    >>> lorenz([3, 1])["value"].tolist()
    [0.0, 0.25, 1.0]
    """
    array = np.sort(_of_customers(values))
    summed = np.concatenate([[0.0], np.cumsum(array)])
    return pd.DataFrame({"customers": np.linspace(0, 1, len(summed)), "value": summed / summed[-1]})


def top_share(values: pd.Series | ArrayLike, share: float) -> float:
    """Return which share of the total the best `share` of the customers bring.

    Examples
    --------
    >>> top_share([60, 20, 10, 10], 0.25)
    0.6
    """
    return float(concentration(_of_customers(values), [share])["share"].iloc[0])


def gini_bounds(customer_share: float, value_share: float) -> Bounds:
    """Return between which ends the Gini coefficient lies, where one point of the Lorenz curve is all that is known.

    Least where all customers above the point are alike, and all below it; largest where those below have as unlike
    values as a convex curve through the point allows. The ends belong to very many customers.

    Parameters
    ----------
    customer_share : float in (0, 1)
        Part of the customers who are the best.
    value_share : float in (0, 1)
        Part of the total that they bring; at least `customer_share`.

    Raises
    ------
    ValueError
        If a share lies outside (0, 1), or the best bring less than their part of the customers.

    References
    ----------
    Gastwirth (1972), *Rev. Econ. Stat.* 54, 306–316, on bounds from grouped data.

    Examples
    --------
    >>> low, high = gini_bounds(0.05, 1 / 3)
    >>> round(low, 4), round(high, 4)
    (0.2833, 0.85)
    """
    p, s = _point(customer_share, value_share)
    # A convex curve may run along 0, then on one line of slope m through the point, and jump at its end.
    slope = max(min((1 - s) / p, s / p), (1 - s) / (1 - p))
    return Bounds(s - p, 1 - (1 - s + slope * p) ** 2 / slope)


def pareto_gini(customer_share: float, value_share: float) -> float:
    """Return the Gini coefficient of the Pareto distribution whose Lorenz curve goes through a point.

    Parameters
    ----------
    customer_share, value_share : float in (0, 1)
        As `gini_bounds` takes them.

    References
    ----------
    Arnold (2015), *Pareto Distributions*: the top p bring p ** (1 − 1/α), and the coefficient is 1 / (2 α − 1).

    Examples
    --------
    >>> round(pareto_gini(0.05, 1 / 3), 3)
    0.463
    """
    p, s = _point(customer_share, value_share)
    power = float(np.log(s) / np.log(p))
    return (1 - power) / (1 + power)


def lognormal_gini(customer_share: float, value_share: float) -> float:
    """Return the Gini coefficient of the lognormal distribution whose Lorenz curve goes through a point.

    Parameters
    ----------
    customer_share, value_share : float in (0, 1)
        As `gini_bounds` takes them.

    References
    ----------
    Aitchison and Brown (1957), *The Lognormal Distribution*: the top p bring Φ(σ − Φ⁻¹(1 − p)), and the coefficient is
    2 Φ(σ / √2) − 1.

    Examples
    --------
    >>> round(lognormal_gini(0.05, 1 / 3), 3)
    0.609
    """
    p, s = _point(customer_share, value_share)
    sigma = norm.ppf(1 - p) - norm.ppf(1 - s)
    return float(2 * norm.cdf(sigma / np.sqrt(2)) - 1)


def _point(customer_share, value_share):
    p = checks.number("customer_share", customer_share, above=0, below=1)
    s = checks.number("value_share", value_share, above=0, below=1)
    if s < p:
        raise ValueError(
            f"value_share is {s:g}, below customer_share {p:g}; the best customers bring at least their part."
        )
    return p, s


def _of_customers(values):
    """Return values of which shares can be told, or refuse them."""
    array = checks.finite_vector(values, "values")
    if (array < 0).any():
        first = int(np.argmax(array < 0))
        row = checks.rows_of(values)[first]
        raise ValueError(
            f"values must not be negative: row {checks.shown(row)} is {array[first]:g}. Take returns off the "
            "payments of the same customer first, and clip at 0 or leave out who is still below it."
        )
    if not array.sum() > 0:
        raise ValueError("values are all 0; a share of nothing is not defined.")
    return array
