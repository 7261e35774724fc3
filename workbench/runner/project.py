"""Where a project's notebooks, claims, reports, data and modules lie, and what its studies are called.

A project is found upward from a notebook, or from the folder where a command was typed, see `workbench.places`.
The runner knows no other place, so that it serves any project, wherever the package itself is installed.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import count, islice
from pathlib import Path

from workbench import places

OWN_COMMAND = ".venv/bin/workbench"  # as the README has it, where a project has an environment of its own


@dataclass(frozen=True)
class Project:
    """A project by its folders, all absolute; `declared` if a pyproject.toml names them."""

    places: places.Places

    @property
    def root(self) -> Path:
        """The folder that paths in a record are relative to."""
        return self.places.root

    @property
    def reports(self) -> Path:
        """Where reports go unless the user says otherwise."""
        return self.places.reports

    def private(self, out: Path) -> Path:
        """Where the named tables of reports in a folder lie: in ``private``, beside the reports.

        A folder that the user chose elsewhere has its own ``private`` inside.
        """
        reports, out = self.reports.resolve(), out.resolve()
        inside = out.is_relative_to(reports)
        return reports.parent / "private" / out.relative_to(reports) if inside else out / "private"

    @property
    def modules(self) -> tuple[Path, ...]:
        """Folders of own Python files, which a run's kernel can import from."""
        return self.places.modules

    @property
    def lock(self) -> Path:
        """The list of the packages that the project depends on; there may be none."""
        return self.root / "requirements.lock"

    @property
    def citation(self) -> Path:
        """How to cite the project; there may be none."""
        return self.root / "CITATION.cff"

    @property
    def command(self) -> str:
        """How the command line is called from the project's folder."""
        return OWN_COMMAND if (self.root / OWN_COMMAND).exists() else "workbench"

    @cached_property
    def studies(self) -> dict[str, Path]:
        """The studies: name to notebook, in the order of their files; those of sub-folders last.

        A notebook ``NN-name.ipynb`` is the study ``name``, any other goes by its file's name, and so do
        notebooks that would have the same name.
        """
        return {name: path for group in self.by_folder.values() for name, path in group.items()}

    @cached_property
    def by_folder(self) -> dict[str, dict[str, Path]]:
        """The studies of each folder; the first is the folder of the notebooks itself, called ""."""
        found = [path for folder in self._folders() for path in sorted(folder.glob("[!.]*.ipynb"))]
        shared = Counter(_short(path) for path in found)
        groups: dict[str, dict[str, Path]] = {}
        for path in found:
            folder = path.parent.relative_to(self.places.notebooks).as_posix().removeprefix(".")
            name = _short(path) if shared[_short(path)] == 1 else path.stem
            known = {n for group in groups.values() for n in group}
            numbered = (f"{folder}-{path.stem}-{number}" for number in count(2))
            names = (name, f"{folder}-{name}", f"{folder}-{path.stem}", *islice(numbered, len(known)))
            groups.setdefault(folder, {})[next(n for n in names if n not in known)] = path
        return groups

    def _folders(self) -> list[Path]:
        """The folder of the notebooks, and those in it; a folder that is the project itself holds other things."""
        top = self.places.notebooks
        if not top.is_dir():
            return []
        inner = [] if top == self.root else sorted(path for path in top.iterdir() if path.is_dir())
        return [top, *(f for f in inner if not f.name.startswith((".", "_")) and f != self.reports)]

    def name_of(self, notebook: Path) -> str:
        """What a study is called, also one of a notebook that lies elsewhere."""
        return next((name for name, path in self.studies.items() if path == notebook), _short(notebook))

    @property
    def told(self) -> dict[str, str]:
        """The folders as a record has them."""
        folders = {"claims": self.places.claims, "data": self.places.data}
        modules = {"modules": ", ".join(self.shown(folder) for folder in self.modules)}
        return {name: self.shown(folder) for name, folder in folders.items()} | modules

    def shown(self, file: Path) -> str:
        """Path below the project, else the bare name."""
        return self.places.shown(file)


def _short(notebook: Path) -> str:
    """The name without the number before it.

    Examples
    --------
    >>> _short(Path("01-telecom-rfm-ahp.ipynb")), _short(Path("sales 2024.ipynb"))
    ('telecom-rfm-ahp', 'sales 2024')
    """
    numbered = re.fullmatch(r"\d+-(.+)", notebook.stem)
    return numbered[1] if numbered else notebook.stem


def find(start: str | Path | None = None) -> Project:
    """Find the project of a folder, the working directory by default.

    Raises
    ------
    places.PlacesError
        If an entry of ``[tool.workbench]`` is unknown or of another type.
    """
    return Project(places.find(start))
