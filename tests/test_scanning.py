"""Large data read in portions: the same customers, numbers, ledger and refusals as of the whole in memory."""

import gzip
import re
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from tests.test_own_data import BANK, CASES, CZECH, LINES, REES, RETAIL, SHOP
from workbench import data, events, rfm
from workbench.data import reading
from workbench.data.scanning import answers, raw, texts

SHIPPED = Path("data/telecom_rfm_ahp/payments.csv")
WITHOUT = {"reading": {"drop_without": "customer_id"}}


@pytest.fixture(autouse=True)
def all_is_large(monkeypatch):
    monkeypatch.setattr(raw, "LARGE", 0)
    monkeypatch.setattr(texts, "LARGE", 0)


def outcome(read, source, how):
    """The rows in an order, their ledger, record and own ids; or the refusal."""
    before = len(data.loaded())
    try:
        rows = read("", source, **({"roles": data.PAYMENTS} | how))
    except data.DataError as refused:
        return str(refused)
    frame = nw.from_native(rows).lazy().collect("pandas").to_native()
    frame = frame.astype(
        {"order_id": "str"} if "order_id" in frame else {}
    )  # an engine says nothing of empty columns
    ledger = rows.attrs["ledger"] | {"noticed": without_how(rows.attrs["ledger"]["noticed"])}
    record = [entry | {"notes": without_how(entry["notes"])} for entry in data.loaded()[before:]]
    return frame.sort_values(list(frame), ignore_index=True), ledger, record, data.own_ids()


def without_how(notes):
    return [note for note in notes if not note.startswith(("read in portions", "read whole into memory: "))]


def same(source, how, *, scanned=True):
    """Hold what `scan` gives against what `load` gives."""
    whole, portions = outcome(data.load, source, how), outcome(data.scan, source, how)
    if isinstance(whole, str):
        assert portions == whole
        return whole
    assert portions[1:] == whole[1:]
    pd.testing.assert_frame_equal(portions[0], whole[0])
    assert isinstance(data.scan("", source, **({"roles": data.PAYMENTS} | how)), nw.LazyFrame) == scanned
    return whole


TEXTS = {
    "payments": (SHIPPED, {}),
    "invoice lines": (CASES / "c01_online_retail/data_amount.csv", {"columns": RETAIL} | WITHOUT),
    "quantity times price": (CASES / "c01_online_retail/data.csv", {"columns": LINES} | WITHOUT),
    "refused without a customer": (CASES / "c01_online_retail/data_amount.csv", {"columns": RETAIL}),
    "ids with and without .0": (CASES / "c07_float_ids/months.csv", {}),
    "points for thousands": (CASES / "c09_dot_thousands/umsatz.csv", {"columns": BANK}),
    "some events": (
        CASES / "c13_rees46/2019-Oct.csv",
        {"columns": REES, "where": {"event_type": "purchase|refund"}},
    ),
    "no such events": (CASES / "c13_rees46/2019-Oct.csv", {"columns": REES, "where": {"event_type": "sale"}}),
    "yymmdd": (CASES / "c14_czech_bank/trans.csv", {"columns": CZECH}),
    "totals on first lines": (
        CASES / "c16_shopify/orders_export.csv",
        {"columns": SHOP, "reading": {"drop_without": "amount"}},
    ),
    "own names": (CASES / "c03_refund_only/orders.csv", {"identifiers": "as they are"}),
}


@pytest.mark.parametrize("case", TEXTS)
def test_texts_are_read_as_of_the_whole(case, tmp_path):
    file, how = TEXTS[case]
    frame = reading.read(file).frame
    frame.attrs = {}
    frame.to_parquet(tmp_path / "texts.parquet", index=False)
    same(tmp_path / "texts.parquet", how)


@pytest.mark.parametrize("case", TEXTS)
def test_text_files_are_read_as_of_the_whole(case, monkeypatch):
    monkeypatch.setattr(texts, "PORTION", 1_000)
    monkeypatch.setattr(texts, "ROWS", 10_000 if case == "payments" else 50)
    same(*TEXTS[case])


GOOD = [f"K{i % 10},2024-01-{i % 28 + 1:02d},{i % 7 - 1},note {i}" for i in range(90)]
HEAD = "customer_id,event_time,amount,note"


def at(row, line):
    """Lines of which one is another."""
    return [HEAD, *GOOD[:row], line, *GOOD[row:]]


# Lines, and what `load` says of them: part of a note or of a refusal; None where it notices nothing.
ODD = {
    "a preamble": (["Report of payments" * 9, "", HEAD, *GOOD], "2 rows before the header left out"),
    "an empty row": (at(70, ",,,"), "1 empty row left out"),
    "blank lines at the end": ([*at(70, ""), "", " ", ""], "1 empty row left out"),
    "the header again": (at(70, HEAD), r"1 row like the header \(the first is row 72\) left out"),
    "a total below": (
        [HEAD, *GOOD, ",,,", "Total,,180,"],
        r"1 row below the table left out \(row 93: 'Total 180'\)",
    ),
    "an end of empty columns": ([HEAD + ",", *(line + "," for line in GOOD)], "empty last columns"),
    "a cell of two lines": (at(70, 'K1,2024-01-05,5,"two\nlines"'), None),
    "a bad cell at the end": (at(90, "K1,2024-01-05,five,x"), "row 92: 'five' is not a number"),
    "a ragged row at the end": (at(90, "K1,2024-01-05,5,x,y"), "row 92 has 5 cells, the header 4"),
    "a short row": (at(80, "K1,2024-01-05"), "row 82: "),
    "a quotation mark left open": (
        at(80, 'K1,2024-01-05,5,"x'),
        "row 82 opens a quotation mark that is never",
    ),
    "a quotation mark closed late": (
        [*at(80, 'K1,2024-01-05,5,"x'), 'K2,2024-01-06,5,y"'],
        "row 82 opens a quotation mark that is closed only in a later row",
    ),
    "mixed encodings at the end": (at(90, "K1,2024-01-05,5,Mü"), None),
}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("case", ODD)
def test_odd_lines_are_read_as_of_the_whole(case, ends, tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "PORTION", 100)
    monkeypatch.setattr(texts, "ROWS", 30)
    lines, said = ODD[case]
    file = tmp_path / "odd.csv"
    file.write_bytes((ends.join(lines) + ends).encode())
    whole = same(file, {"reading": {"totals": "keep"}})
    if said:
        assert re.search(said, whole if isinstance(whole, str) else "; ".join(whole[1]["noticed"]))


@pytest.mark.parametrize(
    ("codec", "how", "scanned"),
    [
        ("utf-8", {}, True),
        ("utf-8-sig", {}, True),
        ("cp1252", {}, True),
        ("cp1252", {"encoding": "cp1252"}, True),
        ("cp1252", {"encoding": "utf-8"}, True),
        ("cp1250", {}, False),
        ("utf-16", {}, False),
        ("utf-16-le", {}, False),
    ],
)
def test_encodings_are_told_from_all_portions(codec, how, scanned, tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "PORTION", 100)
    word = "Dvořák, Šimůnek" if codec == "cp1250" else "Müller, Größe"
    file = tmp_path / "names.csv"
    file.write_bytes("\n".join(at(85, f'K1,2024-01-05,5,"{word}"')).encode(codec))
    said = same(file, {"reading": how}, scanned=scanned)
    assert isinstance(said, str) == (how == {"encoding": "utf-8"} or codec == "utf-16-le")


def test_packed_and_several_files_are_read_as_of_the_whole(tmp_path):
    for part, lines in enumerate(
        [[HEAD, *GOOD, ",,,", "K1,2024-01-05,six,x"], at(30, "K1,2024-01-05,five,x")]
    ):
        with gzip.open(tmp_path / f"part-{part}.csv.gz", "wt") as file:
            file.write("\n".join(lines))
    refused = same(tmp_path, {})
    assert refused.startswith("part-0.csv.gz: column 'amount' (amount), row 93: 'six' is not a number")
    refused = same(tmp_path / "part-1.csv.gz", {})
    assert refused.startswith("part-1.csv.gz: column 'amount' (amount), row 32: 'five' is not a number")


def test_a_last_row_that_may_be_a_total_is_refused_alike(tmp_path):
    (tmp_path / "paid.csv").write_text("\n".join(at(90, "K1,2024-01-05,5,Total")))
    assert "may be a total or a customer" in same(tmp_path / "paid.csv", {})


def test_a_file_of_another_kind_and_one_without_rows_are_refused_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "PORTION", 100)
    for name, content in [
        ("page.csv", b"<html>,b\n1,2\n"),
        ("head.csv", HEAD.encode()),
        ("zero.csv", b""),
        ("nul.csv", b"a\0b"),
    ]:
        (tmp_path / name).write_bytes(content)
        assert isinstance(same(tmp_path / name, {}), str)
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress("\n".join([HEAD, *GOOD]).encode())[:-20])
    assert "damaged" in same(tmp_path / "cut.csv.gz", {})


def payments(n=60):
    """Payments of ten customers with typed columns."""
    day = pd.date_range("2024-01-01 09:30", periods=n, freq="D")
    frame = pd.DataFrame({"customer_id": [f"K{i % 10}" for i in range(n)], "event_time": day})
    return frame.assign(amount=[float(i % 7) - 1 for i in range(n)], order_id=range(n))


def changed(column, row, value):
    def change(frame):
        cells = frame[column].astype(object)
        cells[row] = value
        return frame.assign(**{column: cells if isinstance(value, str) else cells.infer_objects()})

    return change


TYPED = {
    "as they are": lambda frame: frame,
    "whole numbers as ids": lambda frame: frame.assign(customer_id=frame.index % 7),
    "days": lambda frame: frame.assign(event_time=frame["event_time"].dt.date),
    "zoned": lambda frame: frame.assign(event_time=frame["event_time"].dt.tz_localize("Asia/Tokyo")),
    "nanoseconds": lambda frame: frame.assign(event_time=frame["event_time"].astype("datetime64[ns]")),
    "decimals": lambda frame: frame.assign(amount=[Decimal(i).scaleb(-2) for i in range(len(frame))]),
    "small floats": lambda frame: frame.assign(amount=frame["amount"].astype("float32") / 3),
    "rows twice": lambda frame: pd.concat([frame, frame.head(3)]),
    "an outstanding customer": lambda frame: frame.assign(
        customer_id=frame["customer_id"].mask(frame.index < 40, "K0")
    ),
    "a placeholder of amounts": changed("amount", slice(3, 6), 99999.0),
    "customers whose numbers were cut": lambda frame: frame.assign(
        customer_id=[f"{4_530_000_000_000_0 + i % 10}2000" for i in frame.index]
    ),
    "a few customers whose numbers end in 0": lambda frame: frame.assign(
        customer_id=[f"{4_530_000_000_000_0 + i % 4}2000" for i in frame.index]
    ),
    "orders whose numbers were cut": lambda frame: frame.assign(
        order_id=[f"{4_530_000_000_000_00 + i}00" for i in frame.index]
    ),
    "years apart": lambda frame: frame.assign(
        event_time=frame["event_time"].mask(frame.index == 9, pd.Timestamp("2041-05-05"))
    ),
    "a currency": lambda frame: frame.assign(currency="EUR"),
    "two currencies": lambda frame: frame.assign(currency=["EUR", "USD"] * 30),
    "a customer missing": changed("customer_id", 7, None),
    "customers missing at first": changed("customer_id", slice(0, 13), None),
    "a blank customer": changed("customer_id", 7, "  "),
    "names around": changed("customer_id", 7, " K7 "),
    "names in two cases": changed("customer_id", 7, "k7"),
    "a number missing": changed("amount", 7, None),
    "an infinite number": changed("amount", 8, float("inf")),
    "a huge number": changed("amount", 8, 2e15),
    "a time missing": lambda frame: frame.assign(event_time=frame["event_time"].mask(frame.index == 11)),
    "times of no event": lambda frame: frame.assign(
        event_time=frame["event_time"].mask(frame.index % 9 == 5, pd.Timestamp("1900-01-01"))
    ),
    "the first day that counts": lambda frame: frame.assign(
        event_time=frame["event_time"].mask(frame.index == 5, pd.Timestamp("1970-01-02"))
    ),
    "a text among amounts": lambda frame: frame.assign(
        amount=frame["amount"].map("{:.2f}".format).mask(frame.index == 30, "twelve")
    ),
    "a text among times": lambda frame: frame.assign(
        event_time=frame["event_time"].astype(str).mask(frame.index == 30, "soon")
    ),
}


@pytest.mark.parametrize("case", TYPED)
def test_typed_columns_are_read_as_of_the_whole(case, tmp_path):
    TYPED[case](payments()).to_parquet(tmp_path / "typed.parquet", index=False)
    if isinstance(same(tmp_path / "typed.parquet", {}), str):
        same(tmp_path / "typed.parquet", {"unreadable": "missing"})


def test_a_placeholder_of_amounts_is_told_from_the_engine_as_of_the_whole(tmp_path):
    said = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        others = np.exp(rng.normal(2.5, 1, n := int(rng.integers(1, 300)))).round(2)
        largest = round(rng.uniform(9.5, 10.5) * np.quantile(others, 0.99), 2)
        frame = payments(n + 3).assign(amount=[*others, *[largest] * 3])
        frame.to_parquet(tmp_path / f"{seed}.parquet", index=False)
        said.append("a placeholder?" in " ".join(same(tmp_path / f"{seed}.parquet", {})[1]["noticed"]))
    assert 5 < sum(said) < 25


IN_DATABASES = (
    "as they are",
    "whole numbers as ids",
    "days",
    "decimals",
    "a time missing",
    "a customer missing",
    "customers missing at first",
    "a number missing",
    "an infinite number",
    "a currency",
    "a text among amounts",
)
ASKED = {"reading": {"query": "select * from paid"}}


def in_sqlite(file, frame):
    with closing(sqlite3.connect(file)) as connection:
        frame.to_sql("paid", connection, index=False)


def in_duckdb(file, frame):
    with duckdb.connect(str(file)) as connection:
        connection.sql("create table paid as select * from frame")


@pytest.mark.parametrize(
    ("write", "case"),
    [(in_duckdb, case) for case in IN_DATABASES] + [(in_sqlite, case) for case in IN_DATABASES[4:]],
)
def test_answers_of_databases_are_read_as_of_the_whole(write, case, tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "ROWS", 13)
    write(tmp_path / "shop.db", TYPED[case](payments()))
    if isinstance(same(tmp_path / "shop.db", ASKED), str):
        same(tmp_path / "shop.db", ASKED | {"unreadable": "missing"})


@pytest.mark.parametrize(
    "query", [None, "drop table paid", "select * from nowhere", "select 1 as a where 1 = 2"]
)
def test_questions_are_refused_alike(query, tmp_path):
    in_duckdb(tmp_path / "shop.db", payments())
    assert isinstance(same(tmp_path / "shop.db", {"reading": {"query": query}}), str)


def test_the_first_bad_row_of_several_files_is_named(tmp_path):
    for part, frame in enumerate([payments(), changed("amount", 7, None)(payments(40).iloc[::-1])]):
        frame.to_parquet(tmp_path / f"part-{part}.parquet", index=False)
    refused = same(tmp_path, {})
    assert refused.startswith("part-1.parquet: column 'amount' (amount), row 33: ")


UNSCANNED = {
    "a total below": lambda f: pd.concat(
        [f, f.tail(1).assign(customer_id="Total", amount=f["amount"].sum())]
    ),
    "true and false as ids": lambda f: f.assign(customer_id=f["amount"] > 2),
    "broken numbers as ids": lambda f: f.assign(customer_id=f.index % 7 + 0.0),
    "columns in two cases": lambda f: f.assign(Order_ID=1),
}


@pytest.mark.parametrize("case", UNSCANNED)
def test_what_portions_do_not_tell_is_read_whole_and_said(case, tmp_path):
    UNSCANNED[case](payments()).to_parquet(tmp_path / "odd.parquet", index=False)
    whole = outcome(data.load, tmp_path / "odd.parquet", {})
    portions = outcome(data.scan, tmp_path / "odd.parquet", {})
    if isinstance(whole, str):
        assert portions == whole
        return
    pd.testing.assert_frame_equal(portions[0], whole[0])
    assert data.loaded()[-1]["notes"][-1].startswith("read whole into memory: ")
    assert portions[2][0]["notes"] == portions[1]["noticed"]


@pytest.fixture
def both(tmp_path):
    """Payments in memory and with the engine."""
    data.load("telecom").to_parquet(tmp_path / "payments.parquet", index=False)
    how = {"roles": data.PAYMENTS}
    return [read("", tmp_path / "payments.parquet", **how) for read in (data.load, data.scan)]


WINDOW = ("2022-03-01", "2023-11-30")


@pytest.mark.parametrize(
    "method",
    [
        lambda rows: rfm.rfm(rows, WINDOW[1], observation_start=WINDOW[0], frequency="days"),
        lambda rows: rfm.left_out(rows, rfm.rfm(rows, "2022-06-01"), "2022-06-01", "2022-03-01"),
        lambda rows: rfm.part(rows, *WINDOW).before,
        lambda rows: rfm.part(rows, *WINDOW).money.to_frame(),
        lambda rows: rfm.part(rows, *WINDOW).days.to_frame(),
        lambda rows: rfm.repeat_purchases(rows, WINDOW[1], observation_start=WINDOW[0]),
        lambda rows: rfm.foretold(rows, rfm.part(rows, *WINDOW), *WINDOW)[0],
        lambda rows: data.ledger(rows).drop(index="noticed", errors="ignore"),
        lambda rows: pd.DataFrame(
            {"bounds": data.window("", rows, data_file="x"), "has": data.has(rows, "order_id")}
        ),
    ],
)
def test_methods_say_the_same_of_rows_in_memory_and_with_the_engine(both, method):
    whole, portions = map(method, both)
    pd.testing.assert_frame_equal(portions, whole, rtol=1e-6)


def test_halves_are_the_same_and_chance_is_near(both):
    halves = [
        events.movement.between_halves(rows, *WINDOW, rfm.names_of, n_swaps=3, random_state=0)
        for rows in both
    ]
    pd.testing.assert_series_equal(halves[1].before, halves[0].before)
    assert halves[1].stayed == halves[0].stayed
    assert halves[1].by_chance.mean() == pytest.approx(halves[0].by_chance.mean(), abs=0.02)


def test_the_study_uses_the_rows_of_its_customers(both):
    customers = rfm.rfm(both[0], "2022-02-01").index
    for rows in both:
        data.used(rows, customers)
        mine = both[0]["customer_id"].isin(customers).sum()
        assert data.loaded()[-1]["ledger"]["study"] == {"rows": mine, "customers": len(customers)}


def test_the_folder_of_the_engine_goes_with_its_rows(tmp_path):
    payments().to_parquet(tmp_path / "p.parquet", index=False)
    rows = data.scan("", tmp_path / "p.parquet")
    folder = rows.attrs["engine"].folder
    assert folder.is_dir()
    del rows
    assert not folder.exists()


EVENTS = {
    "one week": lambda log: log,
    "rows of nobody and of no time": lambda log: log.assign(
        customer_id=log["customer_id"].mask(log.index % 50 == 3),
        event_time=log["event_time"].mask(log.index % 60 == 4),
    ),
    "no sources": lambda log: log.drop(columns="source"),
    "many types": lambda log: log.assign(event_type=[f"t{i % 19}" for i in range(len(log))]),
    "some at the same moment": lambda log: log.assign(event_time=log["event_time"].dt.floor("D")),
}


@pytest.fixture(params=EVENTS)
def logs(request, tmp_path):
    """Events in memory and with the engine."""
    log = EVENTS[request.param](data.load("bank_app_two_weeks", roles=data.EVENT_LOG, unreadable="missing"))
    log.to_parquet(tmp_path / "events.parquet", index=False)
    how = {"roles": data.EVENT_LOG, "unreadable": "missing"}
    whole, portions = [read("", tmp_path / "events.parquet", **how) for read in (data.load, data.scan)]
    assert isinstance(portions, nw.LazyFrame)
    return whole, portions


WEEKS = {"observation_start": "2024-03-04", "observation_end": "2024-03-18"}


def test_events_are_tidied_and_counted_alike(logs):
    types = logs[0]["event_type"]
    kinds = {types[0]: "", types[1]: "renamed"}
    tidied = [events.tidy(log, **WEEKS, kinds=kinds) for log in logs]
    pd.testing.assert_frame_equal(tidied[1][1], tidied[0][1])
    whole, portions = [events.behaviour(kept, session_minutes=20) for kept, _ in tidied]
    pd.testing.assert_frame_equal(portions, whole)
    assert portions.attrs == whole.attrs
    lists = [events.uncounted(log, whole.head(70)) for log in logs]
    pd.testing.assert_frame_equal(*lists)
    assert (
        set(whole.index[70:])
        <= set(lists[0]["customer_id"])
        <= set(logs[0]["customer_id"]) - set(whole.index[:70])
    )
    for kept, ledger in tidied:
        data.used(kept)
        study = {"rows": ledger["rows_left"].iloc[-1], "customers": len(whole)}
        assert data.loaded()[-1]["ledger"]["study"] == study


def test_a_type_that_no_event_has_and_a_window_without_events_are_refused_alike(logs):
    for wrong in (
        {"kinds": {"tap_swich": ""}},
        {"observation_start": "2031-01-01", "observation_end": "2031-02-01"},
    ):
        said = []
        for log in logs:
            with pytest.raises(ValueError, match="Types: ") as refused:
                events.tidy(log, **WEEKS | wrong)
            said.append(str(refused.value))
        assert said[0] == said[1]


def test_halves_of_events_are_the_same_and_chance_is_near(logs):
    count = events.behaviour
    kept = [events.tidy(log, **WEEKS)[0] for log in logs]
    early = [count(events.inside(log, "2024-03-04", "2024-03-11")) for log in kept]
    pd.testing.assert_frame_equal(*early)

    def place(log, start, end):
        busy = {"columns": ["sessions"], "nearest": lambda table: table["sessions"] > 4}
        return events.movement.placed(log, start, end, count=count, **busy)

    bounds = WEEKS.values()
    whole, portions = [
        events.movement.between_halves(log, *bounds, place, n_swaps=3, random_state=0) for log in kept
    ]
    pd.testing.assert_series_equal(portions.before, whole.before)
    pd.testing.assert_series_equal(portions.after, whole.after)
    assert portions.by_chance.mean() == pytest.approx(whole.by_chance.mean(), abs=0.1)


def test_the_nine_indicators_are_the_same(tmp_path):
    data.load("retail", roles=data.BOOKINGS).to_parquet(tmp_path / "bookings.parquet", index=False)
    whole, portions = [
        rfm.extended_rfm(
            read("", tmp_path / "bookings.parquet", roles=data.BOOKINGS),
            "2003-01-01",
            observation_start="2000-01-01",
        )
        for read in (data.load, data.scan)
    ]
    pd.testing.assert_frame_equal(portions, whole, rtol=1e-12)
    assert portions.attrs == whole.attrs
