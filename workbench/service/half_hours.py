"""What a mean hides: the service level of single half hours, and that of a forecast which errs."""

import heapq

import numpy as np
import pandas as pd

from workbench import checks
from workbench.service.queues import service_level

__all__ = ["reliability", "service_level_of_forecast", "simulated_service_levels"]

CALLS = 200_000  # that are simulated, about


def simulated_service_levels(
    load: float,
    seats: int,
    handling_time: float,
    target: float,
    *,
    periods: int = 1000,
    minutes: float = 30,
    random_state: int | np.random.Generator | None = None,
) -> np.ndarray:
    """Simulate the calls of one long day after another, and return each half hour's share answered in time.

    Parameters
    ----------
    load, seats, handling_time, target
        As `queues.service_level` takes them; the load must be below the seats.
    periods : int
        How many half hours.
    minutes : float
        Length of a period.
    random_state : int or Generator, optional
        Seed.

    Returns
    -------
    ndarray of float, at most `periods` long
        In order of time; a period without a call is left out.

    Raises
    ------
    ValueError
        If the load is not below the seats: waits then grow for as long as one simulates.

    Examples
    --------
    >>> levels = simulated_service_levels(10, 14, 180, 20, periods=200, random_state=0)
    >>> len(levels), bool(0.8 < levels.mean() < 0.95)
    (200, True)
    """
    seats, periods = checks.whole_number("seats", seats), checks.whole_number("periods", periods)
    load = checks.number("load", load, above=0, below=seats)
    length = 60 * checks.number("minutes", minutes, above=0)
    between = checks.number("handling_time", handling_time, above=0) / load
    rng = checks.generator(random_state)
    warm = 20 * length  # from an empty centre to an ordinary one
    calls = int(1.2 * (warm + periods * length) / between) + 100
    arrivals = np.cumsum(rng.exponential(between, calls))
    in_time = _waits(arrivals, rng.exponential(handling_time, calls), seats) <= target
    period = np.floor((arrivals - warm) / length)
    counted = (period >= 0) & (period < periods)
    of_period = period[counted].astype(int)
    totals = np.bincount(of_period, minlength=periods)
    answered = np.bincount(of_period, in_time[counted], minlength=periods)
    return answered[totals > 0] / totals[totals > 0]


def service_level_of_forecast(
    load: float, seats: int, handling_time: float, target: float, *, error: float
) -> float:
    """Return the service level to be expected where the load is a forecast whose error is normal.

    Parameters
    ----------
    load, seats, handling_time, target
        As `queues.service_level` takes them; `load` is the forecast.
    error : float, from 0
        Standard deviation of the true load around the forecast, as a part of the forecast.

    Returns
    -------
    float
        Mean over the errors; a true load that is not below the seats counts as nobody answered in time.

    Examples
    --------
    >>> round(service_level_of_forecast(10, 14, 180, 20, error=0.1), 3)
    0.866
    """
    error = checks.number("error", error, least=0)
    grid = np.linspace(-4, 4, 801)
    density = np.exp(-(grid**2) / 2)
    loads = np.maximum(checks.number("load", load, above=0) * (1 + error * grid), 1e-9)
    levels = np.array([service_level(x, seats, handling_time, target) for x in loads.tolist()])
    return float(levels @ density / density.sum())


def reliability(
    load: float,
    seats: int,
    handling_time: float,
    target: float,
    *,
    level: float,
    random_state: int | np.random.Generator | None = None,
) -> pd.Series:
    """Return what a service level hides: how single half hours spread around it, and what a forecast's error costs.

    Parameters
    ----------
    load, seats, handling_time, target
        As `simulated_service_levels` takes them.
    level : float
        The share of calls in time that is promised.
    random_state : int or Generator, optional
        Seed.

    Returns
    -------
    Series of float, all in per cent
        By the formula; mean, standard deviation and share below the promise of the half hours; mean where the forecast
        of the load errs by a tenth and by a fifth.

    Examples
    --------
    >>> reliability(10, 14, 180, 20, level=0.8, random_state=0).round(1).iloc[[0, 4]].tolist()
    [88.8, 86.6]
    """
    calls = load * 1800 / checks.number("handling_time", handling_time, above=0)
    periods = int(np.clip(CALLS / calls, 50, 2000))
    call = load, seats, handling_time, target
    halves = simulated_service_levels(*call, periods=periods, random_state=random_state)
    found = {
        "by the formula": service_level(*call),
        "mean of half hours": halves.mean(),
        "standard deviation": halves.std(),
        "half hours below the promise": (halves < level).mean(),
        "load forecast within 10 %": service_level_of_forecast(*call, error=0.1),
        "load forecast within 20 %": service_level_of_forecast(*call, error=0.2),
    }
    return 100 * pd.Series(found)


def _waits(arrivals, handling, seats):
    """Return the wait of each call, first come first served, seconds."""
    free, waits = [0.0] * seats, np.empty(len(arrivals))
    for i, (arrival, lasts) in enumerate(zip(arrivals.tolist(), handling.tolist(), strict=True)):
        start = max(arrival, free[0])
        heapq.heapreplace(free, start + lasts)
        waits[i] = start - arrival
    return waits
