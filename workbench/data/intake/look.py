"""A look at a file before anything is run: how it would be read, what each column looks like, what is odd."""

import json
import re
import shlex
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from workbench.checks import counted
from workbench.data import reading, repeats
from workbench.data.intake import oddities, personal, suggestions
from workbench.data.options import flag
from workbench.data.parsing import numbers
from workbench.data.parsing.cells import as_text, is_empty
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
    said: dict[str, str] = {}  # options that say what the column itself decided
    empty: int = 0  # cells without content


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
    typed: Mapping[str, str] = {}  # role to column, as the user maps it
    options: Mapping[str, str] = {}  # as the user typed them
    customers: Mapping[str, str] = {}  # roles of a table with one customer a row, where it looks like one
    candidates: Mapping[str, list[str]] = {}  # for roles that no column surely fills
    personal: Mapping[str, str] = {}  # column to the kind of personal data that it holds
    needed: Mapping[str, str] = NEEDED  # roles that a run cannot do without, and what they are
    of_study: bool = False  # whether it is what concerns one study

    def for_study(self, roles: Mapping[str, str], *, of_customers: bool) -> "Look":
        """What of a look concerns a study.

        Parameters
        ----------
        roles : dict of str to str
            The roles that it reads, each "needed" or "optional".
        of_customers : bool
            Whether it also reads tables with one customer a row.
        """
        found = self.suggestion
        ours = [
            {role: one for role, one in each.items() if role in roles}
            for each in (found.mapping, found.others)
        ]
        return self._replace(
            suggestion=found._replace(mapping=ours[0], others=ours[1]),
            customers=self.customers if of_customers else {},
            of_study=True,
            needed={role: what for role, what in NEEDED.items() if roles.get(role) == "needed"},
        )

    @property
    def leave_out(self) -> list[str]:
        """Columns of personal data that no role needs."""
        used = {part for name in self.mapping.values() for part in [name, *re.split(r"[*+]", name)]}
        return [name for name in self.personal if name not in used]

    @property
    def mapping(self) -> dict[str, str]:
        """Role to column: what the user says, and what is suggested besides."""
        if self.customers and not self.typed:
            return dict(self.customers)
        used, found = set(self.typed.values()), self.suggestion.mapping
        others = set() if self.of_study or "amount" not in {*found, *self.typed} else {"event_type"}
        found = {role: name for role, name in found.items() if name not in used and role not in others}
        return found | dict(self.typed)

    def suggested(self) -> str:
        """Return the roles and columns to copy behind ``--map``, and the options that were typed."""
        words = [f"{role}={name}" for role, name in self.mapping.items()]
        for key, value in {**self.options, **self.drop}.items():
            words += [flag(key), value]
        return " ".join(shlex.quote(word) for word in words)

    @property
    def drop(self) -> dict[str, str]:
        """The option that leaves out rows without what a run needs, where there are such rows."""
        by_name = {column.name: column for column in self.columns}
        needed = ("customer_id", "event_time", "amount")
        empty = [role for role in needed if (c := by_name.get(self.mapping.get(role, ""))) and c.empty]
        told = bool(self.customers) or "drop_without" in self.options
        return {"drop_without": ",".join(empty)} if empty and not told else {}

    def decided(self) -> dict[str, str]:
        """Return the options that say what the mapped columns of numbers and times decided by themselves."""
        by_name = {column.name: column for column in self.columns}
        said: dict[str, str] = {}
        for role in ("amount", "event_time"):
            column = by_name.get(self.mapping.get(role, ""))
            said |= column.said if column else {}
        return said

    def text(self) -> str:
        """Return the look as lines for a terminal."""
        lines = [f"{self.source}: {self._how()}", ""]
        lines += _table([_row(column) for column in self.columns])
        lines += ["", *(f"note: {visible(note)}" for note in self.notes)]
        lines += [f"warning: {visible(warning)}" for warning in self.warnings]
        told = personal.said(self.personal, self.mapping.get("customer_id"), self.leave_out)
        lines += [f"personal data: {visible(said)}" for said in told]
        lines += self._lacking()
        for role, names in self.suggestion.others.items():
            lines.append(f"{role} could also be {', '.join(repr(visible(name)) for name in names)}")
        if (kind := self.suggestion.mapping.get("event_type")) and "event_type" not in self.mapping:
            lines.append(
                f"event_type could be {visible(kind)!r}, for a study of events or bookings: --study STUDY"
            )
        if self.mapping:
            one_row = "-p one_row=customer " if self.customers and self.mapping == self.customers else ""
            lines.append(f"suggested: {one_row}--map {visible(self.suggested())}")
        return "\n".join(lines)

    def _lacking(self) -> list[str]:
        """What no column surely is, and which ones could be it."""
        if self.customers and self.mapping == self.customers:
            return []
        lacking = {role: what for role, what in self.needed.items() if role not in self.mapping}
        able = {role: self.candidates.get(role, []) for role in lacking}
        lines = [
            f"{what} could be {' or '.join(repr(visible(n)) for n in able[role])}; say which: --map {role}=…"
            for role, what in lacking.items()
            if able[role]
        ]
        none = [what for role, what in lacking.items() if not able[role]]
        return lines + (
            [f"no column looks like {' or '.join(none)}; say which it is with --map"] if none else []
        )

    def json(self) -> str:
        """Return the look as JSON."""
        facts = {"source": self.source, **self.dialect._asdict()}
        facts |= {"rows": self.rows, "exact": self.exact, "looked_at": self.looked_at, "files": self.files}
        facts |= {
            "columns": [column._asdict() for column in self.columns],
            "suggested": self.mapping,
        }
        facts |= {"personal": dict(self.personal), "leave_out": self.leave_out}
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
        rows = f"{self.rows:,} rows or more" if dialect.kind == "database" else f"about {self.rows:,} rows"
        rows = counted(self.rows, "row") if self.exact else rows
        rows += f", {self.looked_at:,} looked at closely" if self.looked_at < self.rows else ""
        return ", ".join([*parts, rows, *([f"{self.files} files"] if self.files > 1 else [])])


def look(source, options: dict[str, str] | None = None, columns: Mapping[str, str] | None = None) -> Look:
    """Look at a file, several, or a query's answer, and say what would be read.

    Parameters
    ----------
    source : str, path, or a sequence of them
        As `workbench.data.load` takes it.
    options : dict of str to str, optional
        How it is to be read: keys of `workbench.data.READING`.
    columns : dict of str to str, optional
        Role to column, as the user maps it: what these are looked at as.

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
    'customer_id=customer_id event_time=event_time amount=amount'
    """
    table = reading.head(source, options)
    frame, name = table.frame, sources.title(source)
    close = _closely(frame)
    given, typed = dict(options or {}), dict(columns or {})
    said = {key: given.get(key) for key in ("decimal", "time_format")}
    kinds = _kinds(typed, [str(c) for c in frame.columns])
    columns = [
        _column(table, close, i, name, said | {"kind": kinds.get(str(n))})
        for i, n in enumerate(frame.columns)
    ]
    sizes = [frame.iloc[:, i].nunique() for i in range(frame.shape[1])]
    facts = [(c.name, c.kind, n, len(frame)) for c, n in zip(columns, sizes, strict=True)]
    orders = frozenset(c.name for c in columns if c.example.startswith("#") and c.example[1:].isdigit())
    found = suggestions.suggest(facts, prefixed=orders)
    found = suggestions.with_clock(found, {column.name: column.example for column in columns})
    roles = found.mapping | typed
    columns = [_with_oddities(table, i, column, roles) for i, column in enumerate(columns)]
    warnings = [f"{c.name!r}: {warning}" for c in columns for warning in c.warnings]
    warnings += oddities.in_rows(frame)
    used = {part for name in roles.values() for part in [name, *re.split(r"[*+]", name)]}
    warnings += repeats.statuses(frame, used)
    if roles.get("order_id") in frame.columns:
        warnings += oddities.in_totals(frame, roles["order_id"])
    size = (table.rows, table.exact, len(close), len(table.parts))
    customers = {} if typed else suggestions.of_customers(facts, found.mapping.get("customer_id"))
    able = {role: suggestions.candidates(facts, role)[:4] for role in NEEDED}
    kinds, rounded = personal.kinds(close)
    told = (columns, found, table.notes, [*warnings, *rounded], typed, given, customers, able, kinds)
    return Look(name, table.dialect, *size, *told)


def _kinds(typed: Mapping[str, str], names: list[str]) -> dict[str, str]:
    """What the columns are looked at as that the user maps to a time or an amount."""
    kinds = {"event_time": "time", "amount": "number"}
    whole = {typed[role]: kind for role, kind in kinds.items() if typed.get(role) in names}
    parts = [] if typed.get("amount") in names else [n for n in names if n and n in typed.get("amount", "")]
    return dict.fromkeys(parts, "number") | whole


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


def _column(table: Table, close: pd.DataFrame, i: int, source: str, said: dict[str, str | None]) -> Column:
    """What a column looks like by itself."""
    column = close.iloc[:, i]
    name = str(table.frame.columns[i])
    looks = looks_like(column, **said)
    first_bad = None
    if looks.first_bad:
        where, row, _ = reading.place(table.frame, looks.first_bad[0], source)
        where = f"{where}, row {row}" if len(table.parts) > 1 else f"row {row}"
        first_bad = (where, _cut(str(looks.first_bad[1])))
    text = column.dropna().astype(str)
    text = text[text.str.strip() != ""]
    example = _cut(text.iloc[0]) if len(text) else ""
    warnings = [reading.with_places(warning, table.frame, source) for warning in looks.warnings]
    empty = int(is_empty(table.frame.iloc[:, i]).sum())
    return Column(
        name, looks.kind, looks.described, looks.bad, first_bad, example, warnings, looks.said, empty
    )


def _with_oddities(table: Table, i: int, column: Column, mapping: dict[str, str]) -> Column:
    """Add what is odd in a column that a role would use."""
    roles = [role for role, name in mapping.items() if name == column.name]
    more: list[str] = []
    if "customer_id" in roles or "order_id" in roles:
        more = oddities.in_ids(table.frame.iloc[:, i])
    if "customer_id" in roles:
        more += oddities.in_labels(table.frame, i, table.parts[0].path)
        more += repeats.in_customers(as_text(table.frame.iloc[:, i]), name=True)
    if "amount" in roles:
        more += repeats.in_amounts(numbers(table.frame.iloc[:, i]).values)
    more += oddities.beneath(table.frame, column.name)
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
