"""The four tables of a case base: described, recognised in a database, and made."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.sql import quoted_name

from workbench.addresses import CaseBaseError
from workbench.cbr.store.rows import CLASS, NUMBER
from workbench.checks import did_you_mean, shown

__all__ = ["BESIDE", "indicators_of", "opened", "tables_of"]

BESIDE = ("_weights", "_groups", "_counter")


def tables_of(table: str, indicators: Sequence[str]) -> tuple[sa.Table, sa.Table, sa.Table, sa.Table]:
    """Describe the four tables. Columns have keys of ours, so that no given name becomes a bound one."""

    def name(text):
        return quoted_name(text, quote=True)

    metadata = sa.MetaData()
    cases = sa.Table(
        name(table),
        metadata,
        sa.Column(name(NUMBER), sa.BigInteger, primary_key=True, autoincrement=False, key="number"),
        *(sa.Column(name(text), sa.Double, nullable=False, key=f"v{i}") for i, text in enumerate(indicators)),
        sa.Column(name(CLASS), sa.Text, nullable=False, key="class_"),
    )
    groups = sa.Table(
        name(f"{table}_groups"),
        metadata,
        sa.Column(name("group"), sa.String(63), primary_key=True, key="name"),
        sa.Column("weight", sa.Double, nullable=False),
    )
    weights = sa.Table(
        name(f"{table}_weights"),
        metadata,
        sa.Column("indicator", sa.String(63), primary_key=True, key="name"),
        sa.Column("weight", sa.Double, nullable=False),
        sa.Column(name("group"), sa.ForeignKey(groups.c.name), key="group"),
    )
    counter = sa.Table(
        name(f"{table}_counter"),
        metadata,
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last_number", sa.BigInteger, nullable=False),
    )
    return cases, weights, groups, counter


def indicators_of(connection: sa.Connection, table: str) -> tuple[str, ...] | None:
    """Return the indicators of an existing case base in the order of its columns; None if there is no table."""
    database = sa.inspect(connection)
    if not database.has_table(table):
        return None
    columns = {column["name"]: column["type"] for column in database.get_columns(table)}
    key = database.get_pk_constraint(table)["constrained_columns"]
    indicators = tuple(name for name in columns if name not in (NUMBER, CLASS))
    known = CLASS in columns and all(isinstance(columns[name], sa.Float) for name in indicators)
    if key != [NUMBER] or not known or not all(database.has_table(table + end) for end in BESIDE):
        described = ", ".join(f"{shown(name)} {kind}" for name, kind in columns.items())
        raise CaseBaseError(
            f"Table {shown(table)} exists and is no case base: that needs the key {shown(NUMBER)}, the text "
            f"{shown(CLASS)}, floats otherwise, and the tables beside it. Its columns: {described}. Choose another "
            "table."
        )
    for beside in tables_of(table, indicators)[1:]:
        there = {column["name"] for column in database.get_columns(str(beside.name))}
        if lacking := [column.name for column in beside.columns if column.name not in there]:
            raise CaseBaseError(
                f"Table {shown(str(beside.name))} is of another version of the case base: it lacks "
                f"{shown(str(lacking[0]))}. Add the cases to a new case base, or choose another table."
            )
    return indicators


def opened(
    transaction: Callable[..., AbstractContextManager[sa.Connection]],
    table: str,
    wanted: Sequence[str] | None,
) -> tuple[str, ...]:
    """Return the indicators of a case base, which is made where it does not exist; those wanted set the order."""
    found = _found(transaction, table)
    if found is None:
        _make(transaction, table, wanted)
        found = _found(transaction, table)
    if wanted is None or set(wanted) == set(found):
        return tuple(wanted or found)
    missing = [name for name in wanted if name not in found]
    other = [name for name in found if name not in wanted]
    raise CaseBaseError(
        f"Table {shown(table)} exists with other indicators: missing {missing}, not expected {other}. Leave indicators "
        "out to take its own, or choose another table."
    )


def _found(transaction, table):
    with transaction() as connection:
        return indicators_of(connection, table)


def _make(transaction, table, indicators):
    if indicators is None:
        with transaction() as connection:
            tables = sorted(sa.inspect(connection).get_table_names())
        raise CaseBaseError(
            f"There is no table {shown(table)}{did_you_mean(table, tables)} Give indicators to make it. "
            f"Tables: {', '.join(tables) or 'none'}."
        )
    tables = tables_of(table, indicators)
    try:
        with transaction(writes=True) as connection:
            tables[0].metadata.create_all(connection, checkfirst=False)
            connection.execute(sa.insert(tables[-1]).values(row=1, last_number=0))
    except CaseBaseError:
        if (
            _found(transaction, table) is None
        ):  # else another process was faster, and this one opens what it made
            raise
