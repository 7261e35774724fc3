"""Rows sent down a tree: the leaves that they reach, class shares, classes."""

import numpy as np


def reached(root, columns, n):
    """Yield each leaf that rows reach, with its parent, their numbers, and the share of each, shape (rows,).

    An unknown value goes down every branch that is not empty, by its cases in training.
    """
    waiting = [(root, root, np.arange(n), np.ones(n))]
    while waiting:
        node, parent, rows, share = waiting.pop()
        if node.is_leaf:
            yield node, parent, rows, share
            continue
        branch = node.test.branches(columns[node.test.column][rows])
        unknown = branch < 0
        cases = np.array([below.counts.sum() for below in node.branches])
        for b in reversed(range(len(node.branches))):
            some = branch == b
            shares = share
            if unknown.any() and cases[b] > 0:
                shares = np.where(unknown, share * (cases[b] / cases.sum()), share)
                some |= unknown
            if some.any():
                waiting.append((node.branches[b], node, rows[some], shares[some]))


def class_shares(root, columns, n):
    """Return the class shares of each row, shape (n, n_classes), and the cases that they rest on, shape (n,)."""
    shares, cases = np.zeros((n, len(root.counts))), np.zeros(n)
    for leaf, parent, rows, share in reached(root, columns, n):
        counts = (parent if leaf.is_empty else leaf).counts
        size = counts.sum()
        shares[rows] += share[:, None] * (counts / size)
        cases[rows] += share * size
    return shares, cases


def main_leaves(root, columns, n):
    """Return the number, from 1, of the leaf that takes most of each row, shape (n,), and how much it takes."""
    number = {id(leaf): i for i, leaf in enumerate(root.leaves, start=1)}
    leaves, most = np.zeros(n, dtype=int), np.zeros(n)
    for leaf, _, rows, share in reached(root, columns, n):
        more = share > most[rows]
        leaves[rows[more]], most[rows[more]] = number[id(leaf)], share[more]
    return leaves, most


def classes(shares, frequencies, costs=None):
    """Return the class of each row of class shares: the largest share, or with costs the least expected cost.

    Equal shares: the class most frequent in training if it is among them, else the first.
    """
    if costs is not None:
        expected = np.where(shares > 0, shares @ costs.T, np.inf)
        return expected.argmin(axis=1)
    best = shares.argmax(axis=1)
    usual = int(np.argmax(frequencies))
    return np.where(shares[:, usual] == shares[np.arange(len(shares)), best], usual, best)


def classified(training, root, columns):
    """Return the class of each row of columns, shape (n,)."""
    shares, _ = class_shares(root, columns, len(columns[0]))
    return classes(shares, root.counts, training.costs)
