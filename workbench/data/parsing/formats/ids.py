"""Identifiers as they are written, leading zeros too; what a spreadsheet or a float did to them is told."""

import re
from dataclasses import dataclass

import narwhals as nw

from workbench.data.parsing.formats.shapes import LONGEST, MISSING_WORDS, Shape, Unclear, bare, digits_to_nine

# 4.53E+15, 1,38e10: no identifier is written so. 4E15 can be one, among others of letters and digits.
ROUNDED = r"^-?[0-9](?:[.,][0-9]*)?[eE]\+[0-9]{1,3}$|^-?[0-9][.,][0-9]*[eE][0-9]{1,3}$"
ROUNDED_WHY = "is an identifier that a spreadsheet has rounded; export the column as text"
PERHAPS_ROUNDED = "^[0-9][eE][0-9]{1,2}$"
FLOAT = r"^-?(?:0|[1-9][0-9]*)\.0+$"
SHEET_ERROR = "^#(?:ref|value|div/0|name|num|null|spill|calc)[!?]$"
YEAR, PAIR = "(?:19|20)[0-9]{2}", "[0-9]{1,2}"
DATE = f"^(?:{YEAR}[-/.]{PAIR}[-/.]{PAIR}|{PAIR}[-/.]{PAIR}[-/.]{YEAR})(?:[ t].*)?$"


@dataclass(frozen=True)
class IdRule:
    """How identifiers become one text each.

    Parameters
    ----------
    whole_floats : bool
        Whether 17850.0 is 17850, as where a table with a gap was written.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"c": [" 007", "17850.0", "n/a"]}))
    >>> frame.select(c=IdRule(whole_floats=True).expr("c"))["c"].to_list()
    ['007', '17850', nan]
    """

    whole_floats: bool = False

    @property
    def described(self) -> str:
        """The rule in a reader's words."""
        return "identifiers" + (", read without .0 at their end" if self.whole_floats else "")

    def expr(self, column: str) -> nw.Expr:
        """Give the identifiers of a column of texts, null where one is missing."""
        text = bare(column)
        if self.whole_floats:
            whole = text.str.replace_all(r"\.0+$", "")
            text = nw.when(text.str.contains(FLOAT)).then(whole).otherwise(text)
        missing = bare(column).str.to_lowercase().is_in(MISSING_WORDS)
        return nw.when(~missing).then(text).otherwise(None)


def id_shape(column: str) -> nw.Expr:
    """Give shapes of bare lower-case texts for `recognise_ids`: letters become a, "float", "rounded" are told."""
    text = nw.col(column)
    shape = digits_to_nine(text).str.replace_all("[a-z]+", "a")
    known = {
        "rounded": text.str.contains(ROUNDED),
        "perhaps rounded": text.str.contains(PERHAPS_ROUNDED),
        "float": text.str.contains(FLOAT),
        "error": text.str.contains(SHEET_ERROR),
        "truth": text.str.contains("^(?:true|false)$"),
        "date": text.str.contains(DATE),
        "long": text.str.len_chars() > LONGEST,
    }
    for name, fits in known.items():
        shape = nw.when(fits).then(nw.lit(name)).otherwise(shape)
    return shape


def recognise_ids(shapes: list[Shape]) -> IdRule | Unclear:
    """Decide how the identifiers of a column become one text each.

    Parameters
    ----------
    shapes : list of Shape
        Of `id_shape`, missing words left out.

    Returns
    -------
    IdRule or Unclear
        Unclear where a spreadsheet rounded some, or where all are dates or true and false.

    Examples
    --------
    >>> recognise_ids([Shape("99999", 5, "17850"), Shape("float", 2, "17850.0")])
    IdRule(whole_floats=True)
    >>> recognise_ids([Shape("rounded", 1, "4.53E+15"), Shape("99", 2, "17")]).why
    'is an identifier that a spreadsheet has rounded; export the column as text'
    """
    by_name = {s.shape: s for s in shapes}
    lettered = any(
        re.search("a", s.shape) and s.shape not in ("float", "perhaps rounded", "date", "rounded")
        for s in shapes
    )
    rounded = [
        by_name[n]
        for n in ("rounded", "perhaps rounded")
        if n in by_name and (n == "rounded" or not lettered)
    ]
    if rounded:
        return Unclear(ROUNDED_WHY, tuple(rounded))
    if "error" in by_name:
        return Unclear("is an error of a spreadsheet, not an identifier", (by_name["error"],))
    if set(by_name) == {"date"}:
        return Unclear("is a date, not an identifier; map another column", tuple(shapes))
    if set(by_name) == {"truth"}:
        return Unclear("is true or false, not an identifier; map another column", tuple(shapes))
    # Beside 1.5 or 2.1, the .0 of 2.0 says something.
    versions = any(re.fullmatch(r"9+\.9+", s.shape) for s in shapes)
    return IdRule(whole_floats="float" in by_name and not versions)
