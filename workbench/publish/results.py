"""Named tables as files: in a run, in the folder that the run gives; elsewhere nothing is written.

The files are the user's own and private: they hold the own id of each customer and, in a table with a column
`customer_id`, the pseudonym that the report shows beside it. A text that a spreadsheet would take for a formula
gets an apostrophe before it in CSV and Excel; Parquet has it as it is.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.publish.keeping import run
from workbench.publish.sending import FORMULA, harmless

__all__ = ["formula_safe", "with_own_ids", "write", "write_csv"]

LARGE = 100_000  # rows from which on the database engine writes, five times as fast


def write(name: str, frame: pd.DataFrame, cap: int) -> dict[str, Any] | None:
    """Write a table to the run's folder; return its first rows as a page may show them, None outside a run.

    Raises
    ------
    ValueError
        If the run has written a table of this name.
    """
    if run.folder is None:
        return None
    if name in run.known:
        raise ValueError(f"name is {name!r}, and so is that of another table of this run; give each its own.")
    run.known.add(name)
    run.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    table = _flat(frame)
    own = with_own_ids(table, run.own_ids() if "customer_id" in table else {})
    safe = formula_safe(own)
    write_csv(safe, run.folder / f"{name}.csv")
    _storable(own).to_parquet(run.folder / f"{name}.parquet", index=False)
    if run.excel:
        safe.to_excel(run.folder / f"{name}.xlsx", index=False)
    first = formula_safe(table.head(cap))
    return {"columns": [str(c) for c in first.columns], "rows": _cells(first), "of": len(table)}


def write_csv(table: pd.DataFrame, file: Path) -> None:
    """Write a table as CSV, numbers to 15 digits; the database engine writes a large one, which reads the same."""
    plain = all(isinstance(kind, pd.StringDtype) or kind in ("float64", "int64") for kind in table.dtypes)
    if len(table) < LARGE or not plain or not table.columns.is_unique:
        table.to_csv(file, index=False, float_format="%.15g")
        return
    import duckdb

    names = {name: '"' + name.replace('"', '""') + '"' for name in table}
    forms = {
        name: "printf('%.15g', {0}) as {0}" if table[name].dtype == "float64" else "{0}" for name in table
    }
    # An empty text is written as nothing is, as it is in a small table.
    forms |= {n: "nullif({0}, '') as {0}" for n in table if isinstance(table[n].dtype, pd.StringDtype)}
    listed = ", ".join(forms[name].format(quoted) for name, quoted in names.items())
    with duckdb.connect() as engine:
        engine.register("given", table)
        path = str(file).replace("'", "''")
        engine.execute(f"copy (select {listed} from given) to '{path}' (header, delimiter ',')")


def with_own_ids(table: pd.DataFrame, own: Mapping[str, str]) -> pd.DataFrame:
    """Give customers their own ids, the pseudonym beside it; a table without `customer_id` stays as it is.

    Examples
    --------
    >>> with_own_ids(pd.DataFrame({"customer_id": ["c0001"], "score": [0.5]}), {"c0001": "Ayu"}).to_dict("list")
    {'customer_id': ['Ayu'], 'pseudonym': ['c0001'], 'score': [0.5]}
    """
    if "customer_id" not in table or not own:
        return table
    place = table.columns.get_loc("customer_id")
    result = table.assign(customer_id=table["customer_id"].map(own).fillna(table["customer_id"]))
    result.insert(place + 1, "pseudonym", table["customer_id"])
    return result


def formula_safe(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before each text, and each heading, that a spreadsheet would take for a formula.

    Examples
    --------
    >>> formula_safe(pd.DataFrame({"name": ["=1+1", "-5", "Ayu"]}))["name"].tolist()
    ["'=1+1", '-5', 'Ayu']
    """
    table = table.copy()
    for number in range(table.shape[1]):
        column = table.iloc[:, number]
        if isinstance(column.dtype, pd.StringDtype) and not column.str.contains(f"^{FORMULA.pattern}").any():
            continue
        if column.dtype == object or isinstance(column.dtype, (pd.StringDtype, pd.CategoricalDtype)):
            table.isetitem(number, column.map(harmless, na_action="ignore").astype(object))
    return table.set_axis([harmless(str(name)) for name in table.columns], axis=1)


def _storable(table: pd.DataFrame) -> pd.DataFrame:
    """Parquet holds one type to a column: a column of several, such as numbers and "not known", becomes texts."""
    table = table.set_axis([str(name) for name in table.columns], axis=1)
    mixed = [name for name in table if table[name].dtype == object and _is_mixed(table[name].dropna())]
    return table.assign(**{n: table[n].map(lambda v: str(_plain(v)), na_action="ignore") for n in mixed})


def _is_mixed(column: pd.Series) -> bool:
    return column.map(type).nunique() > 1 or column.map(lambda v: isinstance(v, (list, tuple, set))).any()


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its index as columns, and one line of headings."""
    if not isinstance(frame.index, pd.RangeIndex) or frame.index.name is not None:
        names = [name if name is not None else "index" for name in frame.index.names]
        frame = frame.set_axis(frame.index.set_names(names)).reset_index()
    if isinstance(frame.columns, pd.MultiIndex):
        frame = frame.set_axis(
            [" ".join(str(part) for part in label if str(part)) for label in frame.columns], axis=1
        )
    return frame


def _cells(table: pd.DataFrame) -> list[list[Any]]:
    """The rows as JSON can hold them, unrounded."""
    return [[_plain(value) for value in row] for row in table.itertuples(index=False, name=None)]


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(str, value))
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    item = getattr(value, "item", None)
    value = item() if callable(item) else value
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return None
    return value if isinstance(value, (bool, int, float, str)) else str(value)
