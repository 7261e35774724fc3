"""What a computed value says of a claim: its verdict, its row of the table, and the sentence that reads it."""

import string
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, TypeGuard

from workbench.checks import did_you_mean

MIME = "application/vnd.workbench.claims+json"  # the table of a comparison
VALUES_MIME = "application/vnd.workbench.values+json"  # values, from the cell that computes them
OUTCOMES = {
    "published inputs": ("match", "differs"),
    "stand-in": ("by construction", "differs"),
    "contradiction": ("refuted", "not checked"),
    "search": ("recovered", "not computable"),
    "by reading": ("refuted", "refuted"),
    "unpublished": ("not computable", "not computable"),
    "opinion": ("not checked", "not checked"),
}
UNCOMPUTED = ("by reading", "unpublished", "opinion")  # no value decides these
VERDICTS = (
    "match",
    "differs",
    "recovered",
    "by construction",
    "refuted",
    "not computable",
    "not checked",
    "n/a",
)
DIRECTIONS = {
    "<": lambda low, high, published: high < published,
    "<=": lambda low, high, published: high <= published,
    ">": lambda low, high, published: low > published,
    ">=": lambda low, high, published: low >= published,
}
DIGITS = 12  # of a value; what lies beyond differs from machine to machine and says nothing


class Row(TypedDict):
    """One claim as judged; plain values that JSON can hold."""

    id: str
    statement: str
    source: str
    published: Any
    basis: str
    expect: str
    note: str | None
    decimals: int | None
    weight: str
    verdict: str
    reproduced: Any  # None, bool, number, text, or [low, high]
    search: dict[str, Any] | None  # solutions and chance
    difference: float | None
    reads: str | None  # the sentence, filled
    cell: int | None  # the code cell that sent the value, counted in the report


def judge(entry: Mapping[str, Any], value: Any, parameters: Mapping[str, Any]) -> str:
    """Return the verdict of one claim.

    Parameters
    ----------
    entry : dict
        The claim.
    value : None, bool, number, text, (low, high) or dict
        What was computed. A pair is the interval that the rounding of the published inputs allows. A dict has
        `value`, what the table shows, and `holds`, whether the check holds; or, for a search, `solutions`
        and `chance`.
    parameters : dict
        The parameters of the run.

    Examples
    --------
    >>> claim = {"published": 0.341, "decimals": 3, "basis": "published inputs"}
    >>> judge(claim, 0.34054, {}), judge(claim, 0.3404, {}), judge(claim, (0.3394, 0.3412), {})
    ('match', 'differs', 'match')
    """
    if not applies(entry, parameters):
        return "n/a"
    holds, fails = OUTCOMES[entry["basis"]]
    if entry["basis"] in UNCOMPUTED:
        return holds
    if value is None:
        return "not checked"
    if isinstance(value, dict) and "solutions" in value:
        return holds if value["solutions"] == 1 else fails
    return holds if _holds(entry, value) else fails


def applies(entry: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Whether a claim is about these parameters; a claim about a named data set is not about a user's own file."""
    named = entry["basis"] == "stand-in" or "dataset" in entry.get("when", {})
    if named and parameters.get("data_file"):
        return False
    for name, wanted in entry.get("when", {}).items():
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if name not in parameters:
            raise ValueError(
                f"claim {entry['id']!r} depends on parameter {name!r}, which was not given"
                f"{did_you_mean(name, parameters)}"
            )
        given = "none" if parameters[name] is None else parameters[name]
        if not any(given == one and isinstance(given, bool) == isinstance(one, bool) for one in allowed):
            return False
    return True


def _holds(entry: Mapping[str, Any], value: Any) -> bool:
    told = value if isinstance(value, dict) else {"value": value}
    if not _compares(entry) or told.get("holds") is False:
        return bool(told.get("holds", told.get("value")))
    value = told["value"]  # what compares with a number has to, whatever else is said to hold
    if isinstance(value, bool):
        return value
    low, high = value if isinstance(value, tuple) else (value, value)
    published = entry["limit"] if "limit" in entry else entry["published"]
    if "direction" in entry:
        return DIRECTIONS[entry["direction"]](low, high, published)
    # half a unit of the last printed place; the margin is for binary fractions such as .2205
    reach = entry["tolerance"] if "tolerance" in entry else 0.5 * 10 ** -entry["decimals"] + 1e-12
    return low - reach <= published <= high + reach


def plain(value: Any, claim: str) -> Any:
    """Plain Python values, so that a verdict depends neither on the array library nor on the last digits."""
    if isinstance(value, dict):
        if unknown := [key for key in value if key not in ("value", "holds", "solutions", "chance")]:
            raise ValueError(
                f"claim {claim!r}: a dict holds value and holds, or solutions and chance, not {unknown[0]!r}"
                f"{did_you_mean(unknown[0], ('value', 'holds', 'solutions', 'chance'))}"
            )
        return {key: plain(part, claim) for key, part in value.items()}
    if isinstance(value, (tuple, list)) and len(value) == 2:
        pair = tuple(plain(part, claim) for part in value)
        if all(is_number(part) for part in pair):
            return pair
    if getattr(value, "size", None) == 1 and (one := getattr(value, "item", None)):
        value = one()
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not is_number(value):
        told = value if isinstance(value, float) else "too large"
        raise ValueError(
            f"claim {claim!r}: the computed value is {told}; pass None if it could not be computed"
        )
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if abs(value) > 10**-DIGITS else 0.0
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise ValueError(
        f"claim {claim!r}: a value is None, True or False, a number, a text, a pair (low, high), or a dict with "
        f"value and holds; not {type(value).__name__}"
    )


def fits(entry: Mapping[str, Any], value: Any) -> None:
    """Refuse a plain value that cannot be judged, or would contradict the claim it stands beside.

    Raises
    ------
    ValueError
        The claim is judged by reading; or it is a contradiction and the value would read "yes" or "no"; or it compares
        numbers and the value is none; or it compares none and the value does not say whether the check holds.
    """
    if value is None or entry["basis"] in ("unpublished", "opinion"):
        return
    if entry["basis"] == "by reading":
        raise ValueError(f"claim {entry['id']!r} is judged by reading; no value is computed for it")
    told = value if isinstance(value, dict) else {"value": value}
    if entry["basis"] == "contradiction" and isinstance(told.get("value"), bool):
        raise ValueError(
            f"claim {entry['id']!r} is refuted when its check holds, and 'yes' beside it would read as if it stood; "
            "give {'holds': …, 'value': what was computed}"
        )
    searched = entry["basis"] == "search"
    problem = _unsearched(told) if searched else _uncompared(told) if _compares(entry) else _unsaid(told)
    if problem:
        raise ValueError(f"claim {entry['id']!r}: {problem}")


def _unsearched(told: Mapping[str, Any]) -> str | None:
    """What is wrong with the value of a search."""
    solutions, chance = told.get("solutions"), told.get("chance")
    counted = is_number(solutions) and solutions >= 0 and solutions == int(solutions)
    if counted and is_number(chance) and 0 <= chance <= 1:
        return None
    return "a search gives {'solutions': how many, 'chance': from 0 to 1}"


def _uncompared(told: Mapping[str, Any]) -> str | None:
    """What is wrong with a value that is to be compared with the printed number."""
    value = told.get("value")
    if "solutions" in told:
        return "solutions are of a search, and its basis is none"
    if value is None and told.get("holds") is False:  # nothing to compare, and what was checked fails
        return None
    if is_number(value) or isinstance(value, tuple):
        return _unsaid(told) if "holds" in told else None
    return f"it compares with a printed number, and {value!r} is none; give what was computed"


def _unsaid(told: Mapping[str, Any]) -> str | None:
    """What is wrong with the value of a check that no printed number decides."""
    if "solutions" in told:
        return "solutions are of a search, and its basis is none"
    if isinstance(told.get("holds", told.get("value")), bool):
        return None
    return "no printed number decides it; give True, False or {'holds': True or False, 'value': what was computed}"


def _compares(entry: Mapping[str, Any]) -> bool:
    return any(key in entry for key in ("decimals", "tolerance", "direction"))


def row(entry: Mapping[str, Any], value: Any, parameters: Mapping[str, Any], cell: int | None = None) -> Row:
    """Judge one claim and say everything that the table, the page and the record hold of it.

    Parameters
    ----------
    entry : dict
        The claim, as the file has it.
    value
        As for `judge`.
    parameters : dict
        The parameters of the run.
    cell : int, optional
        Number of the code cell that sent the value.
    """
    known = applies(entry, parameters)
    value = plain(value, entry["id"]) if known else None
    fits(entry, value)
    decimals = entry.get("decimals", 2) + 2
    reproduced = _rounded(value.get("value") if isinstance(value, dict) else value, decimals)
    searched = isinstance(value, dict) and "solutions" in value
    judged: Row = {
        "id": entry["id"],
        "statement": entry["statement"],
        "source": entry["source"],
        "published": entry.get("published"),
        "basis": entry["basis"],
        "expect": entry["expect"],
        "note": entry.get("note"),
        "decimals": entry.get("decimals"),
        "weight": entry.get("weight", "detail"),
        "verdict": judge(entry, value, parameters),
        "reproduced": reproduced,
        "search": {key: value[key] for key in ("solutions", "chance")} if searched else None,
        "difference": _difference(entry.get("published"), reproduced, decimals),
        "reads": None,
        "cell": None if value is None else cell,
    }
    judged["reads"] = _sentence(entry, judged)
    return judged


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether a value is a finite number; no bool is one here."""
    plain_ = isinstance(value, (int, float)) and not isinstance(value, bool)
    return plain_ and abs(value) <= sys.float_info.max


def _difference(published: Any, reproduced: Any, decimals: int) -> float | None:
    both = is_number(published) and is_number(reproduced)
    return round(reproduced - published, decimals) if both else None


def _rounded(value: Any, decimals: int) -> Any:
    if isinstance(value, tuple):
        return [_rounded(v, decimals) for v in value]
    return round(value, decimals) if isinstance(value, float) else value


def _sentence(entry: Mapping[str, Any], judged: Row) -> str | None:
    """Fill the claim's sentence; None where it has none, or nothing was computed."""
    if "says" not in entry or (judged["reproduced"] is None and judged["search"] is None):
        return None
    words = {"published": shown(judged, "published")}
    if "limit" in entry:
        words["limit"] = f"{entry['limit']:g}"
    if judged["reproduced"] is not None:
        words["value"] = _written(judged["reproduced"], judged)
    if isinstance(judged["reproduced"], list):
        words["low"], words["high"] = (_written(number, judged) for number in judged["reproduced"])
    if judged["search"]:
        words |= {
            "solutions": f"{judged['search']['solutions']:,}",
            "chance": f"{judged['search']['chance']:.1g}",
        }
    wanted = {field for _, field, _, _ in string.Formatter().parse(entry["says"]) if field}
    if missing := sorted(wanted - set(words)):
        raise ValueError(
            f"claim {entry['id']!r}: says names {{{missing[0]}}}, which the computed value does not have; "
            f"it has {', '.join(words)}"
        )
    return entry["says"].format(**words)


def _written(number: Any, judged: Row) -> str:
    """A computed figure alone, without what a search says of it."""
    return shown({**judged, "search": None, "reproduced": number}, "reproduced")


def shown(row: Mapping[str, Any], key: str) -> str:
    """Write the published or the reproduced figure of a row, with two decimals more where it is ours."""
    value, decimals = row[key], row["decimals"]
    if key == "reproduced" and row["search"]:
        return _search_shown(row)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return " … ".join(str(v) for v in value)
    if isinstance(value, float) and decimals is not None:
        return f"{value:.{decimals + 2 * (key == 'reproduced')}f}"
    return str(value)


def _search_shown(row: Mapping[str, Any]) -> str:
    n, chance = row["search"]["solutions"], row["search"]["chance"]
    found = f"{n:,} solution{'s' * (n != 1)}, chance {chance:.1g}"
    return found if row["reproduced"] is None else f"{shown({**row, 'search': None}, 'reproduced')}; {found}"


def tally(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Count the claims per verdict, in a fixed order, classes without a claim left out."""
    counts = Counter(row["verdict"] for row in rows)
    return {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}
