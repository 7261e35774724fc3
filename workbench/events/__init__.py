"""Event logs: what customers did and when.

log        clean a log, with a ledger; eight indicators per customer
behaviour  any log: tidied, and counted per customer whatever its types
kinds      types of events, and those of another app named like them
windows    a window of time, and the columns of a log
outliers   customers far from the rest: keep, pull in or drop them
pushes     quantities of pushes that are easily taken for each other
by_day     the eight indicators of weeks whose days are swapped
movement   between segments from week to week, and what of it is chance
"""

from workbench.events import movement
from workbench.events.behaviour import behaviour, tidy, uncounted
from workbench.events.kinds import EVENT_TYPES, INITIATED
from workbench.events.log import INDICATORS, RULES, clean, indicators
from workbench.events.outliers import outliers, treatments
from workbench.events.pushes import push_quantities
from workbench.events.windows import Moment, check_log, inside, lazy_log, window

__all__ = [
    "EVENT_TYPES",
    "INDICATORS",
    "INITIATED",
    "RULES",
    "Moment",
    "behaviour",
    "check_log",
    "clean",
    "indicators",
    "inside",
    "lazy_log",
    "movement",
    "outliers",
    "push_quantities",
    "tidy",
    "treatments",
    "uncounted",
    "window",
]
