"""The Python files that a run is made of: the package's own, and those of the project that its notebook imports.

An import by name is followed from the notebook through the project's own files, wherever in the code it stands.
A file that is loaded in another way is noted by the kernel when it is opened, as any other file is.
"""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from workbench.runner.record import cells, files
from workbench.runner.record.planned import Planned

PACKAGE = files.PACKAGE
KERNEL = ("workbench/runner/kernel/", "workbench/runner/record/files.py")
# What a notebook may hold beside Python: magics and commands.
_NO_PYTHON = re.compile(r"^\s*[%!].*$", re.M)


def of_package() -> dict[str, str | None]:
    """Hash of every file of the package that takes part in a run: `workbench/ahp/weights.py` to its SHA-256.

    Of the runner these are the files that the kernel's process is made of, its settings included.
    """
    apart = ("workbench/runner/", "workbench/cli/", "workbench/lab/")
    found = _hashes(PACKAGE).items()
    return {name: digest for name, digest in found if name.startswith(KERNEL) or not name.startswith(apart)}


def of_runner() -> dict[str, str | None]:
    """Hash of every file of the runner, which among other things makes a page out of an executed notebook."""
    return _hashes(PACKAGE / "runner")


def _hashes(folder: Path) -> dict[str, str | None]:
    found = [f for f in sorted(folder.rglob("*")) if f.is_file() and "__pycache__" not in f.parts]
    return {f.relative_to(PACKAGE.parent).as_posix(): files.of_file(f) for f in found}


def own(plan: Planned, imported: Collection[str] = ()) -> dict[str, str | None]:
    """Hash of every Python file of the project that the notebook imports, itself or through another of them.

    Parameters
    ----------
    plan : plans.Plan
    imported : collection of str
        Names of all modules that a run had loaded; a file of such a name may take the module's place.
    """
    return {shown(file, plan): files.of_file(file) for file in own_files(plan, imported)}


def own_files(plan: Planned, imported: Collection[str] = ()) -> list[Path]:
    """The Python files of the project that the notebook imports, or that go by the name of a module."""
    named = [file for name in sorted({*imported} & _names(plan)) for file in files_of(name, folders(plan))]
    found = _followed(plan)
    return found + [f for f in named if f not in found and not f.is_relative_to(PACKAGE)]


def _names(plan: Planned) -> set[str]:
    """What could be imported from the folders of own modules."""
    return {path.name.partition(".")[0] for folder in folders(plan) for path in folder.glob("*")}


def _followed(plan: Planned) -> list[Path]:
    found: list[Path] = []
    waiting = [cells.cell_source(c) for c in plan.notebook["cells"] if c["cell_type"] == "code"]
    while waiting:
        for name in sorted(imported(waiting.pop())):
            new = [file for file in files_of(name, folders(plan)) if file not in found]
            found += new
            waiting += [_text(file) for file in new]
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:  # its hash is None, and the notebook will say why
        return ""


def shown(file: Path, plan: Planned) -> str:
    """How a record calls an own Python file: below the project, or from the name of its own folder on."""
    if file.resolve().is_relative_to(plan.project.root):
        return plan.project.shown(file)
    folder = next(folder for folder in folders(plan) if file.is_relative_to(folder))
    return file.relative_to(folder.parent).as_posix()


def folders(plan: Planned) -> list[Path]:
    """Where a run's kernel looks for the project's own modules: beside the notebook, and where the project says."""
    return [plan.path.parent, *plan.project.modules]


def files_of(name: str, places: list[Path]) -> list[Path]:
    """The Python files of a module or package in some folders, in all of which it is looked for."""
    return [file for folder in places for file in _files_in(folder, name) if file.is_file()]


def _files_in(folder: Path, name: str) -> Iterator[Path]:
    yield folder / f"{name}.py"
    yield from sorted((folder / name).rglob("*.py"))


def imported(source: str) -> set[str]:
    """First names of the modules that some code imports by name.

    Examples
    --------
    >>> sorted(imported("%matplotlib inline\\nimport os.path, helper as h\\nif h:\\n    from fast import f"))
    ['fast', 'helper', 'os']
    """
    try:
        nodes = list(ast.walk(ast.parse(_NO_PYTHON.sub("", source))))
    except (SyntaxError, ValueError):
        return set()
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    ]
    return {name.partition(".")[0] for name in names}
