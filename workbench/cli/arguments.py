"""Options that several commands share, and what is made of them."""

import argparse
import sys
from argparse import Namespace
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from workbench.runner.plan.plans import Limits, Wishes

EPILOG = (
    "Exit codes: 0 passed, 2 refused, 3 failed, 4 incomplete, 5 kernel died, 6 withheld, 124 timed out, "
    "130 interrupted."
)


class Parser(argparse.ArgumentParser):
    """Refusals in the form that all refusals of the workbench have."""

    def error(self, message: str) -> NoReturn:
        from workbench.runner.record.verdict import Refused

        odd = message.partition("unrecognized arguments: ")[2].split()
        if odd and Path(odd[0]).is_file():
            message = f"{odd[0]} stands alone; each file needs its own --data: --data FILE --data {odd[0]}"
        raise Refused(f"{message}; see `{self.prog} --help`")


Commands = argparse._SubParsersAction  # argparse has no public name for it


def refuse(error: Exception) -> int:
    """Say in one line why a command was not carried out; return its exit code."""
    from workbench.runner.record import masking
    from workbench.runner.terminal import painted, say

    typed = dict(word.split("=", 1) for word in sys.argv if "=" in word)
    told = masking.mask(" ".join(str(error).split()), masking.secrets(typed))
    say(f"{painted('refused', sys.stderr)}: {told}\n", sys.stderr)
    return 2


def file_options(command: argparse.ArgumentParser) -> None:
    """What a user says of a file, where it does not say so itself."""
    map_option(
        command,
        "which column of your file is what; amount=Quantity*UnitPrice and event_time=Date+Time compute",
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
    reading_options(command)


def map_option(command: argparse.ArgumentParser, said: str) -> None:
    """Which column of a file is what."""
    command.add_argument("--map", nargs="+", action="extend", default=[], metavar="ROLE=COLUMN", help=said)


def reading_options(command: argparse.ArgumentParser, without: Collection[str] = ()) -> None:
    """How a file is read."""
    from workbench import data

    for key, said in data.READING.items():
        if key not in without:
            option = f"--{key.replace('_', '-')}"
            command.add_argument(option, metavar=key.upper(), help=said.replace("%", "%%"))


def own_file(
    options: Namespace, sources: list[str], option: str = "--data ", *, needs_file: bool = True
) -> dict[str, Any]:
    """The parameters of a user's own file; how it is read means nothing without one, unless it may come later."""
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
        needs_file,
    )
    return own_file.parameters(typed)


def parameter_options(command: argparse.ArgumentParser) -> None:
    """What is run, and where its report goes."""
    setting_options(command)
    out_option(command)


def setting_options(command: argparse.ArgumentParser) -> None:
    """The parameters of a study, and the file that it is to read."""
    command.add_argument(
        "-p",
        dest="parameters",
        action="append",
        type=_assignment,
        default=[],
        metavar="NAME=VALUE",
        help="set a parameter",
    )
    command.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="FILE",
        help="your own file, folder, pattern or database; repeat it for several",
    )
    like_option(command)
    file_options(command)


def _assignment(text: str) -> str:
    """Refuse `-p name value` here, before the value is taken for an argument of its own."""
    from workbench.runner.plan import parameters

    parameters.parted(text)
    return text


def previous_option(command: argparse.ArgumentParser) -> None:
    """An earlier report to compare with."""
    command.add_argument(
        "--previous", metavar="NAME", help="earlier report whose segments are kept; lists who moved since"
    )


def like_option(command: argparse.ArgumentParser) -> None:
    """How a file is read, as it was kept under a name."""
    command.add_argument(
        "--like", metavar="NAME", help="read it as `workbench look FILE --save NAME` kept it"
    )


def wish_options(command: argparse.ArgumentParser) -> None:
    """What a report is called, and what becomes of it; no number depends on it."""
    command.add_argument("--name", metavar="NAME", help="file name of the report, such as my-shop-may")
    command.add_argument(
        "--title", metavar="TITLE", help="its title (default: your file's name, or the study's)"
    )
    command.add_argument("--xlsx", action="store_true", help="named tables as Excel files, too")
    command.add_argument("--open", action="store_true", help="open the page in the browser afterwards")
    language_option(command)
    personal_option(command)


def language_option(command: argparse.ArgumentParser) -> None:
    """In which language a page has its own words."""
    command.add_argument(
        "--lang",
        choices=["en", "zh"],
        default="en",
        help="language of the page's own words: English (default) or Chinese; a notebook's stay as they are",
    )


def personal_option(command: argparse.ArgumentParser) -> None:
    """Why what is personal may be published all the same."""
    command.add_argument(
        "--allow-personal",
        metavar="REASON",
        help="publish personal data, for a reason that the page then states",
    )


def wishes(options: Namespace) -> "Wishes":
    """What was wished of a report."""
    from workbench.runner.plan.plans import Wishes

    return Wishes(options.name, options.title, options.xlsx, options.allow_personal, options.lang)


def limit_options(command: argparse.ArgumentParser) -> None:
    """How long a run may take, and how much it may use."""
    command.add_argument("--cell-timeout", type=_positive, metavar="SECONDS", help="limit for one cell")
    command.add_argument("--run-timeout", type=_positive, metavar="SECONDS", help="limit for one run")
    command.add_argument(
        "--memory-limit", type=_positive, metavar="MIB", help="limit for the kernel and its children"
    )


def limits(options: Namespace) -> "Limits":
    """The limits that were set."""
    from workbench.runner.plan.plans import Limits

    return Limits(options.cell_timeout, options.run_timeout, options.memory_limit)


def jobs_option(command: argparse.ArgumentParser, what: str) -> None:
    """How many run at once."""
    command.add_argument(
        "--jobs", type=_count, default=1, metavar="N", help=f"run N {what} at once (default: 1)"
    )


def out_option(command: argparse.ArgumentParser) -> None:
    """Where the reports are."""
    command.add_argument("--out", metavar="DIR", help="folder of the reports (default: reports/)")


def out_folder(options: Namespace) -> Path:
    """The folder of the reports that a command is about."""
    from workbench.runner import project

    return Path(options.out) if options.out else project.find().reports


def refuse_elsewhere() -> None:
    """Refuse to run a notebook on a system that the runner is not made for."""
    from workbench.runner import system
    from workbench.runner.record.verdict import Refused

    if why := system.cannot_run():
        raise Refused(why)


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
