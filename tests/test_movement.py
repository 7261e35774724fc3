import numpy as np
import pandas as pd
import pytest

from workbench.events import indicators
from workbench.events.by_day import swapped_weeks
from workbench.events.movement import (
    between_halves,
    by_week,
    stayed,
    stayed_by_chance,
    swap_days,
    transitions,
)

START = pd.Timestamp("2024-03-04")


def log_of(days, customers=None):
    times = START + pd.to_timedelta(days, unit="D")
    return pd.DataFrame({"customer_id": customers or ["a"] * len(days), "event_time": times})


def test_transitions_by_hand():
    before = pd.Series({"a": 1, "b": 1, "c": 2, "d": 2})
    after = pd.Series({"a": 1, "b": 2, "c": 2, "e": 1})
    table = transitions(before, after)
    assert table.loc[1].to_dict() == {1: 1, 2: 1, "absent": 0}
    assert table.loc[2].to_dict() == {1: 0, 2: 1, "absent": 1}
    assert table.loc["absent"].to_dict() == {1: 1, 2: 0, "absent": 0}
    assert stayed(before, after) == pytest.approx(2 / 3)


def test_stayed_needs_somebody_seen_twice():
    with pytest.raises(ValueError, match="No customer was seen in both periods"):
        stayed(pd.Series({"a": 1}), pd.Series({"b": 1}))


def test_swapping_moves_whole_days_of_one_customer_by_exactly_a_week():
    log = log_of([0.1, 0.9, 7.5, 3.2, 10.1, 13.9], ["a", "a", "a", "b", "b", "b"])
    moves = set()
    for seed in range(40):
        swapped = swap_days(log, START, random_state=seed)
        shift = ((swapped["event_time"] - log["event_time"]) / pd.Timedelta(days=7)).to_numpy()
        assert shift[0] == shift[1] == -shift[2]  # the same weekday of a: swapped together
        assert shift[3] == -shift[4]
        moves.add(tuple(shift))
    assert len(moves) == 8, "three coins: a's Monday, b's Thursday, b's Sunday"


def test_swapping_twice_with_the_same_coins_gives_the_log_back():
    log = log_of(list(np.linspace(0, 13.9, 57)), [f"c{i % 5}" for i in range(57)])
    once = swap_days(log, START, random_state=3)
    pd.testing.assert_frame_equal(swap_days(once, START, random_state=3), log)


def test_rows_outside_the_two_weeks_are_left_alone():
    log = log_of([-0.5, 14.0, 20.0])
    pd.testing.assert_frame_equal(swap_days(log, START, random_state=0), log)


def test_about_half_of_the_days_are_swapped():
    log = log_of([0.5] * 2000, [f"c{i}" for i in range(2000)])
    swapped = (swap_days(log, START, random_state=0)["event_time"] != log["event_time"]).mean()
    assert 0.45 < swapped < 0.55


def test_refuses_missing_cells():
    log = log_of([0.5, 1.5])
    log.loc[1, "event_time"] = pd.NaT
    with pytest.raises(ValueError, match="event_time is missing in row 1; clean the log first"):
        swap_days(log, START)


def visits(counts):
    """A log in which each customer reads so much news in the first and in the second week."""
    rows = [
        (name, START + pd.Timedelta(days=7 * week + i % 7, minutes=i))
        for name, weeks in counts.items()
        for week, n in enumerate(weeks)
        for i in range(n)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "event_time"]).assign(event_type="news_view")


def often(table):
    return np.where(table["news_views"] > 5, "often", "seldom")


def test_customers_are_put_into_segments_week_by_week():
    before, after = by_week(visits({"a": (9, 1), "b": (2, 3), "c": (0, 8)}), START, often)
    assert before.to_dict() == {"a": "often", "b": "seldom"}
    assert after.to_dict() == {"a": "seldom", "b": "seldom", "c": "often"}
    assert stayed(before, after) == 0.5


def test_chance_moves_nobody_who_behaves_alike_and_many_of_those_who_came_in_one_week():
    steady = visits({f"c{i}": (14, 14) for i in range(20)})  # two a day
    assert stayed_by_chance(steady, START, often, n_swaps=5, random_state=0).tolist() == [1] * 5
    once = visits({f"c{i}": (12, 0) for i in range(200)})  # swapped: often in both weeks if they get 6 each
    shares = stayed_by_chance(once, START, often, n_swaps=5, random_state=0)
    assert len(set(shares)) > 1
    assert ((shares > 0.05) & (shares < 0.6)).all()
    with pytest.raises(ValueError, match="n_swaps is 0"):
        stayed_by_chance(steady, START, often, n_swaps=0)


def test_counting_by_day_gives_what_swapped_logs_give():
    rng = np.random.default_rng(0)
    log = pd.DataFrame(
        {
            "customer_id": rng.choice(list("dbac"), 300),
            "event_time": START + pd.to_timedelta(rng.uniform(-2, 16, 300), unit="D"),
            "event_type": rng.choice(["app_launch", "news_view", "account_message"], 300),
            "source": rng.choice(["push", "icon", None], 300),
        }
    )
    draws = np.random.default_rng(1), np.random.default_rng(1)
    for both in swapped_weeks(log, START, 3, draws[0]):
        swapped, start = swap_days(log, START, random_state=draws[1]), START
        for week in both:
            end = start + pd.Timedelta(days=7)
            expected = indicators(swapped, observation_start=start, observation_end=end)
            pd.testing.assert_frame_equal(week, expected, check_names=False)
            start = end


def test_of_very_many_customers_some_show_what_chance_would_do():
    log = visits({f"c{i}": (9 * (i % 2), 9 * (i % 3)) for i in range(600)})
    end = START + pd.Timedelta(days=14)

    def active(rows, first, last):
        inside = rows["event_time"].between(first, last, inclusive="left")
        return rows[inside].groupby("customer_id").size() > 4

    every, some = (between_halves(log, START, end, active, n_exact=n, random_state=0) for n in (600, 200))
    assert every.note == ""
    assert some.note.endswith("200 of 500 customers, drawn at random.")
    assert some.stayed == every.stayed
    assert some.before.equals(every.before)
    assert some.by_chance.mean() == pytest.approx(every.by_chance.mean(), abs=0.12)  # three errors
    assert some.by_chance.std() > every.by_chance.std()
