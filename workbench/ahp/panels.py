"""Judges' comparisons as a table, a column per pair, to the weights of the panel."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench import checks
from workbench.ahp.judges import consensus
from workbench.ahp.weights import aggregate, consistency, weights
from workbench.checks import listed, shown

__all__ = ["Panel", "of_pairs"]


class Panel(NamedTuple):
    """The weights of a panel of judges, and how far they are to be trusted.

    Parameters
    ----------
    weights : pandas.Series, index elements
        Of the geometric mean of the judges' matrices; sum 1.
    consistency_ratio : pandas.Series, index judges
        Below .1 is customarily accepted.
    consensus : float
        1 where all judges agree; NaN with one judge.
    """

    weights: pd.Series
    consistency_ratio: pd.Series
    consensus: float


def of_pairs(table: pd.DataFrame, elements: Sequence[str]) -> Panel:
    """Weigh elements by the comparisons of a panel.

    Parameters
    ----------
    table : pandas.DataFrame, one row per judge
        One column per pair, ``A:B``, how many times A matters more than B, above 0; A and B are elements or the first
        letters of theirs. Each pair stands once, either way round; other columns are left alone.
    elements : sequence of str
        What is to be weighed.

    Returns
    -------
    Panel

    Raises
    ------
    ValueError
        If a pair is missing, comes twice or names no element, or a comparison is not above 0.

    References
    ----------
    Saaty (1980), *The Analytic Hierarchy Process*; the mean of judgements by Aczél and Saaty (1983).

    Examples
    --------
    >>> table = pd.DataFrame({"a:b": [2.0, 2.0]}, index=["1", "2"])
    >>> of_pairs(table, ["a", "b"]).weights.round(3).to_dict()
    {'a': 0.667, 'b': 0.333}
    """
    names = [str(name) for name in checks.distinct("elements", elements)]
    checks.names_once(table, "table")
    columns = {pair: str(pair).split(":") for pair in table.columns if str(pair).count(":") == 1}
    places = {pair: tuple(_place(part, names, pair) for part in parts) for pair, parts in columns.items()}
    matrices = np.full((len(table), len(names), len(names)), np.nan)
    for pair, (i, j) in places.items():
        if i == j or not np.isnan(matrices[:, i, j]).all():
            raise ValueError(f"The pair {shown(pair)} compares an element with itself, or comes twice.")
        times = checks.finite_vector(table[pair], f"the column {pair}")
        if (times <= 0).any():
            judge = table.index[int((times <= 0).argmax())]
            raise ValueError(f"{shown(pair)} of judge {shown(judge)} is {times.min():g}; it must be above 0.")
        matrices[:, i, j], matrices[:, j, i] = times, 1 / times
    matrices[:, range(len(names)), range(len(names))] = 1
    pairs = {
        f"{names[i]}:{names[j]}": matrices[0, i, j]
        for i in range(len(names))
        for j in range(i + 1, len(names))
    }
    if lacking := [pair for pair, times in pairs.items() if np.isnan(times)]:
        raise ValueError(
            f"The table has no column for {listed(lacking)}; give each pair once, as {lacking[0]}."
        )
    group = aggregate(matrices, "geometric") if len(matrices) > 1 else matrices[0]
    ratio = np.atleast_1d(consistency(matrices).consistency_ratio)
    agreed = consensus(matrices) if len(matrices) > 1 else np.nan
    return Panel(
        pd.Series(weights(group), names, name="weight"), pd.Series(ratio, table.index, name="CR"), agreed
    )


def _place(part: str, names: list[str], pair: object) -> int:
    """The element that a part of a pair's heading names, in full or by its first letters."""
    word = part.strip().casefold()
    found = [i for i, name in enumerate(names) if name.casefold() == word]
    found = found or [i for i, name in enumerate(names) if word and name.casefold().startswith(word)]
    if len(found) != 1:
        raise ValueError(
            f"The pair {shown(pair)} names {shown(part.strip())}, which is none of {listed(names)}."
        )
    return found[0]
