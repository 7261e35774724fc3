"""Whether times can be put to a clock: they need hours, those of the place, and days of which is known who worked."""

import math
from typing import TYPE_CHECKING

from workbench.checks import counted
from workbench.data.catalogue import DataError
from workbench.data.tables import load_calendar

if TYPE_CHECKING:
    from workbench.data.roles import Taken

__all__ = ["require_hours", "require_listed", "require_local"]


def require_hours(taken: "Taken", role: str) -> None:
    """Refuse days without hours, from which no hour can be counted, where the whole file was looked at.

    Parameters
    ----------
    taken : Taken
        What `check` gave.
    role : str
        Of the times.

    Raises
    ------
    workbench.data.DataError
    """
    times = taken.frame[role].dropna()
    if len(times) and taken.ledger["sample_of"] is None and (times == times.dt.normalize()).all():
        raise DataError(f"{_column(taken, role)}: days without hours, and a day has no hour to count from.")


def require_local(taken: "Taken", role: str) -> None:
    """Refuse times with a zone, which are read as UTC, where hours of the place count; as `require_hours`."""
    if f"{role}: times with a zone converted to UTC" in taken.notes:
        raise DataError(
            f"{_column(taken, role)}: the times carry a zone and are read as UTC, but hours and days of the place "
            "count; write local times without a zone."
        )


def require_listed(taken: "Taken", role: str, *, days: float) -> None:
    """Refuse the first time outside `load_calendar`, or with fewer working days after it; as `require_hours`."""
    import pandas as pd

    from workbench.data.reading import place

    calendar, times = load_calendar(), taken.frame[role].dropna()
    first, last = calendar["day"].iloc[0], calendar["day"].iloc[-1]
    known = calendar["day"][calendar["works"]].iloc[: -math.ceil(days)]
    bad = times[(times < first) | (times >= known.max() + pd.Timedelta(1, "D"))]
    if bad.empty:
        return
    file, row, _ = place(taken.kept, taken.kept.index[bad.index[0]], taken.file)
    raise DataError(
        f"{file}: column {taken.columns[role]!r} ({role}), row {row}: {bad.iloc[0]} ({counted(len(bad), 'such row')}); "
        f"the list of working days goes from {first:%Y-%m-%d} to {last:%Y-%m-%d}, and {math.ceil(days)} of them must "
        "follow."
    )


def _column(taken: "Taken", role: str) -> str:
    return f"{taken.file}: column {taken.columns[role]!r} ({role})"
