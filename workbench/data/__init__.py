"""Data: the data sets by name, or a user's own file, read right or refused.

columns    what a column of a file most plausibly is
loading    load, describe, window
reading    a file to a table of text
parsing    columns of text to identifiers, numbers and times
formats    how cells are written: shapes, formats, expressions for any engine
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
