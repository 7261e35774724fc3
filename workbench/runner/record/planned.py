"""What the record has to know of a plan; `plan.plans.Plan` is one."""

from pathlib import Path
from typing import Any, Protocol

from workbench.runner.project import Project


class Planned(Protocol):
    """A run that was found acceptable."""

    @property
    def study(self) -> str:
        """Name of the study."""
        ...

    @property
    def name(self) -> str:
        """File name of the report, without ending."""
        ...

    @property
    def path(self) -> Path:
        """The notebook's file."""
        ...

    @property
    def source(self) -> bytes:
        """Its content."""
        ...

    @property
    def notebook(self) -> dict[str, Any]:
        """Its content as parsed JSON."""
        ...

    @property
    def project(self) -> Project:
        """Where everything else lies."""
        ...

    @property
    def title(self) -> str:
        """What the report is called."""
        ...

    @property
    def language(self) -> str:
        """Of the page's own words."""
        ...

    @property
    def results(self) -> Path:
        """Private folder of its named tables."""
        ...

    @property
    def out(self) -> Path:
        """Folder of the report."""
        ...

    @property
    def given(self) -> dict[str, Any]:
        """The parameters that were set."""
        ...

    @property
    def values(self) -> dict[str, Any]:
        """All parameters, by name."""
        ...
