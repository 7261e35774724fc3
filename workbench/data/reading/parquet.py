"""A Parquet file to a table: whole numbers never become floats, in which long identifiers lose their last digits."""

import pandas as pd

from workbench.data.catalogue import DataError
from workbench.data.reading import caps

__all__ = ["frame_of", "numbered", "sampled"]


def frame_of(name: str, source) -> pd.DataFrame:
    """Read a Parquet file whole; rows are counted from 1."""
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(source)
    except Exception as error:
        raise _damaged(name, error) from None
    return numbered(name, table)


def sampled(name: str, source, rows: int) -> tuple[pd.DataFrame, int]:
    """Read the first rows of a Parquet file; return them, and how many it has."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(source) as opened:
            batch = next(opened.iter_batches(batch_size=rows), None)
            table = pa.Table.from_batches([batch] if batch else [], schema=opened.schema_arrow)
            n = opened.metadata.num_rows
    except Exception as error:
        raise _damaged(name, error) from None
    return numbered(name, table), n


def numbered(name, table):
    """Make a frame of an Arrow table: each type its own, dictionaries by what they stand for."""
    import pyarrow as pa

    caps.refuse_columns(name, table.num_columns)
    plain = {pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype()}
    try:
        for i, field in enumerate(table.schema):
            if pa.types.is_dictionary(field.type):
                table = table.set_column(i, field.name, table[i].cast(field.type.value_type))
        gaps = {table.schema.field(i).type for i in range(table.num_columns) if table[i].null_count}
        kinds = {kind: dtype for kind, dtype in plain.items() if kind in gaps}
        frame = table.to_pandas(types_mapper=kinds.get)
    except Exception as error:
        raise _damaged(name, error) from None
    frame = frame.reset_index() if frame.index.names != [None] else frame
    frame.columns = frame.columns.astype(str)
    return frame.set_axis(pd.RangeIndex(1, len(frame) + 1))


def _damaged(name, error):
    reason = str(error).splitlines()[0][:100]
    return DataError(f"{name}: not a readable Parquet file ({reason}).")
