"""Colour for the words that say how a run ended, where standard output is a terminal that shows it."""

import os
import sys
from typing import TextIO

GREEN, RED, YELLOW = 32, 31, 33
# the words say the same without
TONES = {
    "passed": GREEN,
    "fresh": GREEN,
    "rendered": GREEN,
    "verified": GREEN,
    "refused": RED,
    "failed": RED,
    "kernel died": RED,
    "timed out": RED,
    "unexpected": RED,
    "differs": RED,
    "incomplete": YELLOW,
    "interrupted": YELLOW,
    "withheld": YELLOW,
}


def is_lively(stream: TextIO | None = None) -> bool:
    """Whether a stream is a terminal that can move its cursor and show colours, and may (``NO_COLOR``)."""
    dumb = os.environ.get("TERM", "dumb") == "dumb" or os.environ.get("NO_COLOR")
    return (stream or sys.stdout).isatty() and not dumb


def painted(word: str, stream: TextIO | None = None) -> str:
    """Return a verdict's word in its colour; as it is where there are no colours.

    Examples
    --------
    >>> import io
    >>> painted("passed", io.StringIO())
    'passed'
    """
    tone = TONES.get(word)
    return f"\033[1;{tone}m{word}\033[0m" if tone and is_lively(stream) else word
