"""How much it says that a printed limit can be attained: networks behind vectors near by.

`workbench.anp` offers this too.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.anp.search import recover_network

__all__ = ["attainable", "solutions_near"]


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
    shifts = checks.generator(random_state).uniform(-reach, reach, (n_vectors, len(limit) - 1))
    checks.whole_number("decimals", decimals, 0, 15)
    vectors = (limit[:-1] + shifts).round(decimals)
    vectors = np.column_stack([vectors, (1 - vectors.sum(axis=1)).round(decimals)])
    return np.array([recover_network(v, decimals=decimals, **how).number for v in vectors])


def attainable(
    limits: Mapping[Hashable, ArrayLike],
    n_vectors: int,
    *,
    decimals: int,
    random_state: np.random.Generator | int | None = None,
    **how: Any,
) -> pd.DataFrame:
    """Set printed limits side by side: the networks of one judge behind each, and behind vectors near it.

    Parameters
    ----------
    limits : dict of name to array_like, shape (3,) or (4,)
        Printed limit weights.
    n_vectors, decimals, random_state
        As in `solutions_near`; an int gives every limit the same draws.
    **how
        As in `solutions_near`.

    Returns
    -------
    DataFrame, one row per limit, index as `limits`
        ``networks_searched``; ``solutions``, sets of judgements whose limit rounds to it; ``supermatrices``,
        the different ones among them; ``best_is_off_by``, the smallest error of any; ``near_least`` and
        ``near_most``, sets of judgements behind a vector near by; ``chance``, the share of those vectors that
        have any: the larger it is, the less it says that the print is attained.

    Raises
    ------
    ValueError
        As `solutions_near`.

    Examples
    --------
    >>> found = attainable({"f": [0.3414, 0.4238, 0.2347]}, 5, decimals=4, random_state=0).loc["f"]
    >>> int(found["networks_searched"]), int(found["solutions"]), float(found["chance"])
    (4913, 0, 0.0)
    """
    rows = {}
    for name, limit in limits.items():
        search = {key: value for key, value in how.items() if key != "reach"}
        found = recover_network(limit, decimals=decimals, **search)
        near = solutions_near(limit, n_vectors, decimals=decimals, random_state=random_state, **how)
        rows[name] = {
            "networks_searched": found.candidates,
            "solutions": found.number,
            "supermatrices": found.distinct,
            "best_is_off_by": found.error,
            "near_least": int(near.min()),
            "near_most": int(near.max()),
            "chance": float((near > 0).mean()),
        }
    return pd.DataFrame(rows.values(), index=pd.Index([*rows]))
