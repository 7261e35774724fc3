"""What pushes do: quantities that are easily taken for each other."""

import numpy as np
import pandas as pd

from workbench import checks

__all__ = ["push_quantities"]

NEEDED = ("app_launches", "account_messages", "news_messages")


def push_quantities(
    table: pd.DataFrame, *, no_launch_share: float = 0.0, sources_known: bool = True
) -> pd.Series:
    """Set apart five quantities that a "push share" may be taken for, the first of them both ways.

    The first two are shares of launches, P(push | launch). The last two are shares of messages and of people who
    receive some, every message taken for a push: P(launch | push). The third is a share of people.

    Parameters
    ----------
    table : pandas.DataFrame, one row per customer
        From `indicators`; without the column ``push_launch_share``, nothing is known.
    no_launch_share : float in [0, 1]
        The share of customers who never launched the app, for whom it does not exist.
    sources_known : bool
        Whether the log says of any launch whence it came.

    Returns
    -------
    pandas.Series of float, name ``share``
        Shares, unit 1; NaN where it is not known.

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"app_launches": [4, 1], "push_launch_share": [0.25, 1.0],
    ...     "account_messages": [4, 4], "news_messages": [0, 0]})
    >>> push_quantities(table).tolist()  # 0.25 and 1; 2 of 5 launches; 2 of 8 messages
    [0.625, 0.625, 0.4, 1.0, 0.25, 1.0]
    """
    checks.needed_columns(table.columns, NEEDED, "table")
    checks.finite_frame(table[list(NEEDED)], "table")
    launches, received = table["app_launches"], table["account_messages"] + table["news_messages"]
    share = table.get("push_launch_share", launches * np.nan).where(launches > 0)
    opened = share * launches
    quantities = {
        "1 mean of the customers' shares": share.fillna(no_launch_share).mean(),
        "1 the same, customers without a launch left out": share.mean(),
        "2 pooled share of launches": opened.sum() / max(launches.sum(), 1),
        "3 customers with any launch by push": (opened > 0).mean(),
        "4 messages opened / messages received": opened.sum() / received.sum() if received.sum() else np.nan,
        "5 openers among receivers": (opened > 0)[received > 0].mean(),
    }
    shares = pd.Series(quantities, name="share", dtype=float)
    return shares if sources_known and share.notna().any() else shares * np.nan
