"""Openings of accounts: the rule of several on one day, as alerts with their evidence.

alerts  who opened several accounts on one day, the openings behind it, and what the rule lets through
"""

from workbench.openings import alerts
from workbench.openings.alerts import compared, evidence, predictive_value, same_day_openings, with_evidence

__all__ = ["alerts", "compared", "evidence", "predictive_value", "same_day_openings", "with_evidence"]
