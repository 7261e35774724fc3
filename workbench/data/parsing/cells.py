"""A column as its different texts, each read once, and what every row then has."""

from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from workbench.data.parsing.formats import IdRule, NumberFormat, TimeFormat, Unclear, count_shapes
from workbench.data.parsing.formats.shapes import AROUND, FULL_WIDTH, MISSING_WORDS, TO_NARROW, is_missing
from workbench.data.typed import text_of


class Parsed(NamedTuple):
    """The values of a column, why by index some could not be read, and what was decided for all of them."""

    values: pd.Series
    problems: pd.Series
    notes: list[str]


class Texts(NamedTuple):
    """The different texts of a column, in the order of their first rows, and which each row has.

    ``frame`` has them as written (``text``), without what nobody sees (``bare``) and in lower case with plain
    digits (``low``).
    """

    frame: nw.DataFrame
    codes: np.ndarray
    full_width: bool

    def spread(self, values):
        """Give each row what its text has."""
        return np.asarray(values)[self.codes]


class Read(NamedTuple):
    """The format of a column, and for each different text its value, why it has none, and notes."""

    chosen: NumberFormat | TimeFormat | IdRule | Unclear
    values: np.ndarray
    reasons: np.ndarray
    notes: list[str]


def as_text(column):
    """Texts as they are, whole floats without their ".0", times as ISO, other types as Python prints them."""
    if isinstance(column.dtype, pd.StringDtype) and not column.hasnans:
        return column.astype("str")
    present = column.dropna()
    if pd.api.types.is_float_dtype(column) and present.mod(1).eq(0).all() and present.abs().lt(2.0**63).all():
        present = present.astype("int64")
    return present.map(text_of).astype("str").reindex(column.index, fill_value="")


def is_empty(column):
    """Say which cells have no content, or a word for none."""
    return as_text(column).str.replace(AROUND, "", regex=True).str.lower().isin(MISSING_WORDS)


def different_texts(column, counts=None):
    """Take each different text once: dates, amounts and ids repeat, and reading takes the time.

    `counts` says how many rows each cell stands for, by index, where the column itself has each text once.
    """
    codes, different = pd.factorize(as_text(column))
    different = pd.Series(different, dtype="str")
    # Looking is quicker than replacing.
    bare_text = (
        different.str.replace(AROUND, "", regex=True) if different.str.contains(AROUND).any() else different
    )
    wide = bool(bare_text.str.contains(f"[{FULL_WIDTH}]").any())
    low = bare_text.str.translate(TO_NARROW) if wide else bare_text
    frame = {"text": different, "bare": bare_text, "low": low.str.lower()}
    frame |= {"row": np.arange(len(different)), "count": rows_of(codes, counts, len(different))}
    return Texts(nw.from_native(pd.DataFrame(frame), eager_only=True), codes, wide)


def rows_of(codes, counts, n):
    """Count the rows of each of `n` codes, each cell standing for one row or for as many as `counts` says."""
    weights = None if counts is None else counts.to_numpy()
    return np.bincount(codes, weights, minlength=n).astype("int64")


def shapes_of(texts, shape):
    """Count the shapes of the texts that are not missing, and give the shape of each text."""
    known = texts.frame.with_columns(shape=nw.when(~is_missing("low")).then(shape).otherwise(None))
    counts = count_shapes(known, nw.col("shape"), "text", row="row", weight="count")
    return counts, known["shape"].to_native()


def reasons_of(shape_of, bad, why):
    """Give for each text None, "is empty" where it is missing, or where it is bad `why` of its shape."""
    missing = shape_of.isna().to_numpy()
    reasons = np.full(len(shape_of), None, dtype=object)
    reasons[missing] = "is empty"
    rest = shape_of[~missing & bad]
    reasons[rest.index] = rest.map({shape: why(shape) for shape in rest.unique()})
    return reasons


def spread(texts, read, column, dtype):
    """Give each row of a column what its text has."""
    values = pd.Series(texts.spread(read.values), index=column.index, name=column.name, dtype=dtype)
    return Parsed(values, problems_of(texts.spread(read.reasons), column.index), read.notes)


def problems_of(reasons, index):
    """Make reasons by index of an array of reasons by row."""
    problems = pd.Series(reasons, index=index, dtype=object)
    return problems[problems.notna()]
