"""What a column of a file most plausibly is, before anybody has said what it means."""

import re
from typing import NamedTuple

import pandas as pd

from workbench.data import parsing
from workbench.data.formats import IdRule, Unclear
from workbench.data.formats.ids import ROUNDED

ENOUGH = 5  # times of one hour, before that looks odd
FITS = 0.6  # of the cells with content, before a column is said to be of a kind


class Looks(NamedTuple):
    """What a column looks like.

    Parameters
    ----------
    kind : {"id", "time", "number", "text", "empty"}
    described : str
        The format in a reader's words, with what was decided for the whole column.
    bad : int
        How many cells with content do not fit.
    first_bad : (int, str) or None
        The first of them: its row and its text.
    warnings : list of str
        What to beware of, each in words.
    """

    kind: str
    described: str
    bad: int
    first_bad: tuple[int, str] | None
    warnings: list[str]


def looks_like(column: pd.Series) -> Looks:
    """Say what a column most plausibly is, by how many of its cells can be read as what.

    Parameters
    ----------
    column : pandas.Series
        Of str, or of the type that a Parquet or Excel file has; its index are the rows of the file.

    Returns
    -------
    Looks

    Examples
    --------
    >>> looks_like(pd.Series(["2024-01-05", "2024-01-06", "soon"]))[:4]
    ('time', 'times as year-month-day', 1, (2, 'soon'))
    >>> looks_like(pd.Series(["1.234", "950"])).warnings
    ['leaves open whether the point groups thousands or marks decimals; say so: --decimal . or --decimal , (row 0)']
    """
    text = parsing._as_text(column)
    filled = ~text.str.replace(parsing.AROUND, "", regex=True).str.lower().isin(parsing.MISSING_WORDS)
    if not filled.any():
        return Looks("empty", "no cell with content", 0, None, [])
    some = column[filled]
    number = _number(some)
    time = _time(some)
    if time is not None and (number is None or time.bad <= number.bad):
        return time
    ids = _ids(some)
    if number is not None and not _whole_ids(text[filled], ids):
        return number._replace(warnings=number.warnings + _rounded(text[filled]))
    return ids


def _time(column):
    """The column as times, or None where too few cells are."""
    if pd.api.types.is_datetime64_any_dtype(column):
        values, problems, notes = parsing.times(column)
        return _judged("time", "dates and times", column, problems, _odd_times(values, problems) + notes)
    if pd.api.types.is_bool_dtype(column):
        return None
    chosen = parsing.recognise("time", column)
    if isinstance(chosen, Unclear):
        if "spreadsheet" in chosen.why:  # five digits are rather anything else
            return None
    elif not chosen.patterns:
        return None
    values, problems, _ = parsing.times(column if isinstance(chosen, Unclear) else parsing._as_text(column))
    described = "times" if isinstance(chosen, Unclear) else "; ".join([chosen.described, *chosen.notes])
    return _judged("time", described, column, problems, _odd_times(values, problems))


def _odd_times(values, problems):
    """Warnings on placeholders, and on days that a time zone has shifted."""
    warnings = []
    gone = problems.index[problems == parsing.PLACEHOLDER]
    if len(gone):
        warnings.append(
            f"{len(gone)} placeholder dates such as 9999-12-31 or 1900-01-01 (first in row {gone[0]})"
        )
    kept = values.dropna()
    clocks = kept.dt.strftime("%H:%M:%S").unique() if len(kept) >= ENOUGH else []
    if 1 <= len(clocks) <= 2 and "00:00:00" not in clocks and kept.dt.normalize().nunique() > 1:
        warnings.append(f"every time is {' or '.join(sorted(clocks))}: days shifted by a time zone, it seems")
    return warnings


def _number(column):
    """The column as numbers, or None where too few cells are."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return None
    _, problems, _ = parsing.numbers(column)
    typed = pd.api.types.is_numeric_dtype(column)
    described = "numbers" if typed else "numbers, decimal mark open"
    chosen = None if typed else parsing.recognise("number", column)
    if chosen is not None and not isinstance(chosen, Unclear):
        described = chosen.described
    other = problems.index[problems.str.startswith("is in another currency")]
    warnings = [f"several currencies (first in row {other[0]})"] if len(other) else []
    return _judged("number", described, column, problems, warnings)


def _judged(kind, described, column, problems, warnings):
    """Tell cells that do not fit from those that the column leaves open, which are a warning."""
    left_open = problems[problems.str.contains("--", regex=False)]
    bad = problems.drop(left_open.index)
    wrong = bad[bad != parsing.PLACEHOLDER] if kind == "time" else bad[~bad.str.startswith("is in another")]
    if len(wrong) > (1 - FITS) * len(column):
        return None
    if len(left_open):
        warnings = [f"{left_open.iloc[0]} (row {left_open.index[0]})", *warnings]
    first = (int(bad.index[0]), str(column[bad.index[0]])) if len(bad) else None
    return Looks(kind, described, len(bad), first, warnings)


def _ids(column):
    """The column as identifiers, or as texts where it has words rather than signs."""
    values, problems, notes = parsing.ids(column)
    rule = parsing.recognise("id", column)
    warnings = list(notes)
    if len(problems):
        warnings.append(f"{len(problems)} cells: {problems.iloc[0]} (first in row {problems.index[0]})")
    long = values[values.str.fullmatch(r"\d{16,}")]
    if long.nunique() > ENOUGH and long.str.endswith("0").all():
        warnings.append(f"all {long.nunique()} long identifiers end in 0: rounded by a spreadsheet, it seems")
    worded = values.str.contains(r"\s").mean() > 0.5 or not values.str.contains(r"\d").mean() > 0.5
    first = (int(problems.index[0]), str(column[problems.index[0]])) if len(problems) else None
    described = rule.described if isinstance(rule, IdRule) else "identifiers"
    if worded and not len(problems):
        return Looks("text", f"texts, {values.nunique()} different", 0, None, warnings)
    return Looks("id", described, len(problems), first, warnings)


def _whole_ids(text, ids):
    """Whether whole numbers are rather identifiers: leading zeros, one length, or written with and without .0."""
    bare = text.str.replace(parsing.AROUND, "", regex=True)
    whole = bare.str.replace(r"\.0+$", "", regex=True)
    if not whole.str.fullmatch(r"\d+").all():
        return False
    if whole.str.fullmatch(r"0\d+").any() or any("written both ways" in w for w in ids.warnings):
        return True
    lengths = whole.str.len()
    return bool(lengths.min() == lengths.max() >= 4 and whole.nunique() > 1)


def _rounded(text):
    odd = text[text.str.contains(ROUNDED)]
    odd = odd[odd.map(lambda t: int(re.search(r"\d+$", t.strip())[0]) >= 9)]
    if odd.empty:
        return []
    return [f"{len(odd)} cells such as {odd.iloc[0]}: rounded by a spreadsheet (first in row {odd.index[0]})"]
