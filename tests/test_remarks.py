"""What is noticed of rows that are kept: dates after today or far from all others, and the currency of a column."""

import pandas as pd
import pytest
from conftest import workbench

from workbench import data
from workbench.data import DataError, remarks

COLUMNS = {"customer_id": "Kunde", "event_time": "Tag", "amount": "Betrag"}
MAP = ["--map", *(f"{role}={name}" for role, name in COLUMNS.items())]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(remarks, "today", lambda: pd.Timestamp("2025-06-30"))


def written(folder, days, *, currencies=None, amount="5.50"):
    head = ["Kunde", "Tag", "Betrag", *(["Währung"] if currencies else [])]
    rows = [
        [f"K{i % 7}", day, amount, *([currencies[i % len(currencies)]] if currencies else [])]
        for i, day in enumerate(days)
    ]
    file = folder / "my.csv"
    file.write_text("\n".join(",".join(row) for row in [head, *rows]) + "\n", "utf-8")
    return file


DAYS = [f"2025-{1 + i % 5:02}-{1 + i % 28:02}" for i in range(60)]


def changed(at, *days):
    return [*DAYS[:at], *days, *DAYS[at + len(days) :]]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (changed(9, "2026-12-15"), "1 event is dated 2026-12-15 (row 11), after today: a booking ahead"),
        (
            changed(9, "2025-07-05", "2025-08-06"),
            "2 events are dated 2025-07-05 to 2025-08-06 (first in row 11), after today: bookings ahead",
        ),
        (changed(9, "2024-05-02"), "1 event is dated 2024-05-02 (row 11), long before the others"),
        ([f"2023{day[4:]}" for day in changed(9, "2023-12-02")], "dated 2023-12-02 (row 11), long after the"),
        (DAYS, None),
        (changed(9, "2025-07-01"), None),
    ],
)
def test_dates_far_off_are_noticed_with_row_and_value(tmp_path, days, said):
    file = written(tmp_path, days)
    noticed = data.load("telecom", file, columns=COLUMNS).attrs["ledger"]["noticed"]
    looked = data.look(file).text()
    far = [note for note in noticed if "dated" in note]
    if said is None:
        assert far == []
        assert "dated" not in looked
    else:
        assert said in far[0]
        assert len(far) == 1
        assert said in looked


def test_a_date_after_today_is_said_in_the_terminal(tmp_path):
    done = workbench("look", written(tmp_path, changed(9, "2033-12-15")), "--study", "telecom-rfm-ahp", *MAP)
    assert done.returncode == 0
    assert "noticed: " in done.stdout
    assert done.stdout.count("1 event is dated 2033-12-15 (row 11), long after the others") == 2


@pytest.mark.parametrize("currency", ["EUR", "eur", "€"])
def test_a_column_of_one_currency_is_the_currency_of_the_amounts(tmp_path, currency):
    read = data.load("telecom", written(tmp_path, DAYS, currencies=[currency]), columns=COLUMNS)
    assert read.attrs["ledger"]["currency"] == "EUR"
    assert dict(data.ledger(read)["found"])["currency"] == "EUR (column Währung)"


def test_several_currencies_of_a_column_are_refused_with_what_keeps_one(tmp_path):
    file = written(tmp_path, DAYS, currencies=["EUR", "EUR", "USD"])
    message = "'Währung' names several currencies, EUR in 40 rows and USD in 20 rows; .*--where Währung=EUR"
    with pytest.raises(DataError, match=message):
        data.load("telecom", file, columns=COLUMNS)
    read = data.load("telecom", file, columns=COLUMNS, where={"Währung": "EUR"})
    assert (len(read), read.attrs["ledger"]["currency"]) == (40, "EUR")
    both = data.load("telecom", file, columns=COLUMNS, where={"Währung": "EUR|USD"}).attrs["ledger"]
    assert both["currency"] is None
    assert any("amounts in several currencies are added up" in note for note in both["noticed"])
    done = workbench("run", "telecom-rfm-ahp", "--data", file, *MAP, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--where Währung=EUR" in done.stderr


def test_a_column_and_amounts_in_other_currencies_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"amounts are written in USD, but column 'Währung' says EUR"):
        data.load("telecom", written(tmp_path, DAYS, currencies=["EUR"], amount="$5"), columns=COLUMNS)


def test_a_column_of_other_codes_is_no_currency(tmp_path):
    file = written(tmp_path, DAYS, currencies=["USA", "DEU"])
    file.write_text(file.read_text("utf-8").replace("Währung", "Land"), "utf-8")
    assert data.load("telecom", file, columns=COLUMNS).attrs["ledger"]["currency"] is None


def test_an_order_that_two_digit_years_leave_open_is_said_of_all_cells(tmp_path):
    file = written(tmp_path, ["05.01.25", "07.02.25", "03.03.25", "26.11.25"])
    (column,) = [c for c in data.look(file).columns if c.name == "Tag"]
    assert (column.described, column.bad) == ("times, order of day, month and year open", 0)
    assert '"day first" or "year first"' in column.warnings[0]


def table(folder, rows, head="customer_id,event_time,amount"):
    file = folder / "rows.csv"
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return file


def test_one_customer_and_one_amount_that_stand_for_nothing_are_noticed(tmp_path):
    who = ["guest" if i % 4 == 0 else f"K{i}" for i in range(200)]
    paid = [999999999 if i % 7 == 0 else 10 + i % 50 for i in range(200)]
    file = table(
        tmp_path, [f"{w},{DAYS[i % 60]},{p}" for i, (w, p) in enumerate(zip(who, paid, strict=True))]
    )
    noticed = "; ".join(data.load("telecom", file).attrs["ledger"]["noticed"])
    assert "1 customer has 50 of 200 rows" in noticed
    assert "guest" not in noticed, "an own id stands in no report"
    assert "29 of 200 amounts are 999,999,999, far above all others" in noticed
    looked = data.look(file).text()
    assert "1 customer, 'guest', has 50 of 200 rows" in looked
    assert "29 of 200 amounts are 999,999,999" in looked


def test_an_identifier_like_a_placeholder_is_noticed_and_prices_that_repeat_are_not(tmp_path):
    file = table(tmp_path, [f"{'unknown' if i == 5 else f'K{i % 9}'},{DAYS[i]},9.99" for i in range(60)])
    assert "'unknown' looks like a placeholder (1 row)" in data.look(file).text()
    noticed = "; ".join(data.load("telecom", file).attrs["ledger"]["noticed"])
    assert "looks like a placeholder (1 row)" in noticed
    assert "unknown" not in noticed
    assert "amounts are" not in noticed


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("status", ["succeeded", "failed", "succeeded"], "if only some rows count: --where status=succeeded"),
        ("is_canceled", ["1", "0", "0"], "is 0 (40), 1 (20); if only some rows count: --where is_canceled=0"),
        ("Soll/Haben", ["S", "H", "H"], "all are summed as plus; if only some rows count: --where 'Soll/Haben=H'"),
        ("colour", ["red", "blue", "red"], None),
    ],
)  # fmt: skip
def test_a_column_that_tells_rows_that_count_is_named_with_what_keeps_them(tmp_path, name, values, told):
    rows = [f"K{i % 9},{DAYS[i]},9.99,{values[i % 3]}" for i in range(60)]
    looked = data.look(table(tmp_path, rows, f"customer_id,event_time,amount,{name}")).text()
    assert (told in looked) if told else ("--where" not in looked)
