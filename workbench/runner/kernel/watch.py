"""What is read in some folders while a kernel runs, also by libraries that open files where Python sees nothing.

The watch is held by who supervises the run. It cannot tell one process from another: what another program reads
in these folders meanwhile counts as well, which at worst makes a report run once more.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Sequence

from workbench.runner.kernel import inotify
from workbench.runner.kernel.inotify import Inotify, NoInotify
from workbench.runner.record import files
from workbench.runner.record.inputs import Watched

MOST = 5_000  # folders
# Their files are known otherwise or say nothing; `pyvenv.cfg` marks an environment of packages.
APART = {"__pycache__", "node_modules"}


class Watch:
    """A watch on some folders and all that is in them, as far as it can be had.

    Without inotify the files that the kernel has open are looked at again and again; since that misses what is open
    for a moment only, the report is not called fresh where a library may have read by itself.

    Parameters
    ----------
    folders : sequence of str
        Absolute paths.
    apart : collection of str
        Folders in them that are left out.
    """

    def __init__(self, folders: Sequence[str], apart: Collection[str]) -> None:
        self.apart, self.known = set(apart), set[str]()
        self.seen, self.written, self.opened = Watched(), set[str](), set[str]()
        self.inotify: Inotify | None = None
        self.within = tuple(os.path.join(folder, "") for folder in folders)
        self.polling = False
        try:
            self.inotify = Inotify()
            for folder in folders:
                self._add(folder)
        except NoInotify as error:
            self.polling = True
            self._give_up(str(error))

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Forget what was seen so far, and from here on take what happens when it does."""
        if self.inotify:
            loop.add_reader(self.inotify.fd, self.drain)
        self.drain()
        self.seen, self.written, self.opened = Watched(why=self.seen.why), set(), set()

    def drain(self) -> None:
        """Take what has happened."""
        try:
            for folder, name, mask in self.inotify.events() if self.inotify else ():
                self._note(folder, name, mask)
        except NoInotify as error:
            self._give_up(str(error))

    def poll(self, open_files: Callable[[], Iterable[str]]) -> None:
        """Where there is no inotify, note what is open in the folders now; what is open between two looks is missed."""
        if self.inotify or not self.polling:
            return
        for path in open_files():
            inside = path.startswith(self.within) and not path.startswith(tuple(self.apart))
            if inside and path not in self.seen.read:
                self.seen.read[path] = files.state(path)

    def end(self) -> Watched:
        """Say what was seen, and watch no more."""
        self.drain()
        self._give_up(None)
        self.polling = False
        # opened, and neither read nor closed: mapped into memory, perhaps
        for path in self.opened - self.written - self.seen.read.keys():
            self.seen.read[path] = files.state(path)
        return self.seen

    def _give_up(self, why: str | None) -> None:
        self.seen.why = self.seen.why or why
        if self.inotify:
            with contextlib.suppress(RuntimeError):  # no loop waits for it
                asyncio.get_running_loop().remove_reader(self.inotify.fd)
            self.inotify.close()
        self.inotify = None

    def _add(self, folder: str) -> None:
        """Watch a folder and those in it; a link is followed, since what happens to its target is seen there only."""
        waiting = [folder]
        while waiting and self.inotify:
            path = waiting.pop()
            if path in self.apart or (real := os.path.realpath(path)) in self.known:
                continue
            self.known.add(real)
            if len(self.known) > MOST:
                raise NoInotify(f"there are more than {MOST:,} folders to watch")
            waiting += self._inside(path)
            self.inotify.add(path)  # only now, or we would be seen looking

    def _inside(self, folder: str) -> list[str]:
        try:
            with os.scandir(folder) as found:
                entries = list(found)
        except OSError:  # a file behind a link, or a folder that may not be read
            return []
        if any(entry.name == "pyvenv.cfg" for entry in entries):
            return []
        return [e.path for e in entries if not _is_apart(e.name) and (e.is_symlink() or e.is_dir())]

    def _note(self, folder: str, name: str, mask: int) -> None:
        path = os.path.join(folder, name) if name else folder
        if mask & inotify.OVERFLOW:
            self.seen.why = "more was opened at once than could be followed"
        elif mask & inotify.FOLDER:
            if mask & inotify.OPEN and not name:
                self.seen.listed[path] += 1
            if mask & (inotify.CREATE | inotify.MOVED_TO) and not _is_apart(name):
                self._add(path)
        elif path in self.seen.read or mask & inotify.IGNORED:
            return
        elif mask & (inotify.CREATE | inotify.MOVED_TO | inotify.MODIFY):
            self.written.add(path)
        elif mask & inotify.OPEN:
            self.opened.add(path)
        elif mask & (inotify.ACCESS | inotify.CLOSE_NOWRITE) or path not in self.written:
            self.seen.read[path] = None if path in self.written else files.state(path)


def _is_apart(folder: str) -> bool:
    return folder in APART or folder.startswith(".")
