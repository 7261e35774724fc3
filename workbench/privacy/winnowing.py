"""Copied text: a few fingerprints of a text, chosen so that a copied passage keeps them."""

import re
from hashlib import blake2b
from typing import NamedTuple

from workbench.checks import whole_number
from workbench.privacy.plain import plain

__all__ = ["Copied", "copied", "winnow"]

_SIGNS = re.compile(r"[\W_]+")


class Copied(NamedTuple):
    """How much of a text stands in another."""

    prints: int
    found: int
    containment: float  # share of the text's own prints that the other has
    jaccard: float  # prints of both in those of either: small where the lengths differ, whatever was copied


def winnow(text: str, size: int = 8, window: int = 8) -> list[int]:
    """Take the fingerprints of a text by which a copied passage is known again.

    Parameters
    ----------
    text : str
        Capitals, blanks and punctuation do not count.
    size : int
        Characters of a piece; copies shorter than this are never seen.
    window : int
        Of so many pieces in a row the least hash is kept, so that a copy of `size` + `window` - 1 characters is
        always seen.

    Returns
    -------
    list of int
        Sorted, different, each below 2⁶⁴. They have no key: whoever sees them can try short pieces of text.

    References
    ----------
    Schleimer, Wilkerson and Aiken (2003), *SIGMOD*, 76-85.

    Examples
    --------
    >>> a, b = winnow("the quick brown fox jumps"), winnow("He said: The Quick Brown Fox Jumps!")
    >>> len(a), set(a) <= set(b), winnow("short")
    (3, True, [])
    """
    size, window = whole_number("size", size), whole_number("window", window)
    bare = _SIGNS.sub("", plain(text).text).casefold()
    prints = [_print(bare[place : place + size]) for place in range(len(bare) - size + 1)]
    last = max(len(prints) - window, 0)
    return sorted({min(prints[place : place + window]) for place in range(last + 1)}) if prints else []


def copied(text: str, source: str, size: int = 8, window: int = 8) -> Copied:
    """Say how much of a text was copied from another.

    Parameters
    ----------
    text, source : str
    size, window : int
        As `winnow` takes them.

    Returns
    -------
    Copied
        Zeros where the text is shorter than a piece.

    Examples
    --------
    >>> source = "a long source in which this very sentence stands, and much else besides, page after page"
    >>> copied("this very sentence stands", source).containment > copied("this very sentence stands", source).jaccard
    True
    """
    ours, theirs = set(winnow(text, size, window)), set(winnow(source, size, window))
    both, either = len(ours & theirs), len(ours | theirs)
    return Copied(len(ours), both, both / max(len(ours), 1), both / max(either, 1))


def _print(piece: str) -> int:
    return int.from_bytes(blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
