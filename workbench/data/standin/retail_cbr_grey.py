"""Generator of the retail-bank stand-in: a log of bookings, its customers' true types, eighteen query customers.

The published study keeps its data to itself. **By construction** here: the window and the 679 customers; that
there are eight types of behaviour, two of them "high" in value because they are well above the others in all
three frequencies and stay for the whole window; that of the query customers C13, C16 and C17 are of those two
types and the other fifteen are not. Finding those three again is therefore no evidence for the study. The
types' rates were chosen by hand, so that the published procedure tells the two classes apart: over forty other
seeds, all eighteen answers were right in 99 % of its redraws. Seed 0 was not searched for.
``python -m workbench.data.standin.retail_cbr_grey FOLDER`` writes the files again.
"""

import numpy as np
import pandas as pd

START, MONTHS = "1998-01", 72
OVERLAPPING = 0.6
SEED = 0

# Per type: share of customers; probability that a month has a transaction; transactions of such a month beyond
# the first; relative frequencies of the four types of booking; typical amount, yuan; share of customers who
# joined inside the window; share who stopped inside it.
HIGH = ("trader", "affluent")
TYPES = pd.DataFrame(
    {
        "trader": [0.07, 0.97, 3.8, 5.0, 1.0, 4.0, 2.0, 1500.0, 0.001, 0.001],
        "affluent": [0.08, 0.95, 2.8, 2.0, 3.0, 2.0, 5.0, 6000.0, 0.001, 0.001],
        "salaried": [0.18, 0.6, 0.9, 3.0, 4.0, 0.6, 2.0, 900.0, 0.15, 0.01],
        "bill payer": [0.15, 0.45, 0.9, 0.08, 0.6, 1.0, 6.0, 300.0, 0.25, 0.01],
        "pensioner": [0.16, 0.5, 0.4, 2.0, 6.0, 0.01, 0.01, 500.0, 0.1, 0.01],
        "saver": [0.16, 0.25, 0.1, 8.0, 0.15, 0.02, 0.02, 2500.0, 0.2, 0.01],
        "occasional": [0.11, 0.1, 0.15, 3.0, 4.0, 1.0, 1.0, 700.0, 0.3, 0.05],
        "former": [0.09, 0.35, 0.4, 2.0, 3.0, 0.5, 1.0, 500.0, 0.05, 0.99],
    },
    index=[
        "share",
        "active",
        "extra",
        "deposit",
        "withdrawal",
        "transfer",
        "payment",
        "amount",
        "joined",
        "stopped",
    ],
).T
PROBABILITIES = ["active", "joined", "stopped"]
CUSTOMER_MADE = ["deposit", "withdrawal", "transfer", "payment"]
BOOKINGS = np.array([*CUSTOMER_MADE, "interest", "fee"])
# Amount of each type of booking, as a multiple of the customer's typical amount.
SIZE = np.array([1.3, 0.8, 1.6, 0.5])
# How much customers of a type differ: shape of the gamma that multiplies the rate, size of the beta of the
# probability of an active month, standard deviation of the logarithm of the amount between and within customers.
SHAPE, ACTIVE_SIZE, AMOUNT_BETWEEN, AMOUNT_WITHIN = 40.0, 60.0, 0.3, 0.7
QUERIES = [f"C{i}" for i in range(1, 19)]
HIGH_QUERIES = ["C13", "C16", "C17"]


def retail_log(n_customers=679, *, separation=1.0, random_state=SEED):
    """Draw six years of a bank's bookings from customers whose true type is known.

    A customer joins before the window or in one of its months, and may stop in a later one; between, a month
    has transactions with the customer's own probability, the month of joining always. Days are uniform within
    the month, amounts lognormal. The bank itself books interest at the end of each quarter to nearly every
    account, also of customers who have stopped, and a fee each January to most. Every stream of random numbers
    is of its own purpose: separation changes neither types nor query customers.

    Parameters
    ----------
    n_customers : int
        Number of customers, at least 20; about 100 rows each.
    separation : float in [0, 1]
        1 keeps the types apart, 0 makes them alike in everything but their name; between, every rate and
        amount (probability) lies that far from the common mean of its logarithm (logit).
    random_state : int or numpy.random.Generator
        Seed; a generator is advanced by having children.

    Returns
    -------
    log : pandas.DataFrame, one row per booking, by time
        ``customer_id``, str; ``event_time``, datetime64[us], whole days, 1998-01-01 … 2003-12-31;
        ``event_type``, one of `BOOKINGS`; ``amount``, yuan, > 0 whatever the type. Every customer has at least
        one booking of their own making.
    segments : pandas.DataFrame, shape (n_customers, 3)
        ``customer_id``; the true ``segment``, one of `TYPES`; ``value_class``, "high" or "lower".
    queries : pandas.DataFrame, shape (18, 2)
        ``name``, C1 … C18, and ``customer_id``: C13, C16 and C17 of value class "high", the others "lower".

    Raises
    ------
    ValueError
        If `n_customers` or `separation` lies outside its range.

    Examples
    --------
    >>> log, segments, queries = retail_log()
    >>> list(log.columns)
    ['customer_id', 'event_time', 'event_type', 'amount']
    >>> segments["value_class"].value_counts().to_dict()
    {'lower': 577, 'high': 102}
    """
    if n_customers != int(n_customers) or n_customers < 20:
        raise ValueError(f"n_customers must be an integer of at least 20, not {n_customers!r}.")
    if not 0 <= separation <= 1:
        raise ValueError(f"separation must lie in [0, 1], not {separation!r}.")
    who, chosen, traits, made, booked = np.random.default_rng(random_state).spawn(5)
    segments = _segments(int(n_customers), who)
    customers = _customers(segments, separation, traits)
    parts = [_customer_made(customers, made), _bank_made(customers, booked)]
    log = pd.concat(parts, ignore_index=True).sort_values(["event_time", "customer_id", "event_type"])
    return log.reset_index(drop=True), segments, _queries(segments, chosen)


def _segments(n, rng):
    bounds = np.round(TYPES["share"].cumsum() * n).astype(int)
    names = TYPES.index[rng.permutation(np.searchsorted(bounds, np.arange(n), side="right"))]
    width = max(4, len(str(n)))
    return pd.DataFrame(
        {
            "customer_id": [f"R{i:0{width}d}" for i in range(1, n + 1)],
            "segment": names,
            "value_class": np.where(names.isin(HIGH), "high", "lower"),
        },
        dtype="str",
    )


def _queries(segments, rng):
    high = segments["value_class"] == "high"
    names = pd.Series(QUERIES, dtype="str")
    ids = pd.Series(index=names.index, dtype="str")
    for flags, wanted in ((high, names.isin(HIGH_QUERIES)), (~high, ~names.isin(HIGH_QUERIES))):
        ids[wanted] = rng.choice(segments["customer_id"][flags].to_numpy(object), wanted.sum(), replace=False)
    return pd.DataFrame({"name": names, "customer_id": ids})


def _traits(separation):
    """Rates of the types, drawn towards their mean over customers as `separation` falls."""
    traits = np.log(TYPES.drop(columns="share"))
    traits[PROBABILITIES] -= np.log1p(-TYPES[PROBABILITIES])
    common = TYPES["share"] @ traits
    traits = np.exp(common + separation * (traits - common))
    traits[PROBABILITIES] /= 1 + traits[PROBABILITIES]
    return traits


def _customers(segments, separation, rng):
    """One row per customer: id, own rates, first month and the month after the last."""
    customers = _traits(separation).loc[segments["segment"]].reset_index(drop=True)
    n = len(customers)
    joined, stopped = rng.random(n) < customers["joined"], rng.random(n) < customers["stopped"]
    first = np.where(joined, rng.integers(1, MONTHS * 3 // 4, n), 0)
    # Who stops does so after a quarter to three fifths of the months there were.
    end = first + np.ceil((MONTHS - first) * rng.uniform(0.25, 0.6, n)).astype(int)
    customers["extra"] *= rng.gamma(SHAPE, 1 / SHAPE, n)
    customers["amount"] *= np.exp(AMOUNT_BETWEEN * rng.standard_normal(n))
    active = customers["active"]
    customers["active"] = rng.beta(ACTIVE_SIZE * active, ACTIVE_SIZE * (1 - active))
    customers.insert(0, "customer_id", segments["customer_id"])
    return customers.assign(first=first, end=np.where(stopped, end, MONTHS))


def _customer_made(customers, rng):
    """What customers do: in each active month a transaction and some more."""
    n, month = len(customers), np.arange(MONTHS)
    first, end = customers["first"].to_numpy()[:, None], customers["end"].to_numpy()[:, None]
    active = rng.random((n, MONTHS)) < customers["active"].to_numpy()[:, None]
    active = (active | (month == first)) & (month >= first) & (month < end)
    count = active * (1 + rng.poisson(customers["extra"].to_numpy()[:, None], (n, MONTHS)))
    who, when = np.nonzero(count)
    who, when = np.repeat(who, count[who, when]), np.repeat(when, count[who, when])
    mix = customers[CUSTOMER_MADE].to_numpy().cumsum(axis=1)[who]
    booking = (rng.random(len(who)) * mix[:, -1] >= mix.T).sum(axis=0)
    noise = np.exp(AMOUNT_WITHIN * rng.standard_normal(len(who)))
    amount = np.maximum(1, np.round(customers["amount"].to_numpy()[who] * SIZE[booking] * noise))
    months = np.datetime64(START, "M") + when
    days = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(int)
    return _rows(customers, who, months.astype("datetime64[D]") + rng.integers(0, days), booking, amount)


def _bank_made(customers, rng):
    """Interest on the last day of a quarter, the fee on 15 January, from the month after joining."""
    months = np.datetime64(START, "M") + np.arange(MONTHS)
    n, number = len(customers), np.arange(MONTHS)
    later = number > customers["first"].to_numpy()[:, None]
    has_interest, has_fee = rng.random((n, 1)) < 0.97, rng.random((n, 1)) < 0.6
    interest = np.nonzero(later & has_interest & (number % 3 == 2))
    fee = np.nonzero(later & has_fee & (number % 12 == 0))
    earned = 0.005 * customers["amount"].to_numpy()[interest[0]]
    earned = np.maximum(0.01, np.round(earned * np.exp(0.5 * rng.standard_normal(len(earned))), 2))
    last_day = (months + 1).astype("datetime64[D]") - 1
    mid_month = months.astype("datetime64[D]") + 14
    return pd.concat(
        [
            _rows(customers, interest[0], last_day[interest[1]], 4, earned),
            _rows(customers, fee[0], mid_month[fee[1]], 5, 10.0),
        ]
    )


def _rows(customers, who, day, booking, amount):
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy()[who],
            "event_time": day.astype("datetime64[us]"),
            "event_type": pd.array(np.broadcast_to(BOOKINGS[booking], len(who)), dtype="str"),
            "amount": amount,
        }
    ).astype({"customer_id": "str"})


def shipped():
    """Return the text of every generated file under ``data/retail/``, by file name.

    Returns
    -------
    dict of str to str
        CSV text, "\\\\n" line ends; both variants come from `SEED`.

    Examples
    --------
    >>> sorted(shipped())
    ['bookings.csv', 'bookings_overlapping.csv', 'queries.csv', 'segments.csv', 'segments_overlapping.csv']
    """
    texts = {}
    for suffix, separation in (("", 1.0), ("_overlapping", OVERLAPPING)):
        log, segments, queries = retail_log(separation=separation)
        log["event_time"] = log["event_time"].dt.strftime("%Y-%m-%d")
        tables = {"bookings": log, "segments": segments}
        texts |= {
            f"{name}{suffix}.csv": table.to_csv(index=False, lineterminator="\n", float_format="%.12g")
            for name, table in tables.items()
        }
        texts["queries.csv"] = queries.to_csv(index=False, lineterminator="\n")
    return texts


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        Path(sys.argv[1], name).write_bytes(text.encode())
