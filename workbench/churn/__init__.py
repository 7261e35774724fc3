"""Customer churn: contracts that end, what was known before, who left, and what to make of it.

panel      one row per contract that ends: inputs known before, the label known after
contracts  what tables of contracts, usage and tickets must be
history    what usage and tickets say of a customer and a network node before a day
ready      a panel from one ready table of ended contracts
leaks      inputs that know the answer, and samples too small to learn from
survival   how many customers are still there after so many months
grades     grades by value, levels of risk, groups of reasons, signals to act on at once
"""

from workbench.churn.grades import (
    GRADES,
    LEVELS,
    REASONS,
    high_value,
    reason_group,
    risk_level,
    signals,
    value_grade,
)
from workbench.churn.leaks import refuse_leaks, require_enough, single_input_auc
from workbench.churn.panel import churned, inputs, labelled, panel
from workbench.churn.ready import from_table
from workbench.churn.survival import survival

__all__ = [
    "GRADES",
    "LEVELS",
    "REASONS",
    "churned",
    "from_table",
    "high_value",
    "inputs",
    "labelled",
    "panel",
    "reason_group",
    "refuse_leaks",
    "require_enough",
    "risk_level",
    "signals",
    "single_input_auc",
    "survival",
    "value_grade",
]
