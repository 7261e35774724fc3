"""All columns of a table that have no role, as inputs of a model: numbers, or texts of few levels."""

from collections.abc import Iterable, Sequence

import pandas as pd

from workbench.checks import counted, did_you_mean, listed
from workbench.data import values
from workbench.data.catalogue import DataError
from workbench.data.parsing import labels, numbers
from workbench.data.reading import place
from workbench.data.values import EMPTY, Wanted

__all__ = ["MOST_LEVELS", "columns_of", "read"]

MOST_LEVELS = 60  # different texts of an input
IGNORE = "leave the column out: -p ignore_columns="


def columns_of(
    file: str, names: Sequence[str], used: Iterable[str], roles: Iterable[str], ignored: Sequence[str]
) -> list[str]:
    """Return the columns that are inputs: all but those with a role and those that are left out.

    Raises
    ------
    workbench.data.DataError
        If a column to leave out is unknown, none is left, or one is called like a role.

    Examples
    --------
    >>> columns_of("my.csv", ["id", "age", "note"], ["id"], ["customer_id"], ["note"])
    ['age']
    """
    for name in ignored:
        if name not in names:
            raise DataError(
                f"{file}: ignore_columns: no column is called {name!r}{did_you_mean(name, names)}"
            )
    found = [name for name in names if name and name not in {*used, *ignored}]
    if twice := [name for name in found if found.count(name) > 1]:
        raise DataError(
            f"{file}: more than one column is called {twice[0]!r}; rename one, or {IGNORE}{twice[0]}."
        )
    if same := [name for name in found if name in {*roles}]:
        raise DataError(
            f"{file}: column {same[0]!r} would be an input, and {same[0]} is read from another column; rename it, or "
            f"{IGNORE}{same[0]}."
        )
    if not found:
        raise DataError(f"{file}: no column is left as an input. Columns: {', '.join(filter(None, names))}.")
    return found


def read(
    file: str, frame: pd.DataFrame, names: Sequence[str], wanted: Wanted, notes: list[str]
) -> pd.DataFrame:
    """Read columns as inputs, each whole: numbers, missing where a cell is empty, else texts of few levels.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        Cells as they were read.
    names : sequence of str
    wanted : Wanted
        How numbers are written.
    notes : list of str
        Gets one on what the inputs are.

    Returns
    -------
    pandas.DataFrame
        Float columns and str columns, missing where a cell is empty.

    Raises
    ------
    workbench.data.DataError
        If most cells of a column are numbers and some are not, or texts have more than 60 levels.
    """
    inputs = pd.DataFrame({name: _input(file, frame, name, wanted) for name in names}, index=frame.index)
    numeric = inputs.select_dtypes("number").columns
    texts = [name for name in names if name not in numeric]
    notes.append(
        f"{counted(len(names), 'input')}: {counted(len(numeric), 'number')} ({listed(numeric)}), "
        f"{counted(len(texts), 'text')} ({listed(texts)})"
    )
    return inputs


def _input(file: str, frame: pd.DataFrame, name: str, wanted: Wanted) -> pd.Series:
    cells = frame[name]
    if pd.api.types.is_bool_dtype(cells):
        return cells.map({True: "yes", False: "no"}).astype("str")
    found = numbers(cells, decimal=wanted.decimal)
    odd = found.problems[found.problems != EMPTY]
    open_ = odd[odd.str.contains("--", regex=False)]
    filled = len(cells) - int((found.problems == EMPTY).sum())
    if len(open_) or 0 < len(odd) < filled / 2:
        raise DataError(_refusal(file, frame, name, (open_ if len(open_) else odd)))
    if not len(odd) and filled:
        return found.values.mask(found.values.index.isin(found.problems.index))
    texts = labels(cells).values
    if (levels := texts.nunique()) > MOST_LEVELS:
        raise DataError(
            f"{file}: column {name!r} has {levels:,} different texts; an input has {MOST_LEVELS} at most. Map it to a "
            f"role, group its texts, or {IGNORE}{name}."
        )
    return texts


def _refusal(file: str, frame: pd.DataFrame, name: str, problems: pd.Series) -> str:
    row = problems.index.min()
    where, number, _ = place(frame, row, file)
    return (
        f"{where}: column {name!r}, an input of numbers, row {number}: {values.shown(frame[name][row])} "
        f"{problems[row]} ({counted(len(problems), 'such row')}). Correct the file, or {IGNORE}{name}."
    )
