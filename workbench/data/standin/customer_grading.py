"""Generator of the stand-in customers, balances and answers of the studies on grading and on service.

Neither the brokerage nor the bank nor the operator publishes a customer, so the notebooks run on customers drawn here.
Nothing is searched for and no published figure is met on purpose. Nobody's level of balances changes **by
construction**: whatever moves from month to month is noise that fades. Risk of leaving is drawn independently of value.
``python -m workbench.data.standin.customer_grading FOLDER`` writes the shipped files again.
"""

import numpy as np
import pandas as pd

__all__ = ["ITEMS", "PACKAGES", "TIERS", "balances", "customers", "filled_in", "items", "shipped"]

FIRST_MONTH, MONTHS = "2022-01", 24
MEDIAN, SPREAD = (
    9_500,
    1.52,
)  # of the level of balances, yuan; standard deviation of its logarithm within a type
NOISE, FADING = (
    0.45,
    0.6,
)  # standard deviation of the logarithm around the level; what is left of it a month later
OVERLAPPING = 0.6
PANEL = 2_000  # customers whose balances are shipped month by month, and who filled in the form again

# Per type: share of customers; shift of the logarithm of the level; age in years; contacts a month; shift of appetite.
TYPES = pd.DataFrame(
    {
        "salaried": [0.45, 0.0, 38, 0.5, 0.0],
        "owner": [0.15, 1.0, 45, 1.2, 0.4],
        "retired": [0.20, 0.5, 66, 0.8, -0.6],
        "young": [0.20, -1.25, 26, 0.3, 0.3],
    },
    index=["share", "wealth", "age", "contacts", "appetite"],
).T

# The questionnaire: topics of the source, items and points of ours. Five answers each, worth 1 to 5 points.
ITEMS = pd.Series(
    {
        "age_band": "age",
        "knows_products": "knowledge",
        "years_trading": "experience",
        "products_held": "experience",
        "income": "finances",
        "savings": "finances",
        "fall_of_a_fifth": "appetite",
        "horizon": "appetite",
        "aim": "appetite",
        "gamble": "appetite",
    },
    name="topic",
).rename_axis("item")
ANSWERS = np.array([*"ABCDE"])
CUTS = np.array([-1.0, -0.35, 0.35, 1.0])  # between the five answers, in standard deviations
LOADING, KEPT = (
    0.66,
    0.35,
)  # what an item owes to its trait; of the rest, what stays when the form is filled in again

# What a package uses of each limit for a customer and year, and which part of the risk of leaving it takes away: ours.
PACKAGES = pd.DataFrame(
    {
        "package": ["none", "priority line", "named contact", "own manager"],
        "hours": [0, 0.5, 2, 8],
        "slots": [0, 0, 1, 1],
        "effect": [0, 0.05, 0.15, 0.30],
    }
)
TIERS = pd.DataFrame({"tier": ["top", "middle", "basic"], "load": [4, 14, 40], "weight": [9, 3, 1]})


def customers(n_customers=20_000, *, separation=1.0, random_state=0):
    """Draw customers of a house that keeps accounts, and what is true of each.

    Parameters
    ----------
    n_customers : int
        At least 4.
    separation : float in [0, 1]
        1 keeps the four types apart, 0 makes them alike in everything but their name. The shipped overlapping variant
        has 0.6.
    random_state : int or numpy.random.Generator
        Seed.

    Returns
    -------
    customers : pandas.DataFrame, one row per customer
        ``customer_id``; ``age``, years; ``segment``, the type; ``assets``, yuan on the counting day, the last month's
        end; ``revenue``, yuan a year; ``contacts_per_month``; ``leaving_risk``, probability a year.
    truth : pandas.DataFrame, one row per customer
        ``customer_id``; ``capacity`` and ``appetite``, of mean about 0 and deviation 1; ``level``, yuan, around
        which the balances vary.

    Raises
    ------
    ValueError
        If `n_customers` or `separation` lies outside its range.

    Examples
    --------
    >>> drawn, truth = customers(100)
    >>> list(drawn.columns)
    ['customer_id', 'age', 'segment', 'assets', 'revenue', 'contacts_per_month', 'leaving_risk']
    >>> drawn["segment"].value_counts().to_dict()
    {'salaried': 45, 'retired': 20, 'young': 20, 'owner': 15}
    """
    drawn, truth, _ = _drawn(n_customers, separation, random_state)
    return drawn, truth


def balances(n_customers=20_000, *, separation=1.0, random_state=0):
    """Draw the balances of the same customers at each month's end, for two years; nobody's level changes.

    Parameters
    ----------
    n_customers, separation, random_state
        As `customers` takes them.

    Returns
    -------
    pandas.DataFrame of float, shape (n_customers, 24)
        Yuan; index ``customer_id``, columns the months as ``YYYY-MM``. The last one is the assets of `customers`.

    Examples
    --------
    >>> balances(100).shape
    (100, 24)
    """
    return _drawn(n_customers, separation, random_state)[2]


def filled_in(customers, truth, *, random_state=0):
    """Let customers fill in the questionnaire twice.

    Parameters
    ----------
    customers, truth : pandas.DataFrame
        As `customers` returns them.
    random_state : int or numpy.random.Generator
        Seed.

    Returns
    -------
    first, again : pandas.DataFrame of str, shape (n, 10)
        Answer A … E by item, index ``customer_id``. Nobody has changed; what differs is chance.

    Examples
    --------
    >>> first, again = filled_in(*customers(100))
    >>> first.shape, bool((first["age_band"] == again["age_band"]).all())
    ((100, 10), True)
    """
    kept, one, two = np.random.default_rng(random_state).spawn(3)
    n, q = len(customers), len(ITEMS)
    trait = np.where(ITEMS == "appetite", truth[["appetite"]], truth[["capacity"]])
    steady = LOADING * trait + np.sqrt((1 - LOADING**2) * KEPT) * kept.standard_normal((n, q))
    forms = []
    for rng in (one, two):
        leaning = steady + np.sqrt((1 - LOADING**2) * (1 - KEPT)) * rng.standard_normal((n, q))
        answers = pd.DataFrame(ANSWERS[np.searchsorted(CUTS, leaning)], columns=ITEMS.index)
        bands = np.searchsorted([35, 45, 55, 65], customers["age"].to_numpy(), side="right")
        answers["age_band"] = ANSWERS[4 - bands]  # the older, the fewer points
        forms.append(answers.set_axis(pd.Index(customers["customer_id"], name="customer_id")))
    return forms[0], forms[1]


def items():
    """Return the questionnaire: one row per item and answer, with the points.

    Examples
    --------
    >>> items().query("item == 'aim'")["points"].tolist()
    [1, 2, 3, 4, 5]
    """
    table = ITEMS.reset_index().merge(pd.DataFrame({"answer": ANSWERS, "points": range(1, 6)}), how="cross")
    return table[["item", "topic", "answer", "points"]]


def _drawn(n_customers, separation, random_state):
    if n_customers != int(n_customers) or n_customers < 4:
        raise ValueError(f"n_customers must be an integer of at least 4, not {n_customers!r}.")
    if not 0 <= separation <= 1:
        raise ValueError(f"separation must lie in [0, 1], not {separation!r}.")
    who, traits, noise, earned = np.random.default_rng(random_state).spawn(4)
    people, truth = _people(int(n_customers), separation, who, traits)
    panel = _balances(truth["level"].to_numpy(), noise)
    panel = pd.DataFrame(panel, pd.Index(people["customer_id"], name="customer_id"), _months())
    people.insert(3, "assets", panel.iloc[:, -1].to_numpy())
    people.insert(4, "revenue", _revenue(panel.mean(axis=1).to_numpy(), earned))
    return people, truth, panel


def _people(n, separation, who, rng):
    """Return who the customers are, and what is true of them."""
    bounds = np.round(TYPES["share"].cumsum() * n).astype(int)
    code = who.permutation(np.searchsorted(bounds, np.arange(n), side="right"))
    common = TYPES["share"] @ TYPES
    own = (common + separation * (TYPES - common)).iloc[code].reset_index(drop=True)
    wealth = own["wealth"] + SPREAD * rng.standard_normal(n)
    age = np.clip(np.round(own["age"] + 9 * rng.standard_normal(n)), 18, 90).astype(int)
    capacity = _standard(0.55 * _standard(wealth) - 0.35 * _standard(age) + 0.75 * rng.standard_normal(n))
    appetite = _standard(0.3 * capacity + 0.5 * own["appetite"] + 0.95 * rng.standard_normal(n))
    width = max(5, len(str(n)))
    names = [f"G{i:0{width}d}" for i in range(1, n + 1)]
    contacts = np.round(own["contacts"] * rng.gamma(2, 1 / 2, n), 2)
    people = {
        "customer_id": names,
        "age": age,
        "segment": TYPES.index.to_numpy()[code],
        "contacts_per_month": contacts,
        "leaving_risk": np.round(rng.beta(1.5, 10, n), 4),
    }
    truth = {
        "customer_id": names,
        "capacity": capacity.round(4),
        "appetite": appetite.round(4),
        "level": np.round(MEDIAN * np.exp(wealth), 2),
    }
    return pd.DataFrame(people), pd.DataFrame(truth)


def _balances(level, rng):
    """Return balances of shape (n, 24): the level times noise that fades from month to month."""
    noise = NOISE * rng.standard_normal((len(level), MONTHS))
    for month in range(1, MONTHS):
        noise[:, month] = FADING * noise[:, month - 1] + np.sqrt(1 - FADING**2) * noise[:, month]
    return np.round(level[:, None] * np.exp(noise), 2)


def _revenue(assets, rng):
    """Return what a customer brings in a year: more by more assets, but less than in proportion, and by chance."""
    return np.round(0.6 * assets**0.75 * np.exp(0.7 * rng.standard_normal(len(assets))), 2)


def _standard(values):
    return (values - np.mean(values)) / np.std(values)


def _months():
    return pd.period_range(FIRST_MONTH, periods=MONTHS, freq="M").astype(str)


def shipped():
    """Return the text of every generated file under ``data/grading/``, by file name.

    Returns
    -------
    dict of str to str
        CSV text, "\\\\n" line ends; both variants come from seed 0.

    Examples
    --------
    >>> len(shipped()), sorted(shipped())[-2:]
    (13, ['truth.csv', 'truth_overlapping.csv'])
    """
    texts = {"items.csv": _csv(items()), "packages.csv": _csv(PACKAGES), "tiers.csv": _csv(TIERS)}
    for suffix, separation in {"": 1.0, "_overlapping": OVERLAPPING}.items():
        people, truth, panel = _drawn(20_000, separation, 0)
        first, again = filled_in(people, truth)
        long = panel.head(PANEL).stack().rename_axis(["customer_id", "month"]).rename("assets").reset_index()
        tables = {"customers": people, "truth": truth, "balances": long}
        tables |= {"answers": first.reset_index(), "answers_again": again.head(PANEL).reset_index()}
        texts |= {f"{name}{suffix}.csv": _csv(table) for name, table in tables.items()}
    return texts


def _csv(table):
    return table.to_csv(index=False, lineterminator="\n", float_format="%.12g")


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        Path(sys.argv[1], name).write_bytes(text.encode())
