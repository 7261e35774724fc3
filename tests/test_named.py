"""Named segments, concentration and drift: rules that part the customers, and figures computed by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import data, rfm, segments
from workbench.rfm.named import NOBODY
from workbench.segments import drift

PAIRS = pd.DataFrame(itertools.product(range(1, 6), range(1, 6)), columns=["recency", "frequency"])


def test_every_pair_of_scores_has_one_name_whatever_the_order_of_the_rules():
    named = rfm.named_segments(PAIRS)
    assert NOBODY not in set(named)
    turned = rfm.named_segments(PAIRS, dict(reversed(rfm.RULES.items())))
    assert named.tolist() == turned.tolist()
    assert named.attrs["unused"] == []


def test_the_first_rule_that_fits_names():
    rules = {"best": "recency 5", "good": "recency 4-5, frequency 3-5"}
    named = rfm.named_segments(pd.DataFrame({"recency": [5, 4, 4], "frequency": [5, 5, 1]}), rules)
    assert named.tolist() == ["best", "good", NOBODY]


def test_names_that_nobody_has_are_listed():
    assert "champions" in rfm.named_segments(pd.DataFrame({"recency": [1], "frequency": [1]})).attrs["unused"]


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({}, "rules is empty"),
        ({"a": "recency high"}, "The rule of 'a' is 'recency high'; write an indicator and its scores"),
        ({"a": "recencie 5"}, "names 'recencie', which is not scored; did you mean 'recency'"),
        ({"a": "recency 5-4"}, "asks the impossible of recency"),
        ({"a": "recency 5, recency 4"}, "asks the impossible of recency"),
    ],
)
def test_rules_that_cannot_be_read_are_refused(rules, why):
    with pytest.raises(ValueError, match=why):
        rfm.named_segments(PAIRS, rules)


def test_rules_are_shown_in_words():
    table = rfm.rule_table({"best": "recency 4-5, frequency 5: thank them", "rest": "recency 1-3"})
    assert table["rule"].tolist() == ["recency 4 to 5, frequency 5", "recency 1 to 3"]
    assert table["what to do"].tolist() == ["thank them", "not stated"]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50).filter(lambda v: sum(v) > 1e-3))
def test_all_customers_bring_all_and_fewer_bring_no_more(values):
    shares = segments.concentration(values, [0.1, 0.5, 1.0])["share"].to_numpy()
    assert shares[2] == pytest.approx(1)
    assert (np.diff(shares) >= -1e-12).all()
    assert shares[0] >= 0.1 - 1e-9


def test_part_of_a_customer_counts_in_part():
    assert segments.concentration([10, 5, 5], [0.5])["share"].item() == pytest.approx((10 + 2.5) / 20)


def test_refunds_alone_have_no_concentration():
    with pytest.raises(ValueError, match="values sum to -3; a share of it needs a sum above 0"):
        segments.concentration([-1, -2])


def test_eighty_twenty_does_not_hold_at_cdnow():
    """Four fifths of the sales come from a third of the customers, and a third from 971 of 23,570."""
    orders = data.load("cdnow")
    paid = orders.groupby("customer_id")["amount"].sum()
    assert round(segments.gini(paid), 4) == 0.6346
    shares = segments.concentration(paid)["share"]
    assert (100 * shares).round(1).tolist() == [15.9, 36.7, 50.9, 67.8]
    few = segments.customers_behind(paid)
    assert few["customers"].iloc[0] == 971
    assert (100 * few["share"]).round(1).tolist() == [4.1, 32.6]
    with pytest.raises(ValueError, match="values sum to 0; a share of it needs a sum above 0"):
        segments.customers_behind([1, -1])


def test_gini_is_half_the_relative_mean_difference():
    values = np.random.default_rng(0).gamma(1, 1, 200)
    pairs = np.abs(values[:, None] - values).mean() / (2 * values.mean())
    assert segments.gini(values) == pytest.approx(pairs)


def test_the_same_customers_have_not_shifted():
    table = pd.DataFrame({"orders": np.arange(100.0), "amount": np.arange(100.0) ** 2})
    found = segments.population_stability(table, table.sample(frac=1, random_state=0))
    assert found["index"].abs().max() == pytest.approx(0, abs=1e-12)
    assert set(found["shift"]) == {"small"}


def test_the_index_is_the_sum_over_the_parts():
    before, after = pd.DataFrame({"x": [1.0, 2, 3, 4]}), pd.DataFrame({"x": [1.0, 2, 2, 4]})
    found = segments.population_stability(before, after, bins=2)["index"].item()
    assert found == pytest.approx((0.75 - 0.5) * np.log(0.75 / 0.5) + (0.25 - 0.5) * np.log(0.25 / 0.5))


def test_indicators_of_another_name_are_refused():
    with pytest.raises(ValueError, match="before has the indicators 'x' and after 'y'"):
        segments.population_stability(pd.DataFrame({"x": [1]}), pd.DataFrame({"y": [1]}))


@given(st.integers(0, 1000))
def test_everyone_is_assigned_to_the_nearest_centre(seed):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(30, 2)), columns=["a", "b"])
    centres = pd.DataFrame(rng.normal(size=(3, 2)), columns=["a", "b"], index=["p", "q", "r"])
    found = segments.assign(X, centres)
    every = np.array([[np.hypot(*(x - c)) for c in centres.to_numpy()] for x in X.to_numpy()])
    assert found["segment"].tolist() == [centres.index[i] for i in every.argmin(axis=1)]
    assert found[["distance", "second"]].to_numpy() == pytest.approx(np.sort(every, axis=1)[:, :2])
    assert not found["far"].any()


def test_one_centre_has_no_second():
    assert segments.assign(pd.DataFrame({"x": [1.0]}), pd.DataFrame({"x": [0.0]}))["second"].isna().all()


def test_cuts_repeat_no_value():
    assert drift.cuts_of(pd.DataFrame({"x": [1, 1, 1, 1, 2]}), 4) == {"x": [1.0]}
