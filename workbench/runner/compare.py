"""Two runs side by side on one page: what differs between them, and where."""

import functools
import os
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import quote

from workbench.runner import matching, reports, segmented
from workbench.runner.gate import Gate, Withheld, known_of
from workbench.runner.matching import Matched
from workbench.runner.overlay import Overlay
from workbench.runner.page import standalone
from workbench.runner.page.language import speaking
from workbench.runner.plan.wishes import BETWEEN
from workbench.runner.record import cells, differences
from workbench.runner.record.provenance import as_text
from workbench.runner.record.record import Personal, Record
from workbench.runner.record.verdict import Refused

if TYPE_CHECKING:  # its import takes a while
    from nbformat import NotebookNode


class Side(TypedDict):
    """One of the two runs."""

    name: str
    record: Record
    notebook: "NotebookNode | None"  # if it stands beside the record
    page: str  # where it is, from the folder of ours
    private: Path  # folder of its named tables


Shown = dict[str, Any]  # what a template is given


def compare(
    first: str, second: str, *, out: Path, allow_personal: str | None = None, language: str = "en"
) -> tuple[list[str], Path, bool]:
    """Write the page on which two runs stand side by side.

    Parameters
    ----------
    first, second : str
        Names of reports in `out`, or paths of their JSON files.
    out : Path
        Folder of the page.
    allow_personal : str, optional
        Why the page may hold personal data.
    language : str
        Of the page's own words.

    Returns
    -------
    lines : list of str
        What differs, in short.
    page : Path
    withheld : bool
        Whether the page holds nothing but where personal data were found.

    Raises
    ------
    Refused
        There is no such report, or its record cannot be read.
    """
    files = [reports.find(name, out) for name in (first, second)]
    if os.path.realpath(files[0]) == os.path.realpath(files[1]):
        raise Refused(f"{files[0]} is given twice; name two reports")
    runs = [_run(file, out) for file in files]
    shown = _shown(*runs)
    gate = Gate(
        allowed=allow_personal,
        known=lambda: [text for run in runs if run["notebook"] for text in known_of(run["notebook"])],
        private=[run["private"] for run in runs],
    )
    lines, withheld = _lines(runs, shown), False

    def rendered(personal: Personal) -> str:
        with speaking(language):
            return standalone.render("compare.html.j2", a=runs[0], b=runs[1], personal=personal, **shown)

    try:
        html, _ = gate.passed({}, None, rendered)
    except Withheld as held:
        told: Personal = {"withheld": True, "allowed": None, "found": held.found}
        with speaking(language):
            html = standalone.render("withheld.html.j2", names=[run["name"] for run in runs], personal=told)
        lines, withheld = [f"withheld: {held}"], True
    name = f"{files[0].stem}{BETWEEN}{files[1].stem}.html"
    try:
        standalone.put(out, {name: html})
    except OSError as error:
        raise Refused(f"cannot write in {out}: {error.strerror or error}") from None
    return lines, out / name, withheld


def _run(file: Path, out: Path) -> Side:
    record = differences.read_run(file)
    page = os.path.relpath(os.path.realpath(file.with_suffix(".html")), os.path.realpath(out))
    return {
        "name": file.stem,
        "record": record,
        "notebook": _notebook(file),
        "page": quote(page),
        "private": reports.private(file),
    }


def _notebook(file: Path) -> "NotebookNode | None":
    import nbformat

    try:
        return nbformat.read(file.with_suffix(".ipynb"), as_version=4)
    except Exception:  # whatever nbformat makes of a file that is no notebook
        return None  # of a run that failed, none is kept; the page says so


def _shown(a: Side, b: Side) -> Shown:
    """All that the page shows beside the two runs themselves."""
    before, after = a["record"], b["record"]
    one, two = a["notebook"], b["notebook"]
    matched = _matched(a, b)
    own = any(file["kind"] == "yours" for file in (*before["data"], *after["data"]))
    over = Overlay(matched.renamed if matched else [], own)
    both = cells.pairs(one, two) if one is not None and two is not None else []
    pairs = [_pair(pair, over) for pair in both]
    compared = before["claims"]["claims"] if before["claims"] else []
    claims = [
        {"row": x or y, "told": [differences.figure(x), differences.figure(y)]}
        for x, y in differences.claimed(before, after)
    ]
    return {
        "parameters": differences.parameters(before, after),
        "files": [(name, _digest(x), _digest(y)) for name, x, y in differences.files(before, after)],
        "modules": [(name, _digest(x), _digest(y)) for name, x, y in differences.modules(before, after)],
        "versions": [(name, x or "–", y or "–") for name, x, y in differences.versions(before, after)],
        "claims": claims,
        "matched": matched,
        "segments": _segments(a, b, matched) if matched else [],
        "same_claims": len(compared) - sum(bool(c["row"]) for c in claims),
        "pairs": [pair for pair in pairs if pair["differs"]],
        "runs_of_same": _ranges(pairs),
        "whole": one is not None and two is not None,
    }


def _digest(digest: str | None) -> str:
    return digest[:12] if digest else "–"


def _matched(a: Side, b: Side) -> Matched | None:
    """Which segment is which, where both are runs of one study."""
    if a["record"]["study"] != b["record"]["study"]:
        return None
    return matching.match(a["record"], b["record"], (a["private"], b["private"]))


def _segments(a: Side, b: Side, matched: Matched) -> list[Shown]:
    """Each pair of segments that belong together, with their sizes."""
    sizes = [segmented.sizes(side["record"], side["private"]) for side in (a, b)]
    return [
        {"sides": [(x, sizes[0].get(x or "")), (y, sizes[1].get(y or ""))], "both": both}
        for x, y, both in matched.pairs
    ]


def _pair(pair: cells.Pair, over: Overlay) -> Shown:
    """A pair of cells with its parts side by side; `differs` when any of it does."""
    told = [_parts(old, new, over) for old, new in cells.part_pairs(pair)]
    return {
        "number": pair.number,
        "heading": pair.heading,
        "anchor": f"cell-{(pair.before or pair.after or {}).get('id', '')}",
        "sources": [cell.source if cell else None for cell in (pair.before, pair.after)],
        "same_code": pair.same_code,
        "parts": told,
        "differs": not pair.same_code or any(not part["same"] for part in told),
    }


def _parts(old: cells.Part | None, new: cells.Part | None, over: Overlay) -> Shown:
    """Two parts: whether they are byte for byte the same, and where not; tables that fit as one."""
    kind = old.kind if old and new and old.kind == new.kind else None
    return {
        "same": old == new,
        "sides": [old, new],
        "claims": kind == "claims",
        "tables": over.laid(old, new) if old and new and kind == "table" else None,
    }


def _ranges(pairs: Sequence[Shown]) -> Shown:
    """The numbers of the cells that are the same in both, as in "1–4, 6".

    Examples
    --------
    >>> _ranges([{"number": n, "differs": n == 3} for n in (1, 2, 3, 4)])
    {'text': '1–2, 4', 'count': 3}
    """
    numbers = [pair["number"] for pair in pairs if not pair["differs"]]
    grouped = groupby(enumerate(numbers), key=lambda entry: entry[1] - entry[0])
    runs = [[number for _, number in group] for _, group in grouped]
    text = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return {"text": text, "count": len(numbers)}


def _lines(runs: Sequence[Side], shown: Shown) -> list[str]:
    """The short text: what differs, one line each."""
    a, b = (run["record"] for run in runs)
    lines = [f"A: {runs[0]['name']}: {a['verdict']}", f"B: {runs[1]['name']}: {b['verdict']}"]
    lines += [f"parameter {name}: {_typed(x)} → {_typed(y)}" for name, x, y in shown["parameters"]]
    lines += [f"{name} differs" for name, *_ in [*shown["files"], *shown["modules"]]]
    lines += [f"{name} {x} → {y}" for name, x, y in shown["versions"]]
    lines += [f"claim {claim['row']['id']}: {' → '.join(claim['told'])}" for claim in shown["claims"]]
    lines += shown["matched"].lines if shown["matched"] else []
    if not shown["whole"]:
        return [*lines, "a notebook is missing: outputs were not compared"]
    count: Callable[[int], str] = functools.partial(_counted, "code cell")
    return [
        *lines,
        f"{count(len(shown['pairs']))} differ, {count(shown['runs_of_same']['count'])} are the same",
    ]


def _counted(noun: str, number: int) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _typed(value: str | None) -> str:
    return "undeclared" if value is None else as_text(value)
