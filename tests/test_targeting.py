"""Each branch's list: its length, its order, its arms; what lists of any length catch, and what calls save."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.churn import targeting
from workbench.churn.experiments import CONTACT, CONTROL

RNG = np.random.default_rng(0)
SCORES = pd.DataFrame(
    {
        "customer_id": RNG.permutation(600),
        "branch": RNG.choice(list("ABC"), 600),
        "probability": RNG.random(600).round(1),  # ties, as of a tree with few leaves
    }
)
CAPACITY = {"A": 20, "B": 7, "C": 0}


def test_each_branch_lists_its_highest_and_calls_as_many_as_it_can():
    table = targeting.worklist(SCORES, CAPACITY, 0.2, random_state=3)
    assert table.groupby("branch").size().to_dict() == {"A": 25, "B": 8}
    assert (table["arm"] == CONTACT).groupby(table["branch"]).sum().to_dict() == {"A": 20, "B": 6}
    for branch, part in table.groupby("branch"):
        assert part["rank"].tolist() == list(range(1, len(part) + 1))
        assert part["probability"].is_monotonic_decreasing
        rest = SCORES[(SCORES["branch"] == branch) & ~SCORES["customer_id"].isin(part["customer_id"])]
        assert part["probability"].min() >= rest["probability"].max()


def test_the_list_is_the_same_in_any_order_of_rows_with_ties():
    plain = targeting.worklist(SCORES, CAPACITY, 0.2, random_state=3)
    mixed = targeting.worklist(SCORES.sample(frac=1, random_state=1), CAPACITY, 0.2, random_state=3)
    assert plain.equals(mixed)
    other = targeting.worklist(SCORES, CAPACITY, 0.2, random_state=4)
    assert set(other["customer_id"]) != set(plain["customer_id"])


def test_equal_priorities_in_all_branches_stay_in_their_branch():
    table = targeting.worklist(SCORES.assign(probability=0.3), {"A": 5, "B": 4, "C": 3})
    assert table["branch"].tolist() == list("AAAAABBBBCCC")
    assert table["rank"].tolist() == [1, 2, 3, 4, 5, 1, 2, 3, 4, 1, 2, 3]


def test_another_month_draws_other_arms():
    arms = [targeting.worklist(SCORES, 60, 0.5, month=month)["arm"] for month in ("2014-01", "2014-02")]
    assert 0.3 < (arms[0] == arms[1]).mean() < 0.7


@given(st.integers(0, 50), st.floats(0, 0.99), st.integers(1, 120))
def test_calls_never_exceed_the_capacity_and_the_list_is_as_long_as_it_may_be(calls, share, n):
    scores = pd.DataFrame({"customer_id": range(n), "probability": np.linspace(0, 1, n)})
    table = targeting.worklist(scores, calls, share)
    contacts = int((table["arm"] == CONTACT).sum())
    assert contacts <= calls
    assert len(table) == n or (len(table) + 1) * (1 - share) > calls - 1e-6
    assert abs((table["arm"] == CONTROL).sum() - share * len(table)) <= 0.5 + 1e-6


def test_arms_do_not_follow_the_order_of_ties():
    # at the cut of a tie, those listed have low draws; their arms come from others, else all were controls
    scores = pd.DataFrame({"customer_id": range(10_000), "probability": np.r_[np.ones(300), np.zeros(9700)]})
    table = targeting.worklist(scores, 300, 0.5)
    assert abs((table["arm"][table["probability"] == 0] == CONTROL).mean() - 0.5) < 0.15


def test_without_branches_there_is_one_list_and_another_column_may_lead():
    scores = SCORES.drop(columns="branch").assign(loss=SCORES["customer_id"] % 97).set_index("customer_id")
    table = targeting.worklist(scores, 10, priority="loss")
    assert table["rank"].tolist() == list(range(1, 11))
    assert table.index.name == "customer_id"
    assert table["loss"].min() >= 95
    assert set(table["arm"]) == {CONTACT}


def test_nobody_listed_is_an_empty_list():
    assert targeting.worklist(SCORES, 0, 0.5).empty


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"capacity": {"A": 1, "B": 1}}, "capacity has no entry for 'C'"),
        ({"capacity": CAPACITY | {"c": 2}}, "capacity names 'c', which is unknown; did you mean 'C'"),
        ({"capacity": CAPACITY | {"C": -1}}, "capacity of C is -1; allowed are whole numbers from 0"),
        ({"control_share": 1}, "control_share is 1; allowed is a finite number, at least 0 and below 1"),
        ({"priority": "probabilty"}, "scores lacks the column 'probabilty'; did you mean 'probability'"),
        ({"scores": SCORES.drop(columns="customer_id")}, "scores lacks the column 'customer_id'"),
        ({"scores": SCORES.assign(probability=np.nan)}, "probability must be finite.* row 0 is nan"),
        ({"scores": pd.concat([SCORES, SCORES.assign(branch="A")])}, "listed twice; keep one row per customer"),
    ],
)  # fmt: skip
def test_what_gives_no_list_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        targeting.worklist(**{"scores": SCORES, "capacity": CAPACITY, **change})


def test_gains_by_hand_where_a_list_ends_among_equal_scores():
    # two of five leave; among the three of score .5 one of them, so each place there holds a third of a leaver
    table = targeting.gains([1, 1, 0, 0, 0], [0.9, 0.5, 0.5, 0.5, 0.1], shares=[0.2, 0.4, 0.8, 1])
    assert table["churners"].tolist() == pytest.approx([1, 4 / 3, 2, 2])
    assert table["precision"].tolist() == pytest.approx([1, 2 / 3, 0.5, 0.4])
    assert table["coverage"].tolist() == pytest.approx([0.5, 2 / 3, 1, 1])
    assert table["lift"].tolist() == pytest.approx([2.5, 5 / 3, 1.25, 1])


def test_a_score_that_says_nothing_gains_nothing_and_no_leaver_leaves_coverage_missing():
    assert targeting.gains(np.arange(30) % 3 == 0, np.ones(30))["lift"].tolist() == pytest.approx([1] * 10)
    assert targeting.gains([0, 0], [1, 2])[["coverage", "lift"]].isna().all(axis=None)
    with pytest.raises(ValueError, match="shares is 0; allowed is a finite number, above 0 and at most 1"):
        targeting.gains([0, 1], [1, 2], shares=[0])


def test_saved_per_100_calls_is_the_difference_of_the_arms_among_those_a_way_lists():
    y = np.repeat([1, 0, 1, 0], [56, 14, 48, 32])
    arm = np.repeat([CONTROL, CONTACT], [70, 80])
    ways = pd.DataFrame({"all": np.ones(150), "controls": arm == CONTROL, "leavers": y})
    table = targeting.saved(y, arm, ways)
    assert table.loc["all", ["control", "contact"]].tolist() == [70, 80]
    # Newcombe (1998), table II, example (a)
    assert table.loc["all", ["saved", "low", "high"]].tolist() == pytest.approx([20, 5.24, 33.39], abs=0.005)
    assert table.loc["controls", ["left_contact", "saved", "low"]].isna().all()
    assert table.loc["leavers", "saved"] == 0
    assert targeting.saved(y, arm).equals(table[:1])


def test_the_way_that_lists_the_winnable_saves_more_than_the_riskiest():
    # known truth: the riskiest half leaves whatever is done, the other half is saved by a call
    rng = np.random.default_rng(2)
    risky, contact = rng.random(4000) < 0.5, rng.random(4000) < 0.5
    left = rng.random(4000) < np.where(risky, 0.6, np.where(contact, 0.1, 0.3))
    table = targeting.saved(
        left, np.where(contact, CONTACT, CONTROL), pd.DataFrame({"risk": risky, "lift": ~risky})
    )
    assert table.loc["lift", "low"] > table.loc["risk", "high"]
    assert table.loc["lift", "low"] < 20 < table.loc["lift", "high"]
    assert table.loc["risk", "low"] < 0 < table.loc["risk", "high"]


def test_arms_of_another_name_and_ways_that_do_not_fit_are_refused():
    with pytest.raises(
        ValueError, match="arm must be one of 'contact', 'control', not 'contol'; did you mean"
    ):
        targeting.saved([1, 0], ["contact", "contol"])
    with pytest.raises(ValueError, match=r"listed\['risk'\] must be 1 where it happened .* row 0 is 0.5"):
        targeting.saved([1, 0], ["contact", "control"], pd.DataFrame({"risk": [0.5, 1]}))
