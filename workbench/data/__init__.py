"""Data: the data sets by name, or a user's own file, read right or refused.

loading      load, load_customers, load_table, complete, check
kinds        load_columns: columns of any names, each of a known kind
scanning     scan: what load does, for data too large for memory
spark        how a table on a cluster is named, and what it needs
intake       look: what would be read of a file, in about a second
reading      sources to tables of text: files, Excel, databases; whole or sampled
parsing      columns of text to identifiers, numbers and times
roles        which column is what, and the ledger of what was read
keeping      which rows are kept, by what their columns hold
contracts    rows of contracts: what no such row can say
hours        what a clock of opening hours cannot count: days without times, zones, days off the list
contradictions  rows that contradict one another: one thing twice, an end before its beginning
values       the values of a role, or the refusal of its first bad row
inputs       columns without a role, as inputs of a model
expressions  what a role is made of: a column, a product of columns, a date beside a clock
options      how a file is to be read, as the user may say
totals       rows that are totals of others
remarks      what deserves a second look in rows that were kept
returns      returns that cannot be: larger than their order, or before it
signs        a column that says which rows are money given back
repeats      what repeats so often that it may stand for nothing, and what marks rows that may not count
currencies   the currency of amounts that stands in a column of its own
typed        cells that are numbers or times by their type
pseudonyms   pseudonyms, in the order of the own ids
persons      persons of a file: writings of one identity number, one name
identifiers  what a run leaves for the search of its report: fingerprints of identifiers
anything     a table of any columns, as it is written, to recognise what it holds
tables       what stands beside the data sets: true segments, queries, judgements, matrices
churn        contracts, usage and tickets of the churn stand-in, and the truth behind them
accounts     rows of customers with assets or revenue: what no such row can say
graded       what stands beside customers who are graded: balances by month, answers, packages, tiers
catalogue    what data sets there are, and what a column can be
describing   what a data set is, and its window of time
record       what this process has loaded, for the report, and the ledger of a table
standin      generators of the stand-in data, one per study, with their true segments
"""

from workbench.data.anything import check_any, load_any, load_headings, load_leak, load_notes
from workbench.data.catalogue import (
    ACCOUNTS,
    BOOKINGS,
    COMPLAINTS,
    CONTRACTS,
    DATASETS,
    EVENT_LOG,
    OPENINGS,
    OPTIONAL,
    ORDERS,
    PAYMENTS,
    ROLES,
    ROOT,
    SERVED,
    DataError,
)
from workbench.data.churn import load_churn, load_truth
from workbench.data.describing import describe, window
from workbench.data.graded import (
    by_month,
    load_answers,
    load_balances,
    load_packages,
    load_questionnaire,
    load_tiers,
    load_traits,
)
from workbench.data.hours import require_hours, require_listed, require_local
from workbench.data.identifiers import keep_in
from workbench.data.kinds import load_columns
from workbench.data.loading import check, complete, load, load_customers, load_table, look, own_ids, shown_ids
from workbench.data.options import READING
from workbench.data.record import ledger, ledger_facts, ledger_lines, ledger_period, loaded, places, used
from workbench.data.scanning import has, scan
from workbench.data.spark import is_on_cluster
from workbench.data.spark import require as require_cluster
from workbench.data.standin.writing import write_stand_in
from workbench.data.tables import (
    load_calendar,
    load_comparisons,
    load_contributions,
    load_judgements,
    load_matrix,
    load_network_judgements,
    load_profiles,
    load_queries,
    load_rings,
    load_schemes,
    load_segments,
)

__all__ = [
    "ACCOUNTS",
    "BOOKINGS",
    "COMPLAINTS",
    "CONTRACTS",
    "DATASETS",
    "EVENT_LOG",
    "OPENINGS",
    "OPTIONAL",
    "ORDERS",
    "PAYMENTS",
    "READING",
    "ROLES",
    "ROOT",
    "SERVED",
    "DataError",
    "by_month",
    "check",
    "complete",
    "describe",
    "has",
    "is_on_cluster",
    "keep_in",
    "ledger",
    "ledger_facts",
    "ledger_lines",
    "ledger_period",
    "load",
    "load_answers",
    "check_any",
    "load_any",
    "load_balances",
    "load_calendar",
    "load_churn",
    "load_columns",
    "load_comparisons",
    "load_contributions",
    "load_customers",
    "load_headings",
    "load_judgements",
    "load_leak",
    "load_matrix",
    "load_network_judgements",
    "load_notes",
    "load_packages",
    "load_profiles",
    "load_queries",
    "load_questionnaire",
    "load_rings",
    "load_schemes",
    "load_segments",
    "load_table",
    "load_tiers",
    "load_traits",
    "load_truth",
    "loaded",
    "look",
    "own_ids",
    "places",
    "require_cluster",
    "require_hours",
    "require_listed",
    "require_local",
    "scan",
    "shown_ids",
    "used",
    "window",
    "write_stand_in",
]
