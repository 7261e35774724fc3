"""What a published coverage implies of a model that nobody has: its AUC, and how long its lists must be.

The model is the simplest that has probabilities: they come true, and their log-odds are normal, of one spread among
leavers and among stayers. Then that spread, d, is all there is to know, and one coverage gives it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import logit, ndtr, ndtri

from workbench import checks

__all__ = ["auc", "lists"]


def auc(coverage: float, base_rate: float, threshold: float = 0.5) -> float:
    """Return the AUC of a model that finds a part of the leavers from a threshold on.

    Parameters
    ----------
    coverage : float
        Part of the leavers whose probability is at least the threshold, in (0, 1).
    base_rate : float
        Part of the customers who leave, in (0, 1).
    threshold : float
        A probability in (0, 1), above `base_rate`.

    Returns
    -------
    float
        In (0.5, 1).

    Raises
    ------
    ValueError
        If a number lies outside (0, 1), or the threshold is not above the rate: two models may have that coverage.

    References
    ----------
    Green and Swets (1966), *Signal Detection Theory and Psychophysics*, for normal log-odds of equal spread.

    Examples
    --------
    >>> round(auc(0.2, 0.25), 2), round(auc(0.2, 0.14), 2)
    (0.73, 0.81)
    """
    return float(ndtr(_spread(coverage, base_rate, threshold) / np.sqrt(2)))


def lists(coverage: float, base_rate: float, wanted: Sequence[float], threshold: float = 0.5) -> pd.DataFrame:
    """Return how many customers such a model must list, to find more of the leavers.

    Parameters
    ----------
    coverage, base_rate, threshold
        As in `auc`.
    wanted : sequence of float
        Coverages, in (0, 1).

    Returns
    -------
    pandas.DataFrame, one row per coverage, index ``coverage``
        ``workload``, listed among all customers; ``precision``, leavers among the listed; ``threshold``, the
        probability from which on they are listed.

    Raises
    ------
    ValueError
        As `auc`.

    Examples
    --------
    >>> lists(0.2, 0.25, [0.2, 2 / 3]).round(2)
              workload  precision  threshold
    coverage
    0.200000      0.08        0.6       0.50
    0.666667      0.42        0.4       0.25
    """
    d = _spread(coverage, base_rate, threshold)
    found = np.array([checks.number("wanted", part, above=0, below=1) for part in wanted])
    cut = ndtri(found)  # of the leavers' log-odds, from their mean downwards, in spreads
    stayers = ndtr(cut - d)
    workload = base_rate * found + (1 - base_rate) * stayers
    odds = base_rate / (1 - base_rate) * np.exp(d * (d / 2 - cut))
    table = {"workload": workload, "precision": base_rate * found / workload, "threshold": odds / (1 + odds)}
    return pd.DataFrame(table, index=pd.Index(found, name="coverage"))


def _spread(coverage, base_rate, threshold):
    """Return d, by which the log-odds of leavers lie above those of stayers in units of their spread, and that spread.

    Leavers' log-likelihood ratios are N(d²/2, d²); those above the threshold's, s, are the coverage: d²/2 − s = d·z.
    """
    base_rate = checks.number("base_rate", base_rate, above=0, below=1)
    z = ndtri(checks.number("coverage", coverage, above=0, below=1))
    s = logit(checks.number("threshold", threshold, above=base_rate, below=1)) - logit(base_rate)
    return float(z + np.sqrt(z**2 + 2 * s))
