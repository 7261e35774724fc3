"""A look at a file before anything is run: how it would be read, what each column looks like, what is odd."""

import json
import re
import shlex
import unicodedata
from typing import NamedTuple

import pandas as pd

from workbench.data import reading
from workbench.data.intake import oddities, suggestions
from workbench.data.parsing.columns import looks_like
from workbench.data.reading import sources
from workbench.data.reading.parts import Dialect, Table

__all__ = ["Column", "Look", "look"]

MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
ENDS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
BEGINNING, SPREAD = 15_000, 10_000  # rows looked at closely, where there are more
NEEDED = {"customer_id": "a customer's identifier", "event_time": "a time"}


class Column(NamedTuple):
    """One column: what it looks like, what does not fit, an example."""

    name: str
    kind: str
    described: str
    bad: int
    first_bad: tuple[str, str] | None  # where, and the text
    example: str
    warnings: list[str]


class Look(NamedTuple):
    """What would be read of a source."""

    source: str
    dialect: Dialect
    rows: int
    exact: bool
    looked_at: int
    files: int
    columns: list[Column]
    suggestion: suggestions.Suggestion
    notes: list[str]
    warnings: list[str]

    def suggested(self) -> str:
        """Return the roles and columns to copy behind ``--map``."""
        return " ".join(shlex.quote(f"{role}={name}") for role, name in self.suggestion.mapping.items())

    def text(self) -> str:
        """Return the look as lines for a terminal."""
        lines = [f"{self.source}: {self._how()}", ""]
        lines += _table([_row(column) for column in self.columns])
        lines += ["", *(f"note: {visible(note)}" for note in self.notes)]
        lines += [f"warning: {visible(warning)}" for warning in self.warnings]
        lacking = [what for role, what in NEEDED.items() if role not in self.suggestion.mapping]
        if lacking:
            lines.append(f"no column looks like {' or '.join(lacking)}; say which it is with --map")
        for role, names in self.suggestion.others.items():
            lines.append(f"{role} could also be {', '.join(repr(visible(name)) for name in names)}")
        if self.suggestion.mapping:
            lines.append(f"suggested: --map {visible(self.suggested())}")
        return "\n".join(lines)

    def json(self) -> str:
        """Return the look as JSON."""
        facts = {"source": self.source, **self.dialect._asdict()}
        facts |= {"rows": self.rows, "exact": self.exact, "looked_at": self.looked_at, "files": self.files}
        facts |= {
            "columns": [column._asdict() for column in self.columns],
            "suggested": self.suggestion.mapping,
        }
        facts |= {"could_also_be": self.suggestion.others, "notes": self.notes, "warnings": self.warnings}
        return json.dumps(facts, ensure_ascii=False, indent=1)

    def _how(self) -> str:
        dialect = self.dialect
        parts = [dialect.encoding.upper()] if dialect.encoding else []
        parts += ["encoding left open"] if dialect.kind == "text" and not dialect.encoding else []
        parts += [MARKS.get(dialect.delimiter, repr(dialect.delimiter))] if dialect.delimiter else []
        parts += [ENDS[dialect.line_end]] if dialect.line_end else []
        parts += [f"sheet {dialect.sheet!r}"] if dialect.sheet else []
        parts += [dialect.kind.capitalize()] if dialect.kind in ("parquet", "database") else []
        parts += [f"header in row {dialect.header}"] if dialect.header else []
        rows = f"{self.rows:,} rows" if self.exact else f"about {self.rows:,} rows"
        rows += f", {self.looked_at:,} looked at closely" if self.looked_at < self.rows else ""
        return ", ".join([*parts, rows, *([f"{self.files} files"] if self.files > 1 else [])])


def look(source, options: dict[str, str] | None = None) -> Look:
    """Look at a file, several, or a query's answer, and say what would be read.

    Parameters
    ----------
    source : str, path, or a sequence of them
        As `workbench.data.load` takes it.
    options : dict of str to str, optional
        How it is to be read: keys of `workbench.data.READING`.

    Returns
    -------
    Look

    Raises
    ------
    workbench.data.DataError
        If it cannot be read, in one line.

    Examples
    --------
    >>> look("data/telecom_rfm_ahp/payments.csv").suggested()
    'customer_id=customer_id event_time=event_time amount=amount event_type=kind'
    """
    table = reading.head(source, options)
    frame, name = table.frame, sources.title(source)
    close = _closely(frame)
    columns = [_column(table, close, i, name) for i in range(frame.shape[1])]
    sizes = [frame.iloc[:, i].nunique() for i in range(frame.shape[1])]
    facts = [(c.name, c.kind, n, len(frame)) for c, n in zip(columns, sizes, strict=True)]
    orders = frozenset(c.name for c in columns if c.example.startswith("#") and c.example[1:].isdigit())
    found = suggestions.suggest(facts, prefixed=orders)
    columns = [_with_oddities(table, i, column, found.mapping) for i, column in enumerate(columns)]
    warnings = [f"{c.name!r}: {warning}" for c in columns for warning in c.warnings]
    warnings += oddities.in_rows(frame)
    if "order_id" in found.mapping:
        warnings += oddities.in_totals(frame, found.mapping["order_id"])
    size = (table.rows, table.exact, len(close), len(table.parts))
    return Look(name, table.dialect, *size, columns, found, table.notes, warnings)


def visible(text: str) -> str:
    """Escape what a terminal would act on or not show.

    Examples
    --------
    >>> visible("a\\x1b[31m\\ufeff é")
    'a\\\\x1b[31m\\\\ufeff é'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _closely(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose cells are looked at: all, or the beginning, some of the rest, and the end."""
    if len(frame) <= BEGINNING + SPREAD:
        return frame
    step = (len(frame) - BEGINNING) // SPREAD + 1
    return pd.concat([frame.iloc[:BEGINNING], frame.iloc[BEGINNING:-1:step], frame.iloc[-1:]])


def _column(table: Table, close: pd.DataFrame, i: int, source: str) -> Column:
    """What a column looks like by itself."""
    column = close.iloc[:, i]
    name = str(table.frame.columns[i])
    looks = looks_like(column)
    first_bad = None
    if looks.first_bad:
        where, row, _ = reading.place(table.frame, looks.first_bad[0], source)
        where = f"{where}, row {row}" if len(table.parts) > 1 else f"row {row}"
        first_bad = (where, _cut(str(looks.first_bad[1])))
    text = column.dropna().astype(str)
    text = text[text.str.strip() != ""]
    example = _cut(text.iloc[0]) if len(text) else ""
    warnings = [_with_places(warning, table, source) for warning in looks.warnings]
    return Column(name, looks.kind, looks.described, looks.bad, first_bad, example, warnings)


def _with_places(warning: str, table: Table, source: str) -> str:
    """Name the file, and say which rows are estimated, where the index alone does not."""

    def named(found: re.Match) -> str:
        where, row, _ = reading.place(table.frame, int(found[1]), source)
        return f"row {row} of {where}" if len(table.parts) > 1 else f"row {row}"

    return re.sub(r"\brow (\d+)\b", named, warning)


def _with_oddities(table: Table, i: int, column: Column, mapping: dict[str, str]) -> Column:
    """Add what is odd in a column that a role would use."""
    roles = [role for role, name in mapping.items() if name == column.name]
    more: list[str] = []
    if "customer_id" in roles or "order_id" in roles:
        more = oddities.in_ids(table.frame.iloc[:, i])
    return column._replace(
        warnings=[*column.warnings, *(said for said in more if said not in column.warnings)]
    )


def _cut(text: str, width: int = 32) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _row(column: Column) -> list[str]:
    fits = "–"
    if column.bad and column.first_bad:
        where, text = column.first_bad
        fits = f"{column.bad:,}, first {where}: {text!r}"
    return [column.name or "(no name)", column.described, fits, column.example]


def _table(rows: list[list[str]]) -> list[str]:
    rows = [["column", "looks like", "does not fit", "example"], *rows]
    rows = [[visible(cell) for cell in row] for row in rows]
    widths = [max(_width(row[i]) for row in rows) for i in range(4)]
    return [
        "  "
        + "  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Columns that a terminal gives a text; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
