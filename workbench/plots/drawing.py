"""What all drawings share: colours, sizes, axes, legends, heat maps, and names made safe to draw.

Colours are Okabe and Ito's, chosen to survive colour blindness; a marker, a hatch or a written number always
says the same thing as the colour does.
"""

import textwrap
import unicodedata

import matplotlib.pyplot as plt
import numpy as np

from workbench import checks

# Okabe and Ito (2008) without their yellow, too pale on white; black last, since text and published values use it.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")
# of lines alone: dots and rings are a hundred kilobytes of curves in an SVG
HATCHES = ("", "///", "---", "xxx", "\\\\\\", "+++", "|||", "//--")
LINES = ("-", "--", "-.", ":")
EDGE = "#333333"  # around the pale colours
MEMBER = "#666666"  # the name of a row under that of its group
WIDTH = 7.2  # inches; 100 dots each, a page's text is 760 wide
STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": EDGE,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.7,
    "xtick.color": EDGE,
    "xtick.labelsize": 9,
    "ytick.color": EDGE,
    "ytick.labelsize": 9,
}
LONGEST = 40  # characters of a name
CHARACTER = 0.068  # inches that a letter of a label takes, about
_HIDDEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}  # no glyph, or one that turns the text around it


def name(label):
    r"""Write a label so that matplotlib draws it as it is: no formula, no line break, no end of it.

    Examples
    --------
    >>> name(("AHP", "", "$x$\n"))
    'AHP · \\$x\\$\\n'
    """
    parts = label if isinstance(label, tuple) else (label,)
    text = " · ".join(str(part) for part in parts if str(part))
    text = "".join(ascii(c)[1:-1] if unicodedata.category(c) in _HIDDEN else c for c in text[: LONGEST + 1])
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    return text.replace("$", r"\$")


def breadth(text):
    """Count the letters of a text, a Chinese one as two.

    Examples
    --------
    >>> breadth("loyal"), breadth("忠诚")
    (5, 4)
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def check(table, name="table", *, gaps=False):
    """Refuse a table that has nothing to draw, or a cell that is no finite number; `gaps` leaves out missing ones."""
    checks.finite_frame(table.fillna(0.0) if gaps else table, name)


def axes(ax, size, *, grid=None):
    """Return `ax`, or new Axes of a size in inches, with a light grid along one axis or both."""
    if ax is None:
        with plt.rc_context(STYLE):
            ax = plt.subplots(figsize=size, layout="constrained")[1]
    if grid:
        ax.grid(axis=grid)
    return ax


def panels(number):
    """Return `number` small Axes, three to a row."""
    columns = min(3, number)
    rows = -(-number // columns)
    size = (WIDTH * columns / 3, 0.3 + 1.9 * rows)
    with plt.rc_context(STYLE | {"xtick.labelsize": 8, "ytick.labelsize": 8}):
        figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    figure.get_layout_engine().set(hspace=0.06)  # what stands over a panel is not under the one above
    for spare in axes.ravel()[number:]:
        spare.remove()
    return axes.ravel()[:number]


def line(i):
    """Style of the i-th line; where lines coincide, those below show between the dashes of those above."""
    return {
        "color": COLOURS[i % len(COLOURS)],
        "linestyle": LINES[i % len(LINES)],
        "linewidth": 1.8,
        "marker": MARKERS[i % len(MARKERS)],
        "markersize": max(8 - i, 4),
        "markerfacecolor": "none",
        "markeredgewidth": 1.4,
        "clip_on": False,
    }


def fill(i):
    """Style of the i-th kind of bar."""
    return {
        "facecolor": COLOURS[i % len(COLOURS)],
        "hatch": HATCHES[i % len(HATCHES)],
        "hatchcolor": "white",
        "edgecolor": EDGE,
        "linewidth": 0.6,
    }


def boxed(ax, x, y, text, **style):
    """Write a number on a hatched bar so that it stays legible."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.9}
    ax.text(x, y, text, ha="center", va="center", size=8, bbox=box, rotation_mode="anchor", **style)


def legend(ax, handles, labels, *, title=None):
    """Name what is drawn in as few rows as fit above the Axes; return the Axes.

    The names are given to the legend itself, since matplotlib leaves out one that starts with a low line.
    """
    room = ax.figure.get_figure(root=True).get_size_inches()[0] - 0.5
    columns = int(room / (0.55 + CHARACTER * max(map(breadth, labels), default=1)))
    ax.legend(
        handles,
        labels,
        title=None if title is None else name(title),
        ncols=max(1, min(columns, len(labels))),
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.2,
        columnspacing=1.4,
        frameon=False,
        fontsize=9,
        alignment="left",
    )
    return ax


def heat(frame, ax, *, cmap, limits, form, unit):
    """Draw a heat map with the numbers written in and a colour bar in `unit`; it grows rather than let them overlap."""
    values = frame.to_numpy(float)
    written = [[form(value) for value in row] for row in values]
    rows, columns = ([name(label) for label in part] for part in (frame.index, frame.columns))
    cell = _cell_width(written, rows, columns)
    side = 0.5 + CHARACTER * max(map(breadth, rows), default=0)
    ax = axes(ax, (side + cell * len(columns), 1.7 + 0.36 * len(rows)))
    image = ax.imshow(values, cmap=cmap, vmin=limits[0], vmax=limits[1], aspect="auto")
    colours = image.to_rgba(values)
    for i, j in np.ndindex(values.shape):
        ax.text(j, i, written[i][j], ha="center", va="center", size=8, color=_ink(colours[i, j]))
    ax.set_yticks(range(len(rows)), rows)
    name_places(ax, range(len(columns)), columns, cell)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    _colour_bar(image, ax, unit, form)
    return ax


def _colour_bar(image, ax, unit, form):
    """What the colours say, along the lower edge, where it takes no room from the columns."""
    bar = ax.figure.colorbar(image, ax=ax, location="bottom", shrink=0.8, aspect=40, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8, length=2)
    low, high = image.get_clim()
    ticks = np.linspace(low, high, 5 if ax.figure.get_figwidth() > 4 else 3)
    bar.set_ticks(ticks, labels=[form(tick) for tick in ticks])
    width = ax.figure.get_figwidth() - 0.3
    bar.set_label(textwrap.fill(unit, max(int(width / 0.075), 10)), fontsize=9)


def label_axes(ax, frame, x, y):
    """Label the axes of a heat map by the names of the frame's columns and index; if it has none, by `x` and `y`."""
    names = frame.columns.name, frame.index.name
    x, y = (x, y) if names == (None, None) else names
    ax.set(xlabel="" if x is None else name(x), ylabel="" if y is None else name(y))


def _cell_width(written, rows, columns):
    """Inches: as the column's name asks, as the page allows, but never less than a number needs."""
    needed = 0.12 + 0.07 * max((len(text) for row in written for text in row), default=1)
    asked = min(0.15 + CHARACTER * max(map(breadth, columns), default=1), 1.7)
    room = WIDTH - 0.5 - CHARACTER * max(map(breadth, rows), default=0)
    return max(needed, min(max(asked, 0.8), room / max(len(columns), 1)))


def name_places(ax, places, names, room):
    """Name places along the lower axis: in lines of whole words where they fit their `room` in inches, else slanted."""
    fitting = max(int(room / CHARACTER), 1)
    folded = [textwrap.fill(text, fitting, break_long_words=False) for text in names]
    if all(breadth(part) <= fitting for text in folded for part in text.split("\n")):
        ax.set_xticks(places, folded)
    else:
        ax.set_xticks(places, names, rotation=35, ha="right", rotation_mode="anchor")


def _ink(colour):
    """Black or white, whichever stands out more (relative luminance of WCAG 2)."""
    channels = np.asarray(colour[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ np.array([0.2126, 0.7152, 0.0722]) > 0.179 else "white"


def signed(value, decimals=2):
    """Write a number with its sign, a true minus, and zero without one.

    Examples
    --------
    >>> signed(1.234), signed(-0.004), signed(-3, 0)
    ('+1.23', '0.00', '−3')
    """
    text = f"{value:+.{decimals}f}"
    return text[1:] if not text.strip("+-0.") else text.replace("-", "−")


def share(value):
    """Write a share as a percentage.

    Examples
    --------
    >>> share(0.825)
    '82 %'
    """
    return f"{value:.0%}".replace("%", " %")


def thousands(axis):
    """Write large numbers on an axis short and the same way: 2,000, or from ten thousand on 20k, 1.5M."""
    largest = max(map(abs, axis.get_view_interval()))
    step, letter = next(
        ((s, c) for s, c in ((1e9, "G"), (1e6, "M"), (1e3, "k")) if largest >= max(s, 1e4)), (1, "")
    )
    if largest >= 1000:
        axis.set_major_formatter(
            lambda value, _: f"{value / step:,g}{letter if value else ''}".replace("-", "−")
        )


def title(ax, text):
    """Write what a panel shows over its left edge, so that it is not taken for the axis of the panel above."""
    ax.set_title(text, fontsize=10, loc="left")
