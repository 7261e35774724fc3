"""The claims of the default reports of some studies, and which verdicts are not the expected ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench import claims
from workbench.runner.plan import plans
from workbench.runner.project import Project
from workbench.runner.record.record import Claims, NotARecord, read
from workbench.runner.record.verdict import Refused


@dataclass(frozen=True)
class Claimed:
    """The claims of one study, and what about them is not as expected, as sentences; None: it compares none."""

    study: str
    record: Claims | None
    unexpected: list[str]


def look_up(studies: list[str], out: Path | None) -> Iterator[Claimed]:
    """Look up the claims of each study's default report.

    Parameters
    ----------
    studies : list of str
        Names; of all the studies of the project, where none is given, those that compare no claims are passed over.
    out : Path or None
        Folder of the reports; by default that of the study's project.

    Raises
    ------
    Refused
        A study has no report, or its report no claims.
    """
    for study in studies or plans.studies():
        path, project = plans.find(study)
        found = _of_report(project.name_of(path), path.parent, project, out or project.reports)
        if found.record is None and studies:
            raise Refused(
                f"{_file(found.study, out or project.reports)} holds no claims; its notebook opens no "
                "claims.ledger(…)"
            )
        yield found


def _file(study: str, out: Path) -> Path:
    return out / f"{study}.json"


def _of_report(study: str, folder: Path, project: Project, out: Path) -> Claimed:
    file, failed = _file(study, out), out / f"{study}.failed.json"
    if not file.exists():
        raise Refused(f"{study} has no report in {out}; first: workbench run {study}")
    try:
        record = read(file)["claims"]
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or error}") from None
    except NotARecord as error:
        raise Refused(f"{file} cannot be read: {error}; run the study again") from None
    problems = []
    if record is None and (told := project.places.claims / f"{study}.toml").is_file():
        problems.append(f"{study}: the notebook sends no values, and {project.shown(told)} has claims")
    if failed.exists():
        problems.append(f"{study}: the latest run did not pass; see {failed.with_suffix('.html')}")
    try:
        problems += [f"{study}: {told}" for told in claims.unexpected(record, folder)] if record else []
    except ValueError as error:
        raise Refused(f"the claims file of {study}: {error}") from None
    return Claimed(study, record, problems)
