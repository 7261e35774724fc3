"""What many runs at once leave behind, and what memory they take: figures for docs/runs.md."""

import os
import statistics
import subprocess

import psutil
from timing import of_tests

TESTS = of_tests()
COMMAND, record_of, write_notebook = TESTS.COMMAND, TESTS.record_of, TESTS.write_notebook

RUNS, JOBS, POINTS = 200, 8, 100


def watched(command, temporary):
    """Run a command to its end; its exit code, and the memory (MiB) of its process each quarter of a second."""
    temporary.mkdir()
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TMPDIR": str(temporary)}
    memory = []
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, env=environment) as process:
        told = psutil.Process(process.pid)
        while process.poll() is None:
            memory.append(told.memory_info().rss / 2**20)
            try:
                process.wait(0.25)
            except subprocess.TimeoutExpired:
                continue
    return process.returncode, [used for used in memory if used]


def left_behind(folder, temporary):
    """Files that are no part of a report, and processes that still work there."""
    files = [
        f.name for f in folder.rglob("*") if f.is_file() and f.suffix not in (".html", ".json", ".ipynb")
    ]
    at_work = [p.pid for p in psutil.process_iter(["environ"]) if _temporary(p) == str(temporary)]
    return [name for name in files if not name.endswith(".lock")] + list(temporary.iterdir()) + at_work


def _temporary(process):
    return (process.info["environ"] or {}).get("TMPDIR")


def told(memory):
    part = max(1, len(memory) // 4)
    first, last = statistics.median(memory[part : 2 * part]), statistics.median(memory[-part:])
    assert last < 1.1 * first
    return f"memory of the command {first:.0f} MiB in the second quarter, {last:.0f} MiB in the last"


def test_many_runs_at_once(tmp_path, capsys):
    here, out = tmp_path / "notebooks", tmp_path / "out"
    here.mkdir()
    failing = set(range(0, RUNS, 20))
    notebooks = [write_notebook(here / f"n{i}.ipynb", "1 / 0" if i in failing else "1") for i in range(RUNS)]
    code, memory = watched([*COMMAND, "run", *notebooks, "--jobs", JOBS, "--out", out], tmp_path / "tmp")
    verdicts = [record_of(out, f"n{i}.failed" if i in failing else f"n{i}")["verdict"] for i in range(RUNS)]
    assert code == 3
    assert [i for i, verdict in enumerate(verdicts) if verdict != "passed"] == sorted(failing)
    assert left_behind(out, tmp_path / "tmp") == []
    with capsys.disabled():
        print(
            f"\n{RUNS} runs, {len(failing)} of them failing, --jobs {JOBS}: nothing left behind; {told(memory)}"
        )


def test_a_sweep_of_many_points(tmp_path, capsys):
    notebook = write_notebook(
        tmp_path / "tiny.ipynb", "n_clusters", parameters="n_clusters: int = 1  # clusters"
    )
    grid = f"n_clusters=1:{POINTS}"
    command = [
        *COMMAND,
        "sweep",
        notebook,
        "-g",
        grid,
        "--jobs",
        JOBS,
        "--out",
        tmp_path / "out",
        "--name",
        "all",
    ]
    code, memory = watched(command, tmp_path / "tmp")
    points = record_of(tmp_path / "out", "all")["points"]
    assert code == 0
    assert [point["verdict"] for point in points] == ["passed"] * POINTS
    assert left_behind(tmp_path / "out", tmp_path / "tmp") == []
    with capsys.disabled():
        print(f"\nsweep of {POINTS} points, --jobs {JOBS}: nothing left behind; {told(memory)}")
