"""Waits and seats of a service centre, where calls come by chance and wait their turn (M/M/c, Erlang C).

A load is in erlang: calls per hour times hours per call, so many seats busy on average. Times are in seconds, and the
handling time is its mean. Nobody hangs up; who hangs up makes waits shorter than computed here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench import checks

__all__ = ["mean_wait", "priority_waits", "seats_needed", "service_level", "staff", "wait_probability"]


def wait_probability(load: float, seats: int) -> float:
    """Return the probability that a call has to wait: Erlang C.

    Parameters
    ----------
    load : float
        Erlang, above 0.
    seats : int
        At least 1.

    Returns
    -------
    float in (0, 1]
        1 where the load is not below the seats: the queue then grows without end.

    References
    ----------
    Erlang (1917), *Post Office Electrical Engineers' Journal* 10; computed from Erlang B by its recursion in the seats.

    Examples
    --------
    >>> round(wait_probability(10, 14), 8)
    0.17413193
    """
    load, seats = checks.number("load", load, above=0), checks.whole_number("seats", seats)
    if load >= seats:
        return 1.0
    blocked = 1.0
    for seat in range(1, seats + 1):
        blocked = load * blocked / (seat + load * blocked)
    return blocked / (1 - load / seats * (1 - blocked))


def mean_wait(load: float, seats: int, handling_time: float) -> float:
    """Return the mean wait of all calls, in seconds; infinite where the load is not below the seats.

    Parameters
    ----------
    load, seats
        As `wait_probability` takes them.
    handling_time : float
        Seconds per call, above 0.

    Examples
    --------
    >>> round(mean_wait(48, 55, 240), 5)
    8.18403
    """
    handling_time = checks.number("handling_time", handling_time, above=0)
    waiting = wait_probability(load, seats)
    return waiting * handling_time / (seats - load) if load < seats else np.inf


def service_level(load: float, seats: int, handling_time: float, target: float) -> float:
    """Return the share of calls answered within the target; 0 where the load is not below the seats.

    Parameters
    ----------
    load, seats, handling_time
        As `mean_wait` takes them.
    target : float
        Seconds from 0.

    Examples
    --------
    >>> round(service_level(10, 14, 180, 20), 4)
    0.8884
    """
    handling_time = checks.number("handling_time", handling_time, above=0)
    target = checks.number("target", target, least=0)
    waiting = wait_probability(load, seats)
    return 1 - waiting * float(np.exp(-(seats - load) * target / handling_time)) if load < seats else 0.0


def seats_needed(
    load: float, *, handling_time: float, target: float, level: float, max_occupancy: float = 1
) -> int:
    """Return the fewest seats that answer a share of the calls within the target.

    Parameters
    ----------
    load, handling_time, target
        As `service_level` takes them.
    level : float in (0, 1)
        Share of calls to be answered within the target.
    max_occupancy : float in (0, 1]
        Part of their time that people may be busy at most.

    Examples
    --------
    >>> [seats_needed(load, handling_time=300, target=20, level=0.8) for load in (6, 12, 30, 48, 58)]
    [9, 16, 36, 55, 65]
    """
    level = checks.number("level", level, above=0, below=1)
    busy = checks.number("max_occupancy", max_occupancy, above=0, most=1)
    seats = max(int(np.floor(checks.number("load", load, above=0))) + 1, int(np.ceil(load / busy - 1e-9)))
    while service_level(load, seats, handling_time, target) < level:
        seats += 1
    return seats


def priority_waits(loads: Sequence[float], seats: int, handling_time: float) -> list[float]:
    """Return the mean wait of each tier, in seconds, where the same seats serve all and the first tier goes first.

    Nobody's call is broken off. Calls of all tiers take equally long on average.

    Parameters
    ----------
    loads : sequence of float
        Erlang of each tier, the one of the highest priority first.
    seats, handling_time
        As `mean_wait` takes them.

    Returns
    -------
    list of float
        Infinite for the tiers that never get their turn.

    References
    ----------
    Cobham (1954), *Operations Research* 2, 70–76, equation 5; Kella and Yechiali (1985), *Naval Research Logistics* 32,
    on several servers. The mean over all calls is that without priority (conservation).

    Examples
    --------
    >>> [round(wait, 1) for wait in priority_waits([4, 14, 40], 66, 300)]
    [1.1, 1.5, 11.4]
    """
    handling_time = checks.number("handling_time", handling_time, above=0)
    given = [checks.number(f"loads[{i}]", load, above=0) for i, load in enumerate(loads)]
    first = wait_probability(sum(given), seats) * handling_time / seats
    busy = np.concatenate([[0.0], np.cumsum(given)]) / seats
    with np.errstate(divide="ignore"):
        waits = first / ((1 - busy[:-1]) * (1 - busy[1:]))
    return [float(wait) if end < 1 else np.inf for wait, end in zip(waits, busy[1:], strict=True)]


def staff(
    tiers: pd.DataFrame,
    *,
    seats: int,
    handling_time: float,
    target: float,
    min_level: float | Mapping[Any, float],
) -> pd.DataFrame:
    """Divide seats among tiers that do not help each other: each its least level, the rest where it is worth most.

    Every division is looked at (by dynamic programming), so that none is better.

    Parameters
    ----------
    tiers : DataFrame, one row per tier
        ``load`` (erlang) and ``weight`` (what a call answered in time is worth, from 0).
    seats : int
        In all.
    handling_time, target
        As `service_level` takes them.
    min_level : float in (0, 1), or a dict of tier to float
        Share of calls that each tier is to have answered in time at least.

    Returns
    -------
    DataFrame, index of `tiers`
        ``seats``, ``level`` (share answered in time) and ``wait`` (mean, seconds).

    Raises
    ------
    ValueError
        If a tier has no load, or the seats cannot hold all the least levels; says the fewest that can.

    Examples
    --------
    >>> tiers = pd.DataFrame({"load": [4, 14], "weight": [9, 1]}, index=["gold", "silver"])
    >>> staff(tiers, seats=27, handling_time=300, target=20, min_level=0.8)["seats"].to_dict()
    {'gold': 9, 'silver': 18}
    """
    loads, weights, fewest = _tiers(tiers, handling_time, target, min_level)
    seats = checks.whole_number("seats", seats)
    if seats < sum(fewest):
        least = ", ".join(f"{name} {n}" for name, n in zip(tiers.index, fewest, strict=True))
        raise ValueError(
            f"seats is {seats}, and {sum(fewest)} is the fewest that hold the least levels ({least}): "
            f"{sum(fewest) - seats} more, a lower min_level, or one pool for all tiers."
        )
    spare = seats - sum(fewest)
    gains = [
        load
        * weight
        * np.array([service_level(load, n + more, handling_time, target) for more in range(spare + 1)])
        for load, weight, n in zip(loads, weights, fewest, strict=True)
    ]
    chosen = [n + more for n, more in zip(fewest, _best_division(gains, spare), strict=True)]
    each = [*zip(loads, chosen, strict=True)]
    return pd.DataFrame(
        {
            "seats": chosen,
            "level": [service_level(load, n, handling_time, target) for load, n in each],
            "wait": [mean_wait(load, n, handling_time) for load, n in each],
        },
        index=tiers.index,
    )


def _tiers(tiers, handling_time, target, min_level):
    """Return loads, weights and the fewest seats of each tier, or refuse one by name."""
    checks.needed_columns(tiers.columns, ("load", "weight"), "tiers")
    checks.names_once(tiers, "tiers")
    table = checks.finite_frame(tiers[["load", "weight"]], "tiers")
    for name, load in table["load"].items():
        checks.number(f"The load of tier {checks.shown(name)}", load, above=0)
    weights = checks.not_negative(table["weight"], table.index, "the weights of tiers")
    levels = min_level if isinstance(min_level, Mapping) else dict.fromkeys(table.index, min_level)
    fewest = [
        seats_needed(load, handling_time=handling_time, target=target, level=levels[name])
        for name, load in table["load"].items()
    ]
    return table["load"].tolist(), weights.tolist(), fewest


def _best_division(gains, spare):
    """Return how many of the spare seats each tier gets, where `gains` has what each number is worth to it."""
    best, choices = np.zeros(spare + 1), []
    for gain in gains:  # best[n]: the most that n seats bring the tiers so far
        value = np.array(
            [
                [best[n - k] + gain[k] if k <= n else -np.inf for k in range(spare + 1)]
                for n in range(spare + 1)
            ]
        )
        choices.append(value.argmax(axis=1))
        best = value.max(axis=1)
    left, chosen = spare, []
    for choice in reversed(choices):
        chosen.append(int(choice[left]))
        left -= chosen[-1]
    return chosen[::-1]
