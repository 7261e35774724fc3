"""A text of delimited cells to a table of text: every row accounted for, by the number a spreadsheet shows."""

import io
import re
from typing import NamedTuple

import pandas as pd

from workbench.checks import counted
from workbench.data.catalogue import DataError
from workbench.data.reading import caps, dialects, encodings
from workbench.data.reading.dialects import Layout
from workbench.data.reading.encodings import Encoding

__all__ = ["Text", "finished", "parsed", "understood"]

HEAD = 1 << 18  # bytes from which the delimiter and the header are told
TOTAL = re.compile(
    r"(?:(?:grand |sub)?totals?|sums?|summen?|gesamt(?:summe|betrag)?|zwischensumme|insgesamt|somme|totale[sn]?|"
    r"total général|totaal|suma|razem|celkem|итого|всего|总计|合计|小计|總計|合計|小計|共计)\s*[:：]?",
    re.IGNORECASE,
)
BLANK = " \t\xa0\u200b\u200e\u200f\ufeff"


class Text(NamedTuple):
    """A text file understood: how it is encoded and laid out."""

    encoding: Encoding
    layout: Layout
    line_end: str


def understood(file: str, content: bytes, given: dict[str, str]) -> Text:
    """Tell encoding, delimiter and header of a text file from its bytes, or from whole lines at its beginning."""
    name = given.get("encoding")
    encoding = encodings.named(file, name, content) if name else encodings.detect(file, content)
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
    encoding, layout = text.encoding, text.layout
    if encoding.codec == "utf-8" and not encoding.open:
        raw = content
        while raw.startswith(b"\xef\xbb\xbf"):
            raw = raw[3:]
    else:
        raw = encoding.decode(content).encode()
    body = raw[_byte_offset(raw, layout.start) :].rstrip(b"\r\n \x1a")
    # The parser takes the number of cells from the first row.
    first = layout.delimiter.join(str(i) for i in range(len(layout.names))).encode() + b"\n"
    try:
        frame = pd.read_csv(
            io.BytesIO(first + body),
            sep=layout.delimiter,
            header=None,
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
            encoding="utf-8",
        )
    except pd.errors.ParserError as error:
        raise DataError(f"{file}: {_reason(str(error), layout.header)}") from None
    frame = frame.iloc[1:].set_axis(pd.RangeIndex(layout.header + 2, len(frame) + layout.header + 1))
    _refuse_swallowed_rows(file, frame, body, layout)
    return finished(frame.set_axis(layout.names, axis="columns"), whole=whole)


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
    notes = []
    frame = frame.set_axis([name.strip(BLANK) for name in frame.columns], axis="columns")
    while frame.shape[1] > 1 and not frame.columns[-1] and frame.iloc[:, -1].str.strip().eq("").all():
        frame = frame.iloc[:, :-1]
        notes = ["empty last columns without a name left out"]
    # Only rows whose first cell is empty can be empty, which spares a look at every cell.
    empty = frame[frame.iloc[:, 0].str.strip() == ""].apply(lambda c: c.str.strip() == "").all(axis=1)
    if empty.any():
        notes.append(f"{counted(int(empty.sum()), 'empty row')} left out")
        frame = frame.drop(index=empty.index[empty])
    names = list(frame.columns)
    like = frame[frame.iloc[:, 0].str.strip(BLANK) == names[0]] if names[0] else frame.iloc[:0]
    same = [i for i, *row in like.itertuples(name=None) if [cell.strip(BLANK) for cell in row] == names]
    if same:
        notes.append(f"{counted(len(same), 'row')} like the header (the first is row {same[0]}) left out")
        frame = frame.drop(index=same)
    below = _below(frame) if whole else {}
    if below:
        words = "; ".join(f"row {row}: {shown!r}" for row, shown in sorted(below.items()))
        notes.append(f"{counted(len(below), 'row')} below the table left out ({words})")
        frame = frame.drop(index=list(below))
    return frame, notes


def _below(frame: pd.DataFrame) -> dict[int, str]:
    """Rows at the end that are no rows of the table, with what they say."""
    found: dict[int, str] = {}
    if frame.shape[1] < 2 or len(frame) < 3:
        return found
    tail = frame.iloc[-205:].apply(lambda column: column.str.strip(BLANK))
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


def _refuse_swallowed_rows(file: str, frame: pd.DataFrame, body: bytes, layout: Layout) -> None:
    """Refuse a cell that holds whole rows: a quotation mark opened somewhere and closed by the next one."""
    if len(layout.names) < 2 or b'"' not in body or body.count(b"\n") + body.count(b"\r") <= len(frame):
        return
    for i in range(frame.shape[1]):
        column = frame[frame.columns[i]]
        cells = column[column.str.contains("[\n\r]", regex=True)]
        for row, cell in cells.items():
            if any(
                line.count(layout.delimiter) >= len(layout.names) - 1
                for line in re.split(r"[\n\r]+", cell)[1:]
            ):
                raise DataError(
                    f"{file}: row {row} opens a quotation mark that is closed only in a later row, so that whole rows "
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
