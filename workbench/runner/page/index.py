"""All reports of a folder on one page, read from the records that stand beside them."""

import json
from pathlib import Path
from typing import Any

from workbench.runner.page import page

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
        return _sound(json.loads(file.read_text("utf-8"))) | {"page": f"{file.stem}.html"}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return {
            "study": file.stem,
            "title": file.stem,
            "page": f"{file.stem}.html",
            "verdict": "unreadable",
            "reason": f"{file.name} is not a record of a run: {error}",
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
    return record


def render(folder: Path) -> str:
    """Render the index page of a folder."""
    return page.render_index(records(folder))
