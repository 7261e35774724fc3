"""C5.0, Quinlan's classification tree, with misclassification costs."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags

from workbench import checks
from workbench.trees import inputs, penalties, predicting
from workbench.trees.finishing import finished
from workbench.trees.global_pruning import globally_pruned
from workbench.trees.growing import grown
from workbench.trees.nodes import all_cases
from workbench.trees.pruning import pruned
from workbench.trees.readable import ReadableTree
from workbench.trees.training import Training

__all__ = ["C50Classifier"]


class C50Classifier(ReadableTree, ClassifierMixin, BaseEstimator):
    """Classify by a C5.0 tree: tests chosen by gain ratio, pruned by the errors expected on new cases.

    Numbers are compared in single precision. A value that is unknown goes down every branch, by the branch's share
    of the cases. No boosting, rule sets or winnowing. Columns in another order can give another tree where two
    inputs are equally good: the first wins.

    Parameters
    ----------
    confidence : float
        Above 0, at most 1: the lower, the more is pruned. What Modeler calls pruning severity is 100 − 100·confidence.
    min_records : int
        Cases that at least two branches of a test must hold, from 1.
    group_symbolics : bool
        Let a branch hold a group of levels of a nominal input, instead of a branch for each level.
    global_pruning : bool
        Prune a second time, over the whole tree. Without effect where there are costs, as in C5.0.
    costs : iterable of (predicted, actual, cost), optional
        What it costs to predict one class where another is actual; those that are not named are 1. Of two classes,
        they weigh the cases, so that a tree grows larger: raise `min_records` with them. Of more, they choose the
        class of a leaf. Costs are ratios: where one is below 1, all are divided by the least.

    Attributes
    ----------
    classes_ : ndarray
        Classes, sorted.
    n_leaves_ : int
        Leaves, those without cases included.
    tree_ : DataFrame
        One row per node, a parent before its branches: `parent` (NA at the top), `branch` (the condition that leads
        here), `test` (the input that is tested, None in a leaf), `leaf` (its number from 1, else NA), `n` (training
        cases; parts of cases where values are unknown), `wrong` (those outside its class), `class`, and `counts` (cases
        of each class, in the order of `classes_`).
    n_features_in_ : int
    feature_names_in_ : ndarray of str, shape (d,)
        Only where X was a DataFrame with names of text.

    Raises
    ------
    ValueError
        By `fit` if y has one class only, a parameter is not allowed, or costs name an unknown class or are not above
        0; by all if a number is infinite or too large for single precision.

    References
    ----------
    Quinlan (1993), C4.5: Programs for Machine Learning; Quinlan, C5.0: An Informal Tutorial (RuleQuest).

    Examples
    --------
    >>> X = pd.DataFrame({"fee": [20, 30, 40, 90, 95, 99], "region": ["n", "s", "n", "s", "n", None]})
    >>> fitted = C50Classifier().fit(X, ["stay", "stay", "stay", "churn", "churn", "churn"])
    >>> print(fitted.to_text())
    fee ≤ 40: stay (3)
    fee > 40: churn (3)
    >>> fitted.predict_proba(pd.DataFrame({"fee": [50], "region": ["w"]}))
    array([[0.875, 0.125]])
    """

    def __init__(
        self,
        *,
        confidence: float = 0.25,
        min_records: int = 2,
        group_symbolics: bool = False,
        global_pruning: bool = True,
        costs: Iterable[tuple[Any, Any, float]] | None = None,
    ) -> None:
        self.confidence = confidence
        self.min_records = min_records
        self.group_symbolics = group_symbolics
        self.global_pruning = global_pruning
        self.costs = costs

    def fit(self, X: pd.DataFrame | ArrayLike, y: ArrayLike) -> Self:
        """Grow and prune the tree.

        Parameters
        ----------
        X : DataFrame or array_like of shape (n, d)
            Numbers are numeric inputs; text, truth values and categories nominal ones. NaN and None are unknown.
        y : array_like of shape (n,)
            At least two classes.
        """
        confidence = checks.number("confidence", self.confidence, above=0, most=1)
        min_records = checks.whole_number("min_records", self.min_records)
        table = self._table(X, reset=True)
        self.classes_, y = inputs.classes(y, table)
        costs = penalties.cost_matrix(self.costs, self.classes_)
        self._inputs = inputs.read(table)
        training = Training(
            columns=inputs.coded(self._inputs, table),
            n_levels=[len(item.levels) if item.nominal else None for item in self._inputs],
            y=y,
            n_classes=len(self.classes_),
            confidence=confidence,
            min_records=min_records,
            group=bool(self.group_symbolics),
            costs=costs,
        )
        root, _ = pruned(training, grown(training, all_cases(training), training.plain), all_cases(training))
        if self.global_pruning and costs is None:
            root = globally_pruned(training, root)
        self._costs = costs
        self._keep(finished(training, root))
        return self

    def predict(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """Return the class of each row of X, shape (n,): the most frequent one of its leaf, or the least costly.

        A level that training did not have counts as unknown.
        """
        shares, _ = self._shares(X)
        return self.classes_[predicting.classes(shares, self._root.counts, self._costs)]

    def predict_proba(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """Return the probability of each class, shape (n, n_classes), columns as `classes_`.

        The shares of a leaf of n cases, smoothed by one case of the classes' overall shares: (n·share + base)/(n + 1).
        Costs do not enter, but the tree that they made does; `predict` weighs the shares before smoothing.
        """
        shares, cases = self._shares(X)
        base = self._root.counts / self._root.counts.sum()
        return (cases[:, None] * shares + base) / (cases[:, None] + 1)

    def _table(self, X, *, reset=False):
        return inputs.table(self, X, reset=reset)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
