"""Whether new customers still fit a model of last month's.

Indicators or scores that shifted, events that came more often than foretold, customers far from every centre.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.checks import listed
from workbench.segments.shifts import (
    BINS,
    SHIFTED,
    Stability,
    cuts_of,
    population_stability,
    psi,
    shares_between,
)

__all__ = [
    "SHIFTED",
    "Stability",
    "assign",
    "cuts_of",
    "monthly",
    "moved",
    "population_stability",
    "psi",
    "shares_between",
    "still_fits",
]

KNOWN = 0.05  # of the customers of then, below which the ids are doubted
FAR = 0.05  # of the customers, where a hundredth was expected
NOBODY = "no customer of then occurs"


def monthly(
    panel: pd.DataFrame,
    score: ArrayLike,
    reference: str | ArrayLike,
    *,
    bins: int = BINS,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Follow a churn model's scores month by month: whether their mix shifts, and whether as many leave as foretold.

    Parameters
    ----------
    panel : pandas.DataFrame, one row per ended contract
        ``contract_end``, a date (a column or a level of the index), and ``churned``, missing where it is not known yet.
    score : array_like of shape (n,)
        Probability of leaving of each row.
    reference : str or array_like of shape (m,)
        Last month (YYYY-MM) of those that the later ones are compared with, such as the last of the training months; or
        the scores themselves, with which every month is compared.
    bins, confidence
        Number of bins as in `psi`, and level of the interval, in (0, 1).

    Returns
    -------
    pandas.DataFrame, one row per month, index ``month`` (YYYY-MM)
        ``contracts``; ``psi`` and ``chance`` as in `psi`; ``known`` outcomes, ``observed`` and ``expected`` churners
        among them; ``ratio`` of both with the ends ``low`` and ``high`` of its interval (Wilson's of the rate over the
        mean score), missing while no outcome is known.

    Raises
    ------
    ValueError
        If a column is missing, a score lies outside [0, 1], `reference` is no month, or no row is of it or before, or
        none after.

    Examples
    --------
    >>> ends = pd.to_datetime(["2013-10-31"] * 4 + ["2013-11-30"] * 4)
    >>> panel = pd.DataFrame({"contract_end": ends, "churned": [0, 0, 1, 0, 1, 1, 0, 0]})
    >>> monthly(panel, [.2, .2, .4, .2] * 2, "2013-10", bins=2)[["psi", "observed", "expected", "ratio"]]
             psi  observed  expected  ratio
    month
    2013-11  0.0         2       1.0    2.0
    """
    months, scores = _months(panel), checks.probabilities(score, "score")
    checks.one_for_each(score, scores, panel, "score", "panel")
    confidence = checks.number("confidence", confidence, above=0, below=1)
    then, later = _reference(reference, months, scores)
    rows = {
        str(month): _month(panel["churned"][months == month], scores[months == month], then, bins, confidence)
        for month in np.unique(months[later])
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("month")


def _reference(reference, months, scores):
    """Return the scores to compare with, and which rows are compared."""
    if not isinstance(reference, str):
        return checks.probabilities(reference, "reference"), np.ones(len(months), bool)
    later = months > pd.Period(checks.month("reference", reference), "M")
    if later.all() or not later.any():
        raise ValueError(
            f"reference is {reference}; contracts end from {months.min()} to {months.max()}, and some must end by "
            "then, some later."
        )
    return scores[~later], later


def _months(panel):
    checks.needed_columns([*panel.columns, *panel.index.names], ["contract_end", "churned"], "panel")
    ends = (
        panel.reset_index()["contract_end"] if "contract_end" in panel.index.names else panel["contract_end"]
    )
    return pd.PeriodIndex(
        checks.labels(pd.to_datetime(ends).to_numpy(), panel, "contract_end", "panel"), freq="M"
    )


def _month(churned, scores, reference, bins, confidence):
    """Return the row of a month: scores against those of the reference, churners against the sum of scores."""
    from statsmodels.stats.proportion import proportion_confint  # slow to import, and needed here only

    known = churned.notna().to_numpy()
    shift = psi(reference, scores, bins=bins)
    row = {"contracts": len(scores), "psi": shift.psi, "chance": shift.chance, "known": int(known.sum())}
    if not known.any():
        return row | dict.fromkeys(("observed", "expected", "ratio", "low", "high"), np.nan)
    observed, expected = int(checks.outcomes(churned[known], "churned").sum()), float(scores[known].sum())
    ends = proportion_confint(observed, row["known"], alpha=1 - confidence, method="wilson")
    over = np.array([observed, *(row["known"] * end for end in ends)]) / (expected or np.nan)
    return (
        row
        | {"observed": observed, "expected": expected}
        | dict(zip(("ratio", "low", "high"), over, strict=True))
    )


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
