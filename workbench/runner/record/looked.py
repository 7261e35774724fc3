"""What a run has looked at beside what `workbench.data` read: files opened, and folders listed.

Two witnesses are heard: the audit hook in the kernel, which sees what Python code does, and the watch on folders,
which sees what libraries open by themselves.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from workbench import places
from workbench.runner.record import files, inputs, installed, modules
from workbench.runner.record.inputs import Told
from workbench.runner.record.planned import Planned
from workbench.runner.record.record import Claims, ReadFile, Record

State = list[int] | None  # `files.state`
# What is loaded without the notebook's doing, and the words by which it is asked to read.
ASKED = {
    "pyarrow": r"pyarrow|parquet|feather|\borc\b",
    "polars": r"polars|\bpl\.",
    "sqlite3": r"(?i)\battach\b",
}


def folders(plan: Planned) -> tuple[list[str], set[str]]:
    """The folders to watch during a run, and those in them to leave out, which the run itself writes.

    Those of the notebook, of the data, of the project where a pyproject.toml declares one, and of whatever the
    code or a parameter names.
    """
    project = plan.project
    found = [plan.path.parent, project.places.data, places.own().data]
    found += [project.root] if project.places.declared else []
    found += [file.parent for file in inputs.named_by_parameters(plan).values() if file.is_file()]
    for text in inputs.texts(plan):
        path = plan.path.parent / os.path.expanduser(text)
        if re.search(r"\w|\.\.", text) and path.exists():
            found.append(path if path.is_dir() else path.parent)
    known = dict.fromkeys(str(folder.resolve()) for folder in found if folder.is_dir())
    own = {str(path.resolve()) for path in (plan.out, project.reports, plan.results, plan.results.parent)}
    return list(known), own - known.keys()


def undeclared(
    plan: Planned, told: Told, named: Mapping[str, State], claimed: Claims | None
) -> list[ReadFile]:
    """List what was looked at, or may have been, although `workbench.data` did not read it.

    Parameters
    ----------
    plan : plans.Plan
    told : Told
    named : dict
        Files that the code names, with their state before the run.
    claimed : dict or None
        The claims record, whose file has a hash in it already.

    Returns
    -------
    list of ReadFile
        Without the project's own modules that the notebook imports by name, which are known as such. A folder that
        was listed ends with a slash.
    """
    known = {Path(file["path"]).resolve() for file in told.loaded}
    known |= {file.resolve() for file in (*modules.own_files(plan, told.imported), plan.path)}
    if claimed:
        known.add(inputs.claims_file(claimed, plan).resolve())
    read = {path: state for path, state in named.items() if path not in told.written}
    read |= {str(file): files.state(file) for file in installed.strays(told.imported, told.packaged)}
    readers = _readers(plan, told)
    read |= (_by_libraries(told) if readers else {}) | told.opened
    listed = (_by_libraries_listed(told) if readers else {}) | told.listed
    found: dict[Path, ReadFile] = {}
    for path, state in sorted(read.items()):
        file = Path(path)
        if file.resolve() not in known:
            found.setdefault(file.resolve(), _entry(file, state, plan))
    return [*found.values(), *(_folder(Path(f), d, plan) for f, d in sorted(listed.items()))]


def unseen(plan: Planned, told: Told) -> list[str]:
    """The libraries that may have read what nobody saw, and why."""
    readers = _readers(plan, told)
    if told.watched.why is None or not readers:
        return []
    return [f"{', '.join(readers)}, which may open files unseen ({told.watched.why})"]


def _readers(plan: Planned, told: Told) -> list[str]:
    """Libraries that may have opened files by themselves; some of those that always are loaded must be asked to."""
    code = "\n".join(source for source, _ in inputs.sources(plan.notebook))
    code += "\n".join(file.read_text("utf-8", "replace") for file in modules.own_files(plan))
    asked = {name for name, words in ASKED.items() if re.search(words, code)}
    return sorted({*told.readers} - ASKED.keys() | asked)


def _by_libraries(told: Told) -> dict[str, State]:
    """Files that were read while the kernel ran, and not by its Python code."""
    apart = files.ignored() + files.of_packages()
    return {
        path: files.state(path) if state is None else state
        for path, state in told.watched.read.items()
        if path not in told.written
        and not path.startswith(apart)
        and (state is not None or os.path.exists(path))  # one that the run made and removed
    }


def _by_libraries_listed(told: Told) -> dict[str, str | None]:
    """Folders that were listed more often than Python code did it, to the hash of their names."""
    apart = files.ignored() + files.of_packages()
    more = [f for f, times in told.watched.listed.items() if times > told.looked.get(f, 0)]
    return {f: files.of_folder(f) for f in more if not f"{f}{os.sep}".startswith(apart)}


def _entry(file: Path, state: State, plan: Planned) -> ReadFile:
    where, now = inputs.place(file, plan), files.state(file)
    return {
        "file": _shown(file.name, where),
        "at": where,
        "bytes": now[0] if now else None,
        "sha256": files.of_file(file),
        "changed": now != state,
    }


def _folder(folder: Path, digest: str | None, plan: Planned) -> ReadFile:
    where = inputs.place(folder, plan)
    where = where and f"{where.removesuffix('.')}/"
    shown = f"{folder.name}/" if where in (None, "/", "notebook:/") else _shown(folder.name, where)
    return {"file": shown, "at": where, "bytes": None, "sha256": digest, "changed": False}


def _shown(name: str, where: str | None) -> str:
    if where and not where.startswith("parameter:"):
        return re.sub("^(packages|notebook|workbench|system):", "", where)
    return name


def changed_meanwhile(plan: Planned, record: Record, told: Told) -> str | None:
    """Name the first file that is no longer what the run has read; None if all are."""
    for file in told.loaded:
        if files.of_file(file["path"]) != file["sha256"]:
            return file["file"]
    if moved := _read_or_imported(plan, record, told):
        return moved
    for name, digest in record["inputs"]["parameter_files"].items():
        if inputs.parameter_files(plan).get(name) != digest:
            return inputs.named_by_parameters(plan)[name].name
    if claimed := record["claims"]:
        file, digest = inputs.of_claims(claimed, plan)
        return None if digest == claimed["file_sha256"] else file
    return None


def _read_or_imported(plan: Planned, record: Record, told: Told) -> str | None:
    """The first undeclared file, or module, that something else than the run itself changed meanwhile."""
    ours = {os.path.realpath(path) for path in told.written}
    changed = {file["file"] for file in record["provenance"]["undeclared"] if file["changed"]}
    for path, state in told.opened.items():
        if files.state(path) == state or os.path.realpath(path) in ours:
            continue
        if (shown := _entry(Path(path), None, plan)["file"]) in changed:
            return shown
    own = {modules.shown(f, plan): os.path.realpath(f) for f in modules.own_files(plan, told.imported)}
    hashes = record["inputs"]["modules"] | record["inputs"]["own_modules"]
    return next(
        (name for name, digest in hashes.items() if digest is None and own.get(name) not in ours), None
    )
