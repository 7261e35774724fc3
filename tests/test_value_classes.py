"""Classes numbered by value, and where they are cut."""

import numpy as np
import pandas as pd
import pytest

from workbench.segments.value_classes import segment_table, value_classes, value_strategies

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


# ---- what to do with a class

DAYS = pd.Series([1.0, 3.0, 50.0, 70.0, 2.0, 90.0], index=list("abcdef"))


def test_a_class_is_recent_if_its_median_is_not_above_that_of_all():
    """Median of all 26.5; p (1, 3) 2, q (50, 70) 60, r (2, 90) 46."""
    value = {"p": "high", "q": "high", "r": "lower"}
    table = value_strategies(value, DAYS, ["p", "p", "q", "q", "r", "r"])
    assert table.index.tolist() == ["p", "q", "r"]
    assert table["recent"].tolist() == [True, False, False]
    assert table["action"].tolist() == ["keep", "win back", "serve at low cost"]
    assert table["segment"].tolist() == ["high value, recent", "high value, away", "lower value, away"]


def test_classes_of_one_name_are_numbered_and_the_median_itself_is_recent():
    table = value_strategies({"p": "lower", "q": "lower"}, pd.Series([4.0] * 4), ["p", "q", "p", "q"])
    assert table["segment"].tolist() == ["lower value, recent 1", "lower value, recent 2"]
    assert table["action"].tolist() == ["develop", "develop"]


@pytest.mark.parametrize(
    ("value", "labels", "why"),
    [
        ({"p": "high", "q": "low"}, "pppqqq", "value of class q must be one of 'high', 'lower', not 'low'"),
        ({"p": "high", "q": "lower"}, "pppppp", "Unknown class 'q'"),
        ({"p": "high"}, "ppp", r"classes has shape \(3,\); allowed is \(6,\)"),
    ],
)
def test_what_has_no_strategy_is_refused(value, labels, why):
    with pytest.raises(ValueError, match=why):
        value_strategies(value, DAYS, [*labels])


def test_a_segment_brings_its_part_of_the_amount():
    """p brings 10 + 20 + 30 of 100, on average 20; q, one customer, 40."""
    frame = pd.DataFrame({"days": [1.0, 3.0, 5.0, 9.0], "total_amount": [10.0, 20.0, 30.0, 40.0]})
    rules = value_strategies({"p": "high", "q": "lower"}, frame["days"], [*"pppq"])
    table = segment_table(rules, frame, [*"pppq"])
    assert table["share_of_amount"].tolist() == pytest.approx([0.6, 0.4])
    assert table[["size", "share", "total_amount"]].to_numpy().tolist() == [[3, 0.75, 20.0], [1, 0.25, 40.0]]
    assert table["action"].tolist() == ["keep", "serve at low cost"]
    nothing = segment_table(rules, frame.assign(total_amount=0.0), [*"pppq"])
    assert nothing["share_of_amount"].tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="turnover"):
        segment_table(rules, frame, [*"pppq"], amount="turnover")
