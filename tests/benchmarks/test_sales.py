"""The tables of the annual review over five million orders, against plain DuckDB that gives the same figures."""

import numpy as np
import pandas as pd
import pytest
from timing import apart_in_turns

ORDERS, CUSTOMERS = 5_000_000, 400_000

READ = """
import duckdb
duckdb.sql("set threads = 1")
orders = duckdb.sql("from read_parquet('{file}')")
import pandas, numpy, narwhals
"""
CLASSES = "classes = pandas.read_parquet('{labels}').set_index('customer_id')['class']\n"
OURS = {
    "sales by class, with quantiles": """
from workbench import sales
table = sales.sales_by_class(orders, classes)
told = [table["orders"].sum(), round(table["q95"].sum(), 1)]
""",
    "two years side by side": """
from workbench import sales
table = sales.two_periods(orders, "2022-01-01", "2023-01-01", "2024-01-01")
told = [table["orders"].sum(), round(table["value_before"].sum())]
""",
    "new and old customers": """
from workbench import sales
tenure = sales.new_and_old(orders, year=2023, run_in="365D")
told = [len(tenure), (tenure == "new").sum()]
""",
    "why sales changed": """
from workbench import sales
years = {"year": (("2022-01-01", "2023-01-01"), ("2023-01-01", "2024-01-01"))}
table = sales.changes_of(orders, years)
told = [round(table["before"].sum()), round(table["after"].sum())]
""",
    "sales by class and quarter": """
from workbench import sales
table = sales.sales_by_quarter(orders, classes)
told = [len(table), round(table.to_numpy().sum())]
""",
}
THEIRS = {
    "sales by class, with quantiles": """
labels = classes.reset_index()
table = duckdb.sql('''select class, count(*) n, sum(amount), avg(amount), median(amount), max(amount), min(amount),
    quantile_cont(amount, .05), quantile_cont(amount, .95) q, count(distinct customer_id)
    from orders join labels using (customer_id) group by class''').df()
told = [table["n"].sum(), round(table["q"].sum(), 1)]
""",
    "two years side by side": """
table = duckdb.sql('''with marked as (select *, event_time >= '2023-01-01' as now,
        event_time < '2023-01-01' and event_time >= '2022-01-01' as before from orders where event_time < '2024-01-01')
    select customer_id, min(event_time), count(*) filter (before), sum(amount) filter (before) b,
    count(*) filter (now) n, sum(amount) filter (now) from marked group by 1 order by 1''').df()
told = [table["n"].sum(), round(table["b"].sum())]
""",
    "new and old customers": """
table = duckdb.sql('''select customer_id, min(event_time) f, max(event_time) filter (event_time < '2023-01-01') b,
    min(event_time) filter (event_time >= '2023-01-01') w from orders where event_time < '2024-01-01' group by 1
    having w is not null order by 1''').df()
told = [len(table), table["b"].isna().sum()]
""",
    "why sales changed": """
table = duckdb.sql('''select year(event_time) y, count(*), sum(amount) s, count(distinct customer_id) from orders
    where event_time >= '2022-01-01' and event_time < '2024-01-01' group by 1 order by 1''').df()
told = table["s"].round().astype(int).tolist()
""",
    "sales by class and quarter": """
labels = classes.reset_index()
table = duckdb.sql('''select class, date_trunc('quarter', event_time) q, sum(amount) s from orders
    join labels using (customer_id) group by all''').df()
told = [table["q"].nunique(), round(table["s"].sum())]
""",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("orders")
    rng = np.random.default_rng(0)
    names = pd.array([f"C{i:07d}" for i in range(CUSTOMERS)], dtype="str")
    who = (rng.pareto(1.2, ORDERS) * 20_000).astype(int) % CUSTOMERS
    seconds = rng.integers(0, 1095 * 86_400, ORDERS).astype("timedelta64[s]")
    times = (np.datetime64("2021-01-01", "s") + seconds).astype("datetime64[us]")
    orders = pd.DataFrame({"customer_id": names[who], "event_time": times})
    orders.assign(amount=rng.gamma(2, 50, ORDERS).round(2)).to_parquet(folder / "orders.parquet")
    labels = pd.DataFrame({"customer_id": names, "class": rng.choice(list("ABCD"), CUSTOMERS)})
    labels.to_parquet(folder / "labels.parquet")
    return folder


@pytest.mark.parametrize("what", OURS)
def test_tables_of_the_review(what, files, ratio):
    imports = READ.format(file=files / "orders.parquet") + "import workbench.sales\n"
    imports += CLASSES.format(labels=files / "labels.parquet")
    programs = {"ours": OURS[what], "theirs": THEIRS[what]}
    seconds, _, told = apart_in_turns(programs, imports=imports)
    assert [float(x) for x in told["ours"]] == pytest.approx([float(x) for x in told["theirs"]], rel=1e-6)
    ratio(f"{what}, 5·10⁶ orders", seconds["ours"], "plain DuckDB", seconds["theirs"])
