"""Tables and vectors of finite numbers; a cell that is none is named by row and column."""

# The command line imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

from workbench.checks.choices import distinct
from workbench.checks.words import shown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


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
