"""What a reader can take out of a page: the rows behind a figure and those of a named table, as CSV.

The rows travel in the page as text that is not shown; the script offers them as a file. They are untrusted: a text
that a spreadsheet would take for a formula gets an apostrophe before it.
"""

import csv
import html
import io
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from workbench import publish
from workbench.runner.page import language, markup
from workbench.runner.page.language import said

__all__ = ["behind", "csv_text", "of_table"]

SHOWN = 200  # rows of the data behind a figure on the page itself


def csv_text(columns: Sequence[Any], rows: Sequence[Sequence[Any]]) -> str:
    """Write rows as CSV, unrounded, nothing of it a formula.

    Examples
    --------
    >>> print(csv_text(["name", "share"], [["=1+1", 0.123456], ["Ayu", None]]))
    name,share
    '=1+1,0.123456
    Ayu,
    <BLANKLINE>
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([[publish.harmless(value) for value in row] for row in (columns, *rows)])
    return file.getvalue()


def behind(content: Any) -> str:
    """The fold with the data behind a figure: the first rows as a table, all that travel as CSV.

    Parameters
    ----------
    content : dict
        `columns`, `rows`, and perhaps `hidden`, the number of rows that do not travel; anything, since it comes from a
        notebook.
    """
    try:
        columns, rows = list(content["columns"]), [list(row) for row in content["rows"]]
    except (TypeError, KeyError):  # a notebook's own, not made by `figures`
        return ""
    if not columns:
        return ""
    hidden = content.get("hidden")
    away = hidden if type(hidden) is int and hidden > 0 else 0
    table = markup.small_table({"columns": columns, "rows": [[_short(v) for v in r] for r in rows[:SHOWN]]})
    title = f"<summary{language.of_page()}>{said('Data behind this figure')}</summary>"
    fold = f'<details class="behind">{title}\n{table}{_told(len(rows), away)}</details>'
    return _kept(csv_text(columns, rows)) + fold


def _told(travelling: int, away: int) -> str:
    left_out = max(travelling - SHOWN, 0) + away
    if not left_out:
        return ""
    told = said("{n} more rows are not shown.", n=f"{left_out:,}")
    first = said("The CSV has the first {n} rows, unrounded.", n=f"{travelling:,}")
    held = first if away else said("The CSV has all of them, unrounded.")
    return f"<p{language.of_page()}>{told} {held}</p>"


def of_table(data: Mapping[str, Any], report: str) -> str:
    """The rows of a named table, and where the whole of it lies if the page does not hold it; else nothing."""
    table = publish.table_of(data) or {}
    name, sent = table.get("name"), table.get("data")
    if not name or not sent:
        return ""
    try:
        rows, of = [list(row) for row in sent["rows"]], int(sent["of"])
        text = csv_text(list(sent["columns"]), rows)
    except (TypeError, KeyError, ValueError):
        return ""
    place = html.escape(f"private/{report}/{name}.csv")
    shown = Markup(f"<code>{place}</code>")
    told = said("The whole table is in {place}.", place=shown)
    if len(rows) < of:
        facts = {"n": f"{len(rows):,}", "all": f"{of:,}", "place": shown}
        told = said("The CSV has the first {n} of {all} rows; the whole table is in {place}.", **facts)
    return f"{_kept(text, name)}<p{language.of_page()}>{told}</p>"


def _kept(text: str, name: str = "") -> str:
    return (
        f'<template class="csv" data-name="{html.escape(name)}">{html.escape(text, quote=False)}</template>'
    )


def _short(value: Any) -> Any:
    """A number as a reader wants it; the CSV has it unrounded."""
    if not isinstance(value, float):
        return value
    rounded = float(f"{value:.4g}")
    return int(rounded) if 1000 <= abs(rounded) < 1e15 else rounded
