from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.sales import sales_by_class, sales_by_quarter, sales_of, sales_trend

ORDERS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "a", "b", "c", "c"],
        "event_time": pd.to_datetime(
            ["1997-01-01", "1997-03-31", "1997-04-01", "1997-12-31", "1997-05-05", "1997-05-06"]
        ),
        "amount": [10.0, 20.0, 60.0, 7.0, 0.0, -3.0],
    }
)
CLASSES = {"a": "loyal", "b": "new", "c": "new", "d": "new", "e": "silent"}


def test_sales_by_class_by_hand():
    table = sales_by_class(ORDERS, CLASSES)
    assert table.index.tolist() == ["loyal", "new", "silent"]
    assert table.loc["loyal", :"frequency"].to_dict() == {
        "customers": 1,
        "orders": 3,
        "total": 90,
        "mean": 30,
        "median": 20,
        "max": 60,
        "min": 10,
        "frequency": 3,
    }
    # customer d never ordered, yet counts; c's refund of 3 counts in the total and is no order: 7, 0
    told = ["customers", "orders", "total", "median", "min", "frequency"]
    assert table.loc["new", told].tolist() == [3, 2, 4, 3.5, 0, 2 / 3]
    assert table.loc["silent", ["customers", "orders", "total", "frequency"]].tolist() == [1, 0, 0, 0]
    assert table.loc["silent", ["mean", "median", "max", "min"]].isna().all()


def test_sales_by_quarter_by_hand():
    table = sales_by_quarter(ORDERS, CLASSES)
    assert [str(quarter) for quarter in table.index] == ["1997Q1", "1997Q2", "1997Q3", "1997Q4"]
    assert table["loyal"].tolist() == [30, 60, 0, 0]
    assert table["new"].tolist() == [0, -3, 0, 7]
    assert table["silent"].tolist() == [0, 0, 0, 0]


def test_classes_and_quarters_add_up_to_all_sales_whatever_the_order_of_rows():
    shuffled = ORDERS.sample(frac=1, random_state=0)
    assert sales_by_class(shuffled, CLASSES)["total"].sum() == ORDERS["amount"].sum()
    pd.testing.assert_frame_equal(sales_by_quarter(shuffled, CLASSES), sales_by_quarter(ORDERS, CLASSES))
    pd.testing.assert_frame_equal(
        sales_by_class(shuffled, pd.Series(CLASSES)), sales_by_class(ORDERS, CLASSES)
    )


def test_times_with_a_zone_count_by_their_own_clock():
    zoned = ORDERS.assign(event_time=ORDERS["event_time"].dt.tz_localize("Asia/Shanghai"))
    pd.testing.assert_frame_equal(sales_by_quarter(zoned, CLASSES), sales_by_quarter(ORDERS, CLASSES))


def test_trend_is_the_least_squares_slope():
    table = pd.DataFrame({"up": [1.0, 4.0, 2.0, 9.0], "gone": [0.0] * 4, "returned": [-9.0, -5.0, 1.0, 2.0]})
    trend = sales_trend(table)
    slope = np.polyfit(range(4), table["up"], 1)[0]
    assert trend.loc["up"].tolist() == pytest.approx([slope, slope / 4])
    assert trend.loc["gone", "slope"] == 0
    assert trend.loc["returned", "slope"] > 0  # a share of a negative mean would turn its sign
    assert trend["relative"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("change", "labels", "message"),
    [
        (
            {"amount": [1.0, np.nan, 1, 1, 1, 1]},
            CLASSES,
            "transactions must be finite, without NaN or inf: row 1, column 'amount'",
        ),
        (
            {"amount": ["1"] * 6},
            CLASSES,
            "transactions must hold numbers only, .*row 0, column 'amount' is '1'",
        ),
        ({}, {"a": "loyal", "c": "new"}, "Customer 'b' has orders but no class"),
        ({"event_time": ["1997-01-01"] * 6}, CLASSES, "event_time is str; it needs datetimes"),
        ({"event_time": [pd.NaT, *ORDERS["event_time"][1:]]}, CLASSES, "event_time is missing in row 0"),
    ],
)
def test_refusals_name_the_row(change, labels, message):
    with pytest.raises(ValueError, match=message):
        sales_by_quarter(ORDERS.assign(**change), labels)


def test_refusals_of_tables():
    with pytest.raises(ValueError, match="transactions lacks the column 'amount'. Columns: "):
        sales_by_class(ORDERS.drop(columns="amount"), CLASSES)
    with pytest.raises(ValueError, match="transactions has no rows"):
        sales_by_class(ORDERS.iloc[:0], CLASSES)
    lines = ORDERS.assign(order_id=["o1", None, "o2", "o3", "o4", None])
    with pytest.raises(
        ValueError, match="order_id is missing in row 1; fill it, or count frequency by 'days'"
    ):
        sales_by_class(lines, CLASSES, frequency="orders")
    with pytest.raises(
        ValueError, match="quarterly must be finite, without NaN or inf: row 1, column 'new' is nan"
    ):
        sales_trend(pd.DataFrame({"new": [1.0, np.nan]}))


def test_lines_of_an_order_and_purchases_of_a_day_are_one():
    lines = ORDERS.assign(order_id=["o1", "o1", "o2", "o3", "o4", "o4"])
    table = sales_by_class(lines, CLASSES, frequency="orders")
    assert table.loc["loyal", ["orders", "total", "min", "max"]].tolist() == [2, 90, 30, 60]  # 10 + 20, 60
    assert table.loc["new", ["orders", "total", "mean"]].tolist() == [
        2,
        4,
        3.5,
    ]  # the refund in o4 is no line
    assert sales_by_class(ORDERS, CLASSES, frequency="days").equals(sales_by_class(ORDERS, CLASSES))
    one_day = ORDERS.assign(event_time=pd.Timestamp("1997-01-01 10:00"))
    assert sales_by_class(one_day, CLASSES, frequency="days")["orders"].to_dict() == {
        "loyal": 1, "new": 2, "silent": 0}  # fmt: skip


# The file of steady sales from 2 January to 26 October 2023: 26 days of the fourth quarter are no quarter.
FLAT = pd.read_csv(
    Path(__file__).parent / "own_data" / "c24_partial_quarter" / "flat.csv", parse_dates=["event_time"]
)
WINDOW = {"observation_start": "2023-01-02", "observation_end": "2023-10-27"}


def test_an_incomplete_last_quarter_makes_no_decline():
    quarterly = sales_by_quarter(FLAT, dict.fromkeys(FLAT["customer_id"], "all"))
    assert quarterly["all"].round(2).tolist() == [13575.28, 14188.47, 14121.74, 3930.80]
    trend = sales_trend(quarterly, **WINDOW)
    slope = (14121.74 - 13575.28) / 2  # of three points only the ends count
    assert trend.loc["all"].tolist() == pytest.approx([slope, slope / ((13575.28 + 14188.47 + 14121.74) / 3)])
    assert trend.loc["all", "relative"] == pytest.approx(0.0196, abs=5e-5)
    assert sales_trend(quarterly).loc["all", "relative"] == pytest.approx(-0.2532, abs=5e-5)  # as it was
    assert (trend.attrs["complete"], trend.attrs["incomplete"]) == (
        ["2023Q1", "2023Q2", "2023Q3"],
        ["2023Q4"],
    )


@pytest.mark.parametrize(
    ("start", "end", "complete"),
    [
        ("2023-01-01", "2024-01-01", 4),
        ("2023-01-04", "2023-12-29", 4),  # three days are missing at each end
        ("2023-01-05", "2023-12-28", 2),
        ("2023-05-01", "2023-10-27", 1),
        ("2023-05-01", "2023-06-01", 0),
        (None, "2023-10-27", 3),
        ("2023-04-01", None, 3),
    ],
)
def test_which_quarters_are_complete(start, end, complete):
    index = pd.period_range("2023Q1", "2023Q4", freq="Q", name="quarter")
    trend = sales_trend(
        pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0]}, index), observation_start=start, observation_end=end
    )
    assert len(trend.attrs["complete"]) == complete
    assert trend["slope"].item() == pytest.approx(1.0) if complete >= 2 else trend.isna().all(axis=None)
    assert f"{complete} complete quarters" in trend.attrs["note"] or "not known" in trend.attrs["note"]


def test_one_quarter_has_no_trend_and_says_so():
    quarterly = sales_by_quarter(ORDERS[:2], {"a": "loyal"})
    trend = sales_trend(quarterly, observation_start="1997-01-01", observation_end="1997-04-01")
    assert trend.isna().all(axis=None)
    assert trend.attrs["note"] == "trend not known: it needs two complete quarters, and there is one"


def test_sales_are_the_rows_of_the_window_of_customers_who_count():
    times = ["2024-01-01", "2024-01-31 23:59", "2024-02-01", "2024-01-05", "2024-01-06"]
    days = pd.to_datetime(times, format="ISO8601")
    paid = pd.DataFrame(
        {"customer_id": ["a", "a", "a", "b", "a"], "event_time": days, "amount": [5.0, 7, 9, 1, -2]}
    )
    window = {"observation_start": "2024-01-01", "observation_end": "2024-02-01"}
    sold, others = sales_of(pd.Index(["a"]), paid, **window)
    assert (sold["amount"].tolist(), others) == ([5, 7, -2], 1)
    assert sales_of(["a"], paid, **window, refunds="ignore")[0]["amount"].tolist() == [5, 7]
    assert sales_of(["a"], paid, **window, refunds="drop")[0]["amount"].tolist() == [5, 7, -2]
    with pytest.raises(ValueError, match="refunds must be one of"):
        sales_of(["a"], paid, **window, refunds="subtract")
