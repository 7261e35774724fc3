"""A project of anybody's: its own notebooks, helper, claims and modules, run from the command line and by a wheel."""

import json
import re
import subprocess
import sys
import sysconfig
import textwrap
import zipfile
from pathlib import Path

import pytest
from conftest import record_of, write_notebook
from conftest import workbench as workbench_

from workbench import places
from workbench.runner import project as project_

ROOT = Path(__file__).resolve().parents[1]
DECLARED = """
[project]
name = "somebody-elses"

[tool.workbench]
notebooks = "studies"
claims = "published"
reports = "out"
data = "tables"
modules = ["src"]
"""
CLAIM = """
[[claim]]
id = "mean"
statement = "The mean is 2."
source = "table 1"
published = 2.0
decimals = 1
basis = "published inputs"
expect = "match"
"""
STUDY = [
    "import helper\nimport deep\nfrom workbench import claims",
    "values = helper.numbers()\nmean = sum(values) / len(values) * scale",
    "claims.compare('means', {'mean': mean}, {'scale': scale})",
]
HELPER = "import inner\n\ndef numbers():\n    return inner.NUMBERS\n"


def make(root):
    """A project with a study, `means`, a plain notebook and one in a sub-folder."""
    for folder in ("studies/analyses", "published", "src/deep"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text(DECLARED)
    (root / "published/means.toml").write_text(CLAIM)
    (root / "studies/helper.py").write_text(HELPER)
    (root / "studies/unused.py").write_text("")
    (root / "src/inner.py").write_text("NUMBERS = [1, 2, 3]\n")
    (root / "src/deep/__init__.py").write_text("from . import more\n")
    (root / "src/deep/more.py").write_text("")
    write_notebook(root / "studies/01-means.ipynb", *STUDY, parameters="scale: float = 1.0  # factor")
    write_notebook(root / "studies/plain.ipynb", "print('plain')", parameters=None, title="Plain")
    write_notebook(root / "studies/analyses/later.ipynb", "1", parameters=None, title="Later")
    return root


class Workbench:
    """The command line, of a wheel or ours, and the folder in which it is typed."""

    def __init__(self, root, python=None):
        self.root, self.python = root, python

    def __call__(self, *arguments, folder="."):
        cwd = self.root / folder
        if self.python is None:
            return workbench_(*arguments, cwd=cwd)
        command = [str(self.python), "-m", "workbench", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=300)

    def why(self):
        (line,) = [line for line in self("run", "--all", "--why").stdout.splitlines() if ": means: " in line]
        return line.replace(": means: ", ": ")


@pytest.fixture(scope="module")
def workbench(tmp_path_factory):
    """The project, all of whose studies have run once."""
    found = Workbench(make(tmp_path_factory.mktemp("project")))
    done = found("run", "--all", folder="src")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return found


def test_the_studies_are_those_of_the_project_from_any_folder_in_it(workbench):
    listed = "means  Tiny\nplain  Plain\n\nanalyses/\nlater  Later\n"
    assert workbench("list", folder="src/deep").stdout == listed


def test_all_reports_are_where_the_project_says(workbench):
    reports = {file.stem for file in (workbench.root / "out").glob("*.html")}
    assert reports == {"index", "means", "plain", "later"}
    assert not (workbench.root / "src/out").exists()
    record = record_of(workbench.root / "out", "means")
    assert record["provenance"]["command"] == "workbench run means"
    assert record["provenance"]["commit"] is None
    assert record["claims"]["tally"] == {"match": 1}
    assert record["provenance"]["undeclared"] == []
    assert str(workbench.root) not in json.dumps(record)
    assert not (workbench.root / "out/means.html").read_text("utf-8").count("Cite")


def test_own_modules_are_those_that_the_notebook_imports(workbench):
    used = record_of(workbench.root / "out", "means")["inputs"]["own_modules"]
    assert set(used) == {"studies/helper.py", "src/inner.py", "src/deep/__init__.py", "src/deep/more.py"}
    assert record_of(workbench.root / "out", "plain")["inputs"]["own_modules"] == {}


def test_kernels_are_forked_and_each_reads_the_projects_modules_anew(workbench):
    kernels = {name: record_of(workbench.root / "out", name) for name in ("means", "plain")}
    # the notebooks of one folder would share a server; `later` lies in another
    assert {r["provenance"]["kernel"] for r in kernels.values()} == {"cold"}
    for number in (5, 7):
        (workbench.root / "studies/helper.py").write_text(f"{HELPER}VALUE = {number}\n")
        for name in "ab":
            write_notebook(workbench.root / f"studies/{name}.ipynb", "import json, helper", "helper.VALUE")
        files = [workbench.root / f"studies/{name}.ipynb" for name in "ab"]
        done = workbench("run", *files, "--out", workbench.root / "elsewhere")
        assert done.returncode == 0, done.stdout
        for name in "ab":
            assert record_of(workbench.root / "elsewhere", name)["provenance"]["kernel"] == "warm"
            cells = json.loads((workbench.root / "elsewhere" / f"{name}.ipynb").read_text())["cells"]
            assert cells[-1]["outputs"][0]["data"]["text/plain"] == [str(number)]
    for file in files:
        file.unlink()
    (workbench.root / "studies/helper.py").write_text(HELPER)


CHANGES = {
    "helper": ("studies/helper.py", HELPER + "\n", "would run: studies/helper.py changed"),
    "behind the helper": ("src/inner.py", "NUMBERS = [2]\n", "would run: src/inner.py changed"),
    "in a package": ("src/deep/more.py", "x = 1\n", "would run: src/deep/more.py changed"),
    "gone": ("src/deep/more.py", None, "would run: src/deep/more.py is gone"),
    "new in a package": ("src/deep/other.py", "", "would run: src/deep/other.py is new"),
    "instead of another": ("studies/inner.py", "NUMBERS = []\n", "would run: studies/inner.py is new"),
    "not imported": ("studies/unused.py", "x = 1\n", "fresh: nothing changed since"),
    "new and not imported": ("studies/another.py", "", "fresh: nothing changed since"),
    "claims": ("published/means.toml", CLAIM + "\n", "would run: published/means.toml changed"),
    "places": (
        "pyproject.toml",
        DECLARED.replace('"published"', '"printed"'),
        "would run: the project's folder of claims published → printed",
    ),
    "another table of pyproject": ("pyproject.toml", DECLARED + "[tool.ruff]\n", "fresh: nothing"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_project_is_named(change, workbench):
    name, content, told = CHANGES[change]
    file = workbench.root / name
    before = file.read_text() if file.exists() else None
    file.unlink() if content is None else file.write_text(content)
    try:
        assert workbench.why().startswith(told)
    finally:
        file.unlink(missing_ok=True)
        if before is not None:
            file.write_text(before)
    assert workbench.why().startswith("fresh: nothing changed since")


def use_every_command(workbench):
    """Sweep, verify, check and compare in a project whose studies have run; return what was printed."""
    reports = workbench.root / "out"
    swept = workbench("sweep", "means", "-g", "scale=1,2")
    verified = workbench("verify", reports / "means.json")
    checked = workbench("claims", "--check")
    (point,) = (reports / next(reports.glob("means--sweep-*.json")).stem).glob("means--????????.json")
    compared = workbench("compare", "means", point)
    for done in (swept, verified, checked, compared):
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return swept.stdout, verified.stdout, checked.stdout, compared.stdout


def test_every_command_works_in_it(workbench):
    swept, verified, checked, compared = use_every_command(workbench)
    assert swept.startswith("2 points (scale 2), 0 of them done\n")
    assert verified.startswith("verified: means: nothing differs from the run of ")
    assert "means: 1 match" in checked
    assert checked.endswith("0 unexpected verdicts\n")
    assert "parameter scale: 1.0 → 2.0" in compared
    assert "claim mean: match (2.000) → differs (4.000)" in compared


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "plain", "-p", "x=1"], "Parameter 'x' was given, but the notebook declares no parameters"),
        (
            ["run", "mean"],
            "Unknown study 'mean'; did you mean 'means'? Studies: means, plain, later; or give",
        ),
        (["claims", "plain"], "holds no claims"),
    ],
)
def test_refused_in_one_line(arguments, message, workbench):
    done = workbench(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[tool.workbench]\nnotebook = 'x'", "has no entry 'notebook'; did you mean 'notebooks'?"),
        ("[tool.workbench]\nmodules = 'src'", "modules must be a list of paths, not 'src'"),
        ("[tool]\nworkbench = 3", "tool.workbench must be a table"),
        ("[tool.workbench]\nx =", "pyproject.toml: Invalid value"),
    ],
)
def test_a_project_that_cannot_be_read_is_refused_in_one_line(content, message, tmp_path):
    (tmp_path / "pyproject.toml").write_text(content)
    write_notebook(tmp_path / "a.ipynb", "1")
    for arguments in (["list"], ["run", "a.ipynb"]):
        done = Workbench(tmp_path)(*arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert message in done.stderr


def test_a_folder_of_notebooks_is_a_project_with_defaults(tmp_path):
    write_notebook(tmp_path / "b.ipynb", "import beside; beside.x", parameters=None)
    (tmp_path / "beside.py").write_text("x = 1\n")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    write_notebook(tmp_path / ".ipynb_checkpoints/b-checkpoint.ipynb", "1")
    (tmp_path / "broken.ipynb").write_text("{}")
    here = Workbench(tmp_path)
    assert here("list").stdout == (
        "b       Tiny\nbroken  (broken.ipynb is not a notebook in format 4; open and save it in JupyterLab)\n"
    )
    assert here("run", "b").returncode == 0
    assert here("list").stdout.startswith("b       Tiny\n"), "a report is no study"
    assert here("run", "b", "--why").stdout.startswith("fresh: b")
    (tmp_path / "beside.py").write_text("x = 2\n")
    assert here("run", "b", "--why").stdout == "would run: b: beside.py changed\n"
    assert "numpy" in record_of(tmp_path / "reports", "b")["provenance"]["versions"]


def test_a_folder_without_a_notebook_says_what_to_do(tmp_path):
    for arguments in (["list"], ["run", "--all"], ["claims"]):
        done = Workbench(tmp_path)(*arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "there is no notebook in" in done.stderr


@pytest.mark.parametrize(
    ("notebooks", "names"),
    [
        (["01-a", "02-b"], ["a", "b"]),
        (["10-a", "2024 b"], ["a", "2024 b"]),
        (["01-a", "a"], ["01-a", "a"]),
        (["01-a", "x/01-a", "x/b"], ["01-a", "x-01-a", "b"]),
        (["a", ".hidden", ".x/b", "_old/c"], ["a"]),
        (["a", "x/y/b"], ["a"]),
    ],
)
def test_a_study_goes_by_the_name_of_its_notebook(notebooks, names, tmp_path):
    for name in notebooks:
        file = tmp_path / "notebooks" / f"{name}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_notebook(file, "1")
    for start in (tmp_path, tmp_path / "notebooks"):
        found = project_.find(start)
        assert (found.root, list(found.studies)) == (tmp_path, names)


def test_a_declared_project_is_found_from_below_before_any_folder_is_one(tmp_path):
    (tmp_path / "pyproject.toml").write_text(DECLARED)
    (tmp_path / "studies/notebooks").mkdir(parents=True)
    found = places.find(tmp_path / "studies/notebooks")
    assert (found.root, found.notebooks, found.declared) == (tmp_path, tmp_path / "studies", True)
    assert found.modules == (tmp_path / "src",)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The command line of a wheel in an environment of its own, which has the packages of this one."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "flit_core.wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    # all packages of this environment but the editable one, which a .pth file brings in
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        if package.suffix != ".pth" and not package.name.startswith(("workbench", "segmentation_workbench")):
            (site / package.name).symlink_to(package)
    (folder / "venv/share").symlink_to(Path(sys.prefix, "share"))
    python = folder / "venv/bin/python"
    program = "import workbench, numpy; print(workbench.__file__)"
    told = subprocess.run([python, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()) == site / "workbench/__init__.py"
    return Workbench(make(folder / "project"), python)


@pytest.mark.slow
def test_an_installed_package_serves_a_project(installed):
    done = installed("run", "--all")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert installed("list").stdout.startswith("means  Tiny\nplain  Plain\n")
    swept, verified, checked, compared = use_every_command(installed)
    assert verified.startswith("verified: means: nothing differs")
    assert checked.endswith("0 unexpected verdicts\n")
    record = record_of(installed.root / "out", "means")
    assert "workbench/ahp/weights.py" in record["inputs"]["modules"]
    assert record["provenance"]["undeclared"] == []
    (installed.root / "studies/helper.py").write_text(HELPER + "\n")
    assert installed.why() == "would run: studies/helper.py changed"


@pytest.mark.slow
def test_a_study_begun_by_an_installed_package_runs_with_all_claims(installed, tmp_path):
    elsewhere = Workbench(tmp_path, installed.python)
    told = elsewhere("new", "--study", "my-paper")
    assert told.returncode == 0, told.stderr
    *files, following = told.stdout.splitlines()
    drawn = [
        f"data/telecom_rfm_ahp/{kind}{which}.csv"
        for which in ("", "_overlapping")
        for kind in ("payments", "segments")
    ]
    assert files == ["notebooks/01-my-paper.ipynb", "data/claims/my-paper.toml", *drawn]
    for file in drawn:
        assert (tmp_path / file).read_bytes() == (ROOT / file).read_bytes()
    for parameters in ([], ["-p", "dataset=telecom_overlapping"]):
        done = elsewhere("run", "my-paper", *parameters)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert elsewhere("run", "my-paper").returncode == 0
    checked = elsewhere("claims", "my-paper", "--check").stdout
    assert checked.startswith("my-paper: 3 match\n")
    assert checked.endswith("\n0 unexpected verdicts\n")


@pytest.mark.slow
def test_an_installed_package_says_where_named_data_sets_belong(installed):
    cell = "from workbench import data\ndata.load('telecom')"
    write_notebook(installed.root / "studies/named.ipynb", cell, parameters=None)
    done = installed("run", "named")
    assert done.returncode == 3
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("failed: ")]
    assert re.search(
        r"DataError: data/telecom_rfm_ahp/payments.csv: no such file in this project; named data sets belong to "
        r"the workbench's own project .* or give a file of your own",
        line,
    )
    (installed.root / "studies/named.ipynb").unlink()


def test_own_data_are_listed_in_words_that_hold_elsewhere(tmp_path):
    """A file beside the notebook, one in the project and one in the workbench's own checkout."""
    cells = "from workbench import data\ndata.load_matrix(); open('beside.txt').read(); open('tables/x.txt').read()"
    write_notebook(tmp_path / "a.ipynb", cells, parameters=None)
    (tmp_path / "tables").mkdir()
    for name in ("beside.txt", "tables/x.txt"):
        (tmp_path / name).write_text(textwrap.dedent(name))
    here = Workbench(tmp_path)
    assert here("run", "a").returncode == 0
    record = record_of(tmp_path / "reports", "a")
    assert [f["at"] for f in record["data"]] == ["workbench:data/telecom_rfm_ahp/averaged_matrix.csv"]
    assert [f["at"] for f in record["provenance"]["undeclared"]] == ["beside.txt", "tables/x.txt"]
    assert here("run", "a", "--why").stdout.startswith("fresh: a")
