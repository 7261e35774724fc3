import csv
import hashlib
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from workbench import data

MAP = {"customer_id": "CustID", "event_time": "When", "amount": "Paid"}

COLUMNS = {"customer_id": "CustID", "event_time": "When", "amount": "Paid"}


def written(folder, rows, name="my.csv"):
    file = folder / name
    file.write_text("\n".join(["CustID,When,Paid", *rows]) + "\n", encoding="utf-8")
    return file


def test_importing_the_module_imports_no_pandas():
    code = "import sys, workbench.data; sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_root_is_the_project():
    assert (data.ROOT / "pyproject.toml").is_file()


@pytest.mark.parametrize("name", ["telecom", "telecom_overlapping"])
def test_stand_in(name):
    payments = data.load(name)
    record = data.loaded()[-1]
    file = data.ROOT / data.DATASETS[name]["file"]
    assert payments.dtypes.astype(str).to_dict() == {
        "customer_id": "str",
        "event_time": "datetime64[us]",
        "amount": "float64",
    }
    assert record["dataset"] == name
    assert record["kind"] == "stand-in"
    assert record["file"] == data.DATASETS[name]["file"]
    assert record["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert record["bytes"] == file.stat().st_size
    assert record["rows"] == len(payments)
    assert record["columns"]["amount"] == "amount"
    start, end = data.window(name, payments)
    assert payments["event_time"].between(start, end, inclusive="left").all()
    assert set(data.load_segments(name)["customer_id"]) == set(payments["customer_id"])


def test_cdnow_is_whole_and_read_without_importing_its_package():
    code = "from workbench import data; data.load('cdnow'); import sys; sys.exit('lifetimes' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    payments = data.load("cdnow")
    assert len(payments) == 69_659
    assert payments["customer_id"].nunique() == 23_570
    assert payments["customer_id"].str.len().eq(5).all()
    assert payments.duplicated().sum() == 255
    assert payments["amount"].eq(0).sum() == 80
    assert payments["amount"].sum() == pytest.approx(2_500_315.63)
    start, end = data.window("cdnow", payments)
    assert payments["event_time"].between(start, end, inclusive="left").all()
    record = data.loaded()[-1]
    assert record["kind"] == "real"
    assert record["file"] == "Lifetimes 0.11.3: lifetimes/datasets/CDNOW_master.txt"
    assert record["notes"] == [
        "255 rows repeat an earlier one in customer_id, event_time, amount; all given to the study",
        "80 zero amounts",
    ]


def test_cdnow_without_its_package_names_the_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        data.DataError, match="cdnow comes with the package Lifetimes; install .*'realdata' extra"
    ):
        data.load("cdnow")


def test_your_own_dirty_file(tmp_path):
    rows = ['007,2024/1/5 13:05,"¥1,234.50"', " 8 ,2024-01-06,(4)", "8,20240107,0", "8,20240107,0"]
    payments = data.load("telecom", written(tmp_path, rows), columns=MAP, identifiers="as they are")
    assert payments["customer_id"].tolist() == ["007", "8", "8", "8"]
    assert payments["amount"].tolist() == [1234.5, -4, 0, 0]
    assert payments["event_time"][0] == pd.Timestamp("2024-01-05 13:05")
    assert payments.index.tolist() == [0, 1, 2, 3]
    record = data.loaded()[-1]
    assert record["dataset"] == "your file"
    assert record["kind"] == "yours"
    assert record["file"] == "my.csv"  # no path of somebody's machine
    assert record["rows"] == 4
    assert record["columns"] == MAP
    assert record["notes"] == [
        "customer_id: surrounding spaces removed in 1 row",
        "amount: commas read as thousands separators",
        "amount: amounts are in CNY or JPY",
        "1 row repeats an earlier one in customer_id, event_time, amount; all given to the study",
        "1 negative amount (refunds)",
        "2 zero amounts",
    ]


def test_parquet_gives_what_csv_gives(tmp_path):
    frame = data.load("cdnow").iloc[:500]
    frame.to_csv(tmp_path / "my.csv", index=False)
    frame.to_parquet(tmp_path / "my.parquet")
    for name in ("my.csv", "my.parquet"):
        pd.testing.assert_frame_equal(data.load("telecom", tmp_path / name, identifiers="as they are"), frame)


GOOD = [f"c{i},2024-01-0{i},{i}.50" for i in range(1, 9)]
PAID, WHEN, CUSTOMER = r"'Paid' \(amount\)", r"'When' \(event_time\)", r"'CustID' \(customer_id\)"


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("c6,2024-01-06,abc", PAID, r"'abc' is not a number \(1 such row; the header is row 1\)"),
        ("c6,2024-01-06,inf", PAID, "'inf' is not finite"),
        ("c6,2024-01-06,", PAID, "'' is empty"),
        ("c6,2024-01-06", PAID, "'' is empty"),
        ("c6,2024-02-30,6", WHEN, "'2024-02-30' is not a date of the calendar"),
        (",2024-01-06,6", CUSTOMER, "'' is empty"),
        ('c6,2024-01-06,"two\nlines"', PAID, r"'two\\nlines' is not a number"),
        ("c6,2024-01-06," + "x" * 99, PAID, r"'x{36}\.\.\. is not a number"),
    ],
)
def test_row_seven_is_refused_in_one_line_naming_file_column_and_row(tmp_path, row, column, message):
    file = written(tmp_path, [*GOOD[:5], row, *GOOD[6:]])
    before = len(data.loaded())
    with pytest.raises(data.DataError, match=f"^my.csv: column {column}, row 7: {message}") as refused:
        data.load("telecom", file, columns=MAP)
    assert "\n" not in str(refused.value)
    assert len(data.loaded()) == before


def test_rows_alike_are_counted(tmp_path):
    file = written(tmp_path, [*GOOD, "c,2024-01-09,x", "c,2024-01-09,", "c,2024-01-09,y"])
    with pytest.raises(data.DataError, match=r"row 10: 'x' is not a number \(2 such rows"):
        data.load("telecom", file, columns=MAP)


def test_rows_of_parquet_count_from_one(tmp_path):
    frame = pd.DataFrame({"customer_id": ["a", "b"], "amount": [1, np.nan]})
    frame.to_parquet(tmp_path / "my.parquet")
    with pytest.raises(data.DataError, match=r"row 2: the cell is empty \(1 such row; counted from 1\)"):
        data.load("telecom", tmp_path / "my.parquet", roles=["customer_id", "amount"])


def test_only_the_roles_asked_for_are_loaded(tmp_path):
    file = written(tmp_path, ["a,never,x"])
    frame = data.load("telecom", file, columns=MAP, roles=["customer_id"])
    assert frame.to_dict("list") == {"customer_id": ["c0001"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"dataset": "telecon"},
            "Unknown data set 'telecon'; did you mean 'telecom'. Data sets: telecom, cdnow",
        ),
        ({"dataset": "telecom", "roles": ["amout"]}, "Unknown role 'amout'; did you mean 'amount'. Roles: "),
        ({"dataset": "telecom", "columns": {"custmer_id": "x"}}, "Unknown role 'custmer_id'; did you mean"),
        ({"dataset": "telecom", "columns": {"amount": "kinds"}}, "payments.csv: unknown column 'kinds'"),
        (
            {"dataset": "telecom", "columns": {"amount": "kind"}},
            "row 2: '.*' is not a number .62873 such rows",
        ),
    ],
)
def test_names_that_do_not_exist_are_refused(arguments, message):
    with pytest.raises(data.DataError, match=message):
        data.load(**arguments)


def test_describe_says_what_a_report_must(tmp_path):
    for name in data.DATASETS:
        facts = data.describe(name)
        assert facts["kind"] in ("stand-in", "real")
        assert facts.str.len().gt(0).all()
    mine = data.describe("telecom", tmp_path / "my.csv")
    assert mine["kind"] == "yours"
    assert mine["title"] == "my.csv"
    assert mine.index.equals(facts.index)
    with pytest.raises(data.DataError, match="Unknown data set 'x'"):
        data.describe("x")


def test_window_of_your_own_file_ends_the_day_after_the_last_event(tmp_path):
    file = written(tmp_path, ["a,2024-01-05 13:05,1", "a,2024-02-29 23:59,1"])
    payments = data.load("telecom", file, columns=MAP)
    assert data.window("telecom", payments, data_file=file) == (
        pd.Timestamp("2024-01-05"),
        pd.Timestamp("2024-03-01"),
    )


def test_real_data_have_no_true_segments():
    with pytest.raises(data.DataError, match="'cdnow' has no true segments.*telecom, telecom_overlapping"):
        data.load_segments("cdnow")


def test_geometric_mean_of_the_panel_rounds_to_the_quoted_matrix():
    panel, quoted = data.load_judgements(), data.load_matrix()
    assert data.loaded()[-2]["kind"] == "reconstructed"
    assert data.loaded()[-1]["kind"] == "quoted"
    assert panel["role"].value_counts().to_dict() == {
        "regional manager": 2,
        "marketer": 2,
        "long-standing customer": 1,
    }
    mean = np.exp(np.log(panel.drop(columns="role")).mean())
    assert mean.round(2).tolist() == [quoted.loc["F", "R"], quoted.loc["F", "M"], quoted.loc["R", "M"]]


def test_quoted_matrix_is_as_quoted():
    matrix = data.load_matrix()
    assert matrix.index.tolist() == matrix.columns.tolist() == ["F", "R", "M"]
    assert matrix.to_numpy().tolist() == [[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]]


def test_missing_matrix_is_refused():
    with pytest.raises(
        data.DataError, match=r"averaged\.csv: no such file; did you mean 'averaged_matrix\.csv'"
    ):
        data.load_matrix("averaged")


def test_loaded_gives_copies():
    data.load_matrix()
    data.loaded()[-1]["rows"] = 0
    assert data.loaded()[-1]["rows"] == 3


# data/README.md claims rows and columns; they must be the files' own.

README = (data.ROOT / "data" / "README.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| `(telecom_rfm_ahp/[^`]+)` \| ([\d,]+) \| (.+?) \|", README, flags=re.M)


def test_readme_lists_every_shipped_file():
    shipped = {f"telecom_rfm_ahp/{p.name}" for p in (data.ROOT / "data" / "telecom_rfm_ahp").iterdir()}
    assert {name for name, _, _ in LINES} == shipped


@pytest.mark.parametrize(("name", "rows", "columns"), LINES)
def test_readme_counts_rows_and_names_columns(name, rows, columns):
    with open(data.ROOT / "data" / name, encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    assert len(body) == int(rows.replace(",", ""))
    assert re.findall(r"`([^`]+)`", columns) == [name for name in header if name]


def test_readme_example_names_the_roles():
    assert "--map customer_id=CustID event_time=When amount=Paid" in README
    for role in ("customer_id", "event_time", "amount"):
        assert f"| `{role}` |" in README


def test_the_ledger_as_a_table_says_what_was_left_out_in_words(tmp_path):
    file = tmp_path / "lines.csv"
    rows = ["a,2024-01-02 09:00,€ 5,UK", ",2024-01-03,€ 7,UK", "b,2024-02-01,€ -2,UK", "b,2024-01-05,€ 9,FR"]
    file.write_text("\n".join(["customer_id,event_time,amount,Country", *rows]), "utf-8")
    asked = {"where": {"Country": "UK"}, "reading": {"drop_without": "customer_id"}}
    loaded = data.load("telecom", file, **asked)
    table = data.ledger(loaded, customers_with_refunds_only=1)
    assert table["found"].to_dict() == {
        "rows read": "4",
        "left out: Country is not UK": "1",
        "left out: without customer_id": "1",
        "rows kept": "2",
        "total amount": "5.00, and -2.00 below 0, together 3.00",
        "customers": "2",
        "period": "2024-01-02 to 2024-02-01",
        "currency": "EUR",
        "noticed": "amount: amounts are in EUR; 1 negative amount (refunds)",
        "customers with refunds only": "1",
    }
    with pytest.raises(data.DataError, match="carries no ledger; give the one that data.load returned"):
        data.ledger(pd.DataFrame({"customer_id": ["a"]}))


@pytest.mark.parametrize(("name", "roles"), [("cdnow", data.PAYMENTS), ("bank_app", data.EVENT_LOG)])
def test_named_data_have_a_ledger_without_gaps(name, roles):
    table = data.ledger(data.load(name, roles=roles, unreadable="missing"))
    assert not table["found"].isna().any()
    assert ("currency" in table.index) == ("amount" in roles)


def test_the_window_of_the_description_is_the_one_that_was_used():
    used = pd.Timestamp("2024-03-05"), pd.Timestamp("2024-03-06 12:00")
    for file in (None, "my.csv"):
        facts = data.describe("bank_app", file, window=used)
        assert facts["observation_start":].tolist() == ["2024-03-05", "2024-03-06 12:00:00"]
    assert data.describe("bank_app")["observation_end"] == "2024-03-11"


def test_the_ledger_says_the_total_and_what_the_study_used(tmp_path):
    rows = ["a,2024-01-05,5", "a,2024-01-06,-2", "b,2024-01-07,3.5"]
    read = data.load("telecom", written(tmp_path, rows), columns=COLUMNS)
    assert (read.attrs["ledger"]["total"], read.attrs["ledger"]["refunds"]) == (8.5, -2)
    data.used(read[read["customer_id"] == "c0001"])
    ledger = data.loaded()[-1]["ledger"]
    assert ledger["study"] == {"rows": 2, "customers": 1}
    assert ("used by the study", "2 rows of 1 customer") in data.ledger_facts(ledger)
    assert "3 rows, 3 kept; 2 customers; the study used 2 rows of 1 customer" in data.ledger_lines(ledger)[0]
    sample = data.ledger_lines(ledger | {"sample_of": 9000})[0]
    assert sample.startswith("read: a sample, 3 rows of about 9,000, 3 kept")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (
            ["2024-01-05", "2024-02-05", "2042-01-05"],
            "1 event is dated 2042-01-05 (row 4), long after the others: a typing error?",
        ),
        (["31/01/69", "30/01/69"], "events are dated until 2069-01-31: are the years read right?"),
        (["2019-01-05", "2023-12-31"], None),
    ],
)
def test_dates_far_off_are_noticed(tmp_path, days, said):
    read = data.load(
        "telecom", written(tmp_path, [f"k{i},{day},5" for i, day in enumerate(days)]), columns=COLUMNS
    )
    noticed = [note for note in read.attrs["ledger"]["noticed"] if "dated" in note]
    assert noticed == ([said] if said else [])


def test_repeats_name_only_roles_that_the_file_has(tmp_path):
    read = data.load(
        "telecom", written(tmp_path, ["a,2024-01-05,5"] * 2), roles=data.PAYMENTS, columns=COLUMNS
    )
    assert read.attrs["ledger"]["noticed"] == [
        "1 row repeats an earlier one in customer_id, event_time, amount; all given to the study"
    ]


def test_times_of_day_that_are_missing_are_counted(tmp_path):
    file = tmp_path / "my.csv"
    file.write_text(
        "customer_id,d,t,amount\na,2024-01-05,10:00,3\nb,2024-01-06,n/a,2\nc,2024-01-06,10:30,2\n"
    )
    read = data.load("telecom", file, columns={"event_time": "d+t"})
    assert (
        "event_time: 1 row without a time of day in 't', read as midnight" in read.attrs["ledger"]["noticed"]
    )
    file.write_text("customer_id,d,t,amount\na,2024-01-05,10:00,3\nb,2024-01-06,,2\nc,2024-01-06,n/a,2\n")
    with pytest.raises(
        data.DataError, match="column 't' is empty in 2 of 3 rows; map the date alone: event_time=d"
    ):
        data.load("telecom", file, columns={"event_time": "d+t"})


def test_of_several_values_of_a_filter_some_may_be_missing(tmp_path):
    file = tmp_path / "my.csv"
    file.write_text("customer_id,event_time,amount,land\na,2024-01-05,3,DE\nb,2024-01-06,2,FR\n")
    read = data.load("telecom", file, where={"land": "DE|AT"})
    assert "--where land=AT: no row has it" in read.attrs["ledger"]["noticed"]
    with pytest.raises(data.DataError, match="--where land=AT: no row has it"):
        data.load("telecom", file, where={"land": "AT"})
