"""Pseudonyms: in notebooks and reports c0001, c0002, … stand for the customers of a user's own file.

They are given in the order of the own ids, since what a study does to customers in order (first centres, ties, draws
by a seed) must not hang on how they are called. The mapping lives in this process's memory only.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.data import identifiers

_latest: dict[
    str, pd.Index
] = {}  # of the latest file, the pseudonyms under "shown" and the own ids under "own"


def pseudonyms(ids: pd.Series) -> pd.Series:
    """Replace each customer's own id by a pseudonym.

    Parameters
    ----------
    ids : pandas.Series of str
        May hold missing values, which stay missing.

    Returns
    -------
    pandas.Series of str
        ``c1`` … with as many digits as the number of customers has, at least four; sorted like the own ids.

    Examples
    --------
    >>> pseudonyms(pd.Series(["Meier", "Ayu", "Meier"])).tolist()
    ['c0002', 'c0001', 'c0002']
    """
    codes, own = pd.factorize(ids)
    order = np.asarray(pc.array_sort_indices(pa.array(own, pa.large_string())))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    own, width = own[order], max(4, len(str(len(own))))
    names = pd.Index([f"c{number:0{width}}" for number in range(1, len(own) + 1)], dtype="str")
    # an id that is a pseudonym, too, may be shown
    alike = pc.is_in(pa.array(own, pa.large_string()), pa.array(names, pa.large_string()))
    identifiers.keep(own[~np.asarray(alike)].tolist(), identifiers.OWN)
    _latest.update(shown=names, own=own)
    given = names.take(place[codes].astype("int64")) if len(names) else codes
    return pd.Series(given, ids.index, dtype="str", name=ids.name).mask(codes < 0)


def shown_ids(own: pd.Series) -> pd.Series:
    """Say what customers are called in this run, by their own ids, as those of an earlier run's private files.

    Parameters
    ----------
    own : pandas.Series of str
        Own ids.

    Returns
    -------
    pandas.Series of str
        The pseudonym where the file loaded last has the customer, else missing; the own id itself where no
        pseudonyms are in use.

    Examples
    --------
    >>> _ = pseudonyms(pd.Series(["Meier", "Ayu"]))
    >>> shown_ids(pd.Series(["Ayu", "Zoe"])).fillna("gone").tolist()
    ['c0001', 'gone']
    """
    if not _latest:
        return own
    identifiers.keep(own.dropna().drop_duplicates().tolist(), identifiers.OWN)
    return own.map(pd.Series(_latest["shown"], _latest["own"]))


def own_ids() -> dict[str, str]:
    """Return the own id behind each pseudonym of the file loaded last; empty where there are no pseudonyms.

    For private files only: what a notebook shows is published with its report.
    """
    return dict(zip(*(_latest[name].tolist() for name in ("shown", "own")), strict=True)) if _latest else {}
