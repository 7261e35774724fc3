"""Ratios quoted in the documentation, each measured in one run: ours against the plain way, best of a few.

Not part of `make test`: nothing here asserts a time. `make bench` prints a line per ratio.
"""

import os
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from workbench import ahp
from workbench.segments import validity


def best(function, repeats=5):
    """Shortest of a few runs, seconds; the least disturbed by whatever else the machine does."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def report(capsys, text):
    with capsys.disabled():
        print(f"\n{text}")


def test_ahp_weights_against_one_batched_eig(benchmark, capsys):
    rng = np.random.default_rng(0)
    matrices = ahp.from_upper(np.exp(rng.normal(0, 0.8, (10_000, 36))))
    plain = best(lambda: np.linalg.eig(matrices))
    benchmark.pedantic(lambda: ahp.weights(matrices), rounds=5)
    report(
        capsys, f"10,000 9×9 AHP matrices: {benchmark.stats.stats.min / plain:.2f} of one batched numpy eig"
    )


@pytest.mark.parametrize("d", [3, 8])
def test_squared_silhouette_against_scikit_learn(d, benchmark, capsys):
    X = np.random.default_rng(0).normal(size=(10_000, d))
    labels = [KMeans(k, n_init=1, random_state=0).fit_predict(X) for k in range(2, 11)]
    plain = best(lambda: [silhouette_score(X, found) for found in labels], repeats=1)
    benchmark.pedantic(lambda: [validity.silhouette_squared(X, found) for found in labels], rounds=5)
    ratio = plain / benchmark.stats.stats.min
    report(
        capsys, f"squared silhouette, n = 10⁴, K = 2…10, d = {d}: {ratio:.0f}× scikit-learn's Euclidean one"
    )


PROGRAMS = {
    "DuckDB": """
        table = rfm.rfm(duckdb.read_parquet(FILE), "2024-01-01")
    """,
    "pandas": """
        log = pd.read_parquet(FILE)
        grouped = log.groupby("customer_id")
        table = pd.DataFrame({
            "last": grouped["event_time"].max(), "frequency": grouped.size(), "monetary": grouped["amount"].sum()})
    """,
}
IMPORTS = """
    import re, time
    import duckdb
    import pandas as pd
    from workbench import rfm
    START = time.perf_counter()
"""
# VmHWM, not ru_maxrss: the latter starts from the memory of the process that started this one.
MEASURE = """
    peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
    print(time.perf_counter() - START, peak, len(table), table["frequency"].sum(), table["monetary"].sum())
"""


def run(program, file):
    """Run a program in a process of its own; return seconds, peak memory and what it computed."""
    source = f"FILE = {str(file)!r}\n" + "".join(map(textwrap.dedent, (IMPORTS, program, MEASURE)))
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, env=environment
    )
    seconds, memory, *result = map(float, done.stdout.split())
    return seconds, memory, result


@pytest.mark.parametrize("ids", ["text", "integer"])
def test_rfm_of_ten_million_payments_against_plain_pandas(ids, tmp_path, capsys):
    import duckdb

    file = tmp_path / "payments.parquet"
    customer = "(random() * 200000)::INT"
    customer = f"'customer-' || lpad({customer}::VARCHAR, 6, '0')" if ids == "text" else customer
    duckdb.sql(f"""
        COPY (SELECT {customer} AS customer_id,
                     TIMESTAMP '2022-01-01' + INTERVAL 1 SECOND * (random() * 63000000)::INT AS event_time,
                     round(random() * 100, 2) AS amount
              FROM range(10000000)) TO '{file}' (FORMAT parquet)""")
    runs = {name: [run(program, file) for _ in range(3)] for name, program in PROGRAMS.items()}
    seconds = {name: min(r[0] for r in several) for name, several in runs.items()}
    memory = {name: min(r[1] for r in several) for name, several in runs.items()}
    ours, plain = runs["DuckDB"][0][2], runs["pandas"][0][2]
    assert ours[:2] == plain[:2]
    assert ours[2] == pytest.approx(plain[2], rel=1e-12)
    faster, leaner = seconds["pandas"] / seconds["DuckDB"], memory["DuckDB"] / memory["pandas"]
    what = f"RFM of 10M payments, {ids} ids, Parquet through DuckDB"
    report(capsys, f"{what}: {faster:.1f}× as fast as plain pandas, {leaner:.2f} of its memory")
