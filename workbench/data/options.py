"""How a file is to be read: the options that `--encoding` and its like set, declared in one place."""

from collections.abc import Mapping

from workbench.checks import did_you_mean
from workbench.data.catalogue import DataError

__all__ = ["READING", "checked"]

# Key: what it says, for the help of the command line and for messages.
READING = {
    "encoding": "encoding of a text file, such as utf-8, cp1252, gb18030, cp1250 or utf-16-le",
    "delimiter": "what separates the cells of a text file: comma, semicolon, tab, bar, or one character",
    "skip_rows": "rows before the header; 0 says that the header is the first row",
    "sheet": "sheet of an Excel file, by name, or by number from 1",
    "query": "SELECT statement for a database",
    "decimal": "decimal mark: point or comma",
    "time_format": "format of the times: %d.%m.%Y %H:%M, day first, epoch ms, excel, …",
    "totals": "rows called Total, Average and the like: leave out, or keep them as customers",
    "drop_without": "leave rows out that have nothing in these roles or columns, separated by commas",
}
# Options that say nothing about a kind of file.
FOR_KIND = {
    "a text": ("sheet",),
    "an Excel": ("encoding", "delimiter"),
    "a Parquet": ("encoding", "delimiter", "sheet", "skip_rows"),
}
TOTALS = ("leave out", "keep")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "bar": "|", "pipe": "|", "space": " "}


def flag(key: str) -> str:
    """Return the option of the command line that sets a key."""
    return "--" + key.replace("_", "-")


def checked(reading: Mapping[str, str] | None) -> dict[str, str]:
    """Check the names of the options and the values that need no file.

    Parameters
    ----------
    reading : mapping of str to str, optional
        Keys of `READING`, and what they are set to.

    Returns
    -------
    dict of str to str
        Those that are set; ``delimiter`` as the character itself.

    Raises
    ------
    workbench.data.DataError
        If a key is unknown, or a value cannot be meant.

    Examples
    --------
    >>> checked({"delimiter": "tab", "skip_rows": 3})
    {'delimiter': '\\t', 'skip_rows': '3'}
    """
    given = {key: str(value) for key, value in (reading or {}).items() if value is not None}
    for key in given:
        if key not in READING:
            listed = ", ".join(READING)
            raise DataError(f"Unknown reading option {key!r}{did_you_mean(key, READING)} Options: {listed}.")
    if "delimiter" in given:
        mark = given["delimiter"]
        mark = DELIMITERS.get(mark.casefold(), mark)
        if len(mark) != 1 or mark in '"\r\n\0' or ord(mark) > 127:
            raise DataError(
                f"--delimiter {given['delimiter']!r} is not one character; write comma, semicolon, tab or bar."
            )
        given["delimiter"] = mark
    if "skip_rows" in given and not (given["skip_rows"].isascii() and given["skip_rows"].isdigit()):
        raise DataError(f"--skip-rows {given['skip_rows']!r} is not a number of rows; write 0, 1, 2, …")
    if given.get("totals") not in (None, *TOTALS):
        raise DataError(f"--totals {given['totals']!r}: must be 'leave out' or keep.")
    _refuse_formats(given)
    return given


def _refuse_formats(given: Mapping[str, str]) -> None:
    """Refuse a decimal mark or a format of times that cannot be one, whatever the file holds."""
    if not {"decimal", "time_format"} & set(given):
        return
    from workbench.data.parsing.formats import numbers, times

    if (mark := given.get("decimal")) is not None and mark.strip().lower() not in numbers.WORDS:
        raise DataError(f"--decimal {mark!r}: must be . or , (or the words point, comma).")
    if (text := given.get("time_format")) is not None and text.strip().lower() not in times.ORDERS:
        try:
            times.parse_time_format(text)
        except ValueError as error:
            raise DataError(
                f"--time-format {text!r}: {str(error).removeprefix(f'--time-format {text!r}: ')}"
            ) from None
