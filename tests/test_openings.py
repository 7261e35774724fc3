"""Several accounts of one person on one day: the rule, its evidence, and what it lets through."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from workbench import openings as face
from workbench.openings import compared, evidence, predictive_value, same_day_openings


def log(*rows):
    table = pd.DataFrame(rows, columns=["person_id", "opened_at", "branch"])
    return table.assign(opened_at=pd.to_datetime(table["opened_at"]), region="north")


DAY = log(
    ("p", "2024-03-01 09:00", "a"), ("p", "2024-03-01 10:30", "b"), ("p", "2024-03-01 15:00", "b"),
    ("q", "2024-03-01 16:50", "a"), ("q", "2024-03-02 09:05", "b"),  # no same day
    ("r", "2024-03-01 09:00", "a"), ("r", "2024-03-01 09:20", "a"),  # one branch
    ("s", "2024-03-01 09:00", "c"), (None, "2024-03-01 09:00", "c"), (None, "2024-03-01 09:00", "a"),
)  # fmt: skip


def persons(table):
    return table["person_id"].tolist()


def test_the_rule_by_hand():
    alerts = same_day_openings(DAY)
    assert alerts.to_dict("records") == [
        {"alert": 1, "person_id": "p", "start": pd.Timestamp("2024-03-01 09:00"),
         "end": pd.Timestamp("2024-03-01 15:00"), "accounts": 3, "branches": 2}
    ]  # fmt: skip
    assert persons(same_day_openings(DAY, min_branches=1)) == ["p", "r"]
    assert persons(same_day_openings(DAY, min_branches=3)) == []


def test_a_day_is_a_cell_of_the_calendar_and_24_hours_are_not():
    assert persons(same_day_openings(DAY, window="24h")) == ["p", "q"]
    exact = log(("p", "2024-03-01 09:00", "a"), ("p", "2024-03-02 09:00", "b"))
    assert persons(same_day_openings(exact, window="24h")) == []
    chain = log(*(("p", f"2024-03-0{day} 12:00", "abc"[day - 1]) for day in (1, 2, 3)))
    chain["opened_at"] -= pd.to_timedelta(np.arange(3), "h")
    found = same_day_openings(chain, window="24h")
    assert (len(found), found["accounts"].tolist()) == (1, [3])


def test_branches_of_two_regions_are_one_only_where_that_is_asked():
    two = log(("p", "2024-03-01 09:00", "a"), ("p", "2024-03-01 10:00", "b")).assign(
        region=["north", "south"]
    )
    assert len(same_day_openings(two)) == 1
    for window in ("day", "24h"):
        assert len(same_day_openings(two, region_only=True, window=window)) == 0


@pytest.mark.parametrize("window", ["day", "24h"])
def test_any_engine_gives_the_same_alerts_and_evidence(window):
    rng = np.random.default_rng(0)
    n = 3000
    frame = pd.DataFrame(
        {
            "person_id": rng.integers(0, 900, n).astype(str),
            "opened_at": pd.Timestamp("2024-03-01") + pd.to_timedelta(rng.integers(0, 20 * 1440, n), "min"),
            "branch": rng.integers(0, 5, n).astype(str),
            "phone": rng.integers(0, 500, n).astype(str),
        }
    )
    ours = same_day_openings(frame, window=window)
    assert len(ours) > 50
    for other in (pl.from_pandas(frame), pl.from_pandas(frame).lazy(), duckdb.sql("from frame")):
        theirs = same_day_openings(other, window=window)
        pd.testing.assert_frame_equal(theirs, ours, check_dtype=False)
        same = evidence(other, theirs)
        pd.testing.assert_frame_equal(same, evidence(frame, ours), check_dtype=False, check_like=True)


def test_alerts_are_those_of_every_person_and_day():
    rng = np.random.default_rng(1)
    times = pd.Timestamp("2024-03-01") + pd.to_timedelta(rng.integers(0, 10 * 1440, 800), "min")
    frame = pd.DataFrame(
        {"person_id": rng.integers(0, 200, 800), "opened_at": times, "branch": rng.integers(0, 4, 800)}
    )
    branches = frame.groupby(["person_id", frame["opened_at"].dt.date])["branch"].nunique()
    assert len(same_day_openings(frame)) == (branches >= 2).sum() > 20


def test_the_evidence_of_an_alert():
    phones = ["1", "1", None, "1", "2", "3", "3", "9", "9", "9"]
    table = evidence(DAY.assign(phone=phones, channel="counter"), same_day_openings(DAY))
    assert table["alert"].tolist() == [1, 1, 1]
    assert table["minutes_since"].isna().tolist() == [True, False, False]
    assert table["minutes_since"].tolist()[1:] == [90, 270]
    assert table["same_phone"].tolist()[:2] == [2, 2]  # p and q left it
    assert table["same_phone"].isna().tolist() == [False, False, True]
    assert "phone" not in table
    assert table["channel"].eq("counter").all()


def test_what_the_rule_lets_through():
    table = compared(DAY.dropna(), ["p"], windows=["day"])
    assert table["alerts"].tolist() == [2, 1, 0]
    assert table["precision"].tolist()[:2] == [0.5, 1]
    assert table["recall"].tolist() == [1, 1, 0]
    assert table["false_alarm_rate"].tolist() == pytest.approx([1 / 3, 0, 0])
    assert table.loc[2, ["precision", "low", "high"]].isna().all()
    with pytest.raises(ValueError, match="rings names 2 persons, 1 of whom are not in openings"):
        compared(DAY.dropna(), ["p", "nobody"])


def test_at_one_in_10_000_a_rule_of_456_alerts_is_right_in_4_8_percent():
    rule = pd.DataFrame({"recall": [60 / 60, 0.8], "false_alarm_rate": [(456 - 60) / 200_000, 0.0]})
    assert predictive_value(rule, 1e-4).round(3).tolist() == [0.048, 1.0]
    nobody = pd.DataFrame({"recall": [0.0], "false_alarm_rate": [0.0]})
    assert predictive_value(nobody, 1e-4).isna().all()
    with pytest.raises(ValueError, match="prevalence is 1; allowed is a finite number, above 0 and below 1"):
        predictive_value(rule, 1)


def test_logs_that_are_none_are_refused():
    with pytest.raises(ValueError, match="openings lacks the column 'branch'"):
        same_day_openings(DAY.drop(columns="branch"))
    with pytest.raises(ValueError, match="opened_at must hold dates or times, not String"):
        same_day_openings(DAY.assign(opened_at="2024-03-01"))
    with pytest.raises(ValueError, match="opened_at carries the time zone UTC"):
        same_day_openings(DAY.assign(opened_at=DAY["opened_at"].dt.tz_localize("UTC")))
    with pytest.raises(ValueError, match="window must be one of 'day', '24h', not 'week'"):
        same_day_openings(DAY, window="week")


def test_the_face_offers_its_module():
    assert face.alerts.same_day_openings is same_day_openings
