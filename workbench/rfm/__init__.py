"""Recency, frequency, monetary: what payments and bookings say of a customer.

three    the three indicators of payments
nine     nine indicators, three of each, of bookings
scoring  standardise, weigh and score indicators
"""

from workbench.rfm.nine import EXTENDED_DIRECTION, EXTENDED_NAMES, GROUPS, extended_rfm
from workbench.rfm.scoring import DIRECTION, scale, scores, value_score, variance_share, with_spread
from workbench.rfm.three import FREQUENCY, MONETARY, REFUNDS, rfm

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
    "scores",
    "value_score",
    "variance_share",
    "with_spread",
]
