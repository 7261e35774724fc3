"""Names that tell segments apart: those that rules give to several are numbered."""

from collections import Counter
from collections.abc import Iterable

__all__ = ["distinct_names"]


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
