"""Classes numbered by value, and where they are cut."""

import numpy as np
import pandas as pd
import pytest

from workbench.segments.value_classes import value_classes

SCORES = pd.Series([1.0, 3.0, 10.0, 12.0, 2.5, 11.0], index=list("abcdef"))


def test_classes_are_numbered_from_the_highest_mean_and_cut_at_the_largest_gap():
    """Means: p (1 + 3) / 2 = 2, q (10 + 12) / 2 = 11, r 2.5, s 11: gaps 0, 8.5, .5."""
    classes, table = value_classes(SCORES, ["p", "p", "q", "q", "r", "s"])
    assert classes.to_dict() == {"a": "4", "b": "4", "c": "1", "d": "1", "e": "3", "f": "2"}
    assert table["label"].tolist() == ["q", "s", "r", "p"]
    assert table["value_score"].tolist() == [11.0, 11.0, 2.5, 2.0]
    assert table["value"].tolist() == ["high", "high", "lower", "lower"]
    assert table["size"].tolist() == [2, 1, 1, 2]


def test_more_than_nine_classes_stay_in_the_order_of_value():
    scores = pd.Series(np.arange(12.0))
    _, table = value_classes(scores, np.arange(12))
    assert table.index.tolist() == [str(i) for i in range(1, 13)]
    assert table["label"].tolist() == list(range(11, -1, -1))


def test_a_factor_and_a_shift_change_no_class_and_no_cut():
    labels = ["p", "p", "q", "q", "r", "s"]
    classes, table = value_classes(SCORES, labels)
    other, moved = value_classes(SCORES * 7 - 3, labels)
    pd.testing.assert_series_equal(classes, other)
    assert table["value"].equals(moved["value"])


def test_what_cannot_be_cut_is_refused():
    with pytest.raises(
        ValueError, match="There is only 1 class of customers .* in all., and high and lower need two"
    ):
        value_classes(SCORES, ["p"] * 6)
    with pytest.raises(
        ValueError, match=r"labels has shape \(2,\); allowed is \(6,\), one label per row of scores"
    ):
        value_classes(SCORES, ["p", "q"])
    with pytest.raises(ValueError, match="scores must be finite, without NaN or inf: row 'c' is nan"):
        value_classes(SCORES.where(SCORES != 10), ["p", "p", "q", "q", "r", "s"])
