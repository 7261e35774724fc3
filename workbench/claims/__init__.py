"""Published figures against reproduced ones: one verdict per claim, and what it rests on.

files      the claims file of a study: what an entry holds, loading it
entries    what is wrong with an entry
verdicts   what a computed value says of a claim: the verdict, the row of the table, the sentence
tables     the rows as text and as HTML
sending    the notebook's side, the ledger: each value is sent from the cell that computes it
records    the report's side: what the cells sent is judged once more and recorded
"""

from workbench.claims.files import file_of, load
from workbench.claims.records import Record, recorded, sound_record, unexpected
from workbench.claims.sending import Comparison, Ledger, compare, ledger
from workbench.claims.tables import as_text
from workbench.claims.verdicts import (
    DIRECTIONS,
    MIME,
    OUTCOMES,
    VALUES_MIME,
    VERDICTS,
    Row,
    applies,
    judge,
    shown,
    tally,
)

__all__ = [
    "DIRECTIONS",
    "MIME",
    "OUTCOMES",
    "VALUES_MIME",
    "VERDICTS",
    "Comparison",
    "Ledger",
    "Record",
    "Row",
    "applies",
    "as_text",
    "compare",
    "file_of",
    "judge",
    "ledger",
    "load",
    "recorded",
    "shown",
    "sound_record",
    "tally",
    "unexpected",
]
