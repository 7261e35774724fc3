"""`workbench privacy` and what `workbench look` says of personal data."""

import json

import pandas as pd
import pytest
from conftest import workbench

from workbench import data, privacy

PEOPLE = "who,phone,mail,born\n" + "".join(
    f"p{i},154{37 * i * 99991 % 10**8:08},u{i}@example.com,18{80 + i % 20}\n" for i in range(40)
)


def written(folder, name, text):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_table_a_notebook_and_a_page_are_searched_and_a_find_ends_with_6(tmp_path):
    table = written(tmp_path, "t.csv", PEOPLE)
    cell = {"cell_type": "code", "source": "call = '154 0000 0001'", "metadata": {}, "outputs": []}
    notebook = written(tmp_path, "n.ipynb", json.dumps({"cells": [cell], "metadata": {}}))
    page = written(tmp_path, "p.html", "<p>write to <b>ann</b>@example.com")
    done = workbench("privacy", table, notebook, page)
    assert done.returncode == 6
    assert f"{table}: 40 × mobile number in column 'phone'" in done.stdout
    assert f"{table}: 40 × e-mail address in column 'mail'" in done.stdout
    assert f"{notebook}: 1 × mobile number in code cell 1" in done.stdout
    assert f"{page}: 1 × e-mail address in the text" in done.stdout
    assert "154" not in done.stdout
    told = json.loads(workbench("privacy", page, "--json").stdout)
    assert [each["kind"] for each in told[str(page)]] == ["e-mail address"]


def test_nothing_found_ends_with_0_and_what_cannot_be_searched_with_2(tmp_path):
    clean = written(tmp_path, "clean.csv", "region,sales\nnorth,12\nsouth,15\n")
    done = workbench("privacy", clean)
    assert (done.returncode, done.stdout) == (0, f"{clean}: nothing found\n")
    rounded = written(tmp_path, "rounded.csv", "id_no,x\n1.10105194912310e17,1\n3.10104188801010e17,2\n")
    done = workbench("privacy", clean, rounded, tmp_path / "none.csv", tmp_path)
    assert done.returncode == 2
    assert "rounded.csv: Column 'id_no' holds long numbers with an exponent" in done.stderr
    assert "none.csv: no such file" in done.stderr
    assert "a folder; name its files" in done.stderr
    (tmp_path / "x.bin").write_bytes(b"\xff\xfe\x00")
    assert "no text in UTF-8, and no table by its ending" in workbench("privacy", tmp_path / "x.bin").stderr
    assert workbench("privacy", written(tmp_path, "bad.ipynb", "{}")).returncode == 2


def test_look_names_personal_columns_and_proposes_which_to_leave_out(tmp_path):
    table = written(tmp_path, "t.csv", PEOPLE)
    found = data.look(table, None, {"customer_id": "who"})
    assert found.personal == {"phone": "mobile number", "mail": "e-mail address"}
    assert found.leave_out == ["phone", "mail"]
    assert "personal data: leave out of the file, since no role needs them: 'phone', 'mail'" in found.text()
    assert json.loads(found.json())["leave_out"] == ["phone", "mail"]
    mapped = data.look(table, None, {"customer_id": "phone"})
    assert mapped.leave_out == ["mail"]
    assert "'phone' says who a customer is; reports call them c0001, c0002, …" in mapped.text()


def test_look_warns_of_identifiers_that_are_numbers_no_more(tmp_path):
    frame = pd.DataFrame({"who": ["a", "b"], "id_no": [1.10105194912310e17, 3.10104188801010e17]})
    frame.to_parquet(tmp_path / "t.parquet")
    warnings = data.look(tmp_path / "t.parquet").warnings
    assert [w for w in warnings if "'id_no' holds long numbers as float64" in w]


def test_look_says_nothing_where_there_is_nothing(tmp_path):
    clean = written(tmp_path, "clean.csv", "region,sales\nnorth,12\nsouth,15\n")
    assert "personal data" not in data.look(clean).text()


@pytest.mark.slow
def test_the_study_publishes_no_cell_of_a_users_own_table(tmp_path):
    rows = enumerate(PEOPLE.split("\n")[1:-1])
    who = "".join(f"Anna Smith-{chr(97 + i % 26)}{chr(97 + i // 26)},{row}\n" for i, row in rows)
    own = written(tmp_path, "own.csv", "name,who,phone,mail,born\n" + who)
    out = tmp_path / "reports"
    done = workbench("run", "data-protection", "--data", own, "--name", "mine", "--out", out)
    record = json.loads((out / "mine.json").read_text("utf-8"))
    assert (done.returncode, record["personal"]["found"]) == (0, []), done.stdout[-2000:]
    published = "".join((out / f"mine.{ending}").read_text("utf-8") for ending in ("html", "ipynb", "json"))
    cells = {
        cell for row in who.split("\n") for cell in row.split(",") if len(cell) > 4
    }  # names, numbers, addresses
    assert len(cells) == 120
    assert not [cell for cell in cells if cell in published]
    rounded = "id number,x\n" + "1.10105194912310e17,1\n" * 2 + "1.10105194912311e17,1\n"
    done = workbench("run", "data-protection", "--data", written(tmp_path, "r.csv", rounded), "--out", out)
    assert done.returncode == 2
    assert "Column 'id number' holds long numbers with an exponent" in done.stdout + done.stderr


def test_what_was_missed_or_taken_wrongly_is_found_and_let_be(tmp_path):
    born = "110105188001010017"
    assert "resident id" in workbench("privacy", written(tmp_path, "t.txt", f"7,{born},5.5\n")).stdout
    heading = written(tmp_path, "h.csv", "ann@example.com,b\nx,y\nz,w\n")
    assert "1 × e-mail address in the headings" in workbench("privacy", heading).stdout
    german = written(tmp_path, "g.csv", "id_no;x\n1,10105E+17;1\n3,10104E+17;2\n")
    assert workbench("privacy", german).returncode == 2
    assert not privacy.check_digits.is_iban("DE56A00000000000000000")


def test_an_id_column_of_numbers_is_refused_before_a_kernel_starts(tmp_path):
    rounded = written(tmp_path, "r.csv", "id_no,x\n1.10105194912310e17,1\n3.10104188801010e17,2\n")
    done = workbench("run", "data-protection", "--data", rounded, "--out", tmp_path)
    assert done.returncode == 2
    assert "r.csv: Column 'id_no' holds long numbers with an exponent" in done.stderr


def test_lines_before_the_header_of_a_table_are_searched_too(tmp_path):
    rows = ["Customer,Day,Paid", *(f"K{i},2024-01-0{i},1{i}.50" for i in range(1, 6))]
    file = tmp_path / "export.csv"
    for before, code in (["Export,,"], 0), (["Export for anna@example.com,,"], 6):
        file.write_text("\n".join([*before, *rows, ""]), "utf-8")
        done = workbench("privacy", file)
        assert done.returncode == code, done.stdout
    assert "1 × e-mail address in the file as text (its form)" in done.stdout
