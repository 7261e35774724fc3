"""The rules of a notebook, held in every kernel that runs its cells: JupyterLab's, plain papermill's, nbval's.

A run has checked them before its kernel starts, and its kernel does not come here. Elsewhere a cell that gives the
parameters other values is looked at before it runs; where they break a rule, or are not of their type, it is refused,
which ends Run All there.
"""

import ast
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from IPython.core.error import InputRejected

from workbench.runner import project
from workbench.runner.plan import form, parameters, rules
from workbench.runner.record.verdict import Refused

Notebook = dict[str, Any]


class RuleBroken(InputRejected):
    """The cell was not run, since the parameters it gives cannot be."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # where it was raised says nothing to a reader


def hold(shell: Any) -> None:
    """Have a kernel's shell look at the parameters before it runs a cell."""
    if not any(isinstance(one, Keeper) for one in shell.ast_transformers):
        shell.ast_transformers.append(Keeper(shell))


class Keeper:
    """Sees every cell before it runs; IPython calls `visit`."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.notebooks: list[Notebook] = []  # that this kernel may be running
        self.begun = False

    def visit(self, tree: ast.Module) -> ast.Module:
        """Refuse a cell whose parameters break a rule, else leave it as it is."""
        declaring = bool(tree.body) and all(isinstance(line, ast.AnnAssign) for line in tree.body)
        if declaring or not self.begun:  # JupyterLab may have saved another state since
            self.notebooks = list(_running(tree if declaring else None)) or self.notebooks
        told = _given(tree)
        problems = [self._problem(notebook, tree, told) for notebook in self.notebooks]
        self.begun = True
        if problems and all(problems):  # of two that declare the same parameters, nobody knows which one runs
            raise RuleBroken(problems[0])
        return tree

    def _problem(self, notebook: Notebook, tree: ast.Module, told: Mapping[str, Any]) -> str | None:
        """What is wrong with the values that the parameters have once this cell has run."""
        declared = parameters.read(notebook)
        if self.begun and not told.keys() & declared.keys():
            return None
        try:
            if told.keys() & declared.keys() and isinstance(tree.body[0], ast.AnnAssign):
                declared = parameters.read(_only(tree)) or declared
            else:
                parameters.resolve(declared, [], {n: v for n, v in told.items() if n in declared})
            known = self.shell.user_ns
            values = {n: told.get(n, known.get(n, p.default)) for n, p in declared.items()}
            rules.refuse_dates(notebook, values)
            broken = rules.broken(rules.read(notebook, declared), values)
        except Refused as error:
            return str(error)
        return f"{broken}; choose other values" if broken else None


def _given(tree: ast.Module) -> dict[str, Any]:
    """The literals that a cell gives names to, where it does nothing else: the parameters, or papermill's own cell."""
    found: dict[str, Any] = {}
    for line in tree.body:
        match line:
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=value)
                | ast.Assign(targets=[ast.Name(id=name)], value=value)
            ) if value:
                try:
                    found[name] = ast.literal_eval(value)
                except ValueError:
                    return {}
            case _:
                return {}
    return found


def _only(tree: ast.Module) -> Notebook:
    """A notebook of the parameters cell alone, as it is about to run; the stored one may say something else."""
    return {
        "cells": [{"cell_type": "code", "source": ast.unparse(tree), "metadata": {"tags": ["parameters"]}}]
    }


def _running(tree: ast.Module | None) -> Iterator[Notebook]:
    """The notebook that runs in this kernel: Jupyter names it; else those that declare the same parameters."""
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    if session.suffix == ".ipynb" and (named := _read(session)):
        yield named
    elif tree is not None:
        kinds = _kinds(tree)
        files = dict.fromkeys([*project.find().studies.values(), *_shipped()])
        yield from (n for f in files if (n := _read(f)) and _declares(n) == kinds)


def _shipped() -> Iterator[Path]:
    """The notebooks of the workbench's own checkout, for a kernel that was started elsewhere."""
    yield from project.find(Path(__file__).parent).studies.values()


def _read(file: Path) -> Notebook | None:
    try:
        notebook = form.read(file.read_bytes())
        parameters.read(notebook)
    except (OSError, ValueError, Refused):
        return None
    return notebook


def _declares(notebook: Notebook) -> dict[str, str]:
    return {name: p.kind for name, p in parameters.read(notebook).items()}


def _kinds(tree: ast.Module) -> dict[str, str]:
    lines = (line for line in tree.body if isinstance(line, ast.AnnAssign))
    return {
        line.target.id: ast.unparse(line.annotation) for line in lines if isinstance(line.target, ast.Name)
    }
