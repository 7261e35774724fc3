"""A tree's tests and nodes, and the cases that stand in a node."""

from dataclasses import dataclass, field

import numpy as np

EMPTY = 0.05  # a branch lighter than this is an empty leaf


@dataclass
class Test:
    """A question to one input: is a number at most `cut`, or which branch does a level go to."""

    column: int
    cut: float | None = None
    branch_of: np.ndarray | None = None  # of levels, shape (n_levels,): the number of the branch
    n_branches: int = 2
    grouped: bool = False

    @property
    def numeric(self):
        return self.cut is not None

    def branches(self, values):
        """Return the branch of each value, shape (n,), -1 where it is unknown."""
        if self.numeric:
            return np.where(np.isnan(values), -1, values > self.cut)
        return np.where(values < 0, -1, self.branch_of[values])


@dataclass
class Node:
    """A leaf, or a test and its branches.

    `counts` are cases per class, `weights` the same times the class weights, both shape (n_classes,); `label` is the
    class that is stored. An empty leaf has no cases of its own: its `counts` are 0.
    """

    counts: np.ndarray
    weights: np.ndarray
    label: int
    test: Test | None = None
    branches: list["Node"] = field(default_factory=list)
    errors: float = 0.0  # weight that the tree below gives a wrong class in training

    @property
    def is_leaf(self):
        return self.test is None

    @property
    def is_empty(self):
        return not self.counts.any()


@dataclass
class Cases:
    """Rows of the training data, shape (m,), and the share of each that came down to a node."""

    rows: np.ndarray
    share: np.ndarray

    def part(self, mask, factor=1.0):
        return Cases(self.rows[mask], self.share[mask] * factor)


def divided(training, test, cases):
    """Divide cases among the branches of a test; unknown values go down every one, by its share of the known.

    Returns
    -------
    parts : list of Cases
        One for each branch.
    known : ndarray of shape (n_branches,)
        Weight of the cases whose value is known.
    arriving : ndarray of shape (n_branches,)
        Cases whose value is unknown that came to each branch, without class weights.
    """
    branch = test.branches(training.columns[test.column][cases.rows])
    unknown = branch < 0
    weight = cases.share * training.class_weights[training.y[cases.rows]]
    inside, n = ~unknown, test.n_branches
    known = np.bincount(branch[inside], weight[inside], minlength=n)
    if not unknown.any():
        return [cases.part(branch == b) for b in range(n)], known, np.zeros(n)
    counted = np.bincount(branch[inside], cases.share[inside], minlength=n)
    share = counted / max(counted.sum(), np.finfo(float).tiny)
    parts = []
    for b in range(n):
        mask = (branch == b) | (unknown & (share[b] > 0))
        parts.append(cases.part(mask, np.where(unknown, share[b], 1.0)[mask]))
    return parts, known, share * cases.share[unknown].sum()


def leaf(training, cases):
    """Return the leaf that cases make: the class of most weight, the first on ties."""
    counts = np.bincount(training.y[cases.rows], cases.share, minlength=training.n_classes)
    weights = counts * training.class_weights
    label = int(weights.argmax())
    return Node(counts, weights, label, errors=float(np.float32(weights.sum() - weights[label])))


def empty_leaf(parent):
    """Return a leaf without cases, of the class of its parent."""
    return Node(np.zeros_like(parent.counts), np.zeros_like(parent.weights), parent.label)
