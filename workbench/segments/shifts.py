"""How far indicators or scores have shifted between two samples: the population stability index."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.checks import listed

__all__ = ["BINS", "SHIFTED", "Stability", "cuts_of", "population_stability", "psi", "shares_between"]

BINS = 10
SHIFTED = 0.25  # from there on a shift is large, from .1 moderate; a convention of credit scoring
MODERATE = 0.1
EMPTY = 0.0001  # of a part that nobody is in: its logarithm would have no end


def cuts_of(frame: pd.DataFrame, bins: int = BINS) -> dict[str, list[float]]:
    """Return the cuts that part each indicator into equally many customers; fewer where values repeat.

    Examples
    --------
    >>> cuts_of(pd.DataFrame({"orders": [1, 1, 1, 2, 3, 9]}), bins=3)
    {'orders': [1.0, 2.333333333333333]}
    """
    X = checks.finite_frame(frame)
    inner = np.linspace(0, 1, checks.whole_number("bins", bins, 2) + 1)[1:-1]
    return {str(name): sorted(set(np.quantile(X[name], inner).tolist())) for name in X}


def shares_between(values: ArrayLike, cuts: Sequence[float]) -> np.ndarray:
    """Return the share of values up to the first cut, between each two, and above the last.

    Examples
    --------
    >>> shares_between([1, 2, 3, 4], [2, 3]).tolist()
    [0.5, 0.25, 0.25]
    """
    array = checks.finite_vector(values)
    places = np.searchsorted(np.asarray(cuts, float), array, side="left")
    return np.bincount(places, minlength=len(cuts) + 1) / len(array)


def population_stability(before: pd.DataFrame, after: pd.DataFrame, *, bins: int = BINS) -> pd.DataFrame:
    """Return the population stability index of each indicator between two sets of customers.

    The sum over parts of (after − before) · ln(after / before), the parts holding equally many customers before. By
    convention up to 0.1 is small, above 0.25 large.

    Parameters
    ----------
    before, after : pandas.DataFrame, shapes (n, m) and (k, m)
        The same indicators, each in its own unit.
    bins : int
        Number of parts.

    Returns
    -------
    pandas.DataFrame, one row per indicator
        ``index``, at least 0, larger is a larger shift; ``shift``, "small", "moderate" or "large"; ``before`` and
        ``after``, the medians.

    Raises
    ------
    ValueError
        If the tables have not the same indicators, or a cell is not finite.

    References
    ----------
    Siddiqi (2006), *Credit Risk Scorecards*, chapter 9.

    Examples
    --------
    >>> table = pd.DataFrame({"orders": range(100)})
    >>> population_stability(table, table + 60)["shift"].tolist()
    ['large']
    """
    old, new = checks.finite_frame(before, "before"), checks.finite_frame(after, "after")
    if list(old) != list(new):
        raise ValueError(
            f"before has the indicators {listed(old)} and after {listed(new)}; both need the same."
        )
    cuts = cuts_of(old, bins)
    index = {
        name: _index(shares_between(old[name], cuts[name]), shares_between(new[name], cuts[name]))
        for name in old
    }
    result = pd.DataFrame({"index": index, "before": old.median(), "after": new.median()}, index=list(old))
    words = np.select([result["index"] > SHIFTED, result["index"] > MODERATE], ["large", "moderate"], "small")
    result.insert(1, "shift", words)
    return result.rename_axis("indicator")


class Stability(NamedTuple):
    """``psi`` between two samples, what ``chance`` alone gives on average, and the number of ``bins`` compared."""

    psi: float
    chance: float
    bins: int


def psi(expected: ArrayLike, actual: ArrayLike, *, bins: int = BINS) -> Stability:
    """Return the population stability index of scores between two samples, beside what chance alone gives.

    It sees that the mix of scores has changed, and is blind to a change of what the scores mean; it grows as samples
    shrink, so 0.1 may be nothing in a small month.

    Parameters
    ----------
    expected, actual : array_like of shapes (n,) and (m,)
        Scores then, which set the bins, and now.
    bins : int
        Number of bins of equally many scores then; fewer where scores repeat.

    Returns
    -------
    Stability
        ``psi``, at least 0, larger is a larger shift; ``chance``, (bins − 1)(1/n + 1/m), its mean where nothing has
        shifted; ``bins`` in which there are scores.

    Raises
    ------
    ValueError
        If a score is not finite.

    References
    ----------
    Siddiqi (2006), *Credit Risk Scorecards*, chapter 9. Yurdakul and Naranjo (2020), *J. Risk Model Validation* 14 (4),
    89–100: without a shift the index over 1/n + 1/m is chi-squared with bins − 1 degrees of freedom.

    Examples
    --------
    >>> [round(x, 4) for x in psi([1, 2, 3, 4], [1, 3, 3, 4], bins=2)]
    [0.2747, 0.5, 2]
    """
    before, after = checks.finite_vector(expected, "expected"), checks.finite_vector(actual, "actual")
    cuts = cuts_of(pd.DataFrame({"score": before}), bins)["score"]
    old, new = shares_between(before, cuts), shares_between(after, cuts)
    number = int(((old > 0) | (new > 0)).sum())
    return Stability(_index(old, new), (number - 1) * (1 / len(before) + 1 / len(after)), number)


def _index(before, after):
    before, after = np.maximum(before, EMPTY), np.maximum(after, EMPTY)
    return float(((after - before) * np.log(after / before)).sum())
