"""The kernel's process: started, once more where it fails to, looked after, and stopped with all its children."""

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from workbench.runner.kernel import warm as warm_
from workbench.runner.record.verdict import Seen

# What a kernel's sockets, and those of its own children, still take of the 103 characters that an address may have.
SHORT = 50  # characters
HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver", "loky.backend.resource_tracker")
START_TIMEOUT = 120  # seconds; a loaded machine is slow to start a kernel, a dead one is noticed at once


class Process:
    """The process of one run.

    Parameters
    ----------
    seen : Seen
        Where it is noted how the kernel was started, or why not.
    private : Path
        A short folder of this run alone.
    folder : Path
        Working directory of the kernel.
    environment : dict of str to str
        All of the kernel's, but for its own folders.
    warm : warm.Server, optional
        Forks the kernel; where it refuses, and without it, the kernel is started afresh.
    """

    def __init__(
        self, seen: Seen, private: Path, folder: Path, environment: dict[str, str], warm: warm_.Server | None
    ) -> None:
        self.seen, self.private, self.folder, self.warm = seen, private, folder, warm
        self.environment = environment
        self.manager: AsyncKernelManager | None = None
        self.channels: AsyncKernelClient | None = None

    async def start(self) -> bool:
        """Start a kernel and wait for its first answer; return whether it came.

        One that failed to start, as on a loaded machine, is started once more, and then afresh.
        """
        (self.private / "tmp").mkdir()
        return await self._try(again=False) or await self._try(again=True)

    async def _try(self, *, again: bool) -> bool:
        if again:
            await self._discard()
        manager = self.manager = _manager(self.private / str(int(again)))
        provisioner = _Provisioner(kernel_id="run", kernel_spec=manager.kernel_spec, parent=manager)
        provisioner.warm, provisioner.known = None if again else self.warm, self.environment
        manager.provisioner = provisioner
        own = {"IPYTHONDIR": str(self.private / "ipython"), "TMPDIR": str(self.private / "tmp")}
        try:
            await manager.start_kernel(
                extra_arguments=["--HistoryManager.hist_file=:memory:"],
                cwd=str(self.folder),
                env=self.environment | own,
            )
            self.seen.start = provisioner.start
            channels = self.channels = manager.client()
            channels.start_channels()
            channels.allow_stdin = False  # start_channels sets it; an input() would wait for ever
            await channels.wait_for_ready(timeout=START_TIMEOUT)
        except OSError as error:
            if again:
                self.seen.failure = f"the kernel could not be started: {error}"
            return False
        except RuntimeError:
            if again and self.return_code() is None:  # of a dead kernel the exit code tells more
                self.seen.timed_out = f"the kernel did not answer within {START_TIMEOUT} s, twice"
            return False
        return True

    async def _discard(self) -> None:
        """Remove a kernel that did not start."""
        if self.channels:
            self.channels.stop_channels()
        if self.manager and self._own():
            await self.manager.shutdown_kernel(now=True)

    def _own(self) -> Any:
        """The process, as `subprocess.Popen` or as `warm.Forked`; None before it is there."""
        provisioner = self.manager.provisioner if self.manager else None
        return provisioner.process if isinstance(provisioner, LocalProvisioner) else None

    @property
    def number(self) -> int | None:
        """Of the process, as the system counts; None where there is none."""
        return getattr(self._own(), "pid", None)

    def return_code(self) -> int | None:
        """How the process ended; None while it runs, or where there is none."""
        process = self._own()
        return process.poll() if process else None

    def _family(self) -> list[psutil.Process]:
        """The kernel process and all its children, those gone in the meantime left out."""
        process = self._own()
        try:
            kernel = psutil.Process(process.pid)
            return [kernel, *kernel.children(recursive=True)]
        except (AttributeError, psutil.NoSuchProcess):
            return []

    def _strays(self) -> list[psutil.Process]:
        """What is left of a kernel that has died: processes of its session, or that have its folder for their own."""
        kernel, found = self._own(), []
        for process in psutil.process_iter():
            try:
                in_session = kernel and os.getsid(process.pid) == kernel.pid
                if in_session or process.environ().get("IPYTHONDIR", "").startswith(str(self.private)):
                    found.append(process)
            except (psutil.Error, OSError):  # gone meanwhile, or somebody else's
                continue
        return found

    def at_work(self, names: Mapping[str, str], idle: Collection[int]) -> list[str]:
        """The programs and copies of the kernel that still run, by name.

        Parameters
        ----------
        names : dict of str to str
            Of children, by their number.
        idle : list of int
            Numbers of those that wait for work.
        """
        # Twice, since one look misses a process whose parent ends in the middle of it.
        return self._busy(names, idle) or self._busy(names, idle)

    def _busy(self, names: Mapping[str, str], idle: Collection[int]) -> list[str]:
        family = self._family()
        left = []
        for child in family[1:]:
            try:
                if child.pid not in idle and not _serves(child, family):
                    left.append(f"process {names.get(str(child.pid)) or child.name()!r}")
            except psutil.Error:  # it has ended meanwhile
                continue
        return left

    def memory(self) -> float:
        """Resident memory of the kernel and its children, MiB."""
        total = 0
        for process in self._family():
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total / 2**20

    def open_files(self) -> list[str]:
        """The files that the kernel and its children have open, at this moment."""
        found: list[str] = []
        for process in self._family():
            try:
                found += [file.path for file in process.open_files()]
            except (psutil.Error, OSError):  # gone meanwhile, or somebody else's
                continue
        return found

    async def stop(self, *, finished: bool) -> None:
        """End the process and its children, and remove the private folder.

        A kernel that ran all cells is asked to end by itself, so that it may flush and close its files.
        """
        family = self._family()
        if self.manager and finished and self.return_code() is None:
            await self.manager.request_shutdown()
            await self.manager.finish_shutdown()
        if self.manager and self._own():
            await self.manager.shutdown_kernel(now=True)
        for process in [*family, *self._strays()]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        shutil.rmtree(self.private, ignore_errors=True)

    def close(self) -> None:
        """Close the channels to the kernel."""
        if self.channels:
            self.channels.stop_channels()


def _serves(process: psutil.Process, family: list[psutil.Process]) -> bool:
    """Whether a process has ended, or does nothing by itself: Spark, and what `multiprocessing` keeps."""
    if process.status() == psutil.STATUS_ZOMBIE:
        return True
    if any(helper in word for helper in HELPERS for word in process.cmdline()):
        return process.parent() == family[0]  # a process that the fork server made bears its words, too
    line = [process, *(parent for parent in process.parents() if parent in family)]
    return any("org.apache.spark" in word for ancestor in line for word in ancestor.cmdline())


def private_folder() -> Path:
    """Make a folder for one run, and remove those of runs that were killed and could not do so themselves.

    It lies where temporary files are kept, or in /tmp where no socket's address could hold that place's name.
    """
    place = tempfile.gettempdir()
    place = place if len(os.fsencode(place)) <= SHORT else "/tmp"
    for folder in Path(place).glob("wb-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"wb-{os.getpid()}-", dir=place))


class _Kernels(KernelSpecManager):
    """Always this interpreter's own kernel, never a specification found elsewhere on the machine."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        program = [*warm_.PROGRAM, "-f", "{connection_file}"]
        return KernelSpec(argv=program, display_name="Python 3", language="python")


class _Provisioner(LocalProvisioner):
    """Has the kernel forked where there is a server, else starts it afresh; `start` says which, and why.

    `known` is the environment that the server has.
    """

    warm: warm_.Server | None = None
    known: dict[str, str] = {}
    start = "cold"

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        if not self.warm:
            return await super().launch_kernel(cmd, **kwargs)
        own = {name: value for name, value in kwargs["env"].items() if self.known.get(name) != value}
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


def _manager(private: Path) -> AsyncKernelManager:
    """A kernel manager on IPC, with a connection file and sockets of its own in a short private folder."""
    private.mkdir()
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=_Kernels())
    manager.transport = "ipc"
    manager.ip = str(private / "k")
    manager.connection_file = str(private / "kernel.json")
    manager.shutdown_wait_time = 5.0
    return manager
