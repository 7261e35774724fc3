"""Types of events: those that are counted, and how those of another app are named like them."""

from collections.abc import Mapping

import narwhals as nw
import pandas as pd

from workbench import checks
from workbench.checks import did_you_mean, shown

__all__ = ["EVENT_TYPES", "INITIATED", "refuse_unknown", "renamed", "type_counts"]

# What the customer does, as against what the customer receives.
INITIATED = ("app_launch", "tab_switch", "function_visit", "news_view", "click")
EVENT_TYPES = (*INITIATED, "account_message", "news_message")


def renamed(
    frame: nw.DataFrame | nw.LazyFrame, event_kinds: Mapping[str, str]
) -> nw.DataFrame | nw.LazyFrame:
    """Give the event types of another app the names that are known here, all in one step.

    Parameters
    ----------
    frame : narwhals frame
        With the column ``event_type``, text.
    event_kinds : dict of str to str
        Type of the log to one of `EVENT_TYPES`; types that are not named keep their names.

    Raises
    ------
    ValueError
        If a name is none of `EVENT_TYPES`, or no event has the type; with the types of the log.
    """
    for name, kind in event_kinds.items():
        checks.known("event type", kind, EVENT_TYPES, f" for {shown(name)} in event_kinds")
    if not event_kinds:
        return frame
    counts = type_counts(frame)
    for name in event_kinds:
        if name not in counts.index:
            hint = did_you_mean(name, counts.index)
            raise ValueError(
                f"event_kinds: no event has the type {shown(name)}{hint} Types: {_written(counts)}."
            )
    old, new = nw.col("event_type"), nw.col("event_type")
    for name, kind in event_kinds.items():
        new = nw.when(old == name).then(nw.lit(kind)).otherwise(new)
    return frame.with_columns(event_type=new)


def type_counts(frame: nw.DataFrame | nw.LazyFrame) -> pd.Series:
    """Return how often each event type of a log comes, the most frequent first."""
    counts = frame.group_by("event_type").agg(nw.len().alias("rows")).lazy().collect().to_pandas()
    counts = counts.set_index("event_type")["rows"].astype("int64")
    return counts[counts.index.notna()].sort_index().sort_values(ascending=False, kind="stable")


def refuse_unknown(counts: pd.Series) -> None:
    """Refuse a log that has types, and none that is counted; with its types, and what would help."""
    if len(counts) and not set(counts.index) & set(EVENT_TYPES):
        raise ValueError(
            f"No event type of the log is known. Types: {_written(counts)}. Say in event_kinds which of them is "
            f"which of {', '.join(EVENT_TYPES)}."
        )


def _written(counts):
    words = [f"{shown(name)} {n:,}" for name, n in counts.head(12).items()]
    return ", ".join(words + ["…"] * (len(counts) > 12)) or "none"
