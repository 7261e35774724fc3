"""What a grey relation is asked about: queries, cases, groups and weights, checked."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.checks import listed, shown

__all__ = ["Groups", "Relation", "Scope", "Weighting", "check_choices", "one_query", "relation"]

SCOPES = ("all", "group", "indicator", "case")
Scope = Literal["all", "group", "indicator", "case"]
Groups = Mapping[Hashable, Sequence[Hashable]] | Sequence[Hashable]
Weighting = Mapping[Any, float] | pd.Series | ArrayLike


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
    def joint_weights(self) -> np.ndarray:
        """Say of each indicator in the similarity, shape (m,)."""
        return self.weights * self.group_weights[self.codes]


def relation(
    queries: pd.DataFrame | ArrayLike,
    cases: pd.DataFrame | ArrayLike,
    *,
    weights: Weighting | None = None,
    groups: Groups | None = None,
    group_weights: Weighting | None = None,
) -> Relation:
    """Check everything that is not a choice of method."""
    # Distances are bounded where they are measured, so that a query may lie far outside the cases.
    Q = checks.finite_table(queries, "queries", largest=np.inf)
    C = checks.finite_table(cases, "cases", largest=np.inf)
    indicators = _columns(queries, cases, Q, C)
    names, codes = _groups(groups, indicators)
    if groups is None and group_weights is not None:
        raise ValueError("group_weights were given without groups; say which group each indicator is in.")
    within = 1 / np.bincount(codes)[codes]
    if weights is not None:
        within = checks.not_negative(weights, indicators, "weights")
    for code, name in enumerate(names):
        total = float(within[codes == code].sum())
        checks.sum_to_one(total, "weights" if groups is None else f"weights of group {shown(name)}")
    across = np.full(len(names), 1 / len(names))
    if group_weights is not None:
        across = checks.weights(group_weights, names, "group_weights")
    rows = (checks.rows_of(queries), checks.rows_of(cases))
    calm = checks.without_noise(np.vstack([Q, C]), absolute=False)
    Q, C = calm[: len(Q)], calm[len(Q) :]
    return Relation(Q, C, within, codes, across, names, indicators, *rows)


def one_query(query: pd.Series | pd.DataFrame | ArrayLike) -> pd.DataFrame | np.ndarray:
    """Give one query as a table of one row."""
    if isinstance(query, pd.Series):
        query = query.to_frame().T
    elif np.ndim(query) == 1:
        query = np.asarray(query)[None, :]
    if np.ndim(query) != 2 or len(query) != 1:
        raise ValueError(f"query has shape {np.shape(query)}; allowed is one query: (m,) or (1, m).")
    return query


def check_choices(scope: Scope, distinguishing_coefficient: float) -> None:
    """Refuse an unknown scope, and a coefficient outside (0, 1]."""
    checks.one_of("scope", scope, SCOPES)
    name, rho = "distinguishing_coefficient", distinguishing_coefficient
    if isinstance(rho, int | float | np.number) and not isinstance(rho, bool) and rho == 0:
        raise ValueError(
            f"{name} is 0; allowed is above 0 and at most 1. With 0 the coefficient is min Δ / Δ: 0/0 for an "
            "identical case, and then 0 for every other case, near or far."
        )
    checks.number(name, rho, above=0, most=1)


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
            f"{shown(named[1][at])} in queries and {shown(named[0][at])} in cases."
        )
    return checks.distinct("Column names", named[0])


def _groups(groups, indicators):
    """Return the names of the groups and the number of each indicator's group."""
    if groups is None:
        return ["all"], np.zeros(len(indicators), dtype=int)
    if isinstance(groups, pd.Series) and list(groups.index) != indicators:
        raise ValueError(
            f"groups must be in the order of the columns {listed(indicators)}, not {listed(groups.index)}."
        )
    if isinstance(groups, Mapping):
        members = checks.groups(groups, indicators)
        group_of = {name: group for group, names in members.items() for name in names}
        names, labels = list(groups), [group_of[name] for name in indicators]
    else:
        labels = list(groups)
        names = list(dict.fromkeys(labels))
        if len(labels) != len(indicators):
            raise ValueError(
                f"groups has {len(labels)} labels for {len(indicators)} indicators; give each one."
            )
    return names, np.array([names.index(label) for label in labels])
