"""Pages about several runs: filled from a template with the style, script and policy of every page."""

import base64
import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from workbench.runner.page import language, markup, page


def render(template: str, **values: Any) -> str:
    """Fill a template of this package; whatever it is given is escaped unless it was cleaned."""
    filled = (
        environment().get_template(template).render(**values, classes=page.CLASSES, **page.sheet(lists=True))
    )
    return markup.visible(filled)


@functools.cache
def environment() -> jinja2.Environment:
    """What fills the templates, built once; it keeps those that it has read."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(page.HERE), autoescape=True)
    environment.filters.update(page.FILTERS)
    environment.globals.update(language.GLOBALS)
    environment.filters["cleaned"] = lambda text, caption="": Markup(markup.clean_html(text, caption=caption))
    environment.filters["terminal"] = lambda text: Markup(markup.terminal(text))
    environment.filters["text_base64"] = lambda text: base64.b64encode(text.encode()).decode()
    environment.filters["prose"] = lambda text, caption="": Markup(markup.markdown(text, caption=caption))
    return environment


def put(folder: Path, files: Mapping[str, str]) -> None:
    """Write files so that each is there as a whole or not at all, in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        fresh = folder / f".{name}.tmp-{os.getpid()}"
        try:
            fresh.write_text(text.rstrip("\n") + "\n", "utf-8", "backslashreplace")
            os.replace(fresh, folder / name)
        finally:
            fresh.unlink(missing_ok=True)
