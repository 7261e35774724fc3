"""The same on a Spark cluster of two worker processes, in an environment of its own.

WORKBENCH_SPARK=1 says that Spark must be there.
"""

import os
from pathlib import Path

import pandas as pd
import pytest
from conftest import workbench

from workbench import data, events, rfm
from workbench.data.standin import bank_app_kmeans as surrogate_bank

pytestmark = pytest.mark.slow

if not os.environ.get("WORKBENCH_SPARK"):
    pytest.importorskip("pyspark", reason="Spark: install the extra 'spark' and Java 17")

WEEK = {"observation_start": "2024-03-04", "observation_end": "2024-03-11"}


@pytest.fixture(scope="module")
def spark():
    import pyspark
    from pyspark.sql import SparkSession

    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)  # from where the workers are started
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def distributed(spark, tmp_path):
    """Lay a table out as Parquet and read it on the cluster; local times stay without zone there."""

    def read(frame):
        file = tmp_path / "table.parquet"
        frame.to_parquet(file)
        return spark.read.parquet(str(file)).repartition(4)

    return read


def test_workers_are_processes_of_their_own(spark):
    def of_worker(rows):
        import os

        return [os.getpid() for _ in rows]

    assert os.getpid() not in spark.sparkContext.parallelize(range(8), 4).mapPartitions(of_worker).collect()
    assert spark.sparkContext.master.startswith("local-cluster")


@pytest.mark.parametrize("frequency", ["orders", "days", "rows"])
def test_payments_agree_with_pandas(frequency, distributed):
    payments = data.load("cdnow").assign(order_id=lambda f: f["event_time"].dt.strftime("%j"))
    window = {"observation_start": "1997-02-01", "frequency": frequency}
    table = rfm.rfm(distributed(payments), "1998-07-01", **window)
    expected = rfm.rfm(payments, "1998-07-01", **window)
    assert len(expected) > 1000
    pd.testing.assert_frame_equal(table, expected, rtol=1e-12)


def test_bookings_agree_with_pandas(distributed):
    bookings = data.load("retail", roles=data.BOOKINGS)
    start, end = data.window("retail", bookings)
    window = {"observation_start": start, "observation_end": end}
    table = rfm.extended_rfm(distributed(bookings), **window)
    expected = rfm.extended_rfm(bookings, **window)
    pd.testing.assert_frame_equal(table, expected, rtol=1e-12)
    assert table.attrs["counts"] == expected.attrs["counts"]


@pytest.fixture(scope="module")
def log():
    return surrogate_bank.bank_app_log(30, random_state=5)[0]


@pytest.fixture
def on_spark(distributed, log):
    return distributed(log)


def test_events_agree_with_pandas(on_spark, log):
    from pyspark.sql import DataFrame

    expected_kept, expected_ledger = events.clean(log, **WEEK)
    kept, ledger = events.clean(on_spark, **WEEK)
    assert isinstance(kept, DataFrame)
    pd.testing.assert_frame_equal(ledger, expected_ledger)
    assert (ledger["rows_dropped"].drop("rare function") > 0).all()
    table, expected = events.indicators(kept, **WEEK), events.indicators(expected_kept, **WEEK)
    pd.testing.assert_frame_equal(table, expected)
    assert table.attrs == expected.attrs


def test_any_log_is_tidied_and_counted_as_by_pandas(on_spark, log):
    tidied = [events.tidy(rows, **WEEK, kinds={"click": ""}) for rows in (on_spark, log)]
    pd.testing.assert_frame_equal(tidied[0][1], tidied[1][1])
    there, here = [events.behaviour(kept) for kept, _ in tidied]
    pd.testing.assert_frame_equal(there, here)
    assert there.attrs == here.attrs
    pd.testing.assert_frame_equal(
        events.uncounted(on_spark, here.head(9)), events.uncounted(log, here.head(9))
    )


def test_spark_times_with_a_zone_are_refused_with_what_to_do(on_spark):
    zoned = on_spark.withColumn("event_time", on_spark["event_time"].cast("timestamp"))
    with pytest.raises(ValueError, match=r"event_time carries the time zone .*cast it to timestamp_ntz"):
        events.indicators(zoned, **WEEK)


@pytest.fixture(scope="module")
def payments_file(spark, tmp_path_factory):
    payments = data.load("telecom").head(5000).assign(shop=lambda f: ["a", "b"] * (len(f) // 2))
    file = tmp_path_factory.mktemp("payments") / "payments.parquet"
    payments.to_parquet(file)
    return file


@pytest.mark.parametrize("how", [{}, {"where": {"shop": "a"}}, {"columns": {"amount": "amount*2"}}])
def test_a_table_on_the_cluster_is_read_as_the_file_is(how, payments_file):
    there = data.scan("", f"spark:{payments_file}", roles=data.PAYMENTS, **how)
    here = data.load("", payments_file, roles=data.PAYMENTS, **how)
    ledger, expected = (dict(rows.attrs["ledger"]) for rows in (there, here))
    assert (
        ledger.pop("noticed")[-1] == "read on a Spark cluster: 5,000 rows; only customers are held in memory"
    )
    expected.pop("noticed")
    assert {name: ledger[name] for name in ("total", "refunds")} == pytest.approx(
        {name: expected.pop(name) for name in ("total", "refunds")}
    )
    assert {name: ledger[name] for name in expected} == expected
    table, wanted = (rfm.rfm(rows, "2025-01-01", frequency="rows") for rows in (there, here))
    pd.testing.assert_frame_equal(table, wanted, rtol=1e-12)


BAD = {
    "empty": ("cast(null as double)", r"column 'amount' \(amount\): 1 row is empty; leave them out by"),
    "infinite": ("double('inf')", r"column 'amount' \(amount\): 1 row is not a finite number"),
    "text": ("'12,50'", r"column 'amount' \(amount\) is of the type string; cast it to one of tinyint"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_table_on_the_cluster_is_refused_by_column_and_number_of_rows(kind, spark):
    cell, said = BAD[kind]
    others = "union all select 'b', timestamp_ntz'2024-01-02 00:00:00', 1" if kind != "text" else ""
    spark.sql(
        f"select 'a' as customer_id, timestamp_ntz'2024-01-01 00:00:00' as event_time, {cell} as amount {others}"
    ).createOrReplaceTempView("payments")
    with pytest.raises(data.DataError, match=said):
        data.scan("", "spark:payments")


def test_a_table_that_is_not_there_is_one_line(spark):
    with pytest.raises(
        data.DataError, match=r"spark:nothing: the cluster does not read it \(\[TABLE_OR_VIEW_NOT"
    ):
        data.scan("", "spark:nothing")


def test_the_analysis_of_payments_runs_on_the_cluster(payments_file, tmp_path, monkeypatch, spark):
    settings = tmp_path / "conf"
    settings.mkdir()
    (settings / "spark-defaults.conf").write_text(
        "spark.master local-cluster[2,1,1024]\nspark.ui.enabled false\nspark.sql.shuffle.partitions 4\n"
    )
    monkeypatch.setenv("SPARK_CONF_DIR", str(settings))
    done = workbench(
        "run",
        "rfm-segments",
        "--data",
        f"spark:{payments_file}",
        "--out",
        tmp_path,
        "--name",
        "far",
        fresh=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "noticed: read on a Spark cluster: 5,000 rows; only customers are held in memory" in done.stdout
    done = workbench("run", "rfm-segments", "--data", payments_file, "--out", tmp_path, "--name", "near")
    assert done.returncode == 0, done.stdout + done.stderr
    far, near = (
        pd.read_parquet(tmp_path / "private" / name / "customers.parquet") for name in ("far", "near")
    )
    columns = ["customer_id", "recency", "frequency", "monetary", "segment"]
    pd.testing.assert_frame_equal(far[columns], near[columns], rtol=1e-12)
