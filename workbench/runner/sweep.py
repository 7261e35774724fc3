"""One study at every point of a grid: reports in a folder of their own, and one page that compares them.

A point that has passed and of which nothing has changed is not run again, so that a sweep that was interrupted
is resumed by the same command. A point that failed is a hole on the page, with its reason.
"""

import contextlib
import json
import shlex
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import claims
from workbench.runner import jobs, runs, segmented
from workbench.runner.gate import NOTHING, Gate, Withheld, known_of
from workbench.runner.plan import grid as grid_
from workbench.runner.plan import own_file, plans
from workbench.runner.plan.plans import Limits, Plan
from workbench.runner.plan.wishes import Wishes, place, refuse_name, refuse_taken
from workbench.runner.publishing import locked, refresh_index
from workbench.runner.record import masking, provenance
from workbench.runner.record.provenance import as_text
from workbench.runner.record.record import (
    DataFile,
    Ended,
    NotARecord,
    Personal,
    Record,
    is_whole,
    read,
    state,
)
from workbench.runner.record.sweeps import Point, PointClaim, Reference, SweepRecord
from workbench.runner.record.verdict import EXIT_CODES, WITHHELD, Refused

NOT_RUN = "not run"
Records = Mapping[str, Record | Ended]  # by the name of the report


@dataclass(frozen=True)
class Sweep:
    """A grid that was found acceptable; `plans[i]` runs `points[i]`. Nothing has been started or written yet."""

    grid: dict[str, list[Any]]
    points: list[dict[str, Any]]
    plans: list[Plan]
    fixed: dict[str, Any]
    out: Path
    name: str
    title: str
    command: str

    @property
    def called(self) -> dict[str, str]:
        """What the terminal calls each point: its values, by the name of its report."""
        told = [", ".join(f"{n}={as_text(v)}" for n, v in values.items()) for values in self._shown]
        return dict(zip((plan_.name for plan_ in self.plans), told, strict=True))

    @property
    def _shown(self) -> list[dict[str, Any]]:
        return masking.mask_all(self.points, masking.secrets(self.points))

    @property
    def secrets(self) -> set[str]:
        return {form for plan in self.plans for form in masking.of_plan(plan)}


def plan(
    study: str,
    texts: Sequence[str],
    *,
    assignments: Iterable[str] = (),
    extra: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    wishes: Wishes | None = None,
) -> Sweep:
    """Check a grid and each of its points.

    Parameters
    ----------
    study : str
        Name of a study, or the path of a notebook.
    texts : list of str
        `name=values`, see `grid.read`.
    assignments, extra, out
        As `plans.plan` takes them; they hold for every point.
    wishes : Wishes, optional
        Name and title are those of the sweep's own page.

    Raises
    ------
    Refused
    """
    wishes = wishes or Wishes()
    base = plans.plan(study, assignments, extra=extra, out=out)
    own_file.check(base)
    refuse_name(wishes.name, base.project)
    grid = grid_.read(base.declared, texts, fixed=base.given)
    points = grid_.points(grid)
    hidden = masking.secrets([grid, base.changed])
    name = wishes.name or _name(base, grid, hidden)
    refuse_taken(name, base.path, base.study, base.out, sweep=True)
    common: dict[str, Any] = {
        "out": base.out / name,
        "wishes": Wishes(None, None, wishes.excel, wishes.allow_personal, wishes.language),
    }
    planned = [plans.plan(study, assignments, extra={**(extra or {}), **point}, **common) for point in points]
    if len({p.name for p in planned}) < len(planned):
        raise Refused(
            "two points differ in a password only, and reports do not show it; give each its own name"
        )
    command = _command(base, texts, wishes)
    title = wishes.title or f"Sweep: {base.title}"
    return Sweep(grid, points, planned, base.given, base.out, name, title, masking.mask(command, hidden))


def _name(base: Plan, grid: Mapping[str, list[Any]], hidden: set[str]) -> str:
    # without the fixed parameters that are at their default: with and without them it is the same sweep
    key = masking.mask_all({"grid": grid, "fixed": base.changed}, hidden)
    digest = provenance.sha256(json.dumps(key, sort_keys=True, ensure_ascii=False).encode())[:8]
    return f"{base.study}--sweep-{digest}"


def _command(base: Plan, texts: Sequence[str], wishes: Wishes) -> str:
    told = provenance.command(base.typed, base.given, base.project.command, wishes.typed)
    return " ".join([told.replace(" run ", " sweep ", 1), *(f"-g {shlex.quote(text)}" for text in texts)])


def done(sweep: Sweep) -> dict[str, Record]:
    """Records of the points that have passed and need no run, by the name of their report."""
    found: dict[str, Record] = {}
    for plan_ in sweep.plans:
        _, record = runs.refresh(plan_)
        if record is not None:
            found[plan_.name] = record
    return found


def run(
    sweep: Sweep,
    finished: Mapping[str, Record],
    *,
    limits: Limits | None = None,
    n_jobs: int = 1,
    cold: bool = False,
    on_cell: jobs.OnCell | None = None,
    on_end: jobs.OnEnd | None = None,
) -> SweepRecord:
    """Run the points that are not finished, and write the page whatever becomes of them.

    Parameters
    ----------
    sweep : Sweep
    finished : dict
        As `done` returns it.
    limits, n_jobs, cold, on_cell, on_end
        As `jobs.run_all` takes them.

    Returns
    -------
    SweepRecord
        As in its JSON file.
    """
    waiting = [plan_ for plan_ in sweep.plans if plan_.name not in finished]
    started, clock = provenance.now(), time.monotonic()
    with contextlib.ExitStack() as held:
        try:
            sweep.out.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(sweep.out / f".{sweep.name}.lock"))
            _write(sweep, _record(sweep, finished, started))
        except OSError as error:
            why = error.strerror or error
            raise Refused(f"cannot write in {sweep.out}: {why}; no kernel was started") from None
        records: dict[str, Record | Ended] = dict(finished)
        if waiting:
            ended = jobs.run_all(
                waiting, limits=limits, n_jobs=n_jobs, cold=cold, on_cell=on_cell, on_end=on_end
            )
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is known is to be written down
            records |= {p.name: record for p, record in zip(waiting, ended, strict=True)}
        record = _record(sweep, records, started, seconds=round(time.monotonic() - clock, 1))
        return _write(sweep, record)


def _write(sweep: Sweep, record: SweepRecord) -> SweepRecord:
    """Write the page and its record, or, where they would hold personal data, what is left of them."""
    from workbench.runner.page import language, robustness, standalone

    def rendered(personal: Personal) -> str:
        record["personal"] = personal
        with language.speaking(record["language"]):
            return standalone.render("sweep.html.j2", record=record, **robustness.shown(record))

    record = masking.mask_all(record, sweep.secrets)
    base = sweep.plans[0]
    gate = Gate(
        allowed=base.wishes.allow_personal,
        known=lambda: known_of(base.notebook),
        private=[p.results for p in sweep.plans],
    )
    try:
        html, _ = gate.passed(record, None, rendered)
    except Withheld as held:
        record = gate.without(record)
        record["exit_code"] = WITHHELD
        html = rendered({"withheld": True, "allowed": None, "found": held.found})
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
    standalone.put(sweep.out, {f"{sweep.name}.html": html, f"{sweep.name}.json": text})
    refresh_index(sweep.out)
    return record


def _record(sweep: Sweep, records: Records, started: str, *, seconds: float | None = None) -> SweepRecord:
    """All that the page shows."""
    base = sweep.plans[0]
    told = [
        _point(p, values, records.get(p.name)) for p, values in zip(sweep.plans, sweep.points, strict=True)
    ]
    verdict, code, reason = _judge(told, ended=seconds is not None)
    keys = ("id", "statement", "source", "published", "decimals", "expect")
    return {
        "study": base.study,
        "name": sweep.name,
        "title": sweep.title,
        "language": base.language,
        "asked": base.asked,
        "verdict": verdict,
        "exit_code": code,
        "reason": reason,
        "error": None,
        "grid": sweep.grid,
        "changed": {n: v for n, v in sweep.fixed.items() if v != base.declared[n].default},
        "points": told,
        "compared": [{key: row[key] for key in keys} for row in _first_rows(records)],
        "reference": _reference(sweep, records),
        "claims": None,
        "data": _data(records),
        "personal": NOTHING,
        "last_good": None,
        "provenance": {
            "started": started,
            "finished": None if seconds is None else provenance.now(),
            "seconds": seconds,
            "command": sweep.command,
            "notebook": base.path.name,
            "notebook_sha256": provenance.sha256(base.source),
            "notebook_place": place(base.path, sweep.out),
            **provenance.commit(base.project.root),
        },
    }


def _rows(record: Record | Ended | None) -> list[claims.Row]:
    """The claims of a run; none where it has no record, or its notebook compares none."""
    claimed = record["claims"] if record is not None and is_whole(record) else None
    return claimed["claims"] if claimed else []


def _first_rows(records: Records) -> list[claims.Row]:
    return next((rows for rows in map(_rows, records.values()) if rows), [])


def _point(plan_: Plan, values: dict[str, Any], record: Record | Ended | None) -> Point:
    """What the sweep keeps of one point."""
    if record is None or (record["verdict"], record["reason"]) == ("interrupted", "not started"):
        verdict, reason, code = NOT_RUN, "not run yet", None
    else:
        verdict, reason, code = state(record), record["reason"], record["exit_code"]
    passed = verdict == "passed"
    page = plan_.out / f"{plan_.name}{'.html' if passed else '.failed.html'}"
    whole = record if record is not None and is_whole(record) else None
    return {
        "name": plan_.name,
        "values": values,
        "verdict": verdict,
        "reason": reason,
        "exit_code": code,
        "page": f"{plan_.out.name}/{page.name}" if passed or (record and page.exists()) else None,
        "seconds": whole["provenance"]["seconds"] if whole else None,
        "claims": {row["id"]: _point_claim(row) for row in (_rows(record) if passed else [])},
        "findings": whole["published"]["findings"] if whole and passed else [],
        "segments": segmented.segments(whole, plan_.results) if whole and passed else [],
    }


def _point_claim(row: claims.Row) -> PointClaim:
    return {
        "verdict": row["verdict"],
        "reproduced": row["reproduced"],
        "shown": claims.shown(row, "reproduced"),
    }


def _judge(told: Sequence[Point], *, ended: bool) -> tuple[str, int, str]:
    """The verdict of the sweep: that of the first point that did not pass; `interrupted` comes first."""
    over = [point for point in told if point["verdict"] != NOT_RUN]
    bad = [p for p in over if p["verdict"] != "passed"]
    reason = f"{len(over)} of {len(told)} points done"
    if bad:
        reason = f"{len(over)} of {len(told)} points done, {len(bad)} of them did not pass"
    interrupted = any(p["verdict"] == "interrupted" for p in bad) or len(over) < len(told)
    if not ended:
        return "incomplete", EXIT_CODES["incomplete"], f"{reason}; the sweep has not reported its end"
    if interrupted:
        return "interrupted", EXIT_CODES["interrupted"], reason
    if not bad:
        return "passed", 0, reason
    return bad[0]["verdict"], bad[0]["exit_code"] or EXIT_CODES["incomplete"], reason


def _data(records: Records) -> list[DataFile]:
    """Every data file that a point read, once."""
    files = {f["file"]: f for record in records.values() if is_whole(record) for f in record["data"]}
    return [files[name] for name in sorted(files)]


def _reference(sweep: Sweep, records: Records) -> Reference:
    """The verdicts that claims have in the default run, and where that was looked up."""
    defaults = [p.name for p in sweep.plans if not p.changed]
    record = records.get(defaults[0]) if defaults else None
    source = "the default run, which is a point of this grid"
    if record is None:
        record, source = _default_report(sweep), "the default run, as last reported"
    if record and record["verdict"] == "passed" and _rows(record):
        return {"source": source, "verdicts": {r["id"]: r["verdict"] for r in _rows(record)}}
    return {
        "source": "what the claims file expects of the default run",
        "verdicts": {row["id"]: row["expect"] for row in _first_rows(records)},
    }


def _default_report(sweep: Sweep) -> Record | None:
    """The record of the default report, if it is of this notebook."""
    base = sweep.plans[0]
    try:
        record = read(sweep.out / f"{base.study}.json")
    except (OSError, NotARecord):
        return None
    same = record["provenance"]["notebook_sha256"] == provenance.sha256(base.source)
    return record if same and not record["changed"] else None
