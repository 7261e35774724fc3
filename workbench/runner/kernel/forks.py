"""The process that forks warm kernels: import ahead, then one fork per request.

The kernel's program goes on in the forked process where it would have begun, so it also ends as any program
does, exit handlers included. (Children of `multiprocessing`'s own fork server run under its main function and
leave without them.) Requests and answers are messages on sockets; the socket of a request stays open as long
as both who supervises the kernel and the kernel live, so that neither outlives the other unseen.
"""

import contextlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from workbench.runner.kernel import reads
from workbench.runner.kernel.ahead import import_ahead
from workbench.runner.kernel.warm import MESSAGE, PROGRAM

REAP_INTERVAL = 0.02  # seconds


def serve(fd: int, imports: list[str], *, again: bool = False) -> tuple[list[Any], list[Any]]:
    """Fork a kernel for each request; return in the kernels' processes only.

    Where the imports do what no kernel may inherit, the program begins once more: what they do for the first time
    in an environment, such as looking through the fonts, they leave in a cache and do not do `again`.

    Returns
    -------
    filters, handlers : list
        As from `import_ahead`, for `launch.begin`.
    """
    requests = socket.socket(fileno=fd)
    reads.begin()
    refusal, filters, handlers = import_ahead(imports)
    heard = reads.answer()
    if not refusal and (heard["opened"] or heard["reached"]):
        refusal = "an import reads files, or reaches something, which each run has to list for itself"
    if refusal and not again:
        requests.set_inheritable(True)
        os.execv(sys.executable, [*PROGRAM, *sys.argv[1:], "again"])
    kernels: dict[socket.socket, int] = {}  # socket of who supervises it: its process
    while True:
        ready, _, _ = select.select([requests, *kernels], [], [], REAP_INTERVAL if kernels else None)
        for supervisor in kernels.keys() & ready:  # it never says anything, so it has gone
            _kill(kernels[supervisor])
        _reap(kernels)
        if requests in ready and _fork(requests, kernels, refusal):
            return filters, handlers


def _fork(requests: socket.socket, kernels: dict[socket.socket, int], refusal: str | None) -> bool:
    """Answer one request; return whether this is the kernel's process."""
    message, descriptors, _, _ = socket.recv_fds(requests, MESSAGE, 1)
    if not message:  # nobody is left who could ask
        for kernel in kernels.values():
            _kill(kernel)
        os._exit(0)  # the exit handlers of the packages are the kernels' business
    supervisor = socket.socket(fileno=descriptors[0])
    if refusal:
        _tell(supervisor, refusal)
        supervisor.close()
        return False
    server = os.getpid()
    kernel = os.fork()
    if kernel:
        kernels[supervisor] = kernel
        _tell(supervisor, kernel)
        return False
    for inherited in (requests, supervisor, *kernels):
        inherited.close()
    _become_kernel(json.loads(message), server)
    return True


def _become_kernel(request: dict[str, Any], server: int) -> None:
    """Make this process what one started afresh would be at this point."""
    os.setsid()
    os.chdir(request["folder"])
    os.environ.update(request["environment"], JPY_PARENT_PID=str(server))
    if folders := sys.modules.get("tempfile"):
        vars(folders)["tempdir"] = None  # found out anew, from this kernel's own environment
    sys.argv[1:] = request["arguments"]
    sys.orig_argv[:] = [*PROGRAM, *request["arguments"]]
    if numbers := sys.modules.get("numpy.random"):
        numbers.seed()  # from the system, as at its import; Python's own generator does so by itself


def _kill(kernel: int) -> None:
    for kill in (os.killpg, os.kill):  # a kernel that was forked just now does not lead its group yet
        with contextlib.suppress(ProcessLookupError):
            kill(kernel, signal.SIGKILL)


def _reap(kernels: dict[socket.socket, int]) -> None:
    for supervisor, kernel in list(kernels.items()):
        ended, status = os.waitpid(kernel, os.WNOHANG)
        if ended:
            del kernels[supervisor]
            _tell(supervisor, os.waitstatus_to_exitcode(status))
            supervisor.close()


def _tell(supervisor: socket.socket, word: object) -> None:
    with contextlib.suppress(OSError):  # it has gone, which the loop sees at its next turn
        supervisor.send(str(word).encode())
