"""A table and the files it was made of: which row of which file is meant, and several files as one table."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from workbench.checks import counted
from workbench.data.catalogue import DataError

__all__ = [
    "Dialect",
    "Part",
    "Table",
    "joined",
    "place",
    "refuse_strangers",
    "rows_in_words",
    "single",
    "with_places",
]


class Dialect(NamedTuple):
    """How a source is written; None for what it does not have."""

    kind: str  # text, sheet, parquet or database
    encoding: str | None = None
    delimiter: str | None = None
    header: int = 0  # its row; 0 where there is none
    line_end: str | None = None
    sheet: str | None = None


class Part(NamedTuple):
    """One file of a table."""

    path: str
    sha256: str | None
    size: int | None
    rows: int
    before: int  # what the index of its rows has been raised by
    header: int
    sure: int | None = None  # the last row whose number is counted, not estimated; None if all are
    notes: tuple[str, ...] = ()


class Table(NamedTuple):
    """What a source holds and which bytes it was."""

    frame: pd.DataFrame
    sha256: str | None
    size: int | None
    notes: list[str]
    path: str
    dialect: Dialect = Dialect("text")
    parts: tuple[Part, ...] = ()
    rows: int = 0  # of the source, which a sample has not all of
    exact: bool = True  # whether that number is counted


def place(frame: pd.DataFrame, row: int, file: str) -> tuple[str, str, Part | None]:
    """Say where a row of a table stands.

    Parameters
    ----------
    frame : pandas.DataFrame
        What `read` or `head` gave.
    row : int
        Of its index.
    file : str
        What the source is called, where it is one file.

    Returns
    -------
    file : str
        The file's name.
    row : str
        Its row; "about 5,000" where the number is estimated.
    part : Part or None

    Examples
    --------
    >>> from workbench.data.reading import read
    >>> place(read("data/telecom_rfm_ahp/averaged_matrix.csv").frame, 3, "averaged_matrix.csv")[:2]
    ('averaged_matrix.csv', '3')
    """
    parts = [part for part in frame.attrs.get("parts", []) if part.before < row]
    if not parts:
        return file, str(row), None
    part = parts[-1]
    number = int(row) - part.before
    shown = f"about {number:,}" if part.sure is not None and number > part.sure else str(number)
    several = len(frame.attrs["parts"]) > 1
    return Path(part.path).name if several else file, shown, part


def with_places(said: str, frame: pd.DataFrame, file: str) -> str:
    """Name the file beside each row of a text, and say which are estimated, where the index alone does not.

    Examples
    --------
    >>> with_places("1 placeholder date (row 9)", pd.DataFrame(), "my.csv")
    '1 placeholder date (row 9)'
    """

    def named(found: re.Match) -> str:
        where, row, _ = place(frame, int(found[1]), file)
        return f"row {row} of {where}" if len(frame.attrs.get("parts", [])) > 1 else f"row {row}"

    return re.sub(r"\brow (\d+)\b", named, said)


def single(file: Path, content: bytes, frame: pd.DataFrame, notes: list[str], dialect: Dialect) -> Table:
    """Make the table of one file that was read whole."""
    if frame.empty:
        raise DataError(f"{file.name}: no rows of data below the header.")
    digest, path = hashlib.sha256(content).hexdigest(), str(file.absolute())
    part = Part(path, digest, len(content), len(frame), 0, dialect.header, notes=tuple(notes))
    frame.attrs["parts"] = [part]
    return Table(frame, digest, len(content), notes, path, dialect, (part,), len(frame))


def joined(tables: list[Table], notes: list[str]) -> Table:
    """Put the tables of several files below one another, if their headers agree."""
    if len(tables) == 1:
        table = tables[0]
        return table._replace(notes=[*notes, *table.notes])
    refuse_strangers(tables)
    names = list(tables[0].frame.columns)
    parts, frames, before = [], [], 0
    for table in tables:
        frame = table.frame if list(table.frame.columns) == names else table.frame[names]
        parts.append(table.parts[0]._replace(before=before))
        frames.append(frame.set_axis(frame.index + before))
        before += max(int(frame.index[-1]), table.rows + 1) + 1
    for i in range(len(names)):
        if len({str(frame.dtypes.iloc[i]) for frame in frames}) > 1:
            frames = [_with_text(frame, i, frames) for frame in frames]
    frame = pd.concat(frames)
    left_open = {name: why for table in tables for name, why in table.frame.attrs.get("open", {}).items()}
    frame.attrs = {"delimiter": tables[0].dialect.delimiter, "parts": parts, "open": left_open}
    frame.attrs["beneath"] = _beneath(tables, parts)
    notes = [*notes, *rows_in_words(parts)]
    digests = [part.sha256 for part in parts]
    whole = hashlib.sha256("\n".join(digests).encode()).hexdigest() if all(digests) else None
    rows = sum(table.rows for table in tables)
    size = sum(part.size for part in parts)
    exact = all(table.exact for table in tables)
    return Table(frame, whole, size, notes, tables[0].path, tables[0].dialect, tuple(parts), rows, exact)


def rows_in_words(parts: Iterable[Part]) -> list[str]:
    """Say how many rows each file has, and what was noted on it."""
    return [f"{Path(p.path).name}: {note}" for p in parts for note in (counted(p.rows, "row"), *p.notes)]


def _beneath(tables: list[Table], parts: list[Part]) -> dict:
    """What stands beneath the values of several sheets, by the rows of the joined table."""
    found = [
        (t.frame.attrs["beneath"], p.before)
        for t, p in zip(tables, parts, strict=True)
        if "beneath" in t.frame.attrs
    ]
    serials = {one["serials"] for one, _ in found}
    result: dict = {"serials": serials.pop() if len(serials) == 1 else None, "currencies": {}, "unstored": {}}
    for one, before in found:
        for key in ("currencies", "unstored"):
            for name, cells in one[key].items():
                result[key].setdefault(name, {}).update({row + before: what for row, what in cells.items()})
    return result


def refuse_strangers(tables: list[Table]) -> None:
    """Refuse a file whose columns are not those of the first, and one whose bytes another has."""
    first = tables[0]
    name, names = Path(first.path).name, sorted(first.frame.columns)
    seen: dict[str | None, str] = {}
    for table in tables:
        other = Path(table.path).name
        if table.sha256 in seen and table.sha256 is not None:
            raise DataError(f"{other}: the same bytes as {seen[table.sha256]}; its rows would count double.")
        seen[table.sha256] = other
        if sorted(table.frame.columns) == names and (
            list(table.frame.columns) == list(first.frame.columns) or len(set(names)) == len(names)
        ):
            continue
        lacking = [c for c in first.frame.columns if c not in table.frame.columns]
        added = [c for c in table.frame.columns if c not in first.frame.columns]
        differs = [f"lacks {', '.join(map(repr, lacking[:3]))}"] if lacking else []
        differs += [f"has {', '.join(map(repr, added[:3]))} besides"] if added else []
        raise DataError(
            f"{other}: other columns than {name} ({'; '.join(differs) or 'repeated names in another order'}); "
            "files read together need one header."
        )


def _with_text(frame: pd.DataFrame, i: int, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """A column that is text in one file holds cells of any type in all; whole and broken numbers go together."""
    if not any(f.dtypes.iloc[i].kind == "O" for f in frames):  # "O" is the kind of str, too
        return frame
    column = frame.iloc[:, i]
    if not isinstance(column.dtype, pd.StringDtype):
        column = column.astype(object).where(column.notna(), "")
    columns = [column if j == i else frame.iloc[:, j] for j in range(frame.shape[1])]
    return pd.concat(columns, axis="columns").set_axis(frame.columns, axis="columns")
