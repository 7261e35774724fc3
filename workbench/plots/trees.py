"""A classification tree drawn as an outline: what leads to each node, and the classes of its cases as a bar."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench import checks
from workbench.plots import drawing
from workbench.plots.drawing import CHARACTER, EDGE, MEMBER, WIDTH, name
from workbench.publish.figures import attach

ROW = 0.25  # inches
INDENT = 0.2
BAR = 1.6


def plot_tree(
    tree: pd.DataFrame, *, classes: list | np.ndarray | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a tree as an outline, a row for each node; readable up to about thirty leaves.

    Each row says which condition leads from the node above to this one; a leaf also which class it predicts. The bar
    shows the classes of the training cases that are there, their number beside it.

    Parameters
    ----------
    tree : DataFrame
        One row per node, a parent before its branches: `parent` (label of the node above, NA at the top), `branch` (the
        condition), `leaf` (NA where the node has branches), `n` (cases), `class`, `counts` (cases of each class).
    classes : sequence of shape (n_classes,), optional
        Names of the classes in the order of `counts`, for the legend; default: their numbers from 0.
    ax : Axes, optional

    Returns
    -------
    Axes
            Both axes in inches.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> tree = pd.DataFrame({"parent": [pd.NA, 0, 0], "branch": ["", "fee ≤ 40", "fee > 40"], "leaf": [pd.NA, 1, 2]})
    >>> tree = tree.assign(n=[6, 4, 2], counts=[(2, 4), (0, 4), (2, 0)], **{"class": ["stay", "stay", "churn"]})
    >>> ax = plot_tree(tree, classes=["churn", "stay"])
    >>> [text.get_text() for text in ax.texts]
    ['all cases', 'fee ≤ 40: stay', 'fee > 40: churn', '6', '4', '2']
    >>> plt.close(ax.figure)
    """
    checks.needed_columns(tree.columns, ("parent", "branch", "leaf", "n", "class", "counts"), "tree")
    counts = np.array(tree["counts"].tolist(), dtype=float)
    depths = _depths(tree)
    labels = [_label(row) for row in tree.to_dict("records")]
    widths = [
        INDENT * depth + CHARACTER * drawing.breadth(text) for depth, text in zip(depths, labels, strict=True)
    ]
    start = max(max(widths) + 0.15, WIDTH - BAR - 0.9)
    ax = drawing.axes(ax, (start + BAR + 0.9, 0.7 + ROW * len(tree)))
    _guides(ax, tree, depths)
    for row, (depth, text, leaf) in enumerate(zip(depths, labels, tree["leaf"].notna(), strict=True)):
        style = {"color": "black"} if leaf else {"color": MEMBER}
        ax.text(INDENT * depth, -ROW * row, text, va="center", size=8.5, **style)
    handles = _bars(ax, counts, start)
    for row, n in enumerate(tree["n"]):
        ax.text(start + BAR + 0.08, -ROW * row, f"{n:,.0f}", va="center", size=8)
    ax.set(xlim=(-0.05, start + BAR + 0.7), ylim=(-ROW * (len(tree) - 0.4), ROW * 0.6))
    ax.set_axis_off()
    names = range(counts.shape[1]) if classes is None else classes
    drawing.legend(ax, handles, [name(label) for label in names])
    return attach(ax, tree.drop(columns="counts"))


def _depths(tree):
    """Return how deep each node lies, 0 at the top."""
    depths = {}
    for node, parent in zip(tree.index, tree["parent"], strict=True):
        depths[node] = 0 if pd.isna(parent) else depths[parent] + 1
    return list(depths.values())


def _label(row):
    """Say what leads to a node, and what class a leaf predicts."""
    condition = name(row["branch"] or "all cases")
    return condition if pd.isna(row["leaf"]) else f"{condition}: {name(row['class'])}"


def _guides(ax, tree, depths):
    """Draw a line down from each node with branches, and one across to each branch."""
    rows = {node: row for row, node in enumerate(tree.index)}
    lowest = {}
    for row, (parent, depth) in enumerate(zip(tree["parent"], depths, strict=True)):
        if depth:
            x = INDENT * (depth - 1) + 0.06
            ax.plot([x, x + INDENT - 0.1], [-ROW * row] * 2, color=EDGE, linewidth=0.7)
            lowest[rows[parent]] = x, row
    for top, (x, row) in lowest.items():
        ax.plot([x, x], [-ROW * (top + 0.4), -ROW * row], color=EDGE, linewidth=0.7)


def _bars(ax, counts, start):
    """Draw the class shares of each node side by side; return a handle for each class."""
    total = counts.sum(axis=1, keepdims=True)
    shares = BAR * np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    left, y = start + shares.cumsum(axis=1) - shares, -ROW * np.arange(len(counts))
    return [
        ax.barh(y, shares[:, c], ROW * 0.62, left[:, c], **drawing.fill(c)) for c in range(counts.shape[1])
    ]
