"""Grey relations against values worked out by hand and against slow, separate implementations."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from workbench import grey
from workbench.grey import blocks as grey_blocks
from workbench.grey import leaves as grey_leaves
from workbench.grey import nearest, relational_coefficient, relational_grade, similarity
from workbench.grey import sensitivity as grey_sensitivity

SCOPES = ["group", "all", "indicator", "case"]
GROUPS = ["r", "r", "f", "m", "f"]
WEIGHTING = {"weights": [0.3, 0.7, 0.4, 1, 0.6], "groups": GROUPS, "group_weights": [0.2, 0.5, 0.3]}

# Whole numbers with ties and duplicates, or a continuum; wide, or with a single case or query.
problems = st.tuples(
    st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 40), st.sampled_from([0, 1e-9, 1.0])
)


def tables(problem):
    """Queries and cases of five indicators, on steps of 1 plus some noise."""
    seed, q, n, noise = problem
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(q + n, 5)) + noise * rng.normal(size=(q + n, 5))
    return X[:q], X[q:]


def by_the_definition(queries, cases, rho, scope, groups):
    """Deng's coefficient by four loops, each scope spelt out."""
    out = np.empty((len(queries), len(cases), len(groups)))
    for i, query in enumerate(queries):
        for f, case in enumerate(cases):
            for j, group in enumerate(groups):
                if scope == "all":
                    over = [abs(query[a] - c[a]) for c in cases for a in range(len(groups))]
                elif scope == "group":
                    over = [
                        abs(query[a] - c[a]) for c in cases for a in range(len(groups)) if groups[a] == group
                    ]
                elif scope == "indicator":
                    over = [abs(query[j] - c[j]) for c in cases]
                else:
                    over = [abs(query[a] - case[a]) for a in range(len(groups))]
                below = abs(query[j] - case[j]) + rho * max(over)
                out[i, f, j] = (min(over) + rho * max(over)) / below if below else 1.0
    return out


# --- the worked example ------------------------------------------------------------------------------------

QUERY = pd.Series({"last": 0.2, "gap": 0.4, "count": 0.9, "amount": 0.5}, name="C1")
CASES = pd.DataFrame(
    {"last": [0.2, 0.8], "gap": [0.7, 0.4], "count": [0.5, 0.1], "amount": [0.5, 0.0]},
    index=pd.Index(["class 1", "class 2"], name="case"),
)
CHOICE = {
    "groups": {"recency": ["last", "gap"], "value": ["count", "amount"]},
    "weights": {"last": 0.6, "gap": 0.4, "count": 0.75, "amount": 0.25},
    "group_weights": {"recency": 0.2, "value": 0.8},
}
# Δ: last 0 .6, gap .3 0, count .4 .8, amount 0 .5. Recency: min 0, max .6, ρ max .3, so the coefficient is
# .3 / (Δ + .3). Value: min 0, max .8, ρ max .4, so it is .4 / (Δ + .4).
XI = np.array([[1, 1 / 3], [1 / 2, 1], [1 / 2, 1 / 3], [1, 4 / 9]])
GRADES = np.array([[0.6 + 0.4 / 2, 0.6 / 3 + 0.4], [0.75 / 2 + 0.25, 0.75 / 3 + 0.25 * 4 / 9]])
SIMILARITY = [0.2 * 0.8 + 0.8 * 0.625, 0.2 * 0.6 + 0.8 * (0.25 + 1 / 9)]


def test_hand_made_example_of_two_groups():
    query = QUERY.to_frame().T
    xi = relational_coefficient(query, CASES, groups=CHOICE["groups"])
    assert xi[0] == pytest.approx(XI.T)
    two = {key: CHOICE[key] for key in ("groups", "weights")}
    assert relational_grade(query, CASES, **two)[0] == pytest.approx(GRADES.T)
    assert similarity(query, CASES, **CHOICE)[0] == pytest.approx(SIMILARITY)
    assert nearest(query, CASES, k=2, **CHOICE).indices.tolist() == [[0, 1]]


def test_hand_made_example_by_scope():
    # All: min 0, max .8. Indicator: max .6, .3, .8, .5, min 0, 0, .4, 0. Pair: min 0, max .4 and .8.
    query = QUERY.to_frame().T
    expected = {
        "all": [
            [0.4 / 0.4, 0.4 / 1.0],
            [0.4 / 0.7, 0.4 / 0.4],
            [0.4 / 0.8, 0.4 / 1.2],
            [0.4 / 0.4, 0.4 / 0.9],
        ],
        "indicator": [[1, 0.3 / 0.9], [0.15 / 0.45, 1], [1, 0.8 / 1.2], [1, 0.25 / 0.75]],
        "case": [[1, 0.4 / 1.0], [0.2 / 0.5, 1], [0.2 / 0.6, 0.4 / 1.2], [1, 0.4 / 0.9]],
    }
    for scope, xi in expected.items():
        found = relational_coefficient(query, CASES, scope=scope, groups=CHOICE["groups"])
        assert found[0] == pytest.approx(np.transpose(xi)), scope


def test_worked_example_shows_every_step():
    shown = grey_sensitivity.worked_example(QUERY, CASES, **CHOICE)
    rows = [("recency", "last"), ("recency", "gap"), ("value", "count"), ("value", "amount")]
    assert shown.values.columns.tolist() == ["C1", "class 1", "class 2"]
    assert [list(t.index) for t in (shown.values, shown.distances, shown.coefficients)] == [rows] * 3
    assert shown.values.to_numpy().tolist() == np.c_[QUERY, CASES.T].tolist()
    assert shown.distances.to_numpy() == pytest.approx(np.array([[0, 0.6], [0.3, 0], [0.4, 0.8], [0, 0.5]]))
    assert shown.coefficients.to_numpy() == pytest.approx(XI)
    assert shown.grades.index.tolist() == ["recency", "value"]
    assert shown.grades.to_numpy() == pytest.approx(GRADES)
    assert shown.similarity.index.equals(CASES.index)
    assert shown.similarity.tolist() == pytest.approx(SIMILARITY)


def test_contributions_and_losses_of_the_hand_made_example():
    parts = grey_sensitivity.contribution(QUERY, CASES, **CHOICE)
    assert parts.weights.to_dict() == pytest.approx({"last": 0.12, "gap": 0.08, "count": 0.6, "amount": 0.2})
    assert parts.contributions["class 1"].tolist() == pytest.approx([0.12, 0.04, 0.3, 0.2])
    assert parts.contributions.sum().tolist() == pytest.approx(SIMILARITY)
    assert parts.losses["class 1"].to_dict() == pytest.approx(
        {"last": 0, "gap": 0.04, "count": 0.3, "amount": 0}
    )


@pytest.mark.parametrize("groups", [{"z": ["b", "a"], "y": ["c"]}, {"y": ["c"], "z": ["a", "b"]}])
def test_groups_keep_the_order_of_the_dict(groups):
    X = pd.DataFrame(np.random.default_rng(0).random((4, 3)), columns=list("abc"))
    by_place = list(groups).index("z"), list(groups).index("y")
    expected = relational_grade(X, X, groups=["z", "z", "y"])
    assert (relational_grade(X, X, groups=groups)[..., by_place] == expected).all()
    assert grey_sensitivity.worked_example(X.iloc[[1]], X, groups=groups).grades.index.tolist() == list(
        groups
    )


# --- properties --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPES)
@given(problem=problems, rho=st.sampled_from([0.01, 0.5, 1]))
def test_coefficient_equals_the_definition(scope, problem, rho):
    queries, cases = tables(problem)
    expected = by_the_definition(queries, cases, rho, scope, GROUPS)
    found = relational_coefficient(queries, cases, rho, scope=scope, groups=GROUPS)
    assert found == pytest.approx(expected, rel=1e-12)
    # Deng: 0 < coefficient ≤ 1, and 1 exactly where the distance is the smallest.
    assert found.min() >= rho / (1 + rho) * (1 - 1e-12)
    assert found.max() == 1


@pytest.mark.parametrize("scope", SCOPES)
@given(problem=problems)
def test_two_levels_equal_one_level_with_the_products_of_the_weights(scope, problem):
    queries, cases = tables(problem)
    xi = relational_coefficient(queries, cases, scope=scope, groups=GROUPS)
    # Groups r, f, m weigh .2, .5, .3.
    joint = np.array([0.2 * 0.3, 0.2 * 0.7, 0.5 * 0.4, 0.3 * 1, 0.5 * 0.6])
    found = similarity(queries, cases, scope=scope, **WEIGHTING)
    assert found == pytest.approx((xi * joint).sum(axis=2), rel=1e-12)
    grades = relational_grade(queries, cases, scope=scope, weights=WEIGHTING["weights"], groups=GROUPS)
    assert found == pytest.approx(grades @ [0.2, 0.5, 0.3], rel=1e-12)


@given(problem=problems, power=st.integers(-40, 40), shift=st.integers(-8, 8))
def test_one_shift_and_one_factor_for_all_indicators_change_nothing(problem, power, shift):
    queries, cases = (np.round(x, 6) for x in tables(problem))
    plain = similarity(queries, cases, scope="all", **WEIGHTING)
    moved = similarity((queries + shift) * 2.0**power, (cases + shift) * 2.0**power, scope="all", **WEIGHTING)
    assert moved == pytest.approx(plain, rel=1e-9, abs=1e-9)


@given(problem=problems, powers=st.lists(st.integers(-30, 30), min_size=5, max_size=5))
def test_scope_indicator_alone_is_free_of_units(problem, powers):
    queries, cases = tables(problem)
    factors = np.ldexp(1.0, powers)
    plain = relational_coefficient(queries, cases, scope="indicator")
    assert (relational_coefficient(queries * factors, cases * factors, scope="indicator") == plain).all()


def test_without_groups_the_scopes_group_and_all_are_the_same():
    queries, cases = tables((0, 3, 20, 1.0))
    everything = relational_coefficient(queries, cases, scope="all")
    assert (relational_coefficient(queries, cases) == everything).all()
    assert not np.allclose(relational_coefficient(queries, cases, groups=GROUPS), everything)


def test_query_and_case_cannot_change_roles():
    x, others = [[0.0, 0.0]], [[1.0, 0.0], [9.0, 0.0]]  # max Δ 9 from x, 8 from the first case
    assert similarity(x, others)[0, 0] != pytest.approx(similarity([others[0]], [x[0], others[1]])[0, 0])


def test_per_case_scope_gives_a_far_case_the_same_coefficients_as_a_near_one():
    near, far = [0.0, 1.0], [0.0, 1000.0]
    per_case = relational_coefficient([[0.0, 0.0]], [near, far], scope="case")
    assert per_case[0].tolist() == [[1, 1 / 3], [1, 1 / 3]]
    assert relational_coefficient([[0.0, 0.0]], [near, far])[0, :, 1] == pytest.approx([500 / 501, 1 / 3])


@pytest.mark.parametrize("scope", SCOPES)
def test_cases_identical_to_the_query_have_coefficient_1_though_all_distances_are_0(scope):
    assert (relational_coefficient([[3.0, 0.1]], [[3.0, 0.1]] * 2, scope=scope) == 1).all()
    found = nearest([[3.0, 0.1]], [[3.0, 0.1]] * 3, k=2, scope=scope)
    assert (found.indices.tolist(), found.similarities.tolist()) == ([[0, 1]], [[1, 1]])


def test_weights_that_miss_1_by_printed_rounding_are_used_as_given():
    weights = [0.3414, 0.4238, 0.2347]  # sum .9999
    assert similarity([[1, 2, 3]], [[1, 2, 3], [0, 0, 0]], weights=weights)[0, 0] == pytest.approx(0.9999)


# --- the nearest cases -------------------------------------------------------------------------------------


def by_sorting(queries, cases, k, **choice):
    """Stable order of the full similarities."""
    full = similarity(queries, cases, **choice)
    order = np.argsort(-full, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(full, order, axis=1)


@pytest.mark.parametrize("scope", SCOPES)
@given(
    problem=problems,
    rho=st.sampled_from([0.001, 0.5, 1.0]),
    k=st.integers(1, 40),
    unit=st.sampled_from([1e-320, 1e-200, 1e-30, 1, 1e30]),
    sizes=st.tuples(st.integers(3, 9), st.integers(0, 9)),
)
def test_nearest_equals_sorting_the_similarities_whatever_the_blocks(scope, problem, rho, k, unit, sizes):
    queries, cases = (x * unit for x in tables(problem))
    k = min(k, len(cases))
    choice = WEIGHTING | {"scope": scope, "distinguishing_coefficient": rho}
    order, values = by_sorting(queries, cases, k, **choice)
    full = similarity(queries, cases, **choice)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grey_blocks, "TILE", 2 ** sizes[0])
        patch.setattr(grey_blocks, "BLOCK", 2 ** sizes[1])
        found = nearest(queries, cases, k=k, **choice)
        assert (similarity(queries, cases, **choice) == full).all()
    assert (found.indices == order).all()
    assert (found.similarities == values).all()


@pytest.mark.parametrize("shift", [0, 1e6])
@pytest.mark.parametrize("k", [1, 5, 300])
def test_nearest_among_many_cases_closer_than_single_precision_can_tell(k, shift):
    rng = np.random.default_rng(3)
    cases = 0.5 + rng.normal(scale=1e-9, size=(3000, 5)) + shift
    cases[::100] = shift + rng.random((30, 5))
    queries = shift + rng.random((20, 5))
    order, values = by_sorting(queries, cases, k, **WEIGHTING)
    found = nearest(queries, cases, k=k, **WEIGHTING)
    assert (found.indices == order).all()
    assert (found.similarities == values).all()


@pytest.mark.parametrize("far", [1e25, 1e60, 1e200])
def test_nearest_with_a_query_far_outside_the_cases(far):
    queries, cases = tables((5, 4, 50, 1.0))
    queries[2, 1] = far
    order, _ = by_sorting(queries, cases, 5, **WEIGHTING)
    assert (nearest(queries, cases, k=5, **WEIGHTING).indices == order).all()


def test_single_precision_is_off_by_less_than_its_bound():
    rng = np.random.default_rng(0)
    for rho in (0.01, 0.5, 1):
        queries, cases = rng.lognormal(0, 2, (40, 5)) + 1e4, rng.lognormal(0, 2, (500, 5)) + 1e4
        codes = np.zeros(5, dtype=int)
        low, high = grey_blocks.distance_range(queries, cases, codes)
        numerators, offsets = (x.T / 1 for x in grey_blocks.fraction(low, high, rho))
        args = [cases.T, queries.T, numerators * 0.2, offsets]
        single, share = grey_blocks.single_precision(*args, high, codes, rho)
        full, approximate = np.empty((40, 500)), np.empty((40, 500), dtype=np.float32)
        grey_blocks.fill(full, *args)
        grey_blocks.fill(approximate, *single)
        assert 0 < np.abs(full - approximate).max() < share < 1e-4


@pytest.mark.parametrize("scope", ["group", "all", "indicator"])
@given(problem=problems, k=st.integers(1, 5))
def test_excluding_self_equals_taking_the_case_out(scope, problem, k):
    cases = np.vstack([*tables(problem), np.full((1, 5), 7.0)])
    k = min(k, len(cases) - 1)
    found = nearest(cases, cases, k=k, scope=scope, exclude_self=True, **WEIGHTING)
    for i in range(len(cases)):
        others = np.delete(np.arange(len(cases)), i)
        alone = nearest(cases[[i]], cases[others], k=k, scope=scope, **WEIGHTING)
        assert found.indices[i].tolist() == others[alone.indices[0]].tolist()
        assert found.similarities[i].tolist() == alone.similarities[0].tolist()


def test_excluding_self_per_case_only_leaves_the_row_out():
    cases = np.array([[0.0, 1.0], [0.0, 3.0], [5.0, 5.0]])
    found = nearest(cases, cases, scope="case", exclude_self=True)
    assert (found.indices.ravel() != [0, 1, 2]).all()


def always_by_leaves(patch, size=2, table=2**24, pairs=2**21):
    """Search by leaves however few the cases and queries are, and whether or not it is worth it."""
    sizes = {"SIZE": size, "FEWEST": 1, "QUERIES": 1, "SHARE": 2, "TABLE": table, "PAIRS": pairs}
    for name, value in sizes.items():
        patch.setattr(grey_leaves, name, value)


@pytest.mark.parametrize("scope", SCOPES)
@given(
    problem=problems,
    copies=st.sampled_from([1, 3]),
    rho=st.sampled_from([0.001, 0.5, 1.0]),
    k=st.integers(1, 120),
    unit=st.sampled_from([1e-320, 1e-200, 1e-30, 1, 1e30]),
    weights=st.sampled_from([WEIGHTING, WEIGHTING | {"weights": [0, 1, 1, 1, 0]}]),
    sizes=st.tuples(st.integers(2, 24), st.integers(0, 7), st.integers(0, 7), st.integers(3, 9)),
)
def test_nearest_by_leaves_equals_sorting_the_similarities(
    scope, problem, copies, rho, k, unit, weights, sizes
):
    queries, cases = (x * unit for x in tables(problem))
    cases = np.tile(cases, (copies, 1))
    k = min(k, len(cases))
    choice = weights | {"scope": scope, "distinguishing_coefficient": rho}
    order, values = by_sorting(queries, cases, k, **choice)
    size, table, pairs, tile = sizes
    with pytest.MonkeyPatch.context() as patch:
        always_by_leaves(patch, size, 2**table, 2**pairs)
        patch.setattr(grey_blocks, "TILE", 2**tile)
        patch.setattr(grey_blocks, "PIECE", 7)
        found = nearest(queries, cases, k=k, **choice)
    assert (found.indices == order).all()
    assert (found.similarities == values).all()


@pytest.mark.parametrize("scope", ["group", "all", "indicator"])
@given(problem=problems, copies=st.sampled_from([1, 3]), k=st.integers(1, 120), size=st.integers(2, 24))
def test_excluding_self_by_leaves_equals_comparing_all_pairs(scope, problem, copies, k, size):
    cases = np.tile(np.vstack([*tables(problem)]), (copies, 1))
    k = min(k, len(cases) - 1)
    choice = WEIGHTING | {"k": k, "scope": scope, "exclude_self": True}
    expected = nearest(cases, cases, **choice)
    with pytest.MonkeyPatch.context() as patch:
        always_by_leaves(patch, size)
        found = nearest(cases, cases, **choice)
    assert (found.indices == expected.indices).all()
    assert (found.similarities == expected.similarities).all()


@pytest.mark.parametrize("shift", [0, 1e6])
def test_leaves_of_cases_closer_than_single_precision_can_tell(shift, monkeypatch):
    rng = np.random.default_rng(3)
    cases = 0.5 + rng.normal(scale=1e-9, size=(3000, 5)) + shift
    cases[::100] = shift + rng.random((30, 5))
    queries = shift + rng.random((20, 5))
    queries[:5] = cases[:5]
    order, values = by_sorting(queries, cases, 5, **WEIGHTING)
    always_by_leaves(monkeypatch, size=32)
    found = nearest(queries, cases, k=5, **WEIGHTING)
    assert (found.indices == order).all()
    assert (found.similarities == values).all()


def counted_sums(monkeypatch):
    """Count the sums added up from here on, those at boxes included."""
    count = []
    add_up = grey_blocks.add_up
    monkeypatch.setattr(grey_blocks, "add_up", lambda *args: (count.append(args[-2].size), add_up(*args))[1])
    return count


def test_most_pairs_are_passed_over_where_few_indicators_weigh_most(monkeypatch):
    queries, cases = np.random.default_rng(0).random((2, 4000, 5))
    weights = {"weights": [0.45, 0.03, 0.46, 0.03, 0.03]}
    order, values = by_sorting(queries, cases, 3, **weights)
    count = counted_sums(monkeypatch)
    found = nearest(queries, cases, k=3, **weights)
    assert sum(count) < 4000 * 4000 / 5
    assert (found.indices == order).all()
    assert (found.similarities == values).all()


def test_all_pairs_are_compared_where_no_leaf_can_be_passed_over(monkeypatch):
    queries, cases = np.random.default_rng(0).random((2, 2000, 20))
    count = counted_sums(monkeypatch)
    nearest(queries, cases)
    assert sum(count) > 2000 * 2000


@pytest.mark.parametrize("exclude_self", [False, True])
def test_of_equal_cases_only_the_first_are_compared(exclude_self, monkeypatch):
    scores = np.random.default_rng(0).integers(1, 4, size=(3000, 3)).astype(float)
    count = counted_sums(monkeypatch)
    found = nearest(scores, scores, k=2, exclude_self=exclude_self)
    assert sum(count) < 3000 * (27 * 3 + 100)
    for i in (0, 1500, 2999):
        equal = np.flatnonzero((scores == scores[i]).all(axis=1))
        assert found.indices[i].tolist() == equal[equal != i if exclude_self else slice(None)][:2].tolist()


def test_nearest_holds_no_matrix_of_all_pairs():
    queries, cases = np.random.default_rng(0).random((2, 6000, 4))
    tracemalloc.start()
    nearest(queries, cases, k=5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6000 * 6000 * 4 / 10


def test_numpy_buffer_is_as_before():
    with np.errstate():
        np.setbufsize(4096)
        similarity([[1.0]], [[2.0]])
        assert np.getbufsize() == 4096


# --- sensitivity -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("block", [2**18, 64])
def test_sweep_equals_one_comparison_per_query(scope, block, monkeypatch):
    monkeypatch.setattr(grey_blocks, "BLOCK", block)
    queries, cases = np.random.default_rng(1).random((2, 25, 5))
    labels = np.array(list("abcde") * 5)
    found = grey_sensitivity.distinguishing_sweep(
        queries, cases, [0.05, 0.5, 1.0], k=3, labels=labels, scope=scope, **WEIGHTING
    )
    base = similarity(queries, cases, scope=scope, **WEIGHTING)
    base_order = np.argsort(-base, axis=1, kind="stable")
    for rho in (0.05, 0.5, 1.0):
        new = similarity(queries, cases, scope=scope, distinguishing_coefficient=rho, **WEIGHTING)
        order = np.argsort(-new, axis=1, kind="stable")
        kept = [len(set(a[:3]) & set(b[:3])) / 3 for a, b in zip(order, base_order, strict=True)]
        expected = {
            "nearest_kept": np.mean(kept),
            "class_kept": np.mean(labels[order[:, 0]] == labels[base_order[:, 0]]),
            "rank_correlation": np.mean([spearmanr(a, b)[0] for a, b in zip(new, base, strict=True)]),
        }
        assert found.loc[rho].to_dict() == pytest.approx(expected)
    assert found.loc[0.5].tolist() == [1, 1, 1]
    assert found["nearest_kept"].min() < 1


def test_sweep_has_no_rank_correlation_where_all_cases_are_equally_similar():
    found = grey_sensitivity.distinguishing_sweep([[0.0]], [[1.0], [-1.0]], [0.1])
    assert found["nearest_kept"].tolist() == [1]
    assert found["rank_correlation"].isna().all()


@given(problem=problems)
def test_contributions_of_a_query_add_up_to_its_similarities(problem):
    queries, cases = tables(problem)
    parts = grey_sensitivity.contribution(queries[0], cases, **WEIGHTING)
    assert parts.contributions.sum().to_numpy() == pytest.approx(similarity(queries, cases, **WEIGHTING)[0])
    both = (parts.contributions + parts.losses).to_numpy()
    assert both == pytest.approx(np.repeat(parts.weights.to_numpy()[:, None], len(cases), axis=1))
    assert parts.losses.min(axis=None) >= 0


# --- what is refused ---------------------------------------------------------------------------------------

X = pd.DataFrame({"atf": [1.0, 2.0], "share": [0.5, 0.25]}, index=["C1", "C2"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"queries": X.replace(2.0, np.nan)},
            "queries must be finite, without NaN or inf: row 'C2', column 'atf' is nan",
        ),
        (
            {"cases": X.replace(0.5, np.inf)},
            "cases must be finite, without NaN or inf: row 'C1', column 'share' is inf",
        ),
        ({"queries": X[["share", "atf"]]}, "same order: column 0 is 'share' in queries and 'atf' in cases"),
        ({"queries": X[["atf"]]}, "queries has 1 columns, cases has 2"),
        ({"queries": X.iloc[:0]}, r"queries has shape \(0, 2\)"),
        ({"cases": X.to_numpy()[0]}, r"cases has shape \(2,\)"),
        ({"queries": X.assign(atf="much")}, "queries must hold numbers only"),
        (
            {"queries": X.set_axis(["a", "a"], axis=1), "cases": X.set_axis(["a", "a"], axis=1)},
            "Column names must be distinct: 'a' comes twice",
        ),
        ({"queries": X * 8e307, "cases": -X * 8e307}, "overflow"),
        ({"queries": X * 8e307, "cases": -X * 8e307, "scope": "case"}, "overflow"),
        ({"scope": "groups"}, "scope must be one of .*'groups'; did you mean 'group'"),
        ({"distinguishing_coefficient": 0}, "distinguishing_coefficient is 0; .*0/0 for an identical case"),
        ({"distinguishing_coefficient": 1.5}, "is 1.5; allowed is a finite number, above 0 and at most 1"),
        ({"distinguishing_coefficient": np.nan}, "is nan; allowed is a finite number, above 0"),
        ({"distinguishing_coefficient": True}, "is True; allowed is a finite number, above 0"),
        ({"groups": {"f": ["atf"]}}, "Indicator 'share' is in no group"),
        (
            {"groups": {"f": ["atf", "shares"]}},
            "Unknown indicator 'shares' in group 'f'; did you mean 'share'",
        ),
        ({"groups": {"f": ["atf", "share"], "m": ["atf"]}}, "'atf' is in group 'f' and in 'm'"),
        ({"groups": {"f": "atf", "m": ["share"]}}, "Group 'f' must be a list"),
        ({"groups": ["f"]}, "groups has 1 labels for 2 indicators"),
        (
            {"groups": pd.Series(["f", "m"], index=["share", "atf"])},
            "groups must be in the order of the columns",
        ),
        ({"group_weights": [1.0]}, "group_weights were given without groups"),
        ({"weights": [0.5, 0.6]}, "weights must sum to 1 .*not 1.1"),
        ({"weights": [0.5, 0.5], "groups": ["f", "m"]}, "weights of group 'f' must sum to 1"),
        (
            {"weights": [1, 1], "groups": ["f", "m"], "group_weights": [0.5, 0.4]},
            "group_weights must sum to 1",
        ),
        ({"weights": [1.5, -0.5]}, "weights must be finite and not negative: that of 'share' is -0.5"),
        ({"weights": [np.nan, 1]}, "that of 'atf' is nan"),
        ({"weights": {"atf": 1.0}}, "weights has no entry for 'share'; give one for each of 'atf', 'share'"),
        ({"weights": [1.0]}, r"weights has shape \(1,\); allowed is \(2,\)"),
    ],
)
def test_refused_by_name(change, message):
    arguments = {"queries": X, "cases": X} | change
    for function in (similarity, nearest):
        with pytest.raises(ValueError, match=message):
            function(
                arguments["queries"],
                arguments["cases"],
                **{k: v for k, v in change.items() if k not in ("queries", "cases")},
            )


@pytest.mark.parametrize(("k", "self", "most"), [(0, False, 2), (3, False, 2), (2, True, 1), (1.0, False, 2)])
def test_k_out_of_range_is_refused(k, self, most):
    with pytest.raises(ValueError, match=f"k is {k!r}; allowed are whole numbers from 1 to {most}"):
        nearest(X, X, k=k, exclude_self=self)


def test_excluding_self_needs_the_cases_as_queries():
    with pytest.raises(ValueError, match="exclude_self needs the cases themselves as queries"):
        nearest(X + 1, X, exclude_self=True)


def test_other_calls_refuse_too():
    with pytest.raises(ValueError, match="query has shape"):
        grey_sensitivity.contribution(X, X)
    with pytest.raises(ValueError, match="same columns in the same order"):
        grey_sensitivity.worked_example(X.loc["C1", ["share", "atf"]], X)
    with pytest.raises(ValueError, match="distinguishing_coefficient is 0"):
        grey_sensitivity.distinguishing_sweep(X, X, [0.5, 0])
    with pytest.raises(ValueError, match=r"labels has shape \(1,\)"):
        grey_sensitivity.distinguishing_sweep(X, X, [0.5], labels=["a"])
    with pytest.raises(ValueError, match="labels is missing in row 'C2'"):
        grey_sensitivity.distinguishing_sweep(X, X, [0.5], labels=["a", None])
    with pytest.raises(ValueError, match="k is 3"):
        grey_sensitivity.distinguishing_sweep(X, X, [0.5], k=3)
    with pytest.raises(ValueError, match="scope must be one of"):
        grey.relational_grade(X, X, scope="pair")
