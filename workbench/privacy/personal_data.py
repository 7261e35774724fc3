"""Personal data in a text: what carries a check digit or an unmistakable form, and what the words around it tell.

A form alone proves little: one number of 16 digits in ten has a right check digit, and 11 digits that begin with 13 may
be a sum of money. So a find needs a check that chance does not pass, or words beside it that say what it is. Names have
neither: no pattern finds them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from workbench.checks import did_you_mean
from workbench.privacy.check_digits import USCC, is_iban, is_uscc
from workbench.privacy.context import says
from workbench.privacy.numbers import kind_of, numbers, proved
from workbench.privacy.persons import PersonKey, person_key
from workbench.privacy.plain import plain

__all__ = ["KINDS", "Find", "PersonKey", "Placed", "find", "mask", "person_key"]

KINDS = (
    "resident id",
    "mobile number",
    "phone number",
    "bank card",
    "credit code",
    "IBAN",
    "US social security number",
    "passport",
    "e-mail address",
    "IP address",
)
NUMBERS = {"resident id", "mobile number", "bank card", "credit code"}


class Find(NamedTuple):
    """Where personal data stand in a text, what they are and why; never the data themselves."""

    start: int
    end: int
    kind: str
    why: str


class Placed(NamedTuple):
    """Personal data in a document: where, what they are, why, and how many there are."""

    place: str
    kind: str
    why: str
    count: int


_TOP = (
    "com|org|net|edu|gov|mil|int|info|biz|name|pro|mobi|asia|app|dev|email|cloud|tech|online|shop|store|site|xyz|top|"
    "club|example|test|invalid|local|internal|[a-z]{2}"
)
_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]*\w@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:" + _TOP + r")(?![\w(\[]|\.\w)", re.I
)
_LOGIN = re.compile(r"://[^\s/?#]*$")  # of a server: scheme://user:password@
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_CODE = re.compile(rf"(?<![A-Za-z0-9])[{USCC}]{{2}}[0-9]{{6}}[{USCC}]{{10}}(?![A-Za-z0-9])")
_SSN = re.compile(
    r"(?<![\w.-])(?!000|666|9)[0-9]{3}([ -]?)(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![\w]|[.,-][0-9])"
)
_PHONE = re.compile(
    r"(?<![\w+])\+(?!86)[1-9][0-9]{0,2}[ .-]?(?:\(?[0-9]{1,5}\)?[ ./-]?){1,5}[0-9]{2,}(?![\w]|\.[0-9])"
)
_LANDLINE = re.compile(
    r"(?<![\w.,-])(?:\(0[1-9][0-9]{1,2}\)|0[1-9][0-9]{1,2})[ -]?[2-9][0-9]{6,7}(?![\w]|[.,-][0-9])"
)
_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSPH][0-9]{7,8})(?![A-Za-z0-9])"
)
_IPV4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)"
)
_IPV6 = re.compile(
    r"(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=[\w:]*::)(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})(?![\w:])",
    re.I,
)
_OWN_MACHINE = re.compile(r"127\.|0\.0\.0\.0|255\.255\.255")


def find(text: str, *, header: str = "", kinds: Sequence[str] = KINDS) -> list[Find]:
    """Find personal data in a text.

    Parameters
    ----------
    text : str
        Numbers may be dressed: in groups, with hyphens or blanks, in full width, with characters nobody sees, as a
        floating-point number.
    header : str
        Heading of the column that the text is, or stands in; it counts as words beside every number.
    kinds : sequence of str
        Which of `KINDS` to look for.

    Returns
    -------
    list of Find
        In their order; no two overlap.

    Raises
    ------
    ValueError
        If a kind is unknown.

    Examples
    --------
    >>> text = "call 154-0000-0001, or write to ann@example.com"
    >>> [(text[f.start : f.end], f.kind) for f in find(text)]
    [('154-0000-0001', 'mobile number'), ('ann@example.com', 'e-mail address')]
    >>> find("15400000001"), [f.kind for f in find("15400000001", header="phone")]
    ([], ['mobile number'])
    >>> find("110105188001010017")
    [Find(start=0, end=18, kind='resident id', why='province, date of birth and check digit')]
    """
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"Unknown kind {kind!r}{did_you_mean(kind, KINDS)} Kinds: {', '.join(KINDS)}.")
    searched = plain(text)
    wanted = frozenset(kinds)
    found = sorted(
        (f for f in _all(searched.text, header) if f.kind in wanted), key=lambda f: (f.start, -f.end)
    )
    told: list[Find] = []
    end = -1
    for each in found:
        if each.start >= end:
            end = each.end
            told.append(
                each._replace(start=searched.origin(each.start), end=searched.origin(each.end - 1) + 1)
            )
    return told


def mask(text: str, *, header: str = "") -> str:
    """Put the kind in the place of each find.

    Examples
    --------
    >>> mask("phone 15400000001")
    'phone [mobile number]'
    """
    for each in reversed(find(text, header=header)):
        text = f"{text[: each.start]}[{each.kind}]{text[each.end :]}"
    return text


def _all(text: str, header: str) -> Iterator[Find]:
    """Every find of every kind, some of which may overlap."""
    if "@" in text:
        yield from _fixed(_EMAIL, text, "e-mail address", "its form", lambda m: _is_address(m, text))
    if not re.search(r"[0-9]", text):
        return
    yield from _numbered(text, header)
    yield from _fixed(
        _IBAN, text, "IBAN", "check digits, length of its country", lambda m: is_iban(_bare(m[0]))
    )
    yield from _fixed(
        _CODE, text, "credit code", "check digit", lambda m: not m[0].isdigit() and is_uscc(m[0])
    )
    for pattern, kind in (
        (_SSN, "US social security number"),
        (_PASSPORT, "passport"),
        (_IPV6, "IP address"),
    ):
        yield from _told(pattern, text, kind, header)
    yield from _told(_IPV4, text, "IP address", header, lambda m: not _OWN_MACHINE.match(m[0]))
    yield from _told(_PHONE, text, "phone number", header, lambda m: 8 <= len(_bare(m[0])) - 1 <= 15)
    yield from _told(_LANDLINE, text, "phone number", header)


def _is_address(match: "re.Match[str]", text: str) -> bool:
    """Whether it is no login on a server, as in an address of a database or of a repository."""
    before = text[max(0, match.start() - 200) : match.start()]
    return not match[0].startswith("git@") and not _LOGIN.search(before)


def _numbered(text: str, header: str) -> Iterator[Find]:
    if not re.search(r"(?:[0-9][ ,.-]?){9}", text):
        return
    found = list(numbers(text))
    for number in found:
        if told := kind_of(number, text, header):
            yield Find(number.start, number.end, *told)
    for kind, (why, column) in proved(found).items():
        yield from (Find(number.start, number.end, kind, why) for number in column)


def _fixed(
    pattern: "re.Pattern[str]",
    text: str,
    kind: str,
    why: str,
    passes: "Callable[[re.Match[str]], bool] | None" = None,
) -> Iterator[Find]:
    """What form and check decide."""
    for match in pattern.finditer(text):
        if passes is None or passes(match):
            yield Find(*match.span(), kind, why)


def _told(
    pattern: "re.Pattern[str]",
    text: str,
    kind: str,
    header: str,
    passes: "Callable[[re.Match[str]], bool] | None" = None,
) -> Iterator[Find]:
    """What needs the words around it."""
    for match in pattern.finditer(text):
        if (passes is None or passes(match)) and says(kind, text, *match.span(), header):
            yield Find(*match.span(), kind, "its form and the words around it")


def _bare(number: str) -> str:
    return re.sub(r"[^A-Z0-9+]", "", number)
