"""The report's side of the ledger: what the cells of a run really sent is judged here, and recorded.

The notebook's own table is shown and never believed: it must be the one that the values give.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from workbench.claims import files, sending, tables, verdicts
from workbench.claims.verdicts import MIME, VALUES_MIME, Row

NOT_OURS = (
    "an output claims to be a claims record and is none; only claims.compare() and check.table() make them"
)


class Record(TypedDict):
    """The claims of one run, as they stand in its report."""

    study: str
    file_sha256: str
    tally: dict[str, int]
    claims: list[Row]


def recorded(
    outputs: Iterable[tuple[int, Mapping[str, Any]]],
    parameters: Mapping[str, Any],
    start: str | Path | None = None,
    *,
    whole: bool = True,
) -> Record | None:
    """Judge what the cells of a run sent, and note which cell sent each value.

    Parameters
    ----------
    outputs : iterable of (number of the code cell, MIME bundle)
        In their order.
    parameters : dict
        Of the run. What the notebook says of them must be the same, and counts where the run does not know them.
    start : path, optional
        A folder of the project whose claims file counts; the working directory by default.
    whole : bool
        Demand a value for every claim that a ledger has to compute; not of a run that did not come to its end.

    Returns
    -------
    Record or None
        None if no cell has sent anything.

    Raises
    ------
    ValueError
        An output is not what `ledger` or `compare` sends, the cells were given other parameters than the run or made
        more than one comparison, or a table that was shown is not what the values give.
    """
    outputs = list(outputs)
    tables_ = [sound_record(data[MIME]) for _, data in outputs if MIME in data]
    sent = [(number, _sound(data[VALUES_MIME])) for number, data in outputs if VALUES_MIME in data]
    if not sent:
        if tables_:
            raise ValueError(f"{NOT_OURS}; no cell has sent the values for it")
        return None
    _one(sent)
    study = sent[0][1]["study"]
    entries = files.load(study, start)
    given = _given(sent, parameters)
    values, cells = _joined(sent, entries, given)
    if whole and not any(told.get("complete") for _, told in sent):
        sending.demand(entries, values, given)
    rows = [verdicts.row(e, values.get(e["id"]), given, cells.get(e["id"])) for e in entries]
    for table in tables_:
        _same(table["claims"], rows)
    sha = files.fingerprint(study, start)
    return {"study": study, "file_sha256": sha, "tally": verdicts.tally(rows), "claims": rows}


def _sound(told: Any) -> dict[str, Any]:
    """What a cell sent, if it has the form in which the ledger sends values."""
    keys = {"study", "parameters", "values", "complete"}
    good = isinstance(told, dict) and isinstance(told.get("study"), str) and told.keys() <= keys
    if not (good and all(isinstance(told.get(key), dict) for key in ("parameters", "values"))):
        raise ValueError(
            "an output claims to send claims' values and does not; only claims.ledger() sends them"
        )
    return told


def _one(sent: list[tuple[int, dict[str, Any]]]) -> None:
    """Refuse a second comparison: a report has one, and the other would stand in it unjudged."""
    (first, told), *others = sent
    for number, other in others:
        if other["study"] != told["study"]:
            raise ValueError(
                f"the cells send values to the ledgers of {told['study']!r} and {other['study']!r}; a report has one"
            )
        if other != told and (other.get("complete") or told.get("complete")):
            raise ValueError(
                f"the notebook makes two comparisons, in code cells {first} and {number}; a report has one"
            )


def _given(sent: list[tuple[int, dict[str, Any]]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, of which the notebook says nothing other than the run."""
    given = dict(parameters)
    for number, told in sent:
        for name, value in told["parameters"].items():
            known = given.setdefault(name, value)
            if known != value or isinstance(known, bool) != isinstance(value, bool):
                raise ValueError(
                    f"the claims were compared for {name} = {value!r} (code cell {number}), but in this run it is "
                    f"{known!r}"
                )
    return given


def _joined(
    sent: list[tuple[int, dict[str, Any]]], entries: list[dict[str, Any]], parameters: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, int]]:
    """All values, and the cell of each."""
    values: dict[str, Any] = {}
    cells: dict[str, int] = {}
    for number, told in sent:
        for name, value in sending.fitted(entries, told["values"], parameters).items():
            if values.setdefault(name, value) != value:
                raise ValueError(f"claim {name!r} has two values, from code cells {cells[name]} and {number}")
            cells.setdefault(name, number)
    return values, cells


def _same(shown: list[Row], rows: list[Row]) -> None:
    """Refuse a table that says other than the values do."""
    told = {row["id"]: row for row in shown}
    for row in rows:
        if told.pop(row["id"], None) != row | {"cell": None}:
            raise ValueError(
                f"the claims table that the notebook shows is not what its values give: claim {row['id']!r} is "
                f"{row['verdict']} with {verdicts.shown(row, 'reproduced')}"
            )
    if told:
        raise ValueError(
            f"the claims table that the notebook shows has an unknown claim {next(iter(told))!r}"
        )
    if [row["id"] for row in shown] != [row["id"] for row in rows]:
        raise ValueError("the claims table that the notebook shows has a claim twice, or another order")


def sound_record(record: Any) -> Record:
    """Check a record that travelled in a notebook or a file, and count its tally anew from its rows.

    Raises
    ------
    ValueError
        If it is no record that `compare` made.
    """
    rows: list[Row] = []
    try:
        rows = record["claims"]
        good = isinstance(record["study"], str) and all(
            row["verdict"] in verdicts.VERDICTS and row["id"] for row in rows
        )
        good = good and all(isinstance(row.get("cell"), (int, type(None))) for row in rows)
        json.dumps(record, allow_nan=False)
        _ = tables.as_text(rows), tables.as_html(rows)
    except (AttributeError, TypeError, KeyError, ValueError):
        good = False
    if not good:
        raise ValueError(NOT_OURS)
    made_from = record.get("file_sha256", "")  # a bundle made by hand has none, and fits no claims file
    return {
        "study": record["study"],
        "file_sha256": made_from,
        "tally": verdicts.tally(rows),
        "claims": rows,
    }


def unexpected(record: Mapping[str, Any], start: str | Path | None = None) -> list[str]:
    """List the claims of a default run whose verdict is not the expected one, as sentences.

    Parameters
    ----------
    record : Record
        As `recorded` or `Comparison.record` made it.
    start : path, optional
        A folder of the project; the working directory by default.
    """
    current = {entry["id"]: entry["expect"] for entry in files.load(record["study"], start)}
    if record.get("file_sha256") != files.fingerprint(record["study"], start):
        return ["the claims file has changed since the report was made; run the study again"]
    rows = {row["id"]: row["verdict"] for row in record["claims"]}
    told = [(i, rows.pop(i, "not in the report"), expected) for i, expected in current.items()]
    return [
        f"{i}: {verdict}, expected {expected}" for i, verdict, expected in told if verdict != expected
    ] + [f"{i}: in the report, not in the claims file" for i in rows]
