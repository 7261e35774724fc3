"""The answer of a database to one SELECT of the user's, read without the right to change anything."""

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from workbench import addresses
from workbench.data.catalogue import DataError
from workbench.data.typed import is_number, is_time

__all__ = ["answer", "count", "plain", "portions", "shown"]

FIRST = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
ZONED = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
SKIPPED = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)


def answer(address: str, query: str | None, *, limit: int | None = None) -> tuple[pd.DataFrame, str]:
    """Ask a database one question.

    Parameters
    ----------
    address : str
        ``postgresql://…``, ``sqlite:///FILE``, ``duckdb:///FILE``, or another that SQLAlchemy reaches.
    query : str
        One SELECT, or WITH … SELECT. It is sent as it is written.
    limit : int, optional
        Rows to fetch at most.

    Returns
    -------
    frame : pandas.DataFrame
        Index: rows of the answer, from 1.
    shown : str
        The address without its password.

    Raises
    ------
    workbench.data.DataError
        If the database cannot be reached, the query is no single SELECT, or the database refuses it.
    """
    told = shown(address)
    if query is None:
        raise DataError(f"{told}: a database needs a query; say --query 'select … from …'.{_tables(address)}")
    columns, rows = next(portions(address, query, limit), ([], []))
    if not rows:
        raise DataError(f"{told}: the query gives no rows.")
    cells = [pd.Series(plain(values)) for values in zip(*rows, strict=True)]
    frame = pd.concat(cells, axis="columns").set_axis([str(c) for c in columns], axis="columns")
    return frame.set_axis(pd.RangeIndex(1, len(frame) + 1)), told


def portions(address: str, query: str, size: int | None) -> Iterator[tuple[list[str], list]]:
    """Ask a database one question; give the names of columns and so many rows at a time, or all where None."""
    _refuse_all_but_select(query)
    ask = _duckdb if address.lower().startswith("duckdb:") else _sqlalchemy
    return ask(address, query, size)


def count(address: str, query: str) -> int:
    """Count the rows of an answer; 0 where the database does not say, why is said where it is asked."""
    try:
        _refuse_all_but_select(query)
        _, rows = next(portions(address, f"select count(*) from ({_bare(query)}\n) t", None))
    except DataError:
        return 0
    return int(rows[0][0])


def _bare(query: str) -> str:
    return query.strip().rstrip(";")


def shown(address: str) -> str:
    """Return an address without its password.

    Examples
    --------
    >>> shown("postgresql://ana:secret@host/shop")
    'postgresql://ana:***@host/shop'
    """
    if address.lower().startswith("duckdb"):
        return address
    try:
        return addresses.masked(sa.make_url(address))
    except (sa.exc.ArgumentError, ValueError):
        raise DataError(
            "The database's address cannot be read; write DIALECT://USER@HOST:PORT/DATABASE."
        ) from None


def _refuse_all_but_select(query: str) -> None:
    bare = SKIPPED.sub(" ", query).strip().rstrip(";").strip()
    if not re.match(r"(?i)[(\s]*(select|with)\b", bare):
        first = bare.split()[0][:20] if bare else ""
        raise DataError(
            f"--query must be one SELECT statement (or WITH … SELECT), and it begins with {first!r}."
        )
    if ";" in bare:
        raise DataError("--query must be one statement; it has a semicolon with more behind it.")


def _fetched(columns: list[str], result, size: int | None) -> Iterator[tuple[list[str], list]]:
    if size is None:
        yield columns, result.fetchall()
        return
    while rows := result.fetchmany(size):
        yield columns, rows


def _sqlalchemy(address: str, query: str, size: int | None) -> Iterator[tuple[list[str], list]]:
    with _connected(address) as connection:
        result = connection.execution_options(stream_results=True, no_parameters=True).exec_driver_sql(query)
        if not result.returns_rows:
            raise DataError("--query gives no table.")
        yield from _fetched(list(result.keys()), result, size)


@contextmanager
def _connected(address: str) -> Iterator[sa.Connection]:
    """A connection that may only read, where the database knows such."""
    url = sa.make_url(address)
    try:
        if url.get_backend_name() == "sqlite" and url.database and "mode=" not in url.database:
            _existing(url.database)
            path = (
                Path(url.database)
                .absolute()
                .as_posix()
                .replace("%", "%25")
                .replace("?", "%3f")
                .replace("#", "%23")
            )
            address = sa.URL.create("sqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"})
        engine = addresses.connect(address)
    except addresses.CaseBaseError as error:
        raise DataError(str(error)) from None
    try:
        with engine.connect() as connection:
            if engine.dialect.name in ("postgresql", "mysql", "mariadb", "oracle"):
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            yield connection
            connection.rollback()
    except sa.exc.SQLAlchemyError as error:
        raise DataError(str(addresses.failure(error, url))) from None
    finally:
        engine.dispose()


def _existing(database: str) -> None:
    if database != ":memory:" and not Path(database).is_file():
        raise DataError(f"{Path(database).name}: no such file; check the path.")


def _duckdb(address: str, query: str, size: int | None) -> Iterator[tuple[list[str], list]]:
    import duckdb

    path = address.partition("://")[2].removeprefix("/")
    _existing(path)
    try:
        with duckdb.connect(path, read_only=True, config={"enable_external_access": "false"}) as connection:
            result = connection.execute(query)
            columns = [column[0] for column in result.description]
            zoned = [i for i, (_, kind, *_) in enumerate(result.description) if str(kind) in ZONED]
            if zoned:
                result = connection.execute(_in_utc(query, len(columns), zoned))
            for names, rows in _fetched(columns, result, size):
                yield names, [_with_zone(row, zoned) for row in rows] if zoned else rows
    except duckdb.Error as error:
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise DataError(f"The database at {address} failed: {said}.") from None


def _in_utc(query: str, width: int, zoned: list[int]) -> str:
    """Ask the same with moments counted since 1970, which need no time zone of this machine."""
    names = [f"c{i}" for i in range(width)]
    wanted = [f"epoch_us({name})" if i in zoned else name for i, name in enumerate(names)]
    return f"select {', '.join(wanted)} from ({_bare(query)}\n) t({', '.join(names)})"


def _with_zone(row: tuple, zoned: list[int]) -> tuple:
    return tuple(
        FIRST + datetime.timedelta(microseconds=cell) if i in zoned and cell is not None else cell
        for i, cell in enumerate(row)
    )


def _tables(address: str) -> str:
    """Name the tables of a database, if it can be asked."""
    try:
        if address.lower().startswith("duckdb"):
            listed = "select table_name from information_schema.tables order by 1"
            names = [row[0] for row in next(_duckdb(address, listed, 20), ([], []))[1]]
        else:
            with _connected(address) as connection:
                names = sorted(sa.inspect(connection).get_table_names())[:20]
    except sa.exc.SQLAlchemyError:
        return ""
    return f" Tables: {', '.join(names)}." if names else ""


def plain(values: tuple) -> list | pd.Series:
    """Return cells as pandas can hold them without loss: decimals and numbers beside texts stay, days become times."""
    present = [value for value in values if value is not None]
    if present and all(type(value) is int for value in present) and len(present) < len(values):
        return pd.array(list(values), dtype="Int64")
    if present and all(isinstance(value, datetime.date) for value in present):
        return pd.Series(pd.to_datetime([None if value is None else pd.Timestamp(value) for value in values]))
    if all(isinstance(value, (int, float)) for value in present):
        return list(values)
    cells = ["" if v is None else v if is_number(v) or is_time(v) else str(v) for v in values]
    return pd.Series(cells, dtype="str" if all(isinstance(cell, str) for cell in cells) else object)
