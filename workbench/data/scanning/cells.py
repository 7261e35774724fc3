"""Columns of the engine read by the parsers of `parsing`: what is not certain by its type, each different cell once.

A cell of a column of numbers or times is read alone: only those that may be refused are handed to the parser. What a
column of texts is decides itself by all its cells: each different text is handed over once, with its rows.
"""

from typing import NamedTuple

import pandas as pd

from workbench.data import values as values_
from workbench.data.expressions import Column, Expression, Sum, columns_of
from workbench.data.parsing import identifiers
from workbench.data.scanning.engine import ROW, Unscannable, quoted
from workbench.data.scanning.raw import Raw
from workbench.data.values import Wanted

__all__ = ["Reader", "different", "rows_by"]

MOST = 3_000_000  # different texts of a column that are held in memory
WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
BROKEN = {"FLOAT", "DOUBLE"}
MOMENTS = {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
ZONED = "TIMESTAMP WITH TIME ZONE"
LONG = 15  # digits of a decimal number that is a float without loss
# Texts that are identifiers as they stand, see `parsing.identifiers`: letters of one case before digits.
PLAIN = ("[A-Z_#-]{0,20}[0-9]{1,24}", "[a-z_#-]{0,20}[0-9]{1,24}")


class Reader(NamedTuple):
    """Reads the columns of rows that are kept, ``kept``, as roles."""

    file: str
    raw: Raw
    wanted: Wanted
    notes: list[str]
    joins: list[str]  # in SQL, to what texts are read as
    counted: dict[str, str]  # of values that have been counted, each once: their table

    def value(self, role: str, expression: Expression) -> str:
        """Return the values of a role in SQL, or refuse the first bad row.

        Raises
        ------
        Unscannable
            If the column decides itself by more than its different cells.
        workbench.data.DataError
            As `workbench.data.values.read`.
        """
        if role == "event_time" and not isinstance(expression, Column):
            raise Unscannable("a date and a time of day stand in two columns")
        parts = {name: self._column(role, name) for name in columns_of(expression)}
        if role == "amount" and len(parts) > 1:
            values_.refuse_currencies(self.file, list(parts), self.notes)
        return _computed(expression, parts)

    def _column(self, role: str, name: str) -> str:
        kind = self.raw.types[name]
        column = f"kept.{quoted(name)}"
        if kind == "VARCHAR" or (kind in WHOLE and role not in ("event_time", "amount")):
            return self._text(role, name, kind)
        if role == "amount" and (kind in WHOLE | BROKEN or _is_short(kind)):
            self.parsed(role, self._odd(name, _no_amount(column)))
            return f"{column}::double"
        if role == "event_time" and kind in MOMENTS | {ZONED}:
            moment = f"{column}::timestamp" if kind != ZONED else f"make_timestamp(epoch_us({column}))"
            inside = f"({moment} >= '1970-01-02' and {moment} < '2099-12-31')"
            self.parsed(role, self._odd(name, f"({column} is null or not {inside})"))
            return f"(case when {inside} then {moment} end)"
        raise Unscannable(f"column {name!r} ({role}) is of the type {kind.lower()}")

    def parsed(self, role: str, cells: tuple[pd.Series, pd.Series]) -> pd.Series:
        """The values of cells, each of which stands for many rows."""
        frame = self.raw.table.frame
        return values_.parsed(self.file, frame, role, cells[0], self.wanted, self.notes, cells[1])

    def _odd(self, name: str, condition: str) -> tuple[pd.Series, pd.Series]:
        """The cells that may be refused, each once, and one that may not."""
        one = f"any_value({quoted(name)})"
        found = self.raw.engine.frame(
            f"select {quoted(name)} as cell, count(*) as n, min({quoted(ROW)}) as first from kept "
            f"where {condition} group by 1 union all select {one}, 1, min({quoted(ROW)}) from kept "
            f"where not {condition} having count(*) > 0 order by first"
        )
        return _cells(found, name)

    def _text(self, role: str, name: str, kind: str) -> str:
        """A column of texts: itself, where all are plain; else what each of its different texts is read as."""
        column = f"kept.{quoted(name)}"
        if role in ("customer_id", "order_id") and self._is_plain(role, name, kind):
            return f"{column}::varchar"
        cells, counts = different(self.raw, name)
        read = self.parsed(role, (cells, counts))
        table = pd.DataFrame({"cell": cells.to_numpy(), "value": read.to_numpy()})
        dictionary = f"read as {role} {name}"
        self.raw.engine.keep(dictionary, table)
        d = quoted(dictionary)
        self.joins.append(f"left join {d} on {d}.cell is not distinct from {column}")
        return f"{d}.value"

    def each(self, value: str) -> str:
        """In SQL, each different value, ``own``, with its rows, ``n``, and the ``first`` of them."""
        if value in self.counted:
            return f"select * from {self.counted[value]}"
        return (
            f"select {value} as own, count(*) as n, min({quoted(ROW)}) as first "
            f"from kept {' '.join(self.joins)} group by 1"
        )

    def _is_plain(self, role: str, name: str, kind: str) -> bool:
        """Whether all texts of a column are identifiers as they stand; those of customers are counted for it."""
        column, value, cells = quoted(name), f"kept.{quoted(name)}::varchar", "kept"
        if kind != "VARCHAR":
            return not self.raw.engine.one(f"select count(*) from kept where {column} is null")[0]
        if role == "customer_id":
            column, cells = "own", quoted(f"each {role}")
            self.raw.engine.run(f"create table {cells} as {self.each(value)}")
            self.counted[value] = cells
        checks = ", ".join(f"coalesce(bool_and(regexp_full_match({column}, '{p}')), false)" for p in PLAIN)
        facts = f"count(*) filter ({column} is null), coalesce(max(length({column})), 0)"
        upper, lower, gaps, longest = self.raw.engine.one(f"select {checks}, {facts} from {cells}")
        if not (upper or lower) or gaps:
            return False
        if longest > identifiers.EXACT_DIGITS:
            self._notice_cut(role, column, cells)
        return True

    def _notice_cut(self, role: str, column: str, cells: str) -> None:
        """Notice what `identifiers.cut` does, without the texts in memory."""
        long, zeros = (f"regexp_full_match({column}, '{p}')" for p in (identifiers.LONG, identifiers.ZEROS))
        n, all_cut = self.raw.engine.one(
            f"select count(distinct {column}), bool_and({zeros}) from {cells} where {long}"
        )
        self.notes.extend(f"{role}: {said}" for said in identifiers.cut_in_words(n if all_cut else 0))


def different(raw: Raw, name: str) -> tuple[pd.Series, pd.Series]:
    """Return each different cell of a column in the order of their first rows, which are the index, and its rows."""
    column = quoted(name)
    n = raw.engine.one(f"select approx_count_distinct({column}) from kept")[0]
    if n > MOST:
        raise Unscannable(f"column {name!r} has about {n:,} different texts, which decide how it is read")
    return _cells(
        raw.engine.frame(
            f"select {column} as cell, count(*) as n, min({quoted(ROW)}) as first from kept group by 1 order by first"
        ),
        name,
    )


def rows_by(texts: pd.Series, counts: pd.Series) -> pd.Series:
    """Count rows by text as `value_counts` does."""
    return counts.groupby(texts.to_numpy(), sort=False).sum().sort_values(ascending=False, kind="stable")


def _cells(found: pd.DataFrame, name: str) -> tuple[pd.Series, pd.Series]:
    found = found.set_index("first")
    return found["cell"].rename(name), found["n"].astype("int64")


def _no_amount(column: str) -> str:
    return f"({column} is null or not isfinite({column}::double) or abs({column}::double) > 1e15)"


def _is_short(kind: str) -> bool:
    """Whether decimal numbers of a type are floats without loss."""
    return kind.startswith("DECIMAL(") and int(kind[8:].partition(",")[0]) <= LONG


def _computed(expression: Expression, parts: dict[str, str]) -> str:
    """An expression in SQL."""
    match expression:
        case Column(name):
            return parts[name]
        case Sum(sign, left, right):
            return f"({_computed(left, parts)} {sign} {_computed(right, parts)})"
    return f"{expression!r}::double"
