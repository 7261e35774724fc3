"""Texts to shapes: every digit becomes 9, so that a column of any length has few, and Python can look at each.

The expressions hold for every engine that narwhals knows: no look-around and no group in a replacement, since
engines differ in both; ASCII classes only, since ``\\d`` means other digits elsewhere.
"""

from typing import NamedTuple

import narwhals as nw

# Blanks and marks that are not seen: no-break, thin and full-width spaces, zero width, byte order mark.
UNSEEN = (
    " \t\r\n\f\v\u00a0\u00ad\u1680\u2000-\u200f\u2028\u2029\u202a-\u202f\u205f\u2060\u2066-\u2069\u3000\ufeff"
)
AROUND = f"^[{UNSEEN}]+|[{UNSEEN}]+$"
FULL_WIDTH = "０１２３４５６７８９．，－＋（）／：￥＄％"
NARROW = "0123456789.,-+()/:¥$%"
TO_NARROW = str.maketrans(FULL_WIDTH, NARROW)
LONGEST = 48
MISSING_WORDS = (
    *(
        "",
        "na",
        "n/a",
        "n.a.",
        "#n/a",
        "#na",
        "<na>",
        "null",
        "(null)",
        "<null>",
        "nan",
        "none",
        "nil",
        "nat",
    ),
    *(
        "\\n",
        "-",
        "--",
        "---",
        "–",
        "—",
        "―",
        ".",
        "..",
        "...",
        "…",
        "?",
        "/",
        "(blank)",
        "(not set)",
        "无",
        "空",
    ),
)


class Shape(NamedTuple):
    """A shape, how many rows have it, one text that has it, and the first row where rows are known."""

    shape: str
    count: int
    example: str
    row: int | None = None


class Unclear(NamedTuple):
    """Why a column cannot be read yet: what is open, with the option that decides, and the shapes concerned."""

    why: str
    shapes: tuple[Shape, ...]


def bare(column: str, *, full_width: bool = False) -> nw.Expr:
    """Take the unseen marks around a text away, and make full-width digits and marks plain where asked to.

    Parameters
    ----------
    column : str
        Name of the column of texts.
    full_width : bool
        Not done without need, since it takes a pass for each character.

    Returns
    -------
    narwhals.Expr

    Examples
    --------
    >>> import pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"c": ["\\u00a0１２．５ "]}))
    >>> frame.select(bare("c", full_width=True))["c"].to_list()
    ['12.5']
    """
    text = nw.col(column).str.replace_all(AROUND, "")
    if full_width:
        for wide, narrow in zip(FULL_WIDTH, NARROW, strict=True):
            text = text.str.replace_all(wide, narrow, literal=True)
    return text


def is_missing(column: str) -> nw.Expr:
    """Say whether bare lower-case texts are among `MISSING_WORDS`."""
    return nw.col(column).is_in(MISSING_WORDS)


def digits_to_nine(text: nw.Expr) -> nw.Expr:
    """Make every digit a 9, and every full-width digit a full-width 9."""
    return text.str.replace_all("[0-9]", "9").str.replace_all("[０-９]", "９")


def count_shapes(frame, shape: nw.Expr, column: str, *, row=None, weight=None) -> list[Shape]:
    """Count the shapes of a column, in the order of their first rows where these are known.

    Parameters
    ----------
    frame : narwhals.DataFrame or narwhals.LazyFrame
    shape : narwhals.Expr
        The text's shape; null where it is not to be counted.
    column : str
        Name of the column of texts.
    row : str, optional
        Name of a column that numbers the rows.
    weight : str, optional
        Name of a column that says how many rows each stands for.

    Returns
    -------
    list of Shape

    Examples
    --------
    >>> import pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"c": ["12.5", "7", "30.1"]}))
    >>> [tuple(s) for s in count_shapes(frame, digits_to_nine(nw.col("c")), "c")]
    [('99.9', 2, '12.5', None), ('9', 1, '7', None)]
    """
    kept = [nw.col(name) for name in (column, row, weight) if name]
    frame = frame.select(*kept, shape.alias("_shape")).filter(~nw.col("_shape").is_null())
    counted = nw.len() if weight is None else nw.col(weight).sum()
    asked = [counted.alias("_count"), nw.col(column).min().alias("_example")]
    asked += [nw.col(row).min().alias("_row")] if row else []
    counts = frame.group_by("_shape").agg(*asked)
    counts = counts.collect() if isinstance(counts, nw.LazyFrame) else counts
    found = [
        Shape(d["_shape"], int(d["_count"]), d["_example"], int(d["_row"]) if row else None)
        for d in counts.rows(named=True)
    ]
    return sorted(found, key=lambda s: (s.row, s.shape) if row else (-s.count, s.shape))
