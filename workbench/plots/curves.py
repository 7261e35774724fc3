"""Curves of concentration."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from workbench.plots import drawing
from workbench.plots.drawing import WIDTH, name
from workbench.publish.figures import attach

POINTS = 400  # that a curve is drawn with


def plot_lorenz(
    curves: Mapping[str, pd.DataFrame],
    *,
    points: Mapping[str, tuple[float, float]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw Lorenz curves beside the diagonal of equal customers, and points that a curve has to go through.

    Parameters
    ----------
    curves : dict of str to DataFrame
        ``customers`` and ``value``, cumulative shares from 0 to 1, those with the least first.
    points : dict of str to (float, float), optional
        Share of the customers with the least, and their share of the value.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> curve = pd.DataFrame({"customers": [0.0, 0.5, 1.0], "value": [0.0, 0.2, 1.0]})
    >>> ax = plot_lorenz({"mine": curve}, points={"printed": (0.9, 2 / 3)})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['mine', 'printed', 'all alike']
    >>> plt.close(ax.figure)
    """
    ax, handles, drawn = drawing.axes(ax, (WIDTH, 3.6), grid="both"), [], {}
    for i, (label, curve) in enumerate(curves.items()):
        drawing.check(curve, label)
        thin = curve.iloc[:: max(len(curve) // POINTS, 1)]
        thin = thin if thin.index[-1] == curve.index[-1] else pd.concat([thin, curve.tail(1)])
        handles += ax.plot(thin["customers"], thin["value"], **drawing.line(i) | {"marker": "none"})
        drawn[label] = thin
    for i, point in enumerate((points or {}).values(), len(curves)):
        handles += ax.plot(*point, **drawing.line(i) | {"linestyle": "none"})
    handles += ax.plot([0, 1], [0, 1], color=drawing.EDGE, linewidth=0.8, linestyle=":")
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="share of the customers, those with the least first",
           ylabel="share of the value")  # fmt: skip
    labels = [name(label) for label in (*curves, *(points or {}))] + ["all alike"]
    table = pd.concat(drawn, names=["curve", None]).reset_index(level=0).reset_index(drop=True)
    return attach(drawing.legend(ax, handles, labels), table)
