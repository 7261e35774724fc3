"""Drawings of a process: counts within their limits, and how many cases still wait."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench import checks
from workbench.plots import drawing
from workbench.plots.drawing import COLOURS, WIDTH, name
from workbench.publish.figures import attach


def plot_control(table: pd.DataFrame, *, unit: str = "cases") -> np.ndarray:
    """Draw counts by period with their limits, one small panel for each subject; an alarm is ringed.

    Parameters
    ----------
    table : pandas.DataFrame
        ``subject, period, count, centre, low, high, alarm``, as `complaints.chart` gives them.
    unit : str
        What is counted.

    Returns
    -------
    numpy.ndarray of Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-08"])
    >>> table = pd.DataFrame({"subject": "noise", "period": days, "count": [3, 30], "centre": 16.5, "low": 5,
    ...     "high": 30, "alarm": ["below", ""]})
    >>> panels = plot_control(table)
    >>> panels[0].get_title(loc="left")
    'noise'
    >>> plt.close(panels[0].figure)
    """
    checks.needed_columns(
        table.columns, ("subject", "period", "count", "centre", "low", "high", "alarm"), "table"
    )
    drawing.check(table[["count", "centre", "low", "high"]])
    subjects = table["subject"].unique()
    panels = drawing.panels(len(subjects))
    top = 1.08 * table[["count", "high"]].to_numpy().max()
    for ax, subject in zip(panels, subjects, strict=True):
        rows = table[table["subject"] == subject]
        place = np.arange(len(rows))
        ax.fill_between(place, rows["low"], rows["high"], step="mid", color="#DDDDDD", linewidth=0)
        ax.plot(place, rows["centre"], color="black", linewidth=0.8, linestyle="--")
        ax.plot(place, rows["count"], color=COLOURS[0], linewidth=1.2)
        odd = (rows["alarm"] != "").to_numpy()
        ax.plot(place[odd], rows["count"][odd], "o", color=COLOURS[5], markersize=8, markerfacecolor="none")
        ticks = np.unique(np.linspace(0, len(rows) - 1, min(3, len(rows))).astype(int))
        ax.set_xticks(ticks, [f"{day:%d %b}" for day in rows["period"].iloc[ticks]])
        ax.set_ylim(0, top)
        drawing.title(ax, name(subject))
    panels[0].set_ylabel(name(unit))
    attach(panels[0], table)
    return panels


def plot_waiting(curves: Mapping[str, pd.DataFrame], *, ax: Axes | None = None) -> Axes:
    """Draw which share of the cases still waits after so many hours, one line for each step.

    Parameters
    ----------
    curves : mapping of str to pandas.DataFrame
        Step to ``hours`` and ``waiting``, from 0 to 1, as `complaints.still_waiting` gives them.
    ax : Axes, optional

    Returns
    -------
    Axes
        Hours on a logarithmic axis.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = plot_waiting({"to closed": pd.DataFrame({"hours": [24.0, 48.0], "waiting": [0.75, 0.5]})})
    >>> len(ax.lines)
    1
    >>> plt.close(ax.figure)
    """
    ax = drawing.axes(ax, (WIDTH, 3.4), grid="both")
    for i, curve in enumerate(curves.values()):
        drawing.check(curve[["hours", "waiting"]])
        style = {"color": COLOURS[i % len(COLOURS)], "linestyle": drawing.LINES[i % len(drawing.LINES)]}
        ax.step(curve["hours"], curve["waiting"], where="post", linewidth=1.8, **style)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:,.6g}")
    ax.set(xlabel="hours", ylabel="share that still waits", ylim=(0, 1))
    drawing.legend(ax, ax.lines, [name(step) for step in curves])
    return attach(ax, pd.concat(curves, names=["step"]).reset_index(level=0)[["step", "hours", "waiting"]])
