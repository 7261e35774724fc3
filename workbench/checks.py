"""What somebody probably meant: the end of a message about an unknown name."""

import difflib


def did_you_mean(word, known):
    """Return "; did you mean …?", or a full stop where nothing is close.

    Examples
    --------
    >>> did_you_mean("amout", ["amount", "event_time"])
    "; did you mean 'amount'?"
    >>> did_you_mean("x", ["amount"])
    '.'
    """
    close = difflib.get_close_matches(str(word), [str(name) for name in known], n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else "."
