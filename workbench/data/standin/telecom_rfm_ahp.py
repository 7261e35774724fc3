"""Generators of the stand-in data, with their true segments.

The published studies keep their customers to themselves, so each notebook runs on customers drawn here.
Nothing is tuned to a published figure. ``python -m workbench.data.standin.telecom_rfm_ahp FOLDER`` writes the
shipped files again.
"""

import numpy as np
import pandas as pd

START, END, MONTHS = "2022-01-01", "2024-01-01", 24
DAYS = int((np.datetime64(END) - np.datetime64(START)) / np.timedelta64(1, "D"))
TOP_UPS = np.array([10, 20, 30, 50, 100, 200, 300, 500, 1000])
OVERLAPPING = 0.6

# Per segment: share of customers; share who pay a monthly bill; top-ups per month of the others; median spend
# in yuan a month; its spread (standard deviation of the logarithm, which is Laplace: a power tail);
# probability of having left.
SEGMENTS = pd.DataFrame(
    {
        "high value": [0.20, 0.80, 2.0, 210.0, 0.35, 0.01],
        "steady": [0.50, 0.45, 1.2, 48.0, 0.35, 0.03],
        "leaving": [0.30, 0.25, 0.8, 36.0, 0.45, 0.97],
    },
    index=["share", "billed", "top_ups", "spend", "spread", "leaves"],
).T


def telecom_payments(n_customers=3000, *, separation=1.0, random_state=0):
    """Draw two years of a telecom operator's payments from customers whose true segment is known.

    A customer pays a monthly bill or tops up a prepaid card, may have joined during the first year and may
    have left. Three segments differ in how often and how much they pay and in how many have left; spend has a
    heavy tail. Every customer pays at least once.

    Parameters
    ----------
    n_customers : int
        Number of customers, at least 3.
    separation : float in [0, 1]
        1 keeps the segments apart, 0 makes them alike in everything but their name (a customer may still have
        left or not); between, every quantity lies that far from the common mean (of the logarithm, for spend
        and top-ups). The shipped overlapping variant has 0.6.
    random_state : int or numpy.random.Generator
        Seed.

    Returns
    -------
    payments : pandas.DataFrame, one row per payment, in order of time
        ``customer_id``; ``event_time``, whole minutes in [2022-01-01, 2024-01-01); ``amount``, yuan with two
        decimals, positive; ``kind``, "bill" or "top_up".
    segments : pandas.DataFrame, shape (n_customers, 2)
        ``customer_id`` and the true ``segment``: "high value", "steady" or "leaving".

    Raises
    ------
    ValueError
        If `n_customers` or `separation` lies outside its range.

    Examples
    --------
    >>> payments, segments = telecom_payments(100, random_state=1)
    >>> list(payments.columns)
    ['customer_id', 'event_time', 'amount', 'kind']
    >>> segments["segment"].value_counts().to_dict()
    {'steady': 50, 'leaving': 30, 'high value': 20}
    """
    if n_customers != int(n_customers) or n_customers < 3:
        raise ValueError(f"n_customers must be an integer of at least 3, not {n_customers!r}.")
    if not 0 <= separation <= 1:
        raise ValueError(f"separation must lie in [0, 1], not {separation!r}.")
    rng = np.random.default_rng(random_state)
    customers = _customers(int(n_customers), separation, rng)
    payments = pd.concat([_bills(customers, rng), _top_ups(customers, rng)])
    payments = payments.sort_values(["event_time", "customer_id"], kind="stable", ignore_index=True)
    return payments, customers[["customer_id", "segment"]]


def _customers(n, separation, rng):
    """One row per customer: what they are and from which to which day they pay."""
    bounds = np.round(SEGMENTS["share"].cumsum() * n).astype(int)
    code = rng.permutation(np.searchsorted(bounds, np.arange(n), side="right"))
    traits = _traits(separation)[code]
    billed, leaves = rng.random((2, n)) < traits[:, [0, 4]].T
    joined = np.where(rng.random(n) < 0.25, rng.integers(0, DAYS // 2, n), 0)
    stay = 60 + rng.random(n) * 0.7 * (DAYS - joined - 60)
    width = max(5, len(str(n)))
    return pd.DataFrame(
        {
            "customer_id": [f"C{i:0{width}d}" for i in range(1, n + 1)],
            "segment": SEGMENTS.index.to_numpy()[code],
            "billed": billed,
            "rate": traits[:, 1] * np.exp(0.25 * rng.standard_normal(n)),
            "spend": traits[:, 2] * np.exp(traits[:, 3] * rng.laplace(size=n) / np.sqrt(2)),
            "first": joined,
            "last": np.where(leaves, joined + stay, DAYS),
        }
    )


def _traits(separation):
    """Segment traits (3, 5), drawn towards their mean over customers as `separation` falls."""
    traits = SEGMENTS.drop(columns="share").to_numpy(float, copy=True)
    traits[:, 1:3] = np.log(traits[:, 1:3])
    common = SEGMENTS["share"].to_numpy() @ traits
    traits = common + separation * (traits - common)
    traits[:, 1:3] = np.exp(traits[:, 1:3])
    return traits


def _bills(customers, rng):
    """Monthly bills: a fixed day of the month for each customer, paid up to nine days late."""
    billed = customers[customers["billed"]]
    starts = np.arange(np.datetime64(START, "M"), np.datetime64(END, "M")).astype("datetime64[D]")
    month = (starts - np.datetime64(START)).astype(int)
    due = month + rng.integers(0, 19, (len(billed), 1))
    day = due + rng.integers(0, 10, due.shape)
    paid = (due >= billed[["first"]].to_numpy()) & (day < billed[["last"]].to_numpy())
    who, _ = np.nonzero(paid)
    amount = billed["spend"].to_numpy()[who] * np.exp(0.15 * rng.standard_normal(len(who)))
    return _payments(billed.iloc[who], day[paid], amount, "bill", rng)


def _top_ups(customers, rng):
    """Prepaid top-ups at random times, in the amounts that are sold; the first one starts the card."""
    prepaid = customers[~customers["billed"]]
    span = (prepaid["last"] - prepaid["first"]).to_numpy()
    further = rng.poisson(prepaid["rate"] * span * MONTHS / DAYS)
    who = np.repeat(np.arange(len(prepaid)), further + 1)
    starts = np.r_[0, np.cumsum(further + 1)[:-1]] if len(prepaid) else np.array([], int)
    share = rng.random(len(who))
    share[starts] = 0
    day = (prepaid["first"].to_numpy()[who] + share * span[who]).astype(int)
    wanted = (prepaid["spend"] / prepaid["rate"]).to_numpy()[who] * np.exp(
        0.3 * rng.standard_normal(len(who))
    )
    edges = np.sqrt(TOP_UPS[1:] * TOP_UPS[:-1])
    return _payments(prepaid.iloc[who], day, TOP_UPS[np.searchsorted(edges, wanted)], "top_up", rng)


def _payments(customers, day, amount, kind, rng):
    minute = rng.integers(7 * 60, 23 * 60, len(day))
    time = np.datetime64(START, "m") + day * np.timedelta64(1440, "m") + minute
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy(),
            "event_time": time.astype("datetime64[us]"),
            "amount": np.maximum(np.round(np.asarray(amount, float), 2), 0.01),
            "kind": kind,
        }
    )


def shipped():
    """Return the text of every generated file under ``data/telecom_rfm_ahp/``, by file name.

    Returns
    -------
    dict of str to str
        CSV text, "\\\\n" line ends; both variants come from seed 0.

    Examples
    --------
    >>> sorted(shipped())
    ['payments.csv', 'payments_overlapping.csv', 'segments.csv', 'segments_overlapping.csv']
    """
    texts = {}
    for suffix, separation in {"": 1.0, "_overlapping": OVERLAPPING}.items():
        payments, segments = telecom_payments(separation=separation, random_state=0)
        payments["event_time"] = payments["event_time"].dt.strftime("%Y-%m-%d %H:%M")
        texts[f"payments{suffix}.csv"] = payments.to_csv(
            index=False, float_format="%.2f", lineterminator="\n"
        )
        texts[f"segments{suffix}.csv"] = segments.to_csv(index=False, lineterminator="\n")
    return texts


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        Path(sys.argv[1], name).write_bytes(text.encode())
