"""The tables of a loop: described, recognised in a database, and made.

==============  =============================================================================================
``scores``      month, customer_id (key), branch, contract_end, probability, risk_level, value_grade,
                reason_group, rule, model
``strategies``  strategy (key), reason_group, value_grade, risk_level (empty: any), action, cost, stage,
                valid_from, valid_to
``capacities``  month, branch (key), contacts
``opt_outs``    customer_id (key), since
``dispatches``  month, strategy (key), control_share, random_state: which month went out, and how it was drawn
``tasks``       month, customer_id (key), branch, rank, strategy, arm, due
``feedback``    number (key), month, customer_id, reported_on, status, note; rows are added, never changed
``outcomes``    month, customer_id (key), churned, renewed_on
``settings``    one row: rest_months
==============  =============================================================================================
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.sql import quoted_name

from workbench.addresses import CaseBaseError
from workbench.checks import shown

__all__ = ["ALLOWED", "COLUMNS", "RetentionError", "kinds_of", "needed_of", "opened", "tables_of"]

STAGES = ("pilot", "rolled out", "stopped")
ARMS = ("contact", "control")
STATUSES = ("reached", "unreachable", "refused", "accepted")
LONGEST = 63  # bytes of a name in PostgreSQL, which silently cuts longer ones

# Names sort alike everywhere, so that ties of two customers are broken alike.
NAME = sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql")
# Key and other columns; a column means the same in every table.
COLUMNS = {
    "settings": ("row", "rest_months"),
    "scores": (
        "month customer_id",
        "branch contract_end probability risk_level value_grade reason_group rule model",
    ),
    "strategies": (
        "strategy",
        "reason_group value_grade risk_level action cost stage valid_from valid_to",
    ),
    "capacities": ("month branch", "contacts"),
    "opt_outs": ("customer_id", "since"),
    "dispatches": ("month strategy", "control_share random_state"),
    "tasks": ("month customer_id", "branch rank strategy arm due"),
    "feedback": ("number", "month customer_id reported_on status note"),
    "outcomes": ("month customer_id", "churned renewed_on"),
}
OPTIONAL = {"risk_level", "value_grade", "reason_group", "rule", "model", "valid_from", "valid_to"}
OPTIONAL |= {"note", "renewed_on"}
TYPES = {
    "month": sa.String(7),
    "random_state": sa.BigInteger(),
    "churned": sa.Boolean(),
}  # the others are names
TYPES |= dict.fromkeys(("contract_end", "valid_from", "valid_to", "since", "due"), sa.Date())
TYPES |= dict.fromkeys(("reported_on", "renewed_on"), sa.Date())
TYPES |= dict.fromkeys(("row", "rest_months", "contacts", "rank", "number"), sa.Integer())
TYPES |= dict.fromkeys(("probability", "cost", "control_share"), sa.Double())
TYPES |= dict.fromkeys(("rule", "action", "note"), sa.Text())
ALLOWED = {"stage": STAGES, "arm": ARMS, "status": STATUSES}


class RetentionError(ValueError):
    """Tell in one line what a loop refused because of what its database holds."""


def tables_of(prefix: str) -> dict[str, sa.Table]:
    """Describe the tables by their plain names; in the database each has the prefix before it."""
    metadata = sa.MetaData()
    tables = {
        name: sa.Table(
            quoted_name(prefix + name, quote=True),
            metadata,
            *(_column(one, key=True) for one in key.split()),
            *(_column(one) for one in others.split()),
        )
        for name, (key, others) in COLUMNS.items()
    }
    _refer(tables)
    _index(prefix, tables)
    return tables


def kinds_of(table: str) -> dict[str, str]:
    """Return of each column of a table whether it is text, number, day or truth.

    Examples
    --------
    >>> kinds_of("outcomes")
    {'month': 'text', 'customer_id': 'text', 'churned': 'truth', 'renewed_on': 'day'}
    """
    words = {sa.Date: "day", sa.Boolean: "truth", sa.Integer: "number", sa.Double: "number"}
    kinds = {name: type(TYPES.get(name, NAME)) for name in " ".join(COLUMNS[table]).split()}
    return {name: words.get(kind, "text") for name, kind in kinds.items()}


def needed_of(table: str) -> list[str]:
    """Return the columns of a table that no row may lack.

    Examples
    --------
    >>> needed_of("feedback")
    ['number', 'month', 'customer_id', 'reported_on', 'status']
    """
    return [name for name in kinds_of(table) if name not in OPTIONAL]


def _column(name, *, key=False):
    kind = TYPES.get(name, NAME)
    return sa.Column(name, kind, primary_key=key, autoincrement=False, nullable=name in OPTIONAL)


def _refer(tables):
    """Have tasks and outcomes be about scores, feedback about tasks."""
    for name, of in {"tasks": "scores", "feedback": "tasks", "outcomes": "scores"}.items():
        ours, theirs = (tables[one].c for one in (name, of))
        tables[name].append_constraint(
            sa.ForeignKeyConstraint([ours.month, ours.customer_id], [theirs.month, theirs.customer_id])
        )


def _index(prefix, tables):
    """Find the riskiest of a branch, and all tasks of a customer, without reading the others."""
    scores, tasks = tables["scores"].c, tables["tasks"].c
    order = (scores.month, scores.branch, scores.probability.desc(), scores.customer_id)
    sa.Index(quoted_name(f"{prefix}scores_order", quote=True), *order)
    sa.Index(quoted_name(f"{prefix}tasks_customer", quote=True), tasks.customer_id)


def opened(
    transaction: Callable[..., AbstractContextManager[sa.Connection]], prefix: str
) -> dict[str, sa.Table]:
    """Return the tables of a loop, which are made where none of them exists.

    Raises
    ------
    ValueError
        If the prefix is no text, or too long.
    RetentionError
        If a table of one of the names is none of a loop's.
    """
    longest = LONGEST - len("tasks_customer")
    if not isinstance(prefix, str) or "\0" in prefix or len(prefix.encode("utf-8", "replace")) > longest:
        raise ValueError(
            f"prefix is {shown(prefix)}; allowed is a text of up to {longest} bytes, such as 'tv_'."
        )
    tables = tables_of(prefix)
    if _there(transaction, tables):
        return tables
    try:
        with transaction(writes=True) as connection:
            tables["scores"].metadata.create_all(connection, checkfirst=False)
            connection.execute(sa.insert(tables["settings"]).values(row=1, rest_months=3))
    except CaseBaseError:
        if not _there(transaction, tables):  # else another process was faster, and its tables are as good
            raise
    return tables


def _there(transaction, tables):
    """Whether the tables exist; other tables of their names are refused."""
    names = {str(table.name): table for table in tables.values()}
    with transaction() as connection:
        found = sa.inspect(connection).get_multi_columns(filter_names=list(names))
    columns = {name: {column["name"] for column in those} for (_, name), those in found.items()}
    for name, there in columns.items():
        if lacking := [column.name for column in names[name].columns if column.name not in there]:
            raise RetentionError(
                f"Table {shown(name)} exists and is none of a loop's, or of another version: it lacks "
                f"{shown(lacking[0])}. Give the loop a prefix of its own, such as prefix='tv_'."
            )
    if columns and (missing := [name for name in names if name not in columns]):
        raise RetentionError(
            f"Table {shown(next(iter(columns)))} exists, and {shown(missing[0])} does not: they are no whole loop. "
            "Give the loop a prefix of its own, such as prefix='tv_'."
        )
    return bool(columns)
