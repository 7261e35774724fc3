"""Sales: how much, by whom, how it changed.

by_class  sales by class of customers
quarters  sales by quarter, and their trend
orders    orders of any dataframe, checked and classed
"""

from workbench.sales.by_class import sales_by_class, sales_of
from workbench.sales.quarters import sales_by_quarter, sales_trend

__all__ = ["sales_by_class", "sales_by_quarter", "sales_of", "sales_trend"]
