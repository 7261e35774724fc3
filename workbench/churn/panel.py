"""One row per contract that ends: the inputs known before the month of its end, the label known after the next.

A contract churned if it ended and was not renewed by the end of the following month: the operational definition.
The first definition, the contract was ended for good, differs by those who renew later; they are counted.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from workbench import checks
from workbench.churn import contracts as contracts_
from workbench.churn.contracts import KEY
from workbench.churn.history import MONTHS, behaviour, experience, network

__all__ = [
    "GROUPS",
    "LABEL",
    "Moment",
    "churned",
    "inputs",
    "labelled",
    "months_between",
    "panel",
    "with_labels",
]

Moment = str | date | np.datetime64
CONTRACTS = ("customer_id", "node", "first_start", "contract_start", "contract_end", "renewed_on")
USAGE = ("customer_id", "month", "hours", "sessions")
TICKETS = ("customer_id", "day", "kind")
GROUPS = pd.Series(
    {
        name: group
        for group, names in {
            "nature": "age local interactive_tv add_on monthly_fee branch term_months tenure_months renewal_number "
            "calendar_month",
            "network": "node_repairs node_complaints",
            "behaviour": "hours sessions usage_change usage_trend",
            "experience": "repairs complaints severe_complaints arrears forwardings",
        }.items()
        for name in names.split()
    },
    name="group",
)
"""The inputs of `panel` by the source's four groups; repairs and complaints of the node are network, the customer's own
are experience, since the source names them in both."""
LABEL = ["as_of", "label_known", "churned", "late", "renewed", "renewed_early"]


def churned(contract_end: Any, renewed_on: Any, observation_end: Moment, grace_months: int = 1) -> pd.Series:
    """Say which contracts churned: ended, and not renewed by the end of the month after.

    Parameters
    ----------
    contract_end, renewed_on : sequence of dates, shape (n,)
        Missing where a contract has no end, or was not renewed.
    observation_end : date or str
        The first day of which nothing is known.
    grace_months : int
        Whole calendar months after that of the end in which a renewal still counts.

    Returns
    -------
    pandas.Series of nullable boolean, shape (n,)
        Index as `contract_end`. Missing where the deadline is not over or the contract is open, even if it is renewed
        already: else the renewals of the latest months would be known, and their churners not.

    Raises
    ------
    ValueError
        If the two are no dates, or not of one length.

    Examples
    --------
    >>> ends, renewals = ["2013-01-15", "2013-01-31", "2013-03-31"], ["2013-02-28", "2013-03-01", None]
    >>> churned(ends, renewals, "2013-04-01").tolist()
    [False, True, <NA>]
    """
    ends = _days(contract_end, "contract_end")
    renewals = _days(renewed_on, "renewed_on")
    checks.same_order(renewed_on, ends, "renewed_on", "contract_end")
    if len(ends) != len(renewals):
        raise ValueError(f"contract_end has {len(ends)} dates and renewed_on {len(renewals)}; give one each.")
    deadline = _deadline(ends, grace_months)
    known = deadline.le(pd.Timestamp(checks.moment("observation_end", observation_end)))
    late = renewals.isna().to_numpy() | (renewals.to_numpy() >= deadline.to_numpy())
    return pd.Series(late, ends.index, name="churned", dtype="boolean").mask(~known)


def panel(
    contracts: pd.DataFrame,
    usage: pd.DataFrame,
    tickets: pd.DataFrame,
    *,
    observation_end: Moment,
    lead_months: int = 0,
    grace_months: int = 1,
) -> pd.DataFrame:
    """Set up one row per contract that ends, with what was known of it on the first day of that month.

    Parameters
    ----------
    contracts : pandas.DataFrame, one row per contract
        ``customer_id``, ``node`` of the network, ``first_start`` (of the customer's first contract),
        ``contract_start``, ``contract_end`` (its last day; missing while it is open), ``renewed_on`` (missing if it
        was not). Every other column is an input as it is.
    usage : pandas.DataFrame, one row per customer and month
        ``customer_id``, ``month`` (any day of it), ``hours``, ``sessions``.
    tickets : pandas.DataFrame, one row per ticket
        ``customer_id``, ``day``, ``kind``: "repair", "complaint", "severe complaint", "arrears" or "forwarding".
        Exact repetitions count once.
    observation_end : date or str
        The first day of which nothing is known; contracts whose `as_of` is later have no row.
    lead_months : int
        How many months earlier the inputs are to be known.
    grace_months : int
        As `churned` takes it.

    Returns
    -------
    pandas.DataFrame, index (``customer_id``, ``contract_end``), in order of the ends
        ``as_of``, the first day of the month of the end, or `lead_months` earlier: every input is older.
        ``label_known``, the day from which the label may be used; ``churned``, nullable; ``late``, whether a churner
        renewed after all; ``renewed``, whether a renewal is known; ``renewed_early``, whether it was on `as_of`. Then
        the inputs: those of the contract, ``term_months``, ``tenure_months``, ``renewal_number``, ``calendar_month``,
        those of `history.network`, `history.behaviour`, `history.experience`. ``attrs["ledger"]`` counts the contracts.

    Raises
    ------
    ValueError
        If a column is missing, a number infinite, an input dated on or after `as_of`; if two contracts of a customer
        overlap or end on one day, or one is renewed before it began.

    Examples
    --------
    >>> from workbench import data
    >>> table = panel(*data.load_churn("churn"), observation_end="2014-07-01")
    >>> table.index.names, str(table["as_of"].min().date())
    (FrozenList(['customer_id', 'contract_end']), '2012-07-01')
    """
    until = pd.Timestamp(checks.moment("observation_end", observation_end))
    checks.whole_number("lead_months", lead_months, 0)
    for table, needed, name in (
        (contracts, CONTRACTS, "contracts"),
        (usage, USAGE, "usage"),
        (tickets, TICKETS, "tickets"),
    ):
        contracts_.require(table, needed, name)
    own = contracts_.ordered(contracts)
    tickets = tickets.drop_duplicates(list(TICKETS))
    rows = with_labels(own[own["contract_end"].notna()], until, lead_months, grace_months)
    rows, ledger = _within(rows, until, max(_first_month(usage["month"]), _first_month(tickets["day"])))
    contracts_.refuse_known_later(rows)
    parts = [
        rows[[column for column in rows if column not in (*CONTRACTS[1:], *LABEL, "earlier")]],
        _nature(rows),
        network(rows, own, tickets),
        behaviour(rows, usage),
        experience(rows, tickets),
    ]
    result = pd.concat([rows[["contract_end", *LABEL]], *parts], axis=1).set_index(KEY)
    result.attrs["observation_end"] = until
    result.attrs["ledger"] = {"contracts": len(own), "open": int(own["contract_end"].isna().sum())} | ledger
    return result


def labelled(panel: pd.DataFrame, month: Moment) -> pd.DataFrame:
    """Return the rows that may train a model in a month: those whose label was known on its first day.

    By the operational definition these are contracts that ended two months before or earlier, never the month before.
    Contracts renewed before their inputs were taken are left out too: nothing was open about them.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `panel` or `from_table`.
    month : date or str
        Any day of the month, or as "2013-11".

    Returns
    -------
    pandas.DataFrame
        Some of the rows; ``churned`` is never missing.

    Examples
    --------
    >>> from workbench import data
    >>> table = panel(*data.load_churn("churn"), observation_end="2014-07-01")
    >>> str(labelled(table, "2013-11").index.get_level_values("contract_end").max().date())
    '2013-09-30'
    """
    checks.needed_columns(panel.columns, LABEL, "panel")
    text = f"{month}-01" if isinstance(month, str) and len(month) == 7 else month
    first = pd.Timestamp(checks.moment("month", text)).to_period("M").start_time
    return panel[panel["label_known"].le(first) & panel["churned"].notna() & ~panel["renewed_early"]]


def inputs(panel: pd.DataFrame, ignore_columns: Iterable[str] = ()) -> pd.DataFrame:
    """Return the inputs of a panel: all but the label, what belongs to it, dates, and columns to ignore.

    Truth values become "yes" and "no", so that a rule reads as a sentence.

    Examples
    --------
    >>> table = pd.DataFrame({"churned": [True], "late": [False], "hours": [3.5], "tv": [True], "note": ["x"]})
    >>> inputs(table, ["note"]).to_dict("list")
    {'hours': [3.5], 'tv': ['yes']}
    """
    ignored = list(ignore_columns)
    for column in ignored:
        checks.known("column to ignore", column, panel.columns)
    dates = panel.select_dtypes("datetime").columns
    found = panel.drop(columns=[column for column in panel if column in {*LABEL, *ignored, *dates}])
    truths = {name: found[name].map({True: "yes", False: "no"}) for name in found.select_dtypes("bool")}
    return found.assign(**truths)


def with_labels(rows: pd.DataFrame, until: pd.Timestamp, lead_months: int, grace_months: int) -> pd.DataFrame:
    """Add `as_of` and what is known of the label to contracts that have an end."""
    first = rows["contract_end"].dt.to_period("M")
    as_of = (first - lead_months).dt.start_time
    renewed = rows["renewed_on"].where(rows["renewed_on"].lt(until))  # of later renewals nothing is known
    label = churned(rows["contract_end"], renewed, until, grace_months)
    return rows.assign(
        as_of=as_of,
        label_known=_deadline(rows["contract_end"], grace_months),
        churned=label,
        late=label.fillna(False).astype(bool) & renewed.notna(),
        renewed=renewed.notna(),
        renewed_early=renewed.lt(as_of),
    )


def _days(values, name):
    """Dates without a time of day, as a Series."""
    given = values if isinstance(values, pd.Series) else pd.Series(values, dtype=object)
    if not pd.api.types.is_datetime64_any_dtype(given):
        given = given.map(lambda day: pd.NaT if pd.isna(day) else pd.Timestamp(checks.moment(name, day)))
    return pd.to_datetime(given).dt.normalize().astype("datetime64[us]")


def _deadline(ends, grace_months):
    """The first day on which a renewal is too late, and the label known."""
    grace = checks.whole_number("grace_months", grace_months, 0)
    return (ends.dt.to_period("M") + (1 + grace)).dt.start_time.astype("datetime64[us]")


def _first_month(days):
    return days.min().to_period("M").start_time


def _within(rows, until, history):
    """The contracts whose inputs are all known, by the end of the data and from their beginning, and the counts."""
    running = rows["as_of"].gt(until)
    early = rows["as_of"].lt(history + pd.DateOffset(months=MONTHS))
    kept = rows[~running & ~early].sort_values("contract_end", kind="stable")  # customers are in order
    if kept.empty:
        raise ValueError(
            f"No contract ends after {MONTHS} months of usage and tickets, which begin on {history.date()}, and before "
            f"{until.date()}; give longer tables."
        )
    label = kept["churned"]
    ledger = {
        "running": int(running.sum()),
        "without_history": int(early.sum()),
        "rows": len(kept),
        "not_yet_known": int(label.isna().sum()),
        "churned": int(label.sum()),
        "late": int(kept["late"].sum()),
        "renewed_early": int(kept["renewed_early"].sum()),
    }
    return kept, ledger


def _nature(rows):
    """What the contract's dates say. Of contracts before the table the number follows from the first one's term."""
    term = months_between(rows["contract_start"], rows["contract_end"] + pd.Timedelta(days=1)).clip(lower=1)
    before = months_between(rows["first_start"], rows["contract_start"]) / term
    return pd.DataFrame(
        {
            "term_months": term,
            "tenure_months": months_between(rows["first_start"], rows["as_of"]),
            "renewal_number": np.maximum(before.round().astype(int), rows["earlier"]),
            "calendar_month": rows["contract_end"].dt.month_name().astype("str"),
        }
    )


def months_between(first: pd.Series, last: pd.Series) -> pd.Series:
    """Whole months between days, to the nearest."""
    return ((last - first).dt.days / 30.4375).round().astype(int)
