"""Generator of the annual review's stand-in: three years of orders, returns, and who the customers are.

The source is a form without numbers, so that there is nothing to calibrate: seed 0, not searched for. What a careful
reader of such a review has to see is put in on purpose: from the second to the third year the value of an order falls
in every region and rises in all (the mix moves to first-tier cities); sales have a season; returns come weeks later,
those of the last orders after the end of the data; one customer of a class of 18 places one huge order; and one order
in fifty names no customer. The directions that the source states (many new customers, most of the old stay, …) hold
by construction. ``python -m workbench.data.standin.annual_review FOLDER`` writes the files again.
"""

import numpy as np
import pandas as pd

START, END, YEARS = "2021-01-01", "2024-01-01", 3
DAYS = int((np.datetime64(END) - np.datetime64(START)) / np.timedelta64(1, "D"))

# Per class: share of customers; orders a year; median value of an order in yuan; probability of leaving in a year.
CLASSES = pd.DataFrame(
    {
        "occasional": [0.62, 2.6, 180.0, 0.20],
        "regular": [0.30, 11.0, 300.0, 0.08],
        "key": [0.08, 26.0, 620.0, 0.03],
    },
    index=["share", "orders", "value", "leaves"],
).T
# Per region: share of customers; value of an order beside the others'; orders a year, by year.
REGIONS = pd.DataFrame(
    {
        "first-tier city": [0.46, 1.7, 1.0, 1.05, 1.75],
        "provincial city": [0.30, 1.0, 1.0, 1.0, 0.85],
        "county": [0.17, 0.7, 1.0, 1.0, 0.85],
        "abroad": [0.07, 1.4, 1.0, 1.0, 0.85],
    },
    index=["share", "value", *range(YEARS)],
).T
INDUSTRIES = {"manufacturing": 0.47, "services": 0.36, "trade": 0.17}
CHANNELS = {"marketing": 0.45, "word of mouth": 0.35, "search": 0.20}
VALUE_OF_YEAR = [1.0, 1.0, 0.92]
SEASON = [0.85, 1.0, 0.9, 1.25]  # of the orders, by quarter
FEW, HUGE = 18, 60_000.0  # customers of the public sector, and the order of one of them
THERE = 0.55  # of the customers, at the beginning
RETURNS, WHOLE, DELAY = 0.07, 0.6, 15.0  # share of orders, of these all of it, mean days are twice this
NAMELESS = 0.02


def annual_review_orders(n_customers=4000, *, random_state=0):
    """Draw three years of orders of customers whose true class is known.

    Parameters
    ----------
    n_customers : int
        At least 100; about 15 orders each.
    random_state : int or numpy.random.Generator
        Seed.

    Returns
    -------
    orders : pandas.DataFrame, one row per order, in order of time
        ``customer_id``, missing in one of fifty; ``event_time``, whole minutes in [2021-01-01, 2024-01-01);
        ``amount``, yuan, positive; ``order_id``; ``returned_at``, date, and ``returned_amount``, yuan, missing where
        nothing has come back before the end of the data.
    customers : pandas.DataFrame, shape (n_customers, 5)
        ``customer_id, region, industry, channel`` (how they came), ``country`` ("home" or "abroad").
    segments : pandas.DataFrame, shape (n_customers, 2)
        ``customer_id`` and the true ``segment``: "occasional", "regular" or "key".

    Raises
    ------
    ValueError
        If `n_customers` lies outside its range.

    Examples
    --------
    >>> orders, customers, segments = annual_review_orders(200)
    >>> list(orders.columns)
    ['customer_id', 'event_time', 'amount', 'order_id', 'returned_at', 'returned_amount']
    >>> int((customers["industry"] == "public sector").sum())
    18
    """
    if n_customers != int(n_customers) or n_customers < 100:
        raise ValueError(f"n_customers must be an integer of at least 100, not {n_customers!r}.")
    traits, buying, returns = np.random.default_rng(random_state).spawn(3)
    people = _people(int(n_customers), traits)
    orders = _orders(people, buying)
    facts = people[["customer_id", "region", "industry", "channel"]].copy()
    facts["country"] = np.where(people["region"] == "abroad", "abroad", "home")
    return _with_returns(orders, returns), facts, people[["customer_id", "segment"]]


def _people(n, rng):
    """One row per customer: who they are, what they order, from which to which day."""
    of_class = rng.choice(len(CLASSES), n, p=CLASSES["share"])
    joined = np.where(rng.random(n) < THERE, 0.0, rng.random(n) * DAYS)
    stays = rng.exponential(365 / -np.log1p(-CLASSES["leaves"].to_numpy()[of_class]))
    people = pd.DataFrame({"customer_id": [f"C{i:05d}" for i in range(1, n + 1)]})
    people["segment"] = CLASSES.index.to_numpy()[of_class]
    people["region"] = rng.choice(REGIONS.index, n, p=REGIONS["share"])
    people["industry"] = rng.choice([*INDUSTRIES], n, p=[*INDUSTRIES.values()])
    people.loc[rng.choice(n, FEW, replace=False), "industry"] = "public sector"
    people["channel"] = rng.choice([*CHANNELS], n, p=[*CHANNELS.values()])
    people["rate"] = CLASSES["orders"].to_numpy()[of_class] * rng.gamma(3, 1 / 3, n)
    people["value"] = CLASSES["value"].to_numpy()[of_class] * np.exp(0.3 * rng.standard_normal(n))
    return people.assign(first=joined, last=np.minimum(joined + stays, DAYS))


def _orders(people, rng):
    """Orders of a Poisson process with a season; of each customer at least one, of a new one on the first day."""
    most = max(SEASON) * REGIONS.drop(columns=["share", "value"]).to_numpy().max()
    span = (people["last"] - people["first"]).to_numpy()
    n = rng.poisson(people["rate"] * most * span / 365.25) + 1
    who = np.repeat(np.arange(len(people)), n)
    day = people["first"].to_numpy()[who] + rng.random(len(who)) * span[who]
    opening = np.r_[0, np.cumsum(n)[:-1]]
    soon = np.minimum(span, 2 * 365.25 / people["rate"].to_numpy())
    day[opening] = people["first"] + np.where(people["first"] == 0, rng.random(len(n)) * soon, 0)
    day = np.minimum(day, DAYS - 0.01)
    region = REGIONS.loc[people["region"].to_numpy()[who]]
    year = (day // 365.25).astype(int)
    rate = region[[*range(YEARS)]].to_numpy()[np.arange(len(day)), year]
    kept = rng.random(len(day)) < rate * np.array(SEASON)[_quarter(day)] / most
    kept[opening] = True
    value = people["value"].to_numpy()[who] * region["value"].to_numpy() * np.array(VALUE_OF_YEAR)[year]
    value = value * np.exp(0.5 * rng.standard_normal(len(day)))
    huge = int(
        np.flatnonzero(kept & (year == YEARS - 1) & (people["industry"].to_numpy()[who] == "public sector"))[
            0
        ]
    )
    value[huge] = HUGE
    times = np.datetime64(START, "m") + _minute(day, rng)
    orders = pd.DataFrame(
        {"customer_id": people["customer_id"].to_numpy()[who], "event_time": times, "amount": value}
    )
    return orders[kept].sort_values(["event_time", "customer_id"], kind="stable", ignore_index=True)


def _minute(day, rng):
    """Minutes since the beginning: the day, in the hours of business."""
    return day.astype(int) * np.timedelta64(1440, "m") + rng.integers(8 * 60, 19 * 60, len(day))


def _quarter(day):
    dates = np.datetime64(START, "D") + day.astype(int)
    return (dates.astype("datetime64[M]").astype(int) % 12) // 3


def _with_returns(orders, rng):
    """Add numbers, returns as far as they are known at the end of the data, and orders without a customer."""
    n = len(orders)
    amount = np.maximum(orders["amount"].round(2), 0.01)
    waited = np.ceil(rng.gamma(2, DELAY, n))
    at = orders["event_time"].dt.normalize() + pd.to_timedelta(waited, "D")
    back = (rng.random(n) < RETURNS) & (at < END)
    part = np.where(rng.random(n) < WHOLE, 1.0, rng.uniform(0.2, 0.8, n))
    return orders.assign(
        customer_id=orders["customer_id"].astype("str").mask(rng.random(n) < NAMELESS),
        event_time=orders["event_time"].astype("datetime64[us]"),
        amount=amount,
        order_id=[f"O{i:06d}" for i in range(1, n + 1)],
        returned_at=at.where(back).astype("datetime64[us]"),
        returned_amount=np.maximum((amount * part).round(2), 0.01).where(back),
    )


def shipped():
    """Return the text of every generated file under ``data/annual_review/``, by file name.

    Returns
    -------
    dict of str to str
        CSV text, "\\\\n" line ends; seed 0.

    Examples
    --------
    >>> sorted(shipped())
    ['customers.csv', 'orders.csv', 'segments.csv']
    """
    orders, customers, segments = annual_review_orders()
    orders["event_time"] = orders["event_time"].dt.strftime("%Y-%m-%d %H:%M")
    orders["returned_at"] = orders["returned_at"].dt.strftime("%Y-%m-%d")
    tables = {"orders": orders, "customers": customers, "segments": segments}
    return {
        f"{name}.csv": table.to_csv(index=False, float_format="%.2f", lineterminator="\n")
        for name, table in tables.items()
    }


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        Path(sys.argv[1], name).write_bytes(text.encode())
