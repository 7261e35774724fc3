"""What tables of contracts, usage and tickets must be, and what an input may not know; refused by name."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from workbench import checks
from workbench.checks import shown

__all__ = ["KEY", "ordered", "refuse_infinite", "refuse_known_later", "refuse_repeated", "require"]

KEY = ["customer_id", "contract_end"]
DATES = ("first_start", "contract_start", "contract_end", "renewed_on", "month", "day")
MAY_MISS = ("contract_end", "renewed_on")  # while a contract is open, and if it was not renewed


def require(table: pd.DataFrame, needed: Iterable[str], name: str) -> None:
    """Refuse a table that lacks a column or a cell, whose dates are texts, or with an infinite number."""
    needed = list(needed)
    checks.names_once(table, name, "columns")
    checks.needed_columns(table.columns, needed, name)
    if table.empty:
        raise ValueError(f"{name} has no row; give at least one.")
    for column in needed:
        if column not in MAY_MISS and table[column].isna().any():
            row = shown(table.index[table[column].isna()][0])
            raise ValueError(f"{name}: {column} is missing in row {row}; fill it or leave the row out.")
    for column in DATES:
        if column in needed and not pd.api.types.is_datetime64_dtype(table[column]):
            raise ValueError(
                f"{name}: {column} must hold dates without time zone, not {table[column].dtype}."
            )
    refuse_infinite(table, name)


def refuse_infinite(table: pd.DataFrame, name: str) -> None:
    """Refuse a table with an infinite number, named by row and column; missing ones may stay."""
    for column in table.select_dtypes("number"):
        infinite = np.isinf(table[column].to_numpy(float, na_value=np.nan))
        if infinite.any():
            row = shown(table.index[infinite.argmax()])
            raise ValueError(
                f"{name} must hold finite numbers: row {row}, column {shown(column)} is infinite. Correct it, or "
                "leave it missing."
            )


def refuse_repeated(rows: pd.DataFrame) -> None:
    """Refuse two contracts of one customer that end on one day, and a renewal before the contract began."""
    again = rows[rows["contract_end"].notna() & rows.duplicated(KEY)]
    if len(again):
        customer, end = again.iloc[0][KEY]
        raise ValueError(
            f"Customer {shown(customer)} has two contracts that end on {end.date()}; one row must be one contract. "
            "Keep one of them."
        )
    if "contract_start" not in rows:
        return
    for column, what in (("contract_end", "ended"), ("renewed_on", "was renewed")):
        early = rows[rows[column].lt(rows["contract_start"])]
        if len(early):
            row = early.iloc[0]
            raise ValueError(
                f"The contract of customer {shown(row['customer_id'])} {what} on {row[column].date()}, before it began "
                f"on {row['contract_start'].date()}; correct one of the two dates."
            )


def ordered(contracts: pd.DataFrame) -> pd.DataFrame:
    """The contracts of each customer in their order, none of which overlaps the next."""
    own = contracts.sort_values(["customer_id", "contract_start"], kind="stable").reset_index(drop=True)
    refuse_repeated(own)
    last = own.groupby("customer_id")["contract_end"].shift()
    follows = own["customer_id"].eq(own["customer_id"].shift())
    overlaps = follows & ~own["contract_start"].gt(last)
    if overlaps.any():
        row, end = own[overlaps].iloc[0], last[overlaps].iloc[0]
        until = "is still open" if pd.isna(end) else f"ends on {end.date()}"
        raise ValueError(
            f"Two contracts of customer {shown(row['customer_id'])} overlap: one {until}, the next begins on "
            f"{row['contract_start'].date()}. Correct the dates, or give the customer two ids."
        )
    return own.assign(earlier=own.groupby("customer_id").cumcount())


def refuse_known_later(rows: pd.DataFrame) -> None:
    """Refuse inputs that were not known before `as_of`: a contract that had not begun, a date of later."""
    known_later = {"contract_end", "renewed_on", "as_of", "label_known"}
    for column in [name for name in rows.select_dtypes("datetime") if name not in known_later]:
        later = rows[rows[column].ge(rows["as_of"])]
        if len(later):
            row = later.iloc[0]
            raise ValueError(
                f"{column} of customer {shown(row['customer_id'])} is {row[column].date()}, on or after as_of, "
                f"{row['as_of'].date()}: the input was not known then. Leave the contract or the column out, or take "
                "fewer lead_months."
            )
