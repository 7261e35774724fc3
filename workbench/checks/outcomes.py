"""What happened to each customer, yes or no, and what was foretold for each."""

# The command line imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.checks.labelling import same_order
from workbench.checks.tables import finite_vector, rows_of
from workbench.checks.words import shown

if TYPE_CHECKING:
    import numpy as np


def outcomes(values: Any, name: str = "y") -> np.ndarray:
    """Return whether the event happened, shape (n,) of bool, of 1 and 0 or true and false; refuse what is neither.

    Examples
    --------
    >>> outcomes([1, 0, 2], "churned")
    Traceback (most recent call last):
        ...
    ValueError: churned must be 1 where it happened and 0 where not: row 2 is 2. Leave out whose outcome is unknown.
    """
    array = finite_vector(values, name, truth=True)
    _refuse(
        (array != 0) & (array != 1),
        array,
        values,
        f"{name} must be 1 where it happened and 0 where not",
        "Leave out whose outcome is unknown.",
    )
    return array == 1


def probabilities(values: Any, name: str = "p") -> np.ndarray:
    """Return probabilities, shape (n,), or refuse one outside [0, 1] by name."""
    array = finite_vector(values, name)
    _refuse(
        (array < 0) | (array > 1),
        array,
        values,
        f"{name} must be in [0, 1]",
        "Give probabilities, not scores or per cent.",
    )
    return array


def one_for_each(values: Any, array: np.ndarray, y: Any, name: str, of: str = "y") -> None:
    """Refuse numbers that are not as many as the outcomes, or a Series in another order."""
    same_order(values, y, name, of)
    if len(array) != len(y):
        raise ValueError(f"{name} has {len(array)} values and {of} {len(y)}; allowed is one for each.")


def _refuse(wrong: np.ndarray, array: np.ndarray, values: Any, rule: str, remedy: str) -> None:
    if wrong.any():
        i = int(wrong.argmax())
        raise ValueError(f"{rule}: row {shown(rows_of(values)[i])} is {array[i]:g}. {remedy}")
