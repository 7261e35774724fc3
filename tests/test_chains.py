"""Closed classes, periods and stationary vectors of plain arrays."""

from fractions import Fraction

import numpy as np
import pytest

from workbench.anp import chains


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [((2,), 2), ((3,), 3), ((4, 6), 2), ((6, 9), 3), ((2, 3), 1), ((1, 4), 1), ((1,), 1)],
)
def test_period_of_cycles_through_one_element_is_the_divisor_of_their_lengths(lengths, expected):
    n = 1 + sum(length - 1 for length in lengths)
    W, new = np.zeros((n, n)), 1
    for length in lengths:
        path = [0, *range(new, new + length - 1), 0]
        new += length - 1
        for at, to in zip(path, path[1:], strict=False):
            W[to, at] = 1
    assert chains.period(W / W.sum(0)) == expected


def test_classes_tell_closed_ones_transient_elements_and_sinks_apart():
    W = np.zeros((7, 7))
    W[1, 0] = W[0, 1] = W[6, 6] = 1
    W[[1, 3], 2] = W[[2, 4], 3] = 0.5  # 2 and 3 exchange weight but leak into the cycle and the sink 4
    W[6, 5] = 1
    found = chains.classes(W)
    assert [c.tolist() for c in found.closed] == [[0, 1], [6]]
    assert found.transient.tolist() == [2, 3, 5]
    assert found.sinks.tolist() == [4]
    assert not found.acyclic
    assert chains.classes(np.tril(np.ones((4, 4)), -1)).acyclic
    assert not chains.classes(np.eye(1)).acyclic


def exact_stationary(W):
    """Stationary weights in exact fractions, by the same definition W π = π with the column sums as given."""
    n = len(W)
    W = [[Fraction(float(x)) for x in row] for row in W]
    for j in range(n):
        W[j][j] -= sum(W[i][j] for i in range(n))  # generator: columns of sum 0
    weight = [Fraction(1)] * n
    rows = [[W[i][j] for j in range(1, n)] + [-W[i][0]] for i in range(1, n)]
    for k in range(n - 1):
        pivot = next(r for r in range(k, n - 1) if rows[r][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for r in range(n - 1):
            if r != k:
                rows[r] = [x - rows[r][k] * y for x, y in zip(rows[r], rows[k], strict=True)]
    weight[1:] = [row[-1] for row in rows]
    return np.array([float(w / sum(weight)) for w in weight])


@pytest.mark.parametrize("seed", range(5))
def test_stationary_keeps_the_relative_precision_of_every_weight_in_badly_scaled_networks(seed):
    rng = np.random.default_rng(seed)
    W = 10.0 ** rng.uniform(-14, 0, (6, 6))
    W /= W.sum(0)
    np.testing.assert_allclose(chains.stationary(W), exact_stationary(W), rtol=1e-13)


def test_visits_count_returns_to_the_start_and_chances_of_each_end():
    # from 0: back with chance .5, to the ends .1 and .4; expected returns 1, chances .2 and .8
    W = np.array([[0.5, 0, 0.7], [0.1, 0, 0.3], [0.4, 0, 0]])  # what would follow an end does not count
    spread = chains.visits(W, 0, np.array([1, 2]))
    np.testing.assert_allclose(spread / spread[1:].sum(), [1, 0.2, 0.8], rtol=1e-14)


def test_visits_leave_out_what_the_start_does_not_reach():
    W = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 1.0]])
    assert chains.visits(W, 0, np.array([1]))[2] == 0
