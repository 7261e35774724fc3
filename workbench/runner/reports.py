"""The reports of a folder by their names: which there are, where their named tables lie, and how one is removed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.checks import did_you_mean
from workbench.runner import project as project_
from workbench.runner import publishing, results
from workbench.runner.plan.wishes import BETWEEN
from workbench.runner.record import differences, files
from workbench.runner.record.record import NotARecord, read
from workbench.runner.record.verdict import Refused


@dataclass(frozen=True)
class Table:
    """A named table of a report; `files` maps each file to what became of it since the run."""

    name: str
    rows: int
    caption: str
    files: dict[Path, str]


def names(out: Path) -> list[str]:
    """The reports, sweeps and comparisons of a folder; one whose runs all failed counts too."""
    found = {file.stem.removesuffix(".failed") for file in out.glob("*.json")}
    found |= {file.stem for file in out.glob(f"*{BETWEEN}*.html")}
    return sorted(found)


def find(name: str, out: Path) -> Path:
    """The JSON file of a report, by its name or by the path of its page or JSON file.

    Raises
    ------
    Refused
        There is none of that name; a path is taken as it is.
    """
    if name.endswith((".json", ".html")):
        return Path(name).with_suffix(".json")
    file = out / f"{name}.json"
    if not os.path.lexists(file):
        if (out / f"{name}.failed.json").exists():
            raise Refused(f"no run of {name} has passed yet; see {out / name}.failed.html")
        if name in project_.find().studies:
            raise Refused(f"{name} has no report in {out}; first: workbench run {name}")
        known = sorted(f.stem for f in out.glob("*.json"))
        raise Refused(
            f"there is no report {name!r} in {out}{did_you_mean(name, known)} "
            "Give a name as in the list of reports, or the path of a JSON file."
        )
    return file


def private(file: Path) -> Path:
    """The private folder of the report that a JSON file or a page is of."""
    out = file.parent.resolve()
    # a folder of reports is known by the project of the command, or by its own
    around = (project_.find(), project_.find(out), project_.find(out.parent))
    ours = next((p for p in around if out.is_relative_to(p.reports.resolve())), around[0])
    return ours.private(out) / file.stem.removesuffix(".failed")


def tables(name: str, out: Path) -> list[Table]:
    """The named tables of a report, each with its files.

    Raises
    ------
    Refused
        There is no such report, or its record cannot be read.
    """
    file = find(name, out)
    record, folder = differences.read_run(file), private(file)
    return [
        Table(
            t["name"],
            t["rows"],
            t["caption"],
            {folder / f: _state(folder / f, d) for f, d in t["files"].items()},
        )
        for t in record["published"]["tables"]
    ]


def _state(file: Path, digest: str) -> str:
    now = files.of_file(file)
    return "as the run wrote it" if now == digest else "changed since the run" if now else "gone"


def with_tables(out: Path) -> Iterator[tuple[str, list[str]]]:
    """The reports of a folder, and the points of its sweeps, that have named tables, each with those tables' names."""
    for file in sorted([*out.glob("*.json"), *out.glob("*/*.json")]):
        try:
            record = read(file)
        except (OSError, NotARecord):
            continue
        told = [table["name"] for table in record["published"]["tables"]]
        if told and record["verdict"] == "passed":
            yield file.relative_to(out).with_suffix("").as_posix(), told


def pages_of(name: str, out: Path) -> list[Path]:
    """Every file of a report: its own, its points' folder if it is a sweep, and the comparisons that show it.

    Raises
    ------
    Refused
        There is nothing of that name.
    """
    known = names(out)
    if name not in known:
        raise Refused(f"there is no report {name!r} in {out}{did_you_mean(name, known)}")
    found = [out / f"{name}{ending}" for ending in publishing.ENDINGS]
    if _is_sweep(out / f"{name}.json"):
        found.append(out / name)
    sides = {page: page.stem.split(BETWEEN) for page in sorted(out.glob(f"*{BETWEEN}*.html"))}
    found += [page for page, of in sides.items() if name in (side.removesuffix(".failed") for side in of)]
    return [file for file in found if os.path.lexists(file)]


def _is_sweep(file: Path) -> bool:
    try:
        told: Any = files.value(file)
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and "points" in told


def remove(name: str, out: Path) -> None:
    """Remove a report with its private files, and write the list of reports anew.

    Raises
    ------
    Refused
        There is nothing of that name, it is being written, or it cannot be removed.
    """
    gone = pages_of(name, out)
    with ExitStack() as held:
        try:
            held.enter_context(publishing.locked(out / f".{name}.lock"))
            # what is the user's own goes first: an interruption leaves a page without files, not the reverse
            results.remove(private(out / f"{name}.json"))
            for file in gone:
                shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink()
            publishing.refresh_index(out)
        except OSError as error:
            raise Refused(f"{name} cannot be removed: {error.strerror or error}") from None
