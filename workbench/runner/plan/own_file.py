"""The parameters that name a user's own file and say which of its columns is what."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.runner.record.verdict import Refused


def parameters(data: str | None, columns: Sequence[str]) -> dict[str, Any]:
    """Turn what was typed after `--data` and `--map` into parameters.

    Parameters
    ----------
    data : str or None
        Path of a file.
    columns : list of str
        Each `role=column`.

    Returns
    -------
    dict
        `data_file` and `columns`, as far as they were typed.

    Raises
    ------
    Refused
    """
    pairs = [text.partition("=") for text in columns]
    if bad := [role for role, equals, column in pairs if not (role and equals and column)]:
        raise Refused(f"--map {bad[0]!r} is not ROLE=COLUMN; write --map customer_id=CustID amount=Paid")
    if len({role for role, _, _ in pairs}) < len(pairs):
        raise Refused("--map names a role twice; give each role one column")
    extra = {"columns": {role: column for role, _, column in pairs}} if pairs else {}
    if not data:
        if pairs:
            raise Refused("--map needs --data FILE")
        return extra
    file = Path(data)
    if not file.is_file():
        raise Refused(f"--data {data}: {'a folder; name a file in it' if file.is_dir() else 'no such file'}")
    return extra | {"data_file": str(file.resolve())}
