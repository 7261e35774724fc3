"""Numbers in a text, however they are dressed, and what each of them is."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.privacy.check_digits import is_resident_id, is_uscc, luhn
from workbench.privacy.context import says

__all__ = ["Number", "kind_of", "numbers", "proved"]

# allocated to mobile services; 154 is not, nor are the other prefixes that are left out
MOBILE = re.compile(r"1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])[0-9]{8}|154[0-9]{8}")
CARD = re.compile(r"(?:62|81|4|5[1-5]|2[2-7]|3[47]|35|6011|65)[0-9]+")
# digits in groups, with a blank or a hyphen between them; no part of a word or of a decimal fraction
_CHAIN = re.compile(
    r"(?<![A-Za-z0-9])(?<![0-9][.,])\(?\+?[0-9]+(?:[ -][0-9]+){0,40}(?:[ -]?[Xx](?![A-Za-z0-9]))?"
)
_GROUPED = re.compile(
    r"(?<![A-Za-z0-9])(?<![0-9][.,])[0-9]{1,3}(?:,[0-9]{3}){3,6}(?:\.0+)?(?![0-9A-Za-z])(?!,[0-9])"
)
# an identity number in a list without blanks: between commas any other number may be part of a decimal fraction
_LISTED = re.compile(
    r"(?<![0-9A-Za-z.])[0-9]{17}[0-9Xx](?=,[0-9])|(?<=[0-9],)[0-9]{17}[0-9Xx](?![0-9A-Za-z]|\.[0-9])"
)
_POWER = re.compile(r"(?<![A-Za-z0-9.,])([0-9])\.([0-9]+)[eE]\+?([0-9]{2})(?![0-9A-Za-z.])")
_END = re.compile(r"(?:\.0+)?(?![A-Za-z0-9])(?![.,][0-9])")
SHAPES = {(3, 4, 4), (6, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4), (4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2),
          (4, 4, 4, 4, 3), (6, 13), (4, 6, 5)}  # fmt: skip
LENGTHS = range(11, 20)


class Number(NamedTuple):
    """A number of 11 to 19 characters: where it stands, its digits, and how they are grouped."""

    start: int
    end: int
    digits: str
    shape: tuple[int, ...]
    plain: bool  # digits alone, so that it may be one of many in a column
    country: bool = False  # +86 stands before it


def numbers(text: str) -> Iterator[Number]:
    """Yield each number of a text that is long enough to be somebody's.

    Examples
    --------
    >>> [found.digits for found in numbers("154 0000 0001, 15,400,000,001 or 1.5400000001e10; not 0.15400000001")]
    ['15400000001', '15400000001', '15400000001']
    """
    for match in _CHAIN.finditer(text):
        if match.end() - match.start() >= LENGTHS.start:
            yield from _of_chain(match, text)
    for match in _GROUPED.finditer(text):
        digits = match[0].partition(".")[0].replace(",", "")
        if len(digits) in LENGTHS:
            yield Number(*match.span(), digits, (len(digits),), plain=False)
    for match in _LISTED.finditer(text):
        yield Number(*match.span(), match[0].upper(), (18,), plain=False)
    for match in _POWER.finditer(text):
        whole, part, power = match[1], match[2].rstrip("0"), int(match[3])
        if power + 1 in LENGTHS and len(part) <= power:
            yield Number(*match.span(), whole + part.ljust(power, "0"), (power + 1,), plain=False)


def _of_chain(match: "re.Match[str]", text: str) -> Iterator[Number]:
    """The numbers that neighbouring groups of digits make: all of them, one alone, or several of a known shape."""
    groups = [(m.start() + match.start(), m[0].upper()) for m in re.finditer(r"[0-9]+[Xx]?|[Xx]", match[0])]
    ending = _END.match(text, match.end())  # with the .0 of a floating-point number
    plus = "+" in match[0]
    for first in range(len(groups)):
        digits, shape = "", ()
        for last in range(first, min(first + 7, len(groups))):
            start, part = groups[last]
            digits, shape = digits + part, (*shape, len(part))
            whole = last == len(groups) - 1
            if len(digits) > LENGTHS.stop + 1:
                break
            if whole and not ending:
                continue
            coded = _without_country(digits, shape, plus=plus and first == 0)
            alone = len(shape) == 1 or shape in SHAPES or (whole and first == 0)
            if coded:
                yield Number(match.start(), start + len(part), coded, (), plain=False, country=True)
            elif len(digits) in LENGTHS and alone:
                end = ending.end() if whole and ending else start + len(part)
                yield Number(groups[first][0], end, digits, shape, plain=len(shape) == 1)


def _without_country(digits: str, shape: tuple[int, ...], *, plus: bool) -> str:
    """The number after +86, 0086 or a group 86 of its own."""
    for code in ("86", "0086"):
        if digits.startswith(code) and (plus or code == "0086" or shape[0] == len(code)):
            return digits[len(code) :] if len(digits) == len(code) + 11 else ""
    return ""


def kind_of(number: Number, text: str, header: str) -> tuple[str, str] | None:
    """Say what a number is, and why; None where that is not certain."""
    digits, around = number.digits, (text, number.start, number.end, header)
    if len(digits) == 18 and is_resident_id(digits):
        return "resident id", "province, date of birth and check digit"
    if digits.endswith("X"):
        return None
    if len(digits) == 15 and is_resident_id(digits) and says("resident id", *around):
        return "resident id", "province, date of birth and the words around it"
    if len(digits) == 11 and MOBILE.fullmatch(digits):
        if number.country:
            return "mobile number", "prefix and +86"
        if number.shape == (3, 4, 4):
            return "mobile number", "prefix, written as 3, 4 and 4 digits"
        if says("mobile number", *around):
            return "mobile number", "prefix and the words around it"
    if len(digits) >= 15 and CARD.match(digits) and luhn(digits) and says("bank card", *around):
        return "bank card", "check digit and the words around it"
    if len(digits) == 18 and is_uscc(digits) and says("credit code", *around):
        return "credit code", "check digit and the words around it"
    return None


def proved(found: list[Number]) -> dict[str, tuple[str, list[Number]]]:
    """What a column proves that a cell cannot: many plain numbers of one length, of which nearly all pass.

    Parameters
    ----------
    found : list of Number
        Of one text.

    Returns
    -------
    dict of str to (str, list of Number)
        Kind to why, and those that pass. Of random numbers, four mobile prefixes or four check digits in a row come
        out less than once in 10,000 columns.
    """
    told = {}
    plain = {number.digits: number for number in found if number.plain}
    for kind, lengths, passes in (
        ("mobile number", (11,), lambda d: MOBILE.fullmatch(d)),
        ("bank card", (16, 17, 18, 19), lambda d: CARD.match(d) and luhn(d)),
    ):
        column = [number for digits, number in plain.items() if len(digits) in lengths]
        good = [number for number in column if passes(number.digits)]
        prefixes = {number.digits[:3] for number in good}
        if (
            len(good) >= 4
            and len(good) >= 0.9 * len(column)
            and (kind != "mobile number" or len(prefixes) > 2)
        ):
            passed = {number.digits for number in good}
            everywhere = [number for number in found if number.plain and number.digits in passed]
            told[kind] = f"{len(good)} of {len(column)} numbers of its column pass", everywhere
    return told
