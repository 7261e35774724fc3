"""CART with losses: R's rpart over scikit-learn's tree."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.validation import check_is_fitted, validate_data

from workbench import checks
from workbench.trees import inputs, penalties
from workbench.trees.nodes import Node, Test
from workbench.trees.readable import ReadableTree

__all__ = ["LossTreeClassifier"]

DEEPEST = 30  # as rpart
ROUNDING = 1e-9  # of the risk of the root


class LossTreeClassifier(ReadableTree, ClassifierMixin, BaseEstimator):
    """Classify by a CART tree that is grown and pruned for what wrong classes cost.

    Losses alter the priors, that is the weights of the classes, while the tree is grown by Gini's index; then every
    subtree goes that saves less than `complexity` of the root's loss for each split. Answers are those of R's rpart
    but for cuts that are equally good, and for branches that rpart gives up while it grows although they would save
    enough. Inputs are numbers without gaps: there are no surrogate splits.

    Parameters
    ----------
    loss : iterable of (predicted, actual, loss), or array_like of shape (n_classes, n_classes), optional
        Triples as in `C50Classifier`, those not named 1; or rpart's matrix, row actual, column predicted, with 0 on
        the diagonal, classes sorted. Only ratios count.
    prior : mapping or sequence of shape (n_classes,), optional
        Probability of each class; default: as frequent as in y.
    min_split, min_leaf : int
        Cases that a node needs to be split, and that a leaf must hold.
    complexity : float
        From 0: share of the root's loss that each split must save; what R calls cp.

    Attributes
    ----------
    classes_, n_leaves_, tree_, n_features_in_, feature_names_in_
        As in `C50Classifier`.

    Raises
    ------
    ValueError
        By `fit` if y has one class only, a parameter is not allowed or a cell of X is no finite number.

    References
    ----------
    Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees, chapters 3 and 4; Therneau and
    Atkinson, An Introduction to Recursive Partitioning Using the RPART Routines, sections 3.2, 3.3 and 4.

    Examples
    --------
    >>> X = pd.DataFrame({"fee": range(40)})
    >>> y = ["stay"] * 19 + ["stay", "churn", "stay"] * 7
    >>> LossTreeClassifier().fit(X, y).to_text()
    'stay (40/7)'
    >>> print(LossTreeClassifier(loss=[("stay", "churn", 3)]).fit(X, y).to_text())
    fee ≤ 19.5: stay (20)
    fee > 19.5: churn (20/13)
    """

    def __init__(
        self,
        *,
        loss: Iterable[tuple[Any, Any, float]] | ArrayLike | None = None,
        prior: Mapping[Any, float] | ArrayLike | None = None,
        min_split: int = 20,
        min_leaf: int = 7,
        complexity: float = 0.01,
    ) -> None:
        self.loss = loss
        self.prior = prior
        self.min_split = min_split
        self.min_leaf = min_leaf
        self.complexity = complexity

    def fit(self, X: pd.DataFrame | ArrayLike, y: ArrayLike) -> Self:
        """Grow and prune the tree on numbers X, shape (n, d), and classes y, shape (n,)."""
        min_split = checks.whole_number("min_split", self.min_split, 2)
        min_leaf = checks.whole_number("min_leaf", self.min_leaf)
        complexity = checks.number("complexity", self.complexity, least=0)
        table = self._table(X, reset=True)
        self.classes_, y = inputs.classes(y, table)
        self._inputs = [inputs.Input(name) for name in table.columns]
        values = table.to_numpy(np.float32)
        losses = _losses(self.loss, self.classes_)
        frequencies = np.bincount(y)
        prior = (
            frequencies / len(y) if self.prior is None else checks.weights(self.prior, self.classes_, "prior")
        )
        weights = prior / frequencies
        grown = DecisionTreeClassifier(
            max_depth=DEEPEST,
            min_samples_split=max(min_split, 2 * min_leaf),
            min_samples_leaf=min_leaf,
            random_state=0,
        ).fit(values, y, (weights * losses.sum(axis=1))[y])
        counts = _counts(grown, values, y)
        risks = (counts * weights) @ losses
        kept = _kept(grown.tree_, risks.min(axis=1), complexity * risks[0].min())
        self._weights, self._losses = weights, losses
        self._keep(_nodes(grown.tree_, counts, weights, risks.argmin(axis=1), kept))
        return self

    def predict(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """Return the class of each row of X, shape (n,): that of the least loss in its leaf, the first on ties."""
        labels = np.array([leaf.label for leaf in self._leaves()])
        return self.classes_[labels[self.apply(X) - 1]]

    def predict_proba(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """Return the share of each class in the leaf of each row, under the priors, shape (n, n_classes).

        Losses do not enter, but the tree that they made does. Shares of a few cases are no calibrated probabilities.
        """
        weights = np.array([leaf.weights for leaf in self._leaves()])
        return (weights / weights.sum(axis=1, keepdims=True))[self.apply(X) - 1]

    def _leaves(self):
        check_is_fitted(self)
        return self._root.leaves

    def _table(self, X, *, reset=False):
        values = validate_data(self, X, reset=reset, dtype=np.float64, ensure_all_finite=False)
        named = {"index": X.index, "columns": X.columns} if isinstance(X, pd.DataFrame) else {}
        table = pd.DataFrame(values, **named)
        checks.finite_table(table, "X", largest=inputs.LARGEST)
        return table


def _losses(loss, classes):
    """Return losses as a matrix, row actual, column predicted."""
    if loss is None:
        return 1.0 - np.eye(len(classes))
    if not _is_matrix(loss, len(classes)):
        costs = penalties.cost_matrix(loss, classes)
        return 1.0 - np.eye(len(classes)) if costs is None else costs.T
    matrix = checks.finite_table(loss, "loss")
    if (matrix < 0).any() or not matrix.sum(axis=1).all():
        raise ValueError("loss must not be negative, and every class (row) must have a loss above 0.")
    return matrix


def _is_matrix(loss, n):
    """Tell a matrix from triples: its diagonal is 0, the loss in a third triple is above."""
    try:
        values = np.asarray(loss, dtype=float)
    except (TypeError, ValueError):
        return False
    return values.shape == (n, n) and not values.diagonal().any()


def _counts(grown, values, y):
    """Return the cases of each class in every node, shape (n_nodes, n_classes)."""
    tree, n_classes = grown.tree_, len(grown.classes_)
    cells = tree.apply(values) * n_classes + y
    counts = np.bincount(cells, minlength=tree.node_count * n_classes).reshape(-1, n_classes).astype(float)
    for node in reversed(range(tree.node_count)):  # branches come after their node
        if tree.children_left[node] >= 0:
            counts[node] = counts[tree.children_left[node]] + counts[tree.children_right[node]]
    return counts


def _kept(tree, risks, price):
    """Say which nodes keep their test, shape (n_nodes,), in the smallest tree of least risk + price · leaves."""
    kept = np.zeros(tree.node_count, dtype=bool)
    least = risks + price
    for node in reversed(range(tree.node_count)):
        if tree.children_left[node] >= 0:
            below = least[tree.children_left[node]] + least[tree.children_right[node]]
            kept[node] = below < least[node] - ROUNDING * risks[0]
            least[node] = min(below, least[node])
    return kept


def _nodes(tree, counts, weights, labels, kept):
    """Return the root of the pruned tree."""
    nodes = [Node(own, own * weights, int(label)) for own, label in zip(counts, labels, strict=True)]
    for i in np.flatnonzero(kept):
        nodes[i].test = Test(int(tree.feature[i]), cut=tree.threshold[i])
        nodes[i].branches = [nodes[tree.children_left[i]], nodes[tree.children_right[i]]]
    return nodes[0]
