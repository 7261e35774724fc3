"""Estimates with their intervals, grouped and sorted."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench import checks
from workbench.plots import drawing
from workbench.plots.drawing import COLOURS, WIDTH, name
from workbench.publish.figures import attach


def plot_interval(
    table: pd.DataFrame,
    *,
    xlabel: str = "Spearman rank correlation",
    reference: float | None = 0.0,
    sort: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates as points with their intervals, one row each, the estimate written beside it.

    Rows that share the first level of a MultiIndex stand together under its name, the highest estimate first in each
    group; the group with the highest comes first.

    Parameters
    ----------
    table : DataFrame, shape (n_rows, ...)
        Columns `estimate`, `low` and `high`, in the unit that `xlabel` names. The index labels the rows;
        the levels of a MultiIndex are joined, and so are their names, if any.
    xlabel : str
    reference : float or None
        Where to draw a vertical line.
    sort : bool
        False keeps the order of the table, within groups and among them.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> table = pd.DataFrame({"estimate": [0.45], "low": [0.44], "high": [0.46]}, index=["equal"])
    >>> ax = plot_interval(table)
    >>> [text.get_text() for text in ax.texts]
    ['+0.45']
    >>> plt.close(ax.figure)
    """
    checks.needed_columns(table.columns, ("estimate", "low", "high"), "table")
    drawing.check(table[["estimate", "low", "high"]], gaps=True)
    rows = _grouped(table, sort)
    table = table.iloc[[row.number for row in rows if row.number is not None]]
    places = np.array([place for place, row in enumerate(rows) if row.number is not None])
    ax = drawing.axes(ax, (WIDTH, 0.8 + 0.24 * len(rows)), grid="x")
    estimate, low, high = (table[column].to_numpy(float) for column in ("estimate", "low", "high"))
    ax.hlines(places, low, high, color=COLOURS[0], linewidth=2)
    ax.plot(estimate, places, linestyle="none", marker="o", color=COLOURS[0])
    for value, end, place in zip(estimate, high, places, strict=True):
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # over the grid
        offset = {"xytext": (7, 0), "textcoords": "offset points"}
        ax.annotate(drawing.signed(value), (end, place), va="center", size=8, bbox=box, **offset)
    if reference is not None:
        ax.axvline(reference, color="black", linewidth=0.8, linestyle="--", zorder=0.9)
    ax.set_yticks(range(len(rows)), [row.label for row in rows])
    for place, (text, row) in enumerate(zip(ax.get_yticklabels(), rows, strict=True)):
        if isinstance(table.index, pd.MultiIndex):
            text.set(**({"color": "black", "fontsize": 10} if row.heads else {"color": drawing.MEMBER}))
        if row.heads and place:
            ax.axhline(place - 0.5, color=drawing.EDGE, linewidth=0.5, zorder=0.8)
    ax.tick_params(axis="y", length=0)
    named = tuple(level for level in table.index.names if level is not None)
    ax.set(xlabel=name(xlabel), ylabel=name(named))
    ax.margins(x=0.12)  # room for the written numbers
    ax.set_ylim(len(rows) - 0.4, -0.6)
    return attach(ax, table[["estimate", "low", "high"]])


class _Row(NamedTuple):
    """A row of the drawing: of the table, by its number, or the name over a group."""

    label: str
    number: int | None
    heads: bool


def _grouped(table, sort):
    """The rows in their order, a name over each group of several."""
    estimates = table["estimate"].to_numpy(float)
    several = isinstance(table.index, pd.MultiIndex)
    groups = {}
    for number, label in enumerate(table.index):
        groups.setdefault(label[0] if several else None, []).append(number)
    if sort:
        groups = {group: sorted(rows, key=lambda row: -estimates[row]) for group, rows in groups.items()}
        groups = dict(sorted(groups.items(), key=lambda item: -estimates[item[1][0]]))
    found = []
    for group, numbers in groups.items():
        headed = several and len(numbers) > 1
        found += [_Row(name(group), None, True)] if headed else []
        labels = [table.index[number][1:] if headed else table.index[number] for number in numbers]
        found += [_Row(name(label), number, several and not headed)
                  for label, number in zip(labels, numbers, strict=True)]  # fmt: skip
    return found
