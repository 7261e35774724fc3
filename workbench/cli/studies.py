"""The commands about studies: list, run, claims."""

import json
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli import arguments, opening
from workbench.cli.arguments import EPILOG, Commands

if TYPE_CHECKING:
    from workbench.runner.plan.plans import Plan


def add(commands: Commands) -> None:
    """Add the commands."""
    listing = commands.add_parser("list", help="list the studies: what each asks, and what data it needs")
    listing.set_defaults(call=list_studies)

    run = commands.add_parser(
        "run", help="run studies and write their reports", add_help=False, epilog=EPILOG
    )
    run.add_argument("studies", nargs="*", metavar="STUDY", help="name of a study, or path of a notebook")
    run.add_argument("--all", action="store_true", help="run every study")
    arguments.parameter_options(run)
    arguments.previous_option(run)
    arguments.wish_options(run)
    arguments.limit_options(run)
    arguments.jobs_option(run, "studies")
    run.add_argument(
        "--cold", action="store_true", help="start every kernel afresh, even for several studies"
    )
    run.add_argument(
        "--force", action="store_true", help="run even if nothing has changed since the last run"
    )
    run.add_argument("--why", action="store_true", help="say what would be done and why; run nothing")
    run.add_argument("-h", "--help", action="store_true", help="show this help; with a STUDY, its parameters")
    run.set_defaults(call=run_studies, parser=run)

    claims = commands.add_parser("claims", help="show published figures beside reproduced ones")
    claims.add_argument(
        "studies", nargs="*", metavar="STUDY", help="name of a study or of a report; all studies by default"
    )
    claims.add_argument("--check", action="store_true", help="fail if a verdict is not the expected one")
    arguments.out_option(claims)
    claims.set_defaults(call=show_claims)


def list_studies(options: Namespace) -> int:
    """Print of every study its name, its question and the data it needs; those of a sub-folder under its name."""
    from workbench.runner import project
    from workbench.runner.plan import plans

    width = min(max(map(len, plans.studies())), 40)
    for folder, known in project.find().by_folder.items():
        if folder:
            print(f"\n{folder}/")
        for name, path in known.items():
            asked, needed = _described(path)
            print(f"{name:{width}}  {asked}".rstrip())
            if needed:
                print(f"{'':{width}}  {needed}")
    return 0


def _described(notebook: Path) -> tuple[str, str | None]:
    """The question, else the first heading, and the data needed; one file that cannot be read hides no other."""
    from workbench.runner.plan import plans, roles
    from workbench.runner.record.verdict import Refused

    try:
        told = plans.read_notebook(notebook)[1]
        asked = plans.told(told, "question") or plans.title(told) or ""
        return asked, _needed(roles.read(told, name=notebook.name))
    except (Refused, OSError) as error:
        return f"({error})", None


def _needed(roles: Any) -> str | None:
    """What a file of one's own has to hold."""
    from workbench import data

    if roles is None:
        return None
    needed = [role for role in data.ROLES if role in roles.needed]
    optional = [role for role in data.ROLES if role in roles.roles and role not in needed]
    more = f"; if there is one: {', '.join(optional)}" if optional else ""
    return f"own data: {roles.row} a row; {', '.join(needed)}{more}{_or_customers(roles.customers)}"


def _or_customers(table: dict[str, Any] | None) -> str:
    """The other form of a file of one's own: one customer a row."""
    if table is None:
        return ""
    indicators = table["indicators"]
    what = "any indicators" if isinstance(indicators, str) else ", ".join(indicators)
    return f"; or, with -p {table['parameter']}={table['value']}, one customer a row; customer_id, {what}"


def run_studies(options: Namespace) -> int:
    """Run the studies asked for; the exit code is that of the first that did not pass, 130 if interrupted."""
    from workbench.runner.plan import own_file, plans
    from workbench.runner.plan.wishes import key
    from workbench.runner.record.verdict import EXIT_CODES, Refused

    if options.help:
        return _help(options)
    arguments.refuse_elsewhere()
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # as Ctrl-C, until the kernel's watcher takes over
    if options.all == bool(options.studies):
        raise Refused("name a study or give --all; `workbench list` shows the studies")
    extra = arguments.own_file(options, options.data)
    extra |= {"previous": options.previous} if options.previous else {}
    names = list(plans.studies()) if options.all else options.studies
    wishes = arguments.wishes(options)
    if len(names) > 1 and (wishes.name or wishes.title):
        raise Refused("--name and --title are of one report; run one study with them")
    # all are checked before the first is run: a typing error should not cost the time of a study
    planned = [
        plans.plan(name, options.parameters, extra=extra, out=options.out, wishes=wishes) for name in names
    ]
    for plan in planned:
        plans.refuse_previous(plan)
        own_file.say(plan)
    if len({key(plan.name) for plan in planned}) < len(planned):
        raise Refused("two of the runs would write the same report; name each study once")
    if options.why:
        return _explain(planned, force=options.force)
    codes = _run(planned, options)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # all is written; an impatient Ctrl-C must not change the code
    if options.open:
        opening.show(_page(planned, codes))
    interrupted = EXIT_CODES["interrupted"]
    return interrupted if interrupted in codes else next((code for code in codes if code), 0)


def _page(planned: "Sequence[Plan]", codes: Sequence[int]) -> Path:
    """What to open: the report, or what became of it; of several the list."""
    one = planned[0]
    failed = one.out / f"{one.name}.failed.html"
    page = failed if codes[0] and failed.exists() else one.out / f"{one.name}.html"
    return page if len(planned) == 1 and page.exists() else one.out / "index.html"


def _explain(planned: "Sequence[Plan]", *, force: bool) -> int:
    """Print for each plan whether it would run, and why."""
    from workbench.runner import runs

    words = {"nothing": "fresh", "render": "would render", "run": "would run"}
    for plan in planned:
        found = runs.finding(plan, force=force)
        print(f"{words[found.action]}: {plan.name}: {found.why}")
    return 0


def _run(planned: "Sequence[Plan]", options: Namespace) -> list[int]:
    """Bring the reports of the plans up to date; return the exit code of each."""
    from workbench.runner import progress, runs
    from workbench.runner.record.verdict import Refused
    from workbench.runner.terminal import painted, say

    codes: dict[str, int] = {}
    waiting = []
    for plan in planned:
        try:
            found, record = runs.refresh(plan, force=options.force)
        except Refused as error:
            codes[plan.name] = arguments.refuse(error)
            continue
        if record is None:
            waiting.append(plan)
            continue
        codes[plan.name] = record["exit_code"]
        word = painted({"nothing": "fresh", "render": "rendered"}[found.action])
        say(f"{word}: {plan.name}: {found.why}\n  {plan.out / plan.name}.html\n")
        say(progress.results(plan, record))
    codes |= _run_anew(waiting, options) if waiting else {}
    return [codes[plan.name] for plan in planned]


def _run_anew(planned: "Sequence[Plan]", options: Namespace) -> dict[str, int]:
    from workbench.runner import jobs, progress

    with progress.shown(planned) as show:
        records = jobs.run_all(
            planned,
            limits=arguments.limits(options),
            n_jobs=options.jobs,
            cold=options.cold,
            on_cell=show.cell,
            on_end=show.end,
        )
    return {plan.name: record["exit_code"] for plan, record in zip(planned, records, strict=True)}


def _help(options: Namespace) -> int:
    from workbench.runner.plan import plans
    from workbench.runner.record import masking

    if not options.studies:
        options.parser.print_help()
        return 0
    for study in options.studies:
        declared, rules = plans.declared(study)
        if not declared:
            print(
                f"{study} declares no parameters: no cell of code has the tag 'parameters', or the cell is empty."
            )
            continue
        defaults = {p.name: p.default for p in declared.values()}
        defaults = masking.mask_all(defaults, masking.secrets(defaults))
        rows = [
            (p.name, p.kind, json.dumps(defaults[p.name], ensure_ascii=False), masking.mask(p.note))
            for p in declared.values()
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
    """Print the claims table of reports; with --check, fail on an unexpected verdict."""
    from workbench import claims
    from workbench.runner import claimed
    from workbench.runner.record.verdict import EXIT_CODES
    from workbench.runner.terminal import painted, say

    problems = []
    for found in claimed.look_up(options.studies, Path(options.out) if options.out else None):
        problems += found.unexpected
        if found.record:
            if found.older:
                print(found.older)
            tally = (f"{n} {verdict}" for verdict, n in found.record["tally"].items())
            print(f"{found.study}: {', '.join(tally)}")
            print(claims.as_text(found.record["claims"]), end="\n\n")
    if not options.check:
        return 0
    for problem in problems:
        say(f"{painted('unexpected', sys.stderr)}: {problem}\n", sys.stderr)
    print(f"{len(problems)} unexpected verdicts")
    return EXIT_CODES["failed"] if problems else 0
