"""The studies against themselves at an earlier commit, and against papermill and nbconvert, notebook by notebook."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from timing import ONE_THREAD, ROOT, apart, in_turns, of_tests, seconds_of

TESTS = of_tests()
BIN = Path(sys.executable).parent
EARLIER = "80cd131"  # before computing was looked at
THREE = "0[123]-*.ipynb"  # the studies that there were then
CELLS = (
    "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\nfrom sklearn.cluster import KMeans",
    "X = pd.DataFrame(np.random.default_rng(0).normal(size=(200, 2)), columns=['a', 'b'])",
    "labels = KMeans(n_clusters=3, n_init=1, random_state=0).fit_predict(X)",
    "plt.scatter(X['a'], X['b'], c=labels)\nplt.show()",
)
# Cells one after the other in one shell, without those that import; what they show is made, and thrown away.
COMPUTING = """
import contextlib, io, os, time
import nbformat
from IPython.core.interactiveshell import InteractiveShell
os.chdir(os.path.dirname(NOTEBOOK))
shell, told = InteractiveShell.instance(), [0.0]
for cell in nbformat.read(NOTEBOOK, 4).cells:
    if cell.cell_type == "code":
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            begun = time.perf_counter()
            done = shell.run_cell(cell.source, silent=True)
            taken = time.perf_counter() - begun
        done.raise_error()
        told[0] += 0 if cell.source.startswith(("import ", "from ")) else taken
"""


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """A checkout of the earlier commit, beside this one."""
    folder = tmp_path_factory.mktemp("earlier") / "checkout"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), EARLIER], check=True)
    yield folder
    subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def studies(root):
    """The three that there were at the earlier commit."""
    return sorted((root / "notebooks").glob(THREE))


def computing(root, notebook):
    environment = {"PYTHONPATH": str(root), "PYTHONSAFEPATH": "1"}
    environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    return float(apart(COMPUTING, f"NOTEBOOK = {str(notebook)!r}\n", environment=environment)[2][0])


def test_computing_of_the_studies(earlier, ratio):
    now = {notebook.name: [] for notebook in studies(ROOT)}
    before = {name: [] for name in now}
    for _ in range(2):
        for name in now:
            before[name].append(computing(earlier, earlier / "notebooks" / name))
            now[name].append(computing(ROOT, ROOT / "notebooks" / name))
    for name in now:
        ratio(f"computing of {name}", min(now[name]), f"the same study at {EARLIER}", min(before[name]))
    total = [sum(min(several) for several in taken.values()) for taken in (now, before)]
    ratio("computing of the three studies", total[0], f"the same at {EARLIER}", total[1])


def run(*commands, root=ROOT):
    environment = os.environ | ONE_THREAD | ({} if root == ROOT else {"PYTHONPATH": str(root)})
    for command in commands:
        subprocess.run(list(map(str, command)), check=True, capture_output=True, cwd=root, env=environment)


def plain(notebooks, folder, root=ROOT):
    """papermill, then nbconvert, for each notebook."""
    folder.mkdir(exist_ok=True)
    for notebook in notebooks:
        done = folder / notebook.name
        run(
            [BIN / "papermill", "--cwd", notebook.parent, notebook, done],
            [BIN / "jupyter", "nbconvert", "--to", "html", done],
            root=root,
        )


def ours(notebooks, folder, *options):
    run([*TESTS.COMMAND, "run", *notebooks, "--out", folder, *options])


WAYS = {"--jobs 2": ["--jobs", 2], "--jobs 2 --cold": ["--jobs", 2, "--cold"], "one at a time": []}
PLAIN = "papermill and nbconvert, notebook by notebook"


def test_tiny_notebooks(tmp_path, ratio):
    tiny = [TESTS.write_notebook(tmp_path / f"tiny{i}.ipynb", *CELLS, title=f"Tiny {i}") for i in range(3)]
    functions = {"plain": lambda: plain(tiny, tmp_path / "plain")}
    for way, options in WAYS.items():
        functions[way] = lambda options=options: ours(tiny, tmp_path / "ours", "--force", *options)
    taken = in_turns(functions, 2)
    for way in WAYS:
        ratio(f"three tiny notebooks, {way}", taken[way], PLAIN, taken["plain"])


def test_the_studies(earlier, tmp_path, ratio):
    before = seconds_of(lambda: plain(studies(earlier), tmp_path / "before", earlier))
    now = seconds_of(lambda: plain(studies(ROOT), tmp_path / "plain"))
    for way, options in WAYS.items():
        taken = seconds_of(
            lambda options=options: ours(studies(ROOT), tmp_path / "ours", "--force", *options)
        )
        ratio(f"the three studies, {way}", taken, PLAIN, now)
        ratio(f"the three studies, {way}", taken, f"{PLAIN}, at {EARLIER}", before)
    unchanged = in_turns({"": lambda: ours(studies(ROOT), tmp_path / "ours", "--jobs", 2)})[""]
    ratio("the three studies, nothing changed", unchanged, PLAIN, now)
    ratio("the three studies, nothing changed", unchanged, f"{PLAIN}, at {EARLIER}", before)


def test_a_sweep_of_twelve(earlier, tmp_path, ratio):
    retail = "03-retail-cbr-grey.ipynb"
    sweep = [*TESTS.COMMAND, "sweep", ROOT / "notebooks" / retail, "-g", "random_state=0:11"]
    taken = seconds_of(lambda: run([*sweep, "--jobs", 2, "--out", tmp_path / "sweep"]))
    before = in_turns({"": lambda: plain([earlier / "notebooks" / retail], tmp_path / "before", earlier)}, 2)[
        ""
    ]
    now = in_turns({"": lambda: plain([ROOT / "notebooks" / retail], tmp_path / "plain")}, 2)[""]
    ratio(
        "a sweep of 12 points of the retail study, --jobs 2",
        taken,
        "12 times papermill and nbconvert",
        12 * now,
    )
    against = f"12 times papermill and nbconvert at {EARLIER}"
    ratio("a sweep of 12 points of the retail study, --jobs 2", taken, against, 12 * before)
