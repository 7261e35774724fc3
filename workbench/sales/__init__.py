"""Sales: how much, by whom, how it changed.

by_class  sales by class of customers: totals, spread, frequency, returns
quarters  sales by quarter, and their trend
periods   two periods side by side: what each customer bought, and why sales differ
review    who the customers were: new or old, how often they bought, classes crossed
loyalty   who came back: from one period to the next, and how long a second purchase takes
returns   what came back, by when it was ordered
changes   why sales changed: factors, mix and rate, extremes, the best later; trend and forecast
orders    orders of any dataframe: checked, classed, lines added up
"""

from workbench.checks import year_of
from workbench.sales.by_class import sales_by_class, sales_of
from workbench.sales.changes import (
    FACTORS,
    best_later,
    decompose,
    extremes,
    forecast_check,
    rate_and_mix,
    trend,
)
from workbench.sales.loyalty import comes_back, retention
from workbench.sales.orders import as_orders
from workbench.sales.periods import Periods, changes_of, periods_of, quarters_of, two_periods
from workbench.sales.quarters import sales_by_quarter, sales_trend
from workbench.sales.returns import returns_by_cohort
from workbench.sales.review import (
    crossed,
    frequencies,
    merge_small,
    new_and_old,
    one_each,
    require_earlier,
    value_class,
)

__all__ = [
    "FACTORS",
    "Periods",
    "as_orders",
    "best_later",
    "changes_of",
    "comes_back",
    "crossed",
    "decompose",
    "extremes",
    "forecast_check",
    "frequencies",
    "merge_small",
    "new_and_old",
    "one_each",
    "periods_of",
    "quarters_of",
    "rate_and_mix",
    "require_earlier",
    "retention",
    "returns_by_cohort",
    "sales_by_class",
    "sales_by_quarter",
    "sales_of",
    "sales_trend",
    "trend",
    "two_periods",
    "value_class",
    "year_of",
]
