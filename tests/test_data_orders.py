"""Orders with returns: read, left missing where nothing came back, and refused by file, column and row."""

import pandas as pd
import pytest

from workbench import data

ROWS = [
    "who,when,paid,back,back_on,area",
    "a,2023-01-05,10.00,,,north",
    "b,2023-01-06,20.00,5.50,2023-02-01,south",
    "a,2023-01-07,30.00,30,2023-01-07,",
]
MAP = {"customer_id": "who", "event_time": "when", "amount": "paid"}
MAP |= {"returned_amount": "back", "returned_at": "back_on", "region": "area"}


def load(folder, rows, columns=MAP, **how):
    file = folder / "orders.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    return data.load("", file, columns=columns, roles=data.ORDERS, identifiers="as they are", **how)


def test_an_empty_return_is_none_and_stays_missing(tmp_path):
    orders = load(tmp_path, ROWS)
    assert orders["returned_amount"].tolist() == pytest.approx([float("nan"), 5.5, 30], nan_ok=True)
    assert orders["returned_at"].tolist() == [pd.NaT, pd.Timestamp("2023-02-01"), pd.Timestamp("2023-01-07")]
    assert orders["region"].isna().tolist() == [False, False, True]
    assert orders["industry"].isna().all()


def test_without_such_columns_nothing_is_known_of_returns(tmp_path):
    few = {role: MAP[role] for role in ("customer_id", "event_time", "amount")}
    orders = load(tmp_path, ROWS, few)
    assert orders[["returned_amount", "returned_at", "region", "industry"]].isna().all(axis=None)
    assert orders.dtypes[["returned_amount", "returned_at"]].astype(str).tolist() == [
        "float64",
        "datetime64[us]",
    ]


def test_a_file_without_any_return_is_read(tmp_path):
    orders = load(tmp_path, [*ROWS[:2], "b,2023-01-06,20.00,,,south"])
    assert orders["returned_amount"].isna().all()
    assert orders["returned_at"].isna().all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "b,2023-01-06,20.00,20.01,2023-02-01,",
            ".returned_amount., row 3: is larger than the order .1 such row",
        ),
        ("b,2023-01-06,20.00,-5,2023-02-01,", ".returned_amount., row 3: is negative; write what came back"),
        ("b,2023-01-06,-20.00,,,", ".amount., row 3: is negative, and returned_amount is given"),
        ("b,2023-01-06,20.00,5,2023-01-05,", ".returned_at., row 3: lies before the order"),
        ("b,2023-01-06,20.00,,2023-02-01,", ".returned_amount., row 3: is empty, and returned_at is not"),
        (
            "b,2023-01-06,20.00,some,2023-02-01,",
            "column 'back' .returned_amount., row 3: 'some' is not a number",
        ),
        (
            "b,2023-01-06,20.00,5,2023-02-30,",
            "column 'back_on' .returned_at., row 3: '2023-02-30' is not a date",
        ),
    ],
)
def test_a_return_that_cannot_be_is_refused_by_row(row, message, tmp_path):
    with pytest.raises(data.DataError, match=f"orders.csv: .*{message}"):
        load(tmp_path, [ROWS[0], ROWS[1], row])


def test_a_row_that_is_left_out_moves_no_other(tmp_path):
    rows = [ROWS[0], ",2023-01-05,10.00,,,north", "b,2023-01-06,20.00,21,2023-02-01,"]
    with pytest.raises(data.DataError, match=".returned_amount., row 3: is larger"):
        load(tmp_path, rows, reading={"drop_without": "customer_id"})


def test_orders_with_returns_are_held_in_memory_however_large(tmp_path, monkeypatch):
    from workbench.data.scanning import raw

    monkeypatch.setattr(raw, "is_large", lambda *_: True)
    file = tmp_path / "orders.parquet"
    load(tmp_path, ROWS).rename(columns=MAP).drop(columns=["industry", "order_id"]).to_parquet(file)
    orders = data.scan("", file, columns=MAP, roles=data.ORDERS)
    assert isinstance(orders, pd.DataFrame)
    assert (
        "read whole into memory: what came back is held against each order"
        in orders.attrs["ledger"]["noticed"]
    )
