"""How the benchmarks measure: the best of a few, in turns, so that a busy machine disturbs all alike."""

import importlib.util
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# VmHWM, not ru_maxrss: the latter starts from the memory of the process that started this one.
MEASURED = """
import re as _re, time as _time
_peak = _re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(_time.perf_counter() - _START, int(_peak) / 1024, *told)
"""


def seconds_of(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def in_turns(functions, rounds=3):
    """Shortest time of each function in seconds, by name."""
    taken = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            taken[name].append(seconds_of(function))
    return {name: min(several) for name, several in taken.items()}


def apart(program, imports="", *, environment=None):
    """Run a program in a process of its own; return its seconds, its peak memory in MiB, and the words of `told`."""
    source = [imports, "import time as _t\n_START = _t.perf_counter()\n", program]
    source = "".join(map(textwrap.dedent, source)) + MEASURED
    done = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | ONE_THREAD | (environment or {}),
    )
    # DuckDB draws its progress on stdout, if a query takes long.
    seconds, memory, *told = done.stdout.strip().splitlines()[-1].split()
    return float(seconds), float(memory), told


def apart_in_turns(programs, rounds=3, **how):
    """Shortest time and smallest peak memory of some programs, and what each told in its first round."""
    runs = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            runs[name].append(apart(program, **how))
    seconds = {name: min(run[0] for run in several) for name, several in runs.items()}
    memory = {name: min(run[1] for run in several) for name, several in runs.items()}
    return seconds, memory, {name: several[0][2] for name, several in runs.items()}


def of_tests():
    """The helpers of the tests: their conftest, by another name than that of the benchmarks' own."""
    sys.path.insert(0, str(ROOT / "tests"))
    spec = importlib.util.spec_from_file_location("conftest_of_tests", ROOT / "tests" / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
