"""A tree grown from the top, before it is pruned."""

import numpy as np

from workbench.trees.choice import chosen
from workbench.trees.nodes import EMPTY, divided, empty_leaf, leaf

PURE = 0.999
NO_BETTER = 0.999


def grown(training, cases, available):
    """Return the tree of cases; `available` holds the plain nominal inputs that no test above asked for."""
    node = leaf(training, cases)
    weight = node.weights.sum()
    if node.weights[node.label] >= PURE * weight or weight < 2 * training.min_records:
        return node
    test = chosen(training, cases, available)
    if test is None:
        return node
    tree = grown_below(training, cases, test, available)
    return node if tree.errors >= NO_BETTER * node.errors else tree


def grown_below(training, cases, test, available):
    """Return a node with a test, and the trees grown from what comes down its branches."""
    node = leaf(training, cases)
    node.test = test
    if not (test.numeric or test.grouped):
        available = available - {test.column}
    parts, _ = divided(training, test, cases)
    for part in parts:
        light = training.weights(part).sum() < EMPTY
        node.branches.append(empty_leaf(node) if light else grown(training, part, available))
    node.errors = float(np.sum([branch.errors for branch in node.branches], dtype=np.float32))
    return node
