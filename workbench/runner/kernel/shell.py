"""The shell that runs the cells: IPython's own, in which nothing fails without a trace."""

import shlex
import shutil
from typing import Any

from ipykernel import zmqshell
from ipykernel.ipkernel import IPythonKernel
from IPython.core.magics.script import ScriptMagics
from traitlets import Bool, Type

from workbench.runner.plan import magics


class NotAllowed(RuntimeError):
    """A magic, or an option of one, that could fail without a trace."""


# packages look for this name, to know that they are in a notebook
class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """IPython's shell with the magics that a run allows; a command that fails raises, whatever called it."""

    system_raise_on_error = Bool(default_value=True)

    def _find_with_lazy_load(self, type_: Any, magic_name: str) -> Any:
        if magic_name not in magics.ALLOWED:
            raise NotAllowed(
                f"%{magic_name} could fail without a trace, so a run does not allow it; use Python instead. "
                f"Allowed magics: {', '.join(sorted(magics.ALLOWED))}"
            )
        return super()._find_with_lazy_load(type_, magic_name)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        words = self.var_expand(line, 2)
        if option := magics.swallowing(magic_name, words):
            raise NotAllowed(f"%%{magic_name} {option} would swallow a failure; leave {option} out")
        if magic_name in magics.PROGRAMS:
            program = _program(magic_name, words)
            if program and not shutil.which(program):  # IPython prints that, and goes on
                raise FileNotFoundError(f"%%{magic_name}: there is no program {program!r}")
        return super().run_cell_magic(magic_name, line, cell)

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        if option := magics.swallowing(magic_name, self.var_expand(line, _stack_depth + 1)):
            raise NotAllowed(f"%{magic_name} {option} would swallow a failure; leave {option} out")
        return super().run_line_magic(magic_name, line, _stack_depth + 1)


def _program(magic_name: str, line: str) -> str | None:
    """The program that a cell magic starts; None where it is this interpreter, or where none is named."""
    if magic_name in ("python", "python3"):
        return None
    words = vars(ScriptMagics.shebang)["parser"].parse_known_args(shlex.split(line))[1]
    return next(iter(words), None) if magic_name == "script" else magic_name


class Kernel(IPythonKernel):
    """IPython's kernel with that shell."""

    shell_class = Type(ZMQInteractiveShell)
