"""Thresholds that costs imply, moving a rate, what lists cost and save, and the curve over the ratio of costs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.churn import costs
from workbench.churn.costs import COSTS

RNG = np.random.default_rng(0)
P = RNG.beta(2, 5, 400).round(2)  # with ties, and values on thresholds
LEFT = RNG.random(400) < P
rates = st.floats(0.01, 0.99)


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({"miss": 1, "false_alarm": 1}, 1 / 2),
        ({"miss": 3, "false_alarm": 1}, 1 / 4),
        # Elkan (2001), section 1.1: with these four the threshold of granting credit follows from equation 2
        ({"miss": 10, "false_alarm": 4, "hit": 2, "rest": 1}, 3 / (3 + 8)),
        ({"miss": 5, "false_alarm": 1, "hit": -4, "rest": 0}, 1 / 10),
    ],
)
def test_elkans_thresholds(keywords, expected):
    assert costs.threshold(**keywords) == pytest.approx(expected)


@given(rates, st.floats(1, 50), st.floats(1, 50), st.floats(0, 0.9), st.floats(0, 0.9))
def test_from_the_threshold_on_listing_costs_less(p, miss, false_alarm, hit, rest):
    listed, left_out = p * hit + (1 - p) * false_alarm, p * miss + (1 - p) * rest
    limit = costs.threshold(miss, false_alarm, hit, rest)
    assert abs(p - limit) < 1e-9 or (listed < left_out) == (p > limit)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"miss": 3, "false_alarm": 1, "rest": 1}, "false_alarm is 1 and rest 1; false_alarm must cost more"),
        ({"miss": 1, "false_alarm": 1, "hit": 2}, "miss is 1 and hit 2; miss must cost more"),
        ({"miss": float("inf"), "false_alarm": 1}, "miss is inf; allowed is a finite number"),
    ],
)
def test_costs_without_a_threshold_are_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        costs.threshold(**keywords)


@given(st.lists(st.floats(0, 1), min_size=1), rates, rates)
def test_moving_a_rate_back_gives_the_probabilities_that_were(p, before, after):
    moved = costs.prior_shift(p, before, after)
    assert costs.prior_shift(moved, after, before) == pytest.approx(p, abs=1e-9)
    assert costs.prior_shift([0, before, 1], before, after) == pytest.approx([0, after, 1])


def test_moving_a_rate_is_bayes_rule():
    # Elkan (2001), theorem 2, as printed: p' = b' (p − pb) / (b − pb + b'p − bb')
    p, b, c = 0.7, 0.5, 0.22
    printed = c * (p - p * b) / (b - p * b + c * p - b * c)
    assert costs.prior_shift([p], b, c) == pytest.approx([printed])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (([0.5, 1.2], 0.5, 0.2), r"p must be in \[0, 1\]: row 1 is 1.2"),
        (([0.5], 0, 0.2), "from_rate is 0; allowed is a finite number, above 0 and below 1"),
        (([0.5], 0.5, 1), "to_rate is 1; allowed"),
    ],
)
def test_what_cannot_be_moved_is_refused(args, message):
    with pytest.raises(ValueError, match=message):
        costs.prior_shift(*args)


def test_each_of_the_four_has_its_cost():
    y, predicted = [0, 1, 1, 0], [1, 0, 1, 0]  # a false alarm, a miss, a hit, a rest
    assert costs.total(y, predicted, [1, 10, 100, 1000]) == 1111
    assert costs.total(y, predicted, dict(zip(COSTS[::-1], [1000, 100, 10, 1], strict=True))) == 1111
    each = np.arange(16).reshape(4, 4) ** 2
    assert costs.total(y, predicted, each) == 0 + 25 + 100 + 225
    assert costs.total(y, predicted, pd.DataFrame(each, columns=COSTS)[["rest", *COSTS[:3]]]) == 350


def test_labels_of_the_panel_are_outcomes_and_unknown_ones_are_refused():
    y = pd.Series([False, True, True, False], dtype="boolean")
    assert costs.total(y, [True, False, True, False], [1, 3, 0, 0]) == 4
    with pytest.raises(ValueError, match="y must be finite, without NaN or inf: row 2 is nan"):
        costs.total(y.where([True, True, False, True]), [0, 0, 0, 0], [1, 3, 0, 0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": [0, 1, 2]}, "y must be 1 where it happened and 0 where not: row 2 is 2"),
        ({"predicted": [0, 1]}, "predicted has 2 values and y 3; allowed is one for each"),
        ({"predicted": [0.2, 0.7, 0.1]}, "predicted must be 1 where it happened .* row 0 is 0.2"),
        ({"costs": [1, 2, 3]}, r"costs has shape \(3,\); allowed is \(4,\), one for each of 'false_alarm', 'miss'"),
        ({"costs": np.ones((2, 4))}, r"costs has shape \(2, 4\); allowed is \(4,\) or \(3, 4\)"),
        ({"costs": {"false_alarm": 1, "mis": 3, "hit": 0, "rest": 0}}, "did you mean 'miss'"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("function", [costs.total, costs.savings])
def test_lists_that_do_not_fit_are_refused(function, change, message):
    with pytest.raises(ValueError, match=message):
        function(**{"y": [0, 1, 1], "predicted": [0, 1, 1], "costs": [1, 3, 0, 0], **change})


@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=9),
    st.tuples(*[st.floats(0.01, 100)] * 4),
)
def test_savings_are_at_most_1_and_0_without_a_model(rows, four):
    left, listed = np.array(rows).T
    assert costs.savings(left, listed, four) <= 1
    everybody, nobody = (costs.savings(left, np.full(len(left), value), four) for value in (1, 0))
    assert max(everybody, nobody) == pytest.approx(0)
    assert min(everybody, nobody) <= 0


def test_a_perfect_list_saves_all_where_right_answers_cost_nothing():
    assert costs.savings(LEFT, LEFT, [1, 3, 0, 0]) == 1


@pytest.mark.parametrize(
    ("four", "message"),
    [([1, 3, -1, 0], "costs must not be negative: the least is -1"), ([0, 3, 0, 0], "costs nothing already")],
)
def test_savings_that_are_not_defined_are_refused(four, message):
    with pytest.raises(ValueError, match=message):
        costs.savings(LEFT, LEFT, four)


def test_the_curve_is_what_listing_at_its_thresholds_gives():
    ratios = [0.5, 1, 3, 4, 19, 99]  # thresholds .2, .25, .5 are scores too: these are listed
    table = costs.curve(LEFT, P, ratios)
    assert {0.2, 0.25, 0.5} <= set(P) & set(table["threshold"])
    for ratio, row in table.iterrows():
        listed = costs.threshold(ratio, 1) <= P
        hits = (listed & LEFT).sum()
        assert row["listed"] == listed.sum()
        assert row["precision"] == pytest.approx(hits / listed.sum())
        assert row["coverage"] == pytest.approx(hits / LEFT.sum())
        assert row["workload"] == pytest.approx(listed.mean())
        assert row["correct"] == pytest.approx((listed == LEFT).mean())
        assert row["cost"] == pytest.approx(costs.total(LEFT, listed, [1, ratio, 0, 0]) / 400)


@given(st.lists(st.floats(0.01, 100), min_size=2))
def test_workload_and_coverage_never_fall_as_a_miss_costs_more(ratios):
    table = costs.curve(LEFT, P, sorted(ratios))
    assert table["workload"].is_monotonic_increasing
    assert table["coverage"].is_monotonic_increasing


def test_a_precision_of_nobody_and_a_coverage_of_no_leaver_are_missing():
    table = costs.curve([0, 0], [0.1, 0.2], [0.1, 9])
    assert table["listed"].tolist() == [0, 2]
    assert table["precision"].isna().tolist() == [True, False]
    assert table["coverage"].isna().all()


def test_a_curve_of_scores_that_are_no_probabilities_is_refused():
    with pytest.raises(ValueError, match=r"score must be in \[0, 1\]: row 1 is 42. Give probabilities"):
        costs.curve([0, 1], [0.2, 42], [1])
    with pytest.raises(ValueError, match="ratios is 0; allowed is a finite number, above 0"):
        costs.curve([0, 1], [0.2, 0.4], [0])
    with pytest.raises(ValueError, match="score is a Series in another order than y"):
        costs.curve(pd.Series([0, 1]), pd.Series([0.2, 0.4], index=[1, 0]), [1])
