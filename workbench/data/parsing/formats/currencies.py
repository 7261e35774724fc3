"""How sums name their currency: signs, words and ISO codes, before or after the number."""

import re

# A sign that several countries share is read as the first that fits the rest of the column.
MARKS = {
    "¥": ("CNY", "JPY"),
    "￥": ("CNY", "JPY"),
    "$": ("USD",),
    "kr.": ("SEK", "NOK", "DKK", "ISK"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Rs.": ("INR", "PKR", "LKR", "NPR"),
    "Rs": ("INR", "PKR", "LKR", "NPR"),
}
OTHER_CODES = ("SEK", "NOK", "DKK", "ISK", "PKR", "LKR", "NPR", "ZAR", "AED", "SAR", "QAR", "EGP")
OTHER_CODES += ("ARS", "CLP", "COP", "PEN", "RON", "BGN")
WORDS = {
    "CNY": "CNY RMB 人民币 元 圆",
    "JPY": "円 JPY",
    "USD": "US$ USD 美元",
    "EUR": "€ EUR Euro Euros 欧元",
    "GBP": "£ GBP",
    "HKD": "HK$ HKD 港元 港币",
    "TWD": "NT$ TWD",
    "SGD": "S$ SGD",
    "AUD": "A$ AU$ AUD",
    "CAD": "C$ CA$ CAD",
    "NZD": "NZ$ NZD",
    "MXN": "MX$ MXN",
    "BRL": "R$ BRL",
    "INR": "₹ INR",
    "KRW": "₩ KRW 원",
    "RUB": "₽ RUB руб. руб",
    "CHF": "CHF SFr. Fr.",
    "PLN": "zł PLN",
    "CZK": "Kč CZK",
    "HUF": "Ft HUF",
    "TRY": "₺ TRY TL",
    "ILS": "₪ ILS",
    "THB": "฿ THB",
    "VND": "₫ VND",
    "UAH": "₴ UAH",
    "NGN": "₦ NGN",
    "PHP": "₱ PHP",
    "IDR": "Rp. Rp IDR",
    "MYR": "RM MYR",
    **{
        code: code
        for code in [
            "SEK",
            "NOK",
            "DKK",
            "ISK",
            "PKR",
            "LKR",
            "NPR",
            "ZAR",
            "AED",
            "SAR",
            "QAR",
            "EGP",
            "ARS",
            "CLP",
            "COP",
            "PEN",
            "RON",
            "BGN",
        ]
    },
}
MARKS |= {mark: (code,) for code, marks in WORDS.items() for mark in marks.split()}
DOLLARS = ("USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MXN", "BRL")
_BY_LOWER = {mark.lower(): codes for mark, codes in MARKS.items()}


def _either(marks):
    return "(?i:" + "|".join(re.escape(m) for m in sorted(marks, key=lambda m: (-len(m), m))) + ")"


ANY_MARK = _either(MARKS)


def marks_of(code: str | None) -> str:
    """Give the pattern of all that can name a currency ("CNY or JPY" too); of what never occurs for None.

    Examples
    --------
    >>> bool(re.fullmatch(marks_of("JPY"), "円")), bool(re.fullmatch(marks_of("JPY"), "€"))
    (True, False)
    """
    wanted = set((code or "").split(" or "))
    return _either([mark for mark, codes in MARKS.items() if wanted & set(codes)] or ["\u0001"])


def codes_in(text: str) -> tuple[str, ...] | None:
    """Say which currencies a text can be in; None where it names none, an empty tuple where two exclude.

    Examples
    --------
    >>> codes_in("¥9.99"), codes_in("9.99"), codes_in("€9 USD"), codes_in("$9.99 CAD")
    (('CNY', 'JPY'), None, (), ('CAD',))
    """
    marks = re.findall(ANY_MARK, text)
    if not marks:
        return None
    sets = [_BY_LOWER[mark.lower()] for mark in marks]
    if marks[0] == "$" and len(marks) > 1:
        sets[0] = DOLLARS
    return tuple(code for code in sets[0] if all(code in codes for codes in sets))
