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
from workbench.data.catalogue import CDNOW, DATASETS, ROLES, DataError, known, shipped
from workbench.data.record import record, record_parts

if TYPE_CHECKING:
    import pandas as pd

    from workbench.data.roles import Taken

__all__ = [
    "IDENTIFIERS",
    "called",
    "check",
    "complete",
    "load",
    "load_customers",
    "load_table",
    "look",
    "own_ids",
    "shown_ids",
    "wanted_of",
]

IDENTIFIERS = ("pseudonyms", "as they are")


def load(
    dataset: str,
    data_file: str | Path | Sequence[str] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    roles: Sequence[str] | Mapping[str, str] = ("customer_id", "event_time", "amount"),
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
    roles : sequence of str, or mapping of str to {"needed", "optional"}
        Which of `ROLES` to load; `PAYMENTS` lists those of payments, `EVENT_LOG` those of an event log, `BOOKINGS`
        those of a bank's log, `ORDERS` those of orders with returns, `COMPLAINTS` those of complaints and `OPENINGS`
        those of account openings. A mapping says
        which of them the file need not have.
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
        time zone (times with a zone become UTC); ``amount``, float64, finite, unit of the file; the others as `ROLES`
        says: str, float64, datetime64[us] or, for yes and no, boolean, missing where the cell is empty or the file has
        no such column. Persons are joined by `privacy.person_key`, and ``person_problem`` says where a number is wrong.
        Negative and zero amounts and exact duplicates are kept and noted. ``attrs["ledger"]`` has the rows read, left
        out by which rule and kept, the customers, the period, the total, the currency and what was noticed; `ledger`
        shows it.

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
    asked = wanted_of(roles, columns, unreadable, reading, where)
    one_of("identifiers", identifiers, IDENTIFIERS)
    name, table = _open(dataset, data_file, reading)
    return _loaded(name, table, asked, None if data_file is not None else dataset, identifiers)


def load_customers(
    data_file: str | Path | Sequence[str],
    indicators: Sequence[str] = (),
    *,
    columns: Mapping[str, str] | None = None,
    reading: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    identifiers: Literal["pseudonyms", "as they are"] = "pseudonyms",
) -> "pd.DataFrame":
    """Load a table of the user's own with one row per customer and their indicators in columns.

    Parameters
    ----------
    data_file, reading, where, identifiers
        As `load` takes them.
    indicators : sequence of str, optional
        What to read, each a column of numbers; without any, all columns but the customer's.
    columns : dict of str to str, optional
        ``customer_id`` or an indicator to its column, where that has another name.

    Returns
    -------
    pandas.DataFrame, one row per customer, in the order of the file
        ``customer_id``, str, and the indicators, float64, missing where the cell is empty. ``attrs["ledger"]`` as
        `load` gives it.

    Raises
    ------
    DataError
        As `load`; and for a customer who has two rows.

    Examples
    --------
    >>> load_customers("tests/own_data/customers.csv", ["recency", "frequency"]).head(2)
      customer_id  recency  frequency
    0       c0005     12.0        7.0
    1       c0001      3.0       19.0
    """
    one_of("identifiers", identifiers, IDENTIFIERS)
    name, table = _open("", data_file, reading)
    asked = _of_customers(name, table, indicators, wanted_of([], {}, "refuse", reading, where), columns or {})
    return _loaded(name, table, asked, None, identifiers)


def load_table(
    data_file: str | Path | Sequence[str],
    roles: Sequence[str],
    ignore_columns: Sequence[str] = (),
    *,
    columns: Mapping[str, str] | None = None,
    reading: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    identifiers: Literal["pseudonyms", "as they are"] = "pseudonyms",
) -> "pd.DataFrame":
    """Load a table of the user's own: some columns of known meaning, and all others as inputs of a model.

    Parameters
    ----------
    data_file, columns, reading, where, identifiers
        As `load` takes them.
    roles : sequence of str
        Which of `ROLES` to load; `CONTRACTS` lists those of ended contracts.
    ignore_columns : sequence of str
        Columns of the file that are no inputs.

    Returns
    -------
    pandas.DataFrame, one row per row of the file, in its order
        One column per role that the file has, as `load` gives them; then the inputs under the names of the file:
        float64 where all cells are numbers, else str of at most 60 levels; missing where the cell is empty.

    Raises
    ------
    DataError
        As `load`; and for an input that is neither numbers nor of few levels.

    Examples
    --------
    >>> table = load_table("tests/own_data/customers.csv", ["customer_id"])
    >>> list(table.select_dtypes("number"))[:2]
    ['recency', 'frequency']
    """
    one_of("identifiers", identifiers, IDENTIFIERS)
    name, table = _open("", data_file, reading)
    asked = wanted_of(roles, columns, "refuse", reading, where)
    return _loaded(name, table, asked._replace(inputs=True, ignored=[*ignore_columns]), None, identifiers)


def complete(
    customers: "pd.DataFrame", at_least: Mapping[str, float] | None = None
) -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """Part the customers of a table into those who have every indicator, and those left out, each with the reason.

    Parameters
    ----------
    customers : pandas.DataFrame, one row per customer
        What `load_customers` returned.
    at_least : dict of str to float, optional
        The least value of an indicator that means anything, such as one purchase.

    Returns
    -------
    table : pandas.DataFrame, index ``customer_id``
    left_out : pandas.DataFrame
        ``customer_id`` and ``reason``.

    Raises
    ------
    DataError
        If nobody is left.

    Examples
    --------
    >>> customers = load_customers("tests/own_data/customers.csv", ["recency", "frequency"])
    >>> complete(customers, {"frequency": 3})[1]["reason"].tolist()
    ['frequency below 3', 'no recency']
    """
    table = customers.set_index("customer_id")
    reason = table.apply(lambda column: column.isna().map({True: f"no {column.name}", False: None}))
    for indicator, least in (at_least or {}).items():
        reason[indicator] = reason[indicator].mask(table[indicator] < least, f"{indicator} below {least:g}")
    first = reason.bfill(axis=1).iloc[:, 0]
    if first.notna().all():
        why = ", ".join(f"{n:,} {what}" for what, n in first.value_counts().items())
        raise DataError(f"No customer has every indicator: {why}; correct the file or its --map.")
    return table[first.isna()], first.dropna().rename("reason").reset_index()


def _of_customers(name, table, indicators, asked, columns):
    """What is asked of a table of customers: each indicator a number, all other columns where none is named."""
    from workbench.data import roles

    names = [str(column) for column in table.frame.columns]
    customer = roles.find_columns(name, names, ["customer_id"], columns)["customer_id"]
    numbers = [*indicators] or [column for column in names if column != getattr(customer, "name", None)]
    if unknown := [role for role in columns if role not in ("customer_id", *numbers)]:
        hint = did_you_mean(unknown[0], numbers)
        raise DataError(
            f"{name}: {unknown[0]!r} is no indicator{hint} Mapped can be: customer_id, {', '.join(numbers)}."
        )
    return asked._replace(roles=["customer_id", *numbers], columns=dict(columns), numbers=numbers)


def _loaded(name, table, asked, dataset, identifiers):
    """The table that was asked for, on the record; of the user's own file where no data set is named."""
    from workbench.data import remarks
    from workbench.data import roles as roles_

    taken = roles_.take(name, table, asked)
    result = taken.frame
    notes = [*table.notes, *taken.notes, *remarks.remarks(result, taken.columns)]
    if "person_id" in result:
        from workbench.data import persons
        from workbench.data.parsing.identifiers import APART

        result, said = persons.called(result, not dataset, identifiers)
        notes = [note for note in notes if not note.startswith("person_id: ") or not note.endswith(APART)]
        notes, taken.ledger["customers"] = [*notes, *said], int(result["person_id"].nunique())
    if dataset:
        shown = CDNOW if dataset == "cdnow" else DATASETS[dataset]["file"]
        record(dataset, DATASETS[dataset]["kind"], shown, table, taken.columns, notes, taken.ledger)
        result = result.rename_axis(None)
    else:
        record_parts(table, taken.columns, notes, taken.ledger)
    if "customer_id" in result:
        result["customer_id"] = called(result["customer_id"], not dataset, identifiers)
    result.attrs["ledger"] = {**taken.ledger, "noticed": notes}
    return result


def called(ids, own, identifiers):
    """What customers are called; a run is told which identifiers its report may not hold."""
    from workbench.data import identifiers as identifiers_
    from workbench.data import pseudonyms

    if own and identifiers == "pseudonyms":
        return pseudonyms.pseudonyms(ids)
    identifiers_.keep(ids.dropna().unique(), identifiers_.OWN if own else identifiers_.SHIPPED)
    return ids


def wanted_of(roles, columns, unreadable, reading, where):
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
    marks: dict = {key: given.get(key) for key in ("decimal", "time_format", "totals")}
    if isinstance(roles, Mapping):
        marks["optional"] = [role for role, need in roles.items() if need == "optional"]
    return Wanted([*roles], dict(columns or {}), unreadable, **marks, where=where or {}, drop_without=without)


def check(
    data_file: str | Path | Sequence[str],
    roles: Mapping[str, str],
    *,
    columns: Mapping[str, str] | None = None,
    unreadable: str = "refuse",
    reading: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    indicators: Sequence[str] | None = None,
    ignored: Sequence[str] | None = None,
    single: Sequence[str] = (),
) -> "Taken":
    """Check a file of the user's before a study runs: whole where it is small, else a sample of it.

    Parameters
    ----------
    data_file, columns, unreadable, reading, where
        As `load` takes them.
    roles : dict of str to {"needed", "optional"}
    indicators : sequence of str, optional
        Of a table with one row per customer, as `load_customers` takes them.
    ignored : sequence of str, optional
        Of a table whose columns without a role are inputs, those that are none, as `load_table` takes them.
    single : sequence of str
        Roles of which one customer has one value.

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
    of_rows = indicators is None
    asked = wanted_of(roles if of_rows else [], columns if of_rows else {}, unreadable, reading, where)
    from workbench.data import reading as reading_
    from workbench.data import remarks
    from workbench.data import roles as roles_
    from workbench.data.reading import sources

    table = reading_.head(data_file, dict(reading or {}))
    sampled = not table.exact or len(table.frame) < table.rows
    name = sources.title(data_file)
    if indicators is not None:
        asked = _of_customers(name, table, indicators, asked, columns or {})
    asked = asked._replace(single=single)
    if ignored is not None:
        asked = asked._replace(inputs=True, ignored=[*ignored])
    taken = roles_.take(name, table, asked, sampled=sampled)
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
