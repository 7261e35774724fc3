"""What a save leaves as it was: the parts of a notebook that say by which Python and when it ran, not what it is.

With them, a Run All of an untouched notebook would change its file, and git would show a change that is none. The
browser also writes 4.0 as 4, which it cannot tell apart; an output that is equal to the stored one stays that.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

VOLATILE = ("execution", "ExecuteTime")  # of a cell: when it ran


def keep(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Give a notebook that is about to be saved what is stored of it where nothing has changed, and no times.

    Jupyter's server calls this before each save.
    """
    notebook = model.get("content")
    if model.get("type") != "notebook" or not isinstance(notebook, dict):
        return
    stored = _stored(Path(contents_manager.root_dir) / path.strip("/"))
    outputs = {cell.get("id"): cell.get("outputs", []) for cell in stored.get("cells", [])}
    for cell in notebook.get("cells", []):
        for name in VOLATILE:
            cell.get("metadata", {}).pop(name, None)
        before = outputs.get(cell.get("id"), [])
        if len(cell.get("outputs", [])) == len(before):
            pairs = zip(cell.get("outputs", []), before, strict=True)
            cell |= {"outputs": [old if old == new else new for new, old in pairs]} if before else {}
    then, now = stored.get("metadata", {}), notebook.get("metadata", {})
    if _kernel(then) == _kernel(now):
        now |= {key: then[key] for key in ("language_info", "kernelspec") if key in then}


def _stored(file: Path) -> Mapping[str, Any]:
    try:
        return nbformat.read(file, as_version=4)
    except Exception:  # whatever lies there, what is to be saved is saved
        return {}


def _kernel(metadata: Mapping[str, Any]) -> tuple[Any, Any]:
    """Which kernel a notebook is for; its version apart."""
    kernel, language = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    return kernel.get("name"), language.get("name")
