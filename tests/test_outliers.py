import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from workbench import events

# Median 3, MAD 1, so the fence is 3 ± 3.5 × 1.4826 = 3 ± 5.1891. News is 0 for most, so its MAD is 0; the mean
# absolute deviation is 10 / 5 = 2, the fence ± 3.5 × 1.2533 × 2 = ± 8.7731. Tabs are the same for everybody.
TABLE = pd.DataFrame(
    {"actions": [1, 2, 3, 4, 90], "news": [10, 0, 0, 0, 0], "tabs": 7},
    index=pd.Index(list("abcde"), name="customer_id"),
)
FENCE, NEWS_FENCE = 3.5 * 1.4826, 3.5 * 1.2533 * 2


def test_who_is_touched_by_hand():
    _, touched = events.outliers(TABLE)
    expected = pd.DataFrame(
        {
            "customer_id": ["e", "a"],
            "indicator": ["actions", "news"],
            "value": [90.0, 10.0],
            "lower": [3 - FENCE, -NEWS_FENCE],
            "upper": [3 + FENCE, NEWS_FENCE],
        }
    )
    pd.testing.assert_frame_equal(touched, expected)


def test_each_way_by_hand():
    kept, dropped = events.outliers(TABLE)[0], events.outliers(TABLE, "drop")[0]
    moved = events.outliers(TABLE, "winsorise")[0]
    pd.testing.assert_frame_equal(kept, TABLE)
    assert dropped.index.tolist() == ["b", "c", "d"]
    assert moved["actions"].tolist() == pytest.approx([1, 2, 3, 4, 3 + FENCE])
    assert moved["news"].tolist() == pytest.approx([NEWS_FENCE, 0, 0, 0, 0])
    assert moved["tabs"].tolist() == [7] * 5
    assert TABLE.loc["e", "actions"] == 90  # the table given is not changed


def test_a_wider_limit_touches_nobody():
    treated, touched = events.outliers(TABLE, "drop", limit=100)
    pd.testing.assert_frame_equal(treated, TABLE)
    assert touched.empty


def test_scale_estimates_the_standard_deviation_of_a_normal_either_way():
    from workbench.events.outliers import _scale

    normal = np.random.default_rng(0).standard_normal((100_000, 1)) * 5
    assert _scale(normal) == pytest.approx(5, rel=0.02)
    assert 1.2533 * np.abs(normal).mean() == pytest.approx(5, rel=0.02)


@given(hnp.arrays(float, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.integers(0, 50)))
def test_winsorised_values_lie_within_the_fence_and_only_touched_ones_move(values):
    table = pd.DataFrame(values)
    moved, touched = events.outliers(table, "winsorise")
    changed = (moved != table).to_numpy()
    assert changed.sum() == len(touched)
    for row in touched.itertuples():
        assert changed[row.customer_id, row.indicator]
        assert moved.loc[row.customer_id, row.indicator] in (row.lower, row.upper)
        assert not row.lower <= row.value <= row.upper


@pytest.mark.parametrize(
    ("table", "arguments", "message"),
    [
        (TABLE, {"how": "clip"}, "how must be one of 'keep', 'winsorise', 'drop', not 'clip'"),
        (TABLE, {"limit": 0}, "limit is 0; allowed is a finite number, above 0"),
        (
            TABLE.assign(news=[1, np.nan, 2, 3, 4]),
            {},
            "table must be finite, without NaN or inf: row 'b', column 'news' is nan",
        ),
        (TABLE.iloc[:0], {}, r"table has shape \(0, 3\); allowed is \(n, m\)"),
        (
            TABLE.loc[["a", "b"]],
            {"how": "drop", "limit": 1e-9},
            "Every customer is outlying at limit = 1e-09",
        ),
    ],
)
def test_bad_input_is_refused(table, arguments, message):
    with pytest.raises(ValueError, match=message):
        events.outliers(table, **arguments)


def test_every_treatment_at_once():
    table = pd.DataFrame({"actions": [1, 2, 3, 4, 90], "visits": [0, 0, 1, 1, 2]}, index=list("abcde"))
    ways = events.treatments(table)
    assert ways["keep"].equals(table)
    assert ways["winsorise"].equals(events.outliers(table, "winsorise")[0])
    assert ways["drop"].index.tolist() == list("abcd")


def test_dropping_everybody_leaves_an_empty_table_beside_the_others():
    table = pd.DataFrame(
        np.diag([9.0, 9.0, 9.0, 9.0, 9.0]), columns=list("abcde")
    )  # each is far in one column
    ways = events.treatments(table, limit=1)
    assert [len(ways[how]) for how in ("keep", "winsorise", "drop")] == [5, 5, 0]
