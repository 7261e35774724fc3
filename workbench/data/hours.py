"""Whether times can be put to a clock of opening hours: they need hours of the place, and days that are known."""

import math
from typing import TYPE_CHECKING

from workbench.checks import counted
from workbench.data.catalogue import DataError
from workbench.data.tables import load_calendar

if TYPE_CHECKING:
    from workbench.data.roles import Taken

__all__ = ["require_hours"]


def require_hours(taken: "Taken", role: str, *, days: float, listed: bool) -> None:
    """Refuse times that opening hours cannot be counted from.

    Parameters
    ----------
    taken : Taken
        What `check` gave.
    role : str
        Of the times.
    days : float
        How many opening days are counted on from each time.
    listed : bool
        Whether only the days of `load_calendar` are known.

    Raises
    ------
    workbench.data.DataError
        With file, column and first bad row.
    """
    import pandas as pd

    from workbench.data.reading import place

    times, column = taken.frame[role].dropna(), taken.columns[role]
    where = f"{taken.file}: column {column!r} ({role})"
    if f"{role}: times with a zone converted to UTC" in taken.notes:
        raise DataError(
            f"{where}: the times carry a zone and are read as UTC, but opening hours are local; write local times "
            "without a zone."
        )
    if len(times) and taken.ledger["sample_of"] is None and (times == times.dt.normalize()).all():
        raise DataError(f"{where}: days without hours, and a day has no hour to count from.")
    if not listed:
        return
    calendar = load_calendar()
    first, last = calendar["day"].iloc[0], calendar["day"].iloc[-1]
    known = calendar["day"][calendar["works"]].iloc[: -math.ceil(days)]
    bad = times[(times < first) | (times >= known.iloc[-1] + pd.Timedelta(1, "D"))]
    if bad.empty:
        return
    name, row, _ = place(taken.kept, taken.kept.index[bad.index[0]], taken.file)
    raise DataError(
        f"{name}: column {column!r} ({role}), row {row}: {bad.iloc[0]} ({counted(len(bad), 'such row')}); the list of "
        f"working days goes from {first:%Y-%m-%d} to {last:%Y-%m-%d}, and {math.ceil(days)} of them must follow."
    )
