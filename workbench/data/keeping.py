"""Which rows are kept: those whose columns hold what ``--where`` names.

A column may stand on the first line of each order only, as the status does in exports of orders with a row per item;
what it says then holds for the order's other lines.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.checks import counted, did_you_mean
from workbench.data import expressions
from workbench.data import values as values_
from workbench.data.catalogue import DataError
from workbench.data.expressions import Expression
from workbench.data.parsing import labels, parser_of
from workbench.data.parsing.cells import as_text
from workbench.data.values import EMPTY

__all__ = [
    "known_column",
    "kept",
    "nothing_in",
    "require_occurring",
    "where_rule",
    "with_content",
    "without_content",
]


def kept(
    file: str,
    frame: pd.DataFrame,
    where: Mapping[str, str],
    order: str | None,
    sampled: bool,
    notes: list[str],
) -> tuple[pd.DataFrame, list[dict]]:
    """The rows whose columns have one of the values that are kept."""
    rules = []
    for column, values in expressions.accepted(where).items():
        name = known_column(file, [*map(str, frame.columns)], column, "--where")
        text = as_text(frame[name]).str.strip()
        if not sampled:
            require_occurring(file, column, values, text.value_counts(), notes)
        if order is not None and (lines := _lines_of(text, as_text(frame[order]).str.strip())) is not None:
            notes.append(
                f"{name!r} stands on the first line of each {order!r} only; what it says holds for the "
                f"{counted(int((text == '').sum() - (lines == '').sum()), 'line')} below, too"
            )
            text = lines
        fits = text.isin(values)
        if "" not in values and (empty := int((text == "").sum())):
            notes.append(nothing_in(name, empty, ordered=order is not None))
        rules.append(where_rule(name, values, int((~fits).sum())))
        frame = _only(frame, fits)
    return frame, rules


def _lines_of(text: pd.Series, order: pd.Series) -> pd.Series | None:
    """What a column says that stands on the first line of each order only, on each line; None where it does not."""
    empty, told = text == "", order != ""
    later = order.duplicated() & told
    first = order.isin(order[later]) & ~later & told
    if not later.any() or empty[later].mean() <= 0.95 or empty[first].mean() >= 0.05:
        return None
    return text.mask(empty & later, order.map(dict(zip(order[first], text[first], strict=True))))


def nothing_in(name: str, rows: int, *, ordered: bool) -> str:
    """Say that rows were left out which have nothing in a column that says which are kept."""
    lines = "" if ordered else "; if they are further lines of an order, map its number: order_id=…"
    return f"{counted(rows, 'row')} left out have nothing in {name!r}{lines}"


def require_occurring(
    file: str, column: str, values: Sequence[str], sizes: pd.Series, notes: list[str]
) -> None:
    """Refuse values to keep that no row has, or note those of several; `sizes` are the rows of each text."""
    absent = [value for value in values if value not in sizes.index]
    occurring = sizes.index[:8].tolist()
    for value in absent:
        if len(absent) < len(values):  # of several, some may be missing in one month
            hint = did_you_mean(value, set(occurring) - set(values)).rstrip(".")
            notes.append(f"--where {column}={value}: no row has it{hint}")
        else:
            listed = f"{', '.join(map(values_.shown, occurring))}{' …' if len(sizes) > 8 else ''}"
            raise DataError(
                f"{file}: --where {column}={value}: no row has it{did_you_mean(value, occurring)} Values: {listed}."
            )


def where_rule(name: str, values: Sequence[str], rows: int) -> dict[str, Any]:
    """The rule by which rows are left out whose column has none of some values."""
    return {"rule": f"{name} is not {' or '.join(values)}", "rows": rows}


def known_column(file: str, names: Sequence[str], column: str, option: str) -> str:
    """A column that an option names, or the refusal of it."""
    if names.count(column) == 1:
        return column
    problem = "more than one column is" if column in names else "no column is"
    raise DataError(f"{file}: {option}: {problem} called {column!r}{did_you_mean(column, names)}")


def with_content(
    file: str, frame: pd.DataFrame, made_of: Mapping[str, Expression], drop_without: Sequence[str]
) -> tuple[pd.DataFrame, list[dict]]:
    """The rows that have content in what the user wants no empty cell of."""
    rules = []
    for wanted in drop_without:
        used = expressions.columns_of(made_of[wanted]) if wanted in made_of else [wanted]
        for column in used:
            name = known_column(file, [*map(str, frame.columns)], column, "--drop-without")
            gone = without_content(frame[name], wanted)
            if gone.any():
                rules.append({"rule": f"without {wanted}", "rows": int(gone.sum())})
                frame = _only(frame, ~gone)
    return frame, rules


def without_content(cells: pd.Series, role: str) -> pd.Series:
    """Say which cells have nothing in them, as a role or as any other column."""
    read = parser_of(role)(cells) if role.endswith("_id") else labels(cells)
    return read.values.isna() | read.values.index.isin(read.problems[read.problems == EMPTY].index)


def _only(frame: pd.DataFrame, fits: pd.Series) -> pd.DataFrame:
    kept = frame[fits.to_numpy()]
    kept.attrs = frame.attrs
    return kept
