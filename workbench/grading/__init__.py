"""Grading: which class and which grade a customer gets, and whether he would get it again.

suitability  classes by a questionnaire of points, and what a sum of unlike things hides
grades       grades by limits on a value, over time, across classes; what printed cases allow
migration    who moves from grade to grade, and how many would if nobody's level changed
tables       who has which grade, how steady they are, what became of them
"""

from workbench.grading import suitability
from workbench.grading.grades import cells, combined, distance, grade, grade_over_time, printed_intervals
from workbench.grading.migration import (
    NoChange,
    expected_stay,
    keeps,
    migration,
    monthly_changes,
    moves,
    no_change,
)
from workbench.grading.tables import Apart, apart, shares_by, steadiness

__all__ = [
    "Apart",
    "NoChange",
    "apart",
    "cells",
    "combined",
    "distance",
    "expected_stay",
    "grade",
    "grade_over_time",
    "keeps",
    "migration",
    "monthly_changes",
    "moves",
    "no_change",
    "printed_intervals",
    "shares_by",
    "steadiness",
    "suitability",
]
