"""How runs come along: a table that renews itself in a terminal, plain lines elsewhere."""

import contextlib
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Protocol, TextIO

from workbench.data import ledger_lines
from workbench.runner.plan.plans import Plan
from workbench.runner.record.provenance import mask
from workbench.runner.record.record import Ended, is_whole


class Shown(Protocol):
    """What is told of each step."""

    def cell(self, plan: Plan, number: int, total: int, heading: str) -> None:
        """A cell starts."""
        ...

    def end(self, plan: Plan, record: Ended) -> None:
        """A run has ended."""
        ...


@contextlib.contextmanager
def shown(plans: Sequence[Plan]) -> Iterator[Shown]:
    """Show the progress of some plans; yields what has `cell` and `end`, to be called as it happens."""
    show = _Table(plans) if _renewable() else _Lines()
    try:
        yield show
    finally:
        show.close()


def _renewable() -> bool:
    """Whether standard output is a terminal that can move its cursor, and may."""
    dumb = os.environ.get("TERM", "dumb") == "dumb" or os.environ.get("NO_COLOR")
    return sys.stdout.isatty() and not dumb


def _say(text: str, stream: TextIO | None = None) -> None:
    """Print; when the reader has gone away (`| head`), go on without: the runs and their verdicts stand."""
    to: TextIO = sys.stdout if stream is None else stream
    try:
        to.write(text)
        to.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), to.fileno())


def _outcome(plan: Plan, record: Ended) -> str:
    """What is said of a run that has ended."""
    if record["verdict"] == "refused":
        return f"refused: {mask(' '.join(record['reason'].split()))}\n"
    where = f" ({record['error']['where']})" if record["error"] else ""
    page = f"{plan.name}.html" if record["verdict"] == "passed" else f"{plan.name}.failed.html"
    told = f"{record['verdict']}: {plan.name}: {record['reason']}{where}\n  {plan.out / page}\n"
    for file in record["data"] if is_whole(record) else []:
        if file["kind"] == "yours" and (ledger := file["ledger"]):
            told += "".join(f"  {mask(line)}\n" for line in ledger_lines(ledger, file["notes"]))
    if is_whole(record) and (bare := record["cells"]["without_alt"]):
        told += f"  no alt text on a figure of {', '.join(bare)}; use plots.show(ax, alt=…, caption=…)\n"
    return told


def _say_outcome(plan: Plan, record: Ended) -> None:
    _say(_outcome(plan, record), sys.stderr if record["verdict"] == "refused" else sys.stdout)


class _Lines:
    """A line per cell and two per run, each with the name of the run."""

    def cell(self, plan: Plan, number: int, total: int, heading: str) -> None:
        _say(f"{plan.name}  [{number}/{total}] {heading}\n")

    def end(self, plan: Plan, record: Ended) -> None:
        _say_outcome(plan, record)

    def close(self) -> None:
        pass


class _Table:
    """A row per run; when all have ended, the outcomes in the order asked for take its place."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.plans, self.height = plans, 0
        self.rows: dict[str, str] = {}
        self.records: dict[str, Ended] = {}

    def cell(self, plan: Plan, number: int, total: int, heading: str) -> None:
        digits = len(str(total))
        bar = "#" * round(10 * number / total)
        self.rows[plan.name] = f"{bar:.<10}  [{number:{digits}}/{total}] {heading}"
        self._draw()

    def end(self, plan: Plan, record: Ended) -> None:
        self.records[plan.name] = record
        self.rows[plan.name] = f"{record['verdict']}: {' '.join(record['reason'].split())}"
        self._draw()

    def close(self) -> None:
        self._print([])
        for plan in self.plans:
            if plan.name in self.records:
                _say_outcome(plan, self.records[plan.name])

    def _draw(self) -> None:
        """All rows where they fit, else those of the runs under way and how many others there are."""
        room = shutil.get_terminal_size().lines - 1
        names = [plan.name for plan in self.plans]
        if len(names) <= room:
            self._print([self._row(name) for name in names])
            return
        under_way = [name for name in names if name in self.rows and name not in self.records]
        counts = f"{len(self.records)} of {len(names)} ended"
        self._print([*map(self._row, under_way[: room - 1]), counts])

    def _row(self, name: str) -> str:
        width = max(len(plan.name) for plan in self.plans)
        return f"{name:{width}}  {mask(self.rows.get(name, 'waiting'))}"

    def _print(self, lines: list[str]) -> None:
        """Put lines in the place of those printed last."""
        width = shutil.get_terminal_size().columns - 1
        up = f"\r\033[{self.height}A" if self.height else "\r"
        _say(up + "\033[J" + "".join(f"{cut(line, width)}\n" for line in lines))
        self.height = len(lines)


def cut(text: str, width: int) -> str:
    """Cut a text to a width in a terminal, where Chinese characters take two columns each.

    Examples
    --------
    >>> cut("recency", 3), cut("聚类 K", 3)
    ('rec', '聚')
    """
    taken = 0
    for position, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > width:
            return text[:position]
    return text
