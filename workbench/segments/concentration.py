"""How much of the revenue comes from how few customers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks

__all__ = ["concentration", "customers_behind", "gini"]

TOP = (0.01, 0.05, 0.1, 0.2)


def concentration(values: pd.Series | ArrayLike, top: Sequence[float] = TOP) -> pd.DataFrame:
    """Return the share of the total that the best customers bring.

    The best 1 % of 250 customers are 2.5: two count whole and the third by half, so that the share does not depend on
    how many customers there happen to be. Not defined where the total is not above 0, as with refunds alone.

    Parameters
    ----------
    values : array_like of shape (n,)
        Of each customer, such as the amount paid; larger is better. Negative values are kept.
    top : sequence of float
        Parts of the customers, in (0, 1].

    Returns
    -------
    pandas.DataFrame, one row per part, index ``best customers``
        ``customers``, how many that is; ``share``, of the total, which may exceed 1 where others are negative.

    Raises
    ------
    ValueError
        If a value is not finite, the total is not above 0, or a part lies outside (0, 1].

    Examples
    --------
    >>> concentration([60, 20, 10, 10], top=[0.25, 0.5])["share"].tolist()
    [0.6, 0.8]
    """
    array = np.sort(checks.finite_vector(values, "values"))[::-1]
    parts = [checks.number("top", part, above=0, most=1) for part in top]
    total = float(array.sum())
    if total <= 0:
        raise ValueError(f"values sum to {total:g}; a share of it needs a sum above 0.")
    summed = np.concatenate([[0.0], np.cumsum(array)])
    counts = np.array(parts) * len(array)
    shares = np.interp(counts, np.arange(len(summed)), summed) / total
    return pd.DataFrame({"customers": counts, "share": shares}, index=pd.Index(parts, name="best customers"))


def customers_behind(values: pd.Series | ArrayLike, shares: Sequence[float] = (1 / 3, 0.8)) -> pd.DataFrame:
    """Return how few of the best customers bring a share of the total: "80/20" put as a question.

    Parameters
    ----------
    values : array_like of shape (n,)
        Of each customer, such as the amount paid; larger is better.
    shares : sequence of float
        Of the total, in (0, 1].

    Returns
    -------
    pandas.DataFrame, one row per share, index ``share of total``
        ``customers``, the least number that brings it; ``share``, of all customers.

    Raises
    ------
    ValueError
        If a value is not finite, the total is not above 0, or a share lies outside (0, 1].

    Examples
    --------
    >>> customers_behind([60, 20, 10, 10], [0.5, 0.8])["customers"].tolist()
    [1, 2]
    """
    summed = np.cumsum(np.sort(checks.finite_vector(values, "values"))[::-1])
    parts = [checks.number("shares", share, above=0, most=1) for share in shares]
    if summed[-1] <= 0:
        raise ValueError(f"values sum to {summed[-1]:g}; a share of it needs a sum above 0.")
    reached = [int((summed >= part * summed[-1] * (1 - 1e-12)).argmax()) + 1 for part in parts]
    table = pd.DataFrame({"customers": reached}, index=pd.Index(parts, name="share of total"))
    return table.assign(share=table["customers"] / len(summed))


def gini(values: pd.Series | ArrayLike) -> float:
    """Return the Gini coefficient of values that are not negative: 0 where all are alike, towards 1 where one has all.

    References
    ----------
    Gini (1912); as the mean difference of Sen (1973), *On Economic Inequality*, section 2.

    Examples
    --------
    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 1])
    (0.0, 0.75)
    """
    array = np.sort(checks.finite_vector(values, "values"))
    if array[0] < 0:
        raise ValueError(
            f"values must not be negative: the least is {array[0]:g}. Clip them at 0, or leave them out."
        )
    total = float(array.sum())
    if total <= 0:
        raise ValueError("values are all 0; a share of nothing is not defined.")
    n = len(array)
    return float(2 * (np.arange(1, n + 1) @ array) / (n * total) - (n + 1) / n)
