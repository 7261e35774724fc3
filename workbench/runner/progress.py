"""How runs come along: a table that renews itself in a terminal, plain lines elsewhere."""

import contextlib
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from workbench.data import ledger_lines
from workbench.runner.gate import said
from workbench.runner.plan.plans import Plan
from workbench.runner.record.masking import mask
from workbench.runner.record.record import DataFile, Ended, Record, is_whole, state
from workbench.runner.terminal import is_lively, painted, say


class Shown(Protocol):
    """What is told of each step."""

    def cell(self, plan: Plan, number: int, total: int, heading: str) -> None:
        """A cell starts."""
        ...

    def end(self, plan: Plan, record: Ended) -> None:
        """A run has ended."""
        ...


@contextlib.contextmanager
def shown(plans: Sequence[Plan], *, called: Mapping[str, str] | None = None) -> Iterator[Shown]:
    """Show the progress of some plans; yields what has `cell` and `end`, to be called as it happens.

    Parameters
    ----------
    plans : list of plans.Plan
    called : dict of str to str, optional
        What the points of a sweep are called, by the names of their reports; of such a run less is told.
    """
    show = _Table(plans, called or {}) if is_lively() else _Lines(called or {})
    try:
        yield show
    finally:
        show.close()


def _outcome(plan: Plan, record: Ended, called: Mapping[str, str]) -> str:
    """What is said of a run that has ended."""
    verdict, name = state(record), mask(called.get(plan.name, plan.name))
    if verdict == "refused":
        at = f"{name}: " if plan.name in called else ""
        return f"{painted(verdict, sys.stderr)}: {at}{mask(' '.join(record['reason'].split()))}\n"
    where = f" ({record['error']['where']})" if record["error"] else ""
    page = f"{plan.name}.html" if verdict == "passed" else f"{plan.name}.failed.html"
    told = f"{painted(verdict)}: {name}: {_reason(record)}{where}\n"
    if (plan.name not in called or verdict != "passed") and (plan.out / page).exists():
        told += f"  {plan.out / page}\n"
    if is_whole(record) and plan.name not in called:
        told += ledgers(record["data"]) + results(plan, record)
        if bare := record["cells"]["without_alt"]:
            told += f"  no alt text on a figure of {', '.join(bare)}; use plots.show(ax, alt=…, caption=…)\n"
    return told


def _reason(record: Ended) -> str:
    """Why a run has its verdict, or why its report is withheld."""
    if not is_whole(record) or state(record) != "withheld":
        return record["reason"]
    return f"{said(record['personal']['found'])}; the run itself: {record['verdict']}, {record['reason']}"


def ledgers(data: Iterable[DataFile]) -> str:
    """What became of the rows of a user's own files, in lines."""
    own = [(file["ledger"], file["notes"]) for file in data if file["kind"] == "yours"]
    lines = [line for ledger, notes in own if ledger for line in ledger_lines(ledger, notes)]
    return "".join(f"  {mask(line)}\n" for line in lines)


def results(plan: Plan, record: Record) -> str:
    """Where the named tables of a run that passed lie, in a line; they are in no report."""
    tables = [table["name"] for table in record["published"]["tables"]]
    if not tables or state(record) != "passed":
        return ""
    return f"  results: {', '.join(tables)} in {plan.results.resolve()}\n"


def _say_outcome(plan: Plan, record: Ended, called: Mapping[str, str]) -> None:
    stream = sys.stderr if record["verdict"] == "refused" else sys.stdout
    say(_outcome(plan, record, called), stream)


class _Lines:
    """A line per cell and two per run, each with the name of the run."""

    def __init__(self, called: Mapping[str, str]) -> None:
        self.called = called

    def cell(self, plan: Plan, number: int, total: int, heading: str) -> None:
        say(f"{mask(self.called.get(plan.name, plan.name))}  [{number}/{total}] {mask(heading)}\n")

    def end(self, plan: Plan, record: Ended) -> None:
        _say_outcome(plan, record, self.called)

    def close(self) -> None:
        pass


class _Table:
    """A row per run; when all have ended, the outcomes in the order asked for take its place."""

    def __init__(self, plans: Sequence[Plan], called: Mapping[str, str]) -> None:
        self.plans, self.called, self.height = plans, called, 0
        self.rows: dict[str, str] = {}
        self.records: dict[str, Ended] = {}

    def cell(self, plan: Plan, number: int, total: int, heading: str) -> None:
        digits = len(str(total))
        bar = "#" * round(10 * number / total)
        self.rows[plan.name] = f"{bar:.<10}  [{number:{digits}}/{total}] {heading}"
        self._draw()

    def end(self, plan: Plan, record: Ended) -> None:
        self.records[plan.name] = record
        self.rows[plan.name] = f"{state(record)}: {' '.join(_reason(record).split())}"
        self._draw()

    def close(self) -> None:
        self._print([])
        for plan in self.plans:
            if plan.name in self.records:
                _say_outcome(plan, self.records[plan.name], self.called)

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
        width = max(len(self.called.get(plan.name, plan.name)) for plan in self.plans)
        return mask(f"{self.called.get(name, name):{width}}  {self.rows.get(name, 'waiting')}")

    def _print(self, lines: list[str]) -> None:
        """Put lines in the place of those printed last."""
        width = shutil.get_terminal_size().columns - 1
        up = f"\r\033[{self.height}A" if self.height else "\r"
        say(up + "\033[J" + "".join(f"{cut(line, width)}\n" for line in lines))
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
