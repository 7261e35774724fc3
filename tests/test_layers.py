"""Who may import whom, read from the source, so that a method can be understood and used by itself."""

import ast
import re
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "workbench"
LIBRARIES = {"numpy", "scipy", "pandas", "sklearn", "statsmodels", "narwhals"}
# Every method, with the other modules of the package that it may import.
METHODS = {
    "comparisons": set(),
    "ahp": {"comparisons"},
    "judgements": {"ahp", "comparisons"},
    "judges": {"ahp", "comparisons"},
    "supermatrices": {"comparisons"},
    "networks": {"ahp", "comparisons", "supermatrices"},
    "chains": set(),
    "network_evidence": {"network_search"},
    "network_search": {"ahp"},
    "anp": {"network_evidence", "chains", "network_search", "networks", "supermatrices"},
    "scoring": set(),
    "windows": set(),
    "extended_rfm": {"windows"},
    "rfm": {"extended_rfm", "scoring", "windows"},
    "silhouettes": set(),
    "clustering": set(),
    "personas": set(),
    "movement": set(),
    "addresses": set(),
    "case_rows": set(),
    "case_tables": {"addresses", "case_rows"},
    "case_base": {"addresses", "case_rows", "case_tables"},
    "retrieval": {"grey", "grey_blocks", "grey_inputs"},
    "representatives": {"retrieval"},
    "cbr": {"case_base", "grey", "grey_inputs", "representatives", "retrieval"},
    "validity": {"silhouettes"},
    "arrows": set(),
    "sales": set(),
    "outliers": set(),
    "events": {"outliers", "windows"},
    "value_classes": set(),
    "answers": set(),
    "profiles": {"arrows", "sales"},
    "grey": {"grey_blocks", "grey_inputs"},
    "grey_blocks": set(),
    "grey_inputs": set(),
    "grey_sensitivity": {"grey", "grey_blocks", "grey_inputs"},
}
DATABASE = {"addresses", "case_base", "case_tables"}  # these methods may import SQLAlchemy
REST = {
    "spelling": set(),
    "claims": set(),
    "plots": {"drawing", "evidence_plots", "figures", "segment_plots"},
    "segment_plots": {"drawing", "figures"},
    "evidence_plots": {"drawing", "figures"},
    "drawing": set(),
    "figures": {"fonts"},
    "catalogue": set(),
    "data": {"catalogue", "reading", "parsing", "tables"},
    "tables": {"catalogue", "data", "reading"},
    "reading": {"data", "parsing"},
    "parsing": set(),
    "surrogate": set(),
    "surrogate_bank": set(),
    "surrogate_retail": set(),
    "cli": {"reports", "data", "claims"},
    "__init__": set(),
    "__main__": {"cli"},
}
FORBIDDEN_IN_METHODS = {
    "open", "print", "input", "exec", "eval", "read_csv", "read_parquet", "to_csv", "now", "today", "time", "getLogger",
    "seed", "set_state",
}  # fmt: skip


def imports(path):
    """Names of the modules that a file imports, those of this package without its name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ("." * node.level) + (node.module or "")
            found |= {
                f"{base}.{alias.name}" if base in (".", "..", "workbench") else base for alias in node.names
            }
    return found


def own(path):
    """Modules of this package that a file imports."""
    names = {name for name in imports(path) if name.startswith((".", "workbench"))}
    names = {name.removeprefix("workbench").lstrip(".").split(".")[0] for name in names}
    return {n for n in names if (PACKAGE / f"{n}.py").exists() or (PACKAGE / n).is_dir()} - {"", "spelling"}


def test_every_module_has_its_place():
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    assert modules == set(METHODS) | set(REST)


@pytest.mark.parametrize("name", sorted(METHODS | REST))
def test_a_module_imports_only_what_it_may(name):
    assert own(PACKAGE / f"{name}.py") <= (METHODS | REST)[name]


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_imports_only_numeric_libraries(name):
    outside = {
        n.split(".")[0] for n in imports(PACKAGE / f"{name}.py") if not n.startswith((".", "workbench"))
    }
    allowed = LIBRARIES | {"sqlalchemy"} if name in DATABASE else LIBRARIES
    assert outside - set(sys.stdlib_module_names) <= allowed
    assert not outside & {"os", "pathlib", "logging", "time", "random", "warnings", "sqlite3"}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_reads_no_file_prints_nothing_and_keeps_no_state(name):
    tree = ast.parse((PACKAGE / f"{name}.py").read_text("utf-8"))
    called = {
        getattr(n.func, "id", getattr(n.func, "attr", "")) for n in ast.walk(tree) if isinstance(n, ast.Call)
    }
    assert not called & FORBIDDEN_IN_METHODS
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Global)]


def test_reports_know_no_method():
    for path in (PACKAGE / "reports").glob("*.py"):
        siblings = {p.stem for p in (PACKAGE / "reports").glob("*.py")}
        assert own(path) - siblings <= {"claims"}, path.name


def test_only_data_and_claims_read_the_data_folder():
    mentions = re.compile(r"""/ ["']data["']|["']data/""")
    readers = {path.stem for path in PACKAGE.rglob("*.py") if mentions.search(path.read_text("utf-8"))}
    # reading: in its doctest only; differences names the claims file and reads nothing there
    assert readers <= {"data", "claims", "reading", "differences"}


def test_the_package_docstring_names_every_module():
    import workbench

    listed = {line.split()[0] for line in workbench.__doc__.splitlines()[2:] if line.strip()}
    assert listed == (set(METHODS) | set(REST) | {"fonts", "reports"}) - {"__init__", "__main__", "cli"}


def test_importing_the_package_imports_nothing_heavy():
    import subprocess

    program = "import sys, workbench, workbench.cli, workbench.data, workbench.claims; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "pandas", "papermill", "nbconvert", "matplotlib"} & set(loaded)
