"""Pseudonyms: in notebooks and reports c0001, c0002, … stand for the customers of a user's own file.

They are given in the order of the own ids, since what a study does to customers in order (first centres, ties, draws
by a seed) must not hang on how they are called. The mapping lives in this process's memory only.
"""

import pandas as pd

from workbench.data import identifiers

_own: dict[str, str] = {}  # pseudonym to own id, of the latest file


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
    codes, own = pd.factorize(ids, sort=True)
    width = max(4, len(str(len(own))))
    names = pd.Index([f"c{number:0{width}}" for number in range(1, len(own) + 1)], dtype="str")
    # an id that is a pseudonym, too, may be shown
    identifiers.keep(own[~own.isin(names)], identifiers.OWN)
    _own.clear()
    _own.update(zip(names, own, strict=True))
    given = pd.Series(
        names.take(codes.clip(0)) if len(names) else codes, ids.index, dtype="str", name=ids.name
    )
    return given.mask(codes < 0)


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
    if not _own:
        return own
    identifiers.keep(own.dropna().drop_duplicates(), identifiers.OWN)
    return own.map({own_id: shown for shown, own_id in _own.items()})


def own_ids() -> dict[str, str]:
    """Return the own id behind each pseudonym of the file loaded last; empty where there are no pseudonyms.

    For private files only: what a notebook shows is published with its report.
    """
    return dict(_own)
