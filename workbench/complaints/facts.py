"""What a log says of each case: what kind it is, and the five facts that rules ask of it."""

from collections.abc import Collection, Mapping

import pandas as pd

from workbench import checks

__all__ = ["KINDS", "LISTED", "facts", "kinds"]

KINDS = ("complaint", "opinion", "advice", "question")
"""Kinds of cases; the first blames somebody, the others are opinions in the words of the scheme."""

LISTED = ("management", "building quality", "equipment", "cleanliness", "rules", "process", "manner", "skill")
"""The subjects that the scheme lists for grade C. Its list is open: "and so on" ends it."""


def kinds(kind: pd.Series, mapping: Mapping[str, str] | None = None) -> pd.Series:
    """Return the kind of each case under the names of `KINDS`.

    Parameters
    ----------
    kind : pandas.Series of str, shape (n,)
        As the log names them; a log that names none, so that all are missing, is one of complaints.
    mapping : mapping of str to str, optional
        The log's names to those of `KINDS`; a name that is not mapped keeps its own.

    Returns
    -------
    pandas.Series of str

    Raises
    ------
    ValueError
        If a kind is none of `KINDS`, with all such and how often each comes.

    Examples
    --------
    >>> kinds(pd.Series(["Beschwerde", "question"]), {"Beschwerde": "complaint"}).tolist()
    ['complaint', 'question']
    """
    for name in (mapping or {}).values():
        checks.one_of("A kind", name, KINDS)
    if kind.isna().all():
        return pd.Series(KINDS[0], kind.index, dtype="str", name=kind.name)
    named = kind.replace(dict(mapping or {}))
    other = named[~named.isin(KINDS)]
    if len(other):
        sizes = ", ".join(f"{checks.shown(name)} ({n:,})" for name, n in other.value_counts().head(8).items())
        raise ValueError(
            f"Unknown kinds of cases: {sizes or 'missing'}; say which of {checks.listed(KINDS)} each is, or give every "
            "case one."
        )
    return named


def facts(
    cases: pd.DataFrame, in_group: pd.Series | None = None, *, listed: Collection[str] | None = None
) -> pd.DataFrame:
    """Return the five facts of each case that rules ask for.

    Parameters
    ----------
    cases : pandas.DataFrame, shape (n, m)
        ``kind``, of `KINDS`; ``subject``; ``legal_risk`` and ``publicity``, true, false or missing, as columns, too.
    in_group : pandas.Series of boolean, optional
        From `groups`; not known where None.
    listed : collection of str, optional
        Subjects that the scheme lists; all where None, since its list is open.

    Returns
    -------
    pandas.DataFrame, one row per case
        A boolean column for each of the `FACTS`, missing where it is not known.

    Raises
    ------
    ValueError
        If a column lacks, or none of the listed subjects occurs.

    Examples
    --------
    >>> cases = pd.DataFrame({"kind": ["complaint", "advice"], "subject": ["manner", "weather"]})
    >>> facts(cases, listed=LISTED)[["complaint", "listed_subject", "legal_risk"]].values.tolist()
    [[True, True, <NA>], [False, False, <NA>]]
    """
    checks.needed_columns(cases.columns, ["kind", "subject"], "cases")
    subject = cases["subject"]
    if listed is not None and not subject.isin(list(listed)).any():
        raise ValueError(
            f"None of the listed subjects occurs: {checks.listed(listed)}. Subjects: "
            f"{checks.listed(subject.value_counts().index)}."
        )
    on_list = subject.notna() if listed is None else subject.isin(list(listed))
    table = pd.DataFrame(index=cases.index)
    for name in ("legal_risk", "publicity"):
        table[name] = cases[name].astype("boolean") if name in cases else pd.NA
    table["group"] = pd.NA if in_group is None else in_group
    table["complaint"] = cases["kind"] == KINDS[0]
    table["listed_subject"] = on_list.where(subject.notna(), pd.NA)
    return table.astype("boolean")
