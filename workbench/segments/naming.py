"""Names that tell segments apart: those that rules give to several are numbered."""

from collections import Counter
from collections.abc import Iterable

import pandas as pd

__all__ = ["distinct_names", "shares_in_words"]


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
    ordered = shares.sort_values(ascending=False, kind="stable")
    words = [f"“{name}” {_percent(share)}" for name, share in ordered.head(most).items()]
    rest = ordered.iloc[most:]
    return ", ".join(words + [f"{len(rest)} more {_percent(rest.sum())}"] * (len(rest) > 0))


def _percent(share: float) -> str:
    """A share above 0 is never written as none, nor one below 1 as all."""
    text = f"{100 * share:.0f}"
    if share > 0 and text == "0":
        return "below 1 %"
    return "above 99 %" if share < 1 and text == "100" else f"{text} %"
