"""Customers split at random into cases, whose class is known, and queries; and the classes of all of them."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import shown

__all__ = ["Split", "all_classes", "split_cases"]


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
    if customers.hasnans:
        raise ValueError("customers holds a missing name; give every customer one.")
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
    others = checks.generator(random_state).permutation(customers.difference(named))
    order = [*named, *others]
    return Split(order[:-n_cases], order[-n_cases:])


def all_classes(classes: pd.Series, answers: pd.DataFrame) -> pd.DataFrame:
    """Put together the class of every customer: of cases their own, of queries that of the nearest case.

    Parameters
    ----------
    classes : Series, shape (n,)
        Class of each case, index the customers, in the order of the case base.
    answers : DataFrame, one row per query
        As `retrieve` gives them with ``k=1`` and ``classes``; ``case`` is a row number of the case base, from 1, or
        the name of a centroid.

    Returns
    -------
    DataFrame, one row per customer, cases first, index ``customer_id``
        ``is_case``; ``class``; ``similarity`` to the nearest case, and ``nearest_case``, the customer behind it:
        missing for cases, the latter also where a centroid answered.

    Examples
    --------
    >>> answers = pd.DataFrame({"query": ["q"], "case": [2], "similarity": [0.9], "class": ["lower"]})
    >>> all_classes(pd.Series(["high", "lower"], ["a", "b"]), answers)["class"].to_dict()
    {'a': 'high', 'b': 'lower', 'q': 'lower'}
    """
    checks.names_once(classes, "classes")
    checks.labels(classes, classes, "classes", "the cases")
    checks.names_once(answers, "answers", "columns")
    checks.needed_columns(answers.columns, ("query", "case", "class", "similarity"), "answers")
    behind = pd.Series(classes.index, range(1, len(classes) + 1), dtype=object)
    of_cases = pd.DataFrame({"is_case": True, "class": classes})
    of_queries = answers.set_index("query")[["class", "similarity"]].assign(
        is_case=False, nearest_case=answers["case"].map(behind).to_numpy()
    )
    return pd.concat([of_cases, of_queries]).rename_axis("customer_id")
