"""Subtrees replaced by a leaf or by their largest branch where that promises fewer errors on new cases."""

from dataclasses import replace

import numpy as np

from workbench.trees.errors import extra_errors
from workbench.trees.growing import grown_below
from workbench.trees.nodes import EMPTY, divided, empty_leaf, heaviest, leaf

SLACK = 0.1  # errors by which the simpler tree may be worse
LARGE = 0.1  # share of the cases that a branch needs to move up
NEARLY_ALL = 0.95  # a branch with fewer of the cases is grown anew when it moves up


def pruned(training, node, cases, may_grow=True):
    """Return a tree pruned from the bottom, judged by its cases, and the errors that are expected of it."""
    own = leaf(training, cases)
    as_leaf = judged(training, own.counts)
    if node.is_leaf:
        return own, as_leaf
    parts, sizes = divided(training, node.test, cases)
    branches, errors = [], []
    for branch, part in zip(node.branches, parts, strict=True):
        light = training.weights(part).sum() < EMPTY
        below, expected = (empty_leaf(own), 0.0) if light else pruned(training, branch, part, may_grow)
        branches.append(below)
        errors.append(expected)
    tree = replace(own, test=node.test, branches=branches, errors=_sum(b.errors for b in branches))
    as_tree = _pooled(training, branches, sizes, errors)
    largest = _largest(training, tree, parts, own)
    raised = np.inf if largest is None else expected_errors(training, branches[largest], cases)
    if as_leaf <= min(as_tree, raised) + SLACK:
        return own, as_leaf
    if raised <= as_tree + SLACK:
        return _moved_up(training, branches[largest], parts[largest], cases, own, may_grow)
    return tree, as_tree


def judged(training, counts):
    """Return the errors that are expected of a leaf, from cases per class; with penalties, as weight."""
    label, n = heaviest(counts * training.class_weights), counts.sum()
    if n <= 0:
        return 0.0
    wrong = n - counts[label]
    factor = training.class_weights[1 - label] if training.weighted else 1.0
    return float(factor * (wrong + extra_errors(n, wrong, training.confidence)))


def expected_errors(training, node, cases):
    """Return the errors that are expected of a tree as it is, each leaf with the class of what reaches it."""
    if node.is_leaf:
        return judged(training, leaf(training, cases).counts)
    parts, sizes = divided(training, node.test, cases)
    errors, reached = [], []
    for branch, part in zip(node.branches, parts, strict=True):
        reached.append(leaf(training, part))
        light = training.weights(part).sum() < EMPTY
        errors.append(0.0 if light else expected_errors(training, branch, part))
    return _pooled(training, reached, sizes, errors)


def _pooled(training, branches, sizes, errors):
    """Add the errors of branches; those with few cases are judged together, as one leaf."""
    total, few = np.float32(0), []
    for i, size in enumerate(sizes):
        if size < EMPTY:
            continue
        if size < training.min_records:
            few.append(i)
        else:
            total += np.float32(errors[i])
    if few:
        total += np.float32(judged(training, np.sum([branches[i].counts for i in few], axis=0)))
    return float(total)


def _largest(training, tree, parts, own):
    """Return the number of the branch that may move up, or None."""
    best, most = None, 0.0
    for i, (branch, part) in enumerate(zip(tree.branches, parts, strict=True)):
        if branch.is_leaf or (tree.test.numeric and branch.test.column == tree.test.column):
            continue
        weight = training.weights(part).sum()
        if weight >= LARGE * own.weights.sum() and weight > most:
            best, most = i, weight
    return best


def _moved_up(training, branch, part, cases, own, may_grow):
    """Return the branch in its node's place, pruned again with all the cases of the node."""
    few = training.weights(part).sum() < NEARLY_ALL * own.weights.sum()
    if few and may_grow:
        branch = grown_below(training, cases, branch.test, training.plain)
        return pruned(training, branch, cases, may_grow=False)
    return pruned(training, branch, cases, may_grow)


def _sum(values):
    return float(np.sum(np.fromiter(values, np.float32), dtype=np.float32))
