"""The commands about more than one run: sweep, verify, compare."""

import signal
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from workbench.cli import arguments, opening
from workbench.cli.arguments import EPILOG, Commands

if TYPE_CHECKING:
    from workbench.runner.plan.plans import Plan


def add(commands: Commands) -> None:
    """Add the commands."""
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
    arguments.parameter_options(sweep)
    arguments.wish_options(sweep)
    arguments.limit_options(sweep)
    arguments.jobs_option(sweep, "points")
    sweep.add_argument("--cold", action="store_true", help="start every kernel afresh")
    sweep.set_defaults(call=sweep_study)

    verify = commands.add_parser(
        "verify",
        help="run a report again and say what differs",
        epilog="Exit codes: 0 nothing differs, 2 refused, 3 something differs, 130 interrupted.",
    )
    verify.add_argument(
        "report", metavar="REPORT", help="name of a study or report, or path of its JSON file"
    )
    arguments.limit_options(verify)
    arguments.personal_option(verify)
    arguments.out_option(verify)
    verify.set_defaults(call=verify_report)

    compare = commands.add_parser("compare", help="put two reports side by side on one page")
    for name in ("first", "second"):
        compare.add_argument(name, metavar=name.upper(), help="name of a report, or path of its JSON file")
    compare.add_argument("--open", action="store_true", help="open the page in the browser afterwards")
    arguments.language_option(compare)
    arguments.personal_option(compare)
    arguments.out_option(compare)
    compare.set_defaults(call=compare_reports)


def sweep_study(options: Namespace) -> int:
    """Run the points of a grid that need it; the exit code is that of the first that did not pass."""
    arguments.refuse_elsewhere()
    from workbench.runner import progress, sweep
    from workbench.runner.record import masking
    from workbench.runner.record.record import state
    from workbench.runner.terminal import painted, say

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    planned = sweep.plan(
        options.study,
        options.grid,
        assignments=options.parameters,
        extra=arguments.own_file(options, options.data),
        out=options.out,
        wishes=arguments.wishes(options),
    )
    done = sweep.done(planned)
    sizes = " × ".join(f"{name} {len(values)}" for name, values in planned.grid.items())
    say(f"{len(planned.plans)} points ({sizes}), {len(done)} of them done\n")
    waiting = [plan for plan in planned.plans if plan.name not in done]
    with progress.shown(waiting, called=planned.called) as show:
        record = sweep.run(
            planned,
            done,
            limits=arguments.limits(options),
            n_jobs=options.jobs,
            cold=options.cold,
            on_cell=show.cell,
            on_end=show.end,
        )
    page = planned.out / f"{planned.name}.html"
    say(masking.mask(f"{painted(state(record))}: {planned.name}: {record['reason']}\n"))
    say(f"  {page}\n{progress.ledgers(record['data'])}")
    if options.open:
        opening.show(page)
    return record["exit_code"]


def verify_report(options: Namespace) -> int:
    """Run what a record says once more and print what differs, most important first."""
    arguments.refuse_elsewhere()
    from workbench.runner import progress, reports, verify
    from workbench.runner.terminal import painted, say

    signal.signal(signal.SIGTERM, signal.default_int_handler)

    def on_cell(_: "Plan", number: int, total: int, heading: str) -> None:
        if sys.stderr.isatty():
            say(f"\r\033[K{progress.cut(f'[{number}/{total}] {heading}', 79)}", sys.stderr)

    file = reports.find(options.report, arguments.out_folder(options))
    found = verify.verify(
        file, limits=arguments.limits(options), on_cell=on_cell, allow_personal=options.allow_personal
    )
    if sys.stderr.isatty():
        say("\r\033[K", sys.stderr)
    word, colon, rest = found.lines[0].partition(":")
    print("\n".join([f"{painted(word)}{colon}{rest}", *found.lines[1:]]))
    return found.exit_code


def compare_reports(options: Namespace) -> int:
    """Write the page on which two reports stand side by side; print where they differ."""
    from workbench.runner import compare
    from workbench.runner.record.verdict import WITHHELD

    lines, page, withheld = compare.compare(
        options.first,
        options.second,
        out=arguments.out_folder(options),
        allow_personal=options.allow_personal,
        language=options.lang,
    )
    print("\n".join([*lines, f"  {page}"]), flush=True)
    if options.open:
        opening.show(page)
    return WITHHELD if withheld else 0
