"""The form of a notebook's file: what is wrong with one that cannot be run, named by the cell where it stands.

What a run does not need may be missing: outputs, counts, ids, metadata. What is there must be what it should be.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

KINDS = ("code", "markdown", "raw")
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
DEEPEST = 100  # lists and objects inside each other
# Kernels that are called so, whether or not the notebook names its language.
_NOT_PYTHON = re.compile(r"(ir|julia|bash|xr|sos|octave|rust|scala|javascript|deno)\b", re.I)
NO_NOTEBOOK = "is not a notebook in format 4; open and save it in JupyterLab"


def read(source: bytes) -> dict[str, Any]:
    """Parse the content of a notebook's file.

    Raises
    ------
    ValueError
        It cannot be run; the message goes on from the name of the file.

    Examples
    --------
    >>> read(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}')
    Traceback (most recent call last):
    ValueError: has no text in cell 1; open and save it in JupyterLab
    """
    try:
        notebook = json.loads(source)
    except RecursionError:
        raise ValueError("is nested too deep; open and save it in JupyterLab") from None
    except ValueError:
        raise ValueError(NO_NOTEBOOK) from None
    if not (isinstance(notebook, dict) and notebook.get("nbformat") == 4):
        raise ValueError(NO_NOTEBOOK)
    cells = notebook.get("cells")
    if not (isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)):
        raise ValueError(NO_NOTEBOOK)
    if problem := next(_problems(notebook), None):
        raise ValueError(f"{problem}; open and save it in JupyterLab")
    if other := _other_language(notebook):
        raise ValueError(f"is a notebook in {other}; only notebooks in Python can be run")
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code" and not _is_legible("".join(cell["source"])):
            raise ValueError(f"has code in cell {number} that Python cannot read; make it simpler")
    return notebook


def _other_language(notebook: Mapping[str, Any]) -> str | None:
    """The language of a notebook that says it is not in Python."""
    metadata = notebook.get("metadata") or {}
    kernel, language = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    told = [language.get("name"), kernel.get("language")]
    named = (
        [kernel.get("display_name") or kernel["name"]] if _NOT_PYTHON.match(kernel.get("name") or "") else []
    )
    return next(
        (one for one in [*told, *named] if one and not one.lower().startswith(("python", "ipython"))), None
    )


def _problems(notebook: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(notebook.get("nbformat_minor", 5), int):
        yield "has a nbformat_minor that is no number"
    metadata = notebook.get("metadata", {})
    named = ("kernelspec", "language_info")
    if not isinstance(metadata, dict) or not all(isinstance(metadata.get(key, {}), dict) for key in named):
        yield "has metadata that are not an object"
    taken: dict[str, int] = {}
    for number, cell in enumerate(notebook["cells"], 1):
        yield from _problems_of_cell(cell, number)
        if (name := cell.get("id")) in taken:
            yield f"has the same id, {name!r}, in the cells {taken[name]} and {number}"
        elif name is not None:
            taken[name] = number
    if _is_deep(notebook):
        yield "is nested too deep"


def _problems_of_cell(cell: Mapping[str, Any], number: int) -> Iterator[str]:
    if cell.get("cell_type") not in KINDS:
        yield f"has a cell {number} that is none of {', '.join(KINDS)}"
    source, metadata, name = cell.get("source"), cell.get("metadata", {}), cell.get("id")
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        yield f"has no text in cell {number}"
    tags = metadata.get("tags", []) if isinstance(metadata, dict) else None
    if not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        yield f"has metadata that are not an object, or tags that are no list of texts, in cell {number}"
    if name is not None and not (isinstance(name, str) and ID.fullmatch(name)):
        yield f"has an id in cell {number} that is not of 1 to 64 letters, digits, hyphens and low lines"


def _is_deep(value: Any) -> bool:
    """Whether lists and objects are nested so deep that a copy of them would fail."""
    level = [value]
    for _ in range(DEEPEST):
        inner = [v.values() if isinstance(v, dict) else v for v in level if isinstance(v, (dict, list))]
        level = [one for values in inner for one in values]
        if not level:
            return False
    return True


def _is_legible(source: str) -> bool:
    """Whether Python can read some code at all; a wrong one is for the kernel to name."""
    try:
        ast.parse(source)
    except SyntaxError:
        return True
    except (RecursionError, MemoryError, ValueError):
        return False
    return True
