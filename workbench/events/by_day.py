"""The eight indicators of two weeks whose days are swapped, from counts per customer and day."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench.events.log import counts_per_customer, indicators, indicators_of

__all__ = ["swapped_weeks"]

WEEK = pd.Timedelta(days=7)


def swapped_weeks(
    log: pd.DataFrame, start: pd.Timestamp, n_swaps: int, rng: np.random.Generator
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield the indicators of two weeks for several draws of what `swap_days` swaps.

    The log is counted once: a week is the sum of its days, whichever of the two each of them comes from.
    """
    middle, end = start + WEEK, start + 2 * WEEK
    indicators(log, observation_start=start, observation_end=end)  # refuses what is not clean
    customer, names = pd.factorize(log["customer_id"])
    day = (log["event_time"] - start).dt.days.to_numpy()
    inside = (day >= 0) & (day < 14)
    of_day = log[inside].assign(customer_id=customer[inside] * 14 + day[inside])
    counts = counts_per_customer(of_day, start, end)
    cells = counts.reindex(np.arange(14 * len(names)), fill_value=0).to_numpy()
    one, other = cells.reshape(len(names), 2, 7, -1).swapaxes(0, 1)
    order = np.argsort(names)
    for _ in range(n_swaps):
        swap = (rng.random((len(names), 7)) < 0.5)[:, :, None]
        first = np.where(swap, other, one).sum(axis=1)
        weeks = first, (one + other).sum(axis=1) - first
        first, second = (pd.DataFrame(week, names, counts.columns).iloc[order] for week in weeks)
        yield indicators_of(first, start, middle), indicators_of(second, middle, end)
