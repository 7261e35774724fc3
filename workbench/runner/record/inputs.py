"""What a run depends on, each part by its hash: code, parameters, modules, files."""

import ast
import json
import os
import re
import sysconfig
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from workbench import claims, data, places
from workbench.runner.record import cells, files, modules, provenance
from workbench.runner.record.planned import Planned
from workbench.runner.record.record import Claims, DataFile, Inputs, LoadedFile

# To be raised when a run starts to see, or to set, more than it did: older reports are then run again.
FORMAT = 3

# Folders of the operating system, which other machines have too.
SYSTEM = ("/etc/", "/usr/", "/opt/")


class HeardFile(LoadedFile):
    """A file that `workbench.data` read, with its path on this machine."""

    path: str


@dataclass
class Watched:
    """What was seen of some folders from outside the kernel.

    `read` holds files to their `files.state` when they were first read, None for those that were written during
    the run before; `listed` how often each folder was opened; `why` there was no watch, or not a whole one.
    """

    read: dict[str, list[int] | None] = field(default_factory=dict)
    listed: Counter[str] = field(default_factory=Counter)
    why: str | None = None


@dataclass
class Told:
    """What the kernel says of itself after the last cell.

    `loaded` is what `workbench.data` read; `opened` the files that Python code read, to their `files.state`;
    `written` the paths it wrote; `reached` what else it used. `listed` are folders to the hash of their names,
    `looked` how often Python code opened each folder; `packaged` files among the installed packages; `imported`
    first names of all modules; `readers` packages that may open files by themselves.
    """

    loaded: list[HeardFile] = field(default_factory=list)
    opened: dict[str, list[int] | None] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    listed: dict[str, str | None] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)
    packaged: list[str] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    watched: Watched = field(default_factory=Watched)


def sources(notebook: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The code cells' sources of a notebook, empty ones left out, with the tags that decide how they run."""
    code = [c for c in notebook["cells"] if c["cell_type"] == "code" and cells.cell_source(c).strip()]
    return [(cells.cell_source(c), sorted(c.get("metadata", {}).get("tags", []))) for c in code]


def code(notebook: Mapping[str, Any]) -> list[str]:
    """Hash of each code cell."""
    return [_hash(source) for source in sources(notebook)]


def text(notebook: Mapping[str, Any]) -> str:
    """Hash of everything that a report shows of a notebook beside its outputs."""
    shown = [
        {k: v for k, v in c.items() if k not in ("outputs", "execution_count")} for c in notebook["cells"]
    ]
    return _hash([shown, notebook.get("metadata", {}).get("workbench")])


def _hash(value: Any) -> str:
    return provenance.sha256(json.dumps(value, sort_keys=True).encode())


def rendering() -> str:
    """Hash of the runner's own files."""
    return _hash(modules.of_runner())


def of_claims(claimed: Claims, plan: Planned) -> tuple[str, str | None]:
    """Path, as shown, and SHA-256 of the claims file that a claims record was made from."""
    file = claims_file(claimed, plan)
    return plan.project.shown(file), files.of_file(file)


def claims_file(claimed: Claims, plan: Planned) -> Path:
    """As the kernel finds it, which works beside the notebook."""
    return claims.file_of(Path(claimed["study"]).name, plan.path.parent)


def parameter_files(plan: Planned) -> dict[str, str]:
    """Hash of each file that a parameter names, by the parameter's name."""
    found = {name: files.of_file(path) for name, path in named_by_parameters(plan).items()}
    return {name: digest for name, digest in found.items() if digest}


def named_by_parameters(plan: Planned) -> dict[str, Path]:
    found = {}
    for name, value in plan.values.items():
        parts = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
        )
        for key, text in [(name, value), *((f"{name}[{part}]", text) for part, text in parts)]:
            if isinstance(text, str) and _may_be_path(text):
                found[key] = plan.path.parent / os.path.expanduser(text)
    return found


def _may_be_path(text: str) -> bool:
    return 0 < len(text) < 1000 and "\0" not in text and "\n" not in text


def unknowable(plan: Planned) -> str | None:
    """Name the first parameter whose content no hash covers: a database, a folder or a pattern; or None."""
    for name, value in plan.values.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and _is_unknowable(plan, one):
                return name
    return None


def _is_unknowable(plan: Planned, text: str) -> bool:
    """Whether a text is an address (not of a database in memory), a table on a cluster, a folder or a pattern."""
    if data.is_on_cluster(text):
        return True
    _, address, where = text.partition("://")
    if address:
        return where.strip("/") not in ("", ":memory:")
    if not _may_be_path(text):
        return False
    pattern = any(sign in text for sign in "*?[") and any(sign in text for sign in (os.sep, "."))
    return pattern or os.path.isdir(plan.path.parent / os.path.expanduser(text))


def texts(plan: Planned) -> set[str]:
    """The texts in the code that may be paths."""
    return {t for source, _ in sources(plan.notebook) for t in _texts(source) if _may_be_path(t)}


def named_in_code(plan: Planned) -> dict[str, list[int] | None]:
    """Files that the code names in a text, with their state; a library may open them where no hook sees it."""
    paths = [os.path.abspath(plan.path.parent / text) for text in sorted(texts(plan))]
    known = files.ignored() + files.of_packages()
    return {p: files.state(p) for p in paths if os.path.isfile(p) and not p.startswith(known)}


def _texts(source: str) -> list[str]:
    """All texts in a cell, and those quoted inside them, as in `sql("from 'my.parquet'")`."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return texts + [piece for text in texts for piece in re.split(r"['\"]", text)]


def place(path: Path, plan: Planned) -> str | None:
    """Say where a file is, in words that hold on another machine; None where there are none.

    `data/x.csv` in the project, `packages:lifetimes/…` in an installed package, `notebook:x.csv` beside a notebook
    elsewhere, `workbench:data/x.csv` in the workbench's own checkout, `system:/etc/x`, `parameter:data_file`.
    """
    ways = [path, path.resolve()]  # a link in the project may lead out of it
    for name, folder in _anchors(plan).items():
        for way in ways:
            if way.is_relative_to(folder):
                return name + way.relative_to(folder).as_posix()
    for name, file in named_by_parameters(plan).items():
        if os.path.exists(file) and path.exists() and file.samefile(path):
            return f"parameter:{name}"
    return None


def locate(place: str | None, plan: Planned) -> Path | None:
    """Find the file of a place again; None where the place says nothing."""
    if place is None:
        return None
    kind = next((name for name in _anchors(plan) if name and place.startswith(name)), "")
    if place.startswith("parameter:"):
        return named_by_parameters(plan).get(place.removeprefix("parameter:"))
    return _anchors(plan)[kind] / place.removeprefix(kind)


def _anchors(plan: Planned) -> dict[str, Path]:
    packages = Path(sysconfig.get_path("purelib")).resolve()
    beside = plan.path.parent.resolve()
    found = {"packages:": packages, "": plan.project.root, "notebook:": beside}
    found |= {"workbench:": ours.root} if (ours := places.own()).declared else {}
    return found | {f"system:{folder}": Path(folder) for folder in SYSTEM}


def of_plan(plan: Planned) -> Inputs:
    """What is known of a run's inputs before it starts."""
    return {
        "format": FORMAT,
        "code": code(plan.notebook),
        "text": text(plan.notebook),
        "rendering": rendering(),
        "modules": modules.of_package(),
        "own_modules": modules.own(plan),
        "places": plan.project.told,
        "imported": [],
        "parameter_files": parameter_files(plan),
        "claims_file": None,
    }


def declared(plan: Planned, loaded: Iterable[HeardFile]) -> list[DataFile]:
    """What `workbench.data` read, for the record: where each file lies, in words that hold elsewhere too."""
    return [cast(DataFile, _without_path(file) | {"at": place(Path(file["path"]), plan)}) for file in loaded]


def _without_path(file: HeardFile) -> dict[str, Any]:
    return {key: value for key, value in file.items() if key != "path"}
