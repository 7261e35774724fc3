"""Formats recognised from shapes, and read alike by every engine."""

import datetime as dt

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pytest

from workbench.data.parsing import formats
from workbench.data.parsing.formats import IdRule, NumberFormat, TimeFormat, Unclear
from workbench.data.parsing.formats.shapes import bare

# Each format with texts of it and, last, one that it must leave out.
NUMBERS = [
    (NumberFormat("."), ["1,234.50", "-3", "(4)", "5-", "1e3", ".5", "20 DR", "7 CR", "x"]),
    (NumberFormat(",", currency="EUR"), ["1.234,50 €", "EUR -5", "- 12,5", "1.2.3"]),
    (NumberFormat(".", currency="INR"), ["₹12,34,567.89", "Rs. 500", "12,34,56"]),
    (NumberFormat(".", full_width=True), ["１，２３４．５", "－6", "½"]),
    (NumberFormat("."), ["1'234.50", "1\u00a0234", "'9", None]),
]
NUMBER_VALUES = [
    [1234.5, -3, -4, -5, 1000, 0.5, -20, 7, None],
    [1234.5, -5, -12.5, None],
    [1234567.89, 500, None],
    [1234.5, -6, None],
    [1234.5, 1234, 9, None],
]
NOON = dt.datetime(2024, 1, 5, 12)
TIMES = [
    (TimeFormat(("%d/%m/%Y %H:%M",)), ["05/01/2024 12:00", "5/1/2024 9:30", "31/02/2024 12:00"]),
    (
        TimeFormat(("%Y-%m-%d %H:%M:%S%z",)),
        ["2024-01-05 12:00:00 UTC", "2024-01-05 07:00:00.25-05:00", "2024-01-05"],
    ),
    (
        TimeFormat(("%d-%b-%y %I:%M %p",)),
        ["05-JAN-24 12:00 PM", "29-Feb-24 12:05 a.m.", "05-Jan-24 13:00 pm"],
    ),
    (
        TimeFormat(("%Y年%m月%d日 %p%I:%M",)),
        ["2024年1月5日 中午12:00", "2024年1月5日 下午3:05", "2024年1月5日"],
    ),
    (TimeFormat(("%Y-%m-%d", "%d.%m.%Y")), ["2024-02-29", "31.12.2023", "2023-02-29"]),
    (TimeFormat(("%Y-%m-%d %H:%M",)), ["2024-01-05 24:00", "2024-01-05 24:01"]),
    (TimeFormat(("epoch s",)), ["1704456000", "1704456000.5", "soon"]),
    (TimeFormat(("epoch ms",)), ["1704456000123", None]),
    (TimeFormat(("epoch us",)), ["1704456000123456", ""]),
    (TimeFormat(("epoch ns",)), ["1704456000123456789", "-"]),
    (TimeFormat(("excel",)), ["45296.5", "x"]),
    (TimeFormat(("excel1904",)), ["43834.5", "x"]),
]
MIDNIGHT = dt.datetime(2024, 1, 5)
TIME_VALUES = [
    [NOON, NOON.replace(hour=9, minute=30), None],
    [NOON, NOON.replace(microsecond=250_000), None],
    [NOON, dt.datetime(2024, 2, 29, 0, 5), None],
    [NOON, NOON.replace(hour=15, minute=5), None],
    [dt.datetime(2024, 2, 29), dt.datetime(2023, 12, 31), None],
    [MIDNIGHT + dt.timedelta(days=1), None],
    [NOON, NOON.replace(microsecond=500_000), None],
    [NOON.replace(microsecond=123_000), None],
    [NOON.replace(microsecond=123_456), None],
    [NOON.replace(microsecond=123_456), None],
    [NOON, None],
    [NOON, None],
]
ENGINES = {
    "pandas": lambda texts: pd.DataFrame({"c": texts, "row": range(len(texts))}),
    "polars": lambda texts: pl.LazyFrame({"c": texts, "row": range(len(texts))}),
    "duckdb": lambda texts: duckdb.from_arrow(
        pl.DataFrame({"c": texts, "row": range(len(texts))}).to_arrow()
    ),
}


def read(engine, texts, expr):
    frame = nw.from_native(ENGINES[engine](texts)).select("row", v=expr).lazy().collect("pandas")
    values = frame.sort("row").to_native()["v"]
    return [None if pd.isna(value) else value for value in values]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("case", "values"), list(zip(NUMBERS, NUMBER_VALUES, strict=True)))
def test_numbers_read_alike_by_every_engine(engine, case, values):
    form, texts = case
    assert read(engine, texts, form.expr("c")) == values


def times(texts, form, frame=pd.DataFrame):
    low = bare("c", full_width=form.full_width).str.to_lowercase()
    done = form.read(nw.from_native(frame({"c": texts})).select(c=low), "c")
    moments = [dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=us) for us in done["us"].to_list()]
    return [at if fits else None for at, fits in zip(moments, done["fits"].to_list(), strict=True)]


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize(("case", "values"), list(zip(TIMES, TIME_VALUES, strict=True)))
def test_times_read_alike_in_every_frame(frame, case, values):
    form, texts = case
    assert times(texts, form, frame) == values


@pytest.mark.parametrize("engine", ENGINES)
def test_identifiers_read_alike_by_every_engine(engine):
    texts = [" 007\u200b", "17850.0", "1.50", "n/a", None]
    assert read(engine, texts, IdRule(whole_floats=True).expr("c")) == ["007", "17850", "1.50", None, None]
    assert read(engine, texts, IdRule().expr("c"))[1] == "17850.0"


@pytest.mark.parametrize("engine", ENGINES)
def test_shapes_are_counted_alike_by_every_engine(engine):
    texts = ["31/01/2024", "05/05/2024", "01/02/2024", "1704412800", "soon"]
    frame = nw.from_native(ENGINES[engine](texts)).with_columns(low=bare("c").str.to_lowercase())
    counts = formats.count_shapes(frame, formats.time_shape("low"), "c", row="row")
    assert [(s.shape, s.count, s.row) for s in counts] == [
        ("99/99/9999|dmy", 1, 0),
        ("99/99/9999|mmy=", 1, 1),
        ("99/99/9999|mmy", 1, 2),
        ("9999999999|e", 1, 3),
        ("x", 1, 4),
    ]
    assert formats.recognise_times(counts).patterns == ("%d/%m/%Y",)
    numbers = formats.count_shapes(frame, formats.number_shape("c"), "c", row="row")
    assert [(s.shape, s.count) for s in numbers] == [("99/99/9999", 3), ("9999999999", 1), ("x", 1)]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (NumberFormat(None), "whole numbers"),
        (
            NumberFormat(",", ". ", "EUR"),
            "numbers with a decimal comma, points and blanks for thousands, in EUR",
        ),
        (
            TimeFormat(("%d.%m.%Y %H:%M", "epoch ms")),
            "times as day.month.year hour:minute or milliseconds since 1970",
        ),
        (TimeFormat(("excel1904",)), "times as serial numbers of Excel (since 1904)"),
        (IdRule(True), "identifiers, read without .0 at their end"),
    ],
)
def test_formats_are_described_in_words(form, words):
    assert form.described == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dd/mm/yyyy", r"must be a format such as %d/%m/%Y %H:%M, or one of: epoch s, epoch ms"),
        ("%d/%q/%Y", "unknown field %q"),
        ("%H:%M", "it needs year"),
        ("%d/%m/%d %Y", "%d stands twice"),
        (" | ", "is empty"),
    ],
)
def test_time_formats_that_are_none_are_refused(text, message):
    with pytest.raises(ValueError, match=message):
        formats.parse_time_format(text)


def test_decimal_marks_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"--decimal ';': must be \. or ,"):
        formats.recognise_numbers([], decimal=";")


def test_python_agrees_on_every_format_of_its_own():
    """strptime of the standard library as the judge."""
    moment = dt.datetime(2031, 7, 9, 16, 4, 8, 250)
    for pattern in (
        "%Y-%m-%dT%H:%M:%S.%f",
        "%d %B %Y %I:%M %p",
        "%b %d, %Y",
        "%A, %d %b %y",
        "%Y%m%d%H%M%S",
        "%D %T",
    ):
        text = moment.strftime(pattern)
        python = dt.datetime.strptime(text, pattern.replace("%D", "%m/%d/%y").replace("%T", "%H:%M:%S"))
        assert times([text], TimeFormat((pattern,))) == [python]


def test_what_is_left_open_names_the_first_row():
    shapes = [formats.Shape("999", 3, "950", 2), formats.Shape("9.999", 1, "1.234", 5)]
    unclear = formats.recognise_numbers(shapes)
    assert isinstance(unclear, Unclear)
    assert [(s.example, s.row) for s in unclear.shapes] == [("1.234", 5)]
    assert formats.recognise_numbers(shapes, decimal="comma").decimal == ","
