"""The parameters as the cells find them: whether each still is what the report says it was.

Looked at after every cell, since a cell may put back what another one changed.
"""

from collections.abc import Mapping
from typing import Any

SHOWN = 200  # characters of a value in a message
GONE = "no longer there"
_state: dict[str, Any] = {"expected": {}, "shell": None}
_changed: dict[str, str] = {}  # parameter to the value that it was first found with


def watch(shell: Any, expected: Mapping[str, str]) -> None:
    """Look at some parameters from here on.

    Parameters
    ----------
    shell : InteractiveShell
        In which the cells run.
    expected : dict of str to str
        Parameter to its recorded value, as `written` writes it.
    """
    _state.update(expected=dict(expected), shell=shell)
    shell.events.register("post_run_cell", _look)
    _look()


def changed() -> dict[str, str]:
    """The parameters that were not as recorded after some cell, each with what it was then."""
    _look()
    return _changed


def _look(*_: object) -> None:
    for name, value in _state["expected"].items():
        names = _state["shell"].user_ns
        now = written(names[name]) if name in names else GONE
        if now != value:
            _changed.setdefault(name, now[:SHOWN])


def written(value: Any) -> str:
    """A parameter's value as code; of what no parameter can be, the name of its type.

    Examples
    --------
    >>> written([1, 2.0, None, {"a": True}]), written({1})
    ("[1, 2.0, None, {'a': True}]", 'a set')
    """
    try:
        return repr(value) if _is_plain(value) else f"a {type(value).__name__}"
    except RecursionError:
        return f"a {type(value).__name__} that holds itself"


def _is_plain(value: Any) -> bool:
    if type(value) is list:
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(_is_plain(key) and _is_plain(one) for key, one in value.items())
    return type(value) in (int, float, bool, str, type(None))
