"""Write a report so that it is there as a whole or not at all, and say on a failure page why there is none."""

import contextlib
import errno
import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from workbench.runner import results, system
from workbench.runner.gate import Gate, Withheld
from workbench.runner.plan.plans import Plan
from workbench.runner.record import masking, provenance
from workbench.runner.record.record import Personal, Record
from workbench.runner.record.verdict import EXIT_CODES, WITHHELD, Refused

if TYPE_CHECKING:  # its import takes a while
    from nbformat import NotebookNode

    from workbench.runner.page.citing import Citation

ENDINGS = (".html", ".json", ".ipynb", ".failed.html", ".failed.json")
RESERVE = 512 * 1024  # bytes kept free for the failure page, for the case that the disk fills up


@contextlib.contextmanager
def locked(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold an exclusive lock on a file; it ends with the process, however that ends."""
    if why := system.cannot_run():
        raise Refused(why)
    with open(path, "a+") as file:
        try:
            system.lock(file, wait=wait)
        except BlockingIOError:
            raise Refused(
                f"another run is writing {path.name[1:].removesuffix('.lock')} in {path.parent}; wait for it"
            ) from None
        yield


@contextlib.contextmanager
def workspace(plan: Plan) -> Iterator[Path]:
    """Hold the lock of a report, and give a folder beside it to write in, which does not outlive the run."""
    work = plan.out / f".{plan.name}.tmp-{os.getpid()}"
    plan.out.mkdir(parents=True, exist_ok=True)
    with locked(plan.out / f".{plan.name}.lock"):
        try:
            _make_room(plan, work)
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _make_room(plan: Plan, work: Path) -> None:
    """Remove what killed runs left (the lock is ours, so nobody uses it) and set room aside."""
    for name in ("index.html", *(f"{plan.name}{ending}" for ending in ENDINGS)):
        if (plan.out / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, f"{name} is a folder")
    for stale in plan.out.glob(f".{_escape(plan.name)}.tmp-*"):
        shutil.rmtree(stale, ignore_errors=True)
    work.mkdir()
    with open(work / "reserve", "wb") as reserve:
        system.reserve(reserve.fileno(), RESERVE)


def _escape(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let a second Ctrl-C wait until what the first one ended is written down."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def publish(plan: Plan, work: Path, record: Record, notebook: "NotebookNode", gate: Gate) -> Record:
    """Move the report into place, or say on a failure page why there is none."""
    if record["verdict"] != "passed":
        return close(plan, work, record, notebook, gate)
    try:
        write(plan, work, record, notebook, gate, failed=False)
        results.move(plan.results)
        for ending in ("html", "json"):
            (plan.out / f"{plan.name}.failed.{ending}").unlink(missing_ok=True)
        (work / "reserve").unlink(missing_ok=True)
        refresh_index(plan.out)
    except Withheld as held:
        return close(plan, work, _withheld(record, held, gate), None, gate)
    except Exception as error:  # whatever it is, the record must not go on saying that the run has not ended
        reason = f"the report could not be written: {getattr(error, 'strerror', None) or repr(error)}"
        record["verdict"], record["exit_code"], record["reason"] = "failed", EXIT_CODES["failed"], reason
        return close(plan, work, record, notebook, gate)
    return record


def close(plan: Plan, work: Path, record: Record, notebook: "NotebookNode | None", gate: Gate) -> Record:
    """Write the failure page in the place of what says that the run has not ended; where it cannot be, say so."""
    try:
        if not work.is_dir():  # it was removed meanwhile, and with it what the gate knows of the data
            work.mkdir(parents=True)
            notebook = None
        return write_failure(plan, work, record, notebook, gate)
    except Exception as error:
        why = getattr(error, "strerror", None) or repr(error)
        record["reason"] += f"; nothing more could be written in {plan.out}: {why}"
        return record


def write_failure(
    plan: Plan, work: Path, record: Record, notebook: "NotebookNode | None", gate: Gate
) -> Record:
    """Write the failure page; on a full disk, in the room set aside and without the notebook's outputs."""
    try:
        return _write_failure(plan, work, record, notebook, gate)
    except Exception:
        for file in work.iterdir():
            file.unlink()
        return _write_failure(plan, work, record, None, gate)


def _write_failure(
    plan: Plan, work: Path, record: Record, notebook: "NotebookNode | None", gate: Gate
) -> Record:
    """Write the failure page, or where that is withheld, too, what is left of it."""
    try:
        write(plan, work, record, notebook, gate, failed=True)
    except Withheld as held:
        record = _withheld(record, held, gate)
        write(plan, work, record, None, gate, failed=True)
    refresh_index(plan.out)
    return record


def _withheld(record: Record, held: Withheld, gate: Gate) -> Record:
    """The record of a run whose report is withheld: its verdict, what was found where, and no word of what was."""
    found = {**record, "published": {"findings": [], "tables": []}, "claims": None}
    kept = gate.without(cast(Record, found))
    kept["personal"] = {"withheld": True, "allowed": None, "found": held.found}
    if record["verdict"] != "interrupted":
        kept["exit_code"] = WITHHELD
    return kept


def write(
    plan: Plan, work: Path, record: Record, notebook: "NotebookNode | None", gate: Gate, *, failed: bool
) -> None:
    """Write all files of a report into the work folder, then move them into place, the record last."""
    import nbformat

    from workbench.runner.page import citing

    hidden = masking.of_plan(plan, notebook)
    record = masking.mask_all(record, hidden)
    if notebook is not None:
        notebook = cast("NotebookNode", nbformat.from_dict(masking.mask_notebook(notebook, hidden)))
    name = f"{plan.name}.failed" if failed else plan.name
    files = {}
    if notebook is not None and not failed:
        files[f"{name}.ipynb"] = _encoded(nbformat.writes(notebook))
    files[f"{name}.html"] = _encoded(_through(gate, record, notebook, citing.read(plan.project.citation)))
    record["files"] = {file: provenance.sha256(content) for file, content in files.items()}
    files[f"{name}.json"] = _encoded(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
    for file, content in files.items():
        (work / file).write_bytes(content)
    for file in files:
        os.replace(work / file, plan.out / file)


def _through(gate: Gate, record: Record, notebook: "NotebookNode | None", cited: "Citation | None") -> str:
    """The page of a run, through the gate; of a report that is withheld nothing is left to search."""
    from workbench.runner.page import page

    def rendered(personal: Personal) -> str:
        record["personal"] = personal
        return page.render(notebook, record, cited=cited)

    if record["personal"]["withheld"]:
        return rendered(record["personal"])
    return gate.passed(record, notebook, rendered)[0]


def _encoded(text: str) -> bytes:
    # half a character, as in a parameter typed in another encoding, must not cost the report
    return (text.rstrip("\n") + "\n").encode("utf-8", "backslashreplace")


def refresh_index(out: Path) -> None:
    """Write the list of the reports of a folder anew."""
    from workbench.runner.page import index

    with locked(out / ".index.lock", wait=True):
        fresh = out / ".index.tmp"
        fresh.write_bytes(_encoded(index.render(out)))
        os.replace(fresh, out / "index.html")
