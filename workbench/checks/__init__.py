"""What every family asks of its input, in one wording each.

A check returns what it was given in the form that methods compute with, or raises a ValueError that says what was
given, what is allowed and what to do. Cells are named by row and column; nothing is dropped.

words      values as a reader knows them, names in a row, a hint at what may have been meant
choices    one choice, number, moment or name, and the names of a table's columns
tables     tables and vectors of finite numbers
logs       logs of events and payments
labelling  one label for each row of a table, each label once
outcomes   what happened to each customer, and the probabilities foretold
weighing   weights, groups and directions of named indicators
years      the twelve months of a review, and lengths of time
unknown    what data cannot answer, which is no fault of theirs
"""

from workbench.checks.choices import (
    distinct,
    generator,
    iso_date,
    known,
    moment,
    month,
    needed_columns,
    number,
    one_of,
    storable,
    whole_number,
)
from workbench.checks.labelling import codes, labels, names_once, same_labels, same_order
from workbench.checks.logs import log, times
from workbench.checks.outcomes import one_for_each, outcomes, probabilities
from workbench.checks.tables import (
    LARGEST,
    finite_frame,
    finite_table,
    finite_vector,
    numbers,
    rows_of,
    without_noise,
)
from workbench.checks.unknown import NotKnown
from workbench.checks.weighing import (
    DIRECTION,
    PRINTED_ROUNDING,
    by_name,
    groups,
    misses_one,
    not_negative,
    printed_weights,
    rounding_note,
    shares,
    signs,
    sum_to_one,
    weights,
)
from workbench.checks.words import counted, did_you_mean, listed, shown
from workbench.checks.years import Year, length, year_of

__all__ = [
    "DIRECTION",
    "LARGEST",
    "NotKnown",
    "Year",
    "PRINTED_ROUNDING",
    "by_name",
    "codes",
    "counted",
    "did_you_mean",
    "distinct",
    "finite_frame",
    "finite_table",
    "finite_vector",
    "generator",
    "groups",
    "iso_date",
    "known",
    "labels",
    "length",
    "listed",
    "log",
    "misses_one",
    "moment",
    "month",
    "names_once",
    "needed_columns",
    "not_negative",
    "number",
    "numbers",
    "one_for_each",
    "one_of",
    "outcomes",
    "printed_weights",
    "probabilities",
    "rounding_note",
    "rows_of",
    "same_labels",
    "same_order",
    "shares",
    "shown",
    "signs",
    "storable",
    "sum_to_one",
    "times",
    "weights",
    "whole_number",
    "without_noise",
    "year_of",
]
