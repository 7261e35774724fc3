"""Which segment of one run is which of another, by what private files say."""

import csv

import pytest

from workbench.runner import matching, segmented
from workbench.runner.overlay import Overlay
from workbench.runner.record import cells, files

YOURS = [{"kind": "yours", "dataset": "yours", "file": "my.csv"}]
SHIPPED = [{"kind": "stand-in", "dataset": "telecom", "file": "payments.csv"}]


def run(folder, *, data=YOURS, dataset="telecom", identifiers=None, **tables):
    """The record of a run, and its named tables as files: each a list of rows."""
    folder.mkdir()
    told = []
    for name, rows in tables.items():
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        digest = files.of_file(folder / f"{name}.csv")
        told.append(
            {"name": name, "caption": "", "rows": len(rows), "cell": 1, "files": {f"{name}.csv": digest}}
        )
    parameters = {"dataset": dataset, "identifiers": identifiers}
    return {"published": {"findings": [], "tables": told}, "data": data, "parameters": parameters}, folder


def customers(labels, *, pseudonyms=True, column="cluster"):
    """A row per customer: own id, pseudonym, label."""
    rows = []
    for number, (customer, label) in enumerate(labels.items(), 1):
        alias = {"pseudonym": f"c{number:04}"} if pseudonyms else {}
        rows.append({"customer_id": customer, **alias, column: label})
    return rows


def matched(one, two):
    return matching.match(one[0], two[0], (one[1], two[1]))


def test_clusters_are_paired_by_the_customers_they_share_not_by_their_number(tmp_path):
    """a-d were 0 and are 1; e-g were 1 and are 0, but for g, who moved."""
    one = run(tmp_path / "a", customers=customers(dict(zip("abcdefg", "0000111", strict=True))))
    two = run(tmp_path / "b", customers=customers(dict(zip("abcdefgz", "11110010", strict=True))))
    found = matched(one, two)
    assert found.pairs == [("0", "1", 4), ("1", "0", 2)]
    assert (found.shared, found.moved) == (7, 1)
    assert found.renamed == [{"1": "0", "0": "1"}]
    assert found.lines == [
        "segments were matched by 7 customers whose ids are in both runs, so that as few as possible move",
        "  0 → 1 (4 in both)",
        "  1 → 0 (2 in both)",
        "  1 of 7 shared customers are in another segment in B",
    ]


def test_a_segment_without_a_partner_is_named(tmp_path):
    one = run(tmp_path / "a", customers=customers(dict(zip("abcdef", "000111", strict=True))))
    two = run(tmp_path / "b", customers=customers(dict(zip("abcdef", "000221", strict=True))))
    assert matched(one, two).pairs == [("0", "0", 3), ("1", "2", 2), (None, "1", None)]
    assert matched(two, one).pairs[-1] == ("1", None, None)


def test_pseudonyms_are_never_joined(tmp_path):
    """The own ids are others, the pseudonyms the same: nobody is in both."""
    one = run(tmp_path / "a", customers=customers({"x": "0", "y": "1"}))
    two = run(tmp_path / "b", customers=customers({"v": "1", "w": "0"}))
    found = matched(one, two)
    assert found.pairs == []
    assert found.lines[0].startswith("segments were not matched: the two runs have no customers in common")


def test_ids_without_own_ids_are_joined_of_one_shipped_data_set_only(tmp_path):
    rows = customers({"C1": "0", "C2": "1"}, pseudonyms=False)
    same = [run(tmp_path / name, data=SHIPPED, customers=rows) for name in "ab"]
    assert matched(*same).shared == 2
    other = run(tmp_path / "c", data=SHIPPED, dataset="cdnow", customers=rows)
    assert matched(same[0], other).pairs == []
    own = [run(tmp_path / name, customers=rows) for name in "de"]
    assert matched(*own).pairs == [], "ids that the report shows may be pseudonyms"
    as_they_are = [run(tmp_path / name, identifiers="as they are", customers=rows) for name in "fg"]
    assert matched(*as_they_are).shared == 2


def segments(*rows):
    return [
        {"cluster": c, "customers": n, "recency": r, "monetary": m, "rank": i}
        for i, (c, n, r, m) in enumerate(rows)
    ]


def test_without_shared_customers_centres_are_paired_standardised(tmp_path):
    """Not by raw distance, in which monetary is all: recency would not count."""
    one = run(tmp_path / "a", segments=segments(("0", 9, 1, 1000), ("1", 8, 9, 1100)))
    two = run(tmp_path / "b", segments=segments(("0", 5, 9, 1040), ("1", 4, 1, 1060)))
    found = matched(one, two)
    assert [pair[:2] for pair in found.pairs] == [("0", "1"), ("1", "0")]
    assert found.moved is None
    assert "the distance of their centres, standardised: recency, monetary" in found.lines[0]


def test_a_file_that_was_changed_since_the_run_says_nothing(tmp_path):
    one = run(tmp_path / "a", customers=customers({"x": "0", "y": "1"}))
    two = run(tmp_path / "b", customers=customers({"x": "1", "y": "0"}))
    assert matched(one, two).shared == 2
    with open(tmp_path / "b" / "customers.csv", "a") as file:
        file.write("z,c0003,1\n")
    assert segmented.members(*two) is None
    assert matched(one, two).pairs == []


def test_of_runs_that_name_no_segments_nothing_is_said(tmp_path):
    assert matched(run(tmp_path / "a"), run(tmp_path / "b")) is None


@pytest.mark.parametrize("column", ["segment", "persona", "cluster"])
def test_sizes_are_those_of_the_segments_or_are_counted(column, tmp_path):
    told = run(
        tmp_path / "a",
        segments=[{column: "x", "customers": 2, "rank": 1}, {column: "y", "customers": 7, "rank": 2}],
    )
    assert segmented.segments(*told) == [
        {"name": "y", "size": 7, "rank": "2"},
        {"name": "x", "size": 2, "rank": "1"},
    ]
    counted = run(tmp_path / "b", customers=customers({"k": "x", "l": "y", "m": "y"}, column=column))
    assert [(s["name"], s["size"]) for s in segmented.segments(*counted)] == [("y", 2), ("x", 1)]


def table(heading, rows):
    body = "".join(
        f"<tr><th>{label}</th>{''.join(f'<td>{v}</td>' for v in values)}</tr>"
        for label, values in rows.items()
    )
    return cells.Part(
        "table", f"<table><thead><tr><th>{heading}</th><th>size</th></tr></thead>{body}</table>"
    )


def test_a_row_of_a_segment_is_laid_over_its_partner():
    over = Overlay([{"1": "0", "0": "1"}], own=True)
    (laid,) = over.laid(table("cluster", {"0": [4], "1": [3]}), table("cluster", {"0": [2], "1": [4]}))
    assert (laid["rows"], laid["equal"]) == ([("1 → 0", [["3", "2"]])], 1)
    (laid,) = over.laid(table("order", {"0": [4], "1": [3]}), table("order", {"0": [2], "1": [4]}))
    assert [label for label, _ in laid["rows"]] == ["0", "1"], "rows that are no segments stay"


def test_a_new_segment_is_laid_over_none():
    over = Overlay([{"0": "1", "2": "0"}], own=True)
    (laid,) = over.laid(
        table("cluster", {"0": [4], "1": [3]}), table("cluster", {"0": [3], "1": [9], "2": [4]})
    )
    assert laid["rows"] == [("none → 1", [["–", "9"]])]


def test_a_label_in_a_column_is_the_same_as_its_partner():
    one, two = (
        cells.Part(
            "table", f"<table><thead><tr><th>who<th>cluster</thead><tr><th>k<td>{x}<tr><th>l<td>{y}</table>"
        )
        for x, y in ("01", "11")
    )
    (laid,) = Overlay([{"1": "0", "0": "1"}], own=True).laid(one, two)
    assert (laid["rows"], laid["equal"]) == ([("l", [["1", "1"]])], 1), (
        "l was 1 and is 1, which is another cluster now"
    )


def test_customers_of_ones_own_are_not_laid_over_each_other():
    parts = [table("customer id", {"c0001": [n]}) for n in (1, 2)]
    assert Overlay([], own=True).laid(*parts) is None
    assert Overlay([], own=False).laid(*parts) is not None
