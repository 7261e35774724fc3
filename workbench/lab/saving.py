"""What a save leaves as it was: the parts of a notebook that say by which Python and when it ran, not what it is.

With them, a Run All of an untouched notebook would change its file, and git would show a change that is none.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VOLATILE = ("execution", "ExecuteTime")  # of a cell: when it ran


def keep(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Give a notebook that is about to be saved its stored kernel and version of Python again, and no times.

    Jupyter's server calls this before each save.
    """
    notebook = model.get("content")
    if model.get("type") != "notebook" or not isinstance(notebook, dict):
        return
    for cell in notebook.get("cells", []):
        for name in VOLATILE:
            cell.get("metadata", {}).pop(name, None)
    stored = _stored(Path(contents_manager.root_dir) / path.strip("/"))
    now = notebook.get("metadata", {})
    if stored and _kernel(stored) == _kernel(now):
        now |= {key: stored[key] for key in ("language_info", "kernelspec") if key in stored}


def _stored(file: Path) -> dict[str, Any]:
    try:
        metadata = json.loads(file.read_bytes())["metadata"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return metadata if isinstance(metadata, dict) else {}


def _kernel(metadata: Mapping[str, Any]) -> tuple[Any, Any]:
    """Which kernel a notebook is for; its version apart."""
    kernel, language = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    return kernel.get("name"), language.get("name")
