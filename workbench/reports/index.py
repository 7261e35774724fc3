"""All reports of a folder on one page, read from the records that stand beside them."""

import json

from . import page


def records(folder):
    """Read the records of a folder, the newest state of each report only.

    A failure record outranks the report of the same name: it is newer by construction, since the next
    success removes it. A file that cannot be read is listed as such, never passed over.
    """
    found = {}
    for file in sorted(folder.glob("*.json")):  # x.failed.json before x.json
        found.setdefault(file.stem.removesuffix(".failed"), _read(file))
    return [found[name] for name in sorted(found)]


def _read(file):
    try:
        record = json.loads(file.read_text("utf-8"))
        return record | {"page": f"{file.stem}.html", "verdict": record["verdict"], "study": record["study"]}
    except (ValueError, KeyError, TypeError) as error:
        return {
            "study": file.stem,
            "title": file.stem,
            "page": f"{file.stem}.html",
            "verdict": "unreadable",
            "reason": f"{file.name} is not a record of a run: {error}",
        }


def render(folder):
    """Render the index page of a folder."""
    return page.render_index(records(folder))
