"""What a reader should know about rows that were kept: repeats, refunds, dates that cannot be meant."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from workbench.checks import counted

__all__ = ["FAR", "FEW", "far_off", "in_words", "remarks", "today"]

FAR = "2034"  # the year from which on no event lies; a two-digit 69 would be 2069
LATE = pd.Timedelta(days=5 * 365)
DAY = pd.Timedelta(days=1)
MANY, FEW = 20, 0.005  # events, before a few are told from them; the share that is few


def remarks(frame: pd.DataFrame, roles: Iterable[str]) -> list[str]:
    """Say what deserves a second look in rows that are kept.

    Parameters
    ----------
    frame : pandas.DataFrame
        One column per role.
    roles : iterable of str
        Those of them that the file has.

    Returns
    -------
    list of str

    Examples
    --------
    >>> remarks(pd.DataFrame({"customer_id": ["a", "a"], "amount": [-1.0, -1.0]}), ["customer_id", "amount"])
    ['1 row repeats an earlier one in customer_id, amount; all given to the study', '2 negative amounts (refunds)']
    """
    amounts = frame.get("amount", pd.Series(dtype=float))
    return in_words(int(frame.duplicated().sum()), int((amounts < 0).sum()), int((amounts == 0).sum()), roles)


def in_words(repeats: int, negative: int, zero: int, roles: Iterable[str]) -> list[str]:
    """Say the same by how many rows repeat others, and how many amounts are negative or zero."""
    repeat = "rows repeat" if repeats > 1 else "row repeats"
    said = (
        [f"{repeats} {repeat} an earlier one in {', '.join(roles)}; all given to the study"]
        if repeats
        else []
    )
    said += [f"{counted(negative, 'negative amount')} (refunds)"] if negative else []
    said += [counted(zero, "zero amount")] if zero else []
    return said


def today() -> pd.Timestamp:
    """The day on which a file is read, which tells bookings ahead from events."""
    return pd.Timestamp.today().normalize()


def far_off(times: pd.Series, n: int | None = None) -> list[str]:
    """Say which events are dated after today, or far from all others, or in a year that cannot be meant.

    Parameters
    ----------
    times : pandas.Series of datetime64
        Its index are the rows of the file.
    n : int, optional
        Of so many, `times` has the earliest and the latest ones: `FEW` of all beside those after today, and more.

    Returns
    -------
    list of str
        Each with the first row of those it is about.

    Examples
    --------
    >>> far_off(pd.Series(pd.to_datetime(["2024-01-05", "2024-01-06", "2042-01-05"]), index=[2, 3, 4]))
    ['1 event is dated 2042-01-05 (row 4), long after the others: a typing error?']
    """
    if times.empty:
        return []
    if times.max() < pd.Timestamp("1990"):
        return [f"events are dated until {times.max():%Y-%m-%d}: are the times read right?"]
    n = n or len(times)
    usual = times.nlargest(n - int((n - 1) * 0.999)).iloc[-1]
    late = (times > usual + LATE) | (times >= pd.Timestamp(FAR))
    if late.sum() * 2 > n:
        return [f"events are dated until {times[late].max():%Y-%m-%d}: are the years read right?"]
    ahead = ~late & (times > today() + DAY)
    rest = times[~late & ~ahead]
    n -= len(times) - len(rest)
    early, last = _apart(rest, n), _apart(rest, n, after=True)
    said = [_dated(times[late], "long after the others: a typing error?")]
    said += [_dated(times[ahead], "after today: a booking ahead, or a typing error?")]
    said += [_dated(rest[early], "long before the others: a typing error?")]
    said += [_dated(rest[last], "long after the others: a typing error?")]
    return [words for words in said if words]


def _apart(times: pd.Series, n: int, *, after: bool = False) -> pd.Series:
    """Which few events, of many, lie further from the rest than half the time that the rest takes."""
    none = pd.Series(False, index=times.index)
    if n < MANY:
        return none
    sign = -1 if after else 1
    ordered = np.sort(times.to_numpy().astype("datetime64[s]").astype("int64") * sign)
    few = max(1, int(FEW * n))
    gaps = ordered[1 : few + 1] - ordered[:few]
    spans = ordered[-1] - ordered[1 : few + 1]
    wide = np.flatnonzero(gaps > np.maximum(spans / 2, DAY.total_seconds()))
    if not len(wide):
        return none
    bound = np.datetime64(int(ordered[wide[-1]]) * sign, "s")
    return times >= bound if after else times < bound + np.timedelta64(1, "s")


def _dated(found: pd.Series, where: str) -> str:
    """How many events are dated so, with the first row; none where there are none."""
    if found.empty:
        return ""
    first, last, row = found.min(), found.max(), found.index[0]
    if len(found) == 1:
        return f"1 event is dated {first:%Y-%m-%d} (row {row}), {where}"
    where = where.replace("a booking ahead", "bookings ahead").replace("a typing error", "typing errors")
    return (
        f"{len(found):,} events are dated {first:%Y-%m-%d} to {last:%Y-%m-%d} (first in row {row}), {where}"
    )
