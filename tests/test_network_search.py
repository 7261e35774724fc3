"""The search for networks behind printed limits, against enumeration and against networks made for it."""

from itertools import product

import numpy as np
import pytest

from workbench import ahp, anp
from workbench.anp import search as network_search

RECENCY = [0.3281, 0.1872, 0.2244, 0.2603]
FREQUENCY = [0.3414, 0.4238, 0.2347]


def supermatrix_of(judgements):
    """The supermatrix of upper triangles of the other elements, column by column, in their order."""
    n = len(judgements)
    W = np.zeros((n, n))
    for j, upper in enumerate(judgements):
        W[np.arange(n) != j, j] = ahp.weights(ahp.from_upper(upper))
    return W


@pytest.fixture(scope="module")
def recency():
    return anp.recover_network(RECENCY, decimals=4)


def test_retail_recency_has_54_supermatrices_from_58_sets_of_judgements(recency):
    assert (recency.distinct, recency.number) == (54, 58)
    assert recency.candidates == 1087**4
    assert recency.error < 0.5e-4


def test_every_network_found_is_admissible_and_rounds_to_the_print(recency):
    for judged, W, limit in zip(recency.judgements, recency.solutions, recency.limits, strict=True):
        assert (ahp.consistency(ahp.from_upper(judged)).consistency_ratio < 0.1).all()
        np.testing.assert_allclose(W, supermatrix_of(judged), atol=1e-12)
        np.testing.assert_allclose(anp.limit(W)[:, 0], limit, rtol=1e-12)
        assert limit.round(4).tolist() == RECENCY
    assert len(np.unique(recency.judgements, axis=0)) == 58


def test_the_shipped_reconstruction_of_recency_is_among_those_found(recency):
    shipped = np.array([[1 / 4, 1 / 2, 1], [1, 1 / 4, 1 / 2], [3, 5, 2], [2, 5, 4]])
    assert (abs(recency.judgements - shipped).max((1, 2)) < 1e-12).sum() == 1


def test_retail_frequency_has_no_network_of_one_judge_the_best_being_off_by_0061():
    found = anp.recover_network(FREQUENCY, decimals=4)
    assert (found.number, found.distinct, found.candidates) == (0, 0, 4913)
    assert round(found.error, 4) == 0.0061
    # the limits of three elements in closed form: cofactors of I − W
    errors = []
    for a, b, c in product(ahp.SAATY_SCALE / (1 + ahp.SAATY_SCALE), repeat=3):
        # columns (0, a, 1 − a), (b, 0, 1 − b), (c, 1 − c, 0)
        w = np.array([1 - (1 - b) * (1 - c), 1 - c * (1 - a), 1 - a * b])
        errors.append(abs(w / w.sum() - FREQUENCY).max())
    assert found.error == pytest.approx(min(errors), rel=1e-10)


@pytest.mark.parametrize("seed", range(2))
def test_a_network_of_four_is_found_again_from_its_printed_limit(seed):
    rng = np.random.default_rng(seed)
    upper, _ = network_search._comparisons(3, 0.1, "saaty1980")
    made = upper[rng.choice(len(upper), 4)]
    limit = anp.limit(supermatrix_of(made))[:, 0].round(5)
    found = anp.recover_network(limit, decimals=5)
    assert (abs(found.judgements - made).max((1, 2)) < 1e-12).any()


def test_three_elements_of_a_known_network_are_found_again():
    made = [[5], [1 / 3], [2]]
    limit = anp.limit(supermatrix_of(made))[:, 0].round(4)
    found = anp.recover_network(limit, decimals=4)
    assert (abs(found.judgements - made).max((1, 2)) < 1e-12).any()
    assert found.number == found.distinct == len(found.solutions)
    assert (found.limits.round(4) == limit).all()


@pytest.mark.parametrize("radius", [0.005, 0.02])
def test_matching_two_and_two_columns_finds_what_enumeration_finds(radius):
    _, w = network_search._comparisons(3, 0.1, "saaty1980")
    some = w[np.random.default_rng(1).choice(len(w), 12, replace=False)]
    columns = np.zeros((4, 12, 4))
    for j in range(4):
        columns[j][:, np.arange(4) != j] = some
    v = anp.limit(network_search._matrices(columns, np.array([3, 1, 4, 1])))[:, 0].round(2)
    _, limits, errors = network_search._solved(columns, v, network_search._every_option(columns))
    expected = network_search._every_option(columns)[errors <= radius]
    matched = network_search._matcher(columns, v)(radius)
    assert len(expected) > 0
    assert set(map(tuple, expected.tolist())) <= set(map(tuple, matched.tolist()))
    assert len(matched) < len(limits)


def test_the_nearest_network_is_exact_where_none_rounds_to_the_print(recency):
    # between the weights that fit the four-decimal print: none fits six, the search widens until one does
    v = np.array([0.328111, 0.187211, 0.224389, 0.260289])
    errors = abs(recency.limits - v).max(1)
    found = anp.recover_network(v, decimals=6)
    assert (found.number, found.judgements.shape, found.solutions.shape) == (0, (0, 4, 3), (0, 4, 4))
    assert 0.5e-6 < found.error < 0.39e-4  # so near that it rounds to the print of four decimals
    assert found.error == pytest.approx(errors.min(), rel=1e-6)
    np.testing.assert_allclose(anp.limit(found.nearest)[:, 0], found.nearest_limit, rtol=1e-12)


def test_weights_that_no_network_without_diagonal_has_leave_no_nearest():
    # π₁ = Σ W₁ⱼ πⱼ over the others is at most 1 − π₁, so no weight exceeds one half
    found = anp.recover_network([0.97, 0.01, 0.01, 0.01], decimals=4)
    assert found.number == 0
    assert np.isnan(found.error)
    assert np.isnan(found.nearest).all()


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ([0.5, 0.5], "3 or 4 weights"),
        ([0.2] * 5, "3 or 4 weights"),
        ([0.5, 0.5, 0], r"limit must be positive: limit\[2\] is 0"),
        ([0.5, np.nan, 0.2], "limit must be finite, without NaN or inf: row 1 is nan"),
        ([0.33333, 0.3333, 0.3333], r"limit\[0\] is 0.33333, of more than decimals=4"),
        ([0.4, 0.4, 0.3], "sum to 1 within rounding to 4 decimals, not to 1.1"),
    ],
)
def test_what_is_no_printed_limit_is_refused(limit, message):
    with pytest.raises(ValueError, match=message):
        anp.recover_network(limit, decimals=4)


def test_a_consistency_limit_that_nothing_meets_is_refused():
    with pytest.raises(ValueError, match="below 0: raise it"):
        anp.recover_network(RECENCY, decimals=4, consistency_ratio_max=0)


def test_four_weights_of_two_decimals_are_refused():
    with pytest.raises(ValueError, match="at least 3 decimals to be searched; decimals=2"):
        anp.recover_network([0.25, 0.25, 0.25, 0.25], decimals=2)
