"""What customers will buy: BG/NBD for the number of purchases, Gamma-Gamma for their amounts.

Both are for repeat buying without a contract: nobody says when a customer has left. A customer buys at a rate of their
own, λ ~ Gamma(r, α) per week, and leaves after a purchase with a probability of their own, p ~ Beta(a, b). Amounts
vary around a mean of the customer's own, which does not depend on the rate.
"""

from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

from workbench import checks
from workbench.events import Moment, lazy_log, window
from workbench.rfm.three import by_customer, within

__all__ = [
    "FITTED",
    "AmountModel",
    "PurchaseModel",
    "alive",
    "expected_amount",
    "expected_purchases",
    "fit_amounts",
    "fit_purchases",
    "repeat_purchases",
]

WEEK = pd.Timedelta(days=7)
COLUMNS = ("repeats", "last_repeat", "age")
FITTED = (
    20_000  # customers that a model is fitted to: from so many its parameters are known to a few hundredths
)
ENOUGH = 10  # customers that have come back, before a model is fitted
# Of a parameter's log: where customers hardly differ, the likelihood rises for ever, and less and less.
EDGE = 6


class PurchaseModel(NamedTuple):
    """BG/NBD: the rate of buying is Gamma(r, alpha) per week, the chance of leaving after a purchase Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


class AmountModel(NamedTuple):
    """Gamma-Gamma: amounts are Gamma(p, ν) and ν is Gamma(q, gamma) over the customers; unit of the amounts."""

    p: float
    q: float
    gamma: float
    log_likelihood: float


def repeat_purchases(
    transactions: IntoFrame, observation_end: Moment, *, observation_start: Moment | None = None
) -> pd.DataFrame:
    """Summarise each customer's buying as the models need it; days with a purchase count, not their number of rows.

    Parameters
    ----------
    transactions : any dataframe that narwhals reads, one row per payment
        ``customer_id``, ``event_time``, ``amount``; refunds (negative amounts) are left out.
    observation_end, observation_start : date or str
        The window [start, end).

    Returns
    -------
    pandas.DataFrame, index ``customer_id``, sorted
        ``repeats``, days with a purchase after the first; ``last_repeat``, weeks from the first to the last, 0 without
        repeats; ``age``, weeks from the first to the last day of the window; ``mean_amount`` of a repeat day, NaN
        without one.

    References
    ----------
    Fader, Hardie and Lee (2005), *Marketing Science* 24, 275–284: what counts as recency and frequency there.

    Examples
    --------
    >>> payments = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [10.0, 5.0, 8.0],
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-15", "2024-01-21"])})
    >>> repeat_purchases(payments, "2024-01-30").round(2)
                 repeats  last_repeat   age  mean_amount
    customer_id
    a                  1          2.0  4.00          5.0
    b                  0          0.0  1.14          NaN
    """
    frame = lazy_log(transactions, ("customer_id", "event_time", "amount"), "transactions")
    start, end = window(observation_start, observation_end, open_start=True)
    bought = frame.filter(within(start, end) & (nw.col("amount") >= 0))
    bought = bought.with_columns(nw.col("event_time").dt.truncate("1d").alias("day"))
    days = bought.group_by("customer_id", "day").agg(nw.col("amount").sum())
    by = days.group_by("customer_id").agg(
        nw.col("day").min().alias("first"),
        nw.col("day").max().alias("last"),
        nw.col("day").count().alias("n"),
        nw.col("amount").sum(),
    )
    # Joined, since a window over each customer's days takes an engine three times as long.
    opening = days.select("customer_id", first="day", opening="amount")
    found = by_customer(by.join(opening, on=["customer_id", "first"], how="inner"))
    if found.empty:
        raise checks.NotKnown(f"No purchase in [{start}, {end}): move the window, or check event_time.")
    final = (pd.Timestamp(end) - pd.Timedelta(microseconds=1)).normalize()
    first, last = (found[day].dt.tz_localize(None) for day in ("first", "last"))  # Spark gives them a zone
    repeats = found["n"].astype("int64") - 1
    paid = (found["amount"] - found["opening"]).where(repeats > 0)
    summary = {"repeats": repeats, "last_repeat": (last - first) / WEEK, "age": (final - first) / WEEK}
    return pd.DataFrame(summary | {"mean_amount": paid / repeats.where(repeats > 0)})


def fit_purchases(summary: pd.DataFrame) -> PurchaseModel:
    """Fit BG/NBD by maximum likelihood.

    Parameters
    ----------
    summary : pandas.DataFrame
        ``repeats``, ``last_repeat`` and ``age`` as from `repeat_purchases`, one row per customer.

    Returns
    -------
    PurchaseModel

    Raises
    ------
    ValueError
        If fewer than 10 customers have come back, or no maximum is found.

    References
    ----------
    Fader, Hardie and Lee (2005), "Counting your customers" the easy way, *Marketing Science* 24, 275–284, eq. 6.

    Examples
    --------
    >>> one = pd.DataFrame({"repeats": [0, 1], "last_repeat": [0.0, 2.0], "age": [4.0, 4.0]})
    >>> fit_purchases(one)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
        ...
    NotKnown: 1 of 2 customers have come back; at least 10 must have, or nothing can be said of coming back.
    """
    x, t_x, T = summary_of(summary)
    returned = int((x > 0).sum())
    if returned < ENOUGH:
        raise checks.NotKnown(
            f"{returned} of {len(x)} customers have come back; at least {ENOUGH} must have, or nothing can be said of "
            "coming back."
        )
    x, t_x, T = summary_of(some(summary))
    cells, counts = np.unique(np.column_stack([x, t_x, T]), axis=0, return_counts=True)
    scale = max(float(T.mean()), 1e-9)

    def loss(logs):
        r, alpha, a, b = np.exp(logs)
        return -float(counts @ _log_likelihood(r, alpha * scale, a, b, *cells.T)) / len(x)

    found = _lowest(loss, [(0.0, 0.0, 0.0, 0.0), (-1.0, -1.0, 0.0, 1.0), (0.0, 0.0, -2.0, 1.0)])
    r, alpha, a, b = np.exp(found.x)
    return PurchaseModel(float(r), float(alpha * scale), float(a), float(b), -float(found.fun) * len(x))


def some(summary: pd.DataFrame) -> pd.DataFrame:
    """The customers that a model is fitted to: all, or where they are very many, some of them drawn at random."""
    return summary if len(summary) <= FITTED else summary.sample(FITTED, random_state=0).sort_index()


def _log_likelihood(r, alpha, a, b, x, t_x, T):
    """Log-likelihood of each customer; the two terms are added on the scale of logs."""
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stayed = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + T)
    with np.errstate(divide="ignore"):
        left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    return common + np.where(x > 0, np.logaddexp(stayed, left), stayed)


def fit_amounts(summary: pd.DataFrame) -> AmountModel:
    """Fit Gamma-Gamma by maximum likelihood to the mean repeat amounts.

    Parameters
    ----------
    summary : pandas.DataFrame
        ``repeats`` and ``mean_amount``; customers without repeats, or whose mean is 0, are left out.

    Returns
    -------
    AmountModel

    Raises
    ------
    ValueError
        If fewer than 10 customers have come back, or no maximum is found.

    References
    ----------
    Fader, Hardie and Lee (2005), RFM and CLV, *Journal of Marketing Research* 42, 415–430.
    """
    _amounts_of(summary)
    paid = some(summary[(summary["repeats"] > 0) & (summary["mean_amount"] > 0)])
    if len(paid) < ENOUGH:
        raise checks.NotKnown(
            f"{len(paid)} customers have come back and paid; at least {ENOUGH} must have, or nothing can be said of "
            "amounts."
        )
    x, z = paid["repeats"].to_numpy(float), paid["mean_amount"].to_numpy(float)
    scale = float(z.mean())
    z = z / scale

    def loss(logs):
        p, q, gamma = np.exp(logs)
        terms = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        terms += (p * x - 1) * np.log(z) + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * z)
        return -float(terms.mean())

    found = _lowest(loss, [(0.0, 0.5, 0.0), (1.5, 1.0, 0.0), (0.0, 2.0, 1.0)])
    p, q, gamma = np.exp(found.x)
    total = -(float(found.fun) + np.log(scale)) * len(x)
    return AmountModel(float(p), float(q), float(gamma * scale), float(total))


def _amounts_of(summary):
    """Refuse amounts and counts that are none; those who never came back have no amount."""
    checks.needed_columns(summary.columns, ("repeats", "mean_amount"), "summary")
    checks.finite_table(summary[["repeats"]], "summary")
    back = summary[summary["repeats"] > 0]
    if len(back):
        checks.finite_table(back[["mean_amount"]], "summary")


def _lowest(loss, starts):
    """The lowest of several searches; parameters are logs, so that they stay positive."""
    bounds = [(-EDGE, EDGE)] * len(starts[0])
    found = [minimize(loss, start, method="L-BFGS-B", bounds=bounds) for start in starts]
    best = min((f for f in found if np.isfinite(f.fun)), key=lambda f: f.fun, default=None)
    if best is None:
        raise checks.NotKnown(
            "No maximum of the likelihood was found; the customers may all have bought alike."
        )
    closer = {"xatol": 1e-7, "fatol": 1e-12, "maxiter": 4000}
    polished = minimize(loss, best.x, method="Nelder-Mead", bounds=bounds, options=closer)
    return polished if polished.fun <= best.fun else best


def alive(model: PurchaseModel, summary: pd.DataFrame) -> pd.Series:
    """Return the probability that each customer has not left, which is 1 for those who never came back.

    Examples
    --------
    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4)
    >>> alive(model, pd.DataFrame({"repeats": [2], "last_repeat": [30.43], "age": [38.86]})).round(4).tolist()
    [0.7266]
    """
    x, t_x, T = summary_of(summary)
    return pd.Series(_alive(model, x, t_x, T), summary.index, name="alive")


def _alive(model, x, t_x, T):
    r, alpha, a, b, _ = model
    log_odds = (
        np.log(a) - np.log(b + np.maximum(x, 1) - 1) + (r + x) * (np.log(alpha + T) - np.log(alpha + t_x))
    )
    return np.where(x > 0, 1 / (1 + np.exp(np.minimum(log_odds, 700))), 1.0)


def expected_purchases(model: PurchaseModel, summary: pd.DataFrame, weeks: float) -> pd.Series:
    """Return how many days with a purchase are expected of each customer in the weeks after the window.

    References
    ----------
    Fader, Hardie and Lee (2005), *Marketing Science* 24, eq. 10.

    Examples
    --------
    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4)
    >>> one = pd.DataFrame({"repeats": [2], "last_repeat": [30.43], "age": [38.86]})
    >>> expected_purchases(model, one, 39).round(3).tolist()  # 1.226 there
    [1.226]
    """
    checks.number("weeks", weeks, above=0)
    x, t_x, T = summary_of(summary)
    r, alpha, a, b, _ = model
    a = a if abs(a - 1) > 1e-9 else a + 1e-6  # a removable gap of the formula
    z = weeks / (alpha + T + weeks)
    grown = (a + b + x - 1) / (a - 1)
    grown *= 1 - ((alpha + T) / (alpha + T + weeks)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
    return pd.Series(grown * _alive(model, x, t_x, T), summary.index, name="purchases")


def expected_amount(model: AmountModel, summary: pd.DataFrame) -> pd.Series:
    """Return the mean amount of a purchase that is expected of each customer; of those without repeats, that of all.

    Examples
    --------
    >>> model = AmountModel(6.25, 3.74, 15.44, -4058.9)
    >>> two = pd.DataFrame({"repeats": [2, 0], "mean_amount": [22.35, float("nan")]})
    >>> expected_amount(model, two).round(2).tolist()
    [24.66, 35.22]
    """
    _amounts_of(summary)
    x = summary["repeats"].to_numpy(float)
    z = summary["mean_amount"].fillna(0).to_numpy(float)
    p, q, gamma, _ = model
    if q <= 1 and (x == 0).any():
        raise checks.NotKnown(
            f"The amounts of customers have no mean (q is {q:.3f}, not above 1); give more customers."
        )
    return pd.Series(p * (gamma + x * z) / (p * x + q - 1), summary.index, name="amount")


def summary_of(summary):
    checks.needed_columns(summary.columns, COLUMNS, "summary")
    x, t_x, T = checks.finite_table(summary[list(COLUMNS)], "summary").T
    wrong = (x < 0) | (t_x < 0) | (t_x > T + 1e-9) | ((x == 0) & (t_x > 0))
    if wrong.any():
        row = summary.index[int(wrong.argmax())]
        raise ValueError(
            f"summary: customer {checks.shown(row)} has repeats, last_repeat and age that cannot be: the last repeat "
            "lies between the first purchase and the end."
        )
    return x, t_x, T
