"""What a case base takes in: names, cases and weights, checked before a database sees them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench import checks
from workbench.addresses import CaseBaseError
from workbench.checks import listed, shown

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


def check_name(name: object, what: str, *, longest: int = LONGEST) -> str:
    """Return the name of a table or column, or refuse it."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"{what} must be a text that is not empty, not {shown(name)}.")
    checks.storable(what, name)
    if len(name.encode()) > longest:
        raise ValueError(
            f"{what} {shown(name)} has {len(name.encode())} bytes in UTF-8; allowed are {longest}, because databases "
            "cut longer names. Shorten it."
        )
    return name


def check_names(indicators: Iterable[str]) -> tuple[str, ...]:
    """Return the names of indicators as a tuple, or refuse them."""
    if isinstance(indicators, str) or not len(indicators := list(indicators)):
        raise ValueError(f"indicators must be a list of at least one name, not {shown(indicators)}.")
    seen = {NUMBER: NUMBER, CLASS: CLASS}
    for name in indicators:
        folded = check_name(name, "indicator").casefold()
        if folded in seen:
            raise ValueError(
                f"Indicator {shown(name)} is named like {shown(seen[folded])}, or differs from it in case only, which "
                "databases do not tell apart; rename it."
            )
        seen[folded] = name
    return tuple(indicators)


def check_number(number: Any) -> int:
    """Return a case number as an int, or refuse it."""
    whole = isinstance(number, Integral) and not isinstance(number, bool | np.bool_)
    if not whole or not 1 <= number <= LARGEST:
        raise ValueError(f"A case number is a whole number from 1 to 2**63 - 1, not {shown(number)}.")
    return int(number)


def check_rows(cases: Mapping[str, Any] | pd.Series | pd.DataFrame, indicators: Sequence[str]) -> Rows:
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
    rows = (
        [f"case {n}" for n in numbers]
        if numbers
        else [f"row {shown(label)}" for label in cases.index.tolist()]
    )
    values = np.array([_floats(name, cases[name], rows) for name in indicators], dtype=float).T
    classes = [_class(value, row) for value, row in zip(cases[CLASS].tolist(), rows, strict=True)]
    return Rows(numbers, values, classes)


def check_changes(
    changes: Mapping[str, Any] | pd.Series, indicators: Sequence[str], number: int
) -> dict[str, Any]:
    """Return new values by name, of some indicators or of the class."""
    if not isinstance(changes, pd.Series | Mapping) or not len(changes):
        raise ValueError(f"changes must map names to new values, not {shown(changes)}.")
    changes, row = dict(changes), f"case {number}"
    if NUMBER in changes:
        raise ValueError(f"The number of a case cannot change; remove {row} and add it with another one.")
    for name in changes:
        checks.known("column", name, [*indicators, CLASS])
    return {
        name: _class(value, row) if name == CLASS else _float(value, name, row)
        for name, value in changes.items()
    }


def check_weights(
    weights: Mapping[str, float] | pd.Series,
    groups: Mapping[str, Sequence[str]] | None,
    group_weights: Mapping[str, float] | pd.Series | None,
    indicators: Sequence[str],
) -> Weights:
    """Return weights by indicator, groups as a dict of lists, and weights by group."""
    if (groups is None) != (group_weights is None):
        raise ValueError("groups and group_weights belong together; give both or neither.")
    for name, given in {"weights": weights, "groups": groups, "group_weights": group_weights}.items():
        if given is not None and not isinstance(given, pd.Series | Mapping):
            raise ValueError(f"{name} must be a mapping by name, not {shown(given)}.")
    within = dict(zip(indicators, checks.not_negative(weights, indicators, "weights").tolist(), strict=True))
    if groups is None:
        checks.sum_to_one(sum(within.values()), "weights")
        return Weights(within, None, None)
    groups = checks.groups({check_name(group, "group"): names for group, names in groups.items()}, indicators)
    for group, names in groups.items():
        checks.sum_to_one(sum(within[name] for name in names), f"weights of group {shown(group)}")
    across = checks.weights(group_weights, groups, "group_weights")
    return Weights(within, groups, dict(zip(groups, across.tolist(), strict=True)))


def check_stored(case: Mapping[str, Any], number: object) -> None:
    """Refuse a case that another program has changed in the database to what this one never keeps."""
    for name, value in case.items():
        number_ok = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
        if not (isinstance(value, str) if name == CLASS else number_ok):
            raise CaseBaseError(
                f"Case {shown(number)} holds {shown(value)} as {shown(name)}, which another program "
                "wrote; update or remove it."
            )


def check_stored_weights(weights: Sequence[Any], table: str) -> None:
    """Refuse weights in the database that are no finite numbers from 0; a group may have none."""
    for value in weights:
        if value is not None and not (isinstance(value, Real) and 0 <= value < math.inf):
            raise CaseBaseError(
                f"The weights of {shown(table)} hold {shown(value)}; set them anew by set_weights."
            )


def counted(counters: Sequence[Any], table: str) -> int:
    """Return the last number given, or refuse a counter that another program emptied or changed."""
    if len(counters) == 1 and isinstance(counters[0], int) and counters[0] >= 0:
        return counters[0]
    raise CaseBaseError(
        f"The table {shown(table + '_counter')} must hold one row with the last number given, and holds "
        f"{listed(counters)}; nothing was changed. Restore it: row 1, last_number at least the largest case number."
    )


def _check_columns(columns, indicators):
    for name in checks.distinct("The columns of cases", columns):
        checks.known("column", name, [*indicators, CLASS, NUMBER])
    checks.needed_columns(columns, [*indicators, CLASS], "cases")


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
    raise ValueError(f"Indicator {shown(name)} of {row} is {shown(value)}; allowed is a finite number.")


def _class(value, row):
    if not isinstance(value, str) or not value:
        raise ValueError(f"The class of {row} is {shown(value)}; allowed is a text, e.g. str(label).")
    checks.storable(f"The class of {row}", value)
    return str(value)
