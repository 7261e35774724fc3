"""Rows that contradict one another or themselves: one thing twice, an end before its beginning."""

from collections.abc import Mapping, Sequence

import pandas as pd

from workbench.checks import counted, shown
from workbench.data import expressions, repeats
from workbench.data.catalogue import DataError
from workbench.data.expressions import Expression
from workbench.data.reading import place

__all__ = ["refuse", "refuse_several"]

ONCE = {"complaint_id": "complaint", "account_id": "account"}  # what one row is
STEPS = (("received", "judged"), ("received", "closed"), ("judged", "closed"))  # in order of time


def refuse(
    file: str, frame: pd.DataFrame, values: Mapping[str, pd.Series], made_of: Mapping[str, Expression]
) -> None:
    """Refuse a complaint or an account that stands twice, a case that ends before it begins, and cases out of nothing.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        What was read, whose rows the messages count.
    values : mapping of str to pandas.Series
        The values of each role, by the rows of `frame`.
    made_of : mapping of str to Expression
        The columns of each role.

    Raises
    ------
    workbench.data.DataError
        With file, column and first bad row.

    Examples
    --------
    >>> refuse("f.csv", pd.DataFrame(), {}, {})
    """
    for role, what in ONCE.items():
        if role in values:
            repeats.refuse_again(file, frame, values[role].dropna().to_frame(), what, what)
    for begin, end in STEPS:
        if begin in values and end in values:
            before = values[end] < values[begin]
            told = values[end].astype(str) + " lies before " + values[begin].astype(str)
            _refuse_first(file, frame, end, told[before] + f", when the case was {begin}", made_of)
    if "units" in values:
        none = values["units"][values["units"] <= 0]
        told = none.map("{:g} is not above 0, and no case comes out of nothing".format)
        _refuse_first(file, frame, "units", told, made_of)


def refuse_several(
    file: str,
    frame: pd.DataFrame,
    values: Mapping[str, pd.Series],
    made_of: Mapping[str, Expression],
    single: Sequence[str],
) -> None:
    """Refuse a customer of whom rows say several things, of the roles that a customer has one of.

    Examples
    --------
    >>> refuse_several("f.csv", pd.DataFrame(), {}, {}, ["region"])
    """
    for role in single:
        if role not in values or "customer_id" not in values:
            continue
        said = pd.DataFrame({"who": values["customer_id"], "what": values[role]}).dropna()
        first = said.groupby("who")["what"].transform("first")
        other = said[said["what"] != first]
        if other.empty:
            continue
        who, what = other.iloc[0]
        before = said.index[said["who"] == who][0]
        where, row, _ = place(frame, other.index[0], file)
        column = ", ".join(map(repr, expressions.columns_of(made_of[role])))
        raise DataError(
            f"{where}: column {column} ({role}), row {row}: customer {shown(who)} has {shown(what)}, and in row "
            f"{place(frame, before, file)[1]} {shown(said['what'][before])}; one customer has one {role} "
            f"({counted(other['who'].nunique(), 'such customer')}). Correct them in the file."
        )


def _refuse_first(
    file: str, frame: pd.DataFrame, role: str, told: pd.Series, made_of: Mapping[str, Expression]
) -> None:
    """Refuse the first of some rows by what is told of it; nothing where there are none."""
    if told.empty:
        return
    where, number, _ = place(frame, told.index[0], file)
    column = expressions.columns_of(made_of[role])[0]
    raise DataError(
        f"{where}: column {column!r} ({role}), row {number}: {told.iloc[0]} ({counted(len(told), 'such row')}). "
        "Correct or remove them in the file."
    )
