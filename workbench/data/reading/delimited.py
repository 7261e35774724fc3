"""A text of delimited cells to a table of text: every row accounted for, by the number a spreadsheet shows."""

import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, NoReturn

import pandas as pd

from workbench.checks import counted
from workbench.data.catalogue import DataError
from workbench.data.reading import caps, dialects, encodings
from workbench.data.reading.dialects import Layout
from workbench.data.reading.encodings import Encoding, Portions

__all__ = [
    "BELOW",
    "HEAD",
    "Cleared",
    "Text",
    "below",
    "body",
    "cells",
    "cleared",
    "finished",
    "first_row",
    "in_words",
    "parsed",
    "refuse_swallowed",
    "swallowed",
    "understood",
]

HEAD = 1 << 18  # bytes from which the delimiter and the header are told
TOTAL = re.compile(
    r"(?:(?:grand |sub)?totals?|sums?|summen?|gesamt(?:summe|betrag)?|zwischensumme|insgesamt|somme|totale[sn]?|"
    r"total général|totaal|suma|razem|celkem|итого|всего|总计|合计|小计|總計|合計|小計|共计)\s*[:：]?",
    re.IGNORECASE,
)
END = b"\r\n \x1a"  # what may end a file and is no row
BELOW = 205  # last rows, among which those below the table stand
BLANK = " \t\xa0\u200b\u200e\u200f\ufeff"


class Text(NamedTuple):
    """A text file understood: how it is encoded and laid out."""

    encoding: Encoding
    layout: Layout
    line_end: str


class Cleared(NamedTuple):
    """Rows of a table without what is no row of it, and what was taken away."""

    frame: pd.DataFrame
    unnamed: bool  # whether there were empty last columns without a name
    empty: int
    like: list[int]  # rows like the header


def understood(file: str, content: bytes, given: dict[str, str], portions: Portions | None = None) -> Text:
    """Tell encoding, delimiter and header of a text file from its bytes, or from whole lines at its beginning.

    Where `portions` give all bytes, their encoding is told from these, and the rest from the beginning.
    """
    name, all_bytes = given.get("encoding"), portions or (lambda: [content])
    encoding = encodings.declared(file, name, all_bytes) if name else encodings.told(file, all_bytes)
    wide = encoding.codec.startswith(("utf-16", "utf-32"))
    head = content if wide or len(content) <= HEAD else content[: content.rfind(b"\n", 0, HEAD) + 1 or None]
    text = encoding.decode(head)
    if not text.strip():
        raise DataError(f"{file}: empty file.")
    layout = dialects.find_layout(file, text, given)
    caps.refuse_columns(file, len(layout.names))
    if encodings.LEFT_OPEN in "".join(layout.names) and encoding.open:
        shown = next(name for name in layout.names if encodings.LEFT_OPEN in name)
        raise DataError(
            f"{file}: row {layout.header + 1}, {shown!r}: characters of the header {encoding.open}."
        )
    ends = {"\r\n": text.count("\r\n")}
    ends |= {"\n": text.count("\n") - ends["\r\n"], "\r": text.count("\r") - ends["\r\n"]}
    return Text(encoding, layout, max(ends, key=ends.get))


def parsed(file: str, content: bytes, text: Text, *, whole: bool = True) -> tuple[pd.DataFrame, list[str]]:
    """Parse a whole text file strictly.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    content : bytes
    text : Text
        What `understood` said.
    whole : bool
        Whether the bytes go to the end of the file, where totals may stand.

    Returns
    -------
    frame : pandas.DataFrame of str
        Index: the row that a spreadsheet shows.
    notes : list of str

    Raises
    ------
    workbench.data.DataError
        If a row has more cells than the header, or a quotation mark is never closed.
    """
    layout = text.layout
    rows = b"".join(body([content], text))
    frame = next(iter(cells(file, io.BytesIO(first_row(layout) + rows), layout)))
    newlines = rows.count(b"\n") + rows.count(b"\r")
    if (
        len(layout.names) > 1
        and b'"' in rows
        and newlines > len(frame)
        and (found := swallowed(frame, layout))
    ):
        refuse_swallowed(file, found)
    return finished(frame.set_axis(layout.names, axis="columns"), whole=whole)


def body(portions: Iterable[bytes], text: Text) -> Iterator[bytes]:
    """Give the rows below the header in UTF-8, without the blanks at the end of the file."""
    held, before = b"", text.layout.start
    for i, portion in enumerate(portions):
        raw = _in_utf8(portion, text.encoding, first=i == 0)
        at = _byte_offset(raw, before)
        before -= len(raw[:at].decode())
        raw = held + raw[at:]
        kept = raw.rstrip(END)
        held = raw[len(kept) :]
        yield kept


def _in_utf8(portion: bytes, encoding: Encoding, *, first: bool) -> bytes:
    if encoding.codec != "utf-8" or encoding.open:
        return encoding.decode(portion, first=first).encode()
    while first and portion.startswith(b"\xef\xbb\xbf"):
        portion = portion[3:]
    return portion


def first_row(layout: Layout) -> bytes:
    """Return a row to be put first, from which the parser takes the number of cells."""
    return layout.delimiter.join(str(i) for i in range(len(layout.names))).encode() + b"\n"


def cells(file: str, stream, layout: Layout, rows: int | None = None) -> Iterator[pd.DataFrame]:
    """Parse `first_row` and what is below the header strictly, so many rows at a time; their index is their number."""
    how = {"header": None, "dtype": str, "na_filter": False, "skip_blank_lines": False, "encoding": "utf-8"}
    try:
        read = pd.read_csv(stream, sep=layout.delimiter, chunksize=rows, **how)
        for i, frame in enumerate([read] if rows is None else read):
            frame = frame.iloc[1:] if i == 0 else frame
            yield frame.set_axis(frame.index + layout.header + 1)
    except pd.errors.ParserError as error:
        raise DataError(f"{file}: {_reason(str(error), layout.header)}") from None


def finished(frame: pd.DataFrame, *, whole: bool = True) -> tuple[pd.DataFrame, list[str]]:
    """Take away what is no row or column of the table, and say so: empty ones, repeated headers, totals below.

    Parameters
    ----------
    frame : pandas.DataFrame of str
        Its columns are named as the header names them.
    whole : bool
        Whether it goes to the end of the file.

    Returns
    -------
    frame : pandas.DataFrame of str
    notes : list of str
    """
    found = cleared(frame)
    last = below(found.frame) if whole else {}
    like = (len(found.like), found.like[0]) if found.like else (0, 0)
    notes = in_words(unnamed=found.unnamed, empty=found.empty, like=like, last=last)
    return found.frame.drop(index=list(last)), notes


def cleared(frame: pd.DataFrame) -> Cleared:
    """Take away empty last columns without a name, empty rows and repeated headers."""
    width = frame.shape[1]
    frame = frame.set_axis([name.strip(BLANK) for name in frame.columns], axis="columns")
    while frame.shape[1] > 1 and not frame.columns[-1] and frame.iloc[:, -1].str.strip().eq("").all():
        frame = frame.iloc[:, :-1]
    # Only rows whose first cell is empty can be empty, which spares a look at every cell.
    empty = frame[frame.iloc[:, 0].str.strip() == ""].apply(lambda c: c.str.strip() == "").all(axis=1)
    if empty.any():
        frame = frame.drop(index=empty.index[empty])
    names = list(frame.columns)
    like = frame[frame.iloc[:, 0].str.strip(BLANK) == names[0]] if names[0] else frame.iloc[:0]
    same = [i for i, *row in like.itertuples(name=None) if [cell.strip(BLANK) for cell in row] == names]
    frame = frame.drop(index=same) if same else frame
    return Cleared(frame, frame.shape[1] < width, int(empty.sum()), same)


def in_words(*, unnamed: bool, empty: int, like: tuple[int, int], last: dict[int, str]) -> list[str]:
    """Say what was taken away; `like` are the number of rows like the header and the first of them."""
    notes = ["empty last columns without a name left out"] if unnamed else []
    if empty:
        notes.append(f"{counted(empty, 'empty row')} left out")
    if like[0]:
        notes.append(f"{counted(like[0], 'row')} like the header (the first is row {like[1]}) left out")
    if last:
        words = "; ".join(f"row {row}: {shown!r}" for row, shown in sorted(last.items()))
        notes.append(f"{counted(len(last), 'row')} below the table left out ({words})")
    return notes


def below(frame: pd.DataFrame) -> dict[int, str]:
    """Find rows at the end that are no rows of the table, with what they say."""
    found: dict[int, str] = {}
    if frame.shape[1] < 2 or len(frame) < 3:
        return found
    tail = frame.iloc[-BELOW:].apply(lambda column: column.str.strip(BLANK))
    filled = tail.ne("").sum(axis=1)
    for place in range(len(tail) - 1, max(len(tail) - 6, 1), -1):
        row = tail.index[place]
        cells = [cell for cell in tail.iloc[place] if cell]
        usual = filled.iloc[:place].quantile(0.1, interpolation="higher")
        apart = row - tail.index[place - 1] > 1
        says_total = any(TOTAL.fullmatch(cell) for cell in cells)
        starts = bool(cells) and re.match(rf"(?:{TOTAL.pattern})\W", cells[0], re.IGNORECASE)
        alone = len(cells) == 1 and usual > 1 and (apart or " " in cells[0].strip() or cells[0][0] in "(-*#=")
        fewer = len(cells) < usual
        if (fewer and (says_total or starts)) or alone or (apart and len(cells) * 2 <= usual):
            found[row] = " ".join(cells)[:40]
        elif not (apart and place > len(tail) - 3 and found):
            break
    return found


def _byte_offset(raw: bytes, characters: int) -> int:
    """Where a character begins, without decoding everything before it twice."""
    return len(raw[: characters * 4].decode("utf-8", "ignore")[:characters].encode())


def swallowed(frame: pd.DataFrame, layout: Layout) -> tuple[int, int] | None:
    """Find a cell that holds whole rows, by its column and row: a quotation mark closed only by the next one."""
    for i in range(frame.shape[1]):
        column = frame[frame.columns[i]]
        held = column[column.str.contains("[\n\r]", regex=True)]
        for row, cell in held.items():
            lines = re.split(r"[\n\r]+", cell)[1:]
            if any(line.count(layout.delimiter) >= len(layout.names) - 1 for line in lines):
                return i, row
    return None


def refuse_swallowed(file: str, found: tuple[int, int]) -> NoReturn:
    """Refuse a cell that holds whole rows."""
    raise DataError(
        f"{file}: row {found[1]} opens a quotation mark that is closed only in a later row, so that whole rows "
        "stand in one cell; correct the quotation marks."
    )


def _reason(error: str, header: int) -> str:
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", error):
        wanted, row, cells = found.groups()
        return (
            f"row {int(row) + header} has {cells} cells, the header {wanted}; "
            "quote the cells that contain the delimiter."
        )
    if found := re.search(r"inside string starting at row (\d+)", error):
        return f"row {int(found[1]) + header + 1} opens a quotation mark that is never closed."
    return f"cannot be parsed ({error.splitlines()[0]})."
