"""Two executed notebooks, cell by cell: which cells belong together, and which of their outputs differ."""

import base64
import difflib
import io
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from workbench import claims
from workbench.runner.record import html_tables

if TYPE_CHECKING:  # its import takes a while, and most who need this module have no notebook at hand
    from nbformat import NotebookNode

TOLERANCE = 1e-9  # relative, of numbers with a fraction; whole ones must be equal
_NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?")
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")


@dataclass(frozen=True)
class Pair:
    """A cell of one notebook and the cell of the other that it belongs to; one of them may be None."""

    number: int  # among the cells with code, of the first notebook if it stands there
    heading: str
    before: "NotebookNode | None"
    after: "NotebookNode | None"

    @property
    def same_code(self) -> bool:
        return bool(self.before and self.after and self.before.source == self.after.source)


@dataclass(frozen=True)
class Part:
    """What one output shows: `kind` is "table", "picture", "text" or "claims"."""

    kind: str
    content: str
    mime: str = ""
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Change:
    """One place where two outputs differ."""

    where: str
    before: str
    after: str


def cell_source(cell: Mapping[str, Any]) -> str:
    """Return a cell's source, which the file format keeps as a string or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def headings(notebook: "NotebookNode") -> dict[int, str]:
    """Index of each cell with code, to the heading it stands under."""
    found, heading = {}, ""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            lines = re.findall(r"^#+ +(.+)$", cell.source, re.M)
            heading = lines[-1].strip() if lines else heading
        elif cell.cell_type == "code" and cell.source.strip():
            found[index] = heading
    return found


def pairs(before: "NotebookNode", after: "NotebookNode") -> list[Pair]:
    """Pair the code cells of two notebooks by their code; injected parameters are left out.

    Parameters
    ----------
    before, after : NotebookNode

    Returns
    -------
    list of Pair
    """
    first, second = _code_cells(before), _code_cells(after)
    matcher = difflib.SequenceMatcher(
        None, [c.source for _, _, c in first], [c.source for _, _, c in second], autojunk=False
    )
    found = []
    for _, a, b, c, d in matcher.get_opcodes():
        for old, new in zip_longest(first[a:b], second[c:d]):
            number, heading, _ = old or new
            found.append(Pair(number, heading, old and old[2], new and new[2]))
    return found


def _code_cells(notebook: "NotebookNode") -> list[tuple[int, str, "NotebookNode"]]:
    """(number among the cells with code, heading, cell); the number is the one that the report shows."""
    where = headings(notebook)
    told = [(n, where[i], notebook.cells[i]) for n, i in enumerate(where, 1)]
    return [entry for entry in told if "injected-parameters" not in entry[2].metadata.get("tags", [])]


def parts(cell: "NotebookNode | None") -> list[Part]:
    """What a cell shows, output by output."""
    found = []
    for output in cell.outputs if cell is not None else []:
        if output.output_type == "stream":
            found.append(Part("text", output.text))
        elif output.output_type == "error":
            found.append(Part("text", f"{output.ename}: {output.evalue}"))
        elif claims.MIME in output.data:
            found.append(Part("claims", json.dumps(output.data[claims.MIME], sort_keys=True)))
        else:
            found.append(_part(output))
    return found


def _part(output: "NotebookNode") -> Part:
    notes = output.metadata.get("workbench", {})
    caption = notes.get("caption") or ""
    if "text/html" in output.data:
        return Part("table", output.data["text/html"], caption=caption)
    for mime in PICTURES:
        if mime in output.data:
            alt = notes.get("alt") or output.metadata.get(mime, {}).get("alt") or ""
            return Part("picture", output.data[mime], mime, alt, caption)
    for mime in ("text/markdown", "text/plain", *output.data):
        if mime in output.data:
            return Part("text", str(output.data[mime]), mime)
    return Part("text", "")


def part_pairs(pair: Pair) -> list[tuple[Part | None, Part | None]]:
    """The parts of both cells of a pair, in their order; None where one cell shows less."""
    return list(zip_longest(parts(pair.before), parts(pair.after)))


def changes(before: Part | None, after: Part | None) -> list[Change]:
    """List the places where two parts differ.

    Parameters
    ----------
    before, after : Part or None

    Returns
    -------
    list of Change
    """
    if before == after:
        return []
    if before is None or after is None or before.kind != after.kind:
        return [Change("output", before.kind if before else "none", after.kind if after else "none")]
    if before.kind == "claims":
        return []  # compared by their record
    compare = {"table": _of_tables, "picture": _of_pictures, "text": _of_texts}[before.kind]
    told = compare(before.content, after.content)
    return told + [Change(name, x, y) for name, x, y in _labels(before, after) if x != y]


def _labels(before: Part, after: Part) -> list[tuple[str, str, str]]:
    return [
        ("text alternative", before.alt, after.alt),
        ("caption", before.caption, after.caption),
        ("format", before.mime, after.mime),
    ]


def _of_tables(before: str, after: str) -> list[Change]:
    (first, rest), (second, other) = html_tables.read(before), html_tables.read(after)
    if len(first) != len(second):
        return [Change("output", f"{len(first)} tables", f"{len(second)} tables")]
    found = [change for one, two in zip(first, second, strict=True) for change in of_table(one, two)]
    return found + (_of_texts(rest, other) if rest != other else [])


def of_table(before: html_tables.Table, after: html_tables.Table) -> list[Change]:
    """List the cells in which two tables differ, and the rows and columns that only one has."""
    found = []
    for kind in ("rows", "columns"):
        one, two = getattr(before, kind), getattr(after, kind)
        found += [Change(f"{kind[:-1]} {label}", "there", "not there") for label in one if label not in two]
        found += [Change(f"{kind[:-1]} {label}", "not there", "there") for label in two if label not in one]
    for (row, column), old in before.values.items():
        new = after.values.get((row, column))
        if new is not None and not same(old, new):
            found.append(Change(f"row {row}, column {column}" if column else f"row {row}", old, new))
    return found


def same(before: str, after: str) -> bool:
    """Whether two texts say the same: words equal, numbers equal up to the tolerance.

    Examples
    --------
    >>> same("a 0.1", "a  0.10000000000000001"), same("id 1000000001", "id 1000000002")
    (True, False)
    """
    if before == after:
        return True
    return _words(before) == _words(after) and not _numbers_apart(before, after)


def _words(text: str) -> str:
    return " ".join(_NUMBER.sub("#", text).split())


def _numbers_apart(before: str, after: str) -> list[tuple[str, str]]:
    told = zip(_NUMBER.findall(before), _NUMBER.findall(after), strict=True)
    return [(old, new) for old, new in told if not _near(old, new)]


def _near(old: str, new: str) -> bool:
    if old == new:
        return True
    one, two = (number.replace(",", "").replace("−", "-") for number in (old, new))
    if re.fullmatch(r"[-+]?\d+", one) and re.fullmatch(r"[-+]?\d+", two):
        return int(one) == int(two)
    return math.isclose(float(one), float(two), rel_tol=TOLERANCE)


def _of_texts(before: str, after: str) -> list[Change]:
    if same(before, after):
        return []
    if _words(before) == _words(after):
        return [Change("number", old, new) for old, new in _numbers_apart(before, after)]
    lines = zip_longest(before.splitlines(), after.splitlines())
    return [
        Change(
            f"line {number}", "none" if old is None else old.strip(), "none" if new is None else new.strip()
        )
        for number, (old, new) in enumerate(lines, 1)
        if old is None or new is None or not same(old, new)
    ] or [Change("text", before, after)]


def _of_pictures(before: str, after: str) -> list[Change]:
    if before == after:
        return []
    try:
        apart = _pixels_apart(before, after)
    except (ValueError, OSError, SyntaxError):  # no PNG, or a damaged one: its bytes are all there is
        apart = "another file"
    return [Change("picture", "as it was", apart)] if apart else []


def _pixels_apart(before: str, after: str) -> str | None:
    """Say which share of the pixels of two PNGs differs; None if none does."""
    from matplotlib.image import imread

    one, two = (imread(io.BytesIO(base64.b64decode(text)), format="png") for text in (before, after))
    if one.shape != two.shape:
        return (
            f"another size, {two.shape[1]} × {two.shape[0]} pixels instead of {one.shape[1]} × {one.shape[0]}"
        )
    unequal = (one != two).reshape(*one.shape[:2], -1).any(axis=2)
    return f"{100 * unequal.mean():.3g} % of its pixels differ" if unequal.any() else None
