"""The words of messages: values as a reader knows them, names in a row, a hint at what may have been meant."""

import difflib
from collections.abc import Iterable
from typing import Any

NEAR = 0.65  # how alike two spellings are at least
LONGEST = 120  # characters of a value in a message
TIMES = ("Timestamp", "Timedelta", "Period", "NaTType", "datetime64", "timedelta64")


def did_you_mean(word: object, known: Iterable[object]) -> str:
    """Return "; did you mean …?", or a full stop where no other spelling is near, whatever the case.

    Examples
    --------
    >>> did_you_mean("amout", ["amount", "event_time"])
    "; did you mean 'amount'?"
    >>> did_you_mean("x", ["amount"])
    '.'
    """
    by_case = {str(name).casefold(): str(name) for name in known}
    close = difflib.get_close_matches(str(word).casefold(), by_case, n=1, cutoff=NEAR)
    return f"; did you mean {by_case[close[0]]!r}?" if close else "."


def shown(value: Any) -> str:
    """Write a value or a label for a reader: as Python does, but without the names of numpy's types.

    Examples
    --------
    >>> import numpy as np
    >>> shown(np.int64(0)), shown("C1"), shown((np.str_("a"), np.float64(0.5)))
    ('0', "'C1'", "('a', 0.5)")
    """
    plain = _plain(value)
    text = plain if type(value).__name__ in TIMES else repr(plain)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def counted(n: int, thing: str) -> str:
    """Write how many of a thing there are.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row"), counted(2, "identifier")
    ('1 row', '1,200 rows', '2 identifiers')
    """
    return f"{n:,} {thing}{'s' * (n != 1)}"


def listed(names: Iterable[object]) -> str:
    """Write names in a row, the first twelve of many."""
    words = [shown(name) for name in names]
    return ", ".join(words[:12] + ["…"] * (len(words) > 12)) or "none"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list):
        return type(value)(map(_plain, value)) if type(value) in (tuple, list) else tuple(map(_plain, value))
    if type(value) is dict:
        return {_plain(key): _plain(item) for key, item in value.items()}
    if type(value).__name__ in TIMES:
        return str(value)
    return value.tolist() if hasattr(value, "tolist") else value
