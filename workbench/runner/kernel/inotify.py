"""Linux's inotify, by ctypes: what is opened, read and written in some folders, by whatever means.

It needs no privilege, and does not say which process it was.
"""

import ctypes
import os
import struct
from collections.abc import Iterator

ACCESS, MODIFY, CLOSE_WRITE, CLOSE_NOWRITE, OPEN = 0x1, 0x2, 0x8, 0x10, 0x20
MOVED_TO, CREATE = 0x80, 0x100
OVERFLOW, IGNORED, FOLDER = 0x4000, 0x8000, 0x40000000
MASK = ACCESS | MODIFY | CLOSE_WRITE | CLOSE_NOWRITE | OPEN | MOVED_TO | CREATE
HEADER = struct.Struct("iIII")  # watch, mask, cookie, length of the name that follows
BUFFER = 2**18  # bytes


class NoInotify(Exception):
    """Say why there is no watch."""


class Inotify:
    """Watched paths, each known by the path that it was added as.

    Raises
    ------
    NoInotify
        The system has none, or gives no more of them.
    """

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(self._libc, "inotify_init1"):
            raise NoInotify("this system offers no inotify")
        self.fd = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.fd < 0:
            raise NoInotify(_reason())
        self._paths: dict[int, str] = {}

    def add(self, path: str) -> None:
        """Watch a folder, not those in it, or a file; nothing happens if it is not there (any more)."""
        number = self._libc.inotify_add_watch(self.fd, os.fsencode(path), MASK)
        if number >= 0:
            self._paths[number] = path
        elif not isinstance(_error(), (FileNotFoundError, PermissionError, NotADirectoryError)):
            raise NoInotify(_reason())

    def events(self) -> Iterator[tuple[str, str, int]]:
        """What has happened since: watched path, name in it ("" for itself) and mask."""
        while True:
            try:
                content = os.read(self.fd, BUFFER)
            except BlockingIOError:
                return
            place = 0
            while place < len(content):
                number, mask, _, length = HEADER.unpack_from(content, place)
                name = content[place + HEADER.size : place + HEADER.size + length].rstrip(b"\0")
                place += HEADER.size + length
                yield self._paths.get(number, ""), os.fsdecode(name), mask

    def close(self) -> None:
        """Watch no more."""
        os.close(self.fd)


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))


def _reason() -> str:
    error = _error()
    full = "the system's limit of watched folders is reached"
    return full if error.errno in (24, 28) else f"inotify fails: {error.strerror}"  # EMFILE, ENOSPC
