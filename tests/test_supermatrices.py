"""Supermatrices: what is one, what rounding may leave, and weighted clusters."""

import numpy as np
import pandas as pd
import pytest

from workbench import anp

LABELS = ["a", "b", "x", "y"]
MEMBER = {"a": "A", "b": "A", "x": "X", "y": "X"}
BLOCKS = pd.DataFrame(
    [[0, 1, 0.5, 0], [1, 0, 0.5, 0], [0.3, 0, 0, 0], [0.7, 0, 1, 0]], LABELS, LABELS, dtype=float
)
SHARES = pd.DataFrame([[0.4, 0.9], [0.6, 0.1]], ["A", "X"], ["A", "X"])


@pytest.mark.parametrize(
    ("column", "note"),
    [
        ([0.3333, 0.3333, 0.3333], "0.9999"),
        ([0.334, 0.334, 0.333], "1.001"),
        ([0.335, 0.33, 0.33], "0.995"),
        ([0.335, 0.335, 0.335], "1.005"),
        ([0.9999, 0, 0], "0.9999"),
    ],
)
def test_columns_that_miss_1_by_printed_rounding_are_kept_and_noted(column, note):
    W = np.array([column, [1, 0, 0], [0, 1, 0]]).T
    found = anp.check(W)
    assert (found.matrix == W).all()
    assert found.notes == [f"Column 0 sums to {note}, by rounding as printed."]


@pytest.mark.parametrize(
    "column",
    [[0.3333, 0.3333, 0.3278], [0.3, 0.3, 0.3], [0.5, 0.4, 0], [1 / 3, 1 / 3, 0.328], [0.33, 0.33, 0.33]],
)
def test_columns_that_rounding_does_not_explain_are_refused(column):
    W = np.array([column, [1, 0, 0], [0, 1, 0]]).T
    with pytest.raises(ValueError, match="column 0 sums to 0.9"):
        anp.check(W)


def test_sums_that_arithmetic_leaves_need_no_note():
    W = np.random.default_rng(0).random((50, 50))
    assert anp.check(W / W.sum(0)).notes == []


def test_labels_must_match_and_be_distinct():
    with pytest.raises(ValueError, match="same labels in the same order"):
        anp.check(BLOCKS.loc[["b", "a", "x", "y"]])
    with pytest.raises(ValueError, match="must be distinct"):
        anp.check(pd.DataFrame(np.eye(2), ["a", "a"], ["a", "a"]))


def test_an_unweighted_supermatrix_is_refused_with_advice():
    with pytest.raises(ValueError, match="column 'a' sums to 2. Several clusters: take weighted_supermatrix"):
        anp.limit(BLOCKS)


def test_weighted_blocks_share_the_weight_of_empty_ones_in_proportion():
    weighted = anp.weighted_supermatrix(BLOCKS, MEMBER, SHARES)
    expected = [[0, 1, 0.45, 0], [0.4, 0, 0.45, 0], [0.18, 0, 0, 0], [0.42, 0, 0.1, 0]]
    np.testing.assert_allclose(weighted, expected, rtol=1e-14)
    assert weighted.columns.tolist() == LABELS


def test_weighted_blocks_of_three_clusters_keep_proportions_when_one_is_empty():
    W = np.zeros((3, 3))
    W[[0, 1], 0] = 1  # clusters of one element; the third does not influence the first
    weighted = anp.weighted_supermatrix(W, ["P", "Q", "R"], [[0.2, 0, 0], [0.3, 0, 0], [0.5, 0, 0]])
    np.testing.assert_allclose(weighted[0], [0.4, 0.6, 0], rtol=1e-14)


@pytest.mark.parametrize("clusters", [["A", "X"], ["X", "A"]])
def test_weighted_does_not_depend_on_the_order_of_elements_and_clusters(clusters):
    order = ["y", "a", "x", "b"]
    other = anp.weighted_supermatrix(BLOCKS.loc[order, order], MEMBER, SHARES.loc[clusters, clusters])
    expected = anp.weighted_supermatrix(BLOCKS, MEMBER, SHARES).loc[order, order]
    pd.testing.assert_frame_equal(other, expected)


def test_weighted_takes_printed_rounding_out_of_blocks_and_weights():
    W = BLOCKS.copy()
    W.loc[["x", "y"], "a"] = [0.3333, 0.6666]
    shares = pd.DataFrame([[0.3333, 0.9], [0.6666, 0.1]], ["A", "X"], ["A", "X"])
    weighted = anp.weighted_supermatrix(W, MEMBER, shares)
    np.testing.assert_allclose(weighted.sum(), [1, 1, 1, 0], rtol=1e-14)
    np.testing.assert_allclose(weighted.loc["b", "a"], 0.3333 / 0.9999, rtol=1e-14)


def test_weighted_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="rows of cluster 'A' in column 'a' sum to 0.5"):
        anp.weighted_supermatrix(BLOCKS.replace({"a": {1: 0.5}}), MEMBER, SHARES)
    with pytest.raises(ValueError, match="Element 'y' has no cluster"):
        anp.weighted_supermatrix(BLOCKS, {"a": "A", "b": "A", "x": "X"}, SHARES)
    with pytest.raises(ValueError, match=r"one cluster per element \(4\), not 2"):
        anp.weighted_supermatrix(BLOCKS, ["A", "X"], SHARES)
    with pytest.raises(ValueError, match="Cluster 'X' has no weights"):
        anp.weighted_supermatrix(BLOCKS, MEMBER, pd.DataFrame([[1]], ["A"], ["A"]))
    with pytest.raises(ValueError, match="Cluster 'Z' of cluster_weights has no element"):
        anp.weighted_supermatrix(BLOCKS, MEMBER, pd.DataFrame(np.eye(3), ["A", "X", "Z"], ["A", "X", "Z"]))
    with pytest.raises(ValueError, match="a row and a column per cluster"):
        anp.weighted_supermatrix(BLOCKS, MEMBER, np.eye(3))
    with pytest.raises(ValueError, match="column 'X' sums to 0.8"):
        anp.weighted_supermatrix(BLOCKS, MEMBER, SHARES.replace({"X": {0.9: 0.7}}))
    with pytest.raises(ValueError, match="Column 'b' has judgements only in blocks of cluster weight 0"):
        anp.weighted_supermatrix(BLOCKS, MEMBER, pd.DataFrame([[0, 1], [1, 0]], ["A", "X"], ["A", "X"]))
