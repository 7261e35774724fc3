"""The named tables of an earlier report: last month's customers, segments and model, with own ids."""

import io
import re
from pathlib import Path

import pandas as pd

from workbench import places
from workbench.checks import did_you_mean, shown
from workbench.publish.keeping import run

__all__ = ["previous"]


def previous(report: str, table: str) -> pd.DataFrame:
    """Read a named table that an earlier report wrote; its customers are called by their own ids.

    Parameters
    ----------
    report : str
        Name of the report, as ``workbench results`` lists it.
    table : str
        Name of the table, such as ``customers``.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ValueError
        If there is no such report or table, naming those that are there.
    """
    folder = _folder()
    if not re.fullmatch(r"\w[\w.-]*", report) or not (folder / report).is_dir():
        known = (
            sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name[0] != ".")
            if folder.is_dir()
            else []
        )
        raise ValueError(
            f"There is no report {shown(report)} with results{did_you_mean(report, known)} Reports with results: "
            f"{', '.join(known) or 'none'}."
        )
    file = folder / report / f"{table}.parquet"
    if not file.is_file():
        known = sorted(p.stem for p in (folder / report).glob("*.parquet"))
        raise ValueError(
            f"The report {shown(report)} has no table {shown(table)}{did_you_mean(table, known)} Its tables: "
            f"{', '.join(known) or 'none'}."
        )
    with open(file, "rb") as stream:  # so that a run notes what it has read
        return pd.read_parquet(io.BytesIO(stream.read()))


def _folder() -> Path:
    """The private folder beside the reports of this run, or, without a run, of the project."""
    return run.folder.parent if run.folder else places.find().reports.parent / "private"
