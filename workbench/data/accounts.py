"""Rows of customers with assets or revenue: what no such row can say."""

from collections.abc import Mapping

import pandas as pd

from workbench.checks import counted
from workbench.data import repeats
from workbench.data.catalogue import LIMITS, DataError
from workbench.data.expressions import Expression, columns_of
from workbench.data.reading import place

__all__ = ["require_possible"]

PARTLY = ("leaving_risk", "contacts_per_month")  # known of every customer, or of none


def require_possible(
    file: str,
    frame: pd.DataFrame,
    values: Mapping[str, pd.Series],
    made_of: Mapping[str, Expression],
    *,
    whole: bool = True,
) -> None:
    """Refuse a row that no customer can have: a number outside its limits, or the same customer and month again.

    Besides, numbers that share nothing out: of some customers only, or, where only what is brought counts, all 0.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        The rows that are kept, as they were read.
    values : dict of str to pandas.Series
        Each role's values of these rows.
    made_of : dict of str to Expression
    whole : bool
        Whether these are all rows, not a sample.

    Raises
    ------
    workbench.data.DataError
        With file, column and first bad row.
    """
    here = [role for role in LIMITS if role in values]
    for role in here:
        least, most = LIMITS[role]
        wrong = values[role][(values[role] < least) | (values[role] > most)]
        if len(wrong):
            where, row, _ = place(frame, wrong.index[0], file)
            allowed = f"numbers from {least:g}" + (f" to {most:g}" if most < float("inf") else "")
            raise DataError(
                f"{where}: column {', '.join(map(repr, columns_of(made_of[role])))} ({role}), row {row}: "
                f"{wrong.iloc[0]:g} ({counted(len(wrong), 'such row')}); allowed are {allowed}. "
                f"{'Take returns off the payments first' if role == 'revenue' else 'Correct it in the file'}."
            )
    for role in PARTLY:
        empty = values[role][values[role].isna()] if role in values else ()
        if 0 < len(empty) < len(frame):
            where, row, _ = place(frame, empty.index[0], file)
            raise DataError(
                f"{where}: column {', '.join(map(repr, columns_of(made_of[role])))} ({role}), row {row} is empty "
                f"({counted(len(empty), 'such row')}), and what others have cannot stand for it. Fill it in, leave the "
                f"column out of --map, or such rows: --drop-without {role}."
            )
        if whole and len(frame) and role in values and not (values[role] > 0).any() and not len(empty):
            _refuse_nothing(file, role, made_of, f"Leave it out of --map, or map another: {role}=COLUMN.")
    if (
        whole
        and len(frame)
        and "revenue" in values
        and "assets" not in values
        and not values["revenue"].any()
    ):
        _refuse_nothing(file, "revenue", made_of, "Map another: revenue=COLUMN.")
    if here and "customer_id" in values:
        keys = [role for role in ("customer_id", "month") if role in values]
        what = " and ".join(["customer", "month"][: len(keys)])
        otherwise = "." if "month" in keys else ", or map the column of months: month=COLUMN."
        repeats.refuse_again(
            file, frame, pd.DataFrame({key: values[key] for key in keys}), what, what, otherwise
        )


def _refuse_nothing(file: str, role: str, made_of: Mapping[str, Expression], do: str) -> None:
    columns = ", ".join(map(repr, columns_of(made_of[role])))
    raise DataError(
        f"{file}: column {columns} ({role}): all rows have 0, of which there is nothing to share out. {do}"
    )
