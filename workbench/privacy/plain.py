"""A text as it is searched: compatibility forms, without characters that nobody sees, each with its place of origin."""

import bisect
import re
import unicodedata

__all__ = ["Plain", "plain"]

_OTHER = re.compile(r"[^\x00-\x7f]")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
# soft hyphen, zero-width characters, marks of direction, byte order mark
_UNSEEN = frozenset(
    "\u00ad\u034f\u061c\u180e\u2060\u2061\u2062\u2063\u2064\ufeff\u200b\u200c\u200d\u200e\u200f"
)
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Plain:
    """A searchable text.

    Parameters
    ----------
    text : str
        As it is searched.
    breaks : list of (int, int)
        Where places in it and in the original move apart: place here, place there.

    Examples
    --------
    >>> found = plain("a\\u200b１２")
    >>> found.text, found.origin(1), found.origin(3)
    ('a12', 2, 4)
    """

    def __init__(self, text: str, breaks: list[tuple[int, int]]) -> None:
        self.text, self.breaks = text, breaks

    def origin(self, place: int) -> int:
        """The place in the original of the character that stands at a place here."""
        here, there = self.breaks[bisect.bisect_right(self.breaks, (place, 1 << 62)) - 1]
        return there + place - here


def plain(text: str) -> Plain:
    """Make a text searchable.

    Parameters
    ----------
    text : str

    Returns
    -------
    Plain
        In compatibility form (NFKC, character by character), dashes as hyphens, tabs and blanks of all widths as
        blanks, without characters that nobody sees and without a terminal's colours.
    """
    if text.isascii() and "\x1b" not in text:
        return Plain(text, [(0, 0)])
    parts, breaks, length, done = [], [(0, 0)], 0, 0
    for match in _other(text):
        start, end = match.span()
        put = _seen(match[0])
        parts += [text[done:start], put]
        length += start - done + len(put)
        done = end
        if len(put) != end - start:
            breaks.append((length, done))
    return Plain("".join([*parts, text[done:]]), breaks)


def _other(text: str) -> "list[re.Match[str]]":
    found = list(_OTHER.finditer(text))
    if "\x1b" in text:
        found = sorted([*found, *_TERMINAL.finditer(text)], key=lambda match: match.start())
    return found


def _seen(sign: str) -> str:
    if len(sign) > 1 or sign in _UNSEEN:  # longer: a terminal's colour
        return ""
    if ord(sign) in _DASHES:
        return "-"
    category = unicodedata.category(sign)
    return " " if category in ("Zs", "Zl", "Zp") else unicodedata.normalize("NFKC", sign)
