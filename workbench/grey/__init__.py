"""Grey relations: how like two customers are, seen against all the others.

relations    relational coefficients, grades, two-level similarity, nearest cases
inputs       queries, cases, groups and weights of a grey relation, checked
blocks       sums of coefficients block by block
leaves       cases in small boxes, those too far from a query passed over
largest      the largest of many sums, screened in single precision and decided in double
sensitivity  what a similarity is made of, and how it hangs on ρ
"""

from workbench.grey.inputs import Groups, Scope, Weighting, check_choices, relation
from workbench.grey.largest import candidates, largest
from workbench.grey.relations import Nearest, nearest, relational_coefficient, relational_grade, similarity
from workbench.grey.sensitivity import (
    Contribution,
    WorkedExample,
    contribution,
    distinguishing_sweep,
    nearest_first,
    worked_example,
)

__all__ = [
    "Contribution",
    "Groups",
    "Nearest",
    "Scope",
    "Weighting",
    "WorkedExample",
    "candidates",
    "check_choices",
    "contribution",
    "distinguishing_sweep",
    "largest",
    "nearest",
    "nearest_first",
    "relation",
    "relational_coefficient",
    "relational_grade",
    "similarity",
    "worked_example",
]
