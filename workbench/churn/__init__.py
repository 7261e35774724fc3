"""Churn early warning: who will leave, what a list costs and brings, and whether calling helped.

experiments  arms by hash, the effect of calling with its interval, how many customers a trial needs
targeting    each branch's list of whom to call, what lists of any length catch, churners saved per 100 calls
"""

from workbench.churn import experiments, targeting

__all__ = ["experiments", "targeting"]
