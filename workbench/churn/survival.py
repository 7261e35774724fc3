"""How long customers stay: the share who renew at their first, second, third end, and Kaplan-Meier by tenure."""

import pandas as pd

from workbench import checks

__all__ = ["gone_at_end", "kaplan_meier", "renewals"]

LABELLED = ("churned", "tenure_months", "term_months", "renewal_number")


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
    >>> renewals(panel.assign(tenure_months=12, term_months=12))["renewed"].to_dict()
    {'0': 0.5, '1': 1.0}
    """
    from statsmodels.stats.proportion import proportion_confint  # slow to import, and needed here only

    rows = _labelled(panel)
    checks.number("level", level, above=0, below=1)
    number = rows["renewal_number"].clip(upper=checks.whole_number("most", most))
    kept = (~rows["churned"].astype(bool)).groupby(number).agg(["size", "sum"])
    low, high = proportion_confint(kept["sum"], kept["size"], 1 - level, "wilson")
    names = [f"{n}{' or more' if n == most else ''}" for n in kept.index]
    table = {"contracts": kept["size"], "renewed": kept["sum"] / kept["size"], "low": low, "high": high}
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


def kaplan_meier(panel: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of customers who are still there after so many months, by Kaplan and Meier.

    A customer is at risk from the beginning to the end of each contract in the panel, so that those who joined before
    it count from the tenure at which they were first seen. Customers leave at ends of contracts: the curve is a stair.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `workbench.churn.panel`; contracts whose label is not known are left out.

    Returns
    -------
    pandas.DataFrame, one row per tenure at which somebody left, index ``months``
        ``at risk``, contracts; ``left``; ``share``, still customers, unit 1; ``standard error``.

    References
    ----------
    Kaplan and Meier (1958), *J. Am. Stat. Assoc.* 53, 457-481.

    Examples
    --------
    >>> panel = pd.DataFrame({"tenure_months": [11, 11, 23], "term_months": 12, "renewal_number": [0, 0, 1],
    ...     "churned": [True, False, True]})
    >>> kaplan_meier(panel)["share"].to_dict()
    {12: 0.5, 24: 0.0}
    """
    from statsmodels.duration.survfunc import SurvfuncRight  # slow to import, and needed here only

    rows = _labelled(panel)
    last = rows["tenure_months"] + 1  # inputs are of the first day of the last month
    first = (last - rows["term_months"]).clip(lower=0)
    left = rows["churned"].astype(int)
    found = SurvfuncRight(last.to_numpy(), left.to_numpy(), entry=first.to_numpy())
    table = {"at risk": found.n_risk, "left": found.n_events, "share": found.surv_prob}
    index = pd.Index(found.surv_times.astype(int), name="months")
    table = pd.DataFrame(table | {"standard error": found.surv_prob_se}, index=index)
    return table[table["left"] > 0]


def _labelled(panel):
    checks.needed_columns(panel.columns, LABELLED, "panel")
    return panel[panel["churned"].notna()]
