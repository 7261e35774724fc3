"""Drawings of customers and their segments; `plots` lists them all."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from workbench import checks
from workbench.plots import drawing
from workbench.plots.drawing import COLOURS, EDGE, MARKERS, WIDTH, name
from workbench.publish.figures import attach

FOLD, LINE = 14, 0.27  # letters of a line beside a pie of radius 1, and how high that line is


def plot_segments(
    frame: pd.DataFrame,
    labels: ArrayLike,
    *,
    x: str,
    y: str,
    names: Mapping[Any, str] | None = None,
    units: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw two indicators of every customer, with a colour and a marker for each segment.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        One row per customer.
    labels : array_like of shape (n,)
        Segment of each customer.
    x, y : str
        The two columns to draw.
    names : dict, optional
        Name of each segment, for the legend; the label itself without it.
    units : dict, optional
        Unit of each column, as in ``{"recency": "days"}``.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"recency": [1, 2, 90], "frequency": [9, 8, 1]})
    >>> ax = plot_segments(customers, [0, 0, 1], x="recency", y="frequency", units={"recency": "days"})
    >>> ax.get_xlabel(), [text.get_text() for text in ax.get_legend().get_texts()]
    ('recency (days)', ['0 (n = 2)', '1 (n = 1)'])
    >>> plt.close(ax.figure)
    """
    checks.needed_columns(frame.columns, (x, y), "frame")
    drawing.check(frame[[x, y]], "frame")
    labels = checks.labels(labels, frame, of="frame")
    ax = drawing.axes(ax, (WIDTH, 4.4), grid="both")
    segments, counts = np.unique(labels, return_counts=True)
    called = {segment: (names or {}).get(segment, segment) for segment in segments.tolist()}
    points, texts = [], []
    for i, (segment, count) in enumerate(zip(segments.tolist(), counts, strict=True)):
        members = labels == segment
        style = {"marker": MARKERS[i % len(MARKERS)], "color": COLOURS[i % len(COLOURS)]}
        points.append(
            ax.scatter(
                frame[x].to_numpy()[members],
                frame[y].to_numpy()[members],
                s=20,
                alpha=0.6,
                linewidths=0,
                zorder=3 - count / len(labels),  # the largest segment lies beneath the others
                **style,
            )
        )
        texts.append(f"{name(called[segment])} (n = {count:,})")
    ax.set(xlabel=_unit(x, units), ylabel=_unit(y, units))
    drawing.legend(ax, points, texts)
    for handle in ax.get_legend().legend_handles:
        handle.set(alpha=1, sizes=[40])
    segment = [called[label] for label in labels.tolist()]  # without the customers' own numbers
    return attach(ax, pd.DataFrame({"segment": segment, x: frame[x].to_numpy(), y: frame[y].to_numpy()}))


def plot_shares(shares: pd.Series, *, axes: Sequence[Axes] | np.ndarray | None = None) -> np.ndarray:
    """Draw the share of customers in each segment, as a pie (left) and, easier to compare, as bars (right).

    Parameters
    ----------
    shares : Series, shape (n_clusters,)
        Share of each segment; unit 1, sum 1.
    axes : pair of Axes, optional

    Returns
    -------
    numpy.ndarray of Axes, shape (2,)

    Examples
    --------
    >>> import pandas as pd
    >>> axes = plot_shares(pd.Series({"a": 0.25, "b": 0.75}))
    >>> [round(float(bar.get_width()), 2) for bar in axes[1].patches]
    [0.25, 0.75]
    >>> plt.close("all")
    """
    if checks.not_negative(checks.finite_vector(shares, "shares"), shares.index, "shares").sum() == 0:
        raise ValueError("shares are all 0; there is nothing to draw.")
    axes = _pie_and_bars(len(shares)) if axes is None else np.ravel(axes)
    names, rows = [name(segment) for segment in shares.index], np.arange(len(shares))
    pie = axes[0].pie(shares, counterclock=False, startangle=90)
    _name_slices(axes[0], pie[0], shares.index)
    for i, patch in enumerate(pie[0]):
        patch.set(**drawing.fill(i))
        axes[1].barh(rows[i], shares.iloc[i], 0.7, **drawing.fill(i))
        axes[1].annotate(drawing.share(shares.iloc[i]), (shares.iloc[i], rows[i]), (4, 0),
                         textcoords="offset points", va="center")  # fmt: skip
    axes[1].set_yticks(rows, names)
    axes[1].tick_params(axis="y", length=0)
    axes[1].invert_yaxis()
    axes[1].margins(x=0.25)
    axes[1].set_xlabel("share of the customers (1 = all)", loc="right")  # under long names, too
    axes[1].set_ylabel("segment")
    attach(axes[1], shares.to_frame("share").rename_axis("segment"))
    return axes


def _pie_and_bars(n):
    with plt.rc_context(drawing.STYLE):
        size = (WIDTH, max(2.4, 1.0 + 0.35 * n))
        return plt.subplots(1, 2, figsize=size, width_ratios=(2, 3), layout="constrained")[1]


def _name_slices(ax, slices, labels):
    """Write the name of each slice beside the pie, those of small slices apart, with a line to the slice."""
    ends = np.deg2rad([(patch.theta1 + patch.theta2) / 2 for patch in slices])
    drawn = np.array([patch.theta1 != patch.theta2 for patch in slices])
    for side in (1, -1):
        on_it = np.flatnonzero(drawn & ((np.cos(ends) >= 0) == (side == 1)))
        on_it = on_it[np.argsort(-np.sin(ends[on_it]), kind="stable")]
        texts = [_folded(labels[i]) for i in on_it]
        heights = _apart(1.15 * np.sin(ends[on_it]), [LINE * (1.2 + text.count("\n")) for text in texts])
        line = {"arrowstyle": "-", "color": EDGE, "linewidth": 0.6, "shrinkB": 0, "relpos": (side == -1, 0.5)}
        where = {"ha": "left" if side == 1 else "right", "va": "center"}
        for i, text, height in zip(on_it, texts, heights, strict=True):
            place = (side * max(1.45 - height**2, 0.3) ** 0.5, height)
            ax.annotate(text, (np.cos(ends[i]), np.sin(ends[i])), place, size=8, arrowprops=line, **where)


def _folded(label):
    """A name up to its colon, in at most two short lines; the whole of it stands beside the bars."""
    text = name(label).partition(":")[0].replace(r"\$", "$")
    letters = FOLD * len(text) // max(drawing.breadth(text), 1)
    first, *more = textwrap.wrap(text, letters) or [""]
    if not more:
        return first.replace("$", r"\$")
    second = more[0] if len(more) == 1 else more[0][: letters - 1] + "…"
    return f"{first}\n{second}".replace("$", r"\$")


def _apart(heights, rooms):
    """Move falling heights as little as is needed to give each its room."""
    from sklearn.isotonic import isotonic_regression  # slow to import, and needed here only

    if not len(heights):
        return heights
    between = np.add(rooms[1:], rooms[:-1]) / 2
    down = np.concatenate([[0.0], np.cumsum(between)])
    return isotonic_regression(heights + down, increasing=False) - down


def plot_profiles(centres: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the mean of each indicator in each segment, with its sign written out.

    Parameters
    ----------
    centres : DataFrame, shape (n_clusters, n_indicators), or transposed
        One row per segment, one column per indicator; standardised means, in standard deviations from the
        overall mean, in the indicator's own direction. The names of its index and columns label the axes.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_profiles(pd.DataFrame({"recency": [1.5, -0.5]}))
    >>> [text.get_text() for text in ax.texts]
    ['+1.50', '−0.50']
    >>> plt.close(ax.figure)
    """
    drawing.check(centres, "centres")
    bound = max(float(np.abs(centres.to_numpy(float)).max()), 1e-12)
    ax = drawing.heat(centres, ax, cmap="PuOr_r", limits=(-bound, bound), form=drawing.signed,
                      unit="mean, in standard deviations from the overall mean")  # fmt: skip
    drawing.label_axes(ax, centres, "indicator", "segment")
    return attach(ax, centres)


def plot_distributions(
    frame: pd.DataFrame,
    *,
    bins: int = 20,
    units: Mapping[str, str] | None = None,
    axes: Sequence[Axes] | np.ndarray | None = None,
) -> np.ndarray:
    """Draw a histogram of every column, one small panel each.

    Parameters
    ----------
    frame : DataFrame, shape (n, m)
        One row per customer, one column per indicator.
    bins : int
    units : dict, optional
        Unit of each column, as in ``{"recency": "days"}``.
    axes : array of Axes, optional
        One per column.

    Returns
    -------
    numpy.ndarray of Axes, shape (m,)

    Examples
    --------
    >>> import pandas as pd
    >>> axes = plot_distributions(pd.DataFrame({"actions": [1, 1, 9]}), bins=2)
    >>> [float(bar.get_height()) for bar in axes[0].patches]
    [2.0, 1.0]
    >>> plt.close("all")
    """
    checks.whole_number("bins", bins, most=1000, why="more than that is no picture")
    drawing.check(frame, "frame")
    frame = checks.without_noise(frame.astype(float))
    axes = drawing.panels(frame.shape[1]) if axes is None else np.ravel(axes)
    for ax, column in zip(axes, frame.columns, strict=True):
        heights, edges, _ = ax.hist(frame[column], bins=bins, color=COLOURS[0], edgecolor="white", lw=0.3)
        ax.set_xlabel(_unit(column, units))
        ax.grid(axis="y")
        ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        drawing.thousands(ax.xaxis)
        drawing.thousands(ax.yaxis)
        if ax.get_subplotspec() is None or ax.get_subplotspec().is_first_col():
            ax.set_ylabel("customers")
        attach(ax, _bars(column, heights, edges))
    return axes


def _bars(column, heights, edges):
    """The bars of a histogram as a table; empty ones are left out."""
    bars = {"indicator": column, "from": edges[:-1], "to": edges[1:], "customers": heights.astype(int)}
    return pd.DataFrame(bars)[heights > 0].set_index("indicator")


def plot_quarterly(table: pd.DataFrame, *, unit: str = "currency units", ax: Axes | None = None) -> Axes:
    """Draw the sales of each class by quarter, a line with its own marker for each class.

    Parameters
    ----------
    table : DataFrame, shape (n_quarters, n_classes)
        One row per quarter in order of time, one column per class; sales in `unit`.
    unit : str
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_quarterly(pd.DataFrame({"loyal": [5, 7]}, index=["1997Q1", "1997Q2"]), unit="USD")
    >>> ax.get_ylabel(), ax.lines[0].get_ydata().tolist()
    ('sales (USD)', [5, 7])
    >>> plt.close(ax.figure)
    """
    drawing.check(table, gaps=True)
    ax, x = drawing.axes(ax, (WIDTH, 3.8), grid="y"), np.arange(len(table))
    for i, column in enumerate(table.columns):
        ax.plot(x, table[column].to_numpy(), **drawing.line(i))
    every = -(-len(table) // 24)
    quarters = [name(quarter) for quarter in table.index[::every]]
    drawing.name_places(ax, x[::every], quarters, (WIDTH - 1.4) / max(len(quarters), 1))
    ax.yaxis.set_major_formatter("{x:,.10g}")
    ax.tick_params(axis="x", pad=7)  # room for a marker at zero
    ax.set(xlabel="quarter", ylabel=f"sales ({name(unit)})")
    if table.to_numpy().min() >= 0:
        ax.set_ylim(0, None)
    drawing.legend(ax, ax.lines[-table.shape[1] :], [name(column) for column in table.columns])
    return attach(ax, table)


def _unit(column, units):
    return f"{name(column)} ({name(units[column])})" if column in (units or {}) else name(column)
