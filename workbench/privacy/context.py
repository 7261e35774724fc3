"""The words beside a number that say what it is: in front of it, just behind it, or in the heading of its column."""

import re

__all__ = ["BEFORE", "AFTER", "says"]

BEFORE, AFTER = 48, 24  # characters that are looked at on either side


def _words(*groups: str) -> "re.Pattern[str]":
    """English words as words, also in names such as phone_number or phoneNumber; Chinese ones wherever they stand."""
    english, chinese = groups
    return re.compile(rf"(?<![a-z])(?:{english})(?![a-z])|{chinese}", re.I)


_NUMBER = r"[ _-]?(?:no|num|number|numbers|nr)"
_PHONE = (
    r"(?:mobile|phone|tele?phone|cell ?phone|tel|msisdn|whatsapp|wechat|sms|call|contact)"
    rf"(?:s|{_NUMBER})?"
)
WORDS = {
    "mobile number": _words(_PHONE, "手机|电话|联系方式|联系人|致电|微信"),
    "phone number": _words(rf"{_PHONE}|fax", "手机|电话|联系方式|传真"),
    "bank card": _words(
        r"(?:bank|credit|debit|payment)[ _-]?cards?|card[ _-]?(?:no|num|number|numbers|nr)|cards?|pan|"
        r"(?:bank[ _-]?)?account[ _-]?(?:no|num|number|numbers|nr)|visa|mastercard|unionpay",
        "银行卡|卡号|信用卡|账号|帐号|储蓄卡",
    ),
    "resident id": _words(
        r"(?:resident[ _-]?)?id[ _-]?(?:card|no|num|number|numbers|nr)|identity|citizen",
        "身份证|证件号|公民身份",
    ),
    "credit code": _words(r"uscc|credit[ _-]?code|social[ _-]?credit|taxpayer", "信用代码|税号|纳税人"),
    "US social security number": _words(r"ssn|social[ _-]?security", "社会安全号"),
    "IP address": _words(
        r"ip|ipv[46]|ip[ _-]?addr(?:ess)?(?:es)?|host|client[ _-]?addr(?:ess)?|remote[ _-]?addr(?:ess)?",
        "地址|主机",
    ),
    "passport": _words(r"passports?", "护照|通行证"),
}


def says(kind: str, text: str, start: int, end: int, header: str) -> bool:
    """Say whether the words around a place in a text, or the heading above it, call what stands there by its kind.

    Examples
    --------
    >>> says("bank card", "card no. 6200", 9, 13, ""), says("bank card", "discarded 6200", 10, 14, "")
    (True, False)
    """
    around = f"{text[max(0, start - BEFORE) : start]}\n{text[end : end + AFTER]}"
    words = WORDS[kind]
    return bool(words.search(around) or (header and words.search(header)))
