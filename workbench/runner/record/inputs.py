"""What a run depends on, each part by its hash: code, parameters, modules, files."""

import ast
import json
import os
import re
import sysconfig
from pathlib import Path

from workbench import claims
from workbench.runner.record import provenance
from workbench.runner.record.cells import cell_source
from workbench.runner.record.files import ignored, of_file
from workbench.runner.record.files import state as state_of

# To be raised when a run starts to see, or to set, more than it did: older reports are then run again.
FORMAT = 1
PACKAGE = Path(__file__).resolve().parents[2]


def sources(notebook):
    """The code cells' sources of a notebook, empty ones left out, with the tags that decide how they run."""
    cells = [c for c in notebook["cells"] if c["cell_type"] == "code" and cell_source(c).strip()]
    return [(cell_source(c), sorted(c.get("metadata", {}).get("tags", []))) for c in cells]


def code(notebook):
    """Hash of each code cell."""
    return [_hash(source) for source in sources(notebook)]


def text(notebook):
    """Hash of everything that a report shows of a notebook beside its outputs."""
    cells = [
        {k: v for k, v in c.items() if k not in ("outputs", "execution_count")} for c in notebook["cells"]
    ]
    return _hash([cells, notebook.get("metadata", {}).get("workbench")])


def _hash(value):
    return provenance.sha256(json.dumps(value, sort_keys=True).encode())


def modules():
    """Hash of every file of the package outside the runner: `workbench/ahp.py` to its SHA-256."""
    apart = ("workbench/runner/", "workbench/cli.py")
    return {name: digest for name, digest in _hashes(PACKAGE).items() if not name.startswith(apart)}


def _hashes(folder):
    files = [f for f in sorted(folder.rglob("*")) if f.is_file() and "__pycache__" not in f.parts]
    return {f.relative_to(PACKAGE.parent).as_posix(): of_file(f) for f in files}


def rendering():
    """Hash of the runner's own files, which among other things make a page out of an executed notebook."""
    return _hash(_hashes(PACKAGE / "runner"))


def of_claims(claimed):
    """Path in the project and SHA-256 of the claims file that a claims record was made from."""
    file = claims.file_of(Path(claimed["study"]).name)
    return file.relative_to(provenance.ROOT).as_posix(), of_file(file)


def parameter_files(plan):
    """Hash of each file that a parameter names, by the parameter's name."""
    found = {name: of_file(path) for name, path in _named_by_parameters(plan).items()}
    return {name: digest for name, digest in found.items() if digest}


def _named_by_parameters(plan):
    found = {}
    for name, value in plan.values.items():
        parts = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
        )
        for key, text in [(name, value), *((f"{name}[{part}]", text) for part, text in parts)]:
            if isinstance(text, str) and _may_be_path(text):
                found[key] = plan.path.parent / os.path.expanduser(text)
    return found


def _may_be_path(text):
    return 0 < len(text) < 1000 and "\0" not in text and "\n" not in text


def unknowable(plan):
    """Name the first parameter whose content no hash covers: a database, a folder or a pattern; or None."""
    for name, value in plan.values.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and _is_unknowable(plan, one):
                return name
    return None


def _is_unknowable(plan, text):
    """Whether a text is an address (not of a database in memory), a folder or a pattern of paths."""
    _, address, where = text.partition("://")
    if address:
        return where.strip("/") not in ("", ":memory:")
    if not _may_be_path(text):
        return False
    pattern = any(sign in text for sign in "*?[") and any(sign in text for sign in (os.sep, "."))
    return pattern or (plan.path.parent / os.path.expanduser(text)).is_dir()


def named_in_code(plan):
    """Files that the code names in a text, with their state; a library may open them where no hook sees it."""
    texts = {text for source, _ in sources(plan.notebook) for text in _texts(source)}
    paths = [os.path.abspath(plan.path.parent / text) for text in sorted(texts) if _may_be_path(text)]
    known = ignored()
    return {p: state_of(p) for p in paths if os.path.isfile(p) and not p.startswith(known)}


def _texts(source):
    """All texts in a cell, and those quoted inside them, as in `sql("from 'my.parquet'")`."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return texts + [piece for text in texts for piece in re.split(r"['\"]", text)]


def place(path, plan):
    """Say where a file is, in words that hold on another machine; None where there are none.

    `data/x.csv` in the project, `packages:lifetimes/…` in an installed package, `notebook:x.csv` beside a notebook
    elsewhere, `parameter:data_file`.
    """
    ways = [path, path.resolve()]  # a link in the project may lead out of it
    for name, folder in _anchors(plan).items():
        for way in ways:
            if way.is_relative_to(folder):
                return name + way.relative_to(folder).as_posix()
    for name, file in _named_by_parameters(plan).items():
        if file.exists() and file.samefile(path):
            return f"parameter:{name}"
    return None


def locate(place, plan):
    """Find the file of a place again; None where the place says nothing."""
    if place is None:
        return None
    kind = next((name for name in _anchors(plan) if name and place.startswith(name)), "")
    if place.startswith("parameter:"):
        return _named_by_parameters(plan).get(place.removeprefix("parameter:"))
    return _anchors(plan)[kind] / place.removeprefix(kind)


def _anchors(plan):
    packages = Path(sysconfig.get_path("purelib")).resolve()
    return {"packages:": packages, "": provenance.ROOT, "notebook:": plan.path.parent.resolve()}


def of_plan(plan):
    """What is known of a run's inputs before it starts."""
    return {
        "format": FORMAT,
        "code": code(plan.notebook),
        "text": text(plan.notebook),
        "rendering": rendering(),
        "modules": modules(),
        "parameter_files": parameter_files(plan),
    }


def declared(plan, loaded):
    """What `workbench.data` read, for the record: where each file lies, in words that hold elsewhere too."""
    return [
        {k: v for k, v in file.items() if k != "path"} | {"at": place(Path(file["path"]), plan)}
        for file in loaded
    ]


def undeclared(plan, told, named, claimed):
    """List the files that were read, or may have been, although `workbench.data` did not read them.

    Parameters
    ----------
    plan : plans.Plan
    told : kernel.Told
    named : dict
        Files that the code names, with their state before the run.
    claimed : dict or None
        The claims record, whose file has a hash in it already.

    Returns
    -------
    list of dict
        ``file``; ``at``, see `place`; ``bytes`` and ``sha256`` after the run, None where there is no such file;
        ``changed``, whether it changed between its first reading and the end of the run.
    """
    known = {Path(file["path"]).resolve() for file in told.loaded}
    if claimed:
        known.add((provenance.ROOT / of_claims(claimed)[0]).resolve())
    read = {path: state for path, state in named.items() if path not in told.written} | told.opened
    found = {}
    for path, state in sorted(read.items()):
        file = Path(path)
        if file.resolve() not in known:
            found.setdefault(file.resolve(), _entry(file, state, plan))
    return list(found.values())


def _entry(file, state, plan):
    where, now = place(file, plan), state_of(file)
    shown = file.name
    if where and not where.startswith("parameter:"):
        shown = where.removeprefix("packages:").removeprefix("notebook:")
    facts = {"file": shown, "at": where, "bytes": now and now[0], "sha256": of_file(file)}
    return facts | {"changed": now != state}


def changed_meanwhile(plan, record, loaded):
    """Name the first data file that is no longer what the run has read; None if all are."""
    for file in loaded:
        if of_file(file["path"]) != file["sha256"]:
            return file["file"]
    for name, digest in record["inputs"]["parameter_files"].items():
        if parameter_files(plan).get(name) != digest:
            return Path(plan.values[name]).name
    if claimed := record["claims"]:
        file, digest = of_claims(claimed)
        return None if digest == claimed.get("file_sha256") else file
    return None
