"""Training months before test months, with the months between in which no label was known yet."""

from typing import NamedTuple

import pandas as pd

from workbench import checks
from workbench.churn.leaks import require_enough
from workbench.churn.panel import labelled

__all__ = ["Split", "split"]


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
        first = pd.Period(checks.moment("train_until", f"{train_until}-01"), "M") + 2
    training = labelled(rows, str(first))
    test = rows[(ends >= first) & (ends < first + n)]
    require_enough(training)
    if test["churned"].nunique() < 2:
        raise checks.NotKnown(f"Of {len(test):,} contracts that end from {first} on, all have one outcome.")
    return Split(training, test, str(first))
