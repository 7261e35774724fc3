"""Sources to tables: whole, or a sample of them.

The bytes are read once, so that the sha256 is that of what was parsed. The index of a table is the row that a
spreadsheet shows: the first after a header in row 1 is row 2 (row 1 in Parquet, which has no header row). Where
several files make one table, the index goes on, and `place` says which row of which file is meant.
"""

import io
from pathlib import Path

import pandas as pd

from workbench.data import options
from workbench.data.catalogue import DataError
from workbench.data.reading import files, parts, sampling, sources
from workbench.data.reading.encodings import LEFT_OPEN
from workbench.data.reading.parts import Dialect, Part, Table, place

__all__ = ["LEFT_OPEN", "Table", "head", "place", "read", "read_cdnow"]


def read(source, reading: dict[str, str] | None = None) -> Table:
    """Read a file, several of one header, or a query's answer, whole.

    Parameters
    ----------
    source : str, path, or a sequence of them
        What `sources.find` takes.
    reading : dict of str to str, optional
        Keys of `options.READING`.

    Returns
    -------
    Table
        ``frame``, all columns, str from text files; ``sha256`` and ``size`` of the file's bytes, None for a database
        (for several files those of the list of theirs); ``notes`` on what was recognised and left out; ``path``,
        absolute; ``dialect``; ``parts``, one per file.

    Raises
    ------
    workbench.data.DataError
        If a file is missing, of another kind, damaged, empty, ragged or of unclear layout.

    Examples
    --------
    >>> read("data/telecom_rfm_ahp/averaged_matrix.csv").frame["F"].tolist()
    ['1', '1.41', '2.18']
    """
    given = options.checked(reading)
    source = sources.find(source)
    if source.address is not None:
        return _asked(source.address, given)
    _refuse_query(source.files[0].name, given)
    return parts.joined([files.whole(file, given) for file in source.files], source.notes)


def head(source, reading: dict[str, str] | None = None) -> Table:
    """Read a sample of a source: whole where it is small, else its beginning and rows from its middle and its end.

    Parameters
    ----------
    source : str, path, or a sequence of them
    reading : dict of str to str, optional

    Returns
    -------
    Table
        ``rows`` is the number of rows of the source, estimated where not ``exact``. Row numbers of the beginning
        are counted, those further down estimated; `place` says which.

    Raises
    ------
    workbench.data.DataError
        As `read`, from what the sample shows.

    Examples
    --------
    >>> table = head("data/telecom_rfm_ahp/averaged_matrix.csv")
    >>> table.rows, table.exact
    (3, True)
    """
    given = options.checked(reading)
    source = sources.find(source)
    if source.address is not None:
        return _asked(source.address, given, limit=sampling.ROWS)
    _refuse_query(source.files[0].name, given)
    limit = sampling.WHOLE // len(source.files)
    tables = [
        files.whole(file, given) if sources.checked(file) <= limit else sampling.sample(file, given)
        for file in source.files
    ]
    return parts.joined(tables, source.notes)


def read_cdnow(file: Path) -> Table:
    """Read the fixed-width file of CDNOW purchases, customers' leading zeros kept.

    Parameters
    ----------
    file : pathlib.Path

    Returns
    -------
    Table
        ``frame`` of str with ``customer_id, event_time, quantity, amount``.
    """
    content = sources.content_of(file)
    frame = pd.read_csv(io.BytesIO(content), sep=r"\s+", header=None, skiprows=1, dtype=str, na_filter=False)
    frame.columns = ["customer_id", "event_time", "quantity", "amount"]
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return parts.single(file, content, frame, [], Dialect("text", "ascii"))


def _asked(address: str, given: dict[str, str], limit: int | None = None) -> Table:
    files.refuse_options_of_files(given)
    from workbench.data.reading import databases  # SQLAlchemy takes half a second to import

    frame, shown = databases.answer(address, given.get("query"), limit=limit)
    cut = limit is not None and len(frame) >= limit
    rows = databases.count(address, given["query"]) if cut else len(frame)
    part = Part(shown, None, None, len(frame), 0, 0)
    frame.attrs["parts"] = [part]
    return Table(frame, None, None, [], shown, Dialect("database"), (part,), max(rows, len(frame)), rows > 0)


def _refuse_query(file: str, given: dict[str, str]) -> None:
    if "query" in given:
        raise DataError(
            f"{file}: --query is for a database; name one by its address, or a .duckdb or .db file."
        )
