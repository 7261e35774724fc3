"""Run what a record says once more, in a folder that does not outlive the check, and say what differs."""

import json
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.runner import jobs
from workbench.runner.page import page
from workbench.runner.plan import own_file, plans
from workbench.runner.plan import parameters as parameters_
from workbench.runner.plan.plans import Limits, Plan
from workbench.runner.record import cells, differences, masking, provenance
from workbench.runner.record.record import Ended, Record, is_whole, state
from workbench.runner.record.verdict import EXIT_CODES, Refused

if TYPE_CHECKING:  # its import takes a while
    from nbformat import NotebookNode

FIRST = 3  # places named of each cell; the others are counted


@dataclass
class Found:
    """What a verification found: differences in what was computed, and in what it was computed from."""

    name: str
    started: str
    computed: list[str] = field(default_factory=list)
    made_of: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        if self.interrupted:
            return EXIT_CODES["interrupted"]
        return EXIT_CODES["failed"] if self.computed or self.made_of else 0

    @property
    def lines(self) -> list[str]:
        """The report, most important first."""
        when = f"the run of {page.readable_time(self.started)}"
        if self.interrupted:
            return [f"interrupted: {self.name}: nothing can be said"]
        if not self.exit_code:
            return [f"verified: {self.name}: nothing differs from {when}"]
        lines = [f"differs: {self.name}: not as in {when}"]
        lines += ["what was computed:", *(f"  {line}" for line in self.computed or ["nothing differs"])]
        return lines + [
            "what it was computed from:",
            *(f"  {line}" for line in self.made_of or ["nothing differs"]),
        ]


def verify(
    file: str | Path,
    *,
    limits: Limits | None = None,
    on_cell: Callable[[Plan, int, int, str], None] | None = None,
    allow_personal: str | None = None,
) -> Found:
    """Run a report again and find what differs.

    Parameters
    ----------
    file : path
        The report's JSON file; its notebook must stand beside it.
    limits, on_cell
        As `jobs.run_all` takes them.
    allow_personal : str, optional
        Why personal data are no hindrance; by default what the record says.

    Returns
    -------
    Found

    Raises
    ------
    Refused
        The record cannot be read, is not that of a run that passed, or does not say how to repeat it.
    """
    file = Path(file)
    record = differences.read_run(file)
    if record["verdict"] != "passed":
        raise Refused(
            f"{file} is of a run that {_ended(record)}; only a report of a run that passed can be verified"
        )
    notebook = _notebook(file)
    found = Found(file.stem, record["provenance"]["started"])
    found.computed += _damaged(file.parent, record)
    path, known = _declared(record)
    values = _values(record, known)
    found.made_of += _declared_anew(record, known)
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        try:
            allowed = allow_personal or record["personal"]["allowed"]
            plan = plans.plan(
                str(path), extra=values, out=folder, wishes=plans.Wishes(allow_personal=allowed)
            )
            own_file.check(plan)
        except Refused as error:
            found.computed.insert(0, f"the run is refused today: {error}")
            return found
        (again,) = jobs.run_all([plan], limits=limits, on_cell=on_cell)
        _note(found, record, again, notebook, plan)
    return found


def _note(found: Found, record: Record, again: Record | Ended, notebook: "NotebookNode", plan: Plan) -> None:
    """Note what differs between the run of the record and the run of today."""
    found.interrupted = again["verdict"] == "interrupted"
    if is_whole(again) and state(again) == "passed":
        _compare(found, record, again, notebook, _notebook(plan.out / f"{plan.name}.json"))
    else:
        where = f" ({again['error']['where']})" if again["error"] else ""
        told = f"the run does not pass today: {state(again)}: {again['reason']}{where}"
        found.computed.insert(0, told)
        found.made_of += _code(plan, notebook)
    if is_whole(again):
        found.made_of += _inputs(record, again)


def _ended(record: Record) -> str:
    return {"failed": "failed", "interrupted": "was interrupted", "timed out": "timed out"}.get(
        record["verdict"], f"ended as {record['verdict']!r}"
    )


def _notebook(file: Path) -> "NotebookNode":
    import nbformat

    beside = file.with_suffix(".ipynb")
    try:
        return nbformat.read(beside, as_version=4)
    except FileNotFoundError:
        raise Refused(
            f"{beside} is missing; verify compares its outputs, so keep it beside the record"
        ) from None
    except Exception as error:  # whatever nbformat makes of a file that is no notebook
        told = str(error).partition("\n")[0] or type(error).__name__
        raise Refused(f"{beside} cannot be read as a notebook: {told}") from None


def _damaged(folder: Path, record: Record) -> Iterator[str]:
    """The files of the report that are not as the run wrote them."""
    for name, digest in record["files"].items():
        path = folder / Path(name).name
        if not path.exists():
            yield f"{name} is gone"
        elif provenance.sha256(path.read_bytes()) != digest:
            yield f"{name} was changed after the run"


def _declared(record: Record) -> tuple[Path, dict[str, parameters_.Parameter]]:
    """The notebook that the record names, and the parameters that it declares today."""
    path, _ = plans.find(shlex.split(record["provenance"]["command"])[2])
    return path, parameters_.read(plans.read_notebook(path)[1], name=path.name)


def _values(record: Record, known: Mapping[str, parameters_.Parameter]) -> dict[str, Any]:
    """The parameters to give, so that all have the values of the record."""
    defaults = _defaults(known)
    values = {n: v for n, v in record["parameters"].items() if n in known and v != defaults[n]}
    for name, value in values.items():
        if masking.MASK in json.dumps(value):
            raise Refused(
                f"parameter {name} holds a password that the record does not show; run the study again"
            )
    return values


def _defaults(known: Mapping[str, parameters_.Parameter]) -> dict[str, Any]:
    """The defaults as a record has them."""
    values = {name: parameter.default for name, parameter in known.items()}
    return masking.mask_all(values, masking.secrets(values))


def _declared_anew(record: Record, known: Mapping[str, parameters_.Parameter]) -> Iterator[str]:
    """How the declared parameters differ from those of the record."""
    defaults = _defaults(known)
    for name, value in record["parameters"].items():
        if name not in known:
            yield f"parameter {name} is no longer declared (the run had {provenance.as_text(value)})"
            continue
        now = defaults[name]
        if name not in record["changed"] and now != value:
            told = f"{provenance.as_text(value)} → {provenance.as_text(now)}"
            yield f"default of parameter {name} {told} (run again with {provenance.as_text(value)})"
        elif name in record["changed"] and now == value:
            yield f"default of parameter {name} is now {provenance.as_text(now)}, to which the run had set it"
    for name in known:
        if name not in record["parameters"]:
            yield f"parameter {name} is new (its default is {provenance.as_text(defaults[name])})"


def _compare(
    found: Found, record: Record, again: Record, before: "NotebookNode", after: "NotebookNode"
) -> None:
    """Note what differs between two runs that passed."""
    for old, new in differences.claimed(record, again):
        name = (old or new or {})["id"]
        found.computed.append(f"claim {name}: {differences.figure(old)} → {differences.figure(new)}")
    told = cells.pairs(before, after)
    found.computed += [line for pair in told for line in _outputs(pair)]
    found.made_of += [f"code cell {p.number}{_under(p)}: {_code_told(p)}" for p in told if not p.same_code]
    if _texts(before) != _texts(after):
        found.made_of.append("the notebook's text changed")


def _code(plan: Plan, notebook: "NotebookNode") -> Iterator[str]:
    """What changed in the notebook, where the run did not pass and left none to compare."""
    before = [c.source for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    if before != [cells.cell_source(cell) for cell in plan.notebook["cells"]]:
        yield f"{plan.path.name} changed"


def _texts(notebook: "NotebookNode") -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def _under(pair: cells.Pair) -> str:
    return f" (“{pair.heading}”)" if pair.heading else ""


def _code_told(pair: cells.Pair) -> str:
    return "is new" if pair.before is None else "is gone" if pair.after is None else "its code changed"


def _outputs(pair: cells.Pair) -> Iterator[str]:
    """One line for a pair of cells whose outputs differ."""
    if pair.before is None or pair.after is None:
        return
    told = [change for parts in cells.part_pairs(pair) for change in cells.changes(*parts)]
    if told:
        places = [f"{c.where}: {_short(c.before)} → {_short(c.after)}" for c in told[:FIRST]]
        more = [f"{len(told) - FIRST} more"] if len(told) > FIRST else []
        yield f"code cell {pair.number}{_under(pair)}: {'; '.join(places + more)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _inputs(record: Record, again: Record) -> Iterator[str]:
    """What the run was made of that is not as it was; files only as far as the run came."""
    told = differences.files(record, again)
    if again["verdict"] != "passed":
        told = [(name, x, y) for name, x, y in told if x and y]
    yield from (_changed(name, x, y) for name, x, y in told)
    yield from (_changed(name, x, y) for name, x, y in differences.modules(record, again))
    for name, old, new in differences.versions(record, again):
        yield f"{name} {old or 'not installed'} → {new or 'not installed'}"


def _changed(name: str, old: str | None, new: str | None) -> str:
    if old and new:
        return f"{name} changed"
    return f"{name} was read, and is not any more" if old else f"{name} is read, and was not"
