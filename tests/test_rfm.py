import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import rfm

# Six rows to do by hand. Ann buys twice on one day, returns 4 and buys a gift for nothing; Bob buys once
# before the window; Cid buys on the very end, which is outside.
SIX = pd.DataFrame(
    {
        "customer_id": ["ann", "ann", "ann", "ann", "bob", "cid"],
        "event_time": pd.to_datetime(
            ["2024-01-10 09:00", "2024-01-10 18:00", "2024-01-20", "2024-01-15", "2023-12-31", "2024-02-01"],
            format="ISO8601",
        ),
        "amount": [10.0, 20.0, -4.0, 0.0, 7.0, 5.0],
        "order_id": ["o1", "o1", "r1", "o2", "o3", "o4"],
    }
)


def by_hand(**definitions):
    return rfm.rfm(SIX, "2024-02-01", observation_start="2024-01-01", **definitions)


def test_six_rows_by_hand():
    table = by_hand()
    assert table.index.tolist() == ["ann"]
    # last purchase is the gift of 15 January: the return of the 20th is no visit
    assert table.loc["ann"].tolist() == [17.0, 3, 26.0]
    assert table.attrs["counts"] == {
        "rows_outside_window": 2,
        "refund_rows": 1,
        "customers_without_purchase": 2,
    }


def test_the_start_of_the_window_is_inside():
    assert rfm.rfm(SIX, "2024-03-01", observation_start="2024-02-01").index.tolist() == ["cid"]


def test_recency_keeps_the_hour():
    table = rfm.rfm(SIX.iloc[:2], "2024-02-01")
    assert table.loc["ann", "recency"] == 21.25  # 10 January 18:00


@pytest.mark.parametrize(
    ("definitions", "frequency", "monetary"),
    [
        ({"refunds": "ignore"}, 3, 30.0),
        ({"monetary": "mean"}, 3, 26.0 / 3),
        ({"frequency": "days"}, 2, 26.0),  # the 10th and the 15th
        ({"frequency": "days", "monetary": "mean", "refunds": "ignore"}, 2, 15.0),
        ({"frequency": "orders"}, 2, 26.0),  # o1 and o2; the return r1 is no order
        ({"frequency": "orders", "monetary": "mean", "refunds": "ignore"}, 2, 15.0),
        ({"refunds": "drop"}, 3, 26.0),  # 30 paid, 4 returned
    ],
)
def test_declared_definitions_by_hand(definitions, frequency, monetary):
    table = by_hand(**definitions)
    assert table.loc["ann"].tolist() == [17.0, frequency, pytest.approx(monetary)]


def test_without_a_start_earlier_rows_count():
    assert rfm.rfm(SIX, "2024-02-01").index.tolist() == ["ann", "bob"]


def test_dates_without_time_are_accepted():
    table = rfm.rfm(
        pa.table({"customer_id": ["a"], "event_time": [dt.date(2024, 1, 1)], "amount": [1]}), "2024-01-03"
    )
    assert table.loc["a"].tolist() == [2.0, 1, 1.0]


def back_ends(frame):
    duckdb.register("six", frame)
    return {
        "polars": pl.from_pandas(frame),
        "polars lazy": pl.from_pandas(frame).lazy(),
        "pyarrow": pa.Table.from_pandas(frame),
        "duckdb": duckdb.sql("select * from six"),
        "pandas arrow": frame.convert_dtypes(dtype_backend="pyarrow"),
        "pandas categories": frame.astype({"customer_id": "category", "order_id": "category"}),
        "pandas nanoseconds": frame.astype({"event_time": "datetime64[ns]"}),
    }


@pytest.fixture(scope="module")
def random_log():
    rng = np.random.default_rng(3)
    n = 4000
    minutes = rng.integers(0, 60 * 24 * 300, n)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in rng.integers(0, 300, n)],
            "event_time": np.datetime64("2023-01-01", "us") + minutes * np.timedelta64(1, "m"),
            "amount": np.round(rng.normal(40, 30, n), 2),
            "order_id": [f"o{i}" for i in np.arange(n) // 3],
        }
    )


@pytest.mark.parametrize("frequency", rfm.FREQUENCY)
@pytest.mark.parametrize("start", [None, "2023-03-01"])
def test_every_back_end_gives_the_same_table(random_log, frequency, start):
    arguments = {"observation_start": start, "frequency": frequency}
    expected = rfm.rfm(random_log, "2023-09-01", **arguments)
    assert expected.attrs["counts"]["refund_rows"] > 100
    assert expected.attrs["counts"]["rows_outside_window"] > 100
    for name, frame in back_ends(random_log).items():
        got = rfm.rfm(frame, "2023-09-01", **arguments)
        pd.testing.assert_frame_equal(got, expected, rtol=1e-12, obj=name)
        assert got.attrs == expected.attrs


def test_against_a_plain_pandas_group_by(random_log):
    inside = random_log[random_log["event_time"] < "2023-09-01"]
    bought = inside[inside["amount"] >= 0].groupby("customer_id")
    table = rfm.rfm(random_log, "2023-09-01", refunds="ignore")
    assert table["frequency"].equals(bought.size().rename("frequency"))
    np.testing.assert_allclose(table["monetary"], bought["amount"].sum())
    days = (pd.Timestamp("2023-09-01") - bought["event_time"].max()).dt.total_seconds() / 86400
    np.testing.assert_allclose(table["recency"], days)


@given(st.permutations(range(6)))
def test_order_of_rows_does_not_matter(order):
    table = rfm.rfm(SIX.iloc[list(order)], "2024-03-01")
    pd.testing.assert_frame_equal(table, rfm.rfm(SIX, "2024-03-01"))


@pytest.mark.parametrize("name", ["pandas", "polars", "polars lazy", "pyarrow", "duckdb"])
@pytest.mark.parametrize("bad", [None, float("nan"), float("inf")])
def test_bad_amounts_are_refused_by_column_and_customer(name, bad):
    frame = SIX.copy()
    frame.loc[4, "amount"] = bad
    frames = back_ends(frame) | {"pandas": frame}
    with pytest.raises(
        ValueError, match=r"amount is missing or not finite in 1 rows, e\.g\. of customer 'bob'"
    ):
        rfm.rfm(frames[name], "2024-03-01")


@pytest.mark.parametrize("name", ["pandas", "polars", "polars lazy", "pyarrow", "duckdb"])
@pytest.mark.parametrize("frequency", rfm.FREQUENCY)
def test_missing_times_and_customers_are_refused(name, frequency):
    for column, message in {
        "event_time": "event_time is missing .* 'cid'",
        "customer_id": "customer_id is missing",
    }.items():
        frame = SIX.copy()
        frame.loc[5, column] = None
        frames = back_ends(frame) | {"pandas": frame}
        with pytest.raises(ValueError, match=message):
            rfm.rfm(frames[name], "2024-03-01", frequency=frequency)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d.drop(columns="amount"),
            "transactions lacks the column 'amount'. Columns: 'customer_id', 'event_time'",
        ),
        (lambda d: d.astype({"event_time": "str"}), "event_time must hold dates or times, not String"),
        (lambda d: d.astype({"amount": "str"}), "amount must hold numbers, not String"),
        (lambda d: d.assign(event_time=d["event_time"].dt.tz_localize("UTC")), "carries the time zone UTC"),
        (lambda d: d.iloc[:0], "transactions has no rows"),
        (lambda d: d.iloc[5:], r"No purchase in \[None, 2024-02-01"),
    ],
)
def test_tables_that_cannot_be_counted_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        rfm.rfm(change(SIX), "2024-02-01")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"observation_end": None}, "observation_end must be a date"),
        ({"observation_end": "2024-02-01T00:00Z"}, "observation_end must be without time zone"),
        ({"observation_start": "2024-02-01"}, "must lie before observation_end"),
        ({"frequency": "visits"}, "frequency must be one of 'rows', 'days', 'orders', not 'visits'"),
        ({"monetary": "median"}, "monetary must be one of"),
        ({"refunds": "leave"}, "refunds must be one of"),
        ({"refunds": "refuse"}, "amount is negative in 1 rows, e.g. of customer 'ann'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        rfm.rfm(SIX, **({"observation_end": "2024-02-01"} | arguments))


# Ann pays 10 and gets 12 back, Bob has a refund only, Cid pays 5 and gets 5 back, Dee pays twice in one order.
REFUNDED = pd.DataFrame(
    {
        "customer_id": ["ann", "ann", "bob", "cid", "cid", "dee", "dee"],
        "event_time": pd.to_datetime(["2024-01-10"] * 7),
        "amount": [10.0, -12.0, -3.0, 5.0, -5.0, 6.0, 7.0],
        "order_id": ["o1", "r1", "r2", "o2", "o2", "o3", "o3"],
    }
)


@pytest.mark.parametrize("name", ["pandas", "polars", "polars lazy", "pyarrow", "duckdb"])
@pytest.mark.parametrize(
    ("refunds", "monetary"),
    [
        ("net", {"ann": -2.0, "cid": 0.0, "dee": 13.0}),
        ("ignore", {"ann": 10.0, "cid": 5.0, "dee": 13.0}),
        ("drop", {"cid": 0.0, "dee": 13.0}),
    ],
)
def test_refunds_that_exceed_the_payments(name, refunds, monetary):
    frame = (back_ends(REFUNDED) | {"pandas": REFUNDED})[name]
    table = rfm.rfm(frame, "2024-02-01", frequency="orders", refunds=refunds)
    assert table["monetary"].to_dict() == monetary
    assert table["frequency"].eq(1).all()
    counts = {"rows_outside_window": 0, "refund_rows": 3, "customers_without_purchase": 1}
    assert table.attrs["counts"] == counts | ({"customers_net_negative": 1} if refunds == "drop" else {})


def test_a_sum_that_is_zero_but_for_rounding_is_not_negative():
    frame = REFUNDED[:3].assign(customer_id="ann", amount=[0.1, 0.2, -0.3])[
        ["customer_id", "event_time", "amount"]
    ]
    frame = pd.concat([frame, frame.assign(customer_id="bob", amount=[0.7, 0.1, -0.8])])
    assert rfm.rfm(frame, "2024-02-01", refunds="drop").index.tolist() == ["ann", "bob"]


@pytest.mark.parametrize("name", ["pandas", "polars", "pyarrow", "duckdb"])
def test_orders_need_an_order_id_in_every_purchase(name):
    gap = REFUNDED.assign(order_id=["o1", None, None, "o2", "o2", None, "o3"])
    frame = (back_ends(gap) | {"pandas": gap})[name]
    with pytest.raises(
        ValueError, match=r"order_id is missing in 1 purchases, e\.g\. of customer 'dee'; fill it"
    ):
        rfm.rfm(frame, "2024-02-01", frequency="orders")
    assert (
        len(rfm.rfm(frame, "2024-02-01", frequency="rows")) == 3
    )  # where it is not counted it may be missing


def test_where_nobody_is_left_the_line_says_why():
    with pytest.raises(ValueError, match="transactions lacks the column 'order_id'"):
        rfm.rfm(REFUNDED.drop(columns="order_id"), "2024-02-01", frequency="orders")
    with pytest.raises(ValueError, match="the amounts of all its 1 rows are negative, and those are refunds"):
        rfm.rfm(REFUNDED[2:3], "2024-02-01")
    with pytest.raises(
        ValueError, match="The refunds of all 1 customers exceed their payments; nobody is left"
    ):
        rfm.rfm(REFUNDED[:3], "2024-02-01", refunds="drop")


# Scaling

TABLE = pd.DataFrame({"recency": [1.0, 2.0, 9.0, 4.0], "monetary": [5.0, 5.0, 7.0, 1.0]}, index=list("abcd"))


@pytest.mark.parametrize(
    ("how", "recency"),
    [
        ("none", [1, 2, 9, 4]),
        ("centre", [-3, -2, 5, 0]),
        ("zscore", np.array([-3, -2, 5, 0]) / np.sqrt(9.5)),  # variance (9 + 4 + 25 + 0) / 4
        ("minmax", [0, 0.125, 1, 0.375]),
        ("robust", np.array([-2, -1, 6, 1]) / 3.5),  # median 3, quartiles 1.75 and 5.25
        ("rank", [0.125, 0.375, 0.875, 0.625]),
        ("log1p", np.log([2, 3, 10, 5])),
    ],
)
def test_scale_by_hand(how, recency):
    np.testing.assert_allclose(rfm.scale(TABLE, how)["recency"], recency)


def test_log_zscore_is_the_zscore_of_the_logarithm():
    pd.testing.assert_frame_equal(rfm.scale(TABLE, "log_zscore"), rfm.scale(rfm.scale(TABLE, "log1p")))


def test_the_logarithm_of_a_negative_sum_keeps_its_sign():
    net = pd.DataFrame({"monetary": [-(np.e - 1), 0.0, np.e - 1, np.e**2 - 1]})
    np.testing.assert_allclose(rfm.scale(net, "log1p")["monetary"], [-1, 0, 1, 2], atol=1e-15)
    assert rfm.scale(net[1:], "log1p").equals(np.log1p(net[1:]))  # as it was, to the last digit
    turned = rfm.scale(-net, "log_zscore")
    np.testing.assert_allclose(turned, -rfm.scale(net, "log_zscore"), atol=1e-15)


@pytest.mark.parametrize(
    ("how", "left"),
    [
        ("zscore", ["recency", "mostly"]),
        ("robust", ["recency"]),
        ("rank", ["recency", "mostly"]),
        ("none", ["recency", "mostly"]),
    ],
)
def test_what_cannot_be_scaled_is_left_out_and_named(how, left):
    table = pd.DataFrame({"recency": [1.0, 2.0, 9.0, 4.0, 5.0], "once": 1.0, "mostly": [3.0] * 4 + [7.0]})
    kept, why = rfm.with_spread(table, how)
    assert list(kept) == left
    assert why["once"] == "once is 1 for every customer and tells nothing"
    if how == "robust":
        assert why["mostly"] == (
            "mostly is the same for the middle half of the customers (3), so that 'robust' cannot scale it"
        )
    rfm.scale(kept, how)
    assert kept.equals(table[left])


def test_a_table_without_any_spread_is_refused():
    with pytest.raises(
        ValueError, match="No indicator differs between customers: once is 1 for every customer"
    ):
        rfm.with_spread(pd.DataFrame({"once": [1, 1]}))


def test_ranks_share_ties():
    assert rfm.scale(TABLE, "rank")["monetary"].tolist() == [0.5, 0.5, 0.875, 0.125]


numbers = st.lists(st.integers(-1000, 1000), min_size=4, max_size=30, unique=True)
factors = st.floats(0.01, 100)


@given(numbers, factors)
def test_a_weight_before_scaling_cancels(values, weight):
    X = pd.DataFrame({"x": values})
    for how in ("zscore", "minmax", "robust", "rank"):
        np.testing.assert_allclose(rfm.scale(weight * X, how), rfm.scale(X, how), atol=1e-9)


def test_a_weight_before_centring_or_log_stays():
    for how in ("centre", "log1p", "none"):
        assert np.abs(rfm.scale(0.5 * TABLE, how) - rfm.scale(TABLE, how)).max(axis=None) > 0.1


@pytest.mark.parametrize("how", ["zscore", "minmax", "robust", "log_zscore"])
def test_columns_without_spread_are_refused(how):
    flat = TABLE.iloc[:3].assign(monetary=0.1)  # whose standard deviation comes out as 1e-17, not 0
    with pytest.raises(ValueError, match="Column 'monetary' has no spread"):
        rfm.scale(flat, how)


@pytest.mark.parametrize(
    ("X", "how", "message"),
    [
        (TABLE, "z", "how must be one of 'none', .*, not 'z'"),
        (
            TABLE.assign(recency=[1, 2, np.nan, 4]),
            "zscore",
            "X must be finite, without NaN or inf: row 'c', column 'recency' is nan",
        ),
        (
            TABLE.assign(recency=[1, 2, np.inf, 4]),
            "none",
            "X must be finite, without NaN or inf: row 'c', column 'recency' is inf",
        ),
        (
            TABLE.assign(monetary="x"),
            "zscore",
            "X must hold numbers only, .*row 'a', column 'monetary' is 'x'",
        ),
        (TABLE.iloc[:0], "zscore", "at least one row"),
    ],
)
def test_tables_that_cannot_be_scaled_are_refused(X, how, message):
    with pytest.raises(ValueError, match=message):
        rfm.scale(X, how)


def test_a_weight_acts_on_the_variance_as_its_square():
    # .221, .341, .439 squared and normalised: .136, .325, .539
    Z = rfm.scale(pd.DataFrame({"f": [1, 2, 4], "r": [3, 1, 1], "m": [5, 9, 2]}))
    share = rfm.variance_share(Z * [0.221, 0.341, 0.439])
    assert share.round(3).tolist() == [0.136, 0.325, 0.539]


def test_variance_share_refuses_a_constant_table():
    with pytest.raises(ValueError, match="No column varies"):
        rfm.variance_share(pd.DataFrame({"a": [1, 1]}))


# Value score


def test_value_score_by_hand_whatever_the_order_of_weights():
    Z = pd.DataFrame({"recency": [2.0], "frequency": [1.0], "monetary": [-1.0]})
    expected = -0.341 * 2 + 0.221 * 1 - 0.439 * 1
    for weights in (
        [0.341, 0.221, 0.439],
        {"frequency": 0.221, "monetary": 0.439, "recency": 0.341},
        pd.Series({"monetary": 0.439, "recency": 0.341, "frequency": 0.221}),
    ):
        assert rfm.value_score(Z, weights).tolist() == [pytest.approx(expected)]
    assert rfm.value_score(Z, weights).attrs["weights_sum"] == pytest.approx(1.001)


def test_value_score_with_recency_not_turned():
    Z = pd.DataFrame({"recency": [2.0], "monetary": [-1.0]})
    score = rfm.value_score(Z, [0.5, 0.5], direction={"recency": 1, "monetary": 1})
    assert score.tolist() == [0.5]


@pytest.mark.parametrize(
    ("weights", "direction", "message"),
    [
        ([0.5, 0.6], None, "weights must sum to 1 .*not 1.1; divide them by their sum"),
        ([1.5, -0.5], None, "weights must be finite and not negative: that of 'monetary' is -0.5"),
        ([np.nan, 1], None, "weights must be finite and not negative: that of 'recency' is nan"),
        ([1.0], None, r"weights has shape \(1,\); allowed is \(2,\)"),
        (
            {"recency": 0.5, "value": 0.5},
            None,
            "weights names 'value', which is unknown. Known: 'recency', 'monetary'",
        ),
        ([0.5, 0.5], {"recency": -1}, "direction has no entry for 'monetary'"),
        ([0.5, 0.5], {"recency": -1, "monetary": 2}, "direction\\['monetary'\\] is 2; allowed are 1"),
    ],
)
def test_weights_that_do_not_fit_are_refused(weights, direction, message):
    with pytest.raises(ValueError, match=message):
        rfm.value_score(TABLE, weights, direction=direction)


# Scores


def test_quintiles_of_ten_by_hand():
    frame = pd.DataFrame({"recency": range(10), "monetary": range(10)})
    scores = rfm.scores(frame)
    assert scores["monetary"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores["recency"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_ties_go_together_where_their_middle_rank_falls():
    # four twos hold ranks 3…6, middle 4.5, (4.5 − ½)/10 = .4 of the way, so the end of the second fifth
    scores = rfm.scores(pd.DataFrame({"frequency": [0, 1, 2, 2, 2, 2, 3, 4, 5, 6]}))
    assert scores["frequency"].tolist() == [1, 1, 2, 2, 2, 2, 4, 4, 5, 5]


def test_the_worst_value_scores_one_and_the_best_the_most_however_many_share_it():
    table = pd.DataFrame({"frequency": [1] * 8 + [2, 3], "recency": [9, 30] + [1] * 8, "monetary": 5})
    scores = rfm.scores(table)
    assert scores["frequency"].tolist() == [1] * 8 + [5, 5]
    assert scores["recency"].tolist() == [1, 1] + [5] * 8
    assert set(scores["monetary"]) == {3}, "nobody is better or worse"


def test_fixed_cuts_by_hand():
    frame = pd.DataFrame({"recency": [10, 30, 31, 400], "monetary": [99.9, 100, 500, 50]})
    scores = rfm.scores(frame, "fixed", cuts={"recency": [30, 90], "monetary": [100, 500]})
    assert scores["recency"].tolist() == [3, 3, 2, 1]
    assert scores["monetary"].tolist() == [1, 2, 3, 1]


def test_nested_bins_by_hand_after_hughes():
    # halves of recency first; then halves of frequency inside each half
    frame = pd.DataFrame({"recency": [1, 2, 3, 4], "frequency": [10, 9, 2, 1]})
    assert rfm.scores(frame, "nested", n_bins=2).to_numpy().tolist() == [[2, 2], [2, 1], [1, 2], [1, 1]]
    assert rfm.scores(frame, n_bins=2).to_numpy().tolist() == [[2, 2], [2, 2], [1, 1], [1, 1]]


def test_nested_bins_of_the_third_column_lie_inside_both_others():
    frame = pd.DataFrame(
        [(a, b, 10 * a + c) for a in (0, 1) for b in (0, 1) for c in (1, 2)], columns=[*"abc"]
    )
    nested = rfm.scores(frame, "nested", n_bins=2, direction=dict.fromkeys("abc", 1))
    assert nested["c"].tolist() == [1, 2] * 4


tables = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=1, max_size=40).map(
    lambda rows: pd.DataFrame(rows, columns=["recency", "frequency"])
)


@given(tables, st.integers(2, 6), st.sampled_from(["quantile", "nested"]))
def test_scores_never_split_ties_and_follow_the_order(frame, n_bins, how):
    scores = rfm.scores(frame, how, n_bins=n_bins)
    assert scores.min(axis=None) >= 1
    assert scores.max(axis=None) <= n_bins
    assert (scores.groupby([frame["recency"], frame["frequency"]]).nunique() == 1).all(axis=None)
    by_recency = scores["recency"].groupby(frame["recency"])
    assert (by_recency.nunique() == 1).all()
    assert by_recency.first().is_monotonic_decreasing
    if how == "nested":
        for _, part in frame.groupby(scores["recency"]):
            ordered = scores["frequency"][part.sort_values("frequency").index]
            assert ordered.is_monotonic_increasing


@given(st.integers(1, 8), st.integers(2, 6))
def test_without_ties_the_bins_are_equal(per_bin, n_bins):
    scores = rfm.scores(pd.DataFrame({"monetary": range(per_bin * n_bins)}), n_bins=n_bins)
    assert (scores["monetary"].value_counts() == per_bin).all()
    assert scores["monetary"].nunique() == n_bins


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"how": "quintile"}, "how must be one of 'quantile', 'fixed', 'nested'"),
        ({"n_bins": 1}, "n_bins is 1; allowed are whole numbers from 2"),
        ({"how": "fixed"}, "cuts belong to how='fixed'"),
        ({"cuts": {"recency": [1]}}, "cuts belong to how='fixed'"),
        (
            {"how": "fixed", "cuts": {"recency": [1]}},
            "cuts must name the columns 'recency', 'monetary', not 'recency'",
        ),
        (
            {"how": "fixed", "cuts": {"recency": [2, 1], "monetary": [1]}},
            "cuts of 'recency' must be finite and not decreasing",
        ),
        ({"how": "fixed", "cuts": {"recency": [], "monetary": [1]}}, "cuts of 'recency'"),
        ({"direction": {"recency": -1}}, "direction has no entry for 'monetary'"),
    ],
)
def test_scores_refuse_what_makes_no_sense(arguments, message):
    with pytest.raises(ValueError, match=message):
        rfm.scores(TABLE, **arguments)
