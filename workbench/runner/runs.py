"""One run, from its plan to its report; or, where nothing has changed, no run.

The order is what makes the verdict true: everything that can be refused is refused before a kernel starts;
before the first cell runs, a record says that the run has not reported its end; the report replaces the
last good one only when it is complete, and that record is removed last.
"""

import contextlib
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from workbench.runner import publishing, results
from workbench.runner.gate import NOTHING, Gate, Withheld, known_of
from workbench.runner.kernel import environment
from workbench.runner.kernel.preparing import prepare, with_outputs_of
from workbench.runner.plan.plans import Limits, Plan
from workbench.runner.plan.wishes import place
from workbench.runner.record import (
    alt_texts,
    files,
    freshness,
    inputs,
    installed,
    looked,
    masking,
    modules,
    provenance,
)
from workbench.runner.record.cells import headings
from workbench.runner.record.freshness import Finding
from workbench.runner.record.inputs import Told
from workbench.runner.record.record import (
    Cells,
    Claims,
    Ended,
    LastGood,
    NotARecord,
    Provenance,
    Record,
    read,
)
from workbench.runner.record.verdict import EXIT_CODES, Refused, Seen, judge

if TYPE_CHECKING:  # their imports take a while
    from nbformat import NotebookNode

    from workbench.runner.kernel.warm import Server

Progress = Callable[[int, int, str], None]

UNFINISHED = "the run has not reported its end: it is still running, or the workbench was killed or could write no more"


def finding(plan: Plan, *, force: bool = False) -> Finding:
    """Find out what is to be done for a plan, and why; Excel files that are asked for now need a run, too."""
    if force:
        return Finding("run", "--force was given")
    found = freshness.check(plan)
    tables = found.record["published"]["tables"] if found.record else []
    if plan.wishes.excel and any(f"{table['name']}.xlsx" not in table["files"] for table in tables):
        return Finding("run", "there are no Excel files of its results yet")
    return found


def refresh(plan: Plan, *, force: bool = False) -> tuple[Finding, Record | None]:
    """Bring the report of a plan up to date as far as that needs no kernel.

    Parameters
    ----------
    plan : plans.Plan
    force : bool
        Have it run even if the report is fresh.

    Returns
    -------
    finding : freshness.Finding
        What was done ("nothing", "render") or has to be ("run"), and why.
    record : Record or None
        The record of the report; None if the plan has to be run.
    """
    found = finding(plan, force=force)
    if found.action == "render" and found.record and (record := _render_again(plan, found.record)):
        return found, record
    if found.action == "nothing":
        if not (plan.out / "index.html").exists():
            publishing.refresh_index(plan.out)
        return found, found.record
    return Finding("run", found.why), None


def run(
    plan: Plan,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    warm: "Server | None" = None,
) -> Record:
    """Execute a plan and write its report; return the record that also stands in the JSON file.

    Parameters
    ----------
    plan : plans.Plan
    limits : plans.Limits, optional
    progress : callable, optional
        Called with (number of the cell, number of cells, heading) when a cell starts.
    warm : warm.Server, optional
        Forks the kernel.
    """
    limits = limits or Limits()
    with ExitStack() as held:
        try:
            work = held.enter_context(publishing.workspace(plan))
            notebook = _prepared(plan)
            named = inputs.named_in_code(plan)
            record = _record(plan, notebook, limits)
            if warm:
                record["inputs"]["modules"] = warm.modules
            gate = Gate(work, allowed=plan.wishes.allow_personal, known=lambda: known_of(plan.notebook))
            publishing.write_failure(plan, work, record, None, gate)
            results.prepare(plan.results)
            held.callback(results.clean, plan.results)
        except OSError as error:
            raise Refused(
                f"cannot write in {plan.out}: {error.strerror or error}; no kernel was started"
            ) from None
        started = time.monotonic()
        try:
            seen, durations, told = _execute(
                plan, notebook, limits, progress, warm, (str(work.resolve()), gate.key)
            )
            held.enter_context(publishing.undisturbed())
            record["provenance"]["seconds"] = round(time.monotonic() - started, 1)
            _complete(record, notebook, seen, durations)
            _judge_claims(record, plan, notebook)
            record["published"] = results.of_outputs(_sent(notebook), results.working(plan.results))
            _account(record, plan, told, named)
        except Exception as error:  # a fault of ours, too, is to end in a verdict
            _fail(record, trouble(error))
            record = publishing.close(plan, work, record, None, gate)
        else:
            record = publishing.publish(plan, work, record, notebook, gate)
        return masking.mask_all(record, masking.of_plan(plan, notebook))


def trouble(error: Exception) -> str:
    """Say in one line that the workbench itself failed, and where.

    Examples
    --------
    >>> trouble(KeyError("q"))
    "the workbench itself failed: KeyError: 'q'; please report it"
    """
    places = traceback.extract_tb(error.__traceback__)
    ours = [place for place in places if Path(place.filename).is_relative_to(files.PACKAGE)] or places
    at = f" ({Path(ours[-1].filename).name}, line {ours[-1].lineno})" if ours else ""
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return f"the workbench itself failed: {told}{at}; please report it"


def lost(plan: Plan, ended: Ended) -> None:
    """Write down what became of a run whose supervisor was killed, as far as it has not done so itself."""
    with contextlib.suppress(OSError, Refused, NotARecord), publishing.workspace(plan) as work:
        record = read(plan.out / f"{plan.name}.failed.json")
        if record["reason"] == UNFINISHED:
            record["reason"] = ended["reason"]
            publishing.close(plan, work, record, None, Gate(allowed=plan.wishes.allow_personal))


def _prepared(plan: Plan) -> "NotebookNode":
    try:
        return prepare(plan)
    except OSError:
        raise
    except Exception as error:  # whatever nbformat and papermill make of an odd notebook
        told = str(error).partition("\n")[0] or type(error).__name__
        raise Refused(f"{plan.path.name} cannot be made ready: {told}; no kernel was started") from None


def _execute(
    plan: Plan,
    notebook: "NotebookNode",
    limits: Limits,
    progress: Progress | None,
    warm: "Server | None",
    prints: tuple[str, bytes],
) -> tuple[Seen, dict[int, float], Told]:
    from workbench.runner.kernel import kernel
    from workbench.runner.kernel.watch import Watch

    where = headings(notebook)
    places = {index: number for number, index in enumerate(where, 1)}

    def on_cell(index: int) -> None:
        if progress:
            progress(places[index], len(places), where[index])

    try:
        return kernel.execute(
            notebook,
            plan.path.parent,
            limits=limits,
            environment=environment.of_kernel(plan.project.modules),
            on_cell=on_cell,
            parameters=plan.values,
            results=results.working(plan.results),
            excel=plan.wishes.excel,
            prints=prints,
            warm=warm,
            watch=Watch(*looked.folders(plan)),
        )
    except KeyboardInterrupt:  # in the moment before the kernel's own handler is in place
        return Seen(expected=list(where), interrupted="SIGINT or SIGTERM"), {}, Told()


def _record(plan: Plan, notebook: "NotebookNode", limits: Limits) -> Record:
    """What is known before the first cell runs. Until the run ends, its verdict is `incomplete`."""
    return {
        "study": plan.study,
        "name": plan.name,
        "title": plan.title,
        "language": plan.language,
        "asked": plan.asked,
        "source": plan.told("source"),
        "verdict": "incomplete",
        "exit_code": EXIT_CODES["incomplete"],
        "reason": UNFINISHED,
        "error": None,
        "cells": {
            "total": len(headings(notebook)),
            "run": 0,
            "not_run": [],
            "without_alt": [],
            "seconds": {},
        },
        "parameters": plan.values,
        "changed": plan.changed,
        "data": [],
        "claims": None,
        "published": {"findings": [], "tables": []},
        "personal": NOTHING,
        "last_good": _last_good(plan),
        "inputs": inputs.of_plan(plan),
        "files": {},
        "provenance": _provenance(plan, limits),
    }


def _provenance(plan: Plan, limits: Limits) -> Provenance:
    return {
        "started": provenance.now(),
        "finished": None,
        "seconds": None,
        "rendered": None,
        "kernel": None,
        "environment": environment.shown(environment.of_kernel(plan.project.modules)),
        "command": plan.command,
        "notebook": plan.path.name,
        "notebook_sha256": provenance.sha256(plan.source),
        "notebook_place": place(plan.path, plan.out),
        **provenance.commit(plan.project.root),
        **provenance.machine(environment.ENVIRONMENT),
        "limits": {k: v for k, v in vars(limits).items() if v is not None},
        "versions": provenance.versions(plan.project.lock),
        "undeclared": [],
        "reached": [],
    }


def _last_good(plan: Plan) -> LastGood | None:
    try:
        record = read(plan.out / f"{plan.name}.json")
    except (OSError, NotARecord):
        return None
    return {"page": f"{plan.name}.html", "started": record["provenance"]["started"]}


def _complete(record: Record, notebook: "NotebookNode", seen: Seen, durations: dict[int, float]) -> None:
    """Fill in what the run has shown."""
    where = headings(notebook)
    record["verdict"], record["reason"] = judge(seen)
    record["exit_code"] = EXIT_CODES[record["verdict"]]
    record["cells"] = _cells(notebook, seen, durations)
    if seen.error:
        index = seen.error["cell"]
        record["error"] = {
            "ename": seen.error["ename"],
            "evalue": seen.error["evalue"],
            "traceback": seen.error["traceback"],
            "where": seen.name(index),
            "heading": where[index],
        }
    record["provenance"]["kernel"], record["provenance"]["finished"] = seen.start, provenance.now()


def _cells(notebook: "NotebookNode", seen: Seen, durations: dict[int, float]) -> Cells:
    where = headings(notebook)
    return {
        "total": len(seen.expected),
        "run": len(seen.expected) - len(seen.not_run),
        "not_run": [
            {"cell": seen.name(i), "heading": where[i], "source": notebook.cells[i].source}
            for i in seen.not_run
        ],
        "without_alt": [seen.name(i) for i in seen.expected if alt_texts.missing(notebook.cells[i])],
        "seconds": {seen.name(i).split()[2]: round(s, 2) for i, s in durations.items()},
    }


def _judge_claims(record: Record, plan: Plan, notebook: "NotebookNode") -> None:
    """Judge the values that the cells sent; the notebook's own table counts for nothing by itself.

    Of a run that did not pass, the claims are recorded if it came as far as to compare them.
    """
    from workbench import claims

    sent = _sent(notebook)
    if record["verdict"] == "passed" or any(claims.MIME in data for _, data in sent):
        passed = record["verdict"] == "passed"
        try:
            told = claims.recorded(sent, plan.values, plan.path.parent, whole=passed)
            record["claims"] = cast(Claims | None, told)
        except ValueError as error:
            if passed:  # else the run has a verdict, and a reason that came before
                _fail(record, str(error))


def _sent(notebook: "NotebookNode") -> list[tuple[int, dict[str, Any]]]:
    """The data of each output, with the number of its code cell."""
    cells = enumerate(headings(notebook), 1)
    return [(n, o["data"]) for n, i in cells for o in notebook.cells[i].outputs if "data" in o]


def _fail(record: Record, reason: str) -> None:
    record["verdict"], record["exit_code"], record["reason"] = "failed", EXIT_CODES["failed"], reason


def _account(record: Record, plan: Plan, told: Told, named: dict[str, list[int] | None]) -> None:
    """Say what the run has read, and fail it if data changed under its hands."""
    record["data"] = inputs.declared(plan, told.loaded)
    made = record["provenance"]
    made["undeclared"] = looked.undeclared(plan, told, named, record["claims"])
    made["reached"] = told.reached + looked.unseen(plan, told)
    made["versions"] |= installed.versions(told.imported, made["versions"])
    used = record["inputs"]
    used["imported"] = told.imported
    used["modules"] = _unchanged(used["modules"], modules.of_package())
    own = modules.own(plan, told.imported)
    used["own_modules"] = own | _unchanged(used["own_modules"], own)
    if record["claims"]:
        used["claims_file"], _ = inputs.of_claims(record["claims"], plan)
    changed = looked.changed_meanwhile(plan, record, told)
    if changed and record["verdict"] == "passed":
        _fail(record, f"{changed} changed during the run; nobody can say which of its states was used")


def _unchanged(before: dict[str, str | None], now: dict[str, str | None]) -> dict[str, str | None]:
    """The hashes of modules, None where one changed during the run."""
    return {name: now.get(name) if now.get(name) == d else None for name, d in before.items()}


def _render_again(plan: Plan, record: Record) -> Record | None:
    """Write the page anew from the stored outputs, without a kernel; None if they do not fit."""
    import nbformat

    with publishing.workspace(plan) as work, publishing.undisturbed():
        try:
            stored = nbformat.read(plan.out / f"{plan.name}.ipynb", as_version=4)
            hidden = masking.of_plan(plan)
            prepared = nbformat.from_dict(masking.mask_notebook(prepare(plan), hidden))
            notebook = with_outputs_of(cast("NotebookNode", prepared), stored)
            record["title"], record["asked"], record["source"] = plan.title, plan.asked, plan.told("source")
            record["language"], record["provenance"]["command"] = plan.language, plan.command
            record["inputs"]["text"] = inputs.text(plan.notebook)
            record["inputs"]["rendering"] = inputs.rendering()
            record["provenance"]["notebook_sha256"] = provenance.sha256(plan.source)
            record["provenance"]["rendered"] = provenance.now()
            allowed = plan.wishes.allow_personal or record["personal"]["allowed"]
            gate = Gate(allowed=allowed, known=lambda: known_of(plan.notebook), private=[plan.results])
            publishing.write(plan, work, record, notebook, gate, failed=False)
            publishing.refresh_index(plan.out)
            return record
        except (OSError, ValueError, KeyError, Withheld):
            return None
