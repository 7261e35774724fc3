"""Sources to tables of text: whole, or a sample of them.

whole      a file, several of one header, or a query's answer, whole or sampled
sources    what --data names: a file, several, a folder, a pattern, a database
files      one file to a table
sampling   a sample of a large file
encodings  the encoding of a text file, by evidence
candidates  encodings that a user might name for bytes that leave it open
dialects   delimiter and header of a text file, by consistency
delimited  a text of delimited cells to a table
parquet    a Parquet file to a table, each type its own
caps       what a file may be at most
workbooks  a sheet of an Excel file to a table
beneath    what an Excel file says beneath its values: first day, currencies, formulas without a value
databases  the answer to one SELECT
parts      a table and the files it was made of
"""

from workbench.data.reading.encodings import LEFT_OPEN
from workbench.data.reading.parts import Dialect, Part, Table, place, with_places
from workbench.data.reading.whole import head, read, read_cdnow

__all__ = ["LEFT_OPEN", "Dialect", "Part", "Table", "head", "place", "read", "read_cdnow", "with_places"]
