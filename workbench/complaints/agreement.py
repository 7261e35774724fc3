"""How far graders agree on the same cases: kappa, its interval, each grade on its own, and who said what."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from workbench import checks
from workbench.checks import NotKnown

__all__ = ["Kappa", "confusion", "kappa"]


class Kappa(NamedTuple):
    """Agreement beyond chance: 1 is perfect, 0 as by chance; its interval; and that of each grade on its own."""

    value: float
    low: float
    high: float
    by_grade: pd.Series


def kappa(ratings: pd.DataFrame, *, confidence: float = 0.95) -> Kappa:
    """Return Fleiss's kappa of several graders on the same cases.

    The graders need not be the same from case to case. The interval comes from leaving each case out in turn. Not
    defined where all ratings are one grade.

    Parameters
    ----------
    ratings : pandas.DataFrame, shape (n, m)
        One row per case, at least 3; one column per grader, at least 2; in each cell a grade.
    confidence : float
        Of the interval, in (0, 1).

    Returns
    -------
    Kappa
        ``value, low, high``; ``by_grade``, kappa of each grade against all others.

    Raises
    ------
    ValueError
        If there are too few graders, or a rating is missing.
    NotKnown
        If there are too few cases, or all ratings are one grade.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76, 378-382, equations 1-8 and 19.

    Examples
    --------
    >>> ratings = pd.DataFrame({"first": list("AABBB"), "second": list("AABBA")})
    >>> round(kappa(ratings).value, 2)
    0.6
    """
    counts, grades = _counts(ratings)
    n, m = len(ratings), ratings.shape[1]
    level = checks.number("confidence", confidence, above=0, below=1)
    alike = (counts * (counts - 1)).sum(axis=1) / (m * (m - 1))
    shares = counts.sum(axis=0) / (n * m)
    if len(grades) < 2:
        raise NotKnown(f"All ratings are {checks.shown(grades[0])}: agreement beyond chance cannot be told.")
    value = _kappa(alike.mean(), shares)
    without = _kappa((alike.sum() - alike) / (n - 1), (counts.sum(axis=0) - counts) / ((n - 1) * m))
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    half = stats.norm.ppf(0.5 + level / 2) * error
    apart = (counts * (m - counts)).sum(axis=0)
    by_grade = pd.Series(1 - apart / (n * m * (m - 1) * shares * (1 - shares)), grades, name="kappa")
    return Kappa(float(value), float(max(value - half, -1)), float(min(value + half, 1)), by_grade)


def confusion(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Count the cases by the grades of two graders.

    Parameters
    ----------
    first, second : pandas.Series, shape (n,)
        The grades of the same cases in the same order.

    Returns
    -------
    pandas.DataFrame of int
        Rows are the grades of the first, columns those of the second; every grade of either stands in both.

    Raises
    ------
    ValueError
        If a grade is missing, or the second has other cases.

    Examples
    --------
    >>> confusion(pd.Series(["A", "A", "B"]), pd.Series(["A", "C", "B"])).loc["A"].to_dict()
    {'A': 1, 'B': 0, 'C': 1}
    """
    rows = checks.labels(first, first, "first", "the cases")
    columns = checks.labels(second, first, "second", "the first grader's cases")
    grades = sorted({*rows, *columns})
    table = pd.crosstab(pd.Series(rows), pd.Series(columns)).reindex(
        index=grades, columns=grades, fill_value=0
    )
    return table.rename_axis(index="first", columns="second")


def _kappa(alike: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Observed agreement against that of chance; where chance alone agrees wholly, there is nothing beyond it."""
    by_chance = (shares**2).sum(axis=-1)
    room = 1 - by_chance
    return np.where(room > 0, (alike - by_chance) / np.where(room > 0, room, 1), 0.0)


def _counts(ratings: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """How many graders gave each case each grade, shape (n, k), and the grades."""
    if ratings.shape[1] < 2:
        raise ValueError(
            f"ratings has shape {ratings.shape}; needed are at least 2 graders, one column each."
        )
    if len(ratings) < 3:
        raise NotKnown(
            f"Both graders judged {checks.counted(len(ratings), 'case')}; agreement needs 3 or more."
        )
    for grader in ratings:
        checks.labels(ratings[grader], ratings, f"ratings of {checks.shown(grader)}", "the cases")
    codes, grades = pd.factorize(ratings.to_numpy().ravel(), sort=True)
    n, m = ratings.shape
    counts = np.zeros((n, len(grades)))
    np.add.at(counts, (np.repeat(np.arange(n), m), codes), 1)
    return counts, grades
