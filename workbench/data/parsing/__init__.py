"""Columns of text to identifiers, numbers and times, by the format that the whole column shows.

Each function takes a pandas Series of str (or of the type that a Parquet or Excel file has) and gives the
values, the reason (by index) for every one that could not be read, and notes on what was decided for the whole
column. What one value leaves open, the rest of its column decides; what that leaves open too is a problem that
names the option, not a guess.

formats      how cells are written: shapes, formats, expressions for any engine
columns      what a column most plausibly is
cells        a column as its different texts, and what each row then has
identifiers  ids, kinds and labels
amounts      numbers
dates        times, and a date joined with a time of day
months       months
truths       yes and no
"""

from collections.abc import Callable, Mapping

from workbench.data.catalogue import ROLES, may_be_missing
from workbench.data.parsing.amounts import numbers
from workbench.data.parsing.cells import Parsed
from workbench.data.parsing.dates import OUTSIDE, PLACEHOLDER, join_times, times
from workbench.data.parsing.identifiers import ids, kinds, labels
from workbench.data.parsing.months import months
from workbench.data.parsing.truths import truths

__all__ = [
    "PLACEHOLDER",
    "UNREADABLE",
    "Parsed",
    "ids",
    "join_times",
    "kinds",
    "labels",
    "months",
    "numbers",
    "parser_of",
    "times",
    "truths",
]

# Problems of one cell, not of how a column is to be read.
UNREADABLE = ("is empty", "is not a date", "is not a date of the calendar", PLACEHOLDER, OUTSIDE)


def parser_of(role: str, known: Mapping[str, str] = ROLES) -> Callable[..., Parsed]:
    """Return what reads the texts of a role: identifiers, labels that may be missing, or kinds.

    Examples
    --------
    >>> parser_of("order_id") is ids, parser_of("item") is labels, parser_of("event_type") is kinds
    (True, True, True)
    """
    identifier = role.endswith("_id") or known.get(role, "").startswith("identifier")
    return ids if identifier else labels if may_be_missing(role, known) else kinds
