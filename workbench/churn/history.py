"""What usage and tickets say of a customer, and of a network node, in the months before a day.

Months are whole calendar months before `as_of`, itself the first day of a month; nothing later is looked at.
"""

import numpy as np
import pandas as pd

from workbench.checks import shown

__all__ = ["KINDS", "MONTHS", "RECENT", "behaviour", "experience", "network"]

MONTHS = 6
"""How many months back repairs and complaints count."""
RECENT = 3
"""How many months back usage is averaged, and signals to act on at once count."""
KINDS = ("repair", "complaint", "severe complaint", "arrears", "forwarding")
URGENT = {"severe complaint": "severe_complaint_on", "forwarding": "forwarding_on"}


def behaviour(rows: pd.DataFrame, usage: pd.DataFrame) -> pd.DataFrame:
    """Average how long and how often customers were online, and compare with the months before.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``customer_id`` and ``as_of``.
    usage : pandas.DataFrame, one row per customer and month
        ``customer_id``, ``month``, ``hours``, ``sessions``.

    Returns
    -------
    pandas.DataFrame, index as `rows`
        ``hours`` and ``sessions``, means per month of the last three; ``usage_change``, hours of the last month over
        the mean of the three before it; ``usage_trend``, mean of the last three months over that of the three before.
        Missing where no month is known, or nothing was used in the months compared with.

    Raises
    ------
    ValueError
        If a customer has two rows for one month.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["a"], "as_of": pd.to_datetime(["2013-03-01"])})
    >>> usage = pd.DataFrame({"customer_id": "a", "month": pd.to_datetime(["2013-01-01", "2013-02-01"]),
    ...     "hours": [10.0, 4.0], "sessions": [20, 8]})
    >>> behaviour(rows, usage).iloc[0].to_dict()
    {'hours': 7.0, 'sessions': 14.0, 'usage_change': 0.4, 'usage_trend': nan}
    """
    key = ["customer_id", "month"]
    monthly = usage.assign(month=usage["month"].dt.to_period("M")).set_index(key)[["hours", "sessions"]]
    if monthly.index.has_duplicates:
        customer, month = monthly.index[monthly.index.duplicated()][0]
        raise ValueError(f"usage: customer {shown(customer)} has two rows for {month}; keep one of them.")
    hours = _back(rows, monthly["hours"].astype(float), MONTHS)
    sessions = _back(rows, monthly["sessions"].astype(float), RECENT)
    recent = hours.iloc[:, :RECENT].mean(axis=1)
    with_last = hours.iloc[:, 1 : RECENT + 1].mean(axis=1)
    return pd.DataFrame(
        {
            "hours": recent,
            "sessions": sessions.mean(axis=1),
            "usage_change": hours.iloc[:, 0] / with_last.where(with_last.gt(0)),
            "usage_trend": recent / hours.iloc[:, RECENT:].mean(axis=1).where(lambda mean: mean.gt(0)),
        }
    )


def experience(rows: pd.DataFrame, tickets: pd.DataFrame) -> pd.DataFrame:
    """Count the customer's own tickets.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``customer_id`` and ``as_of``.
    tickets : pandas.DataFrame, one row per ticket
        ``customer_id``, ``day``, ``kind``.

    Returns
    -------
    pandas.DataFrame, index as `rows`
        ``repairs`` and ``complaints`` of six months (complaints with the severe ones); ``severe_complaints``,
        ``arrears`` and ``forwardings`` of three; ``severe_complaint_on`` and ``forwarding_on``, the first day of such
        a ticket in those three months, missing where there is none.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["a"], "as_of": pd.to_datetime(["2013-03-01"])})
    >>> tickets = pd.DataFrame({"customer_id": "a", "day": pd.to_datetime(["2013-02-28", "2013-03-01"]),
    ...     "kind": "complaint"})
    >>> experience(rows, tickets)["complaints"].tolist()
    [1]
    """
    by_kind = _counted(tickets, "customer_id")

    def count(kind, months):
        return _back(rows, by_kind[kind], months).sum(axis=1).astype(int)

    severe = count("severe complaint", MONTHS)
    table = pd.DataFrame(
        {
            "repairs": count("repair", MONTHS),
            "complaints": count("complaint", MONTHS) + severe,
            "severe_complaints": count("severe complaint", RECENT),
            "arrears": count("arrears", RECENT),
            "forwardings": count("forwarding", RECENT),
        }
    )
    return table.assign(**{name: _first_day(rows, tickets, kind) for kind, name in URGENT.items()})


def network(rows: pd.DataFrame, contracts: pd.DataFrame, tickets: pd.DataFrame) -> pd.DataFrame:
    """Measure the quality of each contract's network node by the tickets of all its customers.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``node`` and ``as_of``.
    contracts : pandas.DataFrame
        All contracts: ``customer_id``, ``node``, ``contract_start``, ``contract_end``.
    tickets : pandas.DataFrame, one row per ticket
        ``customer_id``, ``day``, ``kind``.

    Returns
    -------
    pandas.DataFrame, index as `rows`
        ``node_repairs`` and ``node_complaints`` (with the severe ones) of the last six months, per contract that runs
        on the node on the day before `as_of`.

    Examples
    --------
    >>> contracts = pd.DataFrame({"customer_id": ["a", "b"], "node": "n1", "contract_start": pd.Timestamp("2012-01-01"),
    ...     "contract_end": pd.to_datetime(["2013-03-31", "2013-05-31"])})
    >>> tickets = pd.DataFrame({"customer_id": ["b"], "day": pd.to_datetime(["2013-02-10"]), "kind": "repair"})
    >>> rows = contracts.assign(as_of=pd.Timestamp("2013-03-01"))
    >>> network(rows, contracts, tickets)["node_repairs"].tolist()
    [0.5, 0.5]
    """
    by_kind = _counted(_with_node(tickets, contracts), "node")
    counts = {kind: _back(rows, by_kind[kind], MONTHS, "node").sum(axis=1) for kind in KINDS[:3]}
    running = _running(rows, contracts)
    return pd.DataFrame(
        {
            "node_repairs": counts["repair"] / running,
            "node_complaints": (counts["complaint"] + counts["severe complaint"]) / running,
        }
    )


def _counted(tickets, by):
    """How many tickets of each kind there were, by whose they are and month."""
    month = tickets["day"].dt.to_period("M").rename("month")
    return tickets.groupby([by, month, "kind"]).size().unstack("kind").reindex(columns=list(KINDS)).fillna(0)


def _back(rows, monthly, months, by="customer_id"):
    """Values of the last month before `as_of`, the one before it, …, by the index of `rows`."""
    last = rows["as_of"].dt.to_period("M")
    back = {
        k: monthly.reindex(pd.MultiIndex.from_arrays([rows[by], last - k])).to_numpy()
        for k in range(1, months + 1)
    }
    return pd.DataFrame(back, rows.index)


def _first_day(rows, tickets, kind):
    """The first day of a ticket of a kind in the recent months."""
    days = tickets.loc[tickets["kind"].eq(kind), ["customer_id", "day"]]
    paired = rows[["customer_id", "as_of"]].reset_index(names="row").merge(days, on="customer_id")
    recent = paired["day"].lt(paired["as_of"]) & paired["day"].ge(
        paired["as_of"] - pd.DateOffset(months=RECENT)
    )
    return paired[recent].groupby("row")["day"].min().reindex(rows.index)


def _with_node(tickets, contracts):
    """Tickets with the node of the contract that had begun last."""
    began = contracts[["customer_id", "contract_start", "node"]].sort_values("contract_start", kind="stable")
    ordered = tickets.sort_values("day", kind="stable")
    return pd.merge_asof(
        ordered, began, left_on="day", right_on="contract_start", by="customer_id", direction="backward"
    )


def _running(rows, contracts):
    """How many contracts run on the node of each row on the day before `as_of`; the row's own is one of them."""
    result = pd.Series(1, rows.index)
    by_node = dict(iter(contracts.groupby("node")))
    for node, part in rows.groupby("node"):
        own = by_node[node]
        began = np.sort(own["contract_start"].to_numpy()).searchsorted(part["as_of"].to_numpy())
        over = np.sort(own["contract_end"].dropna().to_numpy()).searchsorted(
            part["as_of"].to_numpy() - np.timedelta64(1, "D")
        )
        result[part.index] = began - over
    return result.clip(lower=1)
