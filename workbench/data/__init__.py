"""Data: the data sets by name, or a user's own file, read right or refused.

loading    load, describe, window
mapping    what a role is made of: a column, a product of columns, which rows are kept
identifiers  pseudonyms, in the order of the own ids
reading    a file to a table of text
parsing    dirty text to identifiers, numbers and times
tables     what stands beside the data sets: true segments, queries, judgements, matrices
catalogue  what data sets there are, and what a column can be
record     what this process has loaded, for the report
standin    generators of the stand-in data, one per study, with their true segments
"""

from workbench.data.catalogue import BOOKINGS, DATASETS, EVENT_LOG, OPTIONAL, ROLES, ROOT, DataError
from workbench.data.loading import describe, load, window
from workbench.data.record import loaded, places
from workbench.data.tables import (
    load_contributions,
    load_judgements,
    load_matrix,
    load_network_judgements,
    load_queries,
    load_segments,
)

__all__ = [
    "BOOKINGS",
    "DATASETS",
    "EVENT_LOG",
    "OPTIONAL",
    "ROLES",
    "ROOT",
    "DataError",
    "describe",
    "load",
    "load_contributions",
    "load_judgements",
    "load_matrix",
    "load_network_judgements",
    "load_queries",
    "load_segments",
    "loaded",
    "places",
    "window",
]
