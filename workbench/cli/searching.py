"""The command that searches files for personal data: privacy."""

import codecs
import gzip
import json
import re
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli import arguments
from workbench.cli.arguments import Commands

if TYPE_CHECKING:
    from workbench.privacy import Placed

TABLES = (".csv", ".tsv", ".gz", ".zip", ".xlsx", ".xls", ".xlsb", ".ods", ".parquet")


def add(commands: Commands) -> None:
    """Add the command."""
    search = commands.add_parser(
        "privacy",
        help="search tables, notebooks, pages and texts for personal data",
        epilog="Exit codes: 0 nothing found, 2 a file cannot be searched, 6 something was found. "
        "Names are not looked for: nothing in a name can be checked.",
    )
    search.add_argument("files", nargs="+", metavar="FILE", help="table, notebook, page or text")
    search.add_argument("--json", action="store_true", help="print JSON")
    search.set_defaults(call=search_files)


def search_files(options: Namespace) -> int:
    """Print what personal data stand in files, by kind and place, never a value; 6 where there are any."""
    from workbench.runner.record.verdict import WITHHELD, Refused

    found: dict[str, list[Placed]] = {}
    refused = 0
    for name in options.files:
        try:
            found[name] = _found(Path(name))
        except Refused as error:
            refused = arguments.refuse(error)
    if options.json:
        plain = {name: [each._asdict() for each in placed] for name, placed in found.items()}
        print(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        print("\n".join(line for name, placed in found.items() for line in _lines(name, placed)))
    return WITHHELD if any(found.values()) else refused


def _lines(name: str, placed: "list[Placed]") -> list[str]:
    if not placed:
        return [f"{name}: nothing found"]
    return [f"{name}: {each.count:,} × {each.kind} in {each.place} ({each.why})" for each in placed]


def _found(file: Path) -> "list[Placed]":
    """What stands in one file, read as what it is."""
    from workbench import privacy
    from workbench.runner.record.verdict import Refused

    ending = file.suffix.lower()
    if not file.is_file():
        raise Refused(f"{file}: {'a folder; name its files' if file.is_dir() else 'no such file'}")
    if ending in TABLES:
        return _in_table(file)
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{file}: no text in UTF-8, and no table by its ending ({', '.join(TABLES)})") from None
    if ending in (".html", ".htm", ".svg", ".xml"):
        return privacy.find_in_html(text)
    if ending == ".ipynb":
        return _in_notebook(file, text)
    return privacy.find_in_texts([privacy.Text("the text", text)])


def _in_table(file: Path) -> "list[Placed]":
    from workbench import data, privacy
    from workbench.runner.record.verdict import Refused

    try:
        table = data.load_any("", file)
        found = privacy.recognition.find_in_table(table)
        for sheet in re.findall(r"(?m)^sheet '(.+?)' not read", "\n".join(table.attrs["ledger"]["noticed"])):
            other = data.load_any("", file, reading={"sheet": sheet})
            more = privacy.recognition.find_in_table(other)
            found += [each._replace(place=f"sheet {sheet!r}, {each.place}") for each in more]
        return found + _outside_columns(file, {each.kind for each in found})
    except data.DataError as error:
        raise Refused(str(error)) from None
    except ValueError as error:
        raise Refused(f"{file.name}: {error}") from None


def _outside_columns(file: Path, kinds: set[str]) -> "list[Placed]":
    """What the columns of a text file do not show: lines before the header or below the table."""
    from workbench import privacy

    if not set(file.suffixes) & {".csv", ".tsv"} or file.suffix == ".zip":
        return []
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = raw.decode("utf-16" if wide else "utf-8", errors="replace")
    found = privacy.find_in_texts([privacy.Text("the file as text", text)])
    return [each for each in found if each.kind not in kinds]


def _in_notebook(file: Path, text: str) -> "list[Placed]":
    from workbench import privacy
    from workbench.runner.record.verdict import Refused

    try:
        notebook = json.loads(text)
        return privacy.find_in_notebook(notebook)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"{file}: no notebook of nbformat 4") from None
