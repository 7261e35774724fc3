"""Dirty text to identifiers, numbers and times, a whole column at a time.

Each function takes a pandas Series of str (or of the type a Parquet file has) and gives the values, the
reason (by index) for every one that could not be read, and notes on what was decided for the whole column.
What one value leaves open, the rest of its column decides; what that leaves open too is a problem, not a
guess.
"""

import numpy as np
import pandas as pd

MISSING = ("", "NA", "N/A", "#N/A", "<NA>", "NULL", "null", "NaN", "nan", "None", "\\N")
CURRENCIES = {"¥": "CNY", "元": "CNY", "CNY": "CNY", "RMB": "CNY", "$": "USD", "USD": "USD"}
CURRENCIES |= {"€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP"}
CURRENCY = r"(?i)(CNY|RMB|USD|EUR|GBP|[¥元$€£])"
POINT = r"[+-]?(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
COMMA = r"[+-]?(?:(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d*)?|,\d+)"

ZONE = r"(?:Z|[+-]\d{2}:?\d{2})"
ISO = rf"\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,9}})?)?{ZONE}?)?"
CLOCK = (
    rf"(?:[T ]\s*(?P<H>\d{{1,2}}):(?P<M>\d{{2}})(?::(?P<S>\d{{2}})(?P<f>\.\d{{1,9}})?)?"
    rf"\s*(?P<p>[AaPp][Mm])?\s*(?P<z>{ZONE})?)?"
)
YEAR_FIRST = r"^(?P<a>\d{4})[-/.年](?P<b>\d{1,2})[-/.月](?P<c>\d{1,2})日?" + CLOCK + "$"
YEAR_LAST = r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{4})" + CLOCK + "$"
COMPACT = (
    r"^(?P<a>\d{4})(?P<b>\d{2})(?P<c>\d{2})"
    rf"(?:[T ]?(?P<H>\d{{2}}):?(?P<M>\d{{2}})(?::?(?P<S>\d{{2}})(?P<f>\.\d{{1,9}})?)?(?P<z>{ZONE})?)?(?P<p>)$"
)


def _as_text(column):
    """Texts as they are, whole floats without their ".0", other types as Python prints them."""
    if isinstance(column.dtype, pd.StringDtype) and not column.hasnans:
        return column.astype("str")
    present = column.dropna()
    if pd.api.types.is_float_dtype(column) and present.mod(1).eq(0).all():
        present = present.astype("int64")
    return present.map(str).reindex(column.index, fill_value="").astype("str")


def ids(text):
    """Read identifiers as they are written, leading zeros too; only surrounding spaces go.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    values : pandas.Series of str
    problems : pandas.Series of str
        Why, by index, where a text is empty or a number that a spreadsheet has rounded (1.38E+10).
    notes : list of str

    Examples
    --------
    >>> ids(pd.Series(["007 ", ""]))[1].to_dict()
    {1: 'is empty'}
    """
    text = _as_text(text)
    values = text.str.strip()
    n = int((values != text).sum())
    problems = pd.Series(pd.NA, index=text.index, dtype=object)
    problems[values.isin(MISSING)] = "is empty"
    problems[values.str.fullmatch(r"\d(\.\d*)?E\+\d+")] = "is an identifier that a spreadsheet has rounded"
    return values, problems.dropna(), [f"surrounding spaces removed in {n} rows"] if n else []


EITHER = ", though they could be decimal marks"


def numbers(text):
    """Read numbers with thousands separators, decimal commas, currency signs, full-width digits, (5) for −5.

    Commas group thousands or mark decimals, whichever fits more of the column; if both do equally, they group
    thousands. Only one currency may occur.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    values : pandas.Series of float64
        Not finite where there is a problem.
    problems : pandas.Series of str
        Why, by index.
    notes : list of str
        How commas were read, where there were any.

    Examples
    --------
    >>> numbers(pd.Series(["1,234.50", "¥ 8", "(2)", "abc"]))[0].tolist()
    [1234.5, 8.0, -2.0, nan]
    """
    if not pd.api.types.is_numeric_dtype(text) or pd.api.types.is_bool_dtype(text):
        text = _as_text(text)
    values = pd.to_numeric(text, errors="coerce").astype("float64")
    if np.isfinite(values).all():
        return values, pd.Series(dtype=object), []
    text = _as_text(text)
    plain, currency = _plain_numbers(text)
    has_comma = plain.str.contains(",", regex=False)
    as_point, as_comma = plain.str.fullmatch(POINT), plain.str.fullmatch(COMMA)
    decimal_comma = bool(has_comma.any() and as_comma.sum() > as_point.sum())
    fits = as_comma if decimal_comma else as_point
    plain = plain.str.replace("." if decimal_comma else ",", "", regex=False)
    values = pd.to_numeric(plain.str.replace(",", ".", regex=False).where(fits), errors="coerce")
    values = values.astype("float64")
    problems = pd.Series(pd.NA, index=text.index, dtype=object)
    problems[values.isna()] = "is not a number"
    problems[np.isinf(values) | plain.str.fullmatch(r"(?i)[+-]?inf(inity)?")] = "is not finite"
    problems[text.str.strip().isin(MISSING)] = "is empty"
    first = currency.dropna().iloc[0] if currency.notna().any() else None
    problems[currency.notna() & (currency != first)] = f"is in another currency than {first}"
    reading = "decimal marks" if decimal_comma else "thousands separators"
    if not decimal_comma and (as_comma & as_point)[has_comma].all():
        reading += EITHER
    return values, problems.dropna(), [f"commas read as {reading}"] if (has_comma & fits).any() else []


def _plain_numbers(text):
    """Bare numerals as ASCII with their sign in front, and the currency each text names."""
    plain = text.str.normalize("NFKC").str.replace("−", "-", regex=False)
    currency = plain.str.extract(CURRENCY, expand=False).str.upper().map(CURRENCIES)
    plain = plain.str.replace(CURRENCY, "", regex=True, n=1).str.strip()
    plain = plain.str.replace(r"^\((.+)\)$|^(.+)-$", r"-\1\2", regex=True)
    plain = plain.str.replace(r"^([+-])\s+", r"\1", regex=True)
    return plain.str.replace(r"(\d)[\s'’](?=\d{3}(?!\d))", r"\1", regex=True), currency


def times(text):
    """Read dates and times: ISO, 2024/1/5 13:05, 2024年1月5日, 20240105130500, and 31/01/2024 or 01/31/2024.

    Whether day or month stands first is decided by the whole column. Times with a zone become UTC.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    values : pandas.Series of datetime64[us]
        Without time zone; NaT where there is a problem.
    problems : pandas.Series of str
        Why, by index: no date, no such date, order of day and month left open or contradicted, zone missing.
    notes : list of str

    Examples
    --------
    >>> times(pd.Series(["31/01/2024", "01/02/2024 13:05"]))[0].astype(str).tolist()
    ['2024-01-31 00:00:00', '2024-02-01 13:05:00']
    """
    if pd.api.types.is_datetime64_any_dtype(text):
        return _typed_times(text)
    text = _as_text(text)
    iso = text.str.strip()
    problems = pd.Series(pd.NA, index=text.index, dtype=object)
    notes = []
    odd = ~iso.str.fullmatch(ISO)
    if odd.any():
        iso[odd], problems[odd], notes = _to_iso(iso[odd])
    zoned = iso.str.contains(rf":\d\d.*{ZONE}$", regex=True, na=False)
    mixed = bool(zoned.any() and not (zoned | iso.isna()).all())
    values = pd.to_datetime(iso.where(~zoned) if mixed else iso, format="ISO8601", errors="coerce", utc=True)
    values = values.dt.tz_localize(None).astype("datetime64[us]")
    problems[values.isna() & problems.isna()] = "is not a date of the calendar"
    if mixed:
        problems[zoned] = "has a time zone, other rows have none"
    elif zoned.any():
        notes.append("times with a zone converted to UTC")
    problems[text.str.strip().isin(MISSING)] = "is empty"
    return values, problems.dropna(), notes


def _typed_times(column):
    zoned = column.dt.tz is not None
    values = (column.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else column).astype("datetime64[us]")
    problems = pd.Series("is empty", index=column.index[column.isna()], dtype=object)
    return values, problems, ["times with a zone converted to UTC"] if zoned else []


def _to_iso(text):
    """Rewrite dates of other forms as ISO texts; give also the problems and the notes."""
    text = text.str.normalize("NFKC").str.strip()
    iso = pd.Series(pd.NA, index=text.index, dtype=text.dtype)
    problems = pd.Series(pd.NA, index=text.index, dtype=object)
    notes = []
    for pattern in (YEAR_FIRST, COMPACT, YEAR_LAST):
        part = text.str.extract(pattern).loc[lambda d: d["a"].notna()]
        if pattern is YEAR_LAST and len(part):
            day_first, why = _order(part)
            problems[why.index] = why
            if why.empty:
                notes.append(f"dates read with the {'day' if day_first else 'month'} first")
            part = part.rename(columns={"a": "c", "c": "a"} if day_first else {"a": "b", "b": "c", "c": "a"})
        iso[part.index] = _join(part)
    problems[iso.isna()] = "is not a date"
    return iso, problems, notes


def _order(part):
    """Whether the day stands before the month in day/month/year, and the rows that speak against it."""
    a, b = part["a"].astype(int), part["b"].astype(int)
    day_first, month_first = a > 12, b > 12
    if day_first.any() and month_first.any():
        fewer, name = (day_first, "day") if day_first.sum() < month_first.sum() else (month_first, "month")
        other = "month" if name == "day" else "day"
        if name == "month":
            return True, pd.Series(f"has the {name} first, other rows the {other}", index=part.index[fewer])
        return False, pd.Series(f"has the {name} first, other rows the {other}", index=part.index[fewer])
    if not (day_first.any() or month_first.any()) and (a != b).any():
        why = "leaves open whether the day or the month comes first; write 2024-01-31"
        return True, pd.Series(why, index=part.index[a != b])
    return bool(day_first.any()), pd.Series(dtype=object)


def _join(part):
    hour = part["H"].fillna("00")
    half = part["p"].str.upper().replace("", None)
    if half.notna().any():
        number = hour.astype(int)
        turned = (number % 12 + 12 * (half == "PM")).astype(str)
        # 13 PM and 0 AM do not exist; hour 99 makes the date invalid.
        hour = hour.where(half.isna(), turned.where(number.between(1, 12), "99"))
    date = part["a"] + "-" + part["b"].str.zfill(2) + "-" + part["c"].str.zfill(2)
    clock = hour.str.zfill(2) + ":" + part["M"].fillna("00") + ":" + part["S"].fillna("00")
    return date + "T" + clock + part["f"].fillna("") + part["z"].fillna("")


def labels(text):
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
    values = _as_text(text).str.strip()
    return values.mask(values.isin(MISSING)), pd.Series(dtype=object), []


PARSERS = {"customer_id": ids, "event_type": ids, "event_time": times, "amount": numbers}
PARSERS |= {"source": labels, "item": labels}
# Problems of one cell, not of how a column is to be read.
UNREADABLE = ("is empty", "is not a date", "is not a date of the calendar")
