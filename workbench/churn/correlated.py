"""Inputs that say nearly the same: strongly correlated pairs, and which of each goes."""

import numpy as np
import pandas as pd

from workbench import checks

__all__ = ["correlated"]


def correlated(inputs: pd.DataFrame, most: float) -> pd.DataFrame:
    """List the pairs of numeric inputs whose correlation is stronger than allowed.

    Parameters
    ----------
    inputs : pandas.DataFrame, shape (n, d)
        Numbers are compared, over the rows in which both are known; other columns are not.
    most : float
        Largest absolute correlation that may stay, in (0, 1].

    Returns
    -------
    pandas.DataFrame, one row per pair, the strongest first
        ``kept``, the input that comes first; ``dropped``, the other one; ``correlation``, Pearson's. An input that was
        dropped drops no other.

    Examples
    --------
    >>> correlated(pd.DataFrame({"hours": [1, 2, 3, 4], "sessions": [2, 4, 6, 9], "age": [5, 1, 4, 2]}), 0.9).round(3)
    ...     # doctest: +NORMALIZE_WHITESPACE
        kept   dropped  correlation
    0  hours  sessions        0.994
    """
    checks.number("most", most, above=0, most=1)
    numbers = inputs.select_dtypes("number").astype(float)
    r, names, gone, pairs = numbers.corr().to_numpy(), list(numbers), set(), []
    for i, kept in enumerate(names):
        for j in range(i + 1, len(names)):
            if kept not in gone and names[j] not in gone and np.abs(r[i, j]) > most:
                gone.add(names[j])
                pairs.append((kept, names[j], r[i, j]))
    table = pd.DataFrame(pairs, columns=["kept", "dropped", "correlation"])
    return table.sort_values("correlation", key=np.abs, ascending=False, ignore_index=True)
