"""Grades by limits on a value: now, month after month, across classes, and what printed cases allow."""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks

__all__ = ["cells", "combined", "distance", "grade", "grade_over_time", "printed_intervals"]

WAYS = ("rank sum", "lower of two", "higher of two")


def grade(
    values: pd.Series | ArrayLike, *, thresholds: Sequence[float], names: Sequence[str] | None = None
) -> pd.Series:
    """Grade values by limits; a value that equals a limit belongs to the upper grade.

    Parameters
    ----------
    values : array_like of shape (n,)
        Of each customer, such as assets in yuan; larger is better, not negative.
    thresholds : sequence of float, ascending
        Limits in the unit of the values: k limits make k + 1 grades.
    names : sequence of str, optional
        The grades from the lowest, k + 1 of them.

    Returns
    -------
    Series of shape (n,), index of `values`
        0 … k; ordered categories where there are names.

    Raises
    ------
    ValueError
        If a value is missing, infinite or negative, or the limits do not ascend.

    Examples
    --------
    >>> grade([0, 49_999, 50_000, 700_000], thresholds=[50_000, 200_000, 600_000]).tolist()
    [0, 0, 1, 3]
    """
    array, limits = _worth(values, "values"), _limits(thresholds)
    codes = np.searchsorted(limits, array, side="right")
    rows = checks.rows_of(values)
    if names is None:
        return pd.Series(codes, rows, name="grade")
    names = checks.distinct("names", names)
    if len(names) != len(limits) + 1:
        raise ValueError(f"{len(limits)} thresholds need {len(limits) + 1} names, not {len(names)}.")
    return pd.Series(pd.Categorical.from_codes(codes, names, ordered=True), rows, name="grade")


def grade_over_time(
    panel: pd.DataFrame | ArrayLike, *, thresholds: Sequence[float], down: float = 1.0, months: int = 1
) -> pd.DataFrame:
    """Grade values month after month, by a mean over months, and with a grade that is kept until well below its limit.

    Parameters
    ----------
    panel : array_like of shape (n, t)
        Value of each customer (row) at each month's end (column, in order of time); not negative.
    thresholds : sequence of float, ascending
        As `grade` takes them.
    down : float in (0, 1]
        A grade is lost only below this part of its limit; 1 means at the limit itself.
    months : int
        The grade is by the mean of so many months up to its own.

    Returns
    -------
    DataFrame of Int64, shape (n, t)
        0 … k; missing in the first ``months - 1`` months, which have no mean.

    Raises
    ------
    ValueError
        If a value is missing, infinite or negative, or `down` or `months` lies outside its range.

    Examples
    --------
    >>> grade_over_time([[100, 95, 75, 100]], thresholds=[100], down=0.8).loc[0].tolist()
    [1, 1, 0, 1]
    """
    values, limits = _worth(panel, "panel", table=True), _limits(thresholds)
    down = checks.number("down", down, above=0, most=1)
    months = checks.whole_number("months", months, 1, values.shape[1], "the months of the panel")
    summed = np.cumsum(values, axis=1)
    summed[:, months:] -= summed[:, :-months].copy()
    means = summed[:, months - 1 :] / months if months > 1 else values
    rises, keeps = (np.searchsorted(edge, means, side="right") for edge in (limits, down * limits))
    grades = rises.copy()
    for month in range(1, grades.shape[1]):
        grades[:, month] = np.clip(grades[:, month - 1], rises[:, month], keeps[:, month])
    table = pd.DataFrame(
        pd.NA, checks.rows_of(panel), getattr(panel, "columns", range(values.shape[1])), "Int64"
    )
    for month in range(grades.shape[1]):
        table.isetitem(month + months - 1, pd.array(grades[:, month], "Int64"))
    return table


def combined(
    assets: pd.Series,
    revenue: pd.Series,
    *,
    shares: Sequence[float],
    names: Sequence[str],
    way: str = "rank sum",
) -> pd.Series:
    """Grade by two indicators at once, so that the grades have given shares of the customers.

    Parameters
    ----------
    assets, revenue : Series of shape (n,)
        Two values of each customer; larger is better.
    shares : sequence of float
        Part of the customers in each grade, the lowest first; divided by their sum.
    names : sequence of str
        The grades from the lowest.
    way : {"rank sum", "lower of two", "higher of two"}
        What the ranks by the two are put together to.

    Returns
    -------
    Series of ordered categories, index of `assets`

    Examples
    --------
    >>> a, b = pd.Series([1, 2, 3, 4]), pd.Series([4, 3, 1, 9])
    >>> combined(a, b, shares=[0.75, 0.25], names=["low", "high"], way="lower of two").tolist()
    ['low', 'low', 'low', 'high']
    """
    checks.one_of("way", way, WAYS)
    checks.same_order(revenue, assets, "revenue", "assets")
    names = checks.distinct("names", names)
    parts = checks.shares(dict(zip(names, shares, strict=True)), names, "shares")
    ranks = pd.DataFrame({"a": assets, "b": revenue}).rank(pct=True)
    score = {"rank sum": ranks.sum, "lower of two": ranks.min, "higher of two": ranks.max}[way](axis=1)
    place = (score.rank(method="first") - 1) / len(score)
    codes = np.searchsorted(np.cumsum(parts)[:-1] - 1e-12, place.to_numpy(), side="right")
    return pd.Series(pd.Categorical.from_codes(codes, names, ordered=True), assets.index, name="grade")


def distance(values: pd.Series | ArrayLike, *, thresholds: Sequence[float]) -> pd.Series:
    """Return how far a value lies from the nearest limit, as a part of that limit; below it is negative.

    Examples
    --------
    >>> distance([45_000, 220_000], thresholds=[50_000, 200_000]).round(2).tolist()
    [-0.1, 0.1]
    """
    apart = _worth(values, "values")[:, None] / _limits(thresholds) - 1
    nearest = np.abs(apart).argmin(axis=1)
    return pd.Series(apart[np.arange(len(apart)), nearest], checks.rows_of(values), name="distance")


def cells(types: pd.Series, grades: pd.Series) -> pd.DataFrame:
    """Count the customers in each cell of class and grade, empty cells included.

    Parameters
    ----------
    types, grades : Series of shape (n,)
        Class and grade of each customer; of ordered categories, those that nobody has are counted as 0.

    Returns
    -------
    DataFrame of int
        One row per class, one column per grade. Who has no class or no grade is in no cell.

    Examples
    --------
    >>> types = pd.Series(pd.Categorical(["steady", "steady"], ["conservative", "steady"]))
    >>> cells(types, pd.Series([0, 1])).loc["conservative"].tolist()
    [0, 0]
    """
    checks.same_order(grades, types, "grades", "types")
    return pd.crosstab(
        types, grades.to_numpy(), rownames=["class"], colnames=["grade"], dropna=False
    ).reindex(index=_names(types), columns=_names(grades), fill_value=0)


def printed_intervals(
    cases: pd.DataFrame, *, grades: Sequence[Hashable], lowest: float | None = None
) -> pd.DataFrame:
    """Return what printed cases allow for the limits of grades: a customer who held so much had that grade.

    Parameters
    ----------
    cases : DataFrame, one row per case
        ``amount`` (one currency and one kind of holding) and ``grade``, which a customer with that amount had.
    grades : sequence
        All grades, from the lowest.
    lowest : float, optional
        The printed limit of the lowest grade.

    Returns
    -------
    DataFrame, one row per grade
        ``above`` and ``up to``: the limit of the grade lies in (above, up to]; NaN where nothing bounds it. A printed
        limit is both.

    Raises
    ------
    ValueError
        If two cases contradict each other: one with at least as much as the other had a lower grade.

    Examples
    --------
    >>> cases = pd.DataFrame({"amount": [200_000, 600_000], "grade": ["gold", "platinum"]})
    >>> printed_intervals(cases, grades=["silver", "gold", "platinum"], lowest=50_000).loc["gold"].tolist()
    [50000.0, 200000.0]
    """
    grades = checks.distinct("grades", grades)
    checks.needed_columns(cases.columns, ("amount", "grade"), "cases")
    for name in cases["grade"]:
        checks.known("grade", name, grades)
    held = cases.assign(rank=cases["grade"].map(grades.index)).sort_values(
        ["amount", "rank"], ascending=[True, False]
    )
    _refuse_contradiction(held)
    table = pd.DataFrame(np.nan, index=pd.Index(grades, name="grade"), columns=["above", "up to"])
    for rank, name in enumerate(grades):
        table.loc[name] = (
            held["amount"][held["rank"] < rank].max(),
            held["amount"][held["rank"] >= rank].min(),
        )
    if lowest is not None:
        table.loc[grades[0]] = lowest, lowest
        table.loc[grades[1:], "above"] = table["above"].fillna(lowest)
    return table


def _refuse_contradiction(held):
    """Refuse cases, in order of amount, of which a later one has the lower grade."""
    for (_, less), (_, more) in zip(held.iloc[:-1].iterrows(), held.iloc[1:].iterrows(), strict=True):
        if more["rank"] < less["rank"]:
            raise ValueError(
                f"Cases contradict each other: {less['amount']:,g} had {checks.shown(less['grade'])}, "
                f"{more['amount']:,g} only {checks.shown(more['grade'])}; they cannot be on one scale. Leave one out."
            )


def _worth(values, name, table=False):
    """Return values that can be graded, or refuse one by name."""
    array = checks.finite_table(values, name) if table else checks.finite_vector(values, name)
    if (array < 0).any():
        place = np.argwhere(array < 0)[0]
        row = checks.shown(checks.rows_of(values)[place[0]])
        column = (
            f", column {checks.shown(getattr(values, 'columns', range(array.shape[-1]))[place[1]])}"
            if table
            else ""
        )
        raise ValueError(
            f"{name} must not be negative: row {row}{column} is {array[tuple(place)]:g}; correct it."
        )
    return array


def _limits(thresholds):
    limits = checks.finite_vector(thresholds, "thresholds")
    if (np.diff(limits) <= 0).any() or limits[0] <= 0:
        given = checks.shown(list(thresholds))
        raise ValueError(
            f"thresholds must ascend from above 0, each above the one before: {given} was given."
        )
    return limits


def _names(labels):
    return (
        labels.cat.categories
        if isinstance(labels.dtype, pd.CategoricalDtype)
        else sorted(labels.dropna().unique())
    )
