"""Large data stay with a database engine: `scan` opens what `load` would hold in memory."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.checks import one_of
from workbench.data import loading, spark
from workbench.data.catalogue import IN_PORTIONS, DataError

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

    from workbench.data.reading.parts import Table
    from workbench.data.reading.sources import Source
    from workbench.data.roles import Taken
    from workbench.data.values import Wanted

__all__ = ["has", "scan"]


def scan(
    dataset: str,
    data_file: str | Path | Sequence[str] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    roles: Sequence[str] | Mapping[str, str] = ("customer_id", "event_time", "amount"),
    unreadable: Literal["refuse", "missing"] = "refuse",
    reading: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    identifiers: Literal["pseudonyms", "as they are"] = "pseudonyms",
) -> "pd.DataFrame | nw.LazyFrame[Any]":
    """Load data as `load` does, and leave large ones with a database engine, which reads them in portions.

    Parameters
    ----------
    dataset, data_file, columns, roles, unreadable, reading, where, identifiers
        As `load` takes them; both read a file alike and refuse the same. Besides, `data_file` may be ``spark:`` and
        the name of a table on a cluster, or the path of Parquet files there.

    Returns
    -------
    pandas.DataFrame, or narwhals.LazyFrame from a million rows or 50 MB of text on, and for a cluster
        What `load` returns; the lazy frame has the same columns, in no order of rows, and ``attrs["ledger"]`` too.
        Complaints and openings are read into memory, however large: one of their rows hangs on others.

    Raises
    ------
    DataError
        As `load`.

    Examples
    --------
    >>> type(scan("telecom")).__name__
    'DataFrame'
    """
    given: dict[str, Any] = {"columns": columns, "roles": roles, "unreadable": unreadable, "reading": reading}
    given |= {"where": where, "identifiers": identifiers}
    if data_file is None or not IN_PORTIONS.issuperset(roles):
        return loading.load(dataset, data_file, **given)
    if spark.is_on_cluster(data_file):
        return _on_cluster(str(data_file), given)
    from workbench.data import options
    from workbench.data.reading import sources
    from workbench.data.scanning import raw as raw_
    from workbench.data.scanning.engine import Unscannable

    if not raw_.is_large(source := sources.find(data_file), options.checked(reading)):
        return loading.load(dataset, data_file, **given)
    try:
        return _scanned(source, sources.title(data_file), given)
    except Unscannable as reason:
        frame = loading.load(dataset, data_file, **given)
        frame.attrs["ledger"]["noticed"].append(f"read whole into memory: {reason}")
        return frame


def _scanned(source: "Source", name: str, given: Mapping[str, Any]) -> "nw.LazyFrame[Any]":
    from workbench.data import options
    from workbench.data.scanning import raw as raw_
    from workbench.data.scanning import taking

    asked = _asked(given)
    raw = raw_.open_source(source, options.checked(given["reading"]))
    taken = taking.take(name, raw, asked, _caller(given))
    how = f"read in portions by a database engine: {taken.ledger['rows']:,} rows; only customers are held in memory"
    notes = [*raw.table.notes, *taken.notes, *taking.said_of_rows(raw, taken), how]
    frame = raw.engine.connection.sql(f"select * exclude ({taking.ROW}) from taken")
    return _recorded(frame, raw.table, taken, notes, engine=raw.engine)  # whose folder goes with the rows


def _on_cluster(address: str, given: Mapping[str, Any]) -> "nw.LazyFrame[Any]":
    from workbench.data import options
    from workbench.data.scanning import cluster

    others = [options.flag(key) for key in options.checked(given["reading"]) if key != "drop_without"]
    if others:
        raise DataError(f"{others[0]} is for files, and --data is a table on a cluster.")
    asked = _asked(given)
    frame, table, taken = cluster.scanned(address, asked, _caller(given))
    how = f"read on a Spark cluster: {taken.ledger['rows']:,} rows; only customers are held in memory"
    return _recorded(frame, table, taken, [*taken.notes, how])


def _recorded(
    frame: Any, table: "Table", taken: "Taken", notes: list[str], **held: Any
) -> "nw.LazyFrame[Any]":
    """The rows of an engine as a lazy frame, on the record; what is `held` lives as long as they do."""
    import narwhals as nw

    from workbench.data.record import record_parts

    record_parts(table, taken.columns, notes, taken.ledger)
    rows = nw.from_native(frame)
    rows.attrs = {"ledger": {**taken.ledger, "noticed": notes}, **held}
    return rows


def _asked(given: Mapping[str, Any]) -> "Wanted":
    one_of("identifiers", given["identifiers"], loading.IDENTIFIERS)
    return loading.wanted_of(*(given[key] for key in ("roles", "columns", "unreadable", "reading", "where")))


def _caller(given: Mapping[str, Any]) -> "Callable[[pd.Series], pd.Series]":
    return lambda ids: loading.called(ids, True, given["identifiers"])


def has(rows: "pd.DataFrame | nw.LazyFrame[Any]", column: str) -> bool:
    """Say whether any row has content in a column.

    Examples
    --------
    >>> import pandas as pd
    >>> has(pd.DataFrame({"order_id": [None, "a"]}), "order_id")
    True
    """
    import narwhals as nw

    return bool(nw.from_native(rows).lazy().select(nw.col(column).count()).collect().item())
