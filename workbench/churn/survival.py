"""How many customers are still there after so many months: Kaplan-Meier by tenure, a staircase at contracts' ends."""

import pandas as pd

from workbench import checks
from workbench.churn.contracts import ordered, require
from workbench.churn.panel import Moment, months_between, with_labels

__all__ = ["survival"]

NEEDED = ("customer_id", "first_start", "contract_start", "contract_end", "renewed_on")


def survival(contracts: pd.DataFrame, *, observation_end: Moment, grace_months: int = 1) -> pd.DataFrame:
    """Estimate the share of customers who are still there, by months since their first contract began.

    Each contract whose label is known is at risk from its start to its end, so that customers who came before the
    table count from where it begins (left truncation), and those who are still there up to where they are known
    (censoring). It is not defined for months in which no contract was at risk.

    Parameters
    ----------
    contracts : pandas.DataFrame, one row per contract
        ``customer_id, first_start, contract_start, contract_end, renewed_on``, as `panel` takes them.
    observation_end : date or str
        The first day of which nothing is known.
    grace_months : int
        As `churned` takes it.

    Returns
    -------
    pandas.DataFrame, one row per tenure at which somebody left, index ``tenure_months``
        ``at_risk`` and ``left``, contracts; ``staying``, the share of customers from 1 down to 0;
        ``standard_error``, Greenwood's.

    Raises
    ------
    ValueError
        As `panel` does for contracts.

    References
    ----------
    Kaplan and Meier (1958), *JASA* 53, 457-481.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": ["a", "b"], "first_start": pd.Timestamp("2012-01-01"),
    ...     "contract_start": pd.Timestamp("2012-01-01"), "contract_end": pd.Timestamp("2012-06-30"),
    ...     "renewed_on": pd.to_datetime([None, "2012-07-03"])})
    >>> survival(table, observation_end="2013-01-01")["staying"].to_dict()
    {6: 0.5}
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    until = pd.Timestamp(checks.moment("observation_end", observation_end))
    require(contracts, NEEDED, "contracts")
    rows = ordered(contracts)
    rows = with_labels(rows[rows["contract_end"].notna()], until, 0, grace_months)
    known = rows[rows["churned"].notna()]
    if known.empty:
        raise checks.NotKnown(f"No contract's label is known before {until.date()}; give later data.")
    begins = months_between(known["first_start"], known["contract_start"])
    ends = months_between(known["first_start"], known["contract_end"] + pd.Timedelta(days=1))
    # a contract that began in the month in which it ended was at risk for a moment all the same
    fit = SurvfuncRight(ends, known["churned"].astype(int), entry=begins.where(begins < ends, ends - 0.5))
    columns = {"at_risk": fit.n_risk, "left": fit.n_events, "staying": fit.surv_prob}
    table = pd.DataFrame(columns | {"standard_error": fit.surv_prob_se}, fit.surv_times)
    table = table.astype({"at_risk": int, "left": int})
    return table[table["left"].gt(0)].rename_axis("tenure_months")
