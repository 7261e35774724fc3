"""Outputs of two notebooks compared: numbers up to a tolerance, words and whole numbers exactly."""

import base64
import io

import matplotlib.pyplot as plt
import nbformat
import pytest

from workbench.runner.record import cells, html_tables
from workbench.runner.record.cells import Change, Part

new = nbformat.v4


def notebook(*sources, tags=()):
    found = [new.new_code_cell(source) for source in sources]
    for index in tags:
        found[index].metadata["tags"] = ["injected-parameters"]
    return new.new_notebook(cells=[new.new_markdown_cell("# Head"), *found])


def test_cells_are_paired_by_their_code_and_injected_ones_are_left_out():
    pairs = cells.pairs(
        notebook("x = 1", "a", "b", "c"), notebook("x = 1", "x = 2", "a", "B", "c", "d", tags=[1])
    )
    told = [(p.number, p.heading, p.before and p.before.source, p.after and p.after.source) for p in pairs]
    assert told == [
        (1, "Head", "x = 1", "x = 1"),
        (2, "Head", "a", "a"),
        (3, "Head", "b", "B"),
        (4, "Head", "c", "c"),
        (6, "Head", None, "d"),
    ]


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("0.1", "0.10000000000000001", True),
        ("0.1", "0.1000001", False),
        ("1,234.5", "1234.5", True),
        ("1e-3", "0.001", True),
        ("-1.5", "1.5", False),
        ("id 1000000001", "id 1000000002", False),
        ("12345678901234567890", "12345678901234567891", False),
        ("a  1", "a 1", True),
        ("a 1", "b 1", False),
        ("nan", "0.0", False),
        ("1 2", "1", False),
        ("0.0", "1e-17", False),
    ],
)
def test_texts_say_the_same_when_words_are_equal_and_numbers_close(one, two, same):
    assert cells.same(one, two) is same
    assert (cells.changes(Part("text", one), Part("text", two)) == []) is same


TWO_LEVELS = """<table><thead><tr><th></th><th colspan="2">A</th></tr><tr><th></th><th>x</th><th>y</th></tr></thead>
<tbody><tr><th rowspan="2">r</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>"""


def test_spanning_heads_and_labels_name_every_value():
    (table,), rest = html_tables.read(f"<style>p {{}}</style><p>Some <b>text</b></p>{TWO_LEVELS}")
    assert rest == "Some text"
    assert table.values == {
        ("r", "A / x"): "1",
        ("r", "A / y"): "2",
        ("r (2)", "A / x"): "3",
        ("r (2)", "A / y"): "4",
    }


def test_a_table_without_row_labels_counts_its_rows():
    (table,), _ = html_tables.read("<table><tr><th>k</th></tr><tr><td>1</td></tr><tr><td>2</td></tr></table>")
    assert table.values == {("row 1", "k"): "1", ("row 2", "k"): "2"}


def test_tables_are_compared_by_label_not_by_place():
    other = TWO_LEVELS.replace("<td>4</td>", "<td>4.5</td>").replace("<th>y</th>", "<th>z</th>")
    assert cells.changes(Part("table", TWO_LEVELS), Part("table", other)) == [
        Change("column A / y", "there", "not there"),
        Change("column A / z", "not there", "there"),
    ]
    other = TWO_LEVELS.replace("<td>4</td>", "<td>4.5</td>")
    assert cells.changes(Part("table", TWO_LEVELS), Part("table", other)) == [
        Change("row r (2), column A / y", "4", "4.5")
    ]


def png(level, *, size=(1, 1), **metadata):
    figure = plt.figure(figsize=size, dpi=50, facecolor=str(level))
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata=metadata)
    plt.close(figure)
    return base64.b64encode(buffer.getvalue()).decode()


def picture(content, alt="A grey square."):
    return Part("picture", content, "image/png", alt)


def test_pictures_are_compared_by_their_pixels():
    one, two = png(0.5, Title="one"), png(0.5, Title="two")
    assert one != two
    assert cells.changes(picture(one), picture(two)) == []
    assert cells.changes(picture(one), picture(png(0.9))) == [
        Change("picture", "as it was", "100 % of its pixels differ")
    ]
    (change,) = cells.changes(picture(one), picture(png(0.5, size=(2, 1))))
    assert change.after == "another size, 100 × 50 pixels instead of 50 × 50"
    assert cells.changes(picture(one), picture("AAAA"))[0].after == "another file"


def test_another_text_alternative_is_a_difference():
    one = png(0.5)
    assert cells.changes(picture(one), picture(one, "Another.")) == [
        Change("text alternative", "A grey square.", "Another.")
    ]


def test_an_output_that_is_missing_or_of_another_kind_is_a_difference():
    assert cells.changes(Part("text", "1"), None) == [Change("output", "text", "none")]
    assert cells.changes(Part("text", "1"), Part("table", "1")) == [Change("output", "text", "table")]


@pytest.mark.parametrize(
    "odd", ["<table>", "<tr><td>1", "<table><td>1<table><tr><td>2", "</table><th colspan=x>"]
)
def test_odd_tables_are_read_without_an_error(odd):
    assert cells.changes(Part("table", odd), Part("table", odd + " 7")) != [] or "<table" in odd
