"""Comparison matrices: what is built, refused, accepted and noted."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ahp import comparisons

# the telecom study's averaged matrix as quoted, two decimals printed
QUOTED = [[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]]

REFUSED = {
    "not reciprocal": (
        [[1, 1, 3], [1, 1, 1], [0.5, 1, 1]],
        r"A must be reciprocal: A\[0, 2\] = 3 but A\[2, 0\] = 0\.5 \(expected 0\.333\)\.",
    ),
    "whole numbers are not printed means": ([[1, 1], [2, 1]], r"A\[0, 1\] = 1 but A\[1, 0\] = 2 "),
    "beyond rounding": (
        [[1, 0.46], [2.21, 1]],
        r"A\[0, 1\] = 0\.46 but A\[1, 0\] = 2\.21 \(expected 2\.17\)",
    ),
    "in a stack": (
        [[[1, 2], [0.5, 1]], [[1, 2], [3, 1]]],
        r"A\[1, 0, 1\] = 2 but A\[1, 1, 0\] = 3 \(expected 0\.5\)",
    ),
    "negative": ([[1, -2], [-0.5, 1]], r"positive, finite ratios: A\[0, 1\] = -2"),
    "zero": ([[1, 2], [0, 1]], r"positive, finite ratios: A\[1, 0\] = 0"),
    "NaN": ([[1, 2], [np.nan, 1]], r"A\[1, 0\] = nan\. Fill missing judgements"),
    "infinite": ([[1, np.inf], [0.5, 1]], r"A\[0, 1\] = inf"),
    "diagonal": ([[1, 2], [0.5, 2]], r"diagonal of A must be 1: A\[1, 1\] = 2"),
    "diagonal in a stack": ([[[1.0]], [[3.0]]], r"diagonal of A must be 1: A\[1, 0, 0\] = 3"),
    "not square": ([[1, 2, 3], [1, 1, 1]], r"square and not empty.*shape is \(2, 3\)"),
    "empty": ([], r"square and not empty.*shape is \(0,\)"),
    "empty stack": (np.ones((0, 3, 3)), r"not empty.*\(0, 3, 3\)"),
    "ragged": ([[1, 2], [1]], "A must hold numbers only, in rows of equal length"),
    "text": ([["1", "two"], [1, 1]], "A must hold numbers only, .*row 0, column 0 is '1'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_name_of_cell(case):
    A, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        comparisons.check(A)


def test_quoted_telecom_matrix_is_kept_and_noted():
    matrix, notes = comparisons.check(QUOTED)
    np.testing.assert_array_equal(matrix, QUOTED)
    assert len(notes) == 3
    assert notes[0].startswith("A[0, 1] = 0.71 and A[1, 0] = 1.41 are reciprocal only within rounding")


def test_exactly_reciprocal_matrix_has_no_notes():
    assert comparisons.check([[1, 1 / 3], [3, 1]]).notes == []


@given(st.lists(st.floats(0.2, 5), min_size=3, max_size=3), st.integers(2, 4))
def test_every_reciprocal_matrix_printed_with_decimals_is_accepted(upper, decimals):
    A = comparisons.from_upper(upper)
    printed = A.round(decimals)
    np.testing.assert_array_equal(comparisons.check(printed).matrix, printed)
    low, high = comparisons.printed_interval(printed, decimals)
    assert (low - 1e-12 <= np.log(upper)).all()
    assert (np.log(upper) <= high + 1e-12).all()


def test_printed_interval_of_046_and_218():
    # x rounds to .46 and 1/x to 2.18: x lies between 1/2.185 and 1/2.175
    low, high = comparisons.printed_interval(np.array([[1, 0.46], [2.18, 1]]), 2)
    np.testing.assert_allclose([low[0], high[0]], [-np.log(2.185), -np.log(2.175)], rtol=1e-12)


def test_triangles_of_quoted_matrix():
    upper, lower = comparisons.reciprocal(QUOTED), comparisons.reciprocal(QUOTED, "lower")
    assert upper[0].tolist() == [1, 0.71, 0.46]
    assert upper[:, 0].tolist() == [1, 1 / 0.71, 1 / 0.46]
    assert lower[:, 0].tolist() == [1, 1.41, 2.18]
    assert lower[0].tolist() == [1, 1 / 1.41, 1 / 2.18]
    with pytest.raises(ValueError, match="triangle must be one of 'upper', 'lower', not 'left'"):
        comparisons.reciprocal(QUOTED, "left")
    with pytest.raises(ValueError, match=r"A\[0, 1\] = -1"):
        comparisons.reciprocal([[1, -1], [7, 1]])


def test_from_upper_reads_rows_one_after_the_other():
    A = comparisons.from_upper([[2, 3, 4, 5, 6, 7]] * 2)
    assert A.shape == (2, 4, 4)
    assert A[1, 0].tolist() == [1, 2, 3, 4]
    assert A[1, 1].tolist() == [1 / 2, 1, 5, 6]
    assert A[1, 3].tolist() == [1 / 4, 1 / 6, 1 / 7, 1]
    with pytest.raises(ValueError, match=r"1, 3, 6, 10, … judgements; the shape is \(2,\)"):
        comparisons.from_upper([1, 2])


def test_from_judgements():
    names = ["F", "R", "M"]
    A = comparisons.from_judgements({("F", "R"): 1 / 2, ("R", "F"): 2, ("M", "F"): 4}, names)
    np.testing.assert_array_equal(A, [[1, 1 / 2, 1 / 4], [2, 1, np.nan], [4, np.nan, 1]])


@pytest.mark.parametrize(
    ("judgements", "message"),
    [
        ({("F", "R"): 1 / 2, ("R", "F"): 3}, "Contradictory judgements of R : F: 3 here, 2 by F : R"),
        ({("F", "F"): 2}, "Contradictory judgements of F : F"),
        ({("F", "Rr"): 2}, "Unknown element 'Rr'; did you mean 'R'"),
        ({("F", "R"): 0}, "Judgement F : R is 0; allowed is a finite number, above 0"),
        ({("F", "R"): float("nan")}, "Judgement F : R is nan; allowed is a finite number, above 0"),
    ],
)
def test_from_judgements_refuses(judgements, message):
    with pytest.raises(ValueError, match=message):
        comparisons.from_judgements(judgements, ["F", "R"])


def test_from_judgements_needs_distinct_names():
    with pytest.raises(ValueError, match="distinct"):
        comparisons.from_judgements({}, ["F", "F"])


def test_reciprocal_gap_names_the_worst_cell():
    gap, cell = comparisons.reciprocal_gap([[1, 2, 3], [0.5, 1, 1], [1 / 2, 1, 1]])
    assert cell == (0, 2)
    assert gap == pytest.approx(3 * 0.5 - 1)


def test_a_printed_matrix_is_read_in_three_ways():
    quoted = [[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]]
    readings = comparisons.readings(quoted)
    assert readings["as printed"].tolist() == quoted
    for half, cell, mirror in (("upper triangle", (0, 1), (1, 0)), ("lower triangle", (1, 0), (0, 1))):
        assert readings[half][cell] == quoted[cell[0]][cell[1]]
        assert readings[half][mirror] == pytest.approx(1 / quoted[cell[0]][cell[1]])
        assert comparisons.reciprocal_gap(readings[half]).gap < comparisons.EXACT


def test_a_printed_cell_lies_among_the_reciprocals_of_its_mirror_image():
    quoted = pd.DataFrame([[1, 0.71], [1.41, 1]], index=list("FR"), columns=list("FR"))
    bounds = comparisons.mirrored(quoted, 2)
    assert bounds["F", "R"] == pytest.approx((1 / 1.415, 1 / 1.405))
    assert bounds["R", "F"] == pytest.approx((1 / 0.715, 1 / 0.705))
    assert set(bounds) == {("F", "R"), ("R", "F")}
