"""JupyterLab for the tests: a small project, a server of its own, and a browser."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
EXTENSIONS = ROOT / "workbench/lab/jupyter/share/jupyter/labextensions"
PARAMETERS = """
k: int = 3  # clusters
k_max: int = 8  # at most
share: float = 0.5  # of the customers
scaling: Literal["none", "zscore"] = "none"  # how
labels: bool = False  # whether they are shown
data_file: str | None = None  # your own
wait_for: str | None = None  # a file
"""
CELLS = [
    "from typing import Literal\nimport os, time\nfrom workbench import publish",
    PARAMETERS.strip(),
    "if wait_for:\n    with open(wait_for + '.pid', 'w') as file:\n        file.write(str(os.getpid()))",
    "while wait_for and not os.path.exists(wait_for):\n    time.sleep(0.05)",
    "publish.finding(f'{k} clusters by {scaling}.')",
]


def write_project(folder):
    """A project under git with a tiny notebook, and a real study as it is stored."""
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    (folder / "pyproject.toml").write_text('[tool.workbench]\nnotebooks = "notebooks"\n')
    (folder / ".gitignore").write_text("/reports/\n/private/\n.ipynb_checkpoints/\n")
    (folder / "shop.csv").write_text("customer,amount\n")
    cells = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(CELLS)]
    cells[1].metadata.tags = ["parameters"]
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
        "language_info": {"name": "python", "version": "3.11.0"},
        "workbench": {"rules": ["2 <= k <= k_max"], "question": "How many?"},
    }
    cells.insert(0, nbformat.v4.new_markdown_cell("# Tiny study", id="title"))
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), notebooks / "01-tiny.ipynb")
    shutil.copy(ROOT / "notebooks" / "05-customer-grading.ipynb", notebooks)
    for words in ("init -q", "add -A", "-c user.name=a -c user.email=a@b.c commit -qm first"):
        subprocess.run(["git", *words.split()], cwd=folder, check=True)


def changed(folder):
    """What git says is changed."""
    told = subprocess.run(
        ["git", "diff", "--stat", "-p"], cwd=folder, check=True, capture_output=True, text=True
    )
    return told.stdout


def start(folder, private):
    """Start JupyterLab as `make lab` does; return its process and its address."""
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    places += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    own = {name: str(private / name.lower()) for name in places}
    told = re.search(r"^\t\$\(BIN\)/jupyter lab (.*)$", (ROOT / "Makefile").read_text(), re.M)[1]
    options = told.replace("workbench/lab/jupyter/share/jupyter/labextensions", str(EXTENSIONS)).split()
    command = [
        Path(sys.executable).parent / "jupyter",
        "lab",
        *options,
        "--no-browser",
        "--allow-root",
        "--port=0",
    ]
    process = subprocess.Popen(
        [*map(str, command), "--IdentityProvider.token=secret"],
        cwd=folder,
        env=os.environ
        | own
        | {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "PYTHONHASHSEED": "0"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    log = []
    for line in process.stderr:
        log.append(line)
        if found := re.search(r"(http://(?:localhost|127.0.0.1):\d+)/lab", line):
            return process, found[1]
    raise AssertionError("JupyterLab never came up:\n" + "".join(log))
