"""Segments: found, counted, described.

clustering     K-means as SPSS runs it, with its tables
validity       how many clusters: the gap, and all indices side by side
lloyd          K-means from many starts at once
resampling     how stable clusters are: bootstrap samples, other random starts; known segments found again
samples        evidence on a sample of very many customers, and the words for it
silhouettes    silhouettes, exact and in linear time; Calinski-Harabasz
alike          how alike two partitions are: the adjusted Rand index
profiles       what each segment is: size, means, what it explains
foretelling    what scores foretell: holdout validity
ranking        value scores of segments, and their ranks over many weights and other choices
arrows         above or below the mean: arrows, and what testing them is worth
types          types of customers, named from arrows
personas       names and strategies of behaviour segments, by rules
naming         names that tell segments apart, and their shares in words
starts         one start in file order: other orders, many starts, other scales
value_classes  classes by value, which of them are high, and what to do with each
concentration  how much of the revenue comes from how few customers
lorenz         the Lorenz curve, and what one printed point of it says
model          a segmentation kept for next month, and read back
shifts         how far indicators or scores have shifted: the population stability index
drift          whether new customers still fit last month's model; a churn model's scores month by month
"""

from workbench.segments import clustering, drift, model, profiles, validity
from workbench.segments.alike import adjusted_rand_index
from workbench.segments.arrows import arrows, arrows_without_structure, honest_arrows
from workbench.segments.clustering import QuickCluster, tables
from workbench.segments.concentration import concentration, customers_behind, gini
from workbench.segments.drift import assign, moved, still_fits
from workbench.segments.foretelling import holdout
from workbench.segments.lloyd import k_means
from workbench.segments.lorenz import (
    gini_bounds,
    lognormal_gini,
    lorenz,
    pareto_gini,
    top_share,
)
from workbench.segments.naming import distinct_names, most_and_least, percent, shares_in_words
from workbench.segments.personas import personas
from workbench.segments.profiles import deviations, eta_squared, profile, scatter_shares, summary
from workbench.segments.ranking import (
    first_places,
    rank_probabilities,
    restricted,
    stone_weights,
    value_scores,
    weightings,
)
from workbench.segments.resampling import ari_noise_floor, recovery, stability
from workbench.segments.samples import sampled
from workbench.segments.shifts import population_stability
from workbench.segments.silhouettes import calinski_harabasz, silhouette, silhouette_squared
from workbench.segments.starts import agreement, fit_each, one_start, sizes_by_order
from workbench.segments.types import name_types
from workbench.segments.validity import choices, choose_n_clusters, gap, limits
from workbench.segments.value_classes import segment_table, value_classes, value_strategies

__all__ = [
    "most_and_least",
    "moved",
    "percent",
    "still_fits",
    "QuickCluster",
    "adjusted_rand_index",
    "agreement",
    "ari_noise_floor",
    "arrows",
    "arrows_without_structure",
    "assign",
    "calinski_harabasz",
    "choices",
    "choose_n_clusters",
    "clustering",
    "concentration",
    "customers_behind",
    "deviations",
    "drift",
    "distinct_names",
    "eta_squared",
    "first_places",
    "fit_each",
    "gap",
    "gini",
    "gini_bounds",
    "holdout",
    "honest_arrows",
    "k_means",
    "limits",
    "lognormal_gini",
    "lorenz",
    "model",
    "name_types",
    "one_start",
    "pareto_gini",
    "personas",
    "population_stability",
    "profile",
    "profiles",
    "rank_probabilities",
    "recovery",
    "restricted",
    "sampled",
    "scatter_shares",
    "segment_table",
    "shares_in_words",
    "silhouette",
    "silhouette_squared",
    "sizes_by_order",
    "stability",
    "stone_weights",
    "summary",
    "tables",
    "top_share",
    "validity",
    "value_classes",
    "value_scores",
    "value_strategies",
    "weightings",
]
