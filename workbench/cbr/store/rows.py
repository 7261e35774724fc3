"""What a case base takes in: names, cases and weights, checked before a database sees them."""

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.checks import did_you_mean

__all__ = [
    "CLASS",
    "LARGEST",
    "NUMBER",
    "Rows",
    "Weights",
    "check_changes",
    "check_name",
    "check_names",
    "check_number",
    "check_rows",
    "check_weights",
]

NUMBER, CLASS = "case_number", "class"
LONGEST = 63  # bytes of a name in PostgreSQL, which silently cuts longer ones
LARGEST = 2**63 - 1


class Rows(NamedTuple):
    """Cases, checked."""

    numbers: list | None  # n, None where the case base is to number them
    values: np.ndarray  # (n, m), any unit, finite
    classes: list  # n texts


class Weights(NamedTuple):
    """Weights of a case base, named as `grey.similarity` takes them."""

    weights: dict  # indicator to weight within its group, no unit, ≥ 0
    groups: dict | None  # group to list of indicators
    group_weights: dict | None  # group to weight, no unit, ≥ 0


def check_name(name, what, *, longest=LONGEST):
    """Return the name of a table or column, or refuse it."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"{what} must be a text that is not empty, not {name!r}.")
    _refuse_unstorable(name, what)
    if len(name.encode()) > longest:
        raise ValueError(
            f"{what} {name!r} has {len(name.encode())} bytes in UTF-8; allowed are {longest}, because databases "
            "cut longer names. Shorten it."
        )
    return name


def check_names(indicators):
    """Return the names of indicators as a tuple, or refuse them."""
    if isinstance(indicators, str) or not len(indicators := list(indicators)):
        raise ValueError(f"indicators must be a list of at least one name, not {indicators!r}.")
    seen = {NUMBER: NUMBER, CLASS: CLASS}
    for name in indicators:
        folded = check_name(name, "indicator").casefold()
        if folded in seen:
            raise ValueError(
                f"Indicator {name!r} is named like {seen[folded]!r}, or differs from it in case only, which "
                "databases do not tell apart; rename it."
            )
        seen[folded] = name
    return tuple(indicators)


def check_number(number):
    """Return a case number as an int, or refuse it."""
    whole = isinstance(number, Integral) and not isinstance(number, bool | np.bool_)
    if not whole or not 1 <= number <= LARGEST:
        raise ValueError(f"A case number is a whole number from 1 to 2**63 - 1, not {number!r}.")
    return int(number)


def check_rows(cases, indicators):
    """Return one case (a mapping or Series) or many (a DataFrame) as rows, or refuse all of them."""
    if isinstance(cases, pd.Series | Mapping):
        cases = pd.DataFrame([dict(cases)])
    if not isinstance(cases, pd.DataFrame):
        raise ValueError(
            f"cases must be a mapping, a Series or a pandas DataFrame, not {type(cases).__name__}."
        )
    if cases.empty:
        raise ValueError("cases has no rows or no columns.")
    if cases.index.name == NUMBER:
        cases = cases.reset_index(allow_duplicates=True)
    _check_columns(list(cases.columns), indicators)
    numbers = _numbers(cases[NUMBER]) if NUMBER in cases else None
    rows = [f"case {n}" for n in numbers] if numbers else [f"row {label!r}" for label in cases.index.tolist()]
    values = np.array([_floats(name, cases[name], rows) for name in indicators], dtype=float).T
    classes = [_class(value, row) for value, row in zip(cases[CLASS].tolist(), rows, strict=True)]
    return Rows(numbers, values, classes)


def check_changes(changes, indicators, number):
    """Return new values by name, of some indicators or of the class."""
    if not isinstance(changes, pd.Series | Mapping) or not len(changes):
        raise ValueError(f"changes must map names to new values, not {changes!r}.")
    changes, row = dict(changes), f"case {number}"
    if NUMBER in changes:
        raise ValueError(f"The number of a case cannot change; remove {row} and add it with another one.")
    _refuse_unknown(changes, [*indicators, CLASS])
    return {
        name: _class(value, row) if name == CLASS else _float(value, name, row)
        for name, value in changes.items()
    }


def check_weights(weights, groups, group_weights, indicators):
    """Return weights by indicator, groups as a dict of lists, and weights by group."""
    weights = _by_name("weights", weights, indicators)
    if (groups is None) != (group_weights is None):
        raise ValueError("groups and group_weights belong together; give both or neither.")
    if groups is None:
        return Weights(weights, None, None)
    if not isinstance(groups, Mapping):
        raise ValueError(f"groups must map each group to a list of indicators, not {groups!r}.")
    groups = {check_name(group, "group"): list(members) for group, members in groups.items()}
    members = [name for names in groups.values() for name in names]
    _refuse_unknown(members, indicators)
    for name in indicators:
        if members.count(name) != 1:
            raise ValueError(f"Indicator {name!r} is in {members.count(name)} groups; put it in one.")
    if empty := [group for group, names in groups.items() if not names]:
        raise ValueError(f"Group {empty[0]!r} has no indicator; leave it out.")
    return Weights(weights, groups, _by_name("group_weights", group_weights, list(groups)))


def _check_columns(columns, indicators):
    for name in columns:
        if columns.count(name) > 1:
            raise ValueError(f"cases has {columns.count(name)} columns named {name!r}; keep one.")
    _refuse_unknown(columns, [*indicators, CLASS, NUMBER])
    if missing := [name for name in [*indicators, CLASS] if name not in columns]:
        raise ValueError(
            f"cases has no column {', '.join(map(repr, missing))}; give every indicator and the class."
        )


def _refuse_unknown(names, known):
    for name in names:
        if name not in known:
            raise ValueError(
                f"Unknown column {name!r}{did_you_mean(name, known)} Columns: {', '.join(map(str, known))}."
            )


def _numbers(column):
    numbers = [check_number(number) for number in column.tolist()]
    twice = column[column.duplicated()]
    if len(twice):
        raise ValueError(f"Case number {twice.iloc[0]} is given twice; numbers must differ.")
    return numbers


def _floats(name, column, rows):
    return [_float(value, name, row) for value, row in zip(column.tolist(), rows, strict=True)]


def _float(value, name, row):
    """Return a finite float; −0.0 as 0.0, because SQLite keeps no sign of zero."""
    if isinstance(value, Real) and not isinstance(value, bool | np.bool_):
        try:
            if math.isfinite(number := float(value)):
                return number + 0.0
        except OverflowError:
            pass
    raise ValueError(f"Indicator {name!r} of {row} is {value!r}; allowed is a finite number.")


def _class(value, row):
    if not isinstance(value, str) or not value:
        raise ValueError(f"The class of {row} is {value!r}; allowed is a text, e.g. str(label).")
    _refuse_unstorable(value, f"The class of {row}")
    return str(value)


def _refuse_unstorable(text, what):
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError(f"{what} {text!r} holds NUL or half a surrogate pair, which no database stores.")


def _by_name(what, given, names):
    if not isinstance(given, pd.Series | Mapping) or set(given := dict(given)) != set(names):
        shown = list(given) if isinstance(given, Mapping) else given
        raise ValueError(f"{what} must map each of {list(names)} to a number, not {shown!r}.")
    for name in names:
        if _float(given[name], name, what) < 0:
            raise ValueError(f"{what} must not be negative; that of {name!r} is {given[name]}.")
    return {name: float(given[name]) for name in names}
