"""Names that tell segments apart: those that rules give to several are numbered."""

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from workbench import checks

__all__ = ["distinct_names", "most_and_least", "shares_in_words", "percent"]

HALF = 0.5  # standard deviations


def distinct_names(names: Iterable[str]) -> list[str]:
    """Number the names that come more than once, in their order.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    list of str
        As many, each different.

    Examples
    --------
    >>> distinct_names(["lurker", "mixed", "lurker"])
    ['lurker 1', 'mixed', 'lurker 2']
    """
    names = list(names)
    often, seen, result = Counter(names), Counter(), []
    for name in names:
        seen[name] += 1
        result.append(name if often[name] == 1 else f"{name} {seen[name]}")
    return result


def most_and_least(centers: pd.DataFrame, overall: pd.Series, spread: pd.Series) -> pd.Series:
    """Name each cluster by what it has most and least of, which holds on any data.

    Parameters
    ----------
    centers : pandas.DataFrame, shape (K, m)
        Mean of each indicator in each cluster.
    overall, spread : pandas.Series, index indicators
        Mean and standard deviation over all customers; an indicator without spread is passed over.

    Returns
    -------
    pandas.Series of str, index as `centers`
        "much X, little Y": the indicators that lie farthest above and below the mean, in standard deviations; "near the
        mean in all" where none lies half a one away. Two clusters with the same name get numbers.

    Examples
    --------
    >>> centers = pd.DataFrame({"views": [1.0, 9.0], "orders": [0.0, 0.1]})
    >>> most_and_least(centers, pd.Series({"views": 5, "orders": 0.05}), pd.Series({"views": 4, "orders": 1})).tolist()
    ['little views', 'much views']
    """
    columns = checks.distinct("The columns of centers", centers.columns)
    centers = checks.finite_frame(centers, "centers")
    overall = pd.Series(checks.by_name(overall, columns, "overall"), columns)
    spread = pd.Series(checks.not_negative(spread, columns, "spread"), columns)
    used = spread.index[spread > 0]
    if used.empty:
        raise ValueError("spread is 0 for every indicator; nothing tells the clusters apart.")
    z = (centers[used] - overall[used]) / spread[used]
    names = []
    for _, row in z.iterrows():
        most = [f"much {row.idxmax()}"] * bool(row.max() >= HALF)
        parts = most + [f"little {row.idxmin()}"] * bool(row.min() <= -HALF)
        names.append(", ".join(parts) or "near the mean in all")
    words = [name.replace("_", " ") for name in names]
    return pd.Series(distinct_names(words), centers.index, name="segment")


def shares_in_words(shares: pd.Series, most: int = 4) -> str:
    """Write segments with their shares in a row, the largest first, those beyond `most` together.

    Parameters
    ----------
    shares : pandas.Series
        Share of each segment, unit 1, by its name.
    most : int
        How many are named.

    Returns
    -------
    str

    Examples
    --------
    >>> shares_in_words(pd.Series({"quality customer": 0.13, "lurker": 0.82, "mixed": 0.05}), most=2)
    '“lurker” 82 %, “quality customer” 13 %, 1 more 5 %'
    """
    checks.finite_vector(shares, "shares")
    checks.whole_number("most", most)
    ordered = shares.sort_values(ascending=False, kind="stable")
    words = [f"“{name}” {percent(share)}" for name, share in ordered.head(most).items()]
    rest = ordered.iloc[most:]
    return ", ".join(words + [f"{len(rest)} more {percent(rest.sum())}"] * (len(rest) > 0))


def percent(share: float) -> str:
    """Write a share as a percentage; one above 0 is never written as none, nor one below 1 as all.

    Examples
    --------
    >>> percent(0.825), percent(0.0004), percent(0.9999), percent(0.0)
    ('82 %', 'below 1 %', 'above 99 %', '0 %')
    """
    text = f"{100 * share:.0f}"
    if share > 0 and text == "0":
        return "below 1 %"
    return "above 99 %" if share < 1 and text == "100" else f"{text} %"
