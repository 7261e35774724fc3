"""Which figures lack a text alternative, told from the notebook: a page shows a placeholder in its place."""

from collections.abc import Mapping
from typing import Any


def missing(cell: Mapping[str, Any]) -> bool:
    """Say whether an executed code cell shows a picture without a text alternative.

    Examples
    --------
    >>> picture = {"data": {"image/png": "…", "text/plain": "<Figure>"}, "metadata": {}}
    >>> missing({"outputs": [picture]})
    True
    >>> missing({"outputs": [picture | {"metadata": {"workbench": {"alt": "Three bars."}}}]})
    False
    """
    return any(_is_picture(output) and not _alt(output) for output in cell["outputs"])


def _is_picture(output: Mapping[str, Any]) -> bool:
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def _alt(output: Mapping[str, Any]) -> str:
    """The text, as `plots.show` leaves it or as Jupyter has it for a picture."""
    metadata = output.get("metadata", {})
    notes = [metadata.get("workbench"), *(metadata.get(kind) for kind in output["data"])]
    texts = [note.get("alt") for note in notes if isinstance(note, dict)]
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")
