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

LARGEST = 1e150
"""What numbers may be at most in size: squares of larger ones leave the range of floats."""
ROUNDING = 1e-12, 1e-15
"""Differences that arithmetic alone makes: relative to the numbers, and between numbers whose own size is lost."""


def finite_table(X: Any, name: str = "X", *, largest: float = LARGEST) -> np.ndarray:
    """Return the numbers of a table as floats, shape (n, m), or refuse a cell by name.

    Examples
    --------
    >>> finite_table([[1, 2], [3, float("nan")]])
    Traceback (most recent call last):
        ...
    ValueError: X must be finite, without NaN or inf: row 1, column 1 is nan. Remove or fill it first.
    """
    values = numbers(X, name, truth=True, largest=largest)
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


def finite_vector(values: Any, name: str = "values", *, truth: bool = False) -> np.ndarray:
    """Return numbers as floats, shape (n,), or refuse one by name; `truth` is as in `numbers`."""
    array = numbers(values, name, truth=truth)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} has shape {array.shape}; allowed is (n,) with at least one value.")
    _refuse_not_finite(array, values, name)
    return array


def without_noise(X: Any, *, absolute: bool = True) -> Any:
    """Return a table or vector in which a column whose values differ by rounding alone is constant.

    A scaling would blow such differences up to 0 … 1. The smallest that counts is 10⁻¹² of the largest value, and
    10⁻¹⁵ where `absolute` says that a unit near 1 is meant: what is left of a centred column is smaller.

    Examples
    --------
    >>> import pandas as pd
    >>> without_noise(pd.DataFrame({"a": [0.3, 0.1 + 0.2], "b": [0.3, 0.4]})).to_dict("list")
    {'a': [0.3, 0.3], 'b': [0.3, 0.4]}
    """
    import numpy as np
    import pandas as pd

    values = np.asarray(X, dtype=float)
    with np.errstate(over="ignore"):  # then it is no noise
        spread, size = np.ptp(values, axis=0), np.abs(values).max(axis=0)
    noise = (spread > 0) & (spread <= np.maximum(ROUNDING[0] * size, ROUNDING[1] * absolute))
    if not noise.any():
        return X
    calm = np.where(noise, values[0], values)
    if isinstance(X, pd.DataFrame):
        return pd.DataFrame(calm, X.index, X.columns)
    return pd.Series(calm, X.index, name=X.name) if isinstance(X, pd.Series) else calm


def numbers(X: Any, name: str, *, truth: bool = False, largest: float = LARGEST) -> np.ndarray:
    """Return an array of floats, in which missing and masked cells are NaN; refuse all that is no number.

    Texts, dates, complex numbers and rows of unequal length are none, nor is a number above `largest` in size. True
    and false are 1 and 0 where `truth` says that indicators are meant; judgements and weights they are not.
    """
    import numpy as np

    rule = f"{name} must hold numbers only, in rows of equal length"
    try:
        array = X.astype(object).filled(np.nan) if isinstance(X, np.ma.MaskedArray) else np.asarray(X)
    except ValueError:
        raise ValueError(f"{rule}.") from None
    plain = array.dtype.kind in ("biuf" if truth else "iuf")
    values = array if plain else _of_objects(array, X, rule, truth)
    values = values.astype(float, copy=False)
    for place in np.argwhere((np.abs(values) > largest) & np.isfinite(values)).tolist():
        raise ValueError(
            f"{name} must hold numbers of at most {largest:g} in size: {_where(place, X)} is {values[tuple(place)]:g}."
        )
    return values


def _of_objects(array: np.ndarray, X: Any, rule: str, truth: bool) -> np.ndarray:
    """Return the cells of an array of objects as floats."""
    import numpy as np

    values = np.empty(array.shape)
    for place, cell in np.ndenumerate(array.astype(object)):
        if isinstance(cell, list | tuple | np.ndarray):
            raise ValueError(f"{rule}.")
        of_truth = isinstance(cell, bool | np.bool_)
        if (x := None if of_truth and not truth else _float(cell)) is None:
            hint = "; write 1 and 0" if of_truth else ""
            raise ValueError(f"{rule}: {_where(place, X)} is {shown(cell)}{hint}.")
        values[place] = x
    return values


def rows_of(X: Any) -> pd.Index:
    """Return the row labels of a DataFrame or Series, else row numbers."""
    import pandas as pd

    return X.index if isinstance(X, pd.DataFrame | pd.Series) else pd.RangeIndex(len(X))


def _float(cell: object) -> float | None:
    import pandas as pd

    if isinstance(cell, Real | Decimal):
        try:
            return float(cell)
        except OverflowError:
            return math.inf
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
