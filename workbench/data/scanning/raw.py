"""Sources as a view of the engine: all columns as the file has them, and the row of each."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from workbench.data.reading import files as files_
from workbench.data.reading import parts, sources
from workbench.data.reading.parts import Dialect, Part, Table
from workbench.data.scanning import texts
from workbench.data.scanning.engine import ROW, Engine, Unscannable, quoted, text

__all__ = ["LARGE", "Raw", "is_large", "open_source"]

# Rows from which on data are read in portions: fewer take less than half a gigabyte in memory, and are read as quickly.
LARGE = 1_000_000


class Raw(NamedTuple):
    """Rows of a source in the engine's view ``raw``, and what is known of their files."""

    engine: Engine
    table: Table  # without rows
    types: Mapping[str, str]
    last: tuple[int, ...]  # row of each file


def is_large(source: sources.Source, given: Mapping[str, str]) -> bool:
    """Say whether a source is so large that it is read in portions."""
    if source.address is not None:
        return "query" in given and _count(source.address, given["query"]) >= LARGE
    if all(_is_parquet(file) for file in source.files):
        return sum(_rows_of(file) for file in source.files) >= LARGE
    if all(texts.is_text(file) for file in source.files):
        return sum(texts.size_of(file) for file in source.files) >= texts.LARGE
    return False


def open_source(source: sources.Source, given: Mapping[str, str]) -> Raw:
    """Open the files of a source.

    Raises
    ------
    Unscannable
        If portions would be read in another way than the whole.
    workbench.data.DataError
        As `workbench.data.reading.read`.
    """
    if source.address is not None:
        return _asked(source.address, dict(given))
    if "query" in given:
        raise Unscannable("--query is for a database")
    engine = Engine()
    views, tables, last, before = [], [], [], 0
    for file in source.files:
        files_.refuse_other_options(file.name, files_.kind_of(file.name.removesuffix(".gz")), dict(given))
        opened = _opened(engine, file, dict(given))
        tables.append(opened.table._replace(parts=(opened.table.parts[0]._replace(before=before),)))
        names = ", ".join(map(quoted, opened.table.frame.columns))
        views.append(f"select {names}, {opened.row} + {before} as {quoted(ROW)} from {opened.rows}")
        last.append(opened.last + before)
        before += max(opened.last, opened.table.rows + 1) + 1
    if len(tables) > 1:
        parts.refuse_strangers(tables)
        if all(_is_parquet(file) for file in source.files):
            _refuse_other_types(engine, source.files)
    engine.run(f"create view raw as {' union all by name '.join(views)}")
    types = engine.types("raw")
    joined = _joined(tables, source.notes)
    return Raw(engine, joined, {n: k for n, k in types.items() if n != ROW}, tuple(last))


def _count(address: str, query: str) -> int:
    from workbench.data.reading import databases  # SQLAlchemy takes half a second to import

    return databases.count(address, query)


def _asked(address: str, given: dict[str, str]) -> Raw:
    from workbench.data.scanning import answers

    files_.refuse_options_of_files(given)
    engine = Engine()
    table, columns = answers.table(engine, "answer", address, given["query"])
    engine.run(f"create view raw as select {columns}, {quoted(ROW)} from answer")
    types = {name: kind for name, kind in engine.types("raw").items() if name != ROW}
    return Raw(engine, _joined([table], []), types, (table.rows,))


class _Opened(NamedTuple):
    table: Table  # without rows
    rows: str  # in SQL, where they are
    row: str  # in SQL, the number of each
    last: int


def _opened(engine: Engine, file: Path, given: dict[str, str]) -> _Opened:
    if _is_parquet(file):
        rows = f"read_parquet({text(str(file))}, file_row_number = true)"
        table = _table(file)
        return _Opened(table, rows, "file_row_number + 1", table.rows)
    table, last = texts.table(engine, str(file), file, given)
    return _Opened(table, quoted(str(file)), quoted(ROW), last)


def _table(file: Path) -> Table:
    """The columns of a Parquet file, its size and its hash, without its rows."""
    import pyarrow.parquet

    size = sources.checked(file)
    with pyarrow.parquet.ParquetFile(file) as opened:
        names, rows = opened.schema_arrow.names, opened.metadata.num_rows
        indexed = (opened.schema_arrow.pandas_metadata or {}).get("index_columns", [])
    if any(isinstance(column, str) for column in indexed):
        raise Unscannable(f"{file.name} was written with an index of its own")
    if len({name.casefold() for name in names} | {ROW, "file_row_number"}) < len(names) + 2:
        raise Unscannable(f"names of columns of {file.name} differ in case only")
    with open(file, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    part = Part(str(file.absolute()), digest, size, rows, 0, 0)
    frame = pd.DataFrame(columns=pd.Index(names, dtype="str"))
    return Table(frame, digest, size, [], part.path, Dialect("parquet"), (part,), rows)


def _joined(tables: list[Table], notes: list[str]) -> Table:
    """One table of those of several files, as `parts.joined` makes it."""
    first, all_parts = tables[0], tuple(table.parts[0] for table in tables)
    frame = first.frame
    frame.attrs["parts"] = list(all_parts)
    rows = sum(table.rows for table in tables)
    if len(tables) == 1:
        return first._replace(frame=frame, notes=[*notes, *first.notes])
    notes = [*notes, *parts.rows_in_words(all_parts)]
    return first._replace(frame=frame, parts=all_parts, notes=notes, rows=rows)


def _refuse_other_types(engine: Engine, files: list[Path]) -> None:
    """Files whose columns are of different types are put together by rules of their own."""
    kinds = []
    for file in files:
        answer = engine.connection.execute(f"describe select * from read_parquet({text(str(file))})")
        kinds.append({name: kind for name, kind, *_ in answer.fetchall()})
    if any(kind != kinds[0] for kind in kinds):
        raise Unscannable("columns are of another type in some of the files")


def _is_parquet(file: Path) -> bool:
    return file.name.lower().endswith(sources.PARQUET)


def _rows_of(file: Path) -> int:
    import pyarrow.parquet

    sources.checked(file)
    try:
        return pyarrow.parquet.read_metadata(file).num_rows
    except Exception:  # what is wrong with it is said where it is read
        return 0
