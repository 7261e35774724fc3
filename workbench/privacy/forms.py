"""The forms of a whole cell: what its kind looks like, what is checked, and how often chance passes the check."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from workbench.privacy.check_digits import PROVINCES, is_iban, is_resident_id, is_uscc, luhn
from workbench.privacy.numbers import CARD, MOBILE
from workbench.privacy.plain import plain

__all__ = ["FORMS", "Form", "bare", "by_check", "by_pattern"]

# Gregorian days of 10,000 texts of four digits, and of all years of four digits those from 1800 to 2099
DAY, YEAR, PROVINCE = 365.2425 / 10_000, 300 / 10_000, len(PROVINCES) / 100
PREFIXES = sum(bool(MOBILE.fullmatch(f"1{tens:02}00000000")) for tens in range(100))
TAKEN = (
    0.001  # for a form that nothing else has; it cannot be computed, since nobody writes such texts by chance
)


class Form(NamedTuple):
    """What cells of a kind look like.

    `pattern` is the regular expression that one would write first; `check` what a cell must pass besides; `chance`
    the share of random texts of the pattern that pass. Where `alone` is false, the form proves nothing without a
    heading that says the kind.
    """

    kind: str
    pattern: str
    check: Callable[[str], object]
    chance: float
    alone: bool = True


def _card(digits: str) -> bool:
    return bool(CARD.match(digits)) and luhn(digits)


def _ipv4(text: str) -> bool:
    return all(int(part) < 256 for part in text.split("."))


_ENDING = re.compile(r"\.[A-Za-z]{2,}$")
_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}[2-9][0-9]{6,7}")
_DRESSED = r"(?:\+|00)86[ -]?1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}|1[0-9]{2}([ -])[0-9]{4}\1[0-9]{4}"
FORMS = (
    Form("resident id", r"[0-9]{17}[0-9Xx]", is_resident_id, PROVINCE * YEAR * DAY / 11),
    Form("resident id", r"[0-9]{15}", is_resident_id, PROVINCE * DAY),
    Form("mobile number", r"1[0-9]{10}", MOBILE.fullmatch, PREFIXES / 100),
    Form("mobile number", _DRESSED, lambda text: MOBILE.fullmatch(bare(text)), TAKEN),
    Form("phone number", r"0[0-9]{2,3}[ -]?[0-9]{7,8}", lambda text: _LANDLINE.fullmatch(bare(text)), 0.9 * 0.8),
    Form("phone number", r"\+(?!86)[1-9][0-9 ().-]{6,18}[0-9]", lambda text: 8 <= len(bare(text)) <= 15, TAKEN),
    Form("bank card", r"[0-9]{16,19}", _card, 0.1),
    Form("credit code", r"(?=[0-9A-Z]*[A-Z])[0-9A-Z]{18}", is_uscc, 1 / 31),
    Form("IBAN", r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", is_iban, 1 / 97),
    Form("e-mail address", r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+", _ENDING.search, TAKEN),
    Form("IP address", r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}", _ipv4, (256 / 1000) ** 4),
    Form("passport", r"[EGDSPH][A-Z]?[0-9]{7,8}", bool, 1.0, alone=False),
    Form("US social security number", r"[0-9]{3}-[0-9]{2}-[0-9]{4}", lambda text: text[0] != "9", 0.9, alone=False),
)  # fmt: skip
_WHOLE = [re.compile(form.pattern) for form in FORMS]
_GROUPED = re.compile(r"[0-9]{4}(?:[ -][0-9]{4}){2,3}(?:[ -][0-9]{1,4})?|[0-9]{6} [0-9]{8} [0-9]{3}[0-9Xx]")


def bare(text: str) -> str:
    """Give a number as its digits, without the code of the country.

    Examples
    --------
    >>> bare("+86 154-0000-0001"), bare("154 0000 0001")
    ('15400000001', '15400000001')
    """
    digits = re.sub(r"[ ()./-]", "", text)
    return re.sub(r"^(?:\+|00)86", "", digits).removeprefix("+")


def by_pattern(cell: str) -> Iterator[tuple[Form, str]]:
    """Yield each form that a cell looks like, with the cell as that form is checked.

    Examples
    --------
    >>> [form.kind for form, _ in by_pattern("620000000000000001")]
    ['resident id', 'bank card']
    """
    text = plain(cell).text.strip().removesuffix(".0")
    if _GROUPED.fullmatch(text):
        text = bare(text)
    for form, whole in zip(FORMS, _WHOLE, strict=True):
        if whole.fullmatch(text):
            yield form, text


def by_check(cell: str) -> list[Form]:
    """List the forms that a cell looks like and whose check it passes.

    Examples
    --------
    >>> [form.kind for form in by_check("110105188001010017")], by_check("110105188001010018")
    (['resident id'], [])
    """
    return [form for form, text in by_pattern(cell) if form.check(text)]
