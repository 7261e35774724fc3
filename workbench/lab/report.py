"""One run in a process of its own, told line by line as JSON; `making` starts it.

What is to be run comes as one line on standard input. When that closes, whoever asked is gone, and the run is
stopped, as it is by SIGINT: in both cases the runner writes down that it was interrupted.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from workbench.runner.record.verdict import EXIT_CODES, Refused


def main() -> int:
    """Make a report; the last line tells how that ended."""
    try:
        asked = json.loads(sys.stdin.readline())
        threading.Thread(target=_stop_when_alone, daemon=True).start()
        _tell(end=_make(Path(asked["notebook"]), asked["values"], asked["name"], force=asked["force"]))
    except KeyboardInterrupt:
        _tell(end=_ended("interrupted", "stopped before it began"))
    except Refused as error:
        _tell(end=_ended("refused", str(error)))
    except ModuleNotFoundError as error:
        missing = f"{error.name} is not installed, which reports need; pip install 'segmentation-workbench[run,lab]'"
        _tell(end=_ended("refused", missing))
    return 0


def _make(notebook: Path, values: dict[str, str], name: str, *, force: bool) -> dict[str, Any]:
    from workbench.lab import forms
    from workbench.runner import jobs, runs
    from workbench.runner.plan import own_file, plans
    from workbench.runner.record.record import state

    looked = forms.look(notebook, values, name)
    plan = looked.plan
    if plan is None:
        raise Refused(looked.refused or "; ".join(f"{n}: {told}" for n, told in looked.problems.items()))
    plans.refuse_previous(plan)
    own_file.check(plan)
    found, record = runs.refresh(plan, force=force)
    if record is not None:
        return _ended("passed", f"nothing has changed since the last run: {found.why}") | _pages(plan)
    (ended,) = jobs.run_all([plan], on_cell=lambda _, n, total, heading: _tell(cell=[n, total, heading]))
    at = ended["error"]["where"] if ended["error"] else None
    return _ended(state(ended), ended["reason"], at) | _pages(plan)


def _ended(verdict: str, reason: str, at: str | None = None) -> dict[str, Any]:
    code = EXIT_CODES.get(verdict)
    return {"verdict": verdict, "exit_code": code, "reason": " ".join(reason.split()), "at": at, "page": None}


def _pages(plan: Any) -> dict[str, Any]:
    """The page that says how it ended: of a run that did not pass, its own, not that of the last good one."""
    pages = [plan.out / f"{plan.name}.failed.html", plan.out / f"{plan.name}.html"]
    return {"name": plan.name, "page": next((page.name for page in pages if page.exists()), None)}


def _tell(**told: Any) -> None:
    print(json.dumps(told, ensure_ascii=False), flush=True)


def _stop_when_alone() -> None:
    while os.read(0, 1):  # not sys.stdin, whose lock the forked supervisor would wait for
        pass
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
