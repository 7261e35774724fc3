"""What stays of answers when a choice changes, the split into cases and queries, and accuracies side by side."""

import numpy as np
import pandas as pd
import pytest

from workbench import cbr, grey

CASES = pd.DataFrame({"days": [0.0, 0.1, 0.9, 1.0], "amount": [0.0, 0.2, 1.0, 0.8]}, index=list("abcd"))
QUERIES = pd.DataFrame({"days": [0.05, 0.95, 0.1], "amount": [0.1, 0.9, 0.9]}, index=list("xyz"))
CLASSES = ["2", "2", "1", "1"]
VALUE = {"1": "high", "2": "lower"}


def answers(**how):
    return cbr.retrieve(CASES, QUERIES, classes=CLASSES, **how)


# ---- which case was drawn


def redrawn(shares, all_cases):
    table = pd.DataFrame(shares, index=["x", "y"], columns=pd.Index(["1", "2", "3"], name="class"))
    summary = pd.DataFrame({"modal": table.idxmax(axis=1), "changes": 1 - table.max(axis=1)})
    return cbr.Redraw(table, summary.assign(all_cases=all_cases, differs=0.0))


def test_draws_are_added_up_over_the_classes_of_one_value():
    """x: classes 1 and 2 are high, .5 + .3; all cases say 3, lower: .8 differ. y: .6 high, as all cases say."""
    drawn = redrawn([[0.5, 0.3, 0.2], [0.6, 0.0, 0.4]], ["3", "1"])
    table = cbr.drawn_values(drawn, {"1": "high", "2": "high", "3": "lower"})
    assert table["drawn_high"].tolist() == pytest.approx([0.8, 0.6])
    assert table["differs_in_value"].tolist() == pytest.approx([0.8, 0.4])
    assert table["most_frequent_class"].tolist() == ["1", "1"]
    assert table["drawn_otherwise"].tolist() == pytest.approx([0.5, 0.4])
    assert table["class_by_all_cases"].tolist() == ["3", "1"]


def test_a_class_without_a_value_is_refused():
    with pytest.raises(ValueError, match="Class '3' has no value; value names '1', '2'"):
        cbr.drawn_values(redrawn([[0.5, 0.3, 0.2]] * 2, ["1", "1"]), VALUE)


# ---- scopes, scales and weights


def test_the_own_scale_and_scope_keep_every_answer():
    every = pd.concat([CASES, QUERIES])
    how = {"cases": CASES.index, "value": VALUE, "representatives": "all", "weights": [0.5, 0.5]}
    before = answers(weights=[0.5, 0.5])
    table = cbr.kept_by_scope({"own": every, "squared": every**2}, CLASSES, before, **how)
    assert table.index.names == ["scaling", "scope"]
    assert table.loc[("own", "group")].tolist() == [1.0, 1.0]
    assert table.index.get_level_values("scope").tolist() == ["group", "all", "indicator", "case"] * 2


def test_each_scale_and_scope_is_answered_as_by_retrieve():
    every = pd.concat([CASES, QUERIES])
    turned = every.assign(days=1 - every["days"], amount=every["amount"] ** 3)
    before = answers()
    table = cbr.kept_by_scope(
        {"turned": turned}, CLASSES, before, cases=CASES.index, value=VALUE, scopes=["case"],
        distinguishing_coefficient=0.2, representatives="medoid",
    )  # fmt: skip
    typical, of_class = cbr.typical_cases(turned.loc[CASES.index], CLASSES, "medoid")
    how = {"scope": "case", "distinguishing_coefficient": 0.2}
    after = cbr.retrieve(typical, turned.loc[QUERIES.index], classes=of_class, **how)
    expected = cbr.kept(before, after, value=VALUE)
    assert table.loc[("turned", "case")].to_dict() == expected[["class", "value"]].to_dict()


def test_weights_on_one_indicator_alone_turn_the_query_that_stands_between():
    """z has the days of class 2 and the amount of class 1; of three queries it alone can turn."""
    before = answers(weights=[1.0, 0.0])
    by = {"days": {"weights": [1.0, 0.0]}, "amount": {"weights": [0.0, 1.0]}}
    table = cbr.kept_by_weights(by, before, CASES, QUERIES, classes=CLASSES, value=VALUE)
    assert table["class"].tolist() == pytest.approx([1.0, 2 / 3])
    assert table["value"].tolist() == pytest.approx([1.0, 2 / 3])
    same = cbr.kept_by_weights(by, before, CASES, QUERIES, classes=CLASSES, value=dict.fromkeys("12", "high"))
    assert same["value"].tolist() == [1.0, 1.0]


# ---- leaving one out


def test_accuracies_are_those_of_leaving_one_out():
    rng = np.random.default_rng(0)
    X, targets = rng.random((40, 3)), {"ours": rng.integers(0, 3, 40), "theirs": rng.integers(0, 2, 40)}
    weightings = {"equal": {}, "first": {"weights": [0.8, 0.1, 0.1]}}
    table = cbr.left_out_accuracies(X, targets, weightings, scope="case")
    assert table.index.tolist() == ["ours", "theirs"]
    assert table.columns.tolist() == [
        (weighting, measure) for weighting in weightings for measure in ("grey", "euclidean", "manhattan")
    ]
    for (weighting, measure), column in table.items():
        how = weightings[weighting] | ({"scope": "case"} if measure == "grey" else {})
        for name, accuracy in column.items():
            assert accuracy == cbr.leave_one_out(X, targets[name], similarity=measure, **how).accuracy
    plain = cbr.left_out_accuracies(X, targets, weightings)
    assert not table.xs("grey", axis=1, level=1).equals(plain.xs("grey", axis=1, level=1))


# ---- cases and queries


def test_at_most_half_become_cases_and_the_named_ask_first():
    split = cbr.split_cases(range(11), 9, queries=[7, 3], random_state=1)
    assert split.queries[:2] == [7, 3]
    assert len(split.cases) == 5
    assert sorted([*split.queries, *split.cases]) == [*range(11)]


def test_every_other_customer_is_as_likely_a_case():
    drawn = [
        c
        for seed in range(600)
        for c in cbr.split_cases([*"abcdef"], 2, queries="f", random_state=seed).cases
    ]
    shares = pd.Series(drawn).value_counts(normalize=True)
    assert set(shares.index) == set("abcde")
    np.testing.assert_allclose(shares, 1 / 5, atol=0.035)  # three standard errors of 1,200 draws


@pytest.mark.parametrize(
    ("customers", "how", "why"),
    [
        ("a", {}, "customers holds 1; a case and a query need two"),
        ("aab", {}, "customers must be distinct: 'a' comes twice"),
        ("abc", {"queries": ["z"]}, "Query 'z' is none of the customers"),
        ("abcd", {"queries": ["a", "b", "c"]}, "queries names 3, but 2 of 4 customers are cases"),
    ],
)
def test_a_split_that_cannot_be_is_refused(customers, how, why):
    with pytest.raises(ValueError, match=why):
        cbr.split_cases([*customers], 2, **how)


def test_every_customer_has_the_class_of_its_case_or_its_own():
    classes = pd.Series(["1", "2"], index=["k", "m"], name="class")
    asked = pd.DataFrame({"query": ["x", "y"], "case": [2, 1], "similarity": [0.9, 0.7], "class": ["2", "1"]})
    table = cbr.all_classes(classes, asked)
    assert table["class"].to_dict() == {"k": "1", "m": "2", "x": "2", "y": "1"}
    assert table["nearest_case"].dropna().to_dict() == {"x": "m", "y": "k"}
    assert table["similarity"].dropna().to_dict() == {"x": 0.9, "y": 0.7}
    assert table["is_case"].tolist() == [True, True, False, False]
    centroids = cbr.all_classes(classes, asked.assign(case=["2", "1"]))  # named after their class
    assert centroids["nearest_case"].isna().all()


# ---- the worked example


def test_the_nearest_come_first_in_every_step():
    example = grey.worked_example(QUERIES.loc[["z"]], CASES)
    near = grey.nearest_first(example, 3)
    assert near.similarity.tolist() == sorted(example.similarity, reverse=True)[:3]
    names = near.similarity.index.tolist()
    for table in (near.distances, near.coefficients, near.grades):
        assert table.columns.tolist() == names
    assert near.values.columns.tolist() == ["z", *names]
    assert near.coefficients[names[0]].equals(example.coefficients[names[0]])
