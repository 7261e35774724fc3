"""A table's columns as a tree reads them: numbers in single precision, or codes of levels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils import assert_all_finite, check_array, check_consistent_length
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d, validate_data

from workbench import checks

LARGEST = float(np.finfo(np.float32).max)


@dataclass
class Input:
    """One column: its name, and its levels in order where it is nominal."""

    name: Any
    levels: pd.Index | None = None

    @property
    def nominal(self):
        return self.levels is not None

    def coded(self, column, rows):
        """Return a column as float32 with NaN, or as codes of levels with -1; levels never seen are unknown."""
        if self.nominal:
            return self.levels.get_indexer(pd.Index(column.astype(object)))
        return _numbers(column, self.name, rows)


def table(estimator, X, *, reset):
    """Return X as a DataFrame, after scikit-learn's checks of its shape and names."""
    if not isinstance(X, pd.DataFrame):
        X = X if hasattr(X, "dtype") or hasattr(X, "toarray") else np.asarray(X, dtype=object)
        X = check_array(X, dtype=None, ensure_all_finite=False, estimator=estimator)
    validate_data(estimator, X, reset=reset, skip_check_array=True)
    return X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)


def classes(y, table):
    """Return the classes, sorted, and the number of the class of each row, shape (n,)."""
    y = column_or_1d(y, warn=True)
    check_consistent_length(table, y)
    if y.dtype.kind == "f":
        assert_all_finite(y, input_name="y")
    check_classification_targets(y)
    codes, names = checks.codes(y, table, "y", "X")
    if len(names) < 2:
        raise ValueError(
            f"y holds one class only, {checks.shown(names[0])}; give cases of at least two classes."
        )
    return names, codes


def read(table):
    """Return an Input for each column of a DataFrame: numbers are numeric, text, truth and categories nominal."""
    return [_input(name, table.iloc[:, i]) for i, name in enumerate(table.columns)]


def coded(inputs, table):
    """Return the columns of a table as trees compare them."""
    return [item.coded(table.iloc[:, i], table.index) for i, item in enumerate(inputs)]


def _input(name, column):
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories().cat.categories
        return Input(name, pd.Index(used.astype(object)))
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return Input(name)
    seen = column.dropna().unique()
    if len(seen) and all(isinstance(value, str | bool | np.bool_) for value in seen):
        return Input(
            name, pd.Index(sorted(seen, key=lambda value: (type(value).__name__, value)), dtype=object)
        )
    return Input(name)


def _numbers(column, name, rows):
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        values = checks.numbers(column, f"Column {checks.shown(name)}", truth=True, largest=np.inf)
    bad = np.abs(values) > LARGEST
    if bad.any():
        at = int(bad.argmax())
        raise ValueError(
            f"Column {checks.shown(name)} must hold numbers of at most {LARGEST:.3g} in size, or none where they"
            f" are unknown: row {checks.shown(rows[at])} is {values[at]:g} (inf, or too large for single precision)."
        )
    return values.astype(np.float32)
