"""Event logs: clean one openly, count eight indicators per customer.

A log has one row per event, with the columns ``customer_id``; ``event_time``; ``event_type``, one of
`EVENT_TYPES`; ``source``, how the app was launched ("icon" or "push"); ``item``, what was touched (the
function, for a function visit). The last two may be missing. Windows of time are [start, end).
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.checks import shown
from workbench.events import kinds
from workbench.events.kinds import EVENT_TYPES, INITIATED
from workbench.events.windows import Moment, check_log, window

__all__ = ["INDICATORS", "RULES", "clean", "indicators"]

COLUMNS = ("customer_id", "event_time", "event_type", "source", "item")
INDICATORS = (
    "actions",
    "app_launches",
    "account_messages",
    "push_launch_share",
    "tab_switches",
    "function_visits",
    "news_messages",
    "news_views",
)
KNOWN_TYPE = {
    "kept",
    "exact duplicate",
    "repeated click",
    "non-core event",
}  # rules that come after the types'
RULES = {
    "missing customer": "no customer to count it for",
    "missing time": "no time, or one that could not be read",
    "outside window": "before {start} or not before {end}",
    "unknown event type": "not one of {types}",
    "exact duplicate": "same customer, time, type, source and item as a row that is kept",
    "repeated click": "same customer, type and item at most {seconds} s after the one before",
    "non-core event": "type {noncore}",
    "rare function": "visits to functions with less than {share} of all visits: {functions}",
}


def clean(
    log: IntoFrame,
    *,
    observation_start: Moment,
    observation_end: Moment,
    repeat_seconds: float = 2,
    noncore: Sequence[str] = ("click",),
    min_function_share: float = 0.01,
    event_kinds: Mapping[str, str] | None = None,
) -> tuple[IntoFrame, pd.DataFrame]:
    """Drop the rows that are no customer behaviour, each by the first rule that it breaks.

    The rules apply in the order of `RULES`. Repeated clicks are rows of one customer, type and item of which
    each follows the one before by at most `repeat_seconds`; the first is kept, so that a burst counts once,
    however long; messages are never repeated clicks, as nobody clicks them. A visit that names no function is
    never rare. Not defined for text times: `workbench.data.load` parses them.

    Parameters
    ----------
    log : any dataframe that narwhals reads, one row per event
        pandas, Polars, DuckDB relation, pyarrow, PySpark … The time is without time zone and missing where it
        could not be read; ``source`` and ``item`` may be missing, as values or as columns; other columns are
        left out. Lazy frames stay lazy, and are then evaluated for the ledger and again by whoever reads
        `kept`: cache it where that is dear.
    observation_start, observation_end : date, datetime or str
        The window, the end being outside.
    repeat_seconds : float
        Longest gap inside a burst, seconds, ≥ 0; with 0 only rows of the very same time are repeats. Choose
        it no shorter than the resolution of the times.
    noncore : sequence of str
        Event types to leave out, of `EVENT_TYPES`.
    min_function_share : float in [0, 1]
        Functions with a smaller share of the function visits that are left count as rarely used; 0 keeps all.
    event_kinds : dict of str to str, optional
        Event types of another app to those of `EVENT_TYPES`; a type that is not named keeps its name. `kept`
        has the types after it.

    Returns
    -------
    kept : dataframe like `log`, in any order
        The rows that are left, with the five columns. From pyarrow, which has no windows, a pandas one.
    ledger : pandas.DataFrame, one row per rule, index ``rule``, in order of application
        ``rows_dropped``; ``customers_touched``, known ones; ``rows_left``; ``why``. The rows dropped add up
        to the rows of `log` less those of `kept`.

    Raises
    ------
    ValueError
        On missing columns, columns of a wrong type, an empty log or window, an argument outside its range, a
        log none of whose types is known, or a type in `event_kinds` that the log does not have; the last two with
        the log's types and how often each comes.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "b", None], "event_type": ["news_view"] * 4,
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-09", "2024-01-02"])})
    >>> kept, ledger = clean(log, observation_start="2024-01-01", observation_end="2024-01-08")
    >>> len(kept), ledger["rows_dropped"].loc[lambda n: n > 0].to_dict()
    (1, {'missing customer': 1, 'outside window': 1, 'exact duplicate': 1})
    """
    start, end = window(observation_start, observation_end)
    _refuse_out_of_range(repeat_seconds, noncore, min_function_share)
    checked = kinds.renamed(_checked(log), event_kinds or {})
    frame = _rules(checked, start, end, repeat_seconds, noncore)
    counts = frame.group_by("rule").agg(nw.len().alias("rows"), nw.col("customer_id").n_unique())
    counts = _collected(counts).set_index("rule")
    if counts.empty:
        raise ValueError("log has no rows.")
    if "unknown event type" in counts.index and not set(counts.index) & KNOWN_TYPE:
        kinds.refuse_unknown(kinds.type_counts(checked))
    frame = frame.filter(nw.col("rule") == "kept").drop("rule")
    is_rare, rare = _rare_functions(frame, min_function_share)
    if rare["rows"]:
        frame = frame.filter(~is_rare)
    facts = {
        "start": start,
        "end": end,
        "types": ", ".join(EVENT_TYPES),
        "seconds": f"{repeat_seconds:g}",
        "noncore": ", ".join(noncore) or "none",
        "share": f"{min_function_share:.3g}",
        "functions": ", ".join(rare["functions"]) or "none",
    }
    return frame.to_native(), _ledger(counts, rare, facts)


def indicators(
    log: IntoFrame,
    *,
    observation_start: Moment,
    observation_end: Moment,
    no_launch_share: float | None = 0.0,
) -> pd.DataFrame:
    """Count eight indicators per customer inside a window of time.

    Rows outside the window are left out, so one log serves several windows. Not defined for a customer without
    a row in the window: such customers have no row, and are counted in ``attrs``. ``push_launch_share`` is
    P(push | launch), the share of a customer's launches that were made by tapping a push. It is not P(launch |
    push), the probability that a push is answered.

    Parameters
    ----------
    log : any dataframe that narwhals reads, one row per event
        What `clean` kept, or a log as clean as that.
    observation_start, observation_end : date, datetime or str
        The window, the end being outside.
    no_launch_share : float in [0, 1], or None
        ``push_launch_share`` of a customer who never launched the app, for whom the share does not exist; None
        leaves it missing (NaN), which clustering refuses.

    Returns
    -------
    pandas.DataFrame, one row per customer, index ``customer_id``, sorted; columns `INDICATORS`
        Counts, int64, and ``push_launch_share``, float64 in [0, 1]. ``actions`` counts what the customer does
        (`INITIATED`), never a message received. A launch without a source is no push. ``attrs["counts"]`` has
        ``rows_outside_window``, ``customers_outside_window``, ``customers_without_launch`` and
        ``launches_without_source``.

    Raises
    ------
    ValueError
        On missing columns, columns of a wrong type, missing customers or times, unknown event types (with a
        customer), no row in the window, or an argument outside its range.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "b"], "source": ["push", "icon", None],
    ...     "event_type": ["app_launch", "app_launch", "news_message"],
    ...     "event_time": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"])})
    >>> table = indicators(log, observation_start="2024-01-01", observation_end="2024-01-08")
    >>> table[["actions", "app_launches", "push_launch_share", "news_messages"]]
                 actions  app_launches  push_launch_share  news_messages
    customer_id
    a                  2             2                0.5              0
    b                  0             0                0.0              1
    """
    start, end = window(observation_start, observation_end)
    if no_launch_share is not None:
        checks.number("no_launch_share, unless None,", no_launch_share, least=0, most=1)
    grouped = counts_per_customer(log, start, end)
    _refuse_uncleaned(grouped)
    return indicators_of(grouped, start, end, no_launch_share)


def indicators_of(
    grouped: pd.DataFrame, start: dt.datetime, end: dt.datetime, no_launch_share: float | None = 0.0
) -> pd.DataFrame:
    """Return the indicators of customers from what `counts_per_customer` counted in a window."""
    table = grouped[grouped["inside"] > 0]
    if table.empty:
        raise ValueError(f"No event in [{start}, {end}): move the window, or check event_time.")
    share = table["push_launches"] / table["app_launch"].where(table["app_launch"] > 0)
    table = table.assign(
        push_launch_share=share if no_launch_share is None else share.fillna(no_launch_share)
    )
    # The columns as the study orders them.
    result = table[["actions", "app_launch", "account_message", "push_launch_share"]]
    result = result.join(table[["tab_switch", "function_visit", "news_message", "news_view"]])
    result.columns = list(INDICATORS)
    result.attrs["counts"] = {
        "rows_outside_window": int(grouped["outside"].sum()),
        "customers_outside_window": len(grouped) - len(table),
        "customers_without_launch": int((table["app_launch"] == 0).sum()),
        "launches_without_source": int(table["no_source"].sum()),
    }
    return result


def _refuse_out_of_range(repeat_seconds, noncore, min_function_share):
    if isinstance(noncore, str):
        raise ValueError(f"noncore must list event types, such as [{shown(noncore)}], not {shown(noncore)}.")
    for name in noncore:
        checks.known("event type", name, EVENT_TYPES, " in noncore")
    checks.number("repeat_seconds", repeat_seconds, least=0)
    checks.number("min_function_share", min_function_share, least=0, most=1)


def _checked(log):
    """Give the five columns, the texts as text, or refuse their types."""
    checks.names_once(log, "log", "columns")
    frame = nw.from_native(log)
    schema = frame.collect_schema()
    check_log(schema, COLUMNS[:3])
    columns = {name: _as_text(name, schema.get(name)) for name in COLUMNS}
    # Ids keep their type, so that 7 stays 7; only a category has to become its text.
    if not isinstance(schema["customer_id"], nw.Categorical | nw.Enum):
        columns["customer_id"] = nw.col("customer_id")
    columns["event_time"] = nw.col("event_time")
    if isinstance(schema["event_time"], nw.Date):
        columns["event_time"] = nw.col("event_time").cast(nw.Datetime("us"))
    frame = frame.select(**columns)
    # pyarrow has no windows within groups.
    return frame.lazy().collect("pandas") if frame.implementation.is_pyarrow() else frame


def _as_text(name, dtype):
    if dtype is None:
        return nw.lit(None, dtype=nw.String)
    # An object column is text already, or holds nothing but None.
    return nw.col(name) if isinstance(dtype, nw.String | nw.Object) else nw.col(name).cast(nw.String)


def _rules(frame, start, end, repeat_seconds, noncore):
    """Name for every row the first rule that it breaks, else "kept", in a column ``rule``."""
    time, kind = nw.col("event_time"), nw.col("event_type").fill_null("")
    frame = frame.with_columns(
        rule=nw.when(nw.col("customer_id").is_null())
        .then(nw.lit("missing customer"))
        .when(time.is_null())
        .then(nw.lit("missing time"))
        .when((time < start) | (time >= end))
        .then(nw.lit("outside window"))
        .when(~kind.is_in(EVENT_TYPES))
        .then(nw.lit("unknown event type"))
        .otherwise(nw.lit("kept")),
        how=nw.col("source").fill_null(""),
        what=nw.col("item").fill_null(""),
    )
    # One window serves both rules: sorted by time and source, duplicates are neighbours too. Rows that other
    # rules have dropped are kept out of it by being a partition of their own.
    before = [
        nw.col(name)
        .shift(1)
        .over("customer_id", "event_type", "what", "rule", order_by=["event_time", "how"])
        for name in ("event_time", "how")
    ]
    frame = frame.with_columns(before[0].alias("time_before"), before[1].alias("how_before"))
    again = (time == nw.col("time_before")) & (nw.col("how") == nw.col("how_before"))
    soon = time - nw.col("time_before") <= dt.timedelta(seconds=repeat_seconds)
    frame = frame.with_columns(
        rule=nw.when(nw.col("rule") != "kept")
        .then(nw.col("rule"))
        .when(again)
        .then(nw.lit("exact duplicate"))
        .when(soon & kind.is_in(INITIATED))
        .then(nw.lit("repeated click"))
        .when(kind.is_in(list(noncore)))
        .then(nw.lit("non-core event"))
        .otherwise(nw.lit("kept"))
    )
    return frame.select(*COLUMNS, "rule")


def _rare_functions(frame, min_share):
    """Give the condition for a visit to a rarely used function, and what it will drop."""
    visit = (nw.col("event_type") == "function_visit") & ~nw.col("item").is_null()
    visits = _collected(frame.filter(visit).group_by("item").agg(nw.len().alias("rows")))
    visits = visits.set_index("item")["rows"].astype("int64").sort_index()
    rare = visits[visits < min_share * visits.sum()]
    if rare.empty:
        return visit, {"rows": 0, "customers": 0, "functions": []}
    is_rare = visit & nw.col("item").is_in(rare.index.tolist())
    touched = _collected(frame.filter(is_rare).select(nw.col("customer_id").n_unique()))
    found = {"rows": int(rare.sum()), "customers": int(touched.iloc[0, 0]), "functions": list(rare.index)}
    return is_rare, found


def _ledger(counts, rare, facts):
    n_rows = int(counts["rows"].sum())
    counts = counts.astype("int64").reindex(list(RULES), fill_value=0)
    counts.loc["missing customer", "customer_id"] = 0
    counts.loc["rare function"] = [rare["rows"], rare["customers"]]
    return pd.DataFrame(
        {
            "rows_dropped": counts["rows"],
            "customers_touched": counts["customer_id"],
            "rows_left": n_rows - counts["rows"].cumsum(),
            "why": [reason.format(**facts) for reason in RULES.values()],
        }
    ).rename_axis("rule")


def counts_per_customer(log: IntoFrame, start: dt.datetime, end: dt.datetime) -> pd.DataFrame:
    """Count the rows of a window per customer by what they are; whoever has none there is counted as 0.

    Conditions become columns that are missing where they fail, which are counted and then collected.
    """
    frame = _checked(log)
    time, kind, source, inside = map(nw.col, ("event_time", "event_type", "source", "inside"))
    frame = frame.with_columns(inside=(time >= start) & (time < end))
    launch = inside & (kind == "app_launch")
    conditions = {name: inside & (kind == name) for name in EVENT_TYPES}
    conditions |= {"push_launches": launch & (source == "push"), "no_source": launch & source.is_null()}
    conditions |= {"bad_time": time.is_null(), "outside": ~inside}
    frame = frame.with_columns(**{name: nw.when(holds).then(1) for name, holds in conditions.items()})
    counts = [nw.col(name).count() for name in conditions]
    grouped = _collected(frame.group_by("customer_id").agg(nw.len().alias("rows"), *counts))
    if grouped.empty:
        raise ValueError("log has no rows; where `clean` left none, its ledger says which rule took them.")
    if grouped["customer_id"].isna().any():
        raise ValueError("customer_id is missing in some rows; clean the log first.")
    customers = pd.Index(grouped.pop("customer_id").tolist(), name="customer_id")
    grouped = grouped.astype("int64").set_index(customers).sort_index()
    inside = grouped["rows"] - grouped["bad_time"] - grouped["outside"]
    known = grouped[list(EVENT_TYPES)].sum(axis=1)
    return grouped.assign(
        inside=inside, bad_type=inside - known, actions=grouped[list(INITIATED)].sum(axis=1)
    )


def _refuse_uncleaned(grouped):
    problems = {"bad_time": "event_time is missing", "bad_type": "event_type is unknown or missing"}
    for name, problem in problems.items():
        if grouped[name].any():
            raise ValueError(
                f"{problem} in {int(grouped[name].sum())} rows, e.g. of customer "
                f"{shown(grouped[name].ne(0).idxmax())}; clean the log first. Types: {', '.join(EVENT_TYPES)}."
            )


def _collected(frame):
    return frame.lazy().collect().to_pandas()
