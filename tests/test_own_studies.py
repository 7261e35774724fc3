"""Little and odd data of a user's own through the studies: they run and say what they left out, or say why not."""

import json
import random
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import workbench

pytestmark = pytest.mark.slow
CASES = Path(__file__).parent / "own_data"
TELECOM, BANK, RETAIL = "telecom-rfm-ahp", "bank-app-kmeans", "retail-cbr-grey"


class Ran:
    """What came out of a run: its exit code, its last lines, its claims, and the texts of its cells by id."""

    def __init__(self, done, out):
        self.code, self.said = done.returncode, done.stdout + done.stderr
        (self.why,) = re.findall(r"^(?:passed|failed|refused): .*$", self.said, re.M)
        self.claims, self.texts = {}, {}
        for file in out.glob("*--????????.json"):
            self.claims = json.loads(file.read_text("utf-8"))["claims"]["claims"]
        for file in out.glob("*--????????.ipynb"):
            cells = json.loads(file.read_text("utf-8"))["cells"]
            self.texts = {c["id"]: shown(c["outputs"]) for c in cells if c["cell_type"] == "code"}

    def __getitem__(self, cell):
        return self.texts[cell]


def shown(outputs):
    parts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs]
    return "\n".join("".join(part) for part in parts)


@pytest.fixture
def ran(tmp_path):
    def run(study, file, *arguments, name="out", **parameters):
        given = [
            part
            for key, value in parameters.items()
            for part in ("-p", f"{key}={json.dumps(value) if isinstance(value, (dict, list)) else value}")
        ]
        out = tmp_path / name
        return Ran(workbench("run", study, "--data", file, *arguments, *given, "--out", out), out)

    return run


def no_gap(run, *but):
    """No cell shows what only Python calls so."""
    words = re.compile(r"\b(NaN|nan|inf|NaT)\b")
    assert {cell: text for cell, text in run.texts.items() if words.search(text) and cell not in but} == {}
    assert run.code == 0, run.why
    assert {row["verdict"] for row in run.claims if row["basis"] == "stand-in"} == {"n/a"}


def test_one_time_buyers_have_no_frequency_to_weigh(ran):
    run = ran(TELECOM, CASES / "c04_one_time_buyers" / "orders.csv")
    no_gap(run)
    assert (
        "frequency is 1 for every customer and tells nothing; its weight goes to the others" in run["code-28"]
    )
    assert "·" in run["code-38"]
    assert "Decide nothing on the arrows alone" in run["code-38"]
    assert "incomplete and left out: 2023Q4" in run["code-48"]


def test_five_customers_are_few_and_the_limits_are_lowered(ran):
    run = ran(TELECOM, CASES / "c06_five_customers" / "orders.csv")
    no_gap(run)
    assert "k_max is lowered from 8 to 4: only 5 customers differ in the indicators" in run["code-32"]
    assert "trend not known: it needs two complete quarters, and there are none" in run["code-48"]
    assert run["code-48"].count("not known") == 1 + 3  # the line, and each cluster


@pytest.mark.parametrize(
    ("refunds", "customers", "left"),
    [("net", 60, []), ("ignore", 60, []), ("drop", 59, ["customers net negative: 1"])],
)
def test_refunds_only_and_more_refunds_than_payments(ran, refunds, customers, left):
    run = ran(TELECOM, CASES / "c03_refund_only" / "orders.csv", refunds=refunds, scaling="log_zscore")
    no_gap(run)
    for line in [f"refunds: {refunds}", "refund rows: 3", "customers without purchase: 2", *left]:
        assert line in run["code-08"]
    assert f"Recency, frequency and monetary of {customers} customers." in run["code-08"]
    gone = {"net": 2, "ignore": 0, "drop": None}[refunds]  # ignored refunds are no rows of sales
    assert gone is None or f"rows of customers without a segment: {gone}" in run["code-48"]


def test_data_of_one_quarter_have_no_trend(ran):
    columns = ["--map", "customer_id=user_id", "amount=price", "order_id=user_session"]
    run = ran(TELECOM, CASES / "c13_rees46" / "2019-Oct.csv", *columns)
    no_gap(run)
    assert "frequency counts orders" in run["code-08"]
    assert "there are none; incomplete and left out: 2019Q4" in run["code-48"]


def test_invoice_lines_count_orders_and_no_refund_is_one(ran):
    file = CASES / "c01_online_retail" / "data.csv"
    lines = pd.read_csv(file, encoding="cp1252").dropna(subset=["CustomerID"])
    bought = lines[lines["Quantity"] * lines["UnitPrice"] >= 0]
    orders = bought.groupby("CustomerID")["InvoiceNo"].nunique()
    columns = [
        "customer_id=CustomerID",
        "event_time=InvoiceDate",
        "amount=Quantity*UnitPrice",
        "order_id=InvoiceNo",
    ]
    run = ran(
        TELECOM,
        file,
        "--map",
        *columns,
        reading={"drop_without": "customer_id", "time_format": "month first"},
    )
    no_gap(run)
    assert "left out: without customer_id" in run["code-06-ledger"]
    assert f"monetary of {len(orders)} customers." in run["code-08"]
    described = dict(re.findall(r"^(mean|largest) +[\d.]+ +([\d.]+)", run["code-08"], re.M))
    assert {name: float(text) for name, text in described.items()} == {
        "mean": pytest.approx(orders.mean(), abs=0.005),
        "largest": orders.max(),
    }


# Event logs


def log(file, customers, draw, *, launches=True, header="customer_id,event_time,event_type,source"):
    """Write a log of one week in which every second customer launches the app, or nobody does."""
    rows = []
    for i, name in enumerate(customers):
        kinds = ["function_visit", "account_message", "news_message"] * (1 + i % 4) + ["tab_switch"] * (i % 7)
        kinds += ["app_launch"] * (3 + i % 5 if launches and i % 2 else 0)
        rows += [f"{name},{moment(draw)},{kind},{draw.choice(['push', 'icon'])}" for kind in kinds]
    draw.shuffle(rows)
    file.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return file


def moment(draw):
    day, hour, minute, second = (draw.randint(*ends) for ends in ((4, 10), (0, 23), (0, 59), (0, 59)))
    return f"2024-03-{day:02d} {hour:02d}:{minute:02d}:{second:02d}"


GA4 = ["--map", "customer_id=user_pseudo_id", "event_time=event_timestamp", "event_type=event_name"]
MICROSECONDS = {"time_format": "epoch us"}


def of_ga4(folder):
    """The first 119 events of an app, by four customers."""
    lines = (CASES / "c12_ga4" / "events.csv").read_text("utf-8").splitlines(keepends=True)[:120]
    (folder / "events.csv").write_text("".join(lines), "utf-8")
    return folder / "events.csv"


def test_a_log_of_unknown_types_is_refused_with_them(ran, tmp_path):
    run = ran(BANK, of_ga4(tmp_path), *GA4, reading=MICROSECONDS)
    assert run.code == 2  # before a kernel
    assert (
        "none of the event types of your file is known: 'user_engagement' (28), 'screen_view' (26), "
        in run.why
    )
    assert "say which is which of app_launch, " in run.why


def test_a_log_of_another_app_without_a_source_runs_with_a_mapping(ran, tmp_path):
    kinds = {"session_start": "app_launch", "screen_view": "function_visit", "notification_open": "news_view"}
    run = ran(BANK, of_ga4(tmp_path), *GA4, reading=MICROSECONDS, event_kinds=kinds)
    no_gap(run)
    assert "No launch says whence it came: the push share is not known, and is left out." in run["code-10"]
    assert "push launch share" not in run["code-10"]
    assert run["code-30-quantities"].count("not known") == 6
    assert "account_messages is 0 for every customer and tells nothing" in run["code-13"]
    assert "k_max is lowered from 10 to 3: only 4 customers differ in the indicators" in run["code-13"]
    assert re.search(
        r"unknown event type +50 +4 +69", run["code-08"]
    )  # 119 events, 50 of types without a mapping


def test_nobody_launches_the_app(ran, tmp_path):
    run = ran(
        BANK, log(tmp_path / "log.csv", [f"u{i:02d}" for i in range(24)], random.Random(4), launches=False)
    )
    no_gap(run)
    assert "app_launches is 0 for every customer and tells nothing" in run["code-13"]
    assert run["code-30-quantities"].count("not known") == 6


def test_five_customers_of_an_app(ran, tmp_path):
    run = ran(BANK, log(tmp_path / "log.csv", "abcde", random.Random(5)))
    no_gap(run)
    assert "k_max is lowered from 10 to 4: only 5 customers differ in the indicators" in run["code-13"]


def test_a_run_that_max_iter_stopped_is_not_called_an_optimum(ran, tmp_path):
    run = ran(BANK, log(tmp_path / "log.csv", [f"u{i:02d}" for i in range(60)], random.Random(6)), max_iter=1)
    no_gap(run)
    assert "K-means stopped at its limit of 1 iterations, while a centre still moved by" in run["code-17"]
    assert "above the best of 50, but it stopped at its limit" in run["code-38"]
    assert "local optimum" not in run["code-38"]


def segments(folder):
    (file,) = folder.glob("out/private/*/segments.csv")
    return pd.read_csv(file)


SHIPPED = {
    TELECOM: ("telecom_rfm_ahp/payments.csv", "customers"),
    RETAIL: ("retail/bookings.csv", "size"),
}


@pytest.mark.parametrize("study", SHIPPED)
def test_shipped_data_run_as_own_data_with_their_customers_renamed(ran, tmp_path, study):
    file, column = SHIPPED[study]
    shipped = pd.read_csv(Path(__file__).parents[1] / "data" / file, dtype=str)
    names = sorted(shipped["customer_id"].unique(), reverse=True)
    new = {name: f"K{i:05}" for i, name in enumerate(names)}
    shipped.assign(customer_id=shipped["customer_id"].map(new)).to_csv(tmp_path / "own.csv", index=False)
    no_gap(ran(study, tmp_path / "own.csv"))
    grouped = segments(tmp_path)[column]
    assert grouped.min() > 0
    whole = {TELECOM: len(names), RETAIL: 679}[study]  # those with a booking of their own
    assert grouped.sum() == whole


def test_customers_in_another_order_run_as_well(ran, tmp_path):
    shipped = pd.read_csv(Path(__file__).parents[1] / "data" / "bank_app" / "events.csv", dtype=str)
    known = shipped["customer_id"].notna()
    turned = shipped["customer_id"].where(
        ~known, "K" + (999 - shipped["customer_id"].str[1:].astype(float)).astype(str)
    )
    shipped.assign(customer_id=turned.str.removesuffix(".0")).to_csv(tmp_path / "renamed.csv", index=False)
    run = ran(BANK, tmp_path / "renamed.csv")
    no_gap(run)
    assert sorted(segments(tmp_path)["customers"]) == [5, 13, 82]  # as by default, and as published
    assert "outside the window;" not in run["code-08"]  # the whole log, unless a length is given
    week = ran(BANK, tmp_path / "renamed.csv", days=7, name="week")
    assert "of the rows lie outside the window; observation_start and days move it" in week["code-08"]


def test_pseudonyms_change_no_result(ran, tmp_path):
    names = [f"Müller {i * 7 % 30}" for i in range(30)]
    file = log(tmp_path / "log.csv", names, random.Random(7))
    allow = ["--allow-personal", "all of them are invented"]
    one, two = (
        ran(BANK, file, *allow, identifiers=how, name=how[:4]) for how in ("pseudonyms", "as they are")
    )
    assert (one.code, two.code) == (0, 0)
    assert one.claims == two.claims
    shows = {"injected-parameters", "code-24-customers"}  # the customers are listed there
    assert {c: t for c, t in one.texts.items() if c not in shows} == {
        c: t for c, t in two.texts.items() if c not in shows
    }
    assert "Müller" not in "".join(one.texts.values())


def test_a_date_that_leaves_the_month_open_is_refused(ran, tmp_path):
    run = ran(BANK, log(tmp_path / "log.csv", "abcde", random.Random(8)), observation_start="05/03/2024")
    assert run.code != 0
    assert "observation_start: '05/03/2024' given; write 2024-03-05" in run.why


# Bookings


def bookings(file, n, kinds, draw, *, each=4):
    rows = [
        f"k{i:02d},2023-{draw.randint(1, 6):02d}-{draw.randint(1, 28):02d},{draw.choice(kinds)},{draw.randint(1, 900)}"
        for i in range(n)
        for _ in range(each)
    ]
    file.write_text("\n".join(["customer_id,event_time,event_type,amount", *rows]) + "\n", "utf-8")
    return file


def test_five_customers_of_a_bank_without_interest_and_fees(ran, tmp_path):
    run = ran(RETAIL, bookings(tmp_path / "b.csv", 5, ["deposit", "withdrawal"], random.Random(1)))
    no_gap(run)
    assert "types left out: none" in run["code-08"]
    assert "classes of cases: 2 (no more cases differ)" in run["code-25"]


def test_one_booking_each_leaves_indicators_that_are_alike(ran, tmp_path):
    run = ran(RETAIL, bookings(tmp_path / "b.csv", 40, ["deposit"], random.Random(2), each=1))
    no_gap(run)
    assert (
        "the same for all, set to 0: days since last transfer, days since last withdrawal, " in run["code-23"]
    )


def test_a_customer_of_interest_alone_is_counted_and_has_no_class(ran, tmp_path):
    file = bookings(tmp_path / "b.csv", 30, ["deposit", "withdrawal", "transfer"], random.Random(4))
    file.write_text(file.read_text("utf-8") + "k99,2023-06-30,interest,1\n", "utf-8")
    run = ran(RETAIL, file)
    no_gap(run)
    assert "customers without transaction: 1" in run["code-08"]
    assert "30 customers with a transaction fall into 8 classes" in run["code-54"]
    assert "stand-in" not in run["code-51-validation"]


@pytest.mark.parametrize(
    ("n", "parameters", "why"),
    [
        (
            20,
            {"exclude_bookings": "Zinsen"},
            "No booking is of the type 'Zinsen', which is to be left out. Types: ",
        ),
        (
            20,
            {"booking_kinds": {"Deposit": "deposit"}},
            "which is to be of a kind; did you mean 'deposit'? Types: ",
        ),
        (
            3,
            {},
            "There is only 1 class of customers (1 in all), and high and lower need two: bring more customers",
        ),
    ],
)
def test_what_cannot_be_computed_is_said_in_one_line(ran, tmp_path, n, parameters, why):
    file = bookings(tmp_path / "b.csv", n, ["deposit", "withdrawal"], random.Random(3))
    run = ran(RETAIL, file, **parameters)
    assert run.code == 3
    assert why in run.why
