"""Drawings for the notebooks: every function draws a table that was computed elsewhere, none computes.

Colours are Okabe and Ito's, chosen to survive colour blindness; a marker, a hatch or a written number always
says the same thing as the colour does. Each `plot_*` takes `ax=None` and returns the Axes it drew on, so that
a notebook can add to it; `show`, from `workbench.figures`, ends a figure cell.
"""

import matplotlib.pyplot as plt
import numpy as np

from workbench.figures import show

__all__ = [
    "plot_distributions",
    "plot_interval",
    "plot_n_clusters",
    "plot_profiles",
    "plot_quarterly",
    "plot_rank_probabilities",
    "plot_segments",
    "plot_shares",
    "plot_sweep",
    "plot_variance_share",
    "plot_weights",
    "show",
]

# Okabe and Ito (2008); black last, since text and published values use it, and yellow is too pale for points.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "+++", "ooo", "---")


def plot_weights(table, *, published=None, ax=None):
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
    >>> import pandas as pd
    >>> ax = plot_weights(pd.DataFrame({"F": [0.2], "R": [0.8]}, index=["as quoted"]))
    >>> [float(bar.get_height()) for bar in ax.patches]
    [0.2, 0.8]
    >>> plt.close(ax.figure)
    """
    ax = _axes(ax, (6.4, 3.6))
    centres, width = np.arange(table.shape[1]), 0.8 / len(table)
    for i, (reading, row) in enumerate(table.iterrows()):
        x = centres + (i - (len(table) - 1) / 2) * width
        ax.bar(x, row, width * 0.92, label=_name(reading), **_fill(i))
        for at, weight in zip(x, row, strict=True):
            _boxed(ax, at, weight / 2, f"{weight:.4f}", rotation=90)
    if published is not None:
        dots = [published[column] for column in table.columns]
        ax.plot(centres, dots, linestyle="none", marker="D", color="black", markersize=6, label="published")
    ax.set_xticks(centres, [_name(column) for column in table.columns])
    ax.set(xlabel="indicator", ylabel="weight (share of 1)")
    ax.set_ylim(0, None)
    return _legend(ax)


def plot_variance_share(table, *, ax=None):
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
    >>> import pandas as pd
    >>> ax = plot_variance_share(pd.DataFrame({"R": [0.9], "F": [0.1]}, index=["min-max"]))
    >>> [text.get_text() for text in ax.texts]
    ['90 %', '10 %']
    >>> plt.close(ax.figure)
    """
    ax = _axes(ax, (6.4, 0.9 + 0.45 * len(table)))
    rows, left = np.arange(len(table)), np.zeros(len(table))
    for i, column in enumerate(table.columns):
        share = table[column].to_numpy(float)
        ax.barh(rows, share, 0.7, left=left, label=_name(column), **_fill(i))
        for row in rows[share >= 0.06]:
            _boxed(ax, left[row] + share[row] / 2, row, f"{share[row]:.0%}".replace("%", " %"))
        left = left + share
    ax.set_yticks(rows, [_name(case) for case in table.index])
    ax.set(xlim=(0, 1), xlabel="share of the total variance (1 = all)")
    ax.invert_yaxis()
    return _legend(ax)


def plot_rank_probabilities(frame, *, ax=None):
    """Draw how often each segment takes each rank, as a heat map with the numbers written in.

    Parameters
    ----------
    frame : DataFrame, shape (n_clusters, n_ranks)
        One row per segment, one column per rank, 1 = highest value; probabilities, unit 1.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_rank_probabilities(pd.DataFrame([[0.75, 0.25], [0.25, 0.75]], columns=[1, 2]))
    >>> [text.get_text() for text in ax.texts]
    ['0.75', '0.25', '0.25', '0.75']
    >>> plt.close(ax.figure)
    """
    ax = _heat(frame, ax, cmap="Blues", limits=(0, 1), form=lambda value: f"{value:.2f}")
    ax.set(xlabel="rank by value score (1 = highest)", ylabel="segment")
    return ax


def plot_profiles(centres, *, ax=None):
    """Draw the mean of each indicator in each segment, with its sign written out.

    Parameters
    ----------
    centres : DataFrame, shape (n_clusters, n_indicators)
        One row per segment, one column per indicator; standardised means, in standard deviations from the
        overall mean, in the indicator's own direction.
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
    bound = max(float(np.abs(centres.to_numpy(float)).max()), 1e-12)
    ax = _heat(centres, ax, cmap="PuOr_r", limits=(-bound, bound), form=_signed)
    ax.set(xlabel="indicator", ylabel="segment")
    ax.set_title("mean in standard deviations from the overall mean", fontsize="medium")
    return ax


def plot_segments(frame, labels, *, x, y, names=None, units=None, ax=None):
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
    ax, labels = _axes(ax, (6.4, 4.4)), np.asarray(labels)
    segments, counts = np.unique(labels, return_counts=True)
    for i, (segment, count) in enumerate(zip(segments, counts, strict=True)):
        members = labels == segment
        name = (names or {}).get(segment, segment)
        ax.scatter(
            frame[x].to_numpy()[members],
            frame[y].to_numpy()[members],
            s=22,
            marker=MARKERS[i % len(MARKERS)],
            color=COLOURS[i % len(COLOURS)],
            alpha=0.6,
            linewidths=0,
            zorder=3 - count / len(labels),  # the largest segment lies beneath the others
            label=f"{name} (n = {count:,})",
        )
    ax.set(xlabel=_unit(x, units), ylabel=_unit(y, units))
    _legend(ax, title="segment")
    for handle in ax.get_legend().legend_handles:
        handle.set(alpha=1, sizes=[40])
    return ax


def plot_n_clusters(table, *, chosen=None, axes=None):
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
    >>> import pandas as pd
    >>> table = pd.DataFrame({"silhouette": [np.nan, 0.6, 0.4]}, index=[1, 2, 3])
    >>> [ax.get_title() for ax in plot_n_clusters(table, chosen={"silhouette": 2})]
    ['silhouette: 2']
    >>> plt.close("all")
    """
    errors = [c for c in table.columns if c.endswith("_se") and c[:-3] in table.columns]
    panels = [column for column in table.columns if column not in errors]
    axes = _grid(len(panels)) if axes is None else np.ravel(axes)
    chosen = {} if chosen is None else dict(chosen)
    for ax, column in zip(axes, panels, strict=True):
        _index_panel(ax, table[column].dropna(), table.get(f"{column}_se"), chosen.get(column))
    return axes


def _index_panel(ax, series, error, chosen):
    yerr = None if error is None else error.reindex(series.index)
    ax.errorbar(series.index, series, yerr=yerr, color=COLOURS[0], marker="o", markersize=4, capsize=2)
    title = series.name.replace("_", " ")
    if chosen in series.index:  # missing where no K meets the rule
        ax.plot([chosen], [series[chosen]], marker="o", markersize=12, mfc="none", mec="black")
        title += f": {chosen}"
    ax.set_title(title, fontsize="medium")
    ax.set_xlabel("number of clusters K")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(alpha=0.3)


def plot_interval(table, *, xlabel="Spearman rank correlation", reference=0.0, ax=None):
    """Draw estimates as points with their intervals, one row each, the estimate written beside it.

    Parameters
    ----------
    table : DataFrame, shape (n_rows, ...)
        Columns `estimate`, `low` and `high`, in the unit that `xlabel` names. The index labels the rows;
        the levels of a MultiIndex are joined.
    xlabel : str
    reference : float or None
        Where to draw a vertical line.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"estimate": [0.45], "low": [0.44], "high": [0.46]}, index=["equal"])
    >>> ax = plot_interval(table)
    >>> [text.get_text() for text in ax.texts]
    ['+0.45']
    >>> plt.close(ax.figure)
    """
    ax, rows = _axes(ax, (6.4, 0.9 + 0.28 * len(table))), np.arange(len(table))
    estimate, low, high = (table[name].to_numpy(float) for name in ("estimate", "low", "high"))
    ax.hlines(rows, low, high, color=COLOURS[0], linewidth=2)
    ax.plot(estimate, rows, linestyle="none", marker="o", color=COLOURS[0])
    for row in rows:
        ax.annotate(
            _signed(estimate[row]), (high[row], row), (6, 0), textcoords="offset points", va="center", size=8
        )
    if reference is not None:
        ax.axvline(reference, color="black", linewidth=0.8, linestyle="--")
    ax.set_yticks(rows, [_name(label) for label in table.index])
    ax.set_xlabel(xlabel)
    ax.margins(x=0.2)  # room for the written numbers
    ax.invert_yaxis()
    return ax


def plot_distributions(frame, *, bins=20, axes=None):
    """Draw a histogram of every column, one small panel each.

    Parameters
    ----------
    frame : DataFrame, shape (n, m)
        One row per customer, one column per indicator.
    bins : int
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
    axes = _grid(frame.shape[1]) if axes is None else np.ravel(axes)
    for ax, column in zip(axes, frame.columns, strict=True):
        ax.hist(frame[column], bins=bins, color=COLOURS[0], edgecolor="white", linewidth=0.3)
        ax.set_title(_name(column), fontsize="medium")
        ax.set_ylabel("customers")
    return axes


def plot_shares(shares, *, axes=None):
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
    axes = plt.subplots(1, 2, figsize=(7.2, 2.8), layout="constrained")[1] if axes is None else np.ravel(axes)
    names = [_name(segment) for segment in shares.index]
    colours = [COLOURS[i % len(COLOURS)] for i in range(len(shares))]
    wedge = {"edgecolor": "white"}
    short = [name.partition(":")[0] for name in names]  # the full names stand beside the bars
    pie = axes[0].pie(
        shares, labels=short, colors=colours, counterclock=False, startangle=90, wedgeprops=wedge
    )
    rows = np.arange(len(shares))
    for i, patch in enumerate(pie[0]):
        patch.set_hatch(_fill(i).get("hatch"))
        axes[1].barh(rows[i], shares.iloc[i], 0.7, **_fill(i))
        axes[1].annotate(f"{shares.iloc[i]:.0%}".replace("%", " %"), (shares.iloc[i], rows[i]), (4, 0),
                         textcoords="offset points", va="center")  # fmt: skip
    axes[1].set_yticks(rows, names)
    axes[1].invert_yaxis()
    axes[1].margins(x=0.25)
    axes[1].set_xlabel("share of the customers (1 = all)")
    return axes


def plot_quarterly(table, *, unit="currency units", ax=None):
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
    ax, x = _axes(ax, (6.4, 3.8)), np.arange(len(table))
    for i, column in enumerate(table.columns):
        style = {"marker": MARKERS[i % len(MARKERS)], "color": COLOURS[i % len(COLOURS)]}
        ax.plot(x, table[column].to_numpy(), label=_name(column), **style)
    ax.set_xticks(x, [str(quarter) for quarter in table.index], rotation=45, ha="right")
    ax.set(xlabel="quarter", ylabel=f"sales ({unit})")
    if table.to_numpy().min() >= 0:
        ax.set_ylim(0, None)
    ax.grid(alpha=0.3, axis="y")
    return _legend(ax, title="class")


def plot_sweep(table, *, reference=None, ax=None):
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
    >>> import pandas as pd
    >>> ax = plot_sweep(pd.DataFrame({"class": [0.5, 1.0]}, index=[0.1, 0.5]), reference=0.5)
    >>> [float(y) for y in ax.lines[0].get_ydata()]
    [0.5, 1.0]
    >>> plt.close(ax.figure)
    """
    ax = _axes(ax, (6.4, 3.6))
    for i, name in enumerate(table.columns):
        style = {"color": COLOURS[i % len(COLOURS)], "marker": MARKERS[i % len(MARKERS)]}
        ax.plot(table.index, table[name], label=_name(name), **style)
    if reference is not None:
        ax.axvline(reference, color="0.5", linestyle=":", linewidth=1)
    ax.set_ylim(0, 1.05)
    return _legend(ax)


def _axes(ax, size):
    return plt.subplots(figsize=size, layout="constrained")[1] if ax is None else ax


def _grid(n_panels):
    columns = min(3, n_panels)
    rows = -(-n_panels // columns)
    _, axes = plt.subplots(
        rows, columns, figsize=(2.9 * columns, 2.3 * rows), layout="constrained", squeeze=False
    )
    for spare in axes.ravel()[n_panels:]:
        spare.remove()
    return axes.ravel()[:n_panels]


def _heat(frame, ax, *, cmap, limits, form):
    ax = _axes(ax, (1.8 + 1.1 * frame.shape[1], 1.1 + 0.5 * len(frame)))
    values = frame.to_numpy(float)
    image = ax.imshow(values, cmap=cmap, vmin=limits[0], vmax=limits[1], aspect="auto")
    for (i, j), value in np.ndenumerate(values):
        dark = image.to_rgba(value)[:3] @ np.array([0.299, 0.587, 0.114]) < 0.5
        ax.text(j, i, form(value), ha="center", va="center", color="white" if dark else "black")
    ax.set_xticks(range(frame.shape[1]), [_name(column) for column in frame.columns])
    ax.set_yticks(range(len(frame)), [_name(row) for row in frame.index])
    return ax


def _fill(i):
    return {
        "color": COLOURS[i % len(COLOURS)],
        "hatch": HATCHES[i % len(HATCHES)],
        "edgecolor": "white",
        "linewidth": 0,
    }


def _boxed(ax, x, y, text, **style):
    """Write a number on a hatched bar so that it stays legible."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
    ax.text(x, y, text, ha="center", va="center", size=8, bbox=box, **style)


def _legend(ax, title=None):
    ax.legend(title=title, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def _name(label):
    return " · ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _unit(column, units):
    return f"{column} ({units[column]})" if column in (units or {}) else str(column)


def _signed(value):
    text = f"{value:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text.replace("-", "−")
