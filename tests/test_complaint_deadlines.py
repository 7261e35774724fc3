"""Deadlines by four clocks, and on time: of what?"""

import numpy as np
import pandas as pd
import pytest

from workbench import complaints
from workbench.complaints import due, on_time, state, still_waiting, waits

# The days off of 2024 that are Monday to Friday, and the weekend days that were worked.
OFF = ["2024-01-01", *pd.date_range("2024-02-12", "2024-02-16"), "2024-04-04", "2024-04-05"]
OFF += [*pd.date_range("2024-05-01", "2024-05-03"), "2024-06-10", "2024-09-16", "2024-09-17"]
OFF += [*pd.date_range("2024-10-01", "2024-10-04"), "2024-10-07"]
ON = [
    "2024-02-04",
    "2024-02-18",
    "2024-04-07",
    "2024-04-28",
    "2024-05-11",
    "2024-09-14",
    "2024-09-29",
    "2024-10-12",
]
OFFICIAL = {"clock": "opening", "holidays": OFF, "extra_workdays": ON}


def times(*texts):
    return pd.Series(pd.to_datetime(list(texts)))


def slowly(received, hours, opening=(9, 18), off=(), on=()):
    """The same by walking from minute to minute."""
    off, on = pd.DatetimeIndex(off), pd.DatetimeIndex(on)
    left, now = round(hours * 60), received
    while left > 0:
        day = now.normalize()
        works = (day.day_of_week < 5 and day not in off) or day in on
        if works and opening[0] <= now.hour + now.minute / 60 < opening[1]:
            left -= 1
        now += pd.Timedelta(1, "min")
    return now


@pytest.mark.parametrize(
    ("how", "answer"),
    [
        ({}, "2024-02-10 17:30"),
        ({"clock": "opening"}, "2024-02-14 14:30"),
        (OFFICIAL, "2024-02-20 14:30"),
    ],
)
def test_24_hours_from_the_eve_of_the_year_of_the_dragon(how, answer):
    assert due(times("2024-02-09 17:30"), 24, **how).tolist() == [pd.Timestamp(answer)]


@pytest.mark.parametrize(
    ("received", "hours", "answer"),
    [
        ("2024-02-04 10:00", 2, "2024-02-04 12:00"),  # a Sunday that was worked
        ("2024-03-01 09:00", 9, "2024-03-01 18:00"),  # a day used up is due on it
        ("2024-03-01 18:00", 1, "2024-03-04 10:00"),
        ("2024-03-02 03:00", 1, "2024-03-04 10:00"),
        ("2024-03-01 07:00", 0.5, "2024-03-01 09:30"),
    ],
)
def test_the_opening_clock_by_hand(received, hours, answer):
    assert due(times(received), hours, **OFFICIAL).tolist() == [pd.Timestamp(answer)]


def test_the_opening_clock_is_that_of_a_walk_from_minute_to_minute():
    rng = np.random.default_rng(0)
    received = pd.Series(pd.Timestamp("2024-01-25") + pd.to_timedelta(rng.integers(0, 30 * 1440, 40), "min"))
    ours = due(received, 13, opening=(8.5, 17), **OFFICIAL)
    assert ours.tolist() == [slowly(time, 13, (8.5, 17), OFF, ON) for time in received]


def test_24_opening_hours_take_54_to_261_hours_of_the_calendar():
    hours = pd.Series(pd.date_range("2024-01-01 09:00", "2024-12-26 18:00", freq="h"))
    took = (due(hours, 24, **OFFICIAL) - hours) / pd.Timedelta(1, "h")
    assert (took.min(), took.max()) == (54, 261)
    assert 85 < took.median() < 95


def test_days_that_are_not_listed_are_refused_by_the_first():
    with pytest.raises(ValueError, match="^2025-01-01 is not covered: holidays .* add those of 2025"):
        due(times("2024-12-30 10:00"), 24, **OFFICIAL)
    with pytest.raises(ValueError, match="^2023-12-29 is not covered"):
        due(times("2024-03-01 10:00", "2023-12-29 10:00", "2023-12-30 10:00"), 24, **OFFICIAL)
    assert due(times("2024-12-31 10:00"), 1, **OFFICIAL).tolist() == [pd.Timestamp("2024-12-31 11:00")]


def test_a_day_has_no_hour_under_the_opening_clock():
    days = times("2024-03-01", "2024-03-02")
    with pytest.raises(ValueError, match="received has days without hours"):
        due(days, 24, clock="opening")
    assert due(days, 24).tolist() == times("2024-03-02", "2024-03-03").tolist()


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"hours": 0}, "hours is 0; allowed is a finite number, above 0"),
        ({"clock": "office"}, "clock must be one of 'calendar', 'opening', not 'office'"),
        (
            {"clock": "opening", "opening": (18, 9)},
            r"opening is \(18, 9\); the day must open before it closes",
        ),
        ({"clock": "opening", "holidays": ["1.5.2024"]}, "holidays is '1.5.2024': day or month first"),
    ],
)
def test_wrong_clocks_are_refused(how, message):
    with pytest.raises(ValueError, match=message):
        due(times("2024-03-01 10:00"), **({"hours": 24} | how))
    with pytest.raises(ValueError, match="received must hold dates or times"):
        due(pd.Series([1.0]), 24)


def test_a_missing_time_has_no_due_time_and_rows_keep_their_labels():
    received = pd.Series(pd.to_datetime(["2024-03-01 10:00", None]), index=["a", "b"])
    for how in ({}, {"clock": "opening"}):
        found = due(received, 9, **how)
        assert found.index.tolist() == ["a", "b"]
        assert found.isna().tolist() == [False, True]


def test_on_time_of_closed_of_received_and_of_due():
    received = times(*["2024-03-01"] * 4, "2024-03-09", "2024-03-09")
    closed = times("2024-03-02", "2024-03-03", "2024-03-08", None, "2024-03-10", None)
    closed[4] -= pd.Timedelta("12h")
    table = on_time(received, closed, received + pd.Timedelta("3D"), now="2024-03-10")
    # early and on time: rows 0, 1, 4; closed: 0, 1, 2, 4; due by now: 0 to 3
    assert table[["on_time", "cases"]].to_numpy().tolist() == [[3, 4], [3, 6], [2, 4]]
    assert table.loc["of due", ["low", "high"]].tolist() == pytest.approx([0.150, 0.850], abs=5e-4)  # Wilson
    before = on_time(received, closed, received + pd.Timedelta("3D"), now="2024-03-02")
    assert before[["on_time", "cases"]].to_numpy().tolist() == [[1, 1], [1, 4], [0, 0]]
    assert before.loc["of due", ["share", "low", "high"]].isna().all()


def test_a_case_closed_before_it_came_in_is_refused():
    received, closed = times("2024-03-02", "2024-03-02"), times("2024-03-02", "2024-03-01")
    for ask in (
        lambda: on_time(received, closed, received, now="2024-03-10"),
        lambda: state(pd.DataFrame({"received": received, "closed": closed}), now="2024-03-10"),
    ):
        with pytest.raises(
            ValueError, match="closed 2024-03-01 .* lies before received 2024-03-02 .* in row 1"
        ):
            ask()


def flow():
    columns = {"received": ["2024-03-01"] * 4 + ["2024-03-20"]}
    columns |= {"judged": ["2024-03-02", "2024-03-03", "2024-03-02", None, None]}
    columns |= {"closed": ["2024-03-04", "2024-03-12", None, None, None]}
    return pd.DataFrame({name: pd.to_datetime(cells) for name, cells in columns.items()})


def test_states_at_a_moment():
    assert state(flow(), now="2024-03-10").tolist()[:4] == ["closed", "judged", "judged", "received"]
    assert state(flow(), now="2024-03-10").isna().tolist() == [False] * 4 + [True]


def test_cases_that_wait_still_count_as_long_as_they_do():
    cases = flow()
    curve = still_waiting(cases["received"], cases["judged"], now="2024-03-10")
    assert curve["hours"].tolist() == [24, 48]
    assert curve["waiting"].tolist() == pytest.approx([0.5, 0.25])
    assert curve["at_risk"].tolist() == [4, 2]
    assert waits(cases, now="2024-03-10")[["cases", "waiting"]].to_numpy().tolist() == [
        [4, 1],
        [4, 3],
        [3, 2],
    ]
    with pytest.raises(complaints.agreement.NotKnown, match="No wait has ended"):
        still_waiting(cases["received"], cases["judged"], now="2024-03-01 12:00")
