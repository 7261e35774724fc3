import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.data import parsing


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1234.50", " 12 ", "-3", "+4", "1e3", ".5"], [1234.5, 12, -3, 4, 1000, 0.5]),
        (["1,234.50", "1,234,567"], [1234.5, 1234567]),
        (["1.234,50", "12,5", "1.234"], [1234.5, 12.5, 1234]),
        (["¥ 8", "￥9", "10元", "RMB 11", "-¥12", "cny13"], [8, 9, 10, 11, -12, 13]),
        (["２００", "１，２３４．５"], [200, 1234.5]),
        (["(4.50)", "5-", "−6", "($7)"], [-4.5, -5, -6, -7]),
        (["1 234,50", "1'234"], [1234.5, 1234]),
    ],
)
def test_dirty_numbers(texts, values):
    parsed, problems, _ = parsing.numbers(pd.Series(texts))
    assert parsed.tolist() == values
    assert problems.empty


@pytest.mark.parametrize(
    ("texts", "notes"),
    [
        (["1.5"], []),
        (["1,234,567", "1,234"], ["commas read as thousands separators"]),
        (["1.234.567", "1.234"], ["points read as thousands separators"]),
        (
            ["1.234,5 €"],
            ["commas read as decimal marks", "points read as thousands separators", "amounts are in EUR"],
        ),
        (["5 円", "¥6"], ["amounts are in JPY"]),
        (["1,234", "1,234.5"], ["commas read as thousands separators"]),
        (["1,23"], ["commas read as decimal marks"]),
    ],
)
def test_reading_of_commas_is_noted(texts, notes):
    assert parsing.numbers(pd.Series(texts))[2] == notes


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("abc", "is not a number"),
        ("0x10", "is not a number"),
        ("1_000", "is not a number"),
        ("12,34,5", "is not a number"),
        ("1.2.3", "is not a number"),
        ("#REF!", "is not a number"),
        ("True", "is not a number"),
        ("", "is empty"),
        ("  ", "is empty"),
        ("NaN", "is empty"),
        ("inf", "is not finite"),
        ("-Infinity", "is not finite"),
        ("1e999", "is not finite"),
        ("€5", "is in another currency than CNY or JPY"),
        ("5%", "is a percentage, not a sum"),
        ("10²", "is not a number"),
        ("½", "is not a number"),
        ("①", "is not a number"),
        ("--5", "is not a number"),
        ("-5 DR", "is not a number"),
        ("1e300", "is too large for a sum (more than 10^15)"),
        ("-", "is empty"),
        (".", "is empty"),
        ("None", "is empty"),
    ],
)
def test_what_is_no_number_says_why(text, why):
    _, problems, _ = parsing.numbers(pd.Series(["¥1.5", text, "2.5"], index=[2, 3, 4]))
    assert problems.to_dict() == {3: why}


def test_one_decimal_comma_among_points_is_a_problem_not_a_thousand():
    _, problems, _ = parsing.numbers(pd.Series(["12.50", "12,5", "13.50"]))
    assert problems.to_dict() == {1: "is not a number: a decimal comma, while other rows have the point"}


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1))
def test_thousands_separators_change_nothing(values):
    parsed, problems, _ = parsing.numbers(pd.Series([f"{v:,.2f}" for v in values]))
    assert problems.empty
    assert parsed.tolist() == [float(v) for v in values]


def test_typed_numbers():
    assert parsing.numbers(pd.Series([1, 2]))[0].dtype == "float64"
    assert parsing.numbers(pd.Series([Decimal("1.50")]))[0].tolist() == [1.5]
    assert parsing.numbers(pd.Series([1.0, np.nan, -np.inf]))[1].to_dict() == {
        1: "is empty",
        2: "is not finite",
    }
    assert parsing.numbers(pd.Series([True]))[1].to_dict() == {0: "is not a number"}
    assert parsing.numbers(pd.to_datetime(pd.Series(["2024-01-01"])))[1].to_dict() == {0: "is not a number"}


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05 13:05",
        "2024-01-05T13:05:00",
        "2024-01-05 13:05:00.000",
        " 2024-1-5 13:05 ",
        "2024/1/5 13:05",
        "2024.01.05 13:05:00",
        "2024年1月5日 13:05",
        "２０２４-01-05 13：05",
        "20240105 13:05",
        "202401051305",
        "20240105130500",
        "20240105T130500",
        "2024/1/5 1:05 PM",
    ],
)
def test_ways_to_write_one_minute(text):
    values, problems, _ = parsing.times(pd.Series([text, "2020-02-29"]))
    assert problems.empty
    assert values.tolist() == [pd.Timestamp("2024-01-05 13:05"), pd.Timestamp("2020-02-29")]
    assert values.dtype == "datetime64[us]"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2024-02-30", "is not a date of the calendar"),
        ("2023/2/29", "is not a date of the calendar"),
        ("2024-13-01", "is not a date of the calendar"),
        ("2024-01-05 25:00", "is not a date of the calendar"),
        ("2024/1/5 13:05 PM", "is not a date of the calendar"),
        ("2024", "is not a date"),
        ("2024-01", "is not a date"),
        ("today", "is not a date"),
        ("now", "is not a date"),
        ("45296", "is not a date"),
        ("1704412800", "is not a date"),
        (
            "05.01.24",
            'leaves open which of day, month, year comes first; say so: --time-format "day first" or "month first" '
            'or "year first"',
        ),
        ("9999-12-31", "is a placeholder date, not an event"),
        ("1900-01-01", "is a placeholder date, not an event"),
        ("1970-01-01", "is a placeholder date, not an event"),
        ("0000-00-00", "is a placeholder date, not an event"),
        ("n/a", "is empty"),
        ("", "is empty"),
        ("NULL", "is empty"),
        ("2024-01-05T13:05Z", "has a time zone, other rows have none"),
        (
            "03/04/2024",
            'leaves open whether the day or the month comes first; say so: --time-format "day first" or "month first"',
        ),
    ],
)
def test_what_is_no_time_says_why(text, why):
    values, problems, _ = parsing.times(pd.Series(["2024-01-01", text], index=[2, 3]))
    assert problems.to_dict() == {3: why}


@pytest.mark.parametrize(
    ("texts", "days", "notes"),
    [
        (["31/01/2024", "03/04/2024"], ["2024-01-31", "2024-04-03"], ["dates read with the day first"]),
        (["01/31/2024", "03/04/2024"], ["2024-01-31", "2024-03-04"], ["dates read with the month first"]),
        (
            ["31.01.2024 8:00", "2024-02-01"],
            ["2024-01-31 08:00", "2024-02-01"],
            ["dates read with the day first"],
        ),
    ],
)
def test_the_column_decides_whether_day_or_month_is_first(texts, days, notes):
    values, problems, remarks = parsing.times(pd.Series(texts))
    assert problems.empty
    assert values.tolist() == [pd.Timestamp(day) for day in days]
    assert remarks == notes


@pytest.mark.parametrize(
    ("texts", "row", "why"),
    [
        (["31/01/2024", "01/31/2024", "30/01/2024"], 1, "has the month first, other rows the day"),
        (["01/31/2024", "31/01/2024", "01/30/2024"], 1, "has the day first, other rows the month"),
    ],
)
def test_a_column_with_both_orders_is_a_problem(texts, row, why):
    assert parsing.times(pd.Series(texts))[1].to_dict() == {row: why}


def test_zones_become_utc_and_are_noted():
    values, problems, notes = parsing.times(pd.Series(["2024-01-05T13:05+08:00", "2024/1/5 5:05 Z"]))
    assert problems.empty
    assert values.tolist() == [pd.Timestamp("2024-01-05 05:05")] * 2
    assert notes == ["times with a zone converted to UTC"]


@given(st.lists(st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2099, 12, 30)), min_size=1))
def test_iso_times_come_back_to_the_microsecond(times):
    values, problems, _ = parsing.times(pd.Series([t.isoformat() for t in times]))
    assert problems.empty
    assert values.dt.to_pydatetime().tolist() == times


def test_typed_times():
    column = pd.Series(pd.to_datetime(["2024-01-05 13:05", None])).dt.tz_localize("Asia/Shanghai")
    values, problems, notes = parsing.times(column)
    assert values[0] == pd.Timestamp("2024-01-05 05:05")
    assert problems.to_dict() == {1: "is empty"}
    assert notes == ["times with a zone converted to UTC"]
    assert parsing.times(pd.Series([dt.date(2024, 1, 5)]))[0][0] == pd.Timestamp("2024-01-05")
    assert parsing.times(pd.Series([20240105]))[0][0] == pd.Timestamp("2024-01-05")


ROUNDED = "is an identifier that a spreadsheet has rounded; export the column as text"


def test_identifiers_stay_text():
    values, problems, notes = parsing.ids(pd.Series(["007", " a ", "1.5", "客户1"]))
    assert values.tolist() == ["007", "a", "1.5", "客户1"]
    assert problems.empty
    assert notes == ["surrounding spaces removed in 1 row"]


def test_whole_floats_are_identifiers_without_the_point():
    values, problems, _ = parsing.ids(pd.Series([1.0, np.nan, 3.0]))
    assert values.tolist() == ["1", "", "3"]
    assert problems.to_dict() == {1: "is empty"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((text, "is empty") for text in ("", "\\N", "n/a", "None", "-", "#N/A", "NaN", "null")),
        *((text, ROUNDED) for text in ("1.38E+10", "4.53E15", "1.38e+10", "1,38E+10", "4E+15")),
        ("#REF!", "is an error of a spreadsheet, not an identifier"),
    ],
)
def test_what_is_no_identifier_says_why(text, why):
    assert parsing.ids(pd.Series(["a", text]))[1].to_dict() == {1: why}
