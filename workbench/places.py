"""Where a project keeps what, read from ``[tool.workbench]`` of the pyproject.toml found upward.

    [tool.workbench]
    notebooks = "notebooks"
    claims = "data/claims"
    reports = "reports"
    data = "data"
    modules = ["src"]

Every entry may be left out; those above are the defaults, but for `modules`, which is empty. Paths are relative to
the folder of the file. Without such a file, the folder itself is a project with the defaults, and its own
notebooks are the project's where it has no folder ``notebooks``; seen from inside a folder ``notebooks``, the
project is the folder around that, so that a kernel finds what the command line finds.
"""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from workbench.checks import did_you_mean

DEFAULTS = {"notebooks": "notebooks", "claims": "data/claims", "reports": "reports", "data": "data"}


class PlacesError(ValueError):
    """Say in one line what in a pyproject.toml cannot be used."""


@dataclass(frozen=True)
class Places:
    """The folders of a project, absolute; `declared` if a pyproject.toml names the project."""

    root: Path
    notebooks: Path
    claims: Path
    reports: Path
    data: Path
    modules: tuple[Path, ...] = ()
    declared: bool = False

    def shown(self, file: Path) -> str:
        """Path below the project, else the bare name: no report holds a path of somebody's machine."""
        try:
            return file.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return file.name


def find(start: str | Path | None = None) -> Places:
    """Find the project of a folder: its own, or the nearest one above that is declared.

    Parameters
    ----------
    start : path, optional
        A folder; the working directory by default.

    Returns
    -------
    Places

    Raises
    ------
    PlacesError
        If an entry of ``[tool.workbench]`` is unknown or of another type.
    """
    return _find(Path(start or Path.cwd()).resolve())


@functools.cache  # a kernel looks once, before its cells: what these read is noted, and this is none of theirs
def _find(start: Path) -> Places:
    for folder in (start, *start.parents):
        if (told := _declared(folder / "pyproject.toml")) is not None:
            return _places(folder, told, declared=True)
    root = _around(start)
    told = {} if (root / DEFAULTS["notebooks"]).is_dir() else {"notebooks": "."}
    return _places(root, told, declared=False)


def _around(start: Path) -> Path:
    """The folder that a start inside its folder ``notebooks``, or in a folder of that, belongs to."""
    inside = [folder for folder in (start, start.parent) if folder.name == DEFAULTS["notebooks"]]
    return inside[0].parent if inside else start


def own() -> Places:
    """Find the project that the package itself lies in: the workbench's own checkout, where it is one."""
    return find(Path(__file__).parent)


def shipped(kind: Literal["data", "claims"], name: str, start: str | Path | None = None) -> Path:
    """Return where a file lies: in the project of a folder, else in the workbench's own checkout.

    Parameters
    ----------
    kind : {"data", "claims"}
    name : str
        Path below that folder.
    start : path, optional
        A folder, as `find` takes it.
    """
    file = getattr(find(start), kind) / name
    ours = getattr(own(), kind) / name
    return ours if ours.exists() and not file.exists() else file


def _declared(file: Path) -> dict[str, Any] | None:
    try:
        told = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("workbench")
    except OSError:
        return None
    except ValueError as error:  # somebody else's broken file is no reason to stop, ours is
        if "[tool.workbench]" in file.read_text("utf-8", "replace"):
            raise PlacesError(f"{file}: {error}") from None
        return None
    if told is not None and not isinstance(told, dict):
        raise PlacesError(f"{file}: tool.workbench must be a table, [tool.workbench], not {told!r}.")
    return told


def _places(root: Path, told: dict[str, Any], *, declared: bool) -> Places:
    for name, value in told.items():
        if name not in (*DEFAULTS, "modules"):
            known = [*DEFAULTS, "modules"]
            raise PlacesError(
                f"pyproject.toml: [tool.workbench] has no entry {name!r}{did_you_mean(name, known)} "
                f"Entries: {', '.join(known)}."
            )
        texts = value if name == "modules" else [value]
        if not (isinstance(texts, list) and all(isinstance(text, str) for text in texts)):
            kind = "a list of paths" if name == "modules" else "a path"
            raise PlacesError(f"pyproject.toml: [tool.workbench] {name} must be {kind}, not {value!r}.")
    folders = {name: (root / told.get(name, default)).resolve() for name, default in DEFAULTS.items()}
    modules = tuple((root / path).resolve() for path in told.get("modules", []))
    return Places(root, **folders, modules=modules, declared=declared)
