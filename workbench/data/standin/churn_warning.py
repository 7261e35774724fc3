"""Generator of the churn stand-in: contracts, usage and tickets of a campus operator's customers, and why they leave.

The published study gives two figures, "under 20 %" coverage by default and churn to renewal of about 1:3; here both
hold **by construction**, and so do the mechanism of leaving, the launch of competitors' offers in December 2013, and
what a call achieves. No column holds how bad a network node really is, how little a customer needs, or whether interest
is fading: they show in tickets and usage, with noise. Seed 0 was not searched for.
``python -m workbench.data.standin.churn_warning FOLDER`` writes the files again.
"""

import gzip
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.data.standin.churn_leaving import TYPES, outcomes

START, MONTHS = "2012-01", 30
BEFORE = 84  # months that are drawn first and not written, so that tenure and age do not drift
GONE = 10_000  # a month that never comes
OVERLAPPING = 0.5
SEED = 0

NODES = {"A": 34, "B": 29, "C": 24, "D": 19, "E": 14}  # per branch
FEES = {26: 0.12, 36: 0.15, 46: 0.15, 58: 0.12, 66: 0.11, 86: 0.14, 106: 0.1, 136: 0.07, 186: 0.04}
# Tickets per month of a customer whose experience is neither good nor bad, and the power of badness in them.
TICKETS = {
    "repair": (0.085, 0.75),
    "complaint": (0.05, 0.75),
    "severe complaint": (0.0026, 0.75),
    "arrears": (0.0085, 0.0),
    "forwarding": (0.004, 0.0),
}
LOSING, DROP = 0.3, 0.017  # shares of contracts in which interest fades, or usage drops
LATE_STAYERS, LATE_LEAVERS = 0.05, 0.04  # who renew one month late, and two
DUPLICATED, EARLY, OPEN, FEE_AS_TEXT = 0.01, 5, 2, 3  # dirt: share of tickets, then contracts
PLAIN = ("contracts", "tickets")  # files that are not compressed


class Churn(NamedTuple):
    """The tables of the stand-in, and the truth behind them."""

    contracts: pd.DataFrame
    usage: pd.DataFrame
    tickets: pd.DataFrame
    truth: pd.DataFrame


def churn_tables(n_customers=6000, *, separation=1.0, random_state=SEED):
    """Draw contracts, usage and tickets of customers of whom it is known why they leave, and what a call would do.

    Leaving is competing hazards at the end of each contract. Natural: moving away, above all students who finish in
    May to July. Malicious: arrears. Competitive: a high fee, fading interest, little need, from December 2013 offers
    of competitors; calls forwarded and a sharp drop of usage are its signs. Disappointed: a bad network node, bad luck
    of one's own, complaints. Renewals and interactive TV bind. In each month the expected number of customers leaves
    (systematic sampling), so that the ratio of churn to renewal does not depend on the seed. Every stream of random
    numbers is of its own purpose.

    Parameters
    ----------
    n_customers : int
        Customers at a time, at least 200; who leaves is replaced.
    separation : float in [0, 1]
        1 is the mechanism; below, every hazard lies that far from the mean of its type in its month.
    random_state : int or numpy.random.Generator
        Seed; a generator is advanced by having children.

    Returns
    -------
    contracts : pandas.DataFrame, one row per contract that runs between 2012-01 and 2014-06, by its start
        ``customer_id, branch, node``, str; ``age``, years at its start; ``local, interactive_tv``, bool; ``add_on``,
        number of them; ``monthly_fee``, yuan; ``first_start, contract_start, contract_end, renewed_on``. Dirt: two
        contracts have no end, five are renewed before it.
    usage : pandas.DataFrame, one row per customer and month
        ``customer_id, month, hours, sessions``.
    tickets : pandas.DataFrame, one row per ticket, by day
        ``customer_id, day, kind``. Dirt: one row in a hundred comes twice.
    truth : pandas.DataFrame, one row per contract that ends in the window
        ``customer_id, contract_end``; the hazard of each type, ``natural``, ``malicious``, ``competitive``,
        ``disappointed``; ``probability`` of leaving; ``type``, missing for who stays; ``churned`` and
        ``churned_if_contacted``, bool.

    Raises
    ------
    ValueError
        If `n_customers` or `separation` lies outside its range.

    Examples
    --------
    >>> tables = churn_tables(300)
    >>> list(tables.usage.columns)
    ['customer_id', 'month', 'hours', 'sessions']
    """
    if n_customers != int(n_customers) or n_customers < 200:
        raise ValueError(f"n_customers must be an integer of at least 200, not {n_customers!r}.")
    if not 0 <= separation <= 1:
        raise ValueError(f"separation must lie in [0, 1], not {separation!r}.")
    who, lives, used, days, asked, dirt = np.random.default_rng(random_state).spawn(6)
    people = _people(6 * int(n_customers), who)
    written = _live(people, int(n_customers), separation, (lives, used, days, asked))
    return _with_dirt(_named(people, written), dirt)


def _people(n, rng):
    """Traits of all who may ever become customers, in the order in which they do; some are never seen."""
    nodes = [f"{branch}{i:02d}" for branch, count in NODES.items() for i in range(1, count + 1)]
    # Fixed quantiles of the normal distribution, dealt out: how bad the network is on the whole is no chance.
    badness = 0.65 * _normal_quantiles(len(nodes))[rng.permutation(len(nodes))]
    node = rng.integers(0, len(nodes), n)
    student = rng.random(n) < 0.5
    return {
        "node": np.array(nodes)[node],
        "badness": badness[node] + 0.65 * rng.standard_normal(n),
        "student": student,
        "age": np.where(student, rng.uniform(18, 21.5, n), rng.uniform(19, 60, n)),
        "local": rng.random(n) < np.where(student, 0.4, 0.75),
        "interactive_tv": rng.random(n) < np.where(student, 0.12, 0.3),
        "add_on": rng.binomial(3, 0.3, n),
        "monthly_fee": rng.choice(list(FEES), n, p=list(FEES.values())),
        "term": np.where(rng.random(n) < 0.85, 12, 6),
        "need": (need := rng.standard_normal(n)),
        "level": 3.4 + 0.45 * need + 0.45 * rng.standard_normal(n),
        "pace": 1.8 * np.exp(0.13 * rng.standard_normal(n)),
    }


def _normal_quantiles(n):
    from scipy.special import ndtri

    return ndtri((np.arange(n) + 0.5) / n)


def _live(people, n, separation, streams):
    """Draw month after month: who ends a contract and leaves, who uses how much, who writes a ticket."""
    rng, used, days, asked = streams
    term = people["term"][:n]
    start = -BEFORE - (rng.random(n) * term).astype(int)
    # A place is held by one customer after the other.
    place = {"person": np.arange(n), "first": start.copy(), "start": start, "end": start + term - 1}
    place |= {"renewals": np.zeros(n, int), "recent": np.zeros((6, n, len(TICKETS)), int)}
    place |= {"losing": rng.random(n) < LOSING, "drop": rng.random(n) < DROP}
    written, next_person = {"contracts": [], "usage": [], "tickets": [], "truth": []}, n
    for month in range(-BEFORE, MONTHS):
        ending = np.flatnonzero(place["end"] == month)
        truth = outcomes(people, place, ending, month, separation, rng, asked)
        renewed, again = _renewals(truth["type"], month, rng)
        tickets = _tickets(people, place, month, rng)
        if month >= 0:
            written["contracts"].append(_contract(place, ending, renewed))
            written["truth"].append(truth)
            written["usage"].append(_usage(people, place, month, used))
            written["tickets"].append(_dated(place, tickets, month, days))
        place["recent"] = np.concatenate([tickets[None], place["recent"][:-1]])
        next_person = _go_on(people, place, ending, again, month, next_person, rng)
    running = np.flatnonzero(place["start"] < MONTHS)
    never = np.full(len(running), np.datetime64("NaT", "D"))
    written["contracts"].append(_contract(place, running, never))
    return written


def _renewals(kind, month, rng):
    """When contracts are renewed, and the month in which a customer's next contract begins; GONE for those who left."""
    n, leaves = len(kind), kind >= 0
    late = rng.random(n) < np.where(leaves, LATE_LEAVERS, LATE_STAYERS)
    last_day, day = _first_day(month + 1) - 1, rng.random(n)
    stayed = last_day + np.where(late, 10 + 18 * day, 10 * day).astype(int)
    came_back = _first_day(month + 2) + (25 * day).astype(int)
    renewed = np.where(leaves, came_back, stayed)
    renewed[leaves & ~late] = np.datetime64("NaT")
    return renewed, np.where(leaves, np.where(late, month + 3, GONE), month + 1)


def _first_day(month):
    return (np.datetime64(START, "M") + month).astype("datetime64[D]")


def _tickets(people, place, month, rng):
    """How many tickets of each kind each customer writes in a month."""
    rate, power = np.array(list(TICKETS.values())).T
    expected = rate * np.exp(power * people["badness"][place["person"]][:, None])
    return rng.poisson(expected * (place["start"] <= month)[:, None])


def _dated(place, tickets, month, rng):
    who, kind = np.nonzero(tickets)
    who, kind = np.repeat(who, tickets[who, kind]), np.repeat(kind, tickets[who, kind])
    days = (_first_day(month + 1) - _first_day(month)).astype(int)
    day = _first_day(month) + rng.integers(0, days, len(who))
    return {"person": place["person"][who], "day": day, "kind": kind}


def _usage(people, place, month, rng):
    """Hours and sessions of a month: they fade with interest, drop at once, and rest in vacations."""
    n = len(place["person"])
    active, person = place["start"] <= month, place["person"]
    to_end = place["end"] - month
    fading = place["losing"] * (5 - to_end).clip(0, 5)
    log = people["level"][person] - 0.12 * fading + 0.2 * rng.standard_normal(n)
    log += np.log(0.7) * (people["student"][person] & (month % 12 in (1, 6, 7)))
    log += np.log(0.2) * (place["drop"] & (to_end <= 1))
    hours = np.exp(log)
    sessions = people["pace"][person] * hours * np.exp(0.15 * rng.standard_normal(n))
    table = {"person": person, "month": np.full(n, month), "hours": hours.round(1)}
    table["sessions"] = sessions.round().astype(int)
    return {name: values[active] for name, values in table.items()}


def _contract(place, some, renewed):
    return {name: place[name][some] for name in ("person", "first", "start", "end")} | {"renewed": renewed}


def _go_on(people, place, ending, again, month, next_person, rng):
    """Let those who stay begin their next contract, and newcomers take the places of those who left."""
    stays, gone = ending[again < GONE], ending[again == GONE]
    place["renewals"][stays] += 1
    place["start"][stays] = again[again < GONE]
    place["person"][gone] = np.arange(next_person, next_person + len(gone))
    place["first"][gone] = place["start"][gone] = month + 1
    place["renewals"][gone] = 0
    place["recent"][:, gone] = 0
    place["end"][ending] = place["start"][ending] + people["term"][place["person"][ending]] - 1
    place["losing"][ending] = rng.random(len(ending)) < LOSING
    place["drop"][ending] = rng.random(len(ending)) < DROP
    return next_person + len(gone)


def _named(people, written):
    """Turn codes into what the tables hold; whoever has no contract in the window is not in them."""
    parts = {
        name: {key: np.concatenate([part[key] for part in rows]) for key in rows[0]}
        for name, rows in written.items()
    }
    seen = parts["contracts"]
    order = np.lexsort([seen["person"], seen["start"]])
    seen = {key: values[order] for key, values in seen.items()}
    codes, persons = pd.factorize(seen["person"])
    ids = pd.Series([f"C{i:05d}" for i in range(1, len(persons) + 1)], persons, dtype="str")
    return Churn(
        _contracts(people, seen, ids),
        _of(
            ids, parts["usage"], month=_first_day(parts["usage"]["month"]).astype("datetime64[us]")
        ).sort_values(["customer_id", "month"], ignore_index=True),
        _of(
            ids,
            parts["tickets"],
            day=parts["tickets"]["day"].astype("datetime64[us]"),
            kind=pd.array(np.array(list(TICKETS))[parts["tickets"]["kind"]], dtype="str"),
        ).sort_values(["day", "customer_id"], kind="stable", ignore_index=True),
        _truth(ids, parts["truth"]),
    )


def _of(ids, part, **columns):
    customer = pd.array(ids[part["person"]].to_numpy(), dtype="str")
    rest = {name: values for name, values in part.items() if name not in ("person", *columns)}
    return pd.DataFrame({"customer_id": customer} | columns | rest)


def _contracts(people, seen, ids):
    person = seen["person"]
    node, years = people["node"][person], (seen["start"] - seen["first"]) / 12
    renewed = seen["renewed"].astype("datetime64[us]")
    renewed[renewed >= _first_day(MONTHS)] = np.datetime64("NaT")
    texts = {"customer_id": ids[person].to_numpy(), "branch": node.astype("<U1"), "node": node}
    table = {name: pd.array(values, dtype="str") for name, values in texts.items()}
    table |= {"age": np.floor(people["age"][person] + years).astype(int)}
    table |= {name: people[name][person] for name in ("local", "interactive_tv", "add_on", "monthly_fee")}
    table["monthly_fee"] = table["monthly_fee"].astype(float)
    table["first_start"] = _first_day(seen["first"]).astype("datetime64[us]")
    table["contract_start"] = _first_day(seen["start"]).astype("datetime64[us]")
    table["contract_end"] = (_first_day(seen["end"] + 1) - 1).astype("datetime64[us]")
    return pd.DataFrame(table | {"renewed_on": renewed})


def _truth(ids, part):
    ends = (_first_day(part["end"] + 1) - 1).astype("datetime64[us]")
    table = {"customer_id": pd.array(ids[part["person"]].to_numpy(), dtype="str"), "contract_end": ends}
    table |= {name: part["hazards"][:, i].round(4) for i, name in enumerate(TYPES)}
    kinds = pd.array([*TYPES, None], dtype="str").take(part["type"], allow_fill=True)
    table |= {"probability": part["probability"].round(4), "type": kinds, "churned": part["type"] >= 0}
    table["churned_if_contacted"] = part["churned_if_contacted"]
    return pd.DataFrame(table).sort_values(["contract_end", "customer_id"], ignore_index=True)


def _with_dirt(tables, rng):
    """Repeat some tickets, take the end of some running contracts, and let some renew before it."""
    contracts, _, tickets, _ = tables
    again = tickets[rng.random(len(tickets)) < DUPLICATED]
    repeated = pd.concat([tickets, again]).sort_index(kind="stable").reset_index(drop=True)
    running = np.flatnonzero(contracts["contract_end"] >= pd.Timestamp(_first_day(MONTHS)))
    contracts.loc[rng.choice(running, OPEN, replace=False), "contract_end"] = pd.NaT
    in_time = contracts["renewed_on"] < contracts["contract_end"] + pd.Timedelta(days=10)
    early = rng.choice(np.flatnonzero(in_time), EARLY, replace=False)
    days = pd.to_timedelta(rng.integers(1, 20, EARLY), unit="D")
    contracts.loc[early, "renewed_on"] = (contracts.loc[early, "contract_end"] - days.to_numpy()).array
    return tables._replace(contracts=contracts, tickets=repeated)


def shipped():
    """Return the text of every generated file under ``data/churn/``, by file name; .gz is packed when written.

    Returns
    -------
    dict of str to str
        CSV text, "\\n" line ends; both variants come from `SEED`.

    Examples
    --------
    >>> sorted(shipped())[:3]
    ['contracts.csv', 'contracts_overlapping.csv.gz', 'tickets.csv']
    """
    texts = {}
    for suffix, separation in (("", 1.0), ("_overlapping", OVERLAPPING)):
        for name, table in churn_tables(separation=separation)._asdict().items():
            packed = "" if name in PLAIN and not suffix else ".gz"
            texts[f"{name}{suffix}.csv{packed}"] = _text(name, table)
    return texts


def _text(name, table):
    """A table as CSV: yes and no, and a few fees with their unit."""
    table = table.copy()
    for column in table.select_dtypes("bool"):
        table[column] = np.where(table[column], "yes", "no")
    if name == "contracts":
        fees = table["monthly_fee"].map("{:g}".format).astype(object)
        fees.iloc[np.linspace(0, len(fees) - 1, FEE_AS_TEXT).astype(int)] += " yuan"
        table["monthly_fee"] = fees
    return table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d", float_format="%.10g")


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        content = text.encode()
        Path(sys.argv[1], name).write_bytes(
            gzip.compress(content, 9, mtime=0) if name.endswith(".gz") else content
        )
