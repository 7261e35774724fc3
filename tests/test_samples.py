"""Evidence on samples: who is drawn, and that it lies within its stated error of the evidence of all."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from workbench.segments import sampled
from workbench.segments.samples import drawn, in_proportion
from workbench.segments.validity import choices, choose_n_clusters, stability

TRUTH = np.repeat([0, 1, 2], [2400, 1500, 100])
PLANTED = np.random.default_rng(0).normal(size=(4000, 3)) + 2.6 * np.eye(3)[TRUTH]


def test_each_group_gives_its_share_and_two_at_least():
    codes = np.repeat([0, 1, 2, 3], [700, 290, 9, 1])
    rows = in_proportion(codes, 100, np.random.default_rng(0))
    assert np.bincount(codes[rows]).tolist() == [70, 29, 2, 1]
    assert (np.diff(rows) > 0).all()


def test_rows_are_drawn_from_groups_of_likeness():
    rows = drawn(PLANTED, 400, seed=0)
    assert len(rows) == pytest.approx(400, abs=12)
    means = [PLANTED[drawn(PLANTED, 400, seed)].mean(axis=0) for seed in range(30)]
    at_random = PLANTED.std(axis=0) / 20  # the error of a mean of 400, were they drawn from all alike
    assert (np.std(means, axis=0) < 0.6 * at_random).all()
    assert drawn(PLANTED, 4000, seed=0).tolist() == list(range(4000))


def test_evidence_on_a_sample_lies_within_its_stated_error():
    few = {"n_clusters": [2, 3], "n_reference": 2, "n_boot": 10}
    exact = choose_n_clusters(PLANTED, **few, random_state=0)
    found = [choose_n_clusters(PLANTED, **few, n_exact=800, random_state=seed) for seed in range(8)]
    for k in (2, 3):
        off = [
            (t.loc[k, "silhouette"] - exact.loc[k, "silhouette"]) / t.loc[k, "silhouette_se"] for t in found
        ]
        assert np.sqrt(np.mean(np.square(off))) < 2  # 1 is expected
    assert found[0]["silhouette_se"].between(0.002, 0.02).all()
    assert found[0]["stability_se"].between(0, 0.1).all()
    for same in ("inertia", "calinski_harabasz", "silhouette_squared"):
        assert found[0][same].to_numpy() == pytest.approx(exact[same], rel=0.1)
    assert choices(found[0])["silhouette"] == choices(exact)["silhouette"]
    assert "for the silhouette and 0.0" in sampled(found[0])


def test_up_to_the_limit_nothing_changes_and_nothing_is_said():
    few = {"n_clusters": [1, 2], "n_reference": 2, "n_boot": 2, "random_state": 0}
    X = PLANTED[::20]
    exact = choose_n_clusters(X, **few, n_exact=200)
    pd.testing.assert_frame_equal(exact, choose_n_clusters(X, **few))
    assert not {"silhouette_se", "stability_se"} & set(exact)
    assert sampled(exact) == sampled(stability(X, [0, 1] * 100, n_boot=2, n_exact=200)) == ""


def test_stability_on_a_sample_keeps_the_sizes_of_all_and_says_so():
    method = KMeans(3, n_init=5, random_state=0)
    exact = stability(PLANTED, method, n_boot=20, random_state=0)
    some = stability(PLANTED, method, n_boot=20, n_exact=1000, random_state=0)
    assert some["size"].tolist() == exact["size"].tolist()
    large = exact["size"] > 200
    assert some.loc[large, "jaccard"].to_numpy() == pytest.approx(exact.loc[large, "jaccard"], abs=0.05)
    assert sampled(some).startswith("Computed on 1,000 of 4,000 customers, drawn in proportion")
    assert f"{some['standard_error'].max():.3f} for the similarity" in sampled(some)


def test_the_error_of_a_stability_is_about_the_spread_of_it():
    method, labels = KMeans(3, n_init=3, random_state=0), TRUTH % 2
    how = {"labels": labels, "n_boot": 10, "n_exact": 600}
    tables = [stability(PLANTED, method, **how, random_state=seed) for seed in range(12)]
    spread = np.std([table["jaccard"] for table in tables], axis=0)
    stated = np.mean([table["standard_error"] for table in tables], axis=0)
    assert ((stated > spread / 3) & (stated < 2 * spread)).all()


def test_labels_that_are_given_spare_the_first_fit():
    labels = np.where(TRUTH == 2, 1, TRUTH)
    table = stability(PLANTED[::10], KMeans(2, random_state=0), labels=labels[::10], n_boot=5, random_state=0)
    assert table["size"].tolist() == [240, 160]
