"""What the benchmarks say: a line for each ratio, with both times, the machine and the versions.

`make bench` writes them into ``docs/speed.md``, and how times grow into ``docs/speed.svg``.
"""

import importlib.metadata
import os
import platform
import time
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PACKAGES = ("numpy", "scipy", "scikit-learn", "pandas", "duckdb", "papermill", "nbconvert")
HEAD = """\
# Speed

Written by `make bench`, everything measured in one run on one machine: {machine}; {versions}; {day}.
One thread each, but two for exact silhouettes and as many as DuckDB takes; the best of a few runs in turns.
Times depend on the machine, ratios less so.

| what | against | theirs | ours | ratio |
|---|---|--:|--:|--:|
"""
GROWTH = """
![How times grow with the number of customers](speed.svg)

"""

_ratios = pytest.StashKey[list]()
_growth = pytest.StashKey[dict]()


def pytest_addoption(parser):
    parser.addoption("--write-docs", action="store_true", help="write docs/speed.md and docs/speed.svg")


def pytest_configure(config):
    config.stash[_ratios], config.stash[_growth] = [], {}


@pytest.fixture
def ratio(request, capsys):
    """Say how many times as fast ours is: ``ratio(what, ours, against, theirs)``, in seconds or another unit."""

    def say(what, ours, against, theirs, unit="s"):
        row = what, against, shown(theirs, unit), shown(ours, unit), f"{theirs / ours:.3g}×"
        request.config.stash[_ratios].append(row)
        with capsys.disabled():
            print(f"\n{what}: {row[4]} {against} ({row[2]} against {row[3]})")
        return theirs / ours

    return say


@pytest.fixture
def growth(request, capsys):
    """Say how the time of something grows: ``growth(what, {n: seconds})``."""

    def say(what, seconds):
        request.config.stash[_growth][what] = seconds
        with capsys.disabled():
            print(f"\n{what}: " + ", ".join(f"n = {n:,} {shown(taken, 's')}" for n, taken in seconds.items()))

    return say


def shown(value, unit):
    return f"{value:.3g} {unit}" if value < 1000 else f"{value:,.0f} {unit}"


def machine():
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    name = model[0].split(":")[1].strip() if model else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} processors ({name}), {memory:.0f} GiB, {platform.system()}"


def versions():
    return ", ".join(
        [
            f"Python {platform.python_version()}",
            *(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES),
        ]
    )


def pytest_terminal_summary(terminalreporter, config):
    rows, grown = config.stash[_ratios], config.stash[_growth]
    if not rows and not grown:
        return
    text = HEAD.format(machine=machine(), versions=versions(), day=time.strftime("%Y-%m-%d"))
    text += "".join(f"| {' | '.join(row)} |\n" for row in rows)
    terminalreporter.write_line(text)
    if config.getoption("--write-docs"):
        (DOCS / "speed.md").write_text(text + (GROWTH + said_growth(grown) if grown else ""), "utf-8")
        if grown:
            drawn(grown).savefig(DOCS / "speed.svg")


def said_growth(grown):
    lines = [
        f"- {what}: " + ", ".join(f"{n:,} in {shown(taken, 's')}" for n, taken in seconds.items())
        for what, seconds in grown.items()
    ]
    return "\n".join(lines) + "\n"


def drawn(grown):
    import matplotlib
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "speed"
    figure, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for marker, (what, seconds) in zip("osv^D", grown.items(), strict=False):
        ax.loglog(list(seconds), list(seconds.values()), marker=marker, label=what)
    ax.set(xlabel="customers", ylabel="seconds")
    ax.grid(alpha=0.3)
    ax.legend()
    return figure
