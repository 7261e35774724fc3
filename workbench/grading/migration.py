"""Who moves from grade to grade, and how many would if nobody's level changed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, owens_t
from scipy.stats import rankdata

from workbench import checks
from workbench.grading.grades import grade

__all__ = ["NoChange", "expected_stay", "keeps", "migration", "monthly_changes", "moves", "no_change"]


class NoChange(NamedTuple):
    """What two looks at the same customers show where nobody's level changes."""

    shares: pd.DataFrame
    correlation: float


def migration(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Return which share of each grade is in which grade later.

    Parameters
    ----------
    before, after : Series of shape (n,)
        Grade of each customer at two times; who has none at either is left out.

    Returns
    -------
    DataFrame of float, shape (k, k)
        Rows are the grades before, each of sum 1 (NaN for a grade that nobody had); columns the grades after.

    Examples
    --------
    >>> migration(pd.Series([0, 0, 1, 1]), pd.Series([0, 1, 1, 1])).loc[0].tolist()
    [0.5, 0.5]
    """
    checks.same_order(after, before, "after", "before")
    both = (before.notna() & after.notna()).to_numpy()
    first, then = before[both], after[both]
    names = first.cat.categories if hasattr(first, "cat") else sorted({*first, *then})
    counts = pd.crosstab(first.to_numpy(), then.to_numpy()).reindex(index=names, columns=names, fill_value=0)
    total = counts.sum(axis=1)
    return counts.div(total.where(total > 0), axis=0).rename_axis(index="before", columns="after")


def moves(shares: pd.DataFrame) -> pd.DataFrame:
    """Say of each grade which share stays, falls and rises.

    Parameters
    ----------
    shares : DataFrame of shape (k, k)
        As `migration` returns it, the lowest grade first.

    Returns
    -------
    DataFrame of float, columns ``stay``, ``fall``, ``rise``
        NaN for a grade that nobody had.

    Examples
    --------
    >>> moves(migration(pd.Series([0, 0, 1, 1]), pd.Series([0, 1, 1, 1]))).loc[0].tolist()
    [0.5, 0.0, 0.5]
    """
    array = checks.numbers(shares, "shares")
    known = ~np.isnan(array).any(axis=1)
    parts = {
        "stay": np.diag(array),
        "fall": np.tril(array, -1).sum(axis=1),
        "rise": np.triu(array, 1).sum(axis=1),
    }
    return pd.DataFrame({name: np.where(known, part, np.nan) for name, part in parts.items()}, shares.index)


def monthly_changes(grades: pd.DataFrame, *, among: int = 1) -> pd.Series:
    """Return which share of the customers has another grade than a month before.

    Parameters
    ----------
    grades : DataFrame of int, shape (n, t)
        As `grade_over_time` returns it; months without a grade are left out.
    among : int
        The grade from which on a customer counts as one of `"ever graded"`.

    Returns
    -------
    Series of float
        ``all customers`` and ``ever graded``, those who had grade `among` or a higher one in any month; mean over the
        months.

    Examples
    --------
    >>> monthly_changes(pd.DataFrame([[0, 0, 0], [1, 0, 1]])).tolist()
    [0.5, 1.0]
    """
    known = grades.loc[:, grades.notna().all()].to_numpy(int)
    if known.shape[1] < 2:
        raise ValueError("grades needs two months in which every customer has a grade.")
    moved = (np.diff(known, axis=1) != 0).mean(axis=1)
    ever = (known >= among).any(axis=1)
    graded = moved[ever].mean() if ever.any() else np.nan
    return pd.Series({"all customers": moved.mean(), "ever graded": graded}, name="share")


def expected_stay(threshold: float, correlation: float) -> float:
    """Return the share of those above a limit who are above it again, where two looks are normal and nothing changes.

    Regression to the mean: who is above the limit once owes it in part to chance.

    Parameters
    ----------
    threshold : float
        The limit, in standard deviations from the mean.
    correlation : float in (-1, 1]
        Of the two looks.

    References
    ----------
    Φ₂(−T, −T; ρ) / Φ(−T); Φ₂ by Owen (1956), *Ann. Math. Stat.* 27, 1075–1090.

    Examples
    --------
    >>> round(expected_stay(1, 0.9), 4)
    0.7279
    """
    t = checks.number("threshold", threshold)
    rho = checks.number("correlation", correlation, above=-1, most=1)
    return float(1 - 2 * owens_t(-t, np.sqrt((1 - rho) / (1 + rho))) / ndtr(-t))


def no_change(panel: pd.DataFrame, *, thresholds: Sequence[float], months: int = 12) -> NoChange:
    """Return the migration that is to be expected of two looks so many months apart if nobody's level changed.

    Each customer has a level of his own and a noise around it that fades from month to month (AR(1)). Both are told
    apart by how fast differences grow in the first two months: what moves later than the noise has faded is no part of
    it. Values count by their normal scores (ranks), so that no distribution of levels is assumed. Stated only for
    panels whose months are as long as each other and whose values are not negative.

    Parameters
    ----------
    panel : DataFrame of shape (n, t)
        Value of each customer at each month's end.
    thresholds : sequence of float, ascending
        As `grade` takes them.
    months : int
        Between the two looks; may be more than the panel has.

    Returns
    -------
    NoChange
        ``shares``, shape (k, k), rows before and columns after, as `migration` returns them; ``correlation``, of the
        two looks in normal scores.

    Raises
    ------
    ValueError
        If a value cannot be graded, or the panel has fewer than three months.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> panel = pd.DataFrame(rng.normal(10, 1, (500, 1)) + rng.normal(0, 0.5, (500, 3)))
    >>> round(no_change(panel, thresholds=[10.5]).correlation, 1)  # 1 / (1 + 0.5²)
    0.8
    """
    values = checks.finite_table(panel, "panel")
    months = checks.whole_number("months", months)
    if values.shape[1] < 3:
        raise ValueError(f"panel has {values.shape[1]} months; telling noise from level needs at least 3.")
    graded = grade(values.ravel(), thresholds=thresholds).to_numpy()
    scores = ndtri((rankdata(values) - 0.5) / values.size).reshape(values.shape)
    one, two = (np.mean((scores[:, lag:] - scores[:, :-lag]) ** 2) for lag in (1, 2))
    fading = float(np.clip(two / one - 1, 0, 0.99)) if one > 0 else 0.0
    noise = one / (2 * (1 - fading))
    correlation = float(np.clip(1 - noise * (1 - fading**months) / scores.var(), 0, 1))
    k = len(thresholds) + 1
    sizes = np.bincount(graded, minlength=k) / len(graded)
    return NoChange(_expected(sizes, correlation), correlation)


def keeps(values: pd.Series, *, thresholds: Sequence[float], correlation: float) -> pd.Series:
    """Return the probability that a customer has his grade, or a higher one, at a second look if his level stays.

    Parameters
    ----------
    values : Series of shape (n,)
        Of each customer, not negative; they count by their normal scores, as in `no_change`.
    thresholds : sequence of float, ascending
        As `grade` takes them.
    correlation : float in [0, 1]
        Of the two looks, as `no_change` returns it.

    Returns
    -------
    Series of float, index of `values`
        NaN for the lowest grade, which nobody can lose.

    Examples
    --------
    >>> chance = keeps(pd.Series([1.0, 2, 3, 4, 5]), thresholds=[2.5], correlation=0.9)
    >>> chance.round(2).tolist()
    [nan, nan, 0.72, 0.95, 1.0]
    """
    graded = grade(values, thresholds=thresholds).to_numpy()
    rho = checks.number("correlation", correlation, least=0, most=1)
    scores = ndtri((rankdata(values) - 0.5) / len(values))
    below = np.searchsorted(np.sort(np.asarray(values, float)), thresholds) / len(values)
    limit = np.concatenate([[np.nan], ndtri(below)])[graded]
    spread = np.sqrt(max(1 - rho**2, 1e-12))
    return pd.Series(ndtr((rho * scores - limit) / spread), checks.rows_of(values), name="would keep")


def _expected(sizes, correlation):
    """Return the shares of a normal pair in grades of given sizes, shape (k, k), by rows."""
    k = len(sizes)
    cuts = ndtri(np.clip(np.concatenate([[0.0], np.cumsum(sizes)]), 0, 1))
    nodes, weights = np.polynomial.legendre.leggauss(64)
    shares = np.full((k, k), np.nan)
    spread = np.sqrt(max(1 - correlation**2, 1e-12))
    for i in range(k):
        if sizes[i] == 0:
            continue
        # Probabilities as nodes: the first look within the grade, evenly; then where the second one falls.
        low, high = ndtr(cuts[i]), ndtr(cuts[i + 1])
        first = ndtri((low + high) / 2 + (high - low) / 2 * nodes)
        edges = ndtr((cuts[:, None] - correlation * first) / spread)
        shares[i] = np.diff(edges, axis=0) @ weights / 2
    return pd.DataFrame(shares).rename_axis(index="before", columns="after")
