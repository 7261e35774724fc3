"""A call of a retention loop in a process that a test kills, forked from one that has made the imports."""

import multiprocessing
import time

from workbench.retention import Retention

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["runner_imports", "loop_calls"])  # one server serves all tests of a process


def kill_after(seconds, url, name, *arguments):
    """Start a call and kill it after some seconds; None: once it is done. Return how long it ran."""
    ours, theirs = _context.Pipe()
    process = _context.Process(target=_call, args=(url, name, arguments, theirs))
    process.start()
    assert ours.recv() == "ready"
    begun = time.perf_counter()
    ours.send("go")
    if seconds is None:
        assert ours.recv() == "done"
    else:
        time.sleep(seconds)
    took = time.perf_counter() - begun
    process.kill()
    process.join()
    return took


def _call(url, name, arguments, pipe):
    """Be the process that is killed."""
    with Retention(url) as loop:
        pipe.send("ready")
        pipe.recv()
        getattr(loop, name)(*arguments)
        pipe.send("done")
