"""Why customers of the churn stand-in leave: competing hazards at a contract's end, and what a call would do.

Months count from January 2012; arrays are indexed by who ends a contract in one of them.
"""

import numpy as np

TYPES = ["natural", "malicious", "competitive", "disappointed"]
LAUNCH = 23  # December 2013
HIGH_FEE, LITTLE_NEED = 86, -0.5
MOST_RENEWALS = 2  # that bind a customer further
SAVED = np.array([0.0, 0.0, 0.30, 0.45])  # by a call, per type of leaving
WOKEN = 0.06  # of quiet stayers, whom a call makes leave
COMPLAINT, SEVERE, ARREARS, FORWARDING = 1, 2, 3, 4  # columns of tickets


def outcomes(people, place, ending, month, separation, rng, asked):
    """Who of those whose contract ends would leave, of which type, and what they would do if they were called."""
    hazards = hazards_of(people, place, ending, month)
    if len(ending):
        hazards = (mean := hazards.mean(axis=0)) + separation * (hazards - mean)
    p = 1 - np.prod(1 - hazards, axis=1)
    leaves = systematic(p, rng.permutation(len(ending)), rng)
    share = np.log1p(-hazards).cumsum(axis=1)
    kind = (rng.random(len(ending)) * share[:, -1] < share.T).sum(axis=0)
    by_call = np.where(leaves, SAVED[kind], WOKEN * is_quiet(place, ending))
    called = leaves ^ systematic(by_call, np.argsort(p, kind="stable"), asked)
    return {
        "person": place["person"][ending],
        "end": place["end"][ending],
        "hazards": hazards,
        "probability": p,
        "type": np.where(leaves, kind, -1),
        "churned_if_contacted": called,
    }


def systematic(p, order, rng):
    """Draw each with its own probability, and of every run in the order as many as are expected, but for one."""
    steps = np.floor(rng.random() + np.concatenate([[0], p[order].cumsum()]))
    drawn = np.zeros(len(p), bool)
    drawn[order] = np.diff(steps) > 0
    return drawn


def hazards_of(people, place, ending, month):
    """The chance that each type of leaving alone would make a customer go, from what happened before the month."""
    person, year = place["person"][ending], (month - place["first"][ending]) / 12
    recent = place["recent"][:3, ending].sum(axis=0)
    finishing = people["student"][person] & (np.floor(people["age"][person] + year) == 22)
    natural = np.where(finishing & (month % 12 in (4, 5, 6)), 0.34, 0.07 + 0.03 * ~people["local"][person])
    malicious = np.where(recent[:, ARREARS] > 0, 0.5, 0.004)
    bound = np.where(people["interactive_tv"][person], 0.7, 1) * 0.8 ** place["renewals"][ending].clip(
        max=MOST_RENEWALS
    )
    high = people["monthly_fee"][person] >= HIGH_FEE
    little = people["need"][person] < LITTLE_NEED
    competitive = bound * (0.06 + 0.055 * high + 0.1 * place["losing"][ending] + 0.08 * little)
    competitive *= np.where(high, 2.4, 1.5) if month >= LAUNCH else 1
    drop, forwarded = 0.5 * place["drop"][ending], 0.7 * (recent[:, FORWARDING] > 0)
    badness, complaints = people["badness"][person], recent[:, COMPLAINT]
    disappointed = bound * 0.061 * np.exp(0.75 * badness) + 0.07 * complaints
    severe = 0.55 * (recent[:, SEVERE] > 0)
    parts = [
        natural,
        malicious,
        1 - (1 - competitive) * (1 - drop) * (1 - forwarded),
        1 - (1 - disappointed.clip(max=0.9)) * (1 - severe),
    ]
    return np.column_stack(parts)


def is_quiet(place, ending):
    """Who gives no sign: not one ticket in three months."""
    return place["recent"][:3, ending].sum(axis=(0, 2)) == 0
