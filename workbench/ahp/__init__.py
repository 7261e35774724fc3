"""Analytic hierarchy process: pairwise judgements to weights, and what the judgements are worth.

weights      weights of a matrix, consistency, groups of judges, judgements behind printed weights
comparisons  build and check comparison matrices
judgements   what one judgement does: sensitivity, worst triad, repair, missing ones
judges       panels: consensus, leave one out, panels that fit a printed mean
"""

from workbench.ahp import judgements, judges
from workbench.ahp.comparisons import EXACT, check, from_judgements, from_upper, reciprocal, reciprocal_gap
from workbench.ahp.weights import (
    RANDOM_INDEX,
    SAATY_SCALE,
    aggregate,
    aggregate_priorities,
    consistency,
    recover,
    weights,
)

__all__ = [
    "EXACT",
    "RANDOM_INDEX",
    "SAATY_SCALE",
    "aggregate",
    "aggregate_priorities",
    "check",
    "consistency",
    "from_judgements",
    "from_upper",
    "judgements",
    "judges",
    "reciprocal",
    "reciprocal_gap",
    "recover",
    "weights",
]
