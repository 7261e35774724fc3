"""The rules that make a notebook read as an argument, and run alike in a run, nbval and JupyterLab."""

import ast
import json
import re
import statistics
from pathlib import Path

import pytest

from workbench.runner.plan import parameters, plans
from workbench.runner.record import alt_texts

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    return [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def code(path):
    return ["".join(c["source"]) for c in cells(path, "code")]


def lines(source):
    return [line for line in source.splitlines() if line.strip()]


def test_cells_are_few_and_short(path):
    lengths = [len(lines(source)) for source in code(path)]
    assert 15 <= len(lengths) <= 30
    assert statistics.median(lengths) <= 4
    assert max(lengths) <= 15


def test_prose_outweighs_code(path):
    words = sum(len("".join(c["source"]).split()) for c in cells(path, "markdown"))
    assert words >= 3 * sum(len(lines(source)) for source in code(path))


def test_no_function_is_defined_and_nothing_is_hidden(path):
    for source in code(path):
        tree = ast.parse(source)  # plain Python: no magics, no shell
        assert not [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
        assert not source.rstrip().endswith(";")
        assert plans.silent_failure(source) is None


def test_imports_stand_in_the_first_cell_only_and_never_reach_the_runner(path):
    imported = [i for i, source in enumerate(code(path)) if re.search(r"^(import|from) ", source, re.M)]
    assert imported == [0]
    assert not re.search(r"workbench(\.| import .*\b)(reports|cli)", code(path)[0])


def test_every_parameter_has_a_line_of_explanation(path):
    declared = parameters.read(json.loads(path.read_text("utf-8")))
    prose = "\n".join("".join(c["source"]) for c in cells(path, "markdown"))
    assert all(p.note for p in declared.values())
    assert [name for name in declared if f"`{name}`" not in prose] == []
    assert {"data_file", "columns"} <= set(declared)


def test_every_cell_was_executed_in_order(path):
    assert [c["execution_count"] for c in cells(path, "code")] == list(range(1, len(cells(path, "code")) + 1))


def test_stored_outputs_hold_no_error_no_warning_no_timing_and_no_path(path):
    for cell in cells(path, "code"):
        assert "execution" not in cell["metadata"]
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr"
    text = path.read_text("utf-8")
    assert not re.search(r"/(home|root|tmp|Users|work)/|0x[0-9a-f]{6,}", text)


def test_every_figure_has_alt_text_and_a_caption(path):
    figures = [o for c in cells(path, "code") for o in c["outputs"] if "image/png" in o.get("data", {})]
    assert figures
    assert not [c["execution_count"] for c in cells(path, "code") if alt_texts.missing(c)]
    for figure in figures:
        notes = figure["metadata"]["workbench"]
        assert len(notes["alt"].split()) >= 5
        assert len(notes["caption"].split()) >= 4


def test_the_claims_are_compared_once(path):
    assert sum("claims.compare(" in source for source in code(path)) == 1


def test_headings_follow_the_order_of_an_argument(path):
    text = "\n".join("".join(c["source"]) for c in cells(path, "markdown"))
    order = [
        "**Question.**",
        "## Parameters",
        "## Data",
        "## Published and reproduced",
        "## Caveats",
        "## References",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)
