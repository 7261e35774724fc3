"""Sources to tables: whole, or a sample of them; and their columns to roles.

The bytes are read once, so that the sha256 is that of what was parsed. The index of a table is the row that a
spreadsheet shows: the first after a header in row 1 is row 2 (row 1 in Parquet, which has no header row). Where
several files make one table, the index goes on, and `place` says which row of which file is meant.
"""

import io
from pathlib import Path

import pandas as pd

from workbench.checks import did_you_mean
from workbench.data import files, options, parts, sampling, sources
from workbench.data.catalogue import ROLES, DataError
from workbench.data.encodings import LEFT_OPEN
from workbench.data.parsing import PARSERS, UNREADABLE
from workbench.data.parts import Dialect, Part, Table, place

__all__ = ["Table", "head", "map_columns", "parse", "place", "read", "read_cdnow", "require_clear"]


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


def map_columns(file: str, names: list[str], roles: list[str], columns: dict[str, str]) -> dict[str, str]:
    """Find the column of each role: the one that is given, else the one of the role's own name, in any case.

    Parameters
    ----------
    file : str
        Name of the file, for the message.
    names : list of str
        Columns of the file. Those that no role asks for may repeat.
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
        If a column is unknown, missing, repeated or ambiguous, or would fill two roles.

    Examples
    --------
    >>> map_columns("my.csv", ["CustID", "Amount"], ["customer_id", "amount"], {"customer_id": "CustID"})
    {'customer_id': 'CustID', 'amount': 'Amount'}
    """
    mapping = {role: _column_of(file, names, role, columns.get(role)) for role in roles}
    for role, name in mapping.items():
        if names.count(name) > 1:
            raise DataError(
                f"{file}: more than one column is called {name!r} ({role}); rename one of them in the file."
            )
        others = [other for other in mapping if other != role and mapping[other] == name]
        if others:
            raise DataError(
                f"{file}: column {name!r} cannot be both {role} and {others[0]}; map one elsewhere."
            )
    return mapping


def require_clear(file: str, frame: pd.DataFrame, columns: dict[str, str]) -> None:
    """Refuse columns that are needed and hold characters which the evidence of their encoding leaves open.

    Parameters
    ----------
    file : str
        Name of the file, for the message.
    frame : pandas.DataFrame
        What `read` or `head` gave.
    columns : dict of str to str
        Role, or another use, to column.

    Raises
    ------
    workbench.data.DataError
        Naming column, row and the option that decides.

    Examples
    --------
    >>> require_clear("f.csv", pd.DataFrame({"id": ["a"]}), {"customer_id": "id"})
    """
    for role, name in columns.items():
        why = frame.attrs.get("open", {}).get(name)
        if why is None or name not in frame or not isinstance(frame[name].dtype, pd.StringDtype):
            continue
        bad = frame[name][frame[name].str.contains(LEFT_OPEN, regex=False)]
        if len(bad):
            where, row, _ = place(frame, bad.index[0], file)
            shown = _shown(bad.iloc[0])
            raise DataError(f"{where}: column {name!r} ({role}), row {row}: characters of {shown} {why}.")


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
    require_clear(file, frame, mapping)
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
            raise DataError(_problem(file, frame, name, role, problems))
        notes += [f"{role}: {remark}" for remark in remarks]
        result[role] = values
    return pd.DataFrame(result).reset_index(drop=True)


def _asked(address: str, given: dict[str, str], limit: int | None = None) -> Table:
    others = [options.flag(key) for key in ("encoding", "delimiter", "skip_rows", "sheet") if key in given]
    if others:
        raise DataError(f"{others[0]} is for files, and --data is a database.")
    from workbench.data import databases  # SQLAlchemy takes half a second to import

    frame, shown = databases.answer(address, given.get("query"), limit=limit)
    exact = limit is None or len(frame) < limit
    part = Part(shown, None, None, len(frame), 0, 0)
    frame.attrs["parts"] = [part]
    return Table(frame, None, None, [], shown, Dialect("database"), (part,), len(frame), exact)


def _refuse_query(file: str, given: dict[str, str]) -> None:
    if "query" in given:
        raise DataError(
            f"{file}: --query is for a database; name one by its address, or a .duckdb or .db file."
        )


def _left_missing(reasons):
    if reasons.empty:
        return []
    counts = reasons.str.removeprefix("is ").value_counts().sort_index()
    return [", ".join(f"{n} {reason}" for reason, n in counts.items()) + "; left missing"]


def _shown(value) -> str:
    value = repr(value) if isinstance(value, str) else str(value)
    return value if len(value) <= 40 else value[:37] + "..."


def _problem(file, frame, name, role, problems):
    row, why = problems.index.min(), problems[problems.index.min()]
    n = int((problems == why).sum())
    alike = "1 such row" if n == 1 else f"{n} such rows"
    where, number, part = place(frame, row, file)
    header = part.header if part else 0 if file.lower().endswith(".parquet") else 1
    counted = f"the header is row {header}" if header else "counted from 1"
    remedy = "" if "--" in why else " Correct or remove them in the file."
    shown = _shown(frame[name][row])
    return f"{where}: column {name!r} ({role}), row {number}: {shown} {why} ({alike}; {counted}).{remedy}"


def _column_of(file, names, role, wanted):
    listed = f"Columns: {', '.join(filter(None, names))}."
    if wanted is not None:
        if wanted in names:
            return wanted
        same = [name for name in names if name and _loosely(name) == _loosely(wanted)]
        if len(same) == 1:
            return same[0]
        raise DataError(f"{file}: unknown column {wanted!r} ({role}){did_you_mean(wanted, names)} {listed}")
    if role in names:
        return role
    same = [name for name in names if name.casefold() == role]
    if len(same) == 1:
        return same[0]
    what = f"columns {same} could all be" if same else "no column is called"
    raise DataError(f"{file}: {what} {role!r} ({ROLES[role]}); map one: {role}=COLUMN. {listed}")


def _loosely(name: str) -> str:
    return " ".join(name.split()).casefold()
