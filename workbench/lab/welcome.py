"""What the first page shows: the notebooks of the project with their latest verdicts, and the latest reports."""

import os
from pathlib import Path
from typing import Any

from workbench.runner.page import index
from workbench.runner.plan import copies, plans
from workbench.runner.project import Project
from workbench.runner.record.record import state
from workbench.runner.record.verdict import Refused

LATEST = 6  # reports that are listed
TITLES = {"": "Studies", "analyses": "Analyses", copies.MINE: "My notebooks"}


def cards(project: Project, root: Path) -> dict[str, Any]:
    """Everything on the first page.

    Parameters
    ----------
    project : Project
    root : Path
        The folder that Jupyter serves; the browser names notebooks from there.
    """
    rows = sorted(index.records(project.reports), key=_started, reverse=True)
    groups = {TITLES.get(folder, folder): known for folder, known in project.by_folder.items()}
    groups.setdefault(TITLES[copies.MINE], {})
    return {
        "project": project.root.name,
        "groups": [
            {"title": title, "cards": [_card(name, path, rows, root) for name, path in known.items()]}
            for title, known in groups.items()
        ],
        "latest": [_report(row) for row in rows[:LATEST]],
        "index": "index.html" if (project.reports / "index.html").exists() else None,
    }


def _started(row: index.Row) -> str:
    return (row.get("provenance") or {}).get("started") or ""


def _card(name: str, path: Path, rows: list[index.Row], root: Path) -> dict[str, Any]:
    try:
        _, notebook = plans.read_notebook(path)
        asked, title = plans.told(notebook, "question"), plans.title(notebook)
    except Refused as error:
        asked, title = str(error), None
    latest = next((row for row in rows if row["study"] == name), None)
    told = {"study": name, "title": title or name, "asked": asked, "path": seen_from(path, root)}
    return told | {"report": _report(latest) if latest else None}


def _report(row: index.Row) -> dict[str, Any]:
    tally = (row.get("claims") or {}).get("tally") or {}
    name = row["page"].removesuffix(".html").removesuffix(".failed")
    told = {"name": row.get("name") or name, "title": row.get("title") or row["study"], "page": row["page"]}
    return told | {"verdict": state(row), "reason": row.get("reason"), "when": _started(row), "tally": tally}


def seen_from(path: Path, root: Path) -> str | None:
    """How the browser names a file; None where Jupyter does not serve it."""
    told = os.path.relpath(path, root)
    return None if told.startswith("..") else Path(told).as_posix()
