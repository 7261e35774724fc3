"""The answer of a database as a table of the engine: fetched in portions, each column of one type."""

from decimal import Decimal

import pandas as pd

from workbench.data.reading import databases
from workbench.data.reading.parts import Dialect, Part, Table
from workbench.data.scanning.engine import ROW, Engine, Unscannable, quoted

__all__ = ["table"]

ROWS = 100_000  # of a portion
EMPTY = "of no type"
KINDS = {"i": "whole numbers", "f": "numbers", "M": "times", "b": "true or false"}
DIGITS = 15  # of a decimal number that is a float without loss


def table(engine: Engine, name: str, address: str, query: str) -> tuple[Table, str]:
    """Make a table of the engine of the answer to a query; return what is known of it, and its columns in SQL.

    Raises
    ------
    Unscannable
        If a column is not of one type that the engine has.
    workbench.data.DataError
        As `workbench.data.reading.read`.
    """
    kinds: dict[str, str] = {}
    n = 0
    for columns, rows in databases.portions(address, query, ROWS):
        names = [str(column) for column in columns]
        if len({name.casefold() for name in [*names, ROW]}) <= len(names) or "" in names:
            raise Unscannable("columns of the answer have no name, or one that differs in case only")
        cells = {name: _typed(name, values) for name, *values in zip(names, *rows, strict=True)}
        for column, (_, kind) in cells.items():
            before = kinds.get(column, kind)
            if before != kind and kind != EMPTY and (before, kind) != (EMPTY, "texts"):
                raise Unscannable(f"column {column!r} holds {before} in some rows and {kind} in others")
            kinds[column] = kind if kind != EMPTY else before
        frame = pd.DataFrame({column: found for column, (found, _) in cells.items()})
        engine.append(name, frame.set_axis(pd.RangeIndex(n + 1, n + len(rows) + 1)))
        n += len(rows)
    if not n:
        raise Unscannable("the query gives no rows")
    shown = databases.shown(address)
    part = Part(shown, None, None, n, 0, 0)
    frame = pd.DataFrame(columns=pd.Index(list(kinds), dtype="str"))
    known = Table(frame, None, None, [], shown, Dialect("database"), (part,), n)
    return known, ", ".join(_filled(column, kind) for column, kind in kinds.items())


def _typed(name: str, values: list) -> tuple[pd.Series, str]:
    """The cells of a column of a portion, and what they are."""
    if all(value is None for value in values):
        return pd.Series(values, dtype="str"), EMPTY
    if all(isinstance(value, Decimal) for value in values):
        return _decimals(name, values)
    cells = pd.Series(databases.plain(tuple(values)))
    if isinstance(cells.dtype, pd.StringDtype):
        return cells, "texts"
    if (kind := KINDS.get(cells.dtype.kind)) is None or getattr(
        cells.dt if kind == "times" else None, "tz", None
    ):
        raise Unscannable(
            f"column {name!r} holds values of several types, or of one that portions do not tell"
        )
    return cells, kind


def _decimals(name: str, values: list[Decimal]) -> tuple[pd.Series, str]:
    """Decimal numbers, all of one scale."""
    import pyarrow as pa

    scales = {value.as_tuple().exponent for value in values}
    scale = -scales.pop() if len(scales) == 1 and all(value.is_finite() for value in values) else -1
    if scale < 0 or max(abs(value) for value in values) >= 10 ** (DIGITS - scale):
        raise Unscannable(f"column {name!r} holds decimal numbers that are long, or of several scales")
    kind = pa.decimal128(DIGITS, scale)
    return pd.Series(values, dtype=pd.ArrowDtype(kind)), f"numbers of {scale} decimals"


def _filled(column: str, kind: str) -> str:
    """A column in SQL; texts are empty rather than missing, as `databases.plain` has them."""
    name = quoted(column)
    return f"coalesce({name}, '') as {name}" if kind == "texts" else name
