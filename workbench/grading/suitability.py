"""Classes of customers by a questionnaire: points, cuts, and what a sum of unlike things hides."""

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks

__all__ = [
    "allowed",
    "by_rule",
    "carried_cuts",
    "classes",
    "item_influence",
    "lower_of",
    "near_a_cut",
    "retest",
    "scores",
]

THREE = ("conservative", "steady", "aggressive")
COLUMNS = ("item", "topic", "answer", "points")


def scores(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Add up the points of a questionnaire, for each customer in all and for each topic.

    Parameters
    ----------
    answers : DataFrame of shape (n, q)
        The answer of each customer (row) to each item (column), as a label; missing where none was given.
    items : DataFrame, one row per answer that an item offers
        ``item``, ``topic``, ``answer`` (the label) and ``points`` (larger: more risk is borne).

    Returns
    -------
    DataFrame of float, index of `answers`
        ``total``, then one column per topic, in the order of `items`. A sum with a missing answer is NaN, not known: an
        answer that was not given is worth no points, but not 0 points.

    Raises
    ------
    ValueError
        If an item has no column in `answers`, or an answer is none that the item offers; by row and item.

    Examples
    --------
    >>> items = pd.DataFrame({"item": ["age", "age", "risk", "risk"], "topic": ["age", "age", "appetite", "appetite"],
    ...                       "answer": ["a", "b", "a", "b"], "points": [1, 5, 1, 5]})
    >>> scores(pd.DataFrame({"age": ["a", "b"], "risk": ["b", None]}), items)["total"].tolist()
    [6.0, nan]
    """
    points, topics = _points(answers, items)
    table = pd.DataFrame({topic: points[topics.index[topics == topic]].sum(axis=1, skipna=False)
                          for topic in dict.fromkeys(topics)})  # fmt: skip
    table.insert(0, "total", points.sum(axis=1, skipna=False))
    return table


def classes(scores: pd.Series | ArrayLike, cuts: Sequence[float], names: Sequence[str] = THREE) -> pd.Series:
    """Put scores into classes; a score that equals a cut belongs to the upper class.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Points; NaN where not known.
    cuts : sequence of float, ascending
        One fewer than `names`.
    names : sequence of str
        The classes, from the least risk to the most.

    Returns
    -------
    Series of ordered categories, index of `scores`
        Missing where the score is.

    Raises
    ------
    ValueError
        If the cuts do not ascend or their number does not fit the names.

    Examples
    --------
    >>> classes([20, 21, 40], cuts=[21, 36]).tolist()
    ['conservative', 'steady', 'aggressive']
    """
    names, limits = checks.distinct("names", names), _ascending(cuts, "cuts")
    if len(limits) != len(names) - 1:
        raise ValueError(f"{len(names)} names need {len(names) - 1} cuts, not {len(limits)}.")
    points = pd.Series(scores, dtype=float)
    codes = np.where(points.isna(), -1, np.searchsorted(limits, points.to_numpy(), side="right"))
    return pd.Series(pd.Categorical.from_codes(codes, names, ordered=True), points.index, name="class")


def lower_of(capacity: pd.Series, appetite: pd.Series) -> pd.Series:
    """Return the lower of two classes of each customer: who can bear less than he wants is classed by what he can bear.

    Parameters
    ----------
    capacity, appetite : Series of ordered categories
        As `classes` returns them, with the same names and index.

    Returns
    -------
    Series of ordered categories
        Missing where either is.

    References
    ----------
    Directive 2014/65/EU, article 25(2): the ability to bear losses and the tolerance of risk are two things.

    Examples
    --------
    >>> lower_of(classes([30], cuts=[21, 36]), classes([40], cuts=[21, 36])).tolist()
    ['steady']
    """
    checks.same_order(appetite, capacity, "appetite", "capacity")
    one, other = capacity.cat, appetite.cat
    if list(one.categories) != list(other.categories):
        raise ValueError(
            f"capacity and appetite need the same classes: {checks.listed(one.categories)} and "
            f"{checks.listed(other.categories)} were given."
        )
    codes = np.minimum(one.codes.to_numpy(), other.codes.to_numpy())  # -1, missing, is the least
    both = pd.Categorical.from_codes(codes, one.categories, ordered=True)
    return pd.Series(both, capacity.index, name="class")


def by_rule(
    points: pd.DataFrame, items: pd.DataFrame, *, cuts: Sequence[float], appetite: str = "appetite"
) -> pd.DataFrame:
    """Class customers by four rules: all points, capacity alone, appetite alone, the lower of these two.

    Parameters
    ----------
    points : DataFrame
        As `scores` returns it.
    items, cuts
        As `item_influence` takes them; the cuts are carried over to the items of each part.
    appetite : str
        The topic of what a customer wants; all others say what he can bear.

    Returns
    -------
    DataFrame of ordered categories, one column per rule

    Examples
    --------
    >>> items = pd.DataFrame({"item": [*"aabb"], "topic": ["income"] * 2 + ["appetite"] * 2, "answer": [1, 2, 1, 2],
    ...                       "points": [1, 5, 1, 5]})
    >>> by_rule(scores(pd.DataFrame({"a": [1], "b": [2]}), items), items, cuts=[5, 8]).loc[0].tolist()
    ['steady', 'conservative', 'aggressive', 'conservative']
    """
    topics = items.groupby("item", sort=False)["topic"].first()
    checks.known("topic", appetite, topics.unique())
    limits = [
        carried_cuts(cuts, items, part)
        for part in (topics.index[topics != appetite], topics.index[topics == appetite])
    ]
    able = classes(points["total"] - points[appetite], limits[0])
    wants = classes(points[appetite], limits[1])
    return pd.DataFrame(
        {
            "sum of all points": classes(points["total"], cuts),
            "capacity alone": able,
            "appetite alone": wants,
            "lower of the two": lower_of(able, wants),
        }
    )


def allowed(
    classes: pd.Series, levels: Sequence[Hashable], match: Mapping[Hashable, Collection[Hashable]]
) -> pd.DataFrame:
    """Say which customer may be offered products of which level of risk.

    Parameters
    ----------
    classes : Series of shape (n,)
        Class of each customer; who has none may be offered nothing.
    levels : sequence of length m
        Levels of products, such as R1 … R5.
    match : dict of class to collection of levels
        What a class may be offered.

    Returns
    -------
    DataFrame of bool, shape (n, m)

    Raises
    ------
    ValueError
        If a class has no entry in `match`, or an entry names a level that there is not.

    Examples
    --------
    >>> allowed(pd.Series(["C1", "C2"]), ["R1", "R2"], {"C1": ["R1"], "C2": ["R1", "R2"]})["R2"].tolist()
    [False, True]
    """
    levels = checks.distinct("levels", levels)
    for name, offered in match.items():
        for level in offered:
            checks.known("level", level, levels, f" of class {checks.shown(name)}")
    for name in pd.unique(classes.dropna()):
        checks.known("class", name, match)
    return pd.DataFrame(
        {
            level: classes.isin([name for name, offered in match.items() if level in offered])
            for level in levels
        },
        index=classes.index,
    )


def carried_cuts(cuts: Sequence[float], items: pd.DataFrame, part: Collection[str]) -> list[float]:
    """Carry the cuts of a whole questionnaire over to some of its items: to the same place between least and most.

    Parameters
    ----------
    cuts : sequence of float
        On the points of all items.
    items : DataFrame
        As `scores` takes it.
    part : collection of str
        Some of the items.

    Examples
    --------
    >>> items = pd.DataFrame({"item": [*"aabb"], "topic": "t", "answer": [1, 2, 1, 2], "points": [1, 5, 1, 5]})
    >>> carried_cuts([6], items, ["a"])
    [3.0]
    """
    ends = items.groupby("item", sort=False)["points"].agg(["min", "max"])
    for item in part:
        checks.known("item", item, ends.index)
    low, high = ends.sum()
    of_low, of_high = ends.loc[list(part)].sum()
    return [
        float(of_low + (cut - low) / (high - low) * (of_high - of_low)) for cut in _ascending(cuts, "cuts")
    ]


def item_influence(answers: pd.DataFrame, items: pd.DataFrame, *, cuts: Sequence[float]) -> pd.Series:
    """Return, for each item, the share of customers who change their class when it is left out.

    Parameters
    ----------
    answers, items
        As `scores` takes them. Customers with a missing answer are left out.
    cuts : sequence of float, ascending
        On the points of all items; `carried_cuts` carries them over to the others.

    Returns
    -------
    Series of float in [0, 1], index ``item``, the most influential first

    Examples
    --------
    >>> items = pd.DataFrame({"item": [*"aabb"], "topic": "t", "answer": [1, 2, 1, 2], "points": [1, 5, 1, 5]})
    >>> item_influence(pd.DataFrame({"a": [1, 2, 2], "b": [1, 2, 1]}), items, cuts=[8]).to_dict()
    {'b': 0.3333333333333333, 'a': 0.0}
    """
    points, topics = _points(answers, items)
    points = points.dropna()
    if points.empty:
        raise ValueError("answers has no customer who answered every item.")
    whole = np.searchsorted(_ascending(cuts, "cuts"), points.sum(axis=1), side="right")
    changed = {}
    for item in topics.index:
        rest = points.drop(columns=item)
        limits = carried_cuts(cuts, items, rest.columns)
        changed[item] = float(np.mean(whole != np.searchsorted(limits, rest.sum(axis=1), side="right")))
    return pd.Series(changed, name="share").rename_axis("item").sort_values(ascending=False, kind="stable")


def near_a_cut(scores: pd.Series | ArrayLike, cuts: Sequence[float], within: float) -> float:
    """Return the share of scores that lie at most `within` points from a cut.

    Examples
    --------
    >>> near_a_cut([19, 21, 30, 40], [21, 36], within=2)
    0.5
    """
    points = checks.finite_vector(scores, "scores")
    distance = np.abs(points[:, None] - _ascending(cuts, "cuts")).min(axis=1)
    return float((distance <= checks.number("within", within, least=0)).mean())


def retest(first: pd.Series, again: pd.Series) -> float:
    """Return the share of customers who come into the same class when they fill in the form again.

    Parameters
    ----------
    first, again : Series of shape (n,)
        Class of each customer, as `classes` returns it. Who has none in either is left out.

    Raises
    ------
    ValueError
        If the rows are not the same, or nobody has both.

    Examples
    --------
    >>> retest(classes([20, 30], cuts=[21, 36]), classes([22, 31], cuts=[21, 36]))
    0.5
    """
    checks.same_order(again, first, "again", "first")
    both = (first.notna() & again.notna()).to_numpy()
    if not both.any():
        raise ValueError(
            "Nobody has a class in both; give at least one customer who filled in the form twice."
        )
    return float(np.mean(first.astype(object).to_numpy()[both] == again.astype(object).to_numpy()[both]))


def _points(answers, items):
    """Return the points of every answer, shape (n, q), and the topic of every item."""
    checks.needed_columns(items.columns, COLUMNS, "items")
    topics = items.groupby("item", sort=False)["topic"].first()
    checks.needed_columns(answers.columns, topics.index, "answers")
    checks.finite_vector(items["points"], "items['points']")
    return pd.DataFrame({item: _of_item(answers[item], item, items) for item in topics.index}), topics


def _of_item(given, item, items):
    """Return the points of the answers to one item, NaN where none was given."""
    worth = items[items["item"] == item].set_index("answer")["points"]
    checks.names_once(worth, f"the answers to {item!r}")
    points = given.map(worth.to_dict()).astype(float)
    if (unknown := points.isna() & given.notna()).any():
        row = unknown.idxmax()
        answer = given[unknown].iloc[0]
        checks.known("answer", answer, worth.index, f" in row {checks.shown(row)}, item {item!r}")
    return points


def _ascending(values, name):
    limits = checks.finite_vector(values, name)
    if (np.diff(limits) <= 0).any():
        raise ValueError(
            f"{name} must ascend, each above the one before: {checks.shown(list(values))} was given."
        )
    return limits
