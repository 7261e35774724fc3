"""Who the customers of a year were: new and old need a run-in, margins are exact, returns are late."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from workbench import checks, data, sales

ORDERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "a", "b", "d", "e", "c", "e"],
        "event_time": pd.to_datetime(
            ["2021-02-01", "2021-12-01", "2022-03-01", "2022-12-20", "2023-03-01"]
            + ["2023-05-01", "2022-11-11", "2023-01-02", "2023-12-31"]
        ),
        "amount": [10.0, 20, 30, 5, 8, 7, 40, 3, 2],
    }
)
ENGINES = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "polars lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "duckdb": lambda frame: duckdb.from_df(frame),
}


@pytest.fixture(scope="module")
def cdnow():
    return data.load("cdnow")


# ---- the year and its run-in


def test_all_customers_of_cdnow_are_new_in_the_first_quarter_and_none_after(cdnow):
    first = cdnow.groupby("customer_id")["event_time"].min().dt.to_period("Q")
    assert first.value_counts().to_dict() == {pd.Period("1997Q1"): 23_570}
    with pytest.raises(ValueError, match="0 days after the data do: without a run-in .* every customer"):
        sales.new_and_old(cdnow, year=1997, run_in=None)
    with pytest.raises(ValueError, match="0 days after the data do"):
        sales.new_and_old(cdnow, year=1997, run_in="180D")
    tenure = sales.new_and_old(cdnow, year="1997-07-01", run_in="180D")
    assert tenure.attrs["counts"]["new"] == tenure.attrs["counts"]["old"] == 0
    assert tenure.attrs["counts"]["unknown"] == 3_960
    assert tenure.attrs["counts"]["returned after a gap"] == len(tenure) - 3_960


@pytest.mark.parametrize(
    ("year", "run_in", "message"),
    [
        (
            1998,
            None,
            "The year 1998-01-01 to 1998-12-31 is not covered: the data hold 1997-01-01 to 1998-06-30",
        ),
        (1996, None, "The year 1996-01-01 .* is not covered"),
        ("1997-02-01", None, "31 days after the data do: without a run-in of at least 92 days"),
        ("1997-07-01", "200D", "run_in is 200 days; allowed are 92 to 181, since the data begin 181 days"),
        ("1997-07-01", "0D", "run_in is 0 days; allowed are 92 to 181"),
        (
            "1997-07-01",
            "half a year",
            "run_in is 'half a year'; allowed is a length with its unit, such as '60D'",
        ),
        ("05/07/1997", None, "day or month first"),
    ],
)
def test_a_year_that_the_data_do_not_hold_is_refused(year, run_in, message):
    with pytest.raises(ValueError, match=message):
        sales.year_of("1997-01-01", "1998-07-01", year, run_in)


@pytest.mark.parametrize(
    ("last", "start"),
    [("1998-07-01", "1997-07-01"), ("1998-06-27", "1997-07-01"), ("1998-06-20", "1997-06-01")],
)
def test_without_a_year_the_last_twelve_whole_months_are_taken(last, start):
    span = sales.year_of("1996-01-01", last)
    assert (span.start, span.end) == (pd.Timestamp(start), pd.Timestamp(start) + pd.DateOffset(years=1))
    assert span.run_in == dt.timedelta(365)


# ---- new and old


@pytest.mark.parametrize("engine", ENGINES)
def test_new_old_unknown_and_back_by_hand(engine):
    tenure = sales.new_and_old(ENGINES[engine](ORDERS), year=2023, run_in="365D")
    # a did not buy in the year; b and e were away for more than one; c came after the run-in
    away = "returned after a gap"
    assert tenure.to_dict() == {"b": away, "c": "old", "d": "new", "e": away}
    assert tenure.attrs["counts"] == {"new": 1, "old": 1, "unknown": 0, away: 2}
    sooner = sales.new_and_old(ENGINES[engine](ORDERS), year=2023, run_in="600D")
    assert sooner.to_dict() == {"b": "unknown", "c": "unknown", "d": "new", "e": "old"}


def test_a_refund_makes_nobody_a_customer_and_a_run_in_is_needed():
    with pytest.raises(ValueError, match="run_in is 0 days; allowed are 92 to 699"):
        sales.new_and_old(ORDERS, year=2023, run_in=None)
    refund = ORDERS.assign(amount=np.where(ORDERS["customer_id"] == "d", -1.0, ORDERS["amount"]))
    assert "d" not in sales.new_and_old(refund, year=2023, run_in="365D")


def test_a_customer_without_a_name_is_refused():
    orders = ORDERS.assign(customer_id=[None, *ORDERS["customer_id"][1:]])
    with pytest.raises(ValueError, match="customer_id is missing in row 0"):
        sales.new_and_old(orders, year=2023, run_in="365D")
    with pytest.raises(ValueError, match="customer_id is missing in some rows"):
        sales.new_and_old(pl.from_pandas(orders), year=2023, run_in="365D")


# ---- two periods


@pytest.mark.parametrize("engine", ENGINES)
def test_two_years_by_hand(engine):
    orders = ENGINES[engine](ORDERS.assign(returned_amount=[0, 0, 10, 0, 0, 7, 0, 0, None]))
    table = sales.two_periods(orders, "2022-01-01", "2023-01-01", "2024-01-01")
    assert table.loc["c"].tolist() == [pd.Timestamp("2022-03-01"), 1, 20, 1, 3]
    assert table["orders_before"].tolist() == [1, 0, 1, 0, 1]
    assert table["value"].tolist() == [0, 8, 3, 0, 2]
    with pytest.raises(ValueError, match="each must lie after the one before"):
        sales.two_periods(orders, "2023-01-01", "2022-01-01", "2024-01-01")


def test_two_halves_add_up_to_all_orders_of_cdnow(cdnow):
    """Where the year before is not wholly in the data, its halves are compared: nine months each."""
    halves = sales.periods_of(sales.year_of("1997-01-01", "1998-07-01"), "1997-01-01")
    assert (halves.middle, halves.second) == (dt.datetime(1997, 10, 1), "the second half of the data")
    table = sales.two_periods(cdnow, *halves[:3])
    assert table["value"].sum() + table["value_before"].sum() == pytest.approx(cdnow["amount"].sum())
    assert table[["orders_before", "orders"]].sum().sum() == len(cdnow)


def test_the_year_before_is_compared_where_the_data_hold_it():
    periods = sales.periods_of(sales.year_of("2021-01-01", "2024-01-01"), "2022-01-01")
    assert [str(bound.date()) for bound in periods[:3]] == ["2022-01-01", "2023-01-01", "2024-01-01"]
    assert periods.first == "the year before"


@pytest.mark.parametrize("engine", ENGINES)
def test_why_the_second_quarters_of_cdnow_differ(engine, cdnow):
    quarters = {"quarter": sales.quarters_of(sales.year_of("1997-01-01", "1998-07-01"))}
    row = sales.changes_of(ENGINES[engine](cdnow), quarters).loc["quarter"]
    assert row.round().tolist() == [359_154, 213_330, -145_823, -135_179, -4_580, -6_064]


def test_a_period_without_sales_cannot_be_parted():
    with pytest.raises(checks.NotKnown, match="Nothing was sold from 2020-01-01 to 2021-01-01"):
        sales.changes_of(ORDERS, {"a": (("2020-01-01", "2021-01-01"), ("2021-01-01", "2022-01-01"))})


# ---- who stayed


def test_three_in_ten_of_cdnow_came_back(cdnow):
    """29.9 % of 23,570 customers bought in the second nine months: a contract firm would call that a disaster."""
    table = sales.retention(sales.two_periods(cdnow, "1997-01-01", "1997-10-01", "1998-07-01")).loc["all"]
    assert table["customers"] == 23_570
    assert round(100 * table["share"], 1) == 29.9
    assert (round(table["low"], 3), round(table["high"], 3)) == (0.294, 0.305)


def test_a_second_purchase_takes_its_time(cdnow):
    """Who came late had little time; by hand: 3 customers, b is seen for 20 days only."""
    days = pd.to_datetime(["2024-01-01", "2024-01-31", "2024-03-11", "2024-01-01", "2024-01-01"])
    orders = pd.DataFrame({"customer_id": list("aabcc"), "event_time": days, "amount": 1.0})
    table = sales.comes_back(orders, "2024-03-31", [29, 30, 90, 91])
    assert table["share"].tolist() == pytest.approx([0, 0.5, 0.5, np.nan], nan_ok=True)
    real = sales.comes_back(cdnow, "1998-07-01")
    days = cdnow.drop_duplicates(["customer_id", "event_time"]).groupby("customer_id")["event_time"]
    waited = (
        days.nth(1).to_numpy() - days.first()[days.size() > 1]
    ).dt.days  # everybody was seen for 461 days
    expected = [(waited <= d).sum() / 23_570 for d in real.index]
    assert real["share"].tolist() == pytest.approx(expected)
    assert (real["low"] < real["share"]).all()


def test_who_stayed_by_class_adds_up():
    both = pd.DataFrame({"orders_before": [1, 2, 1, 0], "orders": [1, 0, 3, 1]}, index=list("abcd"))
    table = sales.retention(both, pd.Series(["x", "x", "y", "y"], list("abcd")))
    assert table[["customers", "stayed"]].values.tolist() == [[2, 1], [1, 1], [3, 2]]
    assert table.loc["all", ["low", "high"]].round(4).tolist() == [0.2077, 0.9385]  # Wilson (1927), 2 of 3
    with pytest.raises(checks.NotKnown, match="Nobody bought in the first period"):
        sales.retention(both.assign(orders_before=0))


# ---- classes


def test_value_classes_are_named_by_their_shares():
    named = sales.value_class(pd.Series(np.arange(1, 101.0)))
    assert named.value_counts().to_dict() == {
        "A: best 5 %": 5,
        "B: next 15 %": 15,
        "C: next 30 %": 30,
        "D: lower 50 %": 50,
    }
    assert sales.value_class(pd.Series([1.0, 1, 1, 5]), [0.5]).tolist() == ["B: lower 50 %"] * 3 + [
        "A: best 50 %"
    ]
    with pytest.raises(ValueError, match=r"value_cuts are \[0.8, 0.5\]; allowed are rising shares"):
        sales.value_class(pd.Series([1.0]), [0.8, 0.5])


@pytest.mark.parametrize("engine", ENGINES)
def test_crossed_cells_add_up_to_their_margins(engine):
    tenure = pd.Series(
        {"a": "old", "b": "old", "c": "old", "d": "new", "e": "new", "f": "new"}, name="tenure"
    )
    value = pd.Series(
        {"a": "low", "b": "high", "c": "high", "d": "low", "e": "low", "f": "low"}, name="value"
    )
    table = sales.crossed(ENGINES[engine](ORDERS), tenure, value)
    assert table.loc[("new", "low")].tolist()[:3] == [3, 3, 49]  # f has no order, and counts
    assert table.loc[("all", "all")].tolist() == [6, 9, 125, 1, 1]
    cells = table.drop(index="all", level=0).drop(index="all", level=1)
    for name in ("customers", "orders", "total"):
        assert cells[name].sum() == table.loc[("all", "all"), name]
        by_tenure = cells[name].groupby("tenure").sum()
        assert (table.xs("all", level="value")[name].drop("all") == by_tenure).all()


def test_a_customer_without_a_class_is_named():
    with pytest.raises(ValueError, match="Customer 'e' has no tenure; give every customer one"):
        sales.crossed(ORDERS, pd.Series({"a": "old", "b": "old", "c": "old", "d": "new"}, name="tenure"))


def test_small_classes_are_merged_until_they_are_large_enough():
    labels = pd.Series(["n"] * 9 + ["s"] * 6 + ["w"] * 2 + ["e"])
    assert sales.merge_small(labels).value_counts().to_dict() == {"n": 9, "others": 9}
    assert sales.merge_small(labels, 3).value_counts().to_dict() == {"n": 9, "s": 6, "others": 3}
    assert sales.merge_small(labels, 1).equals(labels)


def test_a_customer_in_two_regions_is_refused_or_counts_by_the_latest():
    orders = ORDERS.assign(region=["n", "n", "s", "s", None, None, "e", "s", "e"])
    with pytest.raises(
        ValueError, match="customer 'a' is in 'n' on 2021-02-01 and 's' on 2022-12-20; 1 such"
    ):
        sales.one_each(orders, "region")
    latest = sales.one_each(orders, "region", several="latest")
    assert latest.to_dict() == {"a": "s", "b": "n", "c": "s", "d": "not known", "e": "e"}


def test_frequency_per_what_ranks_classes_in_three_ways():
    span = sales.year_of("2021-01-01", "2024-01-01", 2023)
    first = pd.to_datetime(["2021-01-01"] * 4 + ["2023-12-01", "2023-11-01"])
    both = pd.DataFrame({"first": first, "orders": [9, 0, 0, 0, 2, 2]}, index=list("abcdef"))
    table = sales.frequencies(both, pd.Series(["old"] * 4 + ["new"] * 2, both.index), span)
    assert table["per_customer"].tolist() == [2, 2.25]
    assert table["per_active_customer"].tolist() == [2, 9]
    assert table["per_month"].round(2).tolist() == [1.32, 0.19]
    assert table["rank_per_active_customer"].tolist() == [2, 1]
    assert table["rank_per_month"].tolist() == [1, 2]


# ---- returns

RETURNS = pd.DataFrame(
    {
        "event_time": pd.to_datetime(["2023-03-30", "2023-05-01", "2023-06-30", "2023-12-20"]),
        "amount": [10.0, 30, 10, 50],
        "returned_amount": [10.0, None, 4, 20],
        "returned_at": pd.to_datetime(["2023-04-05", None, "2023-09-30", "2024-01-04"]),
    }
)


def test_returns_count_for_the_quarter_of_their_order_and_open_windows_for_none():
    table = sales.returns_by_cohort(RETURNS, "2024-01-10", window="60D")
    assert table["returned"].tolist() == [10, 0, 0, 20]  # 4 came after 92 days
    assert table["booked"].tolist() == [0, 10, 4, 0]  # and those of December in January
    assert table["open"].tolist() == [False, False, False, True]
    assert table["rate_value"].tolist() == pytest.approx([1, 0, np.nan, np.nan], nan_ok=True)
    assert table["rate_orders"].tolist() == pytest.approx([1, 0, np.nan, np.nan], nan_ok=True)
    later = sales.returns_by_cohort(RETURNS, "2024-03-01", window="60D")
    assert later["rate_value"].iloc[-1] == 0.4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"returned_amount": [11.0, None, 4, 20]}, "order in row 0 returned more than it was"),
        ({"returned_amount": [10.0, None, -4, 20]}, "order in row 2 has a negative returned_amount"),
        ({"amount": [10.0, -30, 10, 50]}, "order in row 1 has a negative amount, and returns stand in"),
        (
            {"returned_at": RETURNS["returned_at"] - pd.Timedelta(days=100)},
            "order in row 0 came back before it",
        ),
        ({"returned_at": [pd.NaT] * 4}, "order in row 0 has a return without returned_at"),
        ({"returned_at": ["x"] * 4}, "returned_at must hold dates or times, not str"),
    ],
)
def test_impossible_returns_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        sales.returns_by_cohort(RETURNS.assign(**change), "2024-01-10")


# ---- the table of classes


def test_classes_say_what_came_back_by_orders_and_by_value():
    orders = RETURNS.assign(customer_id=["a", "a", "b", "c"], order_id=["1", "1", "2", "3"])
    table = sales.sales_by_class(orders, {"a": "x", "b": "x", "c": "y", "d": "y"})
    assert table.loc["x", ["gross", "returned", "total", "customers_active"]].tolist() == [50, 14, 36, 2]
    assert table.loc["x", ["return_rate_orders", "return_rate_value"]].tolist() == pytest.approx(
        [2 / 3, 0.28]
    )
    assert table.loc["y", ["customers", "customers_active"]].tolist() == [2, 1]
    by_order = sales.sales_by_class(orders, {"a": "x", "b": "x", "c": "y"}, frequency="orders")
    assert by_order.loc["x", ["orders", "max", "return_rate_orders"]].tolist() == [2, 40, 1]
    net = sales.sales_by_class(orders, {"a": "x", "b": "x", "c": "y"}, returns="net")
    assert net.loc["x", ["min", "max"]].tolist() == [0, 30]
    theirs = sales.sales_by_class(orders, {"a": "x", "b": "x", "c": "y"}, per="customer", returns="net")
    assert theirs.loc["x", ["min", "max", "mean", "q05"]].tolist() == [6, 30, 18, 7.2]


def test_what_the_orders_do_not_tell_of_returns_is_not_known():
    table = sales.sales_by_class(ORDERS, dict.fromkeys("abcde", "all"))
    assert table[["returned", "return_rate_orders", "return_rate_value"]].isna().all(axis=None)
    refunded = ORDERS.assign(amount=[-10.0, 20, 30, 5, 8, 7, 40, 3, 2])
    table = sales.sales_by_class(refunded, dict.fromkeys("abcde", "all")).loc["all"]
    assert table["return_rate_value"] == pytest.approx(10 / 115)
    assert np.isnan(table["return_rate_orders"])
    with pytest.raises(ValueError, match="returns is 'net', and refunds are rows that name no order"):
        sales.sales_by_class(refunded, dict.fromkeys("abcde", "all"), returns="net")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_every_engine_gives_the_same_tables(engine):
    classes, orders = dict.fromkeys("abc", "x") | dict.fromkeys("de", "y"), ENGINES[engine](ORDERS)
    pd.testing.assert_frame_equal(
        sales.sales_by_class(orders, classes), sales.sales_by_class(ORDERS, classes)
    )
    quarters = sales.sales_by_quarter(ORDERS, classes)
    pd.testing.assert_frame_equal(sales.sales_by_quarter(orders, classes), quarters)


def test_lines_of_an_order_are_one_order_and_refunds_stay():
    lines = RETURNS.assign(
        customer_id=["a", "a", "b", "a"], order_id=["1", "1", "1", None], region=["n", "n", "s", "n"]
    )
    orders = sales.as_orders(lines)
    assert orders["amount"].tolist() == [40, 10, 50]  # the 1 of b is another order
    assert orders["returned_amount"].tolist() == [10, 4, 20]
    assert orders["event_time"].tolist() == [*lines["event_time"].iloc[[0, 2, 3]]]
    assert orders["region"].tolist() == ["n", "s", "n"]
    refund = lines.assign(amount=[10.0, -3, 10, 50]).drop(columns=["returned_amount", "returned_at"])
    assert sales.as_orders(refund)["amount"].tolist() == [10, -3, 10, 50]
    assert sales.as_orders(ORDERS) is ORDERS


@pytest.mark.parametrize(
    ("middle", "part"), [("2023-05-01", "the run-in before"), ("2022-05-01", "the year, which")]
)
def test_a_hole_in_the_log_is_refused(middle, part):
    days = pd.to_datetime(["2021-01-01", middle, "2024-02-01"])
    rows = pd.DataFrame({"customer_id": list("aab"), "event_time": days, "amount": 1.0})
    with pytest.raises(ValueError, match=f"No order lies in {part}"):
        sales.new_and_old(rows, year=2023, run_in="365D")


def test_orders_without_a_unit_of_their_window_are_refused():
    rows = pd.DataFrame({"event_time": [], "amount": [], "returned_amount": [], "returned_at": []})
    with pytest.raises(ValueError, match="window is '60'; allowed is a length with its unit, such as '60D'"):
        sales.returns_by_cohort(rows, "2024-01-01", window="60")
