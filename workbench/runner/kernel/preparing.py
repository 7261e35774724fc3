"""The notebook as it will run: parameters injected, nothing left of an earlier execution."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # its import takes a while
    from nbformat import NotebookNode

    from workbench.runner.plan.plans import Plan


def prepare(plan: "Plan") -> "NotebookNode":
    """Make the notebook that a plan is about to run."""
    import nbformat
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    raw = json.loads(plan.source)
    raw["nbformat_minor"] = max(raw.get("nbformat_minor", 0), 5)
    raw.setdefault("metadata", {})
    for number, cell in enumerate(raw["cells"]):
        cell.setdefault("id", f"cell-{number}")  # nbformat's own would be random
        cell.setdefault("metadata", {})
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook = load_notebook_node(nbformat.reads(json.dumps(raw), as_version=4))
    if plan.given:
        notebook = parameterize_notebook(notebook, plan.given, kernel_name="python3", language="python")
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for stored in ("papermill", "execution"):
            cell.metadata.pop(stored, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"  # papermill's own is random
    return notebook


def with_outputs_of(notebook: "NotebookNode", executed: "NotebookNode") -> "NotebookNode":
    """Give a prepared notebook the outputs of one that was executed, cell by cell with code.

    Raises
    ------
    ValueError
        Their code is not the same.
    """
    pairs = [[c for c in n.cells if c.cell_type == "code"] for n in (notebook, executed)]
    if [c.source for c in pairs[0]] != [c.source for c in pairs[1]]:
        raise ValueError("the stored notebook holds other code")
    for cell, done in zip(*pairs, strict=True):
        cell.outputs, cell.execution_count = done.outputs, done.execution_count
    return notebook
