"""Sales: how much, by whom, how it changed.

by_class  sales by class of customers and by quarter, and their trend
"""

from workbench.sales.by_class import sales_by_class, sales_by_quarter, sales_of, sales_trend

__all__ = ["sales_by_class", "sales_by_quarter", "sales_of", "sales_trend"]
