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

    @property
    def inner(self):
        """The nodes that hold a test, this one first, from the top."""
        return [] if self.is_leaf else [self, *(below for branch in self.branches for below in branch.inner)]

    @property
    def leaves(self):
        """The leaves, from the left."""
        return [self] if self.is_leaf else [leaf for branch in self.branches for leaf in branch.leaves]


@dataclass
class Cases:
    """Rows of the training data, shape (m,), and the share of each that came down to a node.

    `size` is what a case counts when branches are called small: its share times its class weight, but without that
    weight once it came down a branch with its value unknown.
    """

    rows: np.ndarray
    share: np.ndarray
    size: np.ndarray


def all_cases(training):
    """Return all cases of the training data, whole."""
    n = len(training.y)
    return Cases(np.arange(n), np.ones(n), training.class_weights[training.y])


def divided(training, test, cases):
    """Divide cases among the branches of a test; unknown values go down every one, by its share of the known.

    Returns
    -------
    parts : list of Cases
        One for each branch.
    sizes : ndarray of shape (n_branches,)
        Sum of the `size` of each.
    """
    branch = test.branches(training.columns[test.column][cases.rows])
    unknown, n = branch < 0, test.n_branches
    if not unknown.any():
        masks = [branch == b for b in range(n)]
        parts = [Cases(cases.rows[mask], cases.share[mask], cases.size[mask]) for mask in masks]
        return parts, np.bincount(branch, cases.size, minlength=n)
    known = np.bincount(branch[~unknown], cases.share[~unknown], minlength=n)
    shares = known / max(known.sum(), np.finfo(float).tiny)
    parts = [_part(cases, branch == b, unknown, share) for b, share in enumerate(shares)]
    return parts, np.array([part.size.sum() for part in parts])


def _part(cases, inside, unknown, share):
    """Return the cases that are inside a branch, and a share of those whose value is unknown."""
    mask = inside | (unknown & (share > 0))
    spread = unknown[mask]
    shares = np.where(spread, share, 1.0) * cases.share[mask]
    return Cases(cases.rows[mask], shares, np.where(spread, shares, cases.size[mask]))


def heaviest(weights):
    """Return the class of most weight, the first of those that are equal in single precision."""
    return int(weights.astype(np.float32).argmax())


def leaf(training, cases):
    """Return the leaf that cases make: the class of most weight, the first on ties."""
    counts = np.bincount(training.y[cases.rows], cases.share, minlength=training.n_classes)
    weights = counts * training.class_weights
    label = heaviest(weights)
    return Node(counts, weights, label, errors=float(np.float32(weights.sum() - weights[label])))


def empty_leaf(parent):
    """Return a leaf without cases, of the class of its parent."""
    return Node(np.zeros_like(parent.counts), np.zeros_like(parent.weights), parent.label)
