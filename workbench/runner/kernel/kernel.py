"""A notebook fed to its kernel cell by cell, and what was seen of it.

The kernel is the isolated process. This side only watches: it believes the replies it received, the fate
of the process and its own flags, never what is stored in the notebook.
"""

import ast
import asyncio
import json
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from workbench.runner import system
from workbench.runner.kernel import ended, outputs, values
from workbench.runner.kernel import warm as warm_
from workbench.runner.kernel.network import Connections
from workbench.runner.kernel.process import Process, private_folder
from workbench.runner.kernel.watch import Watch
from workbench.runner.plan.plans import Limits
from workbench.runner.record import shape
from workbench.runner.record.inputs import HeardFile, Told, Watched
from workbench.runner.record.verdict import Seen

# Through __import__ alone, since a notebook may give any other name a meaning of its own.
OURS = "__import__('workbench.runner.kernel.launch', fromlist=['launch'])"
LOADED = tuple(HeardFile.__annotations__)
WATCH_INTERVAL = 0.1  # seconds
QUESTION_TIMEOUT = 30  # seconds for an answer to a question of ours, which takes milliseconds
WORK_LIMIT = 5.0  # seconds for work that still goes on after the last cell
# A slow reader needs more than the default 4 seconds to be sent everything before the cell counts as done.
OUTPUT_TIMEOUT = 60  # seconds


class _NoAnswer(Exception):
    """The kernel did not answer a question of ours."""


class _Client(NotebookClient):
    """nbclient's loop for one cell, with the reply noted for every cell."""

    def __init__(self, notebook: NotebookNode, seen: Seen, **settings: Any) -> None:
        super().__init__(notebook, **settings)
        self.seen = seen
        self.heard = 0.0  # when a message came last
        self.on_cell_executed = self._note

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        self.heard = time.monotonic()
        return super().process_message(msg, cell, cell_index)

    def _note(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        self.seen.replies[cell_index] = execute_reply["content"]["status"]
        self.seen.raised[cell_index] = execute_reply["content"].get("ename", "")


def execute(
    notebook: NotebookNode,
    folder: Path,
    *,
    limits: Limits,
    environment: dict[str, str],
    on_cell: Callable[[int], None],
    parameters: Mapping[str, Any] | None = None,
    results: Path | None = None,
    excel: bool = False,
    prints: tuple[str, bytes] | None = None,
    warm: warm_.Server | None = None,
    watch: Watch | None = None,
) -> tuple[Seen, dict[int, float], Told]:
    """Execute a prepared notebook in a fresh kernel.

    Parameters
    ----------
    notebook : NotebookNode
        Outputs are written into it.
    folder : Path
        Working directory of the kernel.
    limits : plans.Limits
    environment : dict of str to str
        Of the kernel, whole.
    on_cell : callable
        Called with (cell index) when a cell starts.
    parameters : dict, optional
        As recorded, by name; whether the cells kept them is looked at.
    results : Path, optional
        Folder for named tables, which are not written without one.
    excel : bool
        Write them as Excel files, too.
    prints : (str, bytes), optional
        Folder for fingerprints of identifiers, and their key.
    warm : warm.Server, optional
        Forks the kernel; where it refuses, and without it, the kernel is started afresh.
    watch : Watch, optional
        On the folders that libraries may read in.

    Returns
    -------
    seen : Seen
        What happened.
    durations : dict of int to float
        Seconds per cell that was answered.
    told : Told
        What the kernel said of itself; empty if it was not asked.
    """
    begin = f"begin({str(results or '')!r}, excel={excel}, prints={prints!r})"
    run = _Run(notebook, limits, on_cell, begin, parameters or {}, watch or Watch([], ()))
    return asyncio.run(run.supervise(Process(run.seen, private_folder(), folder, environment, warm)))


class _Run:
    """State of one execution; alive only inside `execute`."""

    process: Process

    def __init__(
        self,
        notebook: NotebookNode,
        limits: Limits,
        on_cell: Callable[[int], None],
        begin: str,
        parameters: Mapping[str, Any],
        watch: Watch,
    ) -> None:
        code = [i for i, c in enumerate(notebook.cells) if c.cell_type == "code" and c.source.strip()]
        tolerated = {i for i in code if "raises-exception" in notebook.cells[i].metadata.get("tags", [])}
        setting = {"parameters", "injected-parameters"}
        self.setting = [i for i in code if setting & set(notebook.cells[i].metadata.get("tags", []))]
        self.recorded = {name: values.written(value) for name, value in parameters.items()}
        self.seen = Seen(expected=code, tolerated=tolerated)
        self.notebook, self.limits, self.on_cell, self.begin = notebook, limits, on_cell, begin
        self.watch, self.connections = watch, Connections()
        self.durations: dict[int, float] = {}
        self.told = Told()
        self.cell_started: float | None = None
        self.current = -1  # the index of the cell that runs, or ran last
        self.ready = False
        self.client: _Client | None = None
        self.waiting = time.monotonic()  # since when an answer is due
        self.ended = 0  # how many cells had ended when this one started

    async def supervise(self, process: Process) -> tuple[Seen, dict[int, float], Told]:
        self.process = process
        stop = asyncio.Event()
        for number in system.SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._interrupt, number, stop)
        # what was held back until someone could take care of it arrives here
        held = signal.pthread_sigmask(signal.SIG_UNBLOCK, system.SIGNALS)
        cells = asyncio.create_task(self._run_cells())
        # whichever ends first ends the run
        tasks = [cells, asyncio.create_task(self._watch()), asyncio.create_task(stop.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            self._note_exit()
        finally:
            outcome = await self._stop(cells, tasks)
            process.close()
            self.watch.end()
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        self._note_exception(outcome)
        self._note_shown_errors()
        for index in self.seen.expected:  # only now: a later cell may renew what an earlier one displays
            outputs.settle(self.notebook.cells[index], str(process.private))
        return self.seen, self.durations, self.told

    def _interrupt(self, number: int, stop: asyncio.Event) -> None:
        self.seen.interrupted = signal.Signals(number).name
        stop.set()

    async def _run_cells(self) -> None:
        if not await self.process.start():
            return
        self.ready = True
        client = self.client = self._client()
        if problem := await self._ask(client, self.begin):
            self.seen.failure = f"the kernel could not be prepared: {problem}"
            return
        self.watch.begin(asyncio.get_running_loop())
        for index in self.seen.expected:
            self.on_cell(index)
            self.ended = ended.count(self.process.private)
            self.current, self.cell_started = index, time.monotonic()
            await client.async_execute_cell(self.notebook.cells[index], index)
            self.durations[index] = time.monotonic() - self.cell_started
            if [index] == self.setting[-1:]:
                await self._ask(client, f"watch({self.recorded!r})")
        self.cell_started = None
        await self._wait_for_work(client)
        answer = await self._ask(client, "answer()")
        self.connections.look(self.process.number)
        self.watch.poll(self.process.open_files)
        self._hear(answer, self.watch.end())

    def _client(self) -> _Client:
        client = _Client(
            self.notebook,
            self.seen,
            km=self.process.manager,
            timeout=None,
            iopub_timeout=OUTPUT_TIMEOUT,
            raise_on_iopub_timeout=True,
            record_timing=False,
        )
        client.kc = self.process.channels
        return client

    async def _ask(self, client: _Client, call: str) -> str:
        """Call a function of ours in the kernel without leaving a trace in the notebook."""
        assert client.kc
        message = client.kc.execute("", silent=True, user_expressions={"answer": f"{OURS}.{call}"})
        try:
            reply = await asyncio.wait_for(client.async_wait_for_reply(message), QUESTION_TIMEOUT)
        except TimeoutError:
            raise _NoAnswer(
                f"the kernel did not answer the workbench's own question within {QUESTION_TIMEOUT} s"
            ) from None
        told = (reply or {})["content"].get("user_expressions", {}).get("answer", {})
        return (
            ast.literal_eval(told["data"]["text/plain"])
            if "data" in told
            else f"failed: {told.get('evalue')}"
        )

    async def _wait_for_work(self, client: _Client) -> None:
        """Wait, not for ever, until nothing goes on that a cell has started."""
        begun = time.monotonic()
        while left := self._left(await self._ask(client, "at_work()")):
            if time.monotonic() - begun > WORK_LIMIT:
                work = ", ".join(left)
                self.seen.lost_output = f"still at work {WORK_LIMIT:g} s after the last cell: {work}"
                return
            await asyncio.sleep(WATCH_INTERVAL)

    def _left(self, answer: str) -> list[str]:
        """What is at work: as the kernel tells it, and its child processes but for those that wait for work."""
        try:
            told = json.loads(answer)
            return told["work"] + self.process.at_work(told["names"], told["idle"])
        except (ValueError, TypeError, KeyError):
            return ["something of which the kernel could not tell"]

    def _hear(self, answer: str, watched: Watched) -> None:
        """Take what the kernel says of itself at the end, and what was seen from outside."""
        try:
            told = json.loads(answer)
            loaded: list[Any] = [{key: file[key] for key in LOADED} for file in told["loaded"]]
            if why := shape.problem(loaded, list[HeardFile], "loaded"):
                raise ValueError(why)
            self.told = Told(loaded, **told["reads"], watched=watched)
            self.told.reached += [what for what in self.connections.seen if what not in self.told.reached]
        except (ValueError, TypeError, KeyError):
            self.seen.failure = "the kernel could not say what data it read"
            return
        if told["raised"]:
            self.seen.failure = f"a thread raised {told['raised'][0]}"
        for name, value in told["changed"].items():
            self.seen.failure = (
                f"parameter {name!r} is recorded as {self.recorded[name]}, but was {value} after a cell"
            )
            return

    async def _watch(self) -> None:
        """End when a limit is passed or the kernel is gone."""
        started = time.monotonic()
        while True:
            await asyncio.sleep(WATCH_INTERVAL)
            self.connections.look(self.process.number)
            self.watch.poll(self.process.open_files)
            now, limits = time.monotonic(), self.limits
            if limits.run_seconds and now - started > limits.run_seconds:
                self.seen.timed_out = f"the run passed its limit of {limits.run_seconds:g} s"
                return
            cell = now - self.cell_started if self.cell_started else 0
            if limits.cell_seconds and cell > limits.cell_seconds:
                self.seen.timed_out = (
                    f"{self.seen.name(self.current)} passed its limit of {limits.cell_seconds:g} s"
                )
                return
            if self._is_silent(now):
                name = self.seen.name(self.current)
                self.seen.lost_output = f"{name} ended, but the kernel did not answer in {QUESTION_TIMEOUT} s"
                return
            if limits.memory_mib and (used := self.process.memory()) > limits.memory_mib:
                self.seen.over_memory = (
                    f"memory limit: {used:.0f} MiB used, {limits.memory_mib:g} MiB allowed"
                )
                return
            if self.ready and self.process.return_code() is not None:
                return

    def _is_silent(self, now: float) -> bool:
        """Whether the cell has ended in the kernel, which has said nothing for long since."""
        if not (self.client and self.cell_started) or ended.count(self.process.private) <= self.ended:
            self.waiting = now
        heard = self.client.heard if self.client else now
        return now - max(self.waiting, heard) > QUESTION_TIMEOUT

    def _note_exit(self) -> None:
        """Look at the process before anything is stopped; what we kill ourselves is not its fate."""
        ours = self.seen.interrupted or self.seen.timed_out or self.seen.over_memory
        if not ours:
            self.seen.exit_code = self.process.return_code()

    async def _stop(
        self, cells: "asyncio.Task[None]", tasks: "list[asyncio.Task[Any]]"
    ) -> BaseException | None:
        """Stop everything; return the exception that ended the cells, if one did."""
        outcome = cells.exception() if cells.done() and not cells.cancelled() else None
        finished = cells.done() and outcome is None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.process.stop(finished=finished)
        return outcome

    def _note_shown_errors(self) -> None:
        """Note the first error that a cell displays although its reply was ok, as after `%run`."""
        for index in self.seen.expected:
            for output in self.notebook.cells[index].outputs:
                if output.output_type == "error" and index not in self.seen.tolerated:
                    told = outputs.shorten(output.evalue, outputs.MESSAGE)
                    self.seen.shown_error = index, f"{output.ename}: {told}"
                    return

    def _raised(self, outcome: CellExecutionError) -> tuple[str, str]:
        """What was raised. Of an error while a value was displayed, the reply has no name; the output has."""
        shown = [o for o in self.notebook.cells[self.current].outputs if o.output_type == "error"]
        if outcome.ename == "NoneType" and shown:
            return shown[-1].ename, shown[-1].evalue
        return outcome.ename, outcome.evalue

    def _note_exception(self, outcome: BaseException | None) -> None:
        match outcome:
            case None | DeadKernelError():
                pass
            case CellExecutionError():
                ename, evalue = self._raised(outcome)
                told = {"ename": ename, "evalue": outputs.shorten(evalue, outputs.MESSAGE)}
                trace = outputs.shorten(outcome.traceback, outputs.CHARACTERS // 2)
                self.seen.error = {"cell": self.current} | told | {"traceback": trace}
            case _NoAnswer():
                self.seen.lost_output = str(outcome)
            case CellTimeoutError():
                cell = self.seen.name(self.current)
                self.seen.lost_output = (
                    f"{cell} ended, but its output did not arrive within {OUTPUT_TIMEOUT} s"
                )
            case _ if self.current < 0 and self.seen.exit_code is None:
                raise outcome
            case _:
                first = str(outcome).partition("\n")[0]
                self.seen.failure = f"{self.seen.name(self.current)} gave an output that is none: {first}"
