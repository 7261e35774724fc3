"""The values of a role: read in one format per column, or refused with file, column, row and the option that helps."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from workbench.checks import counted
from workbench.data import expressions, identifiers
from workbench.data.catalogue import MONEY, OPTIONAL, ROLES, DataError, is_a, may_be_missing
from workbench.data.expressions import Expression, Sum
from workbench.data.parsing import UNREADABLE, Parsed, join_times, months, numbers, parser_of, times, truths
from workbench.data.parsing.cells import is_empty
from workbench.data.reading import place

__all__ = ["CURRENCY", "EMPTY", "Wanted", "amounts", "parsed", "read", "refuse_currencies", "said", "shown"]

CURRENCY = "amounts are in "  # how the note on a column of amounts begins
EMPTY = "is empty"


class Wanted(NamedTuple):
    """What is asked of a table."""

    roles: Sequence[str]
    columns: Mapping[str, str]  # role to column or expression
    unreadable: str = "refuse"  # or "missing"
    decimal: str | None = None
    time_format: str | None = None
    totals: str | None = None  # or "leave out", "keep"
    where: Mapping[str, str] = {}  # column to the values that are kept
    drop_without: Sequence[str] = ()  # roles or columns
    numbers: Sequence[
        str
    ] = ()  # indicators of customers, one row each: read as numbers, empty cells left missing
    sampled: bool = False
    inputs: bool = False  # whether all columns without a role are inputs
    ignored: Sequence[str] = ()  # but these
    kinds: Mapping[str, str] = {}  # of roles that the catalogue does not have
    single: Sequence[str] = ()  # roles of which one customer has one value

    optional: Sequence[str] = OPTIONAL  # roles that a file need not have

    @property
    def known(self) -> Mapping[str, str]:
        """What each role is."""
        return {**ROLES, **self.kinds}


def read(
    file: str, frame: pd.DataFrame, role: str, expression: Expression, wanted: Wanted, notes: list[str]
) -> pd.Series:
    """The values of a role, or the refusal of its first bad row."""
    if is_a(role, "date") and isinstance(expression, Sum):
        first, second = expressions.columns_of(expression)
        return _joined(file, frame, role, (first, second), wanted, notes)
    parts = {
        name: parsed(file, frame, role, frame[name], wanted, notes)
        for name in expressions.columns_of(expression)
    }
    if role == "amount" and len(parts) > 1:
        refuse_currencies(file, list(parts), notes)
    return expressions.evaluate(expression, parts)


def _joined(
    file: str, frame: pd.DataFrame, role: str, names: tuple[str, str], wanted: Wanted, notes: list[str]
) -> pd.Series:
    """Times of a column of dates and one of times of day; where most have no time of day, the date alone is meant."""
    date, clock = frame[names[0]], frame[names[1]]
    joined = join_times(date, clock).rename("+".join(names))
    bare = is_empty(clock) & ~is_empty(date)
    if bare.sum() * 2 > len(bare):
        raise DataError(
            f"{file}: column {names[1]!r} is empty in {bare.sum()} of {len(bare)} rows; map the date alone: "
            f"{role}={names[0]}."
        )
    if bare.any():
        notes.append(
            f"{role}: {counted(int(bare.sum()), 'row')} without a time of day in {names[1]!r}, read as midnight"
        )
    return parsed(file, frame, role, joined, wanted, notes)


def refuse_currencies(file: str, names: list[str], notes: list[str]) -> None:
    """Refuse an amount made of columns in several currencies."""
    stated = [
        note.split(CURRENCY)[1].split(" or ") for note in notes if note.startswith(f"amount: {CURRENCY}")
    ]
    common = [code for code in stated[0] if all(code in codes for codes in stated)] if stated else []
    if stated and not common:
        codes = " and ".join(" or ".join(codes) for codes in stated)
        raise DataError(
            f"{file}: amount: columns {', '.join(map(repr, names))} are in {codes}; sums need one currency."
        )
    others = [note for note in notes if not note.startswith(f"amount: {CURRENCY}")]
    notes[:] = [*others, f"amount: {CURRENCY}{' or '.join(common)}"] if stated else notes


def parsed(
    file: str,
    frame: pd.DataFrame,
    role: str,
    column: pd.Series,
    wanted: Wanted,
    notes: list[str],
    counts: pd.Series | None = None,
) -> pd.Series:
    """The values of a column, each cell standing for as many rows as `counts` says, or the refusal of the first."""
    beneath = frame.attrs.get("beneath", {})
    values, problems, remarks = _parse(role, column, wanted, beneath.get("serials", "excel"), counts)
    unstored = beneath.get("unstored", {}).get(column.name, {})
    problems = problems.where(problems != EMPTY, problems.index.map(lambda row: unstored.get(row, EMPTY)))
    if is_a(role, "number", wanted.known) and (shown := beneath.get("currencies", {}).get(column.name)):
        problems, remarks = _one_currency(problems, remarks, shown)
    if gaps := _gaps(role, wanted):
        gone = problems[problems.isin(gaps)]
        if len(gone) < len(values) or may_be_missing(role, wanted.known):
            values = values.mask(values.index.isin(gone.index))
            problems = problems.drop(gone.index)
            remarks = remarks + _left_missing(gone, counts)
    if wanted.sampled:  # what names an option is left open by these rows, and may not be by all
        problems = problems[~problems.str.contains("--", regex=False)]
    if len(problems):
        raise DataError(_problem(file, frame, role, column, problems, counts, sampled=wanted.sampled))
    notes += [f"{role}: {remark}" for remark in remarks]
    return values


def _one_currency(
    problems: pd.Series, remarks: list[str], shown: Mapping[int, str]
) -> tuple[pd.Series, list[str]]:
    """Hold the currencies in which a spreadsheet shows numbers against one another, and against those in words."""
    said = [remark.split(CURRENCY)[1] for remark in remarks if remark.startswith(CURRENCY)]
    first = said[0] if said else next(iter(shown.values()))
    other = [row for row, code in shown.items() if not {*code.split(" or ")} & {*first.split(" or ")}]
    why = pd.Series(f"is shown in another currency than {first}", index=other, dtype=object)
    return pd.concat([problems, why]).sort_index(), remarks if said else [*remarks, CURRENCY + first]


def _parse(
    role: str, column: pd.Series, wanted: Wanted, serials: str | None, counts: pd.Series | None
) -> Parsed:
    if is_a(role, "number", wanted.known):
        return numbers(column, decimal=wanted.decimal, counts=counts)
    if is_a(role, "month", wanted.known):
        return months(column, time_format=wanted.time_format, serials=serials, counts=counts)
    if is_a(role, "yes", wanted.known):
        return truths(column, counts=counts)
    if is_a(role, "date", wanted.known):
        return times(column, time_format=wanted.time_format, serials=serials, counts=counts)
    return parser_of(role, wanted.known)(column, counts=counts)


def _gaps(role: str, wanted: Wanted) -> Sequence[str]:
    """The problems of a cell that leave it missing."""
    if role in wanted.numbers or (wanted.unreadable == "missing" and role != "amount"):
        return UNREADABLE
    return (EMPTY,) if may_be_missing(role, wanted.known) else ()


def _left_missing(reasons: pd.Series, counts: pd.Series | None) -> list[str]:
    if reasons.empty:
        return []
    rows = pd.Series(1, reasons.index) if counts is None else counts[reasons.index]
    sizes = rows.groupby(reasons.str.removeprefix("is ")).sum()
    return [", ".join(f"{n} {reason}" for reason, n in sizes.items()) + "; left missing"]


def shown(value: Any) -> str:
    """A cell of a message; in a run, whose failure is published, only one that can name nobody."""
    if not isinstance(value, str) and pd.isna(value):
        return "the cell"
    if identifiers.in_a_run() and not _harmless(str(value)):
        return "its text"
    value = repr(value) if isinstance(value, str) else str(value)
    return value if len(value) <= 40 else value[:37] + "..."


def _harmless(text: str) -> bool:
    """Whether a cell is a short number or a time, as it may be written."""
    return sum(sign.isdigit() for sign in text) < 9 and not any(sign.isalpha() for sign in text)


def _problem(
    file: str,
    frame: pd.DataFrame,
    role: str,
    column: pd.Series,
    problems: pd.Series,
    counts: pd.Series | None,
    *,
    sampled: bool = False,
) -> str:
    row, why = problems.index.min(), problems[problems.index.min()]
    same = problems.index[problems == why]
    n = len(same) if counts is None else int(counts[same].sum())
    alike = "1 such row" if n == 1 else f"{n} such rows"
    alike += " among those looked at" if sampled else ""
    where, number, part = place(frame, row, file)
    header = part.header if part else 0 if file.lower().endswith(".parquet") else 1
    counted = f"the header is row {header}" if header else "counted from 1"
    option = f", or leave such rows out: --drop-without {role}" if why == EMPTY else ""
    if may_be_missing(role) and is_a(role, "date"):
        option = ", or empty the cell where there is none"
    if why == "is not a date":
        option = ", or say how such times are written: --time-format '%d.%m.%Y %H:%M', say"
    return (
        f"{where}: column {column.name!r} ({role}), row {number}: {shown(column[row])} {why} ({alike}; {counted}). "
        f"Correct or remove them in the file{option}."
    )


def said(file: str, frame: pd.DataFrame, role: str, column: pd.Series, bad: pd.Series, why: str) -> str:
    """What is wrong with the cells of a column that are bad, by its first."""
    return _problem(file, frame, role, column, pd.Series(why, column.index[bad], dtype=object), None)


def amounts(frame: pd.DataFrame, made_of: Mapping[str, Expression], wanted: Wanted) -> pd.Series | None:
    """The first amount of money of every row, missing where it cannot be read."""
    role = next((role for role in MONEY if role in made_of), None)
    if role is None:
        return None
    parts = {}
    for name in expressions.columns_of(made_of[role]):
        values, problems, _ = numbers(frame[name], decimal=wanted.decimal)
        parts[name] = values.mask(values.index.isin(problems.index))
    return expressions.evaluate(made_of[role], parts)
