"""One choice, number, moment or name, and the names of a table's columns."""

# The command line imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from workbench.checks.words import did_you_mean, listed, shown

if TYPE_CHECKING:
    import numpy as np

ISO = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"


def one_of(name: str, value: object, allowed: Iterable[str]) -> None:
    """Refuse a choice that is not offered."""
    allowed = list(allowed)
    if not isinstance(value, str) or value not in allowed:
        hint = did_you_mean(value, allowed)
        raise ValueError(f"{name} must be one of {listed(allowed)}, not {shown(value)}{hint}")


def whole_number(name: str, value: Any, least: int = 1, most: int | None = None, why: str = "") -> int:
    """Return a whole number in a range, such as k, or refuse it; `why` says where the upper end comes from."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or int(value) < least or (most is not None and int(value) > most):
        ends = f"from {least}" if most is None else f"from {least} to {most}"
        raise ValueError(
            f"{name} is {shown(value)}; allowed are whole numbers {ends}{', ' + why if why else ''}."
        )
    return int(value)


def number(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    least: float | None = None,
    below: float | None = None,
    most: float | None = None,
) -> float:
    """Return a finite number between two ends, or refuse it; `above` and `below` leave out the end itself."""
    if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(x := float(value)):
        low = (above is None or x > above) and (least is None or x >= least)
        if low and (below is None or x < below) and (most is None or x <= most):
            return x
    ends = {"above": above, "at least": least, "below": below, "at most": most}
    wanted = " and ".join(f"{word} {end:g}" for word, end in ends.items() if end is not None)
    raise ValueError(
        f"{name} is {shown(value)}; allowed is a finite number{', ' + wanted if wanted else ''}."
    )


def generator(random_state: Any, name: str = "random_state") -> np.random.Generator:
    """Return a source of random numbers: the one that is given, a new one of a seed, or any where None is given.

    Examples
    --------
    >>> generator(-1)
    Traceback (most recent call last):
        ...
    ValueError: random_state is -1; allowed are None, a Generator and whole numbers from 0.
    """
    import numpy as np

    seed = (
        isinstance(random_state, Integral) and not isinstance(random_state, bool) and int(random_state) >= 0
    )
    if random_state is None or seed or isinstance(random_state, np.random.Generator):
        return np.random.default_rng(random_state)
    raise ValueError(
        f"{name} is {shown(random_state)}; allowed are None, a Generator and whole numbers from 0."
    )


def iso_date(name: str, text: str) -> None:
    """Refuse the text of a date in any other form than ISO's, which alone leaves no order of day and month open.

    Examples
    --------
    >>> iso_date("start", "2024-01-31 09:30")
    >>> iso_date("start", "12.01.2026")
    Traceback (most recent call last):
        ...
    ValueError: start: '12.01.2026' given; write 2026-01-12
    >>> iso_date("start", "2024-02-30")
    Traceback (most recent call last):
        ...
    ValueError: start: '2024-02-30' is no day of the calendar; write a date such as 2024-01-31
    """
    if not (form := re.fullmatch(ISO, text.strip())):
        raise ValueError(f"{name}: {shown(text)} given; write {_iso(text)}")
    if form[4]:
        raise ValueError(f"{name}: {shown(text)} given; write it without a time zone")
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            f"{name}: {shown(text)} is no day of the calendar; write a date such as 2024-01-31"
        ) from None


def moment(name: str, value: Any) -> datetime:
    """Return a date, a datetime or an ISO text as a datetime without time zone, or refuse it.

    Examples
    --------
    >>> print(moment("start", "2024-01-31"), moment("start", "2024-01-31 09:30"))
    2024-01-31 00:00:00 2024-01-31 09:30:00
    >>> moment("start", "05/03/2024")
    Traceback (most recent call last):
        ...
    ValueError: start is '05/03/2024': day or month first? write 2024-03-05
    """
    import pandas as pd

    if (
        isinstance(value, str)
        and not re.fullmatch(ISO, value.strip())
        and len(re.findall(r"\d+", value)) >= 3
    ):
        raise ValueError(f"{name} is {shown(value)}: day or month first? write {_iso(value)}")
    whole = isinstance(value, str) and re.fullmatch(ISO, value.strip())
    try:
        when = pd.Timestamp(value) if whole or hasattr(value, "year") or _is_datetime64(value) else pd.NaT
    except ValueError:
        when = pd.NaT
    if not isinstance(when, pd.Timestamp):
        raise ValueError(f"{name} must be a date such as '2024-01-31', not {shown(value)}.")
    if when.tzinfo is not None:
        raise ValueError(
            f"{name} must be a date such as '2024-01-31': {shown(value)} carries a time zone, and {name} must be "
            "without time zone."
        )
    return when.to_pydatetime()


def _is_datetime64(value: Any) -> bool:
    return type(value).__name__ == "datetime64"


def _iso(text: str) -> str:
    """Write a date of another form in ISO's, the day first where that is open; an example where it is none."""
    parts = [int(part) for part in re.findall(r"\d+", text)[:3]]
    if len(parts) < 3:
        return "a date such as 2024-01-31"
    first, second, third = parts
    year, month, day = (first, second, third) if first > 31 else (third, second, first)
    month, day = (day, month) if month > 12 else (month, day)
    try:
        return date(year if year > 99 else 2000 + year, month, day).isoformat()
    except ValueError:
        return "2024-03-05"


def month(name: str, value: Any) -> str:
    """Return a month written as YYYY-MM, or refuse it.

    Examples
    --------
    >>> month("month", "2014-3")
    Traceback (most recent call last):
        ...
    ValueError: month is '2014-3'; allowed is a month written as YYYY-MM, such as '2014-03'.
    """
    if isinstance(value, str) and re.fullmatch(r"(?!0000)\d{4}-(0[1-9]|1[0-2])", value):
        return str(value)
    raise ValueError(f"{name} is {shown(value)}; allowed is a month written as YYYY-MM, such as '2014-03'.")


def known(what: str, name: object, names: Iterable[object], where: str = "") -> None:
    """Refuse a name that is none of the names; `where` says where it stands, such as " in group 'f'"."""
    names = list(names)
    if name not in names:
        hint = did_you_mean(name, names)
        raise ValueError(f"Unknown {what} {shown(name)}{where}{hint} Known: {listed(names)}.")


def storable(what: str, text: str) -> None:
    """Refuse a text that no database stores."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError(
            f"{what} {shown(text)} holds NUL or half a surrogate pair, which no database stores."
        )


def distinct(what: str, names: Iterable[object]) -> list:
    """Return names as a list, or refuse none at all and a name that comes twice."""
    names = list(names)
    if not names:
        raise ValueError(f"{what} must hold at least one name.")
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ValueError(f"{what} must be distinct: {shown(name)} comes twice.")
    return names


def needed_columns(columns: Iterable[object], needed: Iterable[str], name: str) -> None:
    """Refuse a table that lacks a column."""
    columns, needed = list(columns), list(needed)
    for column in needed:
        if column not in columns:
            hint = did_you_mean(column, [other for other in columns if other not in needed])
            raise ValueError(f"{name} lacks the column {shown(column)}{hint} Columns: {listed(columns)}.")
