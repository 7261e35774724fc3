"""What a column of a file most plausibly is, before anybody has said what it means."""

from typing import NamedTuple

import pandas as pd

from workbench.data import parsing


class Looks(NamedTuple):
    """What a column looks like: its kind and format in words, what does not fit, and what to beware of."""

    kind: str
    described: str
    bad: int
    first_bad: tuple[int, str] | None
    warnings: list[str]


def looks_like(column: pd.Series) -> Looks:
    """Say what a column most plausibly is.

    Parameters
    ----------
    column : pandas.Series
        Of str, or of the type that a Parquet or Excel file has; its index are the rows of the file.

    Returns
    -------
    Looks
        ``kind`` ("id", "time", "number", "text" or "empty"); ``described``, the format in words; ``bad``, how
        many cells do not fit, and the first of them as (row, text); ``warnings``, in words.

    Examples
    --------
    >>> looks_like(pd.Series(["2024-01-05", "2024-01-06", "soon"]))[:4]
    ('time', 'times', 1, (2, 'soon'))
    """
    best = None
    for kind, read in (("time", parsing.times), ("number", parsing.numbers)):
        _, problems, notes = read(column)
        bad = problems[problems != "is empty"]
        if len(problems) == len(column):
            continue
        if len(bad) * 10 <= len(column) * 4 and (best is None or len(bad) < best.bad):
            first = (int(bad.index[0]), str(column[bad.index[0]])) if len(bad) else None
            best = Looks(kind, f"{kind}s", len(bad), first, notes)
    if best is not None:
        return best
    values, problems, notes = parsing.ids(column)
    if (problems == "is empty").sum() == len(column):
        return Looks("empty", "no cell with content", 0, None, [])
    kind = "id" if values.nunique() > 20 else "text"
    return Looks(kind, "texts", 0, None, notes)
