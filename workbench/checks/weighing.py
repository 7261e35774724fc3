"""Weights, groups and directions of named indicators."""

# The command line imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.checks.choices import known, whole_number
from workbench.checks.tables import finite_vector, numbers
from workbench.checks.words import did_you_mean, listed, shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

PRINTED_ROUNDING = 0.005
"""How far weights or columns may miss the sum 1."""

DIRECTION = {"recency": -1, "frequency": 1, "monetary": 1}
"""The directions that are known: 1 where larger is better, -1 where smaller is."""


def by_name(values: Any, names: Iterable[object], name: str) -> np.ndarray:
    """Return numbers in the order of the names: a mapping or Series by name, a sequence as it stands."""
    names = list(names)
    if hasattr(values, "keys"):
        given = dict(values)
        for key in given:
            if key not in names:
                hint = did_you_mean(key, names)
                raise ValueError(f"{name} names {shown(key)}, which is unknown{hint} Known: {listed(names)}.")
        for key in names:
            if key not in given:
                raise ValueError(
                    f"{name} has no entry for {shown(key)}; give one for each of {listed(names)}."
                )
        values = [given[key] for key in names]
    array = numbers(values, name)
    if array.shape != (len(names),):
        raise ValueError(
            f"{name} has shape {array.shape}; allowed is ({len(names)},), one for each of {listed(names)}."
        )
    return array


def not_negative(values: Any, names: Iterable[object], name: str) -> np.ndarray:
    """Return finite numbers from 0 upwards in the order of the names, shape (m,), or refuse one by name."""
    import numpy as np

    names = list(names)
    array = by_name(values, names, name)
    for i in np.flatnonzero(~(np.isfinite(array) & (array >= 0))):
        raise ValueError(
            f"{name} must be finite and not negative: that of {shown(names[i])} is {shown(array[i])}."
        )
    return array


def weights(values: Any, names: Iterable[object], name: str = "weights") -> np.ndarray:
    """Return weights of sum 1 in the order of the names, shape (m,), as given; their sum may miss 1 by rounding.

    Examples
    --------
    >>> weights({"recency": 0.2, "monetary": 0.801}, ["monetary", "recency"]).tolist()
    [0.801, 0.2]
    """
    array = not_negative(values, names, name)
    sum_to_one(float(array.sum()), name)
    return array


def shares(values: Any, names: Iterable[object], name: str) -> np.ndarray:
    """Return weights given on any scale, divided by their sum; equal ones where None is given."""
    import numpy as np

    names = list(names)
    array = np.ones(len(names)) if values is None else not_negative(values, names, name)
    if not array.any():
        raise ValueError(f"{name} are all 0; at least one must be above.")
    return array / array.sum()


def misses_one(total: Any) -> Any:
    """Say whether a sum misses 1 by more than printed rounding; element by element of an array."""
    return abs(total - 1) > PRINTED_ROUNDING + 1e-9


def sum_to_one(total: float, name: str) -> None:
    """Refuse a sum that misses 1 by more than printed rounding."""
    if misses_one(total):
        raise ValueError(
            f"{name} must sum to 1 (up to printed rounding, {PRINTED_ROUNDING}), not {total:.6g}; divide them by "
            "their sum."
        )


def rounding_note(total: float, name: str = "weights") -> dict[str, str]:
    """Return the ``attrs`` of a result whose weights miss the sum 1 by printed rounding: a ``note``, or nothing."""
    note = f"{name} sum to {total:.4g}, by rounding as printed; kept as given"
    return {"note": note} if abs(total - 1) > 1e-9 else {}


def printed_weights(values: ArrayLike, decimals: int, name: str) -> np.ndarray:
    """Return weights > 0 of so many printed decimals, shape (n,); what rounding to these leaves of the sum 1 is kept.

    They are what a search is to hit, so that a sum is refused that no rounding to these decimals can give.
    """
    array = finite_vector(values, name)
    half = 0.5 * 10.0 ** -whole_number("decimals", decimals, 0, 15)
    for i, weight in enumerate(array.tolist()):
        if weight <= 0:
            raise ValueError(f"{name} must be positive: {name}[{i}] is {weight:g}.")
        if abs(weight - round(weight, decimals)) > 1e-12:
            raise ValueError(f"{name}[{i}] is {weight}, of more than decimals={decimals} decimals.")
    total = float(array.sum())
    if abs(total - 1) > len(array) * half + 1e-12:
        raise ValueError(f"{name} must sum to 1 within rounding to {decimals} decimals, not to {total:.6g}.")
    return array


def groups(groups: Mapping[Any, Any], indicators: Iterable[object]) -> dict[Any, list]:
    """Return each group's indicators as a list; every indicator must stand in one group, and no group be empty."""
    indicators, found = list(indicators), {}
    for group, members in groups.items():
        if isinstance(members, str) or not len(members):
            raise ValueError(
                f"Group {shown(group)} must be a list of at least one indicator, not {shown(members)}."
            )
        for member in members:
            known("indicator", member, indicators, f" in group {shown(group)}")
            if member in found:
                raise ValueError(
                    f"Indicator {shown(member)} is in group {shown(found[member])} and in {shown(group)}; keep one."
                )
            found[member] = group
    for name in indicators:
        if name not in found:
            raise ValueError(f"Indicator {shown(name)} is in no group; put it in one, or leave it out.")
    return {group: list(members) for group, members in groups.items()}


def signs(direction: Mapping[Any, int] | None, columns: Iterable[object]) -> np.ndarray:
    """Return 1 or -1 for each column, shape (m,), as its direction says: a column without one is refused.

    Examples
    --------
    >>> signs(None, ["recency", "visits"])
    Traceback (most recent call last):
        ...
    ValueError: direction has no entry for 'visits'. Pass {…, 'visits': 1} if larger is better, -1 if smaller is.
    """
    import numpy as np

    declared: dict[Any, int] = dict(DIRECTION if direction is None else direction)
    columns = list(columns)
    for name in columns:
        if name not in declared:
            hint = did_you_mean(name, [other for other in declared if other not in columns])
            raise ValueError(
                f"direction has no entry for {shown(name)}{hint} Pass {{…, "
                f"{shown(name)}: 1}} if larger is better, -1 if smaller is."
            )
        if declared[name] not in (1, -1):
            raise ValueError(
                f"direction[{shown(name)}] is {shown(declared[name])}; allowed are 1 (larger is better) and -1."
            )
    return np.array([declared[name] for name in columns], dtype=float)
