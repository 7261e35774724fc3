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
truths       yes and no
"""

from workbench.data.parsing.amounts import numbers
from workbench.data.parsing.cells import Parsed
from workbench.data.parsing.dates import OUTSIDE, PLACEHOLDER, join_times, times
from workbench.data.parsing.identifiers import ids, kinds, labels
from workbench.data.parsing.truths import truths

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
    "truths",
]

PARSERS = {"customer_id": ids, "event_type": kinds, "event_time": times, "amount": numbers}
PARSERS |= {"source": labels, "item": labels, "order_id": ids}
PARSERS |= dict.fromkeys(("received", "judged", "closed", "opened_at"), times) | {"units": numbers}
PARSERS |= dict.fromkeys(("legal_risk", "publicity", "valid", "second_valid"), truths)
PARSERS |= dict.fromkeys(("complaint_id", "person_id", "account_id", "phone"), ids)
PARSERS |= dict.fromkeys(("kind", "subject", "branch"), kinds)
PARSERS |= dict.fromkeys(("place", "grade_given", "region", "channel", "phone_status"), labels)
# Problems of one cell, not of how a column is to be read.
UNREADABLE = ("is empty", "is not a date", "is not a date of the calendar", PLACEHOLDER, OUTSIDE)
