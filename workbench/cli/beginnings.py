"""The command that begins a notebook of one's own: new."""

from argparse import Namespace
from pathlib import Path

from workbench.cli import arguments
from workbench.cli.arguments import Commands

EPILOG = """For example: workbench new rfm-segments my-shop --map customer_id=Kunde event_time=Tag amount=Betrag; then
workbench run my-shop --data feb.csv. With --study, a name alone: workbench new --study my-paper."""


def add(commands: Commands) -> None:
    """Add the command."""
    new = commands.add_parser(
        "new", help="begin a notebook of your own: a copy with your settings, or a study", epilog=EPILOG
    )
    new.add_argument("names", nargs="+", metavar="STUDY NAME", help="what is copied, and what it is called")
    new.add_argument("--study", action="store_true", help="the skeleton of a study; give its NAME alone")
    arguments.setting_options(new)
    new.add_argument("--title", metavar="TITLE", help="first heading of the copy")
    new.set_defaults(call=begin_notebook)


def begin_notebook(options: Namespace) -> int:
    """Write the notebook, and say what to do with it."""
    from workbench.runner.plan import copies
    from workbench.runner.record.verdict import Refused

    wanted = 1 if options.study else 2
    if len(options.names) != wanted:
        form = "new --study NAME" if options.study else "new STUDY NAME"
        raise Refused(f"{len(options.names)} names were given; write workbench {form}")
    name = options.names[-1]
    if options.study:
        for file in copies.begin(name):
            print(_shown(file))
        print(f"next: workbench run {name}; then put your paper's question, data and figures in their place")
        return 0
    extra = arguments.own_file(options, options.data, needs_file=False)
    notebook = copies.copy(options.names[0], name, options.parameters, extra=extra, title=options.title)
    print(_shown(notebook))
    print(f"next: workbench run {name}{'' if options.data else ' --data FILE'}; or open it in JupyterLab")
    return 0


def _shown(file: Path) -> Path:
    """The path from here, where the file lies below."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
