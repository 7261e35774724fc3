"""The case base: historical cases in a relational database, by their numbers.

A case of the study is a tuple (A, V, W_A, O) of indicators, their values, their weights and a class. Values and
class belong to the case: one row each, a column per indicator. The weights belong to the indicators (they come
from one network and are the same for every case; cases with weights of their own could not be compared), and a
group's weight to the group. So they stand beside the cases in tables of their own, once:

==========================  ======================================================
``cases``                   ``case_number`` (key), a column per indicator, ``class``
``cases_weights``           ``indicator`` (key), ``weight``, ``group`` (or null)
``cases_groups``            ``group`` (key), ``weight``
``cases_counter``           one row: the last number given
==========================  ======================================================

Writers queue at the row of the counter (in SQLite, for the file), so that two of them never give one number
twice and a number in use is refused by name; a number is not given again when its case is removed. Reading
waits for no queue.
"""

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
import pandas as pd
import sqlalchemy as sa

from workbench.addresses import CaseBaseError, connect, masked, transaction
from workbench.cbr.store.rows import (
    CLASS,
    LARGEST,
    NUMBER,
    Weights,
    check_changes,
    check_name,
    check_names,
    check_number,
    check_rows,
    check_stored,
    check_stored_weights,
    check_weights,
    counted,
)
from workbench.cbr.store.tables import opened, tables_of
from workbench.checks import shown

__all__ = ["CaseBase", "CaseBaseError", "Weights"]


class CaseBase:
    """Keep cases in a relational database.

    Every method is one transaction: it happens whole or not at all. Names and values are never part of SQL
    text: names are quoted identifiers, values bound parameters. Not defined for a class that is not text, and
    for values that are not finite.

    Parameters
    ----------
    url : str or sqlalchemy.URL
        SQLAlchemy's address of the database: ``sqlite://`` in memory, ``sqlite:///FILE``,
        ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE`` (extra ``postgresql``), or any other. No message
        holds the password.
    indicators : list of str, optional
        Names of the indicators, any text of up to 63 bytes in UTF-8; needed to make a new case base. An
        existing one knows its own; given here, they must be the same, and set the order of columns.
    table : str
        Name of the table of cases, and beginning of the names of the tables beside it.

    Attributes
    ----------
    indicators : tuple of str

    Raises
    ------
    CaseBaseError
        A ValueError. If the address is wrong or the database does not answer, if the table exists and has
        other columns, and for numbers that are unknown or in use.
    ValueError
        For names, cases and weights that cannot be kept; names the row and column.

    Notes
    -----
    Use it as a context manager, or `close` it. One object may be used from several threads; each process
    opens its own. Floats come back bit by bit, except that −0.0 comes back as 0.0.

    Examples
    --------
    >>> with CaseBase("sqlite://", indicators=["recency", "frequency"]) as base:
    ...     first = base.add({"recency": 0.1, "frequency": 0.9, "class": "high"})
    ...     rest = base.add(pd.DataFrame({"recency": [0.7, 0.8], "frequency": 0.2, "class": "low"}))
    ...     base.update(first, {"frequency": 1.0})
    ...     base.remove(2)
    ...     base.to_frame()
                 recency  frequency class
    case_number
    1                0.1        1.0  high
    3                0.8        0.2   low
    """

    def __init__(
        self,
        url: str | sa.URL = "sqlite://",
        *,
        indicators: Sequence[str] | None = None,
        table: str = "cases",
    ) -> None:
        self.table = check_name(table, "table", longest=63 - len("_counter"))
        wanted = None if indicators is None else check_names(indicators)
        self._closed = False
        self._engine = connect(url)
        try:
            self.indicators = opened(self._transaction, self.table, wanted)
        except BaseException:
            self.close()
            raise
        self._cases, self._weights, self._groups, self._counter = tables_of(self.table, self.indicators)

    def __repr__(self) -> str:
        return f"CaseBase({shown(masked(self._engine.url))}, table={shown(self.table)})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        with self._transaction() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(self._cases))

    def close(self) -> None:
        """Give back the connections; a case base in memory is gone."""
        self._closed = True
        self._engine.dispose()

    def add(self, cases: Mapping[str, Any] | pd.Series | pd.DataFrame) -> int | pd.Index:
        """Add one case, or all cases of a table or none of them.

        Parameters
        ----------
        cases : mapping, Series or DataFrame
            Values of every indicator (any unit, finite) and ``class`` (text), of one case or one row per
            case. The numbers stand under ``case_number`` (key, column or name of the index; whole, ≥ 1);
            without it the case base gives the next ones. An index of another name is not kept.

        Returns
        -------
        int, or Index of int for a DataFrame
            The case numbers, in the order of the rows.

        Raises
        ------
        CaseBaseError
            If a number is in use.
        ValueError
            If there is no row, a column is missing, unknown or double, a value is not a finite number, a
            class is no text, or a number occurs twice or is no whole number.
        """
        return self._write(cases)

    def replace(self, cases: Mapping[str, Any] | pd.Series | pd.DataFrame) -> int | pd.Index:
        """Put the cases of a table in the place of all present ones, and number from 1 again.

        Parameters and result are those of `add`. A reader sees the old cases or the new ones, nothing between.
        """
        return self._write(cases, replace=True)

    def get(self, number: int) -> dict[str, Any]:
        """Return a case as a dict: its indicators and ``class``.

        Parameters
        ----------
        number : int

        Raises
        ------
        CaseBaseError
            If there is no such case.
        """
        number, columns = check_number(number), list(self._cases.c)[1:]
        with self._transaction() as connection:
            row = connection.execute(sa.select(*columns).where(self._cases.c.number == number)).first()
        if row is None:
            raise self._unknown(number)
        found = dict(zip([*self.indicators, CLASS], row, strict=True))
        check_stored(found, number)
        return found

    def update(self, number: int, changes: Mapping[str, Any] | pd.Series) -> None:
        """Change some indicators of a case, or its class; the others stay.

        Of two writers who change the same value the last one wins; changes of different values of one case
        both stay.

        Parameters
        ----------
        number : int
        changes : mapping or Series
            New values by the name of the indicator, or ``class``.

        Raises
        ------
        CaseBaseError
            If there is no such case.
        ValueError
            If a name is unknown or a value cannot be kept.
        """
        number = check_number(number)
        changes = check_changes(changes, self.indicators, number)
        keys = dict(zip([*self.indicators, CLASS], self._cases.c.keys()[1:], strict=True))
        values = {keys[name]: value for name, value in changes.items()}
        with self._transaction(writes=True) as connection:
            changed = connection.execute(
                sa.update(self._cases).where(self._cases.c.number == number).values(values)
            )
            if not changed.rowcount:
                raise self._unknown(number)

    def remove(self, number: int) -> None:
        """Remove a case; its number is not given again.

        Parameters
        ----------
        number : int

        Raises
        ------
        CaseBaseError
            If there is no such case.
        """
        number = check_number(number)
        with self._transaction(writes=True) as connection:
            if not connection.execute(sa.delete(self._cases).where(self._cases.c.number == number)).rowcount:
                raise self._unknown(number)

    def to_frame(self) -> pd.DataFrame:
        """Return all cases in the order of their numbers.

        Returns
        -------
        DataFrame, one row per case, index ``case_number``
            A float column per indicator, in the order of `indicators`, then ``class``.
        """
        with self._transaction() as connection:
            rows = connection.execute(sa.select(self._cases).order_by(self._cases.c.number)).all()
        for number, *row in rows:
            check_stored(dict(zip([*self.indicators, CLASS], row, strict=True)), number)
        numbers, *values, classes = zip(*rows, strict=True) if rows else [()] * len(self._cases.c)
        frame = pd.DataFrame(
            dict(zip(self.indicators, (np.array(column, dtype=float) for column in values), strict=True)),
            index=pd.Index(numbers, dtype="int64", name=NUMBER),
        )
        return frame.assign(**{CLASS: pd.Series(classes, index=frame.index, dtype="str")})

    def weights(self) -> Weights:
        """Return the weights as `grey.similarity` takes them: ``similarity(…, **base.weights()._asdict())``.

        Returns
        -------
        Weights
            ``weights``, dict by indicator; ``groups``, dict of group to indicators, and ``group_weights``,
            dict by group, both None where none were given. No unit; the larger, the more say.

        Raises
        ------
        CaseBaseError
            If none were set.
        """
        both = sa.select(self._weights, self._groups.c.weight).outerjoin_from(self._weights, self._groups)
        with self._transaction() as connection:
            found = {name: rest for name, *rest in connection.execute(both)}
        if set(found) != set(self.indicators):
            raise CaseBaseError(
                f"No weights are set for the indicators of {shown(self.table)}; use set_weights."
            )
        check_stored_weights([part for row in found.values() for part in (row[0], row[2])], self.table)
        within = {name: found[name][0] for name in self.indicators}
        if found[self.indicators[0]][1] is None:
            return Weights(within, None, None)
        groups, across = {}, {}
        for name in self.indicators:
            _, group, across[group] = found[name]
            groups.setdefault(group, []).append(name)
        return Weights(within, groups, across)

    def set_weights(
        self,
        weights: Mapping[str, float] | pd.Series,
        *,
        groups: Mapping[str, Sequence[str]] | None = None,
        group_weights: Mapping[str, float] | pd.Series | None = None,
    ) -> None:
        """Keep the weights of the indicators, in the place of earlier ones.

        They are kept as given, and must be what the similarity takes: each group's weights of sum 1, and those of
        the groups too, up to printed rounding (0.005).

        Parameters
        ----------
        weights : mapping or Series
            By indicator, within its group; no unit, ≥ 0, the larger, the more say.
        groups : dict of group to list of indicators, optional
        group_weights : mapping or Series, optional
            By group; no unit, ≥ 0.

        Raises
        ------
        ValueError
            If a name is unknown or missing, an indicator is not in exactly one group, or a weight is negative
            or not finite, or a sum misses 1.
        """
        within, groups, across = check_weights(weights, groups, group_weights, self.indicators)
        group_of = {name: group for group, names in (groups or {}).items() for name in names}
        rows = [{"name": n, "weight": w, "group": group_of.get(n)} for n, w in within.items()]
        with self._transaction(writes=True) as connection:
            self._last_number(connection)
            connection.execute(sa.delete(self._weights))
            connection.execute(sa.delete(self._groups))
            if across:
                groups = [{"name": group, "weight": weight} for group, weight in across.items()]
                connection.execute(sa.insert(self._groups), groups)
            connection.execute(sa.insert(self._weights), rows)

    @contextmanager
    def _transaction(self, *, writes=False):
        """Give a connection in a transaction; rolled back, and told in one line, if anything fails."""
        if self._closed:
            raise CaseBaseError(f"{shown(self)} is closed; make it again.")
        with transaction(self._engine, writes=writes) as connection:
            yield connection

    def _last_number(self, connection):
        """Wait until no other writer is at work, and return the last number given or in use."""
        counters = connection.scalars(sa.select(self._counter.c.last_number).with_for_update()).all()
        last = counted(counters, self.table)
        used = connection.scalar(sa.select(sa.func.max(self._cases.c.number)))
        return max(last, used or 0)

    def _write(self, cases, *, replace=False):
        rows = check_rows(cases, self.indicators)
        with self._transaction(writes=True) as connection:
            last = self._last_number(connection)
            if replace:
                connection.execute(sa.delete(self._cases))
                last = 0
            numbers = rows.numbers or list(range(last + 1, last + 1 + len(rows.classes)))
            if numbers[-1] > LARGEST:
                raise CaseBaseError(f"There is no number after {last}; give the numbers yourself.")
            self._refuse_used(connection, numbers)
            keys = self._cases.c.keys()
            cells = zip(numbers, *rows.values.T.tolist(), rows.classes, strict=True)
            connection.execute(sa.insert(self._cases), [dict(zip(keys, row, strict=True)) for row in cells])
            connection.execute(sa.update(self._counter).values(last_number=max(last, *numbers)))
        many = isinstance(cases, pd.DataFrame)
        return pd.Index(numbers, dtype="int64", name=NUMBER) if many else numbers[0]

    def _refuse_used(self, connection, numbers):
        span = self._cases.c.number.between(min(numbers), max(numbers))
        used = set(connection.scalars(sa.select(self._cases.c.number).where(span))) & set(numbers)
        if used:
            raise CaseBaseError(
                f"Case number {min(used)} is in use ({len(used)} of those given are); nothing was added. Update the "
                "case, or leave numbers out to get new ones."
            )

    def _unknown(self, number):
        return CaseBaseError(f"There is no case {number} in table {shown(self.table)}.")
