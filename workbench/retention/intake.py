"""What a loop takes in: months and tables, checked before a database sees them."""

import calendar
import math
import re
from collections.abc import Mapping
from datetime import date
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from workbench import checks
from workbench.checks import listed, shown
from workbench.retention.tables import ALLOWED, RetentionError

__all__ = [
    "day",
    "deadline",
    "ends",
    "label",
    "month_number",
    "month_of",
    "rows_of",
    "refuse_ended",
    "refuse_uncalled",
    "said_effect",
    "taken",
]

LARGEST = 255  # characters of a name
Columns = dict[str, list]


def month_of(month: Any, name: str = "month") -> str:
    """Return a month as YYYY-MM, or refuse it.

    Examples
    --------
    >>> month_of(pd.Period("2014-03"))
    '2014-03'
    >>> month_of("2014-3")
    Traceback (most recent call last):
        ...
    ValueError: month is '2014-3'; allowed is a month written as YYYY-MM, such as '2014-03'.
    """
    return checks.month(name, str(month) if isinstance(month, pd.Period) else month)


def month_number(month: str) -> int:
    """Return a month as a number, of which one more is the next month."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def ends(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def taken(
    table: sa.Table, rows: pd.DataFrame, name: str, *, instead: Mapping[str, str] = {}, **given: Any
) -> Columns:
    """Return the columns of a table in the database as lists of plain values, or refuse all rows.

    Parameters
    ----------
    table : sqlalchemy.Table
        Whose columns are looked for among the columns and the names of the index; others are not kept.
    rows : DataFrame
    name : str
        What messages call it.
    instead : mapping of str to str
        A column that may be missing, wholly or in some rows, where another one is there.
    **given
        Values of columns that are the same for every row, and need not be among its columns.
    """
    if not isinstance(rows, pd.DataFrame):
        raise ValueError(f"{name} must be a pandas DataFrame, not {type(rows).__name__}.")
    named = [level for level in rows.index.names if level is not None and level not in rows.columns]
    rows = rows.reset_index(named) if named else rows
    checks.names_once(rows, name, "columns")
    columns = [column for column in table.columns if column.name != "number"]  # which the loop gives
    wanted = [column for column in columns if column.name not in given]
    gaps = {column.name for column in wanted if column.nullable or instead.get(column.name) in rows}
    checks.needed_columns(rows.columns, [column.name for column in wanted if column.name not in gaps], name)
    found = {
        column.name: _values(column, rows[column.name], name, gaps=column.name in gaps)
        for column in columns
        if column.name in rows
    }
    for key, value in given.items():
        for other in found.get(key, []):
            if other != value:
                raise ValueError(
                    f"{name} holds rows of {key} {shown(other)} besides {shown(value)}; part them."
                )
        found[key] = [value] * len(rows)
    missing = {column.name: [None] * len(rows) for column in wanted if column.name not in found}
    _refuse_repeated(table, found, name)
    return {**found, **missing}


def rows_of(columns: Columns) -> list[dict[str, Any]]:
    """Return columns as a list of rows."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def refuse_ended(columns: Columns, month: str) -> None:
    """Refuse scores of contracts that ended before the month."""
    for customer, end in zip(columns["customer_id"], columns["contract_end"], strict=True):
        if end < ends(month)[0]:
            raise ValueError(
                f"The contract of {shown(customer)} ended on {end}, before {month}; publish it in its own month."
            )


def refuse_uncalled(columns: Columns, month: str, arms: Mapping[str, str], since: Mapping[str, date]) -> None:
    """Refuse feedback for customers nobody was asked to call, by name and reason."""
    breaches: dict[str, list] = {}
    for customer, day in zip(columns["customer_id"], columns["reported_on"], strict=True):
        arm = arms.get(customer)
        if customer in since and (arm is None or since[customer] < day):
            breaches.setdefault("opted out", []).append(customer)
        elif arm is None:
            breaches.setdefault(f"not on the list of {month}", []).append(customer)
        elif arm == "control":
            breaches.setdefault("control, whom nobody may call", []).append(customer)
    if breaches:
        said = "; ".join(f"{listed(dict.fromkeys(names))}: {why}" for why, names in breaches.items())
        raise RetentionError(
            f"Feedback was given for customers who were not to be called: {said}. Nothing was kept; a call to any of "
            "them spoils the effect."
        )


def label(columns: Columns, month: str, contracts: Mapping[str, date], end: date | None) -> None:
    """Fill in who churned where it is to be derived, or refuse customers whose label is not known or contradicted."""
    faults: dict[str, list] = {}
    given = zip(columns["customer_id"], columns["churned"], columns["renewed_on"], strict=True)
    for row, (customer, churned, renewed) in enumerate(given):
        last = deadline(contracts[customer]) if customer in contracts else None
        if last is None:
            faults.setdefault(f"no score in {month}", []).append(customer)
        elif churned is None and end is None:
            faults.setdefault("churned is missing, and so is the observation_end to derive it", []).append(
                customer
            )
        elif end is not None and end <= last:
            faults.setdefault("label not known yet", []).append(customer)
        elif churned is None:
            columns["churned"][row] = renewed is None or renewed > last
        elif renewed is not None and churned == (renewed <= last):
            faults.setdefault("day of renewal contradicts churned", []).append(customer)
    if faults:
        said = "; ".join(f"{listed(names)}: {why}" for why, names in faults.items())
        raise RetentionError(
            f"Outcomes were refused, and nothing was kept: {said}. A label is known when the month after that of "
            "the contract's end is over."
        )


def deadline(contract_end: date) -> date:
    """Return the last day on which a renewal counts: the end of the month after the contract's end.

    Examples
    --------
    >>> print(deadline(date(2013, 1, 31)), deadline(date(2013, 12, 15)))
    2013-02-28 2014-01-31
    """
    year, number = divmod(contract_end.year * 12 + contract_end.month, 12)
    return ends(f"{year:04}-{number + 1:02}")[1]


def day(value: Any, name: str) -> date | None:
    """Return a date, or None where none is given."""
    return None if value is None else checks.moment(name, value).date()


def said_effect(seen: Mapping[str, Any]) -> str:
    """Say an effect in words."""
    if math.isnan(seen["effect"]):
        return "there is no stratum with known outcomes in both arms"
    return (
        f"{seen['control_churned']} of {seen['control']} control customers left and {seen['contact_churned']} of "
        f"{seen['contact']} in the contact arm, an effect of {seen['effect']:.3f} "
        f"({seen['low']:.3f} to {seen['high']:.3f})"
    )


def _refuse_repeated(table, found, name):
    key = [column.name for column in table.primary_key if column.name in found]
    if not key:
        return
    seen = set()
    for values in zip(*(found[column] for column in key), strict=True):
        if values in seen:
            said = " ".join(f"{column} {shown(value)}" for column, value in zip(key, values, strict=True))
            raise ValueError(f"{name} has two rows for {said}; keep one.")
        seen.add(values)


def _values(column, values, name, *, gaps):
    """The values of one column as the database keeps them; None where there is none."""
    what = f"{column.name} of {name}"
    plain = _without_gaps(values)
    if not gaps and None in plain:
        raise ValueError(f"{what} is missing in row {shown(values.index[plain.index(None)])}.")
    if isinstance(column.type, sa.Date):
        return _days(values, plain, what, last=column.name == "valid_to")
    read = {sa.Boolean: _truths, sa.Integer: _counts, sa.Double: _numbers}
    how = next((function for kind, function in read.items() if isinstance(column.type, kind)), _texts)
    found = how(plain, what, values.index)
    if column.name == "month":
        return [month_of(month, what) for month in found]
    if column.name in ALLOWED:
        for value in set(found):
            checks.one_of(what, value, ALLOWED[column.name])
    if column.name == "probability":
        _refuse(plain, what, values.index, [x > 1 for x in found], "a probability from 0 to 1")
    return found


def _without_gaps(values):
    """Plain values, None where one is missing."""
    plain = values.tolist()
    if not values.isna().any():
        return plain
    return [None if gap else value for value, gap in zip(plain, values.isna().tolist(), strict=True)]


def _refuse(plain, what, index, bad, allowed):
    if any(bad):
        row = list(bad).index(True)
        raise ValueError(f"{what} is {shown(plain[row])} in row {shown(index[row])}; allowed is {allowed}.")


def _texts(plain, what, index):
    """Texts; a whole number, which an identifier may be, is written as one."""
    whole = [isinstance(value, Integral) and not isinstance(value, bool | np.bool_) for value in plain]
    if any(whole):
        plain = [str(value) if number else value for value, number in zip(plain, whole, strict=True)]
    bad = [value is not None and not (isinstance(value, str) and value) for value in plain]
    _refuse(plain, what, index, bad, "a text that is not empty, or a whole number")
    for value in set(plain) - {None}:
        checks.storable(what, value)
        if len(value) > LARGEST and not what.startswith(("rule", "action", "note")):
            raise ValueError(f"{what} {shown(value)} has {len(value)} characters; allowed are {LARGEST}.")
    return [None if value is None else str(value) for value in plain]


def _numbers(plain, what, index):
    def is_number(value):
        return isinstance(value, Real) and not isinstance(value, bool | np.bool_) and math.isfinite(value)

    bad = [value is not None and not (is_number(value) and value >= 0) for value in plain]
    _refuse(plain, what, index, bad, "a finite number from 0")
    return [None if value is None else float(value) + 0.0 for value in plain]


def _counts(plain, what, index):
    found = _numbers(plain, what, index)
    _refuse(plain, what, index, [x % 1 != 0 or x >= 2**31 for x in found], "a whole number from 0")
    return [int(x) for x in found]


def _truths(plain, what, index):
    bad = [value is not None and not isinstance(value, bool | np.bool_) for value in plain]
    _refuse(plain, what, index, bad, "True or False")
    return [None if value is None else bool(value) for value in plain]


def _days(values, plain, what, *, last):
    """Days; a month stands for its first day, or for its last one where a period ends."""
    if pd.api.types.is_datetime64_any_dtype(values) and values.dt.tz is None:
        return [None if value is None else value.date() for value in plain]
    known = {value: _day(value, what, last=last) for value in {v for v in plain if v is not None}}
    return [None if value is None else known[value] for value in plain]


def _day(value: Any, what: str, *, last: bool) -> date:
    text = str(value) if isinstance(value, pd.Period) else value
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d{2}", text):
        return ends(month_of(text, what))[last]
    return checks.moment(what, text).date()
