"""What a user wishes of a report: its name, its title, Excel files; and which names are not to be had."""

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from workbench.runner import project as project_
from workbench.runner.project import Project
from workbench.runner.record import files
from workbench.runner.record.verdict import Refused

BETWEEN = "--vs--"  # the names of two reports in that of their comparison
LONGEST = 200  # bytes; endings and the names of files under way need some more
NAME = re.compile(r"\w[\w.-]{0,99}")  # of a report's files


@dataclass(frozen=True)
class Wishes:
    """What a user wishes of a report that changes no number in it."""

    name: str | None = None  # of its files
    title: str | None = None
    excel: bool = False  # named tables as Excel files, too
    allow_personal: str | None = None  # why personal data may be published
    language: str = "en"  # of the page's own words

    @property
    def typed(self) -> list[str]:
        """As on the command line."""
        named = {"--name": self.name, "--title": self.title, "--allow-personal": self.allow_personal}
        words = [word for option, value in named.items() if value for word in (option, value)]
        return words + ["--xlsx"] * self.excel + ["--lang", self.language] * (self.language != "en")


def refuse_name(name: str | None, project: Project) -> None:
    """Refuse a wished name of a report, or of a sweep, that is no file name, or a study's."""
    if name is None:
        return
    if not NAME.fullmatch(name):
        raise Refused(
            f"--name {name!r}: allowed are letters, digits, hyphens, points and low lines, such as my-shop-may"
        )
    if key(name) in map(key, project.studies):
        raise Refused(f"--name {name}: another page has this name; choose a new one, such as {name}-mine")


def refuse_taken(name: str, notebook: Path, study: str, folder: Path, *, sweep: bool = False) -> None:
    """Refuse a name under which something else stands, which would be lost: a report of another notebook, or a sweep.

    Names that differ in nothing but the case of their letters are one, as they are on many computers.

    Parameters
    ----------
    name : str
        Of the report, or of the sweep.
    notebook : Path
        What it is made from.
    study : str
        What that is called.
    folder : Path
        Of the reports.
    sweep : bool
        Whether the name is that of a sweep.
    """
    if is_of_a_page(name):
        raise Refused(f"a report named {name!r} would take the place of another page; choose another --name")
    if len(name.encode("utf-8", "surrogateescape")) > LONGEST:
        raise Refused(f"the name {name[:40]}… is too long for a report's files; give a short --name")
    owner = project_.find(folder)
    written = (folder / f"{name}.ipynb").resolve()
    if written in {file.resolve() for file in (notebook, *project_.find(notebook.parent).studies.values())}:
        raise Refused(
            f"{written.name} lies in {folder}, and the executed notebook would take its place; choose another --out"
        )
    study_of_it = owner.studies.get(name, notebook).resolve()
    if owner.reports == folder.resolve() and study_of_it != notebook.resolve():
        raise Refused(
            f"{name} is a study of the project whose reports lie in {folder}; choose another --name"
        )
    for file in sorted(folder.glob("*.json")):
        there = file.stem.removesuffix(".failed")
        if key(there) == key(name):
            _refuse_other(name, there, file, (place(notebook, folder), study, sweep))


def _refuse_other(name: str, there: str, file: Path, ours: tuple[str, str, bool]) -> None:
    try:
        record = files.value(file)
    except (OSError, ValueError):
        return
    if not (isinstance(record, dict) and "study" in record):
        return
    where, study, sweep = ours
    made = record.get("provenance")
    known = made.get("notebook_place", where) if isinstance(made, dict) else where
    kind = "sweep" if "points" in record else "report"
    if there != name:
        what = f"a {kind} is called {there}, which is the same where case does not count"
    elif known != where or record.get("study") != study:
        what = f"a {kind} of another notebook has this name ({record.get('study')})"
    elif ("points" in record) != sweep:
        what = f"a {kind} has this name"
    else:
        return
    raise Refused(
        f"{name}: {what}; choose another --name or --out, or remove that one: workbench remove {there}"
    )


def is_of_a_page(name: str) -> bool:
    """Whether a name is that of a page or folder which the reports of a folder have in common."""
    return key(name) in ("index", "private") or key(name).endswith(".failed") or BETWEEN in name


def key(name: str) -> str:
    """What a name is where neither case nor the way to write an accent counts.

    Examples
    --------
    >>> key("Kunden") == key("KUNDEN"), key("a\u0308") == key("\u00c4")
    (True, True)
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def place(notebook: Path, folder: Path) -> str:
    """Where a notebook lies, seen from the folder of its report, as a hash: no report tells of somebody's machine."""
    told = os.path.relpath(os.path.realpath(notebook), os.path.realpath(folder))
    return hashlib.sha256(os.fsencode(told)).hexdigest()[:16]
