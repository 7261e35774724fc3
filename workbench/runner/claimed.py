"""The claims of reports, by study or by name, and which verdicts are not the expected ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench import claims
from workbench.checks import did_you_mean
from workbench.runner import project as project_
from workbench.runner.plan import plans
from workbench.runner.project import Project
from workbench.runner.record.record import Claims, NotARecord, read
from workbench.runner.record.verdict import Refused


@dataclass(frozen=True)
class Claimed:
    """The claims of one report, and what about them is not as expected, as sentences; None: it compares none.

    `older` says that a later run than the one shown did not pass.
    """

    study: str
    record: Claims | None
    unexpected: list[str]
    older: str | None


def look_up(studies: list[str], out: Path | None) -> Iterator[Claimed]:
    """Look up the claims of each study's default report, or of a report that was given another name.

    Parameters
    ----------
    studies : list of str
        Names of studies or reports; of all the studies of the project, where none is given, those that compare no
        claims are passed over.
    out : Path or None
        Folder of the reports; by default that of the study's project.

    Raises
    ------
    Refused
        A study has no report, or its report no claims; or there is neither a study nor a report of a name.
    """
    for study in studies or plans.studies():
        name, folder, project = _known(study, out)
        found = _of_report(name, folder, project, out or project.reports)
        if found.record is None and studies:
            raise Refused(
                f"{_file(found.study, out or project.reports)} holds no claims; its notebook opens no "
                "claims.ledger(…)"
            )
        yield found


def _known(study: str, out: Path | None) -> tuple[str, Path, Project]:
    """The name of a report, the folder from which its claims are looked for, and the project."""
    here = project_.find()
    reports = out or here.reports
    files = (_file(study, reports), _file(f"{study}.failed", reports))
    if study not in here.studies and any(file.exists() for file in files):
        return study, here.places.notebooks, here
    if study not in here.studies and Path(study).suffix != ".ipynb":
        others = sorted(
            {file.stem.removesuffix(".failed") for file in reports.glob("*.json")} - {*here.studies}
        )
        hint = did_you_mean(study, [*here.studies, *others])
        raise Refused(
            f"there is neither a study nor a report {study!r}{hint} Studies: {', '.join(here.studies)}. "
            f"Other reports in {reports}: {', '.join(others) or 'none'}."
        )
    path, project = plans.find(study)
    return project.name_of(path), path.parent, project


def _file(study: str, out: Path) -> Path:
    return out / f"{study}.json"


def _of_report(study: str, folder: Path, project: Project, out: Path) -> Claimed:
    file, failed = _file(study, out), _file(f"{study}.failed", out)
    if not file.exists() and failed.exists():
        raise Refused(f"no run of {study} has passed yet; see {failed.with_suffix('.html')}")
    if not file.exists():
        raise Refused(f"{study} has no report in {out}; first: workbench run {study}")
    try:
        whole = read(file)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or error}") from None
    except NotARecord as error:
        raise Refused(f"{file} cannot be read: {error}; run the study again") from None
    record, problems, older = whole["claims"], [], None
    if record is None and (told := project.places.claims / f"{study}.toml").is_file():
        problems.append(f"{study}: the notebook sends no values, and {project.shown(told)} has claims")
    if failed.exists():
        problems.append(f"{study}: the latest run did not pass; see {failed.with_suffix('.html')}")
        older = (
            f"{study}: the last run did not pass, see {failed.with_suffix('.html')}; what follows is the last good "
            f"run, of {whole['provenance']['started'][:16].replace('T', ' ')} UTC"
        )
    try:
        problems += [f"{study}: {told}" for told in claims.unexpected(record, folder)] if record else []
    except ValueError as error:
        raise Refused(f"the claims file of {study}: {error}") from None
    return Claimed(study, record, problems, older)
