"""Indicators that are the same for all, and what agreement any weights would have."""

import numpy as np
import pandas as pd
import pytest

from workbench import rfm

X = pd.DataFrame({"recency": [4.0, 1.0, 3.0], "frequency": [2.0, 2.0, 2.0], "monetary": [1.0, 5.0, 9.0]})
SIGNS = {"recency": -1, "frequency": 1, "monetary": 1}


@pytest.mark.parametrize("how", ["minmax", "zscore", "initial", "mean"])
def test_what_is_the_same_for_all_is_0_and_the_rest_as_ever(how):
    scaled = rfm.scale_varied(X, how)
    assert scaled.columns.tolist() == [*X]
    assert scaled["frequency"].tolist() == [0.0, 0.0, 0.0]
    kept = ["recency", "monetary"]
    pd.testing.assert_frame_equal(scaled[kept], rfm.scale(X[kept], how))


def test_each_random_weighting_is_correlated_by_rank():
    outcome = pd.Series([1.0, 3.0, 2.0])
    found = rfm.random_weightings(X, outcome, direction=SIGNS, n_weightings=50, random_state=3)
    drawn = np.random.default_rng(3).dirichlet(np.ones(3), 50)
    scores = drawn @ (X.to_numpy() * [-1, 1, 1]).T
    expected = [pd.Series(row).corr(outcome, method="spearman") for row in scores]
    np.testing.assert_allclose(found, expected)
    assert found.min() < found.max()


def test_an_outcome_that_all_indicators_agree_with_has_no_other_correlation():
    rising = pd.DataFrame({"frequency": [1.0, 2.0, 3.0], "monetary": [2.0, 3.0, 9.0]})
    found = rfm.random_weightings(rising, pd.Series([5, 6, 7]), direction=SIGNS, random_state=0)
    assert (found == 1).all()
    assert len(found) == 100
    level = rfm.random_weightings(rising, pd.Series([5, 5, 5]), direction=SIGNS, random_state=0)
    assert level.isna().all()


def test_customers_in_another_order_are_refused():
    with pytest.raises(ValueError, match="outcome"):
        rfm.random_weightings(X, pd.Series([1.0, 2.0, 3.0], index=[2, 1, 0]), direction=SIGNS)
    with pytest.raises(ValueError, match="monetary"):
        rfm.random_weightings(X, pd.Series([1.0, 2.0, 3.0]), direction={"recency": -1, "frequency": 1})
