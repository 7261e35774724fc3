"""Drawings of evidence: weights, what they do, and how sure a result is; `plots` lists them all."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from workbench import checks
from workbench.plots import drawing
from workbench.plots.drawing import COLOURS, WIDTH, name
from workbench.publish.figures import attach


def plot_weights(
    table: pd.DataFrame, *, published: pd.Series | Mapping[Any, float] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw weights as bars, one group per indicator, with the published weights as dots.

    Parameters
    ----------
    table : DataFrame, shape (n_readings, n_indicators)
        One row per reading, one column per indicator; weights, unit 1.
    published : Series or dict, optional
        Published weight by indicator.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> ax = plot_weights(pd.DataFrame({"F": [0.2], "R": [0.8]}, index=["as quoted"]))
    >>> [float(bar.get_height()) for bar in ax.patches]
    [0.2, 0.8]
    >>> plt.close(ax.figure)
    """
    drawing.check(table)
    ax = drawing.axes(ax, (WIDTH, 3.6), grid="y")
    centres, width, handles = np.arange(table.shape[1]), 0.8 / len(table), []
    turned = 90 if table.size > 10 else 0
    for i, row in enumerate(table.to_numpy(float)):
        x = centres + (i - (len(table) - 1) / 2) * width
        handles.append(ax.bar(x, row, width * 0.92, **drawing.fill(i)))
        for at, weight in zip(x, row, strict=True):
            drawing.boxed(ax, at, weight / 2, f"{weight:.4f}", rotation=turned)
    labels, drawn = [name(reading) for reading in table.index], table
    if published is not None:
        dots = checks.by_name(published, table.columns, "published").tolist()
        handles += ax.plot(centres, dots, linestyle="none", marker="D", color="black", markersize=6)
        labels.append("published")
        drawn = pd.concat([table, pd.DataFrame([dots], index=["published"], columns=table.columns)])
    drawing.name_places(ax, centres, [name(column) for column in table.columns], (WIDTH - 1.4) / len(centres))
    ax.tick_params(axis="x", length=0)
    ax.set(xlabel="indicator", ylabel="weight (share of 1)")
    ax.set_ylim(0, None)
    return attach(drawing.legend(ax, handles, labels), drawn)


def plot_variance_share(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share of variance that each indicator holds, as stacked bars.

    Parameters
    ----------
    table : DataFrame, shape (n_cases, n_indicators)
        One row per scaling or weighting, one column per indicator; shares, unit 1, rows sum to 1.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> ax = plot_variance_share(pd.DataFrame({"R": [0.9], "F": [0.1]}, index=["min-max"]))
    >>> [text.get_text() for text in ax.texts]
    ['90 %', '10 %']
    >>> plt.close(ax.figure)
    """
    drawing.check(table)
    ax = drawing.axes(ax, (WIDTH, 1.1 + 0.36 * len(table)))
    rows, left, handles = np.arange(len(table)), np.zeros(len(table)), []
    for i, column in enumerate(table.columns):
        part = table[column].to_numpy(float)
        handles.append(ax.barh(rows, part, 0.7, left=left, **drawing.fill(i)))
        for row in rows[part >= 0.06]:
            drawing.boxed(ax, left[row] + part[row] / 2, row, drawing.share(part[row]))
        left = left + part
    ax.set_yticks(rows, [name(case) for case in table.index])
    ax.tick_params(axis="y", length=0)
    ax.set(xlim=(0, 1), xlabel="share of the total variance (1 = all)")
    ax.invert_yaxis()
    return attach(drawing.legend(ax, handles, [name(column) for column in table.columns]), table)


def plot_rank_probabilities(
    frame: pd.DataFrame, *, unit: str = "probability", ax: Axes | None = None
) -> Axes:
    """Draw how often each segment takes each rank, as a heat map with the numbers written in.

    Parameters
    ----------
    frame : DataFrame, shape (n_clusters, n_ranks)
        One row per segment, one column per rank, 1 = highest value; probabilities, unit 1.
    unit : str
        What the numbers are, where they are other shares of a row.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> ax = plot_rank_probabilities(pd.DataFrame([[0.75, 0.25], [0.25, 0.75]], columns=[1, 2]))
    >>> [text.get_text() for text in ax.texts]
    ['0.75', '0.25', '0.25', '0.75']
    >>> plt.close(ax.figure)
    """
    drawing.check(frame, "frame")
    ax = drawing.heat(frame, ax, cmap="Blues", limits=(0, 1), form=lambda value: f"{value:.2f}", unit=unit)
    ax.set(xlabel="rank by value score (1 = highest)", ylabel="segment")
    return attach(ax, frame)


def plot_contributions(frame: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what each indicator added to each answer, in hundredths, with its sign written out.

    Parameters
    ----------
    frame : DataFrame, shape (n_indicators, n_queries)
        One row per indicator, one column per query; the part of a similarity that is due to the indicator,
        unit 1, above zero where it speaks for the answer.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> ax = plot_contributions(pd.DataFrame({"C1": [0.07, -0.004]}, index=["recency", "monetary"]))
    >>> [text.get_text() for text in ax.texts]
    ['+7', '0']
    >>> plt.close("all")
    """
    drawing.check(frame, "frame")
    bound = max(float(np.abs(frame.to_numpy(float)).max()), 1e-12)
    ax = drawing.heat(frame, ax, cmap="PuOr_r", limits=(-bound, bound), form=_hundredths,
                      unit="contribution to the similarity, in hundredths")  # fmt: skip
    drawing.label_axes(ax, frame, "query", "indicator")
    return attach(ax, frame)


def plot_n_clusters(
    table: pd.DataFrame,
    *,
    chosen: pd.Series | Mapping[str, int] | None = None,
    axes: Sequence[Axes] | np.ndarray | None = None,
) -> np.ndarray:
    """Draw the evidence for the number of clusters, one small panel per index.

    Parameters
    ----------
    table : DataFrame, shape (n_ks, n_indices)
        One row per number of clusters K (the index), one column per index of quality. A column `<name>_se`
        becomes the error bar of column `<name>`. Missing values, as at K = 1, are left out.
    chosen : Series or dict, optional
        The K that each index favours, ringed and named in the panel's title.
    axes : array of Axes, optional
        One per panel.

    Returns
    -------
    numpy.ndarray of Axes, shape (n_panels,)

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> table = pd.DataFrame({"silhouette": [np.nan, 0.6, 0.4]}, index=[1, 2, 3])
    >>> [ax.get_title("left") for ax in plot_n_clusters(table, chosen={"silhouette": 2})]
    ['silhouette: K = 2']
    >>> plt.close("all")
    """
    drawing.check(table, gaps=True)
    errors = [c for c in table.columns if c.endswith("_se") and c[:-3] in table.columns]
    indices = [column for column in table.columns if column not in errors]
    axes = drawing.panels(len(indices)) if axes is None else np.ravel(axes)
    chosen = {} if chosen is None else dict(chosen)
    for ax, column in zip(axes, indices, strict=True):
        _index_panel(ax, table[column].dropna(), table.get(f"{column}_se"), chosen.get(column))
    _name_panels(axes)
    attach(axes[0], table.rename_axis("K"))
    return axes


def _name_panels(axes):
    """The number of clusters under the lowest panel of each column, the index beside the first of each row."""
    places = [ax.get_subplotspec() for ax in axes]
    for ax, place in zip(axes, places, strict=True):
        below = [
            p
            for p in places
            if p and place and p.colspan == place.colspan and p.rowspan.start > place.rowspan.start
        ]
        if not below:
            ax.set_xlabel("number of clusters K")
        if place is None or place.is_first_col():
            ax.set_ylabel("index")


def _index_panel(ax, series, error, chosen):
    yerr = None if error is None else error.reindex(series.index)
    ax.errorbar(series.index, series, yerr=yerr, color=COLOURS[0], marker="o", markersize=4, capsize=2)
    title = name(series.name.replace("_", " "))
    if chosen in series.index:  # missing where no K meets the rule
        ring = {"marker": "o", "markersize": 12, "mfc": "none", "mec": "black"}
        ax.plot([chosen], [series[chosen]], clip_on=False, **ring)
        title += f": K = {chosen}"
    drawing.title(ax, title)
    ax.xaxis.set_major_locator(MaxNLocator(9, integer=True, steps=[1, 2, 5, 10]))
    ax.margins(y=0.12)
    drawing.thousands(ax.yaxis)
    ax.grid()


def plot_sweep(table: pd.DataFrame, *, reference: float | None = None, ax: Axes | None = None) -> Axes:
    """Draw how shares change along a parameter, one line with a marker of its own per column.

    Parameters
    ----------
    table : DataFrame, shape (n_values, n_lines)
        Shares, unit 1, one row per value of the parameter (the index, numbers).
    reference : float, optional
        Value of the parameter to mark by a dotted line.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> ax = plot_sweep(pd.DataFrame({"class": [0.5, 1.0]}, index=[0.1, 0.5]), reference=0.5)
    >>> [float(y) for y in ax.lines[0].get_ydata()]
    [0.5, 1.0]
    >>> plt.close(ax.figure)
    """
    drawing.check(table, gaps=True)
    ax, handles = drawing.axes(ax, (WIDTH, 3.0), grid="y"), []
    for i, column in enumerate(table.columns):
        handles += ax.plot(table.index, table[column], **drawing.line(i))
    labels = [name(column) for column in table.columns]
    if reference is not None:
        handles.append(ax.axvline(reference, color=drawing.EDGE, linestyle=":", linewidth=1.2))
        labels.append(f"in this run: {reference:g}")
    ax.set_ylim(0, 1.05)
    ax.set(xlabel=name(table.index.name or "parameter"), ylabel="share (1 = all)")
    return attach(drawing.legend(ax, handles, labels), table)


def _hundredths(value):
    return drawing.signed(100 * value, 0)
