"""Numbers, in whatever way a column writes them."""

import numpy as np
import pandas as pd

from workbench.data.parsing.cells import (
    Parsed,
    Read,
    Texts,
    as_text,
    different_texts,
    problems_of,
    reasons_of,
    shapes_of,
    spread,
)
from workbench.data.parsing.formats import NumberFormat, Unclear, number_shape, recognise_numbers
from workbench.data.parsing.formats.numbers import TOO_LARGE, readings, why_not
from workbench.data.typed import is_number

MARKED = r"[0-9][^0-9a-z]*(?:cr|dr)\.?$"
SIGNED = "CR read as plus, DR as minus; amount=-COLUMN turns it"
UNMARKED = "has neither CR nor DR, which other rows have, so that its sign is open; write the sign of each"
POINT_FOR_SURE = r"^\s*[+-]?0*\.|\.\d{0,2}\s*$|\.\d{4}|\d{4}\.|\.\d*[eE]"


def numbers(text: pd.Series, *, decimal: str | None = None, counts: pd.Series | None = None) -> Parsed:
    """Read numbers: marks of thousands and decimals, currencies, 5-, (5), 5 DR, full-width digits.

    Whether a point or a comma marks decimals is decided by the column; where all its marks could do either,
    these are problems that name the option. Only one currency may occur.

    Parameters
    ----------
    text : pandas.Series of str
    decimal : {".", ",", "point", "comma"}, optional
        The decimal mark, where the user says it.
    counts : pandas.Series of int, optional
        How many rows each cell stands for.

    Returns
    -------
    values : pandas.Series of float64
        Not finite where there is a problem.
    problems : pandas.Series of str
        Why, by index.
    notes : list of str
        How commas and points were read, where they were decided, and the currency.

    Raises
    ------
    ValueError
        If `decimal` is no decimal mark.

    Examples
    --------
    >>> numbers(pd.Series(["1,234.50", "¥ 8", "(2)", "abc"]))[0].tolist()
    [1234.5, 8.0, -2.0, nan]
    >>> numbers(pd.Series(["1.234", "950"]), decimal=",")[0].tolist()
    [1234.0, 950.0]
    """
    if (plain := _plain_numbers(text, decimal)) is not None:
        return plain
    typed = text.map(is_number) if text.dtype == object else None
    texts = different_texts(text if typed is None else text.mask(typed), counts)
    parsed = spread(texts, read_numbers(texts, decimal=decimal), text, "float64")
    if typed is None or not typed.any():
        return parsed
    values = parsed.values.mask(typed, text[typed].astype("float64"))
    sizes = problems_of(_too_large(values[typed].to_numpy()), values.index[typed])
    rest = parsed.problems[~typed[parsed.problems.index]]
    if SIGNED in parsed.notes:  # a number has no CR either
        sizes = pd.Series(UNMARKED, index=text.index[typed & (values != 0)], dtype=object)
    return Parsed(values, pd.concat([rest, sizes]).sort_index(), parsed.notes)


def read_numbers(texts: Texts, *, decimal: str | None = None) -> Read:
    """Read the different texts of a column as numbers."""
    shapes, shape_of = shapes_of(texts, number_shape("bare"))
    chosen = recognise_numbers(shapes, decimal=decimal)
    used = NumberFormat(None) if isinstance(chosen, Unclear) else chosen
    concerned = {s.shape for s in chosen.shapes} if isinstance(chosen, Unclear) else set()
    values = texts.frame.select(used.expr("text").alias("v"))["v"].to_numpy()
    why = dict.fromkeys(concerned, getattr(chosen, "why", ""))
    reasons = reasons_of(shape_of, np.isnan(values), lambda s: why.get(s) or why_not(s, used))
    infinite = texts.frame["low"].to_native().str.fullmatch("[+-]?inf(inity)?").to_numpy()
    reasons[infinite | np.isinf(values)] = "is not finite"
    reasons = np.where(pd.isna(reasons), _too_large(values), reasons)
    marked = texts.frame["low"].to_native().str.contains(MARKED).to_numpy() & pd.isna(reasons)
    notes = _number_notes(shapes, used)
    if marked.any():
        reasons[pd.isna(reasons) & ~marked & (values != 0)] = UNMARKED
        notes.append(SIGNED)
    return Read(chosen, values, reasons, notes)


def _plain_numbers(text, decimal):
    """Numbers of a column without any dress, which needs no look at shapes; None for others."""
    typed = pd.api.types.is_numeric_dtype(text) and not pd.api.types.is_bool_dtype(text)
    values = pd.to_numeric(text if typed else as_text(text), errors="coerce").astype("float64")
    if typed:
        reasons = np.where(values.isna(), "is empty", _too_large(values.to_numpy()))
        reasons[np.isinf(values)] = "is not finite"
        return Parsed(values, problems_of(reasons, text.index), [])
    if decimal is not None or text.dtype == object or not np.isfinite(values).all():
        return None
    # All are numbers if the point marks decimals; one that can be nothing else decides it.
    some = text.iloc[:1000].str.contains(POINT_FOR_SURE).any()
    if not some and text.str.contains(".", regex=False).any() and not text.str.contains(POINT_FOR_SURE).any():
        return None
    return Parsed(values, problems_of(_too_large(values.to_numpy()), text.index), [])


def _too_large(values):
    """Why, row by row, a number is no sum."""
    with np.errstate(invalid="ignore"):
        large = np.isfinite(values) & (np.abs(values) > TOO_LARGE)
    reasons = np.full(len(values), None, dtype=object)
    reasons[large] = "is too large for a sum (more than 10^15)"
    return reasons


def _number_notes(shapes, chosen):
    """What was decided on commas and points, and the currency."""
    notes = []
    read = [s.shape for s in shapes if readings(s.shape, chosen.currency)]
    if chosen.decimal == "." and "," in chosen.groups:
        notes.append("commas read as thousands separators")
    elif chosen.decimal == "," and any("," in shape or "，" in shape for shape in read):
        notes.append("commas read as decimal marks")
    if chosen.decimal == "," and "." in chosen.groups:
        notes.append("points read as thousands separators")
    return notes + ([f"amounts are in {chosen.currency}"] if chosen.currency else [])
