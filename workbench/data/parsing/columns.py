"""What a column of a file most plausibly is, before anybody has said what it means."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.data import remarks
from workbench.data.parsing.amounts import numbers, read_numbers
from workbench.data.parsing.cells import as_text, different_texts
from workbench.data.parsing.dates import OUTSIDE, PLACEHOLDER, read_times, times
from workbench.data.parsing.formats import IdRule, Unclear
from workbench.data.parsing.formats.ids import ROUNDED
from workbench.data.parsing.formats.shapes import is_missing
from workbench.data.parsing.formats.times import ORDERS
from workbench.data.parsing.identifiers import ids, inexact, read_ids
from workbench.data.typed import is_time

ENOUGH = 5  # values, before their being alike looks odd
FITS = 0.6  # of the cells with content, before a column is said to be of a kind
FAR = np.datetime64(f"{remarks.FAR}-01-01")  # longer numbers are rather identifiers
SPREADSHEET = 9  # rounding begins at numbers of so many digits


class Looks(NamedTuple):
    """What a column looks like.

    Parameters
    ----------
    kind : {"id", "time", "number", "text", "empty"}
    described : str
        The format in a reader's words, with what was decided for the whole column.
    bad : int
        How many cells with content do not fit.
    first_bad : (int, str) or None
        The first of them: its row and its text.
    warnings : list of str
        What to beware of, each in words.
    """

    kind: str
    described: str
    bad: int
    first_bad: tuple[int, str] | None
    warnings: list[str]
    said: dict[str, str] = {}  # options that say what the column itself decided


def looks_like(
    column: pd.Series, *, decimal: str | None = None, time_format: str | None = None, kind: str | None = None
) -> Looks:
    """Say what a column most plausibly is, by how many of its cells can be read as what.

    Parameters
    ----------
    column : pandas.Series
        Of str, or of the type that a Parquet or Excel file has; its index are the rows of the file.
    decimal, time_format : str, optional
        What the user says of numbers and times.
    kind : {"time", "number"}, optional
        What the user maps the column to, so that it is judged as that however few cells can be read so.

    Returns
    -------
    Looks

    Examples
    --------
    >>> looks_like(pd.Series(["2024-01-05", "2024-01-06", "soon"]))[:4]
    ('time', 'times as year-month-day', 1, (2, 'soon'))
    >>> looks_like(pd.Series(["1.234", "950"])).warnings
    ['leaves open whether the point groups thousands or marks decimals; say so: --decimal . or --decimal , (row 0)']
    """
    cells = Cells(column, different_texts(column), decimal, time_format, kind)
    if not cells.filled.any():
        return _empty()
    mixed = column.dtype == object and column.map(is_time).any()
    if (mixed or pd.api.types.is_datetime64_any_dtype(column)) and (typed := _typed_time(cells)):
        return typed
    if kind and (mapped := {"time": _time, "number": _number}[kind](cells)):
        return mapped
    # A glance first, since each way of reading takes its time.
    typed = pd.api.types.is_numeric_dtype(column)
    dated = cells.share(cells.match("^[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月]"))
    digits = not pd.api.types.is_bool_dtype(column) and cells.share(cells.match("[0-9]")) >= FITS
    timely = digits and cells.share(cells.match("[0-9][^0-9]+[0-9]|^[0-9]{6,}$")) >= FITS
    number = _number(cells) if digits and (typed or dated < FITS) else None
    time = (
        _time(cells) if timely and (number is None or number.bad or cells.match("^[0-9]{6,}").any()) else None
    )
    if number is None and time is None and digits and dated >= FITS:
        number = _number(cells)
    if time is not None and (number is None or time.bad <= number.bad):
        return time
    named = _ids(cells)
    return named if number is None or _whole_ids(cells, named) else number


def _typed_time(cells):
    """A column of which some cells are times by type; None where too few can be read."""
    values, problems, notes = times(cells.column)
    known = values.dropna()
    warnings = remarks.far_off(known) + _odd_times(known.to_numpy(), None) + notes
    looks = cells.judged("time", "dates and times", cells.reasons(problems), warnings)
    texts = _texts_among(cells)
    return looks and looks._replace(said=_order_of(read_times(texts)) if texts else {})


def _empty():
    return Looks("empty", "no cell with content", 0, None, [])


class Cells:
    """The different texts of a column, and how many rows of those with content have each."""

    def __init__(self, column, texts, decimal=None, time_format=None, wanted=None):
        self.column, self.texts, self.decimal, self.time_format = column, texts, decimal, time_format
        self.wanted = wanted
        missing = texts.frame.select(gone=is_missing("low"))["gone"].to_numpy()
        self.filled = np.where(missing, 0, texts.frame["count"].to_numpy())

    def share(self, which):
        """Give the share of the cells with content whose texts are among `which`."""
        return self.filled[which].sum() / self.filled.sum()

    def match(self, pattern):
        """Say which texts, in lower case, contain a pattern."""
        return self.texts.frame["low"].to_native().str.contains(pattern).to_numpy()

    def count(self, which):
        """Count the cells with content whose texts are among `which`."""
        return int(self.filled[which].sum())

    def first(self, which):
        """Give row and text of the first cell whose text is among `which`."""
        at = int(np.argmax(self.texts.codes == int(np.argmax(which))))
        row = self.column.index[at]
        return (int(row) if isinstance(row, (int, np.integer)) else row), str(self.column.iloc[at])

    def reasons(self, problems):
        """Give the reasons by text of problems by index."""
        found = np.full(len(self.texts.frame), None, dtype=object)
        found[self.texts.codes[self.column.index.get_indexer(problems.index)]] = problems.to_numpy()
        return found

    def judged(self, kind, described, reasons, warnings):
        """Make the looks: what the column leaves open is a warning, what does not fit is bad; None if most is."""
        reasons = pd.Series(reasons, dtype=object).where(self.filled > 0)
        left_open = reasons.str.contains("--", regex=False).eq(True).to_numpy()
        bad = reasons.notna().to_numpy() & ~left_open
        wrong = bad & ~reasons.isin([PLACEHOLDER, OUTSIDE]).to_numpy()
        wrong &= ~reasons.str.startswith("is in another currency").eq(True).to_numpy()
        if self.share(wrong) > 1 - FITS and kind != self.wanted:
            return None
        if left_open.any():
            warnings = [f"{reasons[left_open].iloc[0]} (row {self.first(left_open)[0]})", *warnings]
        return Looks(kind, described, self.count(bad), self.first(bad) if bad.any() else None, warnings)


def _time(cells):
    """The column as times, or None where too few cells are."""
    read = read_times(cells.texts, time_format=cells.time_format)
    if cells.time_format and cells.wanted != "time" and cells.share(pd.isna(read.reasons)) < FITS:
        read = read_times(cells.texts)  # said of another column
    open_format = isinstance(read.chosen, Unclear)
    five_digits = open_format and "spreadsheet" in read.chosen.why  # rather anything else
    if cells.wanted != "time" and (five_digits or not open_format and not read.chosen.patterns):
        return None
    described = (
        "times, order of day, month and year open"
        if open_format and "first" in read.chosen.why
        else "times"
        if open_format or not read.chosen.patterns
        else "; ".join([read.chosen.described, *read.notes])
    )
    warnings = []
    for why, what in ((PLACEHOLDER, "placeholder dates"), (OUTSIDE, "dates outside 1970 to 2099")):
        gone = pd.Series(read.reasons).eq(why).to_numpy()
        if gone.any():
            row, text = cells.first(gone)
            warnings.append(f"{cells.count(gone)} {what} such as {text} (row {row})")
    known = read.values[~np.isnat(read.values)]
    by_row = pd.Series(read.values[cells.texts.codes], index=cells.column.index).dropna()
    epoch = not open_format and any(pattern.startswith("epoch") for pattern in read.chosen.patterns[:1])
    if epoch and cells.wanted != "time" and (known > FAR).mean() > 0.5:
        return None  # long identifiers, read as numbers of nanoseconds, say
    looks = cells.judged(
        "time", described, read.reasons, warnings + remarks.far_off(by_row) + _odd_times(known, cells)
    )
    return looks and looks._replace(said=_order_of(read))


def _order_of(read):
    """The option that says in which order day and month stand, where the dates themselves decided it."""
    order = [o for o in ORDERS if any(note.startswith(f"dates read with the {o}") for note in read.notes)]
    return {"time_format": order[0]} if len(order) == 1 else {}


def _mark_of(read):
    """The option that says that a comma marks decimals, where the numbers themselves decided it."""
    return {"decimal": ","} if not isinstance(read.chosen, Unclear) and read.chosen.decimal == "," else {}


def _texts_among(cells):
    """The texts of a column of a spreadsheet that has typed cells, too; None where it has no texts."""
    if cells.column.dtype != object:
        return None
    texts = [cell for cell in cells.column if isinstance(cell, str) and cell.strip()]
    return different_texts(pd.Series(texts, dtype="str")) if texts else None


def _odd_times(known, cells):
    """Warn of days that a time zone has shifted: all at one hour, or at two where clocks change."""
    days = known.astype("datetime64[D]")
    clocks = np.unique(known - days).astype("timedelta64[s]").astype(int)
    whole_hours = [c for c in clocks if c % 3600 == 0 and c > 0]
    if len(clocks) > 2 or len(whole_hours) < len(clocks) or len(np.unique(days)) < ENOUGH:
        return []
    hours = " or ".join(f"{c // 3600:02}:00" for c in whole_hours)
    return [f"every time is {hours}: days shifted by a time zone, it seems"]


def _number(cells):
    """The column as numbers, or None where too few cells are."""
    if pd.api.types.is_numeric_dtype(cells.column) or cells.column.dtype == object:
        looks = cells.judged("number", "numbers", cells.reasons(numbers(cells.column).problems), [])
        texts = _texts_among(cells)
        return looks and looks._replace(said=_mark_of(read_numbers(texts)) if texts else {})
    read = read_numbers(cells.texts, decimal=cells.decimal)
    if cells.decimal and cells.wanted != "number" and cells.share(pd.isna(read.reasons)) < FITS:
        read = read_numbers(cells.texts)  # said of another column
    described = "numbers, decimal mark open" if isinstance(read.chosen, Unclear) else read.chosen.described
    other = pd.Series(read.reasons, dtype=object).str.startswith("is in another currency").eq(True).to_numpy()
    warnings = [f"several currencies (first in row {cells.first(other)[0]})"] if other.any() else []
    bare = cells.texts.frame["bare"].to_native()
    power = pd.to_numeric(bare.where(bare.str.contains(ROUNDED)).str.extract(r"(\d+)$", expand=False))
    rounded = power.ge(SPREADSHEET).to_numpy()
    if rounded.any():
        row, text = cells.first(rounded)
        warnings.append(
            f"{cells.count(rounded)} cells such as {text} are rounded by a spreadsheet (row {row})"
        )
    looks = cells.judged("number", described, read.reasons, warnings)
    return looks and looks._replace(said=_mark_of(read))


def _ids(cells):
    """The column as identifiers, or as texts where it has words rather than signs."""
    if inexact(cells.column).any() or pd.api.types.is_bool_dtype(cells.column):
        _, problems, notes = ids(cells.column)
        values, reasons, described = as_text(cells.column).unique(), cells.reasons(problems), "identifiers"
    else:
        read = read_ids(cells.texts)
        values, reasons, notes = read.values, read.reasons, read.notes
        described = read.chosen.described if isinstance(read.chosen, IdRule) else "identifiers"
    reasons = np.where(cells.filled > 0, reasons, None)
    warnings = list(notes)
    bad = pd.notna(reasons)
    if bad.any():
        warnings.append(f"{cells.count(bad)} cells: {reasons[bad][0]} (first in row {cells.first(bad)[0]})")
    different = pd.Series(values, dtype="str")
    low = cells.texts.frame["low"].to_native()
    worded = low.str.contains(" ").to_numpy() | ~low.str.contains("[0-9]").to_numpy()
    if cells.share(worded) > 0.5 and not bad.any():
        n = different[different != ""].nunique()
        return Looks("text", f"texts, {n} different", 0, None, warnings)
    return Looks("id", described, cells.count(bad), cells.first(bad) if bad.any() else None, warnings)


def _whole_ids(cells, named):
    """Whether numbers are rather identifiers: leading zeros, all of one length, or written with and without .0."""
    bare = cells.texts.frame["bare"].to_native()[cells.filled > 0]
    whole = bare.str.replace(r"\.0+$", "", regex=True)
    if whole.str.count("[0-9]").min() > 15:  # more digits than a number keeps
        return True
    if not whole.str.fullmatch(r"\d+").all():
        return False
    if whole.str.fullmatch(r"0\d+").any() or any(
        "written both ways" in warning for warning in named.warnings
    ):
        return True
    lengths = whole.str.len()
    return bool(lengths.min() == lengths.max() >= 4 and len(whole) > 1)
