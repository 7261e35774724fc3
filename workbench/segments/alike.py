"""How alike two partitions of the same customers are."""

import numpy as np
from numpy.typing import ArrayLike

from workbench import checks

__all__ = ["adjusted_rand_index"]


def adjusted_rand_index(one: ArrayLike, other: ArrayLike) -> float:
    """Return the adjusted Rand index of two partitions, from how many rows they share.

    Parameters
    ----------
    one, other : array_like of shape (n,)
        Cluster of each row, of any names.

    Returns
    -------
    float
        1 for the same partition, 0 on average for unrelated ones.

    Raises
    ------
    ValueError
        If labels are missing or of another length.

    References
    ----------
    Hubert and Arabie (1985), J. Classif. 2, 193-218, equation 5.

    Examples
    --------
    >>> round(adjusted_rand_index([0, 0, 1, 1], ["b", "b", "a", "c"]), 4)  # (1 - 1/3) / (3/2 - 1/3)
    0.5714
    """
    a, _ = checks.codes(one, one, "one", "one")
    b, names = checks.codes(np.asarray(other), one, "other", "one")
    both = np.bincount(a * len(names) + b, minlength=(a.max() + 1) * len(names)).reshape(-1, len(names))
    together, in_one, in_other = (_pairs(counts) for counts in (both, both.sum(axis=1), both.sum(axis=0)))
    by_chance = in_one * in_other / max(_pairs(np.array([len(a)])), 1)
    most = (in_one + in_other) / 2
    return (together - by_chance) / (most - by_chance) if most > by_chance else 1.0


def _pairs(counts):
    return int((counts * (counts - 1) // 2).sum())
