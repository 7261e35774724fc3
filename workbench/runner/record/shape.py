"""Whether a JSON value has the form that a type says."""

import functools
import types
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict


def problem(value: Any, kind: Any, name: str) -> str | None:
    """Say where a JSON value is not of a type; None where it is.

    Parameters
    ----------
    value
        As `json.loads` returns it.
    kind : type
        Made of TypedDict, list, dict, unions, Any, None and plain types. Keys that a TypedDict does not have are
        left alone: a later version may write them.
    name : str
        How the message calls the value.

    Examples
    --------
    >>> problem([1, 2.5], list[float], "it"), problem({"a": [1, "2"]}, dict[str, list[int]], "it")
    (None, "it['a'][1] is a text")
    """
    if kind is Any:
        return None
    if is_typeddict(kind):
        return _of_keys(value, kind, name)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        told = [problem(value, one, name) for one in inner]
        # of `X | None` the problem with X says more
        return next((words for words in told if words), None) if all(told) else None
    if origin is list and isinstance(value, list):
        return _first(problem(one, inner[0], f"{name}[{i}]") for i, one in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return _first(problem(one, inner[1], f"{name}[{key!r}]") for key, one in value.items())
    return None if _is_plain(value, kind) else f"{name} is {_called(value)}"


def _of_keys(value: Any, kind: Any, name: str) -> str | None:
    if not isinstance(value, dict):
        return f"{name} is {_called(value)}"
    for key, inner in _hints(kind).items():
        if key not in value:
            return f"{name} has no {key!r}"
        if told := problem(value[key], inner, f"{name}[{key!r}]"):
            return told
    return None


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _first(told: Any) -> str | None:
    return next((words for words in told if words), None)


def _is_plain(value: Any, kind: Any) -> bool:
    """A bool is no number here, and a whole number is one with a fraction."""
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    if get_origin(kind):
        return False
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _called(value: Any) -> str:
    names = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "nothing" if value is None else "an object")
