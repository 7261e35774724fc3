"""Service: how many seats a promise needs, and who gets which package of a limited service.

queues      waits and seats of a service centre: Erlang C, priority, seats for each tier
tiers       tiers of callers: their loads, and their waits apart, together and by priority
half_hours  what a mean hides: simulated half hours, and a forecast that errs
allocation  packages for customers within limits: a plan per cell, prices, a plan per customer
packages    what packages use of what is limited
feasible    choices brought within limits, and what is left handed out
ranked      packages handed out down a ranking, to compare with the best plan
"""

from workbench.service import allocation, queues
from workbench.service.half_hours import reliability, service_level_of_forecast, simulated_service_levels
from workbench.service.ranked import by_rank, largest_first, reached
from workbench.service.tiers import disciplines, loads_by_tier, seats_apart, staffing, tiers_by_value

__all__ = [
    "allocation",
    "by_rank",
    "disciplines",
    "largest_first",
    "loads_by_tier",
    "queues",
    "reached",
    "reliability",
    "seats_apart",
    "service_level_of_forecast",
    "simulated_service_levels",
    "staffing",
    "tiers_by_value",
]
