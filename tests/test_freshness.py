"""What makes a report stale, by name; that an unchanged one costs no kernel; what a run read undeclared."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import COMMAND, record_of, start_workbench, until, wait_for_line, workbench, write_notebook

from workbench.runner.page import page

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = '[[claim]]\nid = "{}"\nstatement = "s"\nsource = "t"\nbasis = "opinion"\nexpect = "not checked"\n'
STUDY = [
    "from workbench import claims, data",
    "matrix = data.load_matrix(study='own'); matrix",
    "note = open('note.txt').read(); print(note, x)",
    "claims.compare('own', {}, {})",
]


class Project:
    """A copy of the project with one tiny study, `own`, that a test may change at will."""

    def __init__(self, root):
        self.root, self.out = root, root / "reports"
        self.notebook = root / "notebooks" / "01-own.ipynb"

    def command(self, *arguments, environment=None):
        """In an interpreter of its own, since the package itself is the copy."""
        settings = os.environ | {"PYTHONPATH": str(self.root)} | (environment or {})
        return workbench(*arguments, cwd=self.root, env=settings, fresh=True)

    def run(self, *arguments, **settings):
        done = self.command("run", "own", *arguments, **settings)
        return (
            re.search(r"^\w+: .*", done.stdout, re.M)[0]
            if done.returncode == 0
            else f"exit {done.returncode}: {done.stdout}"
        )

    def why(self, *arguments, **settings):
        done = self.command("run", "own", "--why", *arguments, **settings)
        assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
        return done.stdout.strip()

    def edit(self, file, old, new):
        path = self.root / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def contents(self):
        return {name: (self.out / name).read_bytes() for name in ("own.html", "own.ipynb", "own.json")}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project whose study has run once."""
    root = tmp_path_factory.mktemp("made") / "project"
    shutil.copytree(ROOT / "workbench", root / "workbench", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", root)
    for folder in ("notebooks", "data/own", "data/claims"):
        (root / folder).mkdir(parents=True)
    (root / "data/own/averaged_matrix.csv").write_text(",A,B\nA,1,2\nB,0.5,1\n")
    (root / "data/claims/own.toml").write_text(CLAIMS.format("one"))
    (root / "notebooks/note.txt").write_text("a note")
    write_notebook(root / "notebooks/01-own.ipynb", *STUDY)
    project = Project(root)
    assert project.run() == "passed: own: all 5 code cells ran"
    return project


@pytest.fixture
def project(made, tmp_path):
    root = tmp_path / "project"
    shutil.copytree(made.root, root, ignore=shutil.ignore_patterns("__pycache__"))
    return Project(root)


def test_an_unchanged_report_is_fresh_wherever_the_project_lies(project):
    before = project.contents()
    finished = record_of(project.out, "own")["provenance"]["finished"]
    assert project.why() == f"fresh: own: nothing changed since {finished}"
    assert project.run() == f"fresh: own: nothing changed since {finished}"
    assert project.contents() == before


def test_an_unchanged_run_of_all_starts_no_kernel_and_imports_nothing_heavy(project):
    program = """
        import sys
        from workbench.cli import main
        code = main(sys.argv[1:])
        heavy = {"papermill", "nbconvert", "nbclient", "nbformat", "pandas", "numpy", "zmq", "jupyter_client"}
        sys.exit(f"imported: {heavy & set(sys.modules)}" if heavy & set(sys.modules) else code)
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), "run", "--all"]
    environment = os.environ | {"PYTHONPATH": str(project.root)}
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=project.root, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("fresh: own: nothing changed since ")


def shadow_numpy(project):
    """Another version of numpy, as far as its metadata say."""
    folder = project.root / "numpy-0.0.1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.0.1\n")


def change_report(project, *, gone=False):
    file = project.out / "own.html"
    file.unlink() if gone else file.write_text(file.read_text().replace("passed", "PASSED"))


CHANGES = {
    "module": (
        lambda p: p.edit("workbench/ahp/weights.py", '"""', '""" '),
        "workbench/ahp/weights.py changed",
    ),
    "new module": (lambda p: (p.root / "workbench/new.py").write_text(""), "workbench/new.py is new"),
    "module gone": (
        lambda p: (p.root / "workbench/sales/by_class.py").unlink(),
        "workbench/sales/by_class.py is gone",
    ),
    "csv": (
        lambda p: p.edit("data/own/averaged_matrix.csv", "0.5", "0.6"),
        "data/own/averaged_matrix.csv changed",
    ),
    "csv gone": (
        lambda p: (p.root / "data/own/averaged_matrix.csv").unlink(),
        "data/own/averaged_matrix.csv is gone",
    ),
    "installed version": (shadow_numpy, r"numpy \d+\.\d+\.\d+ → 0.0.1"),
    "parameter": (
        lambda p: p.edit("notebooks/01-own.ipynb", "x: int = 1", "x: int = 2"),
        "parameter x 1 → 2",
    ),
    "code": (
        lambda p: p.edit("notebooks/01-own.ipynb", "print(note, x)", "print(note)"),
        "code cell 4 of 5 changed",
    ),
    "a tag": (
        lambda p: p.edit(
            "notebooks/01-own.ipynb", '"c2", "metadata": {', '"c2", "metadata": {"tags": ["raises-exception"]'
        ),
        "code cell 3 of 5 changed",
    ),
    "claims": (
        lambda p: (p.root / "data/claims/own.toml").write_text(CLAIMS.format("two")),
        "data/claims/own.toml changed",
    ),
    "undeclared file": (
        lambda p: p.edit("notebooks/note.txt", "a note", "another"),
        "notebooks/note.txt changed",
    ),
    "page changed by hand": (change_report, "own.html was changed by hand"),
    "page gone": (lambda p: change_report(p, gone=True), "own.html is gone"),
    "notebook gone": (lambda p: (p.out / "own.ipynb").unlink(), "own.ipynb is gone"),
    "record cut": (lambda p: (p.out / "own.json").write_text("{"), "own.json is not a record"),
    "record of another time": (
        lambda p: p.edit("reports/own.json", '"inputs"', '"input"'),
        "own.json is not a record",
    ),
    "record gone": (lambda p: (p.out / "own.json").unlink(), "there is no report yet"),
    "failure since": (lambda p: (p.out / "own.failed.json").write_text("{}"), "the latest run did not pass"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_named_and_nothing_is_run_to_say_so(change, project):
    act, told = CHANGES[change]
    act(project)
    before = sorted(project.out.iterdir())
    assert re.fullmatch(f"would run: own: {told}.*", project.why())
    assert sorted(project.out.iterdir()) == before


def test_a_changed_module_is_run_again_and_then_fresh(project):
    project.edit("workbench/ahp/weights.py", '"""', '""" ')
    assert project.run() == "passed: own: all 5 code cells ran"
    assert project.why().startswith("fresh: own")


def test_files_that_no_run_depends_on_change_nothing(project):
    with open(project.root / "workbench/cli/__init__.py", "a") as file:
        file.write("\n# a remark\n")
    stored = json.loads(project.notebook.read_text())
    stored["cells"][-1]["execution_count"] = 7
    project.notebook.write_text(json.dumps(stored))
    assert project.why().startswith("fresh: own")


def test_another_parameter_is_another_report(project):
    assert project.run("-p", "x=5") == "passed: own--{}: all 6 code cells ran".format(
        next(project.out.glob("own--*.json")).stem.removeprefix("own--")
    )
    assert project.why("-p", "x=5").startswith("fresh: own--")
    assert project.why("-p", "x=6").startswith("would run: own--")
    assert project.why().startswith("fresh: own:")


def test_force_runs_all_the_same(project):
    assert project.why("--force") == "would run: own: --force was given"
    assert project.run("--force") == "passed: own: all 5 code cells ran"


def test_a_changed_text_is_rendered_from_the_stored_outputs_without_a_kernel(project):
    before = record_of(project.out, "own")
    project.edit("notebooks/01-own.ipynb", "# Tiny", "# Small\\n\\nNew words.")
    assert project.why() == "would render: own: the notebook's text changed"
    assert (
        project.run(environment={"PATH": "", "TMPDIR": "/nonexistent"})
        == "rendered: own: the notebook's text changed"
    )
    assert project.why().startswith("fresh: own")
    now, text = record_of(project.out, "own"), (project.out / "own.html").read_text("utf-8")
    assert "New words." in text
    assert "a note 1" in text
    assert "Small" in (project.out / "index.html").read_text("utf-8")
    assert now["provenance"]["rendered"] in text
    assert (now["title"], now["provenance"]["started"]) == ("Small", before["provenance"]["started"])
    assert now["claims"] == before["claims"]


def test_a_changed_template_is_rendered_without_a_kernel(project):
    project.edit("workbench/runner/page/template/style.css", "\n", "\n\n")
    assert project.run() == "rendered: own: workbench/runner changed"
    assert project.why().startswith("fresh: own")


def test_a_missing_index_is_made_anew(project):
    (project.out / "index.html").unlink()
    assert project.run().startswith("fresh: own")
    assert (project.out / "index.html").exists()


def test_a_failed_run_is_never_fresh(project):
    project.edit("notebooks/01-own.ipynb", "print(note, x)", "1 / 0")
    assert project.run().startswith("exit 3")
    assert project.why() == "would run: own: the latest run did not pass"
    assert project.run().startswith("exit 3")


def test_data_changed_during_the_run_fail_it(project):
    cell = "from pathlib import Path; Path('../data/own/averaged_matrix.csv').open('a').write('\\\\n')"
    project.edit("notebooks/01-own.ipynb", "print(note, x)", cell)
    before = project.contents()
    told = "data/own/averaged_matrix.csv changed during the run; nobody can say which of its states was used"
    assert f"failed: own: {told}" in project.run()
    assert project.contents() == before


def test_a_file_of_the_users_changed_during_the_run_fails_it(project, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("1")
    source = "data_file: str | None = None\ncolumns: dict[str, str] = {}"
    cell = "open('/dev/null')\n" + until(tmp_path / "changed")
    write_notebook(project.notebook, cell, parameters=source)
    process = start_workbench("run", project.notebook, "--data", mine, "--out", tmp_path / "out")
    wait_for_line(process, "[2/")
    mine.write_text("2")
    (tmp_path / "changed").touch()
    assert "mine.csv changed during the run" in process.communicate(timeout=60)[0]
    assert process.returncode == 3


def test_a_module_changed_during_the_run_fails_it(project):
    cell = "from pathlib import Path; Path('../workbench/ahp/weights.py').open('a').write('# later')"
    project.edit("notebooks/01-own.ipynb", "print(note, x)", cell)
    told = "workbench/ahp/weights.py changed during the run; nobody can say which of its states was used"
    assert f"failed: own: {told}" in project.run()
    assert project.why().startswith("would run: own: ")


def test_undeclared_reads_are_listed_and_declared_ones_are_not(project):
    (project.root / "notebooks/helper.py").write_text("value = 3")
    (project.root / "notebooks/table.csv").write_text("a\n1\n")
    cells = [
        "import sys; sys.path.insert(0, '.')",
        "import json, pandas as pd, matplotlib.pyplot as plt, zoneinfo, helper",
        "pd.read_csv('table.csv'); plt.figure(); zoneinfo.ZoneInfo('Europe/Paris'); open('own.txt', 'w').write('a')",
        "import os; own = open('own.txt').read(); os.path.exists('x') or os.path.isdir('.')",
        "try:\n    open('absent.txt')\nexcept OSError:\n    pass",
    ]
    write_notebook(project.notebook, *STUDY, *cells)
    assert project.run() == "passed: own: all 10 code cells ran"
    record = record_of(project.out, "own")
    files = {f["file"]: f["sha256"] is not None for f in record["provenance"]["undeclared"]}
    assert files == {f"notebooks/{n}": n != "absent.txt" for n in ("absent.txt", "note.txt", "table.csv")}
    assert list(record["inputs"]["own_modules"]) == ["notebooks/helper.py"]
    assert [f["file"] for f in record["data"]] == ["data/own/averaged_matrix.csv"]
    text = (project.out / "own.html").read_text("utf-8")
    assert "notebooks/absent.txt, not there" in text
    assert "<dt>Own modules<dd>notebooks/helper.py, sha256 <code>" in text
    assert str(project.root) not in text + json.dumps(record)
    assert project.why().startswith("fresh: own")
    (project.root / "notebooks/helper.py").write_text("value = 4")
    assert project.why() == "would run: own: notebooks/helper.py changed"
    (project.root / "notebooks/helper.py").write_text("value = 3")
    (project.root / "notebooks/absent.txt").write_text("")
    assert project.why() == "would run: own: notebooks/absent.txt is new"


def test_a_module_that_no_import_names_is_listed_although_only_its_bytecode_is_read(project):
    (project.root / "notebooks/helper.py").write_text("value = 3")
    write_notebook(project.notebook, "import importlib; importlib.import_module('helper')")
    for _ in range(2):
        assert project.run("--force") == "passed: own: all 2 code cells ran"
        assert list(record_of(project.out, "own")["inputs"]["own_modules"]) == ["notebooks/helper.py"]


def test_a_file_that_could_not_be_made_anew_is_a_file_that_was_read(project):
    (project.root / "notebooks/cache.txt").write_text("old")
    cell = "try:\n    open('cache' + '.txt', 'x')\nexcept FileExistsError:\n    print(open('cache' + '.txt').read())"
    write_notebook(project.notebook, cell)
    assert project.run() == "passed: own: all 2 code cells ran"
    (project.root / "notebooks/cache.txt").write_text("newer")
    assert project.why() == "would run: own: notebooks/cache.txt changed"


def test_files_named_in_a_list_of_a_parameter_are_compared(project):
    (project.root / "notebooks/one.csv").write_text("a\n1\n")
    cell = "import duckdb; duckdb.sql('from read_csv(?)', params=[files]).fetchall()"
    write_notebook(project.notebook, cell, parameters="files: list[str] = []  # files")
    given = ["-p", 'files=["one.csv"]']
    assert project.run(*given).startswith("passed")
    (project.root / "notebooks/one.csv").write_text("a\n2\n")
    assert project.why(*given).endswith("notebooks/one.csv changed")


def test_a_file_that_no_hook_sees_read_is_known_by_its_name_in_the_code(project):
    (project.root / "notebooks/table.csv").write_text("a\n1\n")
    write_notebook(project.notebook, "import duckdb; duckdb.sql(\"select * from 'table.csv'\").fetchall()")
    assert project.run() == "passed: own: all 2 code cells ran"
    (project.root / "notebooks/table.csv").write_text("a\n2\n")
    assert project.why() == "would run: own: notebooks/table.csv changed"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import subprocess; subprocess.run(['/bin/true'])", "the run used program true, of which no hash"),
        ("import sqlite3; sqlite3.connect('a.db').close()", "the run used database a.db, of which no hash"),
        (
            "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError:\n    pass",
            "the run used network, of which no hash",
        ),
        (
            "import multiprocessing as m\nif __name__ == '__main__':\n"
            "    p = m.get_context('spawn').Process(target=print)\n    p.start(); p.join()",
            "the run used copy of the kernel (spawn), of which no hash",
        ),
    ],
)
def test_what_leaves_nothing_to_compare_makes_a_report_stale(cell, told, project):
    write_notebook(project.notebook, cell)
    assert project.run() == "passed: own: all 2 code cells ran"
    assert project.why().startswith(f"would run: own: {told}")


@pytest.mark.parametrize(
    ("value", "fresh"),
    [
        ("sqlite://", True),
        ("sqlite:///:memory:", True),
        ("sqlite:///cases.db", False),
        ("postgresql://ann:hunter2@h/d", False),
        ("/tmp/*.parquet", False),
        ("/tmp", False),
        ("inbox", False),
        ("*.parquet", False),
        ("a word", True),
    ],
)
def test_a_database_in_a_parameter_is_never_fresh_but_one_in_memory_may_be(value, fresh, project):
    write_notebook(project.notebook, "1", parameters="case_base_url: str = 'sqlite://'")
    (project.root / "notebooks/inbox").mkdir()
    assert project.run("-p", f"case_base_url={value}").startswith("passed")
    assert project.why("-p", f"case_base_url={value}").startswith("fresh" if fresh else "would run: ")


def test_a_file_named_from_an_open_folder_leaves_nothing_fresh(project):
    (project.root / "data/inbox").mkdir()
    (project.root / "data/inbox/x.txt").write_text("1")
    folder = "import os; folder = os.open('../data/inbox', os.O_RDONLY)"
    write_notebook(project.notebook, folder, "os.read(os.open('x.txt', os.O_RDONLY, dir_fd=folder), 9)")
    assert project.run().startswith("passed")
    assert "file x.txt, named from a folder that is open" in project.why()


LOOKING = [
    "import glob, os, duckdb, pandas as pd, polars as pl\nfrom pathlib import Path",
    "inbox = Path('..') / 'data' / 'inbox'",
    "pd.read_parquet(inbox / 'pandas.parquet'), pl.read_parquet(inbox / 'polars.parquet')",
    "duckdb.sql(f\"from '{inbox}/duck.parquet'\").fetchall()",
    "pd.DataFrame({'a': [1]}).to_parquet('mine.parquet'); pd.read_parquet(Path('mine') .with_suffix('.parquet'))",
    "names = os.listdir(inbox), glob.glob(str(inbox / '*' / 'part.csv'))",
]


@pytest.fixture(scope="module")
def looking(made, tmp_path_factory):
    """A project whose notebook reads by libraries and lists folders."""
    import pandas as pd

    root = tmp_path_factory.mktemp("looking") / "project"
    shutil.copytree(made.root, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text("[tool.workbench]\n")
    (root / "data/inbox/sub").mkdir(parents=True)
    for name in ("pandas", "polars", "duck"):
        pd.DataFrame({"a": [1]}).to_parquet(root / f"data/inbox/{name}.parquet")
    write_notebook(root / "notebooks/01-own.ipynb", *LOOKING)
    project = Project(root)
    assert project.run() == "passed: own: all 7 code cells ran"
    assert project.why().startswith("fresh: own")
    return project


def _write_parquet(file):
    import pandas as pd

    pd.DataFrame({"a": [2]}).to_parquet(file)


LOOKED_AT = {
    "pandas": (
        lambda root: _write_parquet(root / "data/inbox/pandas.parquet"),
        "data/inbox/pandas.parquet changed",
    ),
    "polars": (
        lambda root: _write_parquet(root / "data/inbox/polars.parquet"),
        "data/inbox/polars.parquet changed",
    ),
    "duckdb": (
        lambda root: _write_parquet(root / "data/inbox/duck.parquet"),
        "data/inbox/duck.parquet changed",
    ),
    "listing": (lambda root: (root / "data/inbox/new.csv").touch(), "data/inbox/ changed"),
    "pattern": (lambda root: (root / "data/inbox/sub/part.csv").touch(), "data/inbox/sub/ changed"),
    "module": (lambda root: (root / "notebooks/dateutil.py").touch(), "notebooks/dateutil.py is new"),
    "kernel": (
        lambda root: (root / "workbench/runner/kernel/matplotlibrc").write_text("figure.dpi: 9\n"),
        "workbench/runner/kernel/matplotlibrc changed",
    ),
    "nothing it looked at": (lambda root: (root / "data/other.csv").touch(), None),
}


@pytest.mark.parametrize("change", LOOKED_AT)
def test_what_a_run_looked_at_decides(change, looking, tmp_path):
    root = tmp_path / "project"
    shutil.copytree(looking.root, root, ignore=shutil.ignore_patterns("__pycache__"))
    act, told = LOOKED_AT[change]
    act(root)
    why = Project(root).why()
    assert why == f"would run: own: {told}" if told else why.startswith("fresh: own"), why


def test_a_package_outside_the_lock_file_counts(project):
    for version in (1, 2):
        folder = project.root / "outside.dist-info"
        folder.mkdir(exist_ok=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: outside\nVersion: {version}\n")
        (project.root / "outside.py").write_text("")
        if version == 1:
            write_notebook(project.notebook, "import outside")
            assert project.run() == "passed: own: all 2 code cells ran"
            assert project.why().startswith("fresh: own")
    assert project.why() == "would run: own: outside 1 → 2"


def test_a_driver_that_is_loaded_makes_a_report_stale(project):
    write_notebook(project.notebook, "import psycopg")
    assert project.run() == "passed: own: all 2 code cells ran"
    assert project.why().startswith("would run: own: the run used database driver psycopg, of which no hash")


def test_without_a_watch_a_library_that_reads_by_itself_makes_a_report_stale(project):
    file = project.root / "workbench/runner/kernel/watch.py"
    file.write_text(file.read_text("utf-8").replace("MOST = 5_000", "MOST = 0"), "utf-8")
    write_notebook(project.notebook, "import polars")
    assert project.run() == "passed: own: all 2 code cells ran"
    assert "polars, which may open files unseen (there are more than 0 folders to watch)" in project.why()
    write_notebook(project.notebook, "1")
    assert project.run() == "passed: own: all 2 code cells ran"
    assert project.why().startswith("fresh: own")


DRAWING = [
    "import matplotlib.pyplot as plt, numpy as np, tempfile\nfrom workbench import claims, data\n"
    "from workbench.publish import figures",
    "%config InlineBackend.figure_formats = ['svg']",
    "_ = plt.plot([x, 2]); plt.gca().fill_between([1, 2], 3, hatch='/')",
    "figures.figure(plt.plot([x, 2])[0].axes, alt='A line.', caption='A line.')",
    "data.load_matrix(study='own'); print(object(), {'a', 'b', 'c'}, tempfile.gettempdir())",
    "float(np.linalg.norm(np.random.default_rng(0).normal(size=(600, 600)) @ np.ones((600, 600))))",
    "import sklearn.cluster, threadpoolctl as t; [(p['user_api'], p['num_threads']) for p in t.threadpool_info()]",
    "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()",
    "claims.compare('own', {}, {})",
]


def test_two_runs_give_the_same_bytes_outside_the_marked_parts(project):
    stored = json.loads(write_notebook(project.notebook, *DRAWING).read_text())
    for cell in stored["cells"]:
        del cell["id"]  # as in notebooks of format 4.4
    project.notebook.write_text(json.dumps(stored | {"nbformat_minor": 4}))
    pages, notebooks = [], []
    for threads, folder in (("1", "a"), ("2", "b")):
        settings = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": threads}
        told = project.run("-p", "x=3", "--out", project.root / folder, environment=settings)
        assert told.startswith("passed: "), told
        (report,) = (project.root / folder).glob("own--*.html")
        pages.append(report.read_text("utf-8"))
        notebooks.append(report.with_suffix(".ipynb").read_bytes())
    assert notebooks[0] == notebooks[1]
    stripped = [page.without_run(text) for text in pages]
    assert stripped[0] == stripped[1]
    assert pages[0] != stripped[0]
    for shown in (
        "<strong>passed</strong>",
        "image/svg+xml",
        '<svg role="img" aria-label="A line."',
        "not checked",
        "averaged_matrix.csv",
    ):
        assert shown in stripped[0]


def test_a_bare_locale_and_no_controlling_terminal(project):
    write_notebook(project.notebook, "print('电信 – é')", title="电信")
    bare = {"PYTHONPATH": str(project.root), "LC_ALL": "C", "LANG": "C", "LANGUAGE": "C"}
    told = {}
    for name, arguments in {"run": ["run", "own"], "again": ["run", "own"], "list": ["list"]}.items():
        done = subprocess.run(
            [*COMMAND, *arguments],
            capture_output=True,
            encoding="utf-8",
            cwd=project.root,
            env=os.environ | bare,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stdout
        told[name] = done.stdout
    assert "passed: own: all 2 code cells ran" in told["run"]
    assert "电信 – é" in (project.out / "own.html").read_text("utf-8")
    assert told["again"].startswith("fresh: own")
    assert told["list"] == "own  电信\n"


def test_data_behind_a_link_in_the_project_are_found_again(project, tmp_path):
    file = project.root / "data/own/averaged_matrix.csv"
    elsewhere = shutil.move(file, tmp_path / "elsewhere.csv")
    file.symlink_to(elsewhere)
    assert project.run("--force") == "passed: own: all 5 code cells ran"
    assert project.why().startswith("fresh: own")
    elsewhere.write_text(elsewhere.read_text().replace("0.5", "0.6"))
    assert project.why() == "would run: own: data/own/averaged_matrix.csv changed"


def test_libraries_that_only_compute_read_nothing_by_themselves():
    usual = "import scipy.ndimage, scipy.optimize, sklearn.cluster, statsmodels.api, matplotlib.pyplot"
    tell = "from workbench.runner.kernel import libraries; print(libraries.readers())"
    both = [f"{usual}\n{tell}", f"{usual}, pyarrow.parquet\n{tell}"]
    quiet, loud = [subprocess.run([sys.executable, "-c", c], capture_output=True, text=True) for c in both]
    assert set(ast.literal_eval(quiet.stdout)) <= {"polars"}, "SciPy's modules are no readers"
    assert set(ast.literal_eval(loud.stdout)) - {"polars"} == {"pyarrow"}
