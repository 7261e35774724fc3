"""Numbers as people write them: thousands and decimal marks, currencies, signs; decided by the whole column.

A text is read with the point for decimals, with the comma, or either way. One text that allows only one way
decides for its column. Where all that have a mark allow both (1.234 beside 950), nobody can tell: refused.
"""

import re
from dataclasses import dataclass, replace

import narwhals as nw

from workbench.data.parsing.formats.currencies import ANY_MARK, DOLLARS, codes_in, marks_of
from workbench.data.parsing.formats.shapes import (
    FULL_WIDTH,
    LONGEST,
    TO_NARROW,
    Shape,
    Unclear,
    bare,
    digits_to_nine,
)

TOO_LARGE = 1e15  # more than any sum of money in a file of customers; 1e300 would turn averages to nonsense
WORDS = {".": ".", ",": ",", "point": ".", "comma": ",", "dot": "."}
NAMES = {".": "point", ",": "comma"}
BLANKS = " \u00a0\u2000-\u200a\u202f\u205f\u3000"
MINUS = "[−–﹣－]"
# 12,- and 12.– and 12,-- are 12.00: what stands after the mark is no minus but the want of cents.
NO_CENTS = "[-−–—﹣－]{1,2}"
GROUPS = {",": ",", ".": r"\.", " ": f"[{BLANKS}]", "'": "['’´]"}
NEGATIVE = r"^[^0-9]*[-(]|-[^0-9]*$|(?i:DR)\.?$"


def whole_pattern(decimal: str | None, currency: str | None) -> str:
    """Give the pattern of a whole text, its minus already plain; without a decimal mark, whole numbers only.

    Examples
    --------
    >>> [bool(re.search(whole_pattern(mark, "EUR"), "1.234,50 €")) for mark in (",", ".")]
    [True, False]
    """
    digits, blank, cur = "[0-9]", f"[{BLANKS}]*", f"(?:{marks_of(currency)})?"
    other = {".": ",", ",": ".", None: ""}[decimal]
    grouped = "|".join(f"[1-9][0-9]{{0,2}}(?:{GROUPS[mark]}[0-9]{{3}})+" for mark in [*other, " ", "'"])
    if decimal == ".":  # lakh and crore
        grouped += "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
    mark = re.escape(decimal) if decimal else None
    fraction = f"(?:{mark}{digits}*)?" if mark else ""
    core = f"(?:{digits}+|{grouped}){fraction}|{digits}+{fraction}[eE][+-]?{digits}{{1,3}}"
    core = f"(?:{core}|{mark}{digits}+)" if mark else f"(?:{core})"
    number = f"{core}{blank}{cur}"
    forms = [
        f"[+-]{blank}{cur}{blank}{number}",
        f"{cur}{blank}{number}(?:{blank}(?i:[CD]R)\\.?)?",
        f"{cur}{blank}[+-]{blank}{number}",
        f"{cur}{blank}{number}{blank}[+-]{blank}{cur}",
        f"{cur}{blank}\\({blank}{cur}{blank}{number}{blank}\\){blank}{cur}",
    ]
    if currency in DOLLARS:
        forms.append(f"[+-]?{blank}\\${blank}{core}{blank}{marks_of(currency)}")
    return f"^(?:{'|'.join(forms)})$"


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a column are written.

    Parameters
    ----------
    decimal : {".", ",", None}
        The decimal mark; None where all are whole and no mark occurs.
    groups : str
        The marks that were seen to group thousands.
    currency : str or None
        ISO code of the only currency that may be named; "CNY or JPY" where the sign leaves it open.
    full_width : bool
        Whether full-width digits occur.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"c": ["1.234,50 €", "(5)"]}))
    >>> frame.select(c=NumberFormat(",", currency="EUR").expr("c"))["c"].to_list()
    [1234.5, -5.0]
    """

    decimal: str | None = "."
    groups: str = ""
    currency: str | None = None
    full_width: bool = False

    @property
    def described(self) -> str:
        """The format in a reader's words."""
        words = f"numbers with a decimal {NAMES[self.decimal]}" if self.decimal else "whole numbers"
        names = {",": "commas", ".": "points", " ": "blanks", "'": "apostrophes"}
        words += f", {' and '.join(names[g] for g in self.groups)} for thousands" if self.groups else ""
        return words + (f", in {self.currency}" if self.currency else "")

    def expr(self, column: str) -> nw.Expr:
        """Give the numbers of a column of texts, null where a text does not fit."""
        text = _plain(column, self.full_width)
        fits = text.str.contains(whole_pattern(self.decimal, self.currency))
        size = text.str.replace_all(r"^[^0-9]*\$", "") if self.currency in DOLLARS else text
        size = size.str.replace_all(marks_of(self.currency), "") if self.currency else size
        for mark in {"'", " ", ".", ","} - {self.decimal}:
            size = size.str.replace_all(GROUPS[mark], "")
        size = size.str.replace_all(r"(?i:[CD]R)\.?$", "").str.replace_all("^[^0-9.,]+|[^0-9.,]+$", "")
        size = size.str.replace_all(",", ".", literal=True) if self.decimal == "," else size
        # Only what fits may reach the cast, which refuses a whole column for one text.
        value = nw.when(fits).then(size).otherwise(nw.lit("0")).cast(nw.Float64)
        value = nw.when(text.str.contains(NEGATIVE)).then(-value).otherwise(value)
        return nw.when(fits).then(value).otherwise(None)


def _plain(column, full_width):
    """Texts without what surrounds them and the apostrophe that spreadsheets put before texts; one minus."""
    text = _with_cents(bare(column, full_width=full_width))
    return text.str.replace_all("^['’]", "").str.replace_all(MINUS, "-")


def _with_cents(text: nw.Expr, cents: str = "00") -> nw.Expr:
    """Write the cents of sums such as 12,- and 12.-- out."""
    dashed = text
    for mark, written in (("[,，]", ","), ("[.．]", ".")):
        dashed = dashed.str.replace_all(f"{mark}{NO_CENTS}", written + cents)
    whole = text.str.contains(f"[0-9０-９][.,．，]{NO_CENTS}[^0-9０-９]*$")
    return nw.when(whole).then(dashed).otherwise(text)


def number_shape(column: str) -> nw.Expr:
    """Give the shapes of bare texts for `recognise_numbers`; "x" where one can be no number.

    A leading zero is told, since no grouped number has one: 0.123 decides.
    """
    text = nw.col(column)
    possible = text.str.contains("[0-9０-９]") & ~text.str.contains("[A-Za-z]{6,}|[\n\r]")
    possible = possible & (text.str.len_chars() <= LONGEST)
    shape = digits_to_nine(_with_cents(text).str.replace_all("^['’]", ""))
    zero = text.str.contains("^[^0-9０-９]*[0０][.,．，]")
    shape = nw.when(zero).then(nw.concat_str(nw.lit("0|"), shape)).otherwise(shape)
    return nw.when(possible).then(shape).otherwise(nw.lit("x"))


def readings(shape: str, currency: str | None = None) -> frozenset[str]:
    """Say with which decimal marks a shape can be read; both where it has no mark.

    Examples
    --------
    >>> [sorted(readings(shape)) for shape in ("9.99", "9.999", "9.999.999", "0|9.999", "9.9.9")]
    [['.'], [',', '.'], [','], ['.'], []]
    """
    zero, _, text = shape.rpartition("|")
    text = re.sub(MINUS, "-", text.translate(TO_NARROW))
    text = text.replace("9", "0", 1) if zero else text
    return frozenset(mark for mark in ".," if re.search(whole_pattern(mark, currency), text))


def recognise_numbers(shapes: list[Shape], *, decimal: str | None = None) -> NumberFormat | Unclear:
    """Decide how the numbers of a column are written.

    Parameters
    ----------
    shapes : list of Shape
        Of `number_shape`, in the order of their rows: the first currency named is the column's.
    decimal : {".", ",", "point", "comma"}, optional
        The decimal mark, where the user says it.

    Returns
    -------
    NumberFormat or Unclear

    Raises
    ------
    ValueError
        If `decimal` is no decimal mark.

    Examples
    --------
    >>> recognise_numbers([Shape("9.999", 2, "1.234"), Shape("999", 3, "950")]).why
    'leaves open whether the point groups thousands or marks decimals; say so: --decimal . or --decimal ,'
    >>> recognise_numbers([Shape("9.999", 2, "1.234"), Shape("9,9", 1, "0,5")]).described
    'numbers with a decimal comma, points for thousands'
    """
    if decimal is not None and str(decimal).strip().lower() not in WORDS:
        raise ValueError(f"--decimal {decimal!r}: must be . or , (or the words point, comma).")
    currency = _currency(shapes)
    ways = {s: readings(s.shape, currency) for s in shapes}
    marked = {s: w for s, w in ways.items() if w and re.search("[.,．，]", _without_currency(s.shape))}
    full_width = any(re.search(f"[{FULL_WIDTH}]", s.shape) for s in ways)
    if decimal is None:
        votes = {mark: sum(s.count for s, w in marked.items() if w == {mark}) for mark in ".,"}
        if marked and not any(votes.values()):
            return Unclear(_open(marked), tuple(marked))
        mark = max(votes, key=lambda m: votes[m]) if marked else None
    else:
        mark = WORDS[str(decimal).strip().lower()]
    result = NumberFormat(mark, "", currency, full_width)
    return replace(result, groups=_groups(ways, mark))


def _without_currency(shape):
    return re.sub(ANY_MARK, "", shape)


def _open(marked):
    names = [
        name
        for mark, name in (("[.．]", "point"), ("[,，]", "comma"))
        for s in marked
        if re.search(mark, s.shape)
    ]
    what = " or ".join(dict.fromkeys(names))
    return f"leaves open whether the {what} groups thousands or marks decimals; say so: --decimal . or --decimal ,"


def _currency(shapes):
    """The currency of the first text that names one, narrowed by the others where a sign has several."""
    allowed = ()
    for s in shapes:
        codes = codes_in(s.shape)
        if codes and not allowed:
            allowed = codes
        elif codes and set(codes) & set(allowed):
            allowed = tuple(code for code in allowed if code in codes)
    return " or ".join(allowed) or None


def _groups(ways, decimal):
    used = {s.shape.translate(TO_NARROW) for s, w in ways.items() if (decimal in w if decimal else w)}
    texts = [_without_currency(shape) for shape in used]
    return "".join(
        mark
        for mark, one in GROUPS.items()
        if mark != decimal and any(re.search(f"9{one}9", t) for t in texts)
    )


def why_not(shape: str, chosen: NumberFormat) -> str:
    """Say why a text of this shape is no number of the column's format.

    Examples
    --------
    >>> why_not("9,99", NumberFormat(".")), why_not("9%", NumberFormat("."))
    ('is not a number: a decimal comma, while other rows have the point', 'is a percentage, not a sum')
    """
    if re.search("[%％‰]", shape):
        return "is a percentage, not a sum"
    codes = codes_in(shape)
    if codes and readings(shape, codes[0]) and not set(codes) & set((chosen.currency or "").split(" or ")):
        return f"is in another currency than {chosen.currency}"
    ways = readings(shape, chosen.currency)
    if chosen.decimal and ways and chosen.decimal not in ways:
        other = "," if chosen.decimal == "." else "."
        return f"is not a number: a decimal {NAMES[other]}, while other rows have the {NAMES[chosen.decimal]}"
    return "is not a number"
