"""Customers who lie far from the rest in an indicator: keep, pull in or drop them, and say who they are."""

from typing import Literal

import numpy as np
import pandas as pd

from workbench import checks

__all__ = ["outliers", "treatments"]

HOW = ("keep", "winsorise", "drop")


def outliers(
    table: pd.DataFrame, how: Literal["keep", "winsorise", "drop"] = "keep", *, limit: float = 3.5
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the values that lie far from the median of their indicator, and treat them.

    A value is outlying where its modified z-score, (value − median) / scale, exceeds `limit` in absolute
    value. The scale is 1.4826 times the median absolute deviation (MAD) or, where more than half of the
    customers share one value, so that the MAD is 0, 1.2533 times the mean absolute deviation from the median;
    both estimate the standard deviation of a normal. An indicator that is the same for everybody has no
    outliers. Counts are skewed, so with them this marks the busy as well as the faulty: look before dropping.

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, m), one row per customer, numeric
    how : {"keep", "winsorise", "drop"}
        Change nothing; move outlying values to the fence, median ± `limit` × scale; drop customers who have
        any. A winsorised ``actions`` is no longer the sum of its parts.
    limit : float
        Number of scales from the median that is still near, > 0.

    Returns
    -------
    treated : pandas.DataFrame
        `table`, float64 where values were moved.
    touched : pandas.DataFrame, one row per outlying value, in order of the indicators
        ``customer_id`` (whatever the index of `table` holds), ``indicator``, ``value``, ``lower``, ``upper``,
        the fence. With "keep", those that the other ways would touch.

    Raises
    ------
    ValueError
        On an unknown `how`, a `limit` that is not positive, or missing or infinite values, by name; and when
        nobody would be left.

    References
    ----------
    Iglewicz & Hoaglin (1993), *How to Detect and Handle Outliers*: the modified z-score and its limit 3.5.

    Examples
    --------
    >>> table = pd.DataFrame({"actions": [1, 2, 3, 4, 90]}, index=list("abcde"))
    >>> treated, touched = outliers(table, "winsorise")
    >>> treated["actions"].round(2).tolist(), touched["customer_id"].tolist()
    ([1.0, 2.0, 3.0, 4.0, 8.19], ['e'])
    """
    checks.one_of("how", how, HOW)
    checks.number("limit", limit, above=0)
    values = checks.finite_table(table, "table")
    calm = checks.without_noise(values)
    median = np.median(calm, axis=0)
    reach = limit * _scale(calm - median)
    lower, upper = median - reach, median + reach
    outside = (calm < lower) | (calm > upper)
    touched = _touched(table, values, outside, lower, upper)
    if how == "keep":
        return table, touched
    if how == "drop":
        return _without(table, outside.any(axis=1), limit), touched
    moved = table.copy()
    for j in np.flatnonzero(outside.any(axis=0)):
        moved[table.columns[j]] = np.clip(values[:, j], lower[j], upper[j])
    return moved, touched


def treatments(table: pd.DataFrame, *, limit: float = 3.5) -> dict[str, pd.DataFrame]:
    """Treat outlying values in every way, to see what hangs on the choice.

    Parameters
    ----------
    table, limit : as for `outliers`

    Returns
    -------
    dict of str to DataFrame
        The table by "keep", "winsorise" and "drop"; the last has no rows where every customer is outlying.

    Examples
    --------
    >>> table = pd.DataFrame({"actions": [1, 2, 3, 4, 90]}, index=list("abcde"))
    >>> {how: len(treated) for how, treated in treatments(table).items()}
    {'keep': 5, 'winsorise': 5, 'drop': 4}
    """
    ways = {how: outliers(table, how, limit=limit)[0] for how in ("keep", "winsorise")}
    touched = outliers(table, limit=limit)[1]["customer_id"]
    return ways | {"drop": table[~table.index.isin(touched)]}


def _scale(deviations):
    """Standard deviation of each column as the MAD estimates it, or the mean deviation where that is 0."""
    mad = np.median(np.abs(deviations), axis=0)
    return np.where(mad > 0, 1.4826 * mad, 1.2533 * np.abs(deviations).mean(axis=0))


def _touched(table, values, outside, lower, upper):
    j, i = np.nonzero(outside.T)
    return pd.DataFrame(
        {
            "customer_id": table.index[i],
            "indicator": table.columns[j],
            "value": values[i, j],
            "lower": lower[j],
            "upper": upper[j],
        }
    )


def _without(table, dropped, limit):
    if dropped.all():
        raise ValueError(f"Every customer is outlying at limit = {limit}; raise it.")
    return table[~dropped]
