"""Any event log: tidy it by stated rules, and count what each customer does, whatever the types are called."""

import datetime as dt
import uuid
from collections.abc import Mapping

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks
from workbench.checks import did_you_mean, listed, shown
from workbench.events.kinds import type_counts
from workbench.events.windows import Moment, check_log, lazy_log, window

__all__ = ["behaviour", "tidy", "uncounted"]

MOST = 15  # types that are counted by themselves
SOURCES = 3  # whose shares are indicators
OTHER = "other events"
NEEDED = ("customer_id", "event_time", "event_type")
RULES = ("no customer", "no time", "outside the window", "left out by type", "repeated")


def tidy(
    log: IntoFrame,
    *,
    observation_start: Moment,
    observation_end: Moment,
    kinds: Mapping[str, str] | None = None,
) -> tuple[IntoFrame, pd.DataFrame]:
    """Leave out the rows that count for nobody, each by the first rule that it breaks, and name the types.

    Parameters
    ----------
    log : any dataframe that narwhals reads, one row per event
        ``customer_id``, ``event_time`` (missing where it could not be read), ``event_type``; ``source`` and ``item``
        may be missing. Lazy frames stay lazy.
    observation_start, observation_end : date, datetime or str
        The window, the end being outside.
    kinds : dict of str to str, optional
        Type of the log to the name that it is counted under, several under one name; "" leaves a type out. Types that
        are not named are counted under their own, beyond the 15 most frequent together as "other events".

    Returns
    -------
    kept : dataframe like `log`
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
    start, end = window(observation_start, observation_end)
    frame = _checked(log)
    named = _named(frame, kinds or {})
    frame = frame.with_columns(rule=_rule(named, start, end))
    by_rule = frame.group_by("rule").agg(nw.len().alias("rows")).lazy().collect().to_pandas()
    dropped = by_rule.set_index("rule")["rows"].astype("int64")
    whole = frame.filter(nw.col("rule") == "kept").drop("rule")
    kept = _once(whole).with_columns(event_type=named)
    counts = type_counts(kept)
    dropped["repeated"] = dropped.get("kept", 0) - counts.sum()
    ledger = pd.DataFrame({"rows_dropped": dropped.reindex(list(RULES), fill_value=0)}).rename_axis("rule")
    n_rows = counts.sum() + ledger["rows_dropped"].sum()
    ledger["rows_left"] = n_rows - ledger["rows_dropped"].cumsum()
    if counts.empty:
        raise ValueError(
            f"No event of the log counts: {_why(ledger['rows_dropped'])}. Types: {_types(type_counts(frame))}."
        )
    if len(counts) > MOST + 1:
        frequent = nw.col("event_type").is_in(counts.index[:MOST].tolist())
        kept = kept.with_columns(
            event_type=nw.when(frequent).then(nw.col("event_type")).otherwise(nw.lit(OTHER))
        )
    return kept.to_native(), ledger


def _checked(log):
    if isinstance(log, pd.DataFrame):
        checks.log(log, NEEDED, gaps=True)
    frame = nw.from_native(log)
    schema = frame.collect_schema()
    check_log(schema, NEEDED)
    is_text = isinstance(schema["event_type"], nw.String | nw.Object)
    return frame if is_text else frame.with_columns(nw.col("event_type").cast(nw.String))


def _once(frame):
    """Each row once; an engine holds them, as it would find them anew at every question."""
    if isinstance(frame, nw.DataFrame):
        return frame.unique()
    names = frame.collect_schema().names()
    rows = frame.group_by(*names).agg(nw.len().alias("times")).select(*names).to_native()
    if frame.implementation.is_duckdb():
        name = f"rows_once_{uuid.uuid4().hex}"
        rows.query("given", f"create temp table {name} as select * from given")
        rows = rows.query("given", f"select * from {name}")
    elif frame.implementation.is_pyspark():
        rows = rows.cache()
    return nw.from_native(rows)


def _rule(named, start, end):
    """The first rule that a row breaks, else "kept"."""
    time = nw.col("event_time")
    return (
        nw.when(nw.col("customer_id").is_null())
        .then(nw.lit("no customer"))
        .when(time.is_null())
        .then(nw.lit("no time"))
        .when((time < start) | (time >= end))
        .then(nw.lit("outside the window"))
        .when(named.is_null() | (named == ""))
        .then(nw.lit("left out by type"))
        .otherwise(nw.lit("kept"))
    )


def _named(frame, kinds):
    """The name that a type is counted under."""
    counts = type_counts(frame) if kinds else ()
    old = name = nw.col("event_type")
    for kind, called in kinds.items():
        if kind not in counts.index:
            hint = did_you_mean(kind, counts.index)
            raise ValueError(f"kinds: no event has the type {shown(kind)}{hint} Types: {_types(counts)}.")
        name = nw.when(old == kind).then(nw.lit(called)).otherwise(name)
    return name


def _why(dropped):
    return ", ".join(f"{n:,} {rule}" for rule, n in dropped.items() if n) or "it has no row"


def _types(counts):
    return listed([f"{name} {n:,}" for name, n in counts.head(13).items()])


def uncounted(log: IntoFrame, table: pd.DataFrame) -> pd.DataFrame:
    """List the customers of a log that a table of counts does not have.

    Parameters
    ----------
    log : any dataframe that narwhals reads, one row per event
        As `tidy` took it.
    table : pandas.DataFrame, index ``customer_id``
        What `behaviour` returned.

    Returns
    -------
    pandas.DataFrame, sorted
        ``customer_id`` and ``reason``.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "b", None]})
    >>> uncounted(log, pd.DataFrame(index=["a"])).values.tolist()
    [['b', 'no event that counts']]
    """
    each = nw.from_native(log).lazy().group_by("customer_id").agg(nw.len())
    customers = each.collect().to_pandas()["customer_id"].dropna()
    without = customers[~customers.isin(table.index)].sort_values(ignore_index=True)
    return without.to_frame().assign(reason="no event that counts")


def behaviour(kept: IntoFrame, *, session_minutes: float = 30) -> pd.DataFrame:
    """Count what each customer does: events of each type, active days, sessions, and where they begin from.

    A session begins with a customer's first event and after every pause longer than `session_minutes`. Its source is
    that of its first event; of several at the very same time, the first by name of those that say one. The share of a
    source is not defined for a customer none of whose sessions says whence it came; such customers get the share over
    all, so that it tells nothing about them.

    Parameters
    ----------
    kept : any dataframe that narwhals reads
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
    frame = _begun(lazy_log(kept, NEEDED, "kept"), session_minutes)
    types, sources = sorted(type_counts(frame).index), _sources(frame)
    kind, source, begins = nw.col("event_type"), nw.col("source"), nw.col("begins")
    flags = {name: kind == name for name in types}
    counted = _counts(
        frame,
        [*flags.values(), nw.col("new_day"), begins, begins & ~source.is_null()]
        + [begins & (source == name) for name in sources],
    )
    names = [*types, "active days", "sessions"]
    result = counted.iloc[:, : len(names)].set_axis(names, axis=1)
    said, came = counted.iloc[:, len(names)], counted.iloc[:, len(names) + 1 :]
    shares = came.div(said.where(said > 0), axis=0).set_axis(
        [f"share from {name}" for name in sources], axis=1
    )
    result = result.join(shares.fillna(shares.mean()))
    unknown = int((said == 0).sum()) if sources else 0
    filled = f"{unknown} customers none of whose sessions says whence it came have the mean share"
    result.attrs["notes"] = [filled] if unknown else []
    return result


def _begun(log, session_minutes):
    """Mark the events that begin a session, ``begins``, and the first ones of a customer's days, ``new_day``."""
    if "source" not in log.collect_schema().names():
        log = log.with_columns(source=nw.lit(None, dtype=nw.String))
    time, before = nw.col("event_time"), nw.col("before")
    # No engine keeps an order of rows, so the order is made of what stands in them.
    order = ["event_time", "silent", "source"]
    log = log.with_columns(silent=nw.when(nw.col("source").is_null()).then(nw.lit(1)).otherwise(nw.lit(0)))
    log = log.with_columns(before=time.shift(1).over("customer_id", order_by=order))
    return log.with_columns(
        begins=before.is_null() | (time - before > dt.timedelta(minutes=session_minutes)),
        new_day=before.is_null() | (time.dt.truncate("1d") != before.dt.truncate("1d")),
    )


def _sources(begun):
    """The most frequent sources of sessions; the last of all is none, as its share would follow from the others."""
    said = begun.filter(nw.col("begins") & ~nw.col("source").is_null())
    sizes = said.group_by("source").agg(nw.len().alias("rows")).collect().to_pandas()
    sizes = sizes.sort_values(["rows", "source"], ascending=[False, True])
    return sizes["source"].tolist()[: min(SOURCES, len(sizes) - 1)] if len(sizes) > 1 else []


def _counts(frame, conditions):
    """Count for each customer the rows that meet each condition: columns that are missing where it fails."""
    names = [f"condition {i}" for i in range(len(conditions))]
    frame = frame.select(
        "customer_id",
        **{name: nw.when(holds).then(1) for name, holds in zip(names, conditions, strict=True)},
    )
    grouped = frame.group_by("customer_id").agg(*(nw.col(name).count() for name in names))
    grouped = grouped.collect().to_pandas()
    customers = pd.Index(grouped.pop("customer_id").tolist(), name="customer_id")
    return grouped.astype("int64").set_index(customers).sort_index()
