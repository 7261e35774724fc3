"""What is to be run, checked as far as it can be without a kernel and without any heavy import."""

import ast
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.checks import did_you_mean
from workbench.runner import project as project_
from workbench.runner.plan import form, magics, mappings, rules
from workbench.runner.plan import parameters as parameters_
from workbench.runner.plan.wishes import Wishes, refuse_name, refuse_taken
from workbench.runner.project import Project
from workbench.runner.record import cells, files, masking, provenance
from workbench.runner.record.verdict import Refused

# What has names of its own.
SCOPES = (
    ast.FunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


@dataclass(frozen=True)
class Limits:
    """Limits of a run; None means no limit. Times in seconds, memory in MiB of kernel and children."""

    cell_seconds: float | None = None
    run_seconds: float | None = None
    memory_mib: float | None = None


@dataclass(frozen=True)
class Plan:
    """A run that was found acceptable: nothing has been started or written yet."""

    study: str
    path: Path
    source: bytes
    notebook: dict[str, Any]
    declared: dict[str, parameters_.Parameter]
    given: dict[str, Any]
    project: Project
    out: Path
    wishes: Wishes = Wishes()

    @property
    def title(self) -> str:
        """What the report is called: as the user wishes, else by the user's own file, else by the notebook."""
        own = self.values.get("data_file")
        return self.wishes.title or (file_title(own) if own else None) or title(self.notebook) or self.study

    @property
    def language(self) -> str:
        """Of the page's own words."""
        return self.wishes.language

    @property
    def asked(self) -> str | None:
        """The question, as the notebook's metadata have it; of own data, what it answers for those."""
        own = self.told("own_question") if self.values.get("data_file") else None
        return own or self.told("question")

    def told(self, key: str) -> str | None:
        """A text of the notebook's own metadata."""
        return told(self.notebook, key)

    @property
    def results(self) -> Path:
        """The private folder of its named tables."""
        return self.project.private(self.out) / self.name

    @property
    def values(self) -> dict[str, Any]:
        """All parameters of the run, by name."""
        return {name: self.given.get(name, p.default) for name, p in self.declared.items()}

    @property
    def changed(self) -> dict[str, Any]:
        """The parameters whose value is not the notebook's default."""
        return {n: v for n, v in self.given.items() if v != self.declared[n].default}

    @property
    def typed(self) -> str:
        """How a user names this study on the command line, in the folder where this was typed."""
        return self.study if project_.find().studies.get(self.study) == self.path else str(self.path)

    @property
    def command(self) -> str:
        """What is typed for the same report, secrets included."""
        return provenance.command(self.typed, self.given, self.project.command, self.wishes.typed)

    @property
    def name(self) -> str:
        """File name of the report, without ending."""
        if self.wishes.name:
            return self.wishes.name
        if not self.changed:
            return self.study
        hidden = masking.secrets(self.changed)
        key = json.dumps(masking.mask_all(self.changed, hidden), sort_keys=True, ensure_ascii=False)
        return f"{self.study}--{provenance.sha256(key.encode())[:8]}"


def studies() -> dict[str, Path]:
    """The studies of the working directory's project; there has to be one."""
    here = project_.find()
    if not here.studies:
        raise Refused(
            f"there is no notebook in {here.places.notebooks}; go to a folder of notebooks, or name it in "
            "pyproject.toml: [tool.workbench] notebooks = …"
        )
    return here.studies


def find(study: str) -> tuple[Path, Project]:
    """Return the notebook of a study, given by name or as the path of any notebook, and its project.

    A name is looked up in the project of the working directory; a path belongs to the project around it.
    """
    here = project_.find()
    if study in here.studies:
        return here.studies[study], here
    path = Path(study)
    if path.suffix != ".ipynb" and path.is_file():
        raise Refused(f"{study} stands alone; each file needs its own --data: --data FILE --data {study}")
    if path.suffix != ".ipynb":
        hint = did_you_mean(study, here.studies)
        known = ", ".join(here.studies) or f"none in {here.places.notebooks}"
        raise Refused(f"Unknown study {study!r}{hint} Studies: {known}; or give the path of an .ipynb file.")
    if not path.is_file():
        raise Refused(f"{study}: no such notebook")
    path = path.resolve()
    return path, here if path in here.studies.values() else project_.find(path.parent)


def read_notebook(path: Path) -> tuple[bytes, dict[str, Any]]:
    """Return a notebook's bytes and its parsed JSON; refuse what cannot be run, see `form`."""
    try:
        source = files.content(path)
        return source, form.read(source)
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise Refused(f"{path.name} {error}") from None


def declared(study: str) -> tuple[dict[str, parameters_.Parameter], list[str]]:
    """The parameters that a study's notebook declares, and the rules between them."""
    path, _ = find(study)
    _, notebook = read_notebook(path)
    known = parameters_.read(notebook, name=path.name)
    return known, rules.read(notebook, known, name=path.name)


def title(notebook: Mapping[str, Any]) -> str | None:
    """The notebook's first heading."""
    headings = re.findall(r"^# +(.+)$", "\n".join(_texts_of(notebook, "markdown")), re.M)
    return headings[0].strip() if headings else None


def told(notebook: Mapping[str, Any], key: str) -> str | None:
    """A text of a notebook's own metadata, such as its `question`; None where there is none."""
    ours = notebook.get("metadata", {}).get("workbench")
    value = ours.get(key) if isinstance(ours, dict) else None
    return value if isinstance(value, str) and value.strip() else None


def _texts_of(notebook: Mapping[str, Any], kind: str) -> list[str]:
    return [cells.cell_source(c) for c in notebook["cells"] if c["cell_type"] == kind]


def plan(
    study: str,
    assignments: Iterable[str] = (),
    *,
    extra: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    wishes: Wishes | None = None,
) -> Plan:
    """Check everything that can be checked without a kernel.

    Parameters
    ----------
    study : str
        Name of a study, or the path of a notebook.
    assignments : list of str
        `name=value`, as typed.
    extra : dict, optional
        Typed parameters (`data_file`, `columns`).
    out : path, optional
        Output folder; by default that of the project's reports.
    wishes : Wishes, optional
        How the report is to be called, and more that changes no number.

    Raises
    ------
    Refused
    """
    path, project = find(study)
    source, notebook = read_notebook(path)
    known = parameters_.read(notebook, name=path.name)
    _refuse_file_options(path, known, extra or {})
    given = parameters_.resolve(known, assignments, _merged(known, extra or {}))
    values = {parameter: given.get(parameter, p.default) for parameter, p in known.items()}
    rules.refuse_dates(notebook, values, name=path.name)
    if problem := rules.broken(rules.read(notebook, known, name=path.name), values):
        raise Refused(f"{problem}; choose other values")
    _refuse_cells(notebook, known, path.name)
    folder = Path(out) if out else project.reports
    try:
        there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
        if there.exists() and not there.is_dir():
            raise Refused(f"--out {folder}: {there} is a file; give a folder")
    except OSError as error:
        raise Refused(f"--out {folder}: {error.strerror}") from None
    name = project.name_of(path)
    wishes = wishes or Wishes()
    refuse_name(wishes.name, project)
    planned = Plan(name, path, source, notebook, known, given, project, folder, wishes)
    refuse_taken(planned.name, path, name, folder)
    return planned


def refuse_previous(plan: Plan) -> None:
    """Refuse an earlier report to compare with that has left no tables beside this one's."""
    name, folder = plan.values.get("previous"), plan.results.parent
    if not isinstance(name, str) or (folder / name).is_dir():
        return
    known = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    raise Refused(
        f"previous: there is no report {name!r} with results{did_you_mean(name, known)} "
        f"Reports with results: {', '.join(known) or 'none'}"
    )


def _refuse_file_options(path: Path, known: Collection[str], extra: Mapping[str, Any]) -> None:
    """Refuse what is typed of a file in words of the command line, where the notebook has no parameter for it."""
    if "data_file" in extra and "data_file" not in known:
        raise Refused(f"{path.name} takes no file of your own; leave out --data")
    if lacking := [name for name in mappings.KEPT if name in extra and name not in known]:
        flag = mappings.flag(lacking[0], extra[lacking[0]])
        raise Refused(f"{path.name} has no parameter {lacking[0]!r}; leave out {flag}")


def _merged(known: Mapping[str, parameters_.Parameter], extra: Mapping[str, Any]) -> dict[str, Any]:
    """What is typed of a file, added to what a notebook of one's own says of it: role by role, option by option."""
    kept = {name: known[name].default for name in ("columns", "reading", "where") if name in known}
    return {
        name: {**(kept.get(name) or {}), **value} if name in kept else value for name, value in extra.items()
    }


def file_title(source: str | list[str]) -> str | None:
    """What a user's file is called, without its ending; several by the first, and how many."""
    names = [source] if isinstance(source, str) else source
    first = Path(masking.mask(names[0])).name or names[0]
    return f"{first} and {len(names) - 1} more" if names[1:] else first


def _refuse_cells(notebook: Mapping[str, Any], known: Collection[str], name: str) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = cells.cell_source(cell)
        if (silent := magics.silent_failure(source)) is not None:
            raise Refused(
                f"{name}: `{silent}` can fail, or change what runs, without a trace; use Python instead"
            )
        tagged = {"parameters", "injected-parameters"} & set(cell.get("metadata", {}).get("tags", []))
        if not tagged and (again := reassigned(source, known)):
            raise Refused(
                f"{name}: a cell gives parameter {again!r} a new value, so that the report would state one that was "
                "not used; use another name"
            )


def reassigned(source: str, names: Collection[str]) -> str | None:
    """Return the first of `names` that a cell gives a new value at its top level, or None.

    Examples
    --------
    >>> reassigned("k = 4", {"k"}), reassigned("[k for k in range(3)]", {"k"})
    ('k', None)
    """
    try:
        nodes: list[ast.AST] = [ast.parse(source)]
    except SyntaxError:
        return None
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)) and node.id in names:
            return node.id
        if not isinstance(node, SCOPES):
            nodes += ast.iter_child_nodes(node)
    return None
