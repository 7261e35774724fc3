"""Any event log: what is left out by which rule, and what is counted."""

import pandas as pd
import pytest

from workbench import events, segments

WINDOW = {"observation_start": "2024-01-01", "observation_end": "2024-02-01"}


def log(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "event_time", "event_type", "source"])
    return table.assign(event_time=pd.to_datetime(table["event_time"], format="mixed"))


LOG = log(
    ("a", "2024-01-05 09:00", "view", "ad"),
    ("a", "2024-01-05 09:10", "buy", None),
    ("a", "2024-01-05 11:00", "view", "direct"),
    ("a", "2024-01-05 11:00", "view", "direct"),  # to the letter
    ("b", "2024-01-06 09:00", "view", None),
    (None, "2024-01-06 09:00", "view", None),
    ("b", None, "view", None),
    ("b", "2024-03-06 09:00", "view", None),
    ("b", "2024-01-07 09:00", "ping", None),
)


def test_every_row_is_kept_or_dropped_by_one_rule():
    kept, ledger = events.tidy(LOG, **WINDOW, kinds={"ping": "", "buy": "orders"})
    assert ledger["rows_dropped"].to_dict() == {
        "no customer": 1, "no time": 1, "outside the window": 1, "left out by type": 1, "repeated": 1}  # fmt: skip
    assert len(kept) == len(LOG) - 5 == ledger["rows_left"].iloc[-1]
    assert kept["event_type"].tolist() == ["view", "orders", "view", "view"]


def test_events_days_sessions_and_their_sources_are_counted():
    kept, _ = events.tidy(LOG, **WINDOW, kinds={"ping": ""})
    table = events.behaviour(kept)
    assert table.loc["a"].to_dict() == {
        "buy": 1, "view": 2, "active days": 1, "sessions": 2, "share from ad": 0.5}  # fmt: skip
    assert table.loc["b", "share from ad"] == 0.5  # nothing is known of b's sessions: the mean of all
    assert table.attrs["notes"] == [
        "1 customers none of whose sessions says whence it came have the mean share"
    ]


def test_a_session_is_from_where_its_first_event_came():
    table = events.behaviour(log(
        ("a", "2024-01-05 09:00", "view", None), ("a", "2024-01-05 09:00", "view", "ad"),  # one moment
        ("a", "2024-01-05 09:05", "view", "direct"), ("b", "2024-01-06 09:00", "view", "direct"),
        ("b", "2024-01-06 09:05", "view", "ad"), ("c", "2024-01-06 09:00", "view", "ad"),
    ))  # fmt: skip
    assert table["share from ad"].to_dict() == {"a": 1, "b": 0, "c": 1}


def test_a_longer_pause_makes_fewer_sessions():
    kept, _ = events.tidy(LOG, **WINDOW)
    assert events.behaviour(kept, session_minutes=120).loc["a", "sessions"] == 1


def test_rare_types_are_counted_together():
    rows = [("a", f"2024-01-{1 + i % 28:02d} {i % 24:02d}:00", f"t{i // 2:02d}", None) for i in range(60)]
    kept, _ = events.tidy(log(*rows), **WINDOW)
    assert kept["event_type"].nunique() == 16
    assert "other events" in set(kept["event_type"])


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"kinds": {"by": "orders"}}, "kinds: no event has the type 'by'; did you mean 'buy'"),
        (
            {"observation_start": "2025-01-01", "observation_end": "2025-02-01"},
            "No event of the log counts: .* outside",
        ),
    ],
)
def test_what_leaves_nothing_to_count_is_refused(more, why):
    with pytest.raises(ValueError, match=why):
        events.tidy(LOG, **WINDOW | more)


def test_names_say_what_a_segment_has_most_and_least_of():
    centers = pd.DataFrame({"page_views": [9.0, 1.0, 5.0], "orders": [5.0, 5.0, 5.0]})
    names = segments.most_and_least(centers, pd.Series({"page_views": 5.0, "orders": 5.0}),
                                    pd.Series({"page_views": 2.0, "orders": 0.0}))  # fmt: skip
    assert names.tolist() == ["much page views", "little page views", "near the mean in all"]
