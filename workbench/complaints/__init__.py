"""Complaints: graded by rules, grouped, due, on time, judged alike, and counted as a warning.

facts      what a log says of each case: its kind, and the five facts that rules ask for
rules      the grades A to E as rules on five facts; which a case meets, and which grade comes first
groups     enough customers, alike, within a window of time; and what chance alone would make
deadlines  when an answer is due by four clocks, and which share is on time, of what
agreement  how far two graders agree
control    limits of counts with exposure, and the alarms to expect from chance
states     in which state a case is, and how long cases wait in each
"""

from workbench.complaints import agreement, control, deadlines, rules
from workbench.complaints.agreement import Kappa, confusion, kappa
from workbench.complaints.control import chart, limits
from workbench.complaints.deadlines import due, on_time
from workbench.complaints.facts import KINDS, LISTED, facts, kinds
from workbench.complaints.groups import group_chance, groups, windows_by_chance
from workbench.complaints.rules import FACTS, RULES, grade, matching_rules, rule_table
from workbench.complaints.states import state, still_waiting, waits

__all__ = [
    "FACTS",
    "KINDS",
    "LISTED",
    "RULES",
    "Kappa",
    "agreement",
    "chart",
    "confusion",
    "control",
    "deadlines",
    "due",
    "facts",
    "grade",
    "group_chance",
    "groups",
    "kappa",
    "kinds",
    "limits",
    "matching_rules",
    "on_time",
    "rule_table",
    "rules",
    "state",
    "still_waiting",
    "waits",
    "windows_by_chance",
]
