"""What stays of the answers to queries when a choice changes."""

import pandas as pd

__all__ = ["kept"]


def kept(before, after, *, value=None):
    """Return the share of queries that keep their nearest case, its class, and its value.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Answers to the same queries in the same order, as `cbr.retrieve` gives them with ``k=1`` and
        ``classes``: columns ``query``, ``case`` and ``class``.
    value : mapping or pandas.Series, optional
        Value of each class, such as "high" and "lower".

    Returns
    -------
    pandas.Series of float
        ``case``, ``class`` and, with `value`, ``value``: shares from 0 to 1, larger is steadier.

    Raises
    ------
    ValueError
        If there is no query, the queries differ, or a class has no value.

    Examples
    --------
    >>> before = pd.DataFrame({"query": ["C1", "C2"], "case": [7, 9], "class": ["1", "2"]})
    >>> kept(before, before.assign(case=[8, 9]), value={"1": "high", "2": "lower"}).tolist()
    [0.5, 1.0, 1.0]
    """
    if before.empty or before["query"].tolist() != after["query"].tolist():
        raise ValueError("before and after must answer the same queries, at least one, in the same order.")
    pairs = {name: (before[name].to_numpy(), after[name].to_numpy()) for name in ("case", "class")}
    if value is not None:
        pairs["value"] = tuple(_values(answers["class"], dict(value)) for answers in (before, after))
    return pd.Series({name: float((a == b).mean()) for name, (a, b) in pairs.items()})


def _values(classes, value):
    if unknown := [c for c in classes.unique() if c not in value]:
        raise ValueError(f"Class {unknown[0]!r} has no value; value names {sorted(value)}.")
    return classes.map(value).to_numpy()
