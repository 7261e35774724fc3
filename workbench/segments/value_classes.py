"""Classes of customers, numbered by their value and cut into high and lower where the gap is largest."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks

__all__ = ["value_classes"]


def value_classes(scores: pd.Series, labels: ArrayLike) -> tuple[pd.Series, pd.DataFrame]:
    """Number classes by their members' mean value score, and call those above the largest gap high.

    The rule is ours: it always finds a gap, so that "high" says where the classes are furthest apart, not that
    there are two kinds of customers. Of equal gaps the first is taken.

    Parameters
    ----------
    scores : pandas.Series, shape (n,)
        Value score per customer, no unit, larger is better; see `rfm.value_score`.
    labels : array_like, shape (n,)
        Class of each customer, any names, at least two different ones.

    Returns
    -------
    classes : pandas.Series of str, shape (n,), name ``class``
        New number of each customer's class, "1" being that of the highest mean; index as `scores`.
    table : pandas.DataFrame, one row per class, index ``class``
        ``label``, the old name; ``size``; ``value_score``, the mean; ``value``, "high" or "lower".

    Raises
    ------
    ValueError
        If a score is not finite, the lengths differ, or there are fewer than two classes.

    Examples
    --------
    >>> scores = pd.Series([0.9, 0.7, 0.2, 0.1], index=["a", "b", "c", "d"])
    >>> classes, table = value_classes(scores, ["x", "y", "z", "z"])
    >>> classes.tolist(), table["value"].tolist()
    (['1', '2', '3', '3'], ['high', 'high', 'lower'])
    """
    checks.finite_vector(scores, "scores")
    labels = checks.labels(labels, scores, of="scores")
    table = scores.groupby(labels).agg(["size", "mean"]).sort_values("mean", ascending=False, kind="stable")
    if len(table) < 2:
        raise ValueError(
            f"There is only {len(table)} class of customers ({len(scores)} in all), and high and lower need two: bring "
            "more customers, or ask for more classes."
        )
    names = pd.Index([str(i) for i in range(1, len(table) + 1)], name="class")
    classes = pd.Series(labels, scores.index, name="class").map(dict(zip(table.index, names, strict=True)))
    cut = np.arange(len(table)) <= np.diff(table["mean"]).argmin()
    columns = {"size": table["size"], "value_score": table["mean"]}
    table = pd.DataFrame({"label": table.index, **{k: v.to_numpy() for k, v in columns.items()}}, index=names)
    return classes, table.assign(value=np.where(cut, "high", "lower"))
