"""Whether probabilities of leaving come true."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import expit, logit

from workbench import checks
from workbench.churn.experiments import wilson

__all__ = ["Calibration", "summary", "table"]


class Calibration(NamedTuple):
    """How well probabilities come true; missing (NaN) is what the customers cannot tell.

    ``observed`` and ``expected`` customers who leave; their ``ratio`` with the ends ``low`` and ``high`` of its
    interval, 1 is best; ``intercept``, 0 is best, above it too few were expected; ``slope``, 1 is best, below it the
    probabilities are too extreme; ``brier``, mean squared error, 0 is best; ``skill``, the part of it that is saved
    against giving everybody the rate, 1 is best.
    """

    observed: int
    expected: float
    ratio: float
    low: float
    high: float
    intercept: float
    slope: float
    brier: float
    skill: float


def summary(y: ArrayLike, p: ArrayLike, confidence: float = 0.95) -> Calibration:
    """Return how well probabilities come true, in one row.

    Intercept and slope are not defined where a probability is 0 or 1, since its logit has no end; the slope nor where
    all probabilities are equal, or part leavers and stayers without error.

    Parameters
    ----------
    y : array_like of shape (n,)
        1 where the customer left, 0 where not.
    p : array_like of shape (n,)
        Probability of leaving that was foretold.
    confidence : float
        Level of the interval, in (0, 1).

    Returns
    -------
    Calibration
        The interval is Wilson's of the rate of leaving, over the mean probability. The intercept is that of a logistic
        regression on the logit of `p` with slope 1, the slope that of one with an intercept of its own.

    Raises
    ------
    ValueError
        If an outcome is neither 0 nor 1, or a probability lies outside [0, 1].

    References
    ----------
    Cox (1958), *Biometrika* 45, 562–565; Van Calster et al. (2019), *BMC Medicine* 17, 230: levels of calibration.
    Brier (1950), *Monthly Weather Review* 78, 1–3.

    Examples
    --------
    >>> result = summary([1, 0, 1, 0, 0, 0, 0, 0], [0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.1, 0.1])
    >>> round(result.ratio, 3), round(result.slope, 2), round(result.skill, 3)
    (0.909, 1.44, 0.153)
    """
    left, p = _pair(y, p)
    rate, expected = left.mean(), p.mean()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio, low, high = np.array([rate, *wilson(rate, len(left), confidence)]) / expected
        brier = np.mean((p - left) ** 2)
        skill = 1 - brier / np.float64(rate * (1 - rate))
    values = (ratio, low, high, *_recalibrated(left, p), brier, skill)
    finite = (float(value) if np.isfinite(value) else np.nan for value in values)
    return Calibration(int(left.sum()), float(p.sum()), *finite)


def table(y: ArrayLike, p: ArrayLike, n_bins: int = 10, confidence: float = 0.95) -> pd.DataFrame:
    """Return observed beside expected rates of leaving, in groups of customers of like probability.

    Parameters
    ----------
    y, p
        As in `summary`.
    n_bins : int
        Number of groups, of equally many customers as far as equal probabilities stay together; fewer where they are
        many.
    confidence : float
        Level of the interval, in (0, 1).

    Returns
    -------
    pandas.DataFrame, one row per group, index ``group`` from 1, lowest first
        ``customers``, ``expected``, their mean probability, ``observed``, the share that left, with ``low`` and
        ``high`` (Wilson's).

    Raises
    ------
    ValueError
        As `summary`.

    Examples
    --------
    >>> table([0, 0, 1, 1], [0.1, 0.3, 0.5, 0.9], n_bins=2)[["customers", "expected", "observed"]]
           customers  expected  observed
    group
    1              2       0.2       0.0
    2              2       0.7       1.0
    """
    left, p = _pair(y, p)
    inner = np.linspace(0, 1, checks.whole_number("n_bins", n_bins) + 1)[1:-1]
    cuts = np.quantile(p, inner)
    groups = pd.DataFrame({"p": p, "left": left}).groupby(np.searchsorted(cuts, p, side="left"))
    found = groups.agg(customers=("p", "size"), expected=("p", "mean"), observed=("left", "mean"))
    found["low"], found["high"] = wilson(found["observed"], found["customers"], confidence)
    return found.set_index(pd.RangeIndex(1, len(found) + 1, name="group"))


def _pair(y, p):
    left, array = checks.outcomes(y), checks.probabilities(p)
    checks.one_for_each(p, array, y, "p")
    return left, array


def _recalibrated(left, p):
    """Return intercept at slope 1, and slope; NaN where there is none."""
    if left.all() or not left.any() or p.min() == 0 or p.max() == 1:
        return np.nan, np.nan
    x = checks.without_noise(logit(p))
    start = logit(left.mean())
    ends = start - x.max() - 1, start - x.min() + 1  # with these everybody, or nobody, is below the rate
    intercept = brentq(lambda a: expit(a + x).sum() - left.sum(), *ends)
    parted = x[left].min() >= x[~left].max() or x[left].max() <= x[~left].min()
    return intercept, np.nan if parted else _slope(left, x)


def _slope(left, x):
    """Return the slope of a logistic regression, by Newton's steps, halved while they lead down."""
    X = np.column_stack([np.ones(len(x)), (x - x.mean()) / x.std()])
    b = np.array([logit(left.mean()), 0.0])
    likelihood = _log_likelihood(left, X @ b)
    for _ in range(100):
        p = expit(X @ b)
        step = np.linalg.solve((X * (p * (1 - p))[:, None]).T @ X, X.T @ (left - p))
        while (after := _log_likelihood(left, X @ (b + step))) < likelihood - 1e-9:
            step /= 2
        b, likelihood = b + step, after
        if np.abs(step).max() < 1e-10:
            break
    return b[1] / x.std()


def _log_likelihood(left, z):
    return float((left * z - np.logaddexp(0, z)).sum())
