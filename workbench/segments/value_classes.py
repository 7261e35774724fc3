"""Classes of customers, numbered by value, cut into high and lower where the gap is largest; what to do with each."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.segments.naming import distinct_names
from workbench.segments.profiles import profile

__all__ = ["segment_table", "value_classes", "value_strategies"]

# By value, and whether the class is recent: its name, what to do, and how. The rules are ours.
STRATEGIES = {
    ("high", True): ("high value, recent", "keep", "a person to talk to, early offers"),
    ("high", False): ("high value, away", "win back", "ask what changed"),
    ("lower", True): ("lower value, recent", "develop", "a second product, standing orders"),
    ("lower", False): ("lower value, away", "serve at low cost", "remind now and then"),
}


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
    checks.names_once(scores, "scores")
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


def value_strategies(
    value: Mapping[Any, str] | pd.Series, days: pd.Series, classes: ArrayLike
) -> pd.DataFrame:
    """Name each class by its value and by how recently its customers came, and say what to do with it.

    A class is recent if its median member has been away no longer than the median customer. The rules are ours.

    Parameters
    ----------
    value : mapping or Series
        Class to "high" or "lower", see `value_classes`.
    days : Series, shape (n,)
        Days since each customer's last transaction, smaller is more recent.
    classes : array_like, shape (n,)
        Class of each customer, each in `value`.

    Returns
    -------
    DataFrame, one row per class of `value`, in its order
        ``segment``, a name, numbered where several classes have the same; ``value``; ``recent``; ``action``, one of
        keep, win back, develop and serve at low cost; ``how``, a sentence.

    Raises
    ------
    ValueError
        If a number of days is not finite, lengths differ, a class has no customer, or a value is another word.

    Examples
    --------
    >>> days = pd.Series([3.0, 5.0, 4.0, 90.0])
    >>> value_strategies({"1": "high", "2": "lower"}, days, ["1", "1", "2", "2"])[["segment", "action"]]
                  segment             action
    class
    1  high value, recent               keep
    2   lower value, away  serve at low cost
    """
    checks.finite_vector(days, "days")
    labels = checks.labels(classes, days, name="classes", of="days")
    medians = pd.Series(days.to_numpy(), labels).groupby(level=0).median()
    rows = []
    for name, its in dict(value).items():
        checks.one_of(f"value of class {name}", its, ("high", "lower"))
        checks.known("class", name, medians.index)
        recent = bool(medians[name] <= days.median())
        rows.append((*STRATEGIES[its, recent], its, recent))
    table = pd.DataFrame(
        rows, pd.Index([*dict(value)], name="class"), ["segment", "action", "how", "value", "recent"]
    )
    return table.assign(segment=distinct_names(table["segment"]))[
        ["segment", "value", "recent", "action", "how"]
    ]


def segment_table(
    rules: pd.DataFrame, frame: pd.DataFrame, classes: ArrayLike, *, amount: str = "total_amount"
) -> pd.DataFrame:
    """Set beside each class's name and strategy how many customers it has, what they bring, and their means.

    Parameters
    ----------
    rules : DataFrame, one row per class
        As `value_strategies` returns it.
    frame : DataFrame, shape (n, m)
        One row per customer, one column per indicator.
    classes : array_like, shape (n,)
        Class of each customer.
    amount : str
        The column that says what a customer brings, not negative.

    Returns
    -------
    DataFrame, one row per class, index ``class``
        The columns of `rules`; ``size``; ``share`` of the customers; ``share_of_amount``, 0 where nobody brings
        anything; the mean of each indicator.

    Raises
    ------
    ValueError
        As `profile`; if there is no column `amount`.

    Examples
    --------
    >>> frame = pd.DataFrame({"days": [3.0, 5.0, 90.0, 80.0], "total_amount": [40.0, 50.0, 4.0, 6.0]})
    >>> rules = value_strategies({"1": "high", "2": "lower"}, frame["days"], ["1", "1", "2", "2"])
    >>> segment_table(rules, frame, ["1", "1", "2", "2"])[["segment", "share", "share_of_amount"]]
                      segment  share  share_of_amount
    class
    1      high value, recent    0.5              0.9
    2       lower value, away    0.5              0.1
    """
    checks.needed_columns(frame.columns, [amount], "frame")
    checks.needed_columns(rules.columns, ("segment", "value", "recent", "action", "how"), "rules")
    means = profile(frame, classes).drop(columns="pattern")
    brought = means["size"] * means[amount]
    total = brought.sum()
    means.insert(2, "share_of_amount", brought / total if total > 0 else 0.0)
    return rules.join(means).rename_axis("class")
