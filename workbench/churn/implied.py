"""What one printed figure, the coverage of a default model, says about how well scores can tell churners apart."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import norm

from workbench import checks

__all__ = ["implied_auc", "implied_workload", "spread_of_coverage"]

GRID = np.linspace(-8, 8, 4001)
NARROWEST, WIDEST = 0.02, 8.0  # spreads of log-odds that are looked at
DENSITY = norm.pdf(GRID) / norm.pdf(GRID).sum()


def spread_of_coverage(coverage: float, rate: float, *, threshold: float = 0.5) -> float:
    """Return the standard deviation of the log-odds at which listing by a threshold finds a share of the churners.

    The scores are taken to be calibrated probabilities whose log-odds are normally distributed: a model of scores, not
    of any firm's data.

    Parameters
    ----------
    coverage : float
        Share of the churners whose probability reaches the threshold, in (0, 1).
    rate : float
        Share of churners, in (0, 1), below the threshold.
    threshold : float
        Probability from which a customer is listed.

    Returns
    -------
    float
        Above 0; larger means that scores tell churners apart better.

    Raises
    ------
    ValueError
        If a share is not inside (0, 1), or no spread has that coverage.

    Examples
    --------
    >>> round(spread_of_coverage(0.2, 0.25), 2)
    0.93
    """
    checks.number("coverage", coverage, above=0, below=1)
    checks.number("rate", rate, above=0, below=1)
    checks.number("threshold", threshold, above=rate, below=1)

    def missed(spread: float) -> float:
        p = _probabilities(spread, rate)
        return float(p[p >= threshold] @ DENSITY[p >= threshold]) / rate - coverage

    if missed(WIDEST) < 0:
        raise ValueError(
            f"coverage is {coverage:g}; scores at rate {rate:g} do not reach it. Give a smaller coverage."
        )
    return float(brentq(missed, NARROWEST, WIDEST))


def _probabilities(spread, rate):
    """The calibrated probabilities on the grid, whose mean is the rate."""
    mean = brentq(lambda m: expit(m + spread * GRID) @ DENSITY - rate, -60, 60)
    return expit(mean + spread * GRID)


def implied_auc(spread: float, rate: float) -> float:
    """Return the chance that a churner scores above a renewer, under the same model of scores.

    Examples
    --------
    >>> round(implied_auc(spread_of_coverage(0.2, 0.25), 0.25), 2)
    0.73
    """
    p = _probabilities(
        checks.number("spread", spread, above=0), checks.number("rate", rate, above=0, below=1)
    )
    churners, others = p * DENSITY / rate, (1 - p) * DENSITY / (1 - rate)
    return float(churners @ (np.cumsum(others) - others / 2))


def implied_workload(coverages: Sequence[float], spread: float, rate: float) -> pd.DataFrame:
    """Return how many have to be called to find a share of the churners, the likeliest first.

    Parameters
    ----------
    coverages : sequence of float
        Shares of the churners to be found, in (0, 1).
    spread : float
        Standard deviation of the log-odds, see `spread_of_coverage`.
    rate : float
        Share of churners.

    Returns
    -------
    pandas.DataFrame, one row per coverage
        ``listed``, the share of all customers; ``precision``, the share of churners among them; unit 1.

    Examples
    --------
    >>> implied_workload([2 / 3], 0.93, 0.25).round(2).to_dict("list")
    {'listed': [0.42], 'precision': [0.4]}
    """
    p = _probabilities(
        checks.number("spread", spread, above=0), checks.number("rate", rate, above=0, below=1)
    )
    wanted = np.array([checks.number("coverages", one, above=0, below=1) for one in coverages])
    found = np.cumsum((p * DENSITY)[::-1]) / rate
    listed = np.interp(wanted, found, np.cumsum(DENSITY[::-1]))
    index = pd.Index(wanted, name="coverage")
    return pd.DataFrame({"listed": listed, "precision": wanted * rate / listed}, index=index)
