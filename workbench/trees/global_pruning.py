"""The subtrees that save the fewest errors for their size made leaves, up to a standard error of the whole."""

from dataclasses import dataclass

import numpy as np

from workbench.trees.nodes import Node
from workbench.trees.predicting import classified


@dataclass
class Subtree:
    """A node with a test, what making it a leaf would lose, and that for each leaf beyond the first."""

    node: Node
    lost: float
    rate: float


def globally_pruned(training, root):
    """Make leaves of the weakest subtrees, in place, and return the tree.

    What may be lost is the standard error √(E(1 − E/n)) of the training errors E.
    """
    wrong, n = _training_errors(training, root), len(training.y)
    left = np.sqrt(wrong * (1 - wrong / n))
    while weakest := _weakest(root, left):
        lost = sum(subtree.lost for subtree in weakest)
        if lost > left:
            break
        left -= lost
        for subtree in weakest:
            subtree.node.test, subtree.node.branches = None, []
    return root


def _training_errors(training, root):
    """Return the weight that the tree gives a wrong class; by classifying where leaves hold parts of cases."""
    tested = {node.test.column for node in root.inner}
    if not any(training.has_unknown(column) for column in tested):
        return float(sum(_errors(leaf) for leaf in root.leaves))
    return int((classified(training, root, training.columns) != training.y).sum())


def _weakest(root, left):
    """Return the subtrees that share the least rate, among those that fit what is left; none inside another.

    As in C5.0 the least rate so far is kept in single precision and others are compared with it in double: rates
    that single precision holds exactly are ties; of those that it rounds up the last counts, else the first.
    """
    found, weakest, least = [], [], np.inf
    _judge(root, found)
    for subtree in found:
        if subtree.lost > left or subtree.rate > least:
            continue
        if subtree.rate < least:
            weakest, least = [], float(np.float32(subtree.rate))
        below = {id(node) for branch in subtree.node.branches for node in branch.inner}
        weakest = [other for other in weakest if id(other.node) not in below] + [subtree]
    return weakest


def _judge(node, found):
    """Return the errors and the leaves below a node, empty ones not counted; add its subtrees to `found`."""
    if node.is_leaf:
        return _errors(node), int(not node.is_empty)
    below = [_judge(branch, found) for branch in node.branches]
    errors = np.float32(0)
    for own, _ in below:
        errors += own
    leaves = sum(number for _, number in below)
    lost = float(_errors(node) - errors)
    found.append(Subtree(node, lost, lost / max(leaves - 1, 1)))
    return errors, leaves


def _errors(node):
    return np.float32(node.weights.sum() - node.weights[node.label])
