"""Methods against the plain way. Nothing asserts a time: `make bench` prints a line per ratio."""

import textwrap

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from timing import apart_in_turns, in_turns, seconds_of

from workbench import ahp, segments
from workbench.segments import validity
from workbench.segments.silhouettes import codes_of, mean_silhouettes

KS = range(2, 11)


def points(n, d):
    X = np.random.default_rng(0).normal(size=(n, d))
    return X, [KMeans(k, n_init=1, random_state=0).fit_predict(X) for k in KS]


def test_ahp_weights(ratio):
    rng = np.random.default_rng(0)
    matrices = ahp.from_upper(np.exp(rng.normal(0, 0.8, (10_000, 36))))
    taken = in_turns({"ours": lambda: ahp.weights(matrices), "theirs": lambda: np.linalg.eig(matrices)})
    ratio("weights of 10,000 AHP matrices of 9", taken["ours"], "one numpy eig of all", taken["theirs"])


@pytest.mark.parametrize("d", [3, 8])
def test_squared_silhouettes(d, ratio):
    X, labels = points(10_000, d)
    ours = in_turns({"ours": lambda: [validity.silhouette_squared(X, found) for found in labels]}, 5)["ours"]
    theirs = seconds_of(lambda: [silhouette_score(X, found) for found in labels])
    ratio(
        f"squared silhouettes, n = 10⁴, K = 2…10, d = {d}",
        ours,
        "scikit-learn's nine Euclidean calls",
        theirs,
    )


@pytest.mark.parametrize("d", [3, 8])
def test_exact_silhouettes(d, ratio):
    X, labels = points(10_000, d)
    partitions = [codes_of(found, X) for found in labels]
    found = {}

    def ours():
        found["ours"] = mean_silhouettes(X, partitions)

    def theirs():
        found["theirs"] = [silhouette_score(X, labels_of) for labels_of in labels]

    taken = {"ours": in_turns({"": ours}, 5)[""], "theirs": in_turns({"": theirs}, 2)[""]}
    assert found["ours"] == pytest.approx(found["theirs"], abs=1e-6)
    what = f"exact silhouettes, n = 10⁴, K = 2…10, d = {d}"
    ratio(what, taken["ours"], "scikit-learn's nine calls", taken["theirs"])


def test_exact_silhouettes_of_a_hundred_thousand(ratio):
    X, labels = points(100_000, 3)
    partitions = [codes_of(found, X) for found in labels]
    found = {}

    def ours():
        found["ours"] = mean_silhouettes(X, partitions)

    def one_of_theirs():
        found["theirs"] = silhouette_score(X, labels[-1])

    taken = in_turns({"ours": ours, "theirs": one_of_theirs}, 1)
    assert found["ours"][-1] == pytest.approx(found["theirs"], abs=1e-6)
    against = "nine times scikit-learn's call for K = 10"
    ratio("exact silhouettes, n = 10⁵, K = 2…10, d = 3", taken["ours"], against, 9 * taken["theirs"])


def test_evidence_for_the_number_of_clusters_grows(growth):
    rng, taken = np.random.default_rng(0), {}
    for n in (1_000, 10_000, 100_000, 1_000_000):
        X = rng.normal(size=(n, 3)) + rng.integers(0, 4, size=n)[:, None] * 2.5
        taken[n] = seconds_of(
            lambda X=X: segments.choose_n_clusters(X, range(1, 9), n_reference=10, n_boot=20, random_state=0)
        )
    growth("evidence for K = 1…8", taken)


RFM = {
    "ours": """
        table = rfm.rfm(duckdb.read_parquet(FILE), "2024-01-01")
    """,
    "theirs": """
        log = pd.read_parquet(FILE)
        grouped = log.groupby("customer_id")
        table = pd.DataFrame({
            "last": grouped["event_time"].max(), "frequency": grouped.size(), "monetary": grouped["amount"].sum()})
    """,
}
INDICATORS = {
    "ours": """
        table = events.indicators(
            duckdb.read_parquet(FILE), observation_start="2024-03-04", observation_end="2024-03-11")
    """,
    "theirs": """
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
TOLD = {
    "RFM": 'told = len(table), table["frequency"].sum(), round(table["monetary"].sum())\n',
    "indicators": "import hashlib\ntold = [hashlib.sha256("
    "table.astype(float).round(12).reset_index().to_csv(index=False).encode()).hexdigest()]\n",
}
COLUMNS = {
    "RFM": "TIMESTAMP '2022-01-01' + INTERVAL 1 SECOND * (random() * 63000000)::INT AS event_time, "
    "round(random() * 100, 2) AS amount",
    "indicators": "TIMESTAMP '2024-03-03' + INTERVAL 1 SECOND * (random() * 777600)::INT AS event_time, "
    "['app_launch', 'tab_switch', 'function_visit', 'news_view', 'click', 'account_message', "
    "'news_message'][1 + (random() * 6.9999)::INT % 7] AS event_type, "
    "CASE WHEN random() < 0.5 THEN 'icon' ELSE 'push' END AS source",
}


@pytest.mark.parametrize("ids", ["text", "integer"])
@pytest.mark.parametrize(
    ("what", "programs"), [("RFM", RFM), ("indicators", INDICATORS)], ids=["RFM", "indicators"]
)
def test_ten_million_rows(what, programs, ids, tmp_path, ratio):
    import duckdb

    file = tmp_path / "rows.parquet"
    customer = "(random() * 199999)::INT"
    customer = f"'customer-' || lpad({customer}::VARCHAR, 6, '0')" if ids == "text" else customer
    duckdb.sql(f"""
        COPY (SELECT {customer} AS customer_id, {COLUMNS[what]} FROM range(10000000)) TO '{file}' (FORMAT parquet)""")
    imports = f"import duckdb\nimport pandas as pd\nfrom workbench import events, rfm\nFILE = {str(file)!r}\n"
    programs = {name: textwrap.dedent(program) + TOLD[what] for name, program in programs.items()}
    seconds, memory, told = apart_in_turns(programs, imports=imports)
    assert told["ours"] == told["theirs"]
    rows = f"{what} of 10 million rows, {ids} ids, from Parquet"
    ratio(rows, seconds["ours"], "pandas", seconds["theirs"])
    ratio(f"{rows}: memory", memory["ours"], "pandas", memory["theirs"], unit="MiB")
