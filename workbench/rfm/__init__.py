"""Recency, frequency, monetary: what payments and bookings say of a customer.

three      the three indicators of payments
nine       nine indicators, three of each, of bookings
scoring    standardise and weigh indicators
binned     scores from 1 up, by equal parts of the customers or by cuts
weighting  what weights do, and the scores of many choices
varied     a common scale for indicators of which some may be the same for all
named      named segments by rules on the scores
lifetime   how customers go on buying: BG/NBD and Gamma-Gamma
outlook    what each customer is expected to bring
later      what the first part of a file tells of the rest
"""

from workbench.rfm.binned import cuts_of, scores
from workbench.rfm.later import foretold, part
from workbench.rfm.lifetime import (
    AmountModel,
    PurchaseModel,
    alive,
    expected_amount,
    expected_purchases,
    fit_amounts,
    fit_purchases,
    repeat_purchases,
)
from workbench.rfm.named import RULES, describe_segments, named_segments, names_of, rule_table
from workbench.rfm.nine import EXTENDED_DIRECTION, EXTENDED_NAMES, GROUPS, extended_remarks, extended_rfm
from workbench.rfm.outlook import lifetime_value, sampled, value_ahead
from workbench.rfm.scoring import DIRECTION, scale, value_score, variance_share, with_spread
from workbench.rfm.three import FREQUENCY, MONETARY, REFUNDS, left_out, rfm
from workbench.rfm.varied import scale_varied
from workbench.rfm.weighting import (
    random_weightings,
    score_variants,
    usable_scalings,
    variance_shares,
    weights_before_scaling,
)

__all__ = [
    "AmountModel",
    "PurchaseModel",
    "names_of",
    "cuts_of",
    "describe_segments",
    "foretold",
    "left_out",
    "part",
    "DIRECTION",
    "EXTENDED_DIRECTION",
    "EXTENDED_NAMES",
    "FREQUENCY",
    "GROUPS",
    "MONETARY",
    "REFUNDS",
    "RULES",
    "alive",
    "expected_amount",
    "expected_purchases",
    "extended_remarks",
    "extended_rfm",
    "fit_amounts",
    "fit_purchases",
    "lifetime_value",
    "named_segments",
    "random_weightings",
    "repeat_purchases",
    "rfm",
    "rule_table",
    "sampled",
    "scale",
    "scale_varied",
    "score_variants",
    "scores",
    "usable_scalings",
    "value_ahead",
    "value_score",
    "variance_share",
    "variance_shares",
    "weights_before_scaling",
    "with_spread",
]
