"""Tiers of callers: their loads, and what they wait apart, together and by priority."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.service.queues import mean_wait, priority_waits, seats_needed, service_level, staff

__all__ = ["disciplines", "loads_by_tier", "seats_apart", "staffing", "tiers_by_value"]

WAYS = ("in turn", "by priority", "own seats")


def tiers_by_value(value: pd.Series, shares: dict[str, float]) -> pd.Series:
    """Put customers into tiers by value, the best into the first.

    Parameters
    ----------
    value : Series of shape (n,)
        Larger is better.
    shares : dict of tier to float
        Part of the customers in each tier, the best tier first; divided by their sum.

    Returns
    -------
    Series of ordered categories, index of `value`

    Examples
    --------
    >>> tiers_by_value(pd.Series([1, 9, 5, 2]), {"top": 0.25, "basic": 0.75}).tolist()
    ['basic', 'top', 'basic', 'basic']
    """
    names = checks.distinct("shares", shares)
    ends = np.cumsum(checks.shares(shares, names, "shares"))[:-1]
    place = (-checks.finite_vector(value, "value")).argsort(kind="stable").argsort() / len(value)
    codes = np.searchsorted(ends - 1e-12, place, side="right")
    return pd.Series(
        pd.Categorical.from_codes(codes, names, ordered=True), checks.rows_of(value), name="tier"
    )


def loads_by_tier(
    contacts_per_month: pd.Series | ArrayLike, tier: pd.Series, *, handling_time: float, opening_hours: float
) -> pd.Series:
    """Return the load of each tier in erlang: contacts an hour times hours per contact.

    Parameters
    ----------
    contacts_per_month : array_like of shape (n,)
        Of each customer, from 0.
    tier : Series of categories
        Of each customer.
    handling_time : float
        Seconds per contact, above 0.
    opening_hours : float
        Hours a month in which contacts come, above 0.

    Raises
    ------
    ValueError
        If a tier has no contacts: nobody can be staffed for a load of nothing.

    Examples
    --------
    >>> tier = pd.Series(pd.Categorical(["top", "basic"], ["top", "basic"]))
    >>> loads_by_tier([240, 480], tier, handling_time=300, opening_hours=200).to_dict()
    {'top': 0.1, 'basic': 0.2}
    """
    contacts = pd.Series(checks.finite_vector(contacts_per_month, "contacts_per_month"), tier.index)
    seconds = checks.number("handling_time", handling_time, above=0)
    hours = checks.number("opening_hours", opening_hours, above=0)
    loads = contacts.groupby(tier, observed=False).sum() * seconds / 3600 / hours
    for name, load in loads.items():
        if load == 0:
            raise checks.NotKnown(f"The load of tier {checks.shown(name)} is 0: it has no contacts.")
        checks.number(f"The load of tier {checks.shown(name)}", load, above=0)
    return loads.rename("load")


def seats_apart(
    loads: pd.Series, *, seats: int, handling_time: float, target: float, level: float
) -> pd.Series:
    """Divide seats from the top: each tier gets what its promise needs, the last what is left.

    Where there are more than all promises need, the spare ones go where most calls are answered in time by them.

    Parameters
    ----------
    loads : Series
        Erlang of each tier, the best first.
    seats : int
        At least one for each tier.
    handling_time, target, level
        As `queues.seats_needed` takes them.

    Returns
    -------
    Series of int, index of `loads`

    Raises
    ------
    ValueError
        If there are fewer seats than tiers.

    Examples
    --------
    >>> loads = pd.Series({"top": 4, "middle": 14, "basic": 40})
    >>> seats_apart(loads, seats=66, handling_time=300, target=20, level=0.8).to_dict()
    {'top': 7, 'middle': 18, 'basic': 41}
    """
    left = checks.whole_number("seats", seats, len(loads), why="one for each tier at least")
    call = {"handling_time": handling_time, "target": target}
    if left >= sum(seats_needed(load, **call, level=level) for load in loads):
        return staff(pd.DataFrame({"load": loads, "weight": 1}), seats=left, **call, min_level=level)["seats"]
    given = {}
    for behind, (name, load) in zip(range(len(loads) - 1, -1, -1), loads.items(), strict=True):
        needed = seats_needed(load, **call, level=level)
        given[name] = min(needed, left - behind) if behind else left
        left -= given[name]
    return pd.Series(given, name="seats")


def disciplines(
    loads: pd.Series, *, seats: int, handling_time: float, target: float, level: float
) -> pd.DataFrame:
    """Return what each tier waits if the same seats serve all in turn, by priority, or each tier its own.

    Parameters
    ----------
    loads, seats, handling_time, target, level
        As `seats_apart` takes them.

    Returns
    -------
    DataFrame, one row per tier and one for all calls
        ``load``; mean wait in seconds ``in turn``, ``by priority`` and ``own seats``; infinite where a queue never
        ends. The mean over all calls is the same in turn and by priority.

    Examples
    --------
    >>> loads = pd.Series({"top": 4, "middle": 14, "basic": 40})
    >>> table = disciplines(loads, seats=66, handling_time=300, target=20, level=0.8)
    >>> table.loc["basic"].round(1).tolist()
    [40.0, 8.3, 11.4, 246.9]
    """
    own = seats_apart(loads, seats=seats, handling_time=handling_time, target=target, level=level)
    table = pd.DataFrame(
        {
            "load": loads.astype(float),
            "in turn": mean_wait(float(loads.sum()), seats, handling_time),
            "by priority": priority_waits(loads.tolist(), seats, handling_time),
            "own seats": [mean_wait(load, own[name], handling_time) for name, load in loads.items()],
        }
    )
    whole = table.drop(columns="load").apply(lambda waits: np.average(waits, weights=table["load"]))
    table.loc["all calls"] = [table["load"].sum(), *whole]
    return table.rename_axis("tier")


def staffing(
    loads: pd.Series,
    weights: pd.Series,
    *,
    seats: int,
    discipline: str,
    handling_time: float,
    target: float,
    level: float,
) -> pd.DataFrame:
    """Return what each tier gets of the seats: how many, the share of calls answered in time, and the mean wait.

    Parameters
    ----------
    loads, seats, handling_time, target, level
        As `seats_apart` takes them.
    weights : Series
        What a call of each tier is worth that is answered in time.
    discipline : {"in turn", "by priority", "own seats"}
        One pool for all, one pool with priority from the first tier down, or seats of their own: the best division
        where they suffice for the promise, else from the top.

    Returns
    -------
    DataFrame, one row per tier
        ``seats``; ``in time``, share, NaN by priority, for which no formula is known; ``mean wait, s``.
        ``attrs["note"]`` says whose the seats are, and how many the promise would take where they do not suffice.

    Examples
    --------
    >>> loads = pd.Series({"top": 4, "middle": 14, "basic": 40})
    >>> call = {"handling_time": 300, "target": 20, "level": 0.8}
    >>> weights = pd.Series({"top": 9, "middle": 3, "basic": 1})
    >>> table = staffing(loads, weights, seats=66, discipline="own seats", **call)
    >>> table["seats"].tolist(), table.attrs["note"]
    ([7, 18, 41], '71 is the fewest that answer 80 % of the calls of each tier in time.')
    """
    checks.one_of("discipline", discipline, WAYS)
    call = {"handling_time": handling_time, "target": target}
    fewest = sum(seats_needed(load, **call, level=level) for load in loads)
    if discipline == "own seats" and seats >= fewest:
        tiers = pd.DataFrame({"load": loads, "weight": weights})
        table = staff(tiers, seats=seats, **call, min_level=level)
        table.columns = ["seats", "in time", "mean wait, s"]
        return _noted(table, "Seats of each tier's own, divided for the most worth.")
    waits = disciplines(loads, seats=seats, **call, level=level)[discipline].loc[loads.index]
    own = seats_apart(loads, seats=seats, **call, level=level)
    given = own if discipline == "own seats" else pd.Series(seats, loads.index)
    served = loads if discipline == "own seats" else pd.Series(loads.sum(), loads.index)
    in_time = [service_level(load, int(given[name]), **call) for name, load in served.items()]
    if discipline == "by priority":
        in_time = np.nan
    table = pd.DataFrame({"seats": given, "in time": in_time, "mean wait, s": waits.replace(np.inf, np.nan)})
    few = f"{fewest} is the fewest that answer {100 * level:.0f} % of the calls of each tier in time."
    return _noted(table, few if discipline == "own seats" else "All tiers share the seats.")


def _noted(table, note):
    table.attrs["note"] = note
    return table.rename_axis("tier")
