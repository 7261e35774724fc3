"""The commands about reports that are there: results, remove."""

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli import arguments
from workbench.cli.arguments import Commands

if TYPE_CHECKING:
    from workbench.runner.reports import Table


def add(commands: Commands) -> None:
    """Add the commands."""
    results = commands.add_parser("results", help="say where the named tables of a report lie as files")
    results.add_argument(
        "report", nargs="?", metavar="REPORT", help="its name; without one, all that have any"
    )
    results.add_argument("--json", action="store_true", help="print JSON")
    arguments.out_option(results)
    results.set_defaults(call=show_results)

    remove = commands.add_parser("remove", help="delete a report and its private files")
    remove.add_argument("report", metavar="REPORT", help="its name, as in the list of reports")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    arguments.out_option(remove)
    remove.set_defaults(call=remove_report)


def show_results(options: Namespace) -> int:
    """Print the reports that have named tables, or the tables of one with their files."""
    from workbench.runner import reports

    out = arguments.out_folder(options)
    if options.report is None:
        return _list(dict(reports.with_tables(out)), out, as_json=options.json)
    found = reports.tables(options.report, out)
    if options.json:
        print(json.dumps([_plain(table) for table in found], ensure_ascii=False, indent=1))
    elif not found:
        print(f"{options.report} has no named tables; its notebook publishes none")
    else:
        print("\n".join(line for table in found for line in _lines(table)))
    return 0


def _list(found: dict[str, list[str]], out: Path, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    elif not found:
        print(f"no report in {out} has named tables")
    else:
        width = max(map(len, found))
        print("\n".join(f"{name:{width}}  {', '.join(tables)}" for name, tables in found.items()))
    return 0


def _lines(table: "Table") -> list[str]:
    lines = [f"{table.name}: {table.rows:,} row{'' if table.rows == 1 else 's'}. {table.caption}"]
    for file, state in table.files.items():
        lines.append(f"  {file}" if state == "as the run wrote it" else f"  {file}  ({state})")
    return lines


def _plain(table: "Table") -> dict[str, Any]:
    files = [{"path": str(file), "state": state} for file, state in table.files.items()]
    return {"name": table.name, "rows": table.rows, "caption": table.caption, "files": files}


def remove_report(options: Namespace) -> int:
    """Delete a report with its private files, once somebody has said so."""
    from workbench.runner import reports
    from workbench.runner.record.verdict import Refused

    out = arguments.out_folder(options)
    pages, private = reports.pages_of(options.report, out), reports.private(out / f"{options.report}.json")
    if not options.yes:
        if not sys.stdin.isatty():
            raise Refused(f"{options.report} is kept: nobody can be asked here; add --yes to remove it")
        print("\n".join(str(path) for path in [*pages, *([private] if private.exists() else [])]))
        if input(f"Remove {options.report}? [y/N] ").strip().lower() not in ("y", "yes"):
            print("kept")
            return 0
    reports.remove(options.report, out)
    print(f"removed: {options.report}: {len(pages)} files and folders of its report, and its private files")
    return 0
