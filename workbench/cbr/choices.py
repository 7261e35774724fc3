"""What stays of answers when a choice changes: the case drawn, the scope, the scale, the weights."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks, grey
from workbench.cbr.representatives import Redraw, Representatives, typical_cases
from workbench.cbr.retrieval import retrieve
from workbench.checks import shown

__all__ = ["agreement", "drawn_values", "kept", "kept_by_scope", "kept_by_weights"]

SCOPES: tuple[grey.Scope, ...] = ("group", "all", "indicator", "case")


def agreement(answers: pd.DataFrame | Mapping[str, ArrayLike]) -> pd.DataFrame:
    """Return the share of queries to which two ways give the same answer, for every pair of ways.

    Parameters
    ----------
    answers : DataFrame of shape (q, w), or dict of name to array_like of shape (q,)
        One column per way (a scope, a similarity, a typical case …), one row per query, in the same order.

    Returns
    -------
    DataFrame of shape (w, w)
        Shares from 0 to 1, symmetric, 1 on the diagonal.

    Raises
    ------
    ValueError
        If there is no answer at all, an answer is missing, or the columns differ in length.

    Examples
    --------
    >>> agreement({"all": ["high", "low", "low"], "random": ["high", "low", "high"]}).round(2)
             all  random
    all     1.00    0.67
    random  0.67    1.00
    """
    lengths = {} if isinstance(answers, pd.DataFrame) else {name: len(a) for name, a in answers.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"The answers differ in length: {lengths}; give one per query.")
    table = pd.DataFrame(answers)
    if table.empty:
        raise ValueError("answers is empty; give one column per way and one row per query.")
    if table.isna().any(axis=None):
        row, column = np.argwhere(table.isna())[0]
        raise ValueError(
            f"The answer of {shown(table.columns[column])} to query {shown(table.index[row])} is missing; "
            "compare ways over queries that all of them answered."
        )
    shares = [[table[a].eq(table[b]).mean() for b in table] for a in table]
    return pd.DataFrame(shares, index=table.columns, columns=table.columns)


def kept(
    before: pd.DataFrame, after: pd.DataFrame, *, value: Mapping[Any, Any] | pd.Series | None = None
) -> pd.Series:
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
    for name, answers in (("before", before), ("after", after)):
        checks.names_once(answers, name, "columns")
        checks.needed_columns(answers.columns, ("query", "case", "class"), name)
    if before.empty or before["query"].tolist() != after["query"].tolist():
        raise ValueError("before and after must answer the same queries, at least one, in the same order.")
    pairs = {name: (before[name].to_numpy(), after[name].to_numpy()) for name in ("case", "class")}
    if value is not None:
        pairs["value"] = tuple(_values(answers["class"], value) for answers in (before, after))
    return pd.Series({name: float((a == b).mean()) for name, (a, b) in pairs.items()})


def drawn_values(drawn: Redraw, value: Mapping[Any, str] | pd.Series) -> pd.DataFrame:
    """Say of each query how often the draws call it high, and how often that is not what all cases say.

    A query whose class changes often can have the same value in every draw, where neighbouring classes share it.

    Parameters
    ----------
    drawn : Redraw
        What `redraw` returned.
    value : mapping or Series
        Value of each class: "high", or anything else.

    Returns
    -------
    DataFrame of shape (q, 6)
        The `summary` in words of their own: ``most_frequent_class``, ``drawn_otherwise`` (the share of draws with
        another class), ``class_by_all_cases``, ``differs_in_class`` (the share of draws that differ from it); and
        of values ``drawn_high``, the share of draws of high value, and ``differs_in_value``, the share of draws on
        the other side of high than the answer of all cases. From 0 to 1; what differs little is steady.

    Raises
    ------
    ValueError
        If a class has no value.

    Examples
    --------
    >>> X, y = [[0.0], [0.2], [0.5], [0.8], [1.0]], ["low", "low", "middle", "middle", "top"]
    >>> from workbench.cbr import redraw
    >>> drawn = redraw(X, y, [[0.1], [0.45]], random_state=0, similarity="manhattan")
    >>> drawn_values(drawn, {"low": "lower", "middle": "high", "top": "high"})[["drawn_high", "differs_in_value"]]
       drawn_high  differs_in_value
    0        0.00              0.00
    1        0.68              0.32
    """
    is_high = _values(drawn.shares.columns, value) == "high"
    high = drawn.shares.loc[:, is_high].sum(axis=1)
    by_all = drawn.summary["all_cases"].map(dict(zip(drawn.shares.columns, is_high, strict=True)))
    words = ["most_frequent_class", "drawn_otherwise", "class_by_all_cases", "differs_in_class"]
    differs = high.where(~by_all.astype(bool), 1 - high)
    return drawn.summary.set_axis(words, axis=1).assign(drawn_high=high, differs_in_value=differs)


def kept_by_scope(
    tables: Mapping[Hashable, pd.DataFrame],
    y: ArrayLike,
    before: pd.DataFrame,
    *,
    cases: pd.Index,
    value: Mapping[Any, Any] | pd.Series,
    scopes: Sequence[grey.Scope] = SCOPES,
    distinguishing_coefficient: float = 0.5,
    representatives: Representatives = "random",
    random_state: np.random.Generator | int | None = None,
    **weighting: Any,
) -> pd.DataFrame:
    """Answer the queries under several scalings and scopes, and return the shares that keep class and value.

    The classes of the cases stay as they are; what stands for each is taken anew under every scaling. With the
    scope "case" similarities to different cases have nothing in common; it is a common error, kept to show it.

    Parameters
    ----------
    tables : dict of name to DataFrame
        The indicators of all customers on each scale; one row per customer, the same index in all.
    y : array_like of shape (n,)
        Class of each case, in the order of `cases`.
    before : DataFrame
        Answers to compare with, one per query, as `retrieve` gives them with ``k=1`` and ``classes``.
    cases : Index
        Which customers are the cases.
    value : mapping or Series
        Value of each class, such as "high" and "lower".
    scopes : sequence of {"group", "all", "indicator", "case"}
    distinguishing_coefficient, **weighting
        As in `grey.similarity`.
    representatives, random_state
        As in `typical_cases`.

    Returns
    -------
    DataFrame
        One row per `scaling` and `scope`: shares of the queries that keep their `class` and their `value`, from 0
        to 1, larger is steadier.

    Raises
    ------
    ValueError
        As `typical_cases`, `retrieve` and `kept`.

    Examples
    --------
    >>> plain = pd.DataFrame({"days": [1.0, 9.0, 2.0]}, index=["a", "b", "q"])
    >>> before = retrieve(plain.loc[["a", "b"]], plain.loc[["q"]], classes=["1", "2"])
    >>> kept_by_scope(
    ...     {"plain": plain, "turned": 9 - plain}, ["1", "2"], before, cases=pd.Index(["a", "b"]),
    ...     value={"1": "high", "2": "lower"}, scopes=["all"],
    ... )["class"].tolist()
    [1.0, 1.0]
    """
    checks.distinct("tables", tables)
    checks.distinct("scopes", scopes)
    rows = {}
    for name, table in tables.items():
        checks.names_once(table, f"the table {shown(name)}")
        chosen = {"random_state": random_state, **weighting}
        typical, of_class = typical_cases(table.loc[cases], np.asarray(y), representatives, **chosen)
        queries = table.loc[before["query"]]
        for scope in scopes:
            how = {"scope": scope, "distinguishing_coefficient": distinguishing_coefficient, **weighting}
            after = retrieve(typical, queries, classes=of_class, **how)
            rows[name, scope] = kept(before, after, value=value)[["class", "value"]]
    return pd.DataFrame(rows).T.rename_axis(["scaling", "scope"])


def kept_by_weights(
    weightings: Mapping[Hashable, Mapping[str, Any]],
    before: pd.DataFrame,
    cases: pd.DataFrame,
    queries: pd.DataFrame,
    *,
    classes: ArrayLike,
    value: Mapping[Any, Any] | pd.Series,
    **how: Any,
) -> pd.DataFrame:
    """Answer the queries under several weightings, and return the shares that keep class and value.

    Parameters
    ----------
    weightings : dict of name to dict
        ``weights`` and ``group_weights`` of each, as in `grey.similarity`; one that is left out is equal.
    before : DataFrame
        Answers to compare with, one per query, as `retrieve` gives them with ``k=1`` and ``classes``.
    cases, queries, classes
        As in `retrieve`.
    value : mapping or Series
        Value of each class, such as "high" and "lower".
    **how
        What else `retrieve` takes, the same for all.

    Returns
    -------
    DataFrame
        One row per weighting: shares of the queries that keep their `class` and their `value`, from 0 to 1, larger
        is steadier.

    Raises
    ------
    ValueError
        As `retrieve` and `kept`.

    Examples
    --------
    >>> cases, queries = pd.DataFrame([[0.0, 1.0], [1.0, 0.0]]), pd.DataFrame([[0.1, 0.6]])
    >>> how = {"classes": ["1", "2"], "value": {"1": "high", "2": "lower"}}
    >>> before = retrieve(cases, queries, classes=["1", "2"])
    >>> second = {"weights": [0.0, 1.0]}
    >>> kept_by_weights({"equal": {}, "second only": second}, before, cases, queries, **how)["class"].tolist()
    [1.0, 1.0]
    """
    rows = {}
    for name, weighting in weightings.items():
        after = retrieve(cases, queries, classes=classes, **weighting, **how)
        rows[name] = kept(before, after, value=value)[["class", "value"]]
    return pd.DataFrame(rows).T.rename_axis("weighting")


def _values(classes: Iterable[Any], value: Mapping[Any, Any] | pd.Series) -> np.ndarray:
    value = dict(value)
    if unknown := [c for c in classes if c not in value]:
        raise ValueError(f"Class {shown(unknown[0])} has no value; value names {checks.listed(value)}.")
    return np.array([value[c] for c in classes], dtype=object)
