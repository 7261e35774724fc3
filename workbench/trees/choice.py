"""Which input a node tests: enough gain, then the best gain for its split information."""

from dataclasses import dataclass

import numpy as np

from workbench.trees import levels
from workbench.trees.cuts import best_cuts
from workbench.trees.nodes import Test

LEAST_GAIN = 1e-4
NEARLY = 0.999


@dataclass
class Candidate:
    """A test of one input and what it is worth; `size` is the number of branches that ties are judged by."""

    test: Test
    gain: float
    info: float
    size: int

    @property
    def ratio(self):
        return float(np.float32(self.gain) / np.float32(self.info))


def chosen(training, cases, available):
    """Return the best test of cases, or None; plain nominal inputs only where they are `available`."""
    y, weight = training.y[cases.rows], training.weights(cases)
    found = [*_cuts(training, cases, y, weight), *_levels(training, cases, y, weight, available)]
    found = sorted((c for c in found if c.gain >= LEAST_GAIN), key=lambda c: c.test.column)
    if not found:
        return None
    bar = _bar(training, found, weight.sum())
    best = None
    for candidate in found:
        if candidate.gain >= NEARLY * bar and (best is None or _wins(candidate, best)):
            best = candidate
    return None if best is None else best.test


def _bar(training, found, weight):
    """Return the gain that is enough: the mean of all in small data, what chance gives in large data."""
    mean = float(np.mean([c.gain for c in found]))
    chance = 0.9 * np.log2(len(found)) / weight
    per_class = len(training.y) // training.n_classes
    large = min(max((per_class - 500) / 500, 0.0), 1.0)
    return (1 - large) * mean + large * chance


def _wins(later, best):
    if later.ratio > best.ratio:
        return True
    shorter = later.size < best.size or (later.size == best.size and later.gain > best.gain)
    return later.ratio > NEARLY * best.ratio and shorter


def _cuts(training, cases, y, weight):
    if not len(training.numeric) or len(cases.rows) < 2:
        return
    values = training.numbers[:, cases.rows]
    cuts = best_cuts(values, y, weight, training.n_classes, training.min_records)
    for i in np.flatnonzero(cuts.gain >= LEAST_GAIN):
        test = Test(int(training.numeric[i]), cut=cuts.cut[i])
        yield Candidate(test, float(cuts.gain[i]), float(cuts.info[i]), 3)


def _levels(training, cases, y, weight, available):
    for column in training.nominal:
        n, grouped = training.n_levels[column], training.is_grouped(column)
        if n < 2 or not (grouped or column in available):
            continue
        codes = training.columns[column][cases.rows]
        known = codes >= 0
        cells = codes[known] * training.n_classes + y[known]
        table = np.bincount(cells, weight[known], minlength=n * training.n_classes).reshape(n, -1)
        unknown = float(weight[~known].sum())
        if grouped and (found := levels.grouped(table, unknown, training.min_records)):
            gain, info, blocks = found
            yield _grouped(column, n, gain, info, blocks)
        elif not grouped and (found := levels.plain(table, unknown, training.min_records)):
            yield Candidate(Test(column, branch_of=np.arange(n), n_branches=n), *found, n + 1)


def _grouped(column, n, gain, info, blocks):
    branch_of = np.full(n, len(blocks))
    for b, block in enumerate(blocks):
        branch_of[block] = b
    n_branches = int(branch_of.max()) + 1
    return Candidate(Test(column, None, branch_of, n_branches, True), gain, info, n_branches)
