"""The stand-in of the annual review: what a careful reader has to see is in it, by construction."""

import numpy as np
import pandas as pd
import pytest

from workbench import data, sales
from workbench.data.standin import annual_review as surrogate

SHIPPED = surrogate.shipped()


@pytest.fixture(scope="module")
def drawn():
    return surrogate.annual_review_orders()


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_file_is_what_the_generator_writes(name):
    text = (data.ROOT / "data" / "annual_review" / name).read_bytes().decode()
    assert text.splitlines() == SHIPPED[name].splitlines()


def test_what_is_loaded_is_what_was_drawn(drawn):
    orders, customers, segments = drawn
    named = {"roles": data.ORDERS, "reading": {"drop_without": "customer_id"}}
    loaded = data.load("annual_review", **named).drop(columns=["region", "industry"])
    expected = orders.dropna(subset="customer_id").reset_index(drop=True)[loaded.columns]
    pd.testing.assert_frame_equal(loaded, expected, check_dtype=False)
    assert loaded.attrs["ledger"]["left_out"] == [
        {"rule": "without customer_id", "rows": int(orders["customer_id"].isna().sum())}
    ]
    pd.testing.assert_frame_equal(data.load_profiles("annual_review"), customers.astype("str"))
    assert data.load_segments("annual_review").equals(segments.astype("str"))


def test_orders_are_a_plausible_log(drawn):
    orders = drawn[0]
    assert 60_000 < len(orders) < 75_000
    assert orders["event_time"].between(surrogate.START, surrogate.END, inclusive="left").all()
    assert orders["event_time"].is_monotonic_increasing
    assert orders["order_id"].is_unique
    assert (orders["amount"] > 0).all()
    assert orders["customer_id"].isna().mean() == pytest.approx(0.02, abs=0.002)
    came = orders.dropna(subset="returned_at")
    assert (came["returned_at"] > came["event_time"].dt.normalize()).all()
    assert (came["returned_amount"] <= came["amount"]).all()
    assert came["returned_at"].max() < pd.Timestamp(surrogate.END)


def test_the_value_of_an_order_falls_in_every_region_and_rises_in_all(drawn):
    orders, customers, _ = drawn
    orders = orders.merge(customers, on="customer_id")
    year = orders["event_time"].dt.year
    by_region = orders.groupby([year, "region"])["amount"].agg(["sum", "size"])
    mean = by_region["sum"] / by_region["size"]
    assert (mean[2023] < mean[2022]).all()
    total = orders.groupby(year)["amount"].mean()
    assert total[2023] > total[2022]
    parts = sales.rate_and_mix(by_region.loc[2023], by_region.loc[2022])
    assert parts["rate"] < 0 < parts.sum() < parts["mix"]


def test_sales_have_a_season_and_late_returns(drawn):
    orders = drawn[0]
    quarterly = orders.groupby(orders["event_time"].dt.quarter)["amount"].sum()
    assert quarterly.idxmax() == 4
    table = sales.returns_by_cohort(orders, surrogate.END, window="90D")
    assert table["open"].tolist() == [False] * 11 + [True]
    assert table["rate_orders"].iloc[:-1].between(0.06, 0.08).all()
    assert (table["came_back"] / table["orders"]).iloc[-1] < 0.06  # those of December are still to come


def test_one_customer_of_a_small_class_places_a_huge_order(drawn):
    orders, customers, _ = drawn
    few = customers[customers["industry"] == "public sector"]
    assert len(few) == 18
    largest = orders["amount"].nlargest(2).to_numpy()
    assert largest[0] == surrogate.HUGE > 4 * largest[1]
    assert orders["customer_id"][orders["amount"].idxmax()] in set(few["customer_id"])


def test_the_directions_of_the_source_hold_by_construction(drawn):
    orders, customers, _ = drawn
    share = customers["country"].eq("home").mean()
    assert share > 0.9
    assert customers["region"].value_counts().idxmax() == "first-tier city"
    assert customers["industry"].value_counts().index[:2].tolist() == ["manufacturing", "services"]
    known = orders.dropna(subset="customer_id")
    stayed = sales.retention(sales.two_periods(known, "2022-01-01", "2023-01-01", surrogate.END))
    assert stayed.loc["all", "share"] > 0.7


def test_same_seed_same_orders_other_seed_others():
    first, again, other = (surrogate.annual_review_orders(100, random_state=s)[0] for s in (7, 7, 8))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


@pytest.mark.parametrize("n", [99, 100.5])
def test_too_few_customers_are_refused(n):
    with pytest.raises(ValueError, match=f"n_customers must be an integer of at least 100, not {n}"):
        surrogate.annual_review_orders(n)


def test_quarters_are_those_of_the_calendar():
    days = np.array([0.5, 89.9, 90.1, 180.9, 181.5, 364.9, 365.1])
    assert surrogate._quarter(days).tolist() == [0, 0, 1, 1, 2, 3, 0]
