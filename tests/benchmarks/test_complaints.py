"""Deadlines against a loop over the cases, and how the rule of several accounts grows with the log."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pytest
from timing import in_turns, seconds_of

from workbench import complaints, data, openings

CASES = 2_000
START = "2024-01-01"


def one_by_one(received, hours, works, opening=(9, 18)):
    """The same due times, case by case, from day to day."""
    due = []
    for moment in received:
        left, now = dt.timedelta(hours=hours), moment
        while True:
            day = now.replace(hour=0, minute=0, second=0, microsecond=0)
            opens, closes = (day + dt.timedelta(hours=hour) for hour in opening)
            now = max(now, opens)
            if works[day] and now + left <= closes:
                due.append(now + left)
                break
            left -= max(closes - now, dt.timedelta()) if works[day] else dt.timedelta()
            now = day + dt.timedelta(days=1)
    return due


def test_due_times_by_opening_hours(ratio):
    days = data.load_calendar()
    off, on = days["day"][~days["works"]], days["day"][days["works"]]
    minutes = np.random.default_rng(0).integers(0, 340 * 1440, CASES)
    received = pd.Series(pd.Timestamp(START) + pd.to_timedelta(minutes, "min"))
    works = dict(zip(days["day"].dt.to_pydatetime(), days["works"], strict=True))
    moments = received.dt.to_pydatetime()
    found = {}

    def ours():
        found["ours"] = complaints.due(received, 24, clock="opening", holidays=off, extra_workdays=on)

    def theirs():
        found["theirs"] = one_by_one(moments, 24, works)

    taken = in_turns({"ours": ours, "theirs": theirs}, 10)
    assert found["ours"].dt.to_pydatetime().tolist() == found["theirs"]
    ratio(f"{CASES:,} due times by opening hours", taken["ours"], "a loop over the cases", taken["theirs"])


@pytest.mark.parametrize("engine", ["pandas", "DuckDB"])
def test_several_accounts_on_one_day(engine, growth):
    seconds = {}
    for n in (100_000, 1_000_000, 10_000_000) if engine == "DuckDB" else (100_000, 1_000_000):
        with duckdb.connect() as connection:
            connection.execute("select setseed(0.5)").fetchall()
            connection.execute(
                f"""create table log as select 'P' || (random() * {n})::int as person_id, 'B' || (random() * 40)::int
                as branch, timestamp '{START}' + to_minutes((random() * 525600)::int) as opened_at from range({n})"""
            ).fetchall()
            log = connection.table("log") if engine == "DuckDB" else connection.table("log").df()
            seconds[n] = seconds_of(lambda log=log: openings.same_day_openings(log))
    growth(f"several accounts on one day, {engine}", seconds)
