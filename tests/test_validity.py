import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import load_iris

from workbench.segments import validity
from workbench.segments.resampling import recovery
from workbench.segments.validity import (
    ari_noise_floor,
    calinski_harabasz,
    choices,
    choose_n_clusters,
    gap,
    silhouette,
    silhouette_squared,
    stability,
)

IRIS = load_iris().data


def three_heaps(n=20, gap_between=10.0):
    rng = np.random.default_rng(7)
    centres = np.array([[0, 0], [gap_between, 0], [0, gap_between]])
    return np.repeat(centres, n, axis=0) + rng.normal(size=(3 * n, 2))


# R 4.2.2 (Debian 12), cluster 2.1.4: clusGap(iris[, 1:4], kmeans with nstart = 20, K.max = 6, B = 500,
# d.power = 2, seed 1), columns logW, E.logW, gap, SE.sim. R halves W once more: log 2 is added here.
CLUSGAP = {
    "pca": [
        [5.83096, 5.90982, 0.07886, 0.06229],
        [4.33302, 4.92822, 0.59520, 0.04756],
        [3.67442, 4.54926, 0.87484, 0.04607],
        [3.35390, 4.35808, 1.00417, 0.04426],
        [3.14515, 4.19164, 1.04650, 0.04181],
        [2.97144, 4.03930, 1.06786, 0.03906],
    ],
    "uniform": [
        [5.83096, 5.90644, 0.07548, 0.04504],
        [4.33302, 5.31747, 0.98445, 0.03771],
        [3.67442, 5.11079, 1.43638, 0.03631],
        [3.35390, 4.93125, 1.57735, 0.03601],
        [3.14515, 4.78927, 1.64413, 0.03660],
        [2.97182, 4.68175, 1.70993, 0.03670],
    ],
}


@pytest.mark.parametrize("reference", ["pca", "uniform"])
def test_gap_of_iris_equals_cluster_clusgap(reference):
    table = gap(IRIS, range(1, 7), n_reference=60, reference=reference, n_init=20, random_state=0)
    log_w, log_reference, difference, error = np.array(CLUSGAP[reference]).T
    assert table["log_w"].to_numpy() == pytest.approx(log_w + np.log(2), abs=5e-4)
    # Both sides are means over random sets: four standard errors of ours and of R's 500 together.
    noise = 4 * error * np.sqrt(1 / 60 + 1 / 500)
    assert np.all(np.abs(table["log_w_reference"] - log_reference - np.log(2)) < noise)
    assert np.all(np.abs(table["gap"] - difference) < noise)
    assert table["gap_se"].to_numpy() == pytest.approx(error, rel=0.4)


def test_tibshirani_rule_on_the_printed_clusgap_tables():
    # R's maxSE(…, "Tibs2001SEmax") gives 5 and, where no K meets the rule, the last one; here it is missing.
    for reference, expected in (("pca", 5), ("uniform", pd.NA)):
        printed = pd.DataFrame(CLUSGAP[reference], columns=["log_w", "log_w_reference", "gap", "gap_se"])
        chosen = choices(printed.set_index(pd.RangeIndex(1, 7)))["gap"]
        assert chosen is expected or chosen == expected


def test_gap_se_is_that_of_the_paper():
    table = gap(three_heaps(), [1], n_reference=2, random_state=0)
    one, other = (
        np.log(KMeans(1, n_init=1).fit(sample).inertia_) for sample in _first_references(three_heaps(), 2)
    )
    # sd with 1/B, not 1/(B - 1): for two sets half their distance; times sqrt(1 + 1/2).
    assert table.loc[1, "gap_se"] == pytest.approx(abs(one - other) / 2 * np.sqrt(1.5))
    assert table.loc[1, "log_w_reference"] == pytest.approx((one + other) / 2)


def _first_references(X, n):
    from workbench.segments.resampling import seed_of
    from workbench.segments.validity import _references

    return _references(X, n, "pca", seed_of(0))


def test_references_fill_the_box_around_the_data_in_the_asked_axes():
    from workbench.segments.validity import _references

    rng = np.random.default_rng(0)
    line = rng.uniform(-5, 5, size=(400, 1)) @ [[1.0, 1.0]] + rng.normal(size=(400, 2)) * 0.01
    (along,) = _references(line, 1, "pca", 0)
    (boxed,) = _references(line, 1, "uniform", 0)
    assert np.corrcoef(along.T)[0, 1] > 0.99  # the principal axis is kept
    assert abs(np.corrcoef(boxed.T)[0, 1]) < 0.2
    assert np.ptp(boxed, axis=0) == pytest.approx(np.ptp(line, axis=0), rel=0.02)


def test_gap_finds_no_clusters_where_there_are_none():
    X = np.random.default_rng(3).uniform(size=(200, 3))
    assert choices(gap(X, range(1, 5), random_state=0))["gap"] == 1


def test_every_rule_finds_three_heaps():
    table = choose_n_clusters(three_heaps(), range(1, 6), n_init=5, random_state=0)
    assert choices(table).to_dict() == {
        "silhouette": 3,
        "silhouette_squared": 3,
        "calinski_harabasz": 3,
        "gap": 3,
        "stability": 3,
    }
    assert table.index.tolist() == [1, 2, 3, 4, 5]
    assert table.loc[1].isna().to_dict() == {
        "inertia": False,
        "silhouette": True,
        "silhouette_squared": True,
        "calinski_harabasz": True,
        "gap": False,
        "gap_se": False,
        "stability": True,
    }


def test_rows_of_the_table_are_the_indices_of_that_partition():
    X = three_heaps()
    table = choose_n_clusters(X, [3], n_reference=0, n_boot=0, random_state=0)
    labels = np.repeat([0, 1, 2], 20)  # what K-means finds in heaps this far apart
    assert table.columns.tolist() == ["inertia", "silhouette", "silhouette_squared", "calinski_harabasz"]
    assert table.loc[3, "silhouette"] == pytest.approx(silhouette(X, labels))
    assert table.loc[3, "silhouette_squared"] == pytest.approx(silhouette_squared(X, labels))
    assert table.loc[3, "calinski_harabasz"] == pytest.approx(calinski_harabasz(X, labels))


def test_a_row_does_not_depend_on_the_other_k():
    X, few = three_heaps(), {"n_reference": 3, "n_boot": 3, "random_state": 5}
    alone, among = choose_n_clusters(X, [3], **few), choose_n_clusters(X, [1, 2, 3, 4], **few)
    pd.testing.assert_frame_equal(alone, among.loc[[3]])
    pd.testing.assert_frame_equal(among, choose_n_clusters(X, range(1, 5), **few))


def test_gap_rule_needs_the_following_k():
    table = pd.DataFrame({"gap": [0.1, 0.2, 0.9], "gap_se": 0.01}, index=[1, 2, 4])
    assert choices(table)["gap"] is pd.NA
    table = pd.DataFrame({"gap": [0.1, 0.2, 0.205], "gap_se": 0.01}, index=[1, 2, 3])
    assert choices(table)["gap"] == 2  # 0.2 >= 0.205 - 0.01, though 0.205 is larger


def test_stability_favours_the_largest_stable_k():
    table = pd.DataFrame({"stability": [np.nan, 0.9, 0.8, 0.5]}, index=[1, 2, 3, 4])
    assert choices(table)["stability"] == 3
    assert choices(table, stable=0.95)["stability"] is pd.NA


# R 4.2.2 (Debian 12), fpc 2.2.10: clusterboot(iris[, 1:4], B = 1000, bootmethod = "boot", kmeansCBI,
# runs = 20, seed 2): size, bootmean, and of 1000 samples bootbrd (<= .5) and bootrecover (> .75). The samples
# differ here, hence the tolerances. On the same 300 samples (K = 4) 97 % agreed in every cluster, the rest
# being other local optima: means .8546 .9344 .8349 1, R's .8547 .9340 .8354 1.
CLUSTERBOOT = {
    2: [(97, 0.9976, 0, 1000), (53, 0.9956, 0, 1000)],
    3: [(62, 0.9542, 2, 934), (50, 1.0000, 0, 1000), (38, 0.9428, 4, 924)],
    4: [(28, 0.9345, 2, 954), (32, 0.8207, 93, 617), (50, 1.0000, 0, 1000), (40, 0.8428, 39, 769)],
}


@pytest.mark.parametrize("k", [2, 3, 4])
def test_stability_of_iris_equals_fpc_clusterboot(k):
    estimator = KMeans(k, n_init=20, random_state=0)
    table = stability(IRIS, estimator, n_boot=200, random_state=1).sort_values("size")
    size, jaccard, dissolved, recovered = np.array(sorted(CLUSTERBOOT[k])).T
    assert table["size"].tolist() == size.tolist()
    assert table["jaccard"].to_numpy() == pytest.approx(jaccard, abs=0.04)
    assert (table["dissolved"] / 200).to_numpy() == pytest.approx(dissolved / 1000, abs=0.07)
    assert (table["recovered"] / 200).to_numpy() == pytest.approx(recovered / 1000, abs=0.11)


def test_stability_of_labels_is_that_of_the_kmeans_that_gave_them():
    estimator = KMeans(3, n_init=10, random_state=0)
    labels = estimator.fit_predict(IRIS)
    by_labels = stability(IRIS, labels, n_boot=30, random_state=1)
    by_estimator = stability(IRIS, estimator, n_boot=30, random_state=1)
    assert by_labels["jaccard"].to_numpy() == pytest.approx(by_estimator["jaccard"].to_numpy(), abs=0.02)
    names = np.array(["mid", "small", "large"])[labels]
    renamed = stability(IRIS, names, n_boot=30, random_state=1)
    assert sorted(renamed["jaccard"]) == sorted(by_labels["jaccard"])
    assert renamed.index.tolist() == ["large", "mid", "small"]


def test_jaccard_by_hand_when_a_method_always_splits_at_one_point():
    class SplitAtFive(AgglomerativeClustering):
        def fit(self, X, y=None):
            self.labels_ = (X[:, 0] >= 5).astype(int)
            return self

    X = np.arange(10.0)[:, None]
    table = stability(X, np.r_[np.zeros(5), np.ones(5)], n_boot=30, n_init=3, random_state=0)
    assert table["jaccard"].between(0.3, 1).all()
    exact = stability(X, SplitAtFive(), n_boot=30, random_state=0)
    assert exact["jaccard"].tolist() == [1, 1]
    assert exact["recovered"].tolist() == [30, 30]


def test_a_cluster_cut_out_of_one_heap_dissolves():
    rng = np.random.default_rng(0)
    X = np.r_[rng.normal(size=(60, 2)), rng.normal(size=(60, 2)) + 30]
    labels = np.r_[rng.integers(0, 2, size=60), np.full(60, 2)]  # the first heap is cut at random
    table = stability(X, labels, n_boot=40, random_state=0)
    assert table["dissolved"].iloc[:2].min() >= 20
    assert table["jaccard"].iloc[:2].max() < 0.55
    assert table["jaccard"].iloc[2] > table["jaccard"].iloc[:2].max()


def test_samples_with_fewer_distinct_rows_than_clusters_are_still_clustered():
    X = np.array([[0.0], [10.0], [20.0], [30.0]])
    table = stability(X, [0, 1, 2, 2], n_boot=20, random_state=0)
    assert table["jaccard"].between(0, 1).all()


def test_ari_noise_floor_is_1_where_seeds_do_not_matter_and_below_where_they_do():
    assert ari_noise_floor(three_heaps(), 3, n_repeats=4, n_init=10, random_state=0).tolist() == [1] * 6
    flat = np.random.default_rng(0).uniform(size=(300, 2))
    floor = ari_noise_floor(flat, 7, n_repeats=5, random_state=0)
    assert floor.shape == (10,)
    assert floor.max() < 1
    again = ari_noise_floor(flat, KMeans(7, n_init=1), n_repeats=5, random_state=0)
    assert again.tolist() == floor.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gap(IRIS, [0]), r"n_clusters is 0; allowed are whole numbers from 1 to 148"),
        (lambda: gap(IRIS, [2.5]), r"n_clusters is 2\.5"),
        (lambda: choose_n_clusters([[1.0], [1.0]], [1]), "fewer than the 1 distinct rows"),
        (lambda: choose_n_clusters([[1.0], [2.0], [2.0]], [2]), "from 1 to 1, fewer than the 2 distinct"),
        (
            lambda: choose_n_clusters(IRIS, [2, 5], n_exact=9),
            "n_exact is 9; allowed are whole numbers from 10",
        ),
        (lambda: gap(IRIS, [1], n_reference=1), "n_reference is 1; allowed are whole numbers from 2"),
        (
            lambda: gap(IRIS, [1], reference="normal"),
            "reference must be one of 'pca', 'uniform', not 'normal'",
        ),
        (lambda: stability(IRIS, np.zeros(150), n_boot=0), "n_boot is 0; allowed are whole numbers from 1"),
        (lambda: stability(IRIS, [0, 1]), r"labels has shape \(2,\)"),
        (lambda: ari_noise_floor(IRIS, 3, n_repeats=1), "n_repeats is 1"),
        (lambda: ari_noise_floor(IRIS, AgglomerativeClustering(3)), "has no random_state"),
        (lambda: choose_n_clusters([[1.0], [np.nan]], [1]), "row 1, column 0 is nan"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_numbers_of_clusters_are_lowered_to_what_the_customers_allow_and_it_is_said():
    five = pd.DataFrame({"monetary": [1.0, 2, 3, 4, 5, 5]})
    assert validity.limits(five, 4, 3) == (4, 3, [])
    most, k, notes = validity.limits(five, 8, 6)
    assert (most, k) == (4, 4)
    assert notes == [
        "k_max is lowered from 8 to 4: only 5 customers differ in the indicators",
        "n_clusters is lowered from 6 to 4: only 5 customers differ in the indicators",
    ]
    validity.choose_n_clusters(five, range(1, most + 1), n_reference=2, n_boot=2, random_state=0)
    with pytest.raises(
        ValueError, match="Only 2 of the 3 customers differ in the indicators; clusters need at least 3"
    ):
        validity.limits(five[3:], 8, 3)
    with pytest.raises(ValueError, match="n_clusters is 1; allowed are whole numbers from 2"):
        validity.limits(five, 8, 1)


def test_recovery_knows_known_segments_and_stability_alone_does_not():
    draw = np.random.default_rng(2)
    names = [f"c{i}" for i in range(90)]
    truth = pd.Series(np.repeat(["a", "b", "c"], 30), names)
    apart = pd.DataFrame({"x": draw.normal(size=90) + 20 * np.repeat([0, 1, 2], 30)}, names)
    method = KMeans(3, n_init=5, random_state=0)
    found = recovery(
        apart, truth.sample(frac=1, random_state=0), method, random_state=0
    )  # by name, not by place
    assert (found["agreement"], found["stability"]) == (1, pytest.approx(1))
    mixed = recovery(apart, pd.Series(draw.permutation(truth), names), method, random_state=0)
    assert mixed["agreement"] < 0.2
    assert mixed["stability"] == found["stability"]
    with pytest.raises(ValueError, match="truth"):
        recovery(apart, truth.drop("c0"), method)
