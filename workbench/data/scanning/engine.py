"""The database engine that reads large data in portions: its connection, its folder, and columns of its answers."""

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.data.reading import parquet

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ROW", "Engine", "Unscannable", "quoted", "text"]

MEMORY = "700MB"  # what the engine holds at most; it writes the rest into its folder
ROW = "row_of_file"  # the column that counts rows as `reading` does


class Unscannable(Exception):
    """What cannot be decided in portions as it would be of the whole; the reason is told."""


class Engine:
    """A connection to a database of its own in a temporary folder, which goes with it.

    Examples
    --------
    >>> Engine().one("select 6 * 7")
    (42,)
    """

    def __init__(self) -> None:
        import duckdb

        self.folder = Path(tempfile.mkdtemp(prefix="workbench-scan-"))
        settings = {"memory_limit": MEMORY, "temp_directory": str(self.folder / "spilled")}
        self.connection = duckdb.connect(str(self.folder / "rows.duckdb"), config=settings)
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def run(self, sql: str) -> None:
        """Run a statement."""
        self.connection.execute(sql)

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the only row of an answer."""
        return self.connection.execute(sql).fetchall()[0]

    def frame(self, sql: str) -> pd.DataFrame:
        """Return an answer as `reading` makes frames of Parquet files, each type its own."""
        return parquet.numbered("the engine's answer", self.connection.sql(sql).to_arrow_table())

    def keep(self, name: str, table: "pa.Table | pd.DataFrame") -> None:
        """Make a table of a frame."""
        self.connection.register("given", table)
        self.run(f"create or replace table {quoted(name)} as select * from given")
        self.connection.unregister("given")

    def append(self, name: str, frame: pd.DataFrame) -> None:
        """Put rows into a table, with the number of each, making the table of the first; columns go by their names."""
        import pyarrow as pa

        table = pa.Table.from_pandas(frame, preserve_index=False).append_column(ROW, pa.array(frame.index))
        self.connection.register("given", table)
        self.run(f"create table if not exists {quoted(name)} as select * from given limit 0")
        self.run(f"insert into {quoted(name)} by name select * from given")
        self.connection.unregister("given")

    def types(self, name: str) -> dict[str, str]:
        """Return the columns of a table or view with their types."""
        answer = self.connection.execute(f"describe {quoted(name)}").fetchall()
        return {column: kind for column, kind, *_ in answer}


def quoted(name: str) -> str:
    """Write a name in SQL.

    Examples
    --------
    >>> quoted('order by')
    '"order by"'
    """
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Write a text in SQL."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Sequence[str]) -> str:
    """Write texts between commas in SQL; one that nothing is, where there are none."""
    return ", ".join(map(text, values)) or "null"
