"""The points of a sweep: the values that each parameter takes, typed and checked before any kernel starts."""

import ast
import itertools
import json
import math
import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from workbench.runner.plan import parameters as parameters_
from workbench.runner.record.verdict import Refused

MOST = 500  # points of a sweep; more is a typing error, or a study of its own
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER}):({_NUMBER})(?::({_NUMBER}))?")
_DASHED = re.compile(rf"({_NUMBER})\s*(?:-|–|\.\.+)\s*({_NUMBER})")  # what others write for one
# a value in brackets or quotation marks, or up to a comma
_PIECE = re.compile(r"""\s*((?:"(?:\\.|[^"\\])*"|\[[^\]]*\]|\{[^}]*\}|[^,])*)(?:,|$)""")


def read(
    declared: Mapping[str, parameters_.Parameter], texts: Iterable[str], *, fixed: Collection[str] = ()
) -> dict[str, list[Any]]:
    """Read what each `-g NAME=VALUES` asks for.

    Parameters
    ----------
    declared : dict of str to parameters.Parameter
    texts : list of str
        As typed: a range `2:6` or `2:10:2` (both ends included), values `none,zscore`, or both `2:4,8`. A value
        that holds a comma stands in quotation marks, a list in brackets.
    fixed : collection of str
        Names of parameters that have one value for all points.

    Returns
    -------
    dict of str to list
        Parameter to its values, in the order typed.

    Raises
    ------
    Refused
        A name or a value is not one that the notebook declares, or there are more than `MOST` points.
    """
    grid: dict[str, list[Any]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals:
            raise Refused(f"-g {text!r} has no '='; write -g n_clusters=2:6 or -g scaling=none,zscore")
        if name in grid or name in fixed:
            raise Refused(f"Parameter {name!r} is given twice; give it once")
        grid[name] = _values(declared, name, values)
    if not grid:
        raise Refused("a sweep needs a grid; write -g NAME=VALUES, such as -g n_clusters=2:6")
    _refuse_too_many(math.prod(map(len, grid.values())))
    return grid


def points(grid: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """List every combination of the values, the last parameter varying fastest.

    Examples
    --------
    >>> points({"k": [2, 3], "how": ["a"]})
    [{'k': 2, 'how': 'a'}, {'k': 3, 'how': 'a'}]
    """
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def _values(declared: Mapping[str, parameters_.Parameter], name: str, text: str) -> list[Any]:
    parameters_.resolve(declared, [], {} if name in declared else {name: None})  # refuses an unknown name
    numeric = _takes_numbers(declared[name].type)
    typed = [piece for part in _split(text) for piece in (_expand(name, part) if numeric else [_bare(part)])]
    values = [parameters_.resolve(declared, [f"{name}={piece}"])[name] for piece in typed]
    keys = [json.dumps(value, sort_keys=True) for value in values]
    for key in keys:
        if keys.count(key) > 1:
            raise Refused(f"Parameter {name}: the value {key} stands twice in {text!r}; give it once")
    return values


def _takes_numbers(type_: ast.expr) -> bool:
    match type_:
        case ast.Name(id="int" | "float"):
            return True
        case ast.BinOp(left=left, right=right):
            return _takes_numbers(left) or _takes_numbers(right)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
            return any(type(getattr(node, "value", None)) is int for node in ast.walk(choices))
    return False


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no brackets or quotation marks.

    Examples
    --------
    >>> _split('2:4, 8'), _split('[1, 2],[3]'), _split('"a,b",c')
    (['2:4', '8'], ['[1, 2]', '[3]'], ['"a,b"', 'c'])
    """
    pieces, at = [], 0
    while at <= len(text):
        match = _PIECE.match(text, at)
        assert match  # it may be empty, so there always is one
        pieces.append(match[1].strip())
        at = match.end() + (match.end() == len(text) and not match[0].endswith(","))
    return pieces


def _bare(piece: str) -> str:
    """A value without the quotation marks around it."""
    if len(piece) > 1 and piece[0] == piece[-1] == '"':
        try:
            return json.loads(piece)
        except ValueError:
            return piece
    return piece


def _expand(name: str, piece: str) -> list[str]:
    """Write a range out; both ends are included, as a reader expects of 2:6."""
    if dashed := _DASHED.fullmatch(piece):
        raise Refused(f"Parameter {name}: {piece!r} is no range; write {dashed[1]}:{dashed[2]}")
    match = _RANGE.fullmatch(piece)
    if not match:
        return [_bare(piece)]
    first, last, step = (Decimal(number or 1) for number in match.groups())
    if step <= 0 or last < first:
        raise Refused(
            f"Parameter {name}: the range {piece} does not count up; write first:last or first:last:step"
        )
    count = int((last - first) // step) + 1
    _refuse_too_many(count)
    return [f"{(first + number * step).normalize():f}" for number in range(count)]


def _refuse_too_many(count: int) -> None:
    if count > MOST:
        raise Refused(
            f"the grid has at least {count:,} points; at most {MOST} are run in one sweep; narrow it"
        )
