"""ANP: limits, structure and influence against definitions, closed forms and printed networks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import ahp, anp, data

BIPARTITE = [[0, 0, 0.3, 0.6], [0, 0, 0.7, 0.4], [0.2, 0.9, 0, 0], [0.8, 0.1, 0, 0]]
TRIANGLE = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
# columns: goal, two criteria, two alternatives that nothing influences
HIERARCHY = [[0, 0, 0, 0, 0], [0.6, 0, 0, 0, 0], [0.4, 0, 0, 0, 0], [0, 0.9, 0.2, 0, 0], [0, 0.1, 0.8, 0, 0]]


def network(name):
    table = data.load_network_judgements()
    return anp.supermatrix(table[table["network"] == name])


@st.composite
def networks(draw, sinks=True, most=6):
    """Random sparse supermatrices: periodic, reducible, transient, and with sinks."""
    n = draw(st.integers(1, most))
    counts = np.array(
        draw(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3]), min_size=n * n, max_size=n * n)), float
    )
    W = counts.reshape(n, n)
    if not sinks:
        for j in np.flatnonzero(~W.any(0)):
            W[draw(st.integers(0, n - 1)), j] = 1
    return W / np.where(W.any(0), W.sum(0), 1)


def abel(W, a=1 - 1e-9):
    """The definition with weights a^k instead of a cut at m: the same limit, by one solve that loses 9 digits."""
    total = np.linalg.inv(np.eye(len(W)) - a * W) @ W
    return total / np.where(total.any(0), total.sum(0), 1)


# --- limit ------------------------------------------------------------------------------------------------


def test_limit_of_a_bipartite_network_is_the_mean_of_its_two_phases():
    L = anp.limit(BIPARTITE)
    # two steps lead from 1 to 1, 2 with .54, .46 and from 2 with .33, .67: weights 33 : 46, halved by the phases
    np.testing.assert_allclose(L[:2, 0], np.array([33, 46]) / 158, rtol=1e-14)
    assert (L.round(4) == np.array([0.2089, 0.2911, 0.3038, 0.1962])[:, None]).all()
    W = np.array(BIPARTITE)
    even = np.linalg.matrix_power(W, 400)
    np.testing.assert_allclose(L, (even + even @ W) / 2, atol=1e-14)


@pytest.mark.parametrize("stay", [0.95, 1 - 1e-6, 1 - 2.0**-40])
def test_limit_of_a_lazy_network_is_the_stationary_vector(stay):
    W = np.array(BIPARTITE)
    L = anp.limit(stay * np.eye(4) + (1 - stay) * W)
    np.testing.assert_allclose(L, anp.limit(W), rtol=1e-14 / (1 - stay) if stay < 1 - 1e-3 else 3e-4)
    if stay == 0.95:
        np.testing.assert_allclose(L, anp.limit(W), atol=1e-9)


@pytest.mark.parametrize("leak", [1e-3, 1e-9, 1e-15, 1e-60])
def test_limit_of_nearly_decomposable_pairs_keeps_every_digit(leak):
    # a line 0 - 1 - 2 - 3 with the middle link weak: detailed balance gives the weights in closed form
    W = np.zeros((4, 4))
    W[1, 0], W[0, 1], W[2, 1], W[1, 2], W[3, 2], W[2, 3] = 1, 1 - leak, leak, 3 * leak, 1 - 3 * leak, 1
    middle = 1 / 3  # weight of 2 over that of 1
    expected = np.array([1 - leak, 1, middle, middle * (1 - 3 * leak)])
    L = anp.limit(W)
    np.testing.assert_allclose(L, np.repeat((expected / expected.sum())[:, None], 4, 1), rtol=1e-12)


def test_limit_of_transient_elements_is_shared_by_chances_of_absorption():
    # gambler's ruin from 1 of 3 with chance 1/3 up: ruin 6/7, win 1/7 (Kemeny & Snell 1976, ch. 3 and 7)
    W = np.array([[1, 2 / 3, 0, 0], [0, 0, 2 / 3, 0], [0, 1 / 3, 0, 0], [0, 0, 1 / 3, 1]])
    np.testing.assert_allclose(anp.limit(W)[:, 1], [6 / 7, 0, 0, 1 / 7], rtol=1e-14)


def test_limit_of_a_hierarchy_is_the_normalised_sum_of_powers():
    L = anp.limit(HIERARCHY)
    # goal: criteria .6 .4 and alternatives .6 * .9 + .4 * .2 = .62, .38, both levels once
    np.testing.assert_allclose(L[:, 0], [0, 0.3, 0.2, 0.31, 0.19], rtol=1e-14)
    np.testing.assert_allclose(L[:, 1], [0, 0, 0, 0.9, 0.1], rtol=1e-14)
    assert not L[:, 3:].any()


def test_limit_of_a_cycle_over_sinks_is_the_sum_of_powers_and_ranks_the_sinks_by_absorption():
    W = np.array([[0, 0.5, 0, 0], [0.5, 0, 0, 0], [0.4, 0.2, 0, 0], [0.1, 0.3, 0, 0]])
    total = W[:2, :2] @ np.linalg.inv(np.eye(2) - W[:2, :2])
    ends = W[2:, :2] @ np.linalg.inv(np.eye(2) - W[:2, :2])
    expected = np.vstack([total, ends])
    np.testing.assert_allclose(anp.limit(W)[:, :2], expected / expected.sum(0), rtol=1e-14)
    np.testing.assert_allclose(anp.limit(W + np.diag([0, 0, 1, 1]))[2:, :2], ends, rtol=1e-14)


def test_limit_counts_closed_classes_and_not_sinks_unless_their_diagonal_is_1():
    W = np.array([[0, 0, 0], [0.3, 1, 0], [0.7, 0, 0]])
    assert anp.limit(W)[:, 0].tolist() == [0, 1, 0]
    W[2, 2] = 1
    np.testing.assert_allclose(anp.limit(W)[:, 0], [0, 0.3, 0.7], rtol=1e-14)


@given(networks())
def test_limit_is_the_normalised_sum_of_powers_whatever_the_network(W):
    np.testing.assert_allclose(anp.limit(W), abel(W), atol=2e-5)


@given(networks(sinks=False, most=5))
def test_limit_without_sinks_is_a_stochastic_projector_and_the_mean_of_powers(W):
    L = anp.limit(W)
    assert (L >= 0).all()
    np.testing.assert_allclose(L.sum(0), 1, rtol=1e-13)
    for product in (W @ L, L @ W, L @ L):
        np.testing.assert_allclose(product, L, atol=1e-13)
    mean = sum(np.linalg.matrix_power(W, k) for k in range(60)) / 60  # periods 1 ... 5 divide 60
    far = W
    for _ in range(40):
        far = far @ far
        far /= far.sum(0)
    np.testing.assert_allclose(L, far @ mean, atol=1e-9)


@given(networks(), st.randoms(use_true_random=False))
def test_limit_does_not_depend_on_the_order_of_elements(W, random):
    order = list(range(len(W)))
    random.shuffle(order)
    at = np.ix_(order, order)
    np.testing.assert_allclose(anp.limit(W[at]), anp.limit(W)[at], rtol=1e-12, atol=1e-300)


def test_limit_keeps_labels_and_accepts_printed_rounding_with_a_note():
    W = pd.DataFrame([[0, 0.5, 0.3333], [0.6, 0, 0.6666], [0.4, 0.5, 0]], list("abc"), list("abc"))
    L = anp.limit(W)
    assert L.index.tolist() == L.columns.tolist() == list("abc")
    np.testing.assert_allclose(L.sum(), 1, rtol=1e-14)
    np.testing.assert_allclose(L, anp.limit(W / W.sum()), rtol=1e-14)
    assert anp.structure(W).notes == ["Column 'c' sums to 0.9999, by rounding as printed."]


@pytest.mark.parametrize(
    ("W", "message"),
    [
        ([[0, -0.2], [1, 1.2]], "row 0, column 1 is -0.2"),
        ([[0, np.nan], [1, 1]], "row 0, column 1 is nan"),
        ([[0, np.inf], [1, 1]], "row 0, column 1 is inf"),
        ([[0, 0.5], [1, 0.4]], "column 1 sums to 0.9"),
        ([[0, 0.9], [1, 0]], "column 1 sums to 0.9"),
        ([[0, 1], [1, 1]], "column 1 sums to 2"),
        ([[0, 1, 0], [1, 0, 0]], r"square and not empty; its shape is \(2, 3\)"),
        ([], "square and not empty"),
        ([["a", 1], [1, 0]], "must hold numbers"),
        ([[0, 1], [1]], "must hold numbers only, in rows of equal length"),
    ],
)
@pytest.mark.parametrize("call", [anp.limit, anp.structure, anp.odd_powers, anp.influence])
def test_what_is_no_supermatrix_is_refused_by_name(call, W, message):
    with pytest.raises(ValueError, match=message):
        call(W)


def test_a_refusal_names_the_label():
    W = pd.DataFrame([[0, 0.7], [1, 0]], ["days", "mean"], ["days", "mean"])
    with pytest.raises(ValueError, match="column 'mean' sums to 0.7"):
        anp.limit(W)
    W.loc["days", "mean"] = -1
    with pytest.raises(ValueError, match="row 'days', column 'mean' is -1"):
        anp.limit(W)


# --- structure and odd powers ---------------------------------------------------------------------------------


def test_structure_of_a_network_with_a_cycle_a_loop_a_transient_element_and_a_sink():
    W = pd.DataFrame(0.0, list("abcde"), list("abcde"))
    W.loc["b", "a"] = W.loc["a", "b"] = W.loc["c", "c"] = 1
    W.loc[["a", "c", "e"], "d"] = [0.2, 0.3, 0.5]
    found = anp.structure(W)
    assert found.closed_classes == (("a", "b"), ("c",))
    assert found.periods == (2, 1)
    assert (found.transient, found.sinks) == (("d",), ("e",))
    assert (found.irreducible, found.aperiodic, found.hierarchical) == (False, False, False)
    assert (found.powers_needed, found.outcome) == (None, "vanishes")
    assert "reaches e " in found.reason


def test_structure_of_a_hierarchy():
    found = anp.structure(HIERARCHY)
    assert found.hierarchical
    assert found.closed_classes == ()
    assert found.sinks == (3, 4)
    assert not found.irreducible


def test_an_element_apart_from_all_others_takes_no_weight_from_the_powers():
    W = np.zeros((3, 3))
    W[:2, :2] = [[0.5, 0.2], [0.5, 0.8]]
    found = anp.structure(W)
    assert (found.sinks, found.outcome) == ((2,), "limit")
    assert isinstance(found.powers_needed, int)


@pytest.mark.parametrize(("length", "phases"), [(3, 3), (4, 2), (5, 5), (6, 3)])
def test_odd_powers_of_longer_cycles_never_settle(length, phases):
    W = np.roll(np.eye(length), 1, axis=0)
    found = anp.structure(W)
    assert found.periods == (length,)
    assert (found.powers_needed, found.outcome) == (None, "never settles")
    assert f"{phases} phases" in found.reason
    played = anp.odd_powers(W, max_k=50)
    assert not played.settled
    assert len(played.history) == 51
    assert (played.history["change"].iloc[1:] == 1).all()


def test_odd_powers_of_a_bipartite_network_settle_silently_to_one_phase():
    assert anp.structure(BIPARTITE).outcome == "one phase"
    played = anp.odd_powers(BIPARTITE)
    assert played.settled
    assert not played.matrix[:2, :2].any()  # elements 1 and 2 seen from 1 and 2: gone
    np.testing.assert_allclose(played.matrix[:2, 2], 2 * anp.limit(BIPARTITE)[:2, 2], atol=1e-4)
    last = played.history.iloc[-1]
    assert last["spread"] > 0.58
    assert last["error"] > 0.29


@given(networks(sinks=False, most=5), st.sampled_from([1e-2, 1e-4, 1e-8]))
def test_powers_needed_is_the_first_odd_power_within_the_tolerance(W, tolerance):
    found = anp.structure(W, tolerance=tolerance)
    L = anp.limit(W)
    if max(found.periods) > 1:
        assert found.powers_needed is None
        late = np.linalg.matrix_power(W, 2001)
        assert abs(late - L).max() > 1e-3
        return

    def error(k):
        return abs(np.linalg.matrix_power(W, 2 * k + 1) - L).sum(0).max() / 2

    k = found.powers_needed
    assert error(k) <= tolerance * (1 + 1e-6) + 1e-12
    assert k == 0 or error(k - 1) > tolerance * (1 - 1e-6) - 1e-12


def test_powers_needed_for_weight_that_moves_slowly_is_found_without_playing_them():
    # the second eigenvalue of the two-element network is 1 - 2e-6; W^m is off by that to the m-th, halved
    W = [[1 - 1e-6, 1e-6], [1e-6, 1 - 1e-6]]
    found = anp.structure(W, tolerance=1e-4)
    expected = np.log(2e-4) / np.log1p(-2e-6)  # the power
    assert 2 * found.powers_needed + 1 == pytest.approx(expected, abs=3)
    played = anp.odd_powers(W, 1e-4)  # two powers agree at once, far from the limit
    assert played.settled
    assert played.history["error"].iloc[-1] > 0.49


def test_powers_beyond_reach_are_said_to_be():
    W = [[1.0, 0.0, 0.5], [1e-300, 1.0, 0.5], [0.0, 1e-300, 0.0]]
    found = anp.structure(W)
    assert (found.powers_needed, found.outcome) == (None, "limit")
    assert "2^60" in found.reason


def test_odd_powers_history_is_what_its_columns_say():
    W = pd.DataFrame([[0, 0.5, 0.1], [0.5, 0, 0.9], [0.5, 0.5, 0]])
    played = anp.odd_powers(W, 1e-6)
    k = played.history.index[-1]
    power = np.linalg.matrix_power(W.to_numpy(), 2 * k + 1)
    before = np.linalg.matrix_power(W.to_numpy(), 2 * k - 1)
    np.testing.assert_allclose(played.matrix, power, rtol=1e-12)
    expected = [2 * k + 1, abs(power - before).max(), (power.max(1) - power.min(1)).max()]
    np.testing.assert_allclose(played.history.iloc[-1, :3], expected, rtol=1e-6, atol=1e-12)
    assert played.history["change"].iloc[-1] <= 1e-6 < played.history["change"].iloc[-2]
    np.testing.assert_allclose(played.history["error"].iloc[0], abs(W - anp.limit(W)).to_numpy().max())


def test_structure_refuses_a_tolerance_of_no_use():
    with pytest.raises(ValueError, match="tolerance is 0; allowed is a finite number, above 0 and below 1"):
        anp.structure(TRIANGLE, tolerance=0)


# --- influence ------------------------------------------------------------------------------------------------


def moved_share(W, j, i, step):
    """W with share i of column j raised by a step, the others of the column in proportion."""
    W = W.copy()
    others = np.arange(len(W)) != i
    W[others, j] *= 1 - step / (1 - W[i, j])
    W[i, j] += step
    return W


@given(networks(sinks=False, most=5))
def test_influence_agrees_with_finite_differences(W):
    found = anp.influence(W)
    closed = anp.structure(W).closed_classes

    def weights(V):
        L = anp.limit(V)
        return sum(L[:, c[0]] for c in closed)

    np.testing.assert_allclose(found.elements["weight"], weights(W), atol=1e-14)
    for (j, i), row in found.derivative.iterrows():
        if W[i, j] == 1:
            assert not row.any()
            continue
        step = 1e-5
        difference = weights(moved_share(W, j, i, step)) - weights(moved_share(W, j, i, -step))
        np.testing.assert_allclose(row, difference / (2 * step), rtol=1e-5, atol=1e-6)


def test_influence_of_an_element_is_the_effect_of_its_share_rising_in_all_columns():
    W = network("recency").to_numpy()
    found = anp.influence(W)
    for i in range(4):
        up, down = W, W
        for j in range(4):
            if W[i, j]:
                up, down = moved_share(up, j, i, 1e-6), moved_share(down, j, i, -1e-6)
        change = (anp.limit(up) - anp.limit(down))[:, 0] / 2e-6
        assert found.elements.loc[i, "own"] == pytest.approx(change[i], rel=1e-6)
        assert found.elements.loc[i, "moved"] == pytest.approx(abs(change).sum() / 2, rel=1e-6)


def test_influence_has_labels_and_zero_sums_and_spares_unjudged_pairs():
    found = anp.influence(network("recency"))
    assert found.derivative.index.names == ["under", "element"]
    assert len(found.derivative) == 12
    np.testing.assert_allclose(found.derivative.sum(axis=1), 0, atol=1e-15)
    pair = anp.influence(network("monetary"))
    assert not pair.derivative.to_numpy().any()
    assert pair.elements["moved"].tolist() == [0, 0]


def test_influence_is_refused_where_nothing_circulates():
    with pytest.raises(ValueError, match="needs a closed class"):
        anp.influence(HIERARCHY)


# --- the study's networks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("recency", [0.3281, 0.1872, 0.2244, 0.2603]),
        ("frequency", [0.3414, 0.4238, 0.2347]),
        ("monetary", [0.5, 0.5]),
    ],
)
def test_retail_networks_give_the_printed_limits(name, printed):
    W = network(name)
    assert not np.diagonal(W).any()
    L = anp.limit(W)
    assert (L.round(4) == np.array(printed)[:, None]).to_numpy().all()
    periods = {"recency": (1,), "frequency": (1,), "monetary": (2,)}
    assert anp.structure(W).periods == periods[name]


def test_retail_networks_side_by_side_are_three_closed_classes():
    judgements = data.load_network_judgements()
    W = anp.supermatrix(judgements)
    assert W.shape == (9, 9)
    assert [len(c) for c in anp.structure(W).closed_classes] == [4, 3, 2]
    weights = pd.Series(np.diagonal(anp.limit(W)), W.index)
    alone = pd.concat([anp.limit(network(name)).iloc[:, 0] for name in ("recency", "frequency", "monetary")])
    pd.testing.assert_series_equal(weights, alone, check_names=False, rtol=1e-14)
    assert (anp.consistency(judgements)["consistency_ratio"] < 0.1).all()


def test_retail_control_matrix_gives_the_printed_weights():
    A = data.load_matrix("control_matrix", study="retail")
    assert ahp.check(A).notes == []
    assert ahp.weights(A).round(4).tolist() == [0.1312, 0.7928, 0.0760]
    assert round(ahp.consistency(A).consistency_ratio, 4) == 0.0187
