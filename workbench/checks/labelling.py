"""One label for each row of a table."""

# The command line imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.checks.tables import rows_of
from workbench.checks.words import listed, shown

if TYPE_CHECKING:
    import numpy as np


def names_once(table: Any, name: str, axis: str = "index") -> None:
    """Refuse a table or Series with one label for several rows, or columns: one would be taken for the other."""
    import pandas as pd

    # Other data frames name no column twice, and may be lazy.
    labels = getattr(table, axis) if isinstance(table, pd.DataFrame | pd.Series) else pd.Index([])
    if not labels.is_unique:
        what = "row" if axis == "index" else "column"
        twice = shown(labels[labels.duplicated()][0])
        raise ValueError(f"The labels of {name} must be distinct: {twice} names more than one {what}.")


def same_labels(A: Any, name: str = "A") -> None:
    """Refuse a square DataFrame whose rows are labelled otherwise than its columns; row numbers are no labels.

    Examples
    --------
    >>> import pandas as pd
    >>> same_labels(pd.DataFrame([[1, 2], [0.5, 1]], index=["a", "b"], columns=["b", "a"]))
    Traceback (most recent call last):
        ...
    ValueError: Rows and columns of A must have the same labels in the same order: 'a', 'b' and 'b', 'a'; A.loc[labels,
    labels] brings both into one.
    """
    import pandas as pd

    if not isinstance(A, pd.DataFrame):
        return
    for axis in ("index", "columns"):
        names_once(A, name, axis)
    if any(isinstance(labels, pd.RangeIndex) for labels in A.axes) or list(A.index) == list(A.columns):
        return
    raise ValueError(
        f"Rows and columns of {name} must have the same labels in the same order: {listed(A.index)} and "
        f"{listed(A.columns)}; {name}.loc[labels, labels] brings both into one."
    )


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
