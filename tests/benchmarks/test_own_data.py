"""A whole report of a user's payments, private files included, against the bare minimum; how it grows; its memory."""

import subprocess
import time

import psutil
import pytest
from timing import ROOT, apart, of_tests

TESTS = of_tests()
PER_CUSTOMER = 10  # payments
BARE = """
import duckdb, numpy as np
from sklearn.cluster import KMeans
table = duckdb.sql(f'''select customer_id, max(event_time) as last, count(*) as frequency, sum(amount) as monetary
    from read_parquet('{FILE}') group by 1''').df()
X = np.column_stack([table["last"].astype("int64"), table["frequency"], table["monetary"]]).astype(float)
X = (X - X.mean(axis=0)) / X.std(axis=0)
told = [round(KMeans(4, n_init=10, random_state=0).fit(X).inertia_)]
"""


def payments(customers, file, each=PER_CUSTOMER):
    import duckdb

    duckdb.sql(f"""
        copy (select 'customer-' || lpad((hash(i * 7) % {customers})::varchar, 7, '0') as customer_id,
                     timestamp '2022-01-01' + interval 1 second * (hash(i * 13 + 5) % 63000000)::int as event_time,
                     round(exp((hash(i * 17 + 1) % 1000) / 250.0), 2) as amount
              from range({customers * each}) t(i)) to '{file}' (format parquet)""")
    return file


def watched(*command):
    """Seconds of a command, and the most that its largest process held, in MiB."""
    begun, most = time.perf_counter(), 0
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, cwd=ROOT) as process:
        family = psutil.Process(process.pid)
        while process.poll() is None:
            most = max([most, *(_held(child) for child in family.children(recursive=True))])
            time.sleep(0.1)
    assert process.returncode == 0
    return time.perf_counter() - begun, most / 2**20


def _held(process):
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


@pytest.mark.parametrize("customers", [1_000, 10_000, 100_000, 1_000_000])
def test_a_report_of_payments(customers, tmp_path, ratio, growth, request):
    file = payments(customers, tmp_path / "payments.parquet")
    command = [*TESTS.COMMAND, "run", "rfm-segments", "--data", file, "--out", tmp_path / "out"]
    seconds, memory = watched(*command)
    grown = request.config.cache.get("bench/report", {}) if customers > 1_000 else {}
    grown[str(customers)] = seconds
    request.config.cache.set("bench/report", grown)
    if customers < 1_000_000:
        return
    growth("report of rfm-segments", {int(n): taken for n, taken in grown.items()})
    bare, held, _ = apart(BARE, f"FILE = {str(file)!r}\n")
    what = "report of 10 million payments of a million customers"
    ratio(what, seconds, "an aggregation by DuckDB and one KMeans(n_init=10)", bare)
    ratio(f"{what}: memory of the kernel", memory, "the same", held, unit="MiB")


def test_a_hundred_million_payments(tmp_path, ratio):
    file = payments(1_000_000, tmp_path / "payments.parquet", each=100)
    _, memory = watched(*TESTS.COMMAND, "run", "rfm-segments", "--data", file, "--out", tmp_path / "out")
    ratio("report of 100 million payments: memory of the kernel", memory, "4 GiB", 4096, unit="MiB")
