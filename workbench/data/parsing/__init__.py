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
"""

from workbench.data.parsing.amounts import numbers
from workbench.data.parsing.cells import Parsed
from workbench.data.parsing.dates import OUTSIDE, PLACEHOLDER, join_times, times
from workbench.data.parsing.identifiers import ids, kinds, labels

__all__ = [
    "PARSERS",
    "PLACEHOLDER",
    "UNREADABLE",
    "Parsed",
    "ids",
    "join_times",
    "kinds",
    "labels",
    "numbers",
    "times",
]

PARSERS = {"customer_id": ids, "event_type": kinds, "event_time": times, "amount": numbers}
PARSERS |= {"source": labels, "item": labels, "order_id": ids}
PARSERS |= {"returned_amount": numbers, "returned_at": times, "region": labels, "industry": labels}
# Problems of one cell, not of how a column is to be read.
UNREADABLE = ("is empty", "is not a date", "is not a date of the calendar", PLACEHOLDER, OUTSIDE)
