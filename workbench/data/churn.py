"""Contracts, usage and tickets of the churn stand-in, and the truth behind them.

A part of `workbench.data`, which offers these names; go through that.
"""

from typing import TYPE_CHECKING, NamedTuple

from workbench.checks import counted
from workbench.data.catalogue import DATASETS, DataError, known, shipped
from workbench.data.record import record

if TYPE_CHECKING:
    import pandas as pd

TRUE = {"yes": True, "no": False}
UNIT = " yuan"  # which a few fees carry
DATES = ("first_start", "contract_start", "contract_end", "renewed_on", "month", "day")
FLAGS = ("local", "interactive_tv", "churned", "churned_if_contacted")
WHOLE = ("age", "add_on", "sessions")
NUMBERS = ("hours", "natural", "malicious", "competitive", "disappointed", "probability")


class Churn(NamedTuple):
    """What `workbench.churn.panel` is made of."""

    contracts: "pd.DataFrame"
    usage: "pd.DataFrame"
    tickets: "pd.DataFrame"


def load_churn(dataset="churn"):
    """Load the contracts of a churn stand-in, and the usage and tickets of its customers.

    Parameters
    ----------
    dataset : str
        "churn" or "churn_overlapping".

    Returns
    -------
    Churn, a named tuple of pandas.DataFrame
        ``contracts``: ``customer_id, branch, node``, str; ``age, add_on``, int64; ``local, interactive_tv``, bool;
        ``monthly_fee``, yuan, float64; ``first_start, contract_start``; ``contract_end``, missing while a contract is
        open; ``renewed_on``, missing if it was not. ``usage``: ``customer_id``; ``month``, its first day; ``hours``,
        float64; ``sessions``, int64. ``tickets``: ``customer_id, day, kind``. All dates are datetime64[us]. What was
        noticed stands in ``contracts.attrs["ledger"]``, which `ledger` shows.

    Raises
    ------
    DataError
        If the data set has no contracts.

    Examples
    --------
    >>> contracts, usage, tickets = load_churn()
    >>> contracts["contract_end"].isna().sum(), len(usage) > 100_000
    (np.int64(2), True)
    """
    tables = {what: _read(dataset, what) for what in Churn._fields}
    contracts, notes = tables["contracts"], []
    with_unit = contracts["monthly_fee"].str.endswith(UNIT)
    fees = contracts["monthly_fee"].str.removesuffix(UNIT).astype(float)
    tables["contracts"] = contracts = contracts.assign(monthly_fee=fees)
    early = contracts["renewed_on"].lt(contracts["contract_end"])
    notes += [f"{counted(int(with_unit.sum()), 'monthly fee')} with the unit in the cell; read as numbers"]
    notes += [f"{counted(int(contracts['contract_end'].isna().sum()), 'contract')} without an end; open"]
    notes += [f"{counted(int(early.sum()), 'contract')} renewed before the end; kept, they stay"]
    notes += [
        f"{counted(int(tables['tickets'].duplicated().sum()), 'ticket')} repeated exactly; each counts once"
    ]
    contracts.attrs["ledger"] = _ledger(contracts) | {"noticed": notes}
    return Churn(**tables)


def load_truth(dataset="churn"):
    """Load why customers of a churn stand-in leave, and what a call would do: what no study of real data has.

    Parameters
    ----------
    dataset : str
        "churn" or "churn_overlapping".

    Returns
    -------
    pandas.DataFrame, one row per contract that ends in the window
        ``customer_id``; ``contract_end``; the hazard of each type of leaving, ``natural, malicious, competitive,
        disappointed``, and the ``probability`` of leaving, float64; ``type``, str, missing for who stays; ``churned``
        and ``churned_if_contacted``, bool.

    Raises
    ------
    DataError
        If the data set has no such truth.

    Examples
    --------
    >>> truth = load_truth()
    >>> sorted(truth["type"].dropna().unique())
    ['competitive', 'disappointed', 'malicious', 'natural']
    """
    return _read(dataset, "truth")


def _read(dataset, what):
    """One of the tables, its columns of their types."""
    from workbench.data import parsing, reading

    if what not in known(dataset):
        having = ", ".join(name for name, facts in DATASETS.items() if what in facts)
        raise DataError(f"{dataset!r} has no {what}; those that have: {having}.")
    path = DATASETS[dataset][what]
    table = reading.read(shipped(path))
    record(dataset, "stand-in", path, table, {}, table.notes)
    frame = table.frame.reset_index(drop=True)
    frame.attrs = {}
    readers = {
        **dict.fromkeys(DATES, lambda text: parsing.times(text).values),
        **dict.fromkeys(FLAGS, lambda text: text.map(TRUE).astype(bool)),
        **dict.fromkeys(WHOLE, lambda text: text.astype("int64")),
        **dict.fromkeys(NUMBERS, lambda text: text.astype(float)),
        "type": lambda text: text.where(text.ne("")),
    }
    return frame.assign(**{name: read(frame[name]) for name, read in readers.items() if name in frame})


def _ledger(contracts):
    period = [contracts["contract_start"].min().isoformat(), contracts["contract_start"].max().isoformat()]
    facts = {"rows": len(contracts), "left_out": [], "used": len(contracts), "period": period, "study": None}
    facts |= {
        "customers": int(contracts["customer_id"].nunique()),
        "currency": "yuan",
        "currency_column": None,
    }
    return facts | {"total": None, "refunds": None}
