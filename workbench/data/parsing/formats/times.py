"""Times by format: what Python's strptime takes, counts since 1970 and days of a spreadsheet.

Everything becomes microseconds since 1970 by whole-number arithmetic, since engines differ in the formats they
parse, in what they do with 30 February, and in time zones.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

import narwhals as nw

from workbench.data.parsing.formats.words import EVENING, HALF, MONTH, MONTHS, WEEKDAY, ZONE

BLANK = "[ \t\u00a0\u2000-\u200a\u202f\u3000]"
EPOCHS = {"epoch s": (11, 6), "epoch ms": (14, 3), "epoch us": (17, 0), "epoch ns": (18, -3)}
UNITS = {
    "epoch s": "seconds",
    "epoch ms": "milliseconds",
    "epoch us": "microseconds",
    "epoch ns": "nanoseconds",
}
EXCEL = {"excel": 25_569, "excel1904": 24_107}  # the serial number of 1970-01-01
ORDERS = ("day first", "month first", "year first")
DAY = 86_400_000_000
PIVOT = 70  # two-digit years below it are of this century
# Field: pattern and, where fixed, width.
FIELDS = {
    "Y": ("[0-9]{4}", 4), "y": ("[0-9]{2}", 2), "m": ("[0-9]{1,2}", None), "d": ("[0-9]{1,2}", None),
    "H": ("[0-9]{1,2}", None), "I": ("[0-9]{1,2}", None), "M": ("[0-9]{2}", 2),
    "S": ("[0-9]{2}(?:[.,][0-9]{1,9})?", None), "b": (MONTH, None), "p": (HALF, None),
    "z": (f"{BLANK}*{ZONE}", None), "a": (WEEKDAY, None),
}  # fmt: skip
SHORT = {
    "%B": "%b",
    "%A": "%a",
    "%T": "%H:%M:%S",
    "%F": "%Y-%m-%d",
    "%R": "%H:%M",
    "%D": "%m/%d/%y",
    "%e": "%d",
}
NAMES = {
    "Y": "year", "y": "yy", "m": "month", "d": "day", "H": "hour", "I": "hour", "M": "minute", "S": "second",
    "b": "month's name", "p": "am/pm", "z": " zone", "a": "weekday",
}  # fmt: skip


class Piece(NamedTuple):
    """One field or mark of a format: the field's letter or "", its pattern, its width where that is fixed."""

    field: str
    pattern: str
    width: int | None


def pieces(pattern: str) -> list[Piece]:
    """Take a format apart.

    Parameters
    ----------
    pattern : str
        As for Python's strptime; ``%S`` reads a fraction too, ``%m %d %H %I`` one digit or two where no digits
        follow, a blank any number of blanks.

    Raises
    ------
    ValueError
        If it has a field that is not known, one twice, or no whole date.

    Examples
    --------
    >>> [piece.field for piece in pieces("%d/%m/%Y")]
    ['d', '', 'm', '', 'Y']
    """
    text = re.sub("%[BATFRDe]", lambda found: SHORT[found[0]], pattern.strip()).replace("%S.%f", "%S")
    found = re.findall(r"%(.)|([ \t\u00a0]+)|(.)", text)
    result = []
    for i, (field, blank, mark) in enumerate(found):
        if field and field not in FIELDS:
            raise ValueError(
                f"time format {pattern!r}: unknown field %{field}. Fields: %{' %'.join(FIELDS)}."
            )
        one, width = FIELDS.get(field, (None, None))
        beside = (i and found[i - 1][0] in tuple("YymdHIMS")) or (
            i + 1 < len(found) and found[i + 1][0] in tuple("YymdHIMS")
        )
        if field and field in "mdHI" and beside:
            one, width = "[0-9]{2}", 2
        mark = f"{BLANK}+" if blank else re.escape(mark.lower())
        result.append(Piece(field, one or mark, width if field else None if blank else 1))
    names = [piece.field for piece in result if piece.field]
    twice = next((name for name in names if names.count(name) > 1), None)
    whole = {"d"} <= set(names) and {"Y", "y"} & set(names) and {"m", "b"} & set(names)
    if twice or not whole or ({"H", "I"} <= set(names)):
        what = (
            f"%{twice} stands twice" if twice else "it needs year (%Y or %y), month (%m or %b) and day (%d)"
        )
        raise ValueError(f"time format {pattern!r}: {what}; e.g. %d/%m/%Y %H:%M.")
    return result


def parse_time_format(text: str) -> tuple[str, ...]:
    """Take the formats apart that a user gives, separated by a bar, and check each.

    Raises
    ------
    ValueError
        If one is neither a strptime format nor one of the words.

    Examples
    --------
    >>> parse_time_format("%d/%m/%Y | epoch s")
    ('%d/%m/%Y', 'epoch s')
    """
    result = tuple(part.strip() for part in text.split("|") if part.strip())
    result = tuple(
        re.sub("µ", "u", part.lower()) if part.lower().startswith(("epoch", "excel")) else part
        for part in result
    )
    for part in result:
        if part in EPOCHS or part in EXCEL:
            continue
        if "%" not in part:
            words = ", ".join([*EPOCHS, *EXCEL, *ORDERS])
            raise ValueError(
                f"--time-format {part!r}: must be a format such as %d/%m/%Y %H:%M, or one of: {words}."
            )
        pieces(part)
    if not result:
        raise ValueError("--time-format is empty; give a format such as %d/%m/%Y %H:%M.")
    return result


@dataclass(frozen=True)
class TimeFormat:
    """How the times of a column are written.

    Parameters
    ----------
    patterns : tuple of str
        strptime formats, "epoch s" (ms, us, ns), "excel", "excel1904"; the first that fits reads a text.
    full_width : bool
        Whether full-width digits or marks occur.
    notes : tuple of str
        What was decided for the whole column.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"c": ["5/1/2024 3:05 pm", "soon"]}))
    >>> TimeFormat(("%d/%m/%Y %I:%M %p",)).read(frame, "c")["us"].to_list()
    [1704467100000000, 0]
    """

    patterns: tuple[str, ...] = ("%Y-%m-%d",)
    full_width: bool = False
    notes: tuple[str, ...] = ()

    @property
    def described(self) -> str:
        """The format in a reader's words."""
        return "times as " + " or ".join(_words(pattern) for pattern in self.patterns)

    def read(self, frame: nw.DataFrame, column: str) -> nw.DataFrame:
        """Read a column of bare lower-case texts.

        In steps, since within one expression an engine does each part again and again.

        Returns
        -------
        narwhals.DataFrame
            ``us``, microseconds since 1970, UTC where zoned, and ``fits``, whether it is a time; row by row.
        """
        done = (
            frame.select(text=nw.col(column))
            .with_row_index("row")
            .with_columns(us=nw.lit(0), fits=nw.lit(False))
        )
        for pattern in reversed(self.patterns):
            here = done.filter(nw.col("text").str.contains(pattern_of(pattern)))
            if here.is_empty():
                continue
            found = fields(nw.col("text"), pattern)
            here = here.select("row", **found)
            us, right = assemble({name: nw.col(name) for name in found}, pattern)
            here = here.select("row", us2=us, fits2=right).filter("fits2")
            done = done.join(here, on="row", how="left").sort("row")
            new = ~nw.col("us2").is_null()
            done = done.with_columns(
                us=nw.when(new).then("us2").otherwise("us").cast(nw.Int64), fits=nw.col("fits") | new
            ).drop("us2", "fits2")
        return done.select("us", "fits")


def _words(pattern):
    if pattern in UNITS:
        return f"{UNITS[pattern]} since 1970"
    if pattern in EXCEL:
        return "serial numbers of Excel" + (" (since 1904)" if pattern == "excel1904" else "")
    return "".join(f"{NAMES[f]}" if f else mark for f, mark in re.findall("%(.)|(.)", pattern))


def pattern_of(pattern: str) -> str:
    """Give the regular expression of a format, for lower-case texts."""
    if pattern in EPOCHS:
        digits, exponent = EPOCHS[pattern]
        return (
            rf"^[0-9]{{1,{digits}}}(?:\.[0-9]{{1,9}})?$"
            if exponent >= 0
            else "^(?:[0-9]{1,18}|[1-8][0-9]{18})$"
        )
    if pattern in EXCEL:
        return r"^[0-9]{1,6}(?:\.[0-9]*)?$"
    return "^" + "".join(part.pattern for part in pieces(pattern)) + "$"


def fields(text: nw.Expr, pattern: str) -> dict[str, nw.Expr]:
    """Cut the fields of a format out of texts and make them numbers.

    Parameters
    ----------
    text : narwhals.Expr
        Bare lower-case texts that have the format.
    pattern : str
    """
    if pattern in EPOCHS:
        whole, part = text.str.replace_all(r"\..*$", ""), text.str.replace_all(r"^[0-9]*\.?", "")
        exponent = max(EPOCHS[pattern][1], 0)
        part = nw.concat_str(part, nw.lit("000000")).str.slice(0, exponent) if exponent else nw.lit("0")
        return {"whole": whole.cast(nw.Int64), "part": part.cast(nw.Int64)}
    if pattern in EXCEL:
        return {"serial": text.cast(nw.Float64)}
    parts = pieces(pattern)
    found = {part.field: _field(text, parts, i) for i, part in enumerate(parts) if part.field}
    result = {name: found[name].cast(nw.Int64) for name in found if name in "YymdHIM"}
    if "b" in found:
        name = found["b"].str.replace_all(".", "", literal=True)
        result["m"] = name.replace_strict(MONTHS, default=0, return_dtype=nw.Int64)
    if "S" in found:
        result["S"] = found["S"].str.slice(0, 2).cast(nw.Int64)
        result["f"] = nw.concat_str(found["S"].str.slice(3), nw.lit("000000")).str.slice(0, 6).cast(nw.Int64)
    if "z" in found:
        result["z"] = _offset(found["z"])
    if "p" in found:
        half = nw.when(found["p"].is_in(EVENING)).then(nw.lit(12)).otherwise(nw.lit(0))
        # Whether 12 at night begins or ends the day is not known.
        result["p"] = nw.when(found["p"].is_in(["晚上"])).then(nw.lit(13)).otherwise(half)
    return result


def assemble(found: dict[str, nw.Expr], pattern: str) -> tuple[nw.Expr, nw.Expr]:
    """Count microseconds since 1970 from the fields of a format, and say whether there is such a time."""
    if pattern in EPOCHS:
        exponent = EPOCHS[pattern][1]
        whole = found["whole"] // 1000 if exponent < 0 else found["whole"] * 10**exponent
        return whole + found["part"], nw.lit(True)
    if pattern in EXCEL:
        # A serial number is exact to about 10 microseconds.
        days = found["serial"] - EXCEL[pattern]
        return (days * (DAY // 1000)).round(0).cast(nw.Int64) * 1000, nw.lit(True)
    if "y" in found:
        year = found["y"] + nw.when(found["y"] < PIVOT).then(nw.lit(2000)).otherwise(nw.lit(1900))
    else:
        year = found["Y"]
    month, day = found["m"], found["d"]
    hour, right = _hour(found)
    minute, second = found.get("M", nw.lit(0)), found.get("S", nw.lit(0))
    us = (_days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000
    us = us + found.get("f", nw.lit(0)) - found.get("z", nw.lit(0)) * 60_000_000
    right = right & (month >= 1) & (month <= 12) & (day >= 1) & (day <= _length(year, month))
    # 24:00 is the end of its day.
    end = (hour == 24) & (minute == 0) & (second == 0)
    return us, right & ((hour < 24) | end) & (minute < 60) & (second < 60)


def _field(text, parts, i):
    """Cut one field out, by removing what stands before and after it."""
    before = parts[:i]
    if all(part.width is not None for part in before):
        text = text.str.slice(sum(part.width for part in before))
    else:
        text = text.str.replace_all("^" + "".join(part.pattern for part in before), "")
    if parts[i].width is not None:
        return text.str.slice(0, parts[i].width)
    after = "".join(part.pattern for part in parts[i + 1 :])
    if parts[i].field in "mdHI":
        return text.str.replace_all("[^0-9].*$", "")
    return text.str.replace_all(f"(?:{after})$", "") if after else text


def _hour(found):
    clock = found.get("I", found.get("H", nw.lit(0)))
    if "p" not in found:
        return clock, (clock >= 1) & (clock <= 12) if "I" in found else nw.lit(True)
    right = (clock >= 1) & (clock <= 12) & ~((found["p"] == 13) & (clock == 12))
    return clock % 12 + nw.when(found["p"] > 0).then(nw.lit(12)).otherwise(nw.lit(0)), right


def _offset(zone):
    """Minutes east of Greenwich."""
    digits = nw.concat_str(zone.str.replace_all("[^0-9]", ""), nw.lit("0000"))
    minutes = digits.str.slice(0, 2).cast(nw.Int64) * 60 + digits.str.slice(2, 2).cast(nw.Int64)
    return nw.when(zone.str.contains("-", literal=True)).then(-minutes).otherwise(minutes)


def _days(year, month, day):
    """Count days since 1970, Gregorian, from a year that begins in March."""
    year = year - nw.when(month <= 2).then(nw.lit(1)).otherwise(nw.lit(0))
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + of_year - 719_468


def _length(year, month):
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = nw.when(leap).then(nw.lit(29)).otherwise(nw.lit(28))
    short = month.is_in([4, 6, 9, 11])
    return nw.when(month == 2).then(february).otherwise(nw.when(short).then(nw.lit(30)).otherwise(nw.lit(31)))
