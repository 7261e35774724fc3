"""Inputs that know the answer, and samples too small to learn from: named and refused before a model is trained."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import shown
from workbench.churn.evaluation import auc_of_ranks
from workbench.churn.panel import inputs

__all__ = ["LEAST_CHURNERS", "LEAST_MONTHS", "TOO_GOOD", "refuse_leaks", "require_enough", "single_input_auc"]

TOO_GOOD = 0.97
"""The area under the curve above which a single input is taken for a leak."""
LEAST_CHURNERS, LEAST_MONTHS = 100, 2


def single_input_auc(X: pd.DataFrame, y: pd.Series) -> pd.Series:
    """Measure how well each input alone tells churners apart, the better way round.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, d)
        Numbers, or texts whose levels are ranked by their own rates. Missing values are a level, at the better end.
    y : sequence of bool, shape (n,)
        Both values occur.

    Returns
    -------
    pandas.Series of float, index the inputs
        The area under the ROC curve, .5 to 1, in the sample itself.

    Examples
    --------
    >>> X = pd.DataFrame({"hours": [1, 2, 3, 4], "closed": [None, None, "x", "y"]})
    >>> single_input_auc(X, [True, False, True, False]).round(2).to_dict()
    {'hours': 0.75, 'closed': 0.88}
    """
    churned = np.asarray(y, dtype=bool)
    return pd.Series({column: _auc_of(X[column], churned) for column in X}, dtype=float, name="auc")


def refuse_leaks(rows: pd.DataFrame, *, ignore_columns: Iterable[str] = ()) -> None:
    """Refuse labelled rows of a panel in which an input knows the answer.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `labelled`: rows to train on.
    ignore_columns : iterable of str
        Columns that are no inputs.

    Raises
    ------
    ValueError
        If an input is equal to the label, or its own AUC is above .97: it names the column; if a label is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"churned": [True, False] * 60, "closed": ["yes", "no"] * 60})
    >>> refuse_leaks(rows)
    Traceback (most recent call last):
        ...
    ValueError: The input 'closed' is equal to the label, as only something recorded afterwards can be. Leave it out:
    ignore_columns=closed.
    >>> refuse_leaks(rows, ignore_columns=["closed"])
    """
    y = _outcomes(rows)
    auc = single_input_auc(inputs(rows, ignore_columns), y).sort_values(ascending=False, kind="stable")
    if auc.empty or not auc.iloc[0] > TOO_GOOD:
        return
    column = str(auc.index[0])
    what = f"alone has an AUC of {auc.iloc[0]:.3f}, above {TOO_GOOD}: likely recorded afterwards"
    if auc.iloc[0] == 1:
        what = "is equal to the label, as only something recorded afterwards can be"
    raise ValueError(f"The input {shown(column)} {what}. Leave it out: ignore_columns={column}.")


def require_enough(rows: pd.DataFrame) -> None:
    """Refuse labelled rows that are too few to learn from: 100 churners, two months, both outcomes.

    Raises
    ------
    workbench.checks.NotKnown
        Saying how many there are.

    Examples
    --------
    >>> require_enough(pd.DataFrame({"churned": [True, True]}))
    Traceback (most recent call last):
        ...
    workbench.checks.unknown.NotKnown: All 2 contracts churned; a model needs both outcomes.
    """
    left = int(_outcomes(rows).sum())
    if left < LEAST_CHURNERS:
        raise checks.NotKnown(f"Only {left} contracts churned; a model needs at least {LEAST_CHURNERS}.")
    months = rows.index.get_level_values("contract_end").to_period("M").nunique()
    if months < LEAST_MONTHS:
        raise checks.NotKnown(f"All contracts end in one month; a model needs at least {LEAST_MONTHS}.")


def _outcomes(rows):
    """Who churned, of rows in which that is known and some did and some did not."""
    label = rows["churned"]
    if label.isna().any():
        row = shown(rows.index[label.isna()][0])
        raise ValueError(f"churned is missing in row {row}; give the rows that labelled returns.")
    y = label.to_numpy(bool)
    if y.all() or not y.any():
        who = f"All {checks.counted(len(y), 'contract')}" if y.any() else "No contract"
        raise checks.NotKnown(f"{who} churned; a model needs both outcomes.")
    return y


def _auc_of(values, churned):
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.to_numpy(float, na_value=np.nan)
        ends = (
            [numbers] if not np.isnan(numbers).any() else [_filled(numbers, end) for end in (-np.inf, np.inf)]
        )
        return max(max(auc, 1 - auc) for auc in (auc_of_ranks(churned, score) for score in ends))
    levels = values.astype(object).where(values.notna(), "")
    rates = pd.Series(churned, dtype=float).groupby(pd.factorize(levels)[0]).transform("mean")
    return auc_of_ranks(churned, rates.to_numpy())


def _filled(numbers, end):
    return np.where(np.isnan(numbers), end, numbers)
