import numpy as np
import pandas as pd
import pytest

from workbench import segments
from workbench.segments.personas import COUNTS, RULES, STRATEGIES, personas

MEAN = dict.fromkeys(COUNTS, 10.0)


def centre(**changes):
    return pd.DataFrame([dict.fromkeys(COUNTS, 10.0) | changes], index=["c"])


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        (dict.fromkeys(COUNTS, 9.0), "lurker"),
        (dict.fromkeys(COUNTS, 9.0) | {"news_views": 10.0}, "mixed"),  # at the mean is not below it
        ({"account_messages": 20.0, "function_visits": 5.0}, "single-function user"),
        ({"account_messages": 19.9, "function_visits": 5.0}, "mixed"),
        ({"account_messages": 25.0, "function_visits": 30.0, "app_launches": 11.0}, "quality customer"),
        ({"function_visits": 11.0, "app_launches": 11.0}, "quality customer"),
        ({"function_visits": 11.0}, "mixed"),
        ({"account_messages": 20.0, "actions": 10.1}, "mixed"),  # does more than the mean customer
        (
            {"account_messages": 90.0, "actions": 80.0, "app_launches": 60.0, "function_visits": 70.0},
            "quality customer",
        ),
    ],
)
def test_each_rule_at_its_edge(changes, name):
    table = personas(centre(**changes), MEAN)
    assert table["persona"].tolist() == [name]
    assert table["strategy"].tolist() == [STRATEGIES[name]]


def test_names_follow_the_centres_not_the_slots():
    centers = pd.concat(
        [centre(**dict.fromkeys(COUNTS, 1.0)), centre(function_visits=30.0, app_launches=30.0)]
    )
    centers.index = [1, 2]
    forward = personas(centers, MEAN)["persona"]
    backward = personas(centers[::-1], MEAN)["persona"]
    assert forward.to_dict() == backward.to_dict() == {1: "lurker", 2: "quality customer"}


def test_the_most_active_segment_is_no_single_function_user():
    quiet = centre(**dict.fromkeys(COUNTS, 2.0))
    busy = centre(**dict.fromkeys(COUNTS, 18.0) | {"account_messages": 60.0, "app_launches": 9.0})
    named = personas(pd.concat([quiet, busy]), MEAN)["persona"]
    assert named.tolist() == ["lurker", "mixed"]


def test_segments_never_share_a_name():
    centers = pd.concat([centre(**dict.fromkeys(COUNTS, n)) for n in (1.0, 2.0)] + [centre()])
    table = personas(centers.set_axis([1, 2, 3]), MEAN)
    assert table["persona"].tolist() == ["lurker 1", "lurker 2", "mixed"]
    assert table["strategy"].tolist() == [STRATEGIES["lurker"], STRATEGIES["lurker"], STRATEGIES["mixed"]]
    assert [*RULES] == [*STRATEGIES]


def test_an_indicator_that_nobody_shows_decides_nothing():
    lurkers = (
        centre(
            **dict.fromkeys(COUNTS, 1.0),
        )
        * 1.0
    )
    lurkers["news_views"] = 0.0
    assert personas(lurkers, MEAN | {"news_views": 0.0})["persona"].item() == "lurker"


def test_refuses_missing_columns_and_values():
    with pytest.raises(ValueError, match="centers lacks the column 'app_launches'"):
        personas(centre().drop(columns="app_launches"), MEAN)
    with pytest.raises(
        ValueError, match="centers must be finite, without NaN or inf: row 'c', column 'news_views'"
    ):
        personas(centre(news_views=np.nan), MEAN)


def test_shares_are_written_largest_first_and_none_is_called_0():
    shares = pd.Series({"a": 0.004, "b": 0.6, "c": 0.396})
    assert segments.shares_in_words(shares) == "“b” 60 %, “c” 40 %, “a” below 1 %"
    assert segments.shares_in_words(shares, most=1) == "“b” 60 %, 2 more 40 %"
    assert segments.shares_in_words(pd.Series({"all": 1.0})) == "“all” 100 %"
    assert segments.shares_in_words(pd.Series({"most": 0.999, "rest": 0.001})) == (
        "“most” above 99 %, “rest” below 1 %"
    )
