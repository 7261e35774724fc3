"""Case-based reasoning: a new customer is judged by the most similar old ones.

classifier       a classifier by grey nearest cases that explains itself
retrieval        the nearest cases of a query, votes, leave one out
representatives  typical cases, redrawn; what stays of answers when a choice changes
store            cases in a relational database: add, get, update, remove, weights
"""

from workbench.cbr.classifier import GreyCaseClassifier
from workbench.cbr.representatives import Redraw, agreement, kept, redraw, typical_cases
from workbench.cbr.retrieval import LeaveOneOut, leave_one_out, retrieve
from workbench.cbr.store import CaseBase

__all__ = [
    "CaseBase",
    "GreyCaseClassifier",
    "LeaveOneOut",
    "Redraw",
    "agreement",
    "kept",
    "leave_one_out",
    "redraw",
    "retrieve",
    "typical_cases",
]
