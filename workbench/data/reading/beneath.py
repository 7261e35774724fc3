"""What an Excel file says beneath its values: when its days begin, the currency of a cell, what is not stored.

Read from the file's own XML, where the library that reads the values leaves it out. Files of other kinds, and writers
that give cells no address, say nothing here.
"""

import html
import io
import re
import zipfile
from typing import NamedTuple

from workbench.data.parsing.formats.currencies import MARKS

__all__ = ["Beneath", "beneath"]

CELL = re.compile(r"<c\s([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
ADDRESS = re.compile(r'\br="([A-Z]{1,3})([0-9]+)"')
NO_VALUE = "is a formula whose value the file does not hold; open the file in a spreadsheet and save it again"


class Beneath(NamedTuple):
    """What stands beneath the values of a sheet; rows and columns count from 1."""

    serials: str = "excel"  # or "excel1904": from when on days are counted
    currencies: dict[int, dict[int, str]] = {}  # column to row to what its number is shown in
    unstored: dict[int, dict[int, str]] = {}  # column to row to why there is no value


def beneath(content: bytes, sheet: str) -> Beneath:
    """Say what stands beneath the values of a sheet.

    Parameters
    ----------
    content : bytes
        Of an Excel file.
    sheet : str
        Its name.

    Returns
    -------
    Beneath
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _of(archive, sheet)
    except (zipfile.BadZipFile, KeyError):  # not the XML kind
        return Beneath()


def _of(archive: zipfile.ZipFile, sheet: str) -> Beneath:
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    since_1904 = re.search(r'\bdate1904="(?:1|true)"', book)
    serials = "excel1904" if since_1904 else "excel"
    shown = _currencies_of_styles(archive)
    page = archive.read(_path(archive, book, sheet)).decode("utf-8", "replace")
    if not (shown or "<f" in page or 't="e"' in page):
        return Beneath(serials)
    currencies: dict[int, dict[int, str]] = {}
    unstored: dict[int, dict[int, str]] = {}
    for attributes, inside in CELL.findall(page):
        if not (address := ADDRESS.search(attributes)):
            continue
        column, row = _number(address[1]), int(address[2])
        style = re.search(r'\bs="([0-9]+)"', attributes)
        code = shown.get(int(style[1])) if style else None
        if code and re.search("<v>[^<]", inside):
            currencies.setdefault(column, {})[row] = code
        if why := _not_stored(attributes, inside):
            unstored.setdefault(column, {})[row] = why
    return Beneath(serials, currencies, unstored)


def _not_stored(attributes: str, inside: str) -> str | None:
    if 't="e"' in attributes:
        error = re.search("<v>([^<]+)</v>", inside)
        return f"is the error {html.unescape(error[1])} of a spreadsheet" if error else NO_VALUE
    if "<f" in inside and not re.search("<v>[^<]", inside) and 't="str"' not in attributes:
        return NO_VALUE
    return None


def _number(letters: str) -> int:
    """Number a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _path(archive: zipfile.ZipFile, book: str, sheet: str) -> str:
    """Where a sheet lies in its file."""
    for tag in re.findall(r"<sheet\s[^>]*>", book):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if name and key and html.unescape(name[1]) == sheet:
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
            for link in re.findall(r"<Relationship\s[^>]*>", links):
                if re.search(rf'\bId="{re.escape(key[1])}"', link):
                    target = re.search(r'\bTarget="([^"]*)"', link)
                    path = target[1] if target else ""
                    return path.removeprefix("/") if path.startswith("/") else f"xl/{path}"
    raise KeyError(sheet)


def _currencies_of_styles(archive: zipfile.ZipFile) -> dict[int, str]:
    """Styles, by their number, whose format of numbers names a currency."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = archive.read("xl/styles.xml").decode("utf-8", "replace")
    formats = {
        int(number[1]): _currency(html.unescape(code[1]))
        for tag in re.findall(r"<numFmt\s[^>]*>", styles)
        if (number := re.search(r'\bnumFmtId="([0-9]+)"', tag))
        and (code := re.search(r'\bformatCode="([^"]*)"', tag))
    }
    cells = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    used = re.findall(r'<xf\s[^>]*?\bnumFmtId="([0-9]+)"', cells[0]) if cells else []
    found = {i: formats.get(int(number)) for i, number in enumerate(used)}
    return {i: code for i, code in found.items() if code}


def _currency(code: str) -> str | None:
    r"""Name the currency of a format of numbers.

    >>> [_currency(code) for code in ('#,##0.00\\ [$€-407]', '"$"#,##0', '[$CHF] 0', 'yyyy-mm-dd', '[$-409]d mmm')]
    ['EUR', 'USD', 'CHF', None, None]
    """
    signs = re.findall(r"\[\$([^\]-]+)", code) + re.findall(r'"([^"]*)"', code)
    signs += re.findall(r"[€£¥₹$](?![^\[]*\])", code)
    codes = [MARKS[sign.strip()] for sign in signs if sign.strip() in MARKS]
    return " or ".join(codes[0]) if codes else None
