"""Maximum and expected maximum profit of a retention campaign, by hand and by numeric integration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution

from workbench.churn import profit

RNG = np.random.default_rng(3)
SCORE = RNG.random(300).round(2)
LEFT = RNG.random(300) < 0.1 + 0.5 * SCORE


def best(y, score, acceptance, value=200, offer=10, contact=1):
    """The best profit and its share over every possible cut, by trying all: the definition."""
    y, score = np.asarray(y), np.asarray(score)
    options = [(0.0, 0.0)]
    for cut in np.unique(score):
        listed = score >= cut
        leavers, stayers = (listed & (y == 1)).mean(), (listed & (y == 0)).mean()
        gained = leavers * (acceptance * (value - offer) - contact) - stayers * (offer + contact)
        options.append((gained, -listed.mean()))  # of equal profits the shorter list
    gained, share = max(options)
    return gained, -share


def test_the_profit_of_a_campaign_by_hand():
    # one leaver of four, first: .3 · (200 − 10) − 1 = 56 from a call; the next would cost 11
    assert profit.mpc([1, 0, 0, 0], [4, 3, 2, 1]) == (14.0, 0.25)
    # behind a stayer: 56 − 11 from two calls
    assert profit.mpc([0, 1, 0, 0], [4, 3, 2, 1]) == (11.25, 0.5)
    # last of seven, who cannot pay for six others
    assert profit.mpc([0] * 6 + [1], [7, 6, 5, 4, 3, 2, 1]) == (0, 0)
    assert profit.mpc([0, 0], [1, 2]) == (0, 0)
    assert profit.mpc([1, 1], [1, 2]) == (56, 1)


@pytest.mark.parametrize("acceptance", [0, 0.05, 0.1, 0.3, 0.7, 1])
def test_the_maximum_profit_is_that_of_the_best_of_all_cuts(acceptance):
    found = profit.mpc(LEFT, SCORE, acceptance=acceptance)
    assert found == pytest.approx(best(LEFT, SCORE, acceptance))


def integrated(y, score, alpha, beta, **money):
    """The mean of the best profit, and of its share, over the beta distribution."""
    density = beta_distribution(alpha, beta).pdf
    grid = np.linspace(0, 1, 41)
    return [
        sum(
            quad(lambda a, i=i: best(y, score, a, **money)[i] * density(a), low, high, limit=200)[0]
            for low, high in zip(grid, grid[1:], strict=False)
        )
        for i in (0, 1)
    ]


@pytest.mark.parametrize(
    ("y", "score", "alpha", "beta", "money"),
    [
        ([1, 0, 1, 0, 0, 1, 0, 0], [8, 7, 6, 5, 4, 3, 2, 1], 6, 14, {}),
        ([0, 1, 0, 0, 1, 0, 0, 0], [5, 5, 4, 4, 3, 2, 2, 1], 2, 5, {"value": 100, "offer": 20, "contact": 5}),
        ([1, 0, 0, 0, 0, 0, 0, 0], [8, 7, 6, 5, 4, 3, 2, 1], 1, 1, {"value": 60, "offer": 30, "contact": 0}),
    ],
)
@pytest.mark.filterwarnings(
    "ignore::scipy.integrate.IntegrationWarning"
)  # the share jumps at the hull's corners
def test_the_expected_profit_is_the_integral_over_the_acceptance(y, score, alpha, beta, money):
    found = profit.empc(y, score, alpha=alpha, beta=beta, **money)
    expected, share = integrated(y, score, alpha, beta, **money)
    assert found.profit == pytest.approx(expected, abs=1e-6)
    assert found.share == pytest.approx(share, abs=1e-3)


def test_a_perfect_model_earns_what_is_known_in_closed_form():
    # all leavers are called where γ · 190 > 1, everybody where nobody else loses: π (190 E[γ] − 1) but for γ < 1/190
    y = np.repeat([1, 0], [20, 80])
    low = quad(lambda g: (190 * g - 1) * beta_distribution(6, 14).pdf(g), 1 / 190, 1)[0]
    assert profit.empc(y, y).profit == pytest.approx(0.2 * low, abs=1e-9)


def test_a_constant_score_earns_the_better_of_nobody_and_everybody():
    y = np.repeat([1, 0], [20, 80])
    pays = (0.2 + 0.8 * 11) / (0.2 * 190)  # acceptance from which calling everybody pays
    law = beta_distribution(6, 14)
    expected = quad(lambda g: (0.2 * (190 * g - 1) - 0.8 * 11) * law.pdf(g), pays, 1)[0]
    found = profit.empc(y, np.ones(100))
    assert found == pytest.approx((expected, law.sf(pays)))


def test_a_certain_acceptance_gives_the_maximum_profit():
    expected = profit.empc(LEFT, SCORE, alpha=3e6, beta=7e6)
    assert expected == pytest.approx(profit.mpc(LEFT, SCORE, acceptance=0.3), rel=1e-3)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=1, max_size=30))
def test_uncertainty_never_lowers_the_expected_maximum_and_no_monotone_change_matters(rows):
    y, score = np.array(rows).T
    expected, maximum = profit.empc(y, score), profit.mpc(y, score)
    assert expected.profit >= maximum.profit - 1e-9  # Jensen: the maximum is convex in the acceptance
    assert profit.empc(y, np.exp(score)) == expected
    assert 0 <= expected.share <= 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": 10}, "value is 10; allowed is a finite number, above 10"),
        ({"offer": -1}, "offer is -1; allowed is a finite number, at least 0"),
        ({"contact": -1}, "contact is -1; allowed"),
        ({"score": [1, 2, 3]}, "score has 3 values and y 2; allowed is one for each"),
        ({"score": [1, np.nan]}, "score must be finite, without NaN or inf: row 1 is nan"),
        ({"y": [0, 3]}, "y must be 1 where it happened and 0 where not: row 1 is 3"),
    ],
)
@pytest.mark.parametrize("function", [profit.mpc, profit.empc])
def test_campaigns_that_make_no_sense_are_refused(function, change, message):
    with pytest.raises(ValueError, match=message):
        function(**{"y": [0, 1], "score": [1, 2], **change})


def test_acceptance_is_a_probability_and_its_law_has_two_parameters_above_0():
    with pytest.raises(
        ValueError, match="acceptance is 30; allowed is a finite number, at least 0 and at most 1"
    ):
        profit.mpc([0, 1], [1, 2], acceptance=30)
    with pytest.raises(ValueError, match="alpha is 0; allowed is a finite number, above 0"):
        profit.empc([0, 1], [1, 2], alpha=0)
