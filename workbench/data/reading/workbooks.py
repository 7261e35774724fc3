"""A sheet of an Excel or OpenDocument file to a table: cells keep their types, rows their numbers."""

import datetime
import io
import zipfile

import pandas as pd

from workbench.checks import did_you_mean
from workbench.data.catalogue import DataError
from workbench.data.reading import beneath, caps, delimited, dialects
from workbench.data.typed import EXACT, is_number, is_time, text_of

__all__ = ["ENDINGS", "as_text", "sheet"]

MERGED = (
    "is part of a merged cell, only the first of which has a value; unmerge such cells and fill them down"
)
LEAST = 3  # columns of a table of payments or events; a first sheet with fewer is rather a cover
ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def sheet(file: str, content: bytes, given: dict[str, str]) -> tuple[pd.DataFrame, str, int, list[str]]:
    """Read one sheet of a workbook.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    content : bytes
    given : dict of str to str
        What the user said: ``sheet``, by name or by number from 1, and ``skip_rows``. The first visible sheet by
        default.

    Returns
    -------
    frame : pandas.DataFrame
        Columns of times alone and of numbers alone keep their type, others are text; index: the sheet's rows.
    name : str
        Of the sheet.
    header : int
        Row of the header.
    notes : list of str
        On other sheets with content, rows left out and merged cells.

    Raises
    ------
    workbench.data.DataError
        If the file is damaged, locked or no workbook, the sheet is unknown, or no header can be told.
    """
    import python_calamine

    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            caps.refuse_bomb(file, len(content), caps.unpacked_size(archive))
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        name = _chosen(file, book, given.get("sheet"))
        page = book.get_sheet_by_name(name)
        rows = page.to_python(skip_empty_area=False)
    except DataError:
        raise
    except Exception as error:  # calamine has an error of its own for each kind of file, and Rust's panics
        raise DataError(f"{file}: {_damage(content, error)}") from None
    texts = [[text_of(cell) for cell in row] for row in rows[: dialects.ROWS]]
    header, notes = dialects.header_row(file, texts, given)
    others = [other for other in _visible(book) if other != name and _has_content(book, other)]
    if header >= len(rows):
        hint = f" Others with content: {', '.join(map(repr, others))}; choose with --sheet." if others else ""
        raise DataError(f"{file}: sheet {name!r} has no table.{hint}")
    names = [text_of(cell) for cell in rows[header]]
    notes += [_unread(book, other, names) for other in others]
    notes += _merged(page, header)
    while (
        names and not names[-1].strip() and all(text_of(row[len(names) - 1]) == "" for row in rows[header:])
    ):
        names.pop()
    columns = [[row[i] for row in rows[header + 1 :]] for i in range(len(names))]
    index = pd.RangeIndex(header + 2, len(rows) + 1)
    texts = pd.DataFrame(
        {i: [text_of(c) for c in column] for i, column in enumerate(columns)}, index=index, dtype="str"
    )
    kept, more = delimited.finished(texts.set_axis(names, axis="columns"))
    at = kept.index - (header + 2)
    typed = [
        _typed([column[i] for i in at], kept.iloc[:, n]) for n, column in enumerate(columns[: kept.shape[1]])
    ]
    frame = (pd.concat(typed, axis="columns") if typed else kept).set_axis(kept.columns, axis="columns")
    frame.attrs["beneath"] = _by_name(
        _with_merged(beneath.beneath(content, name), page, header), list(kept.columns)
    )
    return frame, name, header + 1, notes + more


def _unread(book, name: str, names: list[str]) -> str:
    """Say that a sheet is not read, and how it is, where it seems to go on with the table."""
    rows = book.get_sheet_by_name(name).to_python(nrows=20, skip_empty_area=True)
    alike = bool(rows) and [text_of(cell).strip() for cell in rows[0]] == [n.strip() for n in names]
    filled = max((sum(text_of(cell).strip() != "" for cell in row) for row in rows), default=0)
    if len(names) < LEAST <= filled:
        return f"sheet {name!r} not read; the table may stand there: --sheet {name!r}"
    return f"sheet {name!r} not read" + (
        f", though its header is the same: --sheet {name!r} reads it" if alike else ""
    )


def _with_merged(found: beneath.Beneath, page, header: int) -> beneath.Beneath:
    """Add the cells of merged ranges, all but the first of which are empty."""
    unstored = {column: dict(cells) for column, cells in found.unstored.items()}
    for (top, left), (bottom, right) in page.merged_cell_ranges or []:
        for row in range(max(top, header + 1), bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    unstored.setdefault(column + 1, {})[row + 1] = MERGED
    return found._replace(unstored=unstored)


def _by_name(found: beneath.Beneath, names: list[str]) -> dict:
    """What stands beneath the values, by the names of columns."""
    named = {"serials": found.serials}
    for key in ("currencies", "unstored"):
        cells = getattr(found, key)
        named[key] = {name: cells[i] for i, name in enumerate(names, 1) if i in cells}
    return named


def as_text(column: pd.Series) -> pd.Series:
    """Write the cells of a typed column as text: whole numbers without a fraction, times as ISO.

    Examples
    --------
    >>> as_text(pd.Series([17850.0, None])).tolist()
    ['17850', '']
    """
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("")
    return column.map(lambda cell: "" if pd.isna(cell) else text_of(cell)).astype("str")


def _visible(book) -> list[str]:
    shown = [
        s.name for s in book.sheets_metadata if "Visible" in str(s.visible) and "WorkSheet" in str(s.typ)
    ]
    return shown or book.sheet_names


def _chosen(file: str, book, wanted: str | None) -> str:
    names = book.sheet_names
    if wanted is None:
        return _visible(book)[0]
    if wanted in names:
        return wanted
    if wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    listed = ", ".join(f"{i} {name!r}" for i, name in enumerate(names, 1))
    raise DataError(f"{file}: no sheet {wanted!r}{did_you_mean(wanted, names)} Sheets: {listed}.")


def _has_content(book, name: str) -> bool:
    return book.get_sheet_by_name(name).height > 1


def _damage(content: bytes, error: Exception) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0") and b"E\0n\0c\0r\0y\0p\0t" in content:
        return "locked with a password; save it without one."
    if not content.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"\x09\x08")):
        kind = "HTML" if b"<html" in content[:2000].lower() or b"<table" in content[:2000].lower() else "text"
        return f"no Excel file but {kind}, whatever its name; " + (
            "open it in a spreadsheet and save it as .xlsx."
            if kind == "HTML"
            else "rename it to end in .csv."
        )
    return f"not a readable workbook ({' '.join(str(error).split())[:80]}); save it again as .xlsx."


def _merged(page, header: int) -> list[str]:
    merged = [m for m in page.merged_cell_ranges or [] if m[1][0] > header]
    if not merged:
        return []
    return [f"{len(merged)} merged ranges below the header (the first in row {merged[0][0][0] + 1}): only the "
            "upper left cell of each has its value"]  # fmt: skip


def _typed(cells: list, texts: pd.Series) -> pd.Series:
    """Give a column its type if all its cells are times or all are numbers; else each number and time its own."""
    present = [cell for cell in cells if cell != ""]
    if present and all(isinstance(cell, datetime.date) for cell in present):
        times = [None if cell == "" else pd.Timestamp(cell) for cell in cells]
        if all(t is None or 1678 < t.year < 2262 for t in times):
            return pd.Series(pd.to_datetime(times), index=texts.index)
        return texts
    if present and all(type(cell) in (int, float) for cell in present):
        numbers = [float("nan") if cell == "" else cell for cell in cells]
        whole = len(present) == len(cells) and all(float(c).is_integer() and abs(c) < EXACT for c in present)
        return pd.Series(numbers, index=texts.index, dtype="int64" if whole else "float64")
    typed = [i for i, cell in enumerate(cells) if is_number(cell) or is_time(cell)]
    if not typed:
        return texts
    mixed = texts.astype(object)
    mixed.iloc[typed] = pd.Series([cells[i] for i in typed], dtype=object).to_numpy()
    return mixed
