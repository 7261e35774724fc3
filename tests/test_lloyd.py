"""K-means from many starts at once: the ends of scikit-learn's K-means from the same initial centres."""

import warnings

import numpy as np
import pytest
from sklearn.cluster import KMeans

from workbench.segments import QuickCluster
from workbench.segments.lloyd import best_of_starts, labels_by, lloyd, plain, seeds


def cloud(n, d, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) + 1.5 * rng.integers(0, 4, size=n)[:, None]


CLOUD = cloud(300, 3)
WITH_DUPLICATES = np.repeat(cloud(40, 2), 5, axis=0)
GRID = np.stack(np.meshgrid(range(-4, 5), range(-4, 5)), axis=-1).reshape(-1, 2).astype(float)
FAR_OFF = cloud(150, 2) + 1e8


def theirs(X, init, **settings):
    return KMeans(len(init), n_init=1, init=init, **settings).fit(X)


@pytest.mark.parametrize(
    ("X", "n_clusters"),
    [(CLOUD, 1), (CLOUD, 4), (CLOUD[:, :1], 5), (cloud(5000, 2), 12), (WITH_DUPLICATES, 6)],
    ids=["one cluster", "four", "one dimension", "several tiles", "duplicates"],
)
def test_each_start_ends_where_that_of_scikit_learn_does(X, n_clusters):
    X = X - X.mean(axis=0)
    starts = seeds(X, n_clusters, 8, np.random.default_rng(0))
    for centers, init in zip(lloyd(X, starts), starts, strict=True):
        expected = theirs(X, init)
        distances = ((X[:, None] - centers) ** 2).sum(axis=2)
        assert distances.min(axis=1).sum() == pytest.approx(expected.inertia_, rel=1e-9)
        np.testing.assert_allclose(centers, expected.cluster_centers_, atol=1e-9)
        assert (distances.argmin(axis=1) == expected.labels_).all()


def test_a_tie_goes_to_the_lower_centre():
    init = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 2.0], [0.0, -2.0]])
    once = [theirs(GRID, centers, max_iter=1).cluster_centers_ for centers in (init, init[::-1])]
    np.testing.assert_allclose(lloyd(GRID, np.stack([init, init[::-1]]), max_iter=1), once)
    assert not np.allclose(once[0], once[1][::-1])  # rows on the diagonals were as near to two


def test_it_stops_by_the_limit_and_by_the_tolerance_of_scikit_learn():
    X = CLOUD - CLOUD.mean(axis=0)
    starts = seeds(X, 5, 4, np.random.default_rng(0))
    for settings in ({"max_iter": 2}, {"tol": 0.05}):
        with warnings.catch_warnings(action="ignore"):
            expected = [theirs(X, init, **settings).cluster_centers_ for init in starts]
        np.testing.assert_allclose(lloyd(X, starts, **settings), expected, atol=1e-9)


def test_an_empty_cluster_gets_the_farthest_row_as_in_scikit_learn():
    X = CLOUD - CLOUD.mean(axis=0)
    init = np.vstack([X[:2], [[90.0, 90, 90], [95, 90, 90]]])  # nobody is near the last two
    centers = lloyd(X, init[None])[0]
    np.testing.assert_allclose(centers, theirs(X, init).cluster_centers_, atol=1e-9)
    assert np.abs(centers).max() < 10


def test_fewer_distinct_rows_than_clusters_make_as_many_clusters_as_rows():
    X = np.repeat([[0.0, 0.0], [1.0, 5.0], [2.0, 1.0]], 4, axis=0)
    fit = best_of_starts(X, 5, random_state=0)
    assert fit.inertia == pytest.approx(0, abs=1e-20)
    assert len(np.unique(fit.labels)) == 3
    assert (np.ptp(fit.labels.reshape(3, 4), axis=1) == 0).all()


def test_far_from_the_origin_nothing_is_lost():
    fit, expected = (
        best_of_starts(FAR_OFF, 3, random_state=0),
        KMeans(3, n_init=10, random_state=0).fit(FAR_OFF),
    )
    assert fit.inertia == pytest.approx(expected.inertia_, rel=1e-6)
    assert fit.centers.shape == (3, 2)
    assert fit.centers.min() > 9e7


def test_the_fit_is_consistent_in_itself():
    fit = best_of_starts(CLOUD, 4, random_state=0)
    distances = ((CLOUD[:, None] - fit.centers) ** 2).sum(axis=2)
    assert (fit.labels == distances.argmin(axis=1)).all()
    assert fit.inertia == pytest.approx(distances.min(axis=1).sum())


@pytest.mark.parametrize("n_init", [1, 10])
def test_the_best_start_is_as_good_as_that_of_scikit_learn(n_init):
    X = cloud(400, 4, seed=3)
    ours = [best_of_starts(X, 8, n_init, random_state=s).inertia for s in range(60)]
    same = [KMeans(8, n_init=n_init, random_state=s).fit(X).inertia_ for s in range(60)]
    error = np.hypot(np.std(ours), np.std(same)) / np.sqrt(60)
    assert np.mean(ours) <= np.mean(same) + 3 * error
    assert np.mean(ours) >= np.mean(same) - 3 * error  # nor is it better: the same method


def test_a_seed_repeats_the_fit():
    first, again = (best_of_starts(CLOUD, 6, 2, random_state=7).labels for _ in range(2))
    assert (first == again).all()


def test_only_a_usual_k_means_is_done_here():
    assert plain(KMeans(3, n_init=4, max_iter=7, tol=0.1, random_state=2)) == {
        "n_clusters": 3,
        "n_init": 4,
        "max_iter": 7,
        "tol": 0.1,
        "random_state": 2,
    }
    assert plain(KMeans(3))["n_init"] == 1
    others = [
        KMeans(3, init="random"),
        KMeans(3, init=CLOUD[:3]),
        KMeans(3, algorithm="elkan"),
        QuickCluster(3),
    ]
    assert [plain(method) for method in others] == [None] * 4
    assert (labels_by(QuickCluster(3), CLOUD) == QuickCluster(3).fit(CLOUD).labels_).all()


@pytest.mark.parametrize("seed", range(30))
def test_as_many_clusters_as_rows_differ_leave_nothing(seed):
    X = np.random.default_rng(seed).normal(size=(5, 3))
    fit = best_of_starts(X, 5, random_state=seed)
    assert sorted(fit.labels) == [0, 1, 2, 3, 4]
    assert fit.inertia == pytest.approx(0, abs=1e-25)
