"""What is printed: colour for the words that say how a run ended, where standard output is a terminal that shows it;
and standard output as it is found: closed, full, read by nobody, or of an encoding that lacks a heading's characters.
"""

import contextlib
import io
import os
import sys
from collections.abc import Iterator
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


def prepare() -> None:
    """Have three standard streams that take any text; one that was closed leads nowhere."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except (
            OSError
        ):  # the lowest free number is given to what is opened next: here, and not to a report's file
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str, stream: TextIO | None = None) -> None:
    """Print; where that cannot be done (`| head`, a full disk), go on without: the runs and their verdicts stand."""
    to = stream or sys.stdout
    try:
        to.write(text)
        to.flush()
    except OSError:
        _drop(to)


@contextlib.contextmanager
def emptied() -> Iterator[None]:
    """Have all that was printed written while a failure can still be told.

    Raises
    ------
    OSError
        It cannot be written.
    """
    try:
        yield
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            _drop(sys.stdout)
            raise


def _drop(stream: TextIO) -> None:
    """Let what is left of a stream lead nowhere, so that the end of the process does not try it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
