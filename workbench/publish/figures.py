"""Publish a figure as the output of a notebook cell, with a text alternative and the data behind it."""

import io
import itertools
import re
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython import get_ipython
from IPython.display import publish_display_data
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.figure import Figure

from workbench.checks import shown
from workbench.publish import svg

__all__ = ["attach", "figure"]

MIME = "image/svg+xml"
DPI = 200  # of what is drawn as pixels: twice the 100 at which a page shows it
MARKS = (
    5_000  # more than these are drawn as pixels, else a page of a million customers were unreadable and slow
)
ROWS = 5_000  # of the data behind a figure; all customers stand in the data file
LONGEST = 80  # characters of a text in the data behind a figure
DRAWN = {"svg.fonttype": "none", "svg.hashsalt": "workbench", "svg.id": None, "svg.image_inline": True}
NOTHING = dict.fromkeys(("Date", "Creator", "Format", "Type"))  # of what would differ from day to day
_MISSING = re.compile(r"Glyph (\d+) .*missing from")


def attach(ax: Axes, table: pd.DataFrame) -> Axes:
    """Keep with the Axes the table that was drawn on them, for `figure` to publish; return the Axes.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        As drawn, unrounded. The index counts as a column, except a plain 0, 1, 2, …

    Examples
    --------
    >>> ax = attach(plt.figure().subplots(), pd.DataFrame({"x": [1]}))
    >>> figure(ax, alt="Nothing.", caption="An empty figure.")
    """
    ax.workbench_table = table
    return ax


def figure(target: Axes | Figure | np.ndarray, *, alt: str, caption: str) -> None:
    """Publish a figure as the output of a notebook cell, with its text alternative, and close it.

    Outside IPython nothing is published; the figure is drawn and closed all the same.

    Parameters
    ----------
    target : matplotlib Axes, Figure, or array of Axes
    alt : str
        What the figure says, for a reader who cannot see it; also the `text/plain` of the output.
    caption : str
        One sentence to print beneath the figure.

    Returns
    -------
    None
        The SVG depends on the drawing only: it holds no date and no program version, its text is text, and its
        blacks and whites follow the page, see `svg`. Of more than 5,000 marks an image is drawn, the rest stays
        SVG. The tables of `attach` go into the output's metadata, unrounded and at most 5,000 rows, those left out
        counted.

    Raises
    ------
    ValueError
        If `alt` or `caption` is empty, or a character of the figure is in no font.

    Examples
    --------
    >>> figure(plt.figure(), alt="Nothing.", caption="An empty figure.")
    >>> plt.get_fignums()  # closed, so that no backend shows it a second time
    []
    """
    for name, text in (("alt", alt), ("caption", caption)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} is {shown(text)}; allowed is a sentence. Say what the figure shows.")
    drawn = _figure(target)
    try:
        data, metadata = _bundle(drawn, alt=alt, caption=caption)
        if get_ipython() is not None:
            publish_display_data(data, metadata)
    finally:
        plt.close(drawn)  # else the inline backend shows it once more


def _figure(target):
    if isinstance(target, Figure):
        return target
    return np.ravel(np.asarray(target, dtype=object))[0].get_figure(root=True)


def _bundle(figure, *, alt, caption):
    """Return the data and the metadata of the output that `figure` publishes."""
    text = svg.tidy(_svg(figure), alt=alt)
    size = {side: int(re.search(rf' {side}="(\d+)"', text)[1]) for side in ("width", "height")}
    data = {MIME: text, "text/plain": alt}
    notes = {"alt": alt, "caption": caption.strip()}
    tables = [ax.workbench_table for ax in figure.axes if hasattr(ax, "workbench_table")]
    if tables:
        notes["data"] = plain(pd.concat(tables) if tables[1:] else tables[0])
    return data, {MIME: {"alt": alt, **size}, "workbench": notes}


def _svg(figure):
    """Draw; a character that no font has is an error here, where a page would show an empty box."""
    buffer = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, plt.rc_context(DRAWN):
        warnings.simplefilter("always")
        _as_pixels(figure)
        _keep_on_colours(figure)
        figure.savefig(
            buffer, format="svg", dpi=DPI, facecolor="white", bbox_inches="tight", metadata=NOTHING
        )
    missing = [m for w in caught if (m := _MISSING.match(str(w.message)))]
    if missing:
        raise ValueError(_no_glyph(sorted({chr(int(m[1])) for m in missing})))
    for told in caught:
        warnings.warn_explicit(told.message, told.category, told.filename, told.lineno)
    return buffer.getvalue()


def _as_pixels(figure):
    """Have the marks of crowded Axes drawn as pixels."""
    marked = [
        (mark, _marks(mark)) for ax in figure.axes for mark in (*ax.collections, *ax.lines, *ax.patches)
    ]
    if sum(count for _, count in marked) > MARKS:
        for mark, count in marked:
            mark.set_rasterized(count > 0)
    for mark in itertools.chain.from_iterable(ax.collections for ax in figure.axes):
        if isinstance(mark, QuadMesh):  # a colour bar is hundreds of rectangles
            mark.set_rasterized(True)


def _marks(drawn):
    if isinstance(drawn, LineCollection):
        return len(drawn.get_segments())
    if hasattr(drawn, "get_offsets"):
        return len(drawn.get_offsets())
    if hasattr(drawn, "get_marker"):
        return (
            0 if drawn.get_marker() in ("None", "none", "", " ", None) else len(drawn.get_xdata(orig=False))
        )
    return 1


def _keep_on_colours(figure):
    """Text on a colour stays black or white where a page turns dark; one in a box of its own turns with the box."""
    for ax in figure.axes:
        on_image = bool(ax.images) or any(isinstance(mark, QuadMesh) for mark in ax.collections)
        for text in ax.texts:
            if text.get_bbox_patch() is None and (on_image or _is_on_colour(text, ax)):
                text.set_gid(svg.AS_IS)


def _is_on_colour(text, ax):
    place = text.get_transform().transform(text.get_unitless_position())
    under = [patch for patch in ax.patches if patch.get_fill() and patch.contains_point(place)]
    return any(np.ptp(patch.get_facecolor()[:3]) > 0.03 for patch in under)


def _no_glyph(characters):
    named = ", ".join(f"{c} (U+{ord(c):04X})" for c in characters)
    return (
        f"No font has the character {named}; figures can show what DejaVu Sans has, and the Chinese of "
        "GB 2312. Draw the figure with another name."
    )


def plain(table: pd.DataFrame) -> dict:
    """Turn a table into columns and rows that JSON can hold, at most `ROWS` long.

    Examples
    --------
    >>> plain(pd.DataFrame({"share": [0.123456, 1234567.8]}, index=["a", "b"]))
    {'columns': ['', 'share'], 'rows': [['a', 0.123456], ['b', 1234567.8]]}
    """
    index, left_out = table.index, len(table) - ROWS
    numbered = isinstance(index, pd.RangeIndex) and index.name is None
    names = [] if numbered else ["" if name is None else name for name in index.names]
    first = table.iloc[:ROWS]
    rows = [
        [_cell(value) for value in (*([] if numbered else _levels(label)), *values)]
        for label, values in zip(first.index, first.itertuples(index=False, name=None), strict=True)
    ]
    columns = [str(_cell(" · ".join(map(str, _levels(name))))) for name in (*names, *table.columns)]
    return {"columns": columns, "rows": rows} | ({"hidden": left_out} if left_out > 0 else {})


def _levels(label):
    return label if isinstance(label, tuple) else (label,)


def _cell(value):
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return float(str(value))  # 2.1 of a 32-bit 2.1, not its 64-bit neighbour
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    text = "" if pd.isna(value) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
