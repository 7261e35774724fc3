"""A page and a notebook as texts, each with its place and the heading above it; and the personal data in them."""

import base64
import binascii
import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from workbench.privacy.personal_data import Placed, find

__all__ = [
    "Text",
    "find_in_html",
    "find_in_notebook",
    "find_in_texts",
    "texts_of_html",
    "texts_of_json",
    "texts_of_notebook",
]

# inside a line: a word may go on behind them
_INLINE = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q s samp small span strike strong sub sup "
    "time tspan tt u var wbr"
)
INLINE = frozenset(_INLINE.split())
# of a drawing: numbers by the thousand, and nobody reads them
_GEOMETRY = (
    "class clip-path d fill height points r rx ry stroke style transform viewbox width x x1 x2 xmlns y y1 y2"
)
GEOMETRY = frozenset(_GEOMETRY.split())
_DATA_URI = re.compile(
    r"data:(text/[\w.+-]+|image/svg\+xml|application/(?:json|xml))?(?:;[\w.=-]+)*?(;base64)?,(.*)", re.S
)
_PICTURE = re.compile(r"image/(?!svg)|audio/|video/|application/pdf")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s_-]{1000,}")


SMALL = 30  # rows and columns


class Text(NamedTuple):
    """A text of a document: where it stands, what it is, and the heading of its column."""

    place: str
    text: str
    header: str = ""


def find_in_html(html: str) -> list[Placed]:
    """Find personal data in a page: its text, table by table and column by column, comments, attributes and data URIs.

    Parameters
    ----------
    html : str

    Returns
    -------
    list of Placed
        One per place and kind.

    Examples
    --------
    >>> find_in_html("<table><tr><th>phone<tr><td>154<b>0000</b>0001</table><img alt='ann@example.com'>")
    [Placed(place='a table', kind='mobile number', why='prefix and the words around it', count=1),
     Placed(place='the attribute alt', kind='e-mail address', why='its form', count=1)]
    """
    return find_in_texts(texts_of_html(html))


def find_in_notebook(notebook: Mapping[str, Any]) -> list[Placed]:
    """Find personal data in a notebook: code, text, and every output in each of its forms.

    Parameters
    ----------
    notebook : dict
        As nbformat 4 has it.

    Returns
    -------
    list of Placed

    Examples
    --------
    >>> printed = {"output_type": "stream", "text": "phone: 15400000001"}
    >>> cell = {"cell_type": "code", "source": "print(x)", "metadata": {}, "outputs": [printed]}
    >>> find_in_notebook({"cells": [cell], "metadata": {}})
    [Placed(place='code cell 1, output 1', kind='mobile number', why='prefix and the words around it', count=1)]
    """
    return find_in_texts(texts_of_notebook(notebook))


def find_in_texts(texts: Iterable[Text]) -> list[Placed]:
    """Find personal data in texts, each with its place and the heading of its column.

    Parameters
    ----------
    texts : iterable of Text

    Returns
    -------
    list of Placed

    Examples
    --------
    >>> find_in_texts([Text("a letter", "call 15400000001")])
    [Placed(place='a letter', kind='mobile number', why='prefix and the words around it', count=1)]
    """
    counts: dict[tuple[str, str, str], int] = {}
    for place, text, header in texts:
        for found in find(text, header=header):
            key = place, found.kind, found.why
            counts[key] = counts.get(key, 0) + 1
    return [Placed(*key, count) for key, count in counts.items()]


def texts_of_html(html: str, place: str = "") -> Iterator[Text]:
    """Yield the texts of a page or of a drawing.

    Parameters
    ----------
    html : str
    place : str
        Where it stands itself, for what is yielded.
    """
    reader = _Reader(place)
    reader.feed(html)
    reader.close()
    reader.end()
    yield from reader.texts


class _Reader(HTMLParser):
    """Collects the texts of a page: what stands in one line as one text, what stands in one column as one text."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place, self.texts = place, []
        self.line: list[str] = []
        self.tables: list[_Columns] = []
        self.template = False

    def _at(self, what: str) -> str:
        return f"{self.place}, {what}" if self.place else what

    def end(self) -> None:
        self._break()
        while self.tables:
            self._end_table()

    def _break(self) -> None:
        """End a line; in a table, it belongs to a cell."""
        text, self.line = "".join(self.line), []
        if not text.strip():
            return
        if self.template:
            self.texts += _of_csv(text, self._at("a table as CSV"))
        elif self.tables:
            self.tables[-1].add(text)
        else:
            self.texts.append(Text(self.place or "the text", text))

    def _end_table(self) -> None:
        self.texts += self.tables.pop().texts(self._at("a table"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE:
            self._break()
        if tag == "table":
            self.tables.append(_Columns())
        elif self.tables and tag == "tr":
            self.tables[-1].row()
        elif self.tables and tag in ("td", "th"):
            self.tables[-1].cell()
        self.template = self.template or tag == "template"
        for name, value in attrs:
            if value and name not in GEOMETRY:
                self.texts += _of_attribute(value, self._at(f"the attribute {name}"))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self._break()
        if tag == "table" and self.tables:
            self._end_table()
        self.template = self.template and tag != "template"

    def handle_data(self, data: str) -> None:
        self.line.append(data)

    def handle_comment(self, data: str) -> None:
        self.texts.append(Text(self._at("a comment"), data))


class _Columns:
    """The cells of a table by column; the first row holds the headings."""

    def __init__(self) -> None:
        self.rows: list[list[list[str]]] = [[]]

    def row(self) -> None:
        self.rows.append([])

    def cell(self) -> None:
        self.rows[-1].append([])

    def add(self, text: str) -> None:
        if not self.rows[-1]:
            self.cell()
        self.rows[-1][-1].append(text)

    def texts(self, place: str) -> Iterator[Text]:
        rows = [[" ".join(parts) for parts in row] for row in self.rows if row]
        return _by_column(rows, place)


def _by_column(rows: Sequence[Sequence[str]], place: str) -> Iterator[Text]:
    """The headings as a text, and each column as one; of a small table each cell, since its row may say what it is."""
    if not rows:
        return
    heads, body = rows[0], rows[1:]
    yield Text(place, "\n".join(heads))
    for number in range(max(map(len, rows))):
        head = heads[number] if number < len(heads) else ""
        cells = [(row[0], row[number]) for row in body if number < len(row) and row[number]]
        if len(body) <= SMALL and number and len(heads) <= SMALL:
            yield from (Text(place, cell, f"{head} {first}") for first, cell in cells)
        else:
            yield Text(place, "\n".join(cell for _, cell in cells), head)


def _of_csv(text: str, place: str) -> Iterator[Text]:
    return _by_column(list(csv.reader(text.splitlines())), place)


def _of_attribute(value: str, place: str) -> Iterator[Text]:
    """The texts of an attribute; what a data URI holds is read as what it is, a picture not at all."""
    if not value.lstrip().startswith("data:"):
        yield Text(place, value)
        return
    match = _DATA_URI.match(value.lstrip())
    if not match:
        return
    kind, encoded, content = match.groups()
    try:
        raw = base64.b64decode(content) if encoded else unquote_to_bytes(content)
    except (binascii.Error, ValueError):
        return
    text = raw.decode("utf-8", "replace")
    yield from (
        texts_of_html(text, place) if kind and ("xml" in kind or "html" in kind) else [Text(place, text)]
    )


def texts_of_notebook(notebook: Mapping[str, Any]) -> Iterator[Text]:
    """Yield the texts of a notebook, each with its cell, counted as a report counts them, and its output."""
    number = 0
    for cell in notebook["cells"]:
        source = _joined(cell.get("source", ""))
        is_code = cell["cell_type"] == "code" and bool(source.strip())
        number += is_code
        place = f"code cell {number}" if cell["cell_type"] == "code" else "a text cell"
        yield Text(place, source)
        yield from texts_of_json(cell.get("metadata") or {}, place)
        yield from texts_of_json(cell.get("attachments") or {}, place)
        for count, output in enumerate(cell.get("outputs") or [], 1):
            yield from _of_output(output, f"{place}, output {count}")
    yield from texts_of_json(notebook.get("metadata") or {}, "the notebook's metadata")


def _of_output(output: Mapping[str, Any], place: str) -> Iterator[Text]:
    yield Text(place, _joined(output.get("text", "")))
    yield Text(place, f"{output.get('ename', '')}: {output.get('evalue', '')}")
    yield Text(place, "\n".join(output.get("traceback") or []))
    yield from texts_of_json(output.get("metadata") or {}, place)
    for kind, content in (output.get("data") or {}).items():
        yield from _of_mime(kind, content, place)


def _of_mime(kind: str, content: Any, place: str) -> Iterator[Text]:
    if _PICTURE.match(kind):
        return
    if isinstance(content, list) and all(isinstance(part, str) for part in content) and "json" not in kind:
        content = "".join(content)
    if not isinstance(content, str):
        yield from texts_of_json(content, place)
    elif "html" in kind or "xml" in kind:
        yield from texts_of_html(content, place)
    elif kind == "text/markdown":
        yield from [Text(place, content), *texts_of_html(content, place)]
    else:
        yield Text(place, content)


def texts_of_json(value: Any, place: str, header: str = "") -> Iterator[Text]:
    """Yield the texts of a JSON value; a key is the heading of what it holds, and rows are read by column."""
    if isinstance(value, Mapping):
        columns, rows = value.get("columns"), value.get("rows")
        table = (
            isinstance(columns, list) and isinstance(rows, list) and all(isinstance(r, list) for r in rows)
        )
        if table and rows:
            cells = [[_written(cell) for cell in row] for row in [columns, *rows]]
            yield from _by_column(cells, place)
        for key, part in value.items():
            if _PICTURE.match(str(key)):
                continue
            yield Text(place, str(key))
            if not (table and key in ("columns", "rows")):
                yield from texts_of_json(part, place, str(key))
    elif isinstance(value, list):
        flat = [_written(part) for part in value if not isinstance(part, (list, Mapping))]
        if flat:
            yield Text(place, "\n".join(flat), header)
        for part in value:
            if isinstance(part, (list, Mapping)):
                yield from texts_of_json(part, place, header)
    elif isinstance(value, str) and value.lstrip().startswith("data:"):
        yield from _of_attribute(value, place)
    elif not (isinstance(value, str) and _BASE64.fullmatch(value)):
        yield Text(place, _written(value), header)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _joined(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)
