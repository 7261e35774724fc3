import gzip
import hashlib

import pandas as pd
import pytest

from workbench.data import DataError, reading
from workbench.data.expressions import columns_of
from workbench.data.roles import find_columns


def written(folder, content, name="my.csv"):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_line_ends(tmp_path, delimiter, end):
    text = end.join(delimiter.join(row) for row in (["id", "a b"], ["1", "x"], ["2", ""])) + end
    table = reading.read(written(tmp_path, text))
    assert table.frame.columns.tolist() == ["id", "a b"]
    assert table.frame.to_numpy().tolist() == [["1", "x"], ["2", ""]]
    assert table.frame.index.tolist() == [2, 3]
    assert table.notes == []


def test_decimal_commas_do_not_make_the_comma_the_delimiter(tmp_path):
    table = reading.read(written(tmp_path, "id;day;paid, net\n1;2;1,50\n"))
    assert table.frame.columns.tolist() == ["id", "day", "paid, net"]


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("gb18030", ["read as GB18030"]),
        ("utf-16", ["read as UTF-16"]),
    ],
)
def test_encodings(tmp_path, encoding, notes):
    table = reading.read(written(tmp_path, "客户,金额\n张三,5\n".encode(encoding)))
    assert table.frame.columns.tolist() == ["客户", "金额"]
    assert table.frame["客户"].tolist() == ["张三"]
    assert table.notes == notes


def test_a_mark_before_a_quoted_name_does_not_hide_the_quote(tmp_path):
    table = reading.read(written(tmp_path, '\ufeff"a,b,c";d\n1;2\n'))
    assert table.frame.columns.tolist() == ["a,b,c", "d"]


def test_big_endian_utf_16_with_mark(tmp_path):
    content = b"\xfe\xff" + "客户\n张三\n".encode("utf-16-be")
    assert reading.read(written(tmp_path, content)).frame["客户"].tolist() == ["张三"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "id\n1\n".encode("utf-16-le"),
            "looks like UTF-16 without a byte order mark; .* --encoding utf-16-le",
        ),
        (b"\xff\xfea", "has the byte order mark of UTF-16 and is not UTF-16"),
        (b"id,a\n1,2\n\0\0\0,3\n", "line 3 holds NUL bytes"),
        (
            "имя,a\n1,2\n".encode("cp1251"),
            "row 1, .*: characters of the header could be .* --encoding cp1251",
        ),
    ],
)
def test_other_encodings_are_refused_naming_the_option(tmp_path, content, message):
    with pytest.raises(DataError, match=rf"^my\.csv: {message}"):
        reading.read(written(tmp_path, content))


def test_gzip_and_the_hash_of_the_very_bytes(tmp_path):
    content = gzip.compress(b"id\n1\n")
    table = reading.read(written(tmp_path, content, "my.csv.gz"))
    assert table.frame["id"].tolist() == ["1"]
    assert table.sha256 == hashlib.sha256(content).hexdigest()
    assert table.size == len(content)


def test_quoted_line_breaks_count_as_one_row(tmp_path):
    table = reading.read(written(tmp_path, 'id,note\n1,"two\nlines"\n2,x\n'))
    assert table.frame["id"].to_dict() == {2: "1", 3: "2"}


def test_empty_rows_are_left_out_noted_and_counted(tmp_path):
    table = reading.read(written(tmp_path, "id,a\n1,x\n\n , \n,y\n2,z\n\n\n"))
    assert table.frame["id"].to_dict() == {2: "1", 5: "", 6: "2"}
    assert table.notes == ["2 empty rows left out"]


def test_short_rows_are_padded_so_that_the_column_can_refuse_them(tmp_path):
    assert reading.read(written(tmp_path, "id,a\n1\n")).frame["a"].tolist() == [""]


@pytest.mark.parametrize("content", ["id,a\n1,2\n1,2,3\n", 'id,a\n"1\n1",2\n1,2,3\n', "id,a\n1,2\n1,2,\n"])
def test_long_rows_are_refused_by_row(tmp_path, content):
    with pytest.raises(DataError, match=r"^my\.csv: row 3 has 3 cells, the header 2; quote"):
        reading.read(written(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("", "my.csv", "my.csv: empty file"),
        (" \n\n", "my.csv", "my.csv: empty file"),
        ("id,a\n", "my.csv", "my.csv: no rows of data"),
        ("id,a\n,\n", "my.csv", "my.csv: no rows of data"),
        ('id,a\n1,2\n1,"2\n', "my.csv", "my.csv: row 3 opens a quotation mark"),
        ("id", "my.xlsx", "my.xlsx: no Excel file but text"),
        ("id", "my.json", "my.json: not a file that is read, by its name; readable are CSV"),
        ("id", "my.parquet", r"my.parquet: not a readable Parquet file \("),
        ("id", "my.csv.gz", "my.csv.gz: damaged, or not gzip"),
        (gzip.compress(b"id\n1\n" * 99, mtime=0)[:-9], "my.csv.gz", "my.csv.gz: damaged, or not gzip"),
    ],
)
def test_unusable_files_are_refused_in_one_line(tmp_path, content, name, message):
    with pytest.raises(DataError, match=f"^{message}") as refused:
        reading.read(written(tmp_path, content, name))
    assert "\n" not in str(refused.value)


def test_a_missing_file_names_the_one_beside_it(tmp_path):
    written(tmp_path, "id", "payments.csv")
    with pytest.raises(DataError, match=r"^payment\.csv: no such file; did you mean 'payments\.csv'\?$"):
        reading.read(tmp_path / "payment.csv")
    with pytest.raises(DataError, match=r"^x\.csv: no such file; check the path\.$"):
        reading.read(tmp_path / "nowhere" / "x.csv")


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "my.csv").mkdir()
    with pytest.raises(DataError, match="my.csv: a folder"):
        reading.read(tmp_path / "my.csv")


def test_parquet_keeps_types_and_counts_from_one(tmp_path):
    frame = pd.DataFrame({"id": [1, 2], "amount": [0.1 + 0.2, 4.0]})
    frame.to_parquet(tmp_path / "my.parquet")
    table = reading.read(tmp_path / "my.parquet")
    assert table.frame["amount"].tolist() == frame["amount"].tolist()
    assert table.frame.index.tolist() == [1, 2]
    frame.set_index("id").to_parquet(tmp_path / "my.parquet")
    assert reading.read(tmp_path / "my.parquet").frame.columns.tolist() == ["id", "amount"]


ROLES = ["customer_id", "amount"]


def map_columns(file, names, roles, columns):
    found = find_columns(file, names, roles, columns)
    return {role: columns_of(expression)[0] for role, expression in found.items()}


def test_columns_are_found_by_map_then_name_then_case():
    names = ["CustID", "AMOUNT", "Customer_ID"]
    assert map_columns("f", names, ROLES, {"customer_id": "CustID"}) == {
        "customer_id": "CustID",
        "amount": "AMOUNT",
    }
    assert map_columns("f", ["Amount", "amount", "customer_id"], ROLES, {})["amount"] == "amount"


@pytest.mark.parametrize(
    ("names", "columns", "message"),
    [
        (
            ["id", "Paid"],
            {"customer_id": "id", "amount": "Payd"},
            r"unknown column 'Payd' \(amount\); did you mean 'Paid'\? Columns: id, Paid\.",
        ),
        (
            ["id", "Paid"],
            {"customer_id": "id"},
            r"no column is called 'amount' \(number\); map one: amount=COLUMN\. Columns: id, Paid\.",
        ),
        (["customer_id", "Amount", "AMOUNT"], {}, r"columns \['Amount', 'AMOUNT'\] could all be 'amount'"),
        (["customer_id", "amount", "amount"], {}, "more than one column is called 'amount'"),
        (
            ["id", "x"],
            {"customer_id": "id", "amount": "id"},
            "column 'id' cannot be both customer_id and amount",
        ),
    ],
)
def test_columns_that_cannot_be_mapped_are_refused(names, columns, message):
    with pytest.raises(DataError, match=f"^my.csv: {message}"):
        map_columns("my.csv", names, ROLES, columns)


def test_columns_that_nobody_maps_may_repeat():
    for other in ("", "x"):
        names = ["customer_id", "amount", other, other]
        assert map_columns("f", names, ROLES, {})["amount"] == "amount"


def test_a_column_given_in_other_case_or_with_blanks_is_found_if_it_is_one():
    names = ["Cust  ID", "AMOUNT", "amount"]
    found = map_columns("f", names, ROLES, {"customer_id": "cust id"})
    assert found == {"customer_id": "Cust  ID", "amount": "amount"}


def test_commas_in_a_file_with_semicolons_are_refused_where_they_could_mean_either(tmp_path):
    from workbench import data

    file = tmp_path / "my.csv"
    head = "customer_id;event_time;amount\n"
    file.write_text(head + "a;2024-01-01;1,234\nb;2024-01-02;5,678\n")
    with pytest.raises(
        DataError,
        match=r"my.csv: column 'amount' \(amount\), row 2: '1,234' leaves open whether the comma groups",
    ):
        data.load("telecom", file)
    file.write_text(head + "a;2024-01-01;1,234\nb;2024-01-02;5,6\n")  # the second tells
    assert data.load("telecom", file)["amount"].tolist() == [1.234, 5.6]


def test_lines_that_end_as_on_an_old_macintosh(tmp_path):
    from workbench import data

    file = tmp_path / "my.csv"
    file.write_bytes(b"customer_id,event_time,amount\ra,2024-01-01,5\rb,2024-01-02,6\r")
    assert data.load("telecom", file)["amount"].tolist() == [5.0, 6.0]
