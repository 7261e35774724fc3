import numpy as np
import pandas as pd
import pytest

from workbench.sales import sales_by_class, sales_by_quarter, sales_trend

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
    assert table.loc["loyal"].to_dict() == {
        "customers": 1,
        "orders": 3,
        "total": 90,
        "mean": 30,
        "median": 20,
        "max": 60,
        "min": 10,
        "frequency": 3,
    }
    # customer d never ordered, yet counts: 3 orders of 3 customers
    assert table.loc["new", ["customers", "orders", "total", "median", "min", "frequency"]].tolist() == [
        3,
        3,
        4,
        0,
        -3,
        1,
    ]
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
    table = pd.DataFrame({"up": [1.0, 4.0, 2.0, 9.0], "gone": [0.0] * 4})
    trend = sales_trend(table)
    slope = np.polyfit(range(4), table["up"], 1)[0]
    assert trend.loc["up"].tolist() == pytest.approx([slope, slope / 4])
    assert trend.loc["gone", "slope"] == 0
    assert np.isnan(trend.loc["gone", "relative"])


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
    with pytest.raises(ValueError, match="quarterly has 1 rows; a trend needs at least 2"):
        sales_trend(pd.DataFrame({"new": [1.0]}))
    with pytest.raises(
        ValueError, match="quarterly must be finite, without NaN or inf: row 1, column 'new' is nan"
    ):
        sales_trend(pd.DataFrame({"new": [1.0, np.nan]}))
