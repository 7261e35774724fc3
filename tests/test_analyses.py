"""The two analyses over data of one's own: right numbers, files with own ids, month 2 against month 1."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import record_of, workbench
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from workbench import rfm

pytestmark = pytest.mark.slow

CUTS = '{"recency": [60, 120, 240, 480], "frequency": [2, 4, 8, 16], "monetary": [50, 100, 200, 400]}'
MAP = ("--map", "customer_id=Kunde", "event_time=Tag", "amount=Betrag")
MOVED = ["Kunde 003", "Kunde 017", "Kunde 041"]  # who buys again in the second month
GONE = ["Kunde 066", "Kunde 067", "Kunde 068", "Kunde 069"]


def payments():
    """70 customers over two years; nobody's last purchase is so old that a month more would cross a cut."""
    rng = np.random.default_rng(0)
    rows = []
    for i in range(70):
        last = pd.Timestamp("2023-12-31") - pd.Timedelta(days=int(rng.choice([5, 75, 150, 300])))
        n = int(rng.choice([1, 3, 6, 12]))
        days = [last, *(last - pd.to_timedelta(rng.integers(1, 300, n - 1), unit="D"))]
        rows += [(f"Kunde {i:03d}", f"{day:%Y-%m-%d}", round(float(rng.gamma(2, 20)), 2)) for day in days]
    return pd.DataFrame(rows, columns=["Kunde", "Tag", "Betrag"])


def run(folder, data, name, *more, study="rfm-segments"):
    done = workbench("run", study, "--data", data, *MAP, "--name", name, "--out", folder / "reports", *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "reports" / "private" / name


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """Two months of one shop, the second against the first, and a third in which everything has shifted."""
    folder = tmp_path_factory.mktemp("shop")
    jan = payments()
    again = pd.DataFrame({"Kunde": MOVED, "Tag": "2024-01-20", "Betrag": 30.0})
    new = pd.DataFrame({"Kunde": ["Neu 1", "Neu 2"], "Tag": "2024-01-25", "Betrag": 20.0})
    feb = pd.concat([jan[~jan["Kunde"].isin(GONE)], again, new])
    shifted = jan.assign(Betrag=jan["Betrag"] * 40)
    for name, table in {"jan": jan, "feb": feb, "shifted": shifted}.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    fixed = ("-p", "scoring=fixed", "-p", f"cuts={CUTS}", "-p", "n_clusters=3")
    first = run(folder, folder / "jan.csv", "jan", *fixed, "-p", "observation_end=2024-01-01")
    second = run(folder, folder / "feb.csv", "feb", "-p", "previous=jan", "-p", "observation_end=2024-02-01")
    third = run(
        folder, folder / "shifted.csv", "shifted", "-p", "previous=jan", "-p", "observation_end=2024-01-01"
    )
    return folder, first, second, third


def by_hand(table, end):
    table = table.assign(Tag=pd.to_datetime(table["Tag"]))
    by = table.groupby("Kunde")
    recency = (pd.Timestamp(end) - by["Tag"].max()).dt.days
    return pd.DataFrame({"recency": recency, "frequency": by.size(), "monetary": by["Betrag"].sum()})


def test_the_numbers_are_those_of_plain_pandas(months):
    written = pd.read_csv(months[1] / "customers.csv").set_index("customer_id")
    expected = by_hand(payments(), "2024-01-01")
    pd.testing.assert_frame_equal(
        written[["recency", "frequency", "monetary"]], expected, check_dtype=False, check_names=False
    )


def test_scores_count_the_cuts_that_are_reached_and_names_follow_from_them(months):
    written = pd.read_csv(months[1] / "customers.csv").set_index("customer_id")
    expected = by_hand(payments(), "2024-01-01")
    recency = 5 - np.searchsorted([60, 120, 240, 480], expected["recency"] - 1e-9)
    frequency = 1 + np.searchsorted([2, 4, 8, 16], expected["frequency"], side="right")
    assert written["recency_score"].tolist() == recency.tolist()
    assert written["frequency_score"].tolist() == frequency.tolist()
    names = rfm.named_segments(pd.DataFrame({"recency": recency, "frequency": frequency}))
    assert written["segment"].tolist() == names.tolist()


def test_named_segments_part_the_customers_and_their_money(months):
    customers, table = (pd.read_csv(months[1] / f"{name}.csv") for name in ("customers", "segments"))
    counts = customers.groupby("segment").agg(n=("monetary", "size"), money=("monetary", "sum"))
    table = table.set_index("segment")
    assert table["customers"].to_dict() == counts["n"].to_dict()
    assert table["share_of_customers"].sum() == pytest.approx(1)
    shares = (counts["money"] / customers["monetary"].sum()).to_dict()
    assert table["share_of_money"].to_dict() == pytest.approx(shares)


def test_clusters_are_those_of_scikit_learn(months):
    written = pd.read_csv(months[1] / "customers.csv").set_index("customer_id")
    X = StandardScaler().fit_transform(np.log1p(by_hand(payments(), "2024-01-01"))) / 3
    labels = KMeans(3, n_init=10, random_state=0).fit_predict(X)
    assert adjusted_rand_score(labels, written["cluster"]) == pytest.approx(1)


def test_files_have_own_ids_and_the_page_none(months):
    folder, first, *_ = months
    customers = pd.read_csv(first / "customers.csv")
    assert sorted(customers["customer_id"]) == sorted(payments()["Kunde"].unique())
    assert customers["pseudonym"].str.fullmatch(r"c\d{4}").all()
    for ending in ("html", "ipynb", "json"):
        text = (folder / "reports" / f"jan.{ending}").read_text("utf-8")
        assert "Kunde 003" not in text


def test_month_two_names_exactly_those_who_moved(months):
    folder, first, second, _ = months
    before = pd.read_csv(first / "customers.csv").set_index("customer_id")["segment"]
    moved = pd.read_csv(second / "moved.csv").set_index("customer_id")
    assert sorted(moved.index) == sorted(name for name in MOVED if name in moved.index)
    assert moved["before"].to_dict() == before[moved.index].to_dict()
    after = pd.read_csv(second / "customers.csv").set_index("customer_id")["segment"]
    both = before.index.intersection(after.index)
    assert sorted(moved.index) == sorted(both[before[both] != after[both]])
    assert len(moved) >= 2
    counts = f"Since jan, {len(moved)} of 66 customers have another name; 4 are gone and 2 are new."
    assert counts in said_of(folder, "feb")


def test_month_two_clusters_nothing_anew(months):
    _, first, second, _ = months
    before, after = (
        pd.read_csv(p / "customers.csv").set_index("customer_id")["cluster"] for p in (first, second)
    )
    assert set(after) <= set(before)


def test_customers_that_have_shifted_are_told(months):
    folder, *_, third = months
    drift = pd.read_csv(third / "drift.csv").set_index("indicator")
    assert drift["shift"].to_dict()["monetary"] == "large"
    assert drift["shift"].to_dict()["frequency"] == "small"
    assert "monetary has shifted much" in said_of(folder, "shifted")
    assert "a new segmentation is due" in said_of(folder, "shifted")


def said_of(folder, name):
    return " ".join(f["text"] for f in record_of(folder / "reports", name)["published"]["findings"])


def test_ids_that_are_written_otherwise_are_asked_about(months):
    folder, *_ = months
    others = payments().assign(Kunde=lambda t: t["Kunde"].str.replace("Kunde 0", "K"))
    others.to_csv(folder / "others.csv", index=False)
    run(folder, folder / "others.csv", "others", "-p", "previous=jan", "-p", "observation_end=2024-01-01")
    told = said_of(folder, "others")
    assert "0 of 0 customers have another name; 70 are gone and 70 are new" in told
    assert "no customer of then occurs here; the ids may be written otherwise" in told
    assert "still fits" not in told


def test_what_a_file_cannot_tell_is_not_known_and_all_else_is_there(tmp_path):
    """Most bought once, and all on one day: no halves, nothing to foretell."""
    rng = np.random.default_rng(1)
    once = pd.DataFrame(
        {"Kunde": [f"Kunde {i:03d}" for i in range(100)], "Betrag": rng.gamma(2, 20, 100).round(2)}
    )
    spread = once.assign(Tag=[f"2024-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(100)])
    again = spread[:15].assign(Tag="2024-12-30")
    pd.concat([spread, again]).to_csv(tmp_path / "once.csv", index=False)
    once.assign(Tag="2024-03-05").to_csv(tmp_path / "day.csv", index=False)
    customers = pd.read_csv(run(tmp_path, tmp_path / "once.csv", "once") / "customers.csv")
    single = customers[customers["frequency"] == 1]
    assert (len(customers), set(single["frequency_score"])) == (100, {1})
    assert {"new", "promising", "hibernating"} <= set(single["segment"])
    assert customers["what_to_do"].notna().all()
    assert len(pd.read_csv(run(tmp_path, tmp_path / "day.csv", "day") / "customers.csv")) == 100
    page = (tmp_path / "reports" / "day.html").read_text("utf-8")
    assert page.count("not known: [2024-03-05") == 2, "neither what scores foretell nor who moves"


def test_buyers_who_are_all_alike_get_a_report(tmp_path):
    """Once a month each, on a day of their own: no spread for the model of purchases to find."""
    rows = [
        (f"Kunde {i:03d}", f"2024-{month:02}-{1 + i % 28:02}", 9.0 + i % 7)
        for i in range(120)
        for month in range(1, 13)
    ]
    pd.DataFrame(rows, columns=["Kunde", "Tag", "Betrag"]).to_csv(tmp_path / "subs.csv", index=False)
    customers = pd.read_csv(run(tmp_path, tmp_path / "subs.csv", "subs") / "customers.csv")
    assert (customers["frequency"] == 12).all()
    assert customers["purchases"].between(5, 7).all(), "half a year at one a month"


def test_judges_comparisons_give_the_published_weights_of_the_telecom_study(tmp_path):
    file = "data/telecom_rfm_ahp/judgements.csv"
    root = Path(__file__).parents[1]
    payments().to_csv(tmp_path / "p.csv", index=False)
    private = run(tmp_path, tmp_path / "p.csv", "judged", "-p", f"judges={root / file}", "-p", "n_clusters=3")
    weights = pd.read_csv(private / "weights.csv").set_index("index")["weight"]
    assert weights.round(3).to_dict() == {"recency": 0.341, "frequency": 0.221, "monetary": 0.439}


@pytest.mark.parametrize("dataset", ["telecom_overlapping", "retail", "cdnow"])
def test_shipped_payments_run_with_one_command(dataset, tmp_path):
    done = workbench("run", "rfm-segments", "-p", f"dataset={dataset}", "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_invoice_lines_run_with_one_command(tmp_path):
    """The shape of Online Retail: lines of invoices, without an amount, some without a customer, some turned back."""
    file = Path(__file__).parent / "own_data" / "c01_online_retail" / "data.csv"
    columns = (
        "customer_id=CustomerID",
        "event_time=InvoiceDate",
        "amount=Quantity*UnitPrice",
        "order_id=InvoiceNo",
    )
    done = workbench("run", "rfm-segments", "--data", file, "--map", *columns, "--drop-without", "customer_id",
                     "--name", "shop", "--out", tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = pd.read_csv(file, dtype={"CustomerID": "str"}, encoding="latin-1").dropna(subset="CustomerID")
    lines["CustomerID"] = lines["CustomerID"].str.removesuffix(".0")
    lines["amount"] = lines["Quantity"] * lines["UnitPrice"]
    when = pd.to_datetime(lines["InvoiceDate"], format="mixed")
    end = when.max().normalize() + pd.Timedelta(days=1)
    bought = lines[lines["amount"] >= 0]
    last = when[bought.index].groupby(bought["CustomerID"]).max()
    expected = pd.DataFrame(
        {
            "recency": (end - last) / pd.Timedelta(days=1),
            "frequency": bought.groupby("CustomerID")["InvoiceNo"].nunique(),
            "monetary": lines.groupby("CustomerID")["amount"].sum(),
        }
    )
    written = pd.read_csv(tmp_path / "private" / "shop" / "customers.csv", dtype={"customer_id": "str"})
    written = written.set_index("customer_id")[[*expected]]
    pd.testing.assert_frame_equal(written, expected.loc[written.index], check_dtype=False, check_names=False)
    assert len(written) == 40


def crm():
    """60 customers as a CRM has them: two never bought, one has no recency."""
    rng = np.random.default_rng(3)
    columns = {
        "Tage": rng.integers(1, 400, 60),
        "Anzahl": rng.integers(1, 30, 60),
        "Wert": rng.gamma(2, 90, 60),
    }
    table = pd.DataFrame(columns, index=[f"Firma {i:02d}" for i in range(60)]).rename_axis("Firma").round(2)
    table.loc[["Firma 07", "Firma 08"], "Anzahl"] = 0
    return table.astype({"Tage": "Int64"}).assign(Tage=lambda t: t["Tage"].mask(t.index == "Firma 09"))


def test_a_table_of_customers_is_read_instead_of_payments(tmp_path):
    crm().to_csv(tmp_path / "crm.csv")
    columns = ("customer_id=Firma", "recency=Tage", "frequency=Anzahl", "monetary=Wert")
    one = (
        "--data",
        tmp_path / "crm.csv",
        "--map",
        *columns,
        "-p",
        "one_row=customer",
        "--out",
        tmp_path / "out",
    )
    for more in (("--name", "first"), ("--name", "second", "--previous", "first")):
        done = workbench("run", "rfm-segments", *one, *more)
        assert done.returncode == 0, done.stdout + done.stderr
    private = tmp_path / "out" / "private"
    written = pd.read_csv(private / "first" / "customers.csv").set_index("customer_id")
    expected = crm().drop(["Firma 07", "Firma 08", "Firma 09"])
    assert written[["recency", "frequency", "monetary"]].to_numpy() == pytest.approx(
        expected.to_numpy("float64")
    )
    gone = pd.read_csv(private / "first" / "left-out.csv").set_index("customer_id")["reason"].to_dict()
    assert gone == {
        "Firma 07": "frequency below 1",
        "Firma 08": "frequency below 1",
        "Firma 09": "no recency",
    }
    assert pd.read_csv(private / "second" / "moved.csv").empty
    assert "Firma 07" not in (tmp_path / "out" / "first.html").read_text("utf-8")


def test_users_come_with_indicators_of_any_kind(tmp_path):
    crm().to_csv(tmp_path / "crm.csv")
    done = workbench("run", "behaviour-segments", "--data", tmp_path / "crm.csv", "--map", "customer_id=Firma",
                     "-p", "one_row=customer", "--name", "crm", "--out", tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    written = pd.read_csv(tmp_path / "private" / "crm" / "customers.csv").set_index("customer_id")
    assert written[["Tage", "Anzahl", "Wert"]].to_numpy() == pytest.approx(crm().dropna().to_numpy("float64"))
    assert len(pd.read_csv(tmp_path / "private" / "crm" / "left-out.csv")) == 1


def events():
    """40 users of a site over four weeks; the last ten buy more and search less."""
    rng, rows = np.random.default_rng(1), []
    for i in range(40):
        buyer = i >= 30
        for day in range(28):
            for kind, rate in (
                ("page_view", 3),
                ("purchase", 2.0 if buyer else 0.1),
                ("search", 0.1 if buyer else 1),
            ):
                for _ in range(rng.poisson(rate)):
                    when = pd.Timestamp("2024-03-04") + pd.Timedelta(
                        days=day, minutes=int(rng.integers(0, 1440))
                    )
                    rows.append((f"u-{i:02d}", when, kind, "ad" if rng.random() < 0.3 else "direct"))
    return pd.DataFrame(rows, columns=["user", "time", "name", "from"])


def test_users_of_any_log_are_segmented_by_what_they_do(tmp_path):
    events().to_csv(tmp_path / "log.csv", index=False)
    columns = ("--map", "customer_id=user", "event_time=time", "event_type=name", "source=from")
    done = workbench("run", "behaviour-segments", "--data", tmp_path / "log.csv", *columns, "--name", "site",
                     "-p", "n_clusters=2", "--out", tmp_path / "out")  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    customers = pd.read_csv(tmp_path / "out" / "private" / "site" / "customers.csv").set_index("customer_id")
    told = events().drop_duplicates()  # what is repeated to the letter counts once
    counts = told.groupby(["user", "name"]).size().unstack(fill_value=0)
    for kind in ("page_view", "purchase", "search"):
        assert customers[kind].to_dict() == counts[kind].to_dict()
    segments = customers["segment"]
    assert segments[:30].nunique() == 1
    assert segments[30:].nunique() == 1
    assert segments.nunique() == 2
    assert "purchase" in segments.iloc[-1]
    findings = record_of(tmp_path / "out", "site")["published"]["findings"]
    assert any("are in the same segment in both halves" in f["text"] for f in findings)


def test_a_log_of_another_month_is_put_to_the_segments_of_the_first(tmp_path):
    log = events()
    log.to_csv(tmp_path / "one.csv", index=False)
    # user 0 now does what the buyers do
    other = log[log["user"] != "u-00"]
    turned = log[log["user"] == "u-39"].assign(user="u-00")
    pd.concat([other, turned]).to_csv(tmp_path / "two.csv", index=False)
    columns = ("--map", "customer_id=user", "event_time=time", "event_type=name", "source=from")
    for name, more in (("one", ("-p", "n_clusters=2")), ("two", ("-p", "previous=one"))):
        done = workbench("run", "behaviour-segments", "--data", tmp_path / f"{name}.csv", *columns, "--name", name,
                         *more, "--out", tmp_path / "out")  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    moved = pd.read_csv(tmp_path / "out" / "private" / "two" / "moved.csv")
    assert moved["customer_id"].tolist() == ["u-00"]
