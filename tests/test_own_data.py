"""Files from the field that were once misread: each ends in the right values or in one line.

The expected numbers were counted from the files with the csv module and decimal arithmetic, see each README.
"""

import csv
from pathlib import Path

import pytest

from workbench import data

CASES = Path(__file__).parent / "own_data"
RETAIL = {"customer_id": "CustomerID", "event_time": "InvoiceDate"}
LINES = RETAIL | {"amount": "Quantity*UnitPrice", "order_id": "InvoiceNo"}
SHOP = {"customer_id": "Email", "event_time": "Created at", "amount": "Total", "order_id": "Name"}
BANK = {"customer_id": "Verwendungszweck", "event_time": "Buchung", "amount": "Betrag"}
GERMAN = {"customer_id": "Kunde", "event_time": "Datum", "amount": "Umsatz"}
CZECH = {"customer_id": "account_id", "event_time": "date"}
REES = {"customer_id": "user_id", "event_time": "event_time", "amount": "price"}


def load(file, **how):
    how = {"roles": data.PAYMENTS, "identifiers": "as they are"} | how
    return data.load("telecom", CASES / file, **how)


# file, how it is loaded, rows used, customers, total, first and last day
RIGHT = {
    "invoice lines": ("c01_online_retail/data.csv", {"columns": LINES, "reading": {"drop_without": "customer_id"}}, 597, 40, 10746.62),
    "invoice lines, amounts there": ("c01_online_retail/data_amount.csv", {"columns": RETAIL, "reading": {"drop_without": "customer_id"}}, 597, 40, 10746.62),
    "known customers only": ("c01_online_retail/data_amount_known.csv", {"columns": RETAIL}, 597, 40, 10746.62),
    "ids with and without .0": ("c07_float_ids/months.csv", {}, 306, 60, 10579.33),
    "points for thousands, declared": ("c09_dot_thousands/umsatz.csv", {"columns": GERMAN, "reading": {"decimal": ","}}, 306, 60, 423167),
    "utc": ("c13_rees46/2019-Oct.csv", {"columns": REES, "where": {"event_type": "purchase"}}, 159, 46, 23983.32),
    "iso": ("c13_rees46/iso.csv", {"columns": REES, "where": {"event_type": "purchase"}}, 159, 46, 23983.32),
    "yymmdd": ("c14_czech_bank/trans.csv", {"columns": CZECH}, 3999, 56, 12312645.94),
    "totals on first lines": ("c16_shopify/orders_export.csv", {"columns": SHOP, "reading": {"drop_without": "amount"}}, 150, 58, 9634.73),
    "first lines": ("c16_shopify/first_lines.csv", {"columns": SHOP}, 150, 58, 9634.73),
    "preamble": ("c19_bank_preamble/umsatzanzeige.csv", {"columns": BANK}, 30, 30, 750.0),
    "no preamble": ("c19_bank_preamble/no_preamble.csv", {"columns": BANK}, 30, 30, 750.0),
    "refunds only": ("c03_refund_only/orders.csv", {}, 309, 62, 5537.33),
    "one purchase each": ("c04_one_time_buyers/orders.csv", {}, 80, 80, 3626.56),
    "five customers": ("c06_five_customers/orders.csv", {}, 8, 5, 175),
    "a broken quarter": ("c24_partial_quarter/flat.csv", {}, 1922, 60, 45816.29),
}  # fmt: skip


@pytest.mark.parametrize("case", RIGHT)
def test_a_file_is_read_right(case):
    file, how, rows, customers, total = RIGHT[case]
    read = load(file, **how)
    assert (len(read), read["customer_id"].nunique()) == (rows, customers)
    assert read["amount"].sum() == pytest.approx(total, abs=0.005)
    ledger = read.attrs["ledger"]
    assert ledger["rows"] == rows + sum(rule["rows"] for rule in ledger["left_out"])
    assert (ledger["used"], ledger["customers"]) == (rows, customers)


DAYS = {
    "months stand first": ("c01_online_retail/data_amount_known.csv", {"columns": RETAIL}, "2010-12-", "2011-12-"),
    "days stand first": ("c09_dot_thousands/umsatz.csv", {"columns": GERMAN, "reading": {"decimal": ","}}, "2023-01-01", "2023-1"),
    "years of the nineties": ("c14_czech_bank/trans.csv", {"columns": CZECH}, "1993-01-01", "1994-12-28"),
    "days of a bank": ("c19_bank_preamble/no_preamble.csv", {"columns": BANK}, "2024-01-13", "2024-02-"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAYS)
def test_dates_are_read_in_the_order_they_are_written_in(case):
    file, how, first, last = DAYS[case]
    period = load(file, **how).attrs["ledger"]["period"]
    assert period[0].startswith(first[:7])
    assert period[1].startswith(last[:6])


def test_microseconds_of_an_app_are_times():
    columns = {"customer_id": "user_pseudo_id", "event_time": "event_timestamp", "event_type": "event_name"}
    how = {"roles": data.EVENT_LOG, "columns": columns, "unreadable": "missing"}
    for reading in ({}, {"time_format": "epoch us"}):
        log = load("c12_ga4/events.csv", reading=reading, **how)
        assert (len(log), log["customer_id"].nunique()) == (943, 40)
        assert log["event_time"].min().isoformat() == "2024-03-04T00:07:40"  # 1709510860 s
        assert log["event_type"].value_counts()["select_content"] == 211
    with open(CASES / "c12_ga4/events.csv", encoding="utf-8") as file:
        assert set(log["customer_id"]) == {row["user_pseudo_id"] for row in csv.DictReader(file)}


REFUSED = {
    "thousands or decimals": ("c09_dot_thousands/umsatz.csv", {"columns": GERMAN}, r"'Umsatz' \(amount\), row 6: .*--decimal"),
    "no customer": ("c01_online_retail/data_amount.csv", {"columns": RETAIL}, r"'CustomerID' \(customer_id\), row \d+: '' is empty \(5 such rows; .*--drop-without customer_id"),
    "an open end": ("c02_sentinel_9999/crm.csv", {}, r"'event_time' \(event_time\), row 308: '9999-12-31 00:00' is a placeholder date"),
    "totals on first lines": ("c16_shopify/orders_export.csv", {"columns": SHOP}, r"'Total' \(amount\), row 3: '' is empty \(152 such rows; .*--drop-without amount"),
    "a column twice": ("c19_bank_preamble/no_preamble.csv", {"columns": BANK | {"customer_id": "Währung"}}, "more than one column is called 'Währung'"),
    "no such column": ("c01_online_retail/data.csv", {"columns": LINES | {"amount": "Quantity*Unitprise"}}, "unknown column 'Unitprise'; did you mean 'UnitPrice'"),
    "no such value": ("c13_rees46/iso.csv", {"columns": REES, "where": {"event_type": "purchased"}}, "--where event_type=purchased: no row has it; did you mean 'purchase'"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_known_is_one_line(case):
    file, how, message = REFUSED[case]
    with pytest.raises(data.DataError, match=message) as refused:
        load(file, **how)
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(Path(file).name)


def test_what_differs_in_case_only_is_kept_apart_and_noted():
    read = load("c16_shopify/first_lines.csv", columns=SHOP)
    assert read["customer_id"].str.lower().nunique() == 43
    assert any("differ in case only" in note for note in data.loaded()[-1]["notes"])


def test_pseudonyms_change_names_and_nothing_else():
    own, given = (load("c07_float_ids/months.csv", identifiers=how) for how in ("as they are", "pseudonyms"))
    assert given["customer_id"].map(data.own_ids()).tolist() == own["customer_id"].tolist()
    assert given.drop(columns="customer_id").equals(own.drop(columns="customer_id"))
    order = [frame["customer_id"].rank(method="dense").tolist() for frame in (own, given)]
    assert order[0] == order[1]
