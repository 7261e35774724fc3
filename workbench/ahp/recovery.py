"""Back from printed weights: the matrices of one judge on Saaty's scale that can lie behind them."""

from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from workbench import checks
from workbench.ahp.comparisons import from_upper
from workbench.ahp.scale import SAATY_SCALE
from workbench.ahp.weights import Method, RandomIndex, consistency, weights_of

__all__ = ["Recovery", "recover"]


class Recovery(NamedTuple):
    """What a search for the Saaty matrices behind printed weights found.

    ``solutions`` (number, n, n); ``nearest`` is the closest matrix, ``nearest_weights`` its weights and
    ``error`` their largest distance from the printed ones; ``candidates`` met the consistency limit.
    ``exhaustive`` says whether every matrix was looked at; only then can a solution be ``unique`` and is
    ``chance`` (of a hit by arbitrary weights) not NaN.
    """

    solutions: np.ndarray
    number: int
    unique: bool
    chance: float
    nearest: np.ndarray
    nearest_weights: np.ndarray
    error: float
    candidates: int
    exhaustive: bool


def recover(
    weights: ArrayLike,
    *,
    decimals: int,
    consistency_ratio_max: float = 0.1,
    method: Method = "eigenvector",
    random_index: RandomIndex = "saaty1980",
    n_samples: int = 200_000,
    random_state: np.random.Generator | int | None = 0,
) -> Recovery:
    """Search the Saaty matrices whose weights round to printed ones.

    For n ≤ 3 every matrix on the scale is tried (4,913 for n = 3); beyond, random ones near the printed
    ratios are: a solution found is one, but none found, or only one, proves nothing.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Printed weights > 0, kept as given; their sum may miss 1 by what rounding allows.
    decimals : int
        Decimals printed.
    consistency_ratio_max : float
        Only matrices with a consistency ratio below it count.
    method, random_index : as in `weights` and `consistency`
    n_samples : int
        Matrices drawn if n > 3.
    random_state : int, Generator or None

    Returns
    -------
    Recovery
        ``chance`` is the number of distinct printed vectors that the admissible matrices reach over the
        number of vectors of positive weights with these decimals and sum 1, one in so many being hit.

    Raises
    ------
    ValueError
        Weights not positive, of more decimals than said, or not of sum 1 within rounding.

    Examples
    --------
    >>> found = recover([0.1312, 0.7928, 0.0760], decimals=4)
    >>> found.number, found.solutions[0].round(3)[0].tolist(), f"{found.chance:.0e}"
    (1, [1.0, 0.143, 2.0], '2e-05')
    """
    printed = checks.printed_weights(weights, decimals, "weights")
    n = len(printed)
    if n < 2:
        raise ValueError(f"weights must hold at least two, not {n}.")
    exhaustive = n <= 3
    judgements = _every_judgement(n) if exhaustive else _near_judgements(printed, n_samples, random_state)
    matrices = from_upper(judgements)
    matrices = matrices[consistency(matrices, random_index).consistency_ratio < consistency_ratio_max]
    if not len(matrices):
        raise ValueError(f"No matrix has a consistency ratio below {consistency_ratio_max}: raise it.")
    w = weights_of(matrices, method)
    errors = abs(w - printed).max(-1)
    hits = errors <= 0.5 * 10.0**-decimals + 1e-12
    nearest = int(errors.argmin())
    reached = len(np.unique(np.rint(w * 10**decimals), axis=0))
    return Recovery(
        solutions=matrices[hits],
        number=int(hits.sum()),
        unique=bool(exhaustive and hits.sum() == 1),
        chance=reached / comb(10**decimals - 1, n - 1) if exhaustive else float("nan"),
        nearest=matrices[nearest],
        nearest_weights=w[nearest],
        error=float(errors[nearest]),
        candidates=len(matrices),
        exhaustive=exhaustive,
    )


def _every_judgement(n):
    return np.stack(np.meshgrid(*[SAATY_SCALE] * comb(n, 2), indexing="ij"), -1).reshape(-1, comb(n, 2))


def _near_judgements(w, n_samples, random_state):
    """Draw upper triangles within two steps of the ratios of the weights, without repetition."""
    rng = checks.generator(random_state)
    i, j = np.triu_indices(len(w), 1)
    at = np.rint(np.interp(np.log(w[i] / w[j]), np.log(SAATY_SCALE), np.arange(17))).astype(int)
    steps = rng.choice([-2, -1, 0, 1, 2], (n_samples, len(i)), p=[0.1, 0.2, 0.4, 0.2, 0.1])
    return SAATY_SCALE[np.unique(np.clip(at + steps, 0, 16), axis=0)]
