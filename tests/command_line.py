"""The command line as a user types it, in a process forked from one that has made the runner's imports.

Three quarters of the time of a tiny run go into starting Python and importing nbclient, nbconvert and papermill.
Nothing else is shared: each call has a process, a working directory, an environment and outputs of its own.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile

COMMAND = [sys.executable, "-m", "workbench"]
FORKS = "forkserver" in multiprocessing.get_all_start_methods()  # not on Windows
_context = multiprocessing.get_context("forkserver" if FORKS else None)
if FORKS:
    _context.set_forkserver_preload(["runner_imports"])


def workbench(*arguments, fresh=False, cwd=None, env=None, timeout=300, text=True):
    """Run the command line and wait for its end; with `fresh`, in an interpreter of its own."""
    arguments = [str(argument) for argument in arguments]
    if fresh or not FORKS:
        encoding = {"text": True, "encoding": "utf-8"} if text else {}
        return subprocess.run(
            [*COMMAND, *arguments], capture_output=True, cwd=cwd, env=env, timeout=timeout, **encoding
        )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = _context.Process(
            target=_run,
            args=(arguments, str(cwd or os.getcwd()), dict(env or os.environ), *map(_Handed, (out, err))),
        )
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, timeout)
        told = [_read(file, text=text) for file in (out, err)]
    return subprocess.CompletedProcess(arguments, process.exitcode, *told)


class _Handed:
    """A file handed to the forked process."""

    def __init__(self, file):
        self.number = file.fileno()

    def __getstate__(self):
        from multiprocessing.reduction import DupFd

        return DupFd(self.number)

    def __setstate__(self, handed):
        self.number = handed.detach()


def _read(file, *, text):
    file.seek(0)
    content = file.read()
    return content.decode("utf-8").replace("\r\n", "\n") if text else content


def _run(arguments, cwd, environment, out, err):
    """Be the command line: in the forked process."""
    from workbench.cli import main

    os.setsid()  # a signal to the tests' group is none of ours
    for number, handed in enumerate((os.open(os.devnull, os.O_RDONLY), out.number, err.number)):
        os.dup2(handed, number)
        os.close(handed)  # a forked kernel would have it too
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8")
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = ["workbench", *arguments]
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
