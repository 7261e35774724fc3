"""One start in file order: what becomes of the clusters when the same rows stand in other orders."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.segments.clustering import QuickCluster

__all__ = ["sizes_by_order"]

LOST = "a cluster lost all its rows"


def sizes_by_order(
    X: pd.DataFrame | ArrayLike,
    n_clusters: int,
    *,
    n_orders: int = 200,
    max_iter: int = 10,
    random_state: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Count which sizes `QuickCluster` gives in random orders of the rows.

    Parameters
    ----------
    X : DataFrame or array_like of shape (n, d)
        One row per customer, on the scale that is clustered.
    n_clusters : int
    n_orders : int
        Number of orders.
    max_iter : int
        Largest number of iterations of each.
    random_state : int, Generator or None

    Returns
    -------
    DataFrame
        One row per set of sizes (the index `sizes by slot`), the most frequent first: `orders`, how many gave it.
        An order in which a cluster lost all its rows, so that it has no mean, counts as such.
        ``attrs["stopped"]`` is the number of orders that `max_iter` stopped.

    Raises
    ------
    ValueError
        As by `QuickCluster`, but for the lost cluster.

    Examples
    --------
    >>> sizes_by_order([[0.0], [1.0], [9.0]], 2, n_orders=20, random_state=0)["orders"].sum().item()
    20
    """
    X = checks.finite_frame(X, "X")
    checks.whole_number("n_orders", n_orders)
    rng, found, stopped = np.random.default_rng(random_state), [], 0
    QuickCluster(n_clusters, max_iter)._check_parameters(X.to_numpy())
    for _ in range(n_orders):
        try:
            run = QuickCluster(n_clusters, max_iter).fit(X.iloc[rng.permutation(len(X))])
        except ValueError:  # parameters were checked: a cluster lost its rows
            found.append(LOST)
            continue
        found.append(str(run.counts_.tolist()))
        stopped += not run.converged_
    table = pd.Series(found, name="sizes by slot").value_counts().rename("orders").to_frame()
    table.attrs["stopped"] = stopped
    return table
