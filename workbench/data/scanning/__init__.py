"""Large data, which stay with a database engine: rows are read in portions there, and only customers come to memory.

What is read, refused and noticed is what `loading` reads, refuses and notices of the same file; what portions do not
tell is read whole into memory, and the reason is said.

rows     scan, which opens them, and whether a column of them has content
taking   roles, rules, ledger and remarks
cluster  tables on a Spark cluster
cells    columns read by the parsers, each different cell once
raw      sources as a view of the engine
texts    text files as tables of the engine
answers  the answer of a database as a table of the engine
engine   the database engine and its folder
"""

from workbench.data.scanning.rows import has, scan

__all__ = ["has", "scan"]
