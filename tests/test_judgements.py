"""Single judgements: missing, rounded, doubtful, moved and mended."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import ahp
from workbench.ahp import judgements

QUOTED = [[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]]
scale = st.sampled_from(ahp.SAATY_SCALE.tolist())
four = st.lists(scale, min_size=6, max_size=6).map(ahp.from_upper)
nan = float("nan")


# --- missing judgements


@pytest.mark.parametrize("method", ["eigenvector", "geometric_mean"])
def test_complete_fills_a_consistent_matrix_with_what_is_implied(method):
    w = np.array([0.4, 0.3, 0.2, 0.1])
    A = w[:, None] / w
    holes = A.copy()
    for i, j in [(0, 2), (1, 3), (0, 3)]:
        holes[i, j] = holes[j, i] = nan
    np.testing.assert_allclose(judgements.complete(holes, method), A, rtol=1e-12)


@given(four, st.sampled_from(list(combinations(range(4), 2))))
def test_harker_1987_completed_matrix_has_the_weights_it_was_filled_from(A, cell):
    holes = A.copy()
    holes[cell] = holes[cell[::-1]] = nan
    full = judgements.complete(holes)
    w = ahp.weights(full)
    assert full[cell] == pytest.approx(w[cell[0]] / w[cell[1]], rel=1e-10)


@given(four, st.sampled_from(list(combinations(range(4), 2))))
def test_logarithmic_least_squares_bozoki_2010_is_a_minimum(A, cell):
    holes = A.copy()
    holes[cell] = holes[cell[::-1]] = nan
    w = ahp.weights(judgements.complete(holes, "geometric_mean"), "geometric_mean")

    def loss(w):
        return np.nansum(np.log(holes / (w[:, None] / w)) ** 2)

    for i in range(4):
        for factor in (0.999, 1.001):
            assert loss(w) <= loss(w * np.where(np.arange(4) == i, factor, 1)) + 1e-12


def test_complete_leaves_a_full_matrix_and_reads_a_half_given_pair():
    A = ahp.from_upper([2, 3, 4])
    np.testing.assert_array_equal(judgements.complete(A), A)
    half = A.copy()
    half[0, 2] = nan
    np.testing.assert_allclose(judgements.complete(half), A, rtol=1e-15)


def test_complete_refuses_separate_groups_and_bad_cells():
    A = ahp.from_upper([2, 3, 4, 5, 6, 7])
    A[:2, 2:] = A[2:, :2] = nan
    with pytest.raises(ValueError, match=r"separate groups \[0, 1\] and \[2, 3\]"):
        judgements.complete(A)
    with pytest.raises(ValueError, match=r"A\[0, 1\] = -2"):
        judgements.complete([[1, -2, nan], [-0.5, 1, 1], [nan, 1, 1]])
    with pytest.raises(ValueError, match="one square matrix"):
        judgements.complete([[1, 2]])
    with pytest.raises(ValueError, match="'geometric_mean', not 'mean'"):
        judgements.complete([[1, 2], [0.5, 1]], "mean")


# --- printed rounding


def test_telecom_rounding_interval_of_recency_is_3394_to_3412():
    interval = judgements.rounding_interval(QUOTED, 2)
    assert interval.low.round(4).tolist() == [0.2200, 0.3394, 0.4384]
    assert interval.high.round(4).tolist() == [0.2210, 0.3412, 0.4400]


@pytest.mark.parametrize("cells", ["both", "upper", "lower"])
@given(
    upper=st.lists(st.floats(0.3, 3), min_size=3, max_size=3),
    at=st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_no_matrix_within_rounding_escapes_the_interval(cells, upper, at):
    printed = ahp.from_upper(upper).round(1)
    low, high = ahp_interval = judgements.printed_interval(printed, 1, cells=cells)
    assert (low <= high + 1e-12).all(), ahp_interval
    A = ahp.from_upper(np.exp(low + np.array(at) * (high - low)))
    interval = judgements.rounding_interval(printed, 1, cells=cells)
    w, ratio = ahp.weights(A), ahp.consistency(A).consistency_ratio
    assert (interval.low - 1e-12 <= w).all()
    assert (w <= interval.high + 1e-12).all()
    assert interval.consistency_ratio[0] - 1e-12 <= ratio <= interval.consistency_ratio[1] + 1e-12


def test_rounding_interval_is_reached_where_the_two_others_tie():
    # all ones to one decimal: w[0] is largest at 1/.95 on both its judgements and a12 = 1, inside the box
    A = ahp.from_upper([1, 1, 1])
    best = ahp.weights(ahp.from_upper([1.05, 1.05, 1]))[0]
    assert judgements.rounding_interval(A, 1, cells="upper").high[0] == pytest.approx(best, rel=1e-12)


def test_rounding_interval_refuses():
    with pytest.raises(ValueError, match=r"one 3 by 3 matrix; A has shape \(2, 2\)"):
        judgements.rounding_interval([[1, 2], [0.5, 1]], 1)
    with pytest.raises(ValueError, match="cells must be one of 'both', 'upper', 'lower', not 'all'"):
        judgements.rounding_interval(QUOTED, 2, cells="all")


# --- doubtful judgements


def test_worst_triad_by_hand():
    # only a[1, 3] contradicts: 0→1→3 implies 2 · 1 = 2 against 2; 1→2→3 implies 1 against a13
    A = ahp.from_upper([2, 2, 2, 1, 8, 1])
    triad = judgements.worst_triad(A)
    assert triad.log_error == pytest.approx(np.log(8))
    assert triad.elements == (0, 1, 3)
    assert (triad.stated, triad.implied) == (2, 16)


@given(four)
def test_worst_triad_is_zero_only_if_consistent(A):
    w = ahp.weights(A)
    assert judgements.worst_triad(w[:, None] / w).log_error == pytest.approx(0, abs=1e-12)
    assert (judgements.worst_triad(A).log_error < 1e-9) == (ahp.consistency(A).consistency_index < 1e-9)


def test_worst_triad_needs_three():
    with pytest.raises(ValueError, match="n at least 3"):
        judgements.worst_triad([[1, 2], [0.5, 1]])


# --- one step off


def test_steps_of_the_scale():
    table = judgements.step_sensitivity(ahp.from_upper([1, 9, 1 / 2]))
    moves = table[["row", "column", "judgement", "moved_to"]].values.tolist()
    assert moves == [
        [0, 1, 1, 1 / 2],
        [0, 1, 1, 2],
        [0, 2, 9, 8],
        [1, 2, 1 / 2, 1 / 3],
        [1, 2, 1 / 2, 1],
    ]
    moved = ahp.from_upper([2, 9, 1 / 2])
    np.testing.assert_allclose(table["weights"][1], ahp.weights(moved))
    shift = abs(ahp.weights(moved) - ahp.weights(ahp.from_upper([1, 9, 1 / 2]))).max()
    assert table["largest_shift"][1] == pytest.approx(shift)
    assert table["consistency_ratio"][1] == pytest.approx(ahp.consistency(moved).consistency_ratio)


def test_step_that_changes_the_order():
    # a tie broken and a clear lead kept
    assert judgements.step_sensitivity([[1, 1], [1, 1]])["order_changed"].tolist() == [True, True]
    assert judgements.step_sensitivity([[1, 4], [1 / 4, 1]])["order_changed"].tolist() == [False, False]


def test_step_of_a_mean_between_two_scale_values():
    # √6 lies half-way (in logarithms) between 2 and 3; one step up half-way between 3 and 4
    table = judgements.step_sensitivity(ahp.from_upper([6**0.5]))
    np.testing.assert_allclose(table["moved_to"], [2**0.5, 12**0.5], rtol=1e-12)


def test_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="between 1/9 and 9; one is 10"):
        judgements.step_sensitivity([[1, 10], [0.1, 1]])


# --- all at once


@given(four, st.integers(0, 5))
def test_rank_probabilities_sum_to_one_both_ways(A, seed):
    result = judgements.monte_carlo(A, 200, random_state=seed)
    np.testing.assert_allclose(result.rank_probability.sum(0), 1, rtol=1e-12)
    np.testing.assert_allclose(result.rank_probability.sum(1), 1, rtol=1e-12)
    assert result.weights.shape == (200, 4)


def test_monte_carlo_stays_within_its_spread_and_repeats():
    A = ahp.from_upper([3])
    result = judgements.monte_carlo(A, 2000, spread=1)
    odds = result.weights[:, 0] / result.weights[:, 1]
    assert 2 <= odds.min() < 2.05
    assert 3.95 < odds.max() <= 4
    np.testing.assert_array_equal(result.weights, judgements.monte_carlo(A, 2000).weights)
    assert not np.array_equal(result.weights, judgements.monte_carlo(A, 2000, random_state=1).weights)


def test_monte_carlo_of_equal_elements_gives_equal_chances():
    result = judgements.monte_carlo(np.ones((3, 3)), 20_000)
    np.testing.assert_allclose(result.rank_probability, 1 / 3, atol=0.02)
    # the triad's error is the sum of three uniforms on ±log 2, of tail 2 (3 − c)³ / 48 beyond c log 2
    c = 3 * np.arccosh(1 + 0.058) / np.log(2)
    assert result.acceptable == pytest.approx(1 - (3 - c) ** 3 / 24, abs=0.01)


def test_ties_share_their_ranks():
    np.testing.assert_allclose(judgements.rank_probability([[1, 1, 1]]), np.full((3, 3), 1 / 3))
    assert judgements.rank_probability([[3, 1, 2]]).tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_monte_carlo_refuses():
    with pytest.raises(ValueError, match="n_draws is 0; allowed are whole numbers from 1"):
        judgements.monte_carlo(np.ones((2, 2)), 0)


# --- mended


@given(st.lists(scale, min_size=3, max_size=3))
def test_repair_of_three_is_minimal_by_brute_force(upper):
    A = ahp.from_upper(upper)
    result = judgements.repair(A)
    assert result.minimal
    assert result.consistency_ratio < 0.1
    assert ahp.consistency(result.matrix).consistency_ratio == pytest.approx(result.consistency_ratio)
    every = np.array(list(product(range(17), repeat=3)))
    position = np.searchsorted(ahp.SAATY_SCALE, np.array(upper) - 1e-9)
    good = every[ahp.consistency(ahp.from_upper(ahp.SAATY_SCALE[every])).consistency_ratio < 0.1]
    changes, steps = (good != position).sum(1), abs(good - position).sum(1)
    assert (len(result.changes), round(result.steps)) == min(zip(changes, steps, strict=True))


def test_repair_finds_one_spoiled_judgement_among_six_elements():
    w = np.array([8, 4, 4, 2, 2, 1])
    A = w[:, None] / w
    spoiled = A.copy()
    spoiled[0, 5], spoiled[5, 0] = 1 / 9, 9
    result = judgements.repair(spoiled)
    assert [c[:2] for c in result.changes] == [(0, 5)]
    assert result.minimal
    assert result.consistency_ratio < 0.1 <= ahp.consistency(spoiled).consistency_ratio


def test_repair_of_many_contradictions_is_greedy_and_says_so():
    rng = np.random.default_rng(3)
    A = ahp.from_upper(rng.choice(ahp.SAATY_SCALE, 10))
    result = judgements.repair(A)
    assert not result.minimal
    assert result.consistency_ratio < 0.1
    for i, j, old, new in result.changes:
        assert (A[i, j], result.matrix[i, j]) == (pytest.approx(old), pytest.approx(new))


def test_repair_leaves_a_consistent_matrix_alone():
    A = ahp.from_upper([1 / 2, 1 / 2, 2 / 3])
    result = judgements.repair(A)
    assert (result.changes, result.steps, result.minimal) == ([], 0, True)
    np.testing.assert_array_equal(result.matrix, A)


def test_repair_refuses_a_limit_of_zero():
    with pytest.raises(ValueError, match="consistency_ratio_max is 0; allowed is a finite number, above 0"):
        judgements.repair(np.ones((3, 3)), 0)
