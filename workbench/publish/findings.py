"""Findings: sentences that answer a notebook's question, each sent from the cell that computes its numbers."""

from typing import Any, Literal

from workbench.checks import one_of, shown
from workbench.publish.sending import ABOUT, FINDING, LONGEST

__all__ = ["finding"]


def finding(text: str, about: Literal["stand-in", "study"] | None = None) -> None:
    """State a finding: what the notebook has found, in a sentence with the numbers that the cell has computed.

    Parameters
    ----------
    text : str
        One sentence, at most two; plain text. It must be true of whatever data and parameters were chosen.
    about : {"stand-in", "study"}, optional
        What it is true of: the data of this run, whichever they are (default); the shipped stand-in alone, so that it
        is left out where data are the user's own; or the published study, so that it stands with the study there.

    Raises
    ------
    ValueError
        If `text` is empty, no text, or longer than 400 characters, or `about` is something else.

    Examples
    --------
    >>> finding(f"{3} of {4} customers came back.")
    >>> finding("")
    Traceback (most recent call last):
        ...
    ValueError: text is ''; allowed is a sentence of at most 400 characters. Say what was found.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise ValueError(
            f"text is {shown(text)}; allowed is a sentence of at most {LONGEST} characters. Say what was found."
        )
    if about is not None:
        one_of("about", about, ABOUT[1:])
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is not None:  # a script has no report, and nobody to read it
        display(_Finding(" ".join(text.split()), about))


class _Finding:
    """A finding on its way: a line for the reader, and the same for the report."""

    def __init__(self, text: str, about: str | None) -> None:
        self.text, self.about = text, about

    def __repr__(self) -> str:
        return f"Finding: {self.text}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), FINDING: {"text": self.text, "about": self.about}}
