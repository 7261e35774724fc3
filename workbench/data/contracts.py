"""Rows of contracts: what no such row can say, refused by file, column and row."""

from collections.abc import Mapping

import pandas as pd

from workbench.checks import counted
from workbench.data import remarks, repeats
from workbench.data.catalogue import DataError
from workbench.data.expressions import Expression, columns_of
from workbench.data.reading import place

__all__ = ["require_possible"]


def require_possible(
    file: str, frame: pd.DataFrame, values: Mapping[str, pd.Series], made_of: Mapping[str, Expression]
) -> None:
    """Refuse a contract twice, a renewal after today, and inputs taken after the month of the end began.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        The rows that are kept, as they were read.
    values : dict of str to pandas.Series
        Each role's values of these rows; without ``contract_end`` nothing is looked at.
    made_of : dict of str to Expression

    Raises
    ------
    workbench.data.DataError
    """
    if "contract_end" not in values:
        return
    ends = values["contract_end"]
    found = {}
    if "renewed_on" in values:
        late = values["renewed_on"] > remarks.today() + pd.Timedelta(days=1)
        found["renewed_on"] = late, "lies after today; empty the cell where a contract was not renewed"
    if "as_of" in values:
        begun = values["as_of"] > ends.dt.to_period("M").dt.start_time
        found["as_of"] = begun, "lies after the month of the end began, so that inputs may know the outcome"
    for role, (wrong, why) in found.items():
        if wrong.any():
            where, row, _ = place(frame, wrong.idxmax(), file)
            column = ", ".join(map(repr, columns_of(made_of[role])))
            raise DataError(
                f"{where}: column {column} ({role}), row {row}: {values[role][wrong.idxmax()].date()} {why} "
                f"({counted(int(wrong.sum()), 'such row')})."
            )
    if "customer_id" in values:
        keys = pd.DataFrame({"customer": values["customer_id"], "end": ends})
        repeats.refuse_again(file, frame, keys, "customer and end", "contract")
