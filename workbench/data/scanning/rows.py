"""Large data stay with a database engine: `scan` opens what `load` would hold in memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.checks import one_of
from workbench.data import loading

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

    from workbench.data.reading.sources import Source

__all__ = ["scan"]


def scan(
    dataset: str,
    data_file: str | Path | Sequence[str] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    roles: Sequence[str] = ("customer_id", "event_time", "amount"),
    unreadable: Literal["refuse", "missing"] = "refuse",
    reading: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    identifiers: Literal["pseudonyms", "as they are"] = "pseudonyms",
) -> "pd.DataFrame | nw.LazyFrame[Any]":
    """Load data as `load` does, and leave large ones with a database engine, which reads them in portions.

    Parameters
    ----------
    dataset, data_file, columns, roles, unreadable, reading, where, identifiers
        As `load` takes them; both read a file alike and refuse the same.

    Returns
    -------
    pandas.DataFrame, or narwhals.LazyFrame from a million rows on
        What `load` returns; the lazy frame has the same columns, in no order of rows, and ``attrs["ledger"]`` too.

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
    if data_file is None:
        return loading.load(dataset, **given)
    from workbench.data.reading import sources
    from workbench.data.scanning import raw as raw_

    if not raw_.is_large(source := sources.find(data_file)):
        return loading.load(dataset, data_file, **given)
    try:
        return _scanned(source, sources.title(data_file), given)
    except raw_.Unscannable as reason:
        frame = loading.load(dataset, data_file, **given)
        frame.attrs["ledger"]["noticed"].append(f"read whole into memory: {reason}")
        return frame


def _scanned(source: "Source", name: str, given: Mapping[str, Any]) -> "nw.LazyFrame[Any]":
    import narwhals as nw

    from workbench.data import options
    from workbench.data.record import record_parts
    from workbench.data.scanning import raw as raw_
    from workbench.data.scanning import taking

    one_of("identifiers", given["identifiers"], loading.IDENTIFIERS)
    asked = loading.wanted_of(*(given[key] for key in ("roles", "columns", "unreadable", "reading", "where")))
    raw = raw_.open_source(source, options.checked(given["reading"]))
    taken = taking.take(name, raw, asked, lambda ids: loading.called(ids, True, given["identifiers"]))
    how = f"read in portions by a database engine: {taken.ledger['rows']:,} rows; only customers are held in memory"
    notes = [*raw.table.notes, *taken.notes, *taking.said_of_rows(raw, taken), how]
    record_parts(raw.table, taken.columns, notes, taken.ledger)
    rows = nw.from_native(raw.engine.connection.sql(f"select * exclude ({taking.ROW}) from taken"))
    # the engine's folder goes with the rows
    rows.attrs = {"ledger": {**taken.ledger, "noticed": notes}, "engine": raw.engine}
    return rows
