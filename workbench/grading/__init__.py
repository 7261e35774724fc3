"""Grading: which class and which grade a customer gets, and whether he would get it again.

suitability  classes by a questionnaire of points, and what a sum of unlike things hides
grades       grades by limits on a value, over time, across classes; what printed cases allow
migration    who moves from grade to grade, and how many would if nobody's level changed
"""

from workbench.grading import suitability
from workbench.grading.grades import cells, combined, distance, grade, grade_over_time, printed_intervals
from workbench.grading.migration import NoChange, expected_stay, keeps, migration, monthly_changes, no_change

__all__ = [
    "NoChange",
    "cells",
    "combined",
    "distance",
    "expected_stay",
    "grade",
    "grade_over_time",
    "keeps",
    "migration",
    "monthly_changes",
    "no_change",
    "printed_intervals",
    "suitability",
]
