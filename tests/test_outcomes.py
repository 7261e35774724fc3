"""What the points of a sweep found, and how their page says it."""

import re

from workbench.runner.page import charts, outcomes


def point(values, *texts, segments=(), verdict="passed"):
    findings = [{"text": text, "about": None, "cell": 1} for text in texts]
    return {"values": values, "verdict": verdict, "findings": findings, "segments": list(segments)}


def segment(name, size, rank=None):
    return {"name": name, "size": size, "rank": rank}


SENTENCE = "The silhouette of {} segments is {}; 1,000 customers were asked."
RECORD = {
    "points": [
        point(
            {"k": 2},
            SENTENCE.format(2, "0.51"),
            "Nothing else.",
            segments=[segment("a", 700), segment("b", 300)],
        ),
        point({"k": 3}, SENTENCE.format(3, "−0.02"), "Nothing else.", segments=[segment("a", 1000)]),
        point({"k": 4}, verdict="failed"),
    ]
}


def test_numbers_that_vary_in_the_same_sentence_are_the_key_numbers():
    (row,) = outcomes.varying(RECORD)  # not the number of segments, which is k
    assert (row["values"], row["texts"]) == ([0.51, -0.02, None], ["0.51", "−0.02", ""])
    assert (row["before"], row["after"]) == (
        "The silhouette of … segments is ",
        "; 1,000 customers were asked.",
    )
    assert row["heading"] == "… of … segments is […]; 1,000 customers were asked."


def test_a_sentence_that_comes_twice_at_a_point_is_told_apart_by_its_place():
    points = [point({"k": k}, f"One has {k + 1}.", f"One has {k + 5}.") for k in (1, 2)]
    assert [row["values"] for row in outcomes.varying({"points": points})] == [[2, 3], [6, 7]]


def test_a_sentence_that_holds_the_sign_itself_is_left_alone():
    points = [point({"k": k}, f"So on … {k + 1}.") for k in (1, 2)]
    assert outcomes.varying({"points": points}) == []


def test_names_in_quotation_marks_may_differ_and_are_no_numbers():
    points = [point({"k": k}, f"Best is “{name} {k}” with {10 * k} %.") for k, name in ((1, "a"), (2, "b"))]
    (row,) = outcomes.varying({"points": points})
    assert (row["before"], row["after"], row["texts"]) == ("Best is … with ", " %.", ["10", "20"])


def test_a_number_that_few_points_have_is_no_key_number():
    points = [point({"k": k}, *([f"Only {k + 1}."] if k < 3 else [])) for k in range(1, 6)]
    assert outcomes.varying({"points": points}) == []
    assert len(outcomes.varying({"points": points[:4]})) == 1


def test_what_all_that_passed_have_found_is_told_once():
    assert outcomes.alike(RECORD) == ["Nothing else."]
    assert outcomes.apart(RECORD) == [
        ("k = 2", [SENTENCE.format(2, "0.51")]),
        ("k = 3", [SENTENCE.format(3, "−0.02")]),
    ]


def test_the_segments_of_each_point_are_drawn_and_read_out():
    drawn = outcomes.sizes(RECORD)["drawing"]
    widths = [
        float(width) for width in re.findall(r'<rect class="b\d" x="[\d.]+" y="\d+" width="([\d.]+)"', drawn)
    ]
    assert widths == [343.0, 147.0, 490.0]
    assert "k = 2: 700, 300; k = 3: 1000." in re.search('aria-label="(.*?)"', drawn)[1]
    assert "style=" not in drawn
    assert outcomes.sizes({"points": [point({"k": 2})]}) is None


def test_a_point_in_short_names_sizes_and_ranks():
    told = point({"k": 2}, segments=[segment("a", 1700, "2"), segment("b", 300, "1")])
    assert outcomes.results(told) == {"segments": "2", "sizes": "1,700 (2), 300 (1)"}


def test_names_in_a_drawing_are_escaped():
    drawn = charts.bars([("<script>", [('"><img>', 1)])], alt='"<')
    assert not re.search("<script|<img", drawn)
