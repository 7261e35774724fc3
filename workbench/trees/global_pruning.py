"""The subtrees that save the fewest errors for their size made leaves, up to a standard error of the whole."""

import numpy as np

from workbench.trees.predicting import classified


def globally_pruned(training, root):
    """Make leaves of the weakest subtrees, in place, and return the tree.

    What may be lost is the standard error √(E(1 − E/n)) of the training errors E.
    """
    wrong, n = _training_errors(training, root), len(training.y)
    left = np.sqrt(wrong * (1 - wrong / n))
    while weakest := _weakest(root, left):
        lost = sum(_lost(node) for node in weakest)
        if lost > left:
            break
        left -= lost
        for node in weakest:
            node.test, node.branches, node.errors = None, [], _own_errors(node)
    return root


def _training_errors(training, root):
    tested = {node.test.column for node in root.inner}
    if not any(training.has_unknown(column) for column in tested):
        return sum(_own_errors(node) for node in root.leaves)
    return int((classified(training, root, training.columns) != training.y).sum())


def _weakest(root, left):
    """Return the subtrees that share the least loss for each leaf, among those that fit what is left."""
    found = [(node, _rate(node)) for node in root.inner if _lost(node) <= left]
    if not found:
        return []
    least = min(rate for _, rate in found)
    tied = [node for node, rate in found if rate == least]
    below = {id(under) for node in tied for branch in node.branches for under in branch.inner}
    return [node for node in tied if id(node) not in below]


def _own_errors(node):
    return float(node.weights.sum() - node.weights[node.label])


def _lost(node):
    return _own_errors(node) - sum(_own_errors(leaf) for leaf in node.leaves)


def _rate(node):
    more = sum(not leaf.is_empty for leaf in node.leaves) - 1
    return np.float32(_lost(node) / max(more, 1))
