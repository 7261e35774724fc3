"""Pages that lie outside of docs/, where a reader of the repository looks for them, and the links to and from them."""

import re
from pathlib import Path

OUTSIDE = {"data/README.md": "data-files", "CONTRIBUTING.md": "contributing", "CHANGELOG.md": "changelog"}


def setup(app):
    """Copy the pages before Sphinx looks for them, and turn the links to them."""
    app.connect("builder-inited", lambda app: copy(Path(app.srcdir)))
    app.connect("source-read", lambda app, page, text: text.__setitem__(0, inward(text[0])))
    return {"parallel_read_safe": True}


def copy(docs: Path) -> None:
    """Write each page into docs/generated, its links as seen from there."""
    for file, name in OUTSIDE.items():
        page = docs / "generated" / f"{name}.md"
        text = re.sub(r"\]\((?:\.\./)?docs/", "](../", (docs.parent / file).read_text("utf-8"))
        page.parent.mkdir(exist_ok=True)
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, "utf-8")


def inward(text: str) -> str:
    """A page's text with its links to the pages outside turned to their copies."""
    for file, name in OUTSIDE.items():
        text = text.replace(f"](../{file}", f"](generated/{name}.md")
    return text
