"""Panels of judges: agreement, influence, and the panels behind a printed mean."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from workbench import ahp
from workbench.ahp import judges

QUOTED = [[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]]
# F:R, F:M, R:M of the reconstructed telecom panel, one of three of least disagreement and smallest ratios
RECONSTRUCTED = ahp.from_upper(
    [[1 / 7, 1 / 7, 1], [1 / 2, 1 / 7, 1 / 3], [1 / 2, 1, 2], [1, 1, 2], [5, 1, 1 / 3]]
)


# --- agreement


def test_reconstructed_telecom_panel_rounds_to_matrix_and_weights():
    A = ahp.aggregate(RECONSTRUCTED)
    assert A.round(2).tolist() == QUOTED
    assert ahp.weights(A).round(3).tolist() == [0.221, 0.341, 0.439]
    assert round(ahp.consistency(RECONSTRUCTED).consistency_ratio.max(), 3) == 0.046


def test_consensus_goepel_2013_closed_form():
    # two judges (9, 1)/10 and (1, 9)/10 stand at the least value; halfway ones by the definition
    low = np.exp(-(0.9 * np.log(0.9) + 0.1 * np.log(0.1))) / 2
    p = 2 / 3
    alpha = np.exp(-(p * np.log(p) + (1 - p) * np.log(1 - p)))
    panel = ahp.from_upper([[2], [1 / 2]])
    assert judges.consensus(panel) == pytest.approx((alpha / 2 - low) / (1 - low), rel=1e-12)
    assert judges.consensus(ahp.from_upper([[9], [1 / 9]])) == pytest.approx(0, abs=1e-12)


def test_consensus_is_one_for_equal_judges_whatever_they_think():
    assert judges.consensus(RECONSTRUCTED[[3, 3, 3]]) == pytest.approx(1, rel=1e-12)
    assert judges.consensus(RECONSTRUCTED) < judges.consensus(RECONSTRUCTED[[2, 3]]) < 1


def test_panels_need_a_stack_of_two():
    with pytest.raises(ValueError, match="one matrix per judge"):
        judges.consensus(QUOTED)
    with pytest.raises(ValueError, match="at least two elements"):
        judges.consensus([[[1]], [[1]]])
    with pytest.raises(ValueError, match="at least two judges"):
        judges.leave_one_out(RECONSTRUCTED[:1])


# --- influence


@pytest.mark.parametrize("how", ["geometric", "arithmetic"])
def test_leave_one_out_aggregates_the_others(how):
    result = judges.leave_one_out(RECONSTRUCTED, how, judge_weights=[1, 2, 3, 4, 5])
    others = ahp.aggregate(RECONSTRUCTED[1:], how, [2, 3, 4, 5])
    whole = ahp.aggregate(RECONSTRUCTED, how, [1, 2, 3, 4, 5])
    without, everyone = (ahp.weights(A, reciprocal=how == "geometric") for A in (others, whole))
    np.testing.assert_allclose(result.weights[0], without, rtol=1e-13)
    assert result.shift[0] == pytest.approx(abs(without - everyone).max(), rel=1e-12)
    assert result.judge == result.shift.argmax()


def test_leave_one_out_finds_the_dissenter():
    assert judges.leave_one_out(RECONSTRUCTED[[3, 3, 0, 3]]).judge == 2
    with pytest.raises(ValueError, match=r"judge_weights has shape \(2,\); allowed is \(5,\)"):
        judges.leave_one_out(RECONSTRUCTED, judge_weights=[1, 2])


# --- panels behind a printed mean


def test_1087_of_4913_saaty_matrices_are_consistent():
    assert judges.consistent_judges().shape == (1087, 3)
    assert judges.consistent_judges(random_index="saaty2008").shape == (1009, 3)


def test_redrawn_telecom_panels_round_to_every_printed_cell():
    found = judges.admissible_panels(QUOTED, 100, random_state=7)
    assert found.matrices.shape == (100, 5, 3, 3)
    assert len(np.unique(found.matrices.reshape(100, -1), axis=0)) == 100
    assert (ahp.consistency(found.matrices.reshape(-1, 3, 3)).consistency_ratio < 0.1).all()
    for panel in found.matrices:
        assert ahp.aggregate(panel).round(2).tolist() == QUOTED


def test_number_of_telecom_panels_against_full_enumeration():
    # 229,710 multisets of five by a full enumeration of all 1.3e13 (meet in the middle, compiled code, once);
    # 71,971 of them also round to the printed weights
    found = judges.admissible_panels(QUOTED, 600, random_state=1)
    assert found.number == pytest.approx(229_710, rel=0.05)
    w = ahp.weights(np.array([ahp.aggregate(panel) for panel in found.matrices]))
    share = (abs(w - [0.221, 0.341, 0.439]) <= 0.0005).all(1).mean()
    assert share == pytest.approx(71_971 / 229_710, abs=0.06)


def test_four_judges_can_give_the_telecom_matrix_three_cannot():
    assert len(judges.admissible_panels(QUOTED, 3, n_judges=4).matrices) == 3
    with pytest.raises(ValueError, match="0 panels of 3 judges met in .* draws; 1 were wanted"):
        judges.admissible_panels(QUOTED, 1, n_judges=3, max_draws=400_000)


TOY = {"n_judges": 3, "decimals": 1, "consistency_ratio_max": 1e-9}


def toy_panels_by_brute_force(A):
    """List the sorted triples of perfectly consistent judges whose geometric mean rounds to A."""
    logs = np.log(judges.consistent_judges(TOY["consistency_ratio_max"]))
    triples = np.array(list(combinations_with_replacement(range(len(logs)), 3)))
    means = ahp.from_upper(np.exp(logs[triples].mean(1)))
    return triples[(means.round(1) == np.round(A, 1)).all((1, 2))]


def test_admissible_panels_are_all_found_and_equally_likely():
    A = [[1, 0.8, 1], [1.3, 1, 1.3], [1, 0.8, 1]]
    expected = toy_panels_by_brute_force(A)
    logs = np.log(judges.consistent_judges(TOY["consistency_ratio_max"]))
    found = judges.admissible_panels(A, len(expected), **TOY)
    assert found.number == pytest.approx(len(expected), rel=0.1)
    i, j = np.triu_indices(3, 1)
    drawn = np.log(found.matrices[:, :, i, j])
    index = abs(drawn[:, :, None] - logs).sum(-1).argmin(-1)
    assert sorted(map(tuple, index.tolist())) == sorted(map(tuple, expected.tolist()))
    # panels in which two judges agree are neither favoured nor shunned: 15 of 318
    repeats = np.mean([len(set(t)) < 3 for t in expected.tolist()])
    drawn = [p for s in range(100) for p in judges.admissible_panels(A, 40, **TOY, random_state=s).matrices]
    seen = np.mean([len(np.unique(p.reshape(3, -1), axis=0)) < 3 for p in drawn])
    assert seen == pytest.approx(repeats, abs=4 * (repeats * (1 - repeats) / 4000) ** 0.5)


def test_panels_refused():
    with pytest.raises(ValueError, match=r"A must be one 3 by 3 matrix, not of shape \(2, 2\)"):
        judges.admissible_panels([[1, 2], [0.5, 1]], 1)
    with pytest.raises(ValueError, match="n_judges is 7; allowed are whole numbers from 3 to 6"):
        judges.admissible_panels(QUOTED, 1, n_judges=7)
    with pytest.raises(ValueError, match="a cell contradicts its mirror"):
        judges.admissible_panels(QUOTED, 1, decimals=4)


def test_panels_described_one_by_one():
    alike = ahp.from_upper(np.array([[1 / 2, 1 / 4, 1 / 2]] * 3))  # M twice R, R twice F, thrice
    mixed = ahp.from_upper(np.array([[2, 4, 2], [1 / 2, 1 / 4, 1 / 2], [1, 1, 1]]))
    table = judges.describe_panels([alike, mixed], ["F", "R", "M"])
    assert table.iloc[0, :3].tolist() == pytest.approx([1 / 7, 2 / 7, 4 / 7])
    assert table["largest move"][0] == pytest.approx(0, abs=1e-12)
    assert table["consensus"][0] == pytest.approx(1)
    assert table["largest move"][1] == judges.leave_one_out(mixed).shift.max()
    first = [f"judges with {name} first" for name in "FRM"]
    assert table[first].to_numpy().tolist() == [[0, 0, 3], [1, 0, 1]]  # the third judge ties
