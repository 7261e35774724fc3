"""What separates the cells of a text file, and which row is its header: by consistency over rows, or refused."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from workbench.data.catalogue import DataError

__all__ = ["Layout", "find_layout", "header_row"]

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ROWS = 400  # looked at
PREAMBLE = 60  # rows before a header, at most, that are recognised
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
NUMBER = re.compile(r"[+-]?\(?[$€£¥]?\s?\d[\d.,'\s]*%?\)?(?:\s?[A-Z]{3}|\s?[€$£元])?-?")
MOMENT = re.compile(
    r"\d{1,4}[-/.年]\s?(?:\d{1,2}|[^\W\d]{3,9})[-/.月]\s?\d{1,4}日?(?:[T ].*)?|\d{1,2}:\d{2}(?::\d{2})?.*"
)
YEAR = re.compile(r"(?:19|20)\d\d")


class Layout(NamedTuple):
    """Where the table stands in a text."""

    delimiter: str
    header: int  # rows before it
    start: int  # characters before the first row after the header
    names: list[str]  # of the columns, as many as the rows have cells
    notes: list[str]


def find_layout(file: str, text: str, given: dict[str, str]) -> Layout:
    """Find the delimiter and the header of a text.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    text : str
        The beginning of the file, cut at the end of a line.
    given : dict of str to str
        What the user said: ``delimiter``, ``skip_rows``.

    Returns
    -------
    Layout

    Raises
    ------
    workbench.data.DataError
        If several delimiters, or no header, fit; naming the option that decides.

    Examples
    --------
    >>> find_layout("f.csv", "Statement\\n\\nday;paid\\n2024-01-31;1,50\\n2024-02-01;2,50\\n", {})[:2]
    (';', 2)
    """
    declared = re.match(r"\ufeff?\"?sep=(.)\"?[;,\t]*(?:\r\n|\r|\n)", text, re.IGNORECASE)
    first = declared.end() if declared else 0  # a spreadsheet shows no such line, so it is not counted
    marks = [given["delimiter"]] if "delimiter" in given else [declared[1]] if declared else list(DELIMITERS)
    fitting = []
    problem = None
    for mark in marks:
        rows, ends = _rows(file, text[first:], mark)
        try:
            header = _header(file, rows, given)
        except DataError as error:
            problem = problem or error
            continue
        if header is not None:
            fitting.append((mark, header, rows, ends))
    best = _best(file, fitting)
    if best is None and problem is not None:
        raise problem
    mark, header, rows, ends = best or _fallback(file, text[first:], marks, given)
    notes = _notes(header, "skip_rows" in given)
    if _ends_are_mixed(text):
        notes.append("line ends are mixed")
    return Layout(mark, header, first + ends[header], _padded(rows[header], rows[header + 1 :]), notes)


def header_row(file: str, rows: list[list[str]], given: dict[str, str]) -> tuple[int, list[str]]:
    """Find the header among the rows of a sheet; give the rows before it, and notes.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    rows : list of list of str
        Texts of the first rows, all of one width.
    given : dict of str to str
        ``skip_rows``, if the user said so.

    Examples
    --------
    >>> header_row("f.xlsx", [["Report", ""], ["", ""], ["id", "paid"], ["a", "5"], ["b", "6"]], {})
    (2, ['2 rows before the header left out'])
    """
    trimmed = [row[: max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0)] for row in rows]
    found = _header(file, trimmed, given)
    header = found if found is not None else next((i for i, row in enumerate(trimmed) if row), 0)
    return header, _notes(header, "skip_rows" in given)


def _padded(names: list[str], below: list[list[str]]) -> list[str]:
    """Names for all cells, where every row but the header ends in a delimiter."""
    longer = [row for row in below if len(row) == len(names) + 1]
    filled = [row for row in below if any(cell.strip() for cell in row)]
    return [*names, ""] if longer and longer == filled and not any(r[-1].strip() for r in longer) else names


def _notes(header: int, asked: bool) -> list[str]:
    if not header or asked:
        return []
    return [f"{header} row{'s' if header > 1 else ''} before the header left out"]


def _rows(file: str, text: str, mark: str) -> tuple[list[list[str]], list[int]]:
    """The first rows, and where each ends."""
    at = 0

    def lines() -> Iterator[str]:
        nonlocal at
        for line in LINE.finditer(text):
            at = line.end()
            yield line[0]

    rows, ends = [], []
    try:
        for row in csv.reader(lines(), delimiter=mark):
            rows.append([cell.strip("\ufeff") for cell in row])
            ends.append(at)
            if len(rows) == ROWS:
                break
    except csv.Error:  # a cell beyond all measure: a quotation mark that is never closed
        if not rows:
            raise DataError(
                f"{file}: row 1 has a cell of more than {csv.field_size_limit():,} characters; no header has such."
            ) from None
    return rows, ends


def _header(file: str, rows: list[list[str]], given: dict[str, str]) -> int | None:
    """The row of the header if the rows form a table of two columns or more with this delimiter."""
    if "skip_rows" in given:
        if int(given["skip_rows"]) >= len(rows):
            raise DataError(f"{file}: --skip-rows {given['skip_rows']} leaves no header.")
        return int(given["skip_rows"])
    filled = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
    late = [len(rows[i]) for i in filled[len(filled) // 3 if len(filled) > 5 else min(1, len(filled) - 1) :]]
    if not filled or not late:
        return None
    width = Counter(late).most_common(1)[0][0]
    trailing = all(not rows[i][-1].strip() for i in filled if len(rows[i]) == width)
    need = width - 1 if trailing else width
    if width < 2:
        return None
    header = next((i for i in filled if len(rows[i]) >= need and _is_full(rows[i], width)), None)
    if header is None:
        return None
    below = [rows[i] for i in filled if i > header]
    if sum(need <= len(row) <= max(width, len(rows[header])) for row in below) < 0.8 * len(below):
        return None
    before = [rows[i] for i in filled if i < header]
    if before and not _is_preamble(before, rows, header, below, width):
        if len(rows[filled[0]]) <= max(1, width // 2):
            raise DataError(
                f"{file}: which row is the header is unclear (row {filled[0] + 1} has {len(rows[filled[0]])} cells, "
                f"most rows {width}); say how many rows stand before it: --skip-rows N."
            )
        return None
    _refuse_data_as_header(file, header, rows[header], below)
    return header


def _is_full(row: list[str], width: int) -> bool:
    """Whether nearly every column has a name, which sets a header apart from a title in a wide row."""
    return sum(bool(cell.strip()) for cell in row) >= max(1, width - 1 - width // 4)


def _is_preamble(before, rows, header, below, width) -> bool:
    """Whether rows before a header are certainly none of the table's."""
    names = [cell.strip() for cell in rows[header]]
    apart = header > 0 and not any(cell.strip() for cell in rows[header - 1])
    narrow = all(sum(bool(c.strip()) for c in row) <= max(1, width // 2) for row in before)
    return (
        len(below) > 1
        and header <= PREAMBLE
        and (narrow or (apart and all(len(row) < width for row in before)))
        and not any(_kind(name) for name in names)
        and any(_differs(name, _kind_below(below, i)) for i, name in enumerate(names) if name)
    )


def _kind(cell: str) -> str:
    cell = cell.strip()
    return "moment" if MOMENT.fullmatch(cell) else "number" if NUMBER.fullmatch(cell) else ""


def _kind_below(below: list[list[str]], i: int) -> str:
    kinds = Counter(_kind(row[i]) for row in below if i < len(row) and row[i].strip())
    return kinds.most_common(1)[0][0] if kinds else ""


def _differs(name: str, kind: str) -> bool:
    return bool(kind) and _kind(name) != kind


def _refuse_data_as_header(file: str, header: int, names: list[str], below: list[list[str]]) -> None:
    """Refuse a first row whose cells are numbers and times, like those below it, and none of which is a name."""
    kinds = {i: _kind_below(below, i) for i, name in enumerate(names) if name.strip()}
    if any(_differs(names[i], kind) for i, kind in kinds.items()):
        return
    alike = [i for i, kind in kinds.items() if kind and not YEAR.fullmatch(names[i].strip())]
    if alike:
        shown = ", ".join(repr(names[i].strip()[:30]) for i in alike[:2])
        raise DataError(
            f"{file}: row {header + 1} is no header, since it holds data ({shown}); put a row of column names above it "
            "(or say --skip-rows 0 if these are names)."
        )


def _best(file: str, fitting: list) -> tuple | None:
    """The delimiter that gives the widest table; a tie is refused."""
    if not fitting:
        return None
    fitting = sorted(fitting, key=lambda f: (-len(f[2][f[1]]), f[1]))
    if len(fitting) > 1:
        (one, a, rows, _), (other, b, others, _) = fitting[:2]
        if len(rows[a]) == len(others[b]) and a == b:
            raise DataError(
                f"{file}: {DELIMITERS[one]} and {DELIMITERS[other]} both give {len(rows[a])} columns; "
                f"say which separates the cells: --delimiter {DELIMITERS[one]} or {DELIMITERS[other]}."
            )
    return fitting[0]


def _fallback(file: str, text: str, marks: list[str], given: dict[str, str]) -> tuple:
    """One column, or a table whose rows are uneven: the header decides, and the parser names the row."""
    best = None
    for mark in marks:
        rows, ends = _rows(file, text, mark)
        first = next((i for i, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
        header = int(given.get("skip_rows", first))
        width = len(rows[header]) if header < len(rows) else 0
        if best is None or width > best[0]:
            best = (width, (mark, header, rows, ends))
    return best[1]


def _ends_are_mixed(text: str) -> bool:
    pairs, newlines, returns = text.count("\r\n"), text.count("\n"), text.count("\r")
    kinds = (pairs > 0, newlines > pairs, returns > pairs)
    return sum(kinds) > 1 and '"' not in text  # within quotation marks any line end may stand
