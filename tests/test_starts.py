"""One start in file order beside many random ones, other tables and other scales."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from workbench import segments
from workbench.segments import QuickCluster, adjusted_rand_index

DRAW = np.random.default_rng(4)
HEAPS = pd.DataFrame(DRAW.normal(size=(60, 2)) + 30 * np.repeat([0, 1, 2], [10, 20, 30])[:, None])
CLOUD = pd.DataFrame(DRAW.gamma(1, 5, size=(80, 3)))


def test_where_segments_are_apart_one_start_is_as_good_as_many():
    start = segments.one_start(HEAPS, 3, random_state=0)
    assert (start.excess, start.sizes) == (pytest.approx(0, abs=1e-12), "10, 20, 30")
    assert start.note == "one start is 0.00% above the best of 50, and came to its end"


def test_the_excess_is_that_of_the_sums_of_squares():
    start = segments.one_start(CLOUD, 8, max_iter=2, random_state=0)
    one = QuickCluster(8, 2).fit(CLOUD)
    best = KMeans(8, n_init=50, random_state=0).fit(CLOUD).inertia_
    assert start.excess == pytest.approx(one.inertia_ / best - 1)
    assert start.excess > 0.01
    assert "but it stopped at its limit of 2 iterations" in start.note


def test_clusters_that_leave_no_scatter_have_no_excess():
    assert np.isnan(segments.one_start([[0.0], [0.0], [5.0]], 2, random_state=0).excess)


def test_tables_with_too_few_different_rows_are_left_out():
    runs = segments.fit_each({"all": HEAPS, "two": HEAPS.iloc[[0, 0, 1]]}, 3)
    assert list(runs) == ["all"]
    assert sorted(runs["all"].counts_) == [10, 20, 30]


def test_a_partition_agrees_with_itself_and_a_scale_can_hide_it():
    labels = np.repeat([1, 2, 3], [10, 20, 30])
    noise = pd.DataFrame({"noise": 1000 * DRAW.uniform(size=60)})
    table = segments.agreement({"none": HEAPS, "noise": noise}, labels, random_state=0)
    assert table.loc["none", ["one start", "best of many", "noise floor"]].tolist() == [
        1,
        1,
        pytest.approx(1, abs=1),
    ]
    assert table.loc["none", "sizes of one start"] == [10, 20, 30]
    assert table.loc["noise", "best of many"] < 0.3
    with pytest.raises(ValueError, match="labels"):
        segments.agreement({"none": HEAPS}, labels[:-1])


@given(st.integers(0, 2**32 - 1))
def test_the_adjusted_rand_index_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, rng.integers(1, 6), size=(2, rng.integers(1, 40)))
    named = np.array(list("edcba"))[other]
    assert adjusted_rand_index(one, named) == pytest.approx(adjusted_rand_score(one, other), abs=1e-12)


def test_the_adjusted_rand_index_refuses_partitions_of_other_rows():
    with pytest.raises(ValueError, match=r"other has shape \(2,\); allowed is \(3,\)"):
        adjusted_rand_index([0, 1, 1], [0, 1])
