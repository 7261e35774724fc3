"""Published figures against reproduced ones: one verdict per claim, and what it rests on.

A claims file, `data/claims/<study>.toml`, has one `[[claim]]` per published figure or checkable statement:

id, statement, source   the name, the statement in our own words, where it stands
published               the printed figure (absent where none is printed)
decimals                compare at the printed decimals; or
tolerance               within a distance; or
direction               "<", "<=", ">" or ">="
basis                   what a verdict can rest on, see below
when                    parameters the claim is about, as a table or the name of a `[when."…"]` table; with others
                        it reads `n/a`
expect                  the verdict that stands today; `workbench claims --check` holds it
note                    why; for `refuted` and `not computable`, what would change the verdict

====================  ================  ===================
basis                 the check holds   it does not hold
====================  ================  ===================
published inputs      match             differs
stand-in              by construction   differs
contradiction         refuted           not checked
search                recovered         not computable
unpublished           not computable    not computable
opinion               not checked       not checked
====================  ================  ===================
"""

import hashlib
import html
import json
import math
import tomllib
from collections import Counter
from pathlib import Path

from workbench import places
from workbench.checks import did_you_mean

MIME = "application/vnd.workbench.claims+json"
OUTCOMES = {
    "published inputs": ("match", "differs"),
    "stand-in": ("by construction", "differs"),
    "contradiction": ("refuted", "not checked"),
    "search": ("recovered", "not computable"),
    "unpublished": ("not computable", "not computable"),
    "opinion": ("not checked", "not checked"),
}
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
REQUIRED = {"id", "statement", "source", "basis", "expect"}
OPTIONAL = {"published", "decimals", "tolerance", "direction", "when", "note"}


def file_of(study: str, start: str | Path | None = None) -> Path:
    """Return where the claims file of a study lies: in the project of a folder, the working directory by default."""
    return places.shipped("claims", f"{study}.toml", start)


def load(study, start=None):
    """Read and check the claims of a study.

    Parameters
    ----------
    study : str
        Name of the study; the file is `data/claims/<study>.toml`.
    start : path, optional
        A folder of the project; the working directory's by default.

    Returns
    -------
    list of dict

    Raises
    ------
    ValueError
        There is no such file, or an entry is not well formed; the message names the entry.
    """
    file = file_of(study, start)
    if not file.exists():
        known = ", ".join(sorted(f.stem for f in file.parent.glob("*.toml")))
        raise ValueError(f"No claims file for study {study!r}; there are: {known}")
    content = tomllib.loads(file.read_text("utf-8"))
    entries, named = content.get("claim", []), content.get("when", {})
    for number, entry in enumerate(entries, 1):
        if problem := _problem(entry, named):
            raise ValueError(f"{file.name}, claim {number} ({entry.get('id', 'no id')}): {problem}")
        if isinstance(entry.get("when"), str):
            entry["when"] = named[entry["when"]]
    twice = [i for i, n in Counter(e["id"] for e in entries).items() if n > 1]
    if twice:
        raise ValueError(f"{file.name}: claim id {twice[0]!r} stands twice")
    return entries


def _problem(entry, named):
    if missing := REQUIRED - set(entry):
        return f"{sorted(missing)[0]!r} is missing"
    if unknown := set(entry) - REQUIRED - OPTIONAL:
        return f"unknown key {sorted(unknown)[0]!r}"
    if isinstance(entry.get("when"), str) and entry["when"] not in named:
        return f"when names {entry['when']!r}, but there is no such [when] table{did_you_mean(entry['when'], named)}"
    if entry["basis"] not in OUTCOMES:
        return f"basis {entry['basis']!r} is not one of {', '.join(OUTCOMES)}"
    if entry["expect"] not in VERDICTS:
        return f"expect {entry['expect']!r} is not one of {', '.join(VERDICTS)}"
    if entry.get("direction", "<") not in DIRECTIONS:
        return f"direction {entry['direction']!r} is not one of {', '.join(DIRECTIONS)}"
    comparisons = {"decimals", "tolerance", "direction"} & set(entry)
    if len(comparisons) > 1 or (isinstance(entry.get("published"), (int, float)) and not comparisons):
        return "give one of decimals, tolerance and direction"
    if entry["expect"] in ("differs", "refuted", "not computable") and not entry.get("note"):
        return (
            f"a claim that is expected to be {entry['expect']!r} needs a note: why, and what would change it"
        )
    return None


def judge(entry, value, parameters):
    """Return the verdict of one claim.

    Parameters
    ----------
    entry : dict
        The claim.
    value : None, bool, number, (low, high) or dict
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
    if entry["basis"] in ("unpublished", "opinion"):
        return holds
    if value is None:
        return "not checked"
    if isinstance(value, dict) and "solutions" in value:
        return holds if value["solutions"] == 1 else fails
    return holds if _holds(entry, value) else fails


def applies(entry, parameters):
    """Whether a claim is about these parameters; stand-in data's claims are not about a user's own file."""
    if entry["basis"] == "stand-in" and parameters.get("data_file"):
        return False
    for name, wanted in entry.get("when", {}).items():
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if name not in parameters:
            raise ValueError(
                f"claim {entry['id']!r} depends on parameter {name!r}, which compare() was not given"
            )
        if parameters[name] not in allowed:
            return False
    return True


def _holds(entry, value):
    if isinstance(value, dict):
        value = value.get("holds", value["value"])
    if isinstance(value, bool):
        return value
    low, high = value if isinstance(value, tuple) else (value, value)
    published = entry["published"]
    if "direction" in entry:
        return DIRECTIONS[entry["direction"]](low, high, published)
    # half a unit of the last printed place; the margin is for binary fractions such as .2205
    reach = entry["tolerance"] if "tolerance" in entry else 0.5 * 10 ** -entry["decimals"] + 1e-12
    return low - reach <= published <= high + reach


def compare(study, values, parameters):
    """Compare what was computed with what was published.

    Parameters
    ----------
    study : str
    values : dict
        Claim id to what was computed, see `judge`. Claims without a value still stand in the table.
    parameters : dict
        The parameters of the run, by name.

    Returns
    -------
    Comparison
        Displays as a table and carries the same record as JSON, so that a report, the index and CI read
        what the notebook showed.

    Raises
    ------
    ValueError
        A value's id is not in the claims file, or a value is not finite.
    """
    entries = load(study)
    known = [entry["id"] for entry in entries]
    for name in values:
        if name not in known:
            raise ValueError(f"Unknown claim {name!r}{did_you_mean(name, known)} Claims: {', '.join(known)}")
    return Comparison(study, [_row(entry, values.get(entry["id"]), parameters) for entry in entries])


def _plain(value, name):
    """Plain Python numbers, so that a verdict does not depend on the array library."""
    if isinstance(value, dict):
        return {k: _plain(v, name) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return tuple(_plain(v, name) for v in value)
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(
            f"claim {name!r}: the computed value is {value}; pass None if it could not be computed"
        )
    return value


def _row(entry, value, parameters):
    value = _plain(value, entry["id"]) if applies(entry, parameters) else None
    verdict = judge(entry, value, parameters)
    shown = value.get("value") if isinstance(value, dict) else value
    decimals = entry.get("decimals", 2) + 2
    row = {
        key: entry.get(key) for key in ("id", "statement", "source", "published", "basis", "expect", "note")
    }
    row["decimals"] = entry.get("decimals")
    row["verdict"] = verdict
    row["reproduced"] = None if verdict == "n/a" else _rounded(shown, decimals)
    row["search"] = (
        {k: value[k] for k in ("solutions", "chance")}
        if isinstance(value, dict) and "solutions" in value
        else None
    )
    numbers = [
        v
        for v in (row["published"], row["reproduced"])
        if isinstance(v, (int, float)) and not isinstance(v, bool)
    ]
    row["difference"] = round(numbers[1] - numbers[0], decimals) if len(numbers) == 2 else None
    return row


def _rounded(value, decimals):
    if isinstance(value, tuple):
        return [_rounded(v, decimals) for v in value]
    return round(value, decimals) if isinstance(value, float) else value


def tally(rows):
    """Count the claims per verdict, in a fixed order, classes without a claim left out."""
    counts = Counter(row["verdict"] for row in rows)
    return {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}


def sound_record(record):
    """Check a record that travelled in a notebook, and count its tally anew from its rows.

    Raises
    ------
    ValueError
        If it is no record that `compare` made.
    """
    try:
        rows = record["claims"]
        good = isinstance(record["study"], str) and all(
            row["verdict"] in VERDICTS and row["id"] for row in rows
        )
        json.dumps(record, allow_nan=False)
        as_text(rows), _as_html(rows)
    except (AttributeError, TypeError, KeyError, ValueError):
        good = False
    if not good:
        raise ValueError(
            "an output claims to be a claims record and is none; only claims.compare() makes them"
        )
    return dict(record) | {"tally": tally(rows)}


class Comparison:
    """The published-and-reproduced table of one run; `rows` are plain dicts, `tally` counts each verdict."""

    def __init__(self, study, rows):
        self.study, self.rows = study, rows

    @property
    def tally(self):
        """Number of claims per verdict, see `tally`."""
        return tally(self.rows)

    @property
    def table(self):
        """The rows as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows).set_index("id")

    def record(self):
        """The record that travels in the notebook."""
        return {
            "study": self.study,
            "file_sha256": _fingerprint(self.study),
            "tally": self.tally,
            "claims": self.rows,
        }

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": as_text(self.rows), "text/html": _as_html(self.rows), MIME: self.record()}


def as_text(rows):
    """The table for a terminal."""
    lines = [(r["id"], shown(r, "published"), shown(r, "reproduced"), r["verdict"]) for r in rows]
    lines.insert(0, ("claim", "published", "reproduced", "verdict"))
    widths = [max(len(line[i]) for line in lines) for i in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def shown(row, key):
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


def _search_shown(row):
    n, chance = row["search"]["solutions"], row["search"]["chance"]
    found = f"{n:,} solution{'s' * (n != 1)}, chance {chance:.1g}"
    return found if row["reproduced"] is None else f"{shown(row | {'search': None}, 'reproduced')}; {found}"


def _as_html(rows):
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("claim", "published", "reproduced", "verdict", "why")
    )
    body = "".join(_html_row(row) for row in rows)
    return f'<table class="claims"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _html_row(row):
    e = html.escape
    title = f'<th scope="row"><code>{e(row["id"])}</code><br>{e(row["statement"])} <em>({e(row["source"])})</em></th>'
    numbers = "".join(f"<td>{e(shown(row, key))}</td>" for key in ("published", "reproduced"))
    return (
        f"<tr>{title}{numbers}<td><strong>{row['verdict']}</strong></td><td>{e(row['note'] or '')}</td></tr>"
    )


def unexpected(record, start=None):
    """List the claims of a default run whose verdict is not the expected one, as sentences.

    Parameters
    ----------
    record : dict
        As `Comparison.record` made it.
    start : path, optional
        A folder of the project; the working directory's by default.
    """
    current = {entry["id"]: entry["expect"] for entry in load(record["study"], start)}
    if record.get("file_sha256") != _fingerprint(record["study"], start):
        return ["the claims file has changed since the report was made; run the study again"]
    rows = {row["id"]: row["verdict"] for row in record["claims"]}
    return [f"{i}: {rows[i]}, expected {current[i]}" for i in current if rows[i] != current[i]]


def _fingerprint(study, start=None):
    return hashlib.sha256(file_of(study, start).read_bytes()).hexdigest()


def read_record(file):
    """Read the claims record from a report's JSON file; None where the report holds none."""
    return json.loads(Path(file).read_text("utf-8")).get("claims")
