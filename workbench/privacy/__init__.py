"""Personal data in what is about to be published: found by check digits and context, and by a run's own identifiers.

check_digits   identity numbers, cards, credit codes and IBANs: is the number well formed
context        the words beside a number that say what it is
numbers        numbers in a text, however they are dressed, and what each of them is
plain          a text as it is searched, and where each character came from
personal_data  find and mask, in a text
persons        keys of persons: an identity number in one writing
documents      the same in a page and in a notebook, with the place
fingerprints   keyed fingerprints of identifiers, which say whether a text holds one and never which
winnowing      fingerprints of a text, by which a copied passage is known again
forms          what a cell of each kind looks like, what it must pass, and how often chance does
recognition    what the columns of a table hold: a column proves what a cell cannot
names          what looks like a name, which proves nothing
levels         how sensitive each kind is, by catalogue, and a table by its highest column
anonymity      what is left of what was masked, hashed or grouped
learner        kinds learned from samples, by pieces of texts
trials         each way to recognise against a known truth: precision and recall
"""

from workbench.privacy import anonymity, fingerprints, forms, learner, levels, names, recognition, trials
from workbench.privacy.check_digits import is_iban, is_resident_id, is_uscc, luhn, resident_id_18
from workbench.privacy.documents import (
    Text,
    find_in_html,
    find_in_notebook,
    find_in_texts,
    texts_of_html,
    texts_of_json,
    texts_of_notebook,
)
from workbench.privacy.fingerprints import LONG_NUMBER, Index, index, words
from workbench.privacy.personal_data import KINDS, Find, PersonKey, Placed, find, mask, person_key

__all__ = [
    "KINDS",
    "LONG_NUMBER",
    "Find",
    "Index",
    "PersonKey",
    "Placed",
    "Text",
    "anonymity",
    "find",
    "find_in_html",
    "find_in_notebook",
    "find_in_texts",
    "fingerprints",
    "forms",
    "index",
    "is_iban",
    "is_resident_id",
    "is_uscc",
    "learner",
    "levels",
    "luhn",
    "mask",
    "names",
    "recognition",
    "person_key",
    "resident_id_18",
    "texts_of_html",
    "texts_of_json",
    "texts_of_notebook",
    "trials",
    "words",
]
