"""The data sets by name, and a user's own file: load, map columns, check, refuse.

With `claims` the only reader of ``data/``. Rows are counted as a spreadsheet shows them, the header being row
1 (in Parquet, which has no header row, the first row is row 1). Nothing is dropped silently: what was noticed
about a file stands in the notes of `loaded`.
"""

import importlib.util
from pathlib import Path

from workbench import places
from workbench.checks import did_you_mean
from workbench.data.catalogue import CDNOW, DATASETS, OPTIONAL, ROLES, DataError, known, shipped
from workbench.data.record import record

__all__ = ["describe", "load", "window"]


def load(
    dataset,
    data_file=None,
    *,
    columns=None,
    roles=("customer_id", "event_time", "amount"),
    unreadable="refuse",
):
    """Load a named data set, or a file of the user's own, as columns of known meaning.

    Parameters
    ----------
    dataset : str
        Name in `DATASETS`; not looked at when `data_file` is given.
    data_file : str or path, optional
        CSV (comma, semicolon, tab or bar; also .tsv, .txt, each also .gz) or Parquet. UTF-8, GB18030 and
        UTF-16 with a byte order mark are read, tried in this order.
    columns : dict of str to str, optional
        Role to column of the file; a role that is left out is looked for under its own name, in any case.
    roles : sequence of str
        Which of `ROLES` to load; `EVENT_LOG` lists those of an event log, `BOOKINGS` those of a bank's log.
    unreadable : {"refuse", "missing"}
        What to do with empty cells and with times that are no date: refuse the file, or leave them missing and
        note how many, for `workbench.events.clean`, which drops them by rule. Numbers and columns without any
        readable cell are refused either way.

    Returns
    -------
    pandas.DataFrame, one row per row of the file, in its order
        One column per role: ``customer_id`` and ``event_type``, str; ``event_time``, datetime64[us] without
        time zone (times with a zone become UTC); ``amount``, float64, finite, unit of the file; ``source`` and
        ``item``, str, missing where the cell is empty or the file has no such column. Negative and zero
        amounts and exact duplicates are kept and noted.

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
    roles = list(roles)
    columns = dict(columns or {})
    for role in [*roles, *columns]:
        if role not in ROLES:
            raise DataError(f"Unknown role {role!r}{did_you_mean(role, ROLES)} Roles: {', '.join(ROLES)}.")
    if unreadable not in ("refuse", "missing"):
        raise DataError(f"unreadable must be 'refuse' or 'missing', not {unreadable!r}.")
    from workbench.data import reading

    file, table = _open(dataset, data_file)
    names = list(table.frame.columns)
    mapping = reading.map_columns(file.name, names, _wanted(roles, columns, names), columns)
    notes = list(table.notes)
    result = reading.parse(file.name, table.frame, mapping, notes, unreadable=unreadable).reindex(
        columns=roles
    )
    result = result.astype({role: "str" for role in roles if role not in mapping})
    notes += _remarks(result)
    if data_file is not None:
        record("your file", "yours", places.find().shown(file), table, mapping, notes)
    else:
        shown = CDNOW if dataset == "cdnow" else DATASETS[dataset]["file"]
        record(dataset, DATASETS[dataset]["kind"], shown, table, mapping, notes)
    return result


def describe(dataset, data_file=None):
    """Say what a data set is, for the reader of a report.

    Parameters
    ----------
    dataset : str
        Name in `DATASETS`.
    data_file : str or path, optional
        The user's own file, which then takes the place of `dataset`.

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
    if data_file is None:
        return pd.Series(known(dataset))[facts].rename(dataset)
    given = [Path(data_file).name, "yours", "your file", "yours to state", "one row of your file"]
    given += ["unit of your file", "day of the first event", "day after the last event"]
    return pd.Series(given, index=facts, name="your file")


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


def _wanted(roles, columns, names):
    """Roles to look for: all but the optional ones that the file does not have."""
    having = {name.casefold() for name in names} | set(columns)
    return [role for role in roles if role not in OPTIONAL or role in having]


def _open(dataset, data_file):
    from workbench.data import reading

    if data_file is not None:
        file = Path(data_file).expanduser()
        return file, reading.read(file)
    if known(dataset)["file"] != CDNOW:
        file = shipped(DATASETS[dataset]["file"])
        return file, reading.read(file)
    # By path: importing Lifetimes would pull in all that it needs.
    package = importlib.util.find_spec("lifetimes")
    if package is None:
        raise DataError("cdnow comes with the package Lifetimes; install the project's 'realdata' extra.")
    file = Path(package.submodule_search_locations[0], "datasets", "CDNOW_master.txt")
    return file, reading.read_cdnow(file)


def _remarks(frame):
    """What a reader should know about rows that were kept."""
    counts = {f"rows repeat an earlier one in {', '.join(frame)}; kept": frame.duplicated()}
    if "amount" in frame:
        counts["negative amounts (refunds)"] = frame["amount"] < 0
        counts["zero amounts"] = frame["amount"] == 0
    return [f"{flags.sum()} {what}" for what, flags in counts.items() if flags.any()]
