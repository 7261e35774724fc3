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
    present = np.flatnonzero(sizes > 0)
    if not (sizes >= min_records).any() or len(present) < 2:
        return None
    known = sizes.sum()
    blocks, counts = [[level] for level in present.tolist()], table[present]
    gain, info = split(counts, unknown)
    best = _value(gain, 0.0, info), gain, info, blocks

    def judged(best):
        chance = log2_stirling(len(present), len(blocks))
        gain, info = split(counts, unknown)
        value = _value(gain, chance / (known + unknown), info)
        if value < best[0]:
            return best
        return value, float(np.float32(gain - chance / known)), info, blocks

    blocks, counts = _without_alike(blocks, counts)
    large = (counts.sum(axis=1) >= min_records).sum()
    if 2 <= len(blocks) < len(present) and large >= 2:
        best = judged(best)
    while len(blocks) > 2:
        blocks, counts = _merged(blocks, counts, *_best_pair(counts, unknown, min_records))
        best = judged(best)
    return best[1:]


def _value(gain, chance, info):
    return float(np.float32((gain - chance) / info))


def _without_alike(blocks, counts):
    """Merge blocks whose class shares are alike."""
    i = 0
    while i < len(blocks):
        j = i + 1
        while j < len(blocks):
            shares = counts[[i, j]] / counts[[i, j]].sum(axis=1, keepdims=True)
            if (np.abs(shares[0] - shares[1]) <= ALIKE).all():
                blocks, counts = _merged(blocks, counts, i, j)
            else:
                j += 1
        i += 1
    return blocks, counts


def _merged(blocks, counts, i, j):
    """Return blocks and counts with block j in block i < j."""
    blocks = [block + (blocks[j] if b == i else []) for b, block in enumerate(blocks) if b != j]
    counts = counts.copy()
    counts[i] += counts[j]
    return blocks, np.delete(counts, j, axis=0)


def _best_pair(counts, unknown, min_records):
    """Return the pair of blocks whose merger keeps the most gain, the first of those that are as good."""
    first, second = np.triu_indices(len(counts), 1)
    own = total_information(counts)
    lost = (total_information(counts[first] + counts[second]) - own[first] - own[second]) / (
        counts.sum() + unknown
    )
    large = counts.sum(axis=1) >= min_records
    if large.sum() == 2:
        lost = np.where(large[first] & large[second], np.inf, lost)
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
