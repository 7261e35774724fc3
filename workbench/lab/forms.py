"""A notebook's parameters as a form, and what is wrong with what was typed into it, in the runner's words.

What is typed travels as text, as on a command line; a parameter that is left as it was does not travel on.
"""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.runner.page.answer import OF_FILE
from workbench.runner.plan import own_file, parameters, plans, rules
from workbench.runner.plan.parameters import Parameter
from workbench.runner.plan.plans import Plan
from workbench.runner.plan.wishes import Wishes
from workbench.runner.record import masking, provenance
from workbench.runner.record.verdict import Refused

Texts = Mapping[str, str]  # by the name of the parameter


@dataclass
class Looked:
    """What was typed, looked at: a plan where it can be run, else what is wrong, and where."""

    plan: Plan | None = None
    problems: dict[str, str] = field(default_factory=dict)  # by the name of the parameter
    refused: str | None = None  # what is wrong with all of them together
    concerned: list[str] = field(default_factory=list)  # the parameters that this is about


def describe(notebook: Path) -> dict[str, Any]:
    """The form of a notebook: its fields, their defaults as texts, and its rules.

    Raises
    ------
    Refused
        The notebook cannot be read, or its parameters cannot.
    """
    path, project = plans.find(str(notebook))
    _, content = plans.read_notebook(path)
    declared = parameters.read(content, name=path.name)
    return {
        "study": project.name_of(path),
        "title": plans.title(content) or path.stem,
        "asked": plans.told(content, "question"),
        "fields": [_field(parameter) for parameter in declared.values()],
        "rules": rules.read(content, declared, name=path.name),
    }


def _field(parameter: Parameter) -> dict[str, Any]:
    members = _members(parameter.type)
    optional = any(isinstance(one, ast.Constant) for one in members)
    kinds = [one for one in members if not isinstance(one, ast.Constant)]
    control, choices = _control(kinds[0]) if len(kinds) == 1 else ("text", [])
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "note": parameter.note,
        "control": control,
        "choices": ["", *choices] if choices and optional else choices,
        "optional": optional,
        "default": as_text(parameter.default),
        "own": parameter.name in OF_FILE,
    }


def _members(type_: ast.expr) -> list[ast.expr]:
    """The types that a union is of."""
    if isinstance(type_, ast.BinOp):
        return [*_members(type_.left), *_members(type_.right)]
    return [type_]


def _control(type_: ast.expr) -> tuple[str, list[str]]:
    """How one type is asked for: a menu, a tick, a number or a text."""
    match type_:
        case ast.Name(id="bool"):
            return "tick", []
        case ast.Name(id="int"):
            return "whole", []
        case ast.Name(id="float"):
            return "number", []
        case ast.Subscript(value=ast.Name(id="Literal"), slice=options):
            value = ast.literal_eval(options)
            return "menu", [str(one) for one in (value if isinstance(value, tuple) else (value,))]
    return "text", []


def as_text(value: Any) -> str:
    """A value as it stands in its field; None is an empty one."""
    return "" if value is None else provenance.as_text(value)


def look(notebook: Path, texts: Texts, name: str = "") -> Looked:
    """Look at what was typed: each field by itself, then all of them together.

    Parameters
    ----------
    notebook : Path
    texts : dict of str to str
        What stands in each field.
    name : str
        What the report is to be called; by default as the runner calls it.
    """
    try:
        _, content = plans.read_notebook(notebook)
        declared = parameters.read(content, name=notebook.name)
        typed = {n: _typed(declared[n], t) for n, t in texts.items() if _is_other(declared, n, t)}
        problems = _problems(declared, typed)
        extra = _own_file(typed, problems)
        if problems:
            return Looked(problems=problems)
        assignments = [f"{n}={text}" for n, text in typed.items()]
        return Looked(plans.plan(str(notebook), assignments, extra=extra, wishes=Wishes(name or None)))
    except Refused as error:
        told = str(error)
        return Looked(refused=told, concerned=_concerned(told, texts))


def _is_other(declared: Mapping[str, Parameter], name: str, text: str) -> bool:
    """Whether a field holds something else than the notebook's default."""
    parameters.resolve(declared, [], {} if name in declared else {name: None})  # refuses an unknown name
    return text.strip() != as_text(declared[name].default)


def _typed(parameter: Parameter, text: str) -> str:
    optional = any(isinstance(one, ast.Constant) for one in _members(parameter.type))
    return "none" if optional and not text.strip() else text.strip()


def _problems(declared: Mapping[str, Parameter], typed: Texts) -> dict[str, str]:
    found = {}
    for name, text in typed.items():
        try:
            parameters.parse(text, declared[name].type)
        except ValueError as error:
            found[name] = f"{text!r} given, {error}" if text else str(error)
    return found


def _own_file(typed: dict[str, str], problems: dict[str, str]) -> dict[str, Any]:
    """Take the user's own file, or several in a JSON list, from what was typed; a missing one is a problem."""
    text = typed.pop("data_file", "none")
    if text == "none" or "data_file" in problems:
        return {}
    try:
        files = json.loads(text) if text.startswith("[") else [text]
        return own_file.parameters(own_file.Typed(files, option=""))
    except (Refused, ValueError) as error:
        problems["data_file"] = str(error)
        return {}


def _concerned(told: str, names: Texts) -> list[str]:
    """The parameters that a refusal names first: of a rule those whose values it tells."""
    first = told.partition(":")[0].removeprefix("Parameter ")
    return [name for name in names if f"{name} is " in told or first == name]


def command(plan: Plan) -> str:
    """What would be typed for the same report."""
    return masking.mask(plan.command, masking.secrets(plan.given))
