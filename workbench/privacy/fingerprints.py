"""Keyed fingerprints of identifiers: whether a text holds one of them can be asked, which they are cannot be read.

Without a key a fingerprint hides nothing: all mobile numbers there are can be tried in hours. The key of a run lives as
long as the run.
"""

import bisect
import re
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from workbench.checks import whole_number
from workbench.privacy.plain import plain
from workbench.privacy.winnowing import Copied, copied, winnow

__all__ = ["Copied", "Index", "copied", "false_matches", "index", "winnow", "words"]

SHORTEST_KEY = 16  # bytes
LONGEST = 12  # words of an identifier
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]|[0-9]+(?:\.[0-9]+)+|[^\W_{_HAN}]+")
_GROUPS = re.compile(r"(?<![A-Za-z0-9])(?<![0-9][.,])[0-9]+(?:[ -][0-9]+)+(?![A-Za-z0-9])")
_THOUSANDS = re.compile(r"(?<![A-Za-z0-9])(?<![0-9][.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9A-Za-z])")
_DATE = re.compile(r"(?:19|20)[0-9]{2} [0-9]{1,2}(?: [0-9]{1,2})?|[0-9]{1,2} [0-9]{1,2} (?:19|20)[0-9]{2}")
LONG_NUMBER = 9  # digits from which on a number is itself in every dress


class Index:
    """Fingerprints of a set of values.

    Parameters
    ----------
    key : bytes
    prints : array of uint64
        Sorted.
    longest : int
        Words of the longest value.

    Examples
    --------
    >>> names = index(["Anna Smith", "15400000001"], b"sixteen bytes or")
    >>> names.matches("asked anna smith, 154 0000 0001 and Anna"), names.matches("nobody")
    ([('anna smith', 1), ('15400000001', 1)], [])
    """

    def __init__(self, key: bytes, prints: "array[int]", longest: int) -> None:
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"key must have at least {SHORTEST_KEY} bytes; it has {len(key)}.")
        self.key, self.prints, self.longest = key, prints, longest
        self.keyed = blake2b(digest_size=8, key=key[:64])  # each fingerprint goes on with a copy
        self._known: dict[str, bool] = {}
        self._words: dict[str, tuple[bool, str]] = {}

    def __len__(self) -> int:
        return len(self.prints)

    def __bool__(self) -> bool:
        return len(self.prints) > 0

    def has(self, value: str) -> bool:
        """Say whether a value, as `words` writes it, is among them."""
        found = self._known.get(value)
        if found is None:
            number = _print(self.keyed, value)
            place = bisect.bisect_left(self.prints, number)
            found = self._known[value] = place < len(self.prints) and self.prints[place] == number
        return found

    def matches(self, tokens: str | Sequence[str]) -> list[tuple[str, int]]:
        """Find the values that stand in a text, or in a list of its words, with how often they do.

        Parameters
        ----------
        tokens : str or sequence of str

        Returns
        -------
        list of (str, int)
            As `words` writes them; whole words only.
        """
        found: dict[str, int] = {}
        if not self:
            return []
        for value in self._in(tokens):
            found[value] = found.get(value, 0) + 1
        return list(found.items())

    def _in(self, tokens: str | Sequence[str]) -> Iterator[str]:
        """Each value that stands in a text, the longest at each place."""
        told = words(tokens) if isinstance(tokens, str) else [str(token) for token in tokens]
        place = 0
        while place < len(told):
            begins, alone = self._word(told[place])
            several = next(self._several(told, place), None) if begins else None
            if value := several or alone:
                yield value
            place += 1 + (several.count(" ") if several else 0)
        if isinstance(tokens, str):
            yield from (value for value in dressed(tokens) if self.has(value))

    def _word(self, token: str) -> tuple[bool, str]:
        """Whether a value of several words begins with a word, and the value that it is alone, if it is one."""
        known = self._words.get(token)
        if known is None:
            value = canonical([token])
            alone = value if searched(value) and self.has(value) else ""
            known = self._words[token] = self.longest > 1 and self.has(_head(token.casefold())), alone
        return known

    def _several(self, told: Sequence[str], place: int) -> Iterator[str]:
        """The values of several words that begin at a place, the longest first."""
        for count in range(min(self.longest, len(told) - place), 1, -1):
            value = " ".join(told[place : place + count]).casefold()
            if searched(value) and self.has(value):
                yield value

    def without(self, other: "Index") -> "Index":
        """The values that another set, of the same key, does not have."""
        if not other:
            return self
        gone = set(other.prints)
        return Index(self.key, array("Q", (n for n in self.prints if n not in gone)), self.longest)

    def joined(self, other: "Index") -> "Index":
        """The values of both sets, of the same key."""
        return Index(self.key, _in_order(self.prints + other.prints), max(self.longest, other.longest))

    def to_bytes(self) -> bytes:
        """Give the fingerprints, without the key."""
        return array("Q", [self.longest]).tobytes() + self.prints.tobytes()

    @classmethod
    def from_bytes(cls, content: bytes, key: bytes) -> "Index":
        """Make the set that `to_bytes` wrote."""
        numbers = array("Q")
        numbers.frombytes(content)
        return cls(key, numbers[1:], numbers[0])


def index(values: Iterable[str], key: bytes) -> Index:
    """Take the fingerprints of values.

    Parameters
    ----------
    values : iterable of str
        Those of fewer than six characters without a letter are left out, since every text is full of such numbers;
        those of a single character, too.
    key : bytes
        At least 16, known to nobody who sees the fingerprints.

    Returns
    -------
    Index

    Raises
    ------
    ValueError
        If the key is too short.

    Examples
    --------
    >>> len(index(["12345", "123456", "A1", "x"], b"sixteen bytes or"))
    2
    """
    texts: list[str] = []
    heads, longest = set(), 1
    keyed = Index(key, array("Q"), 1).keyed
    for value in values:
        told = words(value)[:LONGEST]
        text = canonical(told)
        if not searched(text):
            continue
        texts.append(text)
        if " " in text:
            heads.add(told[0].casefold())
            longest = max(longest, len(told))
    prints = array("Q", b"".join([_digest(keyed, text) for text in (*texts, *map(_head, heads))]))
    return Index(key, _in_order(prints), longest)


def false_matches(n_values: int, n_asked: int, bits: int = 64) -> float:
    """Give how many values that are not in a set are taken for one of it, by chance alike in their fingerprints.

    Parameters
    ----------
    n_values : int
        Values of the set.
    n_asked : int
        Different values that are looked for in it.
    bits : int
        Of a fingerprint; those of an `Index` have 64.

    Returns
    -------
    float
        Expected number.

    Examples
    --------
    >>> f"{false_matches(1_000_000, 20_000):.1g}", round(false_matches(1_000_000, 20_000, bits=32), 1)
    ('1e-09', 4.7)
    """
    values, asked = whole_number("n_values", n_values, 0), whole_number("n_asked", n_asked, 0)
    return asked * (values / 2 ** whole_number("bits", bits, 1, 512))


def words(text: str) -> list[str]:
    """The words of a text: letters and digits together, decimal numbers whole, each Han character alone.

    Examples
    --------
    >>> words("Ann_Lee@example.com, 张伟 1.50 x")
    ['Ann', 'Lee', 'example', 'com', '张', '伟', '1.50', 'x']
    """
    return _WORD.findall(text if text.isascii() and "\x1b" not in text else plain(text).text)


def canonical(told: Sequence[str]) -> str:
    """A value as its fingerprint is taken.

    A single word of letters keeps its capitals, so that a Mark or a May is none of the words mark and may; a long
    number is its digits.
    """
    if len(told) == 1:
        only = told[0]
        if only.endswith(".0") and re.fullmatch(r"[0-9]{6,}\.0", only):
            only = only.removesuffix(".0")
        return only if only.isalpha() else only.casefold()
    joined = "".join(told)
    return joined if joined.isdecimal() and len(joined) >= LONG_NUMBER else " ".join(told).casefold()


def searched(value: str) -> bool:
    """Whether a value is told apart from the numbers and letters that any text is full of."""
    bare = value.replace(" ", "")
    if len(bare) < 2 or _DATE.fullmatch(value):
        return False
    return len(bare) >= 6 or any(sign.isalpha() for sign in bare)


def dressed(text: str) -> Iterator[str]:
    """The long numbers of a text that are written in groups, each as its digits.

    Examples
    --------
    >>> list(dressed("15,400,000,001 and 154 0000-0001"))
    ['15400000001', '15400000001']
    """
    text = plain(text).text
    for match in _THOUSANDS.finditer(text):
        if len(digits := match[0].replace(",", "")) >= LONG_NUMBER:
            yield digits
    for match in _GROUPS.finditer(text):
        groups = re.split("[ -]", match[0])
        for first in range(len(groups)):
            joined = groups[first]
            for part in groups[first + 1 : first + 7]:
                joined += part
                if LONG_NUMBER <= len(joined) <= 20:
                    yield joined


def _head(word: str) -> str:
    return f"{word} …"


def _digest(keyed: "blake2b", value: str) -> bytes:
    hasher = keyed.copy()
    hasher.update(value.encode("utf-8", "surrogatepass"))
    return hasher.digest()


def _print(keyed: "blake2b", value: str) -> int:
    return int.from_bytes(_digest(keyed, value), sys.byteorder)


def _in_order(prints: "array[int]") -> "array[int]":
    """Fingerprints sorted, each once."""
    import numpy as np  # slow to import, and no command that is refused needs it

    return array("Q", np.unique(np.asarray(prints)).tobytes())
