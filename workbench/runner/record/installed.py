"""Which installed distribution a module or a file comes from; what comes from none counts as any other file."""

import functools
import re
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from workbench.runner.record import files

METADATA = (".dist-info", ".egg-info")


def versions(modules: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Versions of the distributions that some modules come from, by their first names; without those known already.

    Examples
    --------
    >>> list(versions(["numpy", "json"], {})), versions(["numpy"], {"numpy": "1"})
    (['numpy'], {})
    """
    names = {name for module in modules for name in _distributions(module)}
    had = {_plain(name) for name in known}
    return {name: metadata.version(name) for name in sorted(names) if _plain(name) not in had}


def strays(modules: Iterable[str], packaged: Iterable[str]) -> list[Path]:
    """The files among the installed packages that come from no distribution: of modules, and others that were read."""
    found = [file for module in modules if not _distributions(module) for file in _files(module)]
    return found + [Path(path) for path in packaged if not _is_owned(path)]


def look_through() -> None:
    """Find out now whose the installed modules are, so that processes forked from this one know it."""
    _owners()
    _named()


def _distributions(module: str) -> list[str]:
    if module in sys.stdlib_module_names:
        return []
    return _owners().get(module) or [name for name in [_named().get(_plain(module))] if name]


@functools.cache
def _owners() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


@functools.cache
def _named() -> dict[str, str]:
    """Distributions by their own names, for those that do not list their files."""
    return {_plain(d.name): d.name for d in metadata.distributions() if d.metadata["Name"]}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _files(module: str) -> list[Path]:
    """The code of a module in the folders of installed packages."""
    found: list[Path] = []
    for folder in map(Path, files.of_packages()):
        inside = sorted((folder / module).rglob("*.py")) if (folder / module).is_dir() else []
        found += [file for file in (folder / f"{module}.py", *inside) if file.is_file()]
    return found


def _is_owned(path: str) -> bool:
    """Whether a file is one that a distribution lists as its own, or describes one."""
    folder = next(folder for folder in files.of_packages() if path.startswith(folder))
    top, *_ = inside = Path(path).relative_to(folder).parts
    if top.endswith(METADATA):
        return True
    return any("/".join(inside) in _listed(name) for name in _distributions(top))


@functools.cache
def _listed(distribution: str) -> set[str]:
    return {file.as_posix() for file in metadata.files(distribution) or []}
