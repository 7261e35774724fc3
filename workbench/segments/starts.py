"""One start in file order: what becomes of the clusters from other orders, many starts and other scales."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.segments.alike import adjusted_rand_index
from workbench.segments.clustering import QuickCluster, counted, initial_centers, iterate, nearest
from workbench.segments.lloyd import best_of_starts
from workbench.segments.resampling import ari_noise_floor

__all__ = ["OneStart", "agreement", "fit_each", "one_start", "sizes_by_order"]

LOST = "a cluster lost all its rows"


class OneStart(NamedTuple):
    """One start in file order beside the best of many random ones.

    ``excess``, relative, of the within-cluster sum of squares, ≥ 0, NaN where even the best leaves none; ``sizes`` of
    its clusters as text, smallest first; ``note``, a sentence on both, and on how it ended.
    """

    excess: float
    sizes: str
    note: str


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
        One row per list of sizes, as text (the index `sizes by slot`), the most frequent first: `orders`, how many
        gave it, and `smallest first`, the same sizes whatever their slots. An order in which a cluster lost all its
        rows, so that it has no mean, counts as such.
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
    points, rng = checks.without_noise(X.to_numpy()), checks.generator(random_state)
    QuickCluster(n_clusters, max_iter)._check_parameters(points)
    orders = (points[rng.permutation(len(points))] for _ in range(n_orders))
    found, rested = zip(*(_end(rows, n_clusters, max_iter) for rows in orders), strict=True)
    names = {_written(sizes): _written(sorted(sizes)) for sizes in found}
    texts = pd.Series([_written(sizes) for sizes in found], name="sizes by slot")
    table = texts.value_counts().rename("orders").to_frame()
    table["smallest first"] = [names[text] for text in table.index]
    table.attrs["stopped"] = n_orders - sum(rested)
    return table


def _end(X, n_clusters, max_iter):
    """Return the sizes that `QuickCluster` gives, none if a cluster lost its rows, and whether it came to its end."""
    try:
        centers, history = iterate(X, initial_centers(X, n_clusters), max_iter)
        sizes = counted(nearest(X, centers), n_clusters, "at the end")
    except ValueError:
        return [], True
    return sizes.tolist(), bool(history[-1].max() <= 0)


def _written(sizes):
    return ", ".join(map(str, sizes)) or LOST


def one_start(
    X: pd.DataFrame | ArrayLike,
    n_clusters: int,
    *,
    n_init: int = 50,
    max_iter: int = 10,
    random_state: int | None = None,
) -> OneStart:
    """Compare one start in file order with the best of many random starts.

    Parameters
    ----------
    X : DataFrame or array_like of shape (n, d)
        One row per customer, on the scale that is clustered.
    n_clusters : int
    n_init : int
        Number of random starts.
    max_iter : int
        Largest number of iterations of the one start.
    random_state : int or None

    Returns
    -------
    OneStart

    Raises
    ------
    ValueError
        As by `QuickCluster`.

    Examples
    --------
    >>> one_start([[0.0], [1.0], [9.0], [10.0]], 2, random_state=0)
    OneStart(excess=0.0, sizes='2, 2', note='one start is 0.00% above the best of 50, and came to its end')
    """
    X = checks.without_noise(checks.finite_frame(X, "X")).to_numpy()
    one = QuickCluster(n_clusters, max_iter).fit(X)
    best = best_of_starts(X, n_clusters, n_init, random_state=random_state).inertia
    excess = max(float(one.inertia_ / best) - 1, 0.0) if best > 0 else np.nan  # below 0 only by rounding
    end = f"but it {one.note_}" if one.note_ else "and came to its end"
    above = "cannot be told from" if np.isnan(excess) else f"is {excess:.2%} above"
    note = f"one start {above} the best of {n_init}, {end}"
    return OneStart(excess, _written(sorted(one.counts_.tolist())), note)


def fit_each(
    tables: Mapping[str, pd.DataFrame], n_clusters: int, max_iter: int = 10
) -> dict[str, QuickCluster]:
    """Cluster each of several tables from one start, those left out that have too few different rows.

    Parameters
    ----------
    tables : dict of str to DataFrame, shape (n, d)
        Such as the same customers with their outliers kept and dropped.
    n_clusters : int
    max_iter : int

    Returns
    -------
    dict of str to QuickCluster
        Fitted.

    Examples
    --------
    >>> tables = {"keep": pd.DataFrame({"x": [0.0, 1.0, 9.0]}), "drop": pd.DataFrame({"x": [0.0]})}
    >>> {name: run.counts_.tolist() for name, run in fit_each(tables, 2).items()}
    {'keep': [2, 1]}
    """
    enough = {name: X for name, X in tables.items() if len(X.drop_duplicates()) >= n_clusters}
    return {name: QuickCluster(n_clusters, max_iter).fit(X) for name, X in enough.items()}


def agreement(
    scaled: Mapping[str, pd.DataFrame],
    labels: ArrayLike,
    *,
    n_init: int = 20,
    max_iter: int = 10,
    random_state: int | None = None,
) -> pd.DataFrame:
    """Compare a partition with those that the same customers get on other scales.

    Parameters
    ----------
    scaled : dict of str to DataFrame, shape (n, d)
        The indicators of the same customers by the name of the scaling.
    labels : array_like of shape (n,)
        The partition; every scale gets as many clusters.
    n_init : int
        Starts of which the best counts, beside the one in file order.
    max_iter : int
        Largest number of iterations of the one start.
    random_state : int or None

    Returns
    -------
    DataFrame, one row per scaling (the index `scaling`)
        ``one start`` and ``best of many``, adjusted Rand index to the partition; ``sizes of one start``, smallest
        first; ``noise floor``, the smallest index between single random starts on that scale.

    Raises
    ------
    ValueError
        As by `QuickCluster`.

    References
    ----------
    Hubert and Arabie (1985), J. Classif. 2, 193-218, equation 5.

    Examples
    --------
    >>> X = pd.DataFrame({"visits": [0.0, 1.0, 9.0, 10.0]})
    >>> table = agreement({"none": X}, [1, 1, 2, 2], random_state=0)
    >>> table[["one start", "sizes of one start"]].values.tolist()
    [[1.0, [2, 2]]]
    """
    rows = {}
    for how, X in scaled.items():
        X = checks.finite_frame(X, f"scaled by {how}")
        labels = checks.codes(labels, X, of="scaled")[0]
        k = len(np.unique(labels))
        one = QuickCluster(k, max_iter).fit(X)
        many = best_of_starts(X.to_numpy(), k, n_init, random_state=random_state)
        rows[how] = {
            "one start": adjusted_rand_index(labels, one.labels_),
            "sizes of one start": sorted(one.counts_.tolist()),
            "best of many": adjusted_rand_index(labels, many.labels),
            "noise floor": ari_noise_floor(X, k, random_state=random_state).min(),
        }
    return pd.DataFrame(rows).T.infer_objects().rename_axis("scaling")
