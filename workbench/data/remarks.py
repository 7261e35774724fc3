"""What a reader should know about rows that were kept: repeats, refunds, dates that cannot be meant."""

from collections.abc import Iterable

import pandas as pd

from workbench.checks import counted

__all__ = ["FAR", "late", "remarks"]

FAR = "2034"  # the year from which on no event lies; a two-digit 69 would be 2069
LATE = pd.Timedelta(days=5 * 365)


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
    ['1 row repeats an earlier one in customer_id, amount; kept', '2 negative amounts (refunds)']
    """
    repeats = int(frame.duplicated().sum())
    repeat = "rows repeat" if repeats > 1 else "row repeats"
    said = [f"{repeats} {repeat} an earlier one in {', '.join(roles)}; kept"] if repeats else []
    if "amount" in frame:
        negative, zero = int((frame["amount"] < 0).sum()), int((frame["amount"] == 0).sum())
        said += [f"{counted(negative, 'negative amount')} (refunds)"] if negative else []
        said += [counted(zero, "zero amount")] if zero else []
    return said + (late(frame["event_time"].dropna()) if "event_time" in frame else [])


def late(times: pd.Series) -> list[str]:
    """Say which events are dated long after nearly all others, or in a year that is far off.

    Parameters
    ----------
    times : pandas.Series of datetime64

    Examples
    --------
    >>> late(pd.Series(pd.to_datetime(["2024-01-05", "2024-01-06", "2042-01-05"])))
    ['1 event is dated 2042-01-05, long after the others: a typing error?']
    """
    if times.empty:
        return []
    usual = times.quantile(0.999, interpolation="lower")
    if times.max() < pd.Timestamp("1990"):
        return [f"events are dated until {times.max():%Y-%m-%d}: are the times read right?"]
    found = times[(times > usual + LATE) | (times >= pd.Timestamp(FAR))]
    if found.empty:
        return []
    if len(found) * 2 > len(times):
        return [f"events are dated until {found.max():%Y-%m-%d}: are the years read right?"]
    last = f"{found.max():%Y-%m-%d}, long after the others: "
    if len(found) == 1:
        return [f"1 event is dated {last}a typing error?"]
    return [f"{len(found):,} events are dated until {last}typing errors?"]
