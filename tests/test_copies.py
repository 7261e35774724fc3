"""A notebook of one's own: a copy with other defaults, and the skeleton of a study."""

import json
from pathlib import Path

import pytest

from workbench import places
from workbench.cli import main
from workbench.runner.plan import copies, parameters, plans
from workbench.runner.plan.wishes import Wishes
from workbench.runner.record.verdict import Refused

CELL = """k: int = 3  # clusters
columns: dict[str, str] = {}  # role to column
notes: list[str] = [
    "a",
]  # several
file: str | None = None  # yours
"""
OTHERS = {"columns": {"customer_id": "Kündin", "amount": 'a "b"'}, "notes": [], "file": "März.csv"}


def notebook(cell=CELL):
    tagged = {"cell_type": "code", "id": "p", "metadata": {"tags": ["parameters"]}, "source": cell}
    cells = [
        {"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# Tiny\n\nText."},
        tagged | {"outputs": [1], "execution_count": 1},
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01-tiny.ipynb").write_text(json.dumps(notebook()), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_change_and_nothing_else_does():
    changed = parameters.read(notebook(copies.with_defaults(CELL, OTHERS)))
    assert {name: p.default for name, p in changed.items()} == {"k": 3} | OTHERS
    assert [p.note for p in changed.values()] == ["clusters", "role to column", "several", "yours"]


def test_a_copy_is_a_study_with_its_own_defaults(project):
    file = copies.copy("tiny", "my-shop", ["k=5"], extra={"file": "x.csv"}, title="My \\1 shop")
    assert file == project / "notebooks" / "mine" / "my-shop.ipynb"
    plan = plans.plan("my-shop")
    assert (plan.values["k"], plan.values["file"], plan.title) == (5, "x.csv", "My \\1 shop")
    assert [c["outputs"] for c in plan.notebook["cells"] if c["cell_type"] == "code"] == [[]]


@pytest.mark.parametrize(
    ("study", "name", "message"),
    [
        ("tiny", "tiny", "there is a study tiny already, 01-tiny.ipynb"),
        ("tiny", "my shop", "'my shop' is no name"),
        ("tiny", "../x", "is no name"),
        ("tiny", "index", "another page or file has this name"),
        ("tinny", "x", "Unknown study 'tinny'; did you mean 'tiny'"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(project, study, name, message):
    with pytest.raises(Refused, match=message):
        copies.copy(study, name)
    assert sorted(p.name for p in (project / "notebooks").iterdir()) == ["01-tiny.ipynb"]


@pytest.mark.parametrize("words", [["tiny"], ["--study", "tiny", "x"], ["tiny", "x", "y"]])
def test_too_few_or_too_many_names_are_refused(project, capsys, words):
    assert main(["new", *words]) == 2
    assert "names were given; write workbench new" in capsys.readouterr().err


def test_a_study_is_begun_with_its_claims(project, capsys):
    assert main(["new", "--study", "my-paper"]) == 0
    written = capsys.readouterr().out.splitlines()[:2]
    assert written == ["notebooks/02-my-paper.ipynb", "data/claims/my-paper.toml"]
    assert plans.plan("my-paper").title.startswith("A first study")
    texts = [(project / file).read_text("utf-8") for file in written]
    assert all(copies.CALLED not in text for text in texts)
    with pytest.raises(Refused, match="there is a study my-paper already"):
        copies.begin("my-paper")


def test_the_skeletons_data_are_drawn_where_neither_the_project_nor_a_checkout_has_them(project, monkeypatch):
    assert len(copies.begin("at-hand")) == 2
    monkeypatch.setattr(places, "own", places.find)  # as in a wheel, around which there is no checkout
    notebook_, claims, *drawn = copies.begin("my-paper")
    assert {file.parent for file in drawn} == {project / "data" / "telecom_rfm_ahp"}
    checkout = Path(__file__).parents[1]
    assert all(file.read_bytes() == (checkout / file.relative_to(project)).read_bytes() for file in drawn)
    assert len(copies.begin("a-second")) == 2


def test_the_executed_notebook_never_takes_the_place_of_a_notebook(project):
    file = copies.copy("tiny", "my-shop")
    for asked in ({}, {"wishes": Wishes(name="01-tiny")}):
        folder = file.parent if not asked else project / "notebooks"
        with pytest.raises(Refused, match="the executed notebook would take its place; choose another --out"):
            plans.plan("my-shop", out=folder, **asked)


def test_options_of_a_file_are_refused_in_their_own_words_where_a_notebook_has_no_such_parameter(project):
    with pytest.raises(Refused, match="01-tiny.ipynb takes no file of your own; leave out --data"):
        plans.plan("tiny", extra={"data_file": "x.csv"})
    with pytest.raises(Refused, match="has no parameter 'reading'; leave out --decimal"):
        plans.plan("tiny", extra={"reading": {"decimal": ","}})


def test_a_folder_without_notebooks_gets_one_for_them_and_a_flat_one_stays_flat(tmp_path, monkeypatch):
    for name in ("empty", "flat"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert copies.begin("my-paper")[0] == tmp_path / "empty/notebooks/01-my-paper.ipynb"
    (tmp_path / "flat" / "tiny.ipynb").write_text(json.dumps(notebook()), "utf-8")
    monkeypatch.chdir(tmp_path / "flat")
    assert copies.copy("tiny", "mine") == tmp_path / "flat/mine.ipynb"
    assert plans.plan("mine").title == "Tiny"
