"""Drawings for the notebooks: every function draws a table that was computed elsewhere, none computes.

Each `plot_*` takes `ax=None` and returns the Axes it drew on, so that a notebook can add to it; it leaves the table
it drew with the Axes (`publish.figures.attach`). `show`, which is `publish.figure`, ends a figure cell. Colours never
speak alone, see `drawing`.

drawing    what all drawings share: colours, axes, legends, heat maps, names made safe
segments   drawings of customers and their segments
evidence   drawings of weights, their effect, and how sure a result is
intervals  estimates with their intervals, grouped and sorted
trees      a classification tree as an outline
curves     curves of concentration
processes  counts within their limits, and how many cases still wait
fonts      Chinese in figures without a system font
"""

from workbench.plots import fonts
from workbench.plots.curves import plot_lorenz
from workbench.plots.drawing import COLOURS, HATCHES, MARKERS
from workbench.plots.evidence import (
    plot_contributions,
    plot_n_clusters,
    plot_rank_probabilities,
    plot_sweep,
    plot_variance_share,
    plot_weights,
)
from workbench.plots.intervals import plot_interval
from workbench.plots.processes import plot_control, plot_waiting
from workbench.plots.segments import (
    plot_distributions,
    plot_profiles,
    plot_quarterly,
    plot_segments,
    plot_shares,
)
from workbench.plots.trees import plot_tree
from workbench.publish.figures import figure as show

fonts.register()

__all__ = [
    "COLOURS",
    "HATCHES",
    "MARKERS",
    "plot_contributions",
    "plot_control",
    "plot_distributions",
    "plot_interval",
    "plot_lorenz",
    "plot_n_clusters",
    "plot_profiles",
    "plot_quarterly",
    "plot_rank_probabilities",
    "plot_segments",
    "plot_shares",
    "plot_sweep",
    "plot_tree",
    "plot_variance_share",
    "plot_waiting",
    "plot_weights",
    "show",
]
