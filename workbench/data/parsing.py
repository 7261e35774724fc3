"""Columns of text to identifiers, numbers and times, by the format that the whole column shows.

Each function takes a pandas Series of str (or of the type that a Parquet or Excel file has) and gives the
values, the reason (by index) for every one that could not be read, and notes on what was decided for the whole
column. What one value leaves open, the rest of its column decides; what that leaves open too is a problem that
names the option, not a guess.
"""

from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from workbench.data.formats import (
    IdRule,
    NumberFormat,
    TimeFormat,
    Unclear,
    count_shapes,
    id_shape,
    number_shape,
    recognise_ids,
    recognise_numbers,
    recognise_times,
    time_shape,
)
from workbench.data.formats.ids import FLOAT
from workbench.data.formats.layouts import why_no_time
from workbench.data.formats.numbers import TOO_LARGE, readings, why_not
from workbench.data.formats.shapes import AROUND, FULL_WIDTH, MISSING_WORDS, TO_NARROW, is_missing

EITHER = ", though they could be decimal marks"
EXACT = 2**53  # above, a float stands for several whole numbers
ZONE = r"(?:Z|[+-]\d{2}:?\d{2})"
ISO = rf"\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,9}})?)?{ZONE}?)?"
POINT_FOR_SURE = r"^\s*[+-]?0*\.|\.\d{0,2}\s*$|\.\d{4}|\d{4}\.|\.\d*[eE]"
PLACEHOLDER = "is a placeholder date, not an event"
FIRST, END, FAR = np.datetime64("1970-01-02"), np.datetime64("2100-01-01"), np.datetime64("2099-12-31")


class Parsed(NamedTuple):
    """The values of a column, why by index some could not be read, and what was decided for all of them."""

    values: pd.Series
    problems: pd.Series
    notes: list[str]


class Texts(NamedTuple):
    """The different texts of a column, in the order of their first rows, and which each row has.

    ``frame`` has them as written (``text``), without what nobody sees (``bare``) and in lower case with plain
    digits (``low``).
    """

    frame: nw.DataFrame
    codes: np.ndarray
    full_width: bool

    def spread(self, values):
        """Give each row what its text has."""
        return np.asarray(values)[self.codes]


def _texts(text):
    """Take each different text once: dates, amounts and ids repeat, and reading takes the time."""
    codes, different = pd.factorize(text)
    different = pd.Series(different, dtype="str")
    # Looking is quicker than replacing.
    bare_text = (
        different.str.replace(AROUND, "", regex=True) if different.str.contains(AROUND).any() else different
    )
    wide = bool(bare_text.str.contains(f"[{FULL_WIDTH}]").any())
    low = bare_text.str.translate(TO_NARROW) if wide else bare_text
    frame = {"text": different, "bare": bare_text, "low": low.str.lower()}
    frame |= {"row": np.arange(len(different)), "count": np.bincount(codes, minlength=len(different))}
    return Texts(nw.from_native(pd.DataFrame(frame), eager_only=True), codes, wide)


def _shapes(texts, shape):
    """Shapes of the texts that are not missing, and the shape of each text."""
    known = texts.frame.with_columns(shape=nw.when(~is_missing("low")).then(shape).otherwise(None))
    counts = count_shapes(known, nw.col("shape"), "text", row="row", weight="count")
    return counts, known["shape"].to_native()


def _reasons(texts, shape_of, bad, why):
    """Reasons by position of a text: "is empty", else `why` of its shape."""
    missing = shape_of.isna().to_numpy()
    reasons = np.full(len(shape_of), None, dtype=object)
    reasons[missing] = "is empty"
    rest = shape_of[~missing & bad]
    by_shape = {shape: why(shape) for shape in rest.unique()}
    reasons[rest.index] = rest.map(by_shape)
    return texts.spread(reasons)


def _problems(reasons, index):
    problems = pd.Series(reasons, index=index, dtype=object)
    return problems[problems.notna()]


def _as_text(column):
    """Texts as they are, whole floats without their ".0", other types as Python prints them."""
    if isinstance(column.dtype, pd.StringDtype) and not column.hasnans:
        return column.astype("str")
    present = column.dropna()
    if pd.api.types.is_float_dtype(column) and present.mod(1).eq(0).all() and present.abs().lt(2.0**63).all():
        present = present.astype("int64")
    elif present.dtype == object:
        # An Excel file has whole floats among its texts.
        whole = present.map(lambda v: isinstance(v, float) and v.is_integer() and abs(v) < EXACT)
        present = present.where(~whole, present[whole].map(int)) if whole.any() else present
    return present.map(str).reindex(column.index, fill_value="").astype("str")


def ids(text: pd.Series) -> Parsed:
    """Read identifiers as they are written, leading zeros too; only what nobody sees around them goes.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    values : pandas.Series of str
    problems : pandas.Series of str
        Why, by index, where a text is empty or a number that a spreadsheet or a float has rounded.
    notes : list of str
        How many changed by which rule, and whether some differ in case only.

    Examples
    --------
    >>> ids(pd.Series(["007 ", ""]))[1].to_dict()
    {1: 'is empty'}
    >>> ids(pd.Series(["17850.0", "17850"]))[2]
    ['17850.0 taken as 17850: 1 row with .0 at its end; 1 identifier written both ways']
    """
    typed = _typed_ids(text)
    if isinstance(typed, Parsed):
        return typed
    if _plain_ids(typed):
        return Parsed(typed, pd.Series(dtype=object), [])
    texts = _texts(typed)
    shapes, shape_of = _shapes(texts, id_shape("low"))
    rule = recognise_ids(shapes)
    notes, concerned, why = [], set(), ""
    if isinstance(rule, Unclear):
        concerned, why, rule = {s.shape for s in rule.shapes}, rule.why, IdRule()
    read = texts.frame.select(rule.expr("text").alias("id"))["id"].to_native().fillna("").astype("str")
    reasons = _reasons(texts, shape_of, shape_of.isin(concerned).to_numpy(), lambda _: why)
    notes += _id_notes(texts, read, rule)
    return Parsed(
        pd.Series(texts.spread(read), index=text.index, name=text.name, dtype="str"),
        _problems(reasons, text.index),
        notes,
    )


def _typed_ids(column):
    """Texts of the identifiers, or why a column of another type has none."""
    kind = pd.api.types
    if kind.is_float_dtype(column):
        far = column.abs().ge(EXACT)
        if far.any():
            why = "was rounded when it became a floating-point number; write the identifiers as text or whole numbers"
            problems = pd.Series(why, index=column.index[far], dtype=object)
            problems = pd.concat(
                [problems, pd.Series("is empty", index=column.index[column.isna()])]
            ).sort_index()
            return Parsed(_as_text(column), problems, [])
    elif kind.is_bool_dtype(column) or kind.is_datetime64_any_dtype(column):
        what = "true or false" if kind.is_bool_dtype(column) else "a date"
        why = f"is {what}, not an identifier; map another column"
        return Parsed(_as_text(column), pd.Series(why, index=column.index, dtype=object), [])
    return _as_text(column)


def _plain_ids(text):
    """Whether all are letters before digits, of one case: nothing to remove, to doubt or to note."""
    if not text.str.contains("^[A-Za-z_#-]{0,20}[0-9]{1,24}$").all():
        return False
    return not (text.str.contains("[a-z]").any() and text.str.contains("[A-Z]").any())


def _id_notes(texts, read, rule):
    text, count = texts.frame["text"].to_native(), texts.frame["count"].to_numpy()
    notes = []
    around = text.str.contains(AROUND).to_numpy() & ~text.str.fullmatch(r"\s*").to_numpy()
    if around.any():
        notes.append(f"surrounding spaces removed in {count[around].sum()} rows")
    if rule.whole_floats:
        bare = text.str.replace(AROUND, "", regex=True)
        floats = bare.str.contains(FLOAT)
        both = read[floats][read[floats].isin(read[~floats])].nunique()
        n = int(count[floats.to_numpy()].sum())
        notes.append(
            f"17850.0 taken as 17850: {n} row{'s' * (n != 1)} with .0 at {'their' if n != 1 else 'its'} end"
            + (f"; {both} identifier{'s' * (both != 1)} written both ways" if both else "")
        )
    different = pd.Series(read.unique())
    folded = different.str.lower()
    alike = different[folded.duplicated(keep=False).to_numpy()]
    if len(alike):
        first = alike.iloc[0]
        other = alike[(alike.str.lower() == first.lower()) & (alike != first)].iloc[0]
        notes.append(
            f"{len(alike)} identifiers differ in case only and are kept apart, e.g. {first!r} and {other!r}"
        )
    return notes


def kinds(text: pd.Series) -> Parsed:
    """Read the names of kinds, such as types of events: as written, without surrounding spaces.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    values : pandas.Series of str
    problems : pandas.Series of str
        Where a text is empty.
    notes : list of str

    Examples
    --------
    >>> kinds(pd.Series(["click ", "-"]))[1].to_dict()
    {1: 'is empty'}
    """
    text = _as_text(text)
    values = text.str.replace(AROUND, "", regex=True)
    n = int((values != text).sum())
    problems = pd.Series("is empty", index=text.index[values.str.lower().isin(MISSING_WORDS)], dtype=object)
    return Parsed(values, problems, [f"surrounding spaces removed in {n} rows"] if n else [])


def numbers(text: pd.Series, *, decimal: str | None = None) -> Parsed:
    """Read numbers: marks of thousands and decimals, currencies, 5-, (5), 5 DR, full-width digits.

    Whether a point or a comma marks decimals is decided by the column; where all its marks could do either,
    these are problems that name the option. Only one currency may occur.

    Parameters
    ----------
    text : pandas.Series of str
    decimal : {".", ",", "point", "comma"}, optional
        The decimal mark, where the user says it.

    Returns
    -------
    values : pandas.Series of float64
        Not finite where there is a problem.
    problems : pandas.Series of str
        Why, by index.
    notes : list of str
        How commas and points were read, where they were decided, and the currency.

    Raises
    ------
    ValueError
        If `decimal` is no decimal mark.

    Examples
    --------
    >>> numbers(pd.Series(["1,234.50", "¥ 8", "(2)", "abc"]))[0].tolist()
    [1234.5, 8.0, -2.0, nan]
    >>> numbers(pd.Series(["1.234", "950"]), decimal=",")[0].tolist()
    [1234.0, 950.0]
    """
    if (plain := _plain_numbers(text, decimal)) is not None:
        return plain
    typed = text.map(_is_number) if text.dtype == object else None
    texts = _texts(_as_text(text if typed is None else text.mask(typed)))
    shapes, shape_of = _shapes(texts, number_shape("bare"))
    chosen = recognise_numbers(shapes, decimal=decimal)
    concerned, why = set(), ""
    if isinstance(chosen, Unclear):
        concerned, why, chosen = {s.shape for s in chosen.shapes}, chosen.why, NumberFormat(None)
    read = texts.frame.select(chosen.expr("text").alias("v"))["v"].to_numpy()
    reasons = _reasons(
        texts, shape_of, np.isnan(read), lambda s: why if s in concerned else why_not(s, chosen)
    )
    text_of = texts.spread(texts.frame["text"].to_native())
    values = pd.Series(texts.spread(read), index=text.index, name=text.name, dtype="float64")
    infinite = pd.Series(text_of).str.fullmatch(r"(?i)\s*[+-]?inf(inity)?\s*").to_numpy()
    reasons[infinite | np.isinf(values.to_numpy())] = "is not finite"
    if typed is not None and typed.any():
        values[typed] = text[typed].astype("float64")
        reasons[typed.to_numpy()] = None
    return Parsed(values, _problems(_sizes(values, reasons), text.index), _number_notes(shapes, chosen))


def _is_number(value):
    return not isinstance(value, (str, bool, np.bool_)) and np.isreal(value) and value == value  # not NaN


def _plain_numbers(text, decimal):
    """Numbers of a column without any dress, which needs no look at shapes; None for others."""
    typed = pd.api.types.is_numeric_dtype(text) and not pd.api.types.is_bool_dtype(text)
    values = pd.to_numeric(text if typed else _as_text(text), errors="coerce").astype("float64")
    if typed:
        reasons = np.where(values.isna(), "is empty", None).astype(object)
        reasons[np.isinf(values)] = "is not finite"
        return Parsed(values, _problems(_sizes(values, reasons), text.index), [])
    if decimal is not None or text.dtype == object or not np.isfinite(values).all():
        return None
    # All are numbers if the point marks decimals; one that can be nothing else decides it.
    some = text.iloc[:1000].str.contains(POINT_FOR_SURE).any()
    if not some and text.str.contains(".", regex=False).any() and not text.str.contains(POINT_FOR_SURE).any():
        return None
    return Parsed(values, _problems(_sizes(values, np.full(len(values), None, dtype=object)), text.index), [])


def _sizes(values, reasons):
    large = (values.abs() > TOO_LARGE).to_numpy() & pd.isna(reasons)
    reasons[large & np.isfinite(values.to_numpy())] = "is too large for a sum (more than 10^15)"
    return reasons


def _number_notes(shapes, chosen):
    """What was decided on commas and points, and the currency."""
    notes = []
    read = [s.shape for s in shapes if readings(s.shape, chosen.currency)]
    if chosen.decimal == "." and "," in chosen.groups:
        notes.append("commas read as thousands separators")
    elif chosen.decimal == "," and any("," in shape or "，" in shape for shape in read):
        notes.append("commas read as decimal marks")
    if chosen.decimal == "," and "." in chosen.groups:
        notes.append("points read as thousands separators")
    return notes + ([f"amounts are in {chosen.currency}"] if chosen.currency else [])


def times(text: pd.Series, *, time_format: str | None = None) -> Parsed:
    """Read dates and times in the format that the column shows, or in the one that is given.

    Parameters
    ----------
    text : pandas.Series of str
    time_format : str, optional
        strptime formats or "epoch s", "epoch ms", "epoch us", "epoch ns", "excel", "excel1904", separated by
        bars; or "day first", "month first", "year first" for what the column leaves open.

    Returns
    -------
    values : pandas.Series of datetime64[us]
        Without time zone, in UTC where one is written; NaT where there is a problem.
    problems : pandas.Series of str
        Why, by index: no date, no such date, a placeholder such as 9999-12-31, what is left open with the
        option that decides, zone missing.
    notes : list of str

    Raises
    ------
    ValueError
        If `time_format` is no format.

    Examples
    --------
    >>> times(pd.Series(["31/01/2024", "01/02/2024 13:05"]))[0].astype(str).tolist()
    ['2024-01-31 00:00:00', '2024-02-01 13:05:00']
    >>> times(pd.Series(["03/04/24"]), time_format="%d/%m/%y")[0].astype(str).tolist()
    ['2024-04-03']
    """
    if pd.api.types.is_datetime64_any_dtype(text):
        return _typed_times(text)
    typed = pd.api.types.is_numeric_dtype(text) and not pd.api.types.is_bool_dtype(text)
    column = _as_text(text)
    if time_format is None and not typed and (plain := _iso_times(column)) is not None:
        return _without_placeholders(*plain)
    texts = _texts(column)
    shapes, shape_of = _shapes(texts, time_shape("low"))
    chosen = recognise_times(shapes, time_format=time_format, typed=typed, full_width=texts.full_width)
    concerned, why = set(), ""
    if isinstance(chosen, Unclear):
        concerned, why = {s.shape for s in chosen.shapes}, chosen.why
        chosen = recognise_times([s for s in shapes if s.shape not in concerned], typed=typed)
        chosen = TimeFormat(()) if isinstance(chosen, Unclear) else chosen
    us, fits = _microseconds(texts, chosen)
    reason = why_no_time if time_format is None or "%" not in time_format else _not_in(time_format)
    reasons = _reasons(texts, shape_of, ~fits, lambda s: why if s in concerned else reason(s, chosen))
    values = pd.Series(texts.spread(us).view("datetime64[us]"), index=text.index, name=text.name)
    values = values.mask(pd.notna(reasons))
    notes = list(chosen.notes)
    zoned = _zoned(texts, chosen, fits)
    if zoned.any() and not zoned[pd.isna(reasons)].all():
        reasons[zoned & pd.isna(reasons)] = "has a time zone, other rows have none"
        notes = [note for note in notes if "zone" not in note]
    return _without_placeholders(values, _problems(reasons, text.index), notes, texts)


def _not_in(time_format):
    return lambda shape, chosen: f"is not in the time format {time_format}"


def _microseconds(texts, chosen):
    read = chosen.read(texts.frame, "low")
    return read["us"].to_numpy().astype("int64"), read["fits"].to_numpy().astype(bool)


def _zoned(texts, chosen, fits):
    """Rows whose text has a time zone."""
    with_zone = tuple(pattern for pattern in chosen.patterns if "%z" in pattern)
    if not with_zone or len(with_zone) == len(chosen.patterns):
        return np.zeros(len(texts.codes), dtype=bool)
    return texts.spread(fits & _microseconds(texts, TimeFormat(with_zone, chosen.full_width))[1])


def _iso_times(text):
    """Times of a column that is in ISO 8601 throughout, the common case; None for others."""
    if not text.str.fullmatch(ISO).all():
        return None
    zoned = text.str.contains(rf":\d\d.*{ZONE}$", regex=True)
    if zoned.any() and not zoned.all():
        return None
    values = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=bool(zoned.any()))
    values = (values.dt.tz_localize(None) if zoned.any() else values).astype("datetime64[us]")
    if values.isna().any():  # no such day, or 24:00
        return None
    return values, pd.Series(dtype=object), ["times with a zone converted to UTC"] if zoned.any() else []


def _typed_times(column):
    zoned = column.dt.tz is not None
    values = (column.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else column).astype("datetime64[us]")
    problems = pd.Series("is empty", index=column.index[column.isna()], dtype=object)
    return _without_placeholders(values, problems, ["times with a zone converted to UTC"] if zoned else [])


def _without_placeholders(values, problems, notes, texts=None):
    """Tell dates that stand for "open" or "not known" from events, by their years."""
    inside = (values >= FIRST) & (values < FAR)
    odd = ~(inside | values.isna())
    if texts is not None:
        zero = texts.spread(texts.frame["text"].to_native().str.contains(r"^\s*0000[-/.]?00[-/.]?00\b"))
        odd |= zero
    if odd.any():
        problems = pd.concat(
            [
                problems.drop(problems.index.intersection(odd.index[odd])),
                pd.Series(PLACEHOLDER, index=odd.index[odd]),
            ]
        )
        problems, values = problems.sort_index(), values.mask(odd)
    return Parsed(values, problems, notes)


def recognise(kind: str, text: pd.Series, **options) -> NumberFormat | TimeFormat | IdRule | Unclear:
    """Say in which format a column is, read as numbers, times or identifiers.

    Parameters
    ----------
    kind : {"number", "time", "id"}
    text : pandas.Series of str
    **options
        ``decimal`` for numbers, ``time_format`` for times.

    Returns
    -------
    NumberFormat, TimeFormat, IdRule or Unclear

    Examples
    --------
    >>> recognise("number", pd.Series(["0,5", "1.234,50"])).described
    'numbers with a decimal comma, points for thousands'
    """
    shape = {"number": number_shape("bare"), "time": time_shape("low"), "id": id_shape("low")}[kind]
    decide = {"number": recognise_numbers, "time": recognise_times, "id": recognise_ids}[kind]
    return decide(_shapes(_texts(_as_text(text)), shape)[0], **options)


def join_times(date: pd.Series, clock: pd.Series) -> pd.Series:
    """Join a column of dates and one of times of day to texts that `times` reads.

    Parameters
    ----------
    date, clock : pandas.Series
        Texts, or typed dates and times; an empty time of day leaves the date alone.

    Returns
    -------
    pandas.Series of str

    Examples
    --------
    >>> join_times(pd.Series(["31.01.2024", "01.02.2024"]), pd.Series(["8:05", ""])).tolist()
    ['31.01.2024 8:05', '01.02.2024']
    """
    if pd.api.types.is_datetime64_any_dtype(date):
        date = date.dt.strftime("%Y-%m-%d")
    if pd.api.types.is_datetime64_any_dtype(clock):
        clock = clock.dt.strftime("%H:%M:%S")
    date, clock = (_as_text(part).str.replace(AROUND, "", regex=True) for part in (date, clock))
    # A spreadsheet writes midnight beside a date, and 1899-12-30 beside a time of day.
    date = date.str.replace(r"[ T]00:00(:00(\.0+)?)?$", "", regex=True)
    clock = clock.str.replace(r"^(1899-12-3[01]|1900-01-0[01])[ T]", "", regex=True)
    none = clock.str.lower().isin(MISSING_WORDS)
    return date.where(none, date + " " + clock).mask(date.str.lower().isin(MISSING_WORDS), "")


def labels(text: pd.Series) -> Parsed:
    """Read texts that may be missing; only surrounding spaces go.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    values : pandas.Series of str
        Missing where empty.
    problems : pandas.Series of str
        None, ever.
    notes : list of str

    Examples
    --------
    >>> labels(pd.Series([" push", ""]))[0].isna().tolist()
    [False, True]
    """
    values = _as_text(text).str.replace(AROUND, "", regex=True)
    return Parsed(values.mask(values.str.lower().isin(MISSING_WORDS)), pd.Series(dtype=object), [])


PARSERS = {"customer_id": ids, "event_type": kinds, "event_time": times, "amount": numbers}
PARSERS |= {"source": labels, "item": labels}
# Problems of one cell, not of how a column is to be read.
UNREADABLE = ("is empty", "is not a date", "is not a date of the calendar", PLACEHOLDER)
