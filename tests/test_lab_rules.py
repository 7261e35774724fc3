"""The rules of a notebook outside a run: JupyterLab's kernel, plain papermill and nbval refuse what breaks one."""

import copy
import subprocess
import sys
from pathlib import Path

import lab_server
import nbclient
import nbformat
import pytest

from workbench.lab import forms, saving

BROKEN = "RuleBroken: rule `2 <= k <= k_max` does not hold: k is 12, k_max is 8; choose other values"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    lab_server.write_project(folder)
    return folder / "notebooks" / "01-tiny.ipynb"


def execute(notebook, before, after):
    """Execute a notebook as nbval and JupyterLab do, its parameters cell edited and not saved."""
    edited = nbformat.read(notebook, as_version=4)
    cell = edited.cells[2]
    assert before in cell.source
    cell.source = cell.source.replace(before, after)
    nbclient.NotebookClient(edited, resources={"metadata": {"path": str(notebook.parent)}}).execute()
    return edited


def test_a_sound_notebook_runs(notebook):
    done = execute(notebook, "k: int = 3", "k: int = 4")
    assert done.cells[-1].outputs[0].data["text/plain"] == "Finding: 4 clusters by none."


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("k: int = 3", "k: int = 12", BROKEN),
        ("k: int = 3", "k: int = 2.5", "the default 2.5 of k is not of its type int"),
        ('= "none"', '= "zscor"', "did you mean 'zscore'?"),
    ],
)
@pytest.mark.parametrize("named", [False, True])
def test_a_cell_that_breaks_a_rule_is_refused(named, before, after, told, notebook, monkeypatch):
    if named:  # as Jupyter's server says which notebook a kernel runs
        monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    with pytest.raises(nbclient.exceptions.CellExecutionError) as refused:
        execute(notebook, before, after)
    assert told in str(refused.value)


def test_plain_papermill_is_refused_too(notebook, tmp_path):
    command = [sys.executable, "-m", "papermill", notebook, tmp_path / "out.ipynb", "-p", "k", "12"]
    done = subprocess.run([*map(str, command)], cwd=notebook.parent, capture_output=True, text=True)
    assert done.returncode == 1
    assert BROKEN in done.stderr


def test_a_run_needs_no_such_look(notebook):
    """Its kernel imports nothing of this: it was checked before."""
    from command_line import workbench

    seen = notebook.read_text().replace("import os, time", "import os, sys, time")
    seen = seen.replace("{k} clusters by {scaling}.", "{'workbench.lab' in sys.modules}".replace("'", '\\"'))
    other = notebook.parent / "02-look.ipynb"
    other.write_text(seen)
    done = workbench("run", other, "--out", notebook.parents[1] / "reports")
    assert done.returncode == 0, done.stderr
    assert '"text": "False"' in (notebook.parents[1] / "reports/look.json").read_text()


def test_the_form_has_a_control_for_each_type(notebook):
    fields = {field["name"]: field for field in forms.describe(notebook)["fields"]}
    controls = {name: field["control"] for name, field in fields.items()}
    assert controls == {
        "k": "whole",
        "k_max": "whole",
        "share": "number",
        "scaling": "menu",
        "labels": "tick",
    } | {
        "data_file": "text",
        "wait_for": "text",
    }
    assert (fields["wait_for"]["optional"], fields["wait_for"]["default"]) == (True, "")


def test_what_is_typed_becomes_a_plan_or_a_problem_at_its_field(notebook):
    assert forms.look(notebook, {"k": "4", "labels": "true", "wait_for": ""}).plan.changed == {
        "k": 4,
        "labels": True,
    }
    assert "a finite number" in forms.look(notebook, {"share": "half"}).problems["share"]
    broken = forms.look(notebook, {"k": "12"})
    assert (broken.plan, broken.concerned) == (None, ["k"])
    assert "did you mean 'scaling'?" in forms.look(notebook, {"scalin": "none"}).refused


def test_a_save_keeps_what_is_equal_and_takes_what_is_new(notebook):
    class Manager:
        root_dir = str(notebook.parents[1])

    stored = nbformat.read(notebook, as_version=4)
    output = nbformat.v4.new_output("display_data", {"application/json": {"a": 4.0}})
    stored.cells[-1].outputs = [output]
    nbformat.write(stored, notebook)
    saved = copy.deepcopy(stored)
    saved.cells[-1].outputs[0].data["application/json"]["a"] = 4  # as a browser writes it
    saved.cells[1].metadata["execution"] = {"iopub.status.busy": "2026-11-28"}
    saved.metadata.language_info.version = "3.13.9"
    model = {"type": "notebook", "content": saved}
    saving.keep(model, "notebooks/01-tiny.ipynb", Manager())
    assert nbformat.writes(nbformat.from_dict(model["content"])) == nbformat.writes(stored)
    saved.cells[-1].outputs[0].data["application/json"]["a"] = 5
    saving.keep(model, "notebooks/01-tiny.ipynb", Manager())
    assert model["content"]["cells"][-1]["outputs"][0]["data"]["application/json"]["a"] == 5


def test_the_extension_is_as_the_browser_runs_it_and_names_no_host():
    static = Path(lab_server.EXTENSIONS, "segmentation-workbench", "static")
    assert {file.suffix for file in static.iterdir()} == {".js", ".css"}
    assert not [
        file.name
        for file in static.iterdir()
        if "http" in file.read_text() or "innerHTML" in file.read_text()
    ]
