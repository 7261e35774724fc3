"""Packages handed out down a ranking of the customers, to compare with the best plan."""

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.service.packages import needs_of

__all__ = ["by_rank", "largest_first", "reached"]


def by_rank(score: pd.Series | ArrayLike, sizes: Mapping[Hashable, int]) -> pd.Series:
    """Give the first package to the customers of the highest score, the next to the next, as many as there are of each.

    Parameters
    ----------
    score : array_like of shape (n,)
        What the customers are ranked by; among equals, who comes first in the table.
    sizes : dict of package to int
        How many get each package, in the order in which they are handed out; the last one goes to all others.

    Returns
    -------
    Series of shape (n,), index of `score`

    Raises
    ------
    ValueError
        If there are more packages than customers, the last one apart.

    Examples
    --------
    >>> by_rank(pd.Series([1, 9, 5], index=["a", "b", "c"]), {"manager": 1, "none": 2}).to_dict()
    {'a': 'none', 'b': 'manager', 'c': 'none'}
    """
    order = np.argsort(-checks.finite_vector(score, "score"), kind="stable")
    names = [*sizes]
    ends = np.cumsum([checks.whole_number(f"sizes[{name!r}]", int(n), 0) for name, n in sizes.items()][:-1])
    if len(ends) and ends[-1] > len(order):
        raise ValueError(f"sizes hold {ends[-1]} packages for {len(order)} customers; give fewer.")
    codes = np.empty(len(order), int)
    codes[order] = np.searchsorted(ends, np.arange(len(order)), side="right")
    return pd.Series(pd.Categorical.from_codes(codes, names), checks.rows_of(score), name="package")


def largest_first(
    n_customers: int, packages: pd.DataFrame, *, limits: Mapping[str, float]
) -> dict[Hashable, int]:
    """Return how many get each package where the largest is handed out until it no longer fits, then the next.

    Parameters
    ----------
    n_customers : int
    packages, limits
        As `allocation.allocate` takes them.

    Returns
    -------
    dict of package to int
        For `by_rank`, the largest first.

    Examples
    --------
    >>> packages = pd.DataFrame({"hours": [0, 1, 4]}, index=["none", "line", "manager"])
    >>> largest_first(10, packages, limits={"hours": 10})
    {'manager': 2, 'line': 2, 'none': 6}
    """
    needs, left = needs_of(packages, limits)
    waiting, sizes = checks.whole_number("n_customers", n_customers, 0), {}
    by_use = np.lexsort((-needs[:, ::-1]).T)
    for package in by_use:
        used = needs[package]
        fit = np.floor((left[used > 0] / used[used > 0]).min() + 1e-9) if used.any() else waiting
        sizes[packages.index[package]] = n = int(min(waiting, fit))
        left, waiting = left - n * used, waiting - n
    return sizes


def reached(gains: pd.DataFrame, scores: Mapping[str, pd.Series], sizes: Mapping[Hashable, int]) -> pd.Series:
    """Return what rankings gain that all hand out the same packages.

    Parameters
    ----------
    gains : DataFrame of shape (n, number of packages)
        As `allocation.gains` returns it.
    scores : dict of str to Series
        What the customers are ranked by.
    sizes : dict of package to int
        As `by_rank` takes them.

    Returns
    -------
    Series of float, index the rankings
        Unit of the gains.

    Examples
    --------
    >>> gains = pd.DataFrame({"none": [0, 0], "manager": [9.0, 4.0]})
    >>> scores = {"value": pd.Series([1, 2]), "gain": gains["manager"]}
    >>> reached(gains, scores, {"manager": 1, "none": 1}).to_dict()
    {'value': 4.0, 'gain': 9.0}
    """
    worth, rows = gains.to_numpy(), np.arange(len(gains))
    found = {name: by_rank(score, sizes) for name, score in scores.items()}
    return pd.Series(
        {name: worth[rows, gains.columns.get_indexer(given)].sum() for name, given in found.items()}
    )
