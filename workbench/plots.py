"""Drawings for the notebooks: every function draws a table that was computed elsewhere, none computes.

Each `plot_*` takes `ax=None` and returns the Axes it drew on, so that a notebook can add to it; it leaves the table
it drew with the Axes (`figures.attach`). `show` ends a figure cell. Colours never speak alone, see `drawing`.
"""

from workbench.drawing import COLOURS, HATCHES, MARKERS
from workbench.evidence_plots import (
    plot_contributions,
    plot_interval,
    plot_n_clusters,
    plot_rank_probabilities,
    plot_sweep,
    plot_variance_share,
    plot_weights,
)
from workbench.figures import show
from workbench.segment_plots import (
    plot_distributions,
    plot_profiles,
    plot_quarterly,
    plot_segments,
    plot_shares,
)

__all__ = [
    "COLOURS",
    "HATCHES",
    "MARKERS",
    "plot_contributions",
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
