"""Panels of judges: how far they agree, what one of them moves, which could lie behind a printed mean."""

from collections.abc import Hashable, Sequence
from itertools import product
from math import factorial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.ahp.comparisons import check, from_upper, printed_interval
from workbench.ahp.scale import SAATY_SCALE
from workbench.ahp.weights import Mean, Method, RandomIndex, aggregate, consistency, stack, weights

__all__ = [
    "LeaveOneOut",
    "Panels",
    "admissible_panels",
    "consensus",
    "consistent_judges",
    "describe_panels",
    "leave_one_out",
]


class LeaveOneOut(NamedTuple):
    """Group weights without each judge in turn.

    ``weights`` (m, n), row = the judge left out; ``shift`` (m,) = largest move of a weight against the whole
    panel; ``judge`` = the one whose absence moves most.
    """

    weights: np.ndarray
    shift: np.ndarray
    judge: int


class Panels(NamedTuple):
    """Panels drawn, ``matrices`` (n_panels, n_judges, 3, 3), and an estimated ``number`` of all of them."""

    matrices: np.ndarray
    number: float


def consensus(matrices: ArrayLike, method: Method = "eigenvector") -> float:
    """Measure how far the judges' weights agree, by Goepel's entropy index.

    With diversity the exponential of Shannon's entropy of weights, alpha that within judges (mean entropy),
    gamma that of the mean weights and beta = gamma / alpha, the index rescales 1 / beta from its least value,
    that of judges who each put another element 9 times above all the rest, to 1.

    Parameters
    ----------
    matrices : array_like, shape (m, n, n)
        One comparison matrix per judge.
    method : as in `ahp.weights`

    Returns
    -------
    float
        1 = identical weights; 0 = as different as Saaty's scale allows to consistent judges.

    References
    ----------
    Goepel, K. D. (2013), Implementing the AHP as a standard method for multi-criteria decision making in
    corporate enterprises, Proc. ISAHP, Kuala Lumpur; the largest gamma diversity is n, his later revision.

    Examples
    --------
    >>> consensus([[[1, 9], [1 / 9, 1]], [[1, 1 / 9], [9, 1]]]).__round__(12)
    0.0
    """
    w = weights(stack(matrices), method)
    n = w.shape[1]
    if n < 2:
        raise ValueError("Consensus needs at least two elements; the matrices have one.")
    alpha, gamma = np.exp(_entropy(w).mean()), np.exp(_entropy(w.mean(0)))
    least = np.exp(_entropy(np.r_[9, np.ones(n - 1)] / (n + 8))) / n
    return float((alpha / gamma - least) / (1 - least))


def _entropy(w):
    return -(w * np.log(w)).sum(-1)


def leave_one_out(
    matrices: ArrayLike,
    how: Mean = "geometric",
    *,
    judge_weights: ArrayLike | None = None,
    method: Method = "eigenvector",
) -> LeaveOneOut:
    """Leave each judge out in turn and aggregate the judgements of the others.

    Parameters
    ----------
    matrices : array_like, shape (m, n, n)
        One comparison matrix per judge, m ≥ 2.
    how, judge_weights : as in `ahp.aggregate`
    method : as in `ahp.weights`

    Returns
    -------
    LeaveOneOut

    Examples
    --------
    >>> panel = [[[1, 1], [1, 1]], [[1, 1], [1, 1]], [[1, 4], [1 / 4, 1]]]
    >>> leave_one_out(panel).weights[:, 0].round(3).tolist(), leave_one_out(panel).judge
    ([0.667, 0.667, 0.5], 2)
    """
    matrices = stack(matrices)
    m = len(matrices)
    if m < 2:
        raise ValueError("Leaving one out needs at least two judges.")
    shares = checks.shares(judge_weights, range(m), "judge_weights")

    def group(judges):
        return weights(
            aggregate(matrices[judges], how, shares[judges]), method, reciprocal=how == "geometric"
        )

    others = np.array([group(np.arange(m) != judge) for judge in range(m)])
    shift = abs(others - group(np.arange(m))).max(1)
    return LeaveOneOut(others, shift, int(shift.argmax()))


def admissible_panels(
    A: ArrayLike,
    n_panels: int,
    *,
    n_judges: int = 5,
    decimals: int = 2,
    consistency_ratio_max: float = 0.1,
    random_index: RandomIndex = "saaty1980",
    random_state: np.random.Generator | int | None = 0,
    max_draws: int = 20_000_000,
) -> Panels:
    """Draw panels of judges whose geometric mean rounds to a printed 3 × 3 matrix, in all its cells.

    Every judge answers on Saaty's scale with a consistency ratio below the limit. Panels are unordered, two
    judges may agree, and all admissible panels are equally likely; drawn without replacement.

    Parameters
    ----------
    A : array_like, shape (3, 3)
        Printed mean matrix.
    n_panels : int
        Panels wanted.
    n_judges : int
        Judges in a panel, 3 to 6.
    decimals : int
        Decimals printed in A.
    consistency_ratio_max, random_index
        Limit for each judge, see `ahp.consistency`.
    random_state : int or Generator
    max_draws : int
        Parts of panels tried before giving up.

    Returns
    -------
    Panels

    Raises
    ------
    ValueError
        A printed cell and its mirror image contradict each other, or too few panels were met.

    Notes
    -----
    Meet in the middle: all judges but two are drawn, the pairs that complete them are looked up in a table
    sorted by products, and each hit is kept with a probability inverse to the number of ways it can be drawn.
    The same ways give the estimate of the number; the more panels are drawn, the closer it is.

    Examples
    --------
    >>> panels = admissible_panels([[1, 0.71, 0.46], [1.41, 1, 0.85], [2.18, 1.18, 1]], 2).matrices
    >>> [aggregate(judges)[0].round(2).tolist() for judges in panels]
    [[1.0, 0.71, 0.46], [1.0, 0.71, 0.46]]
    """
    A = check(A).matrix
    if A.shape != (3, 3):
        raise ValueError(f"A must be one 3 by 3 matrix, not of shape {A.shape}.")
    checks.whole_number("n_judges", n_judges, 3, 6)
    checks.whole_number("n_panels", n_panels)
    box = n_judges * printed_interval(A, decimals)  # of the sum of the judges' logarithms
    if (box[0] > box[1]).any():
        raise ValueError(
            f"No reciprocal matrix rounds to A at decimals={decimals}: a cell contradicts its mirror."
        )
    judges = consistent_judges(consistency_ratio_max, random_index=random_index)
    logs, rng = np.log(judges), checks.generator(random_state)
    table = _pair_table(logs, box[1] - box[0])
    found, ways, drawn, batch = {}, 0.0, 0, 100
    while len(found) < n_panels and drawn < max_draws:
        parts = rng.integers(len(logs), size=(batch, n_judges - 2))
        panels, share = _complete_panels(logs, table, box, parts)
        drawn, ways = drawn + batch, ways + share.sum()
        batch = batch if len(panels) > 5_000 else min(2 * batch, 200_000)  # hits, not draws, fill memory
        kept = panels[rng.random(len(panels)) < share]
        found |= dict.fromkeys(map(tuple, rng.permutation(kept).tolist()))
    if len(found) < n_panels:
        raise ValueError(
            f"{len(found)} panels of {n_judges} judges met in {drawn} draws; {n_panels} were wanted."
        )
    chosen = np.array(list(found)[:n_panels])
    return Panels(from_upper(judges)[chosen], ways / drawn * len(logs) ** (n_judges - 2))


def describe_panels(panels: ArrayLike, names: Sequence[Hashable]) -> pd.DataFrame:
    """Say of each panel what its group weighs, and how much of that hangs on single judges.

    Parameters
    ----------
    panels : array_like, shape (n_panels, m, n, n)
        The comparison matrices of m judges each.
    names : sequence of str
        The n elements, in the order of rows and columns.

    Returns
    -------
    DataFrame, one row per panel
        ``weight of <name>``, from the geometric mean of the matrices; ``largest move``, of a weight when one judge
        leaves; ``consensus``, 1 = the same weights; ``judges with <name> first``, where a tie is no first place.

    Examples
    --------
    >>> panel = [[[1, 3], [1 / 3, 1]], [[1, 3], [1 / 3, 1]], [[1, 1], [1, 1]]]
    >>> describe_panels([panel], ["F", "M"])[["judges with F first", "judges with M first"]].values.tolist()
    [[2, 0]]
    """
    panels = np.asarray(panels, float)
    names = checks.distinct("names", names)
    m, logs = panels.shape[1], np.log(panels)
    together = logs.sum(axis=1, keepdims=True)
    group, others, own = (
        _weights_of_each(np.exp(x)) for x in (together / m, (together - logs) / (m - 1), logs)
    )
    table = pd.DataFrame(group[:, 0], columns=names).add_prefix("weight of ")
    table["largest move"] = abs(others - group).max(axis=(1, 2))
    table["consensus"] = [consensus(panel) for panel in panels]
    for i, name in enumerate(names):
        others = np.delete(own, i, axis=-1).max(-1)
        table[f"judges with {name} first"] = (own[..., i] > others + 1e-9).sum(1)
    return table


def _weights_of_each(matrices):
    """Weights of matrices in any number of dimensions, all at once."""
    return weights(matrices.reshape(-1, *matrices.shape[-2:])).reshape(matrices.shape[:-1])


def consistent_judges(
    consistency_ratio_max: float = 0.1, *, random_index: RandomIndex = "saaty1980"
) -> np.ndarray:
    """List the upper triangles (1:2, 1:3, 2:3) of all consistent enough 3 × 3 Saaty matrices.

    Parameters
    ----------
    consistency_ratio_max : float
        The ratio must be below it.
    random_index : as in `ahp.consistency`

    Returns
    -------
    ndarray, shape (m, 3)
        1,087 of the 4,913 at the defaults.

    Examples
    --------
    >>> consistent_judges().shape
    (1087, 3)
    """
    every = np.array(list(product(SAATY_SCALE, repeat=3)))
    return every[consistency(from_upper(every), random_index).consistency_ratio < consistency_ratio_max]


def _pair_table(logs, width):
    """Sort all unordered pairs of judges into cells of the box's size, by the sum of their logarithms."""
    first, second = np.triu_indices(len(logs))
    sums = logs[first] + logs[second]
    origin = sums.min(0) - width
    size = ((sums.max(0) - origin) // width).astype(int) + 3
    key = _cell_key(((sums - origin) // width).astype(int), size)
    order = key.argsort(kind="stable")
    return first[order], second[order], sums[order], key[order], origin, size


def _cell_key(cells, size):
    return (cells[..., 0] * size[1] + cells[..., 1]) * size[2] + cells[..., 2]


def _complete_panels(logs, table, box, drawn):
    """Find the pairs that complete each drawn part; give panels (sorted) and 1 / the ways to draw each."""
    first, second, sums, key, origin, size = table
    rest = box[0] - logs[drawn].sum(1)  # the pair's sum lies in rest … rest + width
    cell = ((rest - origin) // (box[1] - box[0])).astype(int)
    inside = ((cell >= 0) & (cell < size - 1)).all(1)
    drawn, rest, cell = drawn[inside], rest[inside], cell[inside]
    corner = _cell_key(cell[:, None] + [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 0]], size).ravel()
    start, stop = key.searchsorted(corner), key.searchsorted(corner + 2)
    part = np.repeat(np.arange(len(corner)) // 4, stop - start)
    pair = np.arange(len(part)) + np.repeat(start - np.r_[0, (stop - start).cumsum()[:-1]], stop - start)
    offset = sums[pair] - rest[part]
    hit = ((offset >= -1e-12) & (offset <= box[1] - box[0] + 1e-12)).all(1)
    part, pair = part[hit], pair[hit]
    panels = np.sort(np.c_[drawn[part], first[pair], second[pair]], axis=1)
    return panels, np.where(first[pair] == second[pair], 1, 2) / _orderings(panels)


def _orderings(panels):
    """Count the orders in which each sorted panel's judges can stand."""
    n = panels.shape[1]
    run, repeats = np.ones(len(panels)), np.ones(len(panels))
    for k in range(1, n):
        run = np.where(panels[:, k] == panels[:, k - 1], run + 1, 1)
        repeats *= run  # builds the product of the factorials of the multiplicities
    return factorial(n) / repeats
