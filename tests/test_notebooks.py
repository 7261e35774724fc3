"""The rules that make a notebook read as an argument, and run alike in a run, nbval and JupyterLab."""

import ast
import builtins
import json
import re
import statistics
from pathlib import Path

import pytest

from workbench import complaints, data, events, publish
from workbench.rfm.nine import KINDS
from workbench.runner.plan import magics, parameters, roles
from workbench.runner.record import alt_texts

ROOT = Path(__file__).resolve().parents[1]
SKELETON = ROOT / "workbench" / "runner" / "plan" / "skeleton" / "first-study.ipynb"
STUDIES = [*sorted((ROOT / "notebooks").glob("*.ipynb")), SKELETON]
NOTEBOOKS = STUDIES + sorted((ROOT / "notebooks" / "analyses").glob("*.ipynb"))
OF_LOOPS = [ROOT / "notebooks" / "analyses" / "retention-month.ipynb"]  # which read a database, and no file
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_study = pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)


def cells(path, kind):
    return [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def code(path):
    return ["".join(c["source"]) for c in cells(path, "code")]


def outputs(path):
    return [o for c in cells(path, "code") for o in c["outputs"] if "data" in o]


def steps(path):
    """Code cells but the parameters, which are a list of literals and as long as it has to be."""
    return ["".join(c["source"]) for c in cells(path, "code") if not c["metadata"].get("tags")]


def first(path):
    """Whether a notebook says that it is short: a first study, by `workbench new --study`, or an analysis."""
    return json.loads(path.read_text("utf-8"))["metadata"]["workbench"].get("first") is True


def any_table(path):
    """Whether a notebook reads a table of any columns: one without roles and without customers."""
    return json.loads(path.read_text("utf-8"))["metadata"]["workbench"].get("data", {}).get("roles") == "any"


def lines(source):
    return [line for line in source.splitlines() if line.strip()]


# What leaves a report as files; where rows are customers' events, that is customers and segments.
@each_notebook
def test_cells_are_few_and_short(path):
    lengths = [len(lines(source)) for source in steps(path)]
    assert (8 if first(path) else 15) <= len(code(path)) <= 30
    assert statistics.median(lengths) <= 8
    assert max(lengths) <= 15, "lines of the longest cell"


@each_notebook
def test_no_line_of_code_is_over_100_characters(path):
    assert [line for source in code(path) for line in source.splitlines() if len(line) > 100] == []


# What a reader has to work out: calls, operators, comparisons, conditions and comprehensions; a minus sign is none.
WORK = (
    *(ast.Call, ast.BinOp, ast.Compare, ast.BoolOp, ast.IfExp),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
DENSEST = 30  # of a cell; a recipe that needs more is a tested function of its family


def density(source):
    nodes = [*ast.walk(ast.parse(source))]
    turned = [n for n in nodes if isinstance(n, ast.UnaryOp) and not isinstance(n.op, ast.USub)]
    return len(turned) + sum(isinstance(node, WORK) for node in nodes)


@each_notebook
def test_no_cell_is_dense(path):
    assert {source: n for source in code(path) if (n := density(source)) > DENSEST} == {}


@pytest.mark.parametrize(
    ("cell", "work"),
    [
        ("x = -1", 0),
        ("x = f(a)[-1]", 1),
        ("x = not a < b", 2),
        ("x = [f(a) + 1 for a in b if a and c]", 4),
        ("f({a: b for a in c}, {a for a in c}, d if e else 1)", 4),
    ],
)
def test_the_density_of_a_cell_counts_calls_operators_and_comprehensions(cell, work):
    assert density(cell) == work


@each_notebook
def test_prose_outweighs_code(path):
    words = sum(len("".join(c["source"]).split()) for c in cells(path, "markdown"))
    assert words >= 5 * sum(len(lines(source)) for source in code(path))


@each_notebook
def test_findings_answer_the_question(path):
    said = [finding for o in outputs(path) if (finding := publish.finding_of(o["data"]))]
    assert 3 <= len(said) <= 6
    assert sum(finding["about"] is None for finding in said) >= 2  # what an analyst's own data get


# What a notebook publishes as files where it does not end in segments.
PUBLISHED = {"04-churn-warning": {"scores", "worklist"}, "retention-month": {"months", "effects"}}
PUBLISHED |= {"09-annual-review": {"customers", "classes"}}
PUBLISHED |= {"07-complaints": {"cases", "overdue", "alarms"}, "08-account-openings": {"alerts"}}
PUBLISHED |= {"10-data-protection": {"columns"}}
PUBLISHED |= {"05-customer-grading": {"grades"}, "06-service-matching": {"plan", "staffing"}}


@each_notebook
def test_tables_are_in_readers_words(path):
    tables = [table for o in outputs(path) if (table := publish.table_of(o["data"]))]
    named = PUBLISHED.get(path.stem, {"customers", "segments"}) - {table["name"] for table in tables}
    assert not named, (
        f"publish.table({sorted(named)}, …) is missing; if yours ends in other tables, see PUBLISHED"
    )
    bare = [o for o in outputs(path) if 'class="dataframe"' in "".join(o["data"].get("text/html", ""))]
    assert [o for o in bare if not publish.table_of(o["data"])] == []
    python = re.compile(r"\b(NaN|nan|NaT|inf|True|False|None)\b|\d\.\d{5}")
    assert [t for o in bare if python.search(t := "".join(o["data"]["text/plain"]))] == []


@each_notebook
def test_both_questions_stand_in_the_metadata(path):
    ours = json.loads(path.read_text("utf-8"))["metadata"]["workbench"]
    assert all(ours[key].endswith("?") for key in ("question", "own_question"))


@each_study
def test_the_question_and_the_source_stand_in_the_metadata(path):
    facts = json.loads(path.read_text("utf-8"))["metadata"]["workbench"]
    assert facts["question"].endswith("?")
    assert len(facts["own_question"].split()) >= 8
    assert len(facts["source"].split()) >= 8


@each_study
def test_what_is_about_the_study_only_ends_where_a_cell_begins(path):
    """A section is the study's by the tag of the cell whose heading opens it; own data fold it away, cell by cell."""
    study = 7  # level of the open section; 7 where none is
    for cell in cells(path, "markdown"):
        tagged = "study" in cell["metadata"].get("tags", [])
        text = "".join(cell["source"])
        assert text.startswith("#") or not tagged
        for place, level in [(m.start(), len(m[1])) for m in re.finditer(r"^(#{1,6}) ", text, re.M)]:
            assert place == 0 or level > study, text
            study = level if tagged and place == 0 and level <= study else 7 if level <= study else study
    assert any("study" in cell["metadata"].get("tags", []) for cell in cells(path, "markdown"))


@each_notebook
def test_no_function_is_defined_and_nothing_is_hidden(path):
    for source in code(path):
        tree = ast.parse(source)  # plain Python: no magics, no shell
        assert not [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
        assert not source.rstrip().endswith(";")
        assert magics.silent_failure(source) is None


@each_notebook
def test_imports_stand_in_the_first_cell_only_and_never_reach_the_runner(path):
    imported = [i for i, source in enumerate(code(path)) if re.search(r"^(import|from) ", source, re.M)]
    assert imported == [0]
    assert not re.search(r"workbench(\.| import .*\b)(reports|cli)", code(path)[0])


@each_notebook
def test_every_parameter_has_a_line_of_explanation(path):
    declared = parameters.read(json.loads(path.read_text("utf-8")))
    prose = "\n".join("".join(c["source"]) for c in cells(path, "markdown"))
    assert declared, "no cell has the tag `parameters`"
    assert [name for name, p in declared.items() if not p.note] == [], "write a comment behind each"
    assert [name for name in declared if f"`{name}`" not in prose] == [], "name each in the prose above"
    of_roles = set() if any_table(path) else {"columns", "where", "identifiers"}
    assert path in OF_LOOPS or {"data_file", "reading", *of_roles} <= set(declared)


@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if path not in OF_LOOPS], ids=lambda path: path.stem
)
def test_the_roles_of_own_data_are_declared_and_loaded(path):
    notebook = json.loads(path.read_text("utf-8"))
    declared = roles.read(notebook, name=path.name)
    if any_table(path):
        assert (
            sum("data.load_any(dataset, data_file, reading=reading)" in source for source in code(path)) == 1
        )
        assert sum("data.ledger(" in source for source in code(path)) == 1
        return
    families = {"payment": [data.PAYMENTS], "event": [data.EVENT_LOG], "booking": [data.BOOKINGS]}
    families |= {"ended contract": [data.CONTRACTS], "order": [data.ORDERS]}
    families["customer"] = [data.ACCOUNTS, data.SERVED]
    families |= {"complaint": [data.COMPLAINTS], "opening": [data.OPENINGS]}
    family = next(f for f in families[declared.row.removeprefix("one ")] if {*f} == {*declared.roles})
    optional = {role for role, need in declared.roles.items() if need == "optional"}
    assert declared.roles == family if isinstance(family, dict) else optional <= set(data.OPTIONAL)
    (loading,) = [
        source
        for source in code(path)
        if re.search(r"data\.(load|scan|load_table)\((dataset, )?data_file", source)
    ]
    asked = ("columns", "reading", "where", "identifiers")
    assert [name for name in asked if not re.search(rf"\b{name}(=|\": ){name}\b", loading)] == []
    assert ('unreadable="missing"' in loading) == (declared.unreadable == "missing")
    assert sum("data.ledger(" in source for source in code(path)) == 1
    kinds = {"event": ("event_kinds", events.EVENT_TYPES), "booking": ("booking_kinds", (*KINDS,))}
    kinds |= {"complaint": ("kinds", complaints.KINDS)}
    if told := declared.kinds:
        assert (told["parameter"], (*told["known"],)) == kinds[declared.row.removeprefix("one ")]


@each_notebook
def test_every_cell_was_executed_in_order(path):
    assert [c["execution_count"] for c in cells(path, "code")] == list(range(1, len(cells(path, "code")) + 1))


@each_notebook
def test_stored_outputs_hold_no_error_no_warning_no_timing_and_no_path(path):
    for cell in cells(path, "code"):
        assert "execution" not in cell["metadata"]
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr"
    text = re.sub(r'"image/png": "[^"]*"', "", path.read_text("utf-8"))  # letters that mean nothing
    assert not re.search(r"/(home|root|tmp|Users|work)/|0x[0-9a-f]{6,}", text)


@each_notebook
def test_every_figure_has_alt_text_and_a_caption(path):
    shown = [o for c in cells(path, "code") for o in c["outputs"]]
    figures = [o for o in shown if {"image/svg+xml", "image/png"} & set(o.get("data", {}))]
    assert figures
    assert not [c["execution_count"] for c in cells(path, "code") if alt_texts.missing(c)]
    for figure in figures:
        notes = figure["metadata"]["workbench"]
        assert len(notes["alt"].split()) >= 5
        assert len(notes["caption"].split()) >= 4


@each_study
def test_the_ledger_is_opened_once_and_shown_at_the_end(path):
    sources = code(path)
    opened = [i for i, source in enumerate(sources) if "check = claims.ledger(" in source]
    sending = [i for i, source in enumerate(sources) if re.search(r"\bcheck\(", source)]
    assert len(opened) == 1
    assert opened[0] < sending[0]
    assert [source for source in sources if "check.table()" in source] == ["check.table()"] == sources[-1:]
    assert not any("claims.compare(" in source for source in sources)


# ---- no check that cannot fail: a value must hang on something that was computed or read


def assigned(sources):
    """Each name to the expressions it is assigned, parameters left out; None for what is bound otherwise."""
    found = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            for target, value in bindings(node):
                names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
                for name in names:
                    found.setdefault(name, []).append(value)
    return found


def bindings(node):
    if isinstance(node, ast.Assign):
        return [(target, node.value) for target in node.targets]
    if isinstance(node, ast.AugAssign):
        return [(node.target, node.value)]
    if isinstance(node, ast.NamedExpr):
        return [(node.target, node.value)]
    if isinstance(node, (ast.For, ast.comprehension)):
        return [(node.target, node.iter)]
    if isinstance(node, ast.withitem) and node.optional_vars:
        return [(node.optional_vars, node.context_expr)]
    return []


def fixed(expression, names, seen=()):
    """Whether nothing but literals, and names of nothing but literals, goes into an expression."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in seen:
            if node.id not in names and not hasattr(builtins, node.id):
                return False  # a parameter, or what was imported
            if not all(fixed(value, names, (*seen, node.id)) for value in names.get(node.id, [])):
                return False
    return True


def values(source):
    """What a cell passes to `check`: the expressions, those of `holds` and `value` apart."""
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id == "check":
            for keyword in call.keywords:
                parts = [n for n in ast.walk(keyword.value) if isinstance(n, (ast.Dict, ast.DictComp))]
                told = [v for part in parts for v in getattr(part, "values", [getattr(part, "value", None)])]
                yield from ((keyword.arg, expression) for expression in [keyword.value, *told])


def cannot_fail(sources):
    names = assigned(sources)
    return [
        f"{name}: {ast.unparse(expression)}"
        for source in sources
        for name, expression in values(source)
        if fixed(expression, names)
    ]


@each_study
def test_no_value_is_an_expression_of_literals_only(path):
    cells_ = cells(path, "code")
    sources = ["".join(c["source"]) for c in cells_ if "parameters" not in c["metadata"].get("tags", [])]
    assert sum(1 for source in sources for _ in values(source)) > (0 if first(path) else 15)
    assert cannot_fail(sources) == []


@each_study
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


@pytest.mark.parametrize(
    "cell",
    [
        "check(a=True)",
        "check(a=18 > 1, b=x)",
        "check(a={'holds': 2004 != 2007, 'value': x})",
        "check(a={'holds': x > 1, 'value': 18})",
        "check(a=0.638 not in [round(k / 82, 3) for k in range(83)])",
        "check(a=[5 / 100, 82 / 100] == [0.05, 0.82])",
        "total = 5 + 82\ncheck(a=total, b=x)",
        "printed = {'r': 0.1, 'f': 0.9}\nsizes = [*printed.values()]\ncheck(a=sum(sizes))",
        "check(**{f'size_{i}': i for i in range(3)})",
        "check(**{'a': x, 'b': len([1, 2])})",
    ],
)
def test_a_check_that_cannot_fail_is_seen(cell):
    assert len(cannot_fail([cell])) >= 1


@pytest.mark.parametrize(
    "cell",
    [
        "check(a=x)",
        "printed = [check.published['a'], 2]\ncheck(a=sum(printed))",
        "y = data.load(1)\ncheck(a={'holds': len(y) > 1, 'value': len(y)})",
        "check(**{f'size_{i}': n for i, n in enumerate(x, 1)})",
    ],
)
def test_a_check_that_can_fail_is_let_through(cell):
    assert cannot_fail([cell]) == []
