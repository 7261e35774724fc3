"""Cases in a relational database.

case_base  add, get, update, remove; weights; a case base as arrays
rows       what a case base takes in: names, cases and weights, checked
tables     its tables: described, recognised in a database, and made
"""

from workbench.cbr.store.case_base import CaseBase, CaseBaseError, Weights

__all__ = ["CaseBase", "CaseBaseError", "Weights"]
