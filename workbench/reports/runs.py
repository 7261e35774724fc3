"""One run, from its arguments to its report.

The order is what makes the verdict true: everything that can be refused is refused before a kernel starts;
before the first cell runs, a record says that the run has not reported its end; the report replaces the
last good one only when it is complete, and that record is removed last.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import time

from . import alt_texts, plans, provenance
from .verdict import EXIT_CODES, Refused, Seen, judge

RESERVE = 512 * 1024  # bytes kept free for the failure page, for the case that the disk fills up
UNFINISHED = "the run has not reported its end: it is still running, or the workbench itself was killed"


@contextlib.contextmanager
def locked(path, *, wait=False):
    """Hold an exclusive lock on a file; it ends with the process, however that ends."""
    with open(path, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Refused(
                f"another run is writing {path.name[1:].removesuffix('.lock')} in {path.parent}; wait for it"
            ) from None
        yield


def run(plan, *, limits=None, progress=None):
    """Execute a plan and write its report; return the record that also stands in the JSON file.

    Parameters
    ----------
    plan : plans.Plan
    limits : kernel.Limits, optional
    progress : callable, optional
        Called with (number of the cell, number of cells, heading) when a cell starts.
    """
    from . import kernel

    limits = limits or kernel.Limits()
    work = plan.out / f".{plan.name}.tmp-{os.getpid()}"
    with contextlib.ExitStack() as held:
        try:
            plan.out.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(plan.out / f".{plan.name}.lock"))
            held.callback(shutil.rmtree, work, ignore_errors=True)
            _open_workspace(plan, work)
            notebook = _prepare(plan)
            record = _record(plan, notebook, limits)
            _write_failure(plan, work, record, None)
        except OSError as error:
            raise Refused(
                f"cannot write in {plan.out}: {error.strerror or error}; no kernel was started"
            ) from None
        where = _headings(notebook)
        started = time.monotonic()
        try:
            seen, durations, loaded = kernel.execute(
                notebook,
                plan.path.parent,
                limits=limits,
                on_cell=lambda i: (progress or _silent_progress)(
                    list(where).index(i) + 1, len(where), where[i]
                ),
            )
        except KeyboardInterrupt:  # in the moment before the kernel's own handler is in place
            seen, durations, loaded = Seen(expected=list(where), interrupted="SIGINT or SIGTERM"), {}, []
        held.enter_context(_undisturbed())
        record["provenance"]["seconds"] = round(time.monotonic() - started, 1)
        _complete(record, notebook, seen, durations, loaded, where)
        record = _publish(plan, work, record, notebook)
        return provenance.mask_all(record, provenance.secrets(plan.given))


def _silent_progress(*_):
    pass


@contextlib.contextmanager
def _undisturbed():
    """Let a second Ctrl-C wait until what the first one ended is written down."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _open_workspace(plan, work):
    """Remove what killed runs left (the lock is ours, so nobody uses it) and set room aside."""
    for stale in plan.out.glob(f".{_escape(plan.name)}.tmp-*"):
        shutil.rmtree(stale, ignore_errors=True)
    work.mkdir()
    with open(work / "reserve", "wb") as reserve:
        os.posix_fallocate(reserve.fileno(), 0, RESERVE)


def _escape(name):
    return re.sub(r"([\[\]*?])", r"[\1]", name)


def _prepare(plan):
    """The notebook as it will run: parameters injected, nothing left of an earlier execution."""
    import nbformat
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    notebook = load_notebook_node(nbformat.reads(plan.source.decode("utf-8"), as_version=4))
    if plan.given:
        notebook = parameterize_notebook(notebook, plan.given, kernel_name="python3", language="python")
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for stored in ("papermill", "execution"):
            cell.metadata.pop(stored, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"  # papermill's own is random
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _headings(notebook):
    """Index of each cell with code, to the heading it stands under."""
    found, heading = {}, ""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            lines = re.findall(r"^#+ +(.+)$", cell.source, re.M)
            heading = lines[-1].strip() if lines else heading
        elif cell.cell_type == "code" and cell.source.strip():
            found[index] = heading
    return found


def _record(plan, notebook, limits):
    """What is known before the first cell runs. Until the run ends, its verdict is `incomplete`."""
    from . import kernel

    return {
        "study": plan.study,
        "name": plan.name,
        "title": plans.title(plan.notebook) or plan.study,
        "verdict": "incomplete",
        "exit_code": EXIT_CODES["incomplete"],
        "reason": UNFINISHED,
        "error": None,
        "cells": {"total": len(_headings(notebook)), "run": 0, "not_run": []},
        "parameters": {name: plan.given.get(name, p.default) for name, p in plan.declared.items()},
        "changed": plan.changed,
        "data": [],
        "claims": None,
        "last_good": _last_good(plan),
        "provenance": {
            "started": provenance.now(),
            "command": provenance.command(plan.typed, plan.given),
            "notebook": plan.path.name,
            "notebook_sha256": provenance.sha256(plan.source),
            **provenance.commit(),
            **provenance.machine(kernel.ENVIRONMENT),
            "limits": {k: v for k, v in vars(limits).items() if v is not None},
            "versions": provenance.versions(),
        },
    }


def _last_good(plan):
    report = plan.out / f"{plan.name}.json"
    if not report.exists():
        return None
    try:
        return {
            "page": f"{plan.name}.html",
            "started": json.loads(report.read_text("utf-8"))["provenance"]["started"],
        }
    except (ValueError, KeyError):
        return None


def _complete(record, notebook, seen, durations, loaded, where):
    """Fill in what the run has shown."""
    from .. import claims

    record["verdict"], record["reason"] = judge(seen)
    record["exit_code"] = EXIT_CODES[record["verdict"]]
    record["data"] = loaded
    record["cells"] = {
        "total": len(seen.expected),
        "run": len(seen.expected) - len(seen.not_run),
        "not_run": [
            {"cell": seen.name(i), "heading": where[i], "source": notebook.cells[i].source}
            for i in seen.not_run
        ],
        "without_alt": [seen.name(i) for i in seen.expected if alt_texts.missing(notebook.cells[i])],
        "seconds": {seen.name(i).split()[2]: round(s, 2) for i, s in durations.items()},
    }
    if seen.error:
        index = seen.error.pop("cell")
        record["error"] = seen.error | {"where": seen.name(index), "heading": where[index]}
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    bundles = [o["data"][claims.MIME] for o in outputs if claims.MIME in o.get("data", {})]
    try:
        record["claims"] = claims.sound_record(bundles[-1]) if bundles else None
    except ValueError as error:
        record |= {"verdict": "failed", "exit_code": EXIT_CODES["failed"], "reason": str(error)}
    record["provenance"]["finished"] = provenance.now()


def _publish(plan, work, record, notebook):
    """Move the report into place, or say on a failure page why there is none."""
    if record["verdict"] != "passed":
        _write_failure(plan, work, record, notebook)
        return record
    try:
        _write(plan, work, record, notebook, failed=False)
    except Exception as error:  # whatever it is, the record must not go on saying that the run has not ended
        reason = f"the report could not be written: {getattr(error, 'strerror', None) or repr(error)}"
        record |= {"verdict": "failed", "exit_code": EXIT_CODES["failed"], "reason": reason}
        _write_failure(plan, work, record, notebook)
        return record
    for ending in ("html", "json"):
        (plan.out / f"{plan.name}.failed.{ending}").unlink(missing_ok=True)
    (work / "reserve").unlink(missing_ok=True)
    _refresh_index(plan.out)
    return record


def _write_failure(plan, work, record, notebook):
    """Write the failure page; on a full disk, in the room set aside and without the notebook's outputs."""
    try:
        _write(plan, work, record, notebook, failed=True)
        _refresh_index(plan.out)
    except Exception:
        for file in work.iterdir():
            file.unlink()
        _write(plan, work, record, None, failed=True)
        _refresh_index(plan.out)


def _write(plan, work, record, notebook, *, failed):
    """Write all files of a report into the work folder, then move them into place, the record last."""
    import nbformat

    from . import page

    hidden = provenance.secrets(plan.given)
    record = provenance.mask_all(record, hidden)
    if notebook is not None and hidden:
        notebook = nbformat.from_dict(provenance.mask_all(notebook, hidden))
    name = f"{plan.name}.failed" if failed else plan.name
    files = {}
    if notebook is not None and not failed:
        files[f"{name}.ipynb"] = nbformat.writes(notebook) + "\n"
    files[f"{name}.html"] = page.render(notebook, record)
    files[f"{name}.json"] = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    for file, text in files.items():
        # a lone surrogate, as `print('\\ud800')` leaves one, must not cost the report
        (work / file).write_text(text, "utf-8", "backslashreplace")
    for file in files:
        os.replace(work / file, plan.out / file)


def _refresh_index(out):
    from . import index

    with locked(out / ".index.lock", wait=True):
        fresh = out / ".index.tmp"
        fresh.write_text(index.render(out), "utf-8")
        os.replace(fresh, out / "index.html")
