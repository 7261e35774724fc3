"""The loop of a month: publish scores, dispatch lists, take feedback and outcomes, report.

A month is that in which scores are published. Writers queue at the row of the settings (in SQLite, for the file).
"""

from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

import pandas as pd
import sqlalchemy as sa

from workbench import checks
from workbench.addresses import connect, masked, transaction
from workbench.checks import shown
from workbench.retention import effects, intake, lists, monitoring, queries
from workbench.retention.tables import COLUMNS, RetentionError, opened

__all__ = ["Report", "Retention", "RetentionError"]


class Report(NamedTuple):
    """What the loop did: ``effects``, one row per group of tasks, and ``months``, one row per month."""

    effects: pd.DataFrame
    months: pd.DataFrame


class Retention:
    """Keep a monthly retention loop in a relational database.

    Every method is one transaction: it happens whole or not at all. Months are arguments, written as YYYY-MM;
    nothing looks at a clock.

    Parameters
    ----------
    url : str or sqlalchemy.URL
        SQLAlchemy's address of the database, as `cbr.CaseBase` takes it; ``sqlite://`` is in memory. No message holds
        the password.
    prefix : str
        Put before the name of each table; a second campaign in one database has another one.

    Raises
    ------
    workbench.addresses.CaseBaseError
        A ValueError. If the address is wrong or the database does not answer.
    RetentionError
        A ValueError. For what the state of the loop forbids; says which customer or month, and why.
    ValueError
        For rows that cannot be kept; names the column and the row.

    Examples
    --------
    >>> scores = pd.DataFrame({"customer_id": ["ann", "bob", "cyd"], "probability": [0.7, 0.4, 0.6]})
    >>> scores = scores.assign(branch="A", contract_end="2014-03-31")
    >>> with Retention("sqlite://") as loop:
    ...     loop.configure(
    ...         strategies=pd.DataFrame({"strategy": ["visit"], "action": "call", "cost": 5.0, "stage": "pilot"}),
    ...         capacities=pd.DataFrame({"month": ["2014-03"], "branch": "A", "contacts": 1}),
    ...     )
    ...     written = loop.publish("2014-03", scores)
    ...     loop.dispatch("2014-03", random_state=1)[["customer_id", "rank", "strategy", "arm"]]
      customer_id  rank strategy      arm
    0         ann     1    visit  control
    1         cyd     2    visit  contact
    """

    def __init__(self, url: str | sa.URL = "sqlite://", *, prefix: str = "") -> None:
        self.prefix = prefix
        self._engine = connect(url)
        try:
            self._tables = opened(self._transaction, prefix)
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"Retention({shown(masked(self._engine.url))}, prefix={shown(self.prefix)})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections; a loop in memory is gone."""
        self._engine.dispose()

    def configure(
        self,
        strategies: pd.DataFrame | None = None,
        capacities: pd.DataFrame | None = None,
        opt_outs: pd.DataFrame | None = None,
        *,
        rest_months: int | None = None,
    ) -> None:
        """Keep strategies, capacities and opt-outs; rows of the same key are replaced, others stay.

        Parameters
        ----------
        strategies : DataFrame, optional
            Columns of the table ``strategies``. Conditions may be missing: any customer. ``stage`` is "pilot", "rolled
            out" or "stopped"; ``cost`` of one contact, in any one unit, at least 0; valid in every month that touches
            ``valid_from`` to ``valid_to``, both included, and without end where they are missing.
        capacities : DataFrame, optional
            ``month``, ``branch``, ``contacts``: customers that a branch can be asked to call, at least 0. Those of a
            dispatched month are refused.
        opt_outs : DataFrame, optional
            ``customer_id`` and ``since``, the day from whose end on nobody may call.
        rest_months : int, optional
            For so many months after a contact a customer is not listed; at least 0, and 3 in a new loop.
        """
        given = {"strategies": strategies, "capacities": capacities, "opt_outs": opt_outs}
        taken = {
            name: intake.taken(self._tables[name], table, name)
            for name, table in given.items()
            if table is not None
        }
        if rest_months is not None:
            rest_months = checks.whole_number("rest_months", rest_months, least=0, most=1200)
        with self._writing() as connection:
            queries.refuse_late(connection, self._tables, intake.rows_of(taken.get("capacities", {})))
            for name, columns in taken.items():
                queries.upsert(connection, self._tables[name], intake.rows_of(columns))
            if rest_months is not None:
                connection.execute(sa.update(self._tables["settings"]).values(rest_months=rest_months))

    def publish(self, month: str, scores: pd.DataFrame) -> int:
        """Publish the scores of a month, in the place of those published before.

        Parameters
        ----------
        month : str
            YYYY-MM.
        scores : DataFrame, one row per customer
            Columns of the table ``scores``; ``risk_level``, ``value_grade``, ``reason_group``, ``rule`` and ``model``
            may be missing. ``probability`` in [0, 1], larger is more likely to leave; ``contract_end`` not before the
            month.

        Returns
        -------
        int
            Rows written; 0 where the same scores stand there already.

        Raises
        ------
        RetentionError
            If the month is dispatched and these are other scores.
        """
        month, table = intake.month_of(month), self._tables["scores"]
        columns = intake.taken(table, scores, "scores", month=month)
        intake.refuse_ended(columns, month)
        records = sorted(intake.rows_of(columns), key=lambda row: row["customer_id"])
        with self._writing() as connection:
            if records == queries.stored(connection, table, month):
                return 0
            if queries.is_dispatched(connection, self._tables, month):
                raise RetentionError(
                    f"{month} is dispatched, and these are other scores than those its lists were made of; "
                    "publish them in another month."
                )
            connection.execute(sa.delete(table).where(table.c.month == month))
            queries.insert(connection, table, records)
        return len(records)

    def dispatch(
        self,
        month: str,
        control_share: float | Mapping[str, float] | None = None,
        random_state: int = 0,
    ) -> pd.DataFrame:
        """List whom each branch is to call, and leave a control group alone; a dispatched month stays as it is.

        Of each branch the customers of highest probability, but for those who opted out, who had a task for the same
        contract, or who were to be called less than ``rest_months`` ago, and those whom no strategy fits. Of several
        strategies the one with most conditions applies. A list is capacity / (1 − control share) long, so that calls
        never exceed the capacity.

        Parameters
        ----------
        month : str
            YYYY-MM.
        control_share : float or mapping of stage to float, optional
            Share of each list that is left alone, in [0, 1); unless given, half of a pilot and 15 % of what is rolled
            out.
        random_state : int
            Enters the hash that draws the arms, with month and customer; from 0.

        Returns
        -------
        DataFrame, one row per task, by branch and rank
            The table ``tasks`` of this month; what is stored, if the month was dispatched before.

        Raises
        ------
        RetentionError
            If the month has no scores or no strategy, or a branch has no capacity.
        """
        month = intake.month_of(month)
        random_state = checks.whole_number("random_state", random_state, least=0, most=2**63 - 1)
        with self._writing() as connection:
            if not queries.is_dispatched(connection, self._tables, month):
                strategies = queries.strategies_in_force(connection, self._tables, month)
                stages = {strategy["strategy"]: strategy["stage"] for strategy in strategies}
                shares = lists.shares_of(control_share, stages)
                capacities = queries.capacities_of(connection, self._tables, month)
                queries.require_capacities(connection, self._tables, month, capacities)
                most = {b: int(n / (1 - max(shares.values())) + 1) for b, n in capacities.items()}
                candidates = queries.candidates(connection, self._tables, month, strategies, most)
                table = lists.listed(candidates, capacities, shares, month=month, random_state=random_state)
                queries.keep_tasks(connection, self._tables, month, table, shares, random_state)
            return queries.tasks_of(connection, self._tables, month)

    def worklist(self, month: str) -> pd.DataFrame:
        """Return whom the branches are to call in a dispatched month; control customers are not among them.

        Parameters
        ----------
        month : str
            YYYY-MM.

        Returns
        -------
        DataFrame, one row per contact, by branch and rank
            ``branch, rank, customer_id, risk_level, value_grade, reason_group, rule, strategy, action, due``.

        Raises
        ------
        RetentionError
            If the month is not dispatched.
        """
        month = intake.month_of(month)
        with self._transaction() as connection:
            queries.require_dispatched(connection, self._tables, month)
            return queries.worklist(connection, self._tables, month)

    def feedback(self, month: str, rows: pd.DataFrame) -> int:
        """Add what came of the calls of a month; a row that is there already is not added again.

        Parameters
        ----------
        month : str
            YYYY-MM, that of the task.
        rows : DataFrame
            ``customer_id``, ``reported_on`` (a day), ``status`` ("reached", "unreachable", "refused" or "accepted") and
            perhaps ``note``. A customer may have several.

        Returns
        -------
        int
            Rows added.

        Raises
        ------
        RetentionError
            For customers who are control, opted out before that day, or are not on the list: they should not have been
            called, and the effect would be spoilt. Nothing is kept then.
        """
        month = intake.month_of(month)
        columns = intake.taken(self._tables["feedback"], rows, "feedback", month=month)
        with self._writing() as connection:
            queries.require_dispatched(connection, self._tables, month)
            arms, since = (
                queries.arms(connection, self._tables, month),
                queries.since(connection, self._tables),
            )
            intake.refuse_uncalled(columns, month, arms, since)
            return queries.append_feedback(connection, self._tables["feedback"], intake.rows_of(columns))

    def outcomes(self, month: str, rows: pd.DataFrame, *, observation_end: Any = None) -> int:
        """Keep who left of those scored in a month, in the place of what was known of them before.

        A customer churned whose contract was not renewed by the end of the month after its own: not before that is the
        label known.

        Parameters
        ----------
        month : str
            YYYY-MM, that of the scores.
        rows : DataFrame, one row per customer
            ``customer_id``; ``churned`` (bool), ``renewed_on`` (a day, missing where not renewed) or both.
        observation_end : date, optional
            First day that was not observed any more. Without ``churned`` it is needed.

        Returns
        -------
        int
            Rows that are new or other than before.

        Raises
        ------
        RetentionError
            If a label is not known yet, contradicts the day of renewal, or is about a customer without a score; names
            the customers. Nothing is kept then.
        """
        month, table = intake.month_of(month), self._tables["outcomes"]
        end = intake.day(observation_end, "observation_end")
        columns = intake.taken(table, rows, "outcomes", instead={"churned": "renewed_on"}, month=month)
        with self._writing() as connection:
            queries.require_dispatched(connection, self._tables, month)
            contracts = queries.contracts(connection, self._tables, month)
            intake.label(columns, month, contracts, end)
            before = {row["customer_id"]: row for row in queries.stored(connection, table, month)}
            new = [row for row in intake.rows_of(columns) if row != before.get(row["customer_id"])]
            queries.upsert(connection, table, new)
        return len(new)

    def report(self, month: str | None = None) -> Report:
        """Return what the loop did: effects by assigned arm, and the months one by one.

        Parameters
        ----------
        month : str, optional
            YYYY-MM, the last one that counts; all of them unless given.

        Returns
        -------
        Report
            ``effects`` as `workbench.retention.effects.effects` describes it, ``months`` as `monitoring.monthly` does.
            What is not known is NaN.

        Raises
        ------
        RetentionError
            If there is no score.
        """
        last = None if month is None else intake.month_of(month)
        with self._transaction() as connection:
            scores = queries.everything(connection, self._tables, last)
            capacities = queries.capacity_by_month(connection, self._tables)
        if scores.empty:
            raise RetentionError(
                f"There are no scores{f' up to {last}' if last else ''}; publish some first."
            )
        return Report(effects.effects(scores[scores["arm"].notna()]), monitoring.monthly(scores, capacities))

    def promote(self, strategy: str) -> dict[str, Any]:
        """Roll out a strategy that is in pilot, if its effect is certain enough, and say what was seen.

        Parameters
        ----------
        strategy : str

        Returns
        -------
        dict
            The strategy's row of the report's effects.

        Raises
        ------
        RetentionError
            If there is no such strategy in pilot, or the interval of its effect is not above 0; says what was seen.
            Who decides otherwise sets the stage by `configure`.
        """
        with self._writing() as connection:
            queries.require_pilot(connection, self._tables, strategy)
            scores = queries.everything(connection, self._tables, None)
            tasks = scores[scores["strategy"] == strategy]
            seen = {"by": "strategy", "group": strategy, **effects.summary(tasks)}
            if not seen["low"] > 0:
                raise RetentionError(
                    f"{shown(strategy)} stays in pilot: {intake.said_effect(seen)}, and the interval must lie above 0."
                )
            table = self._tables["strategies"]
            rolled_out = sa.update(table).where(table.c.strategy == strategy).values(stage="rolled out")
            connection.execute(rolled_out)
        return seen

    def to_frame(self, table: str, month: str | None = None) -> pd.DataFrame:
        """Return a table as it is stored, in the order of its key.

        Parameters
        ----------
        table : str
            One of those that `workbench.retention.tables` lists, without the prefix.
        month : str, optional
            YYYY-MM; the rows of this month only, of a table that has months.

        Returns
        -------
        DataFrame
            Days as datetime64, what is missing as NA.
        """
        checks.known("table", table, COLUMNS)
        with self._transaction() as connection:
            return queries.frame_of(connection, self._tables[table], month and intake.month_of(month))

    @contextmanager
    def _transaction(self, *, writes=False):
        with transaction(self._engine, writes=writes) as connection:
            yield connection

    @contextmanager
    def _writing(self):
        """Give a connection in a transaction once no other writer is at work."""
        with self._transaction(writes=True) as connection:
            connection.execute(sa.select(self._tables["settings"]).with_for_update())
            yield connection
