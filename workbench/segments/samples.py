"""Evidence on samples: of very many customers some are drawn, group by group, and a sentence says so."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.segments.lloyd import best_of_starts, nearest

__all__ = ["ENOUGH", "drawn", "errors_by_parts", "in_proportion", "sampled"]

# Customers whose evidence is that of all, as near as it matters: the standard error of a mean silhouette is about .003,
# of a share of 1 % .1 %, while silhouettes that differ by less than .01 settle nothing.
ENOUGH = 10_000
ERRORS = {
    "silhouette_se": "the silhouette",
    "stability_se": "the stability over bootstrap samples",
    "standard_error": "the similarity over bootstrap samples",
}
PARTS = 10  # of a sample, whose spread gives its standard error
GROUPS, PILOT = 20, 2_000  # groups of similar rows to draw from, and the customers that they are found on


def drawn(X: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Draw about `size` rows in proportion from groups of similar rows, which a quick K-means makes of all rows.

    Returns
    -------
    ndarray of int
        Row numbers, ascending; all of them where there are no more than `size`.

    Examples
    --------
    >>> X = np.repeat([[0.0], [9.0]], [300, 100], axis=0)
    >>> np.bincount(drawn(X, 40, seed=0) < 300).tolist()
    [10, 30]
    """
    if len(X) <= size:
        return np.arange(len(X))
    rng = checks.generator(seed)
    pilot = X[rng.choice(len(X), min(PILOT, len(X)), replace=False)]
    fit = best_of_starts(pilot, min(GROUPS, len(pilot)), 1, random_state=rng)
    return in_proportion(nearest(X, fit.centers), size, rng)


def in_proportion(codes: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw about `size` rows, of each group its share, and two at least; return their numbers, ascending."""
    counts = np.bincount(codes)
    quota = np.minimum(counts, np.maximum(2, np.rint(counts * (size / len(codes))).astype(int)))
    order = rng.permutation(len(codes))
    by_group = order[np.argsort(codes[order], kind="stable")]
    place = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(by_group[place < np.repeat(quota, counts)])


def errors_by_parts(X: np.ndarray, statistics: Callable[[np.ndarray], ArrayLike], seed: int) -> np.ndarray:
    """Return standard errors of statistics of the rows of X: from those of ten parts, at random.

    A part of a tenth of the rows has ten times the variance, whatever it comes from: who was drawn, to whom the
    distances are taken, and how the rows were clustered.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, chapter 2, random groups.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(1000, 1))
    >>> errors_by_parts(X, np.mean, seed=2).round(2).item()  # 1 / sqrt(1000) = 0.03
    0.03
    """
    order = checks.generator(seed).permutation(len(X))
    each = [statistics(X[rows]) for rows in np.array_split(order, PARTS)]
    return np.std(each, axis=0, ddof=1) / np.sqrt(PARTS)


def sampled(table: pd.DataFrame) -> str:
    """Say of a table of `choose_n_clusters`, `stability` or `holdout` on how many customers it rests.

    Returns
    -------
    str
        Empty where it rests on all.

    Examples
    --------
    >>> sampled(pd.DataFrame({"jaccard": [0.9, 0.8]}))
    ''
    """
    if "rows" not in table.attrs:
        return ""
    rows, of = table.attrs["rows"]
    errors = {words: table[name].max() for name, words in ERRORS.items() if name in table}
    if not errors:
        return f"The intervals come from draws of {rows:,} of {of:,} customers, the estimates from all."
    said = " and ".join(f"{value:.3f} for {words}" for words, value in errors.items())
    return (
        f"Computed on {rows:,} of {of:,} customers, drawn in proportion from groups of similar customers; "
        f"standard error at most {said}. All customers are in the clusters."
    )
