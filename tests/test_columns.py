"""What a column looks like, before anybody says what it means."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.data.parsing.columns import looks_like
from workbench.data.parsing.identifiers import CUT

CASES = Path(__file__).parent / "own_data"
OPEN = "leaves open whether the point groups thousands or marks decimals; say so: --decimal . or --decimal ,"
ORDER = (
    'leaves open whether the day or the month comes first; say so: --time-format "day first" or "month first"'
)
DAYS = ["2024-01-05", "2024-02-06", "2024-03-07", "2024-04-08", "2024-05-09"]


@pytest.mark.parametrize(
    ("texts", "kind", "described"),
    [
        (["31/01/2024 8:05", "01/02/2024 9:30"], "time",
         "times as day/month/year hour:minute; dates read with the day first"),
        (["1704412800123", "1704412900123"], "time", "times as milliseconds since 1970; numbers read as milliseconds "
         "since 1970, UTC"),
        (["20240105", "20240106"], "time", "times as yearmonthday"),
        (["12,50", "1.234,00"], "number", "numbers with a decimal comma, points for thousands"),
        (["12.50", "-3.00"], "number", "numbers with a decimal point"),
        (["8", "12"], "number", "whole numbers"),
        (["K001", "K002"], "id", "identifiers"),
        (["007", "123"], "id", "identifiers"),
        (["17850", "13047"], "id", "identifiers"),
        (["2053013555631882655", "2232732093077520756"], "id", "identifiers"),  # in nanoseconds, it would be 2035
        (["United Kingdom", "France"], "text", "texts, 2 different"),
        (["", "n/a"], "empty", "no cell with content"),
    ],
)  # fmt: skip
def test_kinds(texts, kind, described):
    looks = looks_like(pd.Series(texts))
    assert looks[:2] == (kind, described)
    assert looks.bad == 0
    assert looks.first_bad is None


def test_typed_columns():
    assert looks_like(pd.Series([1.5, 2.0])).kind == "number"
    assert looks_like(pd.Series([True, False])).kind == "id"  # with the warning that it is none
    assert looks_like(pd.Series(pd.to_datetime(DAYS))).kind == "time"
    assert looks_like(pd.Series([np.nan, np.nan])).kind == "empty"
    assert looks_like(pd.Series([9007199254740993, 5])).kind == "id"  # too large for a sum
    assert looks_like(pd.Series([1e20, 1e19])).bad == 2  # no exact number of anything
    assert looks_like(pd.Series([17850, 13047])).kind == "id"


def test_bad_cells_are_counted_with_the_first_row():
    looks = looks_like(pd.Series([*DAYS, "soon", "later", ""], index=range(2, 10)))
    assert looks.kind == "time"
    assert (looks.bad, looks.first_bad) == (2, (7, "soon"))


@pytest.mark.parametrize(
    ("texts", "warning"),
    [
        (["1.234", "950"], f"{OPEN} (row 2)"),
        (["03/04/2024", "05/05/2024"], f"{ORDER} (row 2)"),
        ([*DAYS, "9999-12-31"], "1 placeholder dates such as 9999-12-31 (row 7)"),
        (["€5.00", "$6.00", "€7.00"], "several currencies (first in row 3)"),
        ([f"{day} 05:00" for day in DAYS], "every time is 05:00: days shifted by a time zone, it seems"),
        (
            [f"{day} {hour}:00" for day, hour in zip(DAYS, (22, 23, 22, 23, 22), strict=True)],
            "every time is 22:00 or 23:00: days shifted by a time zone, it seems",
        ),
        (["4.53E+15", "12", "1.38e10"], "2 cells such as 4.53E+15 are rounded by a spreadsheet (row 2)"),
        (
            ["17850", "17850.0", "13047"],
            "1 row with .0 at its end, read without it; 1 identifier written both ways",
        ),
        (["K1", "k1", "K2"], "2 identifiers differ in case only and are kept apart"),
        (["K1", "\ufeffK2", "K3 "], "surrounding spaces removed in 2 rows"),
        (
            [f"45300{n}00000000000" for n in range(1, 8)],
            f"7 {CUT}",
        ),
    ],
)
def test_warnings(texts, warning):
    looks = looks_like(pd.Series(texts, index=range(2, len(texts) + 2)))
    assert warning in looks.warnings


def test_plain_columns_have_no_warning():
    for texts in (DAYS, ["1.50", "2.25"], ["K1", "K2"], ["push", "mail"], [f"{d} 00:00" for d in DAYS]):
        assert looks_like(pd.Series(texts)).warnings == []


@pytest.mark.parametrize(
    ("case", "file", "sep", "column", "kind", "words"),
    [
        ("c09_dot_thousands", "umsatz.csv", ";", "Umsatz", "number", "decimal mark open"),
        ("c09_dot_thousands", "umsatz.csv", ";", "Datum", "time", "day.month.year"),
        ("c07_float_ids", "months.csv", ",", "customer_id", "id", "read without .0 at their end"),
        ("c12_ga4", "events.csv", ",", "event_timestamp", "time", "microseconds since 1970"),
        ("c12_ga4", "events.csv", ",", "user_pseudo_id", "id", "identifiers"),
        ("c13_rees46", "2019-Oct.csv", ",", "event_time", "time", "converted to UTC"),
    ],
)
def test_files_of_the_field(case, file, sep, column, kind, words):
    frame = pd.read_csv(CASES / case / file, sep=sep, dtype="str", na_filter=False)
    looks = looks_like(frame[column])
    assert looks.kind == kind
    assert words in looks.described
    assert looks.bad == 0
