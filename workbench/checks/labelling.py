"""One label for each row of a table."""

# The command line imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.checks.tables import rows_of
from workbench.checks.words import shown

if TYPE_CHECKING:
    import numpy as np


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
