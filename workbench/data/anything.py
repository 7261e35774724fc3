"""A table of any columns, as it is written, to recognise what it holds; and the stand-in that tries recognising.

A part of `workbench.data`, which offers these names; go through that.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.data.catalogue import DATASETS, DataError, known, shipped
from workbench.data.record import record, record_parts

if TYPE_CHECKING:
    import pandas as pd

SHORT = 4  # letters and digits from which on a cell may be looked for
OFTEN_OTHER = 0.5  # share of different cells from which on a column may say who somebody is


def load_any(
    dataset: str,
    data_file: str | Path | Sequence[str] | None = None,
    *,
    reading: Mapping[str, str] | None = None,
) -> "pd.DataFrame":
    """Load a table with all its columns, every cell as the text that it is.

    Parameters
    ----------
    dataset : str
        "protection"; not looked at when `data_file` is given.
    data_file : str, path, or a sequence of them, optional
        As `load` takes it.
    reading : dict of str to str, optional
        How the file is to be read: keys of `READING`.

    Returns
    -------
    pandas.DataFrame of str, one row per row of the file, in its order
        Empty cells are missing. Of a column of numbers in an Excel or Parquet file the type is kept, since its cells
        may have lost what they were; `workbench.privacy.recognition` refuses it by name where that matters.
        ``attrs["ledger"]`` as `load` gives it, without customers and period.

    Raises
    ------
    DataError
        If the file cannot be read, in one line.

    Notes
    -----
    A run leaves fingerprints of the columns of the user's own file whose cells mostly differ, so that its report
    cannot publish a cell of them, whatever kind they are.

    Examples
    --------
    >>> load_any("protection")["version"].head(2).tolist()
    ['9.16.21.153', '0.7.38.1']
    """
    from workbench.data import identifiers
    from workbench.data import reading as reading_
    from workbench.data.parsing.cells import as_text

    own = data_file is not None
    if not own and "headings" not in known(dataset):
        raise DataError(f"{dataset!r} is a log, which data.load reads; tables of any columns: protection.")
    table = reading_.read(data_file if own else shipped(DATASETS[dataset]["file"]), dict(reading or {}))
    frame = table.frame.reset_index(drop=True)
    for name in frame:
        text = as_text(frame[name])
        empty = text.str.strip() == ""
        if not _is_number(frame[name]):
            frame[name] = text.mask(empty)
        cells = text[~empty]
        if own and len(cells) and cells.nunique() > OFTEN_OTHER * len(cells):
            identifiers.keep(filter(_says_something, cells.unique()), identifiers.OWN)
    ledger = {"rows": len(frame), "left_out": [], "used": len(frame)}
    ledger |= dict.fromkeys(
        ("customers", "period", "currency", "currency_column", "total", "refunds", "study")
    )
    if own:
        record_parts(table, {}, table.notes, ledger)
    else:
        record(dataset, "stand-in", DATASETS[dataset]["file"], table, {}, table.notes, ledger)
    frame.attrs["ledger"] = {**ledger, "noticed": [*table.notes]}
    return frame


def check_any(data_file: str | Path | Sequence[str], reading: Mapping[str, str] | None = None) -> None:
    """Refuse a table of any columns before a study runs: one that cannot be read, or whose numbers are rounded.

    Raises
    ------
    DataError
        In one line; of a large file for what a sample shows.

    Examples
    --------
    >>> check_any("data/telecom_rfm_ahp/payments.csv")
    """
    from workbench import privacy
    from workbench.data import reading as reading_
    from workbench.data.reading import sources

    frame = reading_.head(data_file, dict(reading or {})).frame
    try:
        privacy.recognition.require_text(frame)
    except ValueError as error:
        raise DataError(f"{sources.title(data_file)}: {error}") from None


def _says_something(cell: str) -> bool:
    """Whether a cell is more than a short code, such as p12, of which any page is full."""
    return len(cell) >= SHORT or not cell.isascii()


def _is_number(column: "pd.Series") -> bool:
    import pandas as pd

    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def load_headings(dataset: str = "protection") -> "pd.DataFrame":
    """Load how each column of a stand-in may be headed, and what it holds.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    pandas.DataFrame of str, index ``column``
        ``telling``, ``english`` and ``blind``, three headings; ``kind``, or unknown.

    Examples
    --------
    >>> load_headings().loc["card"].tolist()
    ['银行卡号', 'bank card', 'col_f', 'bank card']
    """
    return _beside(dataset, "headings").set_index("column")


def load_notes(dataset: str = "protection") -> "pd.DataFrame":
    """Load notes of clerks, and where personal data stand in them.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    pandas.DataFrame, one row per note
        ``text``, str; ``spans``, a list of (start, end, kind), empty where there are none.

    Examples
    --------
    >>> load_notes()["spans"].head(2).tolist()
    [[], [(9, 25, 'bank card')]]
    """
    table = _beside(dataset, "notes")
    rows = zip(table["start"], table["end"], table["kind"], strict=True)
    spans = [[(int(start), int(end), kind)] if kind else [] for start, end, kind in rows]
    return table[["text"]].assign(spans=spans)


def load_leak(dataset: str = "protection") -> "pd.DataFrame":
    """Load outgoing lines, some of which hold a subscriber's number.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    pandas.DataFrame
        ``line``, str; ``leaked``, bool.

    Examples
    --------
    >>> int(load_leak()["leaked"].sum())
    137
    """
    table = _beside(dataset, "leak")
    return table.assign(leaked=table["leaked"] == "yes")


def _beside(dataset: str, what: str) -> "pd.DataFrame":
    from workbench.data import reading

    if what not in known(dataset):
        raise DataError(f"{dataset!r} has no {what}; it has them: protection.")
    path = DATASETS[dataset][what]
    table = reading.read(shipped(path))
    record(dataset, "stand-in", path, table, {}, table.notes)
    return table.frame.reset_index(drop=True)
