"""The same on Spark, in an environment of its own; WORKBENCH_SPARK=1 says that Spark must be there."""

import os

import pandas as pd
import pytest

from workbench import events
from workbench.data.standin import bank_app_kmeans as surrogate_bank

pytestmark = pytest.mark.slow

if not os.environ.get("WORKBENCH_SPARK"):
    pytest.importorskip("pyspark", reason="Spark: install the extra 'spark' and Java 17")

WEEK = {"observation_start": "2024-03-04", "observation_end": "2024-03-11"}


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def log():
    return surrogate_bank.bank_app_log(30, random_state=5)[0]


@pytest.fixture(scope="module")
def on_spark(spark, log, tmp_path_factory):
    """From Parquet, local times stay without zone; Spark's own timestamps carry the session's."""
    file = tmp_path_factory.mktemp("spark") / "log.parquet"
    log.to_parquet(file)
    return spark.read.parquet(str(file))


def test_spark_agrees_with_pandas(on_spark, log):
    from pyspark.sql import DataFrame

    expected_kept, expected_ledger = events.clean(log, **WEEK)
    kept, ledger = events.clean(on_spark, **WEEK)
    assert isinstance(kept, DataFrame)
    pd.testing.assert_frame_equal(ledger, expected_ledger)
    assert (ledger["rows_dropped"].drop("rare function") > 0).all()
    table, expected = events.indicators(kept, **WEEK), events.indicators(expected_kept, **WEEK)
    pd.testing.assert_frame_equal(table, expected)
    assert table.attrs == expected.attrs


def test_spark_times_with_a_zone_are_refused_with_what_to_do(on_spark):
    zoned = on_spark.withColumn("event_time", on_spark["event_time"].cast("timestamp"))
    with pytest.raises(ValueError, match=r"event_time carries the time zone .*cast it to timestamp_ntz"):
        events.indicators(zoned, **WEEK)
