"""The four tables of a case base: described, and recognised in a database."""

import sqlalchemy as sa
from sqlalchemy.sql import quoted_name

from workbench.addresses import CaseBaseError
from workbench.cbr.store.rows import CLASS, NUMBER

__all__ = ["BESIDE", "indicators_of", "tables_of"]

BESIDE = ("_weights", "_groups", "_counter")


def tables_of(table, indicators):
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


def indicators_of(connection, table):
    """Return the indicators of an existing case base in the order of its columns; None if there is no table."""
    database = sa.inspect(connection)
    if not database.has_table(table):
        return None
    columns = {column["name"]: column["type"] for column in database.get_columns(table)}
    key = database.get_pk_constraint(table)["constrained_columns"]
    indicators = tuple(name for name in columns if name not in (NUMBER, CLASS))
    known = CLASS in columns and all(isinstance(columns[name], sa.Float) for name in indicators)
    if key != [NUMBER] or not known or not all(database.has_table(table + end) for end in BESIDE):
        shown = ", ".join(f"{name!r} {kind}" for name, kind in columns.items())
        raise CaseBaseError(
            f"Table {table!r} exists and is no case base: that needs the key {NUMBER!r}, the text {CLASS!r}, floats "
            f"otherwise, and the tables beside it. Its columns: {shown}. Choose another table."
        )
    return indicators
