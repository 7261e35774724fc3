"""Several accounts opened by one person on one day: alerts with their evidence, and what the rule lets through.

An alert is evidence, no finding: people open a second account for a reason. So each comes with its rows, and the rule
with the share of its alerts that would be right at a given prevalence.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from workbench import checks

__all__ = ["WINDOWS", "compared", "evidence", "predictive_value", "same_day_openings", "with_evidence"]

WINDOWS = ("day", "24h")
KEYS = ["person_id", "day"]


def same_day_openings(
    openings: IntoFrame,
    *,
    min_branches: int = 2,
    window: Literal["day", "24h"] = "day",
    region_only: bool = False,
) -> pd.DataFrame:
    """Find who opened two accounts or more on one day, at so many branches or more.

    Persons are joined by equal ``person_id`` alone (see `workbench.privacy.person_key`), never by names. A day is a
    cell of the calendar: 16:50 and 09:05 of the next morning are two days, and one window of 24 hours.

    Parameters
    ----------
    openings : any dataframe that narwhals reads, one row per account
        pandas, Polars, DuckDB relation, PySpark …: ``person_id``; ``opened_at``, time without time zone; ``branch``;
        with `region_only` also ``region``. Rows without a person are left out.
    min_branches : int
        Branches, at least 1; with 1, two accounts at one branch are enough.
    window : {"day", "24h"}
        A day of the calendar, or less than 24 hours, whatever the day.
    region_only : bool
        Whether the branches must lie in one region.

    Returns
    -------
    pandas.DataFrame, one row per alert, by time
        ``alert``, its number; ``person_id``; ``start`` and ``end``, the first and the last opening; ``accounts`` and
        ``branches``, numbers; with `region_only` ``region``. Windows of 24 hours that overlap are one alert.

    Raises
    ------
    ValueError
        If a column lacks or ``opened_at`` holds no times, or an argument lies outside its range.

    Examples
    --------
    >>> times = ["2024-03-01 09:00", "2024-03-01 15:00", "2024-03-01 16:50", "2024-03-02 09:05"]
    >>> openings = pd.DataFrame({"person_id": ["p", "p", "q", "q"], "branch": ["a", "b", "a", "c"],
    ...     "opened_at": pd.to_datetime(times)})
    >>> same_day_openings(openings)[["person_id", "accounts", "branches"]].to_numpy().tolist()
    [['p', 2, 2]]
    >>> same_day_openings(openings, window="24h")["person_id"].tolist()
    ['p', 'q']
    """
    least = checks.whole_number("min_branches", min_branches)
    checks.one_of("window", window, WINDOWS)
    where = ["region"] if region_only else []
    frame = _checked(openings, [*where, "person_id", "opened_at", "branch"])
    keys = ["person_id", *where]
    if window == "day":
        frame = frame.with_columns(nw.col("opened_at").dt.truncate("1d").alias("day"))
        rows = _rows_of(frame, [*keys, "day"])
        return _alerts(rows, [*keys, "day"], least)
    rows = _rows_of(frame, keys).sort_values([*keys, "opened_at"], ignore_index=True)
    rows["day"] = _chains(rows, keys, least)
    return _alerts(rows[rows["day"] >= 0], [*keys, "day"], least)


def evidence(openings: IntoFrame, alerts: pd.DataFrame) -> pd.DataFrame:
    """List the openings behind each alert.

    Parameters
    ----------
    openings : any dataframe that narwhals reads
        As `same_day_openings` took it; ``phone``, ``phone_status`` and other columns are optional.
    alerts : pandas.DataFrame
        From `same_day_openings`.

    Returns
    -------
    pandas.DataFrame, one row per opening of an alert, by alert and time
        ``alert`` and the columns of `openings`, but ``phone``, whose number nobody needs to see; ``minutes_since``,
        minutes since the opening before; with ``phone`` also ``same_phone``, how many persons of the whole log left
        that number, missing where none was left.

    Raises
    ------
    ValueError
        If a column lacks.

    Examples
    --------
    >>> openings = pd.DataFrame({"person_id": ["p", "p", "q"], "branch": ["a", "b", "a"], "phone": ["1", "1", "1"],
    ...     "opened_at": pd.to_datetime(["2024-03-01 09:00", "2024-03-01 09:40", "2024-03-02 09:00"])})
    >>> evidence(openings, same_day_openings(openings))[["branch", "minutes_since", "same_phone"]].values.tolist()
    [['a', nan, 2], ['b', 40.0, 2]]
    """
    checks.needed_columns(alerts.columns, ["alert", "person_id", "start", "end"], "alerts")
    frame = _checked(openings, ["person_id", "opened_at", "branch"])
    persons = alerts["person_id"].unique().tolist()
    rows = _pandas(frame.filter(nw.col("person_id").is_in(persons)))
    if "phone" in rows:
        rows["same_phone"] = _sharing(frame, rows["phone"])
    named = [name for name in ("region",) if name in alerts and name in rows]
    joined = alerts[["alert", "person_id", "start", "end", *named]].merge(rows, on=["person_id", *named])
    inside = joined["opened_at"].between(joined["start"], joined["end"])
    found = joined[inside].sort_values(["alert", "opened_at"], ignore_index=True)
    apart = found.groupby("alert")["opened_at"].diff() / pd.Timedelta(1, "min")
    found.insert(found.columns.get_loc("opened_at") + 1, "minutes_since", apart)
    return found.drop(columns=["start", "end", *(["phone"] if "phone" in found else [])])


def with_evidence(alerts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Put what stands behind each alert beside it.

    Parameters
    ----------
    alerts : pandas.DataFrame
        From `same_day_openings`.
    rows : pandas.DataFrame
        Their openings, from `evidence`.

    Returns
    -------
    pandas.DataFrame, one row per alert
        The columns of `alerts`; ``minutes`` from the first to the last opening; ``way``, the branches in the order of
        time; of what `rows` has, ``channels``; ``same_phone``, the most persons who left one of the numbers; ``called``
        and ``not_in_service``, openings whose number was called, and those of them where it is dead.

    Examples
    --------
    >>> openings = pd.DataFrame({"person_id": ["p", "p"], "branch": ["b", "a"],
    ...     "opened_at": pd.to_datetime(["2024-03-01 09:00", "2024-03-01 09:40"])})
    >>> alerts = same_day_openings(openings)
    >>> with_evidence(alerts, evidence(openings, alerts))[["minutes", "way"]].values.tolist()
    [[40.0, 'b, a']]
    """
    grouped = rows.groupby("alert")
    table = alerts.set_index("alert")
    table["minutes"] = (table["end"] - table["start"]) / pd.Timedelta(1, "min")
    table["way"] = grouped["branch"].agg(", ".join)
    if "channel" in rows:
        table["channels"] = grouped["channel"].agg(lambda names: ", ".join(sorted(set(names.dropna()))))
    if "same_phone" in rows:
        table["same_phone"] = grouped["same_phone"].max()
    if "phone_status" in rows:
        table["called"] = grouped["phone_status"].count()
        dead = rows["phone_status"].eq("not in service")
        table["not_in_service"] = dead.groupby(rows["alert"]).sum()
    return table.reset_index()


def compared(
    openings: pd.DataFrame,
    rings: Iterable[Any],
    *,
    min_branches: Sequence[int] = (1, 2, 3),
    windows: Sequence[str] = WINDOWS,
    region_only: bool = False,
) -> pd.DataFrame:
    """Count what the rule finds and what it lets through, where it is known whom it should find.

    Parameters
    ----------
    openings : pandas.DataFrame
        As `same_day_openings` takes it.
    rings : iterable
        The ``person_id`` whom the rule is meant for.
    min_branches, windows : sequences
        The settings to compare.
    region_only : bool
        As for `same_day_openings`.

    Returns
    -------
    pandas.DataFrame, one row per setting
        ``min_branches``, ``window``; ``alerts``; ``persons`` alerted; ``right``, those of them meant; ``precision``,
        their share, with ``low`` and ``high`` of Wilson's interval, missing without an alert; ``recall``, the share of
        those meant; ``false_alarm_rate``, of all other persons.

    Raises
    ------
    ValueError
        If nobody is meant, or somebody meant is not in the log.

    Examples
    --------
    >>> openings = pd.DataFrame({"person_id": list("ppqqr"), "branch": list("abaab"),
    ...     "opened_at": pd.to_datetime(["2024-03-01"] * 5)})
    >>> compared(openings, ["p"], windows=["day"])[["alerts", "precision", "recall"]].to_numpy().tolist()
    [[2.0, 0.5, 1.0], [1.0, 1.0, 1.0], [0.0, nan, 0.0]]
    """
    from statsmodels.stats.proportion import proportion_confint  # slow to import, and needed here only

    meant = set(rings)
    everybody = set(openings["person_id"].dropna().unique())
    if not meant or meant - everybody:
        raise ValueError(
            f"rings names {len(meant)} persons, {len(meant - everybody)} of whom are not in openings; name some "
            "who are."
        )
    rows = []
    for window in windows:
        for least in min_branches:
            alerts = same_day_openings(openings, min_branches=least, window=window, region_only=region_only)
            alerted = set(alerts["person_id"])
            right = len(alerted & meant)
            wrong = len(alerted) - right
            others = len(everybody) - len(meant)
            rate = wrong / others if others else np.nan
            rows.append((least, window, len(alerts), len(alerted), right, right / len(meant), rate))
    names = ["min_branches", "window", "alerts", "persons", "right", "recall", "false_alarm_rate"]
    table = pd.DataFrame(rows, columns=names)
    some = table["persons"].where(table["persons"] > 0)
    low, high = proportion_confint(table["right"], table["persons"].clip(lower=1), method="wilson")
    shares = {
        "precision": table["right"] / some,
        "low": low.where(some.notna()),
        "high": high.where(some.notna()),
    }
    for place, (name, column) in enumerate(shares.items(), 5):
        table.insert(place, name, column)
    return table


def predictive_value(alerts: pd.DataFrame, prevalence: float) -> pd.Series:
    """Return the share of the alerts that are right, where so many persons are meant, by Bayes' rule.

    Parameters
    ----------
    alerts : pandas.DataFrame
        ``recall`` and ``false_alarm_rate`` of each rule, such as `compared` gives, from 0 to 1.
    prevalence : float
        Share of the persons who are meant, in (0, 1).

    Returns
    -------
    pandas.Series of float
        One per rule; missing where a rule alerts nobody.

    Raises
    ------
    ValueError
        If a rate or the prevalence lies outside its range.

    Examples
    --------
    >>> rule = pd.DataFrame({"recall": [1.0], "false_alarm_rate": [396 / 200_000]})
    >>> predictive_value(rule, 1e-4).round(3).tolist()
    [0.048]
    """
    share = checks.number("prevalence", prevalence, above=0, below=1)
    checks.needed_columns(alerts.columns, ["recall", "false_alarm_rate"], "alerts")
    for name in ("recall", "false_alarm_rate"):
        values = checks.finite_vector(alerts[name], name)
        if ((values < 0) | (values > 1)).any():
            raise ValueError(f"{name} must lie from 0 to 1, not {values[(values < 0) | (values > 1)][0]:g}.")
    right, wrong = share * alerts["recall"], (1 - share) * alerts["false_alarm_rate"]
    return (right / (right + wrong).where(right + wrong > 0)).rename("predictive_value")


def _checked(openings: IntoFrame, needed: list[str]) -> nw.LazyFrame:
    frame = nw.from_native(openings).lazy()
    schema = frame.collect_schema()
    checks.needed_columns(schema, needed, "openings")
    time = schema["opened_at"]
    if not isinstance(time, nw.Datetime | nw.Date):
        raise ValueError(f"opened_at must hold dates or times, not {time}; data.load parses text.")
    if getattr(time, "time_zone", None):
        raise ValueError(f"opened_at carries the time zone {time.time_zone}; make it local time first.")
    return frame.filter(~nw.col("person_id").is_null())


def _rows_of(frame: nw.LazyFrame, keys: list[str]) -> pd.DataFrame:
    """The openings of whoever, by the keys, has two accounts or more; the engine does the counting."""
    columns = [*dict.fromkeys([*keys, "opened_at", "branch"])]
    several = frame.group_by(keys).agg(nw.len().alias("accounts")).filter(nw.col("accounts") >= 2)
    return _pandas(frame.select(columns).join(several.select(keys), on=keys, how="inner"))


def _chains(rows: pd.DataFrame, keys: list[str], least: int) -> np.ndarray:
    """The number of each row's alert, else -1: windows of 24 hours that reach the rule, joined; rows in order."""
    found = np.full(len(rows), -1)
    times = rows["opened_at"].to_numpy().astype("datetime64[us]")
    day, branches, number = np.timedelta64(1, "D"), rows["branch"].to_numpy(), 0
    for places in rows.groupby(keys, sort=False).indices.values():
        first, latest = 0, -1
        for last, row in enumerate(places):
            while times[row] - times[places[first]] >= day:
                first += 1
            inside = places[first : last + 1]
            if len(inside) < 2 or len({*branches[inside]}) < least:
                continue
            number += first > latest
            found[places[first : last + 1]] = number
            latest = last
    return found


def _alerts(rows: pd.DataFrame, keys: list[str], least: int) -> pd.DataFrame:
    """One row for each set of keys whose rows have two accounts at so many branches."""
    grouped = rows.groupby(keys, sort=False)
    table = grouped.agg(
        start=("opened_at", "min"), end=("opened_at", "max"), accounts=("opened_at", "size"),
        branches=("branch", "nunique"),
    ).reset_index().drop(columns="day")  # fmt: skip
    table = table[(table["accounts"] >= 2) & (table["branches"] >= least)]
    table = table.sort_values(["start", "person_id"], ignore_index=True)
    table.insert(0, "alert", np.arange(1, len(table) + 1))
    return table


def _sharing(frame: nw.LazyFrame, phones: pd.Series) -> pd.Series:
    """How many persons of the whole log left each of these numbers."""
    wanted = phones.dropna().unique().tolist()
    pairs = frame.filter(nw.col("phone").is_in(wanted)).select("phone", "person_id").unique()
    persons = _pandas(pairs.group_by("phone").agg(nw.len().alias("persons")))
    return phones.map(persons.set_index("phone")["persons"]).astype("Int64")


def _pandas(frame: nw.LazyFrame) -> pd.DataFrame:
    return frame.collect("pandas").to_native()
