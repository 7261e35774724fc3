"""Reports in the making: each has a process of its own, and whoever waits for it hears of each cell."""

import asyncio
import json
import os
import secrets
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.runner.record.verdict import describe_exit

Event = dict[str, Any]


@dataclass
class Making:
    """A report in the making: what its process has told so far; the last event says how it ended."""

    notebook: Path
    process: asyncio.subprocess.Process
    events: list[Event] = field(default_factory=list)
    told: asyncio.Condition = field(default_factory=asyncio.Condition)
    listening: asyncio.Task[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether the last event is there."""
        return bool(self.events) and "end" in self.events[-1]

    async def after(self, seen: int, patience: float) -> list[Event]:
        """The events after those seen; waits for one as long as it is worth holding a request open."""
        async with self.told:
            waiting = self.told.wait_for(lambda: len(self.events) > seen or self.ended)
            try:
                await asyncio.wait_for(waiting, patience)
            except TimeoutError:
                return []
        return self.events[seen:]

    def stop(self) -> None:
        """Interrupt the run, as Ctrl-C does; it then says so itself."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)

    async def listen(self) -> None:
        """Take what the process tells, line by line, until it has ended."""
        assert self.process.stdout
        async for line in self.process.stdout:
            await self._add(json.loads(line))
        code = await self.process.wait()
        if not self.ended:
            reason = describe_exit(code, "the process that supervised the run")
            await self._add({"end": {"verdict": "incomplete", "reason": reason, "page": None, "at": None}})

    async def _add(self, event: Event) -> None:
        async with self.told:
            self.events.append(event)
            self.told.notify_all()


class Reports:
    """All reports that this server has made, by a key that nobody can guess."""

    def __init__(self) -> None:
        self.known: dict[str, Making] = {}

    async def start(self, notebook: Path, values: dict[str, str], name: str, *, force: bool) -> str:
        """Begin a report; return its key."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "workbench.lab.report"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**24,
            start_new_session=True,  # Ctrl-C in the server's terminal asks there whether to stop
            env={n: v for n, v in os.environ.items() if not n.startswith("JPY_")},
        )
        asked = {"notebook": str(notebook), "values": values, "name": name, "force": force}
        assert process.stdin
        process.stdin.write(json.dumps(asked).encode() + b"\n")  # and it stays open, see `report`
        making = Making(notebook, process)
        making.listening = asyncio.create_task(making.listen())
        key = secrets.token_urlsafe(8)
        self.known[key] = making
        return key

    def of(self, notebook: Path) -> str | None:
        """The key of the report that is being made of a notebook, if one is."""
        running = (key for key, one in self.known.items() if one.notebook == notebook and not one.ended)
        return next(running, None)
