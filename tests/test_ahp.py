"""AHP against published examples, closed forms and its own properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import ahp

QUOTED = [[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]]
THREE = [[1, 1 / 2, 1 / 2], [2, 1, 2 / 3], [2, 3 / 2, 1]]
METHODS = ["eigenvector", "geometric_mean", "column_mean"]

# Saaty's drinks: consumption of coffee, wine, tea, beer, sodas, milk, water in the United States
DRINKS = [
    [1, 9, 5, 2, 1, 1, 1 / 2],
    [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [1, 9, 4, 2, 1, 2, 1 / 2],
    [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [2, 9, 9, 3, 2, 3, 1],
]

scale = st.sampled_from(ahp.SAATY_SCALE.tolist())
weight_vectors = st.lists(st.floats(0.05, 1), min_size=2, max_size=8).map(lambda w: np.array(w) / sum(w))


@st.composite
def saaty_matrices(draw, least=2, most=7):
    n = draw(st.integers(least, most))
    return ahp.from_upper(draw(st.lists(scale, min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2)))


def random_matrices(m, n, random_state=0):
    pairs = n * (n - 1) // 2
    return ahp.from_upper(np.random.default_rng(random_state).choice(ahp.SAATY_SCALE, (m, pairs)))


# --- weights ----------------------------------------------------------------------------------------------


def test_saaty_drinks_weights_and_consistency():
    expected = [0.1775, 0.0191, 0.0418, 0.1164, 0.1896, 0.1288, 0.3268]
    assert ahp.weights(DRINKS).round(4).tolist() == expected
    result = ahp.consistency(DRINKS)
    assert round(result.lambda_max, 4) == 7.1766
    assert round(result.consistency_index, 5) == 0.02944
    assert result.random_index == 1.32
    assert result.consistency_ratio == result.consistency_index / 1.32


def test_three_by_three_reference_weights_and_both_random_indices():
    assert ahp.weights(THREE).round(5).tolist() == [0.19855, 0.34689, 0.45456]
    # closed form for n = 3: λ_max = 1 + t + 1/t with t the cube root of a01 a12 / a02 = 2/3
    t = (2 / 3) ** (1 / 3)
    result = ahp.consistency(THREE)
    assert result.lambda_max == pytest.approx(1 + t + 1 / t, rel=1e-14)
    assert round(result.consistency_ratio, 5) == 0.01577
    assert round(ahp.consistency(THREE, "saaty2008").consistency_ratio, 4) == 0.0176


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (QUOTED, [0.2206, 0.3403, 0.4390]),
        (ahp.reciprocal(QUOTED), [0.22086, 0.34054, 0.43859]),
        (ahp.reciprocal(QUOTED, "lower"), [0.22050, 0.34021, 0.43929]),
    ],
    ids=["as quoted", "upper triangle", "lower triangle"],
)
def test_telecom_quoted_matrix_in_three_readings(reading, expected):
    np.testing.assert_allclose(ahp.weights(reading), expected, atol=5e-5)


def test_telecom_upper_triangle_rounds_to_the_printed_weights():
    assert ahp.weights(ahp.reciprocal(QUOTED)).round(3).tolist() == [0.221, 0.341, 0.439]


def test_telecom_quoted_matrix_consistency_ratio():
    assert round(ahp.consistency(QUOTED).consistency_ratio, 4) == 0.0090
    assert round(ahp.consistency(QUOTED, "saaty2008").consistency_ratio, 4) == 0.0101
    assert round(ahp.consistency(ahp.reciprocal(QUOTED)).consistency_ratio, 4) == 0.0071
    assert round(ahp.consistency(ahp.reciprocal(QUOTED), 0.52).consistency_ratio, 4) == 0.0079


@pytest.mark.parametrize("method", METHODS)
@given(w=weight_vectors)
def test_consistent_matrix_gives_back_its_weights_and_ratio_zero(method, w):
    A = w[:, None] / w
    np.testing.assert_allclose(ahp.weights(A, method), w, rtol=1e-12)
    assert ahp.consistency(A).consistency_ratio == 0


@given(saaty_matrices())
def test_eigenvector_agrees_with_lapack(A):
    values, vectors = np.linalg.eig(A)
    v = abs(vectors[:, values.real.argmax()])
    np.testing.assert_allclose(ahp.weights(A), v / v.sum(), rtol=1e-11)
    assert ahp.consistency(A).lambda_max == pytest.approx(values.real.max(), rel=1e-12)


@given(st.lists(st.floats(1e-4, 1e4), min_size=16, max_size=16))
def test_any_positive_matrix_satisfies_the_eigenvalue_equation(entries):
    A = np.reshape(entries, (4, 4))
    w = ahp.weights(A, reciprocal=False)
    ratio = A @ w / w
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=1e-11)
    assert w.sum() == pytest.approx(1, abs=1e-14)


def test_slowly_converging_matrix_goes_to_lapack():
    # eigenvalues 1 ± 1e-7, which squaring twelve times does not part; principal vector (√1e-5, √1e-9)
    w = ahp.weights([[1, 1e-5], [1e-9, 1]], reciprocal=False)
    np.testing.assert_allclose(w, [100 / 101, 1 / 101], rtol=1e-6)


@given(saaty_matrices(least=3))
def test_lambda_max_is_at_least_n_saaty_1977_theorem(A):
    assert ahp.consistency(A).lambda_max >= len(A)


@pytest.mark.parametrize("method", METHODS)
@given(A=saaty_matrices(), data=st.data())
def test_weights_follow_a_permutation_of_the_elements(method, A, data):
    order = data.draw(st.permutations(range(len(A))))
    np.testing.assert_allclose(ahp.weights(A[np.ix_(order, order)], method), ahp.weights(A, method)[order])


@pytest.mark.parametrize("method", METHODS)
def test_stack_equals_one_matrix_at_a_time(method):
    A = random_matrices(50, 5)
    np.testing.assert_allclose(ahp.weights(A, method), [ahp.weights(a, method) for a in A], rtol=1e-13)
    one = [ahp.consistency(a) for a in A]
    many = ahp.consistency(A)
    np.testing.assert_allclose(many.lambda_max, [c.lambda_max for c in one], rtol=1e-13)
    np.testing.assert_allclose(many.consistency_ratio, [c.consistency_ratio for c in one], rtol=1e-11)


@given(saaty_matrices(least=3, most=3))
def test_eigenvector_is_geometric_mean_for_three_elements(A):
    np.testing.assert_allclose(ahp.weights(A), ahp.weights(A, "geometric_mean"), rtol=1e-12)


def test_column_mean_by_hand():
    # columns (1, 2)/3 and (1/2, 1)/(3/2) for n = 2; for THREE the first column is (1, 2, 2)/5
    first = np.mean([1 / 5, 0.5 / 3, 0.5 / (13 / 6)])
    assert ahp.weights(THREE, "column_mean")[0] == pytest.approx(first, rel=1e-14)


def test_one_and_two_elements():
    assert ahp.weights([[1]]).tolist() == [1]
    np.testing.assert_allclose(ahp.weights([[1, 4], [1 / 4, 1]]), [0.8, 0.2], rtol=1e-14)
    assert ahp.consistency([[1, 4], [1 / 4, 1]])[1:] == (0, 0, 0)
    assert ahp.consistency([[1]]).consistency_ratio == 0


def test_weights_refuse():
    with pytest.raises(ValueError, match="method must be .* not 'eigen'"):
        ahp.weights(THREE, "eigen")
    with pytest.raises(ValueError, match=r"A must be reciprocal: A\[0, 1\] = 2"):
        ahp.weights([[1, 2], [2, 1]])


# --- random index -----------------------------------------------------------------------------------------


def test_random_index_for_three_elements_over_all_saaty_matrices():
    # the mean consistency index of all 17³ = 4,913 matrices, exactly what random draws estimate
    A = ahp.from_upper(np.stack(np.meshgrid(*[ahp.SAATY_SCALE] * 3), -1).reshape(-1, 3))
    mean = ahp.consistency(A).consistency_index.mean()
    assert round(mean, 4) == ahp.RANDOM_INDEX["alonso_lamata2006"][2] == 0.5245
    assert round(mean, 2) == ahp.RANDOM_INDEX["saaty2008"][2] == 0.52


@pytest.mark.parametrize("n", range(4, 11))
def test_random_index_tables_agree_with_simulation(n):
    mean = ahp.consistency(random_matrices(4000, n)).consistency_index.mean()
    assert abs(mean - ahp.RANDOM_INDEX["alonso_lamata2006"][n - 1]) < 0.03
    assert abs(mean - ahp.RANDOM_INDEX["saaty2008"][n - 1]) < 0.03
    assert abs(mean - ahp.RANDOM_INDEX["saaty1980"][n - 1]) < 0.05


def test_own_random_index():
    assert ahp.consistency(THREE, 0.5).random_index == 0.5
    assert ahp.consistency(THREE, (0, 0, 0.6)).random_index == 0.6


@pytest.mark.parametrize(
    ("random_index", "message"),
    [
        (
            "saaty1981",
            "random_index, .* must be one of 'saaty1980', .* not 'saaty1981'; did you mean 'saaty1980'",
        ),
        ((0, 0), "table ends at n = 2; A has n = 3"),
        (0, "must be a positive number; for n = 3 it is 0"),
        (float("nan"), "must be a positive number"),
    ],
)
def test_random_index_refused(random_index, message):
    with pytest.raises(ValueError, match=message):
        ahp.consistency(THREE, random_index)


# --- groups -----------------------------------------------------------------------------------------------

PANEL = random_matrices(4, 4, random_state=1)


def test_geometric_aij_is_reciprocal_aczel_saaty_1983():
    A = ahp.aggregate(PANEL)
    assert ahp.reciprocal_gap(A).gap < 1e-14
    np.testing.assert_allclose(A[0, 1], PANEL[:, 0, 1].prod() ** (1 / 4), rtol=1e-14)


def test_geometric_aij_equals_geometric_aip_for_geometric_mean_weights():
    # both are products of the same entries (Barzilai & Golany 1994)
    aij = ahp.weights(ahp.aggregate(PANEL), "geometric_mean")
    np.testing.assert_allclose(ahp.aggregate_priorities(PANEL, method="geometric_mean"), aij, rtol=1e-13)


def test_arithmetic_mean_has_weights_but_no_consistency():
    A = ahp.aggregate([[[1, 9], [1 / 9, 1]], [[1, 1 / 9], [9, 1]]], how="arithmetic")
    off = (9 + 1 / 9) / 2
    assert ahp.reciprocal_gap(A) == (pytest.approx(off**2 - 1), (0, 1))
    np.testing.assert_allclose(ahp.weights(A, reciprocal=False), [0.5, 0.5], rtol=1e-13)
    with pytest.raises(ValueError, match=r"A must be reciprocal: A\[0, 1\] = 4.55556"):
        ahp.consistency(A)


@pytest.mark.parametrize("how", ["geometric", "arithmetic"])
def test_judge_weights_as_repetition(how):
    twice = PANEL[[0, 0, 1]]
    weighted = {"how": how, "judge_weights": [2, 1]}
    np.testing.assert_allclose(ahp.aggregate(PANEL[:2], **weighted), ahp.aggregate(twice, how=how))
    np.testing.assert_allclose(
        ahp.aggregate_priorities(PANEL[:2], **weighted), ahp.aggregate_priorities(twice, how=how)
    )


def test_arithmetic_aip_is_the_mean_of_weights():
    expected = np.mean([ahp.weights(A) for A in PANEL], axis=0)
    np.testing.assert_allclose(ahp.aggregate_priorities(PANEL, how="arithmetic"), expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"how": "harmonic"}, "how must be one of 'geometric', 'arithmetic', not 'harmonic'"),
        (
            {"judge_weights": [1, 2]},
            r"judge_weights has shape \(2,\); allowed is \(4,\), one for each of 0, 1, 2, 3",
        ),
        (
            {"judge_weights": [1, 1, -1, 1]},
            "judge_weights must be finite and not negative: that of 2 is -1.0",
        ),
        ({"judge_weights": [0, 0, 0, 0]}, "judge_weights are all 0; at least one must be above"),
    ],
)
def test_aggregate_refuses(kwargs, message):
    with pytest.raises(ValueError, match=message):
        ahp.aggregate(PANEL, **kwargs)


def test_aggregate_needs_a_stack():
    with pytest.raises(ValueError, match="one matrix per judge"):
        ahp.aggregate(THREE)


# --- recover ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["eigenvector", "geometric_mean"])
def test_retail_control_weights_are_recovered_once(method):
    found = ahp.recover([0.1312, 0.7928, 0.0760], decimals=4, method=method)
    assert (found.number, found.unique, found.exhaustive, found.candidates) == (1, True, True, 1087)
    np.testing.assert_allclose(found.solutions[0], ahp.from_upper([1 / 7, 2, 9]))
    assert f"{found.chance:.0e}" == "2e-05"  # of 9999 · 9998 / 2 vectors


def test_telecom_weights_come_from_no_single_judge():
    found = ahp.recover([0.221, 0.341, 0.439], decimals=3)  # sums to 1.001
    assert (found.number, found.unique, found.solutions.shape) == (0, False, (0, 3, 3))
    assert round(found.error, 3) == 0.039
    np.testing.assert_allclose(ahp.weights(found.nearest), found.nearest_weights)
    assert abs(found.nearest_weights - [0.221, 0.341, 0.439]).max() == found.error


@given(st.lists(scale, min_size=3, max_size=3))
def test_recover_finds_the_matrix_its_weights_came_from(upper):
    A = ahp.from_upper(upper)
    found = ahp.recover(ahp.weights(A).round(4), decimals=4, consistency_ratio_max=10)
    assert any(np.allclose(A, solution) for solution in found.solutions)
    for solution in found.solutions:
        assert abs(ahp.weights(solution) - ahp.weights(A)).max() <= 1e-4


def test_recover_samples_beyond_three():
    A = ahp.from_upper([2, 4, 6, 2, 3, 2])
    found = ahp.recover(ahp.weights(A).round(3), decimals=3)
    assert any(np.allclose(A, solution) for solution in found.solutions)
    assert not found.exhaustive
    assert not found.unique
    assert np.isnan(found.chance)
    again = ahp.recover(ahp.weights(A).round(3), decimals=3)
    np.testing.assert_array_equal(found.solutions, again.solutions)


def test_recover_two():
    found = ahp.recover([0.75, 0.25], decimals=2)
    assert found.unique
    assert found.chance == pytest.approx(17 / 99)  # 17 judgements, 99 vectors .01 … .99


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.5, 0.4, 0.2], "weights must sum to 1 within rounding to 3 decimals, not to 1.1"),
        ([0.1234, 0.4, 0.4766], r"weights\[0\] is 0.1234, of more than decimals=3"),
        ([0, 0.5, 0.5], r"weights must be positive: weights\[0\] is 0"),
        ([float("nan"), 0.5, 0.5], "weights must be finite, without NaN or inf: row 0 is nan"),
        ([1], "at least two"),
    ],
)
def test_recover_refuses(weights, message):
    with pytest.raises(ValueError, match=message):
        ahp.recover(weights, decimals=3)
