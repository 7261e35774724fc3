"""A page in the browser, where somebody sits before one."""

import os
import sys
from pathlib import Path

from workbench.runner.terminal import say


def show(page: Path) -> None:
    """Open a page, or say where it is: on a server or in CI there is nobody to open it for."""
    page = page.resolve()
    if why := _unseen():
        say(f"not opened, {why}: {page}\n")
        return
    import webbrowser

    if not webbrowser.open(page.as_uri()):
        say(f"not opened, there is no browser: {page}\n")


def _unseen() -> str | None:
    """Why nobody would see a page; None where somebody may."""
    if os.environ.get("CI"):
        return "this is CI"
    windows = (
        sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    return None if windows else "there is no display"
