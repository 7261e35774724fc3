"""Any event log: tidy it by stated rules, and count what each customer does, whatever the types are called."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import did_you_mean, listed, shown
from workbench.events.windows import Moment, window

__all__ = ["behaviour", "tidy"]

MOST = 15  # types that are counted by themselves
SOURCES = 3  # whose shares are indicators
OTHER = "other events"


def tidy(
    log: pd.DataFrame,
    *,
    observation_start: Moment,
    observation_end: Moment,
    kinds: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out the rows that count for nobody, each by the first rule that it breaks, and name the types.

    Parameters
    ----------
    log : pandas.DataFrame, one row per event
        ``customer_id``, ``event_time`` (missing where it could not be read), ``event_type``; ``source`` and ``item``
        may be missing.
    observation_start, observation_end : date, datetime or str
        The window, the end being outside.
    kinds : dict of str to str, optional
        Type of the log to the name that it is counted under, several under one name; "" leaves a type out. Types that
        are not named are counted under their own, beyond the 15 most frequent together as "other events".

    Returns
    -------
    kept : pandas.DataFrame
        The rows that are left, with ``event_type`` as counted.
    ledger : pandas.DataFrame, one row per rule, in their order
        ``rows_dropped`` and ``rows_left``.

    Raises
    ------
    ValueError
        If a column is missing, `kinds` names a type that no event has, or nothing is left.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "a", None], "event_type": ["view", "ping", "view"],
    ...     "event_time": pd.to_datetime(["2024-01-01"] * 3)})
    >>> kept, ledger = tidy(log, observation_start="2024-01-01", observation_end="2024-02-01", kinds={"ping": ""})
    >>> kept["event_type"].tolist(), ledger["rows_dropped"].to_dict()
    (['view'], {'no customer': 1, 'no time': 0, 'outside the window': 0, 'left out by type': 1, 'repeated': 0})
    """
    checks.log(log, ("customer_id", "event_time", "event_type"), gaps=True)
    start, end = (pd.Timestamp(moment) for moment in window(observation_start, observation_end))
    named = _named(log["event_type"], dict(kinds or {}))
    rules = {
        "no customer": log["customer_id"].isna(),
        "no time": log["event_time"].isna(),
        "outside the window": ~log["event_time"].between(start, end, inclusive="left"),
        "left out by type": named.isna() | named.eq(""),
        "repeated": log.duplicated(),
    }
    left, rows = pd.Series(True, log.index), []
    for rule, breaks in rules.items():
        dropped = left & breaks
        left &= ~breaks
        rows.append({"rule": rule, "rows_dropped": int(dropped.sum()), "rows_left": int(left.sum())})
    kept = log.assign(event_type=named)[left]
    if kept.empty:
        raise ValueError(f"No event of the log counts: {_why(rows)}. Types: {_types(log['event_type'])}.")
    counts = kept["event_type"].value_counts()
    if len(counts) > MOST + 1:
        kept = kept.assign(
            event_type=kept["event_type"].where(kept["event_type"].isin(counts.index[:MOST]), OTHER)
        )
    return kept, pd.DataFrame(rows).set_index("rule")


def _named(types, kinds):
    for name in kinds:
        if not types.eq(name).any():
            hint = did_you_mean(name, types.dropna().unique())
            raise ValueError(f"kinds: no event has the type {shown(name)}{hint} Types: {_types(types)}.")
    return types.map(kinds).where(types.isin(list(kinds)), types) if kinds else types


def _why(rows):
    return (
        ", ".join(f"{row['rows_dropped']:,} {row['rule']}" for row in rows if row["rows_dropped"])
        or "it has no row"
    )


def _types(types):
    counts = types.value_counts()
    return listed([f"{name} {n:,}" for name, n in counts.head(13).items()])


def behaviour(kept: pd.DataFrame, *, session_minutes: float = 30) -> pd.DataFrame:
    """Count what each customer does: events of each type, active days, sessions, and where they begin from.

    A session begins with a customer's first event and after every pause longer than `session_minutes`. Its source is
    that of its first event. The share of a source is not defined for a customer none of whose sessions says whence it
    came; such customers get the share over all, so that it tells nothing about them.

    Parameters
    ----------
    kept : pandas.DataFrame
        From `tidy`.
    session_minutes : float

    Returns
    -------
    pandas.DataFrame, one row per customer, index ``customer_id``, sorted
        One column per type, how many events; ``active days``; ``sessions``; and where sources are known, a column
        ``share from …`` for each of the three most frequent, unit 1. ``attrs["notes"]`` says what was filled in.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "b"], "event_type": ["view", "buy", "view"],
    ...     "event_time": pd.to_datetime(["2024-01-01 09:00", "2024-01-01 10:00", "2024-01-02 00:00"])})
    >>> behaviour(log).loc["a"].to_dict()
    {'buy': 1, 'view': 1, 'active days': 1, 'sessions': 2}
    """
    checks.number("session_minutes", session_minutes, above=0)
    checks.log(kept, ("customer_id", "event_time", "event_type"), "kept")
    ordered = kept.sort_values(["customer_id", "event_time"], kind="stable")
    customer, time = ordered["customer_id"], ordered["event_time"]
    table = pd.crosstab(customer, ordered["event_type"]).rename_axis(columns=None)
    pause = time.diff().gt(pd.Timedelta(minutes=session_minutes))
    first = pause | customer.ne(customer.shift())
    table["active days"] = time.dt.normalize().groupby(customer).nunique()
    table["sessions"] = first.groupby(customer).sum()
    shares = _source_shares(ordered[first])
    result = table.join(shares)
    unknown = int(result[shares.columns[:1]].isna().sum().sum())
    result = result.fillna({name: float(value) for name, value in shares.mean().items()})
    notes = (
        [f"{unknown} customers none of whose sessions says whence it came have the mean share"]
        if unknown
        else []
    )
    result.attrs["notes"] = notes
    return result.rename_axis("customer_id")


def _source_shares(sessions):
    """The share of each customer's sessions that begin from each of the most frequent sources, of those that say."""
    if "source" not in sessions or sessions["source"].nunique() < 2:
        return pd.DataFrame(index=pd.Index([], name="customer_id"))
    said = sessions.dropna(subset=["source"])
    top = said["source"].value_counts().index[:SOURCES]
    top = top[: max(1, said["source"].nunique() - 1)]  # the last would follow from the others
    counts = pd.crosstab(said["customer_id"], said["source"])
    shares = counts[list(top)].div(counts.sum(axis=1), axis=0).astype(np.float64)
    return shares.add_prefix("share from ").rename_axis(columns=None)
