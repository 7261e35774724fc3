"""What `--data` may name, and what a file may look like: read right, or refused in one line."""

import gzip
import io
import re
import sqlite3
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres import postgres_database, postgres_url  # noqa: F401

from workbench import data
from workbench.data import DataError, parsing, reading, roles
from workbench.data.reading import encodings, sampling

CASES = Path(__file__).parent / "own_data"
ROWS = "K1,2024-01-31,5\nK2,2024-02-01,6\nK3,2024-02-02,7\n"
HEAD = "customer_id,event_time,amount\n"


def written(folder, content, name="my.csv"):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    ("case", "encoding", "delimiter", "header", "rows", "columns"),
    [
        ("c01_online_retail/data.csv", "cp1252", ",", 1, 602, 8),
        ("c02_sentinel_9999/crm.csv", "utf-8", ",", 1, 307, 3),
        ("c07_float_ids/months.csv", "utf-8", ",", 1, 306, 3),
        ("c09_dot_thousands/umsatz.csv", "utf-8", ";", 1, 306, 3),
        ("c12_ga4/events.csv", "utf-8", ",", 1, 943, 6),
        ("c13_rees46/2019-Oct.csv", "utf-8", ",", 1, 305, 9),
        ("c14_czech_bank/trans.csv", "utf-8", ";", 1, 3999, 10),
        ("c16_shopify/orders_export.csv", "utf-8", ",", 1, 302, 11),
        ("c19_bank_preamble/umsatzanzeige.csv", "cp1252", ";", 8, 30, 9),
        ("c19_bank_preamble/no_preamble.csv", "utf-8", ";", 1, 30, 9),
    ],
)
def test_public_cases_are_understood(case, encoding, delimiter, header, rows, columns):
    table = reading.read(CASES / case)
    assert table.dialect[1:4] == (encoding, delimiter, header)
    assert table.frame.shape == (rows, columns)
    assert table.frame.index[0] == header + 1


def test_a_german_bank_export_is_the_same_with_and_without_its_preamble():
    bare, whole = (
        reading.read(CASES / "c19_bank_preamble" / n) for n in ("no_preamble.csv", "umsatzanzeige.csv")
    )
    assert whole.frame.to_numpy().tolist() == bare.frame.to_numpy().tolist()
    assert list(whole.frame.columns) == list(bare.frame.columns)
    assert whole.notes == ["read as CP1252", "7 rows before the header left out"]
    payments = data.load(
        "telecom",
        CASES / "c19_bank_preamble" / "umsatzanzeige.csv",
        columns={"customer_id": "Auftraggeber/Empfänger", "event_time": "Buchung", "amount": "Betrag"},
    )
    assert payments["amount"].sum() == sum(10.5 + i for i in range(30))


def test_a_row_below_a_preamble_is_named_as_a_spreadsheet_shows_it(tmp_path):
    text = "Report\n\nKunde;Datum;Betrag\na;2024-01-31;5\nb;2024-02-01;x\nc;2024-02-02;7\n"
    with pytest.raises(
        DataError, match=r"column 'Betrag' \(amount\), row 5: 'x' is not a number .*header is row 3"
    ):
        data.load(
            "telecom",
            written(tmp_path, text),
            columns={"customer_id": "Kunde", "event_time": "Datum", "amount": "Betrag"},
        )


# Encodings: (text, encoding it is written in, what must be told; None: left open).
WRITTEN = [
    *((text, "cp1252", "cp1252") for text in (
        "Müller", "Währung", "£5", "POSTAGE £,1", "20°C", "Größe", "Société générale", "Peña,Müller,Søren,Zoë", "naïve",
        "1\xa0234,50 €", "São Paulo", "O’Brien", "café", "Ü", "Ångström",
    )),
    *((text, "gb18030", "gb18030") for text in (
        "张三", "男", "客户,金额\n张三,5", "北京", "陈珺,女", "上海市浦东新区", "Müller,张三", "订单，已完成",
    )),
    ("Dvořák,Němec,Šimůnek", "cp1250", None), ("Paweł,Michałowski", "cp1250", None), ("Москва", "cp1251", None),
    ("김철수,서울,부산,대구", "euc-kr", None), ("田中,東京", "shift_jis", None), ("陳大文,台北", "big5", None),
    ("Müller", "cp850", None), ("Αθήνα", "cp1253", None), ("女", "gb18030", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written_in", "told"), WRITTEN)
def test_encodings_are_told_by_evidence_or_left_open(text, written_in, told):
    content = text.encode(written_in)
    found = encodings.detect("f.csv", content)
    if told:
        assert (found.codec, found.open) == (told, "")
        assert found.decode(content) == text
    else:
        assert "--encoding" in found.open


@pytest.mark.parametrize("text", ["Müller,Ærø", "Москва", "김철수", "Ů,ž,č", "é", "Ελλάδα", "日本", "👍"])
def test_valid_utf_8_is_utf_8(text):
    assert encodings.detect("f.csv", text.encode()) == encodings.Encoding("utf-8")


def test_an_open_encoding_is_noted_and_refused_only_where_it_matters(tmp_path):
    text = HEAD.replace("\n", ",note\n") + "K1,2024-01-31,5,Москва\nK2,2024-02-01,6,x\n"
    file = written(tmp_path, text.encode("cp1251"))
    assert data.load("telecom", file)["amount"].sum() == 11
    assert "characters of columns 'note' could be in several encodings" in " ".join(
        data.loaded()[-1]["notes"]
    )
    with pytest.raises(DataError, match=r"column 'note' \(event_type\), row 2: .*name it: --encoding cp1251"):
        data.load("telecom", file, columns={"event_type": "note"}, roles=["customer_id", "event_type"])
    named = data.load(
        "telecom", file, columns={"event_type": "note"}, roles=["event_type"], reading={"encoding": "cp1251"}
    )
    assert named["event_type"].tolist() == ["Москва", "x"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"encoding": "cp1525"}, "Unknown encoding 'cp1525'; did you mean 'cp125"),
        ({"encoding": "base64"}, "Unknown encoding 'base64'"),
        ({"encoding": "ascii"}, "my.csv: not ASCII, by a byte in line 2"),
        ({"encodign": "utf-8"}, "Unknown reading option 'encodign'; did you mean 'encoding'"),
        ({"delimiter": ";;"}, "--delimiter ';;' is not one character"),
        ({"skip_rows": "-1"}, "--skip-rows '-1' is not a number of rows"),
        ({"skip_rows": "9"}, "my.csv: --skip-rows 9 leaves no header"),
        ({"query": "select 1"}, "my.csv: --query is for a database"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(tmp_path, options, message):
    file = written(tmp_path, "id,name\n1,Zoë\n")
    with pytest.raises(DataError, match=f"^{message}"):
        reading.read(file, options)


@pytest.mark.parametrize(
    ("content", "delimiter", "names", "rows", "notes"),
    [
        ("sep=;\nid;a\n1;2\n", ";", ["id", "a"], {2: ["1", "2"]}, []),
        ("sep=,\r\nid,a;b\r\n1,2\r\n", ",", ["id", "a;b"], {2: ["1", "2"]}, []),
        ("id,a,\n1,2,\n3,4,\n", ",", ["id", "a"], {2: ["1", "2"], 3: ["3", "4"]}, ["empty last columns"]),
        ("id,a\n1,2,\n3,4,\n", ",", ["id", "a"], {2: ["1", "2"], 3: ["3", "4"]}, ["empty last columns"]),
        ("\ufeff\ufeffid , a\n1,2\n", ",", ["id", "a"], {2: ["1", "2"]}, []),
        (
            "id,a\r\n1,2\n3,4\r5,6\n",
            ",",
            ["id", "a"],
            {2: ["1", "2"], 3: ["3", "4"], 4: ["5", "6"]},
            ["line ends are"],
        ),
        (
            "id,a\n1,2\nid,a\n3,4\n",
            ",",
            ["id", "a"],
            {2: ["1", "2"], 4: ["3", "4"]},
            ["1 row like the header"],
        ),
        ("id|x, y|z\n1|a, b|3\n", "|", ["id", "x, y", "z"], {2: ["1", "a, b", "3"]}, []),
        ("id;tags\n1;a|b|c\n2;d|e|f\n", ";", ["id", "tags"], {2: ["1", "a|b|c"], 3: ["2", "d|e|f"]}, []),
        ("id,x,x\n1,2,3\n", ",", ["id", "x", "x"], {2: ["1", "2", "3"]}, []),
        (
            "k,2023,2024\na,1,2\nb,3,4\n",
            ",",
            ["k", "2023", "2024"],
            {2: ["a", "1", "2"], 3: ["b", "3", "4"]},
            [],
        ),
    ],
)
def test_layouts_that_are_recognised(tmp_path, content, delimiter, names, rows, notes):
    table = reading.read(written(tmp_path, content))
    assert table.dialect.delimiter == delimiter
    assert list(table.frame.columns) == names
    assert dict(zip(table.frame.index, table.frame.to_numpy().tolist(), strict=True)) == rows
    assert len(table.notes) == len(notes)
    assert all(note.startswith(start) for note, start in zip(table.notes, notes, strict=True))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (ROWS, r"row 1 is no header, since it holds data \('2024-01-31', '5'\); put a row of column names"),
        (
            "a;b,c\n1;2,3\n4;5,6\n",
            "semicolon and comma both give 2 columns|comma and semicolon both give 2 columns",
        ),
        ("Report\n1,2,3,4\n5,6,7,8\n9,10,11,12\n", r"which row is the header is unclear .*--skip-rows N"),
        ("Report\nname,city\nAnna,Bonn\nBob,Basel\n", "which row is the header is unclear"),
        ('id,a\n1,"2\n3,4\n5,"6\n', "row 2 opens a quotation mark that is closed only in a later row"),
        ("id,a\n1,2\n1,2,3\n", "row 3 has 3 cells, the header 2; quote"),
    ],
)
def test_layouts_that_are_refused(tmp_path, content, message):
    with pytest.raises(DataError, match=rf"^my\.csv: (?:{message})") as refused:
        reading.read(written(tmp_path, content))
    assert "\n" not in str(refused.value)


def test_a_first_row_of_names_may_be_declared(tmp_path):
    file = written(tmp_path, "c,202301,202302\na,1,2\nb,3,4\n")
    assert list(reading.read(file, {"skip_rows": "0"}).frame.columns) == ["c", "202301", "202302"]
    file = written(tmp_path, "x,y\nignore,this\nid,a\n1,2\n")
    assert reading.read(file, {"skip_rows": "2"}).frame["a"].to_dict() == {4: "2"}


@pytest.mark.parametrize(
    "below",
    [
        "Total,,18\n",
        "Summe:,,18\n",
        ",合计,18\n",
        "\n(3 rows)\n",
        "Exported on 2024-03-01\n",
        "\n\nTotal,,18\nSeite 1\n",
    ],
)
def test_totals_and_remarks_below_a_table_are_left_out_and_noted(tmp_path, below):
    table = reading.read(written(tmp_path, HEAD + ROWS + below))
    assert table.frame["customer_id"].tolist() == ["K1", "K2", "K3"]
    assert " below the table left out (row " in " ".join(table.notes)


def test_a_short_last_row_is_no_remark(tmp_path):
    with pytest.raises(DataError, match="row 5: '' is empty"):
        data.load("telecom", written(tmp_path, HEAD + ROWS + "K4\n"))


def test_zip_of_one_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "my.zip", "w") as archive:
        archive.writestr("__MACOSX/._a.csv", "x")
        archive.writestr("a.csv", HEAD + ROWS)
    assert reading.read(tmp_path / "my.zip").frame["amount"].tolist() == ["5", "6", "7"]
    with zipfile.ZipFile(tmp_path / "my.zip", "a") as archive:
        archive.writestr("b.csv", HEAD + ROWS)
    with pytest.raises(DataError, match=r"my\.zip: holds 2 files \(a\.csv, b\.csv\)"):
        reading.read(tmp_path / "my.zip")
    with pytest.raises(DataError, match=r"not\.zip: damaged, or not zip"):
        reading.read(written(tmp_path, "x", "not.zip"))


def test_a_file_that_is_not_what_its_ending_says(tmp_path):
    with zipfile.ZipFile(tmp_path / "my.csv", "w") as archive:
        archive.writestr("a", "x")
    with pytest.raises(DataError, match=r"my\.csv: an Excel or zip file by its content"):
        reading.read(tmp_path / "my.csv")
    for content, kind in (('{"id": 1}', "JSON"), ("<!DOCTYPE html><table>", "HTML")):
        with pytest.raises(DataError, match=rf"data\.csv: {kind} by its content; save the table as \.csv"):
            reading.read(written(tmp_path, content, "data.csv"))
    with pytest.raises(DataError, match=r"my\.xls: no Excel file but HTML, whatever its name"):
        reading.read(written(tmp_path, "<html><table>", "my.xls"))


def workbook(folder, rows, name="my.xlsx", **others):
    book = openpyxl.Workbook()
    book.active.title = "Jan"
    for row in rows:
        book.active.append(row)
    for title, more in others.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    book.save(folder / name)
    return folder / name


def test_a_workbook_keeps_types_and_rows(tmp_path):
    day = pd.Timestamp("2024-01-31 13:05")
    rows = [["Payments"], [], ["id", "when", "paid", "code"], [17850, day, 1.5, "C1"], [], [17851, day, 2, 7]]
    table = reading.read(workbook(tmp_path, rows, Feb=[["id"], ["x"]], Empty=[]))
    assert table.frame.index.tolist() == [4, 6]
    assert table.frame["id"].tolist() == [17850, 17851]
    assert table.frame["when"].tolist() == [day, day]
    assert table.frame["paid"].tolist() == [1.5, 2.0]
    assert table.frame["code"].tolist() == ["C1", 7]
    assert table.notes == [
        "2 rows before the header left out",
        "sheet 'Feb' not read",
        "1 empty row left out",
    ]
    assert table.dialect.sheet == "Jan"
    assert reading.read(tmp_path / "my.xlsx", {"sheet": "Feb"}).frame["id"].tolist() == ["x"]
    assert reading.read(tmp_path / "my.xlsx", {"sheet": "2"}).frame["id"].tolist() == ["x"]
    with pytest.raises(
        DataError, match=r"no sheet 'Feba'; did you mean 'Feb'. Sheets: 1 'Jan', 2 'Feb', 3 'Empty'"
    ):
        reading.read(tmp_path / "my.xlsx", {"sheet": "Feba"})
    with pytest.raises(DataError, match=r"sheet 'Empty' has no table. Others with content: 'Jan', 'Feb'"):
        reading.read(tmp_path / "my.xlsx", {"sheet": "Empty"})


def test_a_workbook_loads_as_its_csv_does(tmp_path):
    rows = [
        ["customer_id", "event_time", "amount"],
        *([f"K{i}", pd.Timestamp(2024, 1, i), i / 4] for i in range(1, 9)),
    ]
    book = data.load("telecom", workbook(tmp_path, rows))
    pd.DataFrame(rows[1:], columns=rows[0]).to_csv(tmp_path / "my.csv", index=False)
    pd.testing.assert_frame_equal(book, data.load("telecom", tmp_path / "my.csv"))


def test_damaged_workbooks_are_refused(tmp_path):
    content = workbook(tmp_path, [["id"], ["x"]]).read_bytes()
    with pytest.raises(DataError, match=r"cut\.xlsx: not a readable workbook"):
        reading.read(written(tmp_path, content[: len(content) // 2], "cut.xlsx"))


@pytest.fixture
def months(tmp_path):
    folder = tmp_path / "months"
    folder.mkdir()
    written(folder, HEAD + "K1,2024-01-31,5\nK2,2024-01-31,6\n", "2.csv")
    written(folder, "amount;event_time;customer_id\n7;2024-02-29;K3\n8;2024-02-29;K4\n", "10.csv")
    return folder


def test_several_files_of_one_header_are_one_table(months):
    for source in (months, str(months / "*.csv"), [months / "2.csv", months / "10.csv"]):
        payments = data.load("telecom", source, identifiers="as they are")
        assert payments["customer_id"].tolist() == ["K1", "K2", "K3", "K4"]  # 2 before 10
        assert payments["amount"].tolist() == [5, 6, 7, 8]
        entries = data.loaded()[-2:]
        assert [(e["file"], e["rows"]) for e in entries] == [("2.csv", 2), ("10.csv", 2)]
        assert len({e["sha256"] for e in entries}) == 2
        assert entries[0]["notes"] == ["2.csv: 2 rows", "10.csv: 2 rows"]


def test_a_bad_row_of_several_files_names_its_file(months):
    written(months, HEAD + "K5,2024-03-31,9\nK6,2024-03-31,x\n", "11.csv")
    with pytest.raises(DataError, match=r"^11\.csv: column 'amount' \(amount\), row 3: 'x' is not a number"):
        data.load("telecom", months)


def test_files_that_do_not_go_together_are_refused(months):
    with pytest.raises(DataError, match=r"2\.csv: named twice; its rows would count double"):
        reading.read([months / "2.csv", months / ".." / "months" / "2.csv"])
    written(months, (months / "2.csv").read_bytes(), "2 (1).csv")
    with pytest.raises(DataError, match=r"the same bytes as"):
        reading.read(months)
    (months / "2 (1).csv").unlink()
    written(months, "customer_id,event_time,amout\na,2024-01-01,5\n", "3.csv")
    with pytest.raises(
        DataError, match=r"3\.csv: other columns than 2\.csv \(lacks 'amount'; has 'amout' besides\)"
    ):
        reading.read(months)
    (months / "3.csv").unlink()
    written(months, "x", "README.md")
    assert reading.read(months).notes[0] == "1 other files in the folder not read: README.md"
    pd.DataFrame({"a": [1]}).to_parquet(months / "x.parquet")
    with pytest.raises(DataError, match="holds files of several kinds"):
        reading.read(months)
    with pytest.raises(DataError, match="no file fits this pattern"):
        reading.read(str(months / "*.tsv"))


def test_parquet_parts_and_long_whole_numbers_with_gaps(tmp_path):
    long = 2**53 + 1
    for i, ids in enumerate(([long, None], [long + 2, 5])):
        frame = pd.DataFrame({"id": pd.array(ids, dtype="Int64"), "paid": [1.0, 2.0]})
        frame.to_parquet(tmp_path / f"part-{i}.parquet")
    frame = reading.read(tmp_path).frame
    assert [str(i) for i in frame["id"]] == [str(long), "<NA>", str(long + 2), "5"]


def sqlite(folder):
    with sqlite3.connect(folder / "shop.db") as connection:
        connection.execute("create table sales (who, at, paid)")
        connection.executemany(
            "insert into sales values (?, ?, ?)", [("a", "2024-01-31", 5.5), ("b%", "2024-02-01", 6)]
        )
    connection.close()
    return folder / "shop.db"


QUERY = "select who as customer_id, at as event_time, paid as amount from sales where who like '%'"


def test_sqlite_by_file_and_by_address(tmp_path):
    file = sqlite(tmp_path)
    for source in (file, f"sqlite:///{file}"):
        payments = data.load("telecom", source, reading={"query": QUERY})
        assert payments["amount"].tolist() == [5.5, 6]
        entry = data.loaded()[-1]
        assert (entry["sha256"], entry["rows"]) == (None, 2)
    with pytest.raises(DataError, match=r"a database needs a query; say --query .* Tables: sales\."):
        reading.read(file)
    with pytest.raises(DataError, match="failed: no such table: sale"):
        reading.read(file, {"query": "select * from sale"})
    with pytest.raises(DataError, match="the query gives no rows"):
        reading.read(file, {"query": QUERY + " and paid > 99"})
    with pytest.raises(DataError, match=r"none\.db: no such file"):
        reading.read(f"sqlite:///{tmp_path}/none.db", {"query": QUERY})
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    "query",
    [
        "delete from sales",
        "select 1; drop table sales",
        "/* x */ update sales set paid = 0",
        "",
        "pragma table_info(sales)",
    ],
)
def test_only_a_single_select_is_sent(tmp_path, query):
    file = sqlite(tmp_path)
    with pytest.raises(DataError, match="--query must be one"):
        reading.read(file, {"query": query})
    assert len(reading.read(file, {"query": QUERY}).frame) == 2


def test_a_statement_that_hides_a_change_is_refused_by_the_database(tmp_path):
    file = sqlite(tmp_path)
    with pytest.raises(DataError, match="readonly|read-only"):
        reading.read(file, {"query": "with x as (select 1) delete from sales returning who"})
    assert len(reading.read(file, {"query": "-- all; of them\n" + QUERY + ";"}).frame) == 2


def test_duckdb_keeps_long_numbers(tmp_path):
    with duckdb.connect(tmp_path / "shop.duckdb") as connection:
        connection.execute(
            "create table sales as select 9007199254740993::bigint id, 1.10::decimal(9,2) paid, date '2024-01-31' d"
        )
        connection.execute("insert into sales values (null, 2.25, null)")
    table = reading.read(tmp_path / "shop.duckdb", {"query": "select * from sales order by paid"})
    assert [str(i) for i in table.frame["id"]] == ["9007199254740993", "<NA>"]
    assert table.frame["paid"].tolist() == [Decimal("1.10"), Decimal("2.25")]
    assert table.frame["d"][1] == pd.Timestamp("2024-01-31")
    with pytest.raises(DataError, match="read-only"):
        reading.read(
            tmp_path / "shop.duckdb", {"query": "with x as (select 1) insert into sales select null, 1, null"}
        )


def test_postgresql_is_asked_and_cannot_be_changed(postgres_database):  # noqa: F811
    engine = sa.create_engine(postgres_database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.exec_driver_sql("create table sales (who text, at timestamptz, paid numeric(9,2))")
        connection.exec_driver_sql(
            "insert into sales values ('a%%', '2024-01-31 13:05+01', 5.5), ('b', null, 6)"
        )
        connection.exec_driver_sql("create sequence counter")
    query = "select who as customer_id, paid as amount from sales where who like '%' order by who"
    frame = data.load("telecom", postgres_database, roles=["customer_id", "amount"], reading={"query": query})
    assert frame.to_numpy().tolist() == [["c0001", 5.5], ["c0002", 6.0]]
    assert data.own_ids() == {"c0001": "a%", "c0002": "b"}
    change = "with x as (delete from sales returning who) select * from x"
    with pytest.raises(DataError, match="must not contain data-modifying statements"):
        reading.read(postgres_database, {"query": change})
    with pytest.raises(DataError, match="read-only transaction"):
        reading.read(postgres_database, {"query": "select nextval('counter')"})
    assert len(reading.read(postgres_database, {"query": "select * from sales"}).frame) == 2
    with pytest.raises(DataError, match=r"needs a query; .* Tables: sales\."):
        reading.read(postgres_database)
    engine.dispose()


def test_passwords_are_masked():
    with pytest.raises(DataError) as refused:
        reading.read("postgresql://ana:hush@127.0.0.1:1/shop?connect_timeout=1", {"query": "select 1"})
    assert "hush" not in str(refused.value)
    assert "ana:***@" in str(refused.value)


# Tables of any kind, written in any way: equal, or refused; never different.

WORDS = {
    "utf-8": [
        "Müller",
        "Zoë",
        "张三",
        "Москва",
        "a b",
        "O'Brien",
        "x;y",
        "p|q",
        'say "hi"',
        "two\nlines",
        "x,y",
    ],
    "cp1252": [
        "Müller",
        "Größe",
        "Peña",
        "café",
        "a b",
        "O’Brien",
        "x;y",
        "£ 5",
        'say "hi"',
        "two\nlines",
        "x,y",
    ],
    "gb18030": [
        "张三",
        "北京市",
        "王小明",
        "已完成",
        "订单",
        "女",
        "a b",
        "x;y",
        "客户，新",
        "two\nlines",
        "x,y",
    ],
}
WORDS |= {"utf-8-sig": WORDS["utf-8"], "utf-16": WORDS["utf-8"]}


@st.composite
def files(draw):
    encoding = draw(st.sampled_from(sorted(WORDS)))
    delimiter, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    texts = draw(st.integers(1, 3))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(1, 99_999).map(lambda i: f"K{i}"),
                st.dates().map(str),
                st.integers(-9999, 9999).map(lambda i: f"{i / 100:.2f}"),
                *[st.sampled_from(WORDS[encoding])] * texts,
            ),
            min_size=1,
            max_size=30,
        )
    )
    names = ["id", "when", "paid", *(f"text {i}" for i in range(texts))]
    always = draw(st.booleans())

    def cell(text):
        quote = always or any(mark in text for mark in (delimiter, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if quote else text

    lines = [delimiter.join(map(cell, row)) for row in [names, *rows]]
    before = draw(st.sampled_from([[], [], ["Export"], ["Export", ""], ["", "Stand: heute", ""]]))
    content = (end.join([*before, *lines]) + draw(st.sampled_from(["", end, end * 2]))).encode(encoding)
    return names, rows, len(before), content, draw(st.booleans())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files())
def test_any_file_is_read_back_equal_or_refused(tmp_path, drawn):
    names, rows, before, content, packed = drawn
    file = written(
        tmp_path, gzip.compress(content) if packed else content, "my.csv.gz" if packed else "my.csv"
    )
    told = []
    for read in (reading.read, reading.head):
        try:
            frame = read(file).frame
            roles.require_clear("my.csv", frame, {name: name for name in frame.columns})
        except DataError as error:
            told.append(str(error))
            continue
        assert list(frame.columns) == names
        assert frame.to_numpy().tolist() == [list(row) for row in rows]
        assert frame.index[0] == before + 2
    assert not any("\n" in line for line in told)


def loaded(source, **reading):
    return data.load("telecom", source, identifiers="as they are", reading=reading)


def test_numbers_of_a_sheet_beside_texts_are_not_read_again(tmp_path):
    rows = [
        HEAD.strip().split(","),
        *[[f"K{i}", "2024-01-05", 1.234] for i in range(120)],
        ["K9", "2024-01-06", "12,50"],
    ]
    assert loaded(workbook(tmp_path, rows))["amount"].sum() == pytest.approx(120 * 1.234 + 12.5)
    rows = [
        ["customer_id", "event_time", "q", "p"],
        ["K1", "2024-01-05", 2, 1.234],
        ["K2", "2024-01-05", "1", "12,50"],
    ]
    read = data.load("telecom", workbook(tmp_path, rows, "qp.xlsx"), columns={"amount": "q*p"})
    assert read["amount"].tolist() == [2.468, 12.5]


def test_numbers_of_databases_and_files_read_together_stay(tmp_path):
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("create table t(customer_id, event_time, amount)")
        connection.executemany(
            "insert into t values(?, ?, ?)", [("a", "2024-01-05", 1.234), ("b", "2024-01-05", "12,50")]
        )
    assert loaded(tmp_path / "s.db", query="select * from t")["amount"].tolist() == [1.234, 12.5]
    with duckdb.connect(str(tmp_path / "d.duckdb")) as connection:
        connection.execute(
            "create table t as select 'a' customer_id, date '2024-01-05' event_time, 1.234::decimal(10,3) amount"
        )
    for decimal in (None, ","):
        read = loaded(tmp_path / "d.duckdb", query="select * from t", decimal=decimal)
        assert read["amount"].tolist() == [1.234]
    frame = pd.DataFrame(
        {"customer_id": ["a"], "event_time": pd.to_datetime(["2024-01-25"]), "amount": [3.375]}
    )
    frame.to_parquet(tmp_path / "p.parquet")
    frame.to_excel(tmp_path / "x.xlsx", index=False)
    text = written(tmp_path, HEAD.replace(",", ";") + "c;2024-01-05;7,50\n", "q.csv")
    for other in ("p.parquet", "x.xlsx"):
        read = loaded([tmp_path / other, text])
        assert read["amount"].tolist() == [3.375, 7.5]
        assert read["event_time"].astype(str).tolist() == ["2024-01-25", "2024-01-05"]


def test_duckdb_times_with_a_zone_become_utc(tmp_path):
    with duckdb.connect(str(tmp_path / "z.duckdb")) as connection:
        connection.execute(
            "create table t as select 'a' customer_id, timestamptz '2024-01-05 10:00:00+02' event_time, 5 amount "
            "union all select 'b', timestamptz '2024-07-05 10:00:00+00', 6"
        )
    read = loaded(tmp_path / "z.duckdb", query="select * from t order by 1 -- all\n;")
    assert read["event_time"].astype(str).tolist() == ["2024-01-05 08:00:00", "2024-07-05 10:00:00"]
    assert "event_time: times with a zone converted to UTC" in read.attrs["ledger"]["noticed"]


def test_long_numeric_ids_of_a_sheet_are_refused_not_merged(tmp_path):
    for ids in ([62220212345678901 + k for k in range(6)], [45300000000000012345, 4530000000000001]):
        rows = [HEAD.strip().split(","), *[[i, "2024-01-05", 3] for i in ids]]
        with pytest.raises(DataError, match=r"'customer_id' \(customer_id\), row 2: .* was rounded"):
            loaded(workbook(tmp_path, rows))
    looked = data.look(tmp_path / "my.xlsx").text()
    assert "was rounded when it became a floating-point number" in looked
    rows = [HEAD.strip().split(","), [4530000000000001, "2024-01-05", 3], [4530000000000002, "2024-01-05", 3]]
    assert loaded(workbook(tmp_path, rows))["customer_id"].tolist() == [
        "4530000000000001",
        "4530000000000002",
    ]


def test_a_workbook_that_counts_from_1904(tmp_path):
    file = workbook(tmp_path, [HEAD.strip().split(","), ["a", 43834, 10], ["b", 43835, 20]])
    book = openpyxl.load_workbook(file)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(file)
    assert loaded(file)["event_time"].astype(str).tolist() == ["2024-01-05", "2024-01-06"]
    workbook(tmp_path, [HEAD.strip().split(","), ["c", 45296, 10]], "other.xlsx")
    with pytest.raises(DataError, match="--time-format excel"):
        loaded([file, tmp_path / "other.xlsx"])


def formatted(folder, *formats):
    file = workbook(
        folder, [HEAD.strip().split(","), *[["a", "2024-01-05", 10 + i] for i in range(len(formats))]]
    )
    book = openpyxl.load_workbook(file)
    for i, shown in enumerate(formats):
        book.active.cell(i + 2, 3).number_format = shown
    book.save(file)
    return file


def test_currencies_of_a_sheets_formats(tmp_path):
    file = formatted(tmp_path, '#,##0.00 "€"', '"$"#,##0.00')
    with pytest.raises(DataError, match=r"row 3: 11 is shown in another currency than EUR"):
        loaded(file)
    assert "numbers are shown in several currencies: EUR, USD" in data.look(file).text()
    read = loaded(formatted(tmp_path, "#,##0.00\\ [$€-407]", "#,##0.00\\ [$€-407]", "0.00"))
    assert read.attrs["ledger"]["currency"] == "EUR"
    with pytest.raises(DataError, match=r"row 4: 12 is shown in another currency"):
        loaded([formatted(tmp_path, "[$€-407] 0", "[$€-407] 0", "[$CHF] 0")])


def test_columns_of_several_currencies_are_not_added(tmp_path):
    file = written(tmp_path, "customer_id;event_time;p;s\na;2024-01-05;€10;$2\n")
    with pytest.raises(
        DataError, match="amount: columns 'p', 's' are in EUR and USD; sums need one currency"
    ):
        data.load("telecom", file, columns={"amount": "p+s"})
    file = written(tmp_path, "customer_id;event_time;p;s\na;2024-01-05;¥10;CNY 2\n")
    read = data.load("telecom", file, columns={"amount": "p+s"})
    assert (read["amount"].tolist(), read.attrs["ledger"]["currency"]) == ([12], "CNY")


def test_formulas_without_a_value_and_merged_cells_say_so(tmp_path):
    rows = [HEAD.strip().split(","), ["a", "2024-01-05", 10], ["b", "2024-01-06", "=2*3"]]
    with pytest.raises(
        DataError, match=r"row 3: the cell is a formula whose value the file does not hold"
    ) as refused:
        loaded(workbook(tmp_path, rows))
    assert "--drop-without" not in str(refused.value)
    file = workbook(tmp_path, [*rows[:2], [None, "2024-01-06", 4]])
    book = openpyxl.load_workbook(file)
    book.active.merge_cells("A2:A3")
    book.save(file)
    with pytest.raises(DataError, match=r"row 3: .* is part of a merged cell") as refused:
        loaded(file)
    assert "--drop-without" not in str(refused.value)


def test_an_error_of_a_spreadsheet_is_named(tmp_path):
    file = workbook(tmp_path, [HEAD.strip().split(","), ["a", "2024-01-05", 10], ["b", "2024-01-06", "=1/0"]])
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "e.xlsx", "w") as new:
        for name in old.namelist():
            part = old.read(name).replace(
                b'<c r="C3"><f>1/0</f><v />', b'<c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v>'
            )
            new.writestr(name, part)
    with pytest.raises(DataError, match=r"row 3: the cell is the error #DIV/0! of a spreadsheet"):
        loaded(tmp_path / "e.xlsx")


def test_a_second_sheet_of_the_same_header_is_named(tmp_path):
    rows = [HEAD.strip().split(","), ["a", "2024-01-05", 10]]
    table = reading.read(workbook(tmp_path, rows, Feb=rows, Notes=[["x"], ["y"]]))
    assert table.notes == [
        "sheet 'Feb' not read, though its header is the same: --sheet 'Feb' reads it",
        "sheet 'Notes' not read",
    ]


def test_options_that_say_nothing_about_a_kind_of_file_are_refused(tmp_path):
    file = written(tmp_path, HEAD + ROWS)
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "p.parquet")
    sheet = workbook(tmp_path, [["a"], [1]])
    for source, key, kind in (
        (file, "sheet", "a text"),
        (sheet, "delimiter", "an Excel"),
        (tmp_path / "p.parquet", "encoding", "a Parquet"),
    ):
        with pytest.raises(DataError, match=f"--{key} says nothing about {kind} file; leave it out"):
            reading.read(source, {key: {"sheet": "2", "delimiter": ",", "encoding": "utf-8"}[key]})


@pytest.mark.parametrize(
    ("texts", "written_in", "named"),
    [
        (["田中"], "euc-jp", "euc-jp"),
        (["さくら", "山田"], "euc-jp", "euc-jp"),
        (["田中", "佐藤"], "shift_jis", "shift_jis"),
        (["Łukasz"], "cp1250", "cp1250"),
        (["Ionuţ"], "cp1250", "cp1250"),
        (["Kalniņš", "Bērziņš"], "cp1257", "cp1257"),
        (["Işık", "Ağa"], "cp1254", "cp1254"),
        (["陳先生", "王小明"], "big5", "big5"),
        (["Иванов", "Петров"], "koi8-r", "koi8-r"),
        (["Иванов", "Петров"], "cp1251", "cp1251"),
        (["김철수"], "euc-kr", "euc-kr"),
        (["Müller"], "cp850", "cp850"),
        (["½"], "utf-8", "utf-8"),
    ],
)
def test_an_encoding_that_is_left_open_is_among_those_named(texts, written_in, named):
    found = encodings.detect("f.csv", "\n".join(texts).encode(written_in))
    assert named in found.open.partition("--encoding ")[2].split(" or ")
    assert ("(UTF-8 they are not)" in found.open) == (written_in != "utf-8")


@pytest.mark.parametrize("text", ["K½", "A¼1", "a÷b", "5¬", "Ůk"])
def test_a_sign_beside_letters_or_digits_is_no_chinese_character(text):
    assert encodings.detect("f.csv", text.encode()) == encodings.Encoding("utf-8")


@pytest.mark.parametrize("texts", [["Þór", "Guðrún"], ["Thérèse", "Loïc"], ["Muñoz"], ["£20 a", "½ b"]])
def test_western_names_are_still_told(texts):
    assert encodings.detect("f.csv", "\n".join(texts).encode("cp1252")).codec == "cp1252"


def test_a_file_of_two_encodings_is_refused_naming_a_row(tmp_path):
    content = HEAD.encode() + "Aé,2024-01-05,3\n".encode("cp1252") + "Bé,2024-01-05,3\n".encode()
    with pytest.raises(DataError, match=r"row 2: characters of .* are UTF-8 in some rows and not in others"):
        loaded(written(tmp_path, content))


LONG = 2**53
MOMENTS = pa.array([pd.Timestamp("2024-01-05")] * 3)
DECIMALS = pa.array([Decimal(10**30 + 1), Decimal(10**30), None], pa.decimal128(38, 0))
ARROW = {
    "whole numbers with a gap": (pa.array([LONG + 1, LONG, None], pa.int64()), [str(LONG + 1), str(LONG)]),
    "without a sign": (pa.array([2**64 - 1, 2**63, None], pa.uint64()), [str(2**64 - 1), str(2**63)]),
    "decimals": (DECIMALS, [str(10**30 + 1), str(10**30)]),
    "a dictionary": (pa.array([LONG + 1, LONG, None]).dictionary_encode(), [str(LONG + 1), str(LONG)]),
    "long texts": (pa.array(["007", "7", None], pa.large_string()), ["007", "7"]),
    "bytes": (pa.array([b"a1", b"a2", None]), ["a1", "a2"]),
    "floats": (
        pa.array([1e20, 1e19, 3.0]),
        "row 1: 1e.20 was rounded when it became a floating-point number",
    ),
    "short floats": (
        pa.array([16777217.0, 5, 3], pa.float32()),
        "was rounded when it became a floating-point",
    ),
    "lists": (pa.array([[1], [2], [3]]), "row 1: .1. is a list, not an identifier"),
    "records": (pa.array([{"a": 1}] * 3), "is a record, not an identifier"),
}


@pytest.mark.parametrize("kind", ARROW)
def test_ids_of_parquet_are_read_as_their_types_or_refused(tmp_path, kind):
    ids, expected = ARROW[kind]
    file = tmp_path / "e.parquet"
    table = pa.table({"customer_id": ids, "event_time": MOMENTS, "event_type": ["login"] * 3})
    pyarrow.parquet.write_table(table, file)
    how = {"roles": data.EVENT_LOG, "unreadable": "missing", "identifiers": "as they are"}
    sampled = parsing.ids(sampling.sample(file, {}).frame["customer_id"])
    if isinstance(expected, str):
        with pytest.raises(DataError, match=f"^e.parquet: column 'customer_id' .*{expected}"):
            data.load("bank_app", file, **how)
        assert len(sampled.problems)
    else:
        assert data.load("bank_app", file, **how)["customer_id"].tolist()[:2] == expected
        assert sampled.values.tolist()[:2] == expected


def test_times_of_parquet_beyond_the_calendar_are_named(tmp_path):
    seconds = pa.array([10**15, 1_700_000_000, 1_700_000_001], pa.timestamp("s"))
    table = pa.table({"customer_id": list("abc"), "event_time": seconds, "amount": [1.0, 2.0, 3.0]})
    pyarrow.parquet.write_table(table, tmp_path / "g.parquet")
    with pytest.raises(
        DataError, match=r"^g.parquet: column 'event_time' .*row 1: 31690708-07-05 .* lies outside"
    ):
        data.load("telecom", tmp_path / "g.parquet")


COLUMNS, LINE = b"customer_id,event_time,amount", b"\na,2024-01-05,5"


def packed(content, ending):
    if ending == "gz":
        return gzip.compress(content)
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv" if ending == "zip" else "xl/worksheets/sheet1.xml", content)
    return bundle.getvalue()


TOO_MUCH = {
    "a cell of the header": (
        "h.csv",
        lambda: COLUMNS + b"x" * 131_073 + LINE,
        "row 1 has a cell of more than 131,072",
    ),
    "columns": (
        "w.csv",
        lambda: COLUMNS + b",c" * 16_382 + LINE + b",1" * 16_382,
        "16,385 columns; at most 16,384",
    ),
    "one line": (
        "o.csv",
        lambda: b"x" * (3 << 20),
        "a line of more than 1,048,576 bytes .at byte 1.; no table",
    ),
    "a line below": (
        "b.csv",
        lambda: COLUMNS + LINE + b"x" * (3 << 20),
        "a line of more than 1,048,576 bytes",
    ),
    "gzip": ("g.csv.gz", lambda: packed(COLUMNS + LINE * (5 << 20), "gz"), "more than 200 times as much"),
    "zip": ("z.zip", lambda: packed(COLUMNS + LINE * (5 << 20), "zip"), "more than 200 times as much"),
    "a workbook": ("x.xlsx", lambda: packed(b" " * (65 << 20), "xlsx"), "more than 200 times as much"),
    "a quotation mark": (
        "q.csv",
        lambda: COLUMNS + LINE + b'\n"a,2024-01-05,5' + LINE * 9,
        "row 3 opens a quotation mark",
    ),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_files_beyond_all_measure_are_refused_in_a_line(tmp_path, case):
    name, content, message = TOO_MUCH[case]
    (tmp_path / name).write_bytes(content())
    for read in (reading.head, reading.read):
        with pytest.raises(DataError, match=f"^{re.escape(name)}: .*{message}"):
            read(tmp_path / name)


def test_files_within_the_measure_are_read(tmp_path):
    (tmp_path / "w.csv").write_bytes(COLUMNS + b",c" * 9 + b",long" + b"x" * 1000 + LINE + b",1" * 10)
    (tmp_path / "g.csv.gz").write_bytes(
        packed(COLUMNS + LINE * 9000, "gz")
    )  # of more than 200 times, and small
    assert reading.read(tmp_path / "w.csv").frame.shape == (1, 13)
    assert len(reading.read(tmp_path / "g.csv.gz").frame) == 9000
