"""What an entry of a claims file may hold, each field by its type; what is wrong with one, as a sentence."""

import string
from collections.abc import Mapping
from typing import Any

from workbench.checks import did_you_mean
from workbench.claims.verdicts import DIGITS, DIRECTIONS, OUTCOMES, VERDICTS, is_number

REQUIRED = {"id", "statement", "source", "basis", "expect"}
OPTIONAL = {"published", "decimals", "tolerance", "direction", "limit", "when", "note", "weight", "says"}
WEIGHTS = ("main", "detail")
TEXTS = ("id", "statement", "source", "basis", "expect", "weight", "direction", "note", "says")
COMPARISONS = ("decimals", "tolerance", "direction")
COMPUTED = ("value", "low", "high", "solutions", "chance")  # what a sentence may say of what was computed


def problem(entry: Mapping[str, Any], named: Mapping[str, Any]) -> str | None:
    """Say what is wrong with a claim; None where nothing is.

    Parameters
    ----------
    entry : dict
        The claim, as TOML has it.
    named : dict
        The file's `when` tables, by name.

    Examples
    --------
    >>> claim = {"id": "w", "statement": "s", "source": "2", "basis": "opinion", "expect": "not checked"}
    >>> problem(claim | {"published": 0.3, "tolerance": float("inf")}, {})
    'tolerance must be a number from 0, not inf'
    """
    if missing := REQUIRED - set(entry):
        return f"{sorted(missing)[0]!r} is missing"
    if unknown := set(entry) - REQUIRED - OPTIONAL:
        name = sorted(unknown)[0]
        return f"unknown key {name!r}{did_you_mean(name, REQUIRED | OPTIONAL)}"
    return _untyped(entry) or _unknown(entry, named) or _uncompared(entry) or _unread(entry) or _unsaid(entry)


def _untyped(entry: Mapping[str, Any]) -> str | None:
    """What is wrong with the type of a field."""
    for key in TEXTS:
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip()):
            return f"{key} must be a text, not {entry[key]!r}"
    published, decimals = entry.get("published", ""), entry.get("decimals", 0)
    if not (isinstance(published, str) or is_number(published)):
        return f"published must be a finite number or a text, not {published!r}"
    if not (type(decimals) is int and 0 <= decimals <= DIGITS):
        return f"decimals must be a whole number from 0 to {DIGITS}, not {decimals!r}"
    if not is_number(entry.get("limit", 0)):
        return f"limit must be a finite number, not {entry['limit']!r}"
    tolerance = entry.get("tolerance", 0)
    if not (is_number(tolerance) and tolerance >= 0):
        return f"tolerance must be a number from 0, not {tolerance!r}"
    return None


def _unknown(entry: Mapping[str, Any], named: Mapping[str, Any]) -> str | None:
    """What a field names that there is not."""
    choices = {"basis": OUTCOMES, "expect": VERDICTS, "weight": WEIGHTS, "direction": DIRECTIONS}
    for key, allowed in choices.items():
        if key in entry and entry[key] not in allowed:
            meant = did_you_mean(entry[key], allowed)
            return f"{key} {entry[key]!r} is not one of {', '.join(allowed)}{meant}"
    return _odd_when(entry.get("when", {}), named)


def _odd_when(when: Any, named: Mapping[str, Any]) -> str | None:
    """What is wrong with the parameters that a claim is about."""
    if isinstance(when, str):
        if when not in named:
            return f"when names {when!r}, but there is no such [when] table{did_you_mean(when, named)}"
        when = named[when]
    if not isinstance(when, dict):
        return f"when must be a table of parameters or the name of one, not {when!r}"
    for name, wanted in when.items():
        for one in wanted if isinstance(wanted, list) else [wanted]:
            if not (isinstance(one, (str, bool, list)) or is_number(one)):
                return f"when: {name} must be a value of a parameter or a list of some, not {one!r}"
    return None


def _uncompared(entry: Mapping[str, Any]) -> str | None:
    """What is missing for a comparison, or too much of it."""
    published, comparisons = entry.get("published"), set(COMPARISONS) & set(entry)
    if len(comparisons) > 1 or (is_number(published) and not comparisons):
        return "give one of decimals, tolerance and direction"
    if "limit" in entry:
        alone = comparisons == {"direction"} and not is_number(published)
        if not alone:
            return "a limit goes with a direction, and with no printed number"
    elif comparisons and not is_number(published):
        told = "nothing is published" if published is None else f"published {published!r} is a text"
        return f"{told}, and {comparisons.pop()} compares with a number"
    if isinstance(published, str) and _reads_as_number(published):
        return f"published {published!r} is a text; write the number, and how to compare it"
    if entry["expect"] in ("differs", "refuted", "not computable") and not entry.get("note"):
        return (
            f"a claim that is expected to be {entry['expect']!r} needs a note: why, and what would change it"
        )
    return None


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _unread(entry: Mapping[str, Any]) -> str | None:
    """What is missing for a contradiction that only reading shows."""
    if entry["basis"] != "by reading":
        return None
    if " against " not in entry["source"]:
        return "basis 'by reading' needs both places in source, as in 'section 4 against table 2'"
    return "nothing is computed 'by reading', so that 'says' has nothing to read" if "says" in entry else None


def _unsaid(entry: Mapping[str, Any]) -> str | None:
    """What is wrong with the sentence that reads the computed value."""
    if "says" not in entry:
        return None
    try:
        parts = [part for part in string.Formatter().parse(entry["says"]) if part[1] is not None]
    except ValueError as error:
        return f"says {entry['says']!r} cannot be read: {error}"
    known = [*COMPUTED, "published", "limit"]
    for _, field, form, conversion in parts:
        if field not in known:
            return f"says names {{{field}}}; fields are {', '.join(known)}{did_you_mean(field, known)}"
        if form or conversion:
            return f"says formats {{{field}}}; leave the format out, decimals follow the printed figure"
    for key, told in (("published", "nothing is printed"), ("limit", "there is no limit")):
        if key not in entry and key in [part[1] for part in parts]:
            return f"says names {{{key}}}, but {told}"
    if not any(part[1] in COMPUTED for part in parts):
        return f"says reads nothing that was computed; name one of {', '.join(COMPUTED)} in braces"
    return None
