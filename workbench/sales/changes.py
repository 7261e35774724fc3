"""How sales changed and why: factors, mix and rate, extremes, trend, and whether a forecast is worth anything."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import binom

from workbench import checks
from workbench.checks import shown
from workbench.sales.orders import ALL

__all__ = ["Check", "best_later", "decompose", "extremes", "forecast_check", "rate_and_mix", "trend"]

FACTORS = ("customers", "orders per customer", "value per order")


def decompose(before: ArrayLike, after: ArrayLike) -> pd.Series:
    """Part the change of sales into that of customers, of orders per customer and of value per order, exactly.

    Sales are the product of the three. Each gets the logarithm of its own growth times the logarithmic mean of both
    sales (LMDI-I), so that the parts add up to the difference, whichever way round the years are. A factor of 0 or
    below has no logarithm: sales of a year without orders have no factors.

    Parameters
    ----------
    before, after : array_like of shape (3,)
        Customers who bought, orders per customer, value per order (currency); each above 0.

    Returns
    -------
    pandas.Series, shape (3,), index the factors
        Currency; larger is more.

    Raises
    ------
    ValueError
        If a factor is not finite or not above 0.

    References
    ----------
    Ang (2005), *Energy Policy* 33, 867-871, equations 4-6; Ang and Liu (2007), *Energy Policy* 35, 1426-1432, on 0
    and negative values.

    Examples
    --------
    >>> decompose([100, 2, 10], [120, 2.5, 9]).round(4).tolist()
    [425.2687, 520.4868, -245.7555]
    """
    factors = []
    for name, values in (("before", before), ("after", after)):
        array = checks.finite_vector(values, name)
        if array.shape != (3,):
            raise ValueError(f"{name} has shape {array.shape}; allowed is (3,): {', '.join(FACTORS)}.")
        for factor, value in zip(FACTORS, array.tolist(), strict=True):
            if value <= 0:
                raise ValueError(
                    f"{name}: {factor} is {value:g}; only a change between values above 0 can be parted."
                )
        factors.append(array)
    old, new = factors
    growth = np.log(new / old)
    return pd.Series(_log_mean(old.prod(), new.prod()) * growth, FACTORS, name="change")


def _log_mean(a, b):
    """The logarithmic mean of two numbers above 0, also where they are nearly equal."""
    x = np.log(b / a)
    return a * (np.expm1(x) / x if x != 0 else 1.0)


def rate_and_mix(first: pd.DataFrame | ArrayLike, second: pd.DataFrame | ArrayLike) -> pd.Series:
    """Part the difference of two means into that of the strata's own means and that of their shares, exactly.

    Parameters
    ----------
    first, second : array_like of shape (strata, 2)
        Of each stratum, what is summed up (admitted, sales) and how many it is of (applicants, orders; above 0). A
        DataFrame may name the strata.

    Returns
    -------
    pandas.Series, index "rate" and "mix"
        Their sum is the mean of `first` less that of `second`. "rate": the differences of the strata's means at
        shares halfway between both; "mix": those of the shares at means halfway between both.

    Raises
    ------
    ValueError
        If a stratum is empty in one of the two, by name, or they have not the same strata.

    References
    ----------
    Kitagawa (1955), *J. Am. Stat. Assoc.* 50, 1168-1194; the departments of Bickel, Hammel and O'Connell (1975),
    *Science* 187, 398-404.

    Examples
    --------
    >>> rate_and_mix([[62, 100], [2, 10]], [[9, 10], [30, 100]]).round(4).to_dict()
    {'rate': -0.19, 'mix': 0.4173}
    """
    one, other = checks.finite_table(first, "first"), checks.finite_table(second, "second")
    if one.shape != other.shape or one.shape[1] != 2:
        raise ValueError(
            f"first has shape {one.shape} and second {other.shape}; both need the same strata and two columns."
        )
    names = list(checks.rows_of(first))
    if names != list(checks.rows_of(second)):
        raise ValueError(
            f"first has the strata {checks.listed(names)} and second "
            f"{checks.listed(checks.rows_of(second))}; both need the same in the same order."
        )
    for name, table in (("first", one), ("second", other)):
        for i in np.flatnonzero(table[:, 1] <= 0):
            raise ValueError(
                f"Stratum {shown(names[i])} of {name} is empty, so that its mean is not known; merge it with another."
            )
    means = one[:, 0] / one[:, 1], other[:, 0] / other[:, 1]
    shares = one[:, 1] / one[:, 1].sum(), other[:, 1] / other[:, 1].sum()
    rate = (means[0] - means[1]) @ (shares[0] + shares[1]) / 2
    mix = (shares[0] - shares[1]) @ (means[0] + means[1]) / 2
    return pd.Series({"rate": float(rate), "mix": float(mix)}, name="difference")


def extremes(values: pd.Series | ArrayLike, labels: ArrayLike, *, quantile: float = 0.95) -> pd.DataFrame:
    """Return the extremes of each class, the chance of holding them that its size alone gives, and a fair quantile.

    If all classes had one distribution, the largest value of all would be in any of them with the chance of its
    share of the values: maxima rank sizes. A quantile does not grow with the size; its interval is that of all
    bootstrap samples, computed, not drawn.

    Parameters
    ----------
    values : array_like of shape (n,)
        Such as the value of each order.
    labels : array_like of shape (n,)
        Class of each.
    quantile : float
        In (0, 1).

    Returns
    -------
    pandas.DataFrame, one row per class, the largest class first
        ``n``; ``max, min``; ``chance`` of holding an extreme; ``holds_max, holds_min``; ``quantile`` with ``low`` and
        ``high``, 95 %.

    References
    ----------
    Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, chapter 13; Hutson and Ernst (2000), *J. R. Stat.
    Soc. B* 62, 89-94, the bootstrap distribution of order statistics.

    Examples
    --------
    >>> extremes([5, 7, 9, 1], ["a", "a", "a", "b"])[["n", "max", "chance"]].values.tolist()
    [[3.0, 9.0, 0.75], [1.0, 1.0, 0.25]]
    """
    array = checks.finite_vector(values, "values")
    checks.number("quantile", quantile, above=0, below=1)
    code, names = checks.codes(labels, values, of="values")
    grouped = [np.sort(array[code == k]) for k in range(len(names))]
    rows = [_extreme(ordered, len(array), quantile) for ordered in grouped]
    table = pd.DataFrame(rows, pd.Index(names, name="class"))
    table.insert(4, "holds_max", table["max"] == array.max())
    table.insert(5, "holds_min", table["min"] == array.min())
    return table.sort_values("n", ascending=False, kind="stable")


def _extreme(ordered, of, quantile):
    n = len(ordered)
    low, high = _quantile_interval(ordered, quantile)
    facts = {"n": n, "max": ordered[-1], "min": ordered[0], "chance": n / of}
    return facts | {"quantile": np.quantile(ordered, quantile), "low": low, "high": high}


def _quantile_interval(ordered, quantile, level=0.95):
    """Percentiles of the bootstrap distribution of an order statistic: P(k of n draws are among the lowest j)."""
    n = len(ordered)
    k = min(n, int(np.ceil(quantile * n)))
    reached = binom.sf(k - 1, n, np.arange(1, n + 1) / n)
    ends = np.searchsorted(reached, [(1 - level) / 2, (1 + level) / 2])
    return ordered[np.minimum(ends, n - 1)]


def best_later(before: pd.Series, after: pd.Series, *, share: float = 0.05) -> pd.DataFrame:
    """Return what the best customers of one period did in the other, in both directions, beside all.

    Who is best in a period is so in part by luck, and luck does not last: chosen by the first period the best seem
    to fall, chosen by the second to have risen. The same happens if nobody changes.

    Parameters
    ----------
    before, after : pandas.Series, same index of customers
        Money of each in two periods of equal length; who bought nothing has 0.
    share : float
        Of the customers who count as the best, in (0, 1); part of a customer counts as one.

    Returns
    -------
    pandas.DataFrame, three rows: best by the first period, best by the second, all
        ``customers``; ``before, after``, means; ``ratio``, after over before; ``stayed``, the share who are among
        the best of the other period too.

    References
    ----------
    Galton (1886), *J. Anthropol. Inst.* 15, 246-263.

    Examples
    --------
    >>> table = best_later(pd.Series([9.0, 5, 1, 1]), pd.Series([3.0, 8, 1, 0]), share=0.25)
    >>> table[["before", "after"]].values.tolist()
    [[9.0, 3.0], [5.0, 8.0], [4.0, 3.0]]
    """
    checks.number("share", share, above=0, below=1)
    old, new = checks.finite_vector(before, "before"), checks.finite_vector(after, "after")
    checks.same_order(after, before, "after", "before")
    if len(old) != len(new):
        raise ValueError(f"before has {len(old)} customers and after {len(new)}; both need the same.")
    n = int(np.ceil(round(share * len(old), 9)))
    first, second = (np.argsort(-values, kind="stable")[:n] for values in (old, new))
    stayed = len(np.intersect1d(first, second)) / n
    who = {"best by the first": first, "best by the second": second, ALL: np.arange(len(old))}
    table = pd.DataFrame(
        {"customers": len(places), "before": old[places].mean(), "after": new[places].mean()}
        for places in who.values()
    ).set_index(pd.Index(who, name="chosen"))
    table["ratio"] = table["after"] / table["before"].where(table["before"] > 0)
    return table.assign(stayed=[stayed, stayed, np.nan])


class Check(NamedTuple):
    """Errors on a held-out tail, of the forecast and of last year's values, and the forecast where it wins."""

    error: float
    naive: float
    wins: bool
    forecast: pd.Series | None


def trend(series: pd.Series | ArrayLike, *, season: int | None = None) -> pd.Series:
    """Return the slope of a series per step with a 95 % interval that allows for neighbours being alike.

    Least squares, with one level per place in the season; Newey-West standard errors with the usual number of lags.

    Parameters
    ----------
    series : array_like of shape (n,)
        Evenly spaced, the oldest first, such as sales of complete quarters.
    season : int, optional
        Steps per year, such as 4.

    Returns
    -------
    pandas.Series
        ``slope`` per step, ``low``, ``high``; ``relative``, the slope over the mean, NaN where that is not above 0.

    Raises
    ------
    ValueError
        `checks.NotKnown` with fewer than two seasons or four steps: two values are a difference, not a trend.

    References
    ----------
    Newey and West (1987), *Econometrica* 55, 703-708; (1994), *Rev. Econ. Stud.* 61, 631-653, the number of lags.

    Examples
    --------
    >>> trend([10, 12, 14, 16, 18, 20, 22, 24], season=4).round(6).tolist()[0]
    2.0
    """
    from statsmodels.regression.linear_model import OLS

    y = checks.finite_vector(series, "series")
    least = max(4, 2 * _season(season))
    if len(y) < least:
        raise checks.NotKnown(
            f"A trend needs at least {least} steps{', two of each season' if season else ''}, and there are {len(y)}."
        )
    lags = int(np.floor(4 * (len(y) / 100) ** (2 / 9)))
    fitted = OLS(y, _design(np.arange(len(y)), season)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    (low, high), mean = fitted.conf_int()[0], y.mean()
    relative = fitted.params[0] / mean if mean > 0 else np.nan
    return pd.Series(
        {"slope": fitted.params[0], "low": low, "high": high, "relative": relative}, name="trend"
    )


def forecast_check(series: pd.Series | ArrayLike, season: int) -> Check:
    """Hold a forecast by trend and season against last year's values on the last season, which it has not seen.

    Parameters
    ----------
    series : array_like of shape (n,)
        Evenly spaced, the oldest first; a Series with periods as its index gives a forecast with periods.
    season : int
        Steps per year, such as 4.

    Returns
    -------
    Check
        ``error`` and ``naive``, mean absolute errors in the unit of the series; ``wins``; ``forecast`` of the next
        season by all values, None where the forecast does not win: then last year's values are the better guess.

    Raises
    ------
    ValueError
        `checks.NotKnown` with fewer than three seasons: two to learn from, one to be tried on.

    References
    ----------
    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, sections 5.2 and 5.8.

    Examples
    --------
    >>> check = forecast_check([10, 20, 12, 22, 14, 24], season=2)
    >>> check.wins, check.naive, check.forecast.round(6).tolist()
    (True, 2.0, [16.0, 26.0])
    """
    y = checks.finite_vector(series, "series")
    if len(y) < 3 * _season(season):
        raise checks.NotKnown(
            f"To try a forecast needs {3 * season} steps, three of each season, and there are {len(y)}."
        )
    known, tail = y[:-season], y[-season:]
    error, naive = (float(np.abs(tail - g).mean()) for g in (_ahead(known, season), known[-season:]))
    wins = error < naive
    return Check(error, naive, wins, pd.Series(_ahead(y, season), _next(series, season)) if wins else None)


def _season(season):
    return 1 if season is None else checks.whole_number("season", season, 1)


def _design(time, season):
    """A column of time, and one for each place in the season."""
    place = time[:, None] % (season or 1) == np.arange(season or 1)
    return np.column_stack([time, place]).astype(float)


def _ahead(y, season):
    n = len(y)
    fitted, *_ = np.linalg.lstsq(_design(np.arange(n), season), y, rcond=None)
    return _design(np.arange(n, n + season), season) @ fitted


def _next(series, season):
    index = getattr(series, "index", None)
    if isinstance(index, pd.PeriodIndex):
        return pd.period_range(index[-1] + 1, periods=season, name=index.name)
    return pd.RangeIndex(len(series), len(series) + season)
