"""Splits by the levels of a nominal input: a branch for each, or for groups of them."""

import functools
import math

import numpy as np

from workbench.trees.information import split, total_information

ALIKE = 0.001  # difference of class shares at which two levels are one
BETTER = 1e-4  # by which a pair must keep more gain than an earlier one


def plain(table, unknown, min_records):
    """Return gain and split information of a branch for each level, or None.

    Parameters
    ----------
    table : ndarray of shape (n_levels, n_classes)
        Weight of the cases whose level is known.
    unknown : float
    min_records : float
    """
    if (table.sum(axis=1) >= min_records).sum() < 2:
        return None
    return split(table, unknown)


def grouped(table, unknown, min_records):
    """Return gain, split information and blocks of levels (lists of level numbers), or None.

    Levels are merged step by step; what a grouping could find by chance, log₂ of the number of ways to form so many
    blocks, is taken from its gain.
    """
    sizes = table.sum(axis=1)
    if not (sizes >= min_records).any() or (sizes > 0).sum() < 2:
        return None
    blocks = Blocks(table, min_records)
    n, known = len(blocks.levels), sizes.sum()
    gain, info = split(blocks.counts, unknown)
    best = _value(gain, 0.0, info), gain, info, blocks.levels

    def judged(best):
        chance = log2_stirling(n, len(blocks.levels))
        gain, info = split(blocks.counts, unknown)
        value = _value(gain, chance / (known + unknown), info)
        if value < best[0]:
            return best
        return value, float(np.float32(gain - chance / known)), info, blocks.levels

    blocks.merge_alike()
    if 2 <= len(blocks.levels) < n and blocks.n_large >= 2:
        best = judged(best)
    while len(blocks.levels) > 2 and (pair := blocks.best_pair(known + unknown)):
        blocks.merge(*pair)
        best = judged(best)
    return best[1:]


def _value(gain, chance, info):
    return float(np.float32((gain - chance) / info))


class Blocks:
    """Levels that are present, merged step by step.

    `n_large` counts the blocks of weight ≥ min_records as C5.0 does: at the start from sums in double precision, then
    by what each merger changes, in single precision. Where levels weigh just min_records, the two can differ.
    """

    def __init__(self, table, min_records):
        sizes = table.sum(axis=1)
        present = np.flatnonzero(sizes > 0)
        self.levels = [[level] for level in present.tolist()]
        self.counts = table[present]
        self.min_records = min_records
        self.n_large = int((sizes >= min_records).sum())

    def large(self):
        return self.counts.sum(axis=1).astype(np.float32) >= self.min_records

    def merge(self, i, j):
        """Put block j into block i < j."""
        before = self.large()
        self.levels = [
            own + (self.levels[j] if b == i else []) for b, own in enumerate(self.levels) if b != j
        ]
        counts = self.counts.copy()
        counts[i] += counts[j]
        self.counts = np.delete(counts, j, axis=0)
        self.n_large += int(self.large()[i]) - int(before[i]) - int(before[j])

    def merge_alike(self):
        """Merge blocks whose class shares are alike."""
        i = 0
        while i < len(self.levels):
            j = i + 1
            while j < len(self.levels):
                shares = self.counts[[i, j]] / self.counts[[i, j]].sum(axis=1, keepdims=True)
                if (np.abs(shares[0] - shares[1]) <= ALIKE).all():
                    self.merge(i, j)
                else:
                    j += 1
            i += 1

    def best_pair(self, weight):
        """Return the pair whose merger keeps the most gain, the first of those that are as good; None if none may."""
        first, second = np.triu_indices(len(self.counts), 1)
        own, large = total_information(self.counts), self.large()
        lost = (
            total_information(self.counts[first] + self.counts[second]) - own[first] - own[second]
        ) / weight
        if self.n_large == 2:
            lost = np.where(large[first] & large[second], np.inf, lost)
        if not np.isfinite(lost).any():
            return None
        at = int(np.isfinite(lost).argmax())
        while (better := lost[at:] < lost[at] - BETTER).any():
            at += int(better.argmax())
        return int(first[at]), int(second[at])


@functools.cache
def log2_stirling(n, k):
    """Return log₂ of the number of ways to form k blocks of n things.

    Examples
    --------
    >>> round(2 ** log2_stirling(5, 2))
    15
    """
    row = [1]
    for i in range(1, n + 1):
        row = [0] + [row[j - 1] + (j * row[j] if j < i else 0) for j in range(1, i + 1)]
    return math.log2(row[k])
