"""Churn early warning: who will leave, what a list costs and brings, and whether calling helped.

panel        one row per contract that ends: inputs known before, the label known after
contracts    what tables of contracts, usage and tickets must be
history      what usage and tickets say of a customer and a network node before a day
ready        a panel from one ready table of ended contracts
split        training months before test months
leaks        inputs that know the answer, and samples too small to learn from
correlated   inputs that say nearly the same
grades       grades by value, levels of risk, groups of reasons, signals to act on at once
actions      what to do with a customer who may leave
settings     the tree under the names of the source's program, and many settings tried
models       the models that a tree is compared with
evaluation   how good a list or a score is: precision, coverage, AUC, Brier score, with intervals
implied      what a published coverage implies of a model: its AUC, how long its lists must be
calibration  whether probabilities come true: observed over expected, slope, Brier score
costs        the threshold that costs imply, what a list costs and saves, moving the rate of leaving
profit       what a retention campaign earns with a model's scores
survival     how many customers are still there after so many months
renewals     the share who renew at each end, and whether who left was gone with the contract
targeting    each branch's list of whom to call, what lists of any length catch, churners saved per 100 calls
arms         who is called and who is left alone, by a hash of the id
experiments  the effect of calling with its interval, in strata too, and how many customers a trial needs
"""

from workbench.churn import calibration, costs, experiments, implied, profit, targeting
from workbench.churn.actions import ACTIONS, action, described
from workbench.churn.correlated import correlated
from workbench.churn.evaluation import auc, confusion, judged, list_table, score_table
from workbench.churn.grades import (
    GRADES,
    LEVELS,
    REASONS,
    high_value,
    reason_group,
    risk_level,
    signal_table,
    signals,
    value_grade,
)
from workbench.churn.leaks import refuse_leaks, require_enough, single_input_auc
from workbench.churn.models import logistic, rivals
from workbench.churn.panel import GROUPS, churned, inputs, labelled, panel
from workbench.churn.ready import from_table
from workbench.churn.renewals import gone_at_end, renewals
from workbench.churn.settings import tree, tried
from workbench.churn.split import ahead, next_to_end, split
from workbench.churn.survival import survival

__all__ = [
    "ACTIONS",
    "GRADES",
    "GROUPS",
    "LEVELS",
    "REASONS",
    "action",
    "ahead",
    "auc",
    "calibration",
    "churned",
    "confusion",
    "correlated",
    "costs",
    "described",
    "experiments",
    "from_table",
    "gone_at_end",
    "high_value",
    "implied",
    "inputs",
    "judged",
    "labelled",
    "list_table",
    "logistic",
    "next_to_end",
    "panel",
    "profit",
    "reason_group",
    "refuse_leaks",
    "renewals",
    "require_enough",
    "risk_level",
    "rivals",
    "score_table",
    "signal_table",
    "signals",
    "single_input_auc",
    "split",
    "survival",
    "targeting",
    "tree",
    "tried",
    "value_grade",
]
