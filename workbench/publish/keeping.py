"""Whether this process is a run, and where its named tables go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["keep_in", "run"]


@dataclass
class Keeping:
    """A run's folder for named tables; None where there is no run."""

    folder: Path | None = None
    own_ids: Callable[[], Mapping[str, str]] = dict
    excel: bool = False
    known: set[str] = field(default_factory=set)


run = Keeping()


def keep_in(
    folder: str | Path | None, own_ids: Callable[[], Mapping[str, str]] = dict, *, excel: bool = False
) -> None:
    """Have named tables written into a folder from here on, or, without one, not written.

    Parameters
    ----------
    folder : path or None
        Made when the first table is written.
    own_ids : callable
        Returns pseudonym to own id, of the file that was loaded.
    excel : bool
        Write ``.xlsx`` too.
    """
    run.folder, run.own_ids, run.excel, run.known = Path(folder) if folder else None, own_ids, excel, set()
