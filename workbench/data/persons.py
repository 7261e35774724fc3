"""Persons of a file: writings of one identity number brought together, and called by pseudonyms.

Those of the shipped data sets are called p00001, p00002, …: an identity number, though it be nobody's, has no place in
a report, and the pseudonyms of a file of the user's own, loaded beside it, must not be given anew.
"""

import pandas as pd

from workbench import privacy
from workbench.checks import counted
from workbench.data import identifiers as identifiers_
from workbench.data import pseudonyms
from workbench.data.parsing.identifiers import APART

__all__ = ["called", "shipped_names"]

_shipped: dict[str, str] = {}  # of the latest shipped data set, the name of each person by key


def called(frame: pd.DataFrame, own: bool, identifiers: str) -> tuple[pd.DataFrame, list[str]]:
    """Give each person one name, and say which numbers are wrong.

    Parameters
    ----------
    frame : pandas.DataFrame
        With ``person_id``, as the file writes it.
    own : bool
        Whether the file is the user's own, whose phones and accounts must not be published either.
    identifiers : {"pseudonyms", "as they are"}
        What persons of an own file are called.

    Returns
    -------
    frame : pandas.DataFrame
        ``person_id`` by `privacy.person_key` or its pseudonym; ``person_problem``, str, missing where there is none.
    notes : list of str

    Examples
    --------
    >>> frame = pd.DataFrame({"person_id": ["110105 18800101 0017", "110105188001010017"]})
    >>> called(frame, True, "pseudonyms")[0]["person_id"].tolist()
    ['c0001', 'c0001']
    """
    keys = privacy.person_key(frame["person_id"])
    names = pd.Series([key.key for key in keys], frame.index, dtype="str", name="person_id")
    problems = pd.Series([key.problem or None for key in keys], frame.index, dtype="str")
    right = problems.isna()
    notes = []
    if more := frame["person_id"][right].nunique() - names[right].nunique():
        notes.append(f"person_id: {counted(more, 'number')} written in another way, too; brought together")
    if alike := int(pd.Series(names.unique()).str.lower().duplicated(keep=False).sum()):
        notes.append(f"person_id: {alike} {APART}")
    if wrong := int((~right).sum()):
        why = problems[~right].iloc[0]
        notes.append(f"person_id: {counted(wrong, 'number')} with a {why}; kept, and joined with nothing")
    if own:
        for role in ("phone", "account_id"):
            identifiers_.keep(frame.get(role, pd.Series(dtype="str")).dropna().unique(), identifiers_.OWN)
    if not own:
        names = _named(names)
    elif identifiers == "pseudonyms":
        names = pseudonyms.pseudonyms(names)
    else:
        identifiers_.keep(names.unique(), identifiers_.OWN)
    return frame.assign(person_id=names, person_problem=problems), notes


def shipped_names(keys: pd.Series) -> pd.Series:
    """Say what persons of the shipped data set loaded last are called; missing for those who are not in it."""
    return keys.map(_shipped).astype("str")


def _named(keys: pd.Series) -> pd.Series:
    codes, known = pd.factorize(keys, sort=True)
    width = max(5, len(str(len(known))))
    names = pd.Index([f"p{number:0{width}}" for number in range(1, len(known) + 1)], dtype="str")
    _shipped.clear()
    _shipped.update(zip(known, names, strict=True))
    return pd.Series(names.take(codes), keys.index, name=keys.name)
