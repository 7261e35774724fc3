import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import events
from workbench.data.standin import bank_app_kmeans as surrogate_bank

WEEK = {"observation_start": "2024-03-04", "observation_end": "2024-03-11"}


def logged(*rows):
    """A log from rows of customer, time, type, source, item; times without a date are of 4 March."""
    times = [time if time is None or len(time) > 8 else f"2024-03-04 {time}" for _, time, *_ in rows]
    log = pd.DataFrame([[who, *rest] for who, _, *rest in rows], dtype="str")
    log.columns = ["customer_id", "event_type", "source", "item"]
    log.insert(1, "event_time", pd.to_datetime(pd.Series(times), format="ISO8601").astype("datetime64[us]"))
    return log


# Each row breaks the rule beside it, if any; rows may break a later rule too, and count for the first.
BY_HAND = [
    (None, "09:00:00", "click", None, None, "missing customer"),
    (None, None, "crash", None, None, "missing customer"),
    ("ann", None, "crash", None, None, "missing time"),
    ("ann", "2024-03-03 23:59:58", "crash", None, None, "outside window"),
    ("ann", "2024-03-03 23:59:59", "news_view", None, "a", "outside window"),  # so the next is no repeat
    ("ann", "2024-03-11", "news_view", None, "a", "outside window"),  # the very end
    ("ann", "2024-03-04", "news_view", None, "a", None),  # the very start
    ("ann", "09:00:00", "crash", None, None, "unknown event type"),
    ("bob", "09:00:00", None, None, None, "unknown event type"),
    ("bob", "09:00:00", "app_launch", "icon", None, None),
    ("bob", "09:00:00", "app_launch", "icon", None, "exact duplicate"),
    ("bob", "09:00:00", "app_launch", "push", None, "repeated click"),
    ("bob", "09:00:02", "app_launch", "push", None, "repeated click"),
    (
        "bob",
        "09:00:04",
        "app_launch",
        "icon",
        None,
        "repeated click",
    ),  # 4 s after the first, 2 s after the last
    ("bob", "09:00:07", "app_launch", "icon", None, None),
    ("bob", "09:01:00", "account_message", None, None, None),
    ("bob", "09:01:01", "account_message", None, None, None),  # received, not clicked
    ("bob", "09:01:01", "account_message", None, None, "exact duplicate"),
    ("bob", "09:02:00", "click", None, "logo", "non-core event"),
    ("bob", "09:02:01", "click", None, "logo", "repeated click"),
    ("bob", "10:00:00", "function_visit", None, "transfer", None),
    ("bob", "10:00:01", "function_visit", None, "bills", None),  # another function
    ("ann", "10:00:01", "function_visit", None, "bills", None),  # another customer
    ("bob", "10:00:03", "function_visit", None, "transfer", None),  # 3 s later
    ("bob", "10:00:10", "function_visit", None, "gold", "rare function"),
    ("bob", "10:00:20", "function_visit", None, None, None),  # names no function
]


def test_every_rule_by_hand():
    log = logged(*(row[:5] for row in BY_HAND))
    kept, ledger = events.clean(log, **WEEK, min_function_share=0.25)
    expected = pd.Series([row[5] for row in BY_HAND])
    pd.testing.assert_frame_equal(kept.sort_index(), log[expected.isna()])
    counts = expected.value_counts().reindex(list(events.RULES))
    assert ledger["rows_dropped"].to_dict() == counts.to_dict()
    assert ledger["rows_left"].tolist() == (len(log) - counts.cumsum()).tolist()
    assert ledger["customers_touched"].tolist() == [0, 1, 1, 2, 1, 1, 1, 1]
    assert ledger.loc["rare function", "why"].endswith("functions with less than 0.25 of all visits: gold")
    assert (
        ledger.loc["outside window", "why"] == "before 2024-03-04 00:00:00 or not before 2024-03-11 00:00:00"
    )


def test_a_function_at_the_very_share_is_not_rare():
    log = logged(*(("a", f"10:00:{i}0", "function_visit", None, "fgff"[i]) for i in range(4)))
    assert events.clean(log, **WEEK, min_function_share=0.25)[1].loc["rare function", "rows_dropped"] == 0
    assert events.clean(log, **WEEK, min_function_share=0.26)[1].loc["rare function", "rows_dropped"] == 1


def test_rules_can_be_turned_off():
    log = logged(*(row[:5] for row in BY_HAND))
    _, ledger = events.clean(log, **WEEK, repeat_seconds=0, noncore=[], min_function_share=0)
    dropped = ledger["rows_dropped"]
    assert dropped["repeated click"] == 1  # icon and push at the very same time
    assert dropped["non-core event"] == dropped["rare function"] == 0
    assert ledger.loc["non-core event", "why"] == "type none"


def test_nothing_is_left_but_the_ledger_says_why():
    log = logged((None, "09:00:00", "click", None, None))
    kept, ledger = events.clean(log, **WEEK)
    assert len(kept) == 0
    assert ledger["rows_dropped"].sum() == 1


def test_source_and_item_may_be_absent():
    log = logged(("a", "09:00:00", "app_launch", None, None), ("a", "09:00:05", "function_visit", None, None))
    kept, _ = events.clean(log.drop(columns=["source", "item"]), **WEEK)
    assert list(kept.columns) == list(log.columns)
    table = events.indicators(log.drop(columns=["source", "item"]), **WEEK)
    assert table.loc["a", ["actions", "push_launch_share"]].tolist() == [2, 0]
    assert table.attrs["counts"]["launches_without_source"] == 1


@pytest.mark.parametrize("dtype", ["category", object])
def test_texts_of_other_pandas_types_give_the_same(dtype):
    log = logged(*(row[:5] for row in BY_HAND))
    other = log.astype(dict.fromkeys(log.columns.drop("event_time"), dtype))
    kept, ledger = events.clean(other, **WEEK, min_function_share=0.25)
    expected, expected_ledger = events.clean(log, **WEEK, min_function_share=0.25)
    pd.testing.assert_frame_equal(ledger, expected_ledger)
    pd.testing.assert_frame_equal(events.indicators(kept, **WEEK), events.indicators(expected, **WEEK))


def test_whole_number_ids_and_functions_and_dates_without_time():
    log = pd.DataFrame({"customer_id": [10, 9], "event_type": "function_visit", "item": [1, 2]})
    log = pa.Table.from_pandas(log.assign(event_time=dt.date(2024, 3, 5)))
    kept, ledger = events.clean(log, **WEEK)
    assert ledger["rows_dropped"].sum() == 0
    assert events.indicators(kept, **WEEK)["function_visits"].to_dict() == {9: 1, 10: 1}


# --- a plain slow reference -----------------------------------------------------------------------------


def slow_clean(rows, seconds, noncore, share):
    """One rule after another, a row at a time; gives the rows dropped by each rule."""
    dropped = dict.fromkeys(events.RULES, 0)

    def keep_unless(rule, bad):
        kept = [row for row in rows if not bad(row)]
        dropped[rule] += len(rows) - len(kept)
        return kept

    start, end = (pd.Timestamp(day) for day in WEEK.values())
    rows = keep_unless("missing customer", lambda r: r[0] is None)
    rows = keep_unless("missing time", lambda r: r[1] is None)
    rows = keep_unless("outside window", lambda r: not start <= r[1] < end)
    rows = keep_unless("unknown event type", lambda r: r[2] not in events.EVENT_TYPES)
    dropped["exact duplicate"] = len(rows) - len(set(rows))
    rows = sorted(set(rows), key=lambda r: (r[0], r[2], r[4] or "", r[1], r[3] or ""))
    first, before = [], None
    for row in rows:
        same = before is not None and (before[0], before[2], before[4]) == (row[0], row[2], row[4])
        soon = same and row[1] - before[1] <= dt.timedelta(seconds=seconds)
        if soon and row[2] in events.INITIATED:
            dropped["repeated click"] += 1
        else:
            first.append(row)
        before = row
    rows = first
    rows = keep_unless("non-core event", lambda r: r[2] in noncore)
    visited = [r[4] for r in rows if r[2] == "function_visit" and r[4] is not None]
    rare = {f for f in visited if visited.count(f) < share * len(visited)}
    rows = keep_unless("rare function", lambda r: r[2] == "function_visit" and r[4] in rare)
    return rows, dropped


TIMES = st.none() | st.integers(-3, 12).map(lambda s: pd.Timestamp("2024-03-04") + pd.Timedelta(seconds=s))
ROWS = st.tuples(
    st.sampled_from([None, "a", "b"]),
    TIMES,
    st.sampled_from(["app_launch", "function_visit", "account_message", "click", "odd"]),
    st.sampled_from([None, "icon", "push"]),
    st.sampled_from([None, "f", "g"]),
)


@settings(max_examples=50)
@given(
    st.lists(ROWS, min_size=1, max_size=40),
    st.sampled_from([0, 1, 2.5]),
    st.sampled_from([(), ("click", "app_launch")]),
    st.sampled_from([0, 0.3, 0.5, 1]),
)
def test_rows_and_ledger_are_those_of_the_plain_reference(rows, seconds, noncore, share):
    rows = [
        *rows,
        ("a", pd.Timestamp("2024-03-05"), "news_view", None, None),
    ]  # a log of odd types is refused
    log = pd.DataFrame(rows, columns=["customer_id", "event_time", "event_type", "source", "item"])
    log = log.astype(
        {"event_time": "datetime64[us]"} | dict.fromkeys(["customer_id", "source", "item"], "str")
    )
    kept, ledger = events.clean(
        log, **WEEK, repeat_seconds=seconds, noncore=noncore, min_function_share=share
    )
    expected, dropped = slow_clean(rows, seconds, noncore, share)
    assert ledger["rows_dropped"].to_dict() == dropped
    assert ledger["rows_dropped"].sum() == len(log) - len(kept)
    plain = [tuple(None if pd.isna(v) else v for v in row) for row in kept.itertuples(index=False)]
    assert sorted(plain, key=repr) == sorted(expected, key=repr)


def slow_indicators(log):
    """A row at a time, for a clean log inside the window."""
    tables = {}
    for row in log.itertuples(index=False):
        counts = tables.setdefault(row.customer_id, dict.fromkeys((*events.EVENT_TYPES, "push"), 0))
        counts[row.event_type] += 1
        counts["push"] += row.source == "push"
    return {
        customer: [
            sum(c[name] for name in events.INITIATED),
            c["app_launch"],
            c["account_message"],
            c["push"] / c["app_launch"] if c["app_launch"] else 0.0,
            c["tab_switch"],
            c["function_visit"],
            c["news_message"],
            c["news_view"],
        ]
        for customer, c in tables.items()
    }


def test_indicators_are_those_of_the_plain_reference():
    kept, _ = events.clean(surrogate_bank.bank_app_log(40, random_state=3)[0], **WEEK)
    table = events.indicators(kept, **WEEK)
    assert tuple(table.columns) == events.INDICATORS
    assert table.index.is_monotonic_increasing
    expected = slow_indicators(kept)
    assert set(expected) == set(table.index)
    for customer, row in table.iterrows():
        assert row.tolist() == expected[customer]


def test_actions_are_what_the_customer_does():
    kept, _ = events.clean(surrogate_bank.bank_app_log(40, random_state=3)[0], **WEEK)
    table = events.indicators(kept, **WEEK)
    parts = ["app_launches", "tab_switches", "function_visits", "news_views"]
    assert (table["actions"] == table[parts].sum(axis=1)).all()
    with_clicks, _ = events.clean(surrogate_bank.bank_app_log(40, random_state=3)[0], **WEEK, noncore=())
    more = events.indicators(with_clicks, **WEEK)["actions"].sum() - table["actions"].sum()
    assert more == (with_clicks["event_type"] == "click").sum() > 0


LAUNCHES = [
    ("ann", "09:00:00", "app_launch", "push", None),
    ("ann", "10:00:00", "app_launch", "icon", None),
    ("ann", "11:00:00", "app_launch", None, None),
    ("ann", "12:00:00", "news_view", "push", None),
    ("bob", "09:00:00", "news_message", None, None),
    ("cid", "2024-03-11", "app_launch", "push", None),
]


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0.0), (0.5, 0.5), (None, np.nan)])
def test_share_of_a_customer_who_never_launched(share, expected):
    table = events.indicators(logged(*LAUNCHES), **WEEK, no_launch_share=share)
    np.testing.assert_array_equal(table["push_launch_share"].to_numpy(), [1 / 3, expected])
    assert table.attrs["counts"] == {
        "rows_outside_window": 1,
        "customers_outside_window": 1,
        "customers_without_launch": 1,
        "launches_without_source": 1,
    }


def test_one_log_serves_two_windows():
    log = logged(*LAUNCHES)
    second = events.indicators(log, observation_start="2024-03-11", observation_end="2024-03-18")
    assert second["app_launches"].to_dict() == {"cid": 1}


# --- back ends ------------------------------------------------------------------------------------------

FORMS = {
    "polars": pl.from_pandas,
    "polars lazy": lambda log: pl.from_pandas(log).lazy(),
    "pyarrow": pa.Table.from_pandas,
    "duckdb": lambda log: duckdb.from_df(log),
    "pandas arrow": lambda log: log.convert_dtypes(dtype_backend="pyarrow"),
}


@pytest.mark.parametrize("form", FORMS)
def test_back_ends_agree(form):
    log = surrogate_bank.bank_app_log(60, random_state=5)[0]
    expected_kept, expected_ledger = events.clean(log, **WEEK)
    assert (expected_ledger["rows_dropped"] > 0).all()
    kept, ledger = events.clean(FORMS[form](log), **WEEK)
    pd.testing.assert_frame_equal(ledger, expected_ledger)
    table, expected = events.indicators(kept, **WEEK), events.indicators(expected_kept, **WEEK)
    pd.testing.assert_frame_equal(table, expected)
    assert table.attrs == expected.attrs


def test_what_is_kept_comes_back_in_the_form_it_came():
    log = surrogate_bank.bank_app_log(10, random_state=5)[0]
    forms = {"polars": pl.DataFrame, "polars lazy": pl.LazyFrame, "pyarrow": pd.DataFrame}
    forms["duckdb"] = duckdb.DuckDBPyRelation
    for form, kind in forms.items():
        assert isinstance(events.clean(FORMS[form](log), **WEEK)[0], kind), form


# --- refusals -------------------------------------------------------------------------------------------

ONE = logged(("ann", "09:00:00", "news_view", None, "a"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"repeat_seconds": -1}, "repeat_seconds is -1; allowed is a finite number, at least 0"),
        ({"repeat_seconds": np.nan}, "repeat_seconds is nan; allowed is a finite number, at least 0"),
        ({"noncore": "click"}, "noncore must list event types, such as \\['click'\\], not 'click'"),
        ({"noncore": ["clicks"]}, r"Unknown event type 'clicks' in noncore; did you mean 'click'"),
        (
            {"min_function_share": 1.5},
            r"min_function_share is 1.5; allowed is a finite number, at least 0 and at most 1",
        ),
        ({"observation_end": "2024-03-04"}, "observation_start 2024-03-04 .* must lie before"),
        ({"observation_start": None}, "observation_start must be a date such as '2024-01-31'.*not None"),
        ({"observation_end": "2024-03-11T00:00+08:00"}, "observation_end must be a date .*without time zone"),
    ],
)
def test_arguments_out_of_range_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        events.clean(ONE, **(WEEK | change))


@pytest.mark.parametrize("function", [events.clean, events.indicators])
@pytest.mark.parametrize(
    ("log", "message"),
    [
        (ONE.iloc[:0], "log has no rows"),
        (
            ONE.drop(columns="event_type"),
            "log lacks the column 'event_type'. Columns: 'customer_id'",
        ),
        (ONE.astype({"event_time": "str"}), "event_time must hold dates or times, not String; data.load"),
        (ONE.assign(event_time=ONE["event_time"].dt.tz_localize("UTC")), "carries the time zone UTC"),
    ],
)
def test_unusable_logs_are_refused(function, log, message):
    with pytest.raises(ValueError, match=message):
        function(log, **WEEK)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((None, "09:00:00", "news_view", None, None), "customer_id is missing in some rows; clean"),
        (("bob", None, "news_view", None, None), "event_time is missing in 1 rows, e.g. of customer 'bob'"),
        (
            ("bob", "09:00:00", "odd", None, None),
            "event_type is unknown or missing in 1 rows, .*'bob'; clean",
        ),
        (("bob", "09:00:00", None, None, None), "event_type is unknown or missing in 1 rows"),
    ],
)
def test_indicators_refuse_a_log_that_is_not_clean(row, message):
    with pytest.raises(ValueError, match=message):
        events.indicators(pd.concat([ONE, logged(row)]), **WEEK)


def test_indicators_refuse_an_empty_window_and_an_impossible_share():
    with pytest.raises(ValueError, match=r"No event in \[2025-01-01 .*move the window"):
        events.indicators(ONE, observation_start="2025-01-01", observation_end="2025-01-08")
    with pytest.raises(
        ValueError,
        match=r"no_launch_share, unless None, is 2; allowed is a finite number, at least 0 and at most 1",
    ):
        events.indicators(ONE, **WEEK, no_launch_share=2)


# Event types of other apps


GA4 = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "b", "b"],
        "event_time": pd.to_datetime([f"2024-03-0{day} 10:00" for day in (5, 6, 5, 6, 7)]),
        "event_type": ["session_start", "screen_view", "screen_view", "notification_open", "app_launch"],
    }
)
WEEK = {"observation_start": "2024-03-04", "observation_end": "2024-03-11"}
KINDS = {"session_start": "app_launch", "screen_view": "function_visit"}


@pytest.mark.parametrize("make", [lambda d: d, pl.from_pandas, lambda d: pl.from_pandas(d).lazy(), pa.Table.from_pandas,
                                  lambda d: duckdb.sql("select * from d")])  # fmt: skip
def test_types_of_another_app_are_mapped_on_every_back_end(make):
    kept, ledger = events.clean(make(GA4), **WEEK, event_kinds=KINDS)
    assert ledger.loc["unknown event type", "rows_dropped"] == 1  # notification_open
    table = events.indicators(kept, **WEEK)
    assert table[["app_launches", "function_visits"]].to_dict("index") == {
        "a": {"app_launches": 1, "function_visits": 1},
        "b": {"app_launches": 1, "function_visits": 1},
    }


def test_a_swap_of_types_is_one_step():
    log = GA4.assign(event_type=["app_launch", "news_view", "news_view", "news_view", "app_launch"])
    kept, _ = events.clean(log, **WEEK, event_kinds={"app_launch": "news_view", "news_view": "app_launch"})
    assert events.indicators(kept, **WEEK)[["app_launches", "news_views"]].sum().tolist() == [3, 2]


def test_a_log_of_unknown_types_lists_them_and_offers_the_mapping():
    with pytest.raises(ValueError, match=r"\ANo event type of the log is known\. Types: 'screen_view' 2, "
                       r"'notification_open' 1, 'session_start' 1\. Say in event_kinds which of them is which of "
                       r"app_launch, .*\Z"):  # fmt: skip
        events.clean(GA4[:4], **WEEK)
    for known in (
        GA4,
        GA4.assign(event_time=GA4["event_time"].mask(GA4.index == 4, pd.Timestamp("2025-01-01"))),
    ):
        _, ledger = events.clean(known, **WEEK)  # one known type is enough, be it outside the window
        assert ledger.loc["unknown event type", "rows_dropped"] == 4


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (
            {"screen_views": "news_view"},
            "no event has the type 'screen_views'; did you mean 'screen_view'.*: 'screen_",
        ),
        ({"screen_view": "visit"}, "Unknown event type 'visit' for 'screen_view' in event_kinds"),
    ],
)
def test_mappings_that_do_not_fit_are_refused(kinds, message):
    with pytest.raises(ValueError, match=message):
        events.clean(GA4, **WEEK, event_kinds=kinds)
