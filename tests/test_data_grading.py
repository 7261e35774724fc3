"""Customers with assets and revenue of one's own: read right, or refused by file, column and row."""

import csv
import re

import pytest

from workbench import data
from workbench.checks import NotKnown


def written(folder, rows, head="customer_id,assets,revenue"):
    file = folder / "my.csv"
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return file


def load(file, roles=data.ACCOUNTS, **asked):
    return data.load("grading", file, roles=roles, identifiers="as they are", **asked)


def test_a_table_of_ones_own_with_other_names(tmp_path):
    file = written(tmp_path, ['007,"1,234.50",¥80', "8,0,3.5"], "账户,资产,收入")
    table = load(file, columns={"customer_id": "账户", "assets": "资产", "revenue": "收入"})
    assert table["customer_id"].tolist() == ["007", "8"]
    assert table["assets"].tolist() == [1234.5, 0]
    assert table["month"].isna().all()
    with pytest.raises(NotKnown, match="no column of months"):
        data.by_month(table)


MONTHS = {
    "dashes": ["2024-01", "2024-02", "2024-03"],
    "digits": ["202401", "202402", "202403"],
    "Chinese": ["2024年1月", "2024年2月", "2024年3月"],
    "slashes": ["2024/1", "2024/2", "2024/3"],
    "days": ["2024-01-31", "2024-02-29", "2024-03-31"],
}


@pytest.mark.parametrize("months", MONTHS.values(), ids=MONTHS)
def test_months_are_read_in_many_ways(tmp_path, months):
    rows = [f"{who},{month},{assets},1" for who, assets in (("a", 5), ("b", 6)) for month in months]
    panel = data.by_month(load(written(tmp_path, rows[:-1], "customer_id,month,assets,revenue")))
    assert [*panel.columns] == ["2024-01", "2024-02", "2024-03"]
    assert panel.loc["a"].tolist() == [5, 5, 5]
    assert panel.attrs["left_out"] == 1  # b lacks a month


def test_two_months_are_too_few(tmp_path):
    file = written(tmp_path, ["a,2024-01,5,1", "a,2024-02,5,1"], "customer_id,month,assets,revenue")
    with pytest.raises(NotKnown, match="2 months and 1 customers with a row for each"):
        data.by_month(load(file))


def test_a_total_of_assets_is_left_out_and_counted(tmp_path):
    file = written(tmp_path, ["a,5,1", "b,6,1", "Total,11,2"])
    table = load(file)
    assert table["customer_id"].tolist() == ["a", "b"]
    assert "1 row of totals left out (row 4)" in table.attrs["ledger"]["noticed"]


def test_the_optional_columns_of_service_may_be_absent(tmp_path):
    file = written(tmp_path, ["a,5", "b,0"], "customer_id,revenue")
    table = load(file, data.SERVED)
    assert table["leaving_risk"].isna().all()
    assert table["revenue"].tolist() == [5, 0]


@pytest.mark.parametrize(
    ("rows", "head", "message"),
    [
        (["a,5,1", "b,,1"], None, r"my\.csv: column 'assets' \(assets\), row 3: '' is empty"),
        (["a,5,1", "b,x,1"], None, r"my\.csv: column 'assets' \(assets\), row 3: .* is not a number"),
        (["a,5,1", "b,-2,1"], None, r"column 'assets' \(assets\), row 3: -2 .1 such row.; allowed are numbers from 0"),
        (["a,5,1", "b,2,-9"], None, r"column 'revenue' \(revenue\), row 3: -9 .* Take returns off the payments first"),
        (["a,5,1", "b,2,1", "a,5,1"], None, r"my\.csv: row 4 has the customer of row 2 again .* month=COLUMN"),
        (["a,2024-01,5,1", "a,2024-02,5,1", "a,2024/01,6,1"], "customer_id,month,assets,revenue",
         r"row 4 has the customer and month of row 2 again .1 such row.; one row must be one customer and month"),
        (["a,January,5,1"], "customer_id,month,assets,revenue", r"column 'month' \(month\), row 2: .* is not a date"),
    ],
)  # fmt: skip
def test_a_row_that_no_customer_can_have_is_refused_by_file_column_and_row(tmp_path, rows, head, message):
    file = written(tmp_path, rows, head or "customer_id,assets,revenue")
    with pytest.raises(data.DataError, match=message):
        load(file)
    needed = {"customer_id": "needed", "assets": "needed", "revenue": "needed", "month": "optional"}
    with pytest.raises(data.DataError, match=message):
        data.check(file, needed)  # before a kernel


def test_a_risk_lies_between_0_and_1(tmp_path):
    file = written(tmp_path, ["a,5,0.2", "b,5,20"], "customer_id,revenue,leaving_risk")
    with pytest.raises(
        data.DataError, match=r"'leaving_risk' \(leaving_risk\), row 3: 20 .* numbers from 0 to 1"
    ):
        load(file, data.SERVED)


def test_only_graded_customers_have_answers():
    with pytest.raises(data.DataError, match="'retail' has no answers; those that have: grading, "):
        data.load_answers("retail")
    assert data.load_answers("grading").shape == (20_000, 10)


# data/README.md claims rows and columns; they must be the files' own.

README = (data.ROOT / "data" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`grading/[^|]+) \| ([\d,]+)(?: each)? \| (.+?) \|", README, flags=re.M)
FILES = [
    (name.removeprefix("grading/"), int(rows.replace(",", "")), columns)
    for names, rows, columns in ROWS
    for name in re.findall(r"`([^`]+)`", names)
]


def test_readme_lists_every_shipped_file():
    assert {name for name, _, _ in FILES} == {p.name for p in (data.ROOT / "data" / "grading").iterdir()}


@pytest.mark.parametrize(("name", "rows", "columns"), FILES)
def test_readme_counts_rows_and_names_columns(name, rows, columns):
    with open(data.ROOT / "data" / "grading" / name, encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    assert len(body) == rows
    if columns != "as above":
        assert re.findall(r"`([^`]+)`", columns) == header
