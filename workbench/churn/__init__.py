"""Customers who may leave.

evaluation  how good a list or a score is: precision, coverage, AUC, Brier score, with intervals
implied     what the coverage of a default model says about its scores
models      the models that a tree is compared with
"""

from workbench.churn.evaluation import auc, confusion, judged
from workbench.churn.implied import implied_auc, implied_workload, spread_of_coverage
from workbench.churn.models import logistic, rivals

__all__ = [
    "auc",
    "confusion",
    "implied_auc",
    "implied_workload",
    "judged",
    "logistic",
    "rivals",
    "spread_of_coverage",
]
