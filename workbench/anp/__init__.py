"""Analytic network process: influences between elements to limit weights.

limits         limit weights, and what each judgement does to them
powers         a network's structure, and what becomes of the odd powers of its supermatrix
supermatrices  check supermatrices, weight their clusters
networks       judgements of influence to supermatrices, and their consistency
chains         closed classes, periods, stationary vectors without subtraction
search         networks whose limit weights round to printed ones
evidence       what it says that printed limit weights can be attained
"""

from workbench.anp.evidence import attainable, solutions_near
from workbench.anp.limits import influence, limit, limit_of_groups
from workbench.anp.networks import consistency, supermatrix
from workbench.anp.powers import odd_powers, power_table, structure
from workbench.anp.search import recover_network
from workbench.anp.supermatrices import check, weighted_supermatrix

__all__ = [
    "attainable",
    "check",
    "consistency",
    "influence",
    "limit",
    "limit_of_groups",
    "odd_powers",
    "power_table",
    "recover_network",
    "solutions_near",
    "structure",
    "supermatrix",
    "weighted_supermatrix",
]
