"""The monthly retention loop, a call each: configure, publish, dispatch, feedback, outcomes, report."""

import argparse
import json
import os
import re
from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli import arguments
from workbench.cli.arguments import Commands

if TYPE_CHECKING:
    import pandas as pd

    from workbench.retention import Retention

Call = Callable[["Retention", Namespace], str]
EPILOG = """Files, with --map where columns have other names. strategies: strategy, action, cost, stage (pilot,
rolled out or stopped), perhaps reason_group, value_grade, risk_level, valid_from, valid_to. capacities:
branch, contacts, month. opt_outs: customer_id, since. scores, as churn-warning writes them:
customer_id, branch, contract_end, probability, perhaps risk_level, value_grade, reason_group, rule.
feedback: customer_id, reported_on, status (reached, unreachable, refused or accepted), perhaps note.
outcomes: customer_id, churned or renewed_on.

In a month's order: configure --data strategies.csv --data capacities.csv; publish --data scores.csv; dispatch
--out DIR; feedback --data calls.csv; outcomes --data renewals.csv; report. Exit codes: 0 done, 2 refused."""
NOT_READ = ("totals", "drop_without")  # ways of reading that leave rows out
TOLD_BY = {
    "strategies": "strategy",
    "capacities": "contacts",
    "opt_outs": "since",
}  # what is configured, by a column


def add(commands: Commands) -> None:
    """Add the command and its actions."""
    retention = commands.add_parser(
        "retention", help="the monthly retention loop in a database", epilog=EPILOG
    )
    actions = retention.add_subparsers(required=True, metavar="ACTION", parser_class=arguments.Parser)
    configure = _action(actions, "configure", "keep strategies, capacities and opt-outs", run_configure)
    configure.add_argument("--month", metavar="YYYY-MM", help="of capacities that name none")
    configure.add_argument(
        "--rest-months",
        type=int,
        metavar="N",
        help="for so many months after a contact nobody is listed again",
    )
    _data(configure, "a file of strategies, capacities or opt-outs; repeat it for several", needed=False)
    publish = _action(actions, "publish", "publish the scores of a month", run_publish)
    dispatch = _action(
        actions, "dispatch", "list whom each branch is to call, a file per branch", run_dispatch
    )
    dispatch.add_argument(
        "--control-share",
        type=float,
        metavar="SHARE",
        help="part of each list that is left alone (default: half of a pilot, 0.15 of what is rolled out)",
    )
    dispatch.add_argument(
        "--random-state", type=int, default=0, metavar="N", help="draws the arms (default: 0)"
    )
    feedback = _action(actions, "feedback", "add what came of the calls of a month", run_feedback)
    outcomes = _action(actions, "outcomes", "keep who left of those scored in a month", run_outcomes)
    outcomes.add_argument(
        "--observation-end",
        metavar="DATE",
        help="first day not observed any more (default: today)",
    )
    for command in (publish, dispatch, feedback, outcomes):
        command.add_argument("--month", required=True, metavar="YYYY-MM", help="that of the scores")
    for command in (publish, feedback, outcomes):
        _data(command, "the file")
    report = _action(actions, "report", "say what calling brought, and how the model does", run_report)
    report.add_argument("--month", metavar="YYYY-MM", help="the last one that counts (default: all)")
    report.add_argument(
        "--out", metavar="DIR", help="write a page there, and its tables as JSON under private/"
    )
    arguments.language_option(report)
    report.set_defaults(call=report_and_page)
    dispatch.add_argument("--out", metavar="DIR", help="folder of the lists (default: private/retention/)")


def _action(actions: Commands, name: str, said: str, call: Call) -> argparse.ArgumentParser:
    command = actions.add_parser(name, help=said, description=f"{said[0].upper()}{said[1:]}.")
    command.add_argument("--database", required=True, metavar="URL", help="sqlite:///FILE, postgresql://…")
    command.add_argument("--prefix", default="", metavar="TEXT", help="before the names of its tables")
    command.set_defaults(call=lambda options: _in_one_line(call, options))
    return command


def _data(command: argparse.ArgumentParser, said: str, *, needed: bool = True) -> None:
    command.add_argument("--data", action="append", default=[], required=needed, metavar="FILE", help=said)
    arguments.map_option(command, "which column of your file is what, where it has another name")
    arguments.reading_options(command, without=NOT_READ)


def _in_one_line(call: Call, options: Namespace) -> int:
    """Make a call, and say what was done; what the loop or its database refuse is one line."""
    from workbench.retention import Retention
    from workbench.runner.record.verdict import Refused

    try:
        with Retention(options.database, prefix=options.prefix) as loop:
            print(call(loop, options))
    except ValueError as error:
        raise Refused(str(error)) from None
    return 0


def run_configure(loop: "Retention", options: Namespace) -> str:
    """Keep what each file holds, known by its columns."""
    from workbench.retention import kinds_of
    from workbench.runner.record.verdict import Refused

    found: dict[str, Any] = {}
    kinds = {column: kind for table in TOLD_BY for column, kind in kinds_of(table).items()}
    for file in options.data:
        there = _read(options, [file], kinds, []).columns
        name = next((table for table, column in TOLD_BY.items() if column in there), None)
        if name is None:
            raise Refused(
                f"{file} holds none of {', '.join(TOLD_BY.values())}; see `workbench retention --help`"
            )
        if name in found:
            raise Refused(f"two of the files hold {name}; join them")
        found[name] = _table(options, name, [file])
    if not found and options.rest_months is None:
        raise Refused("nothing is given to configure; add --data FILE or --rest-months N")
    loop.configure(**found, rest_months=options.rest_months)
    said = [f"{len(table):,} rows of {name}" for name, table in found.items()]
    said += [] if options.rest_months is None else [f"{options.rest_months} months of rest"]
    return f"configured: {', '.join(said)}"


def run_publish(loop: "Retention", options: Namespace) -> str:
    """Publish a file of scores."""
    table = _table(options, "scores", options.data)
    before = len(loop.to_frame("scores", options.month))
    n = loop.publish(options.month, table)
    if not n:
        return f"unchanged: {options.month}: the same scores"
    return f"published: {options.month}: {n:,} scores{f' in the place of {before:,}' if before else ''}"


def run_dispatch(loop: "Retention", options: Namespace) -> str:
    """Dispatch a month, and write the list of each branch."""
    done = len(loop.to_frame("dispatches", options.month)) > 0
    tasks = loop.dispatch(options.month, options.control_share, options.random_state)
    contacts = loop.worklist(options.month)
    files = _write_lists(contacts, options)
    how = "unchanged, as it was dispatched before" if done else "dispatched"
    said = f"{how}: {options.month}: {len(tasks):,} listed, {len(contacts):,} to call"
    return "\n".join([said, *(f"  {file}" for file in files)])


def run_feedback(loop: "Retention", options: Namespace) -> str:
    """Add a file of feedback."""
    n = loop.feedback(options.month, _table(options, "feedback", options.data, without=("number",)))
    return f"added: {options.month}: {n:,} new rows of feedback"


def run_outcomes(loop: "Retention", options: Namespace) -> str:
    """Keep a file of outcomes; without another end, what was known by today."""
    from workbench.runner.record.verdict import Refused

    table = _table(options, "outcomes", options.data, optional=("churned",))
    today = date.today().isoformat()
    if options.observation_end and options.observation_end > today:
        raise Refused(
            f"--observation-end {options.observation_end} lies ahead; what is not over yet is not known"
        )
    n = loop.outcomes(options.month, table, observation_end=options.observation_end or today)
    return f"kept: {options.month}: {n:,} new or changed outcomes"


def run_report(loop: "Retention", options: Namespace) -> str:
    """Say what the loop did, and keep it as JSON for `report_and_page`."""
    report = loop.report(options.month)
    plain = {name: json.loads(table.to_json(orient="records")) for name, table in report._asdict().items()}
    options.json = json.dumps(plain, ensure_ascii=False, indent=1)
    months = report.months.set_index("month").T.rename_axis(None, axis=1)
    return f"{_shown(report.effects, index=False)}\n\n{_shown(months, index=True)}"


def report_and_page(options: Namespace) -> int:
    """Say what the loop did and, where a folder is named, run the notebook of the month on it."""
    code = _in_one_line(run_report, options)
    if options.out and not code:
        code = _page(options)
        private = Path(options.out) / "private"
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(private / _name(options), "report.json", options.json)
    return code


def _page(options: Namespace) -> int:
    """Run `retention-month` on the loop's database; the exit code is that of the run."""
    from workbench import data
    from workbench.addresses import absolute
    from workbench.cli import studies

    notebook = data.ROOT / "notebooks" / "analyses" / "retention-month.ipynb"
    if not notebook.exists():
        print("no page: notebooks/analyses/retention-month.ipynb is not here; run it where the notebooks are")
        return 0
    given = {"database": absolute(options.database), "prefix": options.prefix, "month": options.month}
    words = [word for name, value in given.items() if value for word in ("-p", f"{name}={value}")]
    commands = argparse.ArgumentParser(prog="workbench")
    studies.add(commands.add_subparsers())
    run = commands.parse_args(
        ["run", str(notebook), *words, "--out", options.out, "--name", _name(options), "--lang", options.lang]
    )
    return run.call(run)


def _name(options: Namespace) -> str:
    return f"retention-{options.month or 'all'}"


def _table(
    options: Namespace,
    name: str,
    files: list[str],
    *,
    optional: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
) -> "pd.DataFrame":
    """A file as a table of the loop; the month, where it is an option, need not be a column."""
    from workbench.retention import kinds_of, needed_of

    kinds = {column: kind for column, kind in kinds_of(name).items() if column not in without}
    given = () if options.month is None else ("month",)
    needed = [column for column in needed_of(name) if column not in (*optional, *without, *given)]
    table = _read(options, files, kinds, needed)
    if name == "capacities" and "month" not in table and options.month is not None:
        table["month"] = options.month
    return table


def _read(options: Namespace, files: list[str], kinds: dict[str, str], needed: list[str]) -> "pd.DataFrame":
    from workbench import data
    from workbench.runner.plan import own_file

    reading = {
        key: value
        for key in data.READING
        if key not in NOT_READ and (value := getattr(options, key)) is not None
    }
    told = own_file.parameters(own_file.Typed(files, options.map, reading))
    return data.load_columns(
        told["data_file"], kinds, needed=needed, columns=told.get("columns"), reading=told.get("reading")
    )


def _write_lists(contacts: "pd.DataFrame", options: Namespace) -> list[Path]:
    """Write a CSV per branch, which a spreadsheet opens as it is and takes for no formula."""
    from workbench import publish
    from workbench.runner import project

    found = project.find()
    out = Path(options.out) if options.out else found.private(found.reports) / "retention"
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    files: list[Path] = []
    for branch, those in contacts.groupby("branch"):
        plain = re.sub(r"[^\w.-]+", "_", str(branch)).strip("._") or "branch"
        taken = {file.name.casefold() for file in files}
        names = (f"{options.month}-{plain}{f'-{n}' if n else ''}.csv" for n in range(len(files) + 1))
        name = next(name for name in names if name.casefold() not in taken)
        text = those.map(publish.harmless).to_csv(index=False, date_format="%Y-%m-%d")
        files.append(_replace(out, name, "\ufeff" + text))
    return files


def _replace(out: Path, name: str, text: str) -> Path:
    """Write a file whole, in the place of an earlier one."""
    out.mkdir(parents=True, exist_ok=True)
    fresh = out / f".{name}.part"
    fresh.write_text(text, "utf-8", newline="")
    os.replace(fresh, out / name)
    return out / name


def _shown(table: "pd.DataFrame", *, index: bool) -> str:
    """A table for a terminal; what is not known is a dash."""

    def cell(value: Any) -> str:
        if value is None or value != value:
            return "–"
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3f}"

    plain = table.map(lambda value: value if isinstance(value, str) else cell(value))
    words = str.maketrans("_", " ")
    plain = plain.rename(columns=lambda name: str(name).translate(words))
    return (plain.rename(index=lambda name: name.translate(words)) if index else plain).to_string(index=index)
