"""Choices of packages brought within their limits, and what is left of the limits handed out."""

import numpy as np

__all__ = ["filled", "repaired"]

PASSES = 20


def repaired(chosen, priced, needs, most):
    """Take packages from those who lose least, until no limit is exceeded.

    Parameters
    ----------
    chosen : ndarray of int, shape (n,)
        Package of each customer.
    priced : ndarray, shape (n, P)
        Gain of each package after its price.
    needs : ndarray, shape (P, m)
        What a package uses of each limit; one uses nothing.
    most : ndarray, shape (m,)

    Returns
    -------
    ndarray of int, shape (n,)
    """
    chosen = chosen.copy()
    for limit in range(len(most)):  # a package is only changed for one that uses no more of anything
        while (over := _used(chosen, needs)[limit] - most[limit]) > 0:
            who, to, relief = _cheapest(chosen, priced, needs, limit)
            enough = int(np.searchsorted(np.cumsum(relief), over)) + 1
            chosen[who[:enough]] = to[:enough]
    return chosen


def filled(chosen, worth, priced, needs, most):
    """Hand out what is left to those who gain by it, those first who come nearest to paying the price.

    Parameters
    ----------
    chosen, priced, needs, most
        As `repaired` takes them.
    worth : ndarray, shape (n, P)
        Gain of each package.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    chosen, everyone = chosen.copy(), np.arange(len(chosen))
    for _ in range(PASSES):
        left = most - _used(chosen, needs)
        fits = (needs[None] - needs[:, None] <= left).all(axis=2)[
            chosen
        ]  # from the chosen to each other package
        better = fits & (worth > worth[everyone, chosen][:, None])
        loss = np.where(better, priced[everyone, chosen][:, None] - priced, np.inf)
        to = loss.argmin(axis=1)
        who = np.flatnonzero(better.any(axis=1))
        if not len(who):
            break
        who = who[np.argsort(loss[who, to[who]], kind="stable")]
        more = np.cumsum(needs[to[who]] - needs[chosen[who]], axis=0)
        exceeds = (more > left).any(axis=1)
        taken = who[: exceeds.argmax() if exceeds.any() else len(who)]
        chosen[taken] = to[taken]
    return chosen


def _used(chosen, needs):
    return np.bincount(chosen, minlength=len(needs)) @ needs


def _cheapest(chosen, priced, needs, limit):
    """Return who can give up some of a limit, for which package and how much, those first who lose least by it."""
    relief = needs[chosen][:, [limit]] - needs[:, limit]
    lesser = (needs[None] <= needs[:, None]).all(axis=2)[chosen] & (relief > 0)
    lost = priced[np.arange(len(chosen)), chosen][:, None] - priced
    rate = np.where(lesser, lost / np.where(lesser, relief, 1), np.inf)
    to = rate.argmin(axis=1)
    who = np.flatnonzero(lesser.any(axis=1))
    who = who[np.argsort(rate[who, to[who]], kind="stable")]
    return who, to[who], relief[who, to[who]]
