"""How much it says that a printed limit can be attained: networks behind vectors near by.

`workbench.anp` offers this too.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from workbench import checks
from workbench.anp.search import recover_network

__all__ = ["solutions_near"]


def solutions_near(
    limit: ArrayLike,
    n_vectors: int,
    *,
    decimals: int,
    reach: float = 0.01,
    random_state: np.random.Generator | int | None = None,
    **how: Any,
) -> np.ndarray:
    """Count the networks of one judge behind each of some vectors near a printed limit.

    If arbitrary vectors near by have as many networks as the printed one, attaining the print shows nothing.
    Every weight but the last is shifted by up to `reach` either way, and rounded as printed; the last one is
    what is left of 1.

    Parameters
    ----------
    limit : array_like, shape (3,) or (4,)
        Printed limit weights, larger than `reach` (the last: than n − 1 times `reach`).
    n_vectors : int
        How many vectors, at least 1.
    decimals : int
        Decimals printed.
    reach : float
        Largest shift of a weight.
    random_state : int, Generator or None
    **how
        `consistency_ratio_max` and `random_index`, as in `recover_network`.

    Returns
    -------
    numpy.ndarray of int, shape (n_vectors,)
        Number of sets of judgements per vector, see `recover_network`.

    Raises
    ------
    ValueError
        As `recover_network`; if a shifted weight could be 0 or less.

    Examples
    --------
    >>> solutions_near([0.3414, 0.4238, 0.2347], 5, decimals=4, random_state=0).tolist()
    [0, 0, 0, 0, 0]
    """
    limit = checks.finite_vector(limit, "limit")
    checks.whole_number("n_vectors", n_vectors)
    checks.number("reach", reach, above=0)
    if not (limit[:-1] > reach).all() or not limit[-1] > reach * (len(limit) - 1):
        raise ValueError(f"reach {reach:g} could shift a weight of {limit.tolist()} to 0 or less; give less.")
    shifts = np.random.default_rng(random_state).uniform(-reach, reach, (n_vectors, len(limit) - 1))
    vectors = (limit[:-1] + shifts).round(decimals)
    vectors = np.column_stack([vectors, (1 - vectors.sum(axis=1)).round(decimals)])
    return np.array([recover_network(v, decimals=decimals, **how).number for v in vectors])
