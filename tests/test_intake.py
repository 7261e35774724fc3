"""`workbench look`: what would be read of a file, what is odd in it, and a --map to copy."""

import json
import random
from pathlib import Path

import pandas as pd
import pytest

from workbench import cli, data
from workbench.data import intake, reading
from workbench.data.intake import oddities, suggestions

CASES = Path(__file__).parent / "own_data"


def written(folder, content, name="my.csv"):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    ("case", "mapping"),
    [
        (
            "c01_online_retail/data.csv",
            {
                "customer_id": "CustomerID",
                "event_time": "InvoiceDate",
                "amount": "Quantity*UnitPrice",
                "order_id": "InvoiceNo",
            },
        ),
        ("c02_sentinel_9999/crm.csv", {r: r for r in ("customer_id", "event_time", "amount")}),
        ("c09_dot_thousands/umsatz.csv", {"customer_id": "Kunde", "event_time": "Datum", "amount": "Umsatz"}),
        (
            "c13_rees46/2019-Oct.csv",
            {
                "customer_id": "user_id",
                "event_time": "event_time",
                "amount": "price",
                "event_type": "event_type",
            },
        ),
        (
            "c16_shopify/orders_export.csv",
            {"customer_id": "Email", "event_time": "Paid at", "amount": "Total", "order_id": "Name"},
        ),
        (
            "c19_bank_preamble/umsatzanzeige.csv",
            {
                "customer_id": "Auftraggeber/Empfänger",
                "event_time": "Buchung",
                "amount": "Betrag",
            },
        ),
    ],
)
def test_suggested_columns_of_public_cases(case, mapping):
    assert data.look(CASES / case).suggestion.mapping == mapping


@pytest.mark.parametrize(
    ("case", "warning"),
    [
        ("c02_sentinel_9999/crm.csv", "1 placeholder dates such as 9999-12-31"),
        ("c07_float_ids/months.csv", "37 identifiers written both ways"),
        ("c16_shopify/orders_export.csv", "30 identifiers differ in case only"),
        (
            "c16_shopify/orders_export.csv",
            "'Total' stands on the first line of each 'Name' only (152 lines without it)",
        ),
        ("c01_online_retail/data.csv", "597 rows with .0 at their end"),
    ],
)
def test_oddities_of_public_cases(case, warning):
    assert any(warning in said for said in data.look(CASES / case).warnings)


def test_the_look_of_a_german_bank_export_says_how_it_is_read():
    found = data.look(CASES / "c19_bank_preamble" / "umsatzanzeige.csv")
    first, *_ = found.text().splitlines()
    assert first == "umsatzanzeige.csv: CP1252, semicolon, LF, header in row 8, 30 rows"
    assert "note: 7 rows before the header left out" in found.text()
    assert "event_time could also be 'Valuta'" in found.text()
    facts = json.loads(found.json())
    assert (facts["encoding"], facts["delimiter"], facts["header"], facts["rows"]) == ("cp1252", ";", 8, 30)
    assert facts["suggested"]["amount"] == "Betrag"


def test_bad_cells_are_counted_and_the_first_is_named(tmp_path):
    rows = [f"K{i},2024-01-{i + 1:02},{i}.5" for i in range(28)]
    rows[4] = "K4,2024-01-05,n.a.?"
    found = data.look(written(tmp_path, "\n".join(["id,day,paid", *rows])))
    paid = found.columns[2]
    assert (paid.kind, paid.bad, paid.first_bad) == ("number", 1, ("row 6", "n.a.?"))
    assert "1, first row 6: 'n.a.?'" in found.text()


def test_nothing_is_suggested_where_nothing_is_plausible(tmp_path):
    found = data.look(written(tmp_path, "x,y\nred,blue\ngreen,black\n"))
    assert found.suggestion.mapping == {}
    assert "no column looks like a customer's identifier or a time" in found.text()
    assert "suggested" not in found.text()


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        (["Kundennummer", "Bestelldatum", "Nettobetrag"], ["customer_id", "event_time", "amount"]),
        (["客户编号", "交易日期", "金额"], ["customer_id", "event_time", "amount"]),
        (["id_cliente", "fecha", "importe"], ["customer_id", "event_time", "amount"]),
        (["Code client", "Date commande", "Montant TTC"], ["customer_id", "event_time", "amount"]),
        (["CustomerKey", "OrderDate", "SalesAmount"], ["customer_id", "event_time", "amount"]),
    ],
)
def test_names_in_several_languages(names, roles):
    kinds = ["id", "time", "number"]
    found = suggestions.suggest([(n, k, 40, 99) for n, k in zip(names, kinds, strict=True)])
    assert found.mapping == dict(zip(roles, names, strict=True))


def test_ids_that_differ_in_writing_only():
    said = oddities.in_ids(pd.Series(["a1", "a1 ", "\ufeffb", "b", "007", "7"]))
    assert said == [
        "1 identifier stands with and without surrounding blanks",
        "1 identifier stands with and without a byte order mark or another character that is not seen",
        "1 identifier stands with and without leading zeros",
    ]
    assert oddities.in_ids(pd.Series(["a", "b"])) == []


def test_several_currencies_and_repeated_rows():
    frame = pd.DataFrame({"id": ["a", "a", "b"], "cur": ["EUR", "EUR", "USD"]})
    assert oddities.in_rows(frame) == [
        "1 row repeats an earlier one in every column",
        "several currencies in 'cur': EUR in 2 rows, USD in 1 rows",
    ]


def test_control_characters_are_shown_escaped(tmp_path):
    text = data.look(written(tmp_path, "id,\x1b[31mred\nx\x1b]0;t\x07,2\n")).text()
    assert "\x1b" not in text
    assert "\\x1b[31mred" in text


def test_command(tmp_path, capsys):
    file = written(
        tmp_path, "\n".join(["Kunde;Datum;Umsatz", *(f"K{i};2024-01-{i + 1:02};{i},5" for i in range(28))])
    )
    assert cli.main(["look", str(file)]) == 0
    assert capsys.readouterr().out.endswith(
        "suggested: --map customer_id=Kunde event_time=Datum amount=Umsatz\n"
    )
    assert cli.main(["look", str(file), "--json", "--delimiter", "semicolon"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 28
    assert cli.main(["look", str(tmp_path / "me.csv")]) == 2
    assert capsys.readouterr().err == "refused: me.csv: no such file; did you mean 'my.csv'?\n"
    assert cli.main(["look", str(file), "--encoding", "klingon"]) == 2
    assert capsys.readouterr().err.startswith("refused: Unknown encoding 'klingon'")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file above the limit up to which a look reads it whole; a bad amount near its end."""
    draw = random.Random(0)
    rows = [
        f"K{draw.randrange(9999):04},2024-01-{1 + i % 28:02} 10:30:00,{i % 500}.25,note {i}"
        for i in range(2000)
    ]
    file = tmp_path_factory.mktemp("large") / "large.csv"
    with open(file, "w", encoding="cp1252") as stream:
        stream.write("customer,when,paid,note\n")
        for i in range(330):
            stream.write("\n".join(rows).replace("note 7", "Größe" if i == 200 else "note 7") + "\n")
        stream.write("K0001,2024-02-01 10:30:00,much,end\n")
    return file


def test_a_large_file_is_sampled_with_true_and_estimated_rows(large):
    table = reading.head(large)
    assert not table.exact
    assert abs(table.rows - 660_001) < 6_600
    assert table.dialect.encoding == "cp1252"  # by a line far below the beginning
    assert table.frame.index[:2000].tolist() == list(range(2, 2002))
    assert table.frame["note"].iloc[-1] == "end"
    found = data.look(large)
    paid = found.columns[2]
    assert paid.bad == 1
    assert paid.first_bad[0].startswith("row about 66")
    assert "about 6" in found.text().splitlines()[0]
    assert found.suggested() == "customer_id=customer event_time=when amount=paid"


def test_the_sample_of_a_packed_file_is_its_beginning(large, tmp_path):
    import gzip

    file = tmp_path / "large.csv.gz"
    content = large.read_bytes()
    file.write_bytes(gzip.compress(content, 0))
    table = reading.head(file)
    assert not table.exact
    assert abs(table.rows - 660_001) < 6_600
    assert len(table.frame) == 2000


def test_of_many_rows_some_are_looked_at_closely_and_the_look_says_so(tmp_path):
    rows = [f"K{i % 999},2024-01-{1 + i % 28:02},{i % 50}.5" for i in range(60_000)]
    found = data.look(written(tmp_path, "\n".join(["id,day,paid", *rows, "K1,2024-01-31,much"])))
    assert (found.rows, found.exact) == (60_001, True)
    assert found.text().splitlines()[0].endswith(f"60,001 rows, {found.looked_at:,} looked at closely")
    assert 20_000 < found.looked_at <= 25_001
    assert found.columns[2].first_bad == ("row 60002", "much")


def test_nothing_of_a_look_is_recorded_as_loaded(tmp_path):
    before = len(data.loaded())
    intake.look(written(tmp_path, "id,a\n1,2\n"))
    assert len(data.loaded()) == before


GERMAN = "Kunde;Datum;Umsatz\nK1;31/01/2024;1.234\nK2;01/02/2024;950\nK3;02/02/2024;800\n"


def test_what_the_user_says_is_heard(tmp_path):
    file = written(tmp_path, GERMAN)
    assert "say so: --decimal" in data.look(file).text()
    looked = data.look(file, {"decimal": ","})
    assert looked.warnings == []
    assert looked.suggested().endswith("amount=Umsatz --decimal ,")
    assert looked.decided() == {"decimal": ",", "time_format": "day first"}


def test_a_mapped_column_is_looked_at_as_what_it_is_mapped_to(tmp_path):
    rows = "".join(f"K{i},{'31/02/2024' if i % 2 else '13/02/2024'},x\n" for i in range(40))
    looked = data.look(
        written(tmp_path, "id,wann,was\n" + rows + "K1,31/02/2024,x\n"), None, {"event_time": "wann"}
    )
    (when,) = [column for column in looked.columns if column.name == "wann"]
    assert (when.kind, when.bad) == ("time", 21)
    assert "no column looks like a time" not in looked.text()
    assert looked.mapping["event_time"] == "wann"


def test_dates_beside_times_of_day_are_suggested_together(tmp_path):
    rows = "1,A,2024-01-05,10:00,3\n1,A,2024-01-05,10:00,4\n2,B,2024-01-06,11:30,5\n"
    looked = data.look(written(tmp_path, "Invoice No,Customer,Date,Time,Amount\n" + rows))
    assert looked.mapping["event_time"] == "Date+Time"
    assert looked.mapping["order_id"] == "Invoice No"


def test_odd_dates_and_totals_are_warned_of(tmp_path):
    rows = "".join(f"K{i},2024-01-{1 + i:02},5\n" for i in range(9))
    text = data.look(
        written(tmp_path, "customer_id,event_time,amount\n" + rows + "Total,2042-01-31,45\n")
    ).text()
    assert "1 event is dated 2042-01-31 (row 11), long after the others" in text
    assert "1 row may be a total of others, such as 'Total' (row 11)" in text
    text = data.look(
        written(tmp_path, "customer_id,event_time,amount\n" + rows + "K1,1824-01-31,45\n")
    ).text()
    assert "1 dates outside 1970 to 2099 such as 1824-01-31" in text
