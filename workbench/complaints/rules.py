"""The grades A to E of a complaint scheme as rules on five facts of a case, met, not met, or not known.

The letters are not one scale: a case may meet several rules, or none. So a grade is the first rule met in an order
that the user gives, the others stand beside it, and a fact that nobody recorded leaves its rules open.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench import checks

__all__ = ["FACTS", "NO_GRADE", "RULES", "grade", "matching_rules", "rule_table"]

FACTS = {
    "legal_risk": "legal liability",
    "group": "many customers",
    "publicity": "bad publicity",
    "complaint": "a complaint",
    "listed_subject": "a listed subject",
}
"""What a rule may ask of a case, and how a reader is told that it holds."""

RULES = {
    "A": {"legal_risk": True},
    "B": {"complaint": True, "group": True, "publicity": True},
    "C": {"complaint": True, "listed_subject": True},
    "D": {"complaint": False, "group": True, "listed_subject": True},
    "E": {"complaint": False, "group": False},
}
"""The scheme of a property firm: each letter, and which facts it needs to hold or not to hold."""

NO_GRADE = "none"

Rules = Mapping[str, Mapping[str, bool]]


class Met(NamedTuple):
    """Of one rule, which cases certainly meet it and which may."""

    sure: np.ndarray
    possible: np.ndarray


def matching_rules(case: Mapping[str, Any], rules: Rules = RULES) -> tuple[str, ...]:
    """Return the letters of the rules that a case meets, in the order of the rules.

    Parameters
    ----------
    case : mapping of str to bool
        The five `FACTS`; a fact that is left out or missing is not known, and its rules are not met for sure.
    rules : mapping of str to mapping
        Letter to the facts that it needs.

    Returns
    -------
    tuple of str
        Empty if no rule is met.

    Raises
    ------
    ValueError
        If a rule or the case names an unknown fact, or a fact is neither true nor false.

    Examples
    --------
    >>> matching_rules({"complaint": True, "listed_subject": True, "group": True, "publicity": True})
    ('B', 'C')
    >>> matching_rules({"complaint": False, "listed_subject": False, "group": True})
    ()
    """
    for fact in case:
        checks.known("fact", fact, FACTS, " of the case")
    table = pd.DataFrame({fact: [case.get(fact)] for fact in FACTS}, dtype=object)
    return tuple(letter for letter, met in _met(table, rules).items() if met.sure[0])


def grade(
    cases: pd.DataFrame, *, rules: Rules = RULES, precedence: Sequence[str] | None = None
) -> pd.DataFrame:
    """Grade each case by the first rule that it meets, in an order of the rules.

    Parameters
    ----------
    cases : pandas.DataFrame, shape (n, m)
        A column of true, false or missing for each of the `FACTS`; a column that is not there is not known.
    rules : mapping of str to mapping
        Letter to the facts that it needs.
    precedence : sequence of str, optional
        Every letter once, the first to be tried first; the order of the rules where None. The text that the rules
        come from gives none.

    Returns
    -------
    pandas.DataFrame, one row per case
        ``grade``, "none" where no rule is met, missing where that cannot be told; ``also``, the other rules met;
        ``undecided``, rules before the grade that a missing fact leaves open; ``why``, the facts that decided.

    Raises
    ------
    ValueError
        If a rule names an unknown fact, a cell is neither true, false nor missing, or the order is not of the letters.

    Examples
    --------
    >>> cases = pd.DataFrame({"complaint": [True, False], "listed_subject": True, "group": [True, False],
    ...     "publicity": [True, None], "legal_risk": [False, None]})
    >>> grade(cases).to_dict("list")
    {'grade': ['B', 'E'], 'also': ['C', ''], 'undecided': ['', 'A'],
     'why': ['many customers, bad publicity, a complaint', 'not many customers, not a complaint']}
    """
    order = list(rules) if precedence is None else checks.distinct("precedence", precedence)
    if sorted(order) != sorted(rules):
        raise ValueError(
            f"precedence is {checks.listed(order)}; give each of {checks.listed(rules)} its place."
        )
    met = _met(cases, rules)
    sure = np.column_stack([met[letter].sure for letter in order])
    open_ = np.column_stack([met[letter].possible for letter in order]) & ~sure
    first = np.where(sure.any(axis=1), sure.argmax(axis=1), len(order))
    place = np.arange(len(order))
    also = sure & (place != first[:, None])
    undecided = open_ & (place < first[:, None])
    names = np.array([*order, NO_GRADE], dtype=object)[first]
    names[(first == len(order)) & undecided.any(axis=1)] = pd.NA
    reasons = np.array([*(_in_words(rules[letter]) for letter in order), ""], dtype=object)
    columns = {"grade": names, "also": _joined(also, order), "undecided": _joined(undecided, order)}
    return pd.DataFrame(columns | {"why": reasons[first]}, index=cases.index).astype("str")


def rule_table(rules: Rules = RULES) -> pd.DataFrame:
    """List every combination of the facts with the rules that it meets.

    Parameters
    ----------
    rules : mapping of str to mapping
        Letter to the facts that it needs.

    Returns
    -------
    pandas.DataFrame, one row for each of the 32 combinations
        A column of bool per fact; ``rules``, the letters; ``met``, how many they are.

    Examples
    --------
    >>> table = rule_table()
    >>> len(table), int((table["met"] == 1).sum()), int((table["met"] > 1).sum()), int((table["met"] == 0).sum())
    (32, 15, 12, 5)
    """
    combinations = list(itertools.product([True, False], repeat=len(FACTS)))
    table = pd.DataFrame(combinations, columns=list(FACTS))
    sure = np.column_stack([met.sure for met in _met(table, rules).values()])
    return table.assign(rules=_joined(sure, list(rules)), met=sure.sum(axis=1))


def _met(cases: pd.DataFrame, rules: Rules) -> dict[str, Met]:
    """Which cases meet each rule, for sure and possibly, by three-valued logic."""
    for letter, needs in rules.items():
        for fact in needs:
            checks.known("fact", fact, FACTS, f" of rule {letter}")
    facts = {fact: _fact(cases, fact) for fact in FACTS}
    result = {}
    for letter, needs in rules.items():
        sure, possible = np.ones(len(cases), bool), np.ones(len(cases), bool)
        for fact, wanted in needs.items():
            true, false = facts[fact]
            sure &= true if wanted else false
            possible &= ~false if wanted else ~true
        result[letter] = Met(sure, possible)
    return result


def _fact(cases: pd.DataFrame, fact: str) -> tuple[np.ndarray, np.ndarray]:
    """Where a fact is true and where it is false; it may be neither."""
    if fact not in cases:
        nowhere = np.zeros(len(cases), bool)
        return nowhere, nowhere
    column = cases[fact]
    true, false = column.eq(True).fillna(False), column.eq(False).fillna(False)
    other = ~(true | false | column.isna())
    if other.any():
        row = column.index[other][0]
        given = checks.shown(column[other].iloc[0])
        raise ValueError(
            f"{fact} is {given} in row {checks.shown(row)}; allowed are true, false and missing."
        )
    return true.to_numpy(bool), false.to_numpy(bool)


def _joined(chosen: np.ndarray, letters: Sequence[str]) -> list[str]:
    """The letters that are chosen in each row; each pattern of them is written once."""
    patterns, place = np.unique(chosen, axis=0, return_inverse=True)
    texts = [", ".join(itertools.compress(letters, row)) for row in patterns]
    return [texts[i] for i in place.ravel()]


def _in_words(needs: Mapping[str, bool]) -> str:
    held = [words for fact, words in FACTS.items() if needs.get(fact)]
    return ", ".join(held + [f"not {words}" for fact, words in FACTS.items() if needs.get(fact) is False])
