"""What a run leaves for the search of its report: keyed fingerprints of the identifiers that its data have.

Own ones must not be published; those of the shipped data sets are nobody's. Outside a run nothing is left.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from workbench import privacy

OWN, SHIPPED = "own", "shipped"  # how the names of the files begin

_run: dict[str, Any] = globals().get("_run", {})  # outlives a reload of this module


def keep_in(folder: str | Path, key: bytes) -> None:
    """Leave fingerprints in a folder from here on.

    Parameters
    ----------
    folder : path
    key : bytes
        Of the run; at least 16.
    """
    _run.update(folder=Path(folder), key=key, files=0)


def in_a_run() -> bool:
    """Say whether what happens here is about to be published."""
    return bool(_run)


def keep(ids: Iterable[str], whose: str) -> None:
    """Leave the fingerprints of identifiers.

    Parameters
    ----------
    ids : iterable of str
    whose : {"own", "shipped"}
    """
    if not _run:
        return
    _run["files"] += 1
    prints = privacy.index(ids, _run["key"])
    # a child of the kernel counts on its own
    _run["folder"].joinpath(f"{whose}-{os.getpid()}-{_run['files']}").write_bytes(prints.to_bytes())
