"""The kernel process: started, fed cell by cell, watched, stopped; and what was seen of it.

The kernel is the isolated process. This side only watches: it believes the replies it received, the fate
of the process and its own flags, never what is stored in the notebook.
"""

import ast
import asyncio
import json
import os
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from workbench.runner.kernel import outputs
from workbench.runner.kernel import warm as warm_
from workbench.runner.record.verdict import Seen

# One thread and a fixed hash seed give the same numbers on every machine; the profile folder keeps a
# user's start-up files out; an inherited MPLBACKEND would change what a figure cell stores, and an SVG bears
# the date of its making.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "SOURCE_DATE_EPOCH": "0",
    "MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc")),  # a user's own settings stay out
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
# Appended, so that it acts where Python would by default show a warning and nowhere else.
# Through __import__ alone, since a notebook may give any other name a meaning of its own.
OURS = "__import__('workbench.runner.kernel.launch', fromlist=['launch'])"
LOADED = ("dataset", "kind", "file", "path", "sha256", "bytes", "rows", "columns", "notes")
WATCH_INTERVAL = 0.1  # seconds
# A slow reader needs more than the default 4 seconds to be sent everything before the cell counts as done.
OUTPUT_TIMEOUT = 60  # seconds
START_TIMEOUT = 120  # seconds; a loaded machine is slow to start a kernel, a dead one is noticed at once
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Told:
    """What the kernel says of itself after the last cell.

    `loaded` is what `workbench.data` read, each entry with its `path`; `opened` the files that Python code read,
    to their `files.state`; `written` the paths it wrote; `reached` what else it used.
    """

    loaded: list[dict] = field(default_factory=list)
    opened: dict[str, list | None] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)


class _Client(NotebookClient):
    """nbclient's loop for one cell, with the reply noted for every cell."""

    def __init__(self, notebook, seen, **settings):
        super().__init__(notebook, **settings)
        self.seen = seen
        self.on_cell_executed = self._note

    def _note(self, cell, cell_index, execute_reply):
        self.seen.replies[cell_index] = execute_reply["content"]["status"]


def execute(notebook, folder, *, limits, on_cell, warm=None):
    """Execute a prepared notebook in a fresh kernel.

    Parameters
    ----------
    notebook : NotebookNode
        Outputs are written into it.
    folder : Path
        Working directory of the kernel.
    limits : plans.Limits
    on_cell : callable
        Called with (cell index) when a cell starts.
    warm : warm.Server, optional
        Forks the kernel; where it refuses, and without it, the kernel is started afresh.

    Returns
    -------
    seen : Seen
        What happened.
    durations : dict of int to float
        Seconds per cell that was answered.
    told : Told
        What the kernel said of itself; empty if it was not asked.
    """
    return asyncio.run(_Run(notebook, folder, limits, on_cell, warm).supervise())


class _Run:
    """State of one execution; alive only inside `execute`."""

    def __init__(self, notebook, folder, limits, on_cell, warm):
        code = [i for i, c in enumerate(notebook.cells) if c.cell_type == "code" and c.source.strip()]
        tolerated = {i for i in code if "raises-exception" in notebook.cells[i].metadata.get("tags", [])}
        self.seen = Seen(expected=code, tolerated=tolerated)
        self.notebook, self.folder, self.limits, self.on_cell = notebook, folder, limits, on_cell
        self.warm, self.manager, self.channels = warm, None, None
        self.durations, self.told = {}, Told()
        self.cell_started = None
        self.current = None
        self.ready = False

    async def supervise(self):
        _remove_abandoned()
        self.private = Path(tempfile.mkdtemp(prefix=f"wb-{os.getpid()}-"))
        stop = asyncio.Event()
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._interrupt, number, stop)
        # what was held back until someone could take care of it arrives here
        held = signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        tasks = [
            asyncio.create_task(job) for job in (self._run_cells(), self._watch(), stop.wait())
        ]  # whichever ends first ends the run
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            self._note_exit()
        finally:
            outcome = await self._stop(tasks)
            if self.channels:
                self.channels.stop_channels()
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        self._note_exception(outcome)
        self._note_shown_errors()
        for index in self.seen.expected:  # only now: a later cell may renew what an earlier one displays
            outputs.settle(self.notebook.cells[index], str(self.private))
        return self.seen, self.durations, self.told

    def _interrupt(self, number, stop):
        self.seen.interrupted = signal.Signals(number).name
        stop.set()

    async def _run_cells(self):
        (self.private / "tmp").mkdir()
        if not await self._start(again=False) and not await self._start(again=True):
            return
        self.ready = True
        client = self._client()
        await self._ask(client, "begin()")
        for index in self.seen.expected:
            self.on_cell(index)
            self.current, self.cell_started = index, time.monotonic()
            await client.async_execute_cell(self.notebook.cells[index], index)
            self.durations[index] = time.monotonic() - self.cell_started
        self.cell_started = None
        self._hear(await self._ask(client, "answer()"))

    async def _start(self, *, again):
        """Start a kernel and wait for its first answer; return whether it came.

        One that failed to start, as on a loaded machine, is started once more, and then afresh.
        """
        if again:
            await self._discard()
        self.manager = _manager(self.private / str(int(again)), None if again else self.warm)
        own = {"IPYTHONDIR": str(self.private / "ipython"), "TMPDIR": str(self.private / "tmp")}
        try:
            await self.manager.start_kernel(
                extra_arguments=["--HistoryManager.hist_file=:memory:"],
                cwd=str(self.folder),
                env=os.environ | ENVIRONMENT | own,
            )
            self.seen.start = self.manager.provisioner.start
            self.channels = self.manager.client()
            self.channels.start_channels()
            self.channels.allow_stdin = False  # start_channels sets it; an input() would wait for ever
            await self.channels.wait_for_ready(timeout=START_TIMEOUT)
        except OSError as error:
            if again:
                self.seen.failure = f"the kernel could not be started: {error}"
            return False
        except RuntimeError:
            if again and self._return_code() is None:  # of a dead kernel the exit code tells more
                self.seen.timed_out = f"the kernel did not answer within {START_TIMEOUT} s, twice"
            return False
        return True

    async def _discard(self):
        """Remove a kernel that did not start."""
        if self.channels:
            self.channels.stop_channels()
        if self._process():
            await self.manager.shutdown_kernel(now=True)

    def _client(self):
        client = _Client(
            self.notebook,
            self.seen,
            km=self.manager,
            timeout=None,
            iopub_timeout=OUTPUT_TIMEOUT,
            raise_on_iopub_timeout=True,
            record_timing=False,
        )
        client.kc = self.channels
        return client

    async def _ask(self, client, call):
        """Call a function of ours in the kernel without leaving a trace in the notebook."""
        message = client.kc.execute("", silent=True, user_expressions={"answer": f"{OURS}.{call}"})
        reply = await client.async_wait_for_reply(message)
        told = reply["content"].get("user_expressions", {}).get("answer", {})
        return (
            ast.literal_eval(told["data"]["text/plain"])
            if "data" in told
            else f"failed: {told.get('evalue')}"
        )

    def _hear(self, told):
        """Take what the kernel says of itself at the end."""
        try:
            told = json.loads(told)
            loaded = [{key: file[key] for key in LOADED} for file in told["loaded"]]
            self.told = Told(loaded, **told["reads"])
        except (ValueError, TypeError, KeyError):
            self.seen.failure = "the kernel could not say what data it read"
            return
        if told["raised"]:
            self.seen.failure = f"a thread raised {told['raised'][0]}"
        if told["running"]:
            self.seen.lost_output = (
                f"{told['running']} threads of the notebook had not ended; what they do is not seen"
            )

    async def _watch(self):
        """End when a limit is passed or the kernel is gone."""
        started = time.monotonic()
        while True:
            await asyncio.sleep(WATCH_INTERVAL)
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
            if limits.memory_mib and (used := self._memory()) > limits.memory_mib:
                self.seen.over_memory = (
                    f"memory limit: {used:.0f} MiB used, {limits.memory_mib:g} MiB allowed"
                )
                return
            if self.ready and self._return_code() is not None:
                return

    def _process(self):
        provisioner = self.manager.provisioner if self.manager else None
        return provisioner.process if provisioner else None

    def _return_code(self):
        process = self._process()
        return process.poll() if process else None

    def _family(self):
        """The kernel process and all its children, those gone in the meantime left out."""
        process = self._process()
        try:
            kernel = psutil.Process(process.pid)
            return [kernel, *kernel.children(recursive=True)]
        except (AttributeError, psutil.NoSuchProcess):
            return []

    def _memory(self):
        """Resident memory of the kernel and its children, MiB."""
        total = 0
        for process in self._family():
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total / 2**20

    def _note_exit(self):
        """Look at the process before anything is stopped; what we kill ourselves is not its fate."""
        ours = self.seen.interrupted or self.seen.timed_out or self.seen.over_memory
        if not ours:
            self.seen.exit_code = self._return_code()

    async def _stop(self, tasks):
        """Stop everything; return the exception that ended the cells, if one did."""
        cells = tasks[0]
        outcome = cells.exception() if cells.done() and not cells.cancelled() else None
        finished = cells.done() and outcome is None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        family = self._family()
        if finished and self._return_code() is None:
            await self._let_finish()
        if self._process():
            await self.manager.shutdown_kernel(now=True)
        for process in family:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        shutil.rmtree(self.private, ignore_errors=True)
        return outcome

    async def _let_finish(self):
        """Ask a kernel that ran all cells to end by itself, so that it may flush and close its files."""
        await self.manager.request_shutdown()
        await self.manager.finish_shutdown()

    def _note_shown_errors(self):
        """Note the first error that a cell displays although its reply was ok, as after `%run`."""
        for index in self.seen.expected:
            for output in self.notebook.cells[index].outputs:
                if output.output_type == "error" and index not in self.seen.tolerated:
                    told = outputs.shorten(output.evalue, outputs.MESSAGE)
                    self.seen.shown_error = index, f"{output.ename}: {told}"
                    return

    def _note_exception(self, outcome):
        match outcome:
            case None | DeadKernelError():
                pass
            case CellExecutionError():
                told = {"ename": outcome.ename, "evalue": outputs.shorten(outcome.evalue, outputs.MESSAGE)}
                trace = outputs.shorten(outcome.traceback, outputs.CHARACTERS // 2)
                self.seen.error = {"cell": self.current} | told | {"traceback": trace}
            case CellTimeoutError():
                cell = self.seen.name(self.current)
                self.seen.lost_output = (
                    f"{cell} ended, but its output did not arrive within {OUTPUT_TIMEOUT} s"
                )
            case _ if self.current is None and self.seen.exit_code is None:
                raise outcome
            case _:
                first = str(outcome).partition("\n")[0]
                self.seen.failure = f"{self.seen.name(self.current)} gave an output that is none: {first}"


def _remove_abandoned():
    """Remove the private folders of runs that were killed and could not do so themselves."""
    for folder in Path(tempfile.gettempdir()).glob("wb-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


class _Kernels(KernelSpecManager):
    """Always this interpreter's own kernel, never a specification found elsewhere on the machine."""

    def get_kernel_spec(self, kernel_name):
        program = [*warm_.PROGRAM, "-f", "{connection_file}"]
        return KernelSpec(argv=program, display_name="Python 3", language="python")


class _Provisioner(LocalProvisioner):
    """Has the kernel forked where there is a server, else starts it afresh; `start` says which, and why."""

    warm, start = None, "cold"

    async def launch_kernel(self, cmd, **kwargs):
        if not self.warm:
            return await super().launch_kernel(cmd, **kwargs)
        known = os.environ | ENVIRONMENT
        own = {name: value for name, value in kwargs["env"].items() if known.get(name) != value}
        arguments = cmd[len(warm_.PROGRAM) :]
        answer = await self.warm.fork(
            arguments, folder=kwargs["cwd"], environment=own, patience=START_TIMEOUT
        )
        if isinstance(answer, str):
            self.start = f"cold: {answer}"
            return await super().launch_kernel(cmd, **kwargs)
        self.start, self.process = "warm", answer
        self.pid = self.pgid = answer.pid  # it leads a group of its own, as a fresh one does
        return self.connection_info


def _manager(private, warm):
    """A kernel manager on IPC, with a connection file and sockets of its own in a short private folder."""
    private.mkdir()
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=_Kernels())
    manager.transport = "ipc"
    manager.ip = str(private / "k")
    manager.connection_file = str(private / "kernel.json")
    manager.shutdown_wait_time = 5.0
    manager.provisioner = _Provisioner(kernel_id="run", kernel_spec=manager.kernel_spec, parent=manager)
    manager.provisioner.warm = warm
    return manager
