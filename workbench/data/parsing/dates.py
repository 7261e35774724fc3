"""Dates and times, in whatever way a column writes them."""

import numpy as np
import pandas as pd

from workbench.data.parsing.cells import (
    Parsed,
    Read,
    Texts,
    as_text,
    different_texts,
    reasons_of,
    shapes_of,
    spread,
)
from workbench.data.parsing.formats import TimeFormat, Unclear, recognise_times, time_shape
from workbench.data.parsing.formats.layouts import PAIRS, is_against, why_no_time
from workbench.data.parsing.formats.shapes import AROUND, MISSING_WORDS
from workbench.data.parsing.formats.times import ORDERS
from workbench.data.typed import is_time

ZONE = r"(?:Z|[+-]\d{2}:?\d{2})"
ISO = rf"\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,9}})?)?{ZONE}?)?"
SWAPPED = (
    "is a date by its cell's type, and all such days are 12 or less, while other rows are texts such as 13/03/2024: a "
    "spreadsheet has swapped day and month where it could; import the column there as text and save it again"
)
ZONE_MISSING = "has no time zone, other rows have one"
PLACEHOLDER = "is a placeholder date, not an event"
OUTSIDE = "lies outside 1970 to 2099, where no event of a customer can lie"
SENTINELS = np.array(
    ["0001-01-01", "1601-01-01", "1753-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1900-01-02",
     "1970-01-01", "2099-12-31", "2100-01-01", "2199-12-31", "2999-12-31", "3000-01-01", "9998-12-31", "9999-01-01",
     "9999-12-30", "9999-12-31"],
    dtype="datetime64[D]",
)  # fmt: skip
# Before and from these days on a date says "not known" or "open": 1900-01-01, 1970-01-01, 2099-12-31, 9999-12-31.
FIRST, FAR = np.datetime64("1970-01-02", "us"), np.datetime64("2099-12-31", "us")


def times(
    text: pd.Series,
    *,
    time_format: str | None = None,
    serials: str | None = "excel",
    counts: pd.Series | None = None,
) -> Parsed:
    """Read dates and times in the format that the column shows, or in the one that is given.

    Parameters
    ----------
    text : pandas.Series of str
    time_format : str, optional
        strptime formats or "epoch s", "epoch ms", "epoch us", "epoch ns", "excel", "excel1904", separated by
        bars; or "day first", "month first", "year first" for what the column leaves open. What does not fit is a
        problem, never read in another way.
    serials : {"excel", "excel1904", None}
        From when on the spreadsheet counts whose numbers are days.
    counts : pandas.Series of int, optional
        How many rows each cell stands for.

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
    if text.dtype == object and (moments := text.map(is_time)).any():
        return _mixed_times(text, moments, time_format)
    typed = pd.api.types.is_numeric_dtype(text) and not pd.api.types.is_bool_dtype(text)
    column = as_text(text)
    if time_format is None and not typed and (plain := _iso_times(column)) is not None:
        return _without_placeholders(*plain)
    texts = different_texts(column, counts)
    read = read_times(texts, time_format=time_format, typed=typed, serials=serials)
    return spread(texts, read, text, "datetime64[us]")


def read_times(
    texts: Texts, *, time_format: str | None = None, typed: bool = False, serials: str | None = "excel"
) -> Read:
    """Read the different texts of a column as times."""
    shapes, shape_of = shapes_of(texts, time_shape("low"))
    how = {"typed": typed, "serials": serials}
    chosen = recognise_times(shapes, time_format=time_format, full_width=texts.full_width, **how)
    used, why = chosen, {}
    if isinstance(chosen, Unclear):
        why = {s.shape: chosen.why for s in chosen.shapes}
        used = recognise_times([s for s in shapes if s.shape not in why], **how)
        used = TimeFormat(()) if isinstance(used, Unclear) else used
    us, fits = _microseconds(texts, used)
    fits &= ~shape_of.isin(list(why)).to_numpy()  # what is open stays so, though the others' format fits it
    given = time_format is not None and time_format.strip().lower() not in ORDERS
    wrong = f"is not in the time format {time_format}" if given else None
    against = f"is not in the time format {time_format}"
    reasons = reasons_of(
        shape_of,
        ~fits,
        lambda s: why.get(s) or wrong or (against if is_against(s, time_format) else why_no_time(s, used)),
    )
    notes = list(used.notes)
    zoned = _zoned(texts, used, fits)
    if zoned.any() and not zoned[fits].all():
        reasons[zoned] = "has a time zone, other rows have none"
        notes = [note for note in notes if "zone" not in note]
    odd = fits & pd.isna(reasons) & ((us < FIRST.astype("int64")) | (us >= FAR.astype("int64")))
    zero = texts.frame["low"].to_native().str.contains(r"^0000[-/.]?00[-/.]?00(?:[ t]|$)").to_numpy()
    values = us.view("datetime64[us]").copy()
    reasons[odd] = _why_odd(values[odd])
    reasons[zero] = PLACEHOLDER
    values[pd.notna(reasons)] = np.datetime64("NaT")
    return Read(chosen, values, reasons, notes)


def _microseconds(texts, chosen):
    read = chosen.read(texts.frame, "low")
    return read["us"].to_numpy().astype("int64"), read["fits"].to_numpy().astype(bool)


def _zoned(texts, chosen, fits):
    """Which texts have a time zone, where only some formats of the column do."""
    with_zone = tuple(pattern for pattern in chosen.patterns if "%z" in pattern)
    if not with_zone or len(with_zone) == len(chosen.patterns):
        return np.zeros(len(fits), dtype=bool)
    return fits & _microseconds(texts, TimeFormat(with_zone, chosen.full_width))[1]


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
    column = column.mask(
        column.dt.year.gt(9999) | column.dt.year.lt(1), pd.Timestamp("9000-01-01", tz=column.dt.tz)
    )
    values = (column.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else column).astype("datetime64[us]")
    problems = pd.Series("is empty", index=column.index[column.isna()], dtype=object)
    return _without_placeholders(values, problems, ["times with a zone converted to UTC"] if zoned else [])


def _mixed_times(column, moments, time_format):
    """Read a column of which some cells are dates by type and others are texts."""
    certain = pd.Series(column[moments].to_numpy().astype("datetime64[us]"), index=column.index[moments])
    typed, rest = _typed_times(certain), times(column[~moments], time_format=time_format)
    zoned = any("zone" in note for note in rest.notes)
    swapped = (
        SWAPPED
        if certain.dt.day.max() <= 12 and as_text(column[~moments]).str.contains(PAIRS).any()
        else None
    )
    if why := ZONE_MISSING if zoned else swapped:
        typed = Parsed(typed.values, pd.Series(why, index=certain.index, dtype=object), [])
    values = pd.concat([typed.values, rest.values]).reindex(column.index).rename(column.name)
    return Parsed(values, pd.concat([typed.problems, rest.problems]).sort_index(), rest.notes)


def _without_placeholders(values, problems, notes):
    """Tell dates that stand for "open" or "not known" from events, by their years."""
    odd = ~(((values >= FIRST) & (values < FAR)) | values.isna())
    if odd.any():
        why = pd.Series(_why_odd(values[odd].to_numpy()), index=odd.index[odd], dtype=object)
        problems = pd.concat([problems, why]).sort_index()
        values = values.mask(odd)
    return Parsed(values, problems, notes)


def _why_odd(days):
    """Why each of some times is no event: a day that stands for "open", or any other day out of range."""
    return np.where(np.isin(days.astype("datetime64[D]"), SENTINELS), PLACEHOLDER, OUTSIDE).astype(object)


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
    date, clock = (as_text(part).str.replace(AROUND, "", regex=True) for part in (date, clock))
    # A spreadsheet writes midnight beside a date, and 1899-12-30 beside a time of day.
    date = date.str.replace(r"[ T]00:00(:00(\.0+)?)?$", "", regex=True)
    clock = clock.str.replace(r"^(1899-12-3[01]|1900-01-0[01])[ T]", "", regex=True)
    none = clock.str.lower().isin(MISSING_WORDS)
    return date.where(none, date + " " + clock).mask(date.str.lower().isin(MISSING_WORDS), "")
