"""What a user wishes of a report: its name, its title, Excel files."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from workbench.runner.project import Project
from workbench.runner.record.verdict import Refused

NAME = re.compile(r"\w[\w.-]{0,99}")  # of a report's files


@dataclass(frozen=True)
class Wishes:
    """What a user wishes of a report that changes no number in it."""

    name: str | None = None  # of its files
    title: str | None = None
    excel: bool = False  # named tables as Excel files, too
    allow_personal: str | None = None  # why personal data may be published

    @property
    def typed(self) -> list[str]:
        """As on the command line."""
        named = {"--name": self.name, "--title": self.title, "--allow-personal": self.allow_personal}
        words = [word for option, value in named.items() if value for word in (option, value)]
        return words + ["--xlsx"] * self.excel


def refuse_name(name: str | None, study: str, project: Project, folder: Path, *, sweep: bool = False) -> None:
    """Refuse a name of a report, or of a sweep, that is no file name, or another page's."""
    if name is None:
        return
    if not NAME.fullmatch(name):
        raise Refused(
            f"--name {name!r}: allowed are letters, digits, hyphens, points and low lines, such as my-shop-may"
        )
    if name == "index" or name.endswith(".failed") or name in project.studies:
        raise Refused(f"--name {name}: another page has this name; choose a new one, such as {name}-mine")
    _refuse_taken(name, study, folder, sweep=sweep)


def _refuse_taken(name: str, study: str, folder: Path, *, sweep: bool) -> None:
    """Refuse a name under which something else stands, which would be lost: another study's report, or a sweep."""
    try:
        there = json.loads((folder / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return
    if isinstance(there, dict) and (there.get("study") != study or ("points" in there) != sweep):
        what = "sweep" if "points" in there else "report"
        raise Refused(
            f"--name {name}: a {what} of {there.get('study')} has this name; choose another, or remove that one"
        )
