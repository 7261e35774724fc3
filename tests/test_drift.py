"""Population stability with what chance alone gives, and a churn model's scores month by month."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from workbench.segments import drift


def test_the_index_by_hand():
    # four bins of a quarter then, and .4 .3 .2 .1 now: the sum of (now − then) · ln(now / then)
    then = np.repeat([1, 2, 3, 4], 25)
    now = np.repeat([1, 2, 3, 4], [40, 30, 20, 10])
    by_hand = 0.15 * np.log(1.6) + 0.05 * np.log(1.2) - 0.05 * np.log(0.8) - 0.15 * np.log(0.4)
    found = drift.psi(then, now, bins=4)
    assert found == pytest.approx((by_hand, 3 * (1 / 100 + 1 / 100), 4))
    assert drift.psi(then, then, bins=4).psi == 0


def test_a_bin_that_nobody_is_in_counts_a_ten_thousandth():
    # as printed in scorecard practice: an empty bin is set to .0001, since its logarithm has no end
    found = drift.psi([1, 1, 2, 2], [2, 2, 2], bins=2)
    assert found.psi == pytest.approx((0.0001 - 0.5) * np.log(0.0001 / 0.5) + 0.5 * np.log(2))


def test_scores_that_repeat_have_fewer_bins():
    leaves = np.repeat([0.1, 0.2, 0.6], [80, 15, 5])  # as of a tree with three leaves
    found = drift.psi(leaves, leaves)
    assert found.bins <= 3
    assert found.chance == pytest.approx((found.bins - 1) * 2 / 100)
    assert drift.psi([0.3] * 10, [0.3] * 9) == (0, 0, 1)


def test_without_a_shift_the_index_is_on_average_what_chance_gives():
    rng = np.random.default_rng(1)
    found = [drift.psi(rng.random(800), rng.random(400)) for _ in range(400)]
    assert np.mean([x.psi for x in found]) == pytest.approx(found[0].chance, rel=0.1)


RNG = np.random.default_rng(7)
DAYS = pd.to_datetime(["2013-09-30", "2013-10-15", "2013-10-31", "2013-11-30", "2013-12-31", "2014-01-31"])
N = 400
SCORE = RNG.beta(2, 6, (len(DAYS), N))
SCORE[4] = RNG.beta(4, 6, N)  # in December the mix changes, and all of it is foretold
CHANCE = SCORE.copy()
CHANCE[3] = (1.5 * SCORE[3]).clip(0, 1)  # in November more leave than foretold, and the scores look as ever
PANEL = pd.DataFrame(
    {"churned": pd.array((RNG.random(SCORE.shape) < CHANCE).ravel(), dtype="boolean")},
    index=pd.MultiIndex.from_arrays(
        [range(len(DAYS) * N), np.repeat(DAYS, N)], names=["customer_id", "contract_end"]
    ),
)
PANEL.loc[PANEL.index.get_level_values(1) == "2014-01-31", "churned"] = pd.NA


@pytest.fixture(scope="module")
def months():
    return drift.monthly(PANEL, SCORE.ravel(), "2013-10")


def test_the_index_sees_the_mix_and_the_ratio_sees_the_relation(months):
    assert months.index.tolist() == ["2013-11", "2013-12", "2014-01"]
    assert months.loc["2013-11", "psi"] < 0.1 < drift.SHIFTED < months.loc["2013-12", "psi"]
    assert months.loc["2013-11", "low"] > 1.15
    assert months.loc["2013-12", "low"] < 1 < months.loc["2013-12", "high"]


def test_each_month_is_compared_with_all_that_end_by_the_reference(months):
    then, now = SCORE[:3].ravel(), SCORE[3]
    row, left = months.loc["2013-11"], PANEL["churned"].to_numpy(bool, na_value=False).reshape(SCORE.shape)[3]
    assert (row["psi"], row["chance"]) == drift.psi(then, now)[:2]
    assert (row["contracts"], row["observed"]) == (N, left.sum())
    ends = np.array(proportion_confint(left.sum(), N, method="wilson"))
    assert row[["ratio", "low", "high"]].tolist() == pytest.approx(
        [left.mean() / now.mean(), *(ends / now.mean())]
    )


def test_the_scores_to_compare_with_may_come_by_themselves(months):
    found = drift.monthly(PANEL, SCORE.ravel(), SCORE[:3].ravel())
    pd.testing.assert_frame_equal(found.loc[months.index], months)
    assert found.index[0] == "2013-09"


def test_a_month_whose_outcomes_are_not_known_has_an_index_and_no_ratio(months):
    row = months.loc["2014-01"]
    assert (row["contracts"], row["known"]) == (N, 0)
    assert row["psi"] > 0
    assert row[["observed", "expected", "ratio", "low", "high"]].isna().all()


def test_of_a_month_half_known_the_known_are_counted_and_compared_with_their_own_scores(months):
    half = PANEL.copy()
    rows = np.arange(len(PANEL)).reshape(SCORE.shape)[3, ::2]
    half.iloc[rows, 0] = pd.NA
    row = drift.monthly(half, SCORE.ravel(), "2013-10").loc["2013-11"]
    assert (row["contracts"], row["known"], row["psi"]) == (N, N / 2, months.loc["2013-11", "psi"])
    assert row["expected"] == pytest.approx(SCORE[3, 1::2].sum())
    assert row["ratio"] == pytest.approx(row["observed"] / row["expected"])


def test_the_order_of_rows_does_not_matter_and_the_end_may_be_a_column(months):
    order = RNG.permutation(len(PANEL))
    mixed = drift.monthly(PANEL.reset_index().iloc[order], SCORE.ravel()[order], "2013-10")
    pd.testing.assert_frame_equal(mixed, months)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reference": "2013-08"}, "reference is 2013-08; contracts end from 2013-09 to 2014-01"),
        ({"reference": "2014-01"}, "some must end by then, some later"),
        ({"reference": "10/2013"}, "reference is '10/2013'; allowed is a month written as YYYY-MM"),
        ({"score": SCORE.ravel()[1:]}, "score has 2399 values and panel 2400; allowed is one for each"),
        ({"score": 100 * SCORE.ravel()}, r"score must be in \[0, 1\]"),
        ({"panel": PANEL.rename(columns={"churned": "left"})}, "panel lacks the column 'churned'"),
    ],
)
def test_what_cannot_be_followed_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        drift.monthly(**{"panel": PANEL, "score": SCORE.ravel(), "reference": "2013-10", **change})
