"""What travels to the report in an output of the cell that publishes it, and how that is read back."""

import re
from typing import Any

__all__ = ["ABOUT", "FINDING", "NAME", "TABLE", "finding_of", "harmless", "table_of"]

FINDING = "application/vnd.workbench.finding+json"
TABLE = "application/vnd.workbench.table+json"
ABOUT = (None, "stand-in", "study")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
PLAIN_NUMBER = re.compile(r"[+-]?[\d.,]+%?")
LONGEST = 400  # characters: a finding is a sentence or two


def finding_of(data: Any) -> dict[str, Any] | None:
    """Return the finding (`text`, `about`) that an output's data hold, or None; they may be anybody's.

    Examples
    --------
    >>> finding_of({FINDING: {"text": "3 of 4 came back.", "about": None}})
    {'text': '3 of 4 came back.', 'about': None}
    >>> finding_of({FINDING: "3 of 4"})
    """
    sent = data.get(FINDING) if isinstance(data, dict) else None
    if not isinstance(sent, dict) or not isinstance(sent.get("text"), str) or sent.get("about") not in ABOUT:
        return None
    return {"text": sent["text"][:LONGEST], "about": sent.get("about")}


def table_of(data: Any) -> dict[str, Any] | None:
    """Return the table (`name`, `caption`, `rows`, `note`, perhaps `data`) that an output's data hold, or None.

    Examples
    --------
    >>> table_of({TABLE: {"name": "../x", "caption": "Sizes.", "rows": 3, "note": None}})
    """
    sent = data.get(TABLE) if isinstance(data, dict) else None
    if not isinstance(sent, dict) or not isinstance(sent.get("caption"), str):
        return None
    if not isinstance(sent.get("rows"), int) or not isinstance(sent.get("note"), str | None):
        return None
    name = sent.get("name")
    return sent if name is None or isinstance(name, str) and NAME.fullmatch(name) else None


def harmless(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would take for a formula; other values stay as they are.

    Examples
    --------
    >>> harmless("=1+1"), harmless("-5"), harmless(7)
    ("'=1+1", '-5', 7)
    """
    if isinstance(value, str) and FORMULA.match(value) and not PLAIN_NUMBER.fullmatch(value):
        return f"'{value}"
    return value
