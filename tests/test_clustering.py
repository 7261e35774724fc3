"""QuickCluster against a plain reading of its rule, scikit-learn from the same centres, and PSPP."""

import csv
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f_oneway
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from workbench.segments import clustering, starts
from workbench.segments.clustering import QuickCluster, initial_centers, tables
from workbench.segments.starts import sizes_by_order

IRIS = load_iris().data
SEEDS = st.integers(0, 2**32 - 1)


def generic(seed, n=120, d=3):
    """Skewed measurements without ties."""
    return np.random.default_rng(seed).gamma(1, 5, size=(n, d))


def gridded(seed, n=60, d=2):
    """Small counts: ties between distances, and duplicate rows."""
    return np.random.default_rng(seed).integers(0, 5, size=(n, d)).astype(float)


def heaps(seed, k=3, n=90):
    """Clusters of unequal size, 20 standard deviations apart, in random order."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2)) + 20 * np.r_[np.arange(k), rng.integers(0, k, n - k)][:, None]


def slow_initial_centers(X, k):
    """The rule as worded, one row and one pair at a time; squared distances, which are exact on a grid."""
    centers = [list(x) for x in X[:k]]

    def d(a, b):
        return sum((p - q) ** 2 for p, q in zip(a, b, strict=True))

    for x in X[k:]:
        pairs = [(d(centers[i], centers[j]), i, j) for i in range(k) for j in range(i + 1, k)]
        closest, m, n = min(pairs)
        q, p = sorted(range(k), key=lambda i: d(x, centers[i]))[:2]  # noqa: B023
        if d(x, centers[q]) > closest:
            centers[n if d(x, centers[n]) < d(x, centers[m]) else m] = list(x)
        elif d(x, centers[p]) > min(d(centers[q], centers[i]) for i in range(k) if i != q):
            centers[q] = list(x)
    return np.array(centers)


def slow_lloyd(X, centers, max_iter, converge):
    """Batch updates, one row at a time."""
    centers, history = [np.array(c) for c in centers], []
    apart = min(np.linalg.norm(a - b) for i, a in enumerate(centers) for b in centers[:i])
    for _ in range(max_iter):
        groups = [[] for _ in centers]
        for x in X:
            groups[int(np.argmin([((x - c) ** 2).sum() for c in centers]))].append(x)
        moved = [np.mean(group, axis=0) for group in groups]
        history.append([np.linalg.norm(a - b) for a, b in zip(moved, centers, strict=True)])
        centers = moved
        if max(history[-1]) <= converge * apart:
            break
    return np.array(centers), np.array(history)


@parametrize_with_checks([QuickCluster(3), QuickCluster(2, max_iter=3, converge=0.02)])
def test_scikit_learn_estimator(estimator, check):
    check(estimator)


# The pass for initial centres -----------------------------------------------------------------------------


def test_each_rule_of_the_pass_by_hand():
    def final(*rows):
        return initial_centers(np.array(rows, float)[:, None], 2).ravel().tolist()

    assert final(0, 1) == [0, 1]
    assert final(0, 1, 5) == [0, 5]  # (a) 4 > 1: replaces the nearer of the two closest, slot 2
    assert final(0, 1, -5) == [-5, 1]  # … slot 1
    assert final(0, 1, 2) == [0, 2]  # (a) 1 > 1 is not; (b) 2 > 1: replaces the nearest
    assert final(0, 4, 1) == [0, 4]  # (b) 3 > 4 is not
    assert final(0, 4, 2) == [0, 4]  # equally near to both: neither
    assert final(0, 0, 3) == [3, 0]  # (a) equally near to two equal centres: the lower slot
    assert final(0, 1, 2, 4) == [0, 4]  # distances are those after the replacement


def test_equally_close_pairs_count_as_the_one_of_the_lowest_slots():
    # Pairs (1, 2) and (2, 3) are 1 apart; x is nearer to slot 3, but of the pair (1, 2) nearer to slot 2.
    assert initial_centers(np.array([[0.0], [1], [2], [9]]), 3).ravel().tolist() == [0, 9, 2]


@pytest.mark.parametrize("make", [generic, gridded, heaps])
@given(SEEDS, st.integers(2, 6))
def test_the_pass_equals_the_slow_reference(make, seed, k):
    X = make(seed)
    assert initial_centers(X, k).tolist() == slow_initial_centers(X, k).tolist()


@given(SEEDS)
def test_every_row_of_a_sorted_column_is_looked_at_anew(seed):
    X = np.sort(gridded(seed, d=1), axis=0).cumsum(axis=0)
    assert initial_centers(X, 2).tolist() == slow_initial_centers(X, 2).tolist()


def test_rows_looked_at_together_do_not_change_the_centres(monkeypatch):
    X = generic(0, n=3000)
    whole = initial_centers(X, 4)
    monkeypatch.setattr(clustering, "BLOCK", 1)
    assert initial_centers(X, 4).tolist() == whole.tolist()


@given(SEEDS, st.integers(2, 6))
def test_initial_centres_are_distinct_rows_where_there_are_enough(seed, k):
    X = gridded(seed, n=30)
    centers = initial_centers(X, k)
    assert len({tuple(c) for c in centers}) == k
    assert {tuple(c) for c in centers} <= {tuple(x) for x in X}


# The iterations -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("converge", [0, 0.05])
@pytest.mark.parametrize("make", [generic, heaps])
def test_fit_equals_the_slow_reference(make, converge):
    for seed in range(8):
        X, k = make(seed), 3
        fitted = QuickCluster(k, converge=converge).fit(X)
        centers, history = slow_lloyd(X, slow_initial_centers(X, k), 10, converge)
        assert fitted.history_.shape == history.shape
        assert fitted.history_ == pytest.approx(history, abs=1e-9)
        assert fitted.cluster_centers_ == pytest.approx(centers, abs=1e-9)


@pytest.mark.parametrize("max_iter", [1, 3, 10])
def test_centres_labels_and_iterations_equal_scikit_learn_from_the_same_centres(max_iter):
    stopped = set()
    for seed in range(20):
        X, k = heaps(seed) if seed % 2 else generic(seed, n=600), 2 + seed % 5
        ours = QuickCluster(k, max_iter).fit(X)
        theirs = KMeans(
            k, init=ours.initial_centers_, n_init=1, max_iter=max_iter, tol=0, algorithm="lloyd"
        ).fit(X)
        assert ours.cluster_centers_ == pytest.approx(theirs.cluster_centers_, abs=1e-9)
        assert ours.labels_.tolist() == theirs.labels_.tolist()
        assert ours.n_iter_ == theirs.n_iter_
        assert ours.inertia_ == pytest.approx(theirs.inertia_)
        stopped.add(ours.converged_)
    assert stopped == {1: {False}, 3: {True, False}, 10: {True, False}}[max_iter]


def test_iris_ends_in_the_partition_published_for_k_3():
    # 50, 62 and 38 rows and 78.85 within: the optimum that R's kmeans, SAS and others print for K = 3.
    fitted = QuickCluster(3, 20).fit(IRIS)
    assert sorted(fitted.counts_) == [38, 50, 62]
    assert fitted.inertia_ == pytest.approx(78.85, abs=0.005)
    assert fitted.history_[-1].max() == 0


def test_converge_is_a_share_of_the_smallest_distance_between_initial_centres():
    # Initial centres 0, 100; rows 0, 30, 100: centre 1 moves by 15, then rests.
    X = [[0.0], [30], [100]]
    assert QuickCluster(2, converge=0.14).fit(X).n_iter_ == 2
    assert QuickCluster(2, converge=0.15).fit(X).n_iter_ == 1  # at most, not below
    assert QuickCluster(2, converge=0.15).fit(X).converged_
    assert not QuickCluster(2, 1).fit(X).converged_


def test_given_centres_replace_the_pass_and_keep_their_slots():
    X = np.array([[0.0], [1], [10], [11]])
    fitted = QuickCluster(2, init=[[9], [2]]).fit(X)
    assert fitted.initial_centers_.tolist() == [[9], [2]]
    assert fitted.cluster_centers_.tolist() == [[10.5], [0.5]]
    assert fitted.labels_.tolist() == [1, 1, 0, 0]
    frame = pd.DataFrame(X, columns=["visits"])
    assert QuickCluster(2, init=frame.iloc[[2, 1]]).fit(frame).labels_.tolist() == [1, 1, 0, 0]


def test_rows_equally_near_to_two_centres_go_to_the_lower_slot():
    X = np.array([[0.0], [4], [2]])
    assert QuickCluster(2).fit(X).labels_.tolist() == [0, 1, 0]
    assert QuickCluster(2, 1, init=[[4], [0]]).fit(X).labels_[2] == 0


def test_means_of_identical_rows_are_these_rows():
    # The sum of 1,999 times 0.1, divided by 1,999, is not quite 0.1; one iteration then finds no move.
    X = np.r_[np.full((1000, 2), 0.7), np.full((1999, 2), 0.1)]
    fitted = QuickCluster(2).fit(X)
    assert fitted.history_.tolist() == [[0, 0]]
    assert fitted.inertia_ == 0
    assert fitted.counts_.tolist() == [1999, 1000]


def test_one_cluster_is_the_mean():
    fitted = QuickCluster(1, converge=0.5).fit(IRIS)
    assert fitted.initial_centers_.tolist() == IRIS[:1].tolist()
    assert fitted.cluster_centers_[0] == pytest.approx(IRIS.mean(axis=0))
    assert fitted.n_iter_ == 2
    assert fitted.converged_
    assert fitted.center_distances_.tolist() == [[0]]
    assert fitted.anova_[["cluster_mean_square", "f", "p"]].isna().all(axis=None)
    assert fitted.anova_["error_mean_square"].tolist() == pytest.approx(IRIS.var(axis=0, ddof=1).tolist())


def test_as_many_clusters_as_rows():
    fitted = QuickCluster(4).fit([[3.0], [1], [2], [7]])
    assert fitted.labels_.tolist() == [0, 1, 2, 3]
    assert fitted.inertia_ == 0
    assert fitted.anova_["error_mean_square"].isna().all()


@given(SEEDS, st.integers(1, 5), st.integers(-1000, 1000), st.integers(-8, 8))
def test_translation_and_a_common_unit_change_no_label(seed, k, shift, power):
    X = np.round(generic(seed) * 2**10) / 2**10  # so that neither the shift nor the unit rounds
    fitted, moved = QuickCluster(k).fit(X), QuickCluster(k).fit((X + shift) * 2.0**power)
    assert moved.labels_.tolist() == fitted.labels_.tolist()
    assert moved.initial_centers_.tolist() == ((fitted.initial_centers_ + shift) * 2.0**power).tolist()
    assert moved.cluster_centers_ == pytest.approx((fitted.cluster_centers_ + shift) * 2.0**power)
    assert moved.history_ == pytest.approx(fitted.history_ * 2.0**power, abs=1e-9 * 2.0**power)


@given(SEEDS, st.integers(1, 6))
def test_the_objective_never_increases(seed, k):
    X = generic(seed)
    inertia = [QuickCluster(k, n).fit(X).inertia_ for n in range(1, 8)]
    assert all(after <= before * (1 + 1e-12) for before, after in zip(inertia, inertia[1:], strict=False))


@given(SEEDS, st.integers(2, 5))
def test_attributes_agree_with_each_other_and_with_predict(seed, k):
    X = generic(seed)
    fitted = QuickCluster(k, 50).fit(X)
    assert fitted.predict(X).tolist() == fitted.labels_.tolist()
    assert fitted.fit_predict(X).tolist() == fitted.labels_.tolist()
    assert np.bincount(fitted.labels_, minlength=k).tolist() == fitted.counts_.tolist()
    assert fitted.history_.shape == (fitted.n_iter_, k)
    means = [X[fitted.labels_ == c].mean(axis=0) for c in range(k)]
    assert fitted.cluster_centers_ == pytest.approx(np.array(means))
    assert fitted.inertia_ == pytest.approx(((X - fitted.cluster_centers_[fitted.labels_]) ** 2).sum())


# The tables -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("max_iter", [1, 50])  # after 1, the means of the clusters are not yet the centres
def test_anova_equals_scipy(max_iter):
    fitted = QuickCluster(3, max_iter).fit(IRIS)
    theirs = f_oneway(*(IRIS[fitted.labels_ == c] for c in range(3)))
    assert fitted.anova_["f"].to_numpy() == pytest.approx(theirs.statistic)
    assert fitted.anova_["p"].to_numpy() == pytest.approx(theirs.pvalue)
    table = fitted.anova_
    assert (table["cluster_df"].eq(2) & table["error_df"].eq(147)).all()
    total = table["cluster_mean_square"] * 2 + table["error_mean_square"] * 147
    assert total.to_numpy() == pytest.approx(IRIS.var(axis=0) * 150)


def test_anova_of_an_indicator_that_does_not_vary():
    table = QuickCluster(2).fit([[0.0, 0.1], [0, 0.1], [1, 0.1]]).anova_
    assert table["f"].tolist() == pytest.approx([np.inf, np.nan], nan_ok=True)
    assert table["p"].tolist() == pytest.approx([0, np.nan], nan_ok=True)


def test_tables_name_indicators_and_count_clusters_from_1():
    X = pd.DataFrame({"visits": [0, 1, 9, 10, 11], "share": [0.0, 0, 1, 1, 1]}, index=list("abcde"))
    fitted = QuickCluster(2).fit(X)
    printed = tables(fitted)
    assert list(printed) == [
        "initial_centers", "history", "final_centers", "center_distances", "anova", "counts",
    ]  # fmt: skip
    assert printed["initial_centers"].to_dict() == {
        1: {"visits": 0, "share": 0},
        2: {"visits": 11, "share": 1},
    }
    assert printed["final_centers"].to_dict() == {
        1: {"visits": 0.5, "share": 0},
        2: {"visits": 10, "share": 1},
    }
    assert printed["history"].to_dict() == {1: {1: 0.5, 2: 0}, 2: {1: 1, 2: 0}}
    assert printed["center_distances"].loc[1, 2] == pytest.approx(np.hypot(9.5, 1))
    assert printed["counts"]["n"].to_dict() == {1: 2, 2: 3}
    assert list(printed["anova"].columns) == [
        "cluster_mean_square", "cluster_df", "error_mean_square", "error_df", "f", "p",
    ]  # fmt: skip
    assert {name: (t.index.name, t.columns.name) for name, t in printed.items()} == {
        "initial_centers": ("indicator", "cluster"),
        "history": ("iteration", "cluster"),
        "final_centers": ("indicator", "cluster"),
        "center_distances": ("cluster", "cluster"),
        "anova": ("indicator", None),
        "counts": ("cluster", None),
    }
    assert tables(QuickCluster(2).fit(X.to_numpy()))["final_centers"].index.tolist() == [0, 1]


# Refusals -------------------------------------------------------------------------------------------------

NAMED = pd.DataFrame({"visits": [0.0, 1, np.nan], "share": [0, 1, 2]}, index=["ann", "bob", "cy"])
LINE = np.arange(5.0)[:, None]


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        (lambda: QuickCluster(2).fit(NAMED), "X must be finite, .*: row 'cy', column 'visits' is nan"),
        (lambda: QuickCluster(2).fit([[0.0], [np.inf]]), "row 1, column 0 is inf"),
        (lambda: QuickCluster(2).fit(NAMED.iloc[:2]).predict(NAMED), "row 'cy', column 'visits' is nan"),
        (
            lambda: QuickCluster(3).fit([[1.0], [2], [2], [1]]),
            "n_clusters is 3, but X .n_samples = 4. has only 2 distinct rows; ask for at most 2",
        ),
        (lambda: QuickCluster(2).fit([[1.0], [1]]), "only 1 distinct row; ask for at most 1"),
        (lambda: QuickCluster(0).fit(LINE), "n_clusters is 0; allowed are whole numbers from 1"),
        (lambda: QuickCluster(2.0).fit(LINE), r"n_clusters is 2\.0; allowed"),
        (lambda: QuickCluster(2, 0).fit(LINE), "max_iter is 0; allowed are whole numbers from 1"),
        (
            lambda: QuickCluster(2, converge=-0.1).fit(LINE),
            r"converge is -0\.1; allowed is a finite number, at least 0 and at most 1",
        ),
        (lambda: QuickCluster(2, converge=1.1).fit(LINE), r"converge is 1\.1"),
        (lambda: QuickCluster(2, converge=np.nan).fit(LINE), "converge is nan"),
        (lambda: QuickCluster(2, init=[[1.0]]).fit(LINE), r"init has shape \(1, 1\); allowed is \(2, 1\)"),
        (
            lambda: QuickCluster(2, init=[[1], [None]]).fit(LINE),
            "init must be finite.*row 1, column 0 is nan",
        ),
        (
            lambda: QuickCluster(2, init="k-means++").fit(LINE),
            "init must hold numbers only, .*it is 'k-means\\+\\+'",
        ),
        (
            lambda: QuickCluster(2, init=[[0], [99]]).fit(LINE),
            "Cluster 2 of 2 has no rows in iteration 1, .* ask for fewer clusters",
        ),
        (lambda: QuickCluster(2, init=[[1], [1]]).fit(LINE), "Cluster 2 of 2 has no rows in iteration 1"),
    ],
)
def test_refusals(fit, message):
    with pytest.raises(ValueError, match=message):
        fit()


def test_a_cluster_that_loses_its_rows_on_the_way_is_refused():
    # Slot 1 has (10, 15) and (23, 18) at first; its mean lies between, and both are nearer to another one.
    X = np.array([[2, 3], [8, 12], [8, 14], [10, 15], [23, 18], [25, 20]])
    init = [[23, 18], [2, 3], [25, 20]]
    with pytest.raises(ValueError, match="Cluster 1 of 3 has no rows in iteration 2, so that it has no mean"):
        QuickCluster(3, init=init).fit(X)
    with pytest.raises(ValueError, match="Cluster 1 of 3 has no rows after iteration 1"):
        QuickCluster(3, 1, init=init).fit(X)


def test_not_fitted():
    for call in (tables, lambda estimator: estimator.predict(LINE)):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            call(QuickCluster(2))


# PSPP -----------------------------------------------------------------------------------------------------


def pspp(X, k, folder):
    """Run QUICK CLUSTER in PSPP; return initial centres, final centres and counts, in its own order."""
    if shutil.which("pspp") is None:
        missing("PSPP", "install it to compare with its QUICK CLUSTER (Debian: apt-get install pspp)")
    names = " ".join(f"v{i}" for i in range(X.shape[1]))
    np.savetxt(folder / "rows.txt", X, fmt="%.17g")
    (folder / "run.sps").write_text(
        "SET DECIMAL=DOT.\n"
        f"DATA LIST LIST NOTABLE FILE='rows.txt' /{names} (F40.16).\n"  # two decimals otherwise
        f"QUICK CLUSTER {names} /CRITERIA=CLUSTER({k}) MXITER(10) /PRINT=INITIAL.\n"
    )
    command = ["pspp", "-O", "format=csv", "run.sps"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    printed = {}
    for row in csv.reader(done.stdout.splitlines()):
        if row and row[0].startswith("Table: "):
            body = printed.setdefault(row[0].removeprefix("Table: "), [])
        elif row:
            body.append(row)
    initial, final = (
        np.array([row[1:] for row in printed[f"{which} Cluster Centers"][2:]], float).T
        for which in ("Initial", "Final")
    )
    return initial, final, [int(row[2]) for row in printed["Number of Cases in each Cluster"][1:-1]]


def as_a_set(centers, counts=None):
    """Rows in lexical order, since PSPP numbers clusters by the first variable."""
    rows = centers if counts is None else np.column_stack([centers, counts])
    return rows[np.lexsort(rows.T[::-1])]


def pspp_iterations(X, centers, n_iter=10):
    """What PSPP 1.6 does instead of batch updates.

    The centre before counts as one more row of its cluster; then the rows are assigned once more, and
    the means of this second assignment are the centres before of the next iteration.
    """
    before = centers

    def assigned():
        labels = ((X[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        return labels, np.bincount(labels, minlength=len(centers))

    for _ in range(n_iter):
        labels, counts = assigned()
        sums = np.array([X[labels == c].sum(axis=0) for c in range(len(centers))])
        centers = (sums + before) / (counts + 1)[:, None]
        labels, counts = assigned()
        before = np.array([X[labels == c].mean(axis=0) for c in range(len(centers))])
    return centers, counts


@pytest.mark.parametrize("make", [generic, gridded, heaps])
def test_initial_centres_equal_those_of_pspp(make, tmp_path):
    for seed in range(6):
        X, k = make(seed), 2 + seed % 4
        initial, final, counts = pspp(X, k, tmp_path)
        assert as_a_set(initial) == pytest.approx(as_a_set(initial_centers(X, k)), abs=1e-12)
        expected = pspp_iterations(X, initial_centers(X, k))
        assert as_a_set(final, counts) == pytest.approx(as_a_set(*expected), abs=1e-9)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_final_centres_and_counts_of_separated_clusters_equal_those_of_pspp(k, tmp_path):
    X = heaps(k, k)
    _, final, counts = pspp(X, k, tmp_path)
    fitted = QuickCluster(k).fit(X)
    assert as_a_set(final, counts) == pytest.approx(
        as_a_set(fitted.cluster_centers_, fitted.counts_), abs=1e-9
    )


# Stopped, and in other orders ------------------------------------------------------------------------------


def test_a_run_that_its_limit_stopped_says_so():
    X = generic(1)
    stopped, ended = QuickCluster(4, max_iter=2).fit(X), QuickCluster(4, max_iter=100).fit(X)
    moved = stopped.history_[-1].max()
    assert (stopped.converged_, ended.converged_, ended.note_) == (False, True, "")
    assert stopped.note_ == (
        f"stopped at its limit of 2 iterations, while a centre still moved by {moved:.3g}; raise max_iter to let it "
        "come to its end"
    )


def test_sizes_in_other_orders_are_those_of_fits_one_by_one():
    X, rng = generic(2, n=40), np.random.default_rng(5)
    runs = [QuickCluster(3, 4).fit(X[rng.permutation(40)]) for _ in range(30)]
    table = sizes_by_order(X, 3, n_orders=30, max_iter=4, random_state=5)
    sizes = pd.Series([", ".join(map(str, run.counts_)) for run in runs]).value_counts()
    assert table["orders"].to_dict() == sizes.to_dict()
    for by_slot, smallest_first in table["smallest first"].items():
        assert smallest_first.split(", ") == sorted(by_slot.split(", "), key=int)
    assert table.attrs["stopped"] == sum(not run.converged_ for run in runs) > 0


def test_an_order_in_which_a_cluster_loses_its_rows_is_counted_not_a_crash(monkeypatch):
    def lose(*_):
        raise ValueError("Cluster 2 of 3 has no rows")

    monkeypatch.setattr(starts, "iterate", lose)
    lost = "a cluster lost all its rows"
    assert sizes_by_order(generic(2), 3, n_orders=5)["orders"].to_dict() == {lost: 5}
    with pytest.raises(ValueError, match="n_clusters"):
        sizes_by_order(generic(2, n=2), 3, n_orders=5)
