"""What `workbench look` suggests where a file is no plain table of payments: candidates, customers, empty cells."""

import pandas as pd
import pytest
from conftest import workbench

from workbench import data
from workbench.data import DataError


def table(folder, head, rows):
    file = folder / "rows.csv"
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return file


def test_two_columns_of_times_are_both_named(tmp_path):
    rows = [f"G{i % 9},{1 + i % 28:02}/01/2024,{1 + i % 28:02}/03/2024" for i in range(60)]
    text = data.look(table(tmp_path, "guest,booked_on,arrival", rows)).text()
    assert "a time could be 'booked_on' or 'arrival'; say which: --map event_time=…" in text
    assert "no column looks like" not in text
    assert "--map customer_id=guest" in text


def test_a_table_of_customers_is_suggested_as_one_and_looked_at_so(tmp_path):
    rows = [f"{i:06},{1 + i % 90},{1 + i % 7},{10 + i}.5" for i in range(60)]
    file = table(tmp_path, "Kundennr,days_since_last,orders,revenue", rows)
    mapped = "customer_id=Kundennr recency=days_since_last frequency=orders monetary=revenue"
    done = workbench("look", file, "--study", "rfm-segments")
    assert f"suggested: -p one_row=customer --map {mapped}" in done.stdout
    assert "no column looks like" not in done.stdout
    assert "rfm-segments can read it:" in done.stdout
    assert "60 customers" in done.stdout


def test_rows_without_a_customer_are_left_out_by_the_suggestion(tmp_path):
    rows = [f"{'' if i % 10 == 0 else f'K{i % 9}'},2024-01-{1 + i % 28:02},{i}.5" for i in range(60)]
    file = table(tmp_path, "Kunde,Datum,Umsatz", rows)
    done = workbench("look", file, "--study", "rfm-segments")
    assert "amount=Umsatz --drop-without customer_id" in done.stdout
    assert "read: 60 rows, 54 kept" in done.stdout


def test_an_amount_in_cents_is_divided(tmp_path):
    rows = [f"K{i % 9},2024-01-{1 + i % 28:02},1999" for i in range(60)]
    file = table(tmp_path, "customer_id,event_time,cents", rows)
    assert data.load("telecom", file, columns={"amount": "cents/100"})["amount"].unique().tolist() == [19.99]
    for wrong in ("cents/cents", "cents/0"):
        with pytest.raises(DataError, match="divides by what is no number"):
            data.load("telecom", file, columns={"amount": wrong})


def test_several_files_behind_one_data_are_told_how(tmp_path):
    file = table(tmp_path, "customer_id,event_time,amount", ["a,2024-01-05,5"])
    done = workbench("run", "rfm-segments", "--data", file, file)
    assert (done.returncode, done.stdout) == (2, "")
    assert "stands alone; each file needs its own --data" in done.stderr


def test_a_first_sheet_that_is_a_cover_names_the_sheet_of_the_table(tmp_path):
    rows = [[f"K{i}", f"2024-01-{1 + i:02}", 5.5] for i in range(9)]
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        pd.DataFrame({"Hinweis": ["Deckblatt"]}).to_excel(book, sheet_name="Deckblatt", index=False)
        pd.DataFrame(rows, columns=["Kunde", "Datum", "Umsatz"]).to_excel(
            book, sheet_name="Daten", index=False
        )
    assert (
        "sheet 'Daten' not read; the table may stand there: --sheet 'Daten'"
        in data.look(tmp_path / "book.xlsx").text()
    )


def test_one_row_is_hinted_at_only_where_no_column_has_times(tmp_path):
    log = table(
        tmp_path, "Kunde,Datum,Umsatz", [f"K{i % 9},2024-01-{1 + i % 28:02},{i}.5" for i in range(60)]
    )
    done = workbench("run", "rfm-segments", "--data", log)
    assert "one_row" not in done.stderr
    table(tmp_path, "Kunde,Umsatz", [f"K{i},{i}.5" for i in range(60)])
    done = workbench("run", "rfm-segments", "--data", log)
    assert "If one row is one customer with indicators: -p one_row=customer" in done.stderr


def test_a_study_of_other_rows_is_not_asked_for_the_columns_of_payments(tmp_path):
    rows = [f"C{i},2024-03-{1 + i % 28:02} 10:00,2024-03-{1 + i % 28:02} 15:00,water" for i in range(40)]
    file = table(tmp_path, "complaint_id,received,closed,subject", rows)
    done = workbench("look", file, "--study", "complaints")
    assert done.returncode == 0, done.stderr
    assert "complaints can read it:\nread: 40 rows, 40 kept" in done.stdout
    assert "--map" not in done.stdout.replace("-p ", "")
    assert "--map event_time=…" in workbench("look", file).stdout


def test_a_study_of_any_columns_can_read_a_table_and_takes_no_map(tmp_path):
    file = table(tmp_path, "note,code", [f"nothing {i},A{i}" for i in range(40)])
    done = workbench("look", file, "--study", "data-protection")
    assert done.stdout.endswith("data-protection can read it:\nevery column, as it is written\n")
    done = workbench("look", file, "--study", "data-protection", "--map", "customer_id=code")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "has no parameter 'columns'; leave out --map" in done.stderr


def test_long_identifiers_that_a_spreadsheet_may_have_cut_are_noticed(tmp_path):
    def notes(ids):
        rows = [f"{id_},2024-01-{1 + i % 28:02},{i}.5" for i, id_ in enumerate(ids)]
        file = table(tmp_path, "customer_id,event_time,amount", rows)
        return data.load("telecom", file).attrs["ledger"]["noticed"]

    said = "identifiers of more than 15 digits have nothing but zeros from the 16th on"
    cut = [f"{n}12345670{'0' * 3}" for n in range(1_000_000, 1_000_040)]
    assert any(f"40 {said}" in note for note in notes(cut))
    assert any(said in note for note in notes([f"{id_} " for id_ in cut]))
    for whole in (cut[:4], [*cut, f"{10**17 + 1}"], [id_[:15] for id_ in cut], [f"K{id_}" for id_ in cut]):
        assert not any(said in note for note in notes(whole))


def test_a_look_keeps_what_the_texts_of_a_mixed_column_of_a_spreadsheet_decided(tmp_path):
    mixed = pd.DataFrame({"Kunde": [f"K{i % 5}" for i in range(40)]})
    mixed["Datum"] = [
        pd.Timestamp(2024, 1, 1 + i % 28) if i % 7 == 0 else f"{1 + i % 28:02}/01/2024" for i in range(40)
    ]
    mixed["Umsatz"] = [float(i) if i % 7 == 0 else f"1.{i:03},50" for i in range(40)]
    mixed.to_excel(tmp_path / "mixed.xlsx", index=False)
    assert data.look(tmp_path / "mixed.xlsx").decided() == {"decimal": ",", "time_format": "day first"}


def test_a_kind_of_row_is_no_column_of_payments_until_a_study_wants_it(tmp_path):
    rows = [f"K{i % 9},2024-01-{1 + i % 28:02},{i}.5,{'sale' if i % 2 else 'visit'}" for i in range(60)]
    file = table(tmp_path, "customer_id,event_time,amount,type", rows)
    text = data.look(file).text()
    assert text.endswith("suggested: --map customer_id=customer_id event_time=event_time amount=amount")
    assert "event_type could be 'type', for a study of events or bookings: --study STUDY" in text
    done = workbench("look", file, "--study", "behaviour-segments")
    assert "event_type=type" in done.stdout
