"""Returns that cannot be: larger than their order, before it, or written in two ways at once."""

from collections.abc import Mapping

import pandas as pd

from workbench.checks import counted
from workbench.data.catalogue import DataError
from workbench.data.expressions import Expression, columns_of
from workbench.data.reading import place

__all__ = ["require_possible"]

NONE = pd.Series(dtype="float64")


def require_possible(
    file: str, frame: pd.DataFrame, values: Mapping[str, pd.Series], made_of: Mapping[str, Expression]
) -> None:
    """Refuse the first order whose return cannot be.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        The rows that are kept, for their places.
    values : dict of str to pandas.Series
        The values of each role, index of `frame`.
    made_of : mapping of str to Expression
        The columns of each role.

    Raises
    ------
    workbench.data.DataError
        Naming column and row.

    Examples
    --------
    >>> require_possible("f.csv", pd.DataFrame(index=[2]), {"amount": pd.Series([5.0], [2])}, {})
    """
    amount, back = values.get("amount", NONE), values.get("returned_amount")
    placed, came = values.get("event_time", NONE), values.get("returned_at")
    wrong = []
    if back is not None:
        wrong += [
            ("returned_amount", back < 0, "is negative; write what came back as a positive number"),
            (
                "amount",
                amount < 0,
                "is negative, and returned_amount is given: say what came back in one way",
            ),
            ("returned_amount", back > amount + 1e-9 * amount.abs(), "is larger than the order"),
        ]
    if came is not None:
        wrong += [("returned_at", came.dt.normalize() < placed.dt.normalize(), "lies before the order")]
    if came is not None and back is not None:
        wrong += [("returned_amount", came.notna() & back.isna(), "is empty, and returned_at is not")]
        wrong += [("returned_at", (back > 0) & came.isna(), "is empty, and returned_amount is not")]
    for role, rows, why in wrong:
        if rows.any():
            where, row, _ = place(frame, rows.index[rows][0], file)
            column = ", ".join(map(repr, columns_of(made_of[role])))
            alike = counted(int(rows.sum()), "such row")
            raise DataError(
                f"{where}: column {column} ({role}), row {row}: {why} ({alike}). Correct or remove them in the file."
            )
