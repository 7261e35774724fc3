"""A sample of a large file, in the time that a look takes: its beginning, and rows from its middle and its end."""

import csv
import gzip
import io
import os
import zipfile
import zlib
from pathlib import Path

import pandas as pd

from workbench.data.catalogue import DataError
from workbench.data.reading import caps, delimited, files, parquet, sources, workbooks
from workbench.data.reading.parts import Dialect, Part, Table

__all__ = ["ROWS", "WHOLE", "sample"]

ROWS = 2_000  # counted ones, from the beginning
WHOLE = 20 << 20  # bytes up to which a source is read whole
FIRST = 1 << 20  # bytes of the beginning
BLOCK = 1 << 17  # bytes of each block further down
BLOCKS = 5
SCANNED = 256 << 20  # bytes that are looked through for characters beyond ASCII, which may be rare
EVIDENCE = 1 << 20


def sample(file: Path, given: dict[str, str]) -> Table:
    """Read a sample of a large file.

    Parameters
    ----------
    file : pathlib.Path
    given : dict of str to str
        What the user said about reading.

    Returns
    -------
    workbench.data.reading.parts.Table
        Without a hash, since most of its bytes were not read. Rows from further down have estimated numbers.

    Raises
    ------
    workbench.data.DataError
        As `workbench.data.reading.read`, from what the sample shows.
    """
    size = sources.checked(file)
    name = file.name.lower()
    files.refuse_other_options(file.name, files.kind_of(name.removesuffix(".gz").removesuffix(".zip")), given)
    if name.endswith(sources.PARQUET):
        return _parquet(file, size)
    if name.removesuffix(".gz").removesuffix(".zip").endswith(workbooks.ENDINGS):
        return files.whole(file, given)
    if name.endswith(sources.PACKED):
        return _packed(file, size, given)
    try:
        with open(file, "rb") as stream:
            return _text(file, stream, size, given)
    except OSError as error:
        raise DataError(f"{file.name}: cannot be read ({error.strerror}).") from None


def _text(file: Path, stream, size: int, given: dict[str, str]) -> Table:
    first = stream.read(FIRST)
    caps.refuse_lines(file.name, first)
    first = _whole_lines(first)
    wide = first[:2] in (b"\xff\xfe", b"\xfe\xff") or given.get("encoding", "").lower().startswith(
        ("utf-16", "utf16")
    )
    if wide:
        return _from_beginning(file, first[: len(first) // 2 * 2], size, size, given)
    evidence = _evidence(stream, len(first), size)
    text = delimited.understood(file.name, first + evidence, given)
    frame, notes = delimited.parsed(file.name, first, text, whole=False)
    per_row = len(first) / max(1, int(frame.index[-1]))
    frame = frame.iloc[:ROWS]
    last = int(frame.index[-1])
    blocks = [
        _block(stream, at, per_row, text, list(frame.columns), last) for at in _places(len(first), size)
    ]
    frame = pd.concat([frame, *(block for block in blocks if block is not None and len(block))])
    frame = frame[~frame.index.duplicated()]
    rows = max(len(frame), round(size / per_row) - text.layout.header - 1)
    notes = [*filter(None, [text.encoding.note]), *text.layout.notes, *notes]
    return _table(file, size, files.marked(frame, text, notes), notes, files.dialect_of(text), rows, last)


def _places(first: int, size: int) -> list[int]:
    """Where blocks begin: evenly below the beginning, the last one at the end."""
    room = size - BLOCK - first
    return [first + room * i // (BLOCKS - 1) for i in range(BLOCKS)] if room > 0 else []


def _block(
    stream, at: int, per_row: float, text: delimited.Text, names: list[str], last: int
) -> pd.DataFrame | None:
    """Rows from a place in the file; of a cut cell's lines, those go that have not the table's width."""
    stream.seek(at)
    content = stream.read(BLOCK)
    start = content.find(b"\n") + 1
    content = _whole_lines(content[start:]) if len(content) == BLOCK else content[start:]
    drawn = text.encoding.codec if not text.encoding.open else "utf-8"
    lines = io.StringIO(content.decode(drawn, "replace"), newline="")
    width = len(text.layout.names)
    try:
        rows = [
            row[: len(names)]
            for row in csv.reader(lines, delimiter=text.layout.delimiter)
            if len(row) == width
        ]
    except csv.Error:
        return None
    number = max(last + 1, round((at + start) / per_row))
    return pd.DataFrame(rows, columns=names, index=range(number, number + len(rows)), dtype="str")


def _evidence(stream, at: int, size: int) -> bytes:
    """Lines with bytes above 127 from anywhere in the file."""
    found = []
    stream.seek(at)
    for start in range(at, min(size, SCANNED), 4 << 20):
        stream.seek(start)
        chunk = stream.read(4 << 20)
        if not chunk.isascii():
            lines = chunk.split(b"\n")[1:-1]
            found += [line for line in lines if not line.isascii()]
        if sum(map(len, found[-5000:])) > EVIDENCE:
            break
    return b"\n".join(found)[:EVIDENCE].rpartition(b"\n")[0] + b"\n" if len(found) > 1 else b"\n".join(found)


def _whole_lines(content: bytes) -> bytes:
    end = content.rfind(b"\n") + 1 or content.rfind(b"\r") + 1
    return content[:end] if end else content


def _from_beginning(file: Path, first: bytes, size: int, unpacked: int, given: dict[str, str]) -> Table:
    """A sample of a file in which no place can be sought."""
    if first[:2] in (b"\xff\xfe", b"\xfe\xff") or given.get("encoding", "").lower().startswith(
        ("utf-16", "utf16")
    ):
        first = _cut_wide(first)
    text = delimited.understood(file.name, first, given)
    frame, notes = delimited.parsed(file.name, first, text, whole=False)
    per_row = len(first) / max(1, int(frame.index[-1]))
    frame = frame.iloc[:ROWS]
    rows = max(len(frame), round(unpacked / per_row) - text.layout.header - 1)
    notes = [*filter(None, [text.encoding.note]), *text.layout.notes, *notes]
    frame = files.marked(frame, text, notes)
    return _table(file, size, frame, notes, files.dialect_of(text), rows, int(frame.index[-1]))


def _cut_wide(first: bytes) -> bytes:
    """Cut UTF-16 at the end of a line."""
    for end in (b"\n\0", b"\0\n"):
        at = first.rfind(end)
        while at > 0 and at % 2:
            at = first.rfind(end, 0, at)
        if at > 0:
            return first[: at + 2]
    return first


def _packed(file: Path, size: int, given: dict[str, str]) -> Table:
    try:
        if file.name.lower().endswith(".gz"):
            with gzip.open(file) as stream:
                first = stream.read(FIRST)
                with open(file, "rb") as raw:
                    raw.seek(-4, os.SEEK_END)
                    unpacked = int.from_bytes(raw.read(4), "little")  # of the last 4 GB, which is near enough
        else:
            with zipfile.ZipFile(file) as archive:
                inside = [
                    i for i in archive.infolist() if not i.is_dir() and not i.filename.startswith("__MACOSX/")
                ]
                if len(inside) != 1 or not inside[0].filename.lower().endswith(sources.TEXT):
                    return files.whole(file, given)
                with archive.open(inside[0]) as stream:
                    first, unpacked = stream.read(FIRST), inside[0].file_size
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise DataError(f"{file.name}: damaged, or locked; pack it again.") from None
    caps.refuse_bomb(file.name, size, unpacked)
    caps.refuse_lines(file.name, first)
    whole = len(first) >= unpacked
    return _from_beginning(
        file, first if whole else _whole_lines(first), size, max(unpacked, len(first)), given
    )


def _parquet(file: Path, size: int) -> Table:
    frame, rows = parquet.sampled(file.name, file, ROWS)
    return _table(file, size, frame, [], Dialect("parquet"), rows, None)._replace(exact=True)


def _table(
    file: Path, size: int, frame: pd.DataFrame, notes: list[str], dialect: Dialect, rows: int, sure
) -> Table:
    if frame.empty:
        raise DataError(f"{file.name}: no rows of data below the header.")
    path = str(file.absolute())
    part = Part(path, None, size, rows, 0, dialect.header, sure, tuple(notes))
    frame.attrs["parts"] = [part]
    return Table(frame, None, size, notes, path, dialect, (part,), rows, False)
