"""Rows that are totals of others: left out where label and sum agree, refused where only one of both holds."""

import pandas as pd
import pytest

from workbench import data
from workbench.data import DataError, totals

HEAD = "customer_id,event_time,amount\n"
TWO = "A,2024-01-05,3\nB,2024-01-06,4\n"
SAME = "A,2024-01-05,3\nA,2024-01-06,4\n"


def load(folder, rows, name="my.csv", **reading):
    (folder / name).write_text(HEAD + rows, "utf-8")
    return data.load("telecom", folder / name, identifiers="as they are", reading=reading)


@pytest.mark.parametrize(
    ("rows", "customers", "gone"),
    [
        (TWO + "Total,2024-01-31,7\n\nprinted by SAP\n", "AB", "1 row of totals left out (row 4)"),
        ("Total,2024-01-31,7\n" + TWO, "AB", "1 row of totals left out (row 2)"),
        (TWO + "Total,2024-01-31,7\nAverage,2024-01-31,3.5\n", "AB", "2 rows of totals left out (rows 4, 5)"),
        (TWO + "Total,,7\nC,2024-02-01,9\n", "ABC", "1 row of totals left out (row 4)"),
        (
            TWO
            + "Subtotal,2024-01-31,7\nC,2024-02-05,1\nD,2024-02-06,2\nSubtotal,2024-02-28,3\nTotal,2024-02-28,10\n",
            "ABCD",
            "3 rows of totals left out (rows 4, 7, 8)",
        ),
        (
            "A,2024-01-05,3\nA Total,2024-01-31,3\nB,2024-01-05,4\nB,2024-01-06,5\nB Total,2024-01-31,9\n",
            "AB",
            "2 rows of totals left out (rows 3, 6)",
        ),
    ],
)
def test_totals_are_left_out_and_counted(tmp_path, rows, customers, gone):
    read = load(tmp_path, rows)
    assert sorted(set(read["customer_id"])) == list(customers)
    ledger = read.attrs["ledger"]
    assert gone in ledger["noticed"]
    assert {"rule": totals.RULE, "rows": int(gone.split()[0])} in ledger["left_out"]
    assert ledger["rows"] == ledger["used"] + int(gone.split()[0])


@pytest.mark.parametrize(
    "label",
    ["Total A", "A Total", "Total for A", "Sub-total", "Total sales", "Total general", "Total général", "Summe",
     "Zwischensumme:", "Gesamtsumme (EUR)", "Sous-total", "Suma", "Totaal", "Итого", "合计", "小计", "A 合计", "A合计",
     "합계"],
)  # fmt: skip
def test_labels_in_many_languages_anywhere(tmp_path, label):
    for rows in (SAME + f"{label},2024-01-31,7\nB,2024-02-03,9\n", SAME + f"{label},2024-01-31,7\n"):
        assert set(load(tmp_path, rows)["customer_id"]) - {"B"} == {"A"}


def test_each_of_several_files_may_end_in_its_total(tmp_path):
    (tmp_path / "jan.csv").write_text(HEAD + TWO + "Total,2024-01-31,7\n")
    (tmp_path / "feb.csv").write_text(HEAD + "C,2024-02-05,5\nD,2024-02-06,6\nTotal,2024-02-28,11\n")
    read = data.load("telecom", [tmp_path / "jan.csv", tmp_path / "feb.csv"], identifiers="as they are")
    assert read["customer_id"].tolist() == ["A", "B", "C", "D"]
    assert "2 rows of totals left out (rows 4 of jan.csv, 4 of feb.csv)" in read.attrs["ledger"]["noticed"]


def test_a_customer_called_total_energies_stays(tmp_path):
    for rows in (TWO + "Total Energies,2024-01-31,9\n", "A,2024-01-05,5\nTotal Energies,2024-01-31,5\n",
                 "A,2024-01-05,10\nB,2024-01-06,10\nTotal Energies,2024-01-31,10\n",
                 "A,2024-01-05,10\nB,2024-01-06,20\nAverage Joe,2024-01-31,15\n"):  # fmt: skip
        read = load(tmp_path, rows)
        assert len(read) == read.attrs["ledger"]["rows"] == rows.count("\n")
    assert totals.labels(pd.Series(["Sumsung", "Meanwhile", "Totally", "Summer"])).alone.sum() == 0


def test_a_label_or_a_sum_alone_is_asked_about(tmp_path):
    alone = TWO + "Total,2024-01-31,9\nC,2024-02-01,1\n"
    with pytest.raises(
        DataError, match=r"row 4 says 'Total' and may be a total or a customer \(its amount is no sum"
    ):
        load(tmp_path, alone)
    summed = TWO + "Total Energies,2024-01-31,7\n"
    with pytest.raises(
        DataError, match=r"row 4 says 'Total Energies' .*the sum of other rows\); say which: --totals"
    ):
        load(tmp_path, summed)
    for rows in (alone, summed):
        assert len(load(tmp_path, rows, totals="keep")) == rows.count("\n")
        assert len(load(tmp_path, rows, totals="leave out")) == rows.count("\n") - 1
    with pytest.raises(DataError, match="--totals 'no': must be 'leave out' or keep"):
        load(tmp_path, alone, totals="no")


def test_a_last_row_may_say_it_in_any_column(tmp_path):
    file = tmp_path / "my.csv"
    text = "customer_id,event_time,amount,item\nA,2024-01-05,3,x\nB,2024-01-06,4,y\nC,2024-01-31,{},Total\n"
    file.write_text(text.format(7))
    assert len(data.load("telecom", file)) == 2
    file.write_text(text.format(8))
    with pytest.raises(DataError, match="row 4 says 'Total' and may be a total or a customer"):
        data.load("telecom", file)


def test_totals_before_a_filter_are_totals_of_all(tmp_path):
    (tmp_path / "f.csv").write_text(
        "customer_id,event_time,amount,land\nA,2024-01-05,3,DE\nB,2024-01-06,4,FR\nTotal,2024-01-31,7,DE\n"
    )
    read = data.load("telecom", tmp_path / "f.csv", where={"land": "DE"}, identifiers="as they are")
    assert read["customer_id"].tolist() == ["A"]


def test_logs_without_amounts(tmp_path):
    (tmp_path / "log.csv").write_text(
        "customer_id,event_time\nA,2024-01-05\nB,2024-01-06\nTotal,\nC,2024-01-07\n"
    )
    read = data.load(
        "bank_app", tmp_path / "log.csv", roles=["customer_id", "event_time"], identifiers="as they are"
    )
    assert read["customer_id"].tolist() == ["A", "B", "C"]
