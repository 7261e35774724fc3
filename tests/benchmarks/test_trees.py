"""Trees against scikit-learn's, in one run, one thread. Not part of `make test`; nothing asserts a time."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier
from timing import in_turns

from workbench.trees import C50Classifier, LossTreeClassifier

N, D = 50_000, 15


def table(n, seed=0):
    """Five columns of reals, five of counts, five of few values; a quarter churns, for reasons in four of them."""
    rng = np.random.default_rng(seed)
    reals, counts, few = rng.normal(size=(n, 5)), rng.poisson(10, (n, 5)), rng.integers(0, 5, (n, 5))
    score = reals[:, 0] + 0.5 * reals[:, 1] * reals[:, 2] + counts[:, 0] / 10 - few[:, 0] / 4
    X = np.column_stack([reals, counts, few]).astype(float)
    return X, np.where(score + rng.normal(0, 1, n) > 1.8, "churn", "stay")


KINDS = {
    "default": {},
    "penalty 3": {"costs": [("stay", "churn", 3)]},
    "penalty 3, min_records 50": {"costs": [("stay", "churn", 3)], "min_records": 50},
}


@pytest.mark.parametrize("kind", KINDS)
def test_fit_of_c50(kind, ratio):
    X, y = table(N)
    ours = C50Classifier(**KINDS[kind])
    theirs = DecisionTreeClassifier(criterion="entropy", random_state=0)
    taken = in_turns({"ours": lambda: ours.fit(X, y), "theirs": lambda: theirs.fit(X, y)}, 2)
    what = f"C5.0, {kind}, {N:,} × {D} ({ours.n_leaves_} leaves)"
    ratio(
        what, taken["ours"], f"scikit-learn's entropy tree ({theirs.get_n_leaves()} leaves)", taken["theirs"]
    )


def test_fit_of_loss_tree(ratio):
    X, y = table(N)
    taken = in_turns(
        {
            "ours": lambda: LossTreeClassifier(loss=[("stay", "churn", 3)]).fit(X, y),
            "theirs": lambda: DecisionTreeClassifier(min_samples_leaf=7, random_state=0).fit(X, y),
        },
        2,
    )
    ratio(f"CART with losses, {N:,} × {D}", taken["ours"], "scikit-learn's tree alone", taken["theirs"])


@pytest.mark.parametrize("unknown", [0.0, 0.01])
def test_scoring_a_million_in_one_pass(unknown, ratio):
    X, y = table(N)
    ours = C50Classifier().fit(X, y)
    theirs = DecisionTreeClassifier(max_leaf_nodes=ours.n_leaves_, random_state=0).fit(X, y)
    million, _ = table(1_000_000, seed=1)
    million[np.random.default_rng(2).random(million.shape) < unknown] = np.nan
    taken = in_turns(
        {"ours": lambda: ours.predict_proba(million), "theirs": lambda: theirs.predict_proba(million)}, 2
    )
    what = f"probabilities of 10⁶ rows, {unknown:.0%} unknown, {ours.n_leaves_} leaves"
    ratio(what, taken["ours"], "scikit-learn's tree", taken["theirs"])
