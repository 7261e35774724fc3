"""What scores foretell: their rank correlation with what customers did later."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.checks import shown
from workbench.segments.samples import ENOUGH

__all__ = ["holdout"]


def holdout(
    scores: pd.Series | pd.DataFrame,
    outcome: pd.Series | ArrayLike,
    *,
    n_boot: int = 200,
    n_exact: int = 50_000,
    level: float = 0.95,
    against: str | None = None,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Correlate scores from one period with an outcome in a later one, by Spearman's rank correlation.

    The interval is the bootstrap's percentile interval over customers; every resample is ranked anew, ties at
    their mean rank. All columns of scores meet the same resamples. Of more than `n_exact` customers a resample
    draws 10,000 only, and its distance from the estimate, which is that of all customers, shrinks by the root
    of the share drawn.

    Parameters
    ----------
    scores : Series or DataFrame, shape (n,) or (n, k)
        One row per customer, one column per way of scoring; larger should mean better.
    outcome : array_like of shape (n,)
        What the customer did afterwards, such as the amount spent; larger is better.
    n_boot : int
        Number of resamples.
    n_exact : int
        Largest number of customers of whom resamples draw as many.
    level : float
        Coverage of the interval.
    against : str, optional
        A column of scores, such as frequency alone, that the others are to beat.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        One row per column of scores: `estimate`, `low`, `high` (in [-1, 1]) and `n`; with `against` also `gain`,
        `gain_low` and `gain_high`, by how much a column's correlation is above that one's, on the same resamples.
        Where a resample drew some customers only, ``attrs["rows"]`` says how many of how many.

    Raises
    ------
    ValueError
        If a cell is not finite, a column is constant, lengths or indices differ, or n_boot is below 1.

    References
    ----------
    Spearman (1904), Am. J. Psychol. 15, 72-101. Efron and Tibshirani (1993), section 13.3. Bickel, Götze and van
    Zwet (1997), Stat. Sin. 7, 1-31, on resamples smaller than the sample.

    Examples
    --------
    >>> holdout(pd.Series([1, 2, 3, 4], name="score"), [10, 30, 20, 40], random_state=0)["estimate"].to_dict()
    {'score': 0.8}
    """
    scores = checks.finite_frame(scores.to_frame() if isinstance(scores, pd.Series) else scores, "scores")
    checks.same_order(outcome, scores, "outcome", "scores")
    y = checks.finite_vector(outcome, "outcome")
    if len(y) != len(scores):
        raise ValueError(f"scores has {len(scores)} rows and outcome {len(y)}; both need one per customer.")
    checks.whole_number("n_boot", n_boot)
    checks.number("level", level, above=0, below=1)
    groups = [_dense(scores.to_numpy()[:, j], name) for j, name in enumerate(scores.columns)]
    by_rank = _dense(y, "outcome")
    n = len(y)
    size = n if n <= checks.whole_number("n_exact", n_exact, 2) else min(n_exact, ENOUGH)
    estimate = _spearmans(groups, by_rank, np.ones(n))
    rng = checks.generator(random_state)
    draws = np.array([_resampled(groups, by_rank, rng.integers(n, size=size)) for _ in range(n_boot)])
    if size < n:
        draws = estimate + (draws - estimate) * np.sqrt(size / n)
    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.nanquantile(draws, ends, axis=0)
    table = pd.DataFrame({"estimate": estimate, "low": low, "high": high, "n": n}, index=scores.columns)
    if against is not None:
        checks.known("column of scores", against, scores.columns)
        place = list(scores.columns).index(against)
        table["gain"] = table["estimate"] - table["estimate"].iloc[place]
        table["gain_low"], table["gain_high"] = np.nanquantile(draws - draws[:, [place]], ends, axis=0)
    if size < n:
        table.attrs["rows"] = size, n
    return table


def _dense(values, name):
    """Return for each value the number of distinct smaller ones."""
    distinct, codes = np.unique(checks.without_noise(values), return_inverse=True)
    if len(distinct) < 2:
        raise ValueError(
            f"{shown(name)} is {shown(distinct[0])} for every customer; a constant has no rank correlation."
        )
    return codes


def _resampled(groups, outcome, rows):
    """Return the rank correlations of the rows drawn: counted, or where they are a small part of all, ranked."""
    if len(rows) == len(outcome):
        return _spearmans(groups, outcome, np.bincount(rows, minlength=len(rows)))
    *groups, outcome = (_of_rows(codes, rows) for codes in [*groups, outcome])
    return _spearmans(groups, outcome, np.ones(len(rows)))


def _of_rows(codes, rows):
    """Return the codes of some rows; without gaps where there are many, over which ranks would be counted."""
    drawn = codes[rows]
    return drawn if drawn.max() < 4 * len(rows) else np.unique(drawn, return_inverse=True)[1]


def _spearmans(groups, outcome, times):
    """Return the rank correlations of a sample that holds row i `times[i]` times, without sorting it."""
    y = _centred_ranks(outcome, times)
    x = np.array([_centred_ranks(codes, times) for codes in groups])
    with np.errstate(divide="ignore", invalid="ignore"):  # a resample of one distinct value has none
        return (x @ (times * y)) / np.sqrt((x**2 @ times) * (y**2 @ times))


def _centred_ranks(codes, times):
    count = np.bincount(codes, weights=times)
    return (np.cumsum(count) - (count + times.sum()) / 2)[codes]
