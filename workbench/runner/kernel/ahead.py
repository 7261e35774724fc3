"""Make imports ahead of the kernels that need them, or say why that would not be the same.

What a process inherits by a fork needs no care: modules, their settings, the environment. What does not
survive it, is shared by it, or is set anew when the kernel starts is compared before and after.
"""

import builtins
import gc
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterable
from typing import Any

ASKED = "get_ipython"  # what a module looks for among the built-in names
# pyarrow's allocator takes care of its own thread across a fork
HARMLESS_THREADS = {"jemalloc_bg_thd"}


class _Output:
    """Stand for an output stream during the imports: whoever keeps it is led to the notebook's own later."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        target = getattr(sys, self._name)
        return getattr(getattr(sys, f"__{self._name}__") if target is self else target, attribute)


def import_ahead(statements: Iterable[str]) -> tuple[str | None, list[Any], list[Any]]:
    """Run import statements.

    Returns
    -------
    refusal : str or None
        Why no kernel may be forked from this process.
    filters : list
        The warning filters that the packages have set, taken out again: they belong in front of those that
        the kernel sets when it starts.
    handlers : list
        The handlers of log records that the packages have made; the kernel's start forgets those it finds.
    """
    asked: list[str | None] = []
    before, filters, handlers = _state(), list(warnings.filters), list(_log_handlers())
    try:
        with tempfile.TemporaryFile() as said, _Questions(asked), _Beside():
            _run(statements, said.fileno())
            if said.seek(0, os.SEEK_END):
                return "an import prints", [], []
    except BaseException as error:
        return f"an import fails with {type(error).__name__}", [], []
    after = _state()
    if changed := [name for name in before if before[name] != after[name]]:
        return f"an import changes the {', '.join(changed)}", [], []
    if asked:
        return f"{asked[0]} asks at its import for the notebook", [], []
    if (added := _take_filters(filters)) is None:
        return "an import takes warning filters away", [], []
    return None, added, [known() for known in _log_handlers() if known not in handlers]


def _log_handlers() -> list[Any]:
    return vars(logging)["_handlerList"]  # what `logging` itself keeps, and no stub tells of


def _run(statements: Iterable[str], said: int) -> None:
    """Run the statements as a notebook would: warnings are errors, and what is printed is kept."""
    streams = sys.stdout, sys.stderr
    kept = [os.dup(fd) for fd in (1, 2)]
    warnings.filterwarnings("error", append=True)
    # a notebook would show this one: it is the importing line's own
    warnings.filterwarnings("error", category=DeprecationWarning, module="__main__")
    try:
        for fd, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(said, fd)
            setattr(sys, name, _Output(name))
        for statement in statements:
            exec(statement, {"__name__": "__main__"})
    finally:
        sys.stdout, sys.stderr = streams
        for fd, stream in zip((1, 2), streams, strict=True):
            stream.flush()
            os.dup2(kept[fd - 1], fd)
            os.close(kept[fd - 1])


class _Shell:
    """Stand for what a notebook's modules find as `get_ipython`: it has a kernel, all else is for the notebook."""

    kernel = True

    def __init__(self, asked: list[str | None]) -> None:
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        self._asked.append(sys._getframe(1).f_globals.get("__name__"))
        raise AttributeError(name)


class _Questions:
    """Note which modules ask whether they run in a notebook: the answer would be another one later."""

    def __init__(self, asked: list[str | None]) -> None:
        from IPython.core.interactiveshell import InteractiveShell

        self.shell, self.asked = InteractiveShell, asked

    def __enter__(self) -> None:
        self.shell.initialized = self._initialized
        # pandas looks for this name, and takes the process for a terminal where it is missing
        setattr(builtins, ASKED, lambda: _Shell(self.asked))

    def _initialized(self) -> bool:
        # 0 is this function, 1 `get_ipython`
        self.asked.append(sys._getframe(2).f_globals.get("__name__"))
        return False

    def __exit__(self, *_: object) -> None:
        del self.shell.initialized  # an inherited method, seen again
        delattr(builtins, ASKED)


def look_beside() -> bool:
    """Have modules looked for in the working folder too, as IPython does it; return whether that is new."""
    if "" in sys.path:
        return False
    installed = [os.path.basename(path) in ("site-packages", "dist-packages") for path in sys.path]
    sys.path.insert(installed.index(True) if True in installed else 0, "")
    return True


class _Beside:
    """Look for modules beside the notebook too, where its kernel will: behind Python's own, before the installed.

    A file there that takes the place of an installed module is then read, which refuses the fork.
    """

    def __enter__(self) -> None:
        self.added = look_beside()

    def __exit__(self, *_: object) -> None:
        if self.added and "" in sys.path:
            sys.path.remove("")


def _state() -> dict[str, Any]:
    """What a forked kernel would not have as a fresh one has it."""
    threads = {_text(f"/proc/self/task/{number}/comm") for number in os.listdir("/proc/self/task")}
    hooks = sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook
    return {
        "threads": (threading.active_count(), threads - HARMLESS_THREADS),
        "open files": set(os.listdir("/proc/self/fd")),
        "hooks": hooks,
        "signal handlers": [signal.getsignal(number) for number in sorted(signal.valid_signals())],
        "module path": sys.path[:],
        "working folder": os.getcwd(),
        "random generators": _generators(),
        "temporary folders": os.environ.get("MPLCONFIGDIR"),  # matplotlib's, where it has no home
    }


def _text(file: str) -> str:
    with open(file) as opened:
        return opened.read().strip()


def _generators() -> set[int]:
    """Random generators that packages keep; each kernel would draw the same from them.

    Left out are those that are seeded anew: Python's own, numpy's, and those of the names of temporary files.
    """
    objects = gc.get_objects()
    kinds, renewed = (random.Random,), [random._inst]
    renewed += [
        getattr(o, "_rng", None) for o in objects if isinstance(o, vars(tempfile)["_RandomNameSequence"])
    ]
    if numpy := sys.modules.get("numpy.random"):
        kinds += (numpy.BitGenerator,)
        renewed.append(numpy.mtrand._rand._bit_generator)
    found = (o for o in objects if isinstance(o, kinds) and not isinstance(o, random.SystemRandom))
    return {id(o) for o in found} - {id(o) for o in renewed}


def _take_filters(before: list[Any]) -> list[Any] | None:
    """Take what was added out of the warning filters, and those of `_run`; None if others are gone."""
    filters: list[Any] = vars(warnings)["filters"]  # a list, whatever its stub says
    added = filters[: -len(before) - 2]
    if filters[len(added) + 1 : -1] != before:
        return None
    filters[:] = before
    return added
