"""What differs between the records of two runs, part by part."""

import json
import shlex

from workbench import claims
from workbench.runner.record.cells import same
from workbench.runner.record.provenance import as_text
from workbench.runner.record.verdict import Refused


def read_run(file):
    """Read the record of a run; refuse what is none.

    Parameters
    ----------
    file : Path

    Raises
    ------
    Refused
    """
    try:
        record = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise Refused(
            f"{file}: no such file; name the JSON file of a report, such as reports/STUDY.json"
        ) from None
    except (OSError, ValueError) as error:
        raise Refused(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if isinstance(record, dict) and "points" in record:
        raise Refused(
            f"{file} is the record of a sweep; name that of one of its points, in the folder {file.stem}"
        )
    try:
        made = record["provenance"]
        shaped = [record["parameters"], record["changed"], made["versions"]]
        texts = [record["verdict"], record["study"], record["title"], made["started"], made["python"]]
        good = all(isinstance(v, dict) for v in shaped) and all(isinstance(v, str) for v in texts)
        good = good and all(isinstance(f["file"], str) and f["sha256"] for f in record["data"])
        inputs, opened = record.get("inputs", {}), made.get("undeclared", [])
        good = good and all(
            isinstance(v, dict) for v in (inputs, inputs.get("modules", {}), record.get("files", {}))
        )
        good = good and all(isinstance(f["file"], str) and "sha256" in f for f in opened)
        if record["claims"]:
            record["claims"] = claims.sound_record(record["claims"])
        shlex.split(made["command"])[2]
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        good = False
    if not good:
        raise Refused(
            f"{file} is not the record of a run, or was written by another version; run the study again"
        )
    return record


def apart(before, after):
    """List what differs between two dicts, with None where one lacks it.

    Examples
    --------
    >>> apart({"a": 1, "b": 2}, {"b": 3, "c": 4})
    [('a', 1, None), ('b', 2, 3), ('c', None, 4)]
    """
    names = [*before, *(name for name in after if name not in before)]
    told = [(name, before.get(name), after.get(name)) for name in names]
    return [(name, x, y) for name, x, y in told if x != y]


def parameters(before, after):
    """Parameters as typed, where they differ."""
    one, two = ({n: as_text(v) for n, v in record["parameters"].items()} for record in (before, after))
    return apart(one, two)


def files(before, after):
    """The hashes of what was read, where they differ, by the name of the file."""
    return apart(_files(before), _files(after))


def _files(record):
    """Data files, files read without being declared, files named by parameters, and the claims file."""
    read = record["data"] + record["provenance"].get("undeclared", [])
    found = {file["file"]: file["sha256"] for file in read}
    named = record.get("inputs", {}).get("parameter_files", {})
    others = {name: digest for name, digest in named.items() if digest not in found.values()}
    found |= {f"the file of parameter {name}": digest for name, digest in others.items()}
    if record["claims"] and record["claims"].get("file_sha256"):
        found[f"data/claims/{record['claims']['study']}.toml"] = record["claims"]["file_sha256"]
    return found


def modules(before, after):
    """The hashes of the package's modules, where they differ; none if a record does not have them."""
    told = [record.get("inputs", {}).get("modules") for record in (before, after)]
    return apart(*told) if all(told) else []


def versions(before, after):
    """Versions of Python and of packages, and the kind of machine, where they differ."""
    return apart(
        *(
            {"Python": r["provenance"]["python"], **_machine(r), **r["provenance"]["versions"]}
            for r in (before, after)
        )
    )


def _machine(record):
    made = record["provenance"]
    return {name: made[name] for name in ("implementation", "machine") if name in made}


def claimed(before, after):
    """The claims whose verdict or figure differs, another verdict first.

    Returns
    -------
    list of (row before or None, row after or None)
    """
    one, two = ({row["id"]: row for row in (r["claims"] or {}).get("claims", [])} for r in (before, after))
    found = [(x, y) for _, x, y in apart(one, two) if x is None or y is None or _stand_apart(x, y)]
    return sorted(found, key=lambda pair: not _verdicts_differ(*pair))


def _verdicts_differ(x, y):
    return x is None or y is None or x["verdict"] != y["verdict"]


def _stand_apart(x, y):
    figures = [(claims.shown(x, key), claims.shown(y, key)) for key in ("published", "reproduced")]
    return x["verdict"] != y["verdict"] or not all(same(*pair) for pair in figures)


def figure(row):
    """A claim's verdict and figure in a few words."""
    return "no such claim" if row is None else f"{row['verdict']} ({claims.shown(row, 'reproduced')})"
