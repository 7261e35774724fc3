"""Churn early warning: who will leave, what a list costs and brings, and whether calling helped.

evaluation   how good a list or a score is: precision, coverage, AUC, Brier score, with intervals
implied      what the coverage of a default model says about its scores
models       the models that a tree is compared with
settings     the tree under the names of the source's program, and many settings tried
correlated   inputs that say nearly the same
split        training months before test months
survival     how long customers stay
actions      what to do with a customer who may leave
costs        the threshold that costs imply, what a list costs and saves, moving the rate of leaving
profit       what a retention campaign earns with a model's scores
calibration  whether probabilities come true: observed over expected, slope, Brier score
targeting    each branch's list of whom to call, what lists of any length catch, churners saved per 100 calls
experiments  the effect of calling with its interval, in strata too, and how many customers a trial needs
arms         who is called and who is left alone, by a hash of the id
"""

from workbench.churn import calibration, costs, experiments, profit, targeting
from workbench.churn.actions import ACTIONS, action
from workbench.churn.correlated import correlated
from workbench.churn.evaluation import auc, confusion, judged
from workbench.churn.implied import implied_auc, implied_workload, spread_of_coverage
from workbench.churn.models import logistic, rivals
from workbench.churn.settings import tree, tried
from workbench.churn.survival import kaplan_meier, renewals

__all__ = [
    "ACTIONS",
    "action",
    "auc",
    "calibration",
    "confusion",
    "correlated",
    "costs",
    "experiments",
    "implied_auc",
    "implied_workload",
    "judged",
    "kaplan_meier",
    "logistic",
    "profit",
    "renewals",
    "rivals",
    "spread_of_coverage",
    "targeting",
    "tree",
    "tried",
]
