"""The tables of an HTML output as labelled values, so that two of them can be laid beside each other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple

Cell = tuple[bool, str, str]  # in the head, tag, text


@dataclass(frozen=True)
class Table:
    """Values by row label and column label; both are unique and in the order of the table.

    `heading` stands over the row labels; it is empty where nothing does, or the rows have no labels.
    """

    rows: list[str]
    columns: list[str]
    values: dict[tuple[str, str], str]
    heading: str = ""

    def by(self, column: str) -> "Table":
        """The same table, its rows labelled by a column; itself where the values of that are not unique."""
        names = [self.values.get((row, column), "") for row in self.rows]
        if len(set(names)) < len(names):
            return self
        rest = [name for name in self.columns if name != column]
        told = zip(self.rows, names, strict=True)
        values = {(new, c): self.values[old, c] for old, new in told for c in rest if (old, c) in self.values}
        return Table(names, rest, values, column)


def read(text: str) -> tuple[list[Table], str]:
    """Read the tables of some HTML.

    Returns
    -------
    tables : list of Table
    rest : str
        The text that stands in no table, its white space as single spaces.

    Examples
    --------
    >>> (table,), rest = read("<p>T<table><thead><tr><th><th>k</thead><tr><th>r1<td>3</table>")
    >>> table.values, rest
    ({('r1', 'k'): '3'}, 'T')
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [_table(rows) for rows in reader.tables], " ".join("".join(reader.rest).split())


class _Spanning(NamedTuple):
    """A cell as read: how many columns and rows it spans, and its text in pieces."""

    head: bool
    tag: str
    columns: int
    rows: int
    text: list[str]


class _Reader(HTMLParser):
    """Collects the rows of each table."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[_Spanning]]] = []
        self.rest: list[str] = []
        self.cell: _Spanning | None = None
        self.depth, self.head, self.silent = 0, False, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spans = dict(attrs)
        if tag == "table":
            self.depth += 1
            self.tables.append([])
        elif tag in ("style", "script"):
            self.silent += 1
        elif self.depth and tag in ("thead", "tbody"):
            self.head = tag == "thead"
        elif self.depth and tag == "tr":
            self.tables[-1].append([])
            self.cell = None
        elif self.depth and tag in ("td", "th") and self.tables[-1]:
            self.cell = _Spanning(
                self.head, tag, _span(spans.get("colspan")), _span(spans.get("rowspan")), []
            )
            self.tables[-1][-1].append(self.cell)
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.depth:
            self.depth -= 1
            self.cell = None
        elif tag in ("style", "script"):
            self.silent = max(0, self.silent - 1)
        elif tag == "thead":
            self.head = False
        elif tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.cell is not None:
            self.cell.text.append(data)
        elif not self.depth:
            self.rest.append(data)


def _span(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdecimal() and int(text) else 1


def _table(rows: list[list[_Spanning]]) -> Table:
    grid = _spread(rows)
    is_head = [all(head or tag == "th" for head, tag, _ in row) for row in grid]
    heads = [row for row, yes in zip(grid, is_head, strict=True) if yes]
    body = [row for row, yes in zip(grid, is_head, strict=True) if not yes]
    width = max(map(len, grid), default=0)
    labels = min((sum(tag == "th" for _, tag, _ in row) for row in body), default=0)
    columns = _unique(
        [" / ".join(_distinct(r[i][2] for r in heads if i < len(r))) for i in range(width)][labels:]
    )
    if labels:
        names = _unique([" / ".join(_distinct(text for _, _, text in row[:labels])) for row in body])
    else:
        names = [f"row {number}" for number in range(1, len(body) + 1)]
    values = {
        (name, column): cell[2]
        for name, row in zip(names, body, strict=True)
        for column, cell in zip(columns, row[labels:], strict=False)
    }
    heading = " / ".join(_distinct(cell[2] for row in heads for cell in row[:labels]))
    return Table(names, columns, values, heading)


def _spread(rows: list[list[_Spanning]]) -> list[list[Cell]]:
    """Repeat a cell in every place that it spans."""
    grid: list[list[Cell]] = []
    over: dict[int, tuple[Cell, int]] = {}  # column to the cell that reaches down into it, for how many rows
    for row in rows:
        line: list[Cell] = []
        reaching: dict[int, tuple[Cell, int]] = {}
        cells = iter(row)
        while True:
            if len(line) in over:
                cell, left = over.pop(len(line))
                across = 1
            elif told := next(cells, None):
                head, tag, across, left, text = told
                cell = (head, tag, " ".join("".join(text).split()))
            else:
                break
            if left > 1:
                reaching |= dict.fromkeys(range(len(line), len(line) + across), (cell, left - 1))
            line += [cell] * across
        over = reaching
        if line:
            grid.append(line)
    return grid


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _unique(labels: list[str]) -> list[str]:
    """Number the labels that stand several times."""
    counts: Counter[str] = Counter()
    found: list[str] = []
    for label in labels:
        counts[label] += 1
        found.append(label if counts[label] == 1 else f"{label} ({counts[label]})")
    return found


def merged(first: list[str], second: list[str]) -> list[str]:
    """The labels of two lists, those of the second where they stand in it.

    Examples
    --------
    >>> merged(["a", "c"], ["a", "b", "c"])
    ['a', 'b', 'c']
    """
    known, found, after = set(first), list(first), None
    for label in second:
        if label not in known:
            found.insert(found.index(after) + 1 if after is not None else 0, label)
        after = label
    return found
