"""The best cut of every numeric input at a node, all inputs at once."""

from typing import NamedTuple

import numpy as np

from workbench.trees.information import total_information, x_log_x

TOLERANCE = 1e-5  # by which the weight below a cut may miss the smallest side


class Cuts(NamedTuple):
    """Of each numeric input, shape (d,): gain (0 where there is no cut), split information, and the cut."""

    gain: np.ndarray
    info: np.ndarray
    cut: np.ndarray


def best_cuts(values, y, weight, n_classes, min_records):
    """Return the best cut of each numeric input.

    Parameters
    ----------
    values : ndarray of float32, shape (d, m)
        NaN is unknown.
    y : ndarray of int, shape (m,)
    weight : ndarray of shape (m,)
    n_classes : int
    min_records : float
    """
    d, m = values.shape
    order = values.argsort(axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    n_known = m - np.isnan(ordered).sum(axis=1)
    weight_ordered = np.where(np.arange(m) < n_known[:, None], weight[order], 0.0)
    below = np.stack([np.where(y[order] == c, weight_ordered, 0.0).cumsum(axis=1) for c in range(n_classes)])
    totals = below[:, :, -1]
    known, whole = totals.sum(axis=0), weight.sum()
    eligible = _eligible(ordered, weight_ordered, below, known, min_records)
    left = np.full((d, m - 1), np.inf)
    inputs, places = eligible.nonzero()
    low = below[:, inputs, places]
    left[inputs, places] = total_information(low, 0) + total_information(totals[:, inputs] - low, 0)
    at, row = left.argmin(axis=1), np.arange(d)
    low, high = ordered[row, at], ordered[row, at + 1]
    spread = ordered[row, np.maximum(n_known - 1, 0)] - ordered[:, 0]
    tried = eligible.sum(axis=1)
    found = tried > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        choices = np.log2(np.minimum(np.where(found, spread / (high - low), 1), tried))
        gained = known / whole * (total_information(totals, 0) / known - left[row, at] / known)
        gain = np.where(found, (gained - choices / whole).astype(np.float32), np.float32(0))
    sides = below[:, row, at].sum(axis=0)
    parts = np.stack([sides, known - sides, whole - known])
    parts = np.where(parts > 0, parts, 0.0)
    info = ((x_log_x(whole) - x_log_x(parts).sum(axis=0)) / whole).astype(np.float32)
    return Cuts(np.where(gain > 0, gain, 0), info, _midpoints(low, high))


def _eligible(ordered, weight, below, known, min_records):
    """Say where a cut may lie: between different values, with enough weight on both sides, shape (d, m − 1)."""
    least = np.maximum(np.float32(min_records).astype(float), np.minimum(25.0, 0.1 * known / len(below)))[
        :, None
    ]
    above = weight[:, ::-1].cumsum(axis=1)[:, ::-1]
    enough = (below.sum(axis=0)[:, :-1] >= least - TOLERANCE) & (above[:, 1:] >= least)
    return (ordered[:, :-1] < ordered[:, 1:]) & enough & (known >= 2 * min_records)[:, None]


def _midpoints(low, high):
    middle = ((low.astype(float) + high) / 2).astype(np.float32)
    return np.where(middle < high, middle, low)
