"""What all tests share: fixed settings, tiny notebooks, and the command line as a user types it."""

import json
import os
import subprocess
from pathlib import Path

import hypothesis
import matplotlib
import pytest
from command_line import COMMAND, workbench  # noqa: F401

matplotlib.use("agg")
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")


def missing(what, why):
    """Skip a test for a missing optional part, with the reason; in CI a missing part is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing in CI: {why}")
    pytest.skip(f"{what}: {why}")


def write_notebook(path, *cells, parameters="x: int = 1  # a number", title="Tiny"):
    """Write a notebook of a title, a parameters cell (None: without one) and code cells."""

    def code(number, source, tags=()):
        metadata = {"tags": list(tags)} if tags else {}
        content = {"source": source, "outputs": [], "execution_count": None}
        return {"cell_type": "code", "id": f"c{number}", "metadata": metadata} | content

    head = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# {title}"}
    first = [] if parameters is None else [code(0, parameters, ["parameters"])]
    body = [head, *first, *(code(i, source) for i, source in enumerate(cells, 1))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": body, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path = Path(path)
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    return path


def until(file):
    """A cell that waits for a file: a test writes it when what it waits for has happened."""
    return f"import os, time\nwhile not os.path.exists({str(file)!r}):\n    time.sleep(0.05)"


def start_workbench(*arguments):
    """Start the command line in a process group of its own, so that a test can signal it."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def wait_for_line(process, text):
    """Read the process's output up to a line that holds a text."""
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(f"{text!r} never came; stderr: {process.stderr.read()}")


def record_of(folder, name):
    """The record of a report, as written in its JSON file."""
    return json.loads((folder / f"{name}.json").read_text("utf-8"))
