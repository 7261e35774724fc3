"""The monthly retention loop in a database: who is to be called, who was, and what came of it.

loop        configure, publish, dispatch, feedback, outcomes, report, promote: each one transaction
tables      its tables: described, recognised in a database, and made
intake      what it takes in: months and tables, checked
queries     what it asks its database, and keeps there
lists       whom a branch is to call: strategies, priority, capacity, arms
effects     churners saved, by assigned arm, with intervals
rehearsal   past months played through the loop, and four ways to read them
monitoring  how the model and the work did, month by month
"""

from workbench.retention.loop import Report, Retention
from workbench.retention.rehearsal import answers, rehearse
from workbench.retention.tables import RetentionError, kinds_of, needed_of

__all__ = ["Report", "Retention", "RetentionError", "answers", "kinds_of", "needed_of", "rehearse"]
