"""The data sets by name, and a user's own file: load, map columns, check, refuse.

With `claims` the only reader of ``data/``. Rows are counted as a spreadsheet shows them, the header being row
1 (in Parquet, which has no header row, the first row is row 1). Nothing is dropped silently: what was noticed
about a file stands in the notes of `loaded`.
"""

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench.checks import did_you_mean, one_of
from workbench.data import record as record_
from workbench.data.catalogue import CDNOW, DATASETS, ROLES, DataError, known, shipped
from workbench.data.record import record, record_parts

if TYPE_CHECKING:
    import pandas as pd

    from workbench.data.roles import Taken

__all__ = ["check", "describe", "ledger", "load", "look", "own_ids", "shown_ids", "window"]

IDENTIFIERS = ("pseudonyms", "as they are")


def load(
    dataset: str,
    data_file: str | Path | Sequence[str] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    roles: Sequence[str] = ("customer_id", "event_time", "amount"),
    unreadable: Literal["refuse", "missing"] = "refuse",
    reading: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    identifiers: Literal["pseudonyms", "as they are"] = "pseudonyms",
) -> "pd.DataFrame":
    """Load a named data set, or a file of the user's own, as columns of known meaning.

    Parameters
    ----------
    dataset : str
        Name in `DATASETS`; not looked at when `data_file` is given.
    data_file : str, path, or a sequence of them, optional
        CSV (also .gz or .zip), Excel or Parquet; several files of one header, a folder or a pattern; a database's
        address, with the query in `reading`.
    columns : dict of str to str, optional
        Role to column of the file; a role that is left out is looked for under its own name, in any case. An amount
        may be computed, ``Quantity*UnitPrice``, and a time joined, ``Date+Time``.
    roles : sequence of str
        Which of `ROLES` to load; `PAYMENTS` lists those of payments, `EVENT_LOG` those of an event log, `BOOKINGS`
        those of a bank's log.
    unreadable : {"refuse", "missing"}
        What to do with empty cells and with times that are no date: refuse the file, or leave them missing and
        note how many, for `workbench.events.clean`, which drops them by rule. Numbers and columns without any
        readable cell are refused either way.
    reading : dict of str to str, optional
        How the file is to be read, where it does not say so itself: keys of `READING`.
    where : dict of str to str, optional
        Column of the file to the values whose rows are kept, several separated by ``|``.
    identifiers : {"pseudonyms", "as they are"}
        Of the user's own file: customers are called c0001, c0002, … in the order of their own ids, or by those.
        `own_ids` leads back.

    Returns
    -------
    pandas.DataFrame, one row per row of the file, in its order
        One column per role: ``customer_id`` and ``event_type``, str; ``event_time``, datetime64[us] without
        time zone (times with a zone become UTC); ``amount``, float64, finite, unit of the file; ``source``, ``item``
        and ``order_id``, str, missing where the cell is empty or the file has no such column. Negative and zero
        amounts and exact duplicates are kept and noted. ``attrs["ledger"]`` has the rows read, left out by which
        rule and kept, the customers, the period, the total, the currency and what was noticed; `ledger` shows it.

    Raises
    ------
    DataError
        With one line naming file, column and first bad row.

    Examples
    --------
    >>> payments = load("telecom")
    >>> list(payments.columns), payments["customer_id"].nunique()
    (['customer_id', 'event_time', 'amount'], 3000)
    >>> load("telecom", columns={"amount": "amout"})
    Traceback (most recent call last):
        ...
    workbench.data.catalogue.DataError: payments.csv: unknown column 'amout' (amount); did you mean 'amount'? Columns:
    customer_id, event_time, amount, kind.
    """
    asked = _asked(roles, columns, unreadable, reading, where)
    one_of("identifiers", identifiers, IDENTIFIERS)
    from workbench.data import remarks
    from workbench.data import roles as roles_

    name, table = _open(dataset, data_file, reading)
    taken = roles_.take(name, table, asked)
    result = taken.frame
    notes = [*table.notes, *taken.notes, *remarks.remarks(result, taken.columns)]
    if data_file is None:
        shown = CDNOW if dataset == "cdnow" else DATASETS[dataset]["file"]
        record(dataset, DATASETS[dataset]["kind"], shown, table, taken.columns, notes, taken.ledger)
        result = result.rename_axis(None)
    else:
        record_parts(table, taken.columns, notes, taken.ledger)
    if "customer_id" in result:
        result["customer_id"] = _called(result["customer_id"], data_file is not None, identifiers)
    result.attrs["ledger"] = {**taken.ledger, "noticed": notes}
    return result


def _called(ids, own, identifiers):
    """What customers are called; a run is told which identifiers its report may not hold."""
    from workbench.data import identifiers as identifiers_
    from workbench.data import pseudonyms

    if own and identifiers == "pseudonyms":
        return pseudonyms.pseudonyms(ids)
    identifiers_.keep(ids.dropna().unique(), identifiers_.OWN if own else identifiers_.SHIPPED)
    return ids


def _asked(roles, columns, unreadable, reading, where):
    """What is asked of a table, its names checked."""
    from workbench.data import options
    from workbench.data.roles import Wanted

    for role in [*roles, *(columns or {})]:
        if role not in ROLES:
            raise DataError(f"Unknown role {role!r}{did_you_mean(role, ROLES)} Roles: {', '.join(ROLES)}.")
    if unreadable not in ("refuse", "missing"):
        raise DataError(f"unreadable must be 'refuse' or 'missing', not {unreadable!r}.")
    given = options.checked(reading)
    without = [part.strip() for part in given.get("drop_without", "").split(",") if part.strip()]
    marks = {key: given.get(key) for key in ("decimal", "time_format", "totals")}
    return Wanted([*roles], dict(columns or {}), unreadable, **marks, where=where or {}, drop_without=without)


def check(
    data_file: str | Path | Sequence[str],
    roles: Mapping[str, str],
    *,
    columns: Mapping[str, str] | None = None,
    unreadable: str = "refuse",
    reading: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
) -> "Taken":
    """Check a file of the user's before a study runs: whole where it is small, else a sample of it.

    Parameters
    ----------
    data_file, columns, unreadable, reading, where
        As `load` takes them.
    roles : dict of str to {"needed", "optional"}

    Returns
    -------
    Taken
        What would be read.

    Raises
    ------
    DataError
        As `load`, for what the sample shows.

    Examples
    --------
    >>> needed = {"customer_id": "needed", "event_time": "needed", "amount": "needed"}
    >>> check("data/telecom_rfm_ahp/payments.csv", needed).ledger["customers"]
    3000
    """
    asked = _asked([*roles], columns, unreadable, reading, where)
    from workbench.data import reading as reading_
    from workbench.data import remarks
    from workbench.data import roles as roles_
    from workbench.data.reading import sources

    table = reading_.head(data_file, dict(reading or {}))
    sampled = not table.exact or len(table.frame) < table.rows
    taken = roles_.take(sources.title(data_file), table, asked, sampled=sampled)
    taken.ledger["sample_of"] = table.rows if sampled else None
    return taken._replace(notes=[*table.notes, *taken.notes, *remarks.remarks(taken.frame, taken.columns)])


def own_ids() -> dict[str, str]:
    """Return the own id behind each pseudonym of the user's file; for private files, never to be shown."""
    from workbench.data import pseudonyms

    return pseudonyms.own_ids()


def shown_ids(own: "pd.Series") -> "pd.Series":
    """Return what customers are called in this run, by their own ids; missing for those who are not in the file."""
    from workbench.data import pseudonyms

    return pseudonyms.shown_ids(own)


def look(source, reading=None, columns=None):
    """Look at a file before anything is run: how it would be read, what each column looks like, what is odd.

    Parameters
    ----------
    source : str, path, or a sequence of them
        As `load` takes it.
    reading : dict of str to str, optional
        How it is to be read: keys of `READING`.
    columns : dict of str to str, optional
        Role to column or expression, where the user says so.

    Returns
    -------
    workbench.data.intake.Look
        With ``text()`` for a terminal, ``json()``, and ``suggested()``, the roles to map.

    Raises
    ------
    DataError
        If it cannot be read, in one line.

    Examples
    --------
    >>> print(look("data/telecom_rfm_ahp/averaged_matrix.csv").text().splitlines()[0])
    averaged_matrix.csv: UTF-8, comma, LF, header in row 1, 3 rows
    """
    from workbench.data import intake

    return intake.look(source, reading, columns)


def ledger(frame: "pd.DataFrame", **more: object) -> "pd.DataFrame":
    """Show what a reader checks first of the data that were loaded: rows, customers, period, currency.

    Parameters
    ----------
    frame : pandas.DataFrame
        What `load` returned.
    **more
        Further lines, in readers' words with ``_`` for a blank, such as what a study leaves out.

    Returns
    -------
    pandas.DataFrame of str, one row per fact, index ``check your data``
        One column, ``found``: rows read, rows left out by each rule, rows kept, customers, period (first and
        last day), total amount, currency, and what was noticed.

    Raises
    ------
    DataError
        If the table carries no ledger, because `load` did not make it or a later step lost it.

    Examples
    --------
    >>> ledger(load("telecom"))["found"].head(3).tolist()
    ['62,873', '62,873', '3,000']
    """
    import pandas as pd

    facts = frame.attrs.get("ledger")
    if facts is None:
        raise DataError("This table carries no ledger; give the one that data.load returned.")
    lines = record_.ledger_facts(facts, facts["noticed"], amounts="amount" in frame)
    lines += [
        (name.replace("_", " "), f"{value:,}" if isinstance(value, int) else str(value))
        for name, value in more.items()
    ]
    return pd.DataFrame(lines, columns=["check your data", "found"]).set_index("check your data")


def describe(dataset, data_file=None, window=None):
    """Say what a data set is, for the reader of a report.

    Parameters
    ----------
    dataset : str
        Name in `DATASETS`.
    data_file : str or path, optional
        The user's own file, which then takes the place of `dataset`.
    window : pair of dates, optional
        The window [start, end) that is used; default: that of the data.

    Returns
    -------
    pandas.Series of str
        ``title, kind, origin, licence, row, amount, observation_start, observation_end``.

    Raises
    ------
    DataError
        If the name is unknown.

    Examples
    --------
    >>> describe("cdnow")["kind"]
    'real'
    """
    import pandas as pd

    facts = ["title", "kind", "origin", "licence", "row", "amount", "observation_start", "observation_end"]
    used = {} if window is None else dict(zip(facts[-2:], map(_day, window), strict=True))
    if data_file is None:
        return pd.Series(known(dataset) | used)[facts].rename(dataset)
    from workbench.data.reading import sources

    given = [sources.title(data_file), "yours", "your file", "yours to state", "one row of your file"]
    given += ["unit of your file", "day of the first event", "day after the last event"]
    return pd.Series(dict(zip(facts, given, strict=True)) | used, name="your file")


def _day(moment):
    """Write a bound of a window: the day, with the time where it is not midnight."""
    return str(moment).removesuffix(" 00:00:00")


def window(dataset, transactions, *, data_file=None):
    """Give the observation window [start, end) of a data set.

    Parameters
    ----------
    dataset : str
        Name in `DATASETS`.
    transactions : pandas.DataFrame
        What `load` returned; decides for the user's own file.
    data_file : str or path, optional
        The user's own file, which then takes the place of `dataset`.

    Returns
    -------
    start, end : pandas.Timestamp
        Declared for the named data sets; for a file of the user's the day of the first event and the day
        after the last.

    Examples
    --------
    >>> print(*window("cdnow", None))
    1997-01-01 00:00:00 1998-07-01 00:00:00
    """
    import pandas as pd

    if data_file is None:
        facts = known(dataset)
        return pd.Timestamp(facts["observation_start"]), pd.Timestamp(facts["observation_end"])
    day = transactions["event_time"].dt.normalize()
    return day.min(), day.max() + pd.Timedelta(days=1)


def _open(dataset, data_file, given):
    from workbench.data import reading
    from workbench.data.reading import sources

    if data_file is not None:
        return sources.title(data_file), reading.read(data_file, given)
    if known(dataset)["file"] != CDNOW:
        file = shipped(DATASETS[dataset]["file"])
        return file.name, reading.read(file)
    # By path: importing Lifetimes would pull in all that it needs.
    package = importlib.util.find_spec("lifetimes")
    if package is None:
        raise DataError("cdnow comes with the package Lifetimes; install the project's 'realdata' extra.")
    file = Path(package.submodule_search_locations[0], "datasets", "CDNOW_master.txt")
    return file.name, reading.read_cdnow(file)
