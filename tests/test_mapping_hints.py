"""What a --map that does not fit is told, and how it joins what a notebook of one's own says of its file."""

import json

import pytest
from conftest import workbench, write_notebook

from workbench import data
from workbench.data import DataError
from workbench.runner.plan import own_file, plans
from workbench.runner.record.verdict import Refused

HEAD = "Kunde,Bestelldatum,Bestellnr,Betrag brutto,Menge\n"
MAP = {"customer_id": "Kunde", "event_time": "Bestelldatum", "amount": "Betrag brutto"}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.csv"
    rows = [f"K{i % 9},2024-01-{1 + i % 28:02},{i},{10 + i}.5,{1 + i % 3}\n" for i in range(60)]
    path.write_text(HEAD + "".join(rows), "utf-8")
    return path


@pytest.mark.parametrize(
    ("role", "column", "told"),
    [
        ("customer_id", "E-Mail", "unknown column 'E-Mail' (customer_id); perhaps 'Kunde' is it. Columns:"),
        ("event_time", "Bestell-Tag", "unknown column 'Bestell-Tag' (event_time)"),
        ("amount", "Brutto-Wert", "unknown column 'Brutto-Wert' (amount); perhaps 'Betrag brutto' is it."),
        ("amount", "Bestellwert", "unknown column 'Bestellwert' (amount); perhaps 'Betrag brutto' is it."),
        ("amount", "Menge*Prei", "unknown column 'Prei'"),
    ],
)
def test_a_column_that_is_missing_is_named_whole(file, role, column, told):
    with pytest.raises(DataError) as refused:
        data.load("telecom", file, columns=MAP | {role: column})
    assert told in str(refused.value)


def test_only_a_near_spelling_is_a_hint(file):
    with pytest.raises(DataError) as refused:
        data.load("telecom", file, roles=[*MAP, "item"], columns=MAP | {"item": "Ware"})
    assert "did you mean" not in str(refused.value)


NOTEBOOK = "\n".join(
    [
        "data_file: str | None = None  # yours",
        "columns: dict[str, str] = {'customer_id': 'Kunde', 'amount': 'Umsatz'}  # roles",
        "reading: dict[str, str] = {'decimal': ','}  # how",
    ]
)


@pytest.fixture
def shop(tmp_path):
    """A notebook with a map of its own, as `workbench new` makes one."""
    needed = dict.fromkeys(MAP, "needed")
    metadata = {"workbench": {"data": {"row": "one payment", "roles": needed}}}
    path = write_notebook(tmp_path / "my-shop.ipynb", parameters=NOTEBOOK)
    notebook = json.loads(path.read_text("utf-8"))
    notebook["metadata"] |= metadata
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def test_what_is_typed_joins_what_a_notebook_says_of_its_file(shop):
    typed = {"columns": {"amount": "Betrag"}, "reading": {"time_format": "day first"}}
    values = plans.plan(str(shop), extra=typed).values
    assert values["columns"] == {"customer_id": "Kunde", "amount": "Betrag"}
    assert values["reading"] == {"decimal": ",", "time_format": "day first"}


def test_a_notebook_about_a_file_is_refused_without_one_before_a_kernel(shop, tmp_path):
    with pytest.raises(Refused, match=r"columns is about a file of your own; give --data FILE"):
        own_file.check(plans.plan(str(shop)))
    done = workbench("run", shop, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
