"""Retrieval against hand-made tables and plain loops; leaving one out against a case base without the case."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cbr.retrieval import ballot, leave_one_out, retrieve

SEEDS = st.integers(0, 2**32 - 1)
# One group of two indicators and one of one, as W = .25 · (.4, .6) and .75 · 1.
GROUPED = {
    "weights": [0.4, 0.6, 1.0],
    "groups": ["recency", "recency", "frequency"],
    "group_weights": {"recency": 0.25, "frequency": 0.75},
}
W = np.array([0.1, 0.15, 0.75])
CASES = pd.DataFrame({"frequency": [0.0, 0.5, 1.0]}, index=["low", "middle", "high"])


def slow_grey(query, cases, blocks=((0, 1), (2,)), rho=0.5):
    """Deng's formula as worded, one case and one indicator at a time."""
    distance = [[abs(q - c) for q, c in zip(query, case, strict=True)] for case in cases]
    similarities = [0.0] * len(cases)
    for block in blocks:
        within = [row[j] for row in distance for j in block]
        low, high = min(within), max(within)
        for i, row in enumerate(distance):
            for j in block:
                similarities[i] += W[j] * ((low + rho * high) / (row[j] + rho * high) if high else 1)
    return similarities


def slow_euclidean(query, cases):
    return [
        1 / (1 + sum(w * (q - c) ** 2 for w, q, c in zip(W, query, x, strict=True)) ** 0.5) for x in cases
    ]


def slow_manhattan(query, cases):
    return [1 / (1 + sum(w * abs(q - c) for w, q, c in zip(W, query, x, strict=True))) for x in cases]


SLOW = {"grey": slow_grey, "euclidean": slow_euclidean, "manhattan": slow_manhattan}


def table(seed, n=14):
    return np.random.default_rng(seed).random((n, 3))


def classes(seed, n=14):
    return np.random.default_rng(seed + 1).choice(["high", "low", "middle"], n)


# Retrieval ------------------------------------------------------------------------------------------------


def test_similarities_by_hand():
    # Query .75: distances .75 .25 .25. Grey: min .25, max .75, so (.25 + .375) / (Δ + .375).
    def found(similarity):
        return retrieve(CASES, [[0.75]], k=3, similarity=similarity)["similarity"].tolist()

    assert found("grey") == pytest.approx([1, 1, 0.625 / 1.125])
    assert found("manhattan") == pytest.approx([1 / 1.25, 1 / 1.25, 1 / 1.75])
    assert found("euclidean") == pytest.approx([1 / 1.25, 1 / 1.25, 1 / 1.75])


def test_weights_of_the_distances_by_hand():
    # Differences 3 and 4, W = .36, .64: .36 · 3 + .64 · 4 = 3.64, and √(.36 · 9 + .64 · 16) = √13.48.
    how = {"weights": {"f": 1, "r": 1}, "groups": {"F": ["f"], "R": ["r"]}, "group_weights": [0.36, 0.64]}
    case, query = pd.DataFrame({"f": [0], "r": [0]}), pd.DataFrame({"f": [3], "r": [-4]})
    assert retrieve(case, query, similarity="manhattan", **how)["similarity"][0] == pytest.approx(1 / 4.64)
    expected = 1 / (1 + 13.48**0.5)
    assert retrieve(case, query, similarity="euclidean", **how)["similarity"][0] == pytest.approx(expected)


@pytest.mark.parametrize("similarity", [*SLOW, lambda Q, C: -np.abs(np.asarray(Q) - np.asarray(C).T)])
def test_a_tidy_table_names_queries_and_cases_and_keeps_the_order_of_ties(similarity):
    queries = pd.DataFrame({"frequency": [0.75, 0.0]}, index=["C1", "C2"])
    found = retrieve(CASES, queries, k=2, similarity=similarity, classes=["B", "A", "A"])
    assert list(found.columns) == ["query", "rank", "case", "similarity", "class"]
    assert found["query"].tolist() == ["C1", "C1", "C2", "C2"]
    assert found["rank"].tolist() == [1, 2, 1, 2]
    assert found["case"].tolist() == ["middle", "high", "low", "middle"]
    assert found["class"].tolist() == ["A", "A", "B", "A"]
    assert "class" not in retrieve(CASES, queries)


def test_row_numbers_name_rows_without_labels():
    found = retrieve(CASES.to_numpy(), [[0.9], [0.1]])
    assert found[["query", "case"]].to_numpy().tolist() == [[0, 2], [1, 0]]


@pytest.mark.parametrize("similarity", SLOW)
@given(SEEDS, st.integers(1, 9))
def test_retrieval_equals_plain_loops(similarity, seed, k):
    cases, queries = table(seed, 9), table(seed + 1, 4)
    found = retrieve(cases, queries, k=k, similarity=similarity, **GROUPED)
    for i, query in enumerate(queries):
        expected = np.array(SLOW[similarity](query, cases))
        part = found[found["query"] == i]
        assert part["case"].tolist() == np.argsort(-expected, kind="stable")[:k].tolist()
        assert part["similarity"].to_numpy() == pytest.approx(expected[part["case"]])


def test_blocks_do_not_show(monkeypatch):
    cases, queries = np.round(table(0, 700), 1), np.round(table(1, 23), 1)  # many ties
    whole = retrieve(cases, queries, k=4, similarity="euclidean")
    monkeypatch.setattr("workbench.cbr.retrieval.BLOCK", 1400)  # two queries at a time
    assert retrieve(cases, queries, k=4, similarity="euclidean").equals(whole)
    squares = np.round(10 * ((queries[:, None] - cases) ** 2).sum(axis=2), 1)
    expected = np.argsort(squares, axis=1, kind="stable")[:, :4]
    assert whole["similarity"].to_numpy() == pytest.approx(
        1 / (1 + np.sqrt(np.take_along_axis(squares, expected, axis=1).ravel() / 30))
    )


def test_skipping_oneself_in_blocks(monkeypatch):
    X = table(2, 60)
    whole = retrieve(X, X, k=3, similarity="manhattan", exclude_self=True)
    assert not (whole["query"] == whole["case"]).any()
    monkeypatch.setattr("workbench.cbr.retrieval.BLOCK", 420)  # seven queries at a time
    assert retrieve(X, X, k=3, similarity="manhattan", exclude_self=True).equals(whole)


def test_a_callable_gets_tables_as_they_were_given():
    seen = []

    def same(queries, cases):
        seen.append((list(queries.columns), cases.shape))
        return np.ones((len(queries), len(cases)))

    retrieve(CASES, CASES.iloc[:2], similarity=same)
    assert seen == [(["frequency"], (3, 1))]


# Without the case itself ----------------------------------------------------------------------------------


@pytest.mark.parametrize("similarity", [*SLOW, "callable"])
@given(SEEDS, st.integers(1, 3))
def test_exclude_self_looks_among_the_other_cases_alone(similarity, seed, k):
    X = table(seed, 8)
    slow = SLOW.get(similarity, slow_grey)
    measure = similarity
    if similarity == "callable":
        # Depends on all cases, so that a case base that still held the query would show.
        def measure(queries, cases):
            return np.array([slow_grey(q, cases) for q in queries])

    how = {} if similarity == "callable" else GROUPED
    found = retrieve(X, X, k=k, similarity=measure, exclude_self=True, **how)
    for i in range(len(X)):
        others = np.delete(np.arange(len(X)), i)
        expected = np.array(slow(X[i], X[others]))
        part = found[found["query"] == i]
        assert part["case"].tolist() == others[np.argsort(-expected, kind="stable")[:k]].tolist()
        assert part["similarity"].to_numpy() == pytest.approx(np.sort(expected)[::-1][:k])


def test_without_itself_is_not_the_second_of_all_cases():
    # The case itself makes the least difference 0; left in, it would change which other one is nearest.
    changed = 0
    for seed in range(40):
        X = table(seed)
        second = [np.argsort([-s for s in slow_grey(x, X)], kind="stable")[1] for x in X]
        changed += (retrieve(X, X, exclude_self=True, **GROUPED)["case"] != second).sum()
    assert changed > 0


def slow_leave_one_out(X, y, slow, k, vote):
    answers = []
    for i in range(len(X)):
        others = [j for j in range(len(X)) if j != i]
        similar = slow(X[i], X[others])
        voters = sorted(range(len(others)), key=lambda v: (-similar[v], v))[:k]  # noqa: B023
        ranking = {}
        for place, v in enumerate(voters):
            name = y[others[v]]
            count, total, first = ranking.get(name, (0, 0.0, place))
            ranking[name] = (count + 1, total + similar[v], first)
        keys = {
            name: (count if vote == "majority" else 0, total, -first)
            for name, (count, total, first) in ranking.items()
        }
        answers.append(max(keys, key=keys.get))
    return answers


@pytest.mark.parametrize("vote", ["majority", "similarity"])
@pytest.mark.parametrize("similarity", SLOW)
@given(SEEDS, st.integers(1, 6))
def test_leave_one_out_equals_a_case_base_without_each_case(similarity, vote, seed, k):
    X, y = table(seed), classes(seed)
    found = leave_one_out(X, y, k=k, similarity=similarity, vote=vote, **GROUPED)
    expected = slow_leave_one_out(X, y, SLOW[similarity], k, vote)
    assert found.answers["answer"].tolist() == expected
    assert found.accuracy == np.mean(np.array(expected) == y)


def test_leave_one_out_by_hand():
    X = pd.DataFrame({"frequency": [0.0, 0.1, 0.4, 1.0]}, index=list("abcd"))
    found = leave_one_out(X, ["low", "low", "high", "high"], similarity="manhattan")
    assert found.accuracy == 0.75  # c is nearer to b than to d
    assert found.answers.loc["c"].to_dict() == {
        "class": "high",
        "answer": "low",
        "correct": False,
        "nearest": "b",
        "similarity": pytest.approx(1 / 1.3),
    }
    assert found.answers.index.tolist() == list("abcd")
    assert found.answers["nearest"].tolist() == ["b", "a", "b", "c"]


def test_a_class_of_one_case_is_always_missed():
    found = leave_one_out([[0.0], [0.1], [0.2], [9.0]], ["low", "low", "low", "high"])
    assert found.answers["correct"].tolist() == [True, True, True, False]


# Votes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "similarities", "majority", "similarity"),
    [
        ([2, 1, 1], [0.9, 0.25, 0.25], 1, 2),  # two votes against one of .9
        ([0, 1, 1, 0], [0.75, 0.5, 0.5, 0.5], 0, 0),  # two each: 1.25 against 1
        ([1, 0], [0.5, 0.5], 1, 1),  # nothing between them but the order
        ([1, 0, 0, 1], [0.75, 0.75, 0.5, 0.5], 1, 1),
        ([2, 2, 0], [0.0, 0.0, 0.0], 2, 2),  # similarities of 0: the nearest voter, not the first class
    ],
)
def test_votes_and_their_ties_by_hand(codes, similarities, majority, similarity):
    codes, similarities = np.array([codes]), np.array([similarities])
    votes, winner = ballot(codes, similarities, 3, "majority")
    assert winner.tolist() == [majority]
    assert votes.tolist() == [[(codes == c).sum() for c in range(3)]]
    votes, winner = ballot(codes, similarities, 3, "similarity")
    assert winner.tolist() == [similarity]
    assert votes.tolist() == [[similarities[codes == c].sum() for c in range(3)]]


# Refusals -------------------------------------------------------------------------------------------------

DIRTY = pd.DataFrame({"frequency": [0.0, np.nan]}, index=["ann", "bob"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: retrieve(DIRTY, CASES),
            "cases must be finite, without NaN or inf: row 'bob', column 'frequency' is nan",
        ),
        (lambda: retrieve(CASES, DIRTY, similarity="euclidean"), "row 'bob', column 'frequency' is nan"),
        (lambda: leave_one_out(DIRTY, [1, 2]), "X must be finite.*row 'bob', column 'frequency' is nan"),
        (lambda: leave_one_out(np.empty((0, 2)), []), r"X has shape \(0, 2\); allowed is \(n, m\)"),
        (
            lambda: retrieve(CASES, CASES, similarity="euclidian"),
            "similarity must be one of 'grey', .* not 'euclidian'; did you mean 'euclidean'",
        ),
        (
            lambda: retrieve(CASES, CASES, similarity="manhattan", scope="all"),
            "similarity 'manhattan' takes weights and groups and group_weights, not scope",
        ),
        (
            lambda: retrieve(CASES, CASES, similarity=slow_grey, weights=[1]),
            "takes no options, not weights",
        ),
        (
            lambda: retrieve(CASES, CASES, similarity=lambda Q, C: np.ones((3, 2))),
            r"similarity returned shape \(3, 2\); allowed is \(3, 3\), queries by cases",
        ),
        (
            lambda: retrieve(CASES, CASES, similarity=lambda Q, C: np.diag([1, np.inf, 1])),
            "similarity of query 'middle' to case 'middle' is inf",
        ),
        (lambda: retrieve(CASES, CASES, k=4), "k is 4; allowed are whole numbers from 1 to 3"),
        (lambda: retrieve(CASES, CASES, k=4, similarity="euclidean"), "k is 4; .* from 1 to 3"),
        (
            lambda: retrieve(CASES, CASES, k=3, similarity="euclidean", exclude_self=True),
            "k is 3; .* from 1 to 2",
        ),
        (lambda: retrieve(CASES, CASES, k=True, similarity="euclidean"), "k is True; allowed"),
        (
            lambda: retrieve(CASES, CASES.iloc[::-1], similarity="manhattan", exclude_self=True),
            "With exclude_self the queries must be the cases themselves, row by row",
        ),
        (
            lambda: retrieve(CASES, CASES, classes=[1, 2]),
            "classes has shape \\(2,\\); allowed is \\(3,\\), one label per row of cases",
        ),
        (
            lambda: leave_one_out(CASES, [1, None, 2]),
            "y is missing in row 'middle'; give every row one",
        ),
        (
            lambda: leave_one_out(CASES, [1, 2, 2], vote="borda"),
            "vote must be one of 'majority', 'similarity'",
        ),
        (
            lambda: leave_one_out(
                CASES, [1, 2, 2], vote="similarity", similarity=lambda Q, C: -np.ones((len(Q), len(C)))
            ),
            "A vote by similarity needs similarities of at least 0; got -1",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
