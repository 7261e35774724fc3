"""Typical cases against plain loops, and the draws that decide an answer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cbr.choices import agreement
from workbench.cbr.representatives import redraw, typical_cases
from workbench.cbr.retrieval import retrieve

SEEDS = st.integers(0, 2**32 - 1)
X = pd.DataFrame(
    {"recency": [0.0, 1.0, 2.0, 9.0, 5.0], "frequency": [0.0, 2.0, 1.0, 9.0, 5.0]}, index=list("abcde")
)
Y = ["low", "low", "low", "low", "high"]


def clustered(seed, n=30):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 6, (n, 3)) / 5, rng.permutation(np.arange(n) % 4)


# Typical cases --------------------------------------------------------------------------------------------


def test_medoid_by_hand():
    # Summed distances in "low": a 3 + 3 + 18 = 24, b 3 + 2 + 15 = 20, c the same, d 48. The first of equals.
    cases, classes = typical_cases(X, Y, "medoid")
    assert classes.to_dict() == {"e": "high", "b": "low"}
    assert cases.loc["b"].tolist() == [1, 2]
    # By recency alone: a 12, b 10, c 10; by frequency alone c, the second smallest, ties with b.
    cases, _ = typical_cases(X, Y, "medoid", weights={"recency": 0.2, "frequency": 0.8})
    assert cases.index.tolist() == ["e", "b"]


def test_weights_decide_the_medoid():
    # Three members on two axes: the middle one by recency is b, by frequency c.
    members = pd.DataFrame({"recency": [0, 1, 3], "frequency": [0, 3, 1]}, index=list("abc"))
    for say, medoid in [((0.9, 0.1), "b"), ((0.1, 0.9), "c")]:
        how = {"groups": {"R": ["recency"], "F": ["frequency"]}, "group_weights": say}
        assert typical_cases(members, [1, 1, 1], "medoid", **how)[0].index.tolist() == [medoid]


@given(SEEDS)
def test_medoids_equal_plain_loops(seed):
    values, y = clustered(seed)
    weights = np.array([0.5, 0.25, 0.25])
    cases, classes = typical_cases(values, y, "medoid", weights=weights)
    for medoid, name in classes.items():
        members = np.flatnonzero(y == name)
        total = {i: sum(weights @ np.abs(values[i] - values[j]) for j in members) for i in members}
        least = min(total.values())
        assert medoid == min(i for i in members if total[i] <= least + 1e-9)
        assert cases.loc[medoid].tolist() == values[medoid].tolist()


def test_rounding_decides_no_tie_between_medoids():
    # Symmetric about .2: both inner members have the same sum, whatever the last digit says.
    values = np.array([[0.1], [0.1 + 0.1 / 3], [0.3 - 0.1 / 3], [0.3]])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 1, 3]):
        cases, _ = typical_cases(values[order], [1] * 4, "medoid")
        assert cases.index.tolist() == [1]


def test_centroids_are_means_under_the_name_of_the_class():
    cases, classes = typical_cases(X, Y, "centroid")
    assert classes.to_dict() == {"high": "high", "low": "low"}
    assert cases.loc["low"].to_dict() == {"recency": 3, "frequency": 3}
    assert cases.index.name == classes.index.name == "case"


def test_all_keeps_every_case_in_order():
    cases, classes = typical_cases(X, Y, "all")
    assert cases.to_numpy().tolist() == X.to_numpy().tolist()
    assert classes.to_dict() == dict(zip("abcde", Y, strict=True))


def test_random_draws_every_member_equally_often():
    drawn = pd.Series([typical_cases(X, Y, random_state=seed)[0].index[1] for seed in range(2000)])
    # 500 of 2,000 expected, standard deviation 19.4.
    assert drawn.value_counts().between(420, 580).all()
    assert set(drawn) == set("abcd")


def test_random_is_repeatable_and_keeps_labels_values_and_classes_together():
    first, second = (typical_cases(X, Y, "random", random_state=3) for _ in range(2))
    assert first[0].equals(second[0])
    assert first[0].equals(X.loc[first[0].index].rename_axis("case"))
    assert [Y[list("abcde").index(label)] for label in first[0].index] == first[1].tolist()


def test_typical_cases_go_straight_into_retrieval():
    cases, classes = typical_cases(X, Y, "centroid")
    found = retrieve(cases, X.loc[["a"]], classes=classes)
    assert found.loc[0, ["case", "class"]].tolist() == ["low", "low"]


# Redrawing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("similarity", ["grey", "euclidean"])
def test_redraw_equals_plain_loops(similarity):
    values, y = clustered(5)
    queries = pd.DataFrame(np.random.default_rng(9).random((6, 3)), index=[f"C{i}" for i in range(1, 7)])
    how = {"similarity": similarity, "weights": [0.2, 0.3, 0.5]}
    found = redraw(values, y, queries.to_numpy(), n_draws=50, random_state=7, **how)
    rng = np.random.default_rng(7)
    answers = []
    for _ in range(50):
        cases, classes = typical_cases(values, y, "random", random_state=rng)
        answers.append(retrieve(cases.to_numpy(), queries.to_numpy(), classes=classes, **how)["class"])
    answers = np.array(answers)
    whole = retrieve(values, queries.to_numpy(), classes=y, **how)["class"].to_numpy()
    modal = np.array([np.bincount(column).argmax() for column in answers.T])
    assert found.shares.columns.tolist() == [0, 1, 2, 3]
    assert found.shares.to_numpy() == pytest.approx(
        np.array([(answers == c).mean(axis=0) for c in range(4)]).T
    )
    assert found.summary["modal"].tolist() == modal.tolist()
    assert found.summary["changes"].to_numpy() == pytest.approx((answers != modal).mean(axis=0))
    assert found.summary["all_cases"].tolist() == whole.tolist()
    assert found.summary["differs"].to_numpy() == pytest.approx((answers != whole).mean(axis=0))


def test_redraw_by_hand():
    # "high" has one member at 1; "low" 0 or .8. Query .9: .8 (first drawn or not) ties at .1 with 1, and
    # the class sorted first is first in the case base: "high". Query .85 turns on the draw: one of two.
    cases = pd.DataFrame({"frequency": [0.0, 0.8, 1.0]})
    queries = pd.DataFrame({"frequency": [1.0, 0.85]}, index=["C1", "C2"])
    found = redraw(cases, ["low", "low", "high"], queries, n_draws=400, random_state=1)
    assert found.shares.loc["C1"].to_dict() == {"high": 1, "low": 0}
    assert found.shares.loc["C2", "low"] == pytest.approx(0.5, abs=0.1)  # four standard deviations
    assert found.summary.loc["C1"].to_dict() == {
        "modal": "high", "changes": 0, "all_cases": "high", "differs": 0,
    }  # fmt: skip
    assert found.summary.loc["C2", "all_cases"] == "low"
    assert found.summary.loc["C2", "differs"] == pytest.approx(found.shares.loc["C2", "high"])


def test_nothing_changes_where_every_class_has_one_member():
    found = redraw([[0.0], [0.5], [1.0]], ["a", "b", "c"], [[0.1], [0.9]], n_draws=20)
    assert found.summary["changes"].tolist() == [0, 0]
    assert found.summary["differs"].tolist() == [0, 0]


# Agreement ------------------------------------------------------------------------------------------------


def test_agreement_by_hand():
    answers = pd.DataFrame({"all": [1, 2, 3, 4], "group": [1, 2, 3, 3], "case": [0, 2, 0, 3]})
    shares = agreement(answers)
    assert shares.index.tolist() == shares.columns.tolist() == ["all", "group", "case"]
    assert shares.to_numpy().tolist() == [[1, 0.75, 0.25], [0.75, 1, 0.5], [0.25, 0.5, 1]]


# Refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: typical_cases(X, Y, "mediod"),
            "how must be one of 'all', .* not 'mediod'; did you mean 'medoid'",
        ),
        (lambda: typical_cases(X, Y[1:]), r"y has shape \(4,\); allowed is \(5,\), one label per row of X"),
        (lambda: typical_cases(X, [*Y[1:], None]), "y is missing in row 'e'"),
        (lambda: typical_cases(X.replace(9.0, np.inf), Y), "row 'd', column 'recency' is inf"),
        (lambda: typical_cases(X, Y, "medoid", weights=[0.5, 0.6]), "weights must sum to 1"),
        (lambda: redraw(X, Y, X, n_draws=0), "n_draws is 0; allowed are whole numbers from 1"),
        (lambda: redraw(X.replace(9.0, np.nan), Y, X), "X must be finite.*row 'd', column 'recency' is nan"),
        (lambda: redraw(X, Y, X, similarity="cosine"), "similarity must be one of 'grey'"),
        (lambda: agreement({}), "answers is empty; give one column per way"),
        (
            lambda: agreement(pd.DataFrame({"all": ["a", None]}, index=["C1", "C2"])),
            "The answer of 'all' to query 'C2' is missing",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
