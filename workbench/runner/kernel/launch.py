"""The program that a run's kernel is: an ordinary Python kernel that never drops an output and owns up.

A ZeroMQ publisher discards messages past 1,000 that its reader has not taken yet. With the stock kernel a
cell that displayed 20,000 values to a slow reader kept 6,319 of them and was called completed.
"""

import contextlib
import functools
import gc
import json
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

import zmq
from ipykernel.kernelapp import IPKernelApp
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.jsonutil import json_default
from traitlets import Type

from workbench import data as data_
from workbench import places, publish
from workbench.runner.kernel import ahead, ended, reads, shell, unfinished, values

_raised: list[str] = []  # exceptions that ended a thread: no cell would ever tell
# of warnings and log records, made by packages that were imported ahead
_filters: list[Any] = []
_handlers: list[Any] = []


class LosslessKernel(IPKernelApp):
    """An ordinary kernel but for its outputs, where it looks for modules, and whose settings it does not read."""

    kernel_class = Type(shell.Kernel)

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Read no settings, neither a user's nor those of the installation: they can hold code to run first."""

    def _run_startup_files(self) -> None:
        pass

    def init_path(self) -> None:
        ahead.look_beside()  # IPython does not, since the program is started without it: see `warm.PROGRAM`

    def init_iopub(self, context: Any) -> None:
        context.setsockopt(zmq.SNDHWM, 0)  # for the sockets made from here on
        self.session.pack = functools.partial(_packed, self.session.pack)
        super().init_iopub(context)


def _packed(pack: Callable[[Any], bytes], content: Any) -> bytes:
    """A message's content as bytes; half a character, as in '\\ud800', is escaped, or the message were lost."""
    try:
        return pack(content)
    except UnicodeEncodeError:
        return json.dumps(content, default=json_default, allow_nan=False).encode()


def begin(results: str = "", *, excel: bool = False, prints: tuple[str, bytes] | None = None) -> None:
    """Make warnings errors, note what ends a thread and what is read; called before the first cell.

    Named tables become files in the folder `results`; fingerprints of identifiers, by a key, in that of `prints`.
    """
    # IPython's remark on sys.exit() would stand in the place of the SystemExit itself.
    warnings.filterwarnings("ignore", "To exit: use")
    # in front, as if a cell had imported the packages; a list, whatever its stub says
    vars(warnings)["filters"][:0] = _filters
    for handler in _handlers:
        vars(logging)["_addHandlerRef"](handler)
    # Appended, so that it acts where Python would by default show a warning and nowhere else.
    warnings.filterwarnings("error", append=True)
    show = threading.excepthook

    def note(told: threading.ExceptHookArgs) -> None:
        _raised.append(f"{told.exc_type.__name__}: {told.exc_value}")
        show(told)

    threading.excepthook = note
    sys.unraisablehook = functools.partial(_note_unraisable, sys.unraisablehook)
    with contextlib.suppress(places.PlacesError):  # a cell that needs them will say so
        places.shipped("data", "")
    publish.keep_in(results or None, _own_ids, excel=excel)
    if prints:
        data_.keep_in(*prints)
    unfinished.begin()
    ended.begin(InteractiveShell.instance())
    reads.begin()
    # What is there before the first cell stays to the end: not to be looked through for garbage, again and again.
    gc.freeze()


def _note_unraisable(show: Callable[[Any], Any], told: Any) -> None:
    """Note what ends a thread that `threading` did not start; all else Python itself drops."""
    if "thread" in (told.err_msg or ""):
        _raised.append(f"{told.exc_type.__name__}: {told.exc_value}")
    show(told)


def watch(expected: dict[str, str]) -> None:
    """Look at the parameters' values from here on; called when the cells have set them."""
    values.watch(InteractiveShell.instance(), expected)


def at_work() -> str:
    """Say, as JSON, what still goes on when all cells have run."""
    return json.dumps(unfinished.answer())


def _own_ids() -> dict[str, str]:
    """The own ids behind the pseudonyms of the file that was loaded."""
    data = sys.modules.get("workbench.data")
    return data.own_ids() if data else {}


def answer() -> str:
    """Say, as JSON, what the cells' own replies do not: files read, threads that failed, parameters changed."""
    # All cells have run: what is said of our own sockets from here on, as they close, concerns nobody.
    logging.getLogger("tornado.general").disabled = True
    data = sys.modules.get("workbench.data")
    pairs = zip(data.loaded(), data.places(), strict=True) if data else []
    loaded = [entry | {"path": path} for entry, path in pairs]
    told = {"loaded": loaded, "reads": reads.answer(), "raised": _raised, "changed": values.changed()}
    return json.dumps(told)


if __name__ == "__main__":
    # the same module for the kernel's own questions and for the program
    sys.modules["workbench.runner.kernel.launch"] = sys.modules["__main__"]
    if sys.argv[1:2] == ["--serve"]:
        from workbench.runner.kernel import forks

        # returns in forked kernels only
        _filters, _handlers = forks.serve(
            int(sys.argv[2]), json.loads(sys.argv[3]), again=sys.argv[4:] == ["again"]
        )
    # ipykernel reads this when it is imported, which was too early for a forked kernel
    LosslessKernel.launch_instance(parent_handle=int(os.environ.get("JPY_PARENT_PID") or 0))
