"""Tables on a Spark cluster: counted and summed up there; customers come to memory, rows never do.

Which cluster is said as Spark's own programs are told it: by SPARK_REMOTE, or by spark-defaults. A column is what its
type says, so that texts which would have to be read as times or amounts are refused: the cluster casts them.
"""

import os
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from workbench.checks import counted
from workbench.data import expressions, keeping, remarks, repeats, roles
from workbench.data.catalogue import DataError
from workbench.data.expressions import Expression
from workbench.data.parsing.cells import MISSING_WORDS
from workbench.data.reading.parts import Dialect, Part, Table
from workbench.data.spark import SPARK, require
from workbench.data.values import Wanted

__all__ = ["scanned"]

WHOLE = ("tinyint", "smallint", "int", "bigint")
NUMBERS = (*WHOLE, "float", "double", "decimal")
TIMES = ("timestamp", "timestamp_ntz", "date")
TEXTS = ("string", "varchar", "char", *WHOLE)


def scanned(
    address: str, wanted: Wanted, called: Callable[[pd.Series], pd.Series]
) -> tuple[Any, Table, roles.Taken]:
    """Give the roles of a table on the cluster as columns there.

    Parameters
    ----------
    address : str
        ``spark:`` and the name of a table, or the path of Parquet files.
    wanted : Wanted
    called : callable
        Takes own ids, each once, and returns what customers are called.

    Returns
    -------
    rows : pyspark.sql.DataFrame
        One column per role.
    table : Table
        Without rows, for the record.
    taken : Taken
        As `roles.take` gives it; ``frame`` has no rows.

    Raises
    ------
    DataError
        If there is no such table, or a column cannot be read as its role; names the column and how many rows.
    """
    require()
    frame = _opened(address)
    names = frame.columns
    made_of = roles.find_columns(address, names, roles.roles_wanted(wanted, names), wanted.columns)
    notes: list[str] = []
    rows = frame.count()
    frame, left_out = _kept(address, frame, made_of, wanted, notes)
    reader = _Reader(address, frame, wanted, notes)
    values = {role: reader.value(role, expression) for role, expression in made_of.items()}
    taken = frame.select(*(reader.column(role, values.get(role)) for role in wanted.roles))
    taken, sizes = _called(taken, called) if "customer_id" in values else (taken, pd.Series(dtype="int64"))
    facts = {"rows": rows, "left_out": left_out, **_facts(taken, wanted)}
    if not facts["used"]:
        raise roles.none_left(address, rows, left_out)
    facts["customers"] = len(sizes) if "customer_id" in values else None
    notes += repeats.in_sizes(sizes, facts["used"]) if "customer_id" in values else []
    odd = facts.pop("odd")
    notes += remarks.in_words(facts["used"] - taken.distinct().count(), *odd, list(made_of))
    part = Part(address, None, None, rows, 0, 0)
    empty = pd.DataFrame(columns=list(wanted.roles))
    table = Table(empty, None, None, [], address, Dialect("database"), (part,), rows)
    return taken, table, roles.Taken(empty, roles.columns_shown(wanted, made_of), facts, notes)


def _opened(address: str) -> Any:
    """The table, in the session that Spark's own settings give."""
    name = address.removeprefix(SPARK)
    # Said at its import and whenever a frame crosses: what crosses here are columns of text and numbers.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    if not os.environ.get("SPARK_REMOTE"):
        builder = builder.config("spark.ui.showConsoleProgress", "false")  # it would stand in the report
    try:
        session = builder.getOrCreate()
        is_path = "/" in name or name.endswith(".parquet")
        return session.read.parquet(name) if is_path else session.table(name)
    except PySparkException as error:
        said = str(error).strip().splitlines()[0][:200]
        raise DataError(f"{address}: the cluster does not read it ({said}).") from None


def _kept(
    address: str, frame: Any, made_of: Mapping[str, Expression], wanted: Wanted, notes: list[str]
) -> tuple[Any, list[dict[str, Any]]]:
    """The rows that are kept, and how many others each rule leaves out."""
    from pyspark.sql import functions as f

    rules = []
    for column, values in expressions.accepted(wanted.where).items():
        name = keeping.known_column(address, frame.columns, column, "--where")
        text = f.trim(_named(name).cast("string"))
        sizes = _pandas(
            frame.groupBy(text.alias("text")).agg(f.count("*").alias("n")).orderBy(f.desc("n"), "text")
        )
        keeping.require_occurring(address, column, values, sizes.dropna().set_index("text")["n"], notes)
        fits = f.coalesce(text.isin(list(values)), f.lit(False))
        rules.append(keeping.where_rule(name, values, frame.filter(~fits).count()))
        frame = frame.filter(fits)
    for role in wanted.drop_without:
        for column in expressions.columns_of(made_of[role]) if role in made_of else [role]:
            name = keeping.known_column(address, frame.columns, column, "--drop-without")
            if n := frame.filter(_is_empty(name)).count():
                rules.append({"rule": f"without {role}", "rows": n})
                frame = frame.filter(~_is_empty(name))
    return frame, rules


class _Reader:
    """Reads the columns of a table as roles, by their types."""

    def __init__(self, address: str, frame: Any, wanted: Wanted, notes: list[str]) -> None:
        self.address, self.frame, self.wanted, self.notes = address, frame, wanted, notes
        self.types = {name: kind.partition("(")[0] for name, kind in frame.dtypes}

    def value(self, role: str, expression: Expression) -> Any:
        """The values of a role as a column, or the refusal of its first kind of bad row."""
        from pyspark.sql import functions as f

        parts = {name: self._part(role, name) for name in expressions.columns_of(expression)}
        if role == "amount":
            for name in parts:
                number = _named(name).cast("double")
                odd = f.isnan(number) | (f.abs(number) > 1e15)
                self._refuse(role, name, odd, "not a finite number of at most 1e15")
            return expressions.evaluate(expression, parts)
        if len(parts) > 1:
            raise DataError(
                f"{self.address}: {role} cannot be joined on a cluster; make one column of timestamps."
            )
        return next(iter(parts.values()))

    def _part(self, role: str, name: str) -> Any:
        from pyspark.sql import functions as f

        kind, column = self.types[name], _named(name)
        allowed = {"amount": NUMBERS, "event_time": TIMES}.get(role, TEXTS)
        if kind not in allowed:
            raise DataError(
                f"{self.address}: column {name!r} ({role}) is of the type {kind}; cast it to one of "
                f"{', '.join(allowed)} on the cluster."
            )
        if role == "amount":
            self._refuse(role, name, column.isNull(), "empty")
            return column.cast("double")
        if role == "event_time":
            self._missing(role, name)
            zoned = f.to_utc_timestamp(column, f.current_timezone()) if kind == "timestamp" else column
            return zoned.cast("timestamp_ntz")
        if role in ("item", "source"):
            return f.when(~_is_empty(name), f.trim(column.cast("string")))
        self._missing(role, name)
        return f.when(~_is_empty(name), f.trim(column.cast("string")))

    def _missing(self, role: str, name: str) -> None:
        """Refuse empty cells, or note that they are left missing."""
        if self.wanted.unreadable == "refuse":
            self._refuse(role, name, _is_empty(name), "empty")
        elif n := self.frame.filter(_is_empty(name)).count():
            self.notes.append(f"{role}: {n} empty; left missing")

    def _refuse(self, role: str, name: str, condition: Any, what: str) -> None:
        if n := self.frame.filter(condition).count():
            raise DataError(
                f"{self.address}: column {name!r} ({role}): {counted(n, 'row')} {'is' if n == 1 else 'are'} {what}; "
                f"leave them out by --drop-without {role}, or correct the table."
            )

    def column(self, role: str, value: Any) -> Any:
        from pyspark.sql import functions as f

        return (f.lit(None).cast("string") if value is None else value).alias(role)


def _named(name: str) -> Any:
    from pyspark.sql import functions as f

    return f.col("`" + name.replace("`", "``") + "`")


def _is_empty(name: str) -> Any:
    from pyspark.sql import functions as f

    text = f.lower(f.trim(_named(name).cast("string")))
    return _named(name).isNull() | text.isin(sorted(MISSING_WORDS))


def _called(taken: Any, called: Callable[[pd.Series], pd.Series]) -> tuple[Any, pd.Series]:
    """The rows with what customers are called, and the rows of each customer, the largest first."""
    from pyspark.sql import functions as f

    counts = (
        taken.filter(f.col("customer_id").isNotNull()).groupBy("customer_id").agg(f.count("*").alias("n"))
    )
    found = _pandas(counts).sort_values(["n", "customer_id"], ascending=[False, True])
    shown = called(found["customer_id"].astype("str"))
    sizes = found.set_index(found["customer_id"].astype("str"))["n"]
    if shown.equals(found["customer_id"].astype("str")):
        return taken, sizes
    names = pd.DataFrame(
        {"customer_id": found["customer_id"].to_numpy(object), "shown": shown.to_numpy(object)}
    )
    listed = taken.sparkSession.createDataFrame(_arrow(names))
    columns = [f.col("shown").alias(c) if c == "customer_id" else f.col(c) for c in taken.columns]
    return taken.join(listed, "customer_id", "left").select(*columns), sizes


def _facts(taken: Any, wanted: Wanted) -> dict[str, Any]:
    """The ledger, and under ``odd`` how many amounts are negative and zero."""
    from pyspark.sql import functions as f

    asked = [f.count("*").alias("used")]
    if "event_time" in wanted.roles:
        asked += [f.min("event_time").alias("first"), f.max("event_time").alias("last")]
    if "amount" in wanted.roles:
        amount = f.col("amount")
        above, below = f.sum(f.greatest(amount, f.lit(0.0))), f.sum(f.least(amount, f.lit(0.0)))
        asked += [above.alias("total"), below.alias("refunds")]
        asked += [f.count_if(amount < 0).alias("negative"), f.count_if(amount == 0).alias("zero")]
    found = _pandas(taken.agg(*asked)).iloc[0]
    times = [found.get("first"), found.get("last")]
    there = all(time is not None and not pd.isna(time) for time in times)
    facts: dict[str, Any] = {"used": int(found["used"]), "customers": None, "study": None}
    facts["period"] = [pd.Timestamp(time).isoformat() for time in times] if there else None
    for name in ("total", "refunds"):
        facts[name] = round(float(found[name] or 0), 6) if name in found else None
    odd = int(found.get("negative") or 0), int(found.get("zero") or 0)
    return facts | {"currency": None, "currency_column": None, "odd": odd}


def _pandas(answer: Any) -> pd.DataFrame:
    """An answer in memory, by way of Arrow."""
    return answer.toArrow().to_pandas()


def _arrow(frame: pd.DataFrame) -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)
