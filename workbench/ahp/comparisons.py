"""Comparison matrices: build them from judgements, check that they are reciprocal, note what rounding leaves.

A judgement ``A[i, j]`` says how many times more important element i is than element j; ``A[j, i]`` is its
reciprocal and the diagonal is 1. ``A`` is one (n, n) matrix or a stack (m, n, n) with one matrix per judge.
"""

from collections.abc import Hashable, Mapping, Sequence
from math import isqrt
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks

EXACT = 1e-9  # reciprocity of matrices that were computed, not printed


class Checked(NamedTuple):
    """A comparison matrix that passed, and what was tolerated in it."""

    matrix: np.ndarray
    notes: list[str]


class Gap(NamedTuple):
    """The pair of cells farthest from reciprocity: ``gap`` = abs(A[cell] · A[mirrored cell] − 1)."""

    gap: float
    cell: tuple[int, ...]


def check(A: ArrayLike) -> Checked:
    """Check that A holds reciprocal comparison matrices, and note what printed rounding leaves of it.

    Parameters
    ----------
    A : array_like, shape (n, n) or (m, n, n)
        Ratios > 0; ``A[i, j]`` > 1 where i is the more important one.

    Returns
    -------
    Checked
        ``matrix`` (float array, kept as given) and ``notes``: one sentence per pair of cells that is
        reciprocal only within its printed decimals, that is if some x rounds to one and 1/x to the other.

    Raises
    ------
    ValueError
        Not square, empty, NaN, infinite, zero or negative, diagonal not 1, or not reciprocal; names the cell.

    Examples
    --------
    >>> check([[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]]).notes[1]
    'A[0, 2] = 0.46 and A[2, 0] = 2.18 are reciprocal only within rounding to 2 decimals (1 / 0.46 = 2.174).'
    """
    A = as_positive(A)
    diagonal = np.diagonal(A, axis1=-2, axis2=-1)
    if (abs(diagonal - 1) > EXACT).any():
        *m, i = (int(k) for k in np.argwhere(abs(diagonal - 1) > EXACT)[0])
        cell = (*m, i, i)
        raise ValueError(f"The diagonal of A must be 1: {_name(cell)} = {A[cell]:g}.")
    off = abs(A * A.swapaxes(-1, -2) - 1) > EXACT
    if not off.any():
        return Checked(A, [])
    return Checked(A, [_rounding_note(A, tuple(c)) for c in np.argwhere(np.triu(off)).tolist()])


def reciprocal_gap(A: ArrayLike) -> Gap:
    """Find the pair of cells that is farthest from reciprocity; A need only be positive.

    Parameters
    ----------
    A : array_like, shape (n, n) or (m, n, n)

    Returns
    -------
    Gap
        ``gap`` (0 = reciprocal) and ``cell`` in the upper triangle.

    Examples
    --------
    >>> reciprocal_gap([[1, 5], [5 / 9, 1]])
    Gap(gap=1.7777777777777777, cell=(0, 1))
    """
    A = as_positive(A)
    gap = np.triu(abs(A * A.swapaxes(-1, -2) - 1))
    cell = tuple(int(k) for k in np.unravel_index(gap.argmax(), gap.shape))
    return Gap(float(gap[cell]), cell)


def reciprocal(A: ArrayLike, triangle: Literal["upper", "lower"] = "upper") -> np.ndarray:
    """Keep one triangle of A and write its exact reciprocals into the other.

    Parameters
    ----------
    A : array_like, shape (n, n) or (m, n, n)
        The other triangle and the diagonal are ignored.
    triangle : {"upper", "lower"}

    Returns
    -------
    ndarray, shape of A

    Examples
    --------
    >>> reciprocal([[1, 0.5], [0, 1]]).tolist()
    [[1.0, 0.5], [2.0, 1.0]]
    """
    checks.one_of("triangle", triangle, ("upper", "lower"))
    A = _square(A)
    keep = np.triu(np.ones(A.shape[-2:], bool), 1)
    keep = keep if triangle == "upper" else keep.T
    A = as_positive(np.where(keep, A, 1))
    return np.where(keep, A, 1 / A.swapaxes(-1, -2))


def readings(A: ArrayLike) -> dict[str, np.ndarray]:
    """Read a printed matrix in the three ways that its rounding leaves open.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Printed comparison matrix, reciprocal within its decimals.

    Returns
    -------
    dict of str to ndarray, shape (n, n)
        "as printed"; "upper triangle" and "lower triangle", each with the exact reciprocals in the other.

    Examples
    --------
    >>> {name: B[1, 0].round(3).item() for name, B in readings([[1, 0.71], [1.41, 1]]).items()}
    {'as printed': 1.41, 'upper triangle': 1.408, 'lower triangle': 1.41}
    """
    A = one_matrix(A)
    return {"as printed": A} | {f"{half} triangle": reciprocal(A, half) for half in ("upper", "lower")}


def mirrored(A: pd.DataFrame, decimals: int) -> dict[tuple[Hashable, Hashable], tuple[float, float]]:
    """Bound each printed judgement by its mirror image: the reciprocals of all that rounds to the mirrored cell.

    A printed cell outside these bounds contradicts its mirror image.

    Parameters
    ----------
    A : DataFrame, shape (n, n)
        Printed comparison matrix, names in rows and columns in the same order.
    decimals : int
        Decimals printed.

    Returns
    -------
    dict of (row, column) to (low, high)
        One entry for each cell off the diagonal.

    Examples
    --------
    >>> quoted = pd.DataFrame([[1, 0.46], [2.18, 1]], index=["F", "M"], columns=["F", "M"])
    >>> low, high = mirrored(quoted, 2)["F", "M"]
    >>> round(low, 4), round(high, 4)
    (0.4577, 0.4598)
    """
    values, half = one_matrix(A), 0.5 * 10.0 ** -checks.whole_number("decimals", decimals, 0, 15)
    if (values[~np.eye(len(values), dtype=bool)] <= half).any():
        raise ValueError(
            f"A holds values that {decimals} decimals round to 0; say with how many it was printed."
        )
    pairs = [(i, j) for i in range(len(values)) for j in range(len(values)) if i != j]
    return {
        (A.index[i], A.columns[j]): (float(1 / (values[j, i] + half)), float(1 / (values[j, i] - half)))
        for i, j in pairs
    }


def from_upper(judgements: ArrayLike) -> np.ndarray:
    """Build reciprocal matrices from their upper triangles, read row by row.

    Parameters
    ----------
    judgements : array_like, shape (n (n − 1) / 2,) or (m, n (n − 1) / 2)
        Ratios > 0: 1:2, 1:3, …, 2:3, …; one row per matrix.

    Returns
    -------
    ndarray, shape (n, n) or (m, n, n)

    Examples
    --------
    >>> from_upper([1 / 2, 1 / 4, 3])[2].round(3).tolist()
    [4.0, 0.333, 1.0]
    """
    judgements = checks.numbers(judgements, "judgements")
    pairs = judgements.shape[-1] if judgements.ndim in (1, 2) else 0
    n = (1 + isqrt(1 + 8 * pairs)) // 2
    if not pairs or n * (n - 1) // 2 != pairs:
        raise ValueError(
            f"An upper triangle holds 1, 3, 6, 10, … judgements; the shape is {judgements.shape}."
        )
    A = np.ones((*judgements.shape[:-1], n, n))
    i, j = np.triu_indices(n, 1)
    A[..., i, j] = judgements
    return reciprocal(A)


def from_judgements(
    judgements: Mapping[tuple[Hashable, Hashable], float], names: Sequence[Hashable]
) -> np.ndarray:
    """Build the reciprocal matrix from judgements of named pairs; a pair never judged stays NaN.

    Parameters
    ----------
    judgements : mapping of (row name, column name) to ratio > 0
        How many times more important the first is than the second. A pair may be given both ways round if
        the two agree.
    names : sequence of str
        Elements in the order of rows and columns.

    Returns
    -------
    ndarray, shape (n, n)
        Where some are NaN, see `judgements.complete`.

    Raises
    ------
    ValueError
        Unknown name, ratio not positive and finite, element against itself not 1, contradictory judgements.

    Examples
    --------
    >>> from_judgements({("F", "R"): 1 / 2, ("M", "R"): 4, ("F", "M"): 1 / 8}, ["F", "R", "M"])[2].tolist()
    [8.0, 4.0, 1.0]
    """
    names = checks.distinct("names", names)
    A = np.where(np.eye(len(names), dtype=bool), 1.0, np.nan)
    for (row, column), ratio in judgements.items():
        for name in (row, column):
            checks.known("element", name, names)
        i, j = names.index(row), names.index(column)
        checks.number(
            f"Judgement {row} : {column}", ratio, above=0, least=1 / checks.LARGEST, most=checks.LARGEST
        )
        if abs(A[i, j] / ratio - 1) > EXACT:  # False while the pair is still NaN
            raise ValueError(
                f"Contradictory judgements of {row} : {column}: {ratio:g} here, {A[i, j]:.4g} by "
                f"{column} : {row} or the diagonal. Keep one of them."
            )
        A[i, j], A[j, i] = ratio, 1 / ratio
    return A


def printed_interval(
    A: np.ndarray, decimals: int, *, cells: Literal["both", "upper", "lower"] = "both"
) -> np.ndarray:
    """Bound the logarithm of each judgement in the upper triangle by the rounding of its printed cells.

    Parameters
    ----------
    A : ndarray, shape (n, n)
        Printed comparison matrix, positive.
    decimals : int
        Decimals printed.
    cells : {"both", "upper", "lower"}
        Printed cells to respect.

    Returns
    -------
    ndarray, shape (2, n (n − 1) / 2)
        Natural logarithms, lower ends then upper ends, in row order; lower > upper where two cells disagree.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(printed_interval(np.array([[1, 0.46], [2.18, 1]]), 2)).round(4).ravel().tolist()
    [0.4577, 0.4598]
    """
    i, j = np.triu_indices(len(A), 1)
    half = 0.5 * 10.0 ** -checks.whole_number("decimals", decimals, 0, 15)
    with np.errstate(divide="ignore"):
        upper = np.log(np.array([np.maximum(A[i, j] - half, 0), A[i, j] + half]))
        lower = -np.log(np.array([A[j, i] + half, np.maximum(A[j, i] - half, 0)]))
    if cells == "both":
        return np.array([np.maximum(upper[0], lower[0]), np.minimum(upper[1], lower[1])])
    return upper if cells == "upper" else lower


def _square(A):
    checks.same_labels(A)
    A = checks.numbers(A, "A")
    if A.ndim not in (2, 3) or A.shape[-1] != A.shape[-2] or not A.size:
        raise ValueError(
            f"A must be square and not empty, (n, n) or a stack (m, n, n); its shape is {A.shape}."
        )
    return A


def as_positive(A):
    """Check that A is one square matrix or a stack of them, with positive and finite entries, as floats."""
    A = _square(A)
    least = 1 / checks.LARGEST  # the reciprocal must be a number too
    if not (A.min() >= least and A.max() < np.inf):  # NaN fails the first
        cell = tuple(np.argwhere(~(np.isfinite(A) & (least <= A)))[0].tolist())
        missing = " Fill missing judgements with judgements.complete." if np.isnan(A[cell]) else ""
        raise ValueError(f"A must hold positive, finite ratios: {_name(cell)} = {A[cell]:g}.{missing}")
    return A


def one_matrix(A: ArrayLike, least: int = 2) -> np.ndarray:
    """Check that A is one comparison matrix with so many elements at least."""
    A = check(A).matrix
    if A.ndim > 2 or len(A) < least:
        raise ValueError(f"Give one matrix with n at least {least}; the shape is {A.shape}.")
    return A


def upper_of(A: np.ndarray) -> np.ndarray:
    """Return the upper triangle of one matrix, read row by row."""
    return A[np.triu_indices(len(A), 1)]


def _rounding_note(A, cell):
    """Describe a pair of cells that is reciprocal within printed decimals; refuse any other."""
    *m, i, j = cell
    mirrored = (*m, j, i)
    pair = np.array([[1, A[cell]], [A[mirrored], 1]])
    decimals = _decimals(A[tuple(m)])
    first = f"{_name(cell)} = {A[cell]:g}", f"{_name(mirrored)} = {A[mirrored]:g}"
    low, high = printed_interval(pair, decimals)
    if not 1 <= decimals <= 6 or low > high + 1e-12:
        raise ValueError(
            f"A must be reciprocal: {first[0]} but {first[1]} (expected {1 / A[cell]:.3g}). "
            f"Correct one of the two, or keep one triangle with ahp.reciprocal(A)."
        )
    return (
        f"{first[0]} and {first[1]} are reciprocal only within rounding to {decimals} decimals "
        f"(1 / {A[cell]:g} = {1 / A[cell]:.{decimals + 1}f})."
    )


def _decimals(A):
    """Count the decimals that all entries are printed with; 7 stands for more than six."""
    return next((d for d in range(7) if (abs(A - A.round(d)) < EXACT).all()), 7)


def _name(cell):
    return f"A[{', '.join(map(str, cell))}]"
