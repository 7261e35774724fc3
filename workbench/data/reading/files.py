"""One file to a table: what its ending says it is, checked against its first bytes."""

import io
from pathlib import Path

import pandas as pd

from workbench.data import options
from workbench.data.catalogue import DataError
from workbench.data.reading import caps, delimited, parquet, sources, workbooks
from workbench.data.reading.encodings import LEFT_OPEN
from workbench.data.reading.parts import Dialect, Table, single

__all__ = [
    "dialect_of",
    "kind_of",
    "marked",
    "refuse_options_of_files",
    "refuse_other_kinds",
    "refuse_other_options",
    "whole",
]


def whole(file: Path, given: dict[str, str]) -> Table:
    """Read one file whole."""
    content = sources.content_of(file)
    name, inside = sources.unpacked(file.name, content)
    refuse_other_options(file.name, kind_of(name), given)
    if name.lower().endswith(sources.PARQUET):
        return single(file, content, parquet.frame_of(file.name, io.BytesIO(inside)), [], Dialect("parquet"))
    if name.lower().endswith(workbooks.ENDINGS):
        frame, sheet, header, notes = workbooks.sheet(file.name, inside, given)
        return single(file, content, frame, notes, Dialect("sheet", header=header, sheet=sheet))
    refuse_other_kinds(file.name, inside)
    caps.refuse_lines(file.name, inside)
    text = delimited.understood(file.name, inside, given)
    frame, notes = delimited.parsed(file.name, inside, text)
    notes = [*filter(None, [text.encoding.note]), *text.layout.notes, *notes]
    return single(file, content, marked(frame, text, notes), notes, dialect_of(text))


def kind_of(name: str) -> str:
    """What kind of file an unpacked name says."""
    name = name.lower()
    return (
        "a Parquet"
        if name.endswith(sources.PARQUET)
        else "an Excel"
        if name.endswith(workbooks.ENDINGS)
        else "a text"
    )


def refuse_other_options(file: str, kind: str, given: dict[str, str]) -> None:
    """Refuse options that say nothing about a file of this kind, which would only seem to be heard."""
    others = [key for key in options.FOR_KIND[kind] if key in given]
    if others:
        raise DataError(f"{file}: {options.flag(others[0])} says nothing about {kind} file; leave it out.")


def refuse_options_of_files(given: dict[str, str]) -> None:
    """Refuse options that say nothing about a database."""
    others = [options.flag(key) for key in ("encoding", "delimiter", "skip_rows", "sheet") if key in given]
    if others:
        raise DataError(f"{others[0]} is for files, and --data is a database.")


def dialect_of(text: delimited.Text) -> Dialect:
    """Name how a text is written."""
    codec = None if text.encoding.open and text.encoding.codec == "ascii" else text.encoding.codec
    return Dialect("text", codec, text.layout.delimiter, text.layout.header + 1, text.line_end)


def marked(frame: pd.DataFrame, text: delimited.Text, notes: list[str]) -> pd.DataFrame:
    """Note on a frame, and in words, which columns hold characters that are left open."""
    frame.attrs["delimiter"] = text.layout.delimiter
    if text.encoding.open:
        names = list(frame.columns)
        touched = [frame.iloc[:, i].str.contains(LEFT_OPEN, regex=False).any() for i in range(len(names))]
        held = [name for name, flag in zip(names, touched, strict=True) if flag]
        frame.attrs["open"] = dict.fromkeys(held, text.encoding.open)
        if held:
            notes.append(f"characters of columns {', '.join(map(repr, held))} {text.encoding.open}")
    return frame


def refuse_other_kinds(file: str, content: bytes) -> None:
    """Refuse a file called text whose first bytes are those of another kind."""
    kinds = {b"PK\3\4": "an Excel or zip file", b"PAR1": "a Parquet file", b"\x1f\x8b": "a gzip file"}
    kinds |= {
        b"\xd0\xcf\x11\xe0": "an old Excel file",
        b"%PDF": "a PDF",
        b"SQLite format 3": "a SQLite database",
    }
    kinds |= {
        b"{": "JSON",
        b"[{": "JSON",
        b"<html": "HTML",
        b"<!doctype": "HTML",
        b"<?xml": "XML",
        b"<table": "HTML",
    }
    content = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, kind in kinds.items():
        if content.startswith(mark) or (mark.islower() and content.lower().startswith(mark)):
            what = "save the table as .csv" if mark[:1] in b"{[<" else "give it the ending that says so"
            raise DataError(f"{file}: {kind} by its content; {what}.")
