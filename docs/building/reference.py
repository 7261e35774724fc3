"""The pages that are made of the package: one per family from its docstrings, and the commands from their help."""

import argparse
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import workbench
from workbench.cli import parser

SAID = dict(re.findall(r"^(\w+)  +(\S.*)$", workbench.__doc__ or "", re.M))
FAMILIES = [name for name in SAID if name != "runner"]  # whose door is the command line


def setup(app):
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / "generated"))
    app.connect(
        "autodoc-skip-member", lambda app, what, name, *told: True if REQUEST.fullmatch(name) else None
    )
    return {"parallel_read_safe": True}


def write(folder: Path) -> None:
    """Write every page whose text has changed, and remove those of families that are gone."""
    pages = {f"{name}.rst": family_page(importlib.import_module(f"workbench.{name}")) for name in FAMILIES}
    pages |= {"api.rst": api_page(), "commands.rst": commands_page()}
    folder.mkdir(exist_ok=True)
    for file in folder.glob("*.rst"):
        if file.name not in pages:
            file.unlink()
    for name, lines in pages.items():
        text, file = "\n".join(lines) + "\n", folder / name
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")


def api_page() -> list[str]:
    """The list of the families, as the package's docstring has it."""
    rows = [(f":doc:`{name}`", SAID[name]) for name in FAMILIES]
    toctree = [".. toctree::", "   :hidden:", "", *(f"   {name}" for name in FAMILIES)]
    said = "Every public name of every family, from its docstring; what a family does not offer is internal."
    return [*heading("API reference", "="), said, "", *table(rows), "", *toctree]


def family_page(module: ModuleType) -> list[str]:
    """What a face says of itself and of its modules, and every name that it offers."""
    lines = (inspect.getdoc(module) or "").splitlines()
    rows = [(f"``{m[1]}``", literal(m[2])) for line in lines if (m := MODULE.fullmatch(line))]
    prose = [literal(line) for line in lines if not MODULE.fullmatch(line)]
    names = [line for name, thing in offered(module) for line in entry(name, thing)]
    top = [*heading(module.__name__.removeprefix("workbench."), "="), f".. py:module:: {module.__name__}", ""]
    return [*top, *prose, "", *table(rows), "", *names]


REQUEST = re.compile(r"set_\w+_request")  # what scikit-learn adds to an estimator, and documents itself
MODULE = re.compile(r"(\w+)  +(\S.*)")  # a line of a face's docstring that says what a module does


def offered(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield the full name and the object of everything a module offers, modules last."""
    ours = [
        name for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__
    ]
    names = getattr(module, "__all__", None) or [name for name in ours if not name.startswith("_")]
    things = {name: getattr(module, name) for name in names}
    for name in sorted(things, key=lambda name: (isinstance(things[name], ModuleType), name.lower())):
        yield f"{module.__name__}.{name}", things[name]


def entry(name: str, thing: object) -> list[str]:
    """The directive that documents one thing; of a module, its first line and all that it offers."""
    if isinstance(thing, ModuleType):
        inner = [line for inside in offered(thing) for line in entry(*inside)]
        said = literal((inspect.getdoc(thing) or "").splitlines()[0])
        return ["", *heading(name.removeprefix("workbench."), "-"), said, "", *inner]
    # a class that a face offers from another family is indexed there, by the name of its own module
    elsewhere = [] if home(thing).startswith(".".join(name.split(".")[:2]) + ".") else ["   :no-index:"]
    if inspect.isclass(thing):
        return ["", f".. autoclass:: {name}", "   :members:", *elsewhere]
    if inspect.isroutine(thing):
        return ["", f".. autofunction:: {name}"]
    return ["", f".. py:data:: {name}", "", f"   {constant(thing)}"]


def home(thing: object) -> str:
    return getattr(thing, "__module__", "") + "."


def constant(thing: object) -> str:
    """A constant's value where it is short, else what it is."""
    text = re.sub(r"\s+", " ", repr(thing))
    if len(text) <= 200:
        return f"``{text}``"
    size = f" of {len(thing)} entries" if hasattr(thing, "__len__") else ""
    return f"A {type(thing).__name__}{size}."


def commands_page() -> list[str]:
    """The help of every command, as the terminal prints it."""
    said = "What ``workbench COMMAND --help`` prints."
    parts = [line for name, command in commands(parser()) for line in help_of(name, command)]
    return [*heading("Commands", "="), said, *parts]


def commands(
    top: argparse.ArgumentParser, before: str = "workbench"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command that does something by itself, with its full name."""
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                inner = [*commands(command, f"{before} {name}")]
                yield f"{before} {name}", command
                yield from inner


def help_of(name: str, command: argparse.ArgumentParser) -> list[str]:
    command.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=88)
    return [
        "",
        *heading(name, "-"),
        ".. code-block:: text",
        "",
        *(f"   {x}" for x in command.format_help().splitlines()),
    ]


def heading(text: str, line: str) -> list[str]:
    return [text, line * len(text), ""]


def table(rows: list[tuple[str, str]]) -> list[str]:
    """A table of two columns."""
    if not rows:
        return []
    cells = [line for left, right in rows for line in (f"   * - {left}", f"     - {right}")]
    return [".. list-table::", "   :widths: auto", "", *cells]


def literal(text: str) -> str:
    """A line of a docstring in which nothing but a backtick means anything."""
    return re.sub(r"([*|\\])", r"\\\1", text)
