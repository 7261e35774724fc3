"""Texts and numbers in Python code, each with the name that it is given."""

import ast
import re
from collections.abc import Iterator


def texts(source: str) -> Iterator[tuple[str, str]]:
    """Tell all texts of some code, put together from their parts, with the name of what they are given to, or "".

    Examples
    --------
    >>> [one for one in texts("connect(user='ann', token='a' + 'b')") if one[0]]
    [('user', 'ann'), ('token', 'ab')]
    """
    try:
        tree = ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.M))
    except (SyntaxError, ValueError):
        yield "", source
        return
    for node in ast.walk(tree):
        if (text := _joined(node)) is not None:
            yield "", text
        for name, value in _bound(node):
            yield from ((name, text) for text in _given(value) if name)


def _given(value: ast.AST | None) -> Iterator[str]:
    """The texts and numbers that a value may be, as far as that can be read."""
    match value:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            yield str(number)
        case (
            ast.BoolOp(values=parts)
            | ast.List(elts=parts)
            | ast.Tuple(elts=parts)
            | ast.JoinedStr(values=parts)
        ):
            for part in parts:
                yield from _given(part)
        case ast.IfExp(body=one, orelse=other):
            yield from _given(one)
            yield from _given(other)
        case ast.Call(func=ast.Attribute(value=ast.Constant() as text)):
            yield from _given(text)
        case _ if text := _joined(value):
            yield text


def _joined(node: ast.AST | None) -> str | None:
    """The text that an expression stands for, as far as it can be read."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=bytes(content)):
            return content.decode("utf-8", "replace")
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, two = _joined(left), _joined(right)
            return None if one is None or two is None else one + two
    return None


def _bound(node: ast.AST) -> list[tuple[str, ast.AST | None]]:
    """Names with the values that they are given: variables, arguments, entries, attributes."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            return [(_name(name), value) for name, value in zip(names, values, strict=False)]
        case ast.Assign(targets=targets, value=value):
            return [(_name(target), value) for target in targets]
        case ast.arguments(args=args, kwonlyargs=only):
            last = args[len(args) - len(node.defaults) :]
            given = [*zip(last, node.defaults, strict=True), *zip(only, node.kw_defaults, strict=True)]
            return [(argument.arg, value) for argument, value in given]
        case (
            ast.Tuple(elts=[ast.Constant(value=str(name)), value])
            | ast.Call(args=[ast.Constant(value=str(name)), value])
        ):
            return [(name, value)]
        case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            return [(_name(target), value)]
        case ast.keyword(arg=str(name), value=value):
            return [(name, value)]
        case ast.Dict(keys=keys, values=values):
            return [(_joined(key) or "", value) for key, value in zip(keys, values, strict=True)]
    return []


def _name(target: ast.AST) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""
