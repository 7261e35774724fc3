"""Generator of the bank-app stand-in: an event log with dirt, its customers' true segments, contributions.

The published study keeps its log to itself. **The shipped files are calibrated**: `SEED` was searched for, so
that the published procedure at default parameters gives the published cluster sizes and push share on them.
Agreement with those figures is by construction and shows nothing about the study; everything else the files
show is a property of this generator. Of the seeds 0 … 13,999 about 5,400 give the sizes 5, 82 and 13, 900 also in that
order, and at least 11 also a mean push share of the second cluster that rounds to 63.8 %; `SEED` is one of
the six among these that need three iterations and have their largest silhouette at K = 3.
``python -m workbench.data.standin.bank_app_kmeans FOLDER`` writes the files again.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

START, DAYS = "2024-03-04", 7
OVERLAPPING = 0.6
SEED = 6103

# Per segment: share of customers; per week, account messages and news messages received; the probability that a
# message is answered by launching the app; launches by the icon per week; then, per launch, tabs switched,
# functions visited and news read.
SEGMENTS = pd.DataFrame(
    {
        "single function": [0.05, 150.0, 5.0, 0.02, 2.0, 0.7, 0.5, 0.15],
        "lurker": [0.82, 4.5, 4.0, 0.32, 1.4, 1.2, 0.9, 0.2],
        "quality": [0.13, 24.0, 14.0, 0.46, 12.0, 2.2, 2.0, 0.6],
    },
    index=["share", "account", "news", "answers", "icon", "tabs", "functions", "reads"],
).T
# How much customers of a segment differ: the shape of the gamma that multiplies their rates (its variance is
# one in so many), and the size of the beta that their probability of answering comes from.
SHAPE, ANSWERS_SIZE = 16.0, 20.0

TABS = np.array(["home", "accounts", "wealth", "life", "mine"])
COMMON = ["balance", "transfer", "bills", "statements", "deposits", "funds", "cards", "loans"]
RARE = ["currency exchange", "safe deposit box", "charity", "tax refund", "gold", "power of attorney"]
FUNCTIONS = np.array(COMMON + RARE)
VISITS = np.array([0.26, 0.22, 0.14, 0.11, 0.09, 0.08, 0.05, 0.03] + [0.02 / 6] * 6)
ARTICLES = np.array([f"article {i:02d}" for i in range(1, 41)])
BANNERS = np.array(["banner", "logo", "background"])
# Extra rows per row of the clean log, by kind of dirt; a burst adds 1 to 4.
DIRT = {
    "duplicate": 0.02,
    "bad_time": 0.02,
    "outside": 0.015,
    "unknown": 0.01,
    "missing": 0.01,
    "burst": 0.02,
}
UNKNOWN = np.array(["heartbeat", "crash_report", "app_luanch"])
# What stands in the shipped CSV where the time cannot be read.
BAD_TIMES = ["", "null", "0000-00-00 00:00:00", "2024-02-30 10:15:00", "2024-03-0? 09:41:07", "yesterday"]


def bank_app_log(n_customers=100, *, weeks=1, separation=1.0, random_state=SEED):
    """Draw a bank app's event log, dirt included, from customers whose true segment is known.

    Customers receive account and news messages; some they answer by launching the app (source "push"), and
    they also launch it by its icon. In each launch they switch tabs, visit functions, read news and click
    about. Customers of a segment differ among each other; a customer's rates are the same in every week, so
    that a move between weeks is chance. Every stream of random numbers is a customer trait's or a week's own:
    the first week of two is the one week, and neither weeks nor separation change segments or contributions.

    Dirt comes as rows beside the true ones, so that a perfect cleaning finds the true log again: exact
    duplicates, times that cannot be read, times up to 30 days outside the window, unknown event types,
    missing customers, bursts of repeated clicks. Rarely used functions and non-core clicks occur as such.

    Parameters
    ----------
    n_customers : int
        Number of customers, at least 3; about 65 rows each per week.
    weeks : int
        Weeks from Monday 2024-03-04, at least 1.
    separation : float in [0, 1]
        1 keeps the segments apart, 0 makes them alike in everything but their name; between, every rate
        (probability) lies that far from the common mean of its logarithm (logit).
    random_state : int or numpy.random.Generator
        Seed; a generator is advanced by having children.

    Returns
    -------
    log : pandas.DataFrame, one row per event, in order of arrival
        ``customer_id``; ``event_time``, datetime64[us], whole seconds, NaT where it cannot be read;
        ``event_type``; ``source``, of launches; ``item``, the function, tab, article or place touched. All
        but the time are str, missing where there is nothing to say.
    segments : pandas.DataFrame, shape (n_customers, 2)
        ``customer_id`` and the true ``segment``: "single function", "lurker" or "quality".
    contributions : pandas.DataFrame, shape (n_customers, 3)
        ``customer_id``; ``deposits`` and ``wealth_products``, yuan, whole, ≥ 0. Drawn independently of the
        segment: any association with behaviour is chance.

    Raises
    ------
    ValueError
        If `n_customers`, `weeks` or `separation` lies outside its range.

    Examples
    --------
    >>> log, segments, contributions = bank_app_log()
    >>> list(log.columns)
    ['customer_id', 'event_time', 'event_type', 'source', 'item']
    >>> segments["segment"].value_counts().to_dict()
    {'lurker': 82, 'quality': 13, 'single function': 5}
    """
    for name, value, least in (("n_customers", n_customers, 3), ("weeks", weeks, 1)):
        if value != int(value) or value < least:
            raise ValueError(f"{name} must be an integer of at least {least}, not {value!r}.")
    if not 0 <= separation <= 1:
        raise ValueError(f"separation must lie in [0, 1], not {separation!r}.")
    customers, codes, money = _drawn(int(n_customers), int(weeks), separation, random_state)
    log = _named(codes, customers["customer_id"])
    return log, customers[["customer_id", "segment"]], _contributions(customers["customer_id"], money)


def bank_app_logs(
    seeds: Iterable[int], n_customers: int = 100, *, separation: float = 1.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a week's log for each of several seeds, as one log, in which an id begins with the seed.

    Parameters
    ----------
    seeds : iterable of int
    n_customers : int
        Customers of each seed.
    separation : float in [0, 1]
        As for `bank_app_log`.

    Returns
    -------
    log : pandas.DataFrame, one row per event
        The logs of `bank_app_log`, one after the other.
    segments : pandas.DataFrame, one row per customer
        ``customer_id``, the true ``segment``, and the ``seed``.

    Examples
    --------
    >>> log, segments = bank_app_logs([3, 4])
    >>> segments["customer_id"].iloc[[0, 100]].tolist(), segments["seed"].iloc[[0, 100]].tolist()
    (['3 C001', '4 C001'], [3, 4])
    """
    every, logs = [], []
    for seed in seeds:
        customers, codes, _ = _drawn(n_customers, 1, separation, seed)
        codes[:, CUSTOMER] += np.where(codes[:, CUSTOMER] < 0, 0, n_customers * len(every))
        every.append(customers.assign(customer_id=f"{seed} " + customers["customer_id"], seed=seed))
        logs.append(codes)
    segments = pd.concat(every, ignore_index=True)[["customer_id", "segment", "seed"]]
    return _named(np.vstack(logs), segments["customer_id"]), segments


def _drawn(n_customers, weeks, separation, random_state):
    """Draw customers, their events in codes, and the stream that their money comes from."""
    traits, money, *streams = np.random.default_rng(random_state).spawn(2 + weeks)
    customers = _customers(n_customers, separation, traits)
    end = 7 * 86400 * weeks
    parts = [_week(customers, 7 * 86400 * week, end, rng) for week, rng in enumerate(streams)]
    return customers, np.vstack(parts), money


def _customers(n, separation, rng):
    """One row per customer: who they are and their rates."""
    bounds = np.round(SEGMENTS["share"].cumsum() * n).astype(int)
    code = rng.permutation(np.searchsorted(bounds, np.arange(n), side="right"))
    rates = _traits(separation).to_numpy()[code]
    rates[:, [0, 1, 3, 4, 5, 6]] *= rng.gamma(SHAPE, 1 / SHAPE, (n, 6))
    rates[:, 2] = rng.beta(ANSWERS_SIZE * rates[:, 2], ANSWERS_SIZE * (1 - rates[:, 2]))
    customers = pd.DataFrame(rates, columns=SEGMENTS.columns[1:])
    width = max(3, len(str(n)))
    customers.insert(0, "customer_id", pd.array([f"C{i:0{width}d}" for i in range(1, n + 1)], dtype="str"))
    customers.insert(1, "segment", SEGMENTS.index.to_numpy()[code])
    return customers


def _traits(separation):
    """Rates of the segments, drawn towards their mean over customers as `separation` falls."""
    traits = np.log(SEGMENTS.drop(columns="share"))
    traits["answers"] -= np.log1p(-SEGMENTS["answers"])
    common = SEGMENTS["share"] @ traits
    traits = np.exp(common + separation * (traits - common))
    traits["answers"] /= 1 + traits["answers"]
    return traits


KINDS = {
    "account_message": ("account", None),
    "news_message": ("news", None),
    "tab_switch": ("tabs", TABS),
    "function_visit": ("functions", FUNCTIONS),
    "news_view": ("reads", ARTICLES),
    "click": (None, BANNERS),
    "app_launch": ("icon", None),
}
TYPES = np.array([*KINDS, *UNKNOWN])
TYPE = {name: code for code, name in enumerate(TYPES)}
SOURCES = np.array(["icon", "push"])
ITEMS = np.concatenate([TABS, FUNCTIONS, ARTICLES, BANNERS])
FIRST_ITEM = {"tab_switch": 0, "function_visit": len(TABS), "news_view": len(TABS) + len(FUNCTIONS)}
FIRST_ITEM["click"] = len(ITEMS) - len(BANNERS)


# The columns of events in codes: customer, second since START, type, source, item, when the row arrived, whether its
# time is bad; −1 stands for none.
CUSTOMER, SECOND, KIND, SOURCE, ITEM, ARRIVAL, BAD_TIME = range(7)


def _week(customers, start, end, rng):
    """Draw the events of a week in codes."""
    messages = np.vstack(
        [_received(customers, name, start, rng) for name in ("account_message", "news_message")]
    )
    answered = rng.random(len(messages)) < customers["answers"].to_numpy()[messages[:, CUSTOMER]]
    pushed = messages[answered]
    pushed[:, [KIND, SOURCE]] = TYPE["app_launch"], 1
    pushed[:, SECOND] += rng.integers(5, 900, len(pushed))
    by_icon = _received(customers, "app_launch", start, rng)
    by_icon[:, SOURCE] = 0
    launches = np.vstack([pushed, by_icon])
    sessions = [_in_session(customers, launches, name, rng) for name in FIRST_ITEM]
    clean = np.vstack([messages, launches, *sessions])
    clean[:, ARRIVAL] = clean[:, SECOND]
    rows = _with_dirt(clean, end, rng)
    return rows[np.argsort(rows[:, ARRIVAL], kind="stable")]


def _rows(customer, second, name):
    rows = np.zeros((len(customer), 7), dtype=np.int64)
    rows[:, CUSTOMER], rows[:, SECOND], rows[:, KIND] = customer, second, TYPE[name]
    rows[:, [SOURCE, ITEM]] = -1
    return rows


def _received(customers, name, start, rng):
    """Events of a Poisson process in the daytime."""
    who = np.repeat(np.arange(len(customers)), rng.poisson(customers[KINDS[name][0]]))
    second = start + 86400 * rng.integers(0, DAYS, len(who)) + rng.integers(7 * 3600, 22 * 3600, len(who))
    return _rows(who, second, name)


def _in_session(customers, launches, name, rng):
    """What happens inside launches, within half an hour."""
    rate, items = KINDS[name]
    who = launches[:, CUSTOMER]
    n = rng.poisson(customers[rate].to_numpy()[who] if rate else 0.4, len(who))
    who, began = np.repeat(who, n), np.repeat(launches[:, SECOND], n)
    item = rng.choice(len(items), len(who), p=VISITS if name == "function_visit" else None)
    rows = _rows(who, began + rng.integers(2, 1800, len(who)), name)
    rows[:, ITEM] = FIRST_ITEM[name] + item
    return rows


def _with_dirt(clean, end, rng):
    """Add the rows that cleaning has to find; each arrives when the row it was made from did."""
    some = {kind: clean[rng.random(len(clean)) < share] for kind, share in DIRT.items()}
    some["bad_time"][:, BAD_TIME] = 1
    away = rng.integers(1, 30 * 86400, len(some["outside"]))
    some["outside"][:, SECOND] = np.where(rng.random(len(away)) < 0.5, -away, end - 1 + away)
    some["unknown"][:, KIND] = len(KINDS) + rng.integers(0, len(UNKNOWN), len(some["unknown"]))
    some["unknown"][:, [SOURCE, ITEM]] = -1
    some["missing"][:, CUSTOMER] = -1
    some["burst"] = _burst(some["burst"], rng)
    return np.vstack([clean, *some.values()])


def _burst(rows, rng):
    rows = rows[rows[:, ITEM] >= 0]
    n = rng.integers(1, 5, len(rows))
    nth = np.arange(n.sum()) - np.repeat(n.cumsum() - n, n) + 1
    rows = np.repeat(rows, n, axis=0)
    rows[:, [SECOND, ARRIVAL]] += nth[:, None]
    return rows


def _named(codes, customer_ids):
    """Turn codes into what a log holds."""
    second = codes[:, SECOND].astype("timedelta64[s]")
    time = (np.datetime64(START) + second).astype("datetime64[us]")
    time[codes[:, BAD_TIME] > 0] = np.datetime64("NaT")
    names = {
        "customer_id": (customer_ids.array, CUSTOMER),
        "event_type": (TYPES, KIND),
        "source": (SOURCES, SOURCE),
        "item": (ITEMS, ITEM),
    }
    log = {
        name: pd.array(values, dtype="str").take(codes[:, column], allow_fill=True)
        for name, (values, column) in names.items()
    }
    log = pd.DataFrame(log)
    log.insert(1, "event_time", time)
    return log


def _contributions(customer_ids, rng):
    """Balances with a heavy tail; two customers in five hold wealth products."""
    n = len(customer_ids)
    deposits = np.round(np.exp(9.6 + 1.3 * rng.standard_normal(n)))
    holds = rng.random(n) < 0.4
    wealth = np.where(holds, np.round(np.exp(10.8 + 0.9 * rng.standard_normal(n)), -3), 0.0)
    return pd.DataFrame({"customer_id": customer_ids, "deposits": deposits, "wealth_products": wealth})


def shipped():
    """Return the text of every generated file under ``data/bank_app/``, by file name.

    Returns
    -------
    dict of str to str
        CSV text, "\\\\n" line ends; all variants come from `SEED`.

    Examples
    --------
    >>> sorted(shipped())[:3]
    ['contributions.csv', 'events.csv', 'events_overlapping.csv']
    """
    variants = {"": {}, "_two_weeks": {"weeks": 2}, "_overlapping": {"separation": OVERLAPPING}}
    texts = {}
    for suffix, variant in variants.items():
        log, segments, contributions = bank_app_log(**variant)
        bad = log["event_time"].isna().to_numpy()
        time = log["event_time"].dt.strftime("%Y-%m-%d %H:%M:%S").astype("str").to_numpy(object, copy=True)
        time[bad] = np.resize(BAD_TIMES, bad.sum())
        texts[f"events{suffix}.csv"] = log.assign(event_time=time).to_csv(index=False, lineterminator="\n")
        texts[f"segments{suffix}.csv"] = segments.to_csv(index=False, lineterminator="\n")
        texts["contributions.csv"] = contributions.astype(
            {"deposits": "int64", "wealth_products": "int64"}
        ).to_csv(index=False, lineterminator="\n")
    return texts


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        Path(sys.argv[1], name).write_bytes(text.encode())
