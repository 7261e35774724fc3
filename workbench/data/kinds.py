"""A table whose columns are of a kind each: text, number, day or truth."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.checks import did_you_mean, listed
from workbench.data.catalogue import DataError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load_columns"]

READ_AS = {kind: f"{kind}, may be missing" for kind in ("text", "number")}
READ_AS |= {"day": "date or time, may be missing", "truth": READ_AS["text"]}
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def load_columns(
    data_file: str | Path | Sequence[str],
    kinds: Mapping[str, str],
    *,
    needed: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    reading: Mapping[str, str] | None = None,
) -> "pd.DataFrame":
    """Load columns of known kinds from a file of the user's own; other columns are left alone.

    Parameters
    ----------
    data_file, reading
        As `load` takes them.
    kinds : dict of str to {"text", "number", "day", "truth"}
        What to read, each a role. A truth is yes or no, true or false, 1 or 0.
    needed : sequence of str
        Those that the file must have, with a value in every row.
    columns : dict of str to str, optional
        Role to column of the file, where that has another name.

    Returns
    -------
    pandas.DataFrame, one row per row of the file, in its order
        A column per role that the file has, in the order of `kinds`: str, float64, datetime64[us] or boolean, missing
        where the cell is empty. ``attrs["notes"]`` says what was noticed.

    Raises
    ------
    DataError
        With one line naming file, column and first bad row.

    Examples
    --------
    >>> kinds = {"customer_id": "text", "event_time": "day", "amount": "number"}
    >>> list(load_columns("data/telecom_rfm_ahp/payments.csv", kinds).dtypes.astype(str))
    ['str', 'datetime64[us]', 'float64']
    """
    from workbench.data import options, roles
    from workbench.data import reading as reading_
    from workbench.data.expressions import Column
    from workbench.data.reading import sources
    from workbench.data.record import record_parts

    name, columns = sources.title(data_file), dict(columns or {})
    for role in columns:
        if role not in kinds:
            raise DataError(
                f"{name}: {role!r} is not asked for{did_you_mean(role, kinds)} Known: {listed(kinds)}."
            )
    given = options.checked(reading)
    table = reading_.read(data_file, dict(reading or {}))
    names = [str(column) for column in table.frame.columns]
    having = {one.casefold() for one in names} | set(columns)
    wanted = [role for role in kinds if role in needed or role in having]
    found = roles.find_columns(name, names, wanted, columns, kinds)
    for role, expression in found.items():
        if not isinstance(expression, Column):
            raise DataError(f"{name}: {role} is read from one column, not {columns[role]!r}.")
    made_of = {role: expression.name for role, expression in found.items()}
    roles.require_clear(name, table.frame, made_of)
    notes = list(table.notes)
    result = _parsed(name, table.frame, made_of, kinds, needed, given, notes)
    record_parts(table, made_of, notes, None)
    result.attrs["notes"] = notes
    return result


def _parsed(file, frame, made_of, kinds, needed, given, notes):
    """The columns of all roles, each by its kind."""
    import pandas as pd

    from workbench.data import values
    from workbench.data.parsing.cells import is_empty

    marks = {key: given.get(key) for key in ("decimal", "time_format")}
    wanted = values.Wanted(list(made_of), {}, kinds={role: READ_AS[kinds[role]] for role in made_of}, **marks)
    result = {}
    for role, column in made_of.items():
        empty = is_empty(frame[column])
        if role in needed and empty.any():
            raise DataError(values.said(file, frame, role, frame[column], empty, "may not be empty"))
        if empty.all():
            result[role] = pd.Series(index=frame.index, dtype=_dtype(kinds[role]))
            continue
        result[role] = values.parsed(file, frame, role, frame[column], wanted, notes)
        if kinds[role] == "truth":
            result[role] = _truths(file, frame, role, column, result[role])
    return pd.DataFrame(result, index=frame.index).reset_index(drop=True)


def _dtype(kind):
    return {"text": "str", "number": "float64", "day": "datetime64[us]", "truth": "boolean"}[kind]


def _truths(file, frame, role, column, texts):
    """Truths of texts, missing where empty."""
    from workbench.data import values

    read = texts.str.casefold().map(TRUTHS)
    bad = read.isna() & texts.notna()
    if bad.any():
        raise DataError(values.said(file, frame, role, frame[column], bad, "is neither yes nor no"))
    return read.astype("boolean")
