"""What is done to a pruned tree at the end: cuts on values that occur, empty branches, leaves of one class merged."""

from dataclasses import replace

import numpy as np

from workbench.trees.nodes import Node


def finished(training, root):
    """Return the tree as it is kept."""
    values = {i: np.unique(training.columns[i]) for i in training.numeric}
    possible = {i: np.ones(training.n_levels[i], dtype=bool) for i in training.nominal}
    return _finished(training, root, values, possible)


def _finished(training, node, values, possible):
    if node.is_leaf:
        return replace(node, label=_label(training, node))
    test = node.test
    if test.numeric:
        occurring = values[test.column]
        cut = occurring[np.searchsorted(occurring, test.cut, side="right") - 1]
        below = [_finished(training, branch, values, possible) for branch in node.branches]
        return replace(node, test=replace(test, cut=cut), branches=below)
    allowed = possible[test.column]
    branches, groups = [], []
    for b, branch in enumerate(node.branches):
        own = allowed & (test.branch_of == b)
        if test.grouped and branch.is_leaf and branch.is_empty and not own.any():
            continue
        branches.append(_finished(training, branch, values, possible | {test.column: own}))
        groups.append(own if test.grouped else test.branch_of == b)
    if training.n_levels[test.column] > 2:
        branches, groups = _merged(branches, groups, test.grouped)
    branch_of = np.full(len(test.branch_of), -1)
    for b, group in enumerate(groups):
        branch_of[group] = b
    return replace(node, test=replace(test, branch_of=branch_of, n_branches=len(groups)), branches=branches)


def _label(training, node):
    """Return the class that a leaf stores: with costs, that of the least expected cost where it has cases."""
    if training.costs is None or node.is_empty:
        return node.label
    return int((training.costs @ node.counts).argmin())


def _merged(branches, groups, grouped):
    """Merge sibling leaves that store one class; without grouping, empty ones only with empty ones."""
    kept, merged_groups, places = [], [], {}
    for branch, group in zip(branches, groups, strict=True):
        key = (branch.label, not grouped and branch.is_empty) if branch.is_leaf else id(branch)
        if key in places:
            i = places[key]
            kept[i], merged_groups[i] = _sum(kept[i], branch), merged_groups[i] | group
        else:
            places[key] = len(kept)
            kept.append(branch)
            merged_groups.append(group)
    return kept, merged_groups


def _sum(first, second):
    return Node(
        first.counts + second.counts,
        first.weights + second.weights,
        first.label,
        errors=first.errors + second.errors,
    )
