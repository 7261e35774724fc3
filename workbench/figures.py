"""Publish a figure as the output of a notebook cell, with a text alternative."""

import base64
import io
import struct

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.display import publish_display_data
from matplotlib.figure import Figure

__all__ = ["show"]

DPI = 200  # twice the 100 at which a page shows it, for sharp text on dense screens


def show(target, *, alt, caption):
    """Publish a figure as the output of a notebook cell, with its text alternative, and close it.

    Outside IPython nothing is published; the figure is closed all the same.

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
        The PNG depends on the drawing only: it holds no date and no program version.

    Raises
    ------
    ValueError
        If `alt` or `caption` is empty.

    Examples
    --------
    >>> show(plt.figure(), alt="Nothing.", caption="An empty figure.")
    >>> plt.get_fignums()  # closed, so that no backend shows it a second time
    []
    """
    for name, text in (("alt", alt), ("caption", caption)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} is {text!r}; allowed is a sentence. Say what the figure shows.")
    figure = _figure(target)
    try:
        data, metadata = _bundle(figure, alt=alt, caption=caption)
        if get_ipython() is not None:
            publish_display_data(data, metadata)
    finally:
        plt.close(figure)  # else the inline backend shows it once more


def _figure(target):
    if isinstance(target, Figure):
        return target
    return np.ravel(np.asarray(target, dtype=object))[0].get_figure(root=True)


def _bundle(figure, *, alt, caption):
    """Return the data and the metadata of the output that `show` publishes."""
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="png", dpi=DPI, facecolor="white", bbox_inches="tight", metadata={"Software": None}
    )
    png = buffer.getvalue()
    width, height = struct.unpack(">II", png[16:24])
    size = {"width": width // 2, "height": height // 2}
    data = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": alt}
    return data, {"image/png": {"alt": alt, **size}, "workbench": {"alt": alt, "caption": caption}}
