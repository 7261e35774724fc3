"""The studies' reports as samples: a card for each, and the report itself where `make reports` has written it.

Only a default report that passed is taken: what else lies in the folder may be somebody's own data.
"""

import json
from pathlib import Path

from workbench.runner import project
from workbench.runner.plan import plans

ROOT = Path(__file__).resolve().parents[2]


def setup(app):
    """Write the cards before Sphinx reads them, and copy the reports when the site stands."""
    app.connect("builder-inited", lambda app: write_cards(Path(app.srcdir)))
    app.connect("build-finished", lambda app, error: None if error else copy_reports(Path(app.outdir)))
    return {"parallel_read_safe": True}


def write_cards(docs: Path) -> None:
    """Write a card of each study: its picture, its question, how its claims came out."""
    parts = [":::::{grid} 1 2 2 2", ":gutter: 3", ""]
    for name, notebook in shipped().items():
        told = plans.read_notebook(notebook)[1]
        parts += card(name, plans.told(told, "question") or "", docs)
    folder = docs / "generated"
    folder.mkdir(exist_ok=True)
    (folder / "cards.txt").write_text("\n".join([*parts, ":::::", ""]), "utf-8")


def shipped() -> dict[str, Path]:
    """The studies and analyses of the project; copies in `mine` are somebody's own."""
    folders = project.find(ROOT).by_folder
    return folders[""] | folders["analyses"]


def card(name: str, question: str, docs: Path) -> list[str]:
    """One card, which leads to the report where there is one."""
    record = sample(name)
    picture = docs / "pictures" / f"{name}.png"
    lines = [f"::::{{grid-item-card}} {name}"]
    lines += [f":img-top: pictures/{name}.png", f":img-alt: A figure of the report {name}"] * picture.exists()
    lines += [f":link: reports/{name}.html"] * bool(record)
    tally = ((record or {}).get("claims") or {}).get("tally", {})
    said = ", ".join(f"{n} {verdict}" for verdict, n in tally.items())
    return [*lines, "", question, *([":::{card-footer}", said, ":::"] if said else []), "::::", ""]


def sample(name: str) -> dict | None:
    """The record of a study's default report, if it passed."""
    file = ROOT / "reports" / f"{name}.json"
    if not file.exists() or not file.with_suffix(".html").exists():
        return None
    record = json.loads(file.read_text("utf-8"))
    return record if record["verdict"] == "passed" and not record["changed"] else None


def copy_reports(out: Path) -> None:
    """Put the reports into the site."""
    (out / "reports").mkdir(exist_ok=True)
    for name in shipped():
        if sample(name):
            page = (ROOT / "reports" / f"{name}.html").read_text("utf-8")
            page = page.replace(
                'href="index.html"', 'href="../samples.html"'
            )  # the list of all is that page here
            (out / "reports" / f"{name}.html").write_text(page, "utf-8")
