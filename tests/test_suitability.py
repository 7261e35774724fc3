"""Classes by a questionnaire."""

import numpy as np
import pandas as pd
import pytest

from workbench.grading import suitability

ITEMS = pd.DataFrame(
    [(item, topic, answer, points)
     for item, topic in [("age", "capacity"), ("income", "capacity"), ("losses", "appetite")]
     for answer, points in [("a", 1), ("b", 3), ("c", 5)]],
    columns=["item", "topic", "answer", "points"],
)  # fmt: skip
ANSWERS = pd.DataFrame({"age": [*"abc"], "income": [*"abc"], "losses": [*"ccc"]}, index=["x", "y", "z"])


def test_points_are_added_by_topic_and_in_all():
    table = suitability.scores(ANSWERS, ITEMS)
    assert table.to_dict("list") == {"total": [7, 11, 15], "capacity": [2, 6, 10], "appetite": [5, 5, 5]}


def test_a_missing_answer_is_never_scored():
    table = suitability.scores(ANSWERS.assign(losses=["c", None, "c"]), ITEMS)
    assert table["total"].isna().tolist() == [False, True, False]
    assert table["appetite"].isna().tolist() == [False, True, False]
    assert table["capacity"].notna().all()
    assert suitability.classes(table["total"], [8, 12]).isna().tolist() == [False, True, False]


def test_an_unknown_answer_is_refused_by_row_and_item():
    with pytest.raises(ValueError, match="Unknown answer 'd' in row 'y', item 'income'"):
        suitability.scores(ANSWERS.assign(income=["a", "d", "c"]), ITEMS)
    with pytest.raises(ValueError, match="answers lacks the column 'losses'"):
        suitability.scores(ANSWERS.drop(columns="losses"), ITEMS)
    with pytest.raises(ValueError, match="the answers to 'age' must be distinct"):
        suitability.scores(ANSWERS, pd.concat([ITEMS, ITEMS.iloc[:1]]))


def test_a_score_that_equals_a_cut_belongs_to_the_upper_class():
    assert suitability.classes([20, 21, 35, 36], [21, 36]).cat.codes.tolist() == [0, 1, 1, 2]
    with pytest.raises(ValueError, match="3 names need 2 cuts, not 1"):
        suitability.classes([20], [21])
    with pytest.raises(ValueError, match="cuts must ascend"):
        suitability.classes([20], [36, 21])


def test_the_lower_of_two_never_classes_above_capacity():
    rng = np.random.default_rng(0)
    capacity, appetite = (suitability.classes(rng.integers(10, 50, 200), [21, 36]) for _ in range(2))
    lower = suitability.lower_of(capacity, appetite)
    assert (lower <= capacity).all()
    assert (lower <= appetite).all()
    assert ((lower == capacity) | (lower == appetite)).all()


def test_the_lower_of_two_needs_the_same_classes_and_rows():
    two = suitability.classes([1, 2], [2], names=["no", "yes"])
    with pytest.raises(ValueError, match="need the same classes"):
        suitability.lower_of(suitability.classes([1, 2], [21, 36]), two)
    with pytest.raises(ValueError, match="in another order"):
        suitability.lower_of(two, two[::-1])


MATCH = {f"C{i}": [f"R{j}" for j in range(1, i + 1)] for i in range(1, 6)}


def test_a_higher_class_may_buy_all_that_a_lower_one_may():
    table = suitability.allowed(pd.Series([*MATCH, None]), [f"R{j}" for j in range(1, 6)], MATCH)
    assert table.sum(axis=1).tolist() == [1, 2, 3, 4, 5, 0]
    with pytest.raises(ValueError, match="Unknown class 'C6'. Known: 'C1'"):
        suitability.allowed(pd.Series(["C6"]), ["R1"], {"C1": ["R1"]})
    with pytest.raises(ValueError, match="Unknown level 'R9' of class 'C1'"):
        suitability.allowed(pd.Series(["C1"]), ["R1"], {"C1": ["R9"]})


def test_cuts_are_carried_to_the_same_place_of_a_part():
    # 3 … 15 in all, 2 … 10 for capacity: 8 lies 5/12 of the way, 9 half
    assert suitability.carried_cuts([8, 9], ITEMS, ["age", "income"]) == pytest.approx([2 + 8 * 5 / 12, 6])


def test_an_item_that_all_answer_in_the_middle_decides_nothing():
    answers = pd.DataFrame({"age": [*"aabbcc"], "income": [*"aabbcc"], "losses": [*"bbbbbb"]})
    influence = suitability.item_influence(answers, ITEMS, cuts=[7, 11])
    assert influence["losses"] == 0
    swinging = answers.assign(losses=[*"acacac"])
    assert suitability.item_influence(swinging, ITEMS, cuts=[7, 11])["losses"] > 0
    with pytest.raises(ValueError, match="no customer who answered every item"):
        suitability.item_influence(answers.assign(age=None), ITEMS, cuts=[7, 11])


def test_filling_in_the_form_again():
    first, again = suitability.classes([20, 30, 40], [21, 36]), suitability.classes([22, 30, 41], [21, 36])
    assert suitability.retest(first, again) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="Nobody has a class in both"):
        suitability.retest(first, suitability.classes([np.nan] * 3, [21, 36]))
    assert suitability.near_a_cut([19, 23, 24, 36], [21, 36], within=2) == 0.75


def test_four_rules_of_class():
    table = suitability.by_rule(suitability.scores(ANSWERS, ITEMS), ITEMS, cuts=[7, 11])
    assert table["sum of all points"].tolist() == ["steady", "aggressive", "aggressive"]
    assert table["capacity alone"].tolist() == ["conservative", "steady", "aggressive"]
    assert table["appetite alone"].tolist() == ["aggressive"] * 3
    assert table["lower of the two"].tolist() == table["capacity alone"].tolist()
    cautious = suitability.by_rule(suitability.scores(ANSWERS.assign(losses="a"), ITEMS), ITEMS, cuts=[7, 11])
    assert cautious["lower of the two"].tolist() == ["conservative"] * 3
    with pytest.raises(ValueError, match="Unknown topic 'risk'"):
        suitability.by_rule(suitability.scores(ANSWERS, ITEMS), ITEMS, cuts=[7, 11], appetite="risk")
