"""What a loop asks its database, and keeps there; each in the transaction of the connection that is given."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from workbench.checks import did_you_mean, listed, shown
from workbench.retention import lists
from workbench.retention.intake import ends, month_number, rows_of
from workbench.retention.tables import RetentionError

Tables = Mapping[str, sa.Table]
SPOKEN = ("reached", "refused", "accepted")
PORTION = 10_000  # rows at most that are read at once, where few of many are needed


def insert(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.execute(sa.insert(table), rows)


def upsert(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    """Insert rows in the place of those of the same key."""
    if not rows:
        return
    same = [column == sa.bindparam(f"key_{column.name}") for column in table.primary_key]
    keys = [{f"key_{c.name}": row[c.name] for c in table.primary_key} for row in rows]
    connection.execute(sa.delete(table).where(*same), keys)
    connection.execute(sa.insert(table), rows)


def stored(connection: sa.Connection, table: sa.Table, month: str) -> list[dict]:
    """Return the rows of a month, by customer."""
    rows = connection.execute(sa.select(table).where(table.c.month == month)).mappings()
    return sorted(map(dict, rows), key=lambda row: row["customer_id"])


def frame_of(connection: sa.Connection, table: sa.Table, month: str | None = None) -> pd.DataFrame:
    """Return a table, or a month of it, in the order of its key."""
    query = sa.select(table) if month is None else sa.select(table).where(table.c.month == month)
    return framed(connection, query.order_by(*table.primary_key), table.columns)


def framed(connection: sa.Connection, query: sa.Select, columns: Iterable[Any] | None = None) -> pd.DataFrame:
    """Return the answer to a query as a DataFrame with a type for each column."""
    columns = list(query.selected_columns if columns is None else columns)
    answers = connection.execute(query).all()
    values = zip(*answers, strict=True) if answers else [()] * len(columns)
    return pd.DataFrame(
        {
            column.name: pd.Series(list(those), dtype=_dtype(column.type))
            for column, those in zip(columns, values, strict=True)
        }
    )


def _dtype(kind):
    kinds = {sa.Date: "datetime64[s]", sa.Boolean: "boolean", sa.Integer: "int64", sa.Double: "float64"}
    return next((name for of, name in kinds.items() if isinstance(kind, of)), "str")


def is_dispatched(connection: sa.Connection, tables: Tables, month: str) -> bool:
    """Whether the lists of a month are made."""
    table = tables["dispatches"]
    return connection.execute(sa.select(table).where(table.c.month == month).limit(1)).first() is not None


def require_dispatched(connection: sa.Connection, tables: Tables, month: str) -> None:
    """Refuse a month whose lists are not made."""
    if not is_dispatched(connection, tables, month):
        months = connection.scalars(sa.select(tables["dispatches"].c.month).distinct()).all()
        raise RetentionError(f"{month} is not dispatched. Dispatched months: {listed(sorted(months))}.")


def strategies_in_force(connection: sa.Connection, tables: Tables, month: str) -> list[dict]:
    """Return the strategies that are valid in a month and not stopped, or refuse to go on without."""
    columns, (first, last) = tables["strategies"].c, ends(month)
    query = sa.select(tables["strategies"]).where(
        columns.stage != "stopped",
        sa.or_(columns.valid_from.is_(None), columns.valid_from <= last),
        sa.or_(columns.valid_to.is_(None), columns.valid_to >= first),
    )
    found = [dict(row) for row in connection.execute(query).mappings()]
    if not found:
        raise RetentionError(f"No strategy is in force in {month}; configure one.")
    return found


def require_pilot(connection: sa.Connection, tables: Tables, strategy: str) -> None:
    """Refuse a strategy that is unknown or not in pilot."""
    columns = tables["strategies"].c
    stages = dict(connection.execute(sa.select(columns.strategy, columns.stage)).all())
    if strategy not in stages:
        hint = did_you_mean(strategy, stages)
        raise RetentionError(f"Unknown strategy {shown(strategy)}{hint} Known: {listed(sorted(stages))}.")
    if stages[strategy] != "pilot":
        raise RetentionError(f"{shown(strategy)} is {stages[strategy]}; only a pilot is promoted.")


def capacities_of(connection: sa.Connection, tables: Tables, month: str) -> dict[str, int]:
    """Return the contacts of each branch in a month."""
    columns = tables["capacities"].c
    query = sa.select(columns.branch, columns.contacts).where(columns.month == month)
    return dict(connection.execute(query).all())


def capacity_by_month(connection: sa.Connection, tables: Tables) -> dict[str, int]:
    """Return the contacts of all branches in each month."""
    columns = tables["capacities"].c
    query = sa.select(columns.month, sa.func.sum(columns.contacts)).group_by(columns.month)
    return {month: int(contacts) for month, contacts in connection.execute(query)}


def refuse_late(connection: sa.Connection, tables: Tables, capacities: list[dict]) -> None:
    """Refuse other capacities of a month whose lists are made."""
    for row in capacities:
        stored = capacities_of(connection, tables, row["month"]).get(row["branch"])
        if stored != row["contacts"] and is_dispatched(connection, tables, row["month"]):
            raise RetentionError(
                f"{row['month']} is dispatched; the capacity of {shown(row['branch'])} cannot change any more."
            )


def require_capacities(
    connection: sa.Connection, tables: Tables, month: str, capacities: Mapping[str, int]
) -> None:
    """Refuse a month without scores, and a branch without a capacity."""
    columns = tables["scores"].c
    query = sa.select(columns.branch).where(columns.month == month).distinct()
    branches = sorted(connection.scalars(query))
    if not branches:
        raise RetentionError(f"There are no scores of {month}; publish them first.")
    for branch in branches:
        if branch not in capacities:
            hint = did_you_mean(branch, capacities)
            raise RetentionError(
                f"Branch {shown(branch)} has no capacity in {month}{hint} Configure it; 0 lists nobody."
            )


def candidates(
    connection: sa.Connection,
    tables: Tables,
    month: str,
    strategies: list[dict],
    most: Mapping[str, int],
) -> pd.DataFrame:
    """Return who may be listed in each branch: so many of the riskiest, and all who are as risky as the last."""
    columns = tables["scores"].c
    wanted = (columns.customer_id, columns.branch, columns.contract_end, columns.probability)
    wanted += tuple(columns[name] for name in lists.CONDITIONS)
    may = sa.select(*wanted).where(columns.month == month, *_may_be_called(connection, tables, month))
    found = []
    for branch in sorted(most):
        query = may.where(columns.branch == branch).order_by(columns.probability.desc())
        portion = {"yield_per": min(most[branch] + 1, PORTION)}
        with connection.execute(query, execution_options=portion) as answers:
            found += lists.first(answers, strategies, most[branch])
    names = [column.name for column in wanted] + ["strategy"]
    return pd.DataFrame(found, columns=names)


def _may_be_called(connection, tables, month):
    """Conditions on scores: not opted out, no task for the same contract, and at rest long enough."""
    scores, tasks, out = tables["scores"], tables["tasks"], tables["opt_outs"]
    earlier, now = scores.alias("earlier"), month_number(month)
    rest = connection.scalar(sa.select(tables["settings"].c.rest_months))
    months = connection.scalars(sa.select(tables["dispatches"].c.month).distinct()).all()
    close = [one for one in months if abs(month_number(one) - now) <= rest]
    of_customer = tasks.c.customer_id == scores.c.customer_id
    same = sa.and_(earlier.c.month == tasks.c.month, earlier.c.customer_id == tasks.c.customer_id)
    return (
        ~sa.exists().where(out.c.customer_id == scores.c.customer_id),
        ~sa.exists().where(of_customer, tasks.c.arm == "contact", tasks.c.month.in_(close)),
        ~sa.exists().where(of_customer, same, earlier.c.contract_end == scores.c.contract_end),
    )


def keep_tasks(
    connection: sa.Connection,
    tables: Tables,
    month: str,
    table: pd.DataFrame,
    shares: Mapping[str, float],
    random_state: int,
) -> None:
    """Keep the lists of a month, and how they were drawn."""
    drawn = [
        {"month": month, "strategy": name, "control_share": share, "random_state": random_state}
        for name, share in shares.items()
    ]
    insert(connection, tables["dispatches"], drawn)
    last = ends(month)[1]
    tasks = {name: table[name].tolist() for name in ("customer_id", "branch", "rank", "strategy", "arm")}
    tasks["month"], tasks["due"] = [month] * len(table), [min(day, last) for day in table["contract_end"]]
    insert(connection, tables["tasks"], rows_of(tasks))


def tasks_of(connection: sa.Connection, tables: Tables, month: str) -> pd.DataFrame:
    """Return the tasks of a month, by branch and rank."""
    tasks = tables["tasks"]
    query = sa.select(tasks).where(tasks.c.month == month).order_by(tasks.c.branch, tasks.c.rank)
    return framed(connection, query)


def worklist(connection: sa.Connection, tables: Tables, month: str) -> pd.DataFrame:
    """Return whom the branches are to call, with what they need to know."""
    tasks, scores, strategies = tables["tasks"].c, tables["scores"].c, tables["strategies"].c
    about = (scores.risk_level, scores.value_grade, scores.reason_group, scores.rule)
    same = sa.and_(tasks.month == scores.month, tasks.customer_id == scores.customer_id)
    query = (
        sa.select(
            tasks.branch, tasks.rank, tasks.customer_id, *about, tasks.strategy, strategies.action, tasks.due
        )
        .join_from(tables["tasks"], tables["scores"], same)
        .join(tables["strategies"], tasks.strategy == strategies.strategy)
        .where(tasks.month == month, tasks.arm == "contact")
        .order_by(tasks.branch, tasks.rank)
    )
    return framed(connection, query)


def arms(connection: sa.Connection, tables: Tables, month: str) -> dict[str, str]:
    """Return the arm of each customer who is on a list of a month."""
    tasks = tables["tasks"].c
    query = sa.select(tasks.customer_id, tasks.arm).where(tasks.month == month)
    return dict(connection.execute(query).all())


def since(connection: sa.Connection, tables: Tables) -> dict[str, date]:
    """Return since when customers have opted out."""
    return dict(connection.execute(sa.select(tables["opt_outs"])).all())


def contracts(connection: sa.Connection, tables: Tables, month: str) -> dict[str, date]:
    """Return the end of the contract of each customer scored in a month."""
    scores = tables["scores"].c
    query = sa.select(scores.customer_id, scores.contract_end).where(scores.month == month)
    return dict(connection.execute(query).all())


def append_feedback(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> int:
    """Add the rows that are not there yet, under the next numbers; return how many."""
    names = [column.name for column in table.columns if column.name != "number"]
    there = set(map(tuple, connection.execute(sa.select(*(table.c[name] for name in names))).all()))
    new = dict.fromkeys(tuple(row[name] for name in names) for row in rows)
    new = [row for row in new if row not in there]
    last = connection.scalar(sa.select(sa.func.max(table.c.number))) or 0
    rows = [{"number": n, **dict(zip(names, row, strict=True))} for n, row in enumerate(new, last + 1)]
    insert(connection, table, rows)
    return len(rows)


def everything(connection: sa.Connection, tables: Tables, last: str | None) -> pd.DataFrame:
    """Return all scores, up to a month, with what was done and what came of it."""
    scores, tasks, dispatches = (tables[name] for name in ("scores", "tasks", "dispatches"))
    outcomes, feedback, strategies = (tables[name] for name in ("outcomes", "feedback", "strategies"))
    spoken = sa.func.max(sa.case((feedback.c.status.in_(SPOKEN), 1), else_=0)).label("spoken")
    said = sa.select(feedback.c.month, feedback.c.customer_id, sa.func.count().label("reports"), spoken)
    said = said.group_by(feedback.c.month, feedback.c.customer_id).subquery()

    def same(other):
        return sa.and_(scores.c.month == other.c.month, scores.c.customer_id == other.c.customer_id)

    drawn = sa.and_(tasks.c.month == dispatches.c.month, tasks.c.strategy == dispatches.c.strategy)
    facts = (scores.c.month, scores.c.branch, scores.c.probability, scores.c.reason_group)
    query = (
        sa.select(*facts, tasks.c.strategy, tasks.c.arm, dispatches.c.control_share, outcomes.c.churned)
        .add_columns(strategies.c.cost, said.c.reports, said.c.spoken)
        .join_from(scores, tasks, same(tasks), isouter=True)
        .join(dispatches, drawn, isouter=True)
        .join(outcomes, same(outcomes), isouter=True)
        .join(said, same(said), isouter=True)
        .join(strategies, tasks.c.strategy == strategies.c.strategy, isouter=True)
        .where(sa.true() if last is None else scores.c.month <= last)
        .order_by(scores.c.month, scores.c.customer_id)
    )
    rows = connection.execute(query).all()
    frame = pd.DataFrame(rows, columns=[column.name for column in query.selected_columns])
    kinds = {"churned": "boolean", "control_share": "float64", "cost": "float64"}
    return frame.assign(
        reports=frame["reports"].fillna(0).astype(int), spoken=frame["spoken"].fillna(0).astype(bool)
    ).astype(kinds)
