"""What was seen of a run, turned into one word. Nothing here runs, reads or writes."""

import signal
from dataclasses import dataclass, field
from typing import Any

EXIT_CODES = {
    "passed": 0,
    "refused": 2,
    "failed": 3,
    "incomplete": 4,
    "kernel died": 5,
    "timed out": 124,
    "interrupted": 130,
}
WITHHELD = 6  # whatever the verdict is, but for an interruption


class Refused(Exception):
    """The run was not started; the message says what was given, what is allowed and what to do."""


@dataclass
class Seen:
    """Facts about one execution, noted by the loop that watched it.

    `expected` are the indices of the cells that have code; `replies` maps a cell's index to the status of
    the kernel's own reply ("ok", "error", "aborted"), `raised` to the name of its exception;
    `tolerated` are the cells whose author announced an
    exception (tag `raises-exception`); `start` says how the kernel was started.
    """

    expected: list[int] = field(default_factory=list)
    tolerated: set[int] = field(default_factory=set)
    replies: dict[int, str] = field(default_factory=dict)
    raised: dict[int, str] = field(default_factory=dict)
    interrupted: str | None = None
    timed_out: str | None = None
    over_memory: str | None = None
    exit_code: int | None = None
    lost_output: str | None = None
    error: dict[str, Any] | None = None
    shown_error: tuple[int, str] | None = None
    failure: str | None = None
    start: str | None = None

    @property
    def not_run(self) -> list[int]:
        """Indices of the cells with code that the kernel never answered for."""
        return [i for i in self.expected if self.replies.get(i) not in ("ok", "error")]

    def name(self, index: int) -> str:
        """What messages call a cell: its place among the cells with code, as a reader counts them."""
        return f"code cell {self.expected.index(index) + 1} of {len(self.expected)}"


def judge(seen: Seen) -> tuple[str, str]:
    """Return the verdict and the reason for it.

    The order matters: killing a kernel makes every later symptom appear too, so what we did ourselves is
    asked first, then the fate of the process, then exceptions, then the replies.

    Examples
    --------
    >>> judge(Seen(expected=[1, 2], replies={1: "ok", 2: "ok"}))
    ('passed', 'all 2 code cells ran')
    >>> judge(Seen(expected=[1, 2], replies={1: "ok"}))
    ('incomplete', '1 of 2 code cells did not run')
    >>> judge(Seen(expected=[1, 2], replies={1: "ok"}, exit_code=-9))
    ('kernel died', 'the kernel was killed by SIGKILL')
    """
    if seen.interrupted:
        return "interrupted", f"stopped by {seen.interrupted}"
    if seen.timed_out:
        return "timed out", seen.timed_out
    if seen.over_memory:
        return "kernel died", seen.over_memory
    if seen.exit_code is not None:
        return "kernel died", describe_exit(seen.exit_code)
    if seen.failure:
        return "failed", seen.failure
    if seen.error:
        return "failed", f"{seen.error['ename']}: {seen.error['evalue']}".rstrip(": ")
    if seen.shown_error:
        index, told = seen.shown_error
        return "failed", f"{seen.name(index)} shows an error that did not stop it: {told}"
    if seen.lost_output:
        return "incomplete", seen.lost_output
    raised = [i for i, status in seen.replies.items() if status == "error" and i not in seen.tolerated]
    if raised:
        return "failed", f"{seen.name(raised[0])} raised an exception"
    if seen.not_run:
        return "incomplete", f"{len(seen.not_run)} of {len(seen.expected)} code cells did not run"
    announced = [
        f"code cell {seen.expected.index(i) + 1} raised {seen.raised.get(i) or 'an exception'}, as announced"
        for i in seen.expected
        if seen.replies[i] == "error"
    ]
    return "passed", "; ".join([f"all {len(seen.expected)} code cells ran", *announced])


def describe_exit(code: int, process: str = "the kernel") -> str:
    """Say how a process ended, from its return code (negative: the signal that killed it).

    Examples
    --------
    >>> describe_exit(0)
    'the kernel exited by itself with code 0'
    """
    if code >= 0:
        return f"{process} exited by itself with code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"{process} was killed by {name}"
