"""Observed over expected, recalibration against statsmodels, Brier score and skill, and groups of like probability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.proportion import proportion_confint

from workbench.churn import calibration

RNG = np.random.default_rng(5)
P = RNG.beta(1.2, 4, 4000).clip(0.001, 0.999)
LEFT = RNG.random(4000) < expit(-0.4 + 0.6 * logit(P))


def test_intercept_and_slope_are_those_of_statsmodels():
    one = np.ones(len(P))
    found = calibration.summary(LEFT, P)
    at_slope_1 = GLM(LEFT.astype(float), one, family=Binomial(), offset=logit(P)).fit()
    free = GLM(LEFT.astype(float), np.column_stack([one, logit(P)]), family=Binomial()).fit()
    assert found.intercept == pytest.approx(at_slope_1.params[0], abs=1e-9)
    assert found.slope == pytest.approx(free.params[1], abs=1e-9)
    assert found.slope == pytest.approx(0.6, abs=3 * free.bse[1])  # the truth that the data were made with


def test_observed_over_expected_with_wilsons_interval():
    found = calibration.summary(LEFT, P)
    low, high = proportion_confint(LEFT.sum(), len(P), method="wilson")
    assert (found.observed, found.expected) == (LEFT.sum(), pytest.approx(P.sum()))
    assert (found.ratio, found.low, found.high) == pytest.approx(
        np.array([LEFT.mean(), low, high]) / P.mean()
    )


def test_brier_score_and_skill():
    # Brier (1950): mean of (p − y)², by hand (.01 + .04 + .16 + .09) / 4; the rate .5 alone gives .25
    found = calibration.summary([1, 0, 1, 0], [0.9, 0.2, 0.6, 0.3])
    assert (found.brier, found.skill) == pytest.approx((0.075, 1 - 0.075 / 0.25))
    assert calibration.summary([1, 0, 0, 0], [0.25] * 4).skill == pytest.approx(0)
    assert calibration.summary([1, 0], [1, 0]).skill == 1
    assert calibration.summary([1, 0], [0, 1]).skill < 0


def test_calibrated_probabilities_are_called_so_and_half_of_them_too_few():
    sound = calibration.summary(RNG.random(4000) < P, P)
    assert sound.low < 1 < sound.high
    assert sound.intercept == pytest.approx(0, abs=0.15)
    assert sound.slope == pytest.approx(1, abs=0.15)
    low = calibration.summary(RNG.random(4000) < P, P / 2)
    assert low.low > 1.7
    assert low.intercept > 0.5


@pytest.mark.parametrize(
    ("y", "p", "missing"),
    [
        ([1, 0, 1], [0.0, 0.4, 0.6], {"intercept", "slope"}),  # a logit without an end
        ([0, 0, 0], [0.1, 0.4, 0.6], {"intercept", "slope", "skill"}),
        ([1, 1, 1], [0.1, 0.4, 0.6], {"intercept", "slope", "skill"}),
        ([0, 0, 1], [0.1, 0.4, 0.6], {"slope"}),  # parted without error: it has no end
        ([0, 1, 0], [0.1, 0.1, 0.6], {"slope"}),
        ([0, 1, 0, 1], [0.1 + 0.2, 0.1 + 0.2, 0.3, 0.3], {"slope"}),  # equal but for rounding
        ([0, 1, 0], [0.0, 0.0, 0.0], {"intercept", "slope", "ratio", "low", "high"}),
    ],
)
def test_what_the_customers_cannot_tell_is_missing(y, p, missing):
    found = calibration.summary(y, p)._asdict()
    assert {name for name, value in found.items() if np.isnan(value)} == missing


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40))
def test_any_outcomes_and_probabilities_have_a_summary(rows):
    y, p = np.array(rows).T
    found = calibration.summary(y, p)
    assert 0 <= found.brier <= 1
    assert not found.skill > 1


def test_groups_keep_equal_probabilities_together():
    p = np.repeat([0.1, 0.3, 0.3, 0.8], 10)
    y = np.tile([1, 0], 20)
    table = calibration.table(y, p, n_bins=4)
    assert table["customers"].tolist() == [10, 20, 10]
    assert table["expected"].tolist() == pytest.approx([0.1, 0.3, 0.8])
    low, high = proportion_confint(5, 10, method="wilson")
    assert table.loc[1, ["observed", "low", "high"]].tolist() == pytest.approx([0.5, low, high])
    assert calibration.table(LEFT, P)["customers"].tolist() == [400] * 10
    assert len(calibration.table(LEFT, P, n_bins=1)) == 1


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match=r"p must be in \[0, 1\]: row 1 is 1.5"):
        calibration.summary([0, 1], [0.2, 1.5])
    with pytest.raises(ValueError, match="p has 1 values and y 2; allowed is one for each"):
        calibration.table([0, 1], [0.2])
    with pytest.raises(ValueError, match="n_bins is 0; allowed are whole numbers from 1"):
        calibration.table([0, 1], [0.2, 0.5], n_bins=0)
