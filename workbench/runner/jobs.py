"""Several runs at once, each supervised by a process of its own.

A supervisor is forked from this process when papermill, nbconvert and the page's template are loaded, and does
what a single run does: one loop, one kernel, one lock. It leads a process group of its own, so that Ctrl-C
reaches this process only, which passes every signal on once; and it ends with this process, however that ends.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from multiprocessing import connection

from workbench.runner import runs
from workbench.runner.record.verdict import EXIT_CODES, Refused, describe_exit

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_all(plans, *, limits=None, n_jobs=1, cold=False, on_cell=None, on_end=None):
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
    list of dict
        The record of each plan, in the order of the plans, as in its JSON file. Where there is none, because
        the run was refused, or not started after an interruption, or because its supervisor was killed, it
        has only `verdict`, `exit_code`, `reason` and `error`.
    """
    with _forking(plans, cold) as warm, _Supervisors(plans, limits, on_cell, on_end) as supervisors:
        _load()
        supervisors.run(n_jobs, warm)
        return [
            supervisors.records.get(i) or _without("interrupted", "not started") for i in range(len(plans))
        ]


@contextlib.contextmanager
def _forking(plans, cold):
    """The process that forks kernels; None for a single one, which would only wait for it."""
    from workbench.runner.kernel import kernel, warm

    server = None if cold or len(plans) < 2 else warm.start(plans, kernel.ENVIRONMENT)
    try:
        yield server
    finally:
        if server:
            server.close()


def _load():
    """Import and build what every supervisor needs, once."""
    import papermill.iorw
    import papermill.parameterize  # noqa: F401

    from workbench.runner.page import page  # noqa: F401

    page.exporter().template  # noqa: B018


def _without(verdict, reason):
    return {"verdict": verdict, "exit_code": EXIT_CODES[verdict], "reason": reason, "error": None}


class _Supervisors:
    """The processes that supervise a run each, and what they have told."""

    def __init__(self, plans, limits, on_cell, on_end):
        self.plans, self.limits = plans, limits
        self.on_cell, self.on_end = on_cell or _ignore, on_end or _ignore
        self.running = {}  # end of a pipe: number of the plan, process
        self.records = {}
        self.interrupted = False

    def __enter__(self):
        self.handlers = {number: signal.signal(number, self._interrupt) for number in SIGNALS}
        return self

    def __exit__(self, *_):
        for _, process in self.running.values():  # after an error of ours only
            process.kill()
            process.join()
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def _interrupt(self, number, _):
        self.interrupted = True
        for _, process in self.running.values():
            os.kill(process.pid, number)

    def run(self, n_jobs, warm):
        """Start supervisors and listen to them until all have ended."""
        waiting = list(range(len(self.plans)))
        while self.running or (waiting and not self.interrupted):
            while waiting and len(self.running) < n_jobs and not self.interrupted:
                self._start(waiting.pop(0), warm)
            # with a limit, so that an interruption before the wait is seen
            for pipe in connection.wait(list(self.running), timeout=1):
                self._hear(pipe)

    def _start(self, number, warm):
        pipe, theirs = multiprocessing.Pipe(duplex=False)
        arguments = self.plans[number], self.limits, warm, theirs
        process = multiprocessing.get_context("fork").Process(target=_supervise, args=arguments)
        # held back until `kernel.execute` can turn them into a verdict; the child inherits that
        held = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        process.start()
        self.running[pipe] = number, process
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        theirs.close()

    def _hear(self, pipe):
        number, process = self.running[pipe]
        try:
            told = pipe.recv()
        except EOFError:
            self._end(pipe, number, process)
            return
        if isinstance(told, dict):
            self.records[number] = told
        else:
            self.on_cell(self.plans[number], *told)

    def _end(self, pipe, number, process):
        process.join()
        del self.running[pipe]
        pipe.close()
        if number not in self.records:
            lost = _without("incomplete", describe_exit(process.exitcode, "its supervisor"))
            # 1, a bug of ours, whose traceback was printed
            self.records[number] = lost | ({"exit_code": 1} if process.exitcode == 1 else {})
        self.on_end(self.plans[number], self.records[number])


def _ignore(*_):
    pass


def _supervise(plan, limits, warm, pipe):
    """Run one plan, in a process of its own."""
    os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        record = runs.run(plan, limits=limits, progress=lambda *cell: pipe.send(cell), warm=warm)
    except Refused as error:
        record = _without("refused", str(error))
    pipe.send(record)


def _end_with_parent():
    multiprocessing.parent_process().join()
    os.kill(os.getpid(), signal.SIGKILL)
