"""The parameters of a notebook: read from its `parameters` cell without running it, typed and checked."""

import ast
import io
import json
import math
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.checks import did_you_mean
from workbench.runner.record.cells import cell_source
from workbench.runner.record.verdict import Refused

ALLOWED = "int, float, bool, str, Literal[…], list[…], dict[str, …] and X | None"


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell: `name: kind = default  # note`."""

    name: str
    kind: str
    default: Any
    note: str

    @property
    def type(self) -> ast.expr:
        return ast.parse(self.kind, mode="eval").body


def read(notebook: Mapping[str, Any], *, name: str = "notebook") -> dict[str, Parameter]:
    """Read the declared parameters of a notebook.

    Parameters
    ----------
    notebook : dict
        The notebook as parsed JSON (format 4).
    name : str
        How messages call it.

    Returns
    -------
    dict of str to Parameter
        In the order of the cell; none where no cell has the tag `parameters`.

    Raises
    ------
    Refused
        More than one cell has the tag; or a line of the cell is not one annotated literal.
    """
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    tagged = [c for c in code if "parameters" in c.get("metadata", {}).get("tags", [])]
    if not tagged:
        return {}
    if len(tagged) > 1:
        raise Refused(
            f"{name}: {len(tagged)} cells have the tag 'parameters'; only one may (JupyterLab: Property Inspector, "
            "Cell Tags)"
        )
    source = cell_source(tagged[0])
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        raise Refused(f"{name}: parameters cell, line {error.lineno}: {error.msg}") from None
    notes = _comments(source)
    found: dict[str, Parameter] = {}
    for line in lines:
        parameter = _declaration(line, notes, f"{name}: parameters cell, line {line.lineno}")
        if parameter.name in found:
            raise Refused(f"{name}: parameters cell declares {parameter.name!r} twice")
        found[parameter.name] = parameter
    return found


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _declaration(line: ast.stmt, notes: Mapping[int, str], where: str) -> Parameter:
    if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value):
        raise Refused(f"{where}: write one annotated literal, such as `n_clusters: int = 3  # what it is`")
    kind = ast.unparse(line.annotation)
    if not _known(line.annotation):
        raise Refused(f"{where}: type {kind} is not offered; allowed are {ALLOWED}")
    try:
        default = ast.literal_eval(line.value)
    except ValueError:
        raise Refused(f"{where}: the default of {line.target.id} must be a literal") from None
    if not fits(default, line.annotation):
        raise Refused(
            f"{where}: the default {default!r} of {line.target.id} is not of its type {kind}"
            f"{_meant(default, line.annotation)}"
        )
    return Parameter(line.target.id, kind, default, notes.get(line.end_lineno or line.lineno, ""))


def _meant(default: Any, type_: ast.expr) -> str:
    """The choice that was probably meant."""
    literals = [
        n.slice for n in ast.walk(type_) if isinstance(n, ast.Subscript) and ast.unparse(n.value) == "Literal"
    ]
    choices = [str(choice) for options in literals for choice in _choices(options)]
    return did_you_mean(default, choices) if isinstance(default, str) and choices else ""


def _known(type_: ast.expr) -> bool:
    match type_:
        case ast.Name(id="int" | "float" | "bool" | "str"):
            return True
        case ast.Constant(value=None):
            return True
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _known(left) and _known(right)
        case ast.Subscript(value=ast.Name(id="Literal")):
            return all(isinstance(v, (str, int, bool)) for v in _choices(type_.slice))
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return _known(item)
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[ast.Name(id="str"), item])):
            return _known(item)
    return False


def _choices(options: ast.expr) -> list[Any]:
    value = ast.literal_eval(options)
    return list(value) if isinstance(value, tuple) else [value]


def fits(value: Any, type_: ast.expr) -> bool:
    """Whether a value is of a declared type; a whole number also fits `float`, a bool never fits `int`."""
    match type_:
        case ast.Constant(value=None):
            return value is None
        case ast.Name(id="float"):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return number and math.isfinite(value)
        case ast.Name(id="int"):
            return isinstance(value, int) and not isinstance(value, bool)
        case ast.Name(id=name):
            return isinstance(value, {"bool": bool, "str": str}[name])
        case ast.BinOp(left=left, right=right):
            return fits(value, left) or fits(value, right)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=options):
            return any(value == choice and type(value) is type(choice) for choice in _choices(options))
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return isinstance(value, list) and all(fits(v, item) for v in value)
    item = _of_values(type_)
    return isinstance(value, dict) and all(isinstance(k, str) and fits(v, item) for k, v in value.items())


def _of_values(type_: ast.expr) -> ast.expr:
    """The type of the values of a dict type, such as `dict[str, float]`."""
    assert isinstance(type_, ast.Subscript)
    assert isinstance(type_.slice, ast.Tuple)
    return type_.slice.elts[1]


def parse(text: str, type_: ast.expr) -> Any:
    """Turn the text of a command line into a value of a declared type.

    Raises
    ------
    ValueError
        The text does not fit; the message says what is expected.

    Examples
    --------
    >>> kind = lambda text: ast.parse(text, mode="eval").body
    >>> parse("3", kind("int")), parse("2, 5", kind("list[int]")), parse("none", kind("str | None"))
    (3, [2, 5], None)
    """
    match type_:
        case ast.Constant(value=None):
            return _parse_none(text)
        case ast.Name(id="str"):
            return text
        case ast.Name(id="bool"):
            return _parse_bool(text)
        case ast.Name(id=name):
            return _parse_number(text, name)
        case ast.BinOp(left=left, right=right):
            return _parse_union(text, [left, right])
        case ast.Subscript(value=ast.Name(id="Literal"), slice=options):
            return _parse_choice(text, _choices(options))
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return _parse_list(text, item)
    return _parse_dict(text, type_)


def _parse_none(text: str) -> None:
    if text.strip().lower() in ("none", "null"):
        return
    raise ValueError("expected none")


def _parse_bool(text: str) -> bool:
    values = {"true": True, "false": False, "1": True, "0": False}
    if text.strip().lower() not in values:
        raise ValueError("expected true or false")
    return values[text.strip().lower()]


def _parse_number(text: str, name: str) -> int | float:
    expected = "a whole number" if name == "int" else "a finite number"
    try:
        value = int(text) if name == "int" else float(text)
    except ValueError:
        raise ValueError(f"expected {expected}") from None
    if not math.isfinite(value):
        raise ValueError(f"expected {expected}")
    return value


def _parse_union(text: str, members: list[ast.expr]) -> Any:
    # `str | None`: the word none means None, whichever side it stands on
    members = sorted(members, key=lambda one: not (isinstance(one, ast.Constant) and one.value is None))
    problems = []
    for member in members:
        try:
            return parse(text, member)
        except ValueError as error:
            problems.append(str(error).removeprefix("expected "))
    raise ValueError("expected " + " or ".join(reversed(problems)))


def _parse_choice(text: str, choices: list[Any]) -> Any:
    for choice in choices:
        if text == str(choice):
            return choice
    names = [str(c) for c in choices]
    raise ValueError(f"expected one of {', '.join(names)}{did_you_mean(text, names)}")


def _parse_list(text: str, item: ast.expr) -> list[Any]:
    if not text.strip():
        return []
    if text.lstrip().startswith("["):
        try:
            parts = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValueError(f"expected a JSON list ({error})") from None
        if fits(parts, ast.Subscript(ast.Name("list"), item)):
            return parts
        raise ValueError(f"expected a list of {ast.unparse(item)}")
    return [parse(part.strip(), item) for part in text.split(",")]


def _parse_dict(text: str, type_: ast.expr) -> dict[str, Any]:
    if text.lstrip().startswith("{"):
        try:
            value = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValueError(f"expected a JSON object ({error})") from None
        if fits(value, type_):
            return value
        raise ValueError(f"expected a JSON object that is a {ast.unparse(type_)}")
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not equals or not key.strip() for key, equals, _ in pairs):
        raise ValueError("expected key=value,key=value")
    return {key.strip(): parse(value.strip(), _of_values(type_)) for key, _, value in pairs}


def resolve(
    declared: Mapping[str, Parameter], assignments: Iterable[str], extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Check what a user asked for against what the notebook declares.

    Parameters
    ----------
    declared : dict of str to Parameter
    assignments : list of str
        Each `name=value`, as typed.
    extra : dict, optional
        Values that are typed already (`--data`, `--map`).

    Returns
    -------
    dict
        The given parameters, typed.

    Raises
    ------
    Refused
        A name is unknown or given twice, or a value does not fit its type.
    """
    given: dict[str, Any] = {}
    for assignment in assignments:
        name, text = parted(assignment)
        if name in given:
            raise Refused(f"Parameter {name!r} is given twice; give it once")
        parameter = _find(declared, name)
        try:
            given[name] = parse(text, parameter.type)
        except ValueError as error:
            raise Refused(f"Parameter {name}: {text!r} given, {error} ({parameter.kind})") from None
    for name, value in (extra or {}).items():
        if name in given:
            raise Refused(f"Parameter {name!r} is given twice; give it once")
        if not fits(value, _find(declared, name).type):
            raise Refused(f"Parameter {name}: {value!r} is not of type {declared[name].kind}")
        given[name] = value
    return given


def parted(assignment: str) -> tuple[str, str]:
    """The name and the value, as text, of what was typed after ``-p``.

    Examples
    --------
    >>> parted("rules={'a': 'recency=1'}")
    ('rules', "{'a': 'recency=1'}")
    """
    name, equals, text = assignment.partition("=")
    if not equals:
        raise Refused(f"-p {assignment!r} has no '='; write -p name=value")
    return name, text


def _find(declared: Mapping[str, Parameter], name: str) -> Parameter:
    if not declared:
        raise Refused(
            f"Parameter {name!r} was given, but the notebook declares no parameters: no cell of code has the tag "
            "'parameters'. Give that tag to the cell that sets them (JupyterLab: Property Inspector, Cell Tags), one "
            f"annotated literal a line, such as `{name}: int = 3`; or leave {name!r} out"
        )
    if name not in declared:
        names = ", ".join(declared)
        raise Refused(f"Unknown parameter {name!r}{did_you_mean(name, declared)} Parameters: {names}.")
    return declared[name]
