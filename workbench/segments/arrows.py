"""Arrows: each segment's mean against the overall mean, what testing them is worth, and types named by them.

An arrow has the indicator's own direction: recency "↓" is recent. What is good is said by `direction`, +1
where more is better and -1 where less is; unless given, `recency` is -1 and everything else +1.
"""

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.base import clone
from sklearn.cluster import KMeans

from workbench.checks import did_you_mean

__all__ = ["arrows", "arrows_without_structure", "honest_arrows", "name_types"]

UP, DOWN, UNDECIDED = "↑", "↓", "undecided"

# Our rules, since the source asks for types but names none. Recency tells whether the customer is still
# there, frequency whether there is a habit: where both are good the type leans loyal, where both are bad it
# leans to leave, else it is mixed. Monetary adds the value.
LEANING = {
    (True, True): ("leaning loyal", "loyal"),
    (True, False): ("mixed", "new or returning"),
    (False, True): ("mixed", "falling silent"),
    (False, False): ("leaning to leave", "leaving"),
}
WHAT_TO_DO = {
    "loyal, high value": "Keep: service and recognition first, no discounts they do not need.",
    "loyal, low value": "Grow: offer a larger tariff or an add-on to those who use the service often.",
    "new or returning, high value": "Bind: welcome them and make the next payment easy.",
    "new or returning, low value": "Develop: low-cost contact; see whether a habit forms.",
    "falling silent, high value": "Win back now: personal contact, ask for the reason.",
    "falling silent, low value": "Remind: an automatic message and a small incentive.",
    "leaving, high value": "Win back if the margin pays for it; ask for the reason.",
    "leaving, low value": "Let go: no paid campaign.",
}
NOT_CLEAR = "Decide nothing on the arrows alone: they do not settle the type."


def arrows(frame, labels):
    """Compare the mean of each indicator in each cluster with the mean over all customers.

    Parameters
    ----------
    frame : DataFrame, shape (n, d)
        One row per customer, one column per indicator, in its own direction.
    labels : array_like of shape (n,)
        Cluster of each row.

    Returns
    -------
    DataFrame of str, shape (n_clusters, d)
        "↑" at or above the overall mean (equal up to rounding included), "↓" below it.

    Raises
    ------
    ValueError
        As for `profile`.

    References
    ----------
    Lin and Xiao (2006), J. Harbin Inst. Technol. 38(5), 758-760, step 5.

    Examples
    --------
    >>> arrows(pd.DataFrame({"recency": [1, 2, 30, 31]}), ["new", "new", "old", "old"])["recency"].to_dict()
    {'new': '↓', 'old': '↑'}
    """
    frame, labels = numbers(frame), clusters(labels, frame)
    rounding = 1e-12 * frame.abs().max()
    above = means(frame, labels) - frame.mean() >= -rounding
    return above.replace({True: UP, False: DOWN}).astype(str)


def honest_arrows(X, n_clusters_or_estimator, *, values=None, again=None, alpha=0.05, random_state=None):
    """Test each arrow on data that had no part in finding the clusters.

    Without `again`, the rows are split: one half is clustered, the other half is assigned to the nearest
    centres and tested. That removes what the centres owe to chance, but the cells still cut the very
    indicators that are tested, and cells of a continuum do differ in their means: significant arrows then say
    where a cell lies, **not** that there are segments. With `again`, the same customers measured once more
    (another period), all rows are clustered on X and tested on `again`; where customers do not truly differ,
    the tests keep their level. `arrows_without_structure` shows both.

    Parameters
    ----------
    X : array_like or DataFrame of shape (n, d)
        One row per customer; indicators as they are to be clustered (standardised, weighted).
    n_clusters_or_estimator : int or scikit-learn clusterer
        K of a `KMeans` with 10 starts, or a method, which is cloned.
    values : DataFrame of shape (n, p), optional
        Indicators to test, in their own unit, for the same rows; X itself without it.
    again : DataFrame of shape (n, p), optional
        The indicators to test, measured independently for the same customers.
    alpha : float
        Level for all tests together, by Holm's correction over clusters × indicators.
    random_state : int, Generator or None
        Draws the halves and the random starts.

    Returns
    -------
    DataFrame
        Index `cluster`, `indicator`: `n` (tested rows), `mean`, `overall_mean`, `p` (two-sided, Welch's test
        of the cluster against all other tested rows), `p_holm`, and `arrow`: "↑", "↓", or "undecided" where
        p_holm is above alpha or a cluster is too small to be tested.

    Raises
    ------
    ValueError
        If a cell is not finite, indices differ, both tables are given, or there are under 4 rows.

    References
    ----------
    Welch (1947), Biometrika 34, 28-35. Holm (1979), Scand. J. Stat. 6, 65-70.
    Gao, Bien and Witten (2024), J. Am. Stat. Assoc. 119, 332-342, on why a row split fails.

    Examples
    --------
    >>> X = pd.DataFrame({"recency": [1.0, 2, 3, 2, 1, 3, 2, 1, 91, 93, 92, 91, 92, 93, 91, 92]})
    >>> honest_arrows(X, 2, random_state=0)["arrow"].tolist()
    ['↓', '↑']
    """
    if values is not None and again is not None:
        raise ValueError("Both values and again are given; give again for a second measurement, else values.")
    X, tested = numbers(X, "X"), numbers(next(table for table in (values, again, X) if table is not None))
    if not tested.index.equals(X.index) or len(X) < 4:
        raise ValueError(
            f"X has {len(X)} rows, the tested table {len(tested)}; both need the same index, 4 rows or more."
        )
    rng = np.random.default_rng(random_state)
    estimator = _clusterer(n_clusters_or_estimator, int(rng.integers(2**31 - 1)))
    points = X.to_numpy()
    if again is not None:
        return _tests(tested, estimator.fit(points).labels_, alpha)
    order = rng.permutation(len(X))
    fitted, held = np.sort(order[: len(X) // 2]), np.sort(order[len(X) // 2 :])
    labels = _nearest(points[held], points[fitted], estimator.fit(points[fitted]).labels_)
    return _tests(tested.iloc[held], labels, alpha)


def _clusterer(method, seed):
    if hasattr(method, "fit"):
        return clone(method)
    return KMeans(n_clusters=method, n_init=10, random_state=seed)


def _nearest(points, fitted, labels):
    """Return for each point the label of the nearest cluster mean of the fitted points."""
    centres = pd.DataFrame(fitted).groupby(labels).mean()
    distances = ((points[:, None, :] - centres.to_numpy()[None]) ** 2).sum(axis=2)
    return centres.index.to_numpy()[distances.argmin(axis=1)]


def _tests(frame, labels, alpha):
    """Return Welch's test of every cluster against the rest, for every indicator."""
    labels = pd.Series(np.asarray(labels), index=frame.index, name="cluster")
    overall = frame.mean()
    table = pd.concat({"mean": means(frame, labels), "p": _welch(frame - overall, labels)}, axis=1)
    table = table.rename_axis(columns=[None, "indicator"]).stack(future_stack=True)
    table.insert(0, "n", labels.value_counts().reindex(table.index.get_level_values(0)).to_numpy())
    table.insert(2, "overall_mean", overall.reindex(table.index.get_level_values(1)).to_numpy())
    table["p_holm"] = _holm(table["p"])
    sign = np.where(table["mean"] >= table["overall_mean"], UP, DOWN)
    table["arrow"] = np.where(table["p_holm"] <= alpha, sign, UNDECIDED)
    return table


def _holm(p):
    """Return p-values adjusted step by step; missing ones stay missing and do not count as tests.

    The same as statsmodels' `multipletests`, which collects all garbage at every call (a tenth of a second).
    """
    ordered = p.dropna().sort_values(kind="stable")
    adjusted = (ordered * np.arange(len(ordered), 0, -1)).cummax().clip(upper=1)
    return adjusted.reindex(p.index)


def _welch(centred, labels):
    """Return two-sided p-values, clusters × indicators; NaN where a side has fewer than two rows."""
    n = labels.value_counts().sort_index().to_numpy()[:, None]
    rest = len(centred) - n
    total, squares = centred.groupby(labels).sum(), (centred**2).groupby(labels).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        sides = []
        for size, part, square in ((n, total, squares), (rest, total.sum() - total, squares.sum() - squares)):
            mean = part.to_numpy() / size
            variance = np.maximum(square.to_numpy() - size * mean**2, 0) / (size - 1)
            sides.append((mean, np.where(size > 1, variance / size, np.nan), size))
        (m1, v1, n1), (m2, v2, n2) = sides
        t = (m1 - m2) / np.sqrt(v1 + v2)
        freedom = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
        return pd.DataFrame(2 * stats.t.sf(np.abs(t), freedom), index=total.index, columns=total.columns)


def arrows_without_structure(n, n_clusters, *, n_indicators=3, alpha=0.05, n_repeats=10, random_state=None):
    """Show what arrows and their tests say about customers who do not differ.

    Every indicator of every customer is drawn from one normal distribution, independently, twice. The first
    draw is clustered; its arrows are tested on itself (naive), on the held-out half of a row split, and on
    the second draw.

    Parameters
    ----------
    n : int
        Number of customers.
    n_clusters : int
    n_indicators : int
    alpha : float
        Level of each single test, without correction.
    n_repeats : int
        Number of data sets; the figures are means over them.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        Index `tested_on`: "the same rows", "held-out rows", "a second measurement"; columns `patterns`
        (distinct patterns of arrows per data set) and `significant` (share of tests with p <= alpha; alpha
        for an honest test).

    References
    ----------
    Gao, Bien and Witten (2024), J. Am. Stat. Assoc. 119, 332-342.

    Examples
    --------
    >>> table = arrows_without_structure(300, 4, n_repeats=2, random_state=0)
    >>> (table["significant"] > 0.5).tolist()
    [True, True, False]
    """
    rng, rows = np.random.default_rng(random_state), []
    for _ in range(n_repeats):
        first, second = (pd.DataFrame(rng.normal(size=(n, n_indicators))) for _ in range(2))
        seed = int(rng.integers(2**31 - 1))
        method = KMeans(n_clusters=n_clusters, n_init=10, random_state=seed)
        tables = {
            "the same rows": _tests(first, method.fit(first.to_numpy()).labels_, alpha),
            "held-out rows": honest_arrows(first, method, alpha=alpha, random_state=seed),
            "a second measurement": honest_arrows(
                first, method, again=second, alpha=alpha, random_state=seed
            ),
        }
        rows += [(key, _patterns(t), (t["p"] <= alpha).mean()) for key, t in tables.items()]
    table = pd.DataFrame(rows, columns=["tested_on", "patterns", "significant"])
    return table.groupby("tested_on", sort=False).mean()


def _patterns(tests):
    above = (tests["mean"] >= tests["overall_mean"]).unstack()
    return len(above.drop_duplicates())


def name_types(arrows, *, direction=None):
    """Name the type of each cluster from its arrows, by rules of our own.

    Recency and frequency both good: leaning loyal; both bad: leaning to leave; else mixed. Monetary adds high
    or low value. All eight patterns have a name; an arrow that is "undecided" leaves its part undecided.

    Parameters
    ----------
    arrows : DataFrame of str, shape (n_clusters, 3)
        Columns `recency`, `frequency`, `monetary` in any order; "↑", "↓" or "undecided". The `arrow` of
        `honest_arrows` fits after ``unstack()``.
    direction : dict, optional
        +1 where more is better, -1 where less is; without it recency is -1, the others +1.

    Returns
    -------
    DataFrame of str
        One row per cluster: `leaning`, `type`, `what_to_do`.

    Raises
    ------
    ValueError
        If a column is missing or a cell is no arrow.

    Examples
    --------
    >>> table = pd.DataFrame({"recency": ["↓", "↑"], "frequency": ["↑", "↓"], "monetary": ["↑", "↓"]})
    >>> name_types(table)["type"].tolist()
    ['loyal, high value', 'leaving, low value']
    """
    needed = ["recency", "frequency", "monetary"]
    for name in needed:
        if name not in arrows:
            raise ValueError(f"arrows lacks the column {name!r}; it has {list(arrows.columns)}.")
    signs = directions(arrows[needed].columns, direction)
    good = {
        name: [_good(cell, sign) for cell in arrows[name]] for name, sign in zip(needed, signs, strict=True)
    }
    rows = [_type(*row) for row in zip(*good.values(), strict=True)]
    return pd.DataFrame(rows, index=arrows.index, columns=["leaning", "type", "what_to_do"])


def _good(arrow, sign):
    if arrow == UNDECIDED:
        return None
    if arrow not in (UP, DOWN):
        raise ValueError(f"arrows holds {arrow!r}; allowed are {UP!r}, {DOWN!r} and {UNDECIDED!r}.")
    return (arrow == UP) == (sign > 0)


def _type(recency, frequency, monetary):
    leaning, name = LEANING.get((recency, frequency), (UNDECIDED, UNDECIDED))
    value = {True: "high value", False: "low value", None: "value undecided"}[monetary]
    name = f"{name}, {value}"
    return leaning, name, WHAT_TO_DO.get(name, NOT_CLEAR)


def numbers(frame, name="frame"):
    """Return a table as a DataFrame of finite floats, or refuse it naming the cell."""
    table = frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame)
    if table.empty:
        raise ValueError(f"{name} has shape {table.shape}; it needs at least one row and one column.")
    try:
        table = table.astype(float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers only, one column per indicator: {error}.") from None
    finite = np.isfinite(table.to_numpy())
    if not finite.all():
        i, j = np.argwhere(~finite)[0]
        where = f"row {table.index[i]!r}, column {table.columns[j]!r}"
        raise ValueError(f"{name} must be finite: {where} is {table.iat[i, j]}. Remove or fill it first.")
    return table


def clusters(labels, frame):
    """Return labels as a Series on the frame's index, or refuse them."""
    if isinstance(labels, pd.Series) and not labels.index.equals(frame.index):
        raise ValueError(
            "labels is a Series in another order than the table: use labels.reindex(table.index)."
        )
    values = np.asarray(labels)
    if values.shape != (len(frame),):
        raise ValueError(f"labels has shape {values.shape}; allowed is ({len(frame)},), one label per row.")
    series = pd.Series(values, index=frame.index, name="cluster")
    if series.isna().any():
        raise ValueError(
            f"The label of row {series.index[series.isna()][0]!r} is missing; give every row one."
        )
    return series


def means(frame, labels):
    """Return the mean of every column in every cluster."""
    return frame.groupby(labels).mean()


def directions(columns, direction):
    """Return +1 or -1 for each column: the given one, else -1 for recency and +1 for others."""
    direction = dict(direction or {})
    for name, sign in direction.items():
        if name not in columns:
            raise ValueError(
                f"direction has an unknown column {name!r}{did_you_mean(name, columns)} Columns: {list(columns)}."
            )
        if sign not in (-1, 1):
            raise ValueError(f"direction[{name!r}] is {sign!r}; allowed are 1 (more is better) and -1.")
    return np.array([direction.get(name, -1 if name == "recency" else 1) for name in columns], dtype=float)
