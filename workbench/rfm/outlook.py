"""What each customer is expected to bring, by the models of `lifetime`, with an interval."""

import numpy as np
import pandas as pd

from workbench import checks
from workbench.rfm.lifetime import (
    FITTED,
    AmountModel,
    PurchaseModel,
    alive,
    expected_amount,
    expected_purchases,
    fit_amounts,
    fit_purchases,
    summary_of,
)

__all__ = ["lifetime_value", "sampled", "value_ahead"]

DRAWS = 500  # of what a customer may do, for an interval
WEEKS_ALIKE = 4  # very many customers share draws if their first and last purchases lie so near


def lifetime_value(
    purchases: PurchaseModel,
    amounts: AmountModel,
    summary: pd.DataFrame,
    weeks: float,
    *,
    level: float = 0.8,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Return the money that each customer is expected to bring in the weeks after the window, with an interval.

    Parameters
    ----------
    purchases, amounts : PurchaseModel, AmountModel
    summary : pandas.DataFrame
        From `repeat_purchases`.
    weeks : float
        How far ahead; nothing is discounted.
    level : float
        Of the interval: the part of what a customer may do, by the models, that lies inside it.
    random_state : Generator or int, optional
        Of the draws for the interval. The parameters are taken as known.

    Returns
    -------
    pandas.DataFrame, index as `summary`
        ``alive``, probability, missing for those who never came back, of whom the model cannot tell; ``purchases``,
        days with one, expected; ``value``, money expected, unit of the amounts; ``low`` and ``high``, ends of the
        interval.
    """
    checks.number("level", level, above=0, below=1)
    rng = checks.generator(random_state)
    count, amount = expected_purchases(purchases, summary, weeks), expected_amount(amounts, summary)
    ends = _interval(purchases, amounts, summary, weeks, level, rng)
    here = alive(purchases, summary).where(summary["repeats"] > 0)  # by the model, nobody leaves before
    table = {"alive": here, "purchases": count, "value": count * amount}
    return pd.DataFrame(table | {"low": ends[0], "high": ends[1]}, index=summary.index)


def value_ahead(
    summary: pd.DataFrame, weeks: float, *, random_state: np.random.Generator | int | None = None
) -> pd.DataFrame:
    """Fit both models and return what `lifetime_value` says by them.

    Raises
    ------
    NotKnown
        If too few customers have come back, or their amounts have no mean.
    """
    purchases, amounts = fit_purchases(summary), fit_amounts(summary)
    return lifetime_value(purchases, amounts, summary, weeks, random_state=random_state)


def sampled(summary: pd.DataFrame) -> str:
    """Say what was drawn of very many customers; "" where nothing was.

    Examples
    --------
    >>> sampled(pd.DataFrame({"repeats": [0, 1]}))
    ''
    """
    if len(summary) <= FITTED:
        return ""
    return (
        f"The models are fitted to {FITTED:,} customers drawn at random; for an interval, customers alike to within "
        f"{WEEKS_ALIKE} weeks share their draws."
    )


def _interval(purchases, amounts, summary, weeks, level, rng):
    """Ends of the interval of each customer's money, by drawing what they may do; some customers at a time."""
    tail = (1 - level) / 2
    alike, one_of_each = _alike(summary)
    ends = np.empty((2, len(one_of_each)))
    for start in range(0, len(one_of_each), 5_000):
        part = one_of_each.iloc[start : start + 5_000]
        money = _drawn_purchases(purchases, part, weeks, rng) * _drawn_means(amounts, part, rng)
        ends[:, start : start + len(part)] = np.quantile(money, [tail, 1 - tail], axis=1)
    paid = summary["repeats"].to_numpy(float) * summary["mean_amount"].fillna(0).to_numpy(float)
    return ends[:, alike] * (amounts.gamma + paid)


def _alike(summary):
    """Customers who share their draws: each has their own, or where they are very many, those of the same weeks."""
    if len(summary) <= FITTED:
        return np.arange(len(summary)), summary
    weeks = (summary[["last_repeat", "age"]] / WEEKS_ALIKE).round() * WEEKS_ALIKE
    weeks["last_repeat"] = weeks["last_repeat"].clip(upper=weeks["age"]).where(summary["repeats"] > 0, 0.0)
    weeks["repeats"] = summary["repeats"]
    by = weeks.groupby(["repeats", "last_repeat", "age"], sort=True)
    return by.ngroup().to_numpy(), by.size().reset_index()[["repeats", "last_repeat", "age"]]


def _drawn_purchases(model, summary, weeks, rng):
    """Draw numbers of purchases to come, shape (n, DRAWS): rate and leaving by what the customer has done."""
    x, _, T = summary_of(summary)
    shape = (len(x), DRAWS)
    rate = rng.gamma((model.r + x)[:, None], 1 / (model.alpha + T)[:, None], shape)
    leaving = rng.beta(model.a, (model.b + x)[:, None], shape)
    here = rng.random(shape) < alive(model, summary).to_numpy()[:, None]
    count, left = np.zeros(shape), np.full(shape, float(weeks))
    while here.any():
        left[here] -= rng.exponential(1 / rate[here])
        here &= left > 0
        count += here
        here &= rng.random(shape) >= leaving
    return count


def _drawn_means(model, summary, rng):
    """Draw mean amounts, shape (n, DRAWS), over what the customer has paid with gamma added."""
    x = summary["repeats"].to_numpy(float)[:, None]
    return model.p / rng.standard_gamma(model.q + model.p * x, (len(summary), DRAWS))
