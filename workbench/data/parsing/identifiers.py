"""Identifiers, kinds and labels: as written, without what nobody sees around them."""

import numpy as np
import pandas as pd

from workbench.checks import counted
from workbench.data.parsing.cells import (
    Parsed,
    Read,
    Texts,
    as_text,
    different_texts,
    reasons_of,
    shapes_of,
    spread,
)
from workbench.data.parsing.formats import IdRule, Unclear, id_shape, recognise_ids
from workbench.data.parsing.formats.ids import FLOAT
from workbench.data.parsing.formats.shapes import AROUND, MISSING_WORDS
from workbench.data.typed import EXACT, is_number

APART = "identifiers differ in case only and are kept apart"
CUT = (
    "identifiers of more than 15 digits have nothing but zeros from the 16th on, as a spreadsheet leaves them that has "
    "rounded them; if these digits should differ, export the column as text"
)
EXACT_DIGITS = 15  # that a spreadsheet keeps of a number
LONG, ZEROS = "[1-9][0-9]{15,}", "[0-9]{15}0+"
SEVERAL = 5  # long identifiers, before their zeros are no chance
INEXACT = "was rounded when it became a floating-point number; write the identifiers as text or whole numbers"


def ids(text: pd.Series, *, counts: pd.Series | None = None) -> Parsed:
    """Read identifiers as they are written, leading zeros too; only what nobody sees around them goes.

    Parameters
    ----------
    text : pandas.Series of str
    counts : pandas.Series of int, optional
        How many rows each cell stands for.

    Returns
    -------
    values : pandas.Series of str
    problems : pandas.Series of str
        Why, by index, where a text is empty or a number that a spreadsheet or a float has rounded.
    notes : list of str
        How many changed by which rule, and whether some differ in case only.

    Examples
    --------
    >>> ids(pd.Series(["007 ", ""]))[1].to_dict()
    {1: 'is empty'}
    >>> ids(pd.Series(["17850.0", "17850"]))[2]
    ['1 row with .0 at its end, read without it; 1 identifier written both ways']
    """
    if text.dtype == object and (odd := text.map(_kind_of_none)).notna().any():
        return Parsed(as_text(text), odd[odd.notna()], [])
    typed = _typed_ids(text)
    if isinstance(typed, Parsed):
        return typed
    rounded = pd.Series(INEXACT, index=text.index[inexact(text)], dtype=object)
    if _plain_ids(typed):
        return Parsed(typed, rounded, cut(typed))
    texts = different_texts(typed, counts)
    parsed = spread(texts, read_ids(texts), text, "str")
    if rounded.empty:
        return parsed
    problems = parsed.problems.drop(rounded.index, errors="ignore")
    return parsed._replace(problems=pd.concat([problems, rounded]).sort_index())


def _kind_of_none(cell):
    """Why a cell of a file that keeps types is no identifier; None where it is one."""
    what = {"ndarray": "a list", "list": "a list", "dict": "a record", "tuple": "a list"}.get(
        type(cell).__name__
    )
    return f"is {what}, not an identifier; map another column" if what else None


def inexact(column: pd.Series) -> np.ndarray:
    """Say which cells are floats that stand for several whole numbers, so that no digits can be told."""
    if pd.api.types.is_float_dtype(column):
        return column.abs().ge(2**24 if column.dtype == "float32" else EXACT).to_numpy()
    if column.dtype != object:
        return np.zeros(len(column), dtype=bool)
    return np.array([isinstance(c, float) and is_number(c) and abs(c) >= EXACT for c in column], dtype=bool)


def read_ids(texts: Texts) -> Read:
    """Read the different texts of a column as identifiers."""
    shapes, shape_of = shapes_of(texts, id_shape("low"))
    chosen = recognise_ids(shapes)
    rule = IdRule() if isinstance(chosen, Unclear) else chosen
    concerned = {s.shape for s in chosen.shapes} if isinstance(chosen, Unclear) else set()
    read = texts.frame.select(rule.expr("text").alias("id"))["id"].to_native().fillna("").astype("str")
    reasons = reasons_of(shape_of, shape_of.isin(concerned).to_numpy(), lambda _: chosen.why)
    return Read(chosen, read.to_numpy(), reasons, _id_notes(texts, read, rule))


def _typed_ids(column):
    """Texts of the identifiers, or why a column of another type has none."""
    kind = pd.api.types
    if kind.is_bool_dtype(column) or kind.is_datetime64_any_dtype(column):
        what = "true or false" if kind.is_bool_dtype(column) else "a date"
        why = f"is {what}, not an identifier; map another column"
        return Parsed(as_text(column), pd.Series(why, index=column.index, dtype=object), [])
    return as_text(column)


def _plain_ids(text):
    """Whether all are letters before digits, of one case: nothing to remove, to doubt or to note."""
    if not text.str.contains("^[A-Za-z_#-]{0,20}[0-9]{1,24}$").all():
        return False
    return not (text.str.contains("[a-z]").any() and text.str.contains("[A-Z]").any())


def _id_notes(texts, read, rule):
    text, count = texts.frame["text"].to_native(), texts.frame["count"].to_numpy()
    notes = []
    around = text.str.contains(AROUND).to_numpy() & ~text.str.fullmatch(r"\s*").to_numpy()
    if around.any():
        notes.append(f"surrounding spaces removed in {counted(int(count[around].sum()), 'row')}")
    if rule.whole_floats:
        bare = text.str.replace(AROUND, "", regex=True)
        floats = bare.str.contains(FLOAT)
        both = read[floats][read[floats].isin(read[~floats])].nunique()
        n = int(count[floats.to_numpy()].sum())
        notes.append(
            f"{n} row{'s' * (n != 1)} with .0 at {'their' if n != 1 else 'its'} end, read without it"
            + (f"; {both} identifier{'s' * (both != 1)} written both ways" if both else "")
        )
    different = pd.Series(read.unique())
    folded = different.str.lower()
    alike = different[folded.duplicated(keep=False).to_numpy()]
    if len(alike):  # which they are is not said: a note stands in the report
        notes.append(f"{len(alike)} {APART}")
    return notes + cut(different)


def cut(text: pd.Series) -> list[str]:
    """Say whether long numbers look as if a spreadsheet had kept the first 15 digits of each."""
    if not len(text) or text.str.len().max() <= EXACT_DIGITS:
        return []
    long = text[text.str.fullmatch(LONG)].drop_duplicates()
    return cut_in_words(len(long) if long.str.fullmatch(ZEROS).all() else 0)


def cut_in_words(n: int) -> list[str]:
    """Say the same by how many different long numbers there are, if all of them look so."""
    return [f"{n:,} {CUT}"] if n >= SEVERAL else []


def kinds(text: pd.Series, *, counts: pd.Series | None = None) -> Parsed:
    """Read the names of kinds, such as types of events: as written, without surrounding spaces.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    values : pandas.Series of str
    problems : pandas.Series of str
        Where a text is empty.
    notes : list of str

    Examples
    --------
    >>> kinds(pd.Series(["click ", "-"]))[1].to_dict()
    {1: 'is empty'}
    """
    text = as_text(text)
    values = text.str.replace(AROUND, "", regex=True)
    trimmed = values != text
    n = int(trimmed.sum() if counts is None else counts[trimmed].sum())
    problems = pd.Series("is empty", index=text.index[values.str.lower().isin(MISSING_WORDS)], dtype=object)
    return Parsed(values, problems, [f"surrounding spaces removed in {counted(n, 'row')}"] if n else [])


def labels(text: pd.Series, *, counts: pd.Series | None = None) -> Parsed:
    """Read texts that may be missing; only surrounding spaces go.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    values : pandas.Series of str
        Missing where empty.
    problems : pandas.Series of str
        None, ever.
    notes : list of str

    Examples
    --------
    >>> labels(pd.Series([" push", ""]))[0].isna().tolist()
    [False, True]
    """
    values = as_text(text).str.replace(AROUND, "", regex=True)
    return Parsed(values.mask(values.str.lower().isin(MISSING_WORDS)), pd.Series(dtype=object), [])
