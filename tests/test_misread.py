"""Files that were read wrongly under a green verdict: sums without a word, refunds by kind, statuses of first lines."""

import numpy as np
import pandas as pd
import pytest

from workbench import data
from workbench.data import DataError
from workbench.data.scanning import raw, texts

N = 60
EVERY_NINTH = np.arange(N) % 9 == 4


@pytest.fixture(params=["load", "scan"])
def read(request, tmp_path, monkeypatch):
    """Read a frame as a CSV file, in memory or in portions."""
    if request.param == "scan":
        monkeypatch.setattr(raw, "LARGE", 0)
        monkeypatch.setattr(texts, "LARGE", 0)

    def of(frame, **how):
        frame.to_csv(tmp_path / "shop.csv", index=False)
        rows = getattr(data, request.param)("", tmp_path / "shop.csv", roles=data.PAYMENTS, **how)
        return rows.attrs["ledger"]

    return of


def payments():
    amounts = np.random.default_rng(0).uniform(5, 50, N).round(2)
    days = pd.date_range("2024-01-01", periods=N).strftime("%Y-%m-%d")
    return pd.DataFrame(
        {"customer_id": [f"K{i % 10}" for i in range(N)], "event_time": days, "amount": amounts}
    )


def row(name, amounts):
    return pd.DataFrame(
        {"customer_id": [name], "event_time": ["2024-02-29"], "amount": [round(sum(amounts), 2)]}
    )


@pytest.mark.parametrize("name", ["ALL", "Overall", "Alle Kunden", "9999"])
def test_a_dated_grand_total_without_a_word_is_asked_about(read, name):
    frame = pd.concat([payments(), row(name, payments()["amount"])])
    with pytest.raises(
        DataError, match=rf"row 62 says '{name}' and may be a total or a customer .* --totals"
    ):
        read(frame)
    ledger = read(frame, reading={"totals": "leave out"})
    assert (ledger["used"], ledger["left_out"][0]["rows"]) == (60, 1)
    assert read(frame, reading={"totals": "keep"})["used"] == 61
    assert read(pd.concat([payments(), row(name, [*payments()["amount"], 0.02])]))["used"] == 61


@pytest.mark.parametrize("names", [[f"Month {month}" for month in range(6)], ["May"] * 6])
def test_subtotals_that_part_a_whole_file_are_asked_about(tmp_path, names):
    blocks = [payments().iloc[10 * i : 10 * i + 10] for i in range(6)]
    parts = [
        part
        for name, block in zip(names, blocks, strict=True)
        for part in (block, row(name, block["amount"]))
    ]
    pd.concat(parts).to_csv(tmp_path / "shop.csv", index=False)
    with pytest.raises(DataError, match=f"row 67 says '{names[-1]}' and may be a total or a customer"):
        data.load("", tmp_path / "shop.csv")
    left = data.load("", tmp_path / "shop.csv", reading={"totals": "leave out"})
    assert left["amount"].sum() == pytest.approx(payments()["amount"].sum())
    pd.concat([*parts, payments().head(1)]).to_csv(tmp_path / "shop.csv", index=False)
    assert (
        len(data.load("", tmp_path / "shop.csv")) == 67
    )  # a row is left that no sum has: they prove nothing


@pytest.mark.parametrize("back", ["refund", "Refunded", "Chargeback", "Rückgabe", "Storno", "退款"])
def test_refunds_by_kind_with_positive_amounts_are_refused(read, back):
    frame = payments().assign(kind=np.where(EVERY_NINTH, back, "sale"))
    with pytest.raises(DataError, match=rf"'kind' says '{back}' of 7 rows whose amounts are above 0"):
        read(frame)
    assert read(frame, where={"kind": "sale"})["used"] == 53
    assert read(frame, where={"kind": f"sale|{back}"})["used"] == 60
    assert read(frame.assign(amount=frame["amount"].where(~EVERY_NINTH, -5)))["used"] == 60
    assert read(frame.assign(kind=back))["used"] == 60  # all of one kind: nothing is told apart


def test_a_flag_of_refunds_is_refused_and_other_flags_are_not(read):
    flag = np.where(EVERY_NINTH, "true", "false")
    with pytest.raises(DataError, match="'is_refund' says 'true' of 7 rows"):
        read(payments().assign(is_refund=flag))
    assert read(payments().assign(is_member=flag))["used"] == 60


def test_a_status_is_noticed_by_a_run_too(read):
    noticed = read(payments().assign(Status=np.where(EVERY_NINTH, "open", "paid")))["noticed"]
    assert "'Status' is paid (53), open (7); if only some rows count: --where Status=paid" in noticed


def test_what_the_first_line_of_an_order_says_holds_for_its_other_lines(read):
    first = ["paid" if i % 6 == 0 else "open" if i % 3 == 0 else "" for i in range(N)]
    frame = payments().assign(order_id=[f"o{i // 3}" for i in range(N)], status=first)
    ledger = read(frame, where={"status": "paid"})
    assert ledger["used"] == 30
    assert any(
        "on the first line of each 'order_id' only" in said and "40 lines below" in said
        for said in ledger["noticed"]
    )
    ledger = read(frame.drop(columns="order_id"), where={"status": "paid"})
    assert ledger["used"] == 10
    assert any(
        said.startswith("40 rows left out have nothing in 'status'; if they") for said in ledger["noticed"]
    )
