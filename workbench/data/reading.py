"""Files to tables of text: encoding, delimiter, ragged rows, empty rows; Parquet with its own types.

The bytes are read once, so that the sha256 is that of what was parsed. The index of a table is the row that a
spreadsheet shows: the first after the header is row 2 (row 1 in Parquet, which has no header row).
"""

import csv
import difflib
import gzip
import hashlib
import io
import re
import zlib
from typing import NamedTuple

import pandas as pd

from workbench.checks import did_you_mean
from workbench.data.catalogue import ROLES, DataError
from workbench.data.parsing import EITHER, PARSERS, UNREADABLE

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
ENCODINGS = ("utf-8", "gb18030", "utf-16")


class Table(NamedTuple):
    """What a file holds and which bytes it was."""

    frame: pd.DataFrame
    sha256: str
    size: int
    notes: list[str]
    path: str


def read(file):
    """Read a CSV or Parquet file.

    Parameters
    ----------
    file : pathlib.Path

    Returns
    -------
    Table
        ``frame``, all columns, str from text files; ``sha256`` and ``size`` of the file's bytes; ``notes`` on
        encoding and empty rows; ``path``, absolute.

    Raises
    ------
    workbench.data.DataError
        If the file is missing, of another kind, damaged, empty, ragged or in another encoding.

    Examples
    --------
    >>> from pathlib import Path
    >>> read(Path("data/telecom_rfm_ahp/averaged_matrix.csv")).frame["F"].tolist()
    ['1', '1.41', '2.18']
    """
    content, notes = _content(file), []
    if file.name.lower().endswith(".parquet"):
        frame = _parquet(file.name, content)
    else:
        frame = _delimited(file.name, _decode(file.name, _unzip(file.name, content), notes), notes)
    if frame.empty:
        raise DataError(f"{file.name}: no rows of data below the header.")
    return Table(frame, hashlib.sha256(content).hexdigest(), len(content), notes, str(file.absolute()))


def read_cdnow(file):
    """Read the fixed-width file of CDNOW purchases, customers' leading zeros kept.

    Parameters
    ----------
    file : pathlib.Path

    Returns
    -------
    Table
        ``frame`` of str with ``customer_id, event_time, quantity, amount``.
    """
    content = _content(file)
    frame = pd.read_csv(io.BytesIO(content), sep=r"\s+", header=None, skiprows=1, dtype=str, na_filter=False)
    frame.columns = ["customer_id", "event_time", "quantity", "amount"]
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return Table(frame, hashlib.sha256(content).hexdigest(), len(content), [], str(file.absolute()))


def map_columns(file, names, roles, columns):
    """Find the column of each role: the one that is given, else the one of the role's own name, in any case.

    Parameters
    ----------
    file : str
        Name of the file, for the message.
    names : list of str
        Columns of the file.
    roles : list of str
        Roles wanted.
    columns : dict of str to str
        Role to column, where given.

    Returns
    -------
    dict of str to str
        Role to column.

    Raises
    ------
    workbench.data.DataError
        If names repeat, a column is unknown, missing or ambiguous, or would fill two roles.

    Examples
    --------
    >>> map_columns("my.csv", ["CustID", "Amount"], ["customer_id", "amount"], {"customer_id": "CustID"})
    {'customer_id': 'CustID', 'amount': 'Amount'}
    """
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise DataError(f"{file}: more than one column is called {repeated[0]!r}; rename one of them.")
    mapping = {role: _column_of(file, names, role, columns.get(role)) for role in roles}
    for role, name in mapping.items():
        others = [other for other in mapping if other != role and mapping[other] == name]
        if others:
            raise DataError(
                f"{file}: column {name!r} cannot be both {role} and {others[0]}; map one elsewhere."
            )
    return mapping


def parse(file, frame, mapping, notes, *, unreadable="refuse"):
    """Parse every mapped column, or refuse its first bad row.

    Parameters
    ----------
    file : str
        Name of the file, for the message.
    frame : pandas.DataFrame
        What `read` gave.
    mapping : dict of str to str
        Role to column.
    notes : list of str
        Is added to.
    unreadable : {"refuse", "missing"}
        What to do with empty cells and impossible dates, unless the whole column is such.

    Returns
    -------
    pandas.DataFrame
        One column per role.

    Raises
    ------
    workbench.data.DataError
        With the column and the first bad row.

    Examples
    --------
    >>> notes = []
    >>> frame = pd.DataFrame({"when": ["2024-01-31", "soon"]}, index=[2, 3])
    >>> parse("my.csv", frame, {"event_time": "when"}, notes, unreadable="missing")["event_time"].isna().tolist()
    [False, True]
    >>> notes
    ['event_time: 1 not a date; left missing']
    """
    result = {}
    for role, name in mapping.items():
        values, problems, remarks = PARSERS[role](frame[name])
        if unreadable == "missing" and role != "amount":
            gone = problems[problems.isin(UNREADABLE)]
            if len(gone) < len(values):
                values = values.mask(values.index.isin(gone.index))
                problems = problems.drop(gone.index)
                remarks = remarks + _left_missing(gone)
        if len(problems):
            raise DataError(_problem(file, name, role, frame[name], problems))
        if frame.attrs.get("delimiter") == ";" and any(EITHER in remark for remark in remarks):
            raise DataError(
                f"{file}: column {name!r} ({role}): commas may group thousands or mark decimals, and a file with "
                "semicolons does not tell; write 1234 or 1.234 without commas."
            )
        notes += [f"{role}: {remark}" for remark in remarks]
        result[role] = values
    return pd.DataFrame(result).reset_index(drop=True)


def _left_missing(reasons):
    if reasons.empty:
        return []
    counts = reasons.str.removeprefix("is ").value_counts().sort_index()
    return [", ".join(f"{n} {reason}" for reason, n in counts.items()) + "; left missing"]


def _problem(file, name, role, column, problems):
    row, why = problems.index.min(), problems[problems.index.min()]
    value = repr(column[row]) if isinstance(column[row], str) else str(column[row])
    value = value if len(value) <= 40 else value[:37] + "..."
    n = int((problems == why).sum())
    alike = "1 such row" if n == 1 else f"{n} such rows"
    counted = "counted from 1" if file.lower().endswith(".parquet") else "the header is row 1"
    return (
        f"{file}: column {name!r} ({role}), row {row}: {value} {why} ({alike}; {counted}). "
        + ("" if "--" in why else "Correct or remove them in the file.")
    ).rstrip()


def _column_of(file, names, role, wanted):
    listed = f"Columns: {', '.join(filter(None, names))}."
    if wanted is not None:
        if wanted in names:
            return wanted
        raise DataError(f"{file}: unknown column {wanted!r} ({role}){did_you_mean(wanted, names)} {listed}")
    if role in names:
        return role
    same = [name for name in names if name.casefold() == role]
    if len(same) == 1:
        return same[0]
    what = f"columns {same} could all be" if same else "no column is called"
    raise DataError(f"{file}: {what} {role!r} ({ROLES[role]}); map one: {role}=COLUMN. {listed}")


def _content(file):
    if not file.name.lower().endswith((*TEXT_ENDINGS, ".parquet")):
        raise DataError(
            f"{file.name}: not a CSV or Parquet file by its name; save the table as .csv or .parquet."
        )
    if file.is_dir():
        raise DataError(f"{file.name}: a folder; name a file in it.")
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        beside = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
        close = difflib.get_close_matches(file.name, beside, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "check the path."
        raise DataError(f"{file.name}: no such file; {hint}") from None
    except OSError as error:
        raise DataError(f"{file.name}: cannot be read ({error.strerror}).") from None
    if not content.strip():
        raise DataError(f"{file.name}: empty file.")
    return content


def _unzip(name, content):
    if not name.lower().endswith(".gz"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise DataError(f"{name}: damaged, or not gzip; pack it again.") from None


def _parquet(name, content):
    try:
        frame = pd.read_parquet(io.BytesIO(content))
    except Exception as error:
        reason = str(error).splitlines()[0][:100]
        raise DataError(f"{name}: not a readable Parquet file ({reason}).") from None
    frame = frame.reset_index() if frame.index.names != [None] else frame
    frame.columns = frame.columns.astype(str)
    return frame.set_axis(pd.RangeIndex(1, len(frame) + 1))


def _decode(name, content, notes):
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        if "\0" in text:
            break
        if encoding != "utf-8":
            notes.append(f"read as {encoding.upper()}")
        return text.removeprefix("\ufeff")
    raise DataError(
        f"{name}: tried UTF-8, GB18030 and UTF-16 with a byte order mark, and the text is in none of them; "
        "save it as UTF-8."
    )


def _delimited(name, text, notes):
    """Parse delimited text strictly; rows without any content are left out and noted."""
    if "\n" not in text:  # the line ends of old Macintosh files
        text = text.replace("\r", "\n")
    delimiter = _delimiter(text)
    try:
        frame = pd.read_csv(
            io.StringIO(text.rstrip()),
            sep=delimiter,
            header=None,
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
        )
    except pd.errors.ParserError as error:
        raise DataError(f"{name}: {_reason(str(error))}") from None
    header = frame.iloc[0].str.strip().tolist()
    frame = frame.iloc[1:].set_axis(header, axis="columns")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    # Only rows whose first cell is empty can be empty, which spares a look at every cell.
    empty = frame[frame.iloc[:, 0].str.strip() == ""].apply(lambda c: c.str.strip() == "").all(axis=1)
    if empty.any():
        notes.append(f"{empty.sum()} empty rows left out")
        frame = frame.drop(index=empty.index[empty])
    frame.attrs["delimiter"] = delimiter
    return frame


def _delimiter(text):
    header = text.partition("\n")[0]
    widths = {d: len(next(csv.reader([header], delimiter=d), [])) for d in ",;\t|"}
    return max(widths, key=widths.get)


def _reason(error):
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", error):
        wanted, row, cells = found.groups()
        return (
            f"row {row} has {cells} cells, the header {wanted}; quote the cells that contain the delimiter."
        )
    if found := re.search(r"inside string starting at row (\d+)", error):
        return f"row {int(found[1]) + 1} opens a quotation mark that is never closed."
    return f"cannot be parsed ({error.splitlines()[0]})."
