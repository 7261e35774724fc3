"""What a grey relation is asked about: queries, cases, groups and weights, checked."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.checks import did_you_mean

SCOPES = ("all", "group", "indicator", "case")
PRINTED_ROUNDING = 0.005  # how far a sum of weights may miss 1


class Relation(NamedTuple):
    """Checked input; rows and columns keep their labels for messages and tables."""

    queries: np.ndarray  # (q, m)
    cases: np.ndarray  # (n, m)
    weights: np.ndarray  # (m,), each within its group
    codes: np.ndarray  # (m,), number of each indicator's group
    group_weights: np.ndarray  # (g,)
    groups: list
    indicators: list
    query_names: pd.Index
    case_names: pd.Index

    @property
    def joint_weights(self):
        """Say of each indicator in the similarity, shape (m,)."""
        return self.weights * self.group_weights[self.codes]


def relation(queries, cases, *, weights=None, groups=None, group_weights=None):
    """Check everything that is not a choice of method."""
    Q, C = _matrix(queries, "queries"), _matrix(cases, "cases")
    indicators = _columns(queries, cases, Q, C)
    names, codes = _groups(groups, indicators)
    if groups is None and group_weights is not None:
        raise ValueError("group_weights were given without groups; say which group each indicator is in.")
    within = _by_name("weights", weights, indicators, 1 / np.bincount(codes)[codes])
    across = _by_name("group_weights", group_weights, names, np.full(len(names), 1 / len(names)))
    for code, name in enumerate(names):
        _sum_to_one("weights" if groups is None else f"weights of group {name!r}", within[codes == code])
    _sum_to_one("group_weights", across)
    rows = (_rows(queries, Q), _rows(cases, C))
    return Relation(Q, C, within, codes, across, names, indicators, *rows)


def one_query(query):
    """Give one query as a table of one row."""
    if isinstance(query, pd.Series):
        query = query.to_frame().T
    elif np.ndim(query) == 1:
        query = np.asarray(query)[None, :]
    if np.ndim(query) != 2 or len(query) != 1:
        raise ValueError(f"query has shape {np.shape(query)}; allowed is one query: (m,) or (1, m).")
    return query


def check_choices(scope, distinguishing_coefficient):
    """Refuse an unknown scope, and a coefficient outside (0, 1]."""
    if scope not in SCOPES:
        raise ValueError(
            f"scope must be one of {', '.join(map(repr, SCOPES))}, not {scope!r}{did_you_mean(scope, SCOPES)}"
        )
    rho = distinguishing_coefficient
    number = isinstance(rho, int | float | np.integer | np.floating) and not isinstance(rho, bool)
    if number and rho == 0:
        raise ValueError(
            "distinguishing_coefficient is 0; allowed is above 0 and at most 1. With 0 the coefficient is "
            "min Δ / Δ: 0/0 for an identical case, and then 0 for every other case, near or far."
        )
    if not number or not 0 < rho <= 1:
        raise ValueError(f"distinguishing_coefficient is {rho!r}; allowed is above 0 and at most 1.")


def _matrix(X, what):
    try:
        values = np.asarray(X, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what} must hold numbers only, one column per indicator: {error}.") from None
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(
            f"{what} has shape {values.shape}; allowed is (rows, m) with at least one row and one column."
        )
    finite = np.isfinite(values)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        value = values[row, column]
        if isinstance(X, pd.DataFrame):
            row, column = X.index[row], X.columns[column]
        raise ValueError(
            f"{what} must be finite: row {row!r}, column {column!r} is {value}. Remove or fill it first."
        )
    return values


def _columns(queries, cases, Q, C):
    """Return the names of the indicators, the same in both tables."""
    if Q.shape[1] != C.shape[1]:
        raise ValueError(
            f"queries has {Q.shape[1]} columns, cases has {C.shape[1]}; both need the same indicators."
        )
    named = [list(X.columns) for X in (cases, queries) if isinstance(X, pd.DataFrame)]
    if not named:
        return list(range(C.shape[1]))
    if named[0] != named[-1]:
        at = next(i for i, pair in enumerate(zip(*named, strict=True)) if pair[0] != pair[1])
        raise ValueError(
            f"queries and cases must have the same columns in the same order: column {at} is "
            f"{named[1][at]!r} in queries and {named[0][at]!r} in cases."
        )
    if len(set(named[0])) < len(named[0]):
        raise ValueError(f"Column names must differ from each other, not {named[0]}.")
    return named[0]


def _rows(X, values):
    return X.index if isinstance(X, pd.DataFrame) else pd.RangeIndex(len(values))


def _groups(groups, indicators):
    """Return the names of the groups and the number of each indicator's group."""
    if groups is None:
        return ["all"], np.zeros(len(indicators), dtype=int)
    if isinstance(groups, pd.Series) and list(groups.index) != indicators:
        raise ValueError(
            f"groups must be in the order of the columns {indicators}, not {list(groups.index)}."
        )
    if isinstance(groups, dict):
        names, labels = list(groups), _labels(groups, indicators)
    else:
        labels = list(groups)
        names = list(dict.fromkeys(labels))
        if len(labels) != len(indicators):
            raise ValueError(
                f"groups has {len(labels)} labels for {len(indicators)} indicators; give each one."
            )
    return names, np.array([names.index(label) for label in labels])


def _labels(groups, indicators):
    """Return the group of each indicator from a dict of group to indicators."""
    found = {}
    for name, members in groups.items():
        if isinstance(members, str) or not len(members):
            raise ValueError(f"Group {name!r} must be a list of at least one indicator, not {members!r}.")
        for member in members:
            if member not in indicators:
                raise ValueError(
                    f"Unknown indicator {member!r} in group {name!r}{did_you_mean(member, indicators)} "
                    f"Columns: {', '.join(map(str, indicators))}."
                )
            if member in found:
                raise ValueError(
                    f"Indicator {member!r} is in group {found[member]!r} and in {name!r}; keep one."
                )
            found[member] = name
    missing = [name for name in indicators if name not in found]
    if missing:
        raise ValueError(f"Indicator {missing[0]!r} is in no group; put it in one or drop the column.")
    return [found[name] for name in indicators]


def _by_name(what, values, names, default):
    """Align a dict, Series or plain sequence to names."""
    if values is None:
        return default
    if isinstance(values, dict | pd.Series):
        given = dict(values)
        if set(given) != set(names):
            raise ValueError(f"{what} must name {list(names)}, not {list(given)}.")
        values = [given[name] for name in names]
    values = np.asarray(values, dtype=float)
    if values.shape != (len(names),):
        raise ValueError(f"{what} must have shape ({len(names)},), not {values.shape}.")
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        raise ValueError(
            f"{what} must be finite and not negative; that of {names[bad.argmax()]!r} is {values[bad][0]}."
        )
    return values


def _sum_to_one(what, values):
    if abs(values.sum() - 1) > PRINTED_ROUNDING:
        raise ValueError(
            f"{what} must sum to 1 (up to printed rounding, {PRINTED_ROUNDING}), not {values.sum():.6g}; "
            "divide them by their sum."
        )
