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
