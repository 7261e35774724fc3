"""Warm starts: kernels forked from a process that has already imported what the notebooks import.

A forked kernel must be what a fresh one is. So only those imports are made ahead with which *every* notebook
of the invocation begins: none meets a module that it does not import itself, and nothing can tell when they
were made. A module of the project's own is never imported ahead, nor is anything after it: each kernel reads it
anew, as it is when that kernel imports it. If an import does anything that would differ in a notebook (see
`ahead`), every kernel is started afresh instead, and the record says why.
"""

import ast
import asyncio
import importlib.machinery
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # not for the kernels, which import this module too
    from workbench.runner.plan.plans import Plan

# -P: no module of the folder in which the workbench was called takes the place of a package
PROGRAM = [sys.executable, "-P", "-m", "workbench.runner.kernel.launch"]
MESSAGE = 2**16  # bytes of the longest message between workbench and server


class Server:
    """The process that forks kernels, as seen by the workbench and the processes forked from it.

    `modules` are the package's modules, by their hashes, before the process imported any of them.
    """

    def __init__(
        self,
        folder: Path,
        imports: list[str],
        environment: Mapping[str, str],
        modules: Mapping[str, str | None],
    ) -> None:
        self.modules = dict(modules)
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [*PROGRAM, "--serve", str(theirs.fileno()), json.dumps(imports)],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.PIPE,  # closed at once: as in a kernel started afresh, nothing can be read
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        assert self.process.stdin
        self.process.stdin.close()

    async def fork(
        self, arguments: list[str], *, folder: str, environment: dict[str, str], patience: float
    ) -> "Forked | str":
        """Have a kernel forked; return its process, or the reason why there is none."""
        status, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {"arguments": arguments, "folder": folder, "environment": environment}
        status.setblocking(False)
        try:
            with theirs:
                socket.send_fds(self.requests, [json.dumps(request).encode()], [theirs.fileno()])
            answer = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(status, MESSAGE), patience)
        except (OSError, TimeoutError) as error:
            answer = str(error).encode()
        if answer.isdigit():
            return Forked(int(answer), status)
        status.close()
        return answer.decode() or "the process that forks kernels has ended"

    def close(self) -> None:
        """End the server; kernels that still run end with it."""
        self.requests.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Forked:
    """A forked kernel, with what a supervisor uses of `subprocess.Popen`; the server is who waits for it."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, status: socket.socket) -> None:
        self.pid, self.status = pid, status
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self.wait(timeout=0)

    def wait(self, timeout: float | None = None) -> int | None:
        if self.returncode is None and select.select([self.status], [], [], timeout)[0]:
            told = self.status.recv(MESSAGE)
            # without a word the server has gone; the kernel sees that too and ends with code 1
            self.returncode = int(told) if told else 1
            self.status.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(plans: "Sequence[Plan]", environment: Mapping[str, str]) -> Server | None:
    """Start a server for the notebooks of some plans; None if they stand in different folders.

    Packages may read files of the folder in which they are imported, as matplotlib does.
    """
    if len({(plan.path.parent, plan.project.modules) for plan in plans}) > 1:
        return None
    from workbench.runner.record import modules  # not for the kernels

    # before they are imported: a later state is not what the kernels will run
    package = modules.of_package()
    folders = modules.folders(plans[0])
    own = {name for plan in plans for name in _own_names(plan.notebook, folders)}
    imports = common_imports([plan.notebook for plan in plans], own)
    return Server(plans[0].path.parent, imports, environment, package)


def _own_names(notebook: Mapping[str, Any], folders: list[Path]) -> set[str]:
    """First names of the modules that a notebook begins by importing from its project's own folders."""
    from workbench.runner.record import modules

    names = {name for statement in _leading_imports(notebook) for name in modules.imported(statement)}
    return {name for name in names if _is_own(name, folders)}


def _is_own(name: str, folders: list[Path]) -> bool:
    """Whether an import would find the name in one of the folders."""
    endings = ["", *importlib.machinery.all_suffixes()]
    return any((folder / f"{name}{ending}").exists() for folder in folders for ending in endings)


def common_imports(notebooks: Sequence[Mapping[str, Any]], own: Collection[str] = ()) -> list[str]:
    """The import statements with which all notebooks begin, in the order of the first.

    Parameters
    ----------
    notebooks : list of dict
        As parsed JSON.
    own : collection of str
        Names of modules before which each notebook's list ends.

    Examples
    --------
    >>> cell = lambda source: {"cell_type": "code", "metadata": {}, "source": source}
    >>> one = {"cells": [cell("import numpy as np, json"), cell("from pandas import Series")]}
    >>> two = {"cells": [cell("import numpy\\nprint(numpy.pi)\\nimport json")]}
    >>> common_imports([one]), common_imports([one, two])
    (['import numpy', 'import json', 'from pandas import Series'], ['import numpy'])
    >>> common_imports([one], {"json"})
    ['import numpy']
    """
    first, *others = [_before(own, _leading_imports(notebook)) for notebook in notebooks]
    return [statement for statement in first if all(statement in other for other in others)]


def _before(own: Collection[str], statements: list[str]) -> list[str]:
    """The statements up to the first that imports one of some modules."""
    places = [i for i, text in enumerate(statements) if text.split()[1].partition(".")[0] in own]
    return statements[: places[0]] if places else statements


def _leading_imports(notebook: Mapping[str, Any]) -> list[str]:
    """Import statements that run before any other code, so that nothing can tell when they ran."""
    found: list[str] = []
    for cell in notebook["cells"]:
        tags = cell.get("metadata", {}).get("tags", [])
        if cell["cell_type"] != "code" or "parameters" in tags:  # literals only
            continue
        try:
            statements = ast.parse("".join(cell["source"])).body
        except SyntaxError:
            return found
        for statement in statements:
            if not (names := _single(statement)):
                return found
            found += names
    return found


def _single(statement: ast.stmt) -> list[str]:
    """One statement per imported name, without what the notebook calls it; none for other code."""
    match statement:
        case ast.Import(names=names):
            return [f"import {alias.name}" for alias in names]
        case ast.ImportFrom(module=str(module), level=0, names=names):
            return [f"from {module} import {alias.name}" for alias in names]
    return []
