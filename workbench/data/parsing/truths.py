"""Columns of yes and no, in the words that people write."""

import pandas as pd

from workbench.data.parsing.cells import Parsed, as_text
from workbench.data.parsing.formats.shapes import AROUND, MISSING_WORDS

YES = ("yes", "y", "true", "t", "1", "1.0", "ja", "j", "oui", "si", "sí", "是", "有")
NO = ("no", "n", "false", "f", "0", "0.0", "nein", "non", "否", "无")


def truths(text: pd.Series, *, counts: pd.Series | None = None) -> Parsed:
    """Read a column of yes and no.

    Parameters
    ----------
    text : pandas.Series of str, or of bool
    counts : pandas.Series of int, optional
        How many rows each cell stands for; nothing hangs on it here.

    Returns
    -------
    values : pandas.Series of boolean
        Missing where empty, and where there is a problem.
    problems : pandas.Series of str
        Where a cell is empty, or neither yes nor no.
    notes : list of str

    Examples
    --------
    >>> values, problems, _ = truths(pd.Series(["yes", "否", "", "perhaps"]))
    >>> values.tolist(), problems.to_dict()
    ([True, False, <NA>, <NA>], {2: 'is empty', 3: 'is neither yes nor no'})
    """
    low = as_text(text).str.replace(AROUND, "", regex=True).str.lower()
    values = pd.Series(pd.NA, text.index, dtype="boolean").mask(low.isin(YES), True).mask(low.isin(NO), False)
    empty = low.isin(MISSING_WORDS) & values.isna()
    why = pd.Series("is neither yes nor no", text.index, dtype=object).mask(empty, "is empty")
    return Parsed(values, why[values.isna()], [])
