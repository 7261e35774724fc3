"""Training months before test months, with the months between in which no label was known yet."""

from typing import NamedTuple

import pandas as pd

from workbench import checks
from workbench.churn.leaks import require_enough
from workbench.churn.panel import labelled

__all__ = ["Split", "ahead", "next_to_end", "split"]


def ahead(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the contracts of which it is not known yet whether they are renewed, and which were not so far.

    Examples
    --------
    >>> panel = pd.DataFrame({"churned": [True, None, None], "renewed": [False, True, False]})
    >>> ahead(panel.astype({"churned": "boolean"})).index.tolist()
    [2]
    """
    return panel[panel["churned"].isna() & ~panel["renewed"]]


def next_to_end(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the contracts ahead that end in one month: the first one that is not over, else the last one.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `panel` or `from_table`, whole.
    """
    rows = ahead(panel)
    ends = rows.index.get_level_values("contract_end")
    months, running = ends.to_period("M"), ends >= panel.attrs["observation_end"]
    if rows.empty:
        return rows
    return rows[months == (months[running].min() if running.any() else months.max())]


class Split(NamedTuple):
    """Rows of a panel: ``training``, ``test``, and the ``month`` in which the model is made, the first test month."""

    training: pd.DataFrame
    test: pd.DataFrame
    month: str


def split(panel: pd.DataFrame, train_until: str | None = None, test_months: int = 3) -> Split:
    """Part a panel as it would have been in the month in which the model is made.

    Contracts that ended in the month before are in neither part: their label was not known when the model was made, and
    they had ended when it was. So are those renewed before their inputs were taken, about which nothing was open.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `panel` or `from_table`.
    train_until : str, optional
        Last month of ends to train on, as YYYY-MM; the model is made two months later. Without it, the test months are
        the last ones whose labels are known.
    test_months : int
        How many months are tested, from that in which the model is made.

    Returns
    -------
    Split

    Raises
    ------
    workbench.checks.NotKnown
        If there are fewer than 100 churners or two months to train on, or no test month has both outcomes.
    """
    n = checks.whole_number("test_months", test_months)
    rows = panel[panel["churned"].notna() & ~panel["renewed_early"]]
    ends = rows.index.get_level_values("contract_end").to_period("M")
    if train_until is None:
        if ends.empty:
            raise checks.NotKnown("No contract has a label yet.")
        first = ends.max() - n + 1
    else:
        first = pd.Period(checks.month("train_until", train_until), "M") + 2
    training = labelled(rows, str(first))
    test = rows[(ends >= first) & (ends < first + n)]
    require_enough(training)
    if test["churned"].nunique() < 2:
        last = ends.max() if len(ends) else "none"
        raise checks.NotKnown(
            f"Of {len(test):,} contracts that end in the {n} months from {first} on, none or all left; labels are "
            f"known until {last}. Set train_until two months or more before, or more test_months."
        )
    return Split(training, test, str(first))
