"""Publish a figure as the output of a notebook cell, with a text alternative and the data behind it."""

import base64
import io
import math
import re
import struct
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython import get_ipython
from IPython.display import publish_display_data
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workbench.checks import shown

__all__ = ["attach", "figure"]

DPI = 200  # twice the 100 at which a page shows it, for sharp text on dense screens
ROWS = 200  # of the data behind a figure; a report is to be read, the customers stand in the data file
LONGEST = 80  # characters of a text in the data behind a figure
_MISSING = re.compile(r"Glyph (\d+) .*missing from")


def attach(ax: Axes, table: pd.DataFrame) -> Axes:
    """Keep with the Axes the table that was drawn on them, for `figure` to publish; return the Axes.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        As drawn; `figure` rounds it. The index counts as a column, except a plain 0, 1, 2, …

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
        The PNG depends on the drawing only: it holds no date and no program version. The tables of `attach`
        go into the output's metadata, four significant digits and at most 200 rows, those left out counted.

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
    png = _png(figure)
    width, height = struct.unpack(">II", png[16:24])
    size = {"width": width // 2, "height": height // 2}
    data = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": alt}
    notes = {"alt": alt, "caption": caption}
    tables = [ax.workbench_table for ax in figure.axes if hasattr(ax, "workbench_table")]
    if tables:
        notes["data"] = plain(pd.concat(tables) if tables[1:] else tables[0])
    return data, {"image/png": {"alt": alt, **size}, "workbench": notes}


def _png(figure):
    """Draw; a character that no font has is an error here, where a notebook would show an empty box."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(
            buffer, format="png", dpi=DPI, facecolor="white", bbox_inches="tight", metadata={"Software": None}
        )
    missing = [m for w in caught if (m := _MISSING.match(str(w.message)))]
    if missing:
        raise ValueError(_no_glyph(sorted({chr(int(m[1])) for m in missing})))
    for told in caught:
        warnings.warn_explicit(told.message, told.category, told.filename, told.lineno)
    return buffer.getvalue()


def _no_glyph(characters):
    named = ", ".join(f"{c} (U+{ord(c):04X})" for c in characters)
    return (
        f"No font has the character {named}; figures can show what DejaVu Sans has, and the Chinese of "
        "GB 2312. Draw the figure with another name."
    )


def plain(table: pd.DataFrame) -> dict:
    """Turn a table into columns and rows that JSON can hold, rounded and at most `ROWS` long.

    Examples
    --------
    >>> plain(pd.DataFrame({"share": [0.123456, 1234567.8]}, index=["a", "b"]))
    {'columns': ['', 'share'], 'rows': [['a', 0.1235], ['b', 1235000]]}
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
    if isinstance(value, (float, np.floating)) and math.isfinite(value):
        rounded = float(f"{value:.4g}")
        return int(rounded) if abs(rounded) >= 1000 else rounded
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    text = "" if pd.isna(value) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
