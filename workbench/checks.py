"""What every family asks of its input, in one wording each: tables, labels, weights, numbers, choices, directions.

A check returns what it was given in the form that methods compute with, or raises a ValueError that says what was
given, what is allowed and what to do. Cells are named by row and column; nothing is dropped.
"""

# The command line imports this module: types stay text, and libraries are imported where they are used.
from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    import pandas as pd
    from numpy.typing import ArrayLike

PRINTED_ROUNDING = 0.005
"""How far weights or columns may miss the sum 1."""

DIRECTION = {"recency": -1, "frequency": 1, "monetary": 1}
"""The directions that are known: 1 where larger is better, -1 where smaller is."""

LONGEST = 120  # characters of a value in a message
ISO = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
TIMES = ("Timestamp", "Timedelta", "Period", "NaTType", "datetime64", "timedelta64")


# Words of messages


def did_you_mean(word: object, known: Iterable[object]) -> str:
    """Return "; did you mean …?", or a full stop where nothing is close.

    Examples
    --------
    >>> did_you_mean("amout", ["amount", "event_time"])
    "; did you mean 'amount'?"
    >>> did_you_mean("x", ["amount"])
    '.'
    """
    close = difflib.get_close_matches(str(word), [str(name) for name in known], n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else "."


def shown(value: Any) -> str:
    """Write a value or a label for a reader: as Python does, but without the names of numpy's types.

    Examples
    --------
    >>> import numpy as np
    >>> shown(np.int64(0)), shown("C1"), shown((np.str_("a"), np.float64(0.5)))
    ('0', "'C1'", "('a', 0.5)")
    """
    plain = _plain(value)
    text = plain if type(value).__name__ in TIMES else repr(plain)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def listed(names: Iterable[object]) -> str:
    """Write names in a row, the first twelve of many."""
    words = [shown(name) for name in names]
    return ", ".join(words[:12] + ["…"] * (len(words) > 12)) or "none"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list):
        return type(value)(map(_plain, value)) if type(value) in (tuple, list) else tuple(map(_plain, value))
    if type(value) is dict:
        return {_plain(key): _plain(item) for key, item in value.items()}
    if type(value).__name__ in TIMES:
        return str(value)
    return value.tolist() if hasattr(value, "tolist") else value


# Choices, numbers, names


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
    first, second, third = (int(part) for part in re.findall(r"\d+", text)[:3])
    year, month, day = (first, second, third) if first > 31 else (third, second, first)
    month, day = (day, month) if month > 12 else (month, day)
    try:
        return date(year if year > 99 else 2000 + year, month, day).isoformat()
    except ValueError:
        return "2024-03-05"


def known(what: str, name: object, names: Iterable[object], where: str = "") -> None:
    """Refuse a name that is none of the names; `where` says where it stands, such as " in group 'f'"."""
    names = list(names)
    if name not in names:
        hint = did_you_mean(name, names)
        raise ValueError(f"Unknown {what} {shown(name)}{where}{hint} Known: {listed(names)}.")


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


# Tables


def finite_table(X: Any, name: str = "X") -> np.ndarray:
    """Return the numbers of a table as floats, shape (n, m), or refuse a cell by name.

    Examples
    --------
    >>> finite_table([[1, 2], [3, float("nan")]])
    Traceback (most recent call last):
        ...
    ValueError: X must be finite, without NaN or inf: row 1, column 1 is nan. Remove or fill it first.
    """
    values = numbers(X, name)
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(
            f"{name} has shape {values.shape}; allowed is (n, m) with at least one row and one column."
        )
    _refuse_not_finite(values, X, name)
    return values


def finite_frame(X: Any, name: str = "frame") -> pd.DataFrame:
    """Return a table as a DataFrame of finite floats under the names that it has, or refuse a cell by name."""
    import pandas as pd

    values = finite_table(X, name)
    if not isinstance(X, pd.DataFrame):
        return pd.DataFrame(values, columns=getattr(X, "columns", None))
    distinct(f"The columns of {name}", X.columns)
    # A table that is numeric keeps its layout in memory, on which the last digit of a sum depends.
    numeric = all(map(pd.api.types.is_numeric_dtype, X.dtypes))
    return X.astype(float) if numeric else pd.DataFrame(values, X.index, X.columns)


def finite_vector(values: Any, name: str = "values") -> np.ndarray:
    """Return numbers as floats, shape (n,), or refuse one by name."""
    array = numbers(values, name)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} has shape {array.shape}; allowed is (n,) with at least one value.")
    _refuse_not_finite(array, values, name)
    return array


def numbers(X: Any, name: str) -> np.ndarray:
    """Return an array of floats, in which missing cells are NaN; refuse text, dates and rows of unequal length."""
    import numpy as np

    rule = f"{name} must hold numbers only, in rows of equal length"
    try:
        array = np.asarray(X)
    except ValueError:
        raise ValueError(f"{rule}.") from None
    if array.dtype.kind in "biuf":
        return array.astype(float, copy=False)
    values = np.empty(array.shape)
    for place, cell in np.ndenumerate(array.astype(object)):
        if isinstance(cell, list | tuple | np.ndarray):
            raise ValueError(f"{rule}.")
        if (x := _float(cell)) is None:
            raise ValueError(f"{rule}: {_where(place, X)} is {shown(cell)}.")
        values[place] = x
    return values


def rows_of(X: Any) -> pd.Index:
    """Return the row labels of a DataFrame or Series, else row numbers."""
    import pandas as pd

    return X.index if isinstance(X, pd.DataFrame | pd.Series) else pd.RangeIndex(len(X))


def _float(cell: object) -> float | None:
    import pandas as pd

    if isinstance(cell, Real | Decimal):
        return float(cell)
    return math.nan if pd.api.types.is_scalar(cell) and bool(pd.isna(cell)) else None


def _where(place: Sequence[int], X: Any) -> str:
    if len(place) == 0:
        return "it"
    row = f"row {shown(rows_of(X)[place[0]])}"
    if len(place) == 1:
        return row
    columns = getattr(X, "columns", range(place[1] + 1))
    return f"{row}, column {shown(columns[place[1]])}" + "".join(f", {i}" for i in place[2:])


def _refuse_not_finite(values: np.ndarray, X: Any, name: str) -> None:
    import numpy as np

    finite = np.isfinite(values)
    if not finite.all():
        place = tuple(np.argwhere(~finite)[0].tolist())
        raise ValueError(
            f"{name} must be finite, without NaN or inf: {_where(place, X)} is {values[place]:g}. "
            "Remove or fill it first."
        )


# Labels


def same_order(values: Any, table: Any, name: str, of: str) -> None:
    """Refuse a Series whose index is not that of the table: its values would silently belong to other rows."""
    import pandas as pd

    named = isinstance(values, pd.Series) and isinstance(table, pd.DataFrame | pd.Series)
    if named and len(values) == len(table) and not values.index.equals(table.index):
        raise ValueError(
            f"{name} is a Series in another order than {of}: reindex it to the same rows, or pass {name}.to_numpy() "
            "if only its index differs."
        )


def labels(labels: Any, table: Any, name: str = "labels", of: str = "the table") -> np.ndarray:
    """Return one label per row of a table, shape (n,), or refuse them."""
    import numpy as np
    import pandas as pd

    same_order(labels, table, name, of)
    rows = rows_of(table)
    array = np.asarray(labels)
    if array.shape != (len(rows),):
        raise ValueError(
            f"{name} has shape {array.shape}; allowed is ({len(rows)},), one label per row of {of}."
        )
    # numpy makes the text "nan" of a missing label among texts
    missing = np.asarray(pd.isna(pd.Series(labels) if isinstance(labels, list | tuple) else array))
    if missing.any():
        raise ValueError(
            f"{name} is missing in row {shown(rows[int(missing.argmax())])}; give every row one."
        )
    return array


def codes(
    labels_: Any, table: Any, name: str = "labels", of: str = "the table"
) -> tuple[np.ndarray, np.ndarray]:
    """Return labels as 0 … K-1 in sorted order, shape (n,), and the label of each code, shape (K,)."""
    import numpy as np
    import pandas as pd

    found, names = pd.factorize(labels(labels_, table, name, of), sort=True)
    return found, np.asarray(names)


# Weights and directions


def by_name(values: Any, names: Iterable[object], name: str) -> np.ndarray:
    """Return numbers in the order of the names: a mapping or Series by name, a sequence as it stands."""
    names = list(names)
    if hasattr(values, "keys"):
        given = dict(values)
        for key in given:
            if key not in names:
                hint = did_you_mean(key, names)
                raise ValueError(f"{name} names {shown(key)}, which is unknown{hint} Known: {listed(names)}.")
        for key in names:
            if key not in given:
                raise ValueError(
                    f"{name} has no entry for {shown(key)}; give one for each of {listed(names)}."
                )
        values = [given[key] for key in names]
    array = numbers(values, name)
    if array.shape != (len(names),):
        raise ValueError(
            f"{name} has shape {array.shape}; allowed is ({len(names)},), one for each of {listed(names)}."
        )
    return array


def not_negative(values: Any, names: Iterable[object], name: str) -> np.ndarray:
    """Return finite numbers from 0 upwards in the order of the names, shape (m,), or refuse one by name."""
    import numpy as np

    names = list(names)
    array = by_name(values, names, name)
    for i in np.flatnonzero(~(np.isfinite(array) & (array >= 0))):
        raise ValueError(
            f"{name} must be finite and not negative: that of {shown(names[i])} is {shown(array[i])}."
        )
    return array


def weights(values: Any, names: Iterable[object], name: str = "weights") -> np.ndarray:
    """Return weights of sum 1 in the order of the names, shape (m,), as given; their sum may miss 1 by rounding.

    Examples
    --------
    >>> weights({"recency": 0.2, "monetary": 0.801}, ["monetary", "recency"]).tolist()
    [0.801, 0.2]
    """
    array = not_negative(values, names, name)
    sum_to_one(float(array.sum()), name)
    return array


def shares(values: Any, names: Iterable[object], name: str) -> np.ndarray:
    """Return weights given on any scale, divided by their sum; equal ones where None is given."""
    import numpy as np

    names = list(names)
    array = np.ones(len(names)) if values is None else not_negative(values, names, name)
    if not array.any():
        raise ValueError(f"{name} are all 0; at least one must be above.")
    return array / array.sum()


def misses_one(total: Any) -> Any:
    """Say whether a sum misses 1 by more than printed rounding; element by element of an array."""
    return abs(total - 1) > PRINTED_ROUNDING + 1e-9


def sum_to_one(total: float, name: str) -> None:
    """Refuse a sum that misses 1 by more than printed rounding."""
    if misses_one(total):
        raise ValueError(
            f"{name} must sum to 1 (up to printed rounding, {PRINTED_ROUNDING}), not {total:.6g}; divide them by "
            "their sum."
        )


def rounding_note(total: float, name: str = "weights") -> dict[str, str]:
    """Return the ``attrs`` of a result whose weights miss the sum 1 by printed rounding: a ``note``, or nothing."""
    note = f"{name} sum to {total:.4g}, by rounding as printed; kept as given"
    return {"note": note} if abs(total - 1) > 1e-9 else {}


def printed_weights(values: ArrayLike, decimals: int, name: str) -> np.ndarray:
    """Return weights > 0 of so many printed decimals, shape (n,); what rounding to these leaves of the sum 1 is kept.

    They are what a search is to hit, so that a sum is refused that no rounding to these decimals can give.
    """
    array = finite_vector(values, name)
    half = 0.5 * 10.0 ** -whole_number("decimals", decimals, 0)
    for i, weight in enumerate(array.tolist()):
        if weight <= 0:
            raise ValueError(f"{name} must be positive: {name}[{i}] is {weight:g}.")
        if abs(weight - round(weight, decimals)) > 1e-12:
            raise ValueError(f"{name}[{i}] is {weight}, of more than decimals={decimals} decimals.")
    total = float(array.sum())
    if abs(total - 1) > len(array) * half + 1e-12:
        raise ValueError(f"{name} must sum to 1 within rounding to {decimals} decimals, not to {total:.6g}.")
    return array


def groups(groups: Mapping[Any, Any], indicators: Iterable[object]) -> dict[Any, list]:
    """Return each group's indicators as a list; every indicator must stand in one group, and no group be empty."""
    indicators, found = list(indicators), {}
    for group, members in groups.items():
        if isinstance(members, str) or not len(members):
            raise ValueError(
                f"Group {shown(group)} must be a list of at least one indicator, not {shown(members)}."
            )
        for member in members:
            known("indicator", member, indicators, f" in group {shown(group)}")
            if member in found:
                raise ValueError(
                    f"Indicator {shown(member)} is in group {shown(found[member])} and in {shown(group)}; keep one."
                )
            found[member] = group
    for name in indicators:
        if name not in found:
            raise ValueError(f"Indicator {shown(name)} is in no group; put it in one, or leave it out.")
    return {group: list(members) for group, members in groups.items()}


def signs(direction: Mapping[Any, int] | None, columns: Iterable[object]) -> np.ndarray:
    """Return 1 or -1 for each column, shape (m,), as its direction says: a column without one is refused.

    Examples
    --------
    >>> signs(None, ["recency", "visits"])
    Traceback (most recent call last):
        ...
    ValueError: direction has no entry for 'visits'. Pass {…, 'visits': 1} if larger is better, -1 if smaller is.
    """
    import numpy as np

    declared: dict[Any, int] = dict(DIRECTION if direction is None else direction)
    columns = list(columns)
    for name in columns:
        if name not in declared:
            hint = did_you_mean(name, [other for other in declared if other not in columns])
            raise ValueError(
                f"direction has no entry for {shown(name)}{hint} Pass {{…, "
                f"{shown(name)}: 1}} if larger is better, -1 if smaller is."
            )
        if declared[name] not in (1, -1):
            raise ValueError(
                f"direction[{shown(name)}] is {shown(declared[name])}; allowed are 1 (larger is better) and -1."
            )
    return np.array([declared[name] for name in columns], dtype=float)
