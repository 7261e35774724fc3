"""Recency, frequency, monetary: what payments and bookings say of a customer.

three      the three indicators of payments
nine       nine indicators, three of each, of bookings
scoring    standardise, weigh and score indicators
weighting  what weights do, and the scores of many choices
"""

from workbench.rfm.nine import EXTENDED_DIRECTION, EXTENDED_NAMES, GROUPS, extended_rfm
from workbench.rfm.scoring import DIRECTION, scale, scores, value_score, variance_share, with_spread
from workbench.rfm.three import FREQUENCY, MONETARY, REFUNDS, rfm
from workbench.rfm.weighting import score_variants, usable_scalings, variance_shares, weights_before_scaling

__all__ = [
    "DIRECTION",
    "EXTENDED_DIRECTION",
    "EXTENDED_NAMES",
    "FREQUENCY",
    "GROUPS",
    "MONETARY",
    "REFUNDS",
    "extended_rfm",
    "rfm",
    "scale",
    "score_variants",
    "scores",
    "usable_scalings",
    "value_score",
    "variance_share",
    "variance_shares",
    "weights_before_scaling",
    "with_spread",
]
