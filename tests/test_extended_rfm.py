import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import rfm
from workbench.data.standin import retail_cbr_grey as surrogate_retail
from workbench.rfm import scoring
from workbench.rfm.nine import KINDS

# Four months, 121 days (29 in February), to do by hand. Ann: January, February and April, so 3 of 4 months with
# 5 transactions. Bob has one withdrawal, whose sign the bank writes as minus, and a gift card, no kind of
# booking. Cid has nothing but interest, Dan nothing inside the window; Eve's is on its very start, Fay's on its end.
WINDOW = {"observation_start": "2024-01-01", "observation_end": "2024-05-01"}
ROWS = [
    ("ann", "2024-01-05", "deposit", 100.0),
    ("ann", "2024-01-05", "payment", 20.0),
    ("ann", "2024-02-29 12:00", "transfer", 30.0),
    ("ann", "2024-04-01", "deposit", 50.0),
    ("ann", "2024-04-11", "payment", 0.0),
    ("ann", "2024-03-31", "interest", 1.0),
    ("ann", "2024-04-30", "fee", 5.0),
    ("bob", "2024-03-02", "withdrawal", -40.0),
    ("bob", "2024-03-22", "gift card", 10.0),
    ("cid", "2024-03-31", "interest", 1.0),
    ("dan", "2023-12-31", "deposit", 9.0),
    ("eve", "2024-01-01", "deposit", 7.0),
    ("fay", "2024-05-01", "deposit", 7.0),
]
LOG = pd.DataFrame(ROWS, columns=["customer_id", "event_time", "event_type", "amount"])
LOG["event_time"] = pd.to_datetime(LOG["event_time"], format="ISO8601").astype("datetime64[us]")


def by_hand(log=LOG, **arguments):
    return rfm.extended_rfm(log, **(WINDOW | arguments))


def test_four_months_by_hand():
    table = by_hand()
    assert table.columns.tolist() == [name for names in rfm.GROUPS.values() for name in names]
    assert table.index.tolist() == ["ann", "bob", "eve"]
    # deposit 1 April: 30 days; transfers are transfers or payments, the last on 11 April: 20 days
    assert table.loc["ann"].tolist() == [30, 121, 20, 20, 5 / 3, 5, 3 / 4, 40, 200]
    assert table.loc["bob"].tolist() == [121, 60, 121, 40, 2, 2, 1 / 4, 25, 50]
    assert table.loc["eve"].tolist() == [121, 121, 121, 121, 1, 1, 1 / 4, 7, 7]
    assert table.attrs == {
        "counts": {
            "months": 4,
            "rows_outside_window": 2,
            "rows_excluded": 3,
            "customers_without_transaction": 3,
            "customers_without_deposit": 1,
            "customers_without_withdrawal": 2,
            "customers_without_transfer": 2,
        },
        "types": {"excluded": ["interest", "fee"], "not_found": [], "only_any": ["gift card"]},
    }


def test_without_exclusion_the_banks_own_bookings_count():
    table = by_hand(exclude=())
    assert table.loc["ann", ["days_since_any", "transactions", "share_of_months_active"]].tolist() == [
        1,
        7,
        1,
    ]
    assert "cid" in table.index
    assert table.attrs["types"]["only_any"] == ["fee", "gift card", "interest"]


def test_kinds_of_ones_own():
    kinds = {
        "deposit": "deposit",
        "gift card": "deposit",
        "transfer": "transfer",
    }
    table = by_hand(kinds=kinds)
    assert table["days_since_deposit"].tolist() == [30, 40, 121]
    assert table["days_since_withdrawal"].tolist() == [121] * 3
    assert table.loc["ann", "days_since_transfer"] == 61.5  # 29 February, noon
    assert table.attrs["counts"]["customers_without_withdrawal"] == 3
    assert table.attrs["types"]["only_any"] == ["payment", "withdrawal"]


def test_names_that_occur_outside_the_window_only_are_not_found():
    outside = LOG.assign(event_type=LOG["event_type"].where(LOG["customer_id"] != "fay", "cheque"))
    assert by_hand(outside, exclude=("cheque",)).attrs["types"]["not_found"] == ["cheque"]


def test_types_that_are_named_and_do_not_occur_are_refused_with_those_that_do():
    with pytest.raises(
        ValueError,
        match=r"\ANo booking is of the type 'fees', which is to be left out; did you mean 'fee'\? Types: '",
    ):
        by_hand(exclude=("fees", "interest"))
    with pytest.raises(
        ValueError, match="of the type 'cash', which is to be of a kind. Types: .*'gift card' "
    ):
        by_hand(kinds={"deposit": "deposit", "cash": "withdrawal"})


def test_the_default_excludes_what_occurs_and_is_no_kind():
    plain = LOG[~LOG["event_type"].isin(["interest", "fee"])]
    table = by_hand(plain)
    assert table.attrs["types"]["excluded"] == []
    assert table.equals(by_hand(plain, exclude=()))
    fees = by_hand(kinds={"fee": "withdrawal", "deposit": "deposit"})
    assert fees.attrs["types"]["excluded"] == ["interest"]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-01", "2024-05-01", 4),
        ("1998-01-01", "2004-01-01", 72),
        ("2024-01-31", "2024-03-01", 2),  # cuts January
        ("2024-01-15", "2024-03-01 00:00:01", 3),
        ("2023-12-31", "2024-01-01", 1),
    ],
)
def test_months_are_those_that_the_window_touches(start, end, months):
    log = pd.DataFrame({"customer_id": ["a"], "event_time": [pd.Timestamp(start)], "event_type": "deposit"})
    table = rfm.extended_rfm(log.assign(amount=1.0), end, observation_start=start)
    assert table.attrs["counts"]["months"] == months
    assert table.loc["a", "share_of_months_active"] == 1 / months


def test_dates_and_whole_amounts_are_accepted():
    log = pa.table(
        {
            "customer_id": [7],
            "event_time": [dt.date(2024, 1, 31)],
            "event_type": ["deposit"],
            "amount": [-3],
        }
    )
    assert by_hand(log).loc[7].tolist() == [91, 121, 121, 91, 1, 1, 1 / 4, 3, 3]


def test_every_indicator_has_its_direction():
    assert list(rfm.EXTENDED_DIRECTION) == by_hand().columns.tolist()
    smaller_is_better = [name for name, sign in rfm.EXTENDED_DIRECTION.items() if sign == -1]
    assert smaller_is_better == rfm.GROUPS["recency"]
    Z = rfm.scale(by_hand(), "rank")
    score = rfm.value_score(Z, np.full(9, 1 / 9), direction=rfm.EXTENDED_DIRECTION)
    assert score.idxmax() == "ann"


# Properties of any log whose types all belong to a kind, or are the bank's.

bookings = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(-9, 130).map(lambda day: pd.Timestamp("2024-01-01") + pd.Timedelta(days=day)),
        st.sampled_from(["deposit", "withdrawal", "transfer", "payment", "interest"]),
        st.integers(-900, 900).map(float),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=40)
@given(bookings, st.permutations(range(31)))
def test_dependencies_between_the_nine_and_order_of_rows(rows, order):
    rows = [*rows, ("a", pd.Timestamp("2024-02-01"), "payment", 5.0)]
    log = pd.DataFrame(rows, columns=LOG.columns)
    table = by_hand(log)
    recency = table[rfm.GROUPS["recency"]]
    assert (recency["days_since_any"] == recency.iloc[:, :3].min(axis=1)).all()
    assert recency.gt(0).all(axis=None)
    assert recency.le(121).all(axis=None)
    months = 4 * table["share_of_months_active"]
    np.testing.assert_allclose(months * table["transactions_per_active_month"], table["transactions"])
    np.testing.assert_allclose(table["mean_amount"] * table["transactions"], table["total_amount"])
    assert months.between(1, 4).all()
    assert (months % 1 == 0).all()
    pd.testing.assert_frame_equal(by_hand(log.iloc[[i for i in order if i < len(log)]]), table)


@settings(max_examples=40)
@given(bookings)
def test_neither_the_banks_bookings_nor_the_sign_matter(rows):
    rows = [*rows, ("a", pd.Timestamp("2024-02-01"), "payment", 5.0)]
    log = pd.DataFrame(rows, columns=LOG.columns)
    plain = log[log["event_type"] != "interest"].assign(amount=lambda d: d["amount"].abs())
    pd.testing.assert_frame_equal(by_hand(log), by_hand(plain))


def test_against_a_plain_pandas_reading_of_the_stand_in():
    log, segments, _ = surrogate_retail.retail_log(60, random_state=4)
    table = rfm.extended_rfm(log, "2004-01-01", observation_start="1998-01-01")
    made = log[~log["event_type"].isin(["interest", "fee"])]
    for customer, mine in made.groupby("customer_id"):
        month = mine["event_time"].dt.strftime("%Y-%m")
        expected = [len(mine) / month.nunique(), len(mine), month.nunique() / 72]
        expected += [mine["amount"].mean(), mine["amount"].sum()]
        np.testing.assert_allclose(table.loc[customer].iloc[4:], expected)
        for kind in ("deposit", "withdrawal", "transfer"):
            types = [name for name, its in KINDS.items() if its == kind]
            last = mine["event_time"][mine["event_type"].isin(types)].max()
            days = 2191 if pd.isna(last) else (pd.Timestamp("2004-01-01") - last).days
            assert table.loc[customer, f"days_since_{kind}"] == days
    assert len(table) == len(segments)


# Back ends


def back_ends(frame):
    duckdb.register("bookings", frame)
    return {
        "pandas": frame,
        "polars": pl.from_pandas(frame),
        "polars lazy": pl.from_pandas(frame).lazy(),
        "pyarrow": pa.Table.from_pandas(frame),
        "duckdb": duckdb.sql("select * from bookings"),
        "pandas arrow": frame.convert_dtypes(dtype_backend="pyarrow"),
        "pandas categories": frame.astype({"customer_id": "category", "event_type": "category"}),
        "pandas objects": frame.astype({"customer_id": object, "event_type": object}),
        "pandas nanoseconds": frame.astype({"event_time": "datetime64[ns]"}),
    }


BACK_ENDS = list(back_ends(LOG))


@pytest.fixture(scope="module")
def stand_in():
    return surrogate_retail.retail_log(80, random_state=3)[0]


@pytest.mark.parametrize("name", BACK_ENDS)
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"exclude": ()},
        {"kinds": {"deposit": "deposit", "transfer": "transfer"}},
    ],
)
def test_every_back_end_gives_the_same_table(stand_in, name, arguments):
    window = {"observation_start": "1999-02-01", "observation_end": "2003-07-01"}
    for log, where in ((LOG, WINDOW), (stand_in, window)):
        expected = rfm.extended_rfm(log, **where, **arguments)
        got = rfm.extended_rfm(back_ends(log)[name], **where, **arguments)
        pd.testing.assert_frame_equal(got, expected, rtol=1e-12)
        assert got.attrs == expected.attrs


@pytest.mark.parametrize("name", BACK_ENDS)
@pytest.mark.parametrize(
    ("column", "bad", "message"),
    [
        ("amount", None, "amount is missing or not finite in 1 rows, e.g. of customer 'bob'"),
        ("amount", np.inf, "amount is missing or not finite in 1 rows, e.g. of customer 'bob'"),
        ("event_time", None, "event_time is missing in 1 rows, e.g. of customer 'bob'"),
        ("event_type", None, "event_type is missing in 1 rows, e.g. of customer 'bob'"),
        ("customer_id", None, "customer_id is missing in some rows"),
    ],
)
def test_bad_values_are_refused_by_column_and_customer(name, column, bad, message):
    log = LOG.copy()
    log.loc[8, column] = bad
    with pytest.raises(ValueError, match=message):
        by_hand(back_ends(log)[name])


# Refusals


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d.drop(columns="event_type"),
            "transactions lacks the column 'event_type'. Columns: 'customer_id'",
        ),
        (lambda d: d.astype({"amount": "str"}), "amount must hold numbers, not String"),
        (lambda d: d.assign(event_type=1), "event_type must hold text, not Int64; cast it first"),
        (lambda d: d.astype({"event_time": "str"}), "event_time must hold dates or times, not String"),
        (lambda d: d.iloc[:0], "transactions has no rows"),
        (lambda d: d.iloc[9:11], r"No transaction in \[2024-01-01 .* move the window, or check event_time"),
    ],
)
def test_logs_that_cannot_be_counted_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        by_hand(change(LOG))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"observation_start": None}, "observation_start must be a date"),
        ({"observation_start": "2024-05-01"}, "must lie before observation_end"),
        ({"exclude": "fee"}, r"exclude must list booking types, such as \['fee'\], not 'fee'"),
        (
            {"kinds": {"cash": "deposits"}},
            "kind 'deposits' of type 'cash'; did you mean 'deposit'. Known: 'deposit', ",
        ),
        ({"kinds": {"fee": "transfer"}, "exclude": ["fee"]}, "'fee' is both excluded and a transfer"),
        (
            {"kinds": {"Deposit": "deposit", "atm": "withdrawal"}},
            "of the type 'Deposit', which is to be of a kind; did you mean 'deposit'. Types: ",
        ),
        (
            {"kinds": {"deposit": "deposit"}, "observation_start": "2024-04-02"},
            r"No transaction is of a type in kinds \(deposit\)\. Types in the log: .*Say in kinds",
        ),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        by_hand(**arguments)


# Normalisations of grey relational analysis, and one table scaled by another

TABLE = pd.DataFrame({"transactions": [2.0, 4.0, 6.0], "mean_amount": [5.0, 1.0, 9.0]}, index=list("abc"))
QUERY = pd.DataFrame({"mean_amount": [3.0, 11.0], "transactions": [8.0, 4.0]}, index=["q", "r"])


@pytest.mark.parametrize(
    ("how", "cases", "queries"),
    [
        ("initial", [1, 2, 3], [4, 2]),
        ("mean", [0.5, 1, 1.5], [2, 1]),
        ("minmax", [0, 0.5, 1], [1.5, 0.5]),
        ("zscore", np.array([-2, 0, 2]) / np.sqrt(8 / 3), np.array([4, 0]) / np.sqrt(8 / 3)),
        ("robust", [-1, 0, 1], [2, 0]),  # median 4, quartiles 3 and 5
        ("centre", [-2, 0, 2], [4, 0]),
        ("rank", [1 / 6, 1 / 2, 5 / 6], [1, 1 / 2]),
        ("log1p", np.log([3, 5, 7]), np.log([9, 5])),
        ("none", [2, 4, 6], [8, 4]),
    ],
)
def test_scaling_of_cases_and_of_queries_by_the_cases_by_hand(how, cases, queries):
    np.testing.assert_allclose(rfm.scale(TABLE, how)["transactions"], cases)
    scaled = rfm.scale(QUERY, how, reference=TABLE)
    np.testing.assert_allclose(scaled["transactions"], queries)
    assert scaled.columns.tolist() == QUERY.columns.tolist()
    assert scaled.index.tolist() == QUERY.index.tolist()


columns = st.lists(st.integers(1, 50), min_size=2, max_size=20).filter(lambda x: len(set(x)) > 3)


@given(columns, st.sampled_from(scoring.SCALINGS))
def test_a_table_scaled_by_itself_or_row_by_row_is_the_table_scaled(values, how):
    X = pd.DataFrame({"x": values})
    try:
        whole = rfm.scale(X, how)
    except ValueError:  # "robust" where the middle half is constant
        assert how == "robust"
        return
    pd.testing.assert_frame_equal(rfm.scale(X, how, reference=X), whole)
    rows = pd.concat([rfm.scale(X.iloc[[i]], how, reference=X) for i in range(len(X))])
    pd.testing.assert_frame_equal(rows, whole)


@given(columns, st.integers(1, 100), st.sampled_from(["initial", "mean"]))
def test_a_weight_before_dividing_cancels(values, weight, how):
    X = pd.DataFrame({"x": values})
    np.testing.assert_allclose(rfm.scale(weight * X, how), rfm.scale(X, how))


@pytest.mark.parametrize(
    ("X", "how", "message"),
    [
        (
            TABLE.assign(transactions=[0, 4, 6]),
            "initial",
            "transactions of the first row, 'a', is 0; 'initial' divides",
        ),
        (
            TABLE.assign(transactions=[-1, 4, 6]),
            "initial",
            "transactions of the first row, 'a', is -1; .*more than 0",
        ),
        (TABLE.assign(transactions=[-3, 1, 2]), "mean", "transactions mean is 0; 'mean' divides"),
        (rfm.scale(TABLE), "mean", "transactions mean is .*; 'mean' divides by it and needs more than 0"),
        (TABLE * 0, "mean", "transactions mean is 0"),
    ],
)
def test_nothing_to_divide_by_is_refused_by_column_and_row(X, how, message):
    with pytest.raises(ValueError, match=message):
        rfm.scale(X, how)


def test_a_first_row_of_the_queries_may_be_zero_but_not_that_of_the_cases():
    zero = TABLE.assign(transactions=[0, 4, 6])
    assert rfm.scale(zero, "initial", reference=TABLE)["transactions"].tolist() == [0, 2, 3]
    with pytest.raises(ValueError, match="transactions of the first row, 'a', is 0"):
        rfm.scale(TABLE, "initial", reference=zero)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (TABLE[["transactions"]], "reference must have the columns 'transactions', 'mean_amount', not"),
        (TABLE.assign(extra=1), "reference must have the columns"),
        (
            TABLE.assign(transactions=[1, np.nan, 2]),
            "reference must be finite, without NaN or inf: row 'b', column 'transactions' is nan",
        ),
        (TABLE.iloc[:0], "at least one row"),
        (TABLE.iloc[[0, 0]], "Column 'transactions' has no spread under 'minmax'"),
    ],
)
def test_references_that_do_not_fit_are_refused(reference, message):
    with pytest.raises(ValueError, match=message):
        rfm.scale(TABLE, "minmax", reference=reference)


def test_what_was_counted_and_left_out_is_said_in_a_line():
    log, *_ = surrogate_retail.retail_log(40, random_state=6)
    table = rfm.extended_rfm(
        log, "2004-01-01", observation_start="1998-01-01", exclude=["fee"], kinds={"deposit": "deposit"}
    )
    said = dict(part.split(": ") for part in rfm.extended_remarks(table).removesuffix(".").split("; "))
    assert said["months"] == "72"
    assert said["rows excluded"] == f"{(log['event_type'] == 'fee').sum():,}"
    assert said["types left out"] == "fee"
    assert said["types of no kind"] == "interest, payment, transfer, withdrawal"
    assert said["not in the data"] == "none"


def test_every_indicator_has_a_name_for_readers():
    assert [*rfm.EXTENDED_NAMES] == [name for names in rfm.GROUPS.values() for name in names]
    assert len({*rfm.EXTENDED_NAMES.values()}) == 9
