"""Indicators that differ between customers, on a common scale; what is the same for all tells nothing."""

import pandas as pd

from workbench import checks
from workbench.rfm.scoring import Scaling, scale

__all__ = ["scale_varied"]


def scale_varied(X: pd.DataFrame, how: Scaling = "zscore") -> pd.DataFrame:
    """Bring the columns of a table to a common scale, and set to 0 those that are the same for every customer.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Finite numbers, one row per customer; at least one column that differs between customers.
    how : str
        As for `scale`.

    Returns
    -------
    pandas.DataFrame, index and columns of `X`

    Raises
    ------
    ValueError
        As `scale`.

    Examples
    --------
    >>> scale_varied(pd.DataFrame({"frequency": [1, 1, 1], "monetary": [5, 7, 9]}), "minmax").to_dict("list")
    {'frequency': [0.0, 0.0, 0.0], 'monetary': [0.0, 0.5, 1.0]}
    """
    table = checks.without_noise(checks.finite_frame(X, "X"))
    return scale(table.loc[:, table.nunique() > 1], how).reindex(columns=X.columns, fill_value=0.0)
