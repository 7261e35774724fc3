import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.datasets import load_iris
from sklearn.metrics import calinski_harabasz_score, silhouette_samples, silhouette_score

from workbench.segments import silhouettes
from workbench.segments.silhouettes import calinski_harabasz, mean_silhouettes, silhouette, silhouette_squared

IRIS = load_iris().data

# Whole numbers with many ties and duplicates, and labels that leave singletons.
partitions = st.integers(0, 2**32 - 1).map(
    lambda seed: (
        np.random.default_rng(seed).integers(-3, 4, size=(30, 2)) * 1.5,
        np.r_[0, 1, np.random.default_rng(seed + 1).integers(0, 5, size=28)],
    )
)


@given(partitions)
def test_silhouette_equals_scikit_learn(partition):
    X, labels = partition
    assert silhouette(X, labels, samples=True) == pytest.approx(silhouette_samples(X, labels), abs=1e-9)


@given(partitions)
def test_squared_silhouette_equals_scikit_learn_with_squared_distances(partition):
    X, labels = partition
    expected = silhouette_samples(X, labels, metric="sqeuclidean")
    assert silhouette_squared(X, labels, samples=True) == pytest.approx(expected, abs=1e-9)


def test_squared_silhouette_is_exact_far_from_the_origin_and_in_tight_clusters():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, size=200)
    # Powers of two, so that the shift itself rounds nothing away.
    near = np.round(rng.normal(size=(200, 3)) * 2**10) / 2**10 * 2**-6 + labels[:, None] * 4
    expected = silhouette_samples(near, labels, metric="sqeuclidean")
    assert silhouette_squared(near + 2.0**20, labels, samples=True) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("of", [silhouette, silhouette_squared])
def test_hand_made_silhouettes(of):
    power = 2 if of is silhouette_squared else 1
    X, labels = [[0], [2], [7], [100]], ["a", "a", "b", "c"]
    # a(0) = 2, b(0) = 7; a(2) = 2, b(2) = 5; the two lone points have 0 by definition.
    expected = [1 - (2 / 7) ** power, 1 - (2 / 5) ** power, 0, 0]
    assert of(X, labels, samples=True) == pytest.approx(expected)
    assert of(X, labels) == pytest.approx(np.mean(expected))


@pytest.mark.parametrize("of", [silhouette, silhouette_squared])
def test_identical_points_in_two_clusters_have_silhouette_0_not_rounding(of):
    X = np.full((7, 2), 0.1)
    assert of(X, [0, 0, 0, 1, 1, 1, 1], samples=True).tolist() == [0] * 7
    # The mean of 1,999 times 0.1 is not quite 0.1.
    X, labels = np.full((2999, 3), 0.1) * [1, 3, 7], np.r_[np.zeros(1000), np.ones(1999)]
    assert not of(X, labels, samples=True).any()


@pytest.mark.parametrize("of", [silhouette, silhouette_squared])
def test_two_heaps_of_identical_points_have_silhouette_1_and_never_more(of):
    X = np.repeat([[0.1, 0.7], [12.3, 4.56]], 50, axis=0)
    values = of(X, np.repeat([0, 1], 50), samples=True)
    assert values == pytest.approx(np.ones(100))
    assert values.max() <= 1


@pytest.mark.parametrize("of", [silhouette, silhouette_squared, calinski_harabasz])
def test_one_cluster_has_no_index(of):
    assert np.isnan(of(IRIS, np.zeros(150)))


def test_tiles_do_not_change_the_silhouette(monkeypatch):
    labels = load_iris().target
    whole = silhouette(IRIS, labels, samples=True)
    monkeypatch.setattr(silhouettes, "TILE", 7)
    assert silhouette(IRIS, labels, samples=True) == pytest.approx(whole, abs=1e-14)


def partitions_of(X, *labels):
    return [silhouettes.codes_of(found, X) for found in labels]


def heaps_with_few_distinct_distances():
    # Sums of many equal terms are where the rounding of float32 adds up in one direction.
    return np.sort(np.random.default_rng(0).integers(0, 6, size=(1500, 1)), axis=0) * 0.1


@pytest.mark.parametrize("shift", [0, 1e6])
@pytest.mark.parametrize("unit", [1e-60, 1, 1e60])
@pytest.mark.parametrize(
    "X",
    [
        np.random.default_rng(0).normal(size=(1500, 3)),
        np.random.default_rng(0).lognormal(0, 3, size=(1500, 2)),
        heaps_with_few_distinct_distances(),
    ],
    ids=["normal", "heavy tail", "few distinct"],
)
def test_silhouettes_of_several_partitions_equal_scikit_learn_to_a_millionth(X, unit, shift):
    X = (X + shift) * unit
    several = [pd.qcut(X[:, 0], k, labels=False, duplicates="drop") for k in (2, 3, 5)]
    means = mean_silhouettes(X, partitions_of(X, *several))
    # From distances, because scikit-learn's own lose digits to cancellation far from the origin.
    distances = cdist(X, X)
    expected = [silhouette_score(distances, labels, metric="precomputed") for labels in several]
    assert means == pytest.approx(expected, abs=1e-6)


def test_memory_of_the_exact_silhouette_grows_with_n_not_its_square():
    X = np.random.default_rng(0).normal(size=(6000, 2))
    several = partitions_of(X, *(np.arange(6000) % k for k in range(2, 11)))
    tracemalloc.start()
    mean_silhouettes(X, several)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6000**2 * 4 / 8  # an eighth of all distances in float32; a few arrays (n, sum of K)


@given(partitions)
def test_calinski_harabasz_equals_scikit_learn(partition):
    X, labels = partition
    assert calinski_harabasz(X, labels) == pytest.approx(calinski_harabasz_score(X, labels))


def test_calinski_harabasz_at_its_ends():
    assert calinski_harabasz([[0], [0], [8], [8]], [0, 0, 1, 1]) == np.inf
    assert np.isnan(calinski_harabasz([[0], [1], [2]], [0, 1, 2]))
    assert np.isnan(calinski_harabasz([[3], [3], [3]], [0, 1, 1]))


@given(st.permutations(range(5)), partitions)
def test_indices_do_not_depend_on_the_names_of_clusters(names, partition):
    X, labels = partition
    renamed = np.array(list("abcde"))[np.array(names)[labels]]
    for of in (silhouette, silhouette_squared, calinski_harabasz):
        assert of(X, renamed) == pytest.approx(of(X, labels), abs=1e-12)


@given(partitions, st.floats(0.01, 100))
def test_indices_do_not_depend_on_unit_or_origin(partition, unit):
    X, labels = partition
    for of in (silhouette, silhouette_squared, calinski_harabasz):
        assert of(X * unit + 5, labels) == pytest.approx(of(X, labels), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("of", [silhouette, silhouette_squared, calinski_harabasz])
@pytest.mark.parametrize(
    ("X", "labels", "message"),
    [
        ([[0.0], [np.nan]], [0, 1], r"X must be finite, without NaN or inf: row 1, column 0 is nan\."),
        (
            pd.DataFrame({"recency": [1, np.inf]}, index=["a", "b"]),
            [0, 1],
            "row 'b', column 'recency' is inf",
        ),
        ([["few"], ["many"]], [0, 1], "X must hold numbers only"),
        ([1.0, 2.0], [0, 1], r"X has shape \(2,\); allowed is \(n, m\)"),
        (np.empty((0, 2)), [], r"X has shape \(0, 2\)"),
        ([[0.0], [1.0]], [0], r"labels has shape \(1,\); allowed is \(2,\)"),
        ([[0.0], [1.0]], [0, np.nan], "labels is missing in row 1"),
        ([[0.0], [1.0]], ["a", None], "labels is missing in row 1"),
    ],
)
def test_refusals_name_the_cell(of, X, labels, message):
    with pytest.raises(ValueError, match=message):
        of(X, labels)
