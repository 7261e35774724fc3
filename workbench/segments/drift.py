"""Whether new customers still fit a model of last month's: indicators that shifted, customers far from every centre."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.checks import listed

__all__ = ["SHIFTED", "assign", "cuts_of", "moved", "population_stability", "shares_between", "still_fits"]

BINS = 10
SHIFTED = 0.25  # from there on a shift is large, from .1 moderate; a convention of credit scoring
MODERATE = 0.1
KNOWN = 0.05  # of the customers of then, below which the ids are doubted
FAR = 0.05  # of the customers, where a hundredth was expected
NOBODY = "no customer of then occurs"
EMPTY = 0.0001  # of a part that nobody is in: its logarithm would have no end


def cuts_of(frame: pd.DataFrame, bins: int = BINS) -> dict[str, list[float]]:
    """Return the cuts that part each indicator into equally many customers; fewer where values repeat.

    Examples
    --------
    >>> cuts_of(pd.DataFrame({"orders": [1, 1, 1, 2, 3, 9]}), bins=3)
    {'orders': [1.0, 2.333333333333333]}
    """
    X = checks.finite_frame(frame)
    inner = np.linspace(0, 1, checks.whole_number("bins", bins, 2) + 1)[1:-1]
    return {str(name): sorted(set(np.quantile(X[name], inner).tolist())) for name in X}


def shares_between(values: ArrayLike, cuts: Sequence[float]) -> np.ndarray:
    """Return the share of values up to the first cut, between each two, and above the last.

    Examples
    --------
    >>> shares_between([1, 2, 3, 4], [2, 3]).tolist()
    [0.5, 0.25, 0.25]
    """
    array = checks.finite_vector(values)
    places = np.searchsorted(np.asarray(cuts, float), array, side="left")
    return np.bincount(places, minlength=len(cuts) + 1) / len(array)


def population_stability(before: pd.DataFrame, after: pd.DataFrame, *, bins: int = BINS) -> pd.DataFrame:
    """Return the population stability index of each indicator between two sets of customers.

    The sum over parts of (after − before) · ln(after / before), the parts holding equally many customers before. By
    convention up to 0.1 is small, above 0.25 large.

    Parameters
    ----------
    before, after : pandas.DataFrame, shapes (n, m) and (k, m)
        The same indicators, each in its own unit.
    bins : int
        Number of parts.

    Returns
    -------
    pandas.DataFrame, one row per indicator
        ``index``, at least 0, larger is a larger shift; ``shift``, "small", "moderate" or "large"; ``before`` and
        ``after``, the medians.

    Raises
    ------
    ValueError
        If the tables have not the same indicators, or a cell is not finite.

    References
    ----------
    Siddiqi (2006), *Credit Risk Scorecards*, chapter 9.

    Examples
    --------
    >>> table = pd.DataFrame({"orders": range(100)})
    >>> population_stability(table, table + 60)["shift"].tolist()
    ['large']
    """
    old, new = checks.finite_frame(before, "before"), checks.finite_frame(after, "after")
    if list(old) != list(new):
        raise ValueError(
            f"before has the indicators {listed(old)} and after {listed(new)}; both need the same."
        )
    cuts = cuts_of(old, bins)
    index = {
        name: _index(shares_between(old[name], cuts[name]), shares_between(new[name], cuts[name]))
        for name in old
    }
    result = pd.DataFrame({"index": index, "before": old.median(), "after": new.median()}, index=list(old))
    words = np.select([result["index"] > SHIFTED, result["index"] > MODERATE], ["large", "moderate"], "small")
    result.insert(1, "shift", words)
    return result.rename_axis("indicator")


def _index(before, after):
    before, after = np.maximum(before, EMPTY), np.maximum(after, EMPTY)
    return float(((after - before) * np.log(after / before)).sum())


def moved(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """List the customers whose segment is another than before.

    Parameters
    ----------
    before, after : pandas.Series, index customers
        Segment of each customer, then and now; whoever has no name now, such as by `data.shown_ids`, is gone.

    Returns
    -------
    pandas.DataFrame, one row per customer who moved, index of `after`
        ``before`` and ``after``; ``attrs["counts"]`` has ``both``, ``moved``, ``gone`` and ``new``.

    Examples
    --------
    >>> table = moved(pd.Series({"a": "x", "b": "x", "c": "y"}), pd.Series({"a": "x", "b": "y", "d": "y"}))
    >>> table.to_dict("index"), table.attrs["counts"]
    ({'b': {'before': 'x', 'after': 'y'}}, {'both': 2, 'moved': 1, 'gone': 1, 'new': 1})
    """
    known = before[before.index.notna()]
    checks.names_once(known, "before")
    checks.names_once(after, "after")
    pairs = pd.DataFrame({"before": known.reindex(after.index), "after": after}).dropna()
    table = pairs[pairs["before"] != pairs["after"]].rename_axis(after.index.name)
    counts = {"both": len(pairs), "moved": len(table)}
    table.attrs["counts"] = counts | {"gone": len(before) - len(pairs), "new": len(after) - len(pairs)}
    return table


def still_fits(shift: pd.DataFrame, far: pd.Series, counts: Mapping[str, int] | None = None) -> str:
    """Say whether a segmentation of then still fits: which indicators have shifted much, and how many fit no segment.

    Where hardly a customer of then occurs now, it asks about the ids instead: nothing was compared.

    Parameters
    ----------
    shift : pandas.DataFrame
        From `population_stability`.
    far : pandas.Series of bool
        From `assign`, with limits that a hundredth of the customers of then were beyond.
    counts : mapping of str to int, optional
        ``both`` and ``gone``, as `moved` counts them.

    Returns
    -------
    str

    Examples
    --------
    >>> shift = pd.DataFrame({"shift": ["small", "large"]}, index=["recency", "orders"])
    >>> still_fits(shift, pd.Series([False, False, True, False]))
    'orders has shifted much, and 25.0 % of the customers fit no segment of then: a new segmentation is due'
    >>> still_fits(shift[:1], pd.Series([False]))
    'no indicator has shifted much, and 0.0 % of the customers fit no segment of then: the segmentation still fits'
    >>> still_fits(shift[:1], pd.Series([False]), {"both": 0, "gone": 90})
    'no customer of then occurs here; the ids may be written otherwise (leading zeros, another system)'
    """
    checks.needed_columns(shift.columns, ["shift"], "shift")
    if counts and counts["both"] < KNOWN * (counts["both"] + counts["gone"]):
        who = f"only {counts['both']:,} of the customers of then occur" if counts["both"] else NOBODY
        return f"{who} here; the ids may be written otherwise (leading zeros, another system)"
    large, share = shift.index[shift["shift"] == "large"], float(np.mean(far))
    which = (
        f"{' and '.join(large)} {'has' if len(large) == 1 else 'have'}" if len(large) else "no indicator has"
    )
    due = "a new segmentation is due" if len(large) or share > FAR else "the segmentation still fits"
    return f"{which} shifted much, and {100 * share:.1f} % of the customers fit no segment of then: {due}"


def assign(
    X: pd.DataFrame | ArrayLike, centers: pd.DataFrame, *, far: ArrayLike | None = None
) -> pd.DataFrame:
    """Assign each customer to the nearest of given centres, without any new clustering.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Indicators on the scale of the centres.
    centers : pandas.DataFrame, shape (K, m)
        One row per segment.
    far : array_like of shape (K,), optional
        The distance from which on a customer is far from that centre, such as the 99 % quantile of the segment's own.

    Returns
    -------
    pandas.DataFrame, one row per customer
        ``segment``, label of the nearest centre; ``distance`` to it, ``second`` to the next (NaN with one centre);
        ``far``, whether beyond `far`.

    Examples
    --------
    >>> centres = pd.DataFrame({"x": [0.0, 10.0]}, index=["low", "high"])
    >>> assign(pd.DataFrame({"x": [1.0, 40.0]}), centres, far=[5, 5]).to_dict("list")
    {'segment': ['low', 'high'], 'distance': [1.0, 30.0], 'second': [9.0, 40.0], 'far': [False, True]}
    """
    points, places = checks.finite_frame(X), checks.finite_frame(centers, "centers")
    if list(points) != list(places):
        raise ValueError(
            f"X has the columns {listed(points)} and centers {listed(places)}; both need the same."
        )
    distances = np.column_stack([np.linalg.norm(points.to_numpy() - c, axis=1) for c in places.to_numpy()])
    order = np.argsort(distances, axis=1, kind="stable")
    first = np.take_along_axis(distances, order[:, :1], axis=1)[:, 0]
    second = (
        np.take_along_axis(distances, order[:, 1:2], axis=1)[:, 0]
        if len(places) > 1
        else np.full(len(X), np.nan)
    )
    table = pd.DataFrame(
        {"segment": places.index.to_numpy()[order[:, 0]], "distance": first}, index=points.index
    )
    table["second"] = second
    limits = None if far is None else checks.by_name(far, places.index, "far")
    table["far"] = False if limits is None else first > limits[order[:, 0]]
    return table
