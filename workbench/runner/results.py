"""The named tables of a run as files, in a private folder beside the reports, which are what people share.

The kernel writes them into a folder of its run; they are moved into place with the report. A killed run leaves
those of the run before, or none.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from workbench import publish
from workbench.runner import system
from workbench.runner.record import files
from workbench.runner.record.record import Published

ENDINGS = (".csv", ".parquet", ".xlsx")
IGNORE = "*\n"  # what git is told of the folder


def working(place: Path) -> Path:
    """The folder that the kernel of this process's run writes into."""
    return place.with_name(f".{place.name}.tmp-{os.getpid()}")


def prepare(place: Path) -> Path:
    """Remove what killed runs left, make the private folder, and in it the one to write into, which is returned."""
    with _alone(place):
        _sweep(place)
        _private(place.parent)
        working(place).mkdir(mode=0o700)
    return working(place)


def clean(place: Path) -> None:
    """Remove what was written and not moved into place, and folders that hold nothing, as far as that can be done."""
    top = _top(place.parent)
    with contextlib.suppress(OSError), _alone(place):
        _sweep(place)
        for folder in (place.parent, *place.parent.parents):
            if not folder.is_relative_to(top) or not _remove_empty(folder):
                break


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Let no other run make or remove a private folder here meanwhile; the lock ends with its process."""
    beside = _top(place.parent).parent
    beside.mkdir(parents=True, exist_ok=True)
    folder = os.open(beside, os.O_RDONLY)
    try:
        system.lock(folder, wait=True)
        yield
    finally:
        os.close(folder)


def _remove_empty(folder: Path) -> bool:
    """Remove a folder that holds nothing but what git is told of it; return whether it is gone."""
    ignore = folder / ".gitignore"
    if folder.is_dir():
        if any(file != ignore for file in folder.iterdir()):
            return False
        ignore.unlink(missing_ok=True)
        folder.rmdir()
    return True


def move(place: Path) -> None:
    """Put the files of this run in the place of those of the run before, all at once."""
    new, old = working(place), place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        os.rename(place, old)
    if new.is_dir() and any(new.iterdir()):  # a run without named tables has none to move
        os.rename(new, place)
    shutil.rmtree(old, ignore_errors=True)


def remove(place: Path) -> bool:
    """Remove the files of a report; return whether there were any."""
    there = place.is_dir()
    shutil.rmtree(place, ignore_errors=True)
    clean(place)
    return there


def of_outputs(outputs: Iterable[tuple[int, dict[str, Any]]], written: Path) -> Published:
    """What the cells published: findings, and named tables with the hashes of their files.

    Parameters
    ----------
    outputs : iterable of (int, dict)
        Number of the code cell, and the data of an output.
    written : Path
        The folder that the kernel wrote into.
    """
    found: Published = {"findings": [], "tables": []}
    for cell, data in outputs:
        if finding := publish.finding_of(data):
            found["findings"].append({"text": finding["text"], "about": finding["about"], "cell": cell})
        table = publish.table_of(data)
        if table and table["name"] and (of_table := _files(written, table["name"])):
            name, caption, rows = table["name"], table["caption"], table["rows"]
            found["tables"].append(
                {"name": name, "caption": caption, "rows": rows, "cell": cell, "files": of_table}
            )
    return found


def _files(written: Path, name: str) -> dict[str, str]:
    there = [written / f"{name}{ending}" for ending in ENDINGS]
    return {file.name: digest for file in there if (digest := files.of_file(file))}


def _sweep(place: Path) -> None:
    if place.parent.is_dir():
        for stale in place.parent.iterdir():
            if stale.name.startswith(f".{place.name}.tmp-") or stale.name == f".{place.name}.old":
                shutil.rmtree(stale, ignore_errors=True)


def _private(parent: Path) -> None:
    """Make the folder for its owner alone, and have git pass it over."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    top = _top(parent)
    top.chmod(0o700)
    (top / ".gitignore").write_text(IGNORE, "utf-8")


def _top(folder: Path) -> Path:
    """The private folder that a folder in it belongs to."""
    return next((p for p in (folder, *folder.parents) if p.name == "private"), folder)
