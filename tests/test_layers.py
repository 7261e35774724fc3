"""What the import contracts of pyproject.toml do not hold: what a method may use, and what a face says."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workbench"
LIBRARIES = {"numpy", "scipy", "pandas", "sklearn", "statsmodels", "narwhals"}
NO_METHODS = {"claims", "cli", "data", "lab", "plots", "publish", "runner"}
FAMILIES = sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py") if p.parent.name not in NO_METHODS)
METHODS = sorted(
    file.relative_to(PACKAGE).as_posix() for family in FAMILIES for file in (PACKAGE / family).rglob("*.py")
)
DATABASE = ("cbr/store/", "retention/")  # these methods may import SQLAlchemy
FORBIDDEN_IN_METHODS = {
    "open", "print", "input", "exec", "eval", "read_csv", "read_parquet", "to_csv", "now", "today", "time", "getLogger",
    "seed", "set_state",
}  # fmt: skip


def imports(path):
    """Names of the libraries that a file imports, this package left out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return {name.split(".")[0] for name in found} - {"workbench"}


def listed(docstring):
    """The names that a face lists, one per line, each with what it does."""
    return {line.split()[0] for line in docstring.splitlines() if re.match(r"^[a-z0-9_]+ {2,}\S", line)}


def test_there_are_methods():
    assert len(FAMILIES) >= 8
    assert len(METHODS) > 40


@pytest.mark.parametrize("name", METHODS)
def test_a_method_imports_only_numeric_libraries(name):
    outside = imports(PACKAGE / name)
    allowed = LIBRARIES | {"sqlalchemy"} if name.startswith(DATABASE) else LIBRARIES
    assert outside - set(sys.stdlib_module_names) <= allowed
    assert not outside & {"os", "pathlib", "logging", "time", "random", "warnings", "sqlite3"}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_reads_no_file_prints_nothing_and_keeps_no_state(name):
    tree = ast.parse((PACKAGE / name).read_text("utf-8"))
    called = {
        getattr(n.func, "id", getattr(n.func, "attr", "")) for n in ast.walk(tree) if isinstance(n, ast.Call)
    }
    assert not called & FORBIDDEN_IN_METHODS
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Global)]


@pytest.mark.parametrize(
    "face", sorted(p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("__init__.py"))
)
def test_a_face_says_what_each_of_its_modules_does(face):
    folder = (PACKAGE / face).parent
    if folder.name == "fonts":  # one module and a tool
        return
    rooms = {path.stem for path in folder.glob("*.py")} | {
        p.parent.name for p in folder.glob("*/__init__.py")
    }
    docstring = ast.get_docstring(ast.parse((PACKAGE / face).read_text("utf-8")))
    assert rooms - {"__init__", "__main__", "cli"} <= listed(docstring)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_face_is_short_and_offers_what_it_lists(family):
    import importlib

    text = (PACKAGE / family / "__init__.py").read_text("utf-8")
    tree = ast.parse(text)
    assert {type(node) for node in tree.body} <= {ast.Expr, ast.ImportFrom, ast.Assign}
    face = importlib.import_module(f"workbench.{family}")
    assert all(hasattr(face, name) for name in face.__all__)


def test_the_names_that_notebooks_had_before_the_families_are_the_same_modules():
    import importlib

    import workbench

    for name, place in workbench.MOVED.items():
        module = importlib.import_module(f"workbench.{place}")
        assert getattr(workbench, name) is module
        assert importlib.import_module(f"workbench.{name}") is module
        assert module.__spec__.name == f"workbench.{place}"
    with pytest.raises(AttributeError, match="no attribute 'clusterin'"):
        workbench.clusterin  # noqa: B018
    with pytest.raises(ModuleNotFoundError, match="workbench.clusterin"):
        importlib.import_module("workbench.clusterin")


def lint(root):
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return done.returncode, done.stdout


ADDED = {
    "upward": ("ahp/weights.py", "from workbench import claims", "Each layer builds on those below it"),
    "beside": ("ahp/weights.py", "from workbench import grey", "Each layer builds on those below it"),
    "past a face": ("anp/limits.py", "from workbench.ahp import judges", "Each layer builds on those below it"),
    "new family": ("newcomer/__init__.py", "", "Each layer builds on those below it"),
    "privacy needs nobody": ("privacy/plain.py", "from workbench import data", "Each layer builds on those below it"),
    "circle": ("ahp/comparisons.py", "from workbench.ahp import weights", "Nothing imports in a circle"),
    "late circle": (
        "runner/record/files.py",
        "def f():\n    from workbench.runner.kernel import reads",
        "Nothing imports in a circle",
    ),
    "method in the runner": ("runner/runs.py", "from workbench import rfm", "The runner and the command line know no"),
    "inside of data": ("cli/files.py", "from workbench.data import reading", "The runner and the command line see the"),
    "database": ("ahp/weights.py", "from workbench import addresses", "Databases are reached"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["none", *ADDED])
def test_an_import_that_breaks_a_contract_fails(kind, tmp_path):
    import shutil

    shutil.copytree(PACKAGE, tmp_path / "workbench", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    if kind == "none":
        assert lint(tmp_path)[0] == 0
        return
    file, line, contract = ADDED[kind]
    path = tmp_path / "workbench" / file
    path.parent.mkdir(exist_ok=True)
    with open(path, "a") as text:
        text.write(f"\n{line}\n")
    code, told = lint(tmp_path)
    assert code == 1
    assert re.search(rf"^{contract}.* BROKEN", told, re.M)


def test_a_contract_of_a_family_needs_no_edit_for_a_new_file():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert len(contracts) == 5
    assert not re.findall(r"workbench\.\w+\.(?!store)\w+", str(contracts))


def test_only_places_and_the_catalogue_know_the_data_folder():
    mentions = re.compile(
        r"""^(?! *(?:>>>|\.\.\.) ).*(?:/ ["']data["']|["']data/)""", re.M
    )  # but for doctests
    readers = {path.stem for path in PACKAGE.rglob("*.py") if mentions.search(path.read_text("utf-8"))}
    # record: in an answer of a doctest; differences names the claims file and reads nothing there
    assert readers <= {"places", "record", "differences"}


def test_importing_the_package_imports_nothing_heavy():
    program = "import sys, workbench, workbench.cli, workbench.data, workbench.claims; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "pandas", "papermill", "nbconvert", "matplotlib"} & set(loaded)
