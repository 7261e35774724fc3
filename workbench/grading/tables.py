"""Tables of grades: who has which, how steady they are, and what became of them beside what would anyway."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench import checks
from workbench.grading.grades import grade, grade_over_time
from workbench.grading.migration import migration, monthly_changes, moves, no_change

__all__ = ["Apart", "apart", "shares_by", "steadiness"]


class Apart(NamedTuple):
    """Two looks at the grades of the same customers, beside what they would show without any change."""

    table: pd.DataFrame
    seen: pd.DataFrame  # (k, k), from grade to grade
    months: int
    correlation: float  # of two looks without change


def shares_by(
    customers: pd.DataFrame, by: pd.Series | Sequence[pd.Series], *, close: pd.Series | None = None
) -> pd.DataFrame:
    """Return of each group how many customers it has, and which part of every column's total is theirs.

    Parameters
    ----------
    customers : DataFrame, one row per customer
        Columns of amounts, such as assets and revenue.
    by : Series or sequence of Series
        Grade, or class and grade, of each customer; of ordered categories, empty groups are kept.
    close : Series of bool, optional
        Whether a customer lies near a limit.

    Returns
    -------
    DataFrame, one row per group
        ``customers``; ``<column>, %``; with `close`, ``near a limit, %``, NaN for a group without customers.

    Examples
    --------
    >>> shares_by(pd.DataFrame({"assets": [1.0, 3.0]}), pd.Series(["D", "A"])).loc["A"].tolist()
    [1.0, 75.0]
    """
    by = [by] if isinstance(by, pd.Series) else [*by]
    for labels in by:
        checks.same_order(labels, customers, "by", "customers")
    groups = customers.groupby(by, observed=False)
    table = groups.size().rename("customers").to_frame()
    parts = 100 * groups.sum() / customers.sum()
    table = table.join(parts.add_suffix(", %"))
    if close is not None:
        table["near a limit, %"] = 100 * close.groupby(by, observed=False).mean()
    return table


def steadiness(
    panel: pd.DataFrame, *, thresholds: Sequence[float], months: int = 3, down: float = 0.8
) -> pd.DataFrame:
    """Return how many customers change their grade from month to month, by four rules.

    Parameters
    ----------
    panel, thresholds, months, down
        As `grade_over_time` takes them. A mean over so many months that no second one follows is taken over one fewer
        than the panel has.

    Returns
    -------
    DataFrame, one row per rule: month end, mean, kept down to a part of the limit, both
        ``all customers, %`` and ``ever graded, %``, as `monthly_changes` returns them.

    Examples
    --------
    >>> steadiness(pd.DataFrame([[90, 110, 90.0], [10, 10, 10]]), thresholds=[100], months=2).iloc[:, 0].tolist()
    [50.0, 0.0, 25.0, 0.0]
    """
    most = min(checks.whole_number("months", months), panel.shape[1] - 1)
    kept = f"kept down to {100 * down:.0f} % of the limit"
    rules = {
        "month end": (1, 1.0),
        f"mean of {most} months": (most, 1.0),
        kept: (1, down),
        "both": (most, down),
    }
    found = {
        name: monthly_changes(grade_over_time(panel, thresholds=thresholds, months=mean, down=part))
        for name, (mean, part) in rules.items()
    }
    return (100 * pd.DataFrame(found).T).add_suffix(", %").rename_axis("rule")


def apart(
    panel: pd.DataFrame, *, thresholds: Sequence[float], names: Sequence[str], months: int = 12
) -> Apart:
    """Return what became of each grade within so many months up to the last, and what would without any change.

    Parameters
    ----------
    panel, thresholds
        As `no_change` takes them.
    names : sequence of str
        The grades from the lowest.
    months : int
        Between the two looks; where the panel has fewer, from its first month to its last.

    Returns
    -------
    Apart
        ``table``, one row per grade before: ``customers``; ``stay``, ``fall`` and ``rise``, seen and without change, %;
        the change of their mean value, %. ``seen``, the shares from grade to grade.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> panel = pd.DataFrame(rng.normal(10, 1, (900, 1)) + rng.normal(0, 0.5, (900, 6)))
    >>> looks = apart(panel, thresholds=[10.5], names=["low", "high"])
    >>> looks.months, looks.table["customers"].tolist()
    (5, [619, 281])
    """
    lag = min(checks.whole_number("months", months), panel.shape[1] - 1)
    looks = panel.iloc[:, -1 - lag], panel.iloc[:, -1]
    before, after = (grade(look, thresholds=thresholds, names=names) for look in looks)
    seen, expected = migration(before, after), no_change(panel, thresholds=thresholds, months=lag)
    without = expected.shares.set_axis(names).set_axis(names, axis=1)
    table = before.value_counts(sort=False).rename("customers").to_frame()
    for said, shares in (("seen", seen), ("without change", without)):
        table = table.join((100 * moves(shares)).add_suffix(f" {said}, %"))
    sums = pd.DataFrame({"before": looks[0], "after": looks[1]}).groupby(before, observed=False).sum()
    table["change of the mean, %"] = 100 * (sums["after"] / sums["before"].replace(0, np.nan) - 1)
    return Apart(table.rename_axis("grade before"), seen, lag, expected.correlation)
