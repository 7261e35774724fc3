"""The classifier against scikit-learn's checks and plain loops; explanations against the similarity."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.utils.estimator_checks import parametrize_with_checks

from workbench import cbr, grey
from workbench.cbr import GreyCaseClassifier, leave_one_out, retrieve, typical_cases

SEEDS = st.integers(0, 2**32 - 1)
COLUMNS = ["last_deposit", "last_payment", "count"]
HOW = {
    "weights": {"last_deposit": 0.4, "last_payment": 0.6, "count": 1},
    "groups": {"recency": COLUMNS[:2], "frequency": COLUMNS[2:]},
    "group_weights": {"recency": 0.25, "frequency": 0.75},
}


def cases(seed, n=12):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.random((n, 3)), columns=COLUMNS, index=[f"case {i}" for i in range(n)])
    return X, rng.permutation(np.resize(["high", "low", "middle"], n))


def queries(seed, n=5):
    rng = np.random.default_rng(seed + 1)
    return pd.DataFrame(rng.random((n, 3)), columns=COLUMNS, index=[f"C{i}" for i in range(1, n + 1)])


@parametrize_with_checks(
    [
        GreyCaseClassifier(),
        GreyCaseClassifier(3, vote="similarity", scope="indicator"),
        GreyCaseClassifier(representatives="random", random_state=0),
        GreyCaseClassifier(representatives="centroid", scope="all", distinguishing_coefficient=1),
    ]
)
def test_scikit_learn_estimator(estimator, check):
    check(estimator)


# Answers --------------------------------------------------------------------------------------------------


def test_answers_by_hand():
    # One group, ρ = .5. Query (.2, .8): distances (.2, .8) (.8, .2) (.1, .2), min .1, max .8, so
    # .5 / (Δ + .4) with weights .9, .1: .75 + .0417, .375 + .0833, .9 + .0833.
    X = pd.DataFrame({"f": [0.0, 1.0, 0.1], "m": [0.0, 1.0, 0.6]}, index=["a", "b", "c"])
    query = pd.DataFrame({"f": [0.2], "m": [0.8]}, index=["C1"])
    fitted = GreyCaseClassifier(2, weights=[0.9, 0.1]).fit(X, ["low", "high", "middle"])
    distances, indices = fitted.kneighbors(query)
    assert indices.tolist() == [[2, 0]]
    assert distances.tolist() == [pytest.approx([1 - 0.9 - 0.25 / 3, 1 - 0.75 - 0.125 / 3])]
    assert fitted.classes_.tolist() == ["high", "low", "middle"]
    assert fitted.predict_proba(query).tolist() == [[0, 0.5, 0.5]]
    assert fitted.predict(query).tolist() == ["middle"]  # one vote each; the more similar one


@pytest.mark.parametrize("vote", ["majority", "similarity"])
@pytest.mark.parametrize("scope", ["group", "all", "indicator", "case"])
@settings(max_examples=20)
@given(SEEDS, st.integers(1, 5))
def test_answers_are_votes_of_the_retrieved_cases(scope, vote, seed, k):
    X, y = cases(seed)
    fitted = GreyCaseClassifier(k, vote=vote, scope=scope, **HOW).fit(X, y)
    found = retrieve(X, queries(seed), k=k, classes=y, scope=scope, **HOW)
    found["weight"] = found["similarity"] if vote == "similarity" else 1.0
    totals = found.pivot_table(index="query", columns="class", values=["weight", "similarity"], aggfunc="sum")
    totals = totals.fillna(0).reindex(queries(seed).index)
    shares = totals["weight"].div(totals["weight"].sum(axis=1), axis=0).reindex(columns=fitted.classes_)
    assert fitted.predict_proba(queries(seed)) == pytest.approx(shares.fillna(0).to_numpy())
    best = [
        max(totals["weight"].columns, key=lambda c: (row["weight"][c], row["similarity"][c]))  # noqa: B023
        for _, row in totals.iterrows()
    ]
    assert fitted.predict(queries(seed)).tolist() == best


@settings(max_examples=20)
@given(SEEDS, st.integers(1, 4))
def test_leaving_one_out_equals_fitting_without_each_case(seed, k):
    X, y = cases(seed)
    estimator = GreyCaseClassifier(k, **HOW)
    refitted = cross_val_predict(estimator, X, y, cv=LeaveOneOut())
    assert leave_one_out(X, y, k=k, **HOW).answers["answer"].tolist() == refitted.tolist()


@settings(max_examples=20)
@given(SEEDS)
def test_neighbours_of_the_cases_themselves_leave_each_out(seed):
    X, y = cases(seed)
    distances, indices = GreyCaseClassifier(2, **HOW).fit(X, y).kneighbors()
    expected = retrieve(X, X, k=2, exclude_self=True, **HOW)
    assert X.index[indices.ravel()].tolist() == expected["case"].tolist()
    assert (1 - distances).ravel().tolist() == pytest.approx(expected["similarity"].tolist())


def test_kneighbors_follows_scikit_learn():
    X, y = cases(0)
    fitted = GreyCaseClassifier(**HOW).fit(X, y)
    distances, indices = fitted.kneighbors(queries(0), n_neighbors=3)
    assert distances.shape == indices.shape == (5, 3)
    assert (np.diff(distances) >= 0).all()
    assert fitted.kneighbors(queries(0), 3, return_distance=False).tolist() == indices.tolist()
    distances, indices = fitted.kneighbors(X)
    assert distances.ravel() == pytest.approx(0)
    assert indices.ravel().tolist() == list(range(12))


@pytest.mark.parametrize("how", ["all", "random", "medoid", "centroid"])
def test_representatives_are_the_typical_cases(how):
    X, y = cases(4, 30)
    fitted = GreyCaseClassifier(representatives=how, random_state=8, **HOW).fit(X, y)
    kept, classes = typical_cases(X, y, how, random_state=8, **HOW)
    assert fitted.cases_.equals(kept)
    assert fitted.case_classes_.tolist() == classes.tolist()
    assert len(kept) == (30 if how == "all" else 3)
    found = retrieve(kept, queries(4), classes=classes, **HOW)
    assert fitted.predict(queries(4)).tolist() == found["class"].tolist()


def test_nearest_depends_on_the_whole_case_base():
    # A far case d stretches the recency group, whose differences then weigh less: b overtakes a.
    X = pd.DataFrame({"r": [0.0, 0.4], "f": [0.5, 0.2]}, index=["a", "b"])
    how = {"groups": ["R", "F"], "group_weights": [0.5, 0.5]}
    query = pd.DataFrame({"r": [0.0], "f": [0.0]})
    assert GreyCaseClassifier(**how).fit(X, ["A", "B"]).predict(query).tolist() == ["A"]
    X.loc["d"] = [9.0, 0.5]
    assert GreyCaseClassifier(**how).fit(X, ["A", "B", "D"]).predict(query).tolist() == ["B"]


# Explanations ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["group", "all", "indicator", "case"])
@settings(max_examples=20)
@given(SEEDS, st.integers(1, 4))
def test_explanations_add_up_to_the_similarities(scope, seed, k):
    X, y = cases(seed)
    fitted = GreyCaseClassifier(k, scope=scope, **HOW).fit(X, y)
    table = fitted.explain(queries(seed))
    similar = pd.DataFrame(
        grey.similarity(queries(seed), X, scope=scope, **HOW), queries(seed).index, X.index
    )
    for query, part in table.groupby(level="query"):
        winner = fitted.predict(queries(seed).loc[[query]])[0]
        row = similar.loc[query]
        case, rival = row[y == winner].idxmax(), row[y != winner].idxmax()
        assert part["case"].unique().tolist() == [case]
        assert part["class"].unique().tolist() == [winner]
        assert part["rival"].unique().tolist() == [rival]
        assert part["rival_class"].unique().tolist() == [y[X.index == rival][0]]
        assert part["contribution"].sum() == pytest.approx(row[case])
        assert part["rival_contribution"].sum() == pytest.approx(row[rival])
        assert part["loss"].sum() == pytest.approx(1 - row[case])
        assert part["difference"].sum() == pytest.approx(row[case] - row[rival])
        if k == 1:
            assert part["difference"].sum() >= -1e-12


def test_an_explanation_by_hand():
    # Query (.2, .8) as above: b is nearest of all but c, of another class.
    X = pd.DataFrame({"f": [0.0, 1.0, 0.1], "m": [0.0, 1.0, 0.6]}, index=["a", "b", "c"])
    query = pd.DataFrame({"f": [0.2], "m": [0.8]}, index=["C1"])
    table = GreyCaseClassifier(weights=[0.9, 0.1]).fit(X, ["low", "low", "high"]).explain(query)
    assert table.index.tolist() == [("C1", "f"), ("C1", "m")]
    assert table.index.names == ["query", "indicator"]
    assert list(table.columns) == [
        "case", "class", "contribution", "loss", "rival", "rival_class", "rival_contribution", "difference",
    ]  # fmt: skip
    assert table["contribution"].tolist() == pytest.approx([0.9 * 0.5 / 0.5, 0.1 * 0.5 / 0.6])
    assert table["loss"].tolist() == pytest.approx([0, 0.1 / 6])
    assert table["rival_contribution"].tolist() == pytest.approx([0.9 * 0.5 / 0.6, 0.1 * 0.5 / 1.2])
    assert table["difference"].tolist() == pytest.approx([0.15, 0.1 * 0.5 / 1.2])
    assert table[["case", "rival", "rival_class"]].drop_duplicates().to_numpy().tolist() == [
        ["c", "a", "low"]
    ]


def test_an_outvoted_rival_is_shown_as_the_more_similar_one():
    X = pd.DataFrame({"f": [0.0, 0.2, 0.3]}, index=["a", "b", "c"])
    query = pd.DataFrame({"f": [0.05]})
    table = GreyCaseClassifier(3).fit(X, ["low", "high", "high"]).explain(query)
    assert table[["case", "class", "rival", "rival_class"]].to_numpy().tolist() == [["b", "high", "a", "low"]]
    assert table["difference"].sum() < 0


def test_one_query_is_explained_under_its_name():
    X, y = cases(1)
    fitted = GreyCaseClassifier(**HOW).fit(X, y)
    whole = fitted.explain(queries(1))
    assert fitted.explain(queries(1).loc["C2"]).equals(whole.loc[["C2"]])
    plain = GreyCaseClassifier().fit(X.to_numpy(), y)
    one = plain.explain(queries(1).loc["C2"].to_numpy())
    assert one.index.tolist() == [(0, 0), (0, 1), (0, 2)]
    assert one.equals(plain.explain(queries(1).loc[["C2"]].to_numpy()))


def test_a_single_class_has_no_rival():
    table = GreyCaseClassifier().fit([[0.0], [1.0]], ["low", "low"]).explain([[0.2]])
    assert table[["rival", "rival_class"]].isna().all(axis=None)
    assert table[["rival_contribution", "difference"]].isna().all(axis=None)


# The door and the refusals --------------------------------------------------------------------------------


def test_from_the_case_base_to_an_answer():
    X, y = cases(2)
    with cbr.CaseBase("sqlite://", indicators=COLUMNS) as base:
        base.add(X.assign(**{"class": y}))
        base.set_weights(HOW["weights"], groups=HOW["groups"], group_weights=HOW["group_weights"])
        kept, weighting = base.to_frame(), base.weights()._asdict()
    fitted = GreyCaseClassifier(**weighting).fit(kept[COLUMNS], kept["class"])
    expected = GreyCaseClassifier(**HOW).fit(X, y)
    assert fitted.predict(queries(2)).tolist() == expected.predict(queries(2)).tolist()
    found = retrieve(kept[COLUMNS], queries(2), classes=kept["class"], **weighting)
    assert found["class"].tolist() == expected.predict(queries(2)).tolist()
    assert found["case"].tolist() == [1 + i for i in expected.kneighbors(queries(2))[1].ravel()]


def test_cbr_offers_the_names_of_its_parts():
    from workbench.cbr import representatives, retrieval
    from workbench.cbr.store import case_base

    assert cbr.CaseBase is case_base.CaseBase
    for module in (representatives, retrieval):
        assert set(module.__all__) <= set(cbr.__all__)
        assert all(getattr(cbr, name) is getattr(module, name) for name in module.__all__)


NAMED = pd.DataFrame({"count": [0.0, 1, np.nan]}, index=["ann", "bob", "cy"])
LINE = np.arange(4.0)[:, None]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: GreyCaseClassifier().fit(NAMED, [1, 2, 1]),
            "X must be finite, .*: row 'cy', column 'count' is nan",
        ),
        (
            lambda: GreyCaseClassifier().fit(NAMED[:2], [1, 2]).predict(NAMED),
            "row 'cy', column 'count' is nan",
        ),
        (
            lambda: GreyCaseClassifier(3).fit([[0.0], [1.0]], [1, 2]),
            "n_neighbors is 3; allowed are whole numbers from 1 to 2",
        ),
        (
            lambda: GreyCaseClassifier(3, representatives="centroid").fit(LINE, [1, 1, 2, 2]),
            "n_neighbors is 3; .* from 1 to 2",
        ),
        (
            lambda: GreyCaseClassifier().fit(LINE, [1, 1, 2, 2]).kneighbors(n_neighbors=4),
            "n_neighbors is 4; .* from 1 to 3",
        ),
        (
            lambda: GreyCaseClassifier(vote="similar").fit(LINE, [1, 1, 2, 2]),
            "vote must be one of 'majority', 'similarity', not 'similar'; did you mean 'similarity'",
        ),
        (
            lambda: GreyCaseClassifier(representatives="some").fit(LINE, [1, 1, 2, 2]),
            "representatives must be one of 'all', 'random', 'medoid', 'centroid', not 'some'",
        ),
        (lambda: GreyCaseClassifier(scope="pair").fit(LINE, [1, 1, 2, 2]), "scope must be one of"),
        (
            lambda: GreyCaseClassifier(distinguishing_coefficient=0).fit(LINE, [1, 1, 2, 2]),
            "distinguishing_coefficient is 0",
        ),
        (
            lambda: GreyCaseClassifier(weights={"cuont": 1}).fit(NAMED[:2], [1, 2]),
            "weights names 'cuont', which is unknown; did you mean 'count'",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_not_fitted():
    for name in ("predict", "predict_proba", "kneighbors", "explain"):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            getattr(GreyCaseClassifier(), name)(LINE)
