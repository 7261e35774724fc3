"""Which format the times of a column have: shapes to layouts, and what one leaves open decided by the others."""

import re
from collections import Counter

import narwhals as nw

from workbench.data.parsing.formats.shapes import LONGEST, TO_NARROW, Shape, Unclear, digits_to_nine
from workbench.data.parsing.formats.times import ORDERS, UNITS, TimeFormat, parse_time_format
from workbench.data.parsing.formats.words import HALF, MONTH, WEEKDAY, ZONE

SEPARATOR = "[-/. ]+"
# What a group of two digits can be: m a month, d a day but no month, y neither.
CLASSES = {"m": "(?:0?[1-9]|1[0-2])", "d": "(?:1[3-9]|2[0-9]|3[01])"}
PAIRS = f"^[0-9]{{1,2}}{SEPARATOR}[0-9]{{1,2}}{SEPARATOR}[0-9]{{2}}(?:[0-9]{{2}})?(?:[^0-9]|$)|^[0-9]{{6}}$"
# Seconds from 1990 to 2100 have these digits in front, milliseconds the same and three more.
SINCE_1990 = "(?:6[3-9][0-9]|[7-9][0-9]{2}|[1-3][0-9]{3}|40[0-9]{2})[0-9]{6}"
MONTH_AND_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# 2024010513 and 2401051305 have ten digits too.
DATE_AND_HOUR = (
    f"^(?:19|20)[0-9]{{2}}{MONTH_AND_DAY}(?:[01][0-9]|2[0-4])$"
    f"|^[0-9]{{2}}{MONTH_AND_DAY}(?:[01][0-9]|2[0-4])[0-5][0-9]$"
)
EPOCH_DIGITS = {"epoch s": 0, "epoch ms": 3, "epoch us": 6, "epoch ns": 9}

NINES = ZONE.replace("0-9", "9")
CLOCK = (
    rf"(?:(?P<t>t| *,? *)(?P<p1>{HALF})?(?P<b1> *)(?P<h>9{{1,2}})(?P<c1>[:时時点h])99"
    rf"(?:(?P<c2>[:分])99(?:[.,]9{{1,9}})?)?"
    rf"(?P<c3>[分秒]| ?uhr|)(?P<b2> *)(?P<p2>{HALF})?(?P<z> *{NINES})?"
    rf"|(?P<t3>[t ])(?P<h3>9{{1,2}})(?P<b3> *)(?P<p3>{HALF}))?"
)
DATES = [
    re.compile(f"(?:(?P<a>{WEEKDAY})(?P<s0>[., ]+))?{date}{CLOCK}")
    for date in (
        r"(?P<y>9999)(?P<s1>[-/.年]) ?(?P<m>9{1,2})(?P<s2>[-/.月]) ?(?P<d>9{1,2})(?P<s3>日?)",
        r"(?P<n1>9{1,2})(?P<s1>[-/. ])(?P<n2>9{1,2})(?P<s2>[-/. ])(?P<n3>9999|99)",
        rf"(?P<d>9{{1,2}})(?P<s1>(?:st|nd|rd|th)?[-/., ]*(?:de )?)(?P<b>{MONTH})(?P<s2>[-/., ]*(?:de )?)(?P<y>9999|99)",
        rf"(?P<b>{MONTH})(?P<s1>[-/ ]+)(?P<d>9{{1,2}})(?P<s2>(?:st|nd|rd|th)?[-/, ]+)(?P<y>9999)",
        rf"(?P<y>9999)(?P<s1>[-/ ]+)(?P<b>{MONTH})(?P<s2>[-/ ]+)(?P<d>9{{1,2}})",
    )
]
COMPACT = re.compile(
    r"9{8}(?:(?P<t>[t ]?)(?:9999(?P<s>99(?:[.,]9{1,9})?)?|(?P<c>99:99)(?P<cs>:99(?:[.,]9{1,9})?)?))?"
    rf"(?P<z> *{NINES})?"
)
DAY_MONTH = {"dmy": "day", "mdy": "month", "ymd": "year"}


def time_shape(column: str) -> nw.Expr:
    """Give the shapes of bare lower-case texts, no digit full-width, for `recognise_times`; "x" if no time.

    After a bar stands what the digits can be: a letter of `CLASSES` for each group of a date such as 31/01/24,
    "=" where day and month are the same number; "e" for a number that counts from 1970, "h" where its digits
    are a date and an hour too.
    """
    text = nw.col(column)
    possible = text.str.contains("[0-9]") & ~text.str.contains("[a-z]{12,}|[\n\r]")
    shape = digits_to_nine(text)
    one = "[0-9]{1,2}"
    places = [
        (f"^{{}}{SEPARATOR}", "^{}[0-9]{{4}}$"),
        (f"^{one}{SEPARATOR}{{}}{SEPARATOR}".replace("{1,2}", "{{1,2}}"), "^[0-9]{{2}}{}[0-9]{{2}}$"),
        (f"^{one}{SEPARATOR}{one}{SEPARATOR}{{}}(?:[^0-9]|$)".replace("{1,2}", "{{1,2}}"), "^[0-9]{{4}}{}$"),
    ]
    classes = []
    for apart, together in places:
        found = {}
        for letter, one_class in CLASSES.items():
            fixed = one_class.replace("0?", "0")
            found[letter] = text.str.contains(f"{apart.format(one_class)}|{together.format(fixed)}")
        mark = nw.when(found["d"]).then(nw.lit("d")).otherwise(nw.lit("y"))
        classes.append(nw.when(found["m"]).then(nw.lit("m")).otherwise(mark))
    same = "|".join(f"^0?{n}{SEPARATOR}0?{n}{SEPARATOR}" for n in range(1, 13))
    equal = nw.when(text.str.contains(same)).then(nw.lit("=")).otherwise(nw.lit(""))
    dated = nw.concat_str(shape, nw.lit("|"), *classes, equal)
    counted = text.str.contains(rf"^{SINCE_1990}(?:[0-9]{{3}}|[0-9]{{6}}|[0-9]{{9}})?(?:\.[0-9]{{1,9}})?$")
    hour = nw.when(text.str.contains(DATE_AND_HOUR)).then(nw.lit("|eh")).otherwise(nw.lit("|e"))
    shape = nw.when(counted).then(nw.concat_str(shape, hour)).otherwise(shape)
    shape = nw.when(text.str.contains(PAIRS)).then(dated).otherwise(shape)
    possible = possible & (text.str.len_chars() <= LONGEST)
    return nw.when(possible).then(shape).otherwise(nw.lit("x"))


def layouts(shape: str) -> dict[str, str]:
    """Give the formats that a shape can have, by their order of day, month and year; "" where it is told.

    Examples
    --------
    >>> layouts("9/99/9999|mdy"), layouts("99.99.9999 9:99|mmy")
    ({'mdy': '%m/%d/%Y'}, {'dmy': '%d.%m.%Y %H:%M', 'mdy': '%m.%d.%Y %H:%M'})
    >>> layouts("9 jan 9999"), layouts("999999|ymd")
    ({'': '%d %b %Y'}, {'ymd': '%y%m%d'})
    """
    text, _, marks = shape.translate(TO_NARROW).partition("|")
    if text == "999999":
        return {
            order: "".join(f"%{c}" for c in order)
            for order in ("ymd", "dmy", "mdy")
            if _allowed(order, marks, True)
        }
    if found := COMPACT.fullmatch(text):
        clock = (
            ("%H%M" + ("%S" if found["s"] else ""))
            if not found["c"]
            else "%H:%M" + (":%S" if found["cs"] else "")
        )
        has_clock = "" if found["t"] is None else found["t"].upper() + clock
        return {"": "%Y%m%d" + has_clock + ("%z" if found["z"] else "")}
    for date in DATES:
        if found := date.fullmatch(text):
            return _orders(found, marks)
    return {}


def _orders(found, marks):
    parts = found.groupdict()
    before = f"%a{parts['s0']}" if parts["a"] else ""
    clock = _clock(parts)
    if "n1" not in parts:
        names = {found.start(name): name for name in ("y", "m", "b", "d") if parts.get(name)}
        letters = [names[at] for at in sorted(names)]
        letters = [("y" if parts["y"] == "99" else "Y") if name == "y" else name for name in letters]
        gaps = [parts["s1"], parts["s2"], parts.get("s3") or ""]
        return {"": before + "".join(f"%{a}{gap}" for a, gap in zip(letters, gaps, strict=True)) + clock}
    short = parts["n3"] == "99"
    orders = [
        order
        for order in (("dmy", "mdy", "ymd") if short else ("dmy", "mdy"))
        if _allowed(order, marks, short)
    ]
    result = {}
    for order in orders:
        a, b, c = order if short else order.replace("y", "Y")
        result[order] = f"{before}%{a}{parts['s1']}%{b}{parts['s2']}%{c}{clock}"
    return result


def _allowed(order, marks, short):
    """Whether the classes of three groups allow an order; a year of four digits has no class."""
    fits = {"d": "md", "m": "m", "y": "mdy"}
    return all(mark in fits[part] for part, mark in zip(order, marks, strict=False) if part != "y" or short)


def _clock(parts):
    if parts["h3"]:
        return f"{parts['t3'].upper()}%I{parts['b3']}%p"
    if not parts["h"]:
        return ""
    second = parts["c2"] + "%S" if parts["c2"] and not (parts["c2"] == "分" and parts["c3"] == "分") else ""
    half = parts["p1"] or parts["p2"]
    before = f"%p{parts['b1']}" if parts["p1"] else parts["b1"]
    after = f"{parts['b2']}%p" if parts["p2"] else ""
    hour = "%I" if half else "%H"
    text = f"{parts['t'].upper()}{before}{hour}{parts['c1']}%M{second}{parts['c3']}{after}"
    return text + ("%z" if parts["z"] else "")


def recognise_times(
    shapes: list[Shape],
    *,
    time_format: str | None = None,
    typed: bool = False,
    serials: str | None = "excel",
    full_width: bool = False,
) -> TimeFormat | Unclear:
    """Decide how the times of a column are written.

    Parameters
    ----------
    shapes : list of Shape
        Of `time_shape`.
    time_format : str, optional
        What the user says: strptime formats or words such as "epoch ms", separated by bars; or which of day,
        month and year stands first where the column leaves it open: "day first", "month first", "year first".
    typed : bool
        Whether the column held numbers, not texts: those of five digits are then days of a spreadsheet.
    serials : {"excel", "excel1904", None}
        From when on that spreadsheet counts.
    full_width : bool
        Whether digits or marks had to be made plain for the shapes.

    Returns
    -------
    TimeFormat or Unclear
        A format without patterns where nothing looks like a time.

    Raises
    ------
    ValueError
        If `time_format` is no format.

    Examples
    --------
    >>> recognise_times([Shape("99/99/9999|dmy", 1, "31/01/2024")]).patterns
    ('%d/%m/%Y',)
    >>> recognise_times([Shape("99/99/9999|mmy", 1, "03/04/2024")]).why
    'leaves open whether the day or the month comes first; say so: --time-format "day first" or "month first"'
    """
    wide = full_width
    first = None
    if time_format is not None:
        first = next((order for order in ORDERS if time_format.strip().lower() == order), None)
        if first is None:
            patterns = parse_time_format(time_format)
            return TimeFormat(patterns, wide, _given_notes(patterns))
    found = {s: layouts(s.shape) for s in shapes}
    dated = {s: ways for s, ways in found.items() if (ways or "|" in s.shape) and not _digits(s.shape)}
    if sum(s.count for s in dated) < sum(s.count for s in shapes if _digits(s.shape) and not _eight(s.shape)):
        return _counted(shapes, found, wide, first, serials if typed else None)
    dated |= {s: found[s] for s in shapes if _eight(s.shape)}
    return _calendar(dated, wide, first)


def _given_notes(patterns):
    """What a format that the user gives decides for the column."""
    notes = ["two-digit years read as 1970 to 2069"] if any("%y" in p or "%D" in p for p in patterns) else []
    notes += [f"numbers read as {UNITS[p]} since 1970, UTC" for p in patterns if p in UNITS]
    return tuple(notes + (["times with a zone converted to UTC"] if any("%z" in p for p in patterns) else []))


def _digits(shape):
    return re.fullmatch(r"[9９]+(?:\.9+)?(?:\|.*)?", shape) is not None


def _eight(shape):
    """Whether digits alone are a date all the same: 20240105, 202401051305, 20240105130500."""
    return _digits(shape) and "|e" not in shape and "" in layouts(shape)


def _calendar(dated, wide, first):
    """Formats of dates with marks: an order for those with years of four digits, one for those of two."""
    patterns, notes = Counter(), []
    for digits in (4, 2):
        some = {
            s: w for s, w in dated.items() if w and "" not in w and ("%y" in min(w.values())) == (digits == 2)
        }
        order = _order(some, first)
        if isinstance(order, Unclear):
            return order
        if order:
            notes += _order_notes(some, order, digits == 2)
        for s, ways in some.items():
            if order[0] in ways:
                patterns[ways[order[0]]] += s.count
    for s, ways in dated.items():
        if "" in ways:
            patterns[ways[""]] += s.count
            notes += ["two-digit years read as 1970 to 2069"] if "%y" in ways[""] else []
    if any("%z" in pattern for pattern in patterns):
        notes.append("times with a zone converted to UTC")
    return TimeFormat(tuple(p for p, _ in patterns.most_common()), wide, tuple(dict.fromkeys(notes)))


def _order(some, first):
    """Decide the order of day, month and year: what all rows allow, what most say, what the user says.

    Returns
    -------
    (order, how) or Unclear
        `how` is "told", "said", "custom" or "same"; an empty tuple where there is nothing to decide.
    """
    if not some:
        return ()
    if first:  # binding: rows that have another order are refused, never read otherwise
        return {"day first": "dmy", "month first": "mdy", "year first": "ymd"}[first], "said"
    votes = Counter()
    for s, ways in some.items():
        votes.update(dict.fromkeys(ways, s.count))
    common = [order for order in ("dmy", "mdy", "ymd") if all(order in ways for ways in some.values())]
    if len(common) == 1:
        return common[0], "told"
    if not common:
        # Only rows that allow one order speak; those of the others are then refused by row.
        speaking = Counter()
        for s, ways in some.items():
            if len(ways) == 1:
                speaking[next(iter(ways))] += s.count
        return (speaking or votes).most_common(1)[0][0], "told"
    if all("." in re.sub("[ ,].*", "", s.shape) for s in some) and "ymd" not in common:
        return "dmy", "custom"
    if all(s.shape.endswith("=") for s in some) and "ymd" not in common:
        return "dmy", "same"
    told = "ymd" not in common  # 03.03.25 is one day only where the year stands last
    open_shapes = tuple(s for s in some if not (told and "=" in s.shape))
    return _unclear(common, open_shapes or tuple(some))


def _unclear(common, shapes):
    if common == ["dmy", "mdy"]:
        why = "whether the day or the month comes first"
    else:
        why = "which of " + ", ".join(DAY_MONTH[order] for order in common) + " comes first"
    words = " or ".join(f'"{DAY_MONTH[order]} first"' for order in common)
    return Unclear(f"leaves open {why}; say so: --time-format {words}", shapes)


def _order_notes(some, order, short):
    order, how = order
    custom = ", as is custom where points stand between" if how == "custom" else ""
    notes = [] if how == "same" else [f"dates read with the {DAY_MONTH[order]} first{custom}"]
    return notes + (["two-digit years read as 1970 to 2069"] if short else [])


def _counted(shapes, found, wide, first, serials):
    """Columns of bare digits: counts since 1970, serial numbers of a spreadsheet, dates of six digits."""
    six = {s: found[s] for s in shapes if re.match(r"999999\|", s.shape)}
    units = Counter()
    for s in shapes:
        if "|e" in s.shape:
            whole = len(re.match("9+", s.shape)[0])
            units[next(u for u, more in EPOCH_DIGITS.items() if whole - more in (9, 10))] += s.count
    serial = [s for s in shapes if re.fullmatch(r"9{5}(?:\.9+)?", s.shape)]
    others = sum(s.count for s in shapes if _digits(s.shape) and s not in serial and "|" not in s.shape)
    sizes = {
        "six": sum(s.count for s in six),
        "serial": sum(s.count for s in serial),
        "epoch": sum(units.values()),
    }
    kind = max(sizes, key=lambda k: sizes[k])
    if sizes[kind] < others or not sizes[kind]:
        return TimeFormat((), wide)
    if kind == "six":
        order = _order(six, first) if all(six.values()) else ()
        if isinstance(order, Unclear) or not order:
            return order or TimeFormat((), wide)
        if len({tuple(w) for w in six.values()}) and not all(order[0] in ways for ways in six.values()):
            return TimeFormat((), wide)
        return TimeFormat(("".join(f"%{c}" for c in order[0]),), wide, tuple(_order_notes(six, order, True)))
    if kind == "serial":
        if serials:
            first = {"excel": 45292, "excel1904": 43830}[serials]
            note = f"numbers read as days of a spreadsheet ({first} is 2024-01-01)"
            return TimeFormat((serials,), wide, (note,))
        why = "could be a day's number of a spreadsheet; say so: --time-format excel (or excel1904), or a format"
        return Unclear(why, tuple(serial))
    unit = units.most_common(1)[0][0]
    counted = tuple(s for s in shapes if "|e" in s.shape)
    if unit == "epoch s" and all("|eh" in s.shape for s in counted):
        why = 'could be seconds since 1970 or a date and hour; say so: --time-format "epoch s", %Y%m%d%H or %y%m%d%H%M'
        return Unclear(why, counted)
    return TimeFormat((unit,), wide, (f"numbers read as {UNITS[unit]} since 1970, UTC",))


def is_against(shape: str, time_format: str | None) -> bool:
    """Whether a text of this shape is a date whose order is not the one that the user says.

    Examples
    --------
    >>> is_against("99/99/9999|dmy", "month first"), is_against("99/99/9999|mmy", "month first")
    (True, False)
    """
    letter = {"day first": "d", "month first": "m", "year first": "y"}.get(
        (time_format or "").strip().lower()
    )
    orders = [order for order in layouts(shape) if order]
    return bool(letter and orders) and letter not in [order[0] for order in orders]


def why_no_time(shape: str, chosen: TimeFormat) -> str:
    """Say why a text of this shape is no time of the column's formats.

    Examples
    --------
    >>> why_no_time("99/99/9999|mdy", TimeFormat(("%d/%m/%Y",))), why_no_time("x", TimeFormat())
    ('has the month first, other rows the day', 'is not a date')
    """
    ways = layouts(shape)
    if set(ways.values()) & set(chosen.patterns) or shape.partition("|")[2] in (
        "yyy",
        "ydy",
        "ymy",
        "ddy",
        "dyy",
    ):
        return "is not a date of the calendar"
    orders = [order for order, pattern in ways.items() if order]
    mine = next((o for o in DAY_MONTH for p in chosen.patterns if _order_of(p) == o), None)
    if len(orders) == 1 and mine and orders[0] != mine:
        return f"has the {DAY_MONTH[orders[0]]} first, other rows the {DAY_MONTH[mine]}"
    return "is not a date"


def _order_of(pattern):
    return re.sub("[^dmy]", "", "".join(re.findall("%([dmyY])", pattern)).lower())
