"""What differs between the records of two runs, part by part."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from workbench import claims
from workbench.runner.record import files as files_
from workbench.runner.record.cells import same
from workbench.runner.record.provenance import as_text
from workbench.runner.record.record import NotARecord, Record, read
from workbench.runner.record.verdict import Refused

Value = TypeVar("Value")
Row = claims.Row


def read_run(file: Path) -> Record:
    """Read the record of a run; refuse what is none.

    Parameters
    ----------
    file : Path

    Raises
    ------
    Refused
    """
    try:
        record = read(file)
    except FileNotFoundError:
        raise Refused(
            f"{file}: no such file; name the JSON file of a report, such as reports/STUDY.json"
        ) from None
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or error}") from None
    except NotARecord as error:
        raise Refused(_told_of(file, error)) from None
    if not _repeats(record):
        raise Refused(f"{file} does not say by which command its run can be repeated; run the study again")
    return record


def _told_of(file: Path, error: NotARecord) -> str:
    """Say what a file is that is no record of a run."""
    try:
        value = files_.value(file)
    except (OSError, ValueError):
        return f"{file} cannot be read: {error}"
    if isinstance(value, dict) and "points" in value:
        return f"{file} is the record of a sweep; name that of one of its points, in the folder {file.stem}"
    return (
        f"{file} is not the record of a run, or was written by another version ({error}); run the study again"
    )


def _repeats(record: Record) -> bool:
    """Whether the command names a study."""
    try:
        return len(shlex.split(record["provenance"]["command"])) > 2
    except ValueError:
        return False


def apart(
    before: Mapping[str, Value], after: Mapping[str, Value]
) -> list[tuple[str, Value | None, Value | None]]:
    """List what differs between two dicts, with None where one lacks it.

    Examples
    --------
    >>> apart({"a": 1, "b": 2}, {"b": 3, "c": 4})
    [('a', 1, None), ('b', 2, 3), ('c', None, 4)]
    """
    names = [*before, *(name for name in after if name not in before)]
    told = [(name, before.get(name), after.get(name)) for name in names]
    return [(name, x, y) for name, x, y in told if x != y]


def parameters(before: Record, after: Record) -> list[tuple[str, str | None, str | None]]:
    """Parameters as typed, where they differ."""
    one, two = ({n: as_text(v) for n, v in record["parameters"].items()} for record in (before, after))
    return apart(one, two)


def files(before: Record, after: Record) -> list[tuple[str, str | None, str | None]]:
    """The hashes of what was read, where they differ, by the name of the file."""
    return apart(_files(before), _files(after))


def _files(record: Record) -> dict[str, str | None]:
    """Data files, files read without being declared, files named by parameters, and the claims file."""
    found: dict[str, str | None] = {file["file"]: file["sha256"] for file in record["data"]}
    found |= {file["file"]: file["sha256"] for file in record["provenance"]["undeclared"]}
    named = record["inputs"]["parameter_files"]
    others = {name: digest for name, digest in named.items() if digest not in found.values()}
    found |= {f"the file of parameter {name}": digest for name, digest in others.items()}
    if record["claims"] and (file := record["inputs"]["claims_file"]):
        found[file] = record["claims"]["file_sha256"]
    return found


def modules(before: Record, after: Record) -> list[tuple[str, str | None, str | None]]:
    """The hashes of the package's modules and of the project's own, where they differ."""
    one, two = (r["inputs"]["modules"] | r["inputs"]["own_modules"] for r in (before, after))
    return apart(one, two)


def versions(before: Record, after: Record) -> list[tuple[str, str | None, str | None]]:
    """Versions of Python and of packages, and the kind of machine, where they differ."""
    return apart(
        *(
            {"Python": r["provenance"]["python"], **_machine(r), **r["provenance"]["versions"]}
            for r in (before, after)
        )
    )


def _machine(record: Record) -> dict[str, str]:
    made = record["provenance"]
    return {"implementation": made["implementation"], "machine": made["machine"]}


def claimed(before: Record, after: Record) -> list[tuple[Row | None, Row | None]]:
    """The claims whose verdict or figure differs, another verdict first.

    Returns
    -------
    list of (row before or None, row after or None)
    """
    one, two = (
        {row["id"]: row for row in r["claims"]["claims"]} if r["claims"] else {} for r in (before, after)
    )
    found = [(x, y) for _, x, y in apart(one, two) if x is None or y is None or _stand_apart(x, y)]
    return sorted(found, key=lambda pair: not _verdicts_differ(*pair))


def _verdicts_differ(x: Row | None, y: Row | None) -> bool:
    return x is None or y is None or x["verdict"] != y["verdict"]


def _stand_apart(x: Row, y: Row) -> bool:
    figures = [(claims.shown(x, key), claims.shown(y, key)) for key in ("published", "reproduced")]
    return x["verdict"] != y["verdict"] or not all(same(*pair) for pair in figures)


def figure(row: Row | None) -> str:
    """A claim's verdict and figure in a few words."""
    return "no such claim" if row is None else f"{row['verdict']} ({claims.shown(row, 'reproduced')})"
