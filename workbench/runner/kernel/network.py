"""Connections that a kernel's process has, whichever library made them."""

import os
import re
from pathlib import Path

import psutil

from workbench.runner import system

TABLES = ("tcp", "tcp6", "udp", "udp6")
LISTENING = "0A"


class Connections:
    """What was seen of a process at some moments; one that lives for less than the time between them is missed."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._known: set[str] = set()

    def look(self, number: int | None) -> None:
        """Look at the sockets that are new since the last time."""
        if not os.path.isdir(system.OPEN_FILES):
            self._ask(number)
            return
        new = _sockets(number) - self._known if number else set()
        self._known |= new
        if new and not self.seen and new & _connected(number):
            self.seen = ["network"]

    def _ask(self, number: int | None) -> None:
        """Ask the system, which takes longer, where it shows no files of its processes."""
        try:
            found = psutil.Process(number).net_connections() if number and not self.seen else []
        except psutil.Error:  # it has ended
            return
        if any(each.raddr and each.status != psutil.CONN_LISTEN for each in found):
            self.seen = ["network"]


def _sockets(number: int | None) -> set[str]:
    """Inodes of a process's sockets."""
    found = set()
    try:
        for entry in os.scandir(f"/proc/{number}/fd"):
            if match := re.fullmatch(r"socket:\[(\d+)\]", os.readlink(entry.path)):
                found.add(match[1])
    except OSError:  # it has ended, or closed what was listed
        pass
    return found


def _connected(number: int | None) -> set[str]:
    """Inodes of the sockets that lead to another address."""
    found = set()
    for table in TABLES:
        try:
            lines = Path(f"/proc/{number}/net/{table}").read_text().splitlines()[1:]
        except OSError:
            continue
        for _, _, remote, state, *_, inode in (line.split()[:10] for line in lines):
            if state != LISTENING and remote.strip("0:"):
                found.add(inode)
    return found
