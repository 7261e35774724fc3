"""Waits, seats, and packages within limits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import service
from workbench.service import allocation, queues

LOADS = [4, 14, 40]
CALL = {"handling_time": 300, "target": 20}

# ---- Erlang C


@pytest.mark.parametrize(
    ("load", "seats", "probability"),
    [(48, 55, 0.238701), (10, 14, 0.17413193)],  # Tanner: 360 calls of 240 s an hour; pyworkforce's example
)
def test_the_probability_of_a_wait(load, seats, probability):
    digits = len(str(probability)) - 2
    assert round(queues.wait_probability(load, seats), digits) == probability


def test_the_wait_and_the_service_level_of_two_worked_examples():
    assert round(queues.mean_wait(48, 55, 240), 5) == 8.18403
    assert round(queues.service_level(48, 55, 240, 15), 2) == 0.85
    assert queues.mean_wait(10, 14, 180) == pytest.approx(7.83593701)  # the R package ErlangC
    assert queues.service_level(10, 14, 180, 20) == pytest.approx(0.8883500191794669, abs=1e-12)


def test_one_seat_is_busy_as_often_as_the_load_says():
    assert queues.wait_probability(0.7, 1) == pytest.approx(0.7)
    assert queues.mean_wait(0.7, 1, 60) == pytest.approx(0.7 * 60 / 0.3)


def test_a_load_that_is_not_below_the_seats_waits_without_end():
    for load in (14, 15):
        assert queues.wait_probability(load, 14) == 1
        assert queues.mean_wait(load, 14, 180) == np.inf
        assert queues.service_level(load, 14, 180, 20) == 0


def test_the_seats_for_four_calls_of_five_within_twenty_seconds():
    wanted = {6: 9, 12: 16, 30: 36, 48: 55, 58: 65}
    assert {load: queues.seats_needed(load, **CALL, level=0.8) for load in wanted} == wanted
    assert [queues.seats_needed(load, **CALL, level=0.8) for load in LOADS] == [7, 18, 46]
    assert [queues.seats_needed(load, **CALL, level=0.9) for load in (*LOADS, 58)] == [8, 20, 48, 67]
    assert queues.seats_needed(58, **CALL, level=0.8, max_occupancy=0.8) == 73  # 58 / 0.8 = 72.5


@given(st.floats(0.1, 80), st.sampled_from([0.5, 0.8, 0.95]))
def test_one_seat_fewer_would_miss_the_level(load, level):
    seats = queues.seats_needed(load, **CALL, level=level)
    assert queues.service_level(load, seats, **CALL) >= level
    assert seats == 1 or queues.service_level(load, seats - 1, **CALL) < level


def test_priority_moves_waits_and_makes_none_shorter_on_average():
    waits = queues.priority_waits(LOADS, 66, 300)
    assert [round(wait, 1) for wait in waits] == [1.1, 1.5, 11.4]
    assert np.average(waits, weights=LOADS) == pytest.approx(queues.mean_wait(58, 66, 300))
    assert round(queues.mean_wait(58, 66, 300), 1) == 8.3
    assert round(queues.mean_wait(40, 41, 300)) == 247  # seats of its own: 8, 17 and 41


def test_below_enough_seats_the_last_tier_never_gets_its_turn():
    first, second, last = queues.priority_waits(LOADS, 50, 300)
    assert first < second < np.inf == last


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: queues.wait_probability(0, 5), "load is 0; allowed is a finite number, above 0"),
        (lambda: queues.wait_probability(3, 0), "seats is 0"),
        (lambda: queues.mean_wait(3, 5, 0), "handling_time is 0"),
        (lambda: queues.seats_needed(3, **CALL, level=1), "level is 1; allowed .* below 1"),
        (lambda: service.simulated_service_levels(5, 5, 60, 10), "load is 5; allowed .* below 5"),
    ],
)
def test_what_is_no_load_or_seat_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ---- seats for tiers

TIERS = pd.DataFrame({"load": LOADS, "weight": [9.0, 3.0, 1.0]}, index=["top", "middle", "basic"])


def test_no_division_of_the_seats_is_better():
    found = service.queues.staff(TIERS, seats=74, **CALL, min_level=0.8)
    assert found["seats"].sum() == 74
    assert (found["level"] >= 0.8).all()

    def worth(division):
        levels = [queues.service_level(load, n, **CALL) for load, n in zip(LOADS, division, strict=True)]
        return np.dot(levels, TIERS["load"] * TIERS["weight"])

    every = [(7 + a, 18 + b, 46 + 3 - a - b) for a in range(4) for b in range(4 - a)]
    assert worth(found["seats"]) == pytest.approx(max(map(worth, every)))


def test_too_few_seats_name_the_fewest_that_would_do():
    with pytest.raises(
        ValueError, match="seats is 66, and 71 is the fewest .*'?top'? 7, middle 18, basic 46.: 5 more"
    ):
        queues.staff(TIERS, seats=66, **CALL, min_level=0.8)
    assert queues.staff(TIERS, seats=71, **CALL, min_level=0.8)["seats"].tolist() == [7, 18, 46]
    with pytest.raises(ValueError, match="The load of tier 'basic' is 0"):
        queues.staff(TIERS.assign(load=[4, 14, 0]), seats=66, **CALL, min_level=0.8)


def test_tiers_from_customers_to_loads():
    value, contacts = pd.Series(np.arange(100.0)), pd.Series(np.full(100, 24.0))
    tier = service.tiers_by_value(value, {"top": 0.05, "middle": 0.2, "basic": 0.75})
    assert tier.value_counts().to_dict() == {"top": 5, "middle": 20, "basic": 75}
    assert value[tier == "top"].min() > value[tier == "middle"].max()
    loads = service.loads_by_tier(contacts, tier, handling_time=300, opening_hours=200)
    assert loads.to_dict() == pytest.approx(
        {"top": 0.05, "middle": 0.2, "basic": 0.75}
    )  # 120 calls of 300 s in 200 h
    with pytest.raises(ValueError, match="The load of tier 'top' is 0"):
        service.loads_by_tier(contacts.where(tier != "top", 0), tier, handling_time=300, opening_hours=200)


def test_seats_from_the_top_leave_the_rest_to_the_last():
    loads = pd.Series(dict(zip(TIERS.index, LOADS, strict=True)))
    own = service.seats_apart(loads, seats=66, **CALL, level=0.8)
    assert own.tolist() == [7, 18, 41]
    assert service.seats_apart(loads, seats=9, **CALL, level=0.8).tolist() == [7, 1, 1]
    assert service.seats_apart(loads, seats=80, **CALL, level=0.8).tolist() == (
        queues.staff(TIERS.assign(weight=1), seats=80, **CALL, min_level=0.8)["seats"].tolist()
    )
    with pytest.raises(ValueError, match="seats is 2; allowed are whole numbers from 3"):
        service.seats_apart(loads, seats=2, **CALL, level=0.8)
    table = service.disciplines(loads, seats=66, **CALL, level=0.8)
    assert table.loc["all calls", "in turn"] == pytest.approx(table.loc["all calls", "by priority"])
    assert table.loc["all calls", "own seats"] > 10 * table.loc["all calls", "in turn"]
    few = service.disciplines(loads, seats=50, **CALL, level=0.8)
    assert np.isinf(few.loc["basic", ["in turn", "by priority", "own seats"]].astype(float)).all()


def test_the_table_of_staffing_by_each_discipline():
    loads = pd.Series(dict(zip(TIERS.index, LOADS, strict=True)))
    asked = {"seats": 66, **CALL, "level": 0.8}
    waits = service.disciplines(loads, **asked)
    for way in ("in turn", "by priority", "own seats"):
        table = service.staffing(loads, TIERS["weight"], discipline=way, **asked)
        assert table["mean wait, s"].tolist() == waits[way].iloc[:3].tolist()
    assert table.attrs["note"].startswith("71 is the fewest")
    enough = service.staffing(loads, TIERS["weight"], discipline="own seats", **asked | {"seats": 74})
    assert enough["seats"].tolist() == queues.staff(TIERS, seats=74, **CALL, min_level=0.8)["seats"].tolist()
    assert (enough["in time"] >= 0.8).all()
    in_turn = service.staffing(loads, TIERS["weight"], discipline="in turn", **asked)
    assert in_turn["in time"].unique().tolist() == [queues.service_level(58, 66, **CALL)]
    with pytest.raises(ValueError, match="discipline must be one of .*did you mean 'in turn'"):
        service.staffing(loads, TIERS["weight"], discipline="in turns", **asked)


# ---- what a mean hides


def test_half_hours_spread_around_the_mean():
    levels = service.simulated_service_levels(10, 14, 180, 20, periods=3000, random_state=0)
    assert levels.mean() == pytest.approx(queues.service_level(10, 14, 180, 20), abs=0.015)
    assert levels.std() == pytest.approx(0.14, abs=0.01)
    assert (levels < 0.8).mean() == pytest.approx(0.19, abs=0.03)


def test_reliability_puts_the_formula_beside_half_hours_and_forecasts():
    found = service.reliability(10, 14, 180, 20, level=0.8, random_state=0)
    assert found.iloc[0] == pytest.approx(88.835, abs=1e-3)
    assert found["half hours below the promise"] == pytest.approx(19, abs=3)
    assert found["load forecast within 20 %"] < found["load forecast within 10 %"] < found.iloc[0]


def test_a_forecast_that_errs_lowers_the_mean():
    exact, some, much = (service.service_level_of_forecast(10, 14, 180, 20, error=e) for e in (0, 0.1, 0.2))
    assert exact == pytest.approx(queues.service_level(10, 14, 180, 20))
    assert (round(some, 3), round(much, 2)) == (0.866, 0.80)


# ---- packages

PACKAGES = pd.DataFrame(
    {"hours": [0, 0.5, 2, 8], "slots": [0, 0, 1, 1]}, index=["none", "line", "contact", "manager"]
)
EFFECTS = dict(zip(PACKAGES.index, [0, 0.05, 0.12, 0.25], strict=True))


def drawn(n, seed=0):
    rng = np.random.default_rng(seed)
    return allocation.gains(rng.lognormal(8, 1.2, n), EFFECTS, leaving_risk=rng.beta(1.5, 10, n))


def planned(gains, limits, packages=PACKAGES):
    return allocation.plan(
        gains, allocation.prices(gains, packages, limits=limits), packages=packages, limits=limits
    )


def test_the_priced_plan_comes_near_the_bound():
    found = planned(drawn(200_000), {"hours": 40_000, "slots": 8_000})
    assert found.gain >= 0.999 * found.bound
    assert (found.used <= [40_000, 8_000]).all()


@settings(max_examples=60)
@given(
    st.integers(1, 30), st.integers(0, 2**16), st.floats(8, 60), st.integers(1, 12),
    st.lists(st.floats(0, 500), min_size=2, max_size=2), st.booleans(),
)  # fmt: skip
def test_a_plan_never_exceeds_a_limit(n, seed, hours, slots, prices, alike):
    gains = drawn(n, seed).round(-3 if alike else 6)  # many who gain the same
    limits = {"hours": hours, "slots": slots}
    for found in (
        planned(gains, limits),
        allocation.plan(gains, pd.Series(prices, [*limits]), packages=PACKAGES, limits=limits),
    ):
        used = PACKAGES.loc[found.package].sum()
        assert (used <= pd.Series(limits) + 1e-9).all()
        assert found.used.to_dict() == pytest.approx(used.to_dict())
        assert found.gain <= found.bound + 1e-6 * abs(found.bound)


@pytest.mark.parametrize("seed", range(3))
def test_prices_and_cells_agree_with_the_exact_plan(seed):
    gains, limits = drawn(40, seed), {"hours": 30, "slots": 6}
    exact = allocation.allocate(gains.assign(customers=1), PACKAGES, limits=limits)
    found = planned(gains, limits)
    assert (exact.table.sum(axis=1) == 1).all()
    assert exact.gap < 1e-5
    assert 0.97 * exact.gain <= found.gain <= exact.gain + 1e-6
    assert exact.gain <= found.bound + 1e-6  # what the prices say no plan exceeds
    assert allocation.split_customers(gains, PACKAGES, limits=limits) <= len(limits)


@pytest.mark.parametrize("seed", range(4))
def test_of_few_customers_no_plan_is_better(seed):
    gains, limits = drawn(40, seed), {"hours": 12, "slots": 2}
    price = allocation.prices(gains, PACKAGES, limits=limits)
    found = allocation.best(gains, price, packages=PACKAGES, limits=limits)
    exact = allocation.allocate(gains.assign(customers=1), PACKAGES, limits=limits)
    assert found.gain == pytest.approx(exact.gain)
    assert found.gap < 1e-5
    assert (PACKAGES.loc[found.package].sum() <= pd.Series(limits)).all()
    assert found.used.to_dict() == PACKAGES.loc[found.package].sum().to_dict()
    sizes = service.largest_first(40, PACKAGES, limits=limits)
    assert (service.reached(gains, {"gain": gains["manager"]}, sizes) <= found.gain + 1e-6).all()


def test_of_many_customers_the_plan_is_that_of_the_prices():
    gains, limits = drawn(2000), {"hours": 600, "slots": 100}
    price = allocation.prices(gains, PACKAGES, limits=limits)
    found = allocation.best(gains, price, packages=PACKAGES, limits=limits)
    assert found.gain == planned(gains, limits).gain


def test_a_limit_that_is_not_scarce_has_no_price():
    gains = drawn(500)
    price = allocation.prices(gains, PACKAGES, limits={"hours": 100, "slots": 500})
    assert price["hours"] > 0
    assert price["slots"] == pytest.approx(0, abs=1e-6)
    more = (
        planned(gains, {"hours": 101, "slots": 500}).bound
        - planned(gains, {"hours": 100, "slots": 500}).bound
    )
    assert more == pytest.approx(price["hours"], rel=0.05)  # what one more hour brings


def test_what_is_left_is_handed_out_even_at_prices_that_nobody_pays():
    gains, limits = drawn(200), {"hours": 40, "slots": 8}
    found = allocation.plan(gains, pd.Series({"hours": 1e9, "slots": 1e9}), packages=PACKAGES, limits=limits)
    assert limits["hours"] - found.used["hours"] < 0.5  # the least that a package needs
    assert found.gain > 0


def test_one_package_goes_to_those_who_gain_most():
    gains = pd.DataFrame({"none": 0, "manager": [5.0, 9, 1, 7]})
    packages = pd.DataFrame({"hours": [0, 2]}, index=["none", "manager"])
    assert (planned(gains, {"hours": 5}, packages).package == "manager").tolist() == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("packages", "limits", "message"),
    [
        (
            PACKAGES,
            {"hours": 5, "slots": 2},
            "Package 'manager' needs 8 hours, and there are 5: nobody can have it",
        ),
        (PACKAGES.drop("none"), {"hours": 50, "slots": 2}, "Every package uses something"),
        (PACKAGES, {"hour": 50}, "packages lacks the column 'hour'; did you mean 'hours'"),
        (PACKAGES, {"hours": -1}, "limits must be finite and not negative: that of 'hours' is -1"),
    ],
)
def test_packages_that_nobody_can_have_are_refused(packages, limits, message):
    with pytest.raises(ValueError, match=message):
        allocation.prices(drawn(5), packages, limits=limits)


def test_gains_refuse_what_is_no_value_or_risk():
    with pytest.raises(ValueError, match="value is -1 in row 1; allowed are numbers from 0"):
        allocation.gains([1, -1], EFFECTS)
    with pytest.raises(ValueError, match="leaving_risk is 1.5 in row 0; allowed are numbers from 0 to 1"):
        allocation.gains([1], EFFECTS, leaving_risk=[1.5])
    with pytest.raises(ValueError, match="The effect of 'line' is 2"):
        allocation.gains([1], {"line": 2})


def test_packages_down_a_ranking():
    sizes = service.largest_first(100, PACKAGES, limits={"hours": 40, "slots": 10})
    assert sizes == {"manager": 5, "contact": 0, "line": 0, "none": 95}
    packages = service.by_rank(np.arange(100), sizes)
    assert (packages == "manager").to_numpy().nonzero()[0].tolist() == [95, 96, 97, 98, 99]
    with pytest.raises(ValueError, match="sizes hold 5 packages for 3 customers"):
        service.by_rank([1, 2, 3], sizes)


def test_no_ranking_beats_the_bound_and_value_alone_falls_short():
    rng = np.random.default_rng(0)
    value, risk = rng.lognormal(8, 1.2, 5000), rng.beta(1.5, 10, 5000)
    gains, limits = allocation.gains(value, EFFECTS, leaving_risk=risk), {"hours": 1000, "slots": 250}
    best, sizes = planned(gains, limits), service.largest_first(5000, PACKAGES, limits=limits)

    scores = {"random": rng.random(5000), "value": value, "both": value * risk}
    found = service.reached(gains, {name: pd.Series(score) for name, score in scores.items()}, sizes)
    assert found["random"] < found["value"] < found["both"] < best.gain
