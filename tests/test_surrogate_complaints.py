"""The stand-ins of complaints and openings: what was put into them is there, and nothing in them can be anybody's."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench import complaints, data, openings, privacy
from workbench.data.standin import account_openings as openings_
from workbench.data.standin import complaints as complaints_

SHIPPED = {
    f"{folder}/{name}": text
    for folder, generator in (("complaints", complaints_), ("openings", openings_))
    for name, text in generator.shipped().items()
}
LISTED = list(complaints_.SUBJECTS)[:8]


@pytest.fixture(scope="module")
def cases():
    return data.load("complaints", roles=data.COMPLAINTS)


@pytest.fixture(scope="module")
def log():
    return data.load("openings", roles=data.OPENINGS)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_file_is_what_the_generator_writes(name):
    assert (data.ROOT / "data" / name).read_bytes().decode() == SHIPPED[name]


def test_what_is_loaded_is_what_was_drawn(cases):
    drawn = complaints_.complaint_log()
    pd.testing.assert_frame_equal(cases[list(drawn)], drawn, check_dtype=False)
    days = data.load_calendar()
    pd.testing.assert_frame_equal(days, complaints_.calendar(), check_dtype=False)


def test_the_two_things_that_happened_are_the_largest_groups(cases):
    found = complaints.groups(cases, by=["subject", "place"], window="7D")
    largest = found.assign(place=cases["place"], subject=cases["subject"]).drop_duplicates("group")
    top = largest.nlargest(2, "customers")
    assert list(zip(top["subject"], top["place"], strict=True)) == [
        ("equipment", "building 08"), ("building quality", "building 03")
    ]  # fmt: skip
    assert found["group"].nunique() > 20  # nearly all of them of nothing


def test_a_slow_last_week_parts_the_three_denominators(cases):
    due = complaints.due(cases["received"], 24)
    recent = cases["received"] >= complaints_.SLOW
    shares = complaints.on_time(
        cases["received"][recent], cases["closed"][recent], due[recent], now=complaints_.NOW
    )
    usual = complaints.on_time(
        cases["received"][~recent], cases["closed"][~recent], due[~recent], now=complaints_.NOW
    )["share"]
    assert (
        shares["share"]["of closed"] > 1.5 * shares["share"]["of due"] > 1.5 * shares["share"]["of received"]
    )
    assert usual["of due"] == usual["of received"]
    assert usual["of due"] > 3 * shares["share"]["of due"]
    assert 0.06 < cases["closed"].isna().mean() < 0.1


def test_the_second_grader_differs_on_purpose(cases):
    both = cases[["valid", "second_valid"]].dropna().astype(str)
    unlike = (both["valid"] != both["second_valid"]).mean()
    assert unlike == pytest.approx(complaints_.OTHERWISE, abs=0.02)
    assert 0.6 < complaints.kappa(both).value < 0.75


def test_the_calendar_is_that_of_china_from_2023_to_2026_and_of_no_other_year():
    days = data.load_calendar()
    works = days.set_index("day")["works"]
    assert days["day"].dt.year.value_counts(sort=False).to_dict() == {
        2023: 365,
        2024: 366,
        2025: 365,
        2026: 365,
    }
    # weekends that were worked, and days off on weekdays, of the announcements of each year
    assert works[["2023-01-29", "2023-10-08", "2025-01-26", "2025-10-11", "2026-01-04", "2026-09-20"]].all()
    assert not works[
        ["2023-06-23", "2023-10-06", "2025-02-04", "2025-10-08", "2026-01-02", "2026-02-23"]
    ].any()
    assert works["2024-02-04"]
    assert not works["2024-02-10":"2024-02-17"].any()
    off, on = days["day"][~days["works"]], days["day"][days["works"]]
    eve = pd.Series(pd.to_datetime(["2024-02-09 17:30"]))
    official = {"clock": "opening", "holidays": off, "extra_workdays": on}
    assert complaints.due(eve, 24, **official).tolist() == [pd.Timestamp("2024-02-20 14:30")]
    with pytest.raises(ValueError, match="2027-01-01 is not covered"):
        complaints.due(eve + pd.Timedelta("1055D"), 24, **official)


def test_no_identity_number_or_phone_can_be_anybodys():
    drawn, _ = openings_.opening_log()
    keys = [key for key, problem in privacy.person_key(drawn["person_id"]) if not problem]
    births = pd.Series(keys).str[6:10].astype(int)
    assert births.between(1880, 1899).all()
    assert all(map(privacy.is_resident_id, keys))
    assert drawn["phone"].str.fullmatch("154[0-9]{8}").all()  # not allocated


def test_three_writings_are_one_person_and_a_slip_is_nobody_else(log):
    drawn, _ = openings_.opening_log()
    assert drawn["person_id"].str.contains(" ").sum() > 1000
    assert drawn["person_id"].str.contains("１").sum() > 1000
    wrong = log["person_problem"].notna()
    assert wrong.sum() >= openings_.WRONG
    assert log.loc[wrong, "person_id"].is_unique
    assert not set(log.loc[wrong, "person_id"]) & set(log.loc[~wrong, "person_id"])
    assert log["person_id"].str.fullmatch(r"p\d{5}").all()


def test_precision_and_recall_by_minimum_and_window(log):
    table = openings.compared(log, data.load_rings()).set_index(["window", "min_branches"])
    assert table["alerts"].unstack().apply(lambda row: row.is_monotonic_decreasing, axis=1).all()
    assert (table["precision"].unstack().loc["day"] > [0.01, 0.1, 0.9]).all()
    assert table["recall"]["24h"].tolist()[:2] == [1, 1]
    # those who go on next morning are on no day at two branches
    missed = len(data.load_rings()) * (1 - table["recall"]["day", 2])
    assert round(missed) == (openings_.OVERNIGHT == 2).sum()
    assert table["alerts"]["24h", 2] > table["alerts"]["day", 2]


def test_rings_share_phones_that_are_more_often_dead(log):
    alerts = openings.same_day_openings(log, min_branches=3)
    rows = openings.evidence(log, alerts)
    assert (rows["same_phone"] >= 2).mean() > 0.8
    dead = rows["phone_status"].eq("not in service").mean()
    assert dead > 10 * log["phone_status"].eq("not in service").mean()


def test_random_numbers_of_11_digits_often_look_like_phones():
    digits = np.random.default_rng(0).integers(0, 10, (20_000, 10)).astype(str)
    drawn = pd.Series(["1" + "".join(row) for row in digits])
    assert drawn.str.match("1[3-9]").mean() == pytest.approx(0.7, abs=0.01)


README = (data.ROOT / "data" / "README.md").read_text("utf-8")
FILES = re.findall(r"^\| `((?:complaints|openings)/[^`]+)` \| ([\d,]+) \| (.+?) \|", README, re.M)


@pytest.mark.parametrize(("name", "rows", "columns"), FILES, ids=lambda value: value if "/" in value else "")
def test_the_data_readme_says_what_the_files_hold(name, rows, columns):
    table = pd.read_csv(data.ROOT / "data" / name, dtype=str)
    assert len(table) == int(rows.replace(",", ""))
    assert [column for column in table if f"`{column}`" not in columns] == []


def test_the_data_readme_knows_every_file():
    assert {name for name, *_ in FILES} == {*SHIPPED, "complaints/schemes.csv"}
