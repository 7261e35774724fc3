"""Case-based reasoning: a new customer is judged by the most similar old ones.

splits           customers drawn at random into cases and queries; the classes of all of them
classifier       a classifier by grey nearest cases that explains itself
retrieval        the nearest cases of a query, votes, leave one out
representatives  typical cases, drawn anew
choices          what stays of answers when a choice changes
store            cases in a relational database: add, get, update, remove, weights
"""

from workbench.cbr.choices import agreement, drawn_values, kept, kept_by_scope, kept_by_weights
from workbench.cbr.classifier import GreyCaseClassifier
from workbench.cbr.representatives import Redraw, redraw, typical_cases
from workbench.cbr.retrieval import LeaveOneOut, leave_one_out, left_out_accuracies, retrieve
from workbench.cbr.splits import Split, all_classes, split_cases
from workbench.cbr.store import CaseBase

__all__ = [
    "CaseBase",
    "GreyCaseClassifier",
    "LeaveOneOut",
    "Redraw",
    "Split",
    "agreement",
    "all_classes",
    "drawn_values",
    "kept",
    "kept_by_scope",
    "kept_by_weights",
    "leave_one_out",
    "left_out_accuracies",
    "redraw",
    "retrieve",
    "split_cases",
    "typical_cases",
]
