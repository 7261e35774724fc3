"""Rules between the parameters of a study, declared in its notebook's own metadata.

    "workbench": {"rules": ["2 <= n_clusters <= k_max", "observation_start < observation_end"]}

A rule compares parameters, numbers and texts, also `len`, `min`, `max`, `sum`, `smallest_step` or `distinct`, how many
different ones there are, of a list and sums, differences and products of numbers. The smallest step is above 0 where
each number is above the one before. Two texts are compared as dates. A rule about a parameter that is None says
nothing.

Parameters that are dates are named besides: `"dates": ["observation_start", "observation_end"]`. They are texts in
ISO's form, since any other leaves open which is the day, and pandas would take the month first. So are lengths of time,
such as "7D" or "48h": `"lengths": ["run_in"]`; a number without its unit would be one of nanoseconds.
"""

import ast
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from workbench.checks import did_you_mean, iso_date, length
from workbench.runner.record.verdict import Refused

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def _smallest_step(values: Any) -> float:
    return min((after - before for before, after in itertools.pairwise(values)), default=math.inf)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {"len": len, "min": min, "max": max, "sum": sum}
FUNCTIONS["smallest_step"] = _smallest_step
FUNCTIONS["distinct"] = lambda values: len(set(values))
ALLOWED = (
    "comparisons of parameters and numbers, with +, -, *, len, min, max, sum, smallest_step and distinct"
)


def read(notebook: Mapping[str, Any], declared: Iterable[str], *, name: str = "notebook") -> list[str]:
    """Read the rules that a notebook declares, and refuse what is none.

    Parameters
    ----------
    notebook : dict
        The notebook as parsed JSON.
    declared : iterable of str
        Names of its parameters.
    name : str
        How messages call it.

    Returns
    -------
    list of str
    """
    ours = notebook.get("metadata", {}).get("workbench", {})
    rules = ours.get("rules", []) if isinstance(ours, dict) else None
    if not (isinstance(rules, list) and all(isinstance(rule, str) for rule in rules)):
        raise Refused(f'{name}: the metadata must have the form {{"workbench": {{"rules": ["a <= b", …]}}}}')
    for rule in rules:
        if problem := _problem(rule, declared):
            raise Refused(f"{name}: rule `{rule}`: {problem}")
    return rules


def refuse_dates(notebook: Mapping[str, Any], values: Mapping[str, Any], *, name: str = "notebook") -> None:
    """Refuse a date not in ISO's form, and a length without unit, of the parameters that a notebook declares as such.

    Examples
    --------
    >>> refuse_dates({"metadata": {"workbench": {"dates": ["end"]}}}, {"end": "12.01.2026"})
    Traceback (most recent call last):
        ...
    workbench.runner.record.verdict.Refused: end: '12.01.2026' given; write 2026-01-12
    """
    ours = notebook.get("metadata", {}).get("workbench", {})
    for key, check in (("dates", iso_date), ("lengths", _above_0)):
        named = ours.get(key, []) if isinstance(ours, dict) else []
        if not (isinstance(named, list) and all(isinstance(one, str) for one in named)):
            raise Refused(f"{name}: metadata workbench.{key} must be a list of parameters")
        for parameter in named:
            if parameter not in values:
                hint = did_you_mean(parameter, values)
                raise Refused(f"{name}: metadata workbench.{key}: unknown parameter {parameter!r}{hint}")
            try:
                if isinstance(values[parameter], str):
                    check(parameter, values[parameter])
            except ValueError as error:
                raise Refused(str(error)) from None


def _above_0(parameter: str, text: str) -> None:
    if not length(parameter, text):
        raise ValueError(f"{parameter} is {text!r}; allowed is a length above 0, such as '60D'")


def _problem(rule: str, declared: Iterable[str]) -> str | None:
    try:
        tree = ast.parse(rule, mode="eval").body
    except SyntaxError as error:
        return error.msg
    if not (isinstance(tree, ast.Compare) and all(type(op) in COMPARISONS for op in tree.ops)):
        return f"allowed are {ALLOWED}"
    if unknown := sorted(_names(tree) - set(declared)):
        return f"unknown parameter {unknown[0]!r}{did_you_mean(unknown[0], declared)}"
    allowed = all(_allowed(side) for side in [tree.left, *tree.comparators])
    return None if allowed else f"allowed are {ALLOWED}"


def _names(tree: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - set(FUNCTIONS)


def _allowed(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int() | float() | str()) | ast.Name():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _allowed(operand)
        case ast.BinOp(left=left, right=right):
            return type(node.op) in ARITHMETIC and _allowed(left) and _allowed(right)
        case ast.Call(func=ast.Name(id=function), args=[ast.Name()], keywords=[]):
            return function in FUNCTIONS
    return False


def broken(rules: Iterable[str], values: Mapping[str, Any]) -> str | None:
    """Find the first rule that does not hold.

    Parameters
    ----------
    rules : list of str
        As `read` returned them.
    values : dict
        All parameters of a run, by name.

    Returns
    -------
    str or None
        The rule, and the values that break it.

    Examples
    --------
    >>> broken(["1 <= k_min <= k_max"], {"k_min": 9, "k_max": 8})
    'rule `1 <= k_min <= k_max` does not hold: k_min is 9, k_max is 8'
    """
    for rule in rules:
        tree = ast.parse(rule, mode="eval").body
        assert isinstance(tree, ast.Compare)  # as `read` found it
        concerned = {name: values[name] for name in values if name in _names(tree)}
        if None in concerned.values():
            continue
        told = ", ".join(f"{name} is {value!r}" for name, value in concerned.items())
        try:
            sides = [_value(side, values) for side in [tree.left, *tree.comparators]]
            pairs = zip(tree.ops, sides, sides[1:], strict=False)
            if not all(_compare(op, left, right) for op, left, right in pairs):
                return f"rule `{rule}` does not hold: {told}"
        except (TypeError, ValueError) as error:
            return f"rule `{rule}` cannot be looked at: {told}; {error}"
    return None


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=op, right=right):
            return ARITHMETIC[type(op)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name)]):
            return FUNCTIONS[function](values[name])
    raise TypeError(f"allowed are {ALLOWED}")


def _compare(op: ast.cmpop, left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str) and not isinstance(op, ast.Eq | ast.NotEq):
        left, right = _date(left), _date(right)
    return COMPARISONS[type(op)](left, right)


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date; write it as 2024-01-31") from None
