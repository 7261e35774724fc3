"""What a retention campaign earns with a model's scores: the most it can, and the most to be expected."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from workbench import checks

__all__ = ["CampaignProfit", "empc", "mpc"]


class CampaignProfit(NamedTuple):
    """``profit`` per customer that was scored, and the ``share`` of customers to call for it, highest scores first."""

    profit: float
    share: float


def mpc(
    y: ArrayLike,
    score: ArrayLike,
    value: float = 200,
    offer: float = 10,
    contact: float = 1,
    acceptance: float = 0.3,
) -> CampaignProfit:
    """Return the maximum profit of a retention campaign.

    A leaver who is called stays with probability `acceptance` and then takes the offer; a stayer who is called always
    takes it.

    Parameters
    ----------
    y : array_like of shape (n,)
        1 where the customer left, 0 where not.
    score : array_like of shape (n,)
        Any number that is larger the likelier the customer is to leave.
    value : float
        What a customer who stays is worth, above `offer`; money.
    offer, contact : float
        Costs of an offer that is taken and of a call, at least 0; money.
    acceptance : float
        Probability in [0, 1] that a leaver who is called stays.

    Returns
    -------
    CampaignProfit
        At least 0, since nobody need be called.

    Raises
    ------
    ValueError
        If an outcome is neither 0 nor 1, a score is not finite, or an amount lies outside what is allowed.

    References
    ----------
    Verbraken, Verbeke and Baesens (2013), *IEEE TKDE* 25, 961–973: the maximum profit criterion.

    Examples
    --------
    >>> mpc([1, 0, 0, 0], [0.9, 0.3, 0.2, 0.1])
    CampaignProfit(profit=14.0, share=0.25)
    """
    leavers, stayers = _hull(y, score)
    gain, contact, cost = _amounts(value, offer, contact)
    accepted = checks.number("acceptance", acceptance, least=0, most=1)
    profit = (accepted * gain - contact) * leavers - cost * stayers
    best = int(profit.argmax())
    return CampaignProfit(float(profit[best]), float(leavers[best] + stayers[best]))


def empc(
    y: ArrayLike,
    score: ArrayLike,
    value: float = 200,
    offer: float = 10,
    contact: float = 1,
    alpha: float = 6,
    beta: float = 14,
) -> CampaignProfit:
    """Return the expected maximum profit of a retention campaign if the acceptance is uncertain.

    The acceptance is Beta(alpha, beta); for each acceptance the best number of calls is made. Between two corners of
    the convex hull of the ROC curve that number is the same, so the integral is exact, piece by piece.

    Parameters
    ----------
    y, score, value, offer, contact
        As in `mpc`.
    alpha, beta : float
        Above 0; the mean acceptance is alpha / (alpha + beta).

    Returns
    -------
    CampaignProfit
        The means over the acceptance.

    Raises
    ------
    ValueError
        As `mpc`, and if alpha or beta is not above 0.

    References
    ----------
    Verbraken, Verbeke and Baesens (2013), *IEEE TKDE* 25, 961–973: the expected one, for churn.

    Examples
    --------
    >>> profit, share = empc([1, 0, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1])
    >>> round(profit, 4), round(share, 4)
    (16.8336, 0.4997)
    """
    leavers, stayers = _hull(y, score)
    gain, contact, cost = _amounts(value, offer, contact)
    alpha, beta = checks.number("alpha", alpha, above=0), checks.number("beta", beta, above=0)
    more, others = np.diff(leavers), np.diff(stayers)
    with np.errstate(divide="ignore"):  # calls that reach no leaver never pay
        pays_from = (contact * more + cost * others) / (gain * more)
    ends = np.concatenate([[0], np.clip(pays_from, 0, 1), [1]])
    chance = np.diff(betainc(alpha, beta, ends))  # that each corner is the best
    accepted = np.diff(betainc(alpha + 1, beta, ends)) * alpha / (alpha + beta)
    profit = gain * leavers @ accepted - (contact * leavers + cost * stayers) @ chance
    return CampaignProfit(float(profit), float((leavers + stayers) @ chance))


def _amounts(value, offer, contact):
    """Return what a leaver who accepts brings, what a call costs, and what a stayer's call costs."""
    offer, contact = checks.number("offer", offer, least=0), checks.number("contact", contact, least=0)
    return checks.number("value", value, above=offer) - offer, contact, offer + contact


def _hull(y, score):
    """Return the corners of the ROC curve's convex hull: leavers and stayers above a score, as parts of all customers.

    The hull is what isotonic regression finds: a run of scores whose rate of leaving does not fall with the score is
    one block (Fawcett and Niculescu-Mizil 2007, *Machine Learning* 68, 97–106).
    """
    from sklearn.isotonic import isotonic_regression  # slow to import, and needed here only

    left, values = checks.outcomes(y), checks.finite_vector(score, "score")
    checks.one_for_each(score, values, y, "score")
    _, place = np.unique(-values, return_inverse=True)
    n, leavers = np.bincount(place), np.bincount(place, weights=left)
    rate = isotonic_regression(leavers / n, sample_weight=n, increasing=False)
    ends = np.append(np.flatnonzero(np.diff(rate)), len(rate) - 1)
    corners = [np.append(0, np.cumsum(part)[ends]) / len(left) for part in (leavers, n - leavers)]
    return corners[0], corners[1]
