"""CART with losses: by hand, by properties, and against R's rpart where it is installed."""

import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.utils.estimator_checks import parametrize_with_checks

from workbench.trees import LossTreeClassifier


@parametrize_with_checks([LossTreeClassifier(), LossTreeClassifier(min_split=2, min_leaf=1, complexity=0)])
def test_scikit_learn_estimator(estimator, check):
    check(estimator)


def customers(seed, n=300, classes=("churn", "stay")):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, 4)).round(1), columns=list("abcd"))
    score = X["a"] - X["b"] * (X["c"] > 0) + rng.normal(0, 1, n)
    cuts = np.quantile(score, np.linspace(0, 1, len(classes) + 1)[1:-1] * 0.6)
    return X, np.array(classes)[np.searchsorted(cuts, score)]


def paid(y, predicted, losses):
    """Mean loss, from {(predicted, actual): loss}."""
    return np.mean([losses[p, a] if p != a else 0 for p, a in zip(predicted, y, strict=True)])


# By hand ---------------------------------------------------------------------------------------------------

STEPS = pd.DataFrame({"fee": np.arange(40)})
CHURN = np.array(["stay"] * 20 + ["churn", "stay"] * 10)
HALVES = {"min_split": 20, "min_leaf": 20}  # the only cut is between the halves


def test_a_leaf_predicts_the_class_of_least_loss():
    # Lower half 0 of 20 churn, upper 10 of 20. Missing churn costs 3: stay in the upper half loses 30, churn 10.
    fitted = LossTreeClassifier(loss=[("stay", "churn", 3)], **HALVES).fit(STEPS, CHURN)
    assert fitted.rules()["condition"].tolist() == ["fee ≤ 19.5", "fee > 19.5"]
    assert fitted.rules()["class"].tolist() == ["stay", "churn"]
    assert fitted.predict_proba(STEPS)[[0, 39]].tolist() == [[0, 1], [0.5, 0.5]]


@pytest.mark.parametrize(("complexity", "leaves"), [(0.49, 2), (0.51, 1)])
def test_a_split_must_save_its_share_of_the_loss_of_the_root(complexity, leaves):
    # The root predicts churn at a loss of 30 times 1 (stay would lose 10 times 3 = 30 too: the first class), the
    # halves lose 10 in the upper one: the split saves 20 of 30; with a loss of 2, 10 of 20 (stay) becomes 10 of 20.
    fitted = LossTreeClassifier(loss=[("stay", "churn", 2)], complexity=complexity, **HALVES).fit(
        STEPS, CHURN
    )
    assert fitted.n_leaves_ == leaves


def test_without_losses_a_split_that_changes_no_class_goes():
    # Upper half: 10 of 20 churn, which loses as much as stay: nothing is saved.
    assert LossTreeClassifier(complexity=0, **HALVES).fit(STEPS, CHURN).n_leaves_ == 1


def test_priors_stand_in_for_frequencies():
    # Of ten churners and thirty stayers, half and half: a churner weighs .05, a stayer 1/60; upper half .5 to .1667.
    fitted = LossTreeClassifier(prior={"stay": 0.5, "churn": 0.5}, **HALVES).fit(STEPS, CHURN)
    assert fitted.predict_proba(STEPS)[39] == pytest.approx([0.75, 0.25])
    assert fitted.rules()["class"].tolist() == ["stay", "churn"]


# Properties ------------------------------------------------------------------------------------------------

SEEDS = st.integers(0, 10_000)


@settings(max_examples=6)
@given(SEEDS, st.sampled_from([2, 3, 5]))
def test_losses_are_ratios_and_a_matrix_is_the_same_as_triples(seed, ratio):
    X, y = customers(seed)
    fitted = LossTreeClassifier(loss=[("stay", "churn", ratio)]).fit(X, y)
    others = (
        [("stay", "churn", 1), ("churn", "stay", 1 / ratio)],
        [[0, ratio], [1, 0]],  # row actual, column predicted, as in rpart
        [[0, 10 * ratio], [10, 0]],
    )
    for loss in others:
        assert LossTreeClassifier(loss=loss).fit(X, y).to_text() == fitted.to_text()


@settings(max_examples=6)
@given(SEEDS)
def test_the_list_grows_with_the_loss_of_a_miss(seed):
    X, y = customers(seed)
    listed = [
        (
            LossTreeClassifier(loss=[("stay", "churn", loss)], min_leaf=30).fit(X, y).predict(X) == "churn"
        ).sum()
        for loss in (0.05, 1, 20)
    ]
    assert listed == sorted(listed)


@settings(max_examples=6)
@given(SEEDS)
def test_a_smaller_complexity_never_loses_more_in_training(seed):
    X, y = customers(seed, classes=("churn", "pause", "stay"))
    losses = {(p, a): 1 + 2 * (a == "churn") for p in set(y) for a in set(y)}
    triples = [(p, a, loss) for (p, a), loss in losses.items() if p != a]
    found = [
        paid(y, LossTreeClassifier(loss=triples, complexity=cp).fit(X, y).predict(X), losses)
        for cp in (0, 0.01, 0.05, 1)
    ]
    assert found == sorted(found)


def test_what_is_refused():
    X, y = customers(0)
    with pytest.raises(ValueError, match="one class only, 'stay'"):
        LossTreeClassifier().fit(X, ["stay"] * len(X))
    with pytest.raises(ValueError, match="Unknown class 'chrun' in costs.*did you mean 'churn'"):
        LossTreeClassifier(loss=[("stay", "chrun", 2)]).fit(X, y)
    with pytest.raises(ValueError, match="must not be negative"):
        LossTreeClassifier(loss=[[0, -1], [1, 0]]).fit(X, y)
    with pytest.raises(ValueError, match="prior must sum to 1"):
        LossTreeClassifier(prior=[0.5, 0.6]).fit(X, y)
    with pytest.raises(ValueError, match="row 3, column 'b' is nan"):
        LossTreeClassifier().fit(X.assign(b=X["b"].where(X.index != 3)), y)
    with pytest.raises(ValueError, match="complexity is -1"):
        LossTreeClassifier(complexity=-1).fit(X, y)


# rpart -----------------------------------------------------------------------------------------------------

PROGRAM = """
library(rpart)
given <- commandArgs(TRUE)
X <- read.csv(given[1]); X$class <- factor(X$class)
n <- nlevels(X$class)
loss <- matrix(as.numeric(strsplit(given[2], ",")[[1]]), n, byrow = TRUE)
control <- rpart.control(minsplit = 20, minbucket = 7, cp = as.numeric(given[3]), xval = 0)
fitted <- rpart(class ~ ., X, method = "class", parms = list(loss = loss), control = control)
cat(as.integer(predict(fitted, X, type = "class")) - 1, sum(fitted$frame$var == "<leaf>"))
"""


def rpart(X, y, loss, complexity, folder):
    """Classes (as numbers) that rpart predicts for its training data, and its number of leaves."""
    (folder / "fit.R").write_text(PROGRAM)
    pd.DataFrame(X).assign(**{"class": y}).to_csv(folder / "table.csv", index=False)
    flat = ",".join(str(cell) for row in loss for cell in row)
    command = ["Rscript", "--vanilla", folder / "fit.R", folder / "table.csv", flat, str(complexity)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    *predicted, leaves = map(int, done.stdout.split())
    return np.array(predicted), leaves


def tables():
    cancer, wine = load_breast_cancer(), load_wine()
    yield "cancer, 1 : 5", cancer.data, cancer.target, [[0, 5], [1, 0]], 0.01
    yield "cancer, 3 : 1", cancer.data, cancer.target, [[0, 1], [3, 0]], 0.001
    yield "wine", wine.data, wine.target, [[0, 1, 2], [4, 0, 1], [1, 3, 0]], 0.01
    for seed, ratio in enumerate((1, 3, 8)):
        X, y = customers(seed, n=1500)
        yield f"customers {seed}", X.to_numpy(), (y == "stay") * 1, [[0, ratio], [1, 0]], 0.005


@pytest.mark.parametrize(("name", "X", "y", "loss", "complexity"), list(tables()))
def test_costs_at_most_5_percent_more_than_rpart(name, X, y, loss, complexity, tmp_path):
    if (
        not shutil.which("Rscript")
        or subprocess.run(["Rscript", "-e", "library(rpart)"], capture_output=True).returncode
    ):
        missing("Rscript with rpart", "apt-get install r-base-core r-cran-rpart")
    theirs, leaves = rpart(X, y, loss, complexity, tmp_path)
    fitted = LossTreeClassifier(loss=loss, complexity=complexity).fit(X, y)
    ours = fitted.predict(X)
    cost = [sum(loss[a][p] for a, p in zip(y, answer, strict=True)) for answer in (ours, theirs)]
    print(
        name, "cost", cost, "leaves", fitted.n_leaves_, leaves, "other answers", int((ours != theirs).sum())
    )
    assert cost[0] <= 1.05 * cost[1]
