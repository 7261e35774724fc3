"""The bench inside JupyterLab: a form for a notebook's parameters, reports, and rules that hold in Run All.

rules     the rules of a notebook, held in every kernel that runs its cells
forms     a notebook's parameters as a form, checked as one types
welcome   what the first page shows: the notebooks with their latest verdicts
making    reports in the making: a process each, and what it tells
report    that process: one run, told line by line
saving    what a save leaves as it was, so that Run All changes nothing in git
server    what the browser asks Jupyter's server for

The form is an extension of JupyterLab and Notebook 7, not a widget in a cell: a cell that shows a form would be
stored in the notebook, and a form needs no kernel. It is written as the browser runs it, in ``jupyter/``, so that
neither building nor installing it needs Node. In VS Code there is no form; the rules hold there as well.
"""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """How Jupyter's server finds this package; the name is Jupyter's."""
    return [{"module": "workbench.lab"}]


def _load_jupyter_server_extension(app: Any) -> None:
    from workbench.lab import server

    server.load(app)
