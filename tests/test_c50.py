"""C5.0 against answers of the original, by properties, and what it says of itself.

`trees/c50_examples.json.gz`: thirty-two sets with the classes, sizes and probabilities that R's C50 (C5.0 2.07) gave.
`trees/c50_trees.json.gz`: fifteen with the leaves that the program itself printed: few records, ties, confidence 1.
"""

import gzip
import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from workbench.trees import C50Classifier

FOLDER = Path(__file__).parent / "trees"
SETTINGS = ("confidence", "min_records", "group_symbolics", "global_pruning", "costs")


def stored(name):
    with gzip.open(FOLDER / name, "rt", encoding="utf-8") as file:
        return {example["name"]: example for example in json.load(file)}


EXAMPLES, TREES = stored("c50_examples.json.gz"), stored("c50_trees.json.gz")


def table(columns):
    return pd.DataFrame({name: column(values) for name, values in columns.items()})


def column(values):
    text = any(isinstance(value, str) for value in values)
    return pd.Series(values, dtype=object if text else float)


def fitted_to(example):
    return C50Classifier(**{name: example[name] for name in SETTINGS}).fit(table(example["X"]), example["y"])


@parametrize_with_checks([C50Classifier(), C50Classifier(confidence=1, min_records=1, global_pruning=False)])
def test_scikit_learn_estimator(estimator, check):
    check(estimator)


# The original ----------------------------------------------------------------------------------------------


def test_there_are_as_many_examples_as_were_published():
    assert (len(EXAMPLES), len(TREES)) == (32, 15)


@pytest.mark.parametrize("name", EXAMPLES)
def test_answers_of_the_original(name):
    example = EXAMPLES[name]
    fitted = fitted_to(example)
    assert fitted.n_leaves_ == example["size"]
    for new in ["", "_new"] if "X_new" in example else [""]:
        X = table(example[f"X{new}"])
        assert fitted.predict(X).tolist() == example[f"predicted{new}"]
        if example["probability_churn"]:
            churn = fitted.predict_proba(X)[:, fitted.classes_.tolist().index("churn")]
            assert churn == pytest.approx(example[f"probability_churn{new}"], abs=5e-6)


@pytest.mark.parametrize("name", TREES)
def test_leaves_of_the_original(name):
    fitted = fitted_to(TREES[name])
    ends = fitted.tree_[fitted.tree_["leaf"].notna()]
    found = sorted(zip(ends["class"], ends["counts"].map(list), strict=True), key=str_rounded)
    expected = sorted(TREES[name]["leaves"], key=str_rounded)
    assert [label for label, _ in found] == [label for label, _ in expected]
    for (_, ours), (_, theirs) in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-4)  # printed to six digits


def str_rounded(leaf):
    return leaf[0], [round(count, 2) for count in leaf[1]]


# Properties ------------------------------------------------------------------------------------------------

SEEDS = st.integers(0, 10_000)


def customers(seed, n=150, unknown=0.0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "fee": rng.normal(60, 20, n).round(),
            "hours": rng.gamma(1, 8, n).round(1),
            "region": rng.choice(["north", "south", "east", "west"], n).astype(object),
            "tv": rng.random(n) < 0.3,
        }
    )
    score = X["fee"] / 20 - X["hours"] / 8 + (X["region"] == "east") - X["tv"] + rng.normal(0, 1, n)
    y = np.where(score > np.quantile(score, 0.75), "churn", "stay")
    gone = rng.random((n, 2)) < unknown
    X["fee"], X["region"] = X["fee"].mask(gone[:, 0]), X["region"].mask(gone[:, 1], None)
    return X, y


@settings(max_examples=6)
@given(SEEDS, st.sampled_from([2, 3, 7]), st.sampled_from([0.0, 0.1]))
def test_costs_are_ratios(seed, ratio, unknown):
    X, y = customers(seed, unknown=unknown)
    both = (
        [("stay", "churn", ratio)],
        [("stay", "churn", 1), ("churn", "stay", 1 / ratio)],
        [("stay", "churn", 4 * ratio), ("churn", "stay", 4)],
    )
    first, *others = (C50Classifier(costs=costs).fit(X, y) for costs in both)
    for other in others:
        assert other.to_text() == first.to_text()
        assert (other.predict(X) == first.predict(X)).all()


def test_the_list_grows_with_the_cost_of_a_miss():
    found = []
    for seed in range(6):
        X, y = customers(seed)
        listed = [
            (
                C50Classifier(costs=[("stay", "churn", cost)], min_records=15).fit(X, y).predict(X) == "churn"
            ).mean()
            for cost in (1, 3, 9)
        ]
        found.append(listed)
    assert (np.diff(np.mean(found, axis=0)) > 0.05).all()
    assert (np.array(found)[:, 2] >= np.array(found)[:, 0]).all()


@settings(max_examples=6)
@given(SEEDS, st.booleans(), st.sampled_from([0.0, 0.15]))
def test_the_order_of_rows_is_irrelevant(seed, grouped, unknown):
    X, y = customers(seed, unknown=unknown)
    order = np.random.default_rng(seed).permutation(len(X))
    one = C50Classifier(group_symbolics=grouped).fit(X, y)
    other = C50Classifier(group_symbolics=grouped).fit(X.iloc[order], y[order])
    assert other.to_text() == one.to_text()
    assert other.predict_proba(X) == pytest.approx(one.predict_proba(X), abs=1e-9)


@settings(max_examples=5)
@given(SEEDS)
def test_a_duplicate_of_a_column_is_never_used(seed):
    X, y = customers(seed)
    used = C50Classifier(confidence=0.9).fit(X.assign(again=X["fee"]), y).usage().set_index("input")["tests"]
    assert used["again"] == 0
    assert used["fee"] > 0


@settings(max_examples=5)
@given(SEEDS)
def test_columns_that_say_nothing_are_not_used(seed):
    X, y = customers(seed)
    empty = {
        "constant": 5.0,
        "missing": np.nan,
        "one level": "a",
        "no level": pd.Categorical([None] * len(X)),
    }
    plain, fitted = C50Classifier().fit(X, y), C50Classifier().fit(X.assign(**empty), y)
    assert fitted.to_text() == plain.to_text()
    assert fitted.predict(X.assign(**empty)).tolist() == plain.predict(X).tolist()


@settings(max_examples=5)
@given(SEEDS, st.booleans())
def test_a_level_never_seen_counts_as_unknown(seed, grouped):
    X, y = customers(seed, unknown=0.05)
    fitted = C50Classifier(confidence=0.9, group_symbolics=grouped).fit(X, y)
    new = fitted.predict_proba(X.assign(region="abroad"))
    assert (new == fitted.predict_proba(X.assign(region=None))).all()
    assert np.isfinite(new).all()
    assert new.sum(axis=1) == pytest.approx(1)


@settings(max_examples=5)
@given(SEEDS)
def test_less_confidence_and_more_records_make_smaller_trees(seed):
    X, y = customers(seed, n=400)
    sizes = [C50Classifier(confidence=c, global_pruning=False).fit(X, y).n_leaves_ for c in (0.01, 1)]
    assert sizes == sorted(sizes)
    assert C50Classifier(min_records=50, confidence=1).fit(X, y).rules()["n"].min() >= 25


@settings(max_examples=5)
@given(SEEDS, st.sampled_from([0.0, 0.2]))
def test_what_a_tree_says_of_itself_agrees(seed, unknown):
    X, y = customers(seed, unknown=unknown)
    fitted = C50Classifier(confidence=0.9).fit(X, y)
    rules, tree, told = fitted.rules(), fitted.tree_, fitted.explain(X)
    assert len(rules) == fitted.n_leaves_ == tree["leaf"].notna().sum()
    assert rules["n"].sum() == pytest.approx(len(X))
    assert told["leaf"].tolist() == fitted.apply(X).tolist()
    assert told["rule"].tolist() == rules["condition"].to_numpy()[told["leaf"] - 1].tolist()
    assert told["class"].tolist() == fitted.predict(X).tolist()
    for parent, below in tree.groupby("parent"):
        assert below["n"].sum() == pytest.approx(tree["n"][parent])
    used = fitted.usage()
    assert used["usage"].max() == pytest.approx(
        1.0 if fitted.n_leaves_ > 1 else 0.0
    )  # all meet the first test
    assert used["tests"].sum() == tree["leaf"].isna().sum()
    assert fitted.to_text().count("(") == fitted.n_leaves_
    assert pickle.loads(pickle.dumps(fitted)).predict(X).tolist() == told["class"].tolist()


def test_a_rule_holds_for_the_rows_that_meet_it():
    X, y = customers(3)
    fitted = C50Classifier(confidence=1, min_records=5).fit(X, y)
    leaf = fitted.rules().set_index("leaf").loc[fitted.apply(X)]
    for (_, row), condition in zip(X.iterrows(), leaf["condition"], strict=True):
        assert all(holds(part, row) for part in condition.split(" and "))
    assert (leaf["class"].to_numpy() == fitted.predict(X)).all()


def holds(part, row):
    words = part.split(" ")
    if words[1] == "=":
        return str(row[words[0]]) in part.split(" = ")[1].split(", ")
    if words[1] == "<":  # low < name ≤ high
        return float(words[0]) < row[words[2]] <= float(words[4])
    return row[words[0]] <= float(words[2]) if words[1] == "≤" else row[words[0]] > float(words[2])


def test_arrays_of_objects_and_nullable_columns_are_read_like_frames():
    X, y = customers(1, unknown=0.1)
    by_frame = C50Classifier().fit(X, y).predict_proba(X)
    objects = X.astype(object).to_numpy()
    assert (C50Classifier().fit(objects, y).predict_proba(objects) == by_frame).all()
    nullable = X.astype({"fee": "Int64", "region": "string", "tv": "boolean"})
    assert (C50Classifier().fit(nullable, y).predict_proba(nullable) == by_frame).all()
    category = X.astype({"region": "category"})
    assert (C50Classifier().fit(category, y).predict_proba(category) == by_frame).all()


def test_cuts_are_compared_in_single_precision():
    X = pd.DataFrame({"x": [0.1, 0.2, 0.3, 0.4] * 5})
    y = ["a", "a", "b", "b"] * 5
    fitted = C50Classifier().fit(X, y)
    assert fitted.rules()["condition"].tolist() == ["x ≤ 0.2", "x > 0.2"]
    assert fitted.predict(pd.DataFrame({"x": [0.2 + 1e-10, 0.2001]})).tolist() == ["a", "b"]


# Refusals --------------------------------------------------------------------------------------------------

REFUSED = {
    "one class": ({}, {"y": ["stay"] * 150}, "y holds one class only, 'stay'"),
    "confidence 0": ({"confidence": 0}, {}, "confidence is 0; allowed is a finite number, above 0 and at most 1"),
    "confidence above 1": ({"confidence": 25}, {}, "confidence is 25"),
    "no records": ({"min_records": 0}, {}, "min_records is 0"),
    "negative cost": ({"costs": [("stay", "churn", -1)]}, {}, r"cost of \('stay', 'churn'\) is -1.*above 0"),
    "cost of 0": ({"costs": [("stay", "churn", 0)]}, {}, "above 0"),
    "diagonal": ({"costs": [("stay", "stay", 2)]}, {}, "cost of 'stay' where it is right is always 0"),
    "unknown class": ({"costs": [("stay", "chrun", 2)]}, {}, "Unknown class 'chrun'.*did you mean 'churn'"),
    "no triple": ({"costs": [("stay", 3)]}, {}, "allowed are triples"),
    "twice": ({"costs": [("stay", "churn", 3), ("stay", "churn", 2)]}, {}, "twice; keep one"),
    "infinite": ({}, {"fee": np.inf}, "Column 'fee' must hold numbers of at most 3.4e"),
    "mixed": ({}, {"fee": ["a", 1.0] * 75}, "Column 'fee' must hold numbers only.*row 0 is 'a'"),
    "date": ({}, {"fee": pd.Timestamp("2014-01-01")}, "Column 'fee' must hold numbers only"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case):
    parameters, changed, message = REFUSED[case]
    X, y = customers(0)
    y = changed.get("y", y)
    X = X.assign(**{name: value for name, value in changed.items() if name != "y"})
    with pytest.raises(ValueError, match=message):
        C50Classifier(**parameters).fit(X, y)


def test_settings_can_be_searched():
    settings_ = {"confidence": 0.5, "costs": [("stay", "churn", 3)]}
    assert clone(C50Classifier(**settings_)).get_params()["costs"] == settings_["costs"]
