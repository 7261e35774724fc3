"""What `--data` names: a file, several, a folder, a pattern, or a database's address; and the bytes of a file."""

import difflib
import glob
import gzip
import io
import os
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from workbench.data.catalogue import DataError
from workbench.data.reading import caps, workbooks
from workbench.data.spark import is_on_cluster

__all__ = ["PACKED", "READABLE", "Source", "content_of", "find", "is_address", "title", "unpacked"]

TEXT = (".csv", ".tsv", ".txt", ".tab", ".psv", ".dat", ".asc")
PARQUET = (".parquet", ".pq")
PACKED = (".gz", ".zip")
READABLE = (*TEXT, *PARQUET, *workbooks.ENDINGS)
DATABASES = (".duckdb", ".ddb", ".db", ".sqlite", ".sqlite3", ".db3")
SQLITE = b"SQLite format 3\0"
KINDS = "CSV (.csv, .tsv, .txt, each also .gz or .zip), Excel (.xlsx, .xls, .xlsb, .ods) and Parquet"


class Source(NamedTuple):
    """Files in the order they are read, or the address of a database."""

    files: list[Path]
    address: str | None
    notes: list[str]


def is_address(source: object) -> bool:
    """Whether a source is a database's address rather than a path."""
    return isinstance(source, str) and re.match(r"[A-Za-z][\w+.-]+://", source) is not None


def find(source: str | os.PathLike | Sequence) -> Source:
    """Find the files, or the database, that a source names.

    Parameters
    ----------
    source : str, path, or a sequence of them
        A file; a folder, of which every readable file is meant; a pattern such as ``2024-*.csv``; an address.

    Returns
    -------
    Source

    Raises
    ------
    workbench.data.DataError
        If there is no such file, one is named twice, or kinds that do not go together are mixed.

    Examples
    --------
    >>> [file.name for file in find("data/telecom_rfm_ahp/payments*.csv").files]
    ['payments.csv', 'payments_overlapping.csv']
    """
    given = [source] if isinstance(source, (str, os.PathLike)) else list(source)
    if not given:
        raise DataError("--data names no file.")
    if on_cluster := [part for part in given if is_on_cluster(part)]:
        raise DataError(
            f"{on_cluster[0]}: a table on a cluster is no file; data.scan reads it, one at a time."
        )
    addresses = [part for part in given if is_address(part)]
    if addresses:
        if len(given) > 1:
            raise DataError("--data names a database and more; name one database, or files.")
        return Source([], addresses[0], [])
    files, notes = [], []
    for part in given:
        found, said = _files(Path(part).expanduser())
        files += found
        notes += said
    _refuse_twice(files)
    if any(_ends(file, DATABASES) for file in files):
        if len(files) > 1:
            raise DataError("--data names a database and more; name one database, or files.")
        return Source(files, _address_of(files[0]), notes)
    return Source(files, None, notes)


def title(source: str | os.PathLike | Sequence) -> str:
    """Name a source in a message or a report: without folders, without a password.

    Examples
    --------
    >>> title("postgresql://ana:secret@host/shop"), title(["data/jan.csv", "data/feb.csv"])
    ('postgresql://ana:***@host/shop', 'jan.csv and 1 more')
    """
    given = [source] if isinstance(source, (str, os.PathLike)) else list(source)
    if is_address(given[0]):
        from workbench.data.reading import databases  # SQLAlchemy takes half a second to import

        return databases.shown(given[0])
    name = Path(given[0]).name
    return f"{name} and {len(given) - 1} more" if len(given) > 1 else name


def content_of(file: Path) -> bytes:
    """Read the bytes of a file, or refuse it in a line."""
    checked(file)
    try:
        with open(file, "rb") as stream:
            head = stream.read(caps.LINE)
            if file.name.lower().endswith(TEXT):
                caps.refuse_lines(file.name, head)
            content = head + stream.read()
    except OSError as error:
        raise DataError(f"{file.name}: cannot be read ({error.strerror}).") from None
    if not content.strip():
        raise DataError(f"{file.name}: empty file.")
    return content


def checked(file: Path) -> int:
    """Check that a file is there and of a kind that is read; return its size."""
    if not _ends(file, READABLE) and not file.name.lower().endswith(".zip"):
        raise DataError(f"{file.name}: not a file that is read, by its name; readable are {KINDS}.")
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        beside = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
        close = difflib.get_close_matches(file.name, beside, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "check the path."
        raise DataError(f"{file.name}: no such file; {hint}") from None
    except OSError as error:
        raise DataError(f"{file.name}: cannot be read ({error.strerror}).") from None
    if not file.is_file():
        raise DataError(
            f"{file.name}: {'a folder; name a file in it' if file.is_dir() else 'no regular file'}."
        )
    return size


def unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    """Unpack gzip, or a zip archive of one file; give the name inside and its bytes."""
    lower = name.lower()
    if lower.endswith(".gz"):
        try:
            with gzip.open(io.BytesIO(content)) as stream:
                text = stream.read(max(caps.SMALL, caps.TIMES * len(content)) + 1)
            caps.refuse_bomb(name, len(content), len(text))
            return name[:-3], text
        except (OSError, EOFError, zlib.error):
            raise DataError(f"{name}: damaged, or not gzip; pack it again.") from None
    if not lower.endswith(".zip"):
        return name, content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [
                i for i in archive.infolist() if not i.is_dir() and not i.filename.startswith("__MACOSX/")
            ]
            if len(inside) != 1:
                listed = ", ".join(i.filename for i in inside[:5]) or "none"
                raise DataError(
                    f"{name}: holds {len(inside)} files ({listed}); unpack it and name those you mean."
                )
            inner = inside[0].filename
            caps.refuse_bomb(name, len(content), inside[0].file_size)
            if not inner.lower().endswith(READABLE):
                raise DataError(f"{name}: holds {inner}, which is not read; readable are {KINDS}.")
            return inner, archive.read(inside[0])
    except RuntimeError:
        raise DataError(f"{name}: locked with a password; unpack it first.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise DataError(f"{name}: damaged, or not zip; pack it again.") from None


def _address_of(file: Path) -> str:
    """Return the address of a database in a file, by what its first bytes are."""
    try:
        with open(file, "rb") as stream:
            head = stream.read(16)
    except FileNotFoundError:
        raise DataError(f"{file.name}: no such file; check the path.") from None
    except OSError as error:
        raise DataError(f"{file.name}: cannot be read ({error.strerror}).") from None
    if head == SQLITE:
        return f"sqlite:///{file.absolute()}"
    if head[8:12] == b"DUCK":
        return f"duckdb:///{file.absolute()}"
    raise DataError(f"{file.name}: neither a SQLite nor a DuckDB file by its content.")


def _ends(file: Path, endings: tuple[str, ...]) -> bool:
    name = file.name.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    return name.endswith(endings)


def _files(path: Path) -> tuple[list[Path], list[str]]:
    if path.is_dir():
        return _in_folder(path)
    if any(mark in str(path) for mark in "*?[") and not path.exists():
        found = [Path(name) for name in glob.glob(str(path), recursive=True)]
        files = sorted((file for file in found if file.is_file()), key=_natural)
        if not files:
            raise DataError(f"{path.name}: no file fits this pattern; check the path.")
        return files, []
    return [path], []


def _in_folder(folder: Path) -> tuple[list[Path], list[str]]:
    inside = [p for p in sorted(folder.iterdir(), key=_natural) if not p.name.startswith((".", "_"))]
    if folders := [p.name for p in inside if p.is_dir()]:
        raise DataError(
            f"{folder.name}: has folders in it ({', '.join(folders[:3])}); name the files by a pattern."
        )
    files = [p for p in inside if _ends(p, READABLE) or p.suffix.lower() == ".zip"]
    others = [p.name for p in inside if p not in files]
    if not files:
        raise DataError(f"{folder.name}: a folder without a file that is read; readable are {KINDS}.")
    kinds = {
        next((k for k, e in (("p", PARQUET), ("x", workbooks.ENDINGS)) if _ends(p, e)), "t") for p in files
    }
    if len(kinds) > 1:
        listed = ", ".join(p.name for p in files[:5])
        raise DataError(
            f"{folder.name}: holds files of several kinds ({listed}); name those you mean by a pattern."
        )
    notes = [f"{len(others)} other files in the folder not read: {', '.join(others[:5])}"] if others else []
    return files, notes


def _natural(path: Path) -> list:
    """Sort 2.csv before 10.csv."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.split(r"(\d+)", str(path))
        if part
    ]


def _refuse_twice(files: list[Path]) -> None:
    seen: dict[Path, Path] = {}
    for file in files:
        key = file.resolve()
        if key in seen:
            raise DataError(f"{file.name}: named twice; its rows would count double.")
        seen[key] = file
