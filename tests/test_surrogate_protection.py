"""The stand-in of data protection: what is shipped is what is drawn, and its persons are nobody."""

import csv
import json
import re

import pytest

from workbench import data, privacy
from workbench.data.standin import data_protection

FOLDER = data.ROOT / "data" / "data_protection"
SHIPPED = data_protection.shipped()
NOBODY = {
    "resident id": r"\d{6}18[89]\d{5}\d{3}[\dX]|\d\d9999\d{9}",
    "mobile number": r"(\+86 |0086)?154[ -]?\d{4}[ -]?\d{4}",
    "phone number": r"026-[2-9]\d{7}",
    "bank card": r"620000\d{10,13}",
    "credit code": r"91119999MA\w{8}|[0-9A-F]{18}",  # the second: of a hash
    "IBAN": r"DE\d{2}0{8}\d{10}",
    "e-mail address": r"[a-z.]+@example\.(com|org)",
    "IP address": r"(192\.0\.2|198\.51\.100)\.\d+",
}


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_file_is_what_the_generator_writes(name):
    assert (FOLDER / name).read_bytes().decode() == SHIPPED[name]


def test_what_is_loaded_is_what_was_drawn():
    assert data.load_any("protection").equals(data_protection.table())
    entry = data.loaded()[-1]
    assert (entry["dataset"], entry["kind"], entry["rows"]) == ("protection", "stand-in", 2_000)
    notes = data.load_notes()
    held = [(text[start:end], kind) for text, spans in notes.to_numpy() for start, end, kind in spans]
    assert len(held) > 2_000
    assert all(re.fullmatch(NOBODY[kind], value) for value, kind in held)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_find_in_a_shipped_file_is_nobodys(name):
    with open(FOLDER / name, newline="", encoding="utf-8") as text:
        heads, *rows = list(csv.reader(text))
    found = 0
    for head, column in zip(heads, zip(*rows, strict=True), strict=True):
        for text in column if head == "text" else ["\n".join(column)]:  # a note is a text by itself
            for each in privacy.find(text, header=head):
                found += 1
                assert re.fullmatch(NOBODY[each.kind], text[each.start : each.end]), (head, each.kind)
    assert found > 50 or name == "headings.csv"


def test_every_find_in_a_notebook_is_nobodys():
    for path in (data.ROOT / "notebooks").rglob("*.ipynb"):
        notebook = json.loads(path.read_text("utf-8"))
        for place, text, header in privacy.texts_of_notebook(notebook):
            for each in privacy.find(text, header=header):
                assert re.fullmatch(NOBODY[each.kind], text[each.start : each.end]), (path.name, place)


README = (data.ROOT / "data" / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_readme_says_rows_and_columns_as_they_are(name):
    (line,) = [one for one in README.splitlines() if f"`data_protection/{name}`" in one]
    rows = list(csv.reader(SHIPPED[name].splitlines()))
    assert f"| {len(rows) - 1:,} |" in line
    assert [name for name in rows[0] if f"`{name}`" not in line] == []


def test_a_table_of_ones_own_keeps_every_cell_as_it_is_written(tmp_path):
    (tmp_path / "own.csv").write_text("kind,code\na,007\nb,\nc,0012\n", "utf-8")
    table = data.load_any("protection", tmp_path / "own.csv")
    assert table["code"].fillna("none").tolist() == ["007", "none", "0012"]
    assert data.ledger(table)["found"]["rows read"] == "3"
    assert data.loaded()[-1]["kind"] == "yours"
    with pytest.raises(data.DataError, match="'telecom' is a log, which data.load reads"):
        data.load_any("telecom")
    with pytest.raises(data.DataError, match="'telecom' has no notes; it has them: protection"):
        data.load_notes("telecom")
