"""Several runs at once, each supervised by a process of its own.

A supervisor is forked from this process (where that is safe, see `system`) when papermill, nbconvert and the page's
template are loaded, and does what a single run does: one loop, one kernel, one lock. It leads a process group of its
own, so that Ctrl-C reaches this process only, which passes every signal on once; and it ends with this process,
however that ends.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, cast

from workbench.runner import runs, system
from workbench.runner.kernel import environment
from workbench.runner.plan.plans import Limits, Plan
from workbench.runner.record import installed
from workbench.runner.record.record import Ended, Record
from workbench.runner.record.verdict import EXIT_CODES, Refused, describe_exit

if TYPE_CHECKING:
    from workbench.runner.kernel.warm import Server

OnCell = Callable[[Plan, int, int, str], None]
OnEnd = Callable[[Plan, Ended], None]
Pipe = connection.Connection


def run_all(
    plans: Sequence[Plan],
    *,
    limits: Limits | None = None,
    n_jobs: int = 1,
    cold: bool = False,
    on_cell: OnCell | None = None,
    on_end: OnEnd | None = None,
) -> list[Record | Ended]:
    """Run plans, at most `n_jobs` at once.

    Parameters
    ----------
    plans : list of plans.Plan
        No two with the same report.
    limits : plans.Limits, optional
        Of each run.
    n_jobs : int
    cold : bool
        Start every kernel afresh. By default the kernels of two or more runs are forked from one process that
        has made the notebooks' common imports.
    on_cell : callable, optional
        Called with (plan, number of the cell, number of cells, heading) when a cell starts.
    on_end : callable, optional
        Called with (plan, record) when a run has ended.

    Returns
    -------
    list of Record or Ended
        The record of each plan, in the order of the plans, as in its JSON file; the shorter form where there is
        none, because the run was refused, or not started after an interruption, or its supervisor was killed.
    """
    with _forking(plans, cold) as warm, _Supervisors(plans, limits, on_cell, on_end) as supervisors:
        _load()
        supervisors.run(n_jobs, warm)
        return [
            supervisors.records.get(i) or _without("interrupted", "not started") for i in range(len(plans))
        ]


@contextlib.contextmanager
def _forking(plans: Sequence[Plan], cold: bool) -> "Iterator[Server | None]":
    """The process that forks kernels; None for a single one, which would only wait for it."""
    from workbench.runner.kernel import warm

    several = len(plans) > 1 and not cold and system.cannot_fork() is None
    server = warm.start(plans, environment.of_kernel(plans[0].project.modules)) if several else None
    try:
        yield server
    finally:
        if server:
            server.close()


def _load() -> None:
    """Import and build what every supervisor needs, once."""
    # jsonschema's optional check of international addresses, of which notebooks have none: it takes a second.
    sys.modules.setdefault("rfc3987_syntax", None)  # pyright: ignore[reportArgumentType]
    import papermill.iorw
    import papermill.parameterize  # noqa: F401

    from workbench.runner.kernel import kernel  # noqa: F401
    from workbench.runner.page import index, page, standalone

    page.exporter().template  # noqa: B018
    standalone.environment().get_template(index.TEMPLATE)
    installed.look_through()


def _without(verdict: str, reason: str) -> Ended:
    return {"verdict": verdict, "exit_code": EXIT_CODES[verdict], "reason": reason, "error": None}


class _Supervisors:
    """The processes that supervise a run each, and what they have told."""

    def __init__(
        self, plans: Sequence[Plan], limits: Limits | None, on_cell: OnCell | None, on_end: OnEnd | None
    ) -> None:
        self.plans, self.limits = plans, limits
        self.on_cell, self.on_end = on_cell or _ignore, on_end or _ignore
        self.running: dict[Pipe, tuple[int, BaseProcess]] = {}  # the number is that of the plan
        self.records: dict[int, Record | Ended] = {}
        self.interrupted = False

    def __enter__(self) -> "_Supervisors":
        self.handlers = {number: signal.signal(number, self._interrupt) for number in system.SIGNALS}
        return self

    def __exit__(self, *raised: object) -> None:
        for _, process in self.running.values():  # after an error of ours only
            process.kill()
            process.join()
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def _interrupt(self, number: int, frame: object) -> None:
        self.interrupted = True
        for _, process in self.running.values():
            if process.pid:
                os.kill(process.pid, number)

    def run(self, n_jobs: int, warm: "Server | None") -> None:
        """Start supervisors and listen to them until all have ended."""
        waiting = list(range(len(self.plans)))
        while self.running or (waiting and not self.interrupted):
            while waiting and len(self.running) < n_jobs and not self.interrupted:
                self._start(waiting.pop(0), warm)
            # with a limit, so that an interruption before the wait is seen
            told = connection.wait(list(self.running), timeout=1)
            for pipe in [pipe for pipe in self.running if pipe in told]:
                self._hear(pipe)

    def _start(self, number: int, warm: "Server | None") -> None:
        pipe, theirs = multiprocessing.Pipe(duplex=False)
        arguments = self.plans[number], self.limits, warm, theirs
        process = system.supervisors().Process(target=_supervise, args=arguments)
        # held back until `kernel.execute` can turn them into a verdict; the child inherits that
        held = signal.pthread_sigmask(signal.SIG_BLOCK, system.SIGNALS)
        process.start()
        self.running[pipe] = number, process
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        theirs.close()

    def _hear(self, pipe: Pipe) -> None:
        number, process = self.running[pipe]
        try:
            told = pipe.recv()
        except EOFError:
            self._end(pipe, number, process)
            return
        if isinstance(told, dict):
            self.records[number] = cast(Ended, told)
        else:
            self.on_cell(self.plans[number], *told)

    def _end(self, pipe: Pipe, number: int, process: BaseProcess) -> None:
        process.join()
        del self.running[pipe]
        pipe.close()
        if number not in self.records:
            code = process.exitcode or 0
            self.records[number] = _without("incomplete", describe_exit(code, "its supervisor"))
            runs.lost(self.plans[number], self.records[number])
        self.on_end(self.plans[number], self.records[number])


def _ignore(*_: object) -> None:
    pass


def _supervise(plan: Plan, limits: Limits | None, warm: "Server | None", pipe: Pipe) -> None:
    """Run one plan, in a process of its own."""
    os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        record = runs.run(plan, limits=limits, progress=lambda *cell: pipe.send(cell), warm=warm)
    except Refused as error:
        record = _without("refused", str(error))
    except Exception as error:
        record = _without("failed", runs.trouble(error))
    pipe.send(record)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os.kill(os.getpid(), signal.SIGKILL)
