"""Entropies of class counts, and what a split gains and costs."""

import numpy as np


def x_log_x(x):
    """Return x·log₂x, 0 where x is 0."""
    return x * np.log2(np.where(x > 0, x, 1.0))


def total_information(counts, axis=-1):
    """Return I(n) = N log₂N − Σ n_c log₂n_c in bits: entropy times weight, summed over the classes on `axis`."""
    return x_log_x(counts.sum(axis=axis)) - x_log_x(counts).sum(axis=axis)


def split(parts, unknown):
    """Return gain and split information of parts, shape (b, n_classes), where `unknown` weighs so much more."""
    sizes = parts.sum(axis=1)
    known = sizes.sum()
    weight = known + unknown
    base = total_information(parts.sum(axis=0)) / known
    gain = known / weight * (base - total_information(parts).sum() / known)
    info = total_information(np.append(sizes, unknown)) / weight
    return float(np.float32(gain)), float(np.float32(info))
