"""What several runs cost against papermill and nbconvert called per notebook, in one run."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from conftest import COMMAND, write_notebook  # noqa: E402

BIN = Path(sys.executable).parent
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
IMPORTS = """
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.cluster import KMeans
"""
CELLS = (
    IMPORTS,
    "X = pd.DataFrame(np.random.default_rng(0).normal(size=(200, 2)), columns=['a', 'b'])",
    "labels = KMeans(n_clusters=3, n_init=1, random_state=0).fit_predict(X)",
    "plt.scatter(X['a'], X['b'], c=labels)\nplt.show()",
)


def seconds(*commands):
    """Time of some commands one after the other, all successful."""
    start = time.perf_counter()
    for command in commands:
        subprocess.run(list(map(str, command)), check=True, capture_output=True, cwd=ROOT, env=ENVIRONMENT)
    return time.perf_counter() - start


def plain(notebooks, folder):
    """papermill, then nbconvert, for each notebook."""
    commands = []
    for notebook in notebooks:
        done = folder / notebook.name
        commands += [
            [BIN / "papermill", "--cwd", notebook.parent, notebook, done],
            [BIN / "jupyter", "nbconvert", "--to", "html", done],
        ]
    return seconds(*commands)


def ours(notebooks, folder, *options):
    return seconds([*COMMAND, "run", "--force", *notebooks, "--out", folder, *options])


def report(capsys, what, figures):
    times = figures.pop("papermill and nbconvert")
    ratios = ", ".join(f"{name} {times / taken:.2f}×" for name, taken in figures.items())
    with capsys.disabled():
        print(f"\n{what}, as fast as papermill and nbconvert: {ratios}")


WAYS = {"--jobs 2": ["--jobs", 2], "--jobs 2 --cold": ["--jobs", 2, "--cold"], "one at a time": []}


@pytest.mark.parametrize("what", ["three tiny notebooks", "the studies"])
def test_runs_against_papermill_and_nbconvert(what, tmp_path, capsys):
    tiny = [write_notebook(tmp_path / f"tiny{i}.ipynb", *CELLS, title=f"Tiny {i}") for i in range(3)]
    notebooks = tiny if what.startswith("three") else sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    rounds = 2 if notebooks is tiny else 1
    (tmp_path / "plain").mkdir()
    figures = {"papermill and nbconvert": min(plain(notebooks, tmp_path / "plain") for _ in range(rounds))}
    for way, options in WAYS.items():
        figures[way] = min(ours(notebooks, tmp_path / "ours", *options) for _ in range(rounds))
    report(capsys, what, figures)
