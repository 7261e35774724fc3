"""All reports of a folder on one page, read from the records that stand beside them."""

from pathlib import Path
from typing import Any

from workbench import data
from workbench.runner.page import answer, language, page, standalone
from workbench.runner.page.language import said
from workbench.runner.record import files as files_
from workbench.runner.record.record import state

TEMPLATE = "list.html.j2"
# What a run's verdict means, in the order of the explanation.
VERDICTS = {
    "passed": "every cell with code ran to its end, and the report shows what came out",
    "failed": "a cell raised an exception, or its data changed under its hands",
    "incomplete": "some cells did not run, or the run has not reported its end",
    "kernel died": "the process that computed ended before its notebook did",
    "timed out": "a limit of time was reached",
    "interrupted": "somebody stopped it",
    "withheld": "it has ended, and what it would have published holds personal data",
    "unreadable": "the file is not a record that this version of the workbench writes",
}

Row = dict[str, Any]  # a run's record, a sweep's, or what is said of a file that is none; and its `page`


def records(folder: Path) -> list[Row]:
    """Read the records of a folder, the newest state of each report only.

    A failure record outranks the report of the same name: it is newer by construction, since the next
    success removes it. A file that cannot be read is listed as such, never passed over.
    """
    found: dict[str, Row] = {}
    for file in sorted(folder.glob("*.json")):  # x.failed.json before x.json
        found.setdefault(file.stem.removesuffix(".failed"), _read(file))
    return [found[name] for name in sorted(found)]


def _read(file: Path) -> Row:
    try:
        return _sound(files_.value(file)) | {"page": f"{file.stem}.html"}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return {
            "study": file.stem,
            "title": file.stem,
            "page": f"{file.stem}.html",
            "verdict": "unreadable",
            "reason": said("{file} is not a record of a run: {error}", file=file.name, error=error),
        }


def _sound(record: Row) -> Row:
    """A record of which the index can show every part, or an exception."""
    made, told = record.get("provenance") or {}, record.get("claims") or {}
    texts = [record["verdict"], record["study"], record.get("title") or "", made.get("started") or ""]
    texts += [made.get("commit") or "", record.get("reason") or ""]
    tables = [made, told, told.get("tally") or {}, record.get("changed") or {}]
    rows = record.get("data") or []
    sound = all(isinstance(v, str) for v in texts) and all(isinstance(v, dict) for v in tables)
    sound = sound and isinstance(made.get("seconds") or 0, int | float) and isinstance(rows, list)
    if not (sound and all(isinstance(row, dict) and "kind" in row for row in rows)):
        raise TypeError("a part of it has another form")
    _shown(record)  # or it raises
    return record


def render(folder: Path) -> str:
    """Render the index page of a folder, in the language of its newest page.

    Runs on own data that never passed are folded away below.
    """
    with language.speaking(_newest(records(folder)).get("language", "en")):
        return _render(folder)


def _newest(rows: list[Row]) -> Row:
    """The report whose page was written last."""
    made = [(row.get("provenance") or {}, row) for row in rows]
    times = [(told.get("rendered") or told.get("started") or "", row) for told, row in made]
    return max(times, key=lambda entry: entry[0], default=("", {}))[1]


def _render(folder: Path) -> str:
    rows = [_shown(row) for row in records(folder)]
    slips = [row for row in rows if row["own"] and row["verdict"] != "passed" and not row.get("last_good")]
    listed = [row for row in rows if row not in slips]
    words = {row["verdict"] for row in rows}
    tallied = {verdict for row in rows for verdict in row["tally"]}
    return standalone.render(
        TEMPLATE,
        rows=listed,
        slips=slips,
        words=sorted(words),
        verdicts={word: VERDICTS[word] for word in VERDICTS if word in words},
        meanings={word: told for word, told in page.CLASSES.items() if word in tallied},
    )


def _shown(row: Row) -> Row:
    """A row with what the page says of it."""
    changed, files = row.get("changed") or {}, row.get("data") or []
    own = bool(changed.get("data_file"))
    mine = [file for file in files if file["kind"] == "yours"]
    changed = changed | (row.get("grid") or {})
    return row | {
        "verdict": state(row),
        "own": own,
        "tally": {} if own else (row.get("claims") or {}).get("tally") or {},
        "changes": {name: value for name, value in changed.items() if not own or name not in answer.OF_FILE},
        "read": _own(mine, row.get("title")) if own else _shipped(files),
    }


def _own(files: list[Row], title: str | None) -> list[str]:
    """What was read of a user's own file: customers, period and currency; its name where that is not the title."""
    names = [file.get("file") or "" for file in files[:1]]
    facts = [name for name in names if name != title]
    for told in (file["ledger"] for file in files if file.get("ledger")):
        facts += (
            [said("{n} customers", n=f"{told['customers']:,}")] if told.get("customers") is not None else []
        )
        facts += [language.of_record(period)] if (period := data.ledger_period(told)) else []
        facts += [said("amounts in {currency}", currency=told["currency"])] if told.get("currency") else []
    return facts


def _shipped(files: list[Row]) -> list[str]:
    kinds = dict.fromkeys(file["kind"] for file in files)
    named = {kind: dict.fromkeys(f["dataset"] for f in files if f["kind"] == kind) for kind in kinds}
    return [f"{said(kind)}: {', '.join(names).replace('_', ' ')}" for kind, names in named.items()]
