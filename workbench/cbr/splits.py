"""Customers split at random into cases, whose class is known, and queries."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import shown

__all__ = ["Split", "split_cases"]


class Split(NamedTuple):
    """The customers who ask and those who answer."""

    queries: list
    cases: list


def split_cases(
    customers: Iterable[Hashable],
    n_cases: int,
    *,
    queries: Iterable[Hashable] = (),
    random_state: np.random.Generator | int | None = None,
) -> Split:
    """Draw the customers of the case base at random; all others are queries.

    Parameters
    ----------
    customers : sequence of shape (n,)
        Different ones, at least 2.
    n_cases : int
        How many become cases; at most half of the customers do.
    queries : sequence, optional
        Customers who must be queries; they come first, in this order.
    random_state : int, Generator or None

    Returns
    -------
    Split
        `queries`, the named ones first, and `cases`, in random order.

    Raises
    ------
    ValueError
        If there are fewer than two customers, one comes twice, a named one is none of them, or more are named than
        can be queries.

    Examples
    --------
    >>> split_cases(["a", "b", "c", "d"], 3, queries=["d"], random_state=0)
    Split(queries=['d', 'c'], cases=['a', 'b'])
    """
    customers, named = pd.Index(customers), [*queries]
    checks.whole_number("n_cases", n_cases)
    if len(customers) < 2:
        raise ValueError(f"customers holds {len(customers)}; a case and a query need two.")
    if not customers.is_unique:
        raise ValueError(
            f"customers must be distinct: {shown(customers[customers.duplicated()][0])} comes twice."
        )
    if absent := [name for name in named if name not in customers]:
        raise ValueError(f"Query {shown(absent[0])} is none of the customers.")
    n_cases = min(n_cases, len(customers) // 2)
    if len(named) > len(customers) - n_cases:
        raise ValueError(
            f"queries names {len(named)}, but {n_cases} of {len(customers)} customers are cases."
        )
    others = np.random.default_rng(random_state).permutation(customers.difference(named))
    order = [*named, *others]
    return Split(order[:-n_cases], order[-n_cases:])
