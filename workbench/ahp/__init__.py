"""Analytic hierarchy process: pairwise judgements to weights, and what the judgements are worth.

weights      weights of a matrix, consistency, groups of judges
comparisons  build and check comparison matrices
scale        Saaty's scale, and places on it
judgements   what one judgement does: rounding, sensitivity, worst triad
repairs      fill missing judgements, change contradictory ones as little as possible
panels       a table of judges' comparisons to the panel's weights
judges       panels: consensus, leave one out, panels that fit a printed mean
recovery     one judge's judgements behind printed weights
"""

from workbench.ahp import judgements, judges
from workbench.ahp.comparisons import (
    EXACT,
    check,
    from_judgements,
    from_upper,
    mirrored,
    readings,
    reciprocal,
    reciprocal_gap,
)
from workbench.ahp.panels import Panel, of_pairs
from workbench.ahp.recovery import recover
from workbench.ahp.scale import SAATY_SCALE
from workbench.ahp.weights import (
    RANDOM_INDEX,
    Method,
    RandomIndex,
    aggregate,
    aggregate_priorities,
    consistency,
    weights,
)

__all__ = [
    "Panel",
    "of_pairs",
    "EXACT",
    "RANDOM_INDEX",
    "Method",
    "RandomIndex",
    "SAATY_SCALE",
    "aggregate",
    "aggregate_priorities",
    "check",
    "consistency",
    "from_judgements",
    "from_upper",
    "judgements",
    "judges",
    "mirrored",
    "readings",
    "reciprocal",
    "reciprocal_gap",
    "recover",
    "weights",
]
