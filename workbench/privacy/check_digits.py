"""Numbers that carry a check digit: whether one is well formed; whether anybody ever had it is unknown."""

import datetime
import re

__all__ = ["is_iban", "is_resident_id", "is_uscc", "luhn", "resident_id_18"]

# the two leading digits of GB/T 2260: provinces, regions, cities under the central government
_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
)
PROVINCES = frozenset(_PROVINCES.split())
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # 2 to the place, modulo 11
USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19,
    "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
# countries whose account numbers have no letters: a product code that begins alike often has some
_DIGITS_ALONE = (
    "AE AT BA BE CR CZ DE DK EE EG ES FI FO GL HR HU IL IS LT ME MR NO PL PT RS SE SI SK ST TL TN VA XK"
)
DIGITS_ALONE = frozenset(_DIGITS_ALONE.split())


def is_resident_id(number: str) -> bool:
    """Say whether a text is a well-formed resident identity number of China.

    Parameters
    ----------
    number : str
        18 characters, the last of which may be X, or 15 digits as issued until 1999.

    Returns
    -------
    bool
        Province, date of birth and, with 18 characters, the check digit are right. A random number of 18 digits
        passes in about 1 of 29,000 cases (1 of 68,000 for a birth
        from 1900 to 2026), one of 15 digits in 1 of 78.

    References
    ----------
    GB 11643-1999; ISO 7064, MOD 11-2.

    Examples
    --------
    >>> is_resident_id("110105188001010017"), is_resident_id("110105188001010018")
    (True, False)
    """
    number = number.upper()
    if re.fullmatch(r"[0-9]{15}", number):
        number = resident_id_18(number)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or number[:2] not in PROVINCES:
        return False
    return number[-1] == mod_11_2(number[:17]) and _is_birth(number[6:14])


def resident_id_18(number: str) -> str:
    """Write a resident identity number of 15 digits with 18.

    Parameters
    ----------
    number : str
        15 digits; births are taken to lie in the twentieth century.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it has not 15 digits.

    Examples
    --------
    >>> resident_id_18("100000000101001")
    '100000190001010010'
    """
    if not re.fullmatch(r"[0-9]{15}", number):
        raise ValueError(f"number must have 15 digits; it has {len(number)} characters.")
    longer = f"{number[:6]}19{number[6:]}"
    return longer + mod_11_2(longer)


def luhn(number: str) -> bool:
    """Say whether the last digit of a number is its check digit by Luhn's formula, as on a bank card.

    Parameters
    ----------
    number : str
        Digits. One random number in ten passes, so that a number without context says little.

    Returns
    -------
    bool

    References
    ----------
    ISO/IEC 7812-1, annex B.

    Examples
    --------
    >>> luhn("6200000000000005"), luhn("6200000000000006")
    (True, False)
    """
    if not re.fullmatch(r"[0-9]{2,}", number):
        return False
    doubled = [2 * int(d) if place % 2 else int(d) for place, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def is_uscc(code: str) -> bool:
    """Say whether a text is a well-formed unified social credit code of a Chinese organisation.

    Parameters
    ----------
    code : str
        18 characters: digits and capital letters without I, O, S, V and Z. One random code in 31 passes.

    Returns
    -------
    bool

    References
    ----------
    GB 32100-2015, MOD 31.

    Examples
    --------
    >>> is_uscc("91350100M000100Y43"), is_uscc("91350100M000100Y44")
    (True, False)
    """
    if not re.fullmatch(rf"[{USCC}]{{2}}[0-9]{{6}}[{USCC}]{{10}}", code):
        return False
    total = sum(USCC.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return USCC[-total % 31] == code[-1]


def is_iban(number: str) -> bool:
    """Say whether a text is a well-formed international bank account number.

    Parameters
    ----------
    number : str
        Without blanks; country, two check digits, and as many characters as the country has.

    Returns
    -------
    bool

    References
    ----------
    ISO 13616-1, MOD 97-10 of ISO 7064.

    Examples
    --------
    >>> is_iban("DE36000000000000000000"), is_iban("DE37000000000000000000")
    (True, False)
    """
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+", number) or len(number) != IBAN_LENGTHS.get(number[:2]):
        return False
    if number[:2] in DIGITS_ALONE and not number[4:].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def mod_11_2(digits: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return "10X98765432"[total % 11]


def _is_birth(date: str) -> bool:
    """Whether eight digits are a day from 1800 on; which day is today is nothing that a method knows."""
    try:
        datetime.date(int(date[:4]), int(date[4:6]), int(date[6:]))
    except ValueError:
        return False
    return "1800" <= date[:4] < "2100"
