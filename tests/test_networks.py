"""Judgements of influence to supermatrices."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from workbench import ahp, anp

COLUMNS = ["judge", "under", "first", "second", "times"]


def table(*rows):
    return pd.DataFrame(list(rows), columns=COLUMNS)


THREE = table(
    ("1", "a", "b", "c", 3.0),
    ("1", "b", "a", "c", 0.25),
    ("1", "c", "a", "b", 1.0),
    ("2", "a", "c", "b", 3.0),
    ("2", "b", "a", "c", 4.0),
    ("2", "c", "a", "b", 4.0),
)


def test_columns_are_the_means_of_the_judges_priorities():
    W = anp.supermatrix(THREE)
    expected = [[0, (0.2 + 0.8) / 2, (0.5 + 0.8) / 2], [(0.75 + 0.25) / 2, 0, 0.35], [0.5, 0.5, 0]]
    np.testing.assert_allclose(W, expected, rtol=1e-14)
    assert W.index.tolist() == W.columns.tolist() == ["a", "b", "c"]


def test_columns_are_the_priorities_of_the_judges_geometric_mean():
    W = anp.supermatrix(THREE, how="judgements")
    expected = [
        [0, 0.5, 2 / 3],
        [0.5, 0, 1 / 3],
        [0.5, 0.5, 0],
    ]  # times 3 · 1/3, 1/4 · 4, 1 · 4: roots 1, 1, 2
    np.testing.assert_allclose(W, expected, rtol=1e-14)


@pytest.mark.parametrize("method", ["eigenvector", "geometric_mean", "column_mean"])
def test_a_column_is_what_ahp_makes_of_its_matrix_whichever_way_round_pairs_are_given(method):
    rows = table(
        ("1", "x", "b", "a", 1 / 2), ("1", "x", "b", "c", 3), ("1", "x", "c", "a", 1 / 7),
        ("1", "x", "x", "a", 1), ("1", "x", "x", "b", 5), ("1", "x", "x", "c", 4),
    )  # fmt: skip
    W = anp.supermatrix(rows, ["a", "b", "c", "x"], method=method)
    A = ahp.from_upper([2, 7, 1, 3, 1 / 5, 1 / 4])
    np.testing.assert_allclose(W["x"], ahp.weights(A, method), rtol=1e-14)
    assert not W[["a", "b", "c"]].to_numpy().any()


def test_order_of_elements_is_as_given_or_as_they_appear_under_first():
    rows = table(("1", "goal", "b", "a", 2), ("1", "a", "x", "y", 2))
    assert anp.supermatrix(rows).columns.tolist() == ["goal", "a", "b", "x", "y"]
    given = ["y", "x", "b", "a", "goal"]
    pd.testing.assert_frame_equal(anp.supermatrix(rows, given), anp.supermatrix(rows).loc[given, given])


def test_a_sole_influence_takes_its_column_whole_and_fractions_are_numbers():
    rows = table(("1", "m", "t", "t", 1), ("1", "t", "m", "m", Fraction(1)))
    assert anp.supermatrix(rows).to_numpy().tolist() == [[0, 1], [1, 0]]
    assert anp.consistency(rows)["n"].tolist() == [1, 1]


def test_a_table_without_judges_has_one_and_other_columns_do_not_matter():
    rows = THREE[THREE["judge"] == "1"].drop(columns="judge").assign(network="n")
    pd.testing.assert_frame_equal(anp.supermatrix(rows), anp.supermatrix(THREE[THREE["judge"] == "1"]))
    assert set(anp.consistency(rows)["judge"]) == {"1"}


def test_clusters_are_compared_apart_and_weighted_after():
    member = {"a": "A", "b": "A", "x": "X", "y": "X"}
    rows = table(
        ("1", "a", "x", "y", 3), ("1", "a", "a", "b", 1), ("1", "b", "x", "y", 1), ("1", "b", "a", "a", 1)
    )
    W = anp.supermatrix(rows, clusters=member)
    assert W["a"].tolist() == [0.5, 0.5, 0.75, 0.25]
    assert W["b"].tolist() == [1, 0, 0.5, 0.5]
    assert anp.consistency(rows, clusters=member)["cluster"].tolist() == ["X", "A", "X", "A"]
    weighted = anp.weighted_supermatrix(W, member, [[0.25, 0], [0.75, 0]])
    assert weighted["a"].tolist() == [0.125, 0.125, 0.5625, 0.1875]
    assert not weighted["x"].any()


def test_consistency_per_column_and_judge_is_that_of_the_judges_matrix():
    rows = table(
        ("1", "x", "a", "b", 2), ("1", "x", "a", "c", 2), ("1", "x", "b", "c", 1.5),
        ("2", "x", "a", "b", 9), ("2", "x", "a", "c", 1), ("2", "x", "b", "c", 9),
    )  # fmt: skip
    found = anp.consistency(rows)
    assert found[["under", "judge", "n"]].to_numpy().tolist() == [["x", "1", 3], ["x", "2", 3]]
    for k, judged in enumerate([[2, 2, 1.5], [9, 1, 9]]):
        expected = ahp.consistency(ahp.from_upper(judged))
        np.testing.assert_allclose(found.loc[k, "lambda_max"], expected.lambda_max, rtol=1e-13)
        np.testing.assert_allclose(found.loc[k, "consistency_ratio"], expected.consistency_ratio, rtol=1e-10)
    other = anp.consistency(rows, random_index=0.52)["consistency_ratio"]
    np.testing.assert_allclose(other, found["consistency_ratio"] * 0.58 / 0.52, rtol=1e-10)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (("1", "a", "c", "b", 1 / 3), "Judge '1' under 'a' compares 'c' with 'b' twice: keep one"),
        (("1", "a", "c", "b", 3), "Judge '1' under 'a' compares 'c' with 'b' twice, with contradiction"),
        (("1", "a", "b", "c", 2), "compares 'b' with 'c' twice, with contradiction"),
        (("1", "a", "b", "d", 2), "Judge '1' under 'a' does not compare 'c' with 'd'"),
        (("3", "a", "b", "d", 2), "Judge '1' under 'a' does not compare 'b' with 'd'"),
        (("1", "a", "b", "b", 1), "Judge '1' under 'a' compares 'b' with itself"),
        (("1", "d", "b", "b", 2), "Judge '1' under 'd' compares 'b' with itself; only a sole influence is"),
        (("1", "a", "b", "d", 0), r"Row 6 .* positive, finite number; b : d under a is 0"),
        (("1", "a", "b", "d", -2), "is -2"),
        (("1", "a", "b", "d", float("inf")), "is inf"),
        (("1", "a", "b", "d", "1/4"), "is '1/4'"),
        (("1", "a", "b", "d", float("nan")), "Row 6 of judgements has no 'times'"),
        ((None, "a", "b", "d", 2), "Row 6 of judgements has no 'judge'"),
        (("1", "a", None, "d", 2), "Row 6 of judgements has no 'first'"),
    ],
)
@pytest.mark.parametrize("call", [anp.supermatrix, anp.consistency])
def test_judgements_that_do_not_make_a_matrix_are_refused_by_name(call, extra, message):
    times = [*THREE["times"], extra[-1]]
    rows = pd.concat([THREE, table(extra)], ignore_index=True).assign(times=pd.Series(times, dtype=object))
    with pytest.raises(ValueError, match=message):
        call(rows)


def test_a_sole_influence_given_twice_is_refused():
    with pytest.raises(ValueError, match="compares 't' with 't' twice"):
        anp.supermatrix(table(("1", "m", "t", "t", 1), ("1", "m", "t", "t", 1)))


def test_tables_names_and_choices_are_refused_by_name():
    with pytest.raises(ValueError, match="judgements lacks the column 'under'"):
        anp.supermatrix(THREE.drop(columns="under"))
    with pytest.raises(ValueError, match="holds no rows"):
        anp.supermatrix(THREE.iloc[:0])
    with pytest.raises(ValueError, match="Unknown element 'c'"):
        anp.supermatrix(THREE, ["a", "b"])
    with pytest.raises(ValueError, match="must be distinct"):
        anp.supermatrix(THREE, ["a", "b", "c", "a"])
    with pytest.raises(ValueError, match="how must be one of 'priorities', 'judgements', not 'mean'"):
        anp.supermatrix(THREE, how="mean")
    with pytest.raises(ValueError, match="Element 'c' has no cluster"):
        anp.supermatrix(THREE, clusters={"a": "A", "b": "A"})
    with pytest.raises(ValueError, match="compares 'b' of cluster 'A' with 'c' of 'C'"):
        anp.supermatrix(THREE, clusters={"a": "A", "b": "A", "c": "C"})
