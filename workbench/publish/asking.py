"""Questions that data may be unable to answer: the report then says so, and goes on."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from workbench.checks import NotKnown

__all__ = ["if_known"]

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def if_known(method: Callable[Asked, Answer], *args: Asked.args, **kwargs: Asked.kwargs) -> Answer | None:
    """Call a method; where the data cannot answer it, print "not known" with the reason and return None.

    Parameters
    ----------
    method : callable
        One that raises `workbench.checks.NotKnown` where the data are too few, too short or too much alike; any other
        error stands as it is.
    *args, **kwargs
        As the method takes them.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.events import movement
    >>> if_known(movement.stayed, pd.Series({"a": 1}), pd.Series({"b": 1}))
    not known: No customer was seen in both periods.
    """
    try:
        return method(*args, **kwargs)
    except NotKnown as reason:
        print(f"not known: {reason}")
        return None
