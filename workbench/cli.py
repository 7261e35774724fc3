"""The command line: arguments in, one call, errors as one line. Heavy imports wait until they are needed."""

import argparse
import json
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from workbench import __version__

if TYPE_CHECKING:
    from workbench.runner.plan.plans import Limits, Plan

EPILOG = (
    "Exit codes: 0 passed, 2 refused, 3 failed, 4 incomplete, 5 kernel died, 124 timed out, 130 interrupted."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    from workbench.places import PlacesError
    from workbench.runner.record.verdict import EXIT_CODES, Refused

    try:
        options = parser().parse_args(arguments)
        return options.call(options)
    except (Refused, PlacesError) as error:
        return _refuse(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_CODES["interrupted"]
    except BrokenPipeError:
        # the reader of our output went away (`| head`); nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _refuse(error: Exception) -> int:
    from workbench.runner.record.provenance import mask

    print(f"refused: {mask(' '.join(str(error).split()))}", file=sys.stderr)
    return 2


class _Parser(argparse.ArgumentParser):
    """Refusals in the form that all refusals of the workbench have."""

    def error(self, message: str) -> NoReturn:
        from workbench.runner.record.verdict import Refused

        raise Refused(f"{message}; see `{self.prog} --help`")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = _Parser(
        prog="workbench", description="Reproduce published customer-segmentation studies.", epilog=EPILOG
    )
    top.add_argument("--version", action="version", version=f"workbench {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    listing = commands.add_parser("list", help="list the studies of the project")
    listing.set_defaults(call=list_studies)

    run = commands.add_parser(
        "run", help="run studies and write their reports", add_help=False, epilog=EPILOG
    )
    run.add_argument("studies", nargs="*", metavar="STUDY", help="name of a study, or path of a notebook")
    run.add_argument("--all", action="store_true", help="run every study")
    _parameter_options(run)
    _limit_options(run)
    run.add_argument("--jobs", type=_count, default=1, metavar="N", help="run N studies at once (default: 1)")
    run.add_argument(
        "--cold", action="store_true", help="start every kernel afresh, even for several studies"
    )
    run.add_argument(
        "--force", action="store_true", help="run even if nothing has changed since the last run"
    )
    run.add_argument("--why", action="store_true", help="say what would be done and why; run nothing")
    run.add_argument("-h", "--help", action="store_true", help="show this help; with a STUDY, its parameters")
    run.set_defaults(call=run_studies, parser=run)

    _add_look(commands)

    claims = commands.add_parser("claims", help="show published figures beside reproduced ones")
    claims.add_argument("studies", nargs="*", metavar="STUDY", help="all by default")
    claims.add_argument("--check", action="store_true", help="fail if a verdict is not the expected one")
    claims.add_argument("--out", metavar="DIR", help="folder of the reports (default: reports/)")
    claims.set_defaults(call=show_claims)
    _add_comparisons(commands)
    return top


def _add_look(commands: "argparse._SubParsersAction[_Parser]") -> None:
    look = commands.add_parser(
        "look",
        help="say what would be read of your own file, and suggest its --map",
        epilog="Exit codes: 0 read, perhaps with warnings, 2 refused.",
    )
    look.add_argument(
        "files", nargs="+", metavar="FILE", help="file, folder or pattern, or a database's address"
    )
    look.add_argument("--like", metavar="NAME", help="read it as `workbench look FILE --save NAME` kept it")
    _file_options(look)
    look.add_argument("--study", metavar="STUDY", help="check it against what this study needs")
    look.add_argument("--save", metavar="NAME", help="keep what is typed here, for `run … --like NAME`")
    look.add_argument("--json", action="store_true", help="print JSON")
    look.set_defaults(call=look_at_file)


def _file_options(command: argparse.ArgumentParser) -> None:
    """What a user says of a file, where it does not say so itself."""
    from workbench import data

    command.add_argument(
        "--map",
        nargs="+",
        action="extend",
        default=[],
        metavar="ROLE=COLUMN",
        help="which column of your file is what; amount=Quantity*UnitPrice and event_time=Date+Time compute",
    )
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="keep only rows with this value; several values: VALUE|VALUE",
    )
    command.add_argument(
        "--identifiers",
        choices=["pseudonyms", "as they are"],
        help="what customers are called in the report (default: pseudonyms)",
    )
    for key, said in data.READING.items():
        command.add_argument(f"--{key.replace('_', '-')}", metavar=key.upper(), help=said.replace("%", "%%"))


def _own_file(options: Namespace, sources: list[str], option: str = "--data ") -> dict[str, Any]:
    """The parameters of a user's own file."""
    from workbench import data
    from workbench.runner.plan import own_file

    reading = {key: value for key in data.READING if (value := getattr(options, key)) is not None}
    typed = own_file.Typed(
        sources,
        options.map,
        reading,
        options.where,
        options.identifiers,
        getattr(options, "like", None),
        option,
    )
    return own_file.parameters(typed)


def look_at_file(options: Namespace) -> int:
    """Print what would be read of a file, and what is odd in it."""
    from workbench import data
    from workbench.runner.plan import own_file
    from workbench.runner.record.verdict import Refused

    told = _own_file(options, options.files, "")
    try:
        found = data.look(told["data_file"], told.get("reading"), told.get("columns"))
    except data.DataError as error:
        raise Refused(str(error)) from None
    print(found.json() if options.json else found.text())
    if options.study:
        ledger = own_file.fits(options.study, told)
        print("\n".join([f"{options.study} can read it:", *data.ledger_lines(ledger, ledger["noticed"])]))
    if options.save:
        kept = own_file.to_keep(told, found.mapping, found.decided())
        print(f"kept as {options.save}: {own_file.keep(options.save, kept).name} ({own_file.spoken(kept)})")
    return 0


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def list_studies(options: Namespace) -> int:
    """Print the name and title of every study, those of a sub-folder under its name."""
    from workbench.runner import project
    from workbench.runner.plan import plans

    width = max(map(len, plans.studies()))
    for folder, known in project.find().by_folder.items():
        if folder:
            print(f"\n{folder}/")
        for name, path in known.items():
            print(f"{name:{width}}  {_title(path)}".rstrip())
    return 0


def _title(notebook: Path) -> str:
    """The first heading, if any; one file that cannot be read does not hide the others."""
    from workbench.runner.plan import plans
    from workbench.runner.record.verdict import Refused

    try:
        return plans.title(plans.read_notebook(notebook)[1]) or ""
    except (Refused, OSError) as error:
        return f"({error})"


def run_studies(options: Namespace) -> int:
    """Run the studies asked for; the exit code is that of the first that did not pass, 130 if interrupted."""
    from workbench.runner.plan import own_file, plans
    from workbench.runner.record.verdict import EXIT_CODES, Refused

    if options.help:
        return _help(options)
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # as Ctrl-C, until the kernel's watcher takes over
    if options.all == bool(options.studies):
        raise Refused("name a study or give --all; `workbench list` shows the studies")
    extra = _own_file(options, options.data)
    names = list(plans.studies()) if options.all else options.studies
    # all are checked before the first is run: a typing error should not cost the time of a study
    planned = [plans.plan(name, options.parameters, extra=extra, out=options.out) for name in names]
    for plan in planned:
        own_file.say(plan)
    if len({plan.name for plan in planned}) < len(planned):
        raise Refused("two of the runs would write the same report; name each study once")
    if options.why:
        return _explain(planned, force=options.force)
    codes = _run(planned, options)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # all is written; an impatient Ctrl-C must not change the code
    interrupted = EXIT_CODES["interrupted"]
    return interrupted if interrupted in codes else next((code for code in codes if code), 0)


def _explain(planned: "Sequence[Plan]", *, force: bool) -> int:
    """Print for each plan whether it would run, and why."""
    from workbench.runner.record import freshness

    words = {"nothing": "fresh", "render": "would render", "run": "would run"}
    for plan in planned:
        found = freshness.Finding("run", "--force was given") if force else freshness.check(plan)
        print(f"{words[found.action]}: {plan.name}: {found.why}")
    return 0


def _run(planned: "Sequence[Plan]", options: Namespace) -> list[int]:
    """Bring the reports of the plans up to date; return the exit code of each."""
    from workbench.runner import runs
    from workbench.runner.record.verdict import Refused

    codes: dict[str, int] = {}
    waiting = []
    for plan in planned:
        try:
            found, record = runs.refresh(plan, force=options.force)
        except Refused as error:
            codes[plan.name] = _refuse(error)
            continue
        if record is None:
            waiting.append(plan)
            continue
        codes[plan.name] = record["exit_code"]
        word = {"nothing": "fresh", "render": "rendered"}[found.action]
        print(f"{word}: {plan.name}: {found.why}\n  {plan.out / plan.name}.html", flush=True)
    codes |= _run_anew(waiting, options) if waiting else {}
    return [codes[plan.name] for plan in planned]


def _run_anew(planned: "Sequence[Plan]", options: Namespace) -> dict[str, int]:
    from workbench.runner import jobs, progress

    with progress.shown(planned) as show:
        records = jobs.run_all(
            planned,
            limits=_limits(options),
            n_jobs=options.jobs,
            cold=options.cold,
            on_cell=show.cell,
            on_end=show.end,
        )
    return {plan.name: record["exit_code"] for plan, record in zip(planned, records, strict=True)}


def _help(options: Namespace) -> int:
    from workbench.runner.plan import plans

    if not options.studies:
        options.parser.print_help()
        return 0
    for study in options.studies:
        declared, rules = plans.declared(study)
        if not declared:
            print(f"{study} declares no parameters.")
            continue
        rows = [
            (p.name, p.kind, json.dumps(p.default, ensure_ascii=False), p.note) for p in declared.values()
        ]
        rows.insert(0, ("parameter", "type", "default", "meaning"))
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        print(f"Parameters of {study}, set with -p NAME=VALUE:\n")
        for row in rows:
            print("  " + "  ".join(cell.ljust(w) for cell, w in zip(row, [*widths, 0], strict=True)).rstrip())
        if rules:
            print("\nRules:\n\n  " + "\n  ".join(rules))
    return 0


def show_claims(options: Namespace) -> int:
    """Print the claims table of the default reports; with --check, fail on an unexpected verdict."""
    from workbench import claims
    from workbench.runner import claimed
    from workbench.runner.record.verdict import EXIT_CODES

    problems = []
    for found in claimed.look_up(options.studies, Path(options.out) if options.out else None):
        problems += found.unexpected
        if found.record:
            tally = (f"{n} {verdict}" for verdict, n in found.record["tally"].items())
            print(f"{found.study}: {', '.join(tally)}")
            print(claims.as_text(found.record["claims"]), end="\n\n")
    if not options.check:
        return 0
    for problem in problems:
        print(f"unexpected: {problem}", file=sys.stderr)
    print(f"{len(problems)} unexpected verdicts")
    return EXIT_CODES["failed"] if problems else 0


def _parameter_options(command: argparse.ArgumentParser) -> None:
    """What is run, and where its report goes."""
    command.add_argument(
        "-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE", help="set a parameter"
    )
    command.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="FILE",
        help="your own file, folder, pattern or database; repeat it for several",
    )
    command.add_argument(
        "--like", metavar="NAME", help="read it as `workbench look FILE --save NAME` kept it"
    )
    _file_options(command)
    command.add_argument("--out", metavar="DIR", help="folder for the reports (default: reports/)")


def _limit_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--cell-timeout", type=_positive, metavar="SECONDS", help="limit for one cell")
    command.add_argument("--run-timeout", type=_positive, metavar="SECONDS", help="limit for one run")
    command.add_argument(
        "--memory-limit", type=_positive, metavar="MIB", help="limit for the kernel and its children"
    )


def _limits(options: Namespace) -> "Limits":
    from workbench.runner.plan.plans import Limits

    return Limits(options.cell_timeout, options.run_timeout, options.memory_limit)


def _add_comparisons(commands: "argparse._SubParsersAction[_Parser]") -> None:
    """The commands about more than one run."""
    sweep = commands.add_parser("sweep", help="run a study over a grid and compare", epilog=EPILOG)
    sweep.add_argument("study", metavar="STUDY", help="name of a study, or path of a notebook")
    sweep.add_argument(
        "-g",
        dest="grid",
        action="append",
        default=[],
        metavar="NAME=VALUES",
        help="values of a parameter: 2:6, 2:10:2 or none,zscore",
    )
    _parameter_options(sweep)
    _limit_options(sweep)
    sweep.add_argument(
        "--jobs", type=_count, default=1, metavar="N", help="run N points at once (default: 1)"
    )
    sweep.add_argument("--cold", action="store_true", help="start every kernel afresh")
    sweep.set_defaults(call=sweep_study)

    verify = commands.add_parser(
        "verify",
        help="run a report again and say what differs",
        epilog="Exit codes: 0 nothing differs, 2 refused, 3 something differs, 130 interrupted.",
    )
    verify.add_argument(
        "report", metavar="FILE", help="the JSON file of a report, such as reports/STUDY.json"
    )
    _limit_options(verify)
    verify.set_defaults(call=verify_report)

    compare = commands.add_parser("compare", help="put two reports side by side on one page")
    for name in ("first", "second"):
        compare.add_argument(name, metavar=name.upper(), help="name of a report, or path of its JSON file")
    compare.add_argument(
        "--out", metavar="DIR", help="folder of the reports and of the page (default: reports/)"
    )
    compare.set_defaults(call=compare_reports)


def sweep_study(options: Namespace) -> int:
    """Run the points of a grid that need it; the exit code is that of the first that did not pass."""
    from workbench.runner import progress, sweep
    from workbench.runner.record import provenance

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    planned = sweep.plan(
        options.study,
        options.grid,
        assignments=options.parameters,
        extra=_own_file(options, options.data),
        out=options.out,
    )
    done = sweep.done(planned)
    sizes = " × ".join(f"{name} {len(values)}" for name, values in planned.grid.items())
    print(f"{len(planned.plans)} points ({sizes}), {len(done)} of them done", flush=True)
    waiting = [plan for plan in planned.plans if plan.name not in done]
    with progress.shown(waiting) as show:
        record = sweep.run(
            planned,
            done,
            limits=_limits(options),
            n_jobs=options.jobs,
            cold=options.cold,
            on_cell=show.cell,
            on_end=show.end,
        )
    print(provenance.mask(f"{record['verdict']}: {planned.name}: {record['reason']}"))
    print(f"  {planned.out / planned.name}.html", flush=True)
    return record["exit_code"]


def verify_report(options: Namespace) -> int:
    """Run what a record says once more and print what differs, most important first."""
    from workbench.runner import progress, verify

    signal.signal(signal.SIGTERM, signal.default_int_handler)

    def on_cell(_: "Plan", number: int, total: int, heading: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{progress.cut(f'[{number}/{total}] {heading}', 79)}", end="", file=sys.stderr)

    found = verify.verify(options.report, limits=_limits(options), on_cell=on_cell)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    print("\n".join(found.lines))
    return found.exit_code


def compare_reports(options: Namespace) -> int:
    """Write the page on which two reports stand side by side; print where they differ."""
    from workbench.runner import compare, project

    out = Path(options.out) if options.out else project.find().reports
    lines, page = compare.compare(options.first, options.second, out=out)
    print("\n".join([*lines, f"  {page}"]))
    return 0
