"""Text files as tables of the engine: told, parsed and cleared by `reading`, a portion at a time."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from workbench.data.reading import caps, delimited, encodings, sources
from workbench.data.reading import files as files_
from workbench.data.reading.delimited import Text
from workbench.data.reading.parts import Part, Table
from workbench.data.scanning.engine import ROW, Engine, Unscannable, quoted

__all__ = ["LARGE", "is_text", "size_of", "table"]

LARGE = (
    50 << 20
)  # bytes from which on text files are read in portions: about as many as `raw.LARGE` rows take
PORTION = 16 * caps.LINE  # bytes
ROWS = 200_000  # of a portion
LENGTH = 4  # bytes at the end of a gzip file, which say how many it holds


def is_text(file: Path) -> bool:
    """Whether a file is a text, by its name."""
    return file.name.lower().removesuffix(".gz").endswith(sources.TEXT)


def size_of(file: Path) -> int:
    """Return the bytes of a text, unpacked as its last four say (modulo 4 GB, which is near enough)."""
    size = sources.checked(file)
    if not _is_packed(file) or size < LENGTH:
        return size
    with open(file, "rb") as stream:
        stream.seek(-LENGTH, io.SEEK_END)
        return max(size, int.from_bytes(stream.read(), "little"))


def table(engine: Engine, name: str, file: Path, given: dict[str, str]) -> tuple[Table, int]:
    """Make a table of the engine of a text file; return what is known of it, and its last row.

    Raises
    ------
    Unscannable
        If portions do not tell what the whole would.
    workbench.data.DataError
        As `workbench.data.reading.read`.
    """
    content = _Content(file)
    text = _understood(content, given)
    rows = _Rows(file.name, text)
    stream = io.BufferedReader(_Stream(rows.below(content.portions())))
    for frame in delimited.cells(file.name, stream, text.layout, ROWS):
        if len(kept := rows.kept(frame)):
            engine.append(name, kept)
    if rows.last is None:
        raise Unscannable(f"{file.name} has no rows")
    rows.finish()
    left_out = ", ".join(map(str, rows.ending)) or "null"
    engine.run(f"delete from {quoted(name)} where {quoted(ROW)} in ({left_out})")
    n, last = engine.one(f"select count(*), max({quoted(ROW)}) from {quoted(name)}")
    notes = [*filter(None, [text.encoding.note]), *text.layout.notes, *rows.notes()]
    dialect, path = files_.dialect_of(text), str(file.absolute())
    part = Part(path, content.sha256, content.size, n, 0, dialect.header, notes=tuple(notes))
    frame = rows.last.iloc[:0]
    frame.attrs["delimiter"] = text.layout.delimiter
    return Table(frame, content.sha256, content.size, notes, path, dialect, (part,), n), last


class _Content:
    """The bytes of a text file, unpacked, from the beginning each time that they are asked for."""

    def __init__(self, file: Path) -> None:
        self.file, self.size, self.sha256 = file, sources.checked(file), ""

    def portions(self) -> Iterator[bytes]:
        """Give whole lines."""
        rest = b""
        for block in self._blocks():
            lines = rest + block
            end = max(lines.rfind(b"\n"), lines.rfind(b"\r")) + 1
            rest = lines[end:]
            if end:
                yield lines[:end]
        if rest:
            yield rest

    def head(self) -> bytes:
        """Return as many bytes as the layout is told from, and one more to say that there are more."""
        head = b""
        for block in self._blocks():
            head += block
            if len(head) > delimited.HEAD:
                break
        return head[: delimited.HEAD + 1]

    def _blocks(self) -> Iterator[bytes]:
        digest, before = hashlib.sha256(), 0
        with open(self.file, "rb") as raw:
            hashed = io.BufferedReader(_Hashed(raw, digest))
            stream = gzip.GzipFile(fileobj=hashed) if _is_packed(self.file) else hashed
            while block := self._read(stream):
                caps.refuse_lines(self.file.name, block, before)
                before += len(block)
                if stream is not hashed:
                    caps.refuse_bomb(self.file.name, self.size, before)
                yield block
        if self.sha256 not in ("", digest.hexdigest()):
            raise Unscannable(f"{self.file.name} changed while it was read")
        self.sha256 = digest.hexdigest()

    def _read(self, stream: io.BufferedIOBase) -> bytes:
        try:
            return stream.read(PORTION)
        except (OSError, EOFError, zlib.error):
            raise Unscannable(f"{self.file.name} is damaged") from None


class _Hashed(io.RawIOBase):
    """A file whose bytes are hashed as they are read."""

    def __init__(self, raw: io.BufferedIOBase, digest: "hashlib._Hash") -> None:
        self.raw, self.digest = raw, digest

    def readable(self) -> bool:
        return True

    def readinto(self, room) -> int:
        n = self.raw.readinto(room)
        self.digest.update(room[:n])
        return n


class _Stream(io.RawIOBase):
    """Bytes in portions as a file."""

    def __init__(self, portions: Iterable[bytes]) -> None:
        self.portions, self.held = iter(portions), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, room) -> int:
        while not self.held:
            portion = next(self.portions, None)
            if portion is None:
                return 0
            self.held = memoryview(portion)
        n = min(len(room), len(self.held))
        room[:n] = self.held[:n]
        self.held = self.held[n:]
        return n


def _understood(content: _Content, given: dict[str, str]) -> Text:
    """What `delimited.understood` says of all bytes, or that only the whole tells it."""
    name, head = content.file.name, content.head()
    if not head.strip():
        raise Unscannable(f"{name} is empty at its beginning")
    files_.refuse_other_kinds(name, head)
    declared = given.get("encoding")
    if declared and not encodings.is_cut_at_lines(declared):
        raise Unscannable(f"{declared} is not decoded in portions")
    if head.startswith(encodings.WIDE):
        raise Unscannable("UTF-16 is not decoded in portions")
    if len(head) > delimited.HEAD and b"\n" not in head:
        raise Unscannable("its lines end as on old Macs")
    for _ in content.portions():
        pass  # what is too long for a table, damaged or a bomb is said first
    text = delimited.understood(name, head, given, content.portions)
    if text.encoding.open:
        raise Unscannable("its encoding is left open")
    return text


class _Rows:
    """The rows of a text as they come, and what was left out of them."""

    def __init__(self, file: str, text: Text) -> None:
        self.file, self.text = file, text
        self.rows, self.newlines, self.quoted = 0, 0, False
        self.unnamed, self.empty, self.like = False, 0, (0, 0)
        self.swallowed: tuple[int, int] | None = None
        self.last: pd.DataFrame | None = None  # as many rows as say which are below the table
        self.ending: dict[int, str] = {}

    def below(self, portions: Iterable[bytes]) -> Iterator[bytes]:
        """Give the bytes for the parser, and count the ends of their lines."""
        yield delimited.first_row(self.text.layout)
        for portion in delimited.body(portions, self.text):
            self.newlines += portion.count(b"\n") + portion.count(b"\r")
            self.quoted = self.quoted or b'"' in portion
            yield portion

    def kept(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a portion that are rows of the table."""
        layout = self.text.layout
        self.rows += len(frame)
        if self.quoted and len(layout.names) > 1 and (found := delimited.swallowed(frame, layout)):
            self.swallowed = min(self.swallowed or found, found)
        if frame.empty:
            return frame
        cleared = delimited.cleared(frame.set_axis(layout.names, axis="columns"))
        if self.last is None:
            _refuse_names([*cleared.frame.columns])
        elif cleared.frame.shape[1] != self.last.shape[1]:
            raise Unscannable("a column without a name is empty in some portions only")
        self.unnamed, self.empty = cleared.unnamed, self.empty + cleared.empty
        first = self.like[1] or (cleared.like[0] if cleared.like else 0)
        self.like = (self.like[0] + len(cleared.like), first)
        last = cleared.frame.iloc[-delimited.BELOW :]
        self.last = last if self.last is None else pd.concat([self.last, last]).iloc[-delimited.BELOW :]
        return cleared.frame

    def finish(self) -> None:
        """Refuse cells that hold whole rows; tell the rows below the table."""
        if self.swallowed and self.newlines > self.rows:
            delimited.refuse_swallowed(self.file, self.swallowed)
        self.ending = delimited.below(self.last)

    def notes(self) -> list[str]:
        """Say what was left out."""
        return delimited.in_words(unnamed=self.unnamed, empty=self.empty, like=self.like, last=self.ending)


def _refuse_names(names: list[str]) -> None:
    if len({name.casefold() for name in [*names, ROW]}) <= len(names):
        raise Unscannable("names of its columns differ in case only")
    if "" in names:
        raise Unscannable("a column has no name")


def _is_packed(file: Path) -> bool:
    return file.name.lower().endswith(".gz")
