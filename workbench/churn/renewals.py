"""The share of contracts renewed at the first, second, third end; whether who left was gone with the contract."""

import pandas as pd

from workbench import checks
from workbench.churn.experiments import wilson

__all__ = ["gone_at_end", "renewals"]

LABELLED = ("churned", "renewal_number")


def renewals(panel: pd.DataFrame, *, level: float = 0.95, most: int = 6) -> pd.DataFrame:
    """Return the share of contracts that were renewed, by how often the customer had renewed before.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `workbench.churn.panel`; contracts whose label is not known are left out.
    level : float
        Coverage of Wilson's interval.
    most : int
        Contracts renewed so often or more are counted together.

    Returns
    -------
    pandas.DataFrame, one row per number of earlier renewals, index ``renewed before``
        ``contracts``; ``renewed``, their share, unit 1, with ``low`` and ``high``.

    Examples
    --------
    >>> panel = pd.DataFrame({"renewal_number": [0, 0, 1], "churned": [True, False, False]})
    >>> renewals(panel)["renewed"].to_dict()
    {'0': 0.5, '1': 1.0}
    """
    rows = _labelled(panel)
    number = rows["renewal_number"].clip(upper=checks.whole_number("most", most))
    kept = (~rows["churned"].astype(bool)).groupby(number).agg(["size", "sum"])
    share = kept["sum"] / kept["size"]
    low, high = wilson(share, kept["size"], level)
    names = [f"{n}{' or more' if n == most else ''}" for n in kept.index]
    table = {"contracts": kept["size"], "renewed": share, "low": low, "high": high}
    return pd.DataFrame(table).set_axis(pd.Index(names, name="renewed before"))


def gone_at_end(panel: pd.DataFrame, usage: pd.DataFrame) -> float:
    """Return the share of those who left for good whose last use falls in the month in which their contract ended.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `workbench.churn.panel`.
    usage : pandas.DataFrame, one row per customer and month
        ``customer_id`` and ``month``.

    Returns
    -------
    float
        Unit 1; NaN where nobody left.

    Examples
    --------
    >>> ends = pd.MultiIndex.from_arrays([["a"], pd.to_datetime(["2013-01-31"])], names=["customer_id", "contract_end"])
    >>> panel = pd.DataFrame({"churned": [True], "late": [False]}, index=ends)
    >>> gone_at_end(panel, pd.DataFrame({"customer_id": ["a"], "month": pd.to_datetime(["2013-01-01"])}))
    1.0
    """
    checks.needed_columns(usage.columns, ["customer_id", "month"], "usage")
    left = panel[panel["churned"].fillna(False).astype(bool) & ~panel["late"]].reset_index()
    last = usage.groupby("customer_id")["month"].max().dt.to_period("M")
    return float((left["contract_end"].dt.to_period("M") == left["customer_id"].map(last)).mean())


def _labelled(panel):
    checks.needed_columns(panel.columns, LABELLED, "panel")
    return panel[panel["churned"].notna()]
