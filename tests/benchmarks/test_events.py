"""Indicators of a large event log: DuckDB over Parquet against a plain pandas groupby. Nothing asserts a time."""

import os
import subprocess
import sys
import textwrap

import pytest
from test_ratios import report

PROGRAMS = {
    "DuckDB": """
        import duckdb
        from workbench import events
        table = events.indicators(
            duckdb.read_parquet(FILE), observation_start="2024-03-04", observation_end="2024-03-11")
    """,
    "pandas": """
        import pandas as pd
        log = pd.read_parquet(FILE)
        log = log[(log["event_time"] >= "2024-03-04") & (log["event_time"] < "2024-03-11")]
        n = log.groupby(["customer_id", "event_type"]).size().unstack(fill_value=0)
        pushed = log[(log["event_type"] == "app_launch") & (log["source"] == "push")].groupby("customer_id").size()
        share = pushed.reindex(n.index, fill_value=0) / n["app_launch"].where(n["app_launch"] > 0)
        table = pd.DataFrame({
            "actions": n.drop(columns=["account_message", "news_message"]).sum(axis=1),
            "app_launches": n["app_launch"], "account_messages": n["account_message"],
            "push_launch_share": share.fillna(0.0), "tab_switches": n["tab_switch"],
            "function_visits": n["function_visit"], "news_messages": n["news_message"],
            "news_views": n["news_view"]})
    """,
}
MEASURE = """
    import hashlib, resource, time
    seconds, peak = time.perf_counter() - START, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    text = table.astype(float).round(12).reset_index().to_csv(index=False)
    print(seconds, peak, hashlib.sha256(text.encode()).hexdigest(), len(table))
"""


def run(program, file):
    """Run a program in a process of its own; return seconds, peak MiB and a digest of its table."""
    start = f"FILE = {str(file)!r}\nimport time\nSTART = time.perf_counter()\n"
    done = subprocess.run(
        [sys.executable, "-c", start + textwrap.dedent(program) + textwrap.dedent(MEASURE)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    # DuckDB draws its progress on stdout, if a query takes long.
    seconds, memory, *result = done.stdout.split()[-4:]
    return float(seconds), float(memory), result


@pytest.mark.parametrize("ids", ["text", "integer"])
def test_indicators_of_ten_million_events_against_plain_pandas(ids, tmp_path, capsys):
    import duckdb

    file = tmp_path / "events.parquet"
    customer = "(random() * 199999)::INT"
    customer = f"'customer-' || lpad({customer}::VARCHAR, 6, '0')" if ids == "text" else customer
    types = "['app_launch', 'tab_switch', 'function_visit', 'news_view', 'click', 'account_message', 'news_message']"
    duckdb.sql(f"""
        COPY (SELECT {customer} AS customer_id,
                     TIMESTAMP '2024-03-03' + INTERVAL 1 SECOND * (random() * 777600)::INT AS event_time,
                     {types}[1 + (random() * 6.9999)::INT % 7] AS event_type,
                     CASE WHEN random() < 0.5 THEN 'icon' ELSE 'push' END AS source
              FROM range(10000000)) TO '{file}' (FORMAT parquet)""")
    runs = {name: [run(program, file) for _ in range(3)] for name, program in PROGRAMS.items()}
    seconds = {name: min(r[0] for r in several) for name, several in runs.items()}
    memory = {name: min(r[1] for r in several) for name, several in runs.items()}
    assert runs["DuckDB"][0][2] == runs["pandas"][0][2]
    faster, leaner = seconds["pandas"] / seconds["DuckDB"], memory["DuckDB"] / memory["pandas"]
    what = f"indicators of 10M events, {ids} ids, Parquet through DuckDB"
    report(capsys, f"{what}: {faster:.1f}× as fast as plain pandas, {leaner:.2f} of its memory")
