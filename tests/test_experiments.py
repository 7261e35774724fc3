"""Arms by hash, Newcombe's interval for the effect, and how many customers a trial needs."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from workbench import checks
from workbench.churn import experiments
from workbench.churn.experiments import CONTACT, CONTROL

IDS = np.array([f"C{i:04d}" for i in range(1000)])
BRANCH = np.array(list("AAABBCCCDE") * 100)


def of(ids, *args, **keywords):
    """The arm of each id, sorted by id."""
    return pd.Series(experiments.assign(ids, *args, **keywords), index=list(map(str, ids))).sort_index()


def test_the_same_ids_get_the_same_arms_in_any_order_of_rows():
    order = np.random.default_rng(0).permutation(len(IDS))
    arms = of(IDS, 0.3, BRANCH, random_state=4)
    assert arms.equals(of(IDS[order], 0.3, BRANCH[order], random_state=4))
    assert not arms.equals(of(IDS, 0.3, BRANCH, random_state=5))


def test_numbers_and_their_texts_are_the_same_customers():
    numbers = np.arange(200)
    assert of(numbers, 0.5).equals(of(numbers.astype(str), 0.5))
    assert of(numbers, 0.5).equals(of(pd.Series(numbers, dtype="Int64"), 0.5))


def test_arms_are_the_same_on_every_machine_and_in_every_process():
    program = "from workbench.churn import experiments as e; print(*e.assign(list('abcdefgh'), .5, random_state=17))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "1"},
    )
    stored = "control contact contact contact contact control control control"
    assert done.stdout.split() == stored.split()
    assert experiments.assign(list("abcdefgh"), 0.5, random_state=17).tolist() == stored.split()


@pytest.mark.parametrize(
    ("share", "n", "controls"),
    [(0.2, 100, 20), (0.5, 7, 3), (0.3, 5, 1), (0.35, 10, 3), (0, 9, 0), (1, 9, 9), (0.5, 1, 0), (0.29, 100, 29)],
)  # fmt: skip
def test_each_stratum_has_its_share_in_whole_customers_and_half_a_customer_is_contacted(share, n, controls):
    strata = np.repeat(["x", "y"], n)
    arms = experiments.assign(np.arange(2 * n), share, strata)
    counts = pd.Series(arms == CONTROL).groupby(strata).sum()
    assert counts.tolist() == [controls, controls]


def test_arms_of_two_strata_seeds_or_months_are_independent():
    # 1,000 ids whose arms agree by chance: half of them, give or take 4 standard deviations of .016
    first = experiments.assign(IDS, 0.5, ["2014-01"] * 1000, random_state=1)
    for stratum, seed in (("2014-02", 1), ("2014-03", 1), ("2014-01", 2), ("2014-01", 3)):
        other = experiments.assign(IDS, 0.5, [stratum] * 1000, random_state=seed)
        assert abs((first == other).mean() - 0.5) < 0.064


def test_arms_are_independent_of_what_customers_are_like():
    # consecutive ids, and each bit of the number: the control arm holds half of each, within 4 standard deviations
    numbers = np.arange(4096)
    control = experiments.assign(numbers, 0.5) == CONTROL
    for bit in range(12):
        assert abs(control[(numbers >> bit) % 2 == 1].mean() - 0.5) < 4 * 0.5 / np.sqrt(2048)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ids": ["a", "b", "a"]}, "ids must be distinct in a stratum: 'a' comes twice"),
        ({"ids": ["a", None, "c"]}, "ids is missing in row 1"),
        ({"stratum": ["x", "x"]}, r"stratum has shape \(2,\); allowed is \(3,\), one label per row of ids"),
        ({"share": 1.2}, "share is 1.2; allowed is a finite number, at least 0 and at most 1"),
        ({"random_state": None}, "random_state is None; allowed are whole numbers from 0"),
    ],
)
def test_what_cannot_be_assigned_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        experiments.assign(**{"ids": ["a", "b", "c"], "share": 0.5, **change})


def test_a_customer_may_come_once_in_each_stratum():
    assert set(experiments.assign(["a", "a"], 0.5, ["2014-01", "2014-02"])) == {CONTACT}


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [  # Newcombe (1998), table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombes_published_intervals(counts, low, high):
    found = experiments.difference(*counts)
    assert found.difference == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_many_differences_at_once_are_those_one_by_one():
    found = experiments.difference([56, 9], [70, 10], [48, 3], [80, 10], confidence=0.9)
    alone = experiments.difference(9, 10, 3, 10, confidence=0.9)
    assert [x[1] for x in found] == pytest.approx(list(alone))
    swapped = experiments.difference(3, 10, 9, 10, confidence=0.9)
    assert (swapped.low, swapped.high) == pytest.approx((-alone.high, -alone.low))


@pytest.mark.parametrize(
    "counts", [(5, 4, 1, 4), (-1, 4, 1, 4), (0, 0, 1, 4), (1.5, 4, 1, 4), (float("nan"), 4, 1, 4)]
)
def test_counts_that_are_none_are_refused(counts):
    with pytest.raises(ValueError, match="allowed are whole numbers, n from 1 and events from 0 to n"):
        experiments.difference(*counts)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_wilsons_interval_is_that_of_statsmodels(confidence):
    events, n = np.array([0, 1, 7, 10, 300]), np.array([10, 9, 20, 10, 1000])
    found = experiments.wilson(events / n, n, confidence)
    expected = proportion_confint(events, n, alpha=1 - confidence, method="wilson")
    assert np.allclose(found, expected, atol=1e-12)


def test_one_stratum_pooled_is_newcombes_own_and_an_empty_arm_weighs_nothing():
    alone = experiments.difference(56, 70, 48, 80)
    assert experiments.pooled_difference(56, 70, 48, 80) == pytest.approx(alone)
    assert experiments.pooled_difference([56, 3], [70, 9], [48, 0], [80, 0]) == pytest.approx(alone)


def test_strata_pool_by_the_weights_of_mantel_and_haenszel():
    # by hand: differences .2 and .6, weights 70·80/150 and 10·10/20
    found = experiments.pooled_difference([56, 9], [70, 10], [48, 3], [80, 10])
    weights = np.array([70 * 80 / 150, 5])
    assert found.difference == pytest.approx(weights @ [0.2, 0.6] / weights.sum())


def test_uneven_arms_do_not_pass_for_an_effect():
    # a quiet branch with many controls and a troubled one with few; within each, calling changes nothing
    control, n_control, contact, n_contact = [10, 8], [100, 10], [1, 80], [10, 100]
    raw = experiments.difference(sum(control), sum(n_control), sum(contact), sum(n_contact))
    pooled = experiments.pooled_difference(control, n_control, contact, n_contact)
    assert raw.high < -0.4
    assert pooled.difference == pytest.approx(0)
    assert pooled.low < 0 < pooled.high


def test_the_pooled_interval_holds_the_true_effect_as_often_as_it_says():
    # 20 strata with rates from .2 to .7 and arms of uneven size; the effect is .08 in all
    rng = np.random.default_rng(11)
    rates, n = np.linspace(0.2, 0.7, 20), np.tile([30, 6], 10)
    held = []
    for _ in range(1000):
        control, contact = rng.binomial(n, rates), rng.binomial(n[::-1], rates - 0.08)
        found = experiments.pooled_difference(control, n, contact, n[::-1])
        held.append(found.low <= 0.08 <= found.high)
    assert (
        0.94 <= np.mean(held) <= 0.985
    )  # a little too often: unequal rates vary less than one of their mean


def test_no_stratum_with_both_arms_tells_nothing():
    with pytest.raises(checks.NotKnown, match="No stratum has customers in both arms"):
        experiments.pooled_difference([1, 0], [5, 0], [0, 2], [0, 5])
    with pytest.raises(ValueError, match="events_0 is 3 and n_0 2; allowed are whole numbers, n from 0"):
        experiments.pooled_difference([1, 0], [5, 0], [0, 3], [0, 2])


def test_published_sample_sizes():
    # R, power.prop.test(p1 = .50, p2 = .75, power = .90): n = 76.7, from its documentation
    assert experiments.sample_size(0.5, 0.75, power=0.9) == (77, 77)
    assert experiments.sample_size(0.75, 0.5, power=0.9) == (77, 77)
    assert experiments.sample_size(0.5, 0.4) == (388, 388)


@pytest.mark.parametrize(
    ("control", "contact", "share"), [(0.41, 0.313, 0.5), (0.41, 0.313, 0.2), (0.2, 0.1, 0.8)]
)
def test_a_trial_of_that_size_finds_the_effect_as_often_as_asked_for(control, contact, share):
    # all outcomes of both arms, each with its probability: no chance is left
    n_1, n_0 = experiments.sample_size(control, contact, control_share=share)
    events_0, events_1 = np.mgrid[: n_0 + 1, : n_1 + 1]
    chance = binom.pmf(events_0, n_0, control) * binom.pmf(events_1, n_1, contact)
    found = experiments.difference(events_0, n_0, events_1, n_1)
    assert chance[found.low > 0].sum() == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"contact": 0.4}, "control and contact are both 0.4; allowed are two shares that differ"),
        ({"power": 1}, "power is 1; allowed is a finite number, above 0 and below 1"),
        ({"control": 40}, "control is 40; allowed"),
    ],
)
def test_trials_without_a_size_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        experiments.sample_size(**{"control": 0.4, "contact": 0.3, **change})
