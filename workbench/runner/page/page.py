"""A run as one HTML file that asks nothing of the network, and the list of all runs.

Everything a notebook can put on the page is untrusted, see `markup`. A Content-Security-Policy allows only our
own style sheet and our own script, each by its hash, and embedded pictures.
"""

import base64
import copy
import functools
import hashlib
import html
import itertools
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode
from traitlets.config import Config

from workbench import claims, data, publish
from workbench.runner.page import answer, citing, downloads, drawings, language, markup, numbering
from workbench.runner.page.language import said
from workbench.runner.record.provenance import as_text
from workbench.runner.record.record import Record, state

HERE = Path(__file__).parent / "template"
# No notebook can write these marks: its markup is escaped or loses its comments.
_THIS_RUN = re.compile("<!-- this run -->.*?<!-- end of this run -->", re.S)

# No scripts, no widgets, no remote pictures: what a reader of the page sees is what was computed.
SHOWN = ["text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain"]
# What a claim's verdict means, with a sign that tells it without colour. In this order: what asks to be read first.
CLASSES = {
    "differs": ("≠", "recomputed, and not what is printed"),
    "refuted": ("✗", "contradicts the source’s own figures or definitions, whatever the data"),
    "match": ("=", "recomputed from published inputs; equal as printed"),
    "recovered": ("↺", "the unpublished input was found by search, and only one fits"),
    "by construction": ("≡", "holds on stand-in data, which were made to hold it"),
    "not computable": ("∅", "its inputs were not published"),
    "not checked": ("○", "an opinion, forecast or advice"),
    "n/a": ("–", "about other data or parameters than those of this run"),
}
CLOSED = {
    "by construction",
    "not computable",
    "not checked",
    "n/a",
}  # folds; a tally of these alone stays open


def render(notebook: NotebookNode | None, record: Record, *, cited: citing.Citation | None = None) -> str:
    """Render a run as a page.

    Parameters
    ----------
    notebook : NotebookNode or None
        As executed; None where there is nothing to show but the record.
    record : Record
        That also stands in the JSON file, passwords masked.
    cited : citing.Citation, optional
        How to cite the project.

    Returns
    -------
    str
    """
    with language.speaking(record["language"]):
        return _render(copy.deepcopy(notebook) or nbformat.v4.new_notebook(), record, cited)


def _render(notebook: NotebookNode, record: Record, cited: citing.Citation | None) -> str:
    outline = _prepare(notebook, record)
    code = _code_cells(notebook)
    main = answer.take_main(notebook.cells) if record["verdict"] == "passed" else []
    if answer.is_own(record):
        answer.take_ledger(notebook.cells, record["data"])
    later = _put_study_last(notebook, outline) if answer.is_own(record) else []
    resources = {
        "record": record,
        "own": answer.is_own(record),
        "card": answer.card(record, code),
        "main": main,
        "changed": answer.changed(record),
        "data_files": answer.data_files(record),
        "outline": outline,
        "later": later,
        "study": any(cell.get("first_of_study") for cell in notebook.cells),
        "cells": code,
        **_claims(record, code),
        **_cited(cited, record),
        **sheet(),
    }
    # not the HTMLExporter's own, which parses the page and writes it anew
    body, _ = TemplateExporter.from_notebook_node(exporter(), notebook, resources=resources)
    return markup.visible(numbering.numbered(body))


def without_run(text: str) -> str:
    """Leave out of a page what its template marks as true of one run only: times, machine, commit.

    Examples
    --------
    >>> without_run("a<!-- this run -->12:00<!-- end of this run -->b")
    'ab'
    """
    return _THIS_RUN.sub("", text)


def _cited(cited: citing.Citation | None, record: Record) -> dict[str, str | None]:
    """How to cite the report, as a sentence and in BibTeX."""
    if cited is None:
        return {"citation": None, "bibtex": None}
    bibtex = citing.bibtex(cited, record["name"], record["title"], record["provenance"])
    return {"citation": citing.sentence(cited), "bibtex": bibtex}


def _put_study_last(notebook: NotebookNode, outline: list[markup.Heading]) -> list[markup.Heading]:
    """Move the sections about the study to the end, to be folded; take their headings out of the outline."""
    notebook.cells, study = answer.study_last(notebook.cells)
    if study:
        study[0]["first_of_study"] = True
    anchors = {anchor for cell in study for anchor in cell.get("headings", [])}
    later = [entry for entry in outline if entry["anchor"] in anchors]
    outline[:] = [entry for entry in outline if entry["anchor"] not in anchors]
    notebook.cells += study
    return later


def _prepare(notebook: NotebookNode, record: Record) -> list[markup.Heading]:
    """Give each cell its anchor and heading, and markdown cells their HTML; return the headings."""
    outline: list[markup.Heading] = []
    title, rows = _title(notebook), record["claims"]["claims"] if record["claims"] else []
    number = itertools.count(1)
    for index, cell in enumerate(notebook.cells):
        cell["anchor"] = f"cell-{cell.get('id', index)}"
        if cell.cell_type == "markdown":
            first, known = None if outline else title, len(outline)
            caption = outline[-1]["name"] if outline else title
            begins = re.match("(#{1,6}) ", cell.source.lstrip())
            cell["level"] = len(begins[1]) if begins else 0
            cell["source"] = markup.markdown(cell.source, outline=outline, title=first, caption=caption)
            cell["headings"] = [entry["anchor"] for entry in outline[known:]]
        cell["heading"] = outline[-1]["name"] if outline else title
        for output in cell.get("outputs", []):
            output |= _compared(output.get("data", {}), rows or [])
            finding = publish.finding_of(output.get("data"))
            output["finding"] = finding["text"] if finding else None
            _say_not_shown(output.get("data", {}))
            output |= drawings.of_output(output, next(number))
    return outline


def _say_not_shown(bundle: dict[str, Any]) -> None:
    """Say what kinds of an output the page does not show, where it shows no more than its plain text."""
    other = [
        kind for kind in bundle if kind not in SHOWN and not kind.startswith("application/vnd.workbench.")
    ]
    if other and not set(SHOWN[:-1]) & set(bundle):
        note = said("[not shown: {kinds}]", kinds=", ".join(sorted(other)))
        bundle["text/plain"] = "\n".join([*filter(None, [bundle.get("text/plain")]), note])


def _title(notebook: NotebookNode) -> str:
    """The notebook's own title, which the head of the page shows or, over own data, the fold of the study."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = next((m for text in texts if (m := re.search(r"^# +(.+?)\s*$", text, re.M))), None)
    return found[1] if found else ""


def _compared(bundle: Mapping[str, Any], rows: Sequence[claims.Row]) -> dict[str, Any]:
    """Whether an output is the recorded comparison, and the recorded claims whose values it did nothing but send."""
    table, sent = bundle.get(claims.MIME), bundle.get(claims.VALUES_MIME)
    values = sent.get("values") if isinstance(sent, dict) else None
    if not isinstance(values, dict) or set(bundle) - {"text/plain", claims.VALUES_MIME}:
        values = {}
    shown = [row | {"cell": None} for row in rows]  # the notebook does not know which cell it was
    return {
        "compared": bool(rows) and isinstance(table, dict) and table.get("claims") == shown,
        "sent": [row["id"] for row in rows if row.get("cell") and row["id"] in values],
    }


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells with code in their order, so that `code cell 3` is the third."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def _claims(record: Record, cells: Sequence[NotebookNode]) -> dict[str, Any]:
    """The claims: the main ones, their tally, and the details by verdict."""
    rows = record["claims"]["claims"] if record["claims"] else []
    main = [row for row in rows if row["weight"] == "main"]
    groups = _by_verdict([row for row in rows if row["weight"] != "main"])
    quiet = not main and all(group["verdict"] in CLOSED for group in groups)
    for group in groups:
        group["open"] = quiet or not main and group["verdict"] not in CLOSED
        group["rows"] = _shown(group["rows"], cells)
    ordered = [row for group in _by_verdict(main) for row in group["rows"]]
    counted = main or rows
    return {
        "claims": groups,
        "main_claims": _shown(ordered, cells),
        "every_claim": _by_verdict(rows),
        "tally": [{"verdict": g["verdict"], "count": len(g["rows"])} for g in _by_verdict(counted)],
        "tallied": _counted(len(counted), main=bool(main)),
    }


def _counted(n: int, *, main: bool) -> str:
    if n == 1:
        return said("1 main claim") if main else said("1 claim")
    return said("{n} main claims", n=n) if main else said("{n} claims", n=n)


def _by_verdict(rows: Sequence[claims.Row]) -> list[dict[str, Any]]:
    groups = []
    for verdict, (sign, meaning) in CLASSES.items():
        if found := [row for row in rows if row["verdict"] == verdict]:
            groups.append({"verdict": verdict, "sign": sign, "meaning": meaning, "rows": found})
    return groups


def _shown(rows: Sequence[claims.Row], cells: Sequence[NotebookNode]) -> list[dict[str, Any]]:
    """Claims with their figures, what their verdict means, and where the cell stands that computes them."""
    return [
        row
        | {"figures": figures, "anchor": answer.anchor(row.get("cell"), cells)}
        | dict(zip(("sign", "meaning"), CLASSES[row["verdict"]], strict=True))
        for row, figures in zip(rows, _figures(rows), strict=True)
    ]


def _figures(rows: Sequence[claims.Row]) -> list[tuple[tuple[str, str], ...]]:
    """The published and the reproduced figure of each row, and what is missing to the most decimals above it."""
    columns = []
    for key in ("published", "reproduced"):
        texts = [claims.shown(row, key) for row in rows]
        decimals = [len(m[1]) if (m := re.search(r"\d(?:\.(\d+))?$", t)) and m[1] else 0 for t in texts]
        point = "." if max(decimals, default=0) else ""
        pads = [("" if n else point) + "0" * (max(decimals) - n) for n in decimals]
        columns.append([(t, pad if t[-1:].isdigit() else "") for t, pad in zip(texts, pads, strict=True)])
    return list(zip(*columns, strict=True))


def style(*, lists: bool = False) -> str:
    """The style sheet, without comments and the spaces that only its writer needs; `lists`: for several runs."""
    return language.marked(_style(lists))


@functools.cache
def _style(lists: bool) -> str:
    names = ("style.css", "lists.css") if lists else ("style.css",)
    text = "".join((HERE / name).read_text("utf-8") for name in names)
    return re.sub(r"\s*([{};,\n])\s*|(?<=:) ", r"\1", re.sub(r"/\*.*?\*/", "", text, flags=re.S)).strip()


def script() -> str:
    """The script of every page. Nothing on a page depends on it."""
    return language.marked(_script())


@functools.cache
def _script() -> str:
    text = (HERE / "page.js").read_text("utf-8")
    return re.sub(r"\n\s*", "\n", re.sub(r"^\s*//.*\n", "", text, flags=re.M)).strip()


def policy(*, lists: bool = False) -> str:
    """The Content-Security-Policy: nothing but our own style sheet, our own script and embedded pictures."""
    texts = (style(lists=lists), script())
    sheet, program = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return (
        f"default-src 'none'; style-src 'sha256-{sheet}'; script-src 'sha256-{program}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def sheet(*, lists: bool = False) -> dict[str, str]:
    """What the head and the end of each page are filled with."""
    return {"style": style(lists=lists), "script": script(), "policy": policy(lists=lists)}


def started_how(kernel: str) -> str:
    """Say how a kernel started, by the word of the record and the reason behind its colon."""
    if kernel == "warm":
        return said("the kernel was forked from a process that had made its imports")
    _, _, why = kernel.partition(": ")
    if not why:
        return said("the kernel was started afresh")
    return said("the kernel was started afresh, since {why}", why=language.of_record(why))


def readable_time(moment: Any) -> Any:
    """Write an ISO time as a reader would.

    Examples
    --------
    >>> readable_time("2026-01-02T03:04:05+00:00"), readable_time("then")
    ('2 January 2026, 03:04 UTC', 'then')
    """
    try:
        then = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return moment
    facts = {"day": then.day, "month": then.month, "year": then.year, "clock": f"{then:%H:%M}"}
    return said("{day} {name} {year}, {clock} UTC", name=f"{then:%B}", **facts)


def readable_seconds(seconds: float | None) -> str:
    """Write a duration.

    Examples
    --------
    >>> readable_seconds(17.5), readable_seconds(125), readable_seconds(None)
    ('17.5 s', '2 min 5 s', '')
    """
    if seconds is None:
        return ""
    if seconds < 60:
        return said("{seconds} s", seconds=seconds)
    return said("{minutes} min {seconds} s", minutes=int(seconds // 60), seconds=int(seconds % 60))


FILTERS = {
    "clean_html": markup.clean_html,
    # nbconvert's own writes colours as inline styles
    "ansi2html": markup.terminal,
    "markdown2html": markup.markdown,
    # quotation marks as they are: they are many in code, and it stands in no attribute
    "code": lambda text: html.escape(text, quote=False),
    "behind": downloads.behind,
    "table_file": downloads.of_table,
    "state": state,
    "typed": as_text,
    # a number and its per cent sign stay in one line
    "whole": lambda text: text.replace(" %", "\u00a0%"),
    "ledger_facts": data.ledger_facts,
    "told": language.of_record,
    "time": readable_time,
    "started_how": started_how,
    "duration": readable_seconds,
}


@functools.cache
def exporter() -> HTMLExporter:
    """What fills the template of a report, built once."""
    exporter = HTMLExporter(
        config=Config({"NbConvertBase": {"display_data_priority": SHOWN}}),
        template_name="template",
        extra_template_basedirs=[str(HERE.parent)],
        default_preprocessors=[],
    )
    for name, convert in FILTERS.items():
        exporter.register_filter(name, convert)
    exporter.environment.globals.update(language.GLOBALS)
    return exporter
