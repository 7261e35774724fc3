"""What one value leaves open, its column decides; what that leaves open too is refused, never guessed."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import data
from workbench.data import parsing

CASES = Path(__file__).parent / "own_data"
POINT_OPEN = (
    "leaves open whether the point groups thousands or marks decimals; say so: --decimal . or --decimal ,"
)


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1.234,56", "1.234"], [1234.56, 1234]),
        (["0,5", "1.234"], [0.5, 1234]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["12.34", "1.234"], [12.34, 1.234]),
        (["0.123", "1.234"], [0.123, 1.234]),  # no grouped number begins with 0
        (["1234.567", "1.234"], [1234.567, 1.234]),  # nor has four digits before the mark
        (["12,34,567.89", "1,00,000"], [1234567.89, 100000]),
        (["1'234.50", "1’000"], [1234.5, 1000]),
        (["1\u00a0234,5", "1\u202f234,5", "1 234,5"], [1234.5] * 3),
        (["500.00 CR", "20.00 DR"], [500, -20]),
        (["5,00-", "(5,00)", "–5,00", "+5,00"], [-5, -5, -5, 5]),
        (["Rs. 500", "₹ 12.50"], [500, 12.5]),
        (["R$ 1.234,50", "HK$"], [1234.5, None]),
        (["100 kr", "12,50 kr."], [100, 12.5]),
        (["CHF 1'200.50", "Fr. 5"], [1200.5, 5]),
        (["人民币5元", "￥6"], [5, 6]),
        (["'12.50"], [12.5]),
    ],
)
def test_marks_are_decided_by_the_column(texts, values):
    parsed = parsing.numbers(pd.Series(texts)).values
    assert [None if np.isnan(v) else v for v in parsed] == values


@pytest.mark.parametrize("texts", [["1.234", "950"], ["1.500", "2.250"], ["€ 1.234"], ["-1.234", "(2.000)"]])
def test_a_mark_that_could_be_either_is_refused_naming_the_option(texts):
    problems = parsing.numbers(pd.Series(texts)).problems
    assert problems[0] == POINT_OPEN
    read = parsing.numbers(pd.Series(texts), decimal=",")
    assert read.problems.empty
    assert abs(read.values[0]) in (1234, 1500)
    assert abs(parsing.numbers(pd.Series(texts), decimal="point").values[0]) in (1.234, 1.5)


def test_typed_cells_beside_texts_decide_nothing_and_stay():
    mixed = pd.Series([1.234, "5", None, "1,50", Decimal("2.5"), 1e300], dtype=object)
    values, problems, _ = parsing.numbers(mixed)
    assert values.tolist()[:2] == [1.234, 5]
    assert values[3:5].tolist() == [1.5, 2.5]
    assert problems.to_dict() == {2: "is empty", 5: "is too large for a sum (more than 10^15)"}
    assert parsing.numbers(pd.Series([Decimal("1.234")])).values[0] == 1.234


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["2024-01-05 13:05:00 UTC"], "2024-01-05 13:05"),
        (["2024-01-05 13:05:00+00"], "2024-01-05 13:05"),
        (["2024-01-05 13:05:00 +0000"], "2024-01-05 13:05"),
        (["2024-01-05 08:05:00 -0500", "2024-07-05 08:05:00 -0400"], "2024-01-05 13:05"),
        (["2024-01-05T13:05:00.000Z"], "2024-01-05 13:05"),
        (["2024-01-05 13:05 GMT"], "2024-01-05 13:05"),
        (["1704459900"], "2024-01-05 13:05"),
        (["1704459900.000"], "2024-01-05 13:05"),
        (["1704459900000"], "2024-01-05 13:05"),
        (["1704459900000000"], "2024-01-05 13:05"),
        (["930105", "930126"], "1993-01-05"),
        (["01/13/24", "01/05/24"], "2024-01-13"),
        (["5 Jan 2024"], "2024-01-05"),
        (["Jan 5, 2024"], "2024-01-05"),
        (["05-JAN-24"], "2024-01-05"),
        (["5. Januar 2024", "6. März 2024"], "2024-01-05"),
        (["5 janvier 2024", "6 août 2024"], "2024-01-05"),
        (["5 de enero de 2024"], "2024-01-05"),
        (["Fri, 5 Jan 2024 13:05:00 +0000"], "2024-01-05 13:05"),
        (["2024年1月5日 下午1:05"], "2024-01-05 13:05"),
        (["2024年1月5日13时05分"], "2024-01-05 13:05"),
        (["01/13/2024 1:05 p.m.", "01/14/2024 12 noon"], "2024-01-13 13:05"),
        (["2024-01-04 24:00"], "2024-01-05"),
        (["05.01.2024"], "2024-01-05"),
    ],
)
def test_ways_to_write_times(texts, first):
    values, problems, _ = parsing.times(pd.Series(texts))
    assert problems.empty
    assert values[0] == pd.Timestamp(first)


@pytest.mark.parametrize(
    ("texts", "note"),
    [
        (["05.01.2024"], "dates read with the day first, as is custom where points stand between"),
        (["05-JAN-24"], "two-digit years read as 1970 to 2069"),
        (["1704459900000"], "numbers read as milliseconds since 1970, UTC"),
        (["930126"], "dates read with the year first"),
        (["2024-01-05 13:05:00 UTC"], "times with a zone converted to UTC"),
    ],
)
def test_what_was_decided_is_noted(texts, note):
    assert note in parsing.times(pd.Series(texts)).notes


@pytest.mark.parametrize(
    ("texts", "row", "option"),
    [
        (["03/04/2024", "05/05/2024"], 0, '--time-format "day first" or "month first"'),
        (["07/03/24"], 0, '--time-format "day first" or "month first" or "year first"'),
        (["010203"], 0, '"year first"'),
        (["2024-01-01", "03/04/2024"], 1, "--time-format"),
        (["2024010513", "2024010612"], 0, '--time-format "epoch s", %Y%m%d%H'),
        (["2401051305"], 0, "%y%m%d%H%M"),
        (["45292", "45293.5"], 0, "--time-format excel"),
    ],
)
def test_times_left_open_are_refused_naming_the_option(texts, row, option):
    values, problems, _ = parsing.times(pd.Series(texts))
    assert problems.index[0] == row
    assert option in problems[row]
    assert values[problems.index].isna().all()


@pytest.mark.parametrize(
    ("texts", "time_format", "first"),
    [
        (["03/04/2024"], "day first", "2024-04-03"),
        (["03/04/2024"], "month first", "2024-03-04"),
        (["03/04/24"], "%y/%m/%d", "2003-04-24"),
        (["03/04/24 9:05"], "%d/%m/%y %H:%M", "2024-04-03 09:05"),
        (["45292.5"], "excel", "2024-01-01 12:00"),
        (["43830.5"], "excel1904", "2024-01-01 12:00"),
        (["1704459900"], "epoch s", "2024-01-05 13:05"),
        (["03/04/2024", "2024-01-01"], "%Y-%m-%d | %d/%m/%Y", "2024-04-03"),
    ],
)
def test_times_in_the_format_that_the_user_says(texts, time_format, first):
    values, problems, _ = parsing.times(pd.Series(texts), time_format=time_format)
    assert problems.empty
    assert values[0] == pd.Timestamp(first)


def test_a_text_in_another_format_than_said_is_a_problem():
    problems = parsing.times(pd.Series(["03/04/2024", "2024-01-01"]), time_format="%d/%m/%Y").problems
    assert problems.to_dict() == {1: "is not in the time format %d/%m/%Y"}


def test_serial_numbers_of_a_spreadsheet_are_read_where_the_cells_are_numbers():
    values, _, notes = parsing.times(pd.Series([45292, 45293.5]))
    assert values.tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02 12:00")]
    assert notes == ["numbers read as days of a spreadsheet (45292 is 2024-01-01)"]


def test_date_and_time_of_day_in_two_columns():
    day, clock = pd.Series(["31.01.2024", "01.02.2024", ""]), pd.Series(["8:05", "", "9:00"])
    joined = parsing.join_times(day, clock)
    assert parsing.times(joined).values[:2].tolist() == [
        pd.Timestamp("2024-01-31 08:05"),
        pd.Timestamp("2024-02-01"),
    ]
    typed = parsing.join_times(pd.Series(pd.to_datetime(["2024-01-31"])), pd.Series([dt.time(8, 5)]))
    assert typed.tolist() == ["2024-01-31 08:05:00"]


def test_identifiers_become_one_by_a_stated_rule_only():
    values, problems, notes = parsing.ids(pd.Series(["17850", "17850.0", "\ufeff17850\u3000", "n/a", "-"]))
    assert values.tolist() == ["17850"] * 3 + ["", ""]
    assert problems.to_dict() == {3: "is empty", 4: "is empty"}
    assert notes == [
        "surrounding spaces removed in 1 row",
        "1 row with .0 at its end, read without it; 1 identifier written both ways",
    ]
    assert parsing.ids(pd.Series(["1.0", "1.5"])).values.tolist() == ["1.0", "1.5"]  # versions, not floats
    assert parsing.ids(pd.Series(["4E15", "ab12"])).problems.empty  # one of letters and digits


@pytest.mark.parametrize(
    ("column", "why"),
    [
        (pd.Series([1e20, 1e19]), "was rounded when it became a floating-point number"),
        (pd.Series([9007199254740993.0, np.nan]), "was rounded when it became a floating-point number"),
        (pd.Series([True, False]), "is true or false, not an identifier"),
        (pd.Series(pd.to_datetime(["2024-01-05"])), "is a date, not an identifier"),
        (pd.Series(["2024-01-05", "2024-01-06"]), "is a date, not an identifier"),
    ],
)
def test_columns_that_hold_no_identifiers(column, why):
    assert parsing.ids(column).problems[0].startswith(why)


# Whole columns in a random form: equal, or refused; never different.


def grouped(digits, mark, indian):
    if indian and len(digits) > 3:
        head, tail = digits[:-3], digits[-3:]
        pairs = [head[max(i - 2, 0) : i] for i in range(len(head), 0, -2)]
        return ",".join([*reversed(pairs), tail])
    return f"{int(digits):,}".replace(",", mark)


LOCALES = st.sampled_from(
    [
        (".", ","),
        (",", "."),
        (".", ""),
        (",", ""),
        (".", "'"),
        (",", " "),
        (",", "\u00a0"),
        (".", " "),
        (".", "indian"),
    ]
)
# Most of the sizes are those that leave a mark open.
SIZES = st.one_of(st.integers(1000, 999_999), st.integers(0, 999), st.integers(0, 10**9))
CURRENCIES = st.sampled_from(
    ["{}", "€{}", "{} €", "EUR {}", "¥{}", "{}元", "US$ {}", "{} kr", "Rs. {}", "R$ {}"]
)
SIGNS = st.sampled_from(["-{}", "({})", "{}-", "−{}", "{} DR"])


@settings(deadline=None)
@given(
    st.lists(st.tuples(SIZES, st.booleans()), min_size=1, max_size=4),
    st.sampled_from([0, 3, 0, 3, 2, 1, 4]),
    LOCALES,
    CURRENCIES,
    SIGNS,
)
def test_numbers_of_any_locale_come_back_or_are_refused(numbers, places, locale, currency, sign):
    decimal, group = locale
    plus = "{} CR" if "DR" in sign and any(negative for _, negative in numbers) else "{}"
    texts, expected = [], []
    for whole, negative in numbers:
        text = f"{Decimal(whole).scaleb(-places):.{places}f}"
        expected.append(-float(text) if negative else float(text))
        head, _, tail = text.partition(".")
        text = grouped(head, group, group == "indian") + (decimal + tail if tail else "")
        texts.append((sign if negative else plus).format(currency.format(text)))
    column = pd.Series(texts)
    values, problems, _ = parsing.numbers(column)
    kept = [i for i in column.index if i not in problems.index]
    assert values[kept].tolist() == [expected[i] for i in kept]
    # Said with the option, all are read.
    values, problems, _ = parsing.numbers(column, decimal=decimal)
    assert problems.empty, (texts, problems.to_dict())
    assert values.tolist() == expected


FORMATS = st.sampled_from(
    """%Y-%m-%d %H:%M:%S|%Y/%m/%d %H:%M|%d/%m/%Y %H:%M|%m/%d/%Y %I:%M %p|%d.%m.%Y|%d/%m/%y|%m/%d/%y %H:%M|%y%m%d
    |%d%m%y|%m%d%y|%Y%m%d|%Y%m%d%H%M%S|%y%m%d%H%M|%Y%m%d%H|%d %b %Y|%B %d, %Y|%d-%b-%y|%Y年%m月%d日 %H:%M|%y-%m-%d
    |%Y-%m-%dT%H:%M:%S.%fZ|%Y-%m-%d %H:%M:%S UTC|%d-%m-%Y %H:%M:%S+0000|%a, %d %b %Y %H:%M:%S GMT|%d%m%Y|%m-%d-%Y
    |%d.%m.%y %H:%M""".replace("\n    ", "").split("|")
)


@settings(deadline=None)
@given(
    st.lists(st.datetimes(dt.datetime(1970, 1, 3), dt.datetime(2069, 12, 30)), min_size=1, max_size=8),
    FORMATS,
)
def test_times_in_any_format_come_back_or_are_refused(moments, form):
    texts = [moment.strftime(form) for moment in moments]
    values, problems, _ = parsing.times(pd.Series(texts))
    expected = pd.Series([dt.datetime.strptime(text, form) for text in texts])
    expected = pd.Series([when.replace(tzinfo=None) for when in expected]).astype("datetime64[us]")
    if "%y" in form:  # the standard library reads 69 as 1969
        expected = expected.map(lambda when: when.replace(year=2069) if when.year == 1969 else when)
    kept = [i for i in expected.index if i not in problems.index]
    assert values[kept].tolist() == expected[kept].tolist(), texts


@settings(deadline=None)
@given(
    st.lists(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2037, 1, 1)), min_size=1, max_size=8),
    st.sampled_from([1, 1000, 1_000_000]),
)
def test_counts_since_1970_come_back_or_are_refused(moments, per_second):
    whole = [int(moment.replace(tzinfo=dt.UTC).timestamp()) for moment in moments]
    values, problems, _ = parsing.times(pd.Series([str(n * per_second) for n in whole]))
    kept = [i for i in values.index if i not in problems.index]
    assert values[kept].tolist() == [pd.Timestamp(whole[i], unit="s") for i in kept]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12), min_size=1))
def test_any_texts_are_read_or_refused_without_a_crash(texts):
    for read in (parsing.ids, parsing.kinds, parsing.labels, parsing.numbers, parsing.times):
        values, problems, _ = read(pd.Series(texts, dtype="str"))
        assert len(values) == len(texts)
        assert problems.index.isin(values.index).all()


# Files of the field; where each comes from stands in the README beside it.


def rows(case, file, delimiter=","):
    with open(CASES / case / file, encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, delimiter=delimiter))


def test_ids_written_with_and_without_a_point_are_one():
    log = data.load("telecom", CASES / "c07_float_ids" / "months.csv")
    assert log["customer_id"].nunique() == 60
    assert not log["customer_id"].str.contains(".", regex=False).any()
    assert any("written both ways" in note for note in data.loaded()[-1]["notes"])


def test_german_thousands_are_refused_and_read_with_the_option():
    columns = {"customer_id": "Kunde", "event_time": "Datum", "amount": "Umsatz"}
    with pytest.raises(
        data.DataError, match=r"umsatz.csv: column 'Umsatz' .*'1\.\d{3}' leaves open .*--decimal"
    ):
        data.load("telecom", CASES / "c09_dot_thousands" / "umsatz.csv", columns=columns)
    texts = pd.Series([row["Umsatz"] for row in rows("c09_dot_thousands", "umsatz.csv", ";")])
    assert parsing.numbers(texts, decimal=",").values.tolist() == [int(t.replace(".", "")) for t in texts]


def test_microseconds_of_an_app_are_times():
    columns = {"customer_id": "user_pseudo_id", "event_time": "event_timestamp", "event_type": "event_name"}
    log = data.load("bank_app", CASES / "c12_ga4" / "events.csv", columns=columns, roles=data.EVENT_LOG)
    days = log["event_time"].dt.strftime("%Y%m%d").tolist()
    assert days == [row["event_date"] for row in rows("c12_ga4", "events.csv")]


def test_times_that_end_in_utc_are_those_of_the_file_without():
    columns = {"customer_id": "user_id", "amount": "price"}
    folder = CASES / "c13_rees46"
    zoned = data.load("telecom", folder / "2019-Oct.csv", columns=columns)
    pd.testing.assert_frame_equal(zoned, data.load("telecom", folder / "iso.csv", columns=columns))


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["12,-", "3,50"], [12, 3.5]),
        (["12.-", "CHF 5.50"], [12, 5.5]),
        (["12.–"], [12]),
        (["€ 12,-", "12,- €"], [12, 12]),
        (["12,--", "-12,-", "5,—"], [12, -12, 5]),
        (["1.234,-", "950"], [1234, 950]),  # the mark before the cents decides
        (["12,50-", "12-"], [-12.5, -12]),  # a minus stands behind digits
    ],
)
def test_cents_left_out_are_no_minus(texts, values):
    assert parsing.numbers(pd.Series(texts)).values.tolist() == values


def test_cents_stand_at_the_end_alone():
    assert parsing.numbers(pd.Series(["1,-5"])).problems.to_dict() == {0: "is not a number"}


def test_rows_without_cr_beside_rows_with_it_have_an_open_sign():
    for cells in (["100.00", "40.00 CR", "50.00"], ["100.00", "40.00 DR", "50.00"]):
        problems = parsing.numbers(pd.Series(cells)).problems
        assert problems.index.tolist() == [0, 2]
        assert problems[0].startswith("has neither CR nor DR, which other rows have")
    typed = parsing.numbers(pd.Series([100.0, "40.00 CR"], dtype=object)).problems
    assert typed.index.tolist() == [0], "a number has no CR either"
    read = parsing.numbers(pd.Series(["100.00 CR", "3.00 DR", "0.00"]))
    assert read.values.tolist() == [100, -3, 0]
    assert read.notes == ["CR read as plus, DR as minus; amount=-COLUMN turns it"]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ([1.234, "12,50"], [1.234, 12.5]),
        ([Decimal("1.234"), "7,50"], [1.234, 7.5]),
        ([3.375, "1.234,5"], [3.375, 1234.5]),
    ],
)
def test_a_number_by_type_is_never_read_by_its_neighbours_marks(cells, values):
    assert parsing.numbers(pd.Series(cells, dtype=object)).values.tolist() == values


@pytest.mark.parametrize(
    ("texts", "time_format", "problem"),
    [
        (["31/01/2024", "01/02/2024"], "month first", "is not in the time format month first"),
        (["02/16/2024", "02/03/2024"], "day first", "is not in the time format day first"),
        (["31.01.2024", "01.02.2024"], "month first", "is not in the time format month first"),
        (["31/02/2024", "03/02/2024"], "day first", "is not a date of the calendar"),
    ],
)
def test_an_order_that_the_user_says_is_binding(texts, time_format, problem):
    assert parsing.times(pd.Series(texts), time_format=time_format).problems.to_dict() == {0: problem}


def test_dates_that_a_spreadsheet_has_swapped_are_refused():
    cells = [dt.datetime(2024, 1, 3), dt.datetime(2024, 12, 3), "13/03/2024", "28/03/2024"]
    problems = parsing.times(pd.Series(cells, dtype=object)).problems
    assert problems.index.tolist() == [0, 1]
    assert "swapped day and month" in problems[0]
    problems = parsing.times(pd.Series(cells, dtype=object), time_format="day first").problems
    assert problems.index.tolist() == [0, 1], "what the texts are does not mend the dates"
    sure = pd.Series([dt.datetime(2024, 3, 12), dt.datetime(2024, 3, 25), "13/03/2024"], dtype=object)
    assert parsing.times(sure).values.astype(str).tolist() == ["2024-03-12", "2024-03-25", "2024-03-13"]
    iso = pd.Series([dt.date(2024, 3, 12), "2024-03-13", ""], dtype=object)
    read = parsing.times(iso)
    assert read.values.astype(str).tolist()[:2] == ["2024-03-12", "2024-03-13"]
    assert read.problems.to_dict() == {2: "is empty"}


def test_a_time_with_a_zone_beside_a_date_by_type_is_refused():
    cells = pd.Series([dt.datetime(2024, 3, 25), "2024-03-13T10:00:00Z"], dtype=object)
    assert parsing.times(cells).problems.to_dict() == {0: "has no time zone, other rows have one"}


@pytest.mark.parametrize("text", ["2204-01-05", "1824-01-05", "1960-01-01"])
def test_a_date_out_of_range_is_no_placeholder(text):
    for column in (pd.Series([text]), pd.Series(pd.to_datetime([text], format="mixed").as_unit("s"))):
        assert (
            parsing.times(column).problems[0]
            == "lies outside 1970 to 2099, where no event of a customer can lie"
        )


def test_days_since_1904_are_the_workbooks():
    assert parsing.times(pd.Series([43834]), serials="excel1904").values.astype(str).tolist() == [
        "2024-01-05"
    ]
    assert parsing.times(pd.Series([45296]), serials="excel").values.astype(str).tolist() == ["2024-01-05"]
    assert "--time-format excel" in parsing.times(pd.Series([45296]), serials=None).problems[0]


def test_hours_by_letter_and_word():
    read = parsing.times(pd.Series(["05.01.2024 13h05", "31.01.2024 9:05 Uhr"]))
    assert read.values.astype(str).tolist() == ["2024-01-05 13:05:00", "2024-01-31 09:05:00"]


def test_floats_that_stand_for_several_numbers_are_no_ids():
    for column in (
        pd.Series([62220212345678901.0, 62220212345678902.0]),
        pd.Series([62220212345678901.0, "A1"], dtype=object),
        pd.Series([45300000000000012345.0, 4530000000000001.0]),
    ):
        assert (
            parsing.ids(column).problems[0].startswith("was rounded when it became a floating-point number")
        )
    assert parsing.ids(pd.Series([4530000000000001.0, 17850.0])).problems.empty
