"""Whether a report still says what a run would say now; if not, which part of it has changed.

A report is fresh only if everything that its run is known to depend on is as it was. What a run did that leaves
no trace to compare (it asked a database, started a program) makes it stale for ever. What cannot be known of a run
stands in docs/trust.md.
"""

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.runner.record import files, inputs, masking, modules, provenance
from workbench.runner.record.planned import Planned
from workbench.runner.record.record import NotARecord, Provenance, Record, read


@dataclass(frozen=True)
class Finding:
    """What is to be done for a plan ("nothing", "render" or "run"), why, and the record of the last good run."""

    action: str
    why: str
    record: Record | None = None


def check(plan: Planned) -> Finding:
    """Find out whether a plan's report is fresh, must be rendered anew, or must be run.

    Parameters
    ----------
    plan : plans.Plan

    Returns
    -------
    Finding
    """
    if (plan.out / f"{plan.name}.failed.json").exists():
        return Finding("run", "the latest run did not pass")
    file = plan.out / f"{plan.name}.json"
    try:
        record = read(file)
    except (FileNotFoundError, NotADirectoryError):
        return Finding("run", "there is no report yet")
    except (OSError, NotARecord):
        return Finding("run", f"{file.name} is not a record that this version of the workbench writes")
    if why := next(differences(plan, record), None) or _damaged(plan, record):
        return Finding("run", why, record)
    if why := _shown_otherwise(plan, record):
        return Finding("render", why, record)
    return Finding("nothing", f"nothing changed since {record['provenance']['finished']}", record)


def differences(plan: Planned, record: Record) -> Iterator[str]:
    """Yield, one by one and by name, what a run would find changed since a record was written.

    Parameters
    ----------
    plan : plans.Plan
    record : Record
        Of a run that passed.

    Yields
    ------
    str
        Such as "workbench/ahp/weights.py changed" or "parameter n_clusters 3 → 4".
    """
    if record["verdict"] != "passed":
        yield f"the run of the record {record['verdict']}"
    if record["inputs"]["format"] != inputs.FORMAT:
        yield "runs have come to see more than they did"
    yield from _installed(plan, record["provenance"])
    yield from _changed_hashes(record["inputs"]["modules"], modules.of_package())
    yield from _changed_hashes(
        record["inputs"]["own_modules"], modules.own(plan, record["inputs"]["imported"])
    )
    yield from _places(record["inputs"]["places"], plan.project.told)
    yield from _parameters(plan, record)
    yield from _code(record["inputs"]["code"], inputs.code(plan.notebook))
    if claimed := record["claims"]:
        file, digest = inputs.of_claims(claimed, plan)
        yield from _changed_hashes({file: claimed["file_sha256"]}, {file: digest} if digest else {})
    yield from _files(plan, record)
    yield from _unknowable(plan, record)


def _installed(plan: Planned, then: Provenance) -> Iterator[str]:
    before = {"Python": then["python"], **then["versions"]}
    now = {"Python": platform.python_version(), **provenance.versions(plan.project.lock, before)}
    for name in sorted(before.keys() | now.keys(), key=lambda n: (n != "Python", n)):
        old, new = before.get(name, "not installed"), now.get(name, "not installed")
        if old != new:
            yield f"{name} {old} → {new}"
    for name, old, new in (
        ("implementation", then["implementation"], platform.python_implementation()),
        ("machine", then["machine"], platform.machine()),
    ):
        if old != new:
            yield f"{name} {old} → {new}"


def _changed_hashes(before: Mapping[str, str | None], now: Mapping[str, str | None]) -> Iterator[str]:
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            yield f"{name} is gone"
        elif name not in before:
            yield f"{name} is new"
        elif before[name] is None:
            yield f"{name} changed during the run"
        elif before[name] != now[name]:
            yield f"{name} changed"


def _places(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name, folder in now.items():
        if (old := before.get(name, "")) != folder:
            yield f"the project's folder of {name} {old or 'none'} → {folder or 'none'}"


def _parameters(plan: Planned, record: Record) -> Iterator[str]:
    hidden = masking.of_plan(plan)
    now, before = masking.mask_all(plan.values, hidden), record["parameters"]
    for name in [*now, *(n for n in before if n not in now)]:
        told = [provenance.as_text(v[name]) if name in v else "undeclared" for v in (before, now)]
        if told[0] != told[1]:
            yield f"parameter {name} {told[0]} → {told[1]}"


def _code(before: list[str], now: list[str]) -> Iterator[str]:
    if len(before) != len(now):
        yield f"{len(before)} → {len(now)} code cells"
    for number, (old, new) in enumerate(zip(before, now, strict=False), 1):
        if old != new:
            yield f"code cell {number} of {len(now)} changed"


def _files(plan: Planned, record: Record) -> Iterator[str]:
    told = [(file["file"], file["at"], file["sha256"], False) for file in record["data"]]
    told += [(f["file"], f["at"], f["sha256"], f["changed"]) for f in record["provenance"]["undeclared"]]
    for name, at, digest, changed in told:
        path = inputs.locate(at, plan)
        if path is None:
            yield f"{name} lies where a record cannot say"
        elif changed:
            yield f"{name} changed during the run"
        else:
            found = files.of_place(name, path)
            before, now = ({} if d is None else {name: d} for d in (digest, found))
            yield from _changed_hashes(before, now)
    yield from _changed_hashes(record["inputs"]["parameter_files"], inputs.parameter_files(plan))


def _unknowable(plan: Planned, record: Record) -> Iterator[str]:
    if name := inputs.unknowable(plan):
        yield f"parameter {name} names a database, a folder or a pattern, whose content has no hash"
    for what in record["provenance"]["reached"]:
        yield f"the run used {what}, of which no hash can tell a change"


def _damaged(plan: Planned, record: Record) -> str | None:
    """Name the first file of the report that is not as it was written."""
    for name, digest in record["files"].items():
        if (now := files.of_file(plan.out / name)) != digest:
            return f"{name} {'was changed by hand' if now else 'is gone'}"
    for table in record["published"]["tables"]:
        for name, digest in table["files"].items():
            if (now := files.of_file(plan.results / name)) != digest:
                return f"{name} of its results {'was changed by hand' if now else 'is gone'}"
    return None


def _shown_otherwise(plan: Planned, record: Record) -> str | None:
    if record["inputs"]["text"] != inputs.text(plan.notebook):
        return "the notebook's text changed"
    if record["title"] != plan.title:
        return "the title changed"
    if record["language"] != plan.language:
        return f"the page's language {record['language']} → {plan.language}"
    return "workbench/runner changed" if record["inputs"]["rendering"] != inputs.rendering() else None
