"""Why sales changed: published decompositions, the reversal of Berkeley, and a real shop's best customers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import checks, data, sales

# Applicants admitted, and all, of the six largest departments (Bickel, Hammel and O'Connell 1975)
DEPARTMENTS = list("ABCDEF")
MEN = pd.DataFrame(
    {"admitted": [512, 353, 120, 138, 53, 22], "applied": [825, 560, 325, 417, 191, 373]}, DEPARTMENTS
)
WOMEN = pd.DataFrame(
    {"admitted": [89, 17, 202, 131, 94, 24], "applied": [108, 25, 593, 375, 393, 341]}, DEPARTMENTS
)


@pytest.fixture(scope="module")
def cdnow():
    return data.load("cdnow")


# ---- factors


def test_the_change_of_a_product_is_parted_as_worked_out_by_hand():
    parts = sales.decompose([100, 2, 10], [120, 2.5, 9])
    assert parts.round(4).tolist() == [425.2687, 520.4868, -245.7555]
    assert parts.sum() == pytest.approx(120 * 2.5 * 9 - 100 * 2 * 10, rel=1e-12)


factors = st.lists(st.floats(1e-3, 1e6), min_size=3, max_size=3)


@given(factors, factors)
def test_the_parts_sum_to_the_difference_and_turn_their_sign_with_time(before, after):
    parts, back = sales.decompose(before, after), sales.decompose(after, before)
    a, b = np.prod(before), np.prod(after)
    assert abs(parts.sum() - (b - a)) <= 1e-12 * max(a, b) * 10
    np.testing.assert_allclose(parts, -back, rtol=1e-9, atol=1e-12 * max(a, b) * 10)


def test_sales_that_did_not_change_have_parts_that_cancel():
    assert sales.decompose([3, 4, 5], [3, 4, 5]).tolist() == [0, 0, 0]
    parts = sales.decompose([2, 4, 5], [4, 2, 5])
    assert parts.tolist() == pytest.approx([40 * np.log(2), -40 * np.log(2), 0])


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ([0, 2, 10], "before: customers is 0; only a change between values above 0"),
        ([3, 2, -1], "before: value per order is -1"),
        ([3, 2], r"before has shape \(2,\); allowed is \(3,\): customers, orders per customer"),
        ([3, 2, np.nan], "before must be finite"),
    ],
)
def test_what_has_no_logarithm_is_refused(before, message):
    with pytest.raises(ValueError, match=message):
        sales.decompose(before, [1, 1, 1])


def test_cdnow_sold_less_because_customers_stayed_away(cdnow):
    quarter = cdnow["event_time"].dt.to_period("Q")
    then, now = (cdnow[quarter == q] for q in ("1997Q2", "1998Q2"))
    parts = sales.decompose(*(_factors(part) for part in (then, now)))
    assert parts.round().tolist() == [-135_179, -4_580, -6_064]
    assert round(now["amount"].sum() - then["amount"].sum()) == round(parts.sum()) == -145_823


def _factors(orders):
    n = orders["customer_id"].nunique()
    return [n, len(orders) / n, orders["amount"].mean()]


# ---- rate and mix


def test_the_departments_of_berkeley():
    parts = sales.rate_and_mix(MEN, WOMEN)
    men, women = (table["admitted"].sum() / table["applied"].sum() for table in (MEN, WOMEN))
    assert (round(men, 3), round(women, 3)) == (0.445, 0.304)
    assert parts.round(4).to_dict() == {"rate": -0.0360, "mix": 0.1777}
    assert parts.sum() == pytest.approx(men - women, rel=1e-12)
    assert round(parts.sum(), 4) == 0.1416
    rates = MEN["admitted"] / MEN["applied"] < WOMEN["admitted"] / WOMEN["applied"]
    assert rates.sum() == 4


def test_the_same_shares_leave_no_mix_and_the_same_means_no_rate():
    assert sales.rate_and_mix([[5, 10], [8, 10]], [[50, 100], [20, 100]])["mix"] == pytest.approx(0)
    assert sales.rate_and_mix([[5, 10], [8, 10]], [[5, 10], [80, 100]])["rate"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (WOMEN.assign(applied=[0, 25, 593, 375, 393, 341]), "Stratum 'A' of second is empty"),
        (WOMEN.rename({"A": "Z"}), "first has the strata 'A', .* and second 'Z'"),
        (WOMEN[1:], "both need the same strata and two columns"),
    ],
)
def test_strata_that_cannot_be_compared_are_named(second, message):
    with pytest.raises(ValueError, match=message):
        sales.rate_and_mix(MEN, second)


# ---- extremes


def test_the_largest_class_holds_the_extremes_by_its_size():
    """A class of 20 beside one of 5,000 with the same distribution has the larger maximum once in 251 times."""
    labels = np.repeat(["large", "small"], [5_000, 20])
    table = sales.extremes(np.arange(5_020.0), labels)
    assert table.loc["small", "chance"] == pytest.approx(20 / 5_020)
    assert round(table.loc["small", "chance"], 3) == 0.004
    rng, held = np.random.default_rng(0), 0
    for _ in range(200):  # by trial, with a tenth of both classes
        found = sales.extremes(rng.exponential(size=55), np.repeat(["large", "small"], [50, 5]))
        held += found.loc["small", "holds_max"]
    p = 5 / 55
    assert held == pytest.approx(200 * p, abs=3 * np.sqrt(200 * p * (1 - p)))


@pytest.mark.parametrize(("n", "quantile"), [(40, 0.9), (25, 0.5), (300, 0.95)])
def test_a_quantile_has_the_interval_of_bootstrap_samples(n, quantile):
    rng = np.random.default_rng(1)
    values = rng.exponential(size=n)
    table = sales.extremes(values, ["a"] * n, quantile=quantile).loc["a"]
    k = int(np.ceil(quantile * n)) - 1
    drawn = np.sort(rng.choice(values, (20_000, n)), axis=1)[:, k]
    assert [table["low"], table["high"]] == np.quantile(drawn, [0.025, 0.975], method="inverted_cdf").tolist()
    assert table["low"] < table["quantile"] < table["high"]


def test_one_value_is_its_own_interval():
    one = sales.extremes([3.0], ["a"]).loc["a"]
    assert one[["max", "min", "quantile", "low", "high", "chance"]].tolist() == [3, 3, 3, 3, 3, 1]


# ---- regression to the mean


def test_the_best_of_cdnow_fall_and_were_rising_as_all_others(cdnow):
    """First against second nine months; chosen by the second, the same customers had risen."""
    cut = pd.Timestamp("1997-10-01")
    paid = (
        cdnow.groupby([cdnow["customer_id"], cdnow["event_time"] < cut])["amount"]
        .sum()
        .unstack(fill_value=0.0)
    )
    table = sales.best_later(paid[True], paid[False]).round(2)
    assert table["before"].round().tolist()[:2] == [479, 314]
    assert table["after"].round().tolist()[:2] == [234, 380]
    assert table["ratio"].tolist() == [0.49, 1.21, 0.45]
    assert table["stayed"].tolist()[:2] == [0.40, 0.40]


def test_the_best_fall_even_if_nobody_changes():
    rng = np.random.default_rng(0)
    worth = rng.gamma(2, 5, 20_000)
    first, second = (pd.Series(rng.poisson(worth).astype(float)) for _ in range(2))
    table = sales.best_later(first, second)
    assert table.loc["best by the first", "ratio"] < 0.9 < 0.98 < table.loc["all", "ratio"] < 1.02
    assert table.loc["best by the second", "ratio"] > 1.1


def test_periods_of_other_customers_are_refused():
    with pytest.raises(ValueError, match="after is a Series in another order than before"):
        sales.best_later(pd.Series([1.0, 2], ["a", "b"]), pd.Series([1.0, 2], ["b", "a"]))


# ---- trend and forecast

YEARS = np.arange(24)
SEASON = np.tile([-30.0, 5, -10, 35], 6)


def test_a_trend_is_found_through_the_season_with_its_interval():
    noise = np.random.default_rng(0).normal(0, 4, 24)
    found = sales.trend(100 + 2 * YEARS + SEASON + noise, season=4)
    assert found["low"] < 2 < found["high"]
    assert found["slope"] == pytest.approx(2, abs=0.5)
    assert found["high"] - found["low"] < 2
    flat = sales.trend(100 + SEASON + noise, season=4)
    assert flat["low"] < 0 < flat["high"]


def test_noise_that_lingers_widens_the_interval():
    rng, wider = np.random.default_rng(2), []
    for _ in range(20):
        walk = np.convolve(rng.normal(size=64), np.ones(5), "valid")
        plain = (
            np.polyfit(np.arange(60), walk, 1, cov=True)[1][0, 0] ** 0.5 * 4.0
        )  # if neighbours were unlike
        wider.append(np.ptp(sales.trend(walk)[["low", "high"]]) / plain)
    assert np.median(wider) > 1.25


@pytest.mark.parametrize(("n", "season", "least"), [(2, None, 4), (7, 4, 8)])
def test_two_values_are_no_trend(n, season, least):
    with pytest.raises(checks.NotKnown, match=f"at least {least} steps.* there are {n}"):
        sales.trend(np.arange(n), season=season)


def test_a_forecast_is_given_only_where_it_beats_last_year():
    index = pd.period_range("2018Q1", periods=24, freq="Q")
    rising = sales.forecast_check(pd.Series(100 + 5 * YEARS + SEASON, index), 4)
    assert rising.wins
    assert (rising.error, rising.naive) == pytest.approx((0, 20))
    assert rising.forecast.tolist() == pytest.approx([190, 230, 220, 270])
    assert [str(q) for q in rising.forecast.index] == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    turned = pd.Series(np.r_[100 + 5 * YEARS[:20], [195, 195, 195, 195]] + SEASON, index)
    gone = sales.forecast_check(turned, 4)
    assert not gone.wins
    assert gone.forecast is None
    assert gone.naive < gone.error


def test_a_tie_is_no_win():
    assert not sales.forecast_check(np.full(12, 7.0), 4).wins


def test_the_forecast_has_not_seen_the_tail_it_is_tried_on():
    known = 100 + 5 * YEARS[:8] + SEASON[:8]
    errors = [sales.forecast_check(np.r_[known, tail], 4).error for tail in (np.zeros(4), np.full(4, 1e3))]
    assert errors[0] == pytest.approx(np.mean(100 + 5 * YEARS[8:12] + SEASON[8:12]))
    assert errors[1] == pytest.approx(1e3 - errors[0])


def test_too_few_seasons_say_nothing(cdnow):
    with pytest.raises(checks.NotKnown, match="needs 12 steps, three of each season, and there are 11"):
        sales.forecast_check(np.arange(11.0), 4)
    quarterly = sales.sales_by_quarter(cdnow, dict.fromkeys(cdnow["customer_id"].unique(), "all"))
    with pytest.raises(checks.NotKnown, match="needs 12 steps, three of each season, and there are 6"):
        sales.forecast_check(quarterly["all"], 4)
