"""A notebook of one's own: a copy of a study or an analysis with its parameters set, or the skeleton of a study."""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from workbench import data
from workbench.places import DEFAULTS
from workbench.runner import project as project_
from workbench.runner.plan import own_file, plans
from workbench.runner.plan.wishes import NAME, is_of_a_page
from workbench.runner.record.cells import cell_source
from workbench.runner.record.verdict import Refused

MINE = "mine"  # folder of copies, in that of the notebooks
SKELETON = Path(__file__).with_name("skeleton")
CALLED = "first-study"  # what the skeleton calls its study
DRAWN = "telecom"  # stand-in that it reads until it is given a file


def copy(
    study: str,
    name: str,
    assignments: Iterable[str] = (),
    *,
    extra: Mapping[str, Any] | None = None,
    title: str | None = None,
) -> Path:
    """Copy a study into the project under a name of one's own, with other defaults of its parameters.

    Parameters
    ----------
    study : str
        Name of a study, or the path of a notebook.
    name : str
        What the copy is called, as a study and as a report.
    assignments : iterable of str
        `name=value`, as typed.
    extra : dict, optional
        Typed parameters, such as `columns`.
    title : str, optional
        Its first heading.

    Returns
    -------
    Path
        The notebook, without outputs.

    Raises
    ------
    Refused
        The name is taken or none, a value does not fit, or the file cannot be read.
    """
    plan = plans.plan(study, assignments, extra=extra)
    if plan.values.get("data_file"):
        own_file.check(plan)
    folder = _folder()
    target = _free(name, folder / ("" if folder == project_.find().places.root else MINE) / f"{name}.ipynb")
    notebook = json.loads(plan.source)
    for cell in notebook["cells"]:
        source = cell_source(cell)
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            cell["source"] = with_defaults(source, plan.given)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    if title:
        _retitle(notebook, title)
    return _write(target, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")


def begin(name: str) -> list[Path]:
    """Write the skeleton of a study: a notebook that runs and keeps to the form, and its file of claims.

    Where its stand-in data are not at hand, as in a project with the installed package, they are drawn.

    Returns
    -------
    list of Path
        The notebook, the claims, and the files of data that were drawn.

    Raises
    ------
    Refused
        The name is taken, or none.
    """
    places = project_.find().places
    numbers = [int(m[1]) for f in places.notebooks.glob("*.ipynb") if (m := re.match(r"(\d+)-", f.name))]
    notebook = _free(name, _folder() / f"{max(numbers, default=0) + 1:02}-{name}.ipynb")
    claims = _free(name, places.claims / f"{name}.toml")
    both = {notebook: SKELETON / f"{CALLED}.ipynb", claims: SKELETON / f"{CALLED}.toml"}
    written = [_write(file, model.read_text("utf-8").replace(CALLED, name)) for file, model in both.items()]
    try:
        return [*written, *data.write_stand_in(DRAWN)]
    except OSError as error:
        raise Refused(f"cannot write the stand-in data of {name}: {error.strerror}") from None


def _folder() -> Path:
    """Where notebooks go: a folder that has none yet gets one for them, in which those of one's own are found, too."""
    places = project_.find().places
    begun = places.declared or places.notebooks != places.root or any(places.root.glob("*.ipynb"))
    return places.notebooks if begun else places.root / DEFAULTS["notebooks"]


def _free(name: str, file: Path) -> Path:
    """The file, unless its name is none or somebody has it."""
    if not NAME.fullmatch(name):
        raise Refused(f"{name!r} is no name; write letters, digits, hyphens and points, such as my-shop")
    known = project_.find().studies
    if name in known:
        raise Refused(f"there is a study {name} already, {known[name].name}; choose another name")
    if is_of_a_page(name) or file.exists():
        raise Refused(f"{name}: another page or file has this name; choose another one")
    return file


def _write(file: Path, text: str) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise Refused(f"cannot write {file}: {error.strerror}") from None
    return file


def _retitle(notebook: dict[str, Any], title: str) -> None:
    """Give the notebook another first heading."""
    for cell in notebook["cells"]:
        source, n = re.subn(r"^# .*", lambda _: f"# {title}", cell_source(cell), count=1, flags=re.M)
        if cell["cell_type"] == "markdown" and n:
            cell["source"] = source
            return


def with_defaults(source: str, values: Mapping[str, Any]) -> str:
    """Give the parameters of a cell other defaults; comments and all else stay.

    Parameters
    ----------
    source : str
        Of the parameters cell: one annotated literal per line.
    values : dict of str to object
        JSON values by the name of the parameter.

    Examples
    --------
    >>> with_defaults("k: int = 3  # clusters\\nfile: str | None = None  # yours", {"file": "shop.csv"})
    'k: int = 3  # clusters\\nfile: str | None = "shop.csv"  # yours'
    """
    lines = source.encode().splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):  # from the end, so that places before stay where they are
        assert isinstance(node, ast.AnnAssign)
        assert isinstance(node.target, ast.Name)
        value = node.value
        if node.target.id in values and value and value.end_lineno and value.end_col_offset is not None:
            first, last = value.lineno - 1, value.end_lineno - 1
            before, after = lines[first][: value.col_offset], lines[last][value.end_col_offset :]
            lines[first : last + 1] = [before + _literal(values[node.target.id]).encode() + after]
    return b"".join(lines).decode()


def _literal(value: Any) -> str:
    """A JSON value as Python writes it, texts in double quotes."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case dict():
            return "{" + ", ".join(f"{_literal(k)}: {_literal(v)}" for k, v in value.items()) + "}"
    return repr(value)
